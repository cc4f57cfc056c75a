"""Themes together, then and now, and coders' agreement: against naive second implementations from the truth, and by hand."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from functools import cache
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from oversight import store
from oversight.questionnaire import RESPONDENT_KINDS
from oversight.settings import SAMPLE
from tests import truth

INTERNAL = store.Viewer(audience="internal")
WAVES = ["2026-1-spring", "2026-2-autumn"]
ANSWERED = ("answered", "dont_know", "unmapped")
Z998 = 3.090232306
PLACES = [(None, None), ("Y60", None), ("Y61", None), ("Y61", "D7T5G"), (None, "QOP"), ("Y63", "QOP")]
ROLES = some.sampled_from(sorted(RESPONDENT_KINDS))
UNITS = some.sampled_from(["respondents", "sessions", "excerpts"])
REGIONS = some.sampled_from([None, "Y56", "Y60", "Y63"])
by_hand = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@cache
def register(name: str) -> list[dict[str, str]]:
    with (SAMPLE / "registers" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def excerpts() -> dict[tuple[str, ...], set[str]]:
    """Every coded passage -> its themes: those of one coder from the highlights, those of two from the truth."""
    theme = {r["code"]: r["theme"] for r in register("themes")}
    session = {r["file"]: r["session_id"] for r in register("sessions")}
    found: dict[tuple[str, ...], set[str]] = defaultdict(set)
    with (SAMPLE / "taguette" / "highlights.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[session[row["document"]], row["id"]] |= {theme[row["tag"]]} if row["tag"] in theme else set()
    for row in truth.rows("codings.csv"):
        found[row["session_id"], row["start"], row["stop"]] |= {row["theme"]} - {""}
    return dict(found)


def sessions(role: str, region: str | None) -> list[dict[str, str]]:
    return [s for s in register("sessions") if s["respondent_kind"] == role and region in (None, s["region_code"])]


def units(unit: str, wave: str, role: str, region: str | None, icb: str | None) -> tuple[list[set[str]], int]:
    """The themes of each respondent, session or excerpt, and how many people are behind them."""
    if unit == "respondents":
        rows = [
            set(r["challenges"].split())
            for r in truth.rows("responses.csv.gz")
            if (r["wave_id"], r["respondent_kind"]) == (wave, role)
            and r["challenges_state"] in ANSWERED
            and region in (None, r["region_code"])
            and icb in (None, r["icb_code"])
        ]
        return rows, len(rows)
    held = sessions(role, region)
    ids, people = {s["session_id"] for s in held}, sum(int(s["participants"]) for s in held)
    if unit == "excerpts":
        return [themes for key, themes in excerpts().items() if key[0] in ids], people
    raised = {s: {r["theme"] for r in truth.rows("focus.csv") if r["session_id"] == s and int(r["excerpts"])} for s in ids}
    return list(raised.values()), people


def check_pair(row: dict, rows: list[set[str]], people: int) -> None:
    one, two = row["theme"], row["other"]
    a = sum(one in r and two in r for r in rows)
    b, c = (sum(x in r and y not in r for r in rows) for x, y in ((one, two), (two, one)))
    n, k1, k2 = len(rows), a + b, a + c
    assert (row["a"], row["b"], row["c"], row["d"], row["n"], row["participants"]) == (a, b, c, n - a - b - c, n, people)
    if not n or k1 * k2 / n < 5:
        assert math.isnan(row["phi"]) and math.isnan(row["jaccard"]) and row["verdict"] == ""
        return
    assert row["expected"] == pytest.approx(k1 * k2 / n)
    assert row["jaccard"] == pytest.approx(a / (a + b + c))
    spread = k1 * k2 * (n - k1) * (n - k2)
    assert row["phi"] == pytest.approx((n * a - k1 * k2) / math.sqrt(spread)) if spread else math.isnan(row["phi"])
    assert math.isnan(row["low"]) == (row["unit"] != "respondents" or not spread)
    if row["verdict"]:
        expected = "higher" if row["low"] > 0 else "lower" if row["high"] < 0 else "similar"
        assert row["verdict"] == expected


@by_hand
@given(
    unit=some.sampled_from(["respondents", "sessions", "excerpts"]), wave=some.sampled_from(WAVES), role=ROLES, at=some.sampled_from(PLACES)
)
def test_pairs_under_any_filters(sample: store.Snapshot, unit: str, wave: str, role: str, at: tuple) -> None:
    region, icb = at
    table = store.ask("theme_pairs", INTERNAL, sample, unit=unit, wave=wave, role=role, region=region, icb=icb).table
    if unit == "respondents" and at == ("Y63", "QOP"):  # an ICB of another region: no row, rather than a wrong one
        assert table.empty
        return
    rows, people = units(unit, wave, role, region, icb)
    assert len(table) == 14 * 13 / 2
    assert (table["theme"] < table["other"]).all()
    place = (icb if unit == "respondents" else None) or region or "ENG"
    assert set(table["code"]) == {place}
    for row in table.to_dict("records"):
        check_pair(row, rows, people)


@by_hand
@given(wave=some.sampled_from(WAVES), before=some.sampled_from([None, *WAVES]), role=ROLES, at=some.sampled_from(PLACES))
def test_change_under_any_filters(sample: store.Snapshot, wave: str, before: str | None, role: str, at: tuple) -> None:
    region, icb = at
    table = store.ask("themes_change", INTERNAL, sample, wave=wave, before=before, role=role, region=region, icb=icb).table
    earlier = WAVES[0] if wave == WAVES[1] and before in (None, WAVES[0]) else None
    assert set(table["earlier_wave"].dropna()) == ({earlier} if earlier else set())
    answered = {
        w: [
            r
            for r in truth.rows("responses.csv.gz")
            if (r["wave_id"], r["respondent_kind"]) == (w, role) and r["challenges_state"] in ANSWERED
        ]
        for w in WAVES
    }
    for row in table.to_dict("records"):
        for w, x, n in ((earlier, "x1", "n1"), (wave, "x2", "n2")):
            here = [r for r in answered.get(w, []) if row["level"] == "england" or r[f"{row['level']}_code"] == row["code"]]
            assert (row[x], row[n]) == (sum(row["theme"] in r["challenges"].split() for r in here), len(here))
        if row["n1"] and row["n2"]:
            assert row["difference"] == pytest.approx(row["x2"] / row["n2"] - row["x1"] / row["n1"])
            assert row["low_listed"] <= row["low"] <= row["difference"] <= row["high"] <= row["high_listed"]
        else:
            assert math.isnan(row["difference"]) and row["verdict_listed"] == ""
        assert row["level"] == "england" or region is None or row["region_code"] == region


@by_hand
@given(role=ROLES, region=REGIONS)
def test_sessions_wave_by_wave_under_any_filters(sample: store.Snapshot, role: str, region: str | None) -> None:
    table = store.ask("theme_sessions_waves", INTERNAL, sample, role=role, region=region).table
    opened = {w["wave_id"]: w["opened"] for w in register("waves")}
    raised = {(r["session_id"], r["theme"]): int(r["excerpts"]) for r in truth.rows("focus.csv")}
    for row in table.to_dict("records"):
        held = [
            s
            for s in sessions(role, None if row["level"] == "england" else row["code"])
            if max((w for w in opened if opened[w] <= s["date"]), default=None) == row["wave_id"]
        ]
        counts = [raised.get((s["session_id"], row["theme"]), 0) for s in held]
        assert (row["sessions"], row["participants"]) == (len(held), sum(int(s["participants"]) for s in held))
        assert (row["sessions_with"], row["excerpts"]) == (sum(c > 0 for c in counts), sum(counts))
    assert set(table["level"]) == {"england", "region"}


def test_a_session_before_the_first_wave_belongs_to_none(sample: store.Snapshot) -> None:
    rows = store._cursor(sample.path).execute("SELECT session_id, wave_id FROM session_wave").fetchall()
    opened = {w["wave_id"]: w["opened"] for w in register("waves")}
    expected = {s["session_id"]: max((w for w in opened if opened[w] <= s["date"]), default=None) for s in register("sessions")}
    assert dict(rows) == expected


def test_coders_agree_as_counted_by_hand(sample: store.Snapshot) -> None:
    said: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in truth.rows("codings.csv"):
        said[row["session_id"]][row["coder"]] |= {row["theme"]} - {""}
    twice = {session: coders for session, coders in said.items() if len(coders) > 1}
    people = {s["session_id"]: int(s["participants"]) for s in register("sessions")}
    table = store.ask("theme_agreement", INTERNAL, sample).table
    assert len(twice) >= 6
    for row in table.to_dict("records"):
        votes = [[row["theme"] in themes for themes in coders.values()] for coders in twice.values()]
        everybody, nobody = sum(all(v) for v in votes), sum(not any(v) for v in votes)
        assert (row["sessions"], row["coders"]) == (len(votes), max(map(len, votes)))
        assert (row["everybody"], row["nobody"], row["somebody"]) == (everybody, nobody, len(votes) - everybody - nobody)
        assert row["same"] == everybody + nobody
        assert row["participants"] == sum(people[s] for s in twice)
        flat = [v for vote in votes for v in vote]
        unequal = sum(a != b for vote in votes for a, b in combinations(vote, 2)) * 2  # two coders each: weights are 1
        chance = 2 * sum(flat) * (len(flat) - sum(flat)) / (len(flat) - 1)
        assert row["alpha"] == pytest.approx(1 - unequal / chance) if chance else math.isnan(row["alpha"])


THEMES = some.sampled_from(["isolation", "confusion", "caseload", "career", "redeployment"])


@by_hand
@given(
    theme=THEMES,
    other=THEMES,
    role=some.sampled_from([None, *sorted(RESPONDENT_KINDS)]),
    region=REGIONS,
)
def test_excerpts_behind_a_pair_under_any_filters(
    sample: store.Snapshot, theme: str, other: str, role: str | None, region: str | None
) -> None:
    if theme == other:
        return
    table = store.ask("excerpts", INTERNAL, sample, theme=theme, other=other, role=role, region=region).table
    held = [s["session_id"] for s in register("sessions") if role in (None, s["respondent_kind"]) and region in (None, s["region_code"])]
    raised: dict[str, set[str]] = defaultdict(set)
    for (session, *_), themes in excerpts().items():
        raised[session] |= themes
    both = {s for s in held if {theme, other} <= raised[s]}
    expected = sorted((key[0], sorted(themes)) for key, themes in excerpts().items() if key[0] in both and themes & {theme, other})
    assert sorted((r["session_id"], sorted(r["themes"])) for r in table.to_dict("records")) == expected
