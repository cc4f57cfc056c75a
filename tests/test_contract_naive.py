"""Missing combinations and the two sides of the contract equal a naive recomputation from the truth file in plain Python."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from oversight import store
from oversight.questionnaire import RESPONDENT_KINDS
from tests import truth
from tests.test_coverage_naive import INTERNAL, PLACES, WAVES, wilson

ELEMENTS = ["point_of_contact", "patient_concerns_safeguarding", "clinical_supervision"]
PARTS = ["first_contact", "gp_supervisor", "patient_concerns", "safeguarding_route", "has_clinical_supervision", "supervision_often_enough"]
SIDES = ["splw", "gp_supervisor", "pcn_manager"]
PLACE = {"england": lambda row: "ENG", "region": lambda row: row["region_code"], "icb": lambda row: row["icb_code"]}
quickly = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def responses(wave: str, *roles: str) -> list[dict[str, str]]:
    return [r for r in truth.rows("responses.csv.gz") if r["wave_id"] == wave and r["respondent_kind"] in roles]


def combination(states: dict[str, str], names: list[str]) -> str:
    """What one respondent lacks."""
    for name in names:
        settled = ("yes", "no", "not_applicable") if name == "supervision_often_enough" else ("yes", "no")
        if states[name] not in settled:
            return "not_known"
    return " ".join(name for name in names if states[name] == "no") or "none"


def in_place(row: dict, region: str | None, icb: str | None) -> bool:
    """Whether a row may be in an answer that was asked for one region or ICB."""
    own = row["level"] != "icb" or icb in (None, row["code"])
    return row["level"] == "england" or (own and region in (None, row["region_code"]))


@quickly
@given(
    wave=some.sampled_from(WAVES),
    role=some.sampled_from(sorted(RESPONDENT_KINDS)),
    place=some.sampled_from(PLACES),
    detail=some.sampled_from(["elements", "parts"]),
)
def test_missing_combinations(sample: store.Snapshot, wave: str, role: str, place: tuple, detail: str) -> None:
    region, icb = place
    counted: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in responses(wave, role):
        missing = combination(truth.elements(row), ELEMENTS if detail == "elements" else PARTS)
        for level, code in PLACE.items():
            counted[level, code(row)][missing] += 1
    table = store.ask("missing_combinations", INTERNAL, sample, wave=wave, role=role, region=region, icb=icb, detail=detail).table
    everything = {*counted["england", "ENG"], "not_known"}
    seen: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in table.to_dict("records"):
        assert in_place(row, region, icb)
        here = counted[row["level"], row["code"]]
        seen[row["level"], row["code"]].add(row["missing"])
        people = sum(here.values())
        assert row["x"] == here[row["missing"]]
        assert row["n"] == (people if row["missing"] == "not_known" else people - here["not_known"])
        assert row["state"] == ("open" if row["missing"] == "not_known" else "known")
        if row["n"]:
            assert (row["share"], row["low"], row["high"]) == pytest.approx((row["x"] / row["n"], *wilson(row["x"], row["n"])), abs=1e-9)
        else:
            assert row["share"] != row["share"]
    assert set(map(frozenset, seen.values())) == {frozenset(everything)}
    assert seen.keys() >= {place for place in counted if place[0] == "england"}


@quickly
@given(wave=some.sampled_from(WAVES), place=some.sampled_from(PLACES))
def test_the_two_sides(sample: store.Snapshot, wave: str, place: tuple) -> None:
    region, icb = place
    counted: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for row in responses(wave, *SIDES):
        for element, state in truth.elements(row).items():
            for level, code in PLACE.items():
                counted[level, code(row), element, row["respondent_kind"]][state] += 1
    table = store.ask("sides", INTERNAL, sample, wave=wave, region=region, icb=icb).table.to_dict("records")
    shares = {}
    for row in table:
        assert in_place(row, region, icb)
        here = counted[row["level"], row["code"], row["element"], row["role"]]
        n = sum(here[state] for state in truth.DENOMINATOR)
        assert (row["x"], row["n"]) == (here["yes"], n)
        shares[row["level"], row["code"], row["element"], row["role"]] = row["x"] / n if n else None
    assert len(shares) == len(table)
    for row in table:
        own, workers = (shares[row["level"], row["code"], row["element"], role] for role in (row["role"], "splw"))
        if row["role"] == "splw" or own is None or workers is None:
            assert row["difference"] != row["difference"] and row["verdict"] == ""
        else:
            assert row["difference"] == pytest.approx(own - workers)
            assert row["verdict"] == ("higher" if row["low_difference"] > 0 else "lower" if row["high_difference"] < 0 else "similar")


def said(states: list[str]) -> str:
    """One side of one PCN: one no is enough, else all who say yes or no say yes."""
    return "no" if "no" in states else "yes" if "yes" in states else "dont_know"


OUTCOMES = {("yes", "yes"): "both", ("no", "yes"): "pcn_side", ("yes", "no"): "link_workers", ("no", "no"): "neither"}


@quickly
@given(wave=some.sampled_from(WAVES), region=some.sampled_from([None, "Y60", "Y61", "Y63"]))
def test_pcns_where_both_sides_answered(sample: store.Snapshot, wave: str, region: str | None) -> None:
    sides: dict[tuple[str, str, str], list[list[str]]] = defaultdict(lambda: [[], []])
    for row in responses(wave, *SIDES):
        for element, state in truth.elements(row).items():
            if state in truth.DENOMINATOR:
                sides[element, row["pcn_code"], row["region_code"]][row["respondent_kind"] != "splw"].append(state)
    counted: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for (element, _, where), (workers, pcn) in sides.items():
        if workers and pcn:
            for code in ("ENG", where):
                counted[code, element][OUTCOMES.get((said(workers), said(pcn)), "not_known")] += 1
    table = store.ask("sides_pairs", INTERNAL, sample, wave=wave, region=region).table.to_dict("records")
    assert {r["code"] for r in table} == ({"ENG", region} if region else {"ENG", *(f"Y{n}" for n in (56, 58, 59, 60, 61, 62, 63))})
    for row in table:
        here = counted[row["code"], row["element"]]
        assert row["x"] == here[row["outcome"]]
        assert row["n"] == sum(here.values()) - (0 if row["outcome"] == "not_known" else here["not_known"])
    assert sum(r["x"] for r in table if r["level"] == "england" and r["outcome"] == "pcn_side") > 50  # there is something to compare
