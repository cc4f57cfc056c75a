"""Every figure of Coverage equals a naive recomputation from the truth file in plain Python."""

from __future__ import annotations

import csv
import math
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from oversight import store
from oversight.questionnaire import RESPONDENT_KINDS
from oversight.settings import SAMPLE
from tests import truth

INTERNAL = store.Viewer(audience="internal")
WAVES = ["2026-1-spring", "2026-2-autumn"]
STATES = ("yes", "no", *truth.OPEN)
Z = 1.959963984540054


def wilson(x: int, n: int) -> tuple[float, float]:
    """Wilson's interval as its definition solves it: the roots of (p - x/n)² = z² p(1-p)/n."""
    a, b, c = 1 + Z * Z / n, -(2 * x / n + Z * Z / n), (x / n) ** 2
    root = math.sqrt(max(b * b - 4 * a * c, 0))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def counted(wave: str, role: str, prefix: str = "") -> dict[tuple[str, str, str], Counter[str]]:
    """(level, code, element) -> how many responses are in each state."""
    found: dict[tuple[str, str, str], Counter[str]] = {}
    for row in truth.rows("responses.csv.gz"):
        if (row["wave_id"], row["respondent_kind"]) != (wave, role):
            continue
        places = {"england": "ENG", **{level: row[f"{prefix}{level}_code"] for level in ("region", "icb", "pcn")}}
        for element, state in truth.elements(row).items():
            for level, code in places.items():
                found.setdefault((level, code, element), Counter())[state] += 1
    return found


def check(row: dict, expected: Counter[str]) -> None:
    assert {s: row[s] for s in STATES} == {s: expected[s] for s in STATES}
    answered = sum(expected[s] for s in truth.DENOMINATOR)
    known = expected["yes"] + expected["no"]
    assert (row["answered"], row["known"]) == (answered, known)
    for base, names in ((answered, ("share", "low", "high")), (known, ("share_known", "low_known", "high_known"))):
        values = [row[name] for name in names]
        if base:
            assert values == pytest.approx([expected["yes"] / base, *wilson(expected["yes"], base)], abs=1e-9)
        else:
            assert all(math.isnan(v) for v in values)


@pytest.mark.parametrize("wave", WAVES)
@pytest.mark.parametrize("role", RESPONDENT_KINDS)
@pytest.mark.parametrize("basis", ["today", "wave"])
def test_every_place_and_element(sample: store.Snapshot, wave: str, role: str, basis: str) -> None:
    expected = counted(wave, role, "wave_" if basis == "wave" else "")
    table = store.ask("coverage", INTERNAL, sample, wave=wave, role=role, basis=basis).table
    pcns = store.ask("coverage", INTERNAL, sample, wave=wave, role=role, basis=basis, level="pcn").table
    seen = set()
    for frame in (table, pcns[pcns["level"] == "pcn"]):
        for row in frame.to_dict("records"):
            key = (row["level"], row["code"], row["element"])
            assert key not in seen
            seen.add(key)
            if row["withheld"] == "":
                check(row, expected.get(key, Counter()))
    assert expected.keys() <= seen


PLACES = [("Y60", None), ("Y61", "D7T5G"), (None, "QOP"), ("Y63", "QOP"), (None, None)]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wave=some.sampled_from(WAVES), role=some.sampled_from(sorted(RESPONDENT_KINDS)), place=some.sampled_from(PLACES))
def test_any_filters_give_what_filtering_by_hand_gives(sample: store.Snapshot, wave: str, role: str, place: tuple) -> None:
    region, icb = place
    expected = counted(wave, role)
    table = store.ask("coverage", INTERNAL, sample, wave=wave, role=role, region=region, icb=icb).table
    for row in table.to_dict("records"):
        check(row, expected.get((row["level"], row["code"], row["element"]), Counter()))
        assert row["level"] == "england" or region is None or row["region_code"] == region
    levels = set(table["level"])
    assert "england" in levels
    assert ("icb" in levels) == (place != ("Y63", "QOP"))  # an ICB of another region: no row, rather than a wrong one


def test_change_between_waves(sample: store.Snapshot) -> None:
    before, now = counted(WAVES[0], "splw"), counted(WAVES[1], "splw")
    table = store.ask("coverage_change", INTERNAL, sample).table
    assert set(table["earlier_wave"]) == {WAVES[0]}
    for row in table.to_dict("records"):
        key = (row["level"], row["code"], row["element"])
        for counts, x, n in ((before, "x1", "n1"), (now, "x2", "n2")):
            expected = counts.get(key, Counter())
            assert (row[x], row[n]) == (expected["yes"], sum(expected[s] for s in truth.DENOMINATOR))
    first = store.ask("coverage_change", INTERNAL, sample, wave=WAVES[0]).table
    assert first["earlier_wave"].isna().all()
    assert (first["n1"] == 0).all()
    assert first["difference"].isna().all()


def test_challenges(sample: store.Snapshot) -> None:
    for wave in WAVES:
        for role in ("splw", "care_coordinator"):
            rows = [r for r in truth.rows("responses.csv.gz") if (r["wave_id"], r["respondent_kind"]) == (wave, role)]
            answered = [r for r in rows if r["challenges_state"] in ("answered", "dont_know", "unmapped")]
            table = store.ask("themes", INTERNAL, sample, wave=wave, role=role).table
            for row in table.to_dict("records"):
                here = [r for r in answered if row["level"] == "england" or r[f"{row['level']}_code"] == row["code"]]
                assert (row["x"], row["n"]) == (sum(row["theme"] in r["challenges"].split() for r in here), len(here))


def test_sessions_per_theme(sample: store.Snapshot) -> None:
    with (SAMPLE / "registers" / "sessions.csv").open(encoding="utf-8", newline="") as file:
        sessions = list(csv.DictReader(file))
    excerpts = {(r["session_id"], r["theme"]): int(r["excerpts"]) for r in truth.rows("focus.csv")}
    table = store.ask("theme_sessions", INTERNAL, sample, role="splw").table
    for row in table.to_dict("records"):
        held = [s for s in sessions if s["respondent_kind"] == "splw" and row["code"] in ("ENG", s["region_code"])]
        assert row["sessions"] == len(held)
        assert row["participants"] == sum(int(s["participants"]) for s in held)
        counts = [excerpts.get((s["session_id"], row["theme"]), 0) for s in held]
        assert (row["sessions_with"], row["excerpts"]) == (sum(c > 0 for c in counts), sum(counts))
