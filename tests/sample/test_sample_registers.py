"""Registers and focus groups of the sample: the contract's columns, places that exist, statuses in order, counts that add up."""

import re
from collections import Counter, defaultdict
from datetime import date

import pytest
from sample_naive import SAMPLE, TRUTH, Maps, table

from oversight.model import AUDIENCES, OFFER_STATUSES, REGISTERS
from oversight.questionnaire import CHALLENGES

REGISTER_FILES = SAMPLE / "registers"


@pytest.mark.parametrize("register", REGISTERS, ids=lambda r: r.name)
def test_every_register_has_the_contracts_columns_and_keeps_its_key(register) -> None:
    rows = table(REGISTER_FILES / f"{register.name}.csv")
    assert tuple(rows[0]) == register.columns
    assert max(Counter(tuple(r[k] for k in register.key) for r in rows).values()) == 1
    for field in register.fields:
        values = {r[field.name] for r in rows}
        assert not (field.required and "" in values)
        assert not field.allowed or values <= set(field.allowed)
        if field.type == "DATE":
            assert all(date(2026, 1, 1) <= date.fromisoformat(v) <= date(2026, 12, 31) for v in values)


def test_registers_name_places_that_are_open_today(maps: Maps) -> None:
    for name in ("requests", "offers", "covariates"):
        assert {r["pcn_code"] for r in table(REGISTER_FILES / f"{name}.csv")} <= set(maps.names[1])
    regions = {region for _, region in maps.home[1].values()}
    assert {r["place_code"] for r in table(REGISTER_FILES / "notes.csv")} <= set(maps.names[1]) | regions
    assert {r["pcn_code"] for r in table(REGISTER_FILES / "covariates.csv")} == set(maps.names[1])
    assert {r["source"] for r in table(REGISTER_FILES / "covariates.csv")} == {"fictional"}
    assert {r["audience"] for r in table(REGISTER_FILES / "notes.csv")} == set(AUDIENCES)
    assert len(table(REGISTER_FILES / "requests.csv")) == 60
    assert len(table(REGISTER_FILES / "notes.csv")) == 40


def test_offers_go_through_their_statuses_in_order() -> None:
    steps: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in table(REGISTER_FILES / "offers.csv"):
        steps[row["pcn_code"]].append((row["date"], row["status"]))
    order = list(OFFER_STATUSES)
    for rows in steps.values():
        assert [status for _, status in rows] == order[: len(rows)]
        assert len({day for day, _ in rows}) == len(rows)
        assert rows == sorted(rows)
    assert {len(rows) for rows in steps.values()} == {1, 2, 3, 4, 5}
    assert 80 <= sum(map(len, steps.values())) <= 100


def test_sessions_cover_regions_kinds_and_waves(maps: Maps) -> None:
    sessions = table(REGISTER_FILES / "sessions.csv")
    waves = table(REGISTER_FILES / "waves.csv")
    assert [sum(w["opened"] <= s["date"] <= w["closed"] for s in sessions) for w in waves] == [15, 15]
    kinds = Counter(s["respondent_kind"] for s in sessions)
    assert kinds["splw"] == 18
    assert set(kinds) == {"splw", "gp_supervisor", "pcn_manager", "care_coordinator"}
    assert len({s["region_code"] for s in sessions}) == 7
    assert all((s["icb_code"], s["region_code"]) in maps.home[1].values() for s in sessions if s["icb_code"])


def test_themes_are_counted_once_per_highlight() -> None:
    theme = {r["code"]: r["theme"] for r in table(REGISTER_FILES / "themes.csv")}
    session = {r["file"]: r["session_id"] for r in table(REGISTER_FILES / "sessions.csv")}
    highlights = table(SAMPLE / "taguette" / "highlights.csv")
    assert tuple(highlights[0]) == ("id", "document", "tag", "content")
    assert {h["tag"] for h in highlights} - set(theme) == {"interesting"}
    assert set(theme.values()) == set(CHALLENGES)
    excerpts = {(session[h["document"]], theme[h["tag"]], h["id"]) for h in highlights if h["tag"] in theme}
    counts = Counter((s, t) for s, t, _ in excerpts)
    truth = {(r["session_id"], r["theme"]): int(r["excerpts"]) for r in table(TRUTH / "focus.csv")}
    assert len(truth) == 30 * 14
    twice = {row["session_id"] for row in table(TRUTH / "codings.csv")}  # coded in another tool, by two people
    assert len(twice) == 6
    assert {k: n for k, n in truth.items() if n and k[0] not in twice} == counts
    both = {(row["session_id"], row["theme"], row["start"]) for row in table(TRUTH / "codings.csv")}
    assert {k: n for k, n in truth.items() if n and k[0] in twice} == Counter((s, t) for s, t, _ in both)
    assert sum(counts.values()) < sum(h["tag"] in theme for h in highlights)  # a code and one nested in it: one theme
    assert 400 <= len({h["id"] for h in highlights}) <= 500


def test_highlights_are_all_different_and_no_phrase_is_a_refrain() -> None:
    contents = {h["id"]: h["content"] for h in table(SAMPLE / "taguette" / "highlights.csv")}
    assert len(set(contents.values())) == len(contents)
    beginnings = Counter(text.replace("\u2019", "'")[:40] for text in contents.values())
    assert max(beginnings.values()) <= 6
    assert any("@example.nhs.test" in text for text in contents.values())


def test_every_coded_passage_of_a_recorded_session_stands_in_its_transcript() -> None:
    session = {r["file"]: r["session_id"] for r in table(SAMPLE / "registers" / "sessions.csv")}
    said: dict[str, str] = defaultdict(str)
    for turn in table(TRUTH / "utterances.csv"):
        said[turn["session_id"]] += turn["text"] + " "
    names = {p.stem for p in (SAMPLE / "transcripts").iterdir()}
    assert {session[name] for name in names} == set(said) and len(names) == 3
    plain = [
        h for h in table(SAMPLE / "taguette" / "highlights.csv") if session[h["document"]] in said and "example.nhs" not in h["content"]
    ]
    passages = [(session[h["document"]], " ".join(h["content"].split())) for h in plain if not any(c.isdigit() for c in h["content"])]
    assert len(passages) > 30 and [p for s, p in passages if p not in said[s]] == []
    for path in (SAMPLE / "transcripts").iterdir():
        assert len(re.findall(r"<v (\w+ \w+)>", path.read_text(encoding="utf-8"))) > 20
