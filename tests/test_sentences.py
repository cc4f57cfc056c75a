"""Every sentence of the pages, for any data: its numbers are the table's, it claims no more than the intervals allow, it gives away
nothing that is withheld, and it is right for one.

Tables are drawn, put through the same steps and the same disclosure rules as in ``ask``, and the sentence is read back.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from itertools import combinations

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as some

from oversight import accounts, challenges, changed, disclosure, findings, need, profile, reasons, stats, summary

quickly = settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate])  # shrinking would take minutes
audiences = some.sampled_from(["internal", "shareable"])
sizes = some.one_of(some.integers(0, 3), some.integers(0, 40), some.integers(0, 3000))
splits = some.tuples(sizes, sizes, sizes)  # yes, no, don't know
pairs = some.tuples(sizes, sizes)
WHO = "link workers"
#: No programmer's word, no plural of one, no singular of many.
WRONG = re.compile(
    r"\b(nan|NaN|None|inf|<NA>)\b|(?<![\d,.])1 (?:PCNs|replies|responses|link workers|focus groups|themes|sessions|files|waves)\b|  "
)


def percents(text: str) -> set[str]:
    return set(re.findall(r"\d+%", text))


def held(table: pd.DataFrame, *columns: str) -> set[str]:
    """Every percentage that may be said of a table."""
    return {f"{100 * v:.0f}%" for c in columns or ("share", "low", "high") for v in table[c].dropna()}


def fine(text: str) -> None:
    assert not WRONG.search(text), text


# ---- coverage ---------------------------------------------------------------------------------------------------------


def coverage(counts: list[tuple[int, int, int]], audience: str, element: str = "clinical_supervision") -> pd.DataFrame:
    """England, whose counts come first, and its regions."""
    rows = [
        ("region" if i else "england", f"Y{i}" if i else "ENG", f"Place {i}" if i else "England", element, None, *c)
        for i, c in enumerate(counts)
    ]
    table = pd.DataFrame(rows, columns=["level", "code", "name", "element", "part_of", "yes", "no", "dont_know"])
    return disclosure.apply(stats.coverage(table.assign(position=1, not_asked=0)), "counts", audience)[0]


@quickly
@given(counts=some.lists(splits, min_size=2, max_size=5), audience=audiences)
def test_coverage_and_where_it_differs(counts: list[tuple[int, int, int]], audience: str) -> None:
    table = coverage(counts, audience)
    for row in table.to_dict("records"):
        text = findings.coverage_sentence(row, "supervision", WHO)
        fine(text)
        if math.isnan(row["share"]) or row["answered"] < 10:
            assert "%" not in text and "than in England" not in text and "no clear difference" not in text
            continue
        assert re.findall(r"\d+%", text) == [f"{100 * row[c]:.0f}%" for c in ("share", "low", "high")]
        england = table.loc[0, "share"]
        if ", more than in England" in text:
            assert row["low"] > england
        elif ", fewer than in England" in text:
            assert row["high"] < england
        elif row["level"] != "england" and not math.isnan(england):
            assert "no clear difference" in text and row["low"] <= england <= row["high"]
    regions = table[table["level"] == "region"]
    text = findings.spread_sentence(regions, "region")
    fine(text)
    assert "%" not in text
    for word, part in re.findall(r"([Hh]igher|[Ll]ower) than England in ([^;]+)", text):
        for name in re.findall(r"Place \d", part):
            row = regions[regions["name"] == name].iloc[0]
            assert row["answered"] >= 10
            assert row["low"] > table.loc[0, "share"] if word.lower() == "higher" else row["high"] < table.loc[0, "share"]
    alt = findings.alt_shares(table, "name")
    assert percents(alt) <= held(table)


@quickly
@given(before=some.lists(pairs, min_size=4, max_size=4), now=some.lists(splits, min_size=4, max_size=4), audience=audiences)
def test_the_wave_in_one_screen(before: list[tuple[int, int]], now: list[tuple[int, int, int]], audience: str) -> None:
    elements = ["point_of_contact", "patient_concerns_safeguarding", "clinical_supervision", "all_three"]
    tables = [coverage([c], audience, e) for e, c in zip(elements, now, strict=True)]
    table = pd.concat(tables, ignore_index=True).assign(position=range(4))
    change = pd.DataFrame([(e, min(x, n), n) for e, (x, n) in zip(elements, before, strict=True)], columns=["element", "x1", "n1"])
    change = change.assign(x2=[c[0] for c in now], n2=[sum(c) for c in now], level="england", code="ENG", earlier_wave="spring")
    change = disclosure.apply(stats.change(change), "change", audience)[0]
    change["withheld"] = change.get("withheld", "")
    table["withheld"] = table.get("withheld", "")
    rows = summary.elements(table, change, "england", "ENG")
    then = change.set_index("element")
    for row in rows.to_dict("records"):
        own = dict(then.loc[row["element"]])
        text = summary.change_words(own)
        fine(text)
        assert text.startswith("Up") == (own["low"] > 0) and text.startswith("Down") == (own["high"] < 0)
        if math.isnan(own["difference"]):
            assert not re.search(r"\d", text)
    main = rows[rows["element"] == "all_three"].iloc[0]
    text = summary.main_sentence(main, WHO, "have", "Spring 2026")
    fine(text)
    if main["answered"] < 10 or math.isnan(main["share"]):
        assert "%" not in text and "since" not in text
    else:
        assert percents(text) == held(rows[rows["element"] == "all_three"])
    weakest = summary.weakest_sentence(rows)
    fine(weakest)
    if "is least common" in weakest:
        three = rows[rows["element"] != "all_three"].sort_values("share")
        assert three["answered"].min() >= 10
        assert (three["low"].iloc[1:] > three["high"].iloc[0]).all()
        assert f"({100 * three['share'].iloc[0]:.0f}%)" in weakest


# ---- challenges -------------------------------------------------------------------------------------------------------


def themes(counts: list[tuple[list[int], int]], audience: str) -> pd.DataFrame:
    """England and its regions, each with how many of n chose each of five themes; some have a remedy."""
    rows = []
    for i, (xs, n) in enumerate(counts):
        level, code, name = ("region", f"Y{i}", f"Place {i}") if i else ("england", "ENG", "England")
        rows += [(level, code, name, f"t{j}", f"Theme {j}", "Coaching" if j % 2 else "", min(x, n), n) for j, x in enumerate(xs)]
    table = pd.DataFrame(rows, columns=["level", "code", "name", "theme", "label", "remedy", "x", "n"]).assign(region_code=None)
    return disclosure.apply(stats.share(table), "share", audience)[0]


chosen = some.tuples(some.lists(sizes, min_size=5, max_size=5), some.one_of(some.integers(1, 30), some.integers(1, 3000)))


@quickly
@given(counts=some.lists(chosen, min_size=2, max_size=4), audience=audiences)
def test_challenges(counts: list[tuple[list[int], int]], audience: str) -> None:
    table = themes(counts, audience)
    for code in table["code"].unique():
        level = "england" if code == "ENG" else "region"
        rows = challenges.compared(table, level, code)
        if challenges.survey_state(table, level, code, True):
            continue
        text = challenges.leading_sentence(rows, WHO)
        fine(text)
        known = rows[rows["share"].notna()].sort_values("share", ascending=False)
        assert percents(text) <= held(known)
        if "is the challenge that" in text:
            assert (known["high"].iloc[1:] < known["low"].iloc[0]).all()
        if rows["n"].max() < 10:
            assert "%" not in text
        told = " ".join(challenges.notes(rows, WHO))
        fine(told)
        assert percents(told) - {"100%"} <= held(known, "share", "england")
        for words, names in re.findall(
            r"(more|less) often ([^;.]+)", told.split("Compared with England")[1] if "Compared with England" in told else ""
        ):
            for name in re.findall(r"Theme \d", names):
                row = rows[rows["label"] == name].iloc[0]
                assert row["n"] >= 10
                assert row["low"] > row["england"] if words == "more" else row["high"] < row["england"]
        named = challenges.remedies_sentence(rows)
        fine(named)
        assert percents(named) <= held(known, "share")
        if "the most chosen of them “" in named:
            without = rows[rows["remedy"] == ""].sort_values("share", ascending=False)
            assert (without["high"].iloc[1:] < without["low"].iloc[0]).all()
    regions = challenges.by_region(table)
    text = challenges.region_sentence(regions)
    fine(text)
    for words, place in re.findall(r"is chosen (more|less) often in (Place \d)", text):
        row = regions[(regions["name"] == place) & (regions["against"] == ("higher" if words == "more" else "lower"))]
        assert len(row) and (row["n"] >= 10).all()


@quickly
@given(
    counts=some.lists(some.integers(0, 6), min_size=1, max_size=8),
    sessions=some.integers(1, 6),
    people=some.integers(1, 60),
    audience=audiences,
)
def test_focus_groups(counts: list[int], sessions: int, people: int, audience: str) -> None:
    table = pd.DataFrame({"theme": [f"t{i}" for i in range(len(counts))], "sessions_with": [min(c, sessions) for c in counts]})
    table = table.assign(
        label=table["theme"], level="england", code="ENG", name="England", sessions=sessions, participants=people, excerpts=9
    )
    seen = disclosure.apply(table, "sessions", audience)[0]
    rows = challenges.sessions_at(seen, None)
    if challenges.sessions_state(rows):
        assert audience == "shareable" and people < 10
        return
    text = challenges.sessions_sentence(rows, WHO)
    fine(text + challenges.sessions_note(rows, "england"))
    most = rows["sessions_with"].max()
    named = set(re.findall(r"“(t\d)”", text))
    assert named <= set(rows.loc[rows["sessions_with"] == most, "label"])
    if most == 0:
        assert text.startswith("No theme")


# ---- need and single PCNs ---------------------------------------------------------------------------------------------


@quickly
@given(bands=some.lists(some.sampled_from(list(need.BANDS)), min_size=1, max_size=30), place=some.sampled_from(["England", "Midlands"]))
def test_how_many_pcns_need_the_offer(bands: list[str], place: str) -> None:
    text = reasons.headline(pd.DataFrame({"band": bands}), place)
    fine(text)
    clearly, probably, unsure = (bands.count(b) for b in ("clearly", "probably", "cannot_tell"))
    said = [int(n) for n in re.findall(r"\d+", text)]
    expected = [n for n in (clearly, probably) if n] + ([unsure, len(bands)] if unsure else [len(bands)])
    assert said == expected
    assert ("needs the offer" in text) == (clearly < 2) and text[0] == text[0].upper()


@quickly
@given(
    rows=some.lists(some.tuples(some.floats(0, 1), some.floats(0, 0.4)), min_size=1, max_size=6),
    england=some.floats(0, 1),
)
def test_the_highest_estimates(rows: list[tuple[float, float]], england: float) -> None:
    table = pd.DataFrame([(max(0, m - w), min(1, m + w)) for m, w in rows], columns=["low", "high"]).assign(england=england)
    text = reasons.top_sentence(table)
    fine(text)
    overlaps = [a[0] <= b[1] and b[0] <= a[1] for a, b in combinations(table[["low", "high"]].to_numpy().tolist(), 2)]
    if "their intervals overlap" in text:
        assert all(overlaps)
    if "most intervals overlap" in text:
        assert sum(overlaps) > len(overlaps) / 2
    above = int((table["low"] > england).sum())
    if len(table) > 1:
        assert text.startswith({0: "Not one", len(table): "All"}.get(above, str(above)) + " of the")
    assert percents(text) == {f"{100 * england:.0f}%"}


@quickly
@given(p=some.floats(0, 1))
def test_a_chance_is_never_said_to_be_in_a_band_it_is_not_in(p: float) -> None:
    text = reasons.chance(p)
    assert text not in ("0%", "100%")
    number = int(re.search(r"\d+", text)[0]) / 100  # type: ignore[index]
    if text.startswith("just under"):
        assert p < number
    elif not text.startswith(("under", "over")):
        assert abs(p - number) <= 0.005 + 1e-9
        for edge in (0.05, 0.2, 0.5, 0.8):
            assert (p >= edge) == (number >= edge)


@quickly
@given(x=sizes, more=sizes)
def test_a_few_people_are_counted_and_not_turned_into_shares(x: int, more: int) -> None:
    text = profile.of(x, x + more)
    assert ("%" in text) == (x + more >= 5)
    assert x + more == 0 or f"{x} of {x + more}" in text


@quickly
@given(silent=some.integers(0, 3), k=some.integers(1, 3))
def test_cautions_are_right_for_one(silent: int, k: int) -> None:
    table = pd.DataFrame({"replies": [0] * silent + [2], "n": [0] * silent + [2], "rank_low": 1, "rank_high": 9, "ranked": 9})
    text = " ".join(reasons.cautions(table, k, WHO))
    fine(text)
    assert ("1 PCN.**" in text) == (silent == 1)
    assert ("Its estimate comes" in text) == (silent == 1) and ("Their estimates come" in text) == (silent > 1)


# ---- the account and what changed -------------------------------------------------------------------------------------


@quickly
@given(responses=sizes, waves=some.integers(1, 3), files=some.integers(1, 3), aside=some.integers(0, 3))
def test_the_account(responses: int, waves: int, files: int, aside: int) -> None:
    loads = pd.DataFrame({"quarantined": [aside] + [0] * (files - 1)})
    text = accounts.loaded_sentence({"responses": responses}, loads, waves)
    fine(text)
    assert not re.search(r"\b1 rows|\b1 response of \d+ waves? are|[2-9]\d* rows was|\d+ responses of \d waves? is", text)


@quickly
@given(responses=sizes, headcount=some.one_of(some.none(), some.integers(1, 4000)), audience=audiences)
def test_response_rates(responses: int, headcount: int | None, audience: str) -> None:
    people = float("nan") if headcount is None else float(max(headcount, responses))
    row = stats.rate(pd.DataFrame({"responses": [responses], "headcount": [people], "level": ["england"]}))
    seen = disclosure.apply(row, "base", audience)[0].iloc[0]
    text = accounts.rates_sentence(seen, WHO, "Autumn")
    fine(text)
    if audience == "shareable" and responses < 10:
        assert not re.search(r"\d", text)
    if "%" in text:
        assert f"{100 * responses / people:.0f}%" in text


@quickly
@given(before=sizes, now=sizes)
def test_how_many_more_responses(before: int, now: int) -> None:
    text = changed.responses_words(before, now)
    fine(text)
    assert f"({now:,} in all)" in text
    assert ("more" in text, "fewer" in text) == (now > before, now < before)


@quickly
@given(counts=some.lists(some.tuples(pairs, pairs), min_size=1, max_size=6), audience=audiences)
def test_what_changed_clearly_between_snapshots(counts: list[tuple[tuple[int, int], tuple[int, int]]], audience: str) -> None:
    rows = [(f"Place {i}", min(a), max(a), min(b), max(b)) for i, (a, b) in enumerate(counts)]
    table = pd.DataFrame(rows, columns=["name", "x1", "n1", "x2", "n2"]).assign(
        level="region", code=[f"Y{i}" for i in range(len(rows))], element="clinical_supervision", part_of=None
    )
    seen = disclosure.between(stats.change(table), audience)
    text = changed.clear_sentence(seen)
    fine(text)
    for name in re.findall(r"Place \d", text):
        row = seen[seen["name"] == name].iloc[0]
        assert row["low"] > 0 or row["high"] < 0
        assert min(row["n1"], row["n2"]) >= 10
    for row in reasons.records(seen):
        one = changed.coverage_words(row)
        fine(one)
        if "up" in one.split(":")[-1].split():
            assert row["low"] > 0
        if "down" in one.split(":")[-1].split():
            assert row["high"] < 0
        if math.isnan(row["x1"]) or math.isnan(row["x2"]):
            assert one == ""


@quickly
@given(numbers=some.lists(some.integers(0, 2), min_size=4, max_size=4), pcns=some.integers(0, 2))
def test_what_came_and_went_is_right_for_one(numbers: list[int], pcns: int) -> None:
    flows = pd.DataFrame([numbers], columns=["added", "gone", "edited", "reread"])
    text = changed.flow_words(flows)
    fine(text)
    for number, _, more in re.findall(r"(\d) (was|is|has) ?|(\d) (?:were|are|have)", text):
        assert number in ("1", "") and (more in ("2", ""))
    assert "1 PCN changed" in changed.bands_words(pd.DataFrame({"pcns": [pcns]})) or pcns != 1


def test_a_moment_is_told_by_the_clocks_of_london() -> None:
    assert changed.moment(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == "2 July 2026, 00:30"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Midlands", "the Midlands"),
        ("East of England", "the East of England"),
        ("London", "London"),
        ("South West London", "South West London"),
    ],
)
def test_a_region_takes_its_article_inside_a_sentence(name: str, said: str) -> None:
    assert findings.the(name) == said
