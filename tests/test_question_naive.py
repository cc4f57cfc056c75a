"""Any question by place and role equals a naive recomputation from the sample's truth in plain Python."""

from __future__ import annotations

import statistics
from collections import defaultdict
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from oversight import store
from oversight.questionnaire import RESPONDENT_KINDS
from tests import truth
from tests.test_contract_naive import PLACE, in_place
from tests.test_coverage_naive import INTERNAL, PLACES, WAVES, wilson

QUESTIONS = [
    "clinical_supervision",
    "challenges",
    "intention_to_leave",
    "anxiety",
    "months_in_post",
    "safeguarding_topics",
    "comment",
    "pcn",
    None,
]


@cache
def by_question() -> dict[tuple[str, str], list[dict[str, str]]]:
    """(wave, wording) -> everything that was answered."""
    found: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in truth.rows("answers.csv.gz"):
        found[row["wave_id"], row["question"]].append(row)
    return found


@cache
def people() -> dict[str, dict[str, str]]:
    return {row["response_id"]: row for row in truth.rows("responses.csv.gz")}


@cache
def question(sample: store.Snapshot, wave: str, field: str | None) -> tuple[str, str, str]:
    """Id, wording and kind of the question of a field; of the one that no mapping knows for None."""
    table = store.ask("questions", INTERNAL, sample, wave=wave, role="every").table.to_dict("records")
    row = next(r for r in table if r["field"] == field or (field is None and not isinstance(r["field"], str)))
    return row["question_id"], row["text"], row["kind"]


drawn = given(
    wave=some.sampled_from(WAVES),
    field=some.sampled_from(QUESTIONS),
    role=some.sampled_from([*sorted(RESPONDENT_KINDS), "every"]),
    place=some.sampled_from(PLACES),
    level=some.sampled_from([None, "england", "region", "icb"]),
)
quickly = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def answers(wave: str, wording: str, role: str, *more: str) -> list[tuple[dict[str, str], dict[str, str]]]:
    """(answer, person) of everybody of a role who gave one."""
    given_ = [(row, people()[row["response_id"]]) for row in by_question()[wave, wording]]
    return [
        (row, who)
        for row, who in given_
        if row["state"] in ("answered", "dont_know", "unmapped", *more) and role in (who["respondent_kind"], "every")
    ]


@pytest.mark.parametrize("role", ["every", "splw", "pcn_manager"])
@pytest.mark.parametrize("wave", WAVES)
def test_every_question_and_how_many_answered(sample: store.Snapshot, wave: str, role: str) -> None:
    published = {r["text"]: r for r in store.ask("questions", INTERNAL, sample, wave=wave, role=role).table.to_dict("records")}
    expected = {wording: rows for (asked_in, wording), rows in by_question().items() if asked_in == wave}
    assert published.keys() == expected.keys()
    for wording, rows in expected.items():
        given_ = [r for r in rows if role in (people()[r["response_id"]]["respondent_kind"], "every")]
        nothing = ("blank", "not_asked", "not_applicable")
        row = published[wording]
        assert row["responses"] == len({r["response_id"] for r in given_ if r["value"] or r["state"] not in nothing})
        assert row["unmapped"] == sum(r["state"] == "unmapped" for r in given_)
        assert row["asked"] == any(r["state"] != "not_asked" for r in given_)
    assert any(row["unmapped"] for row in published.values())


@quickly
@drawn
def test_who_gave_which_answer(sample: store.Snapshot, wave: str, field: str | None, role: str, place: tuple, level: str | None) -> None:
    region, icb = place
    question_id, wording, kind = question(sample, wave, field)
    gave: dict[tuple, set[str]] = defaultdict(set)
    base: dict[tuple, set[str]] = defaultdict(set)
    possible = set()
    for row, who in answers(wave, wording, role, *(["blank"] if kind == "text" else [])):
        value = None if kind == "text" else row["value"]
        possible |= {(value, row["state"])} if row["state"] != "blank" else set()
        for at, code in PLACE.items():
            key = (at, code(who), who["respondent_kind"])
            gave[(*key, value, row["state"])].add(row["response_id"])
            base[key].add(row["response_id"])
    filters = {"wave": wave, "question": question_id, "role": role, "region": region, "icb": icb, "level": level}
    table = store.ask("question_by", INTERNAL, sample, **filters).table.to_dict("records")
    seen = defaultdict(set)
    for row in table:
        value = row["value"] if isinstance(row["value"], str) else None
        key = (row["level"], row["code"], row["role"])
        assert in_place(row, region, icb) and row["level"] in ("england", level or row["level"]) and row["kind"] == kind
        assert (value, row["state"]) not in seen[key]
        seen[key].add((value, row["state"]))
        assert (row["x"], row["n"]) == (len(gave[(*key, value, row["state"])]), len(base[key]))
        assert (row["share"], row["low"], row["high"]) == pytest.approx((row["x"] / row["n"], *wilson(row["x"], row["n"])), abs=1e-9)
    assert all(answered == possible for answered in seen.values())  # an answer that nobody of a place gave is a zero, not a gap
    if region is None and icb is None and level is None:
        assert seen.keys() == base.keys()
    assert {key for key in seen if key[0] == "england"} == {key for key in base if key[0] == "england"}


@quickly
@drawn
def test_means_and_medians(sample: store.Snapshot, wave: str, field: str | None, role: str, place: tuple, level: str | None) -> None:
    region, icb = place
    question_id, wording, kind = question(sample, wave, field)
    numbers, others = defaultdict(list), defaultdict(int)
    for row, who in answers(wave, wording, role) if kind == "number" else []:
        for at, code in PLACE.items():
            key = (at, code(who), who["respondent_kind"])
            if row["state"] == "answered":
                numbers[key].append(float(row["value"]))
            else:
                others[key] += 1
    table = store.ask("question_numbers", INTERNAL, sample, wave=wave, question=question_id, role=role, region=region, icb=icb).table
    for row in table.to_dict("records"):
        assert in_place(row, region, icb)
        key = (row["level"], row["code"], row["role"])
        mine = numbers.pop(key, [])
        assert (row["n"], row["others"]) == (len(mine), others[key])
        if mine:
            assert (row["mean"], row["median"]) == pytest.approx((statistics.fmean(mine), statistics.median(mine)))
        if len(mine) > 1:
            assert row["sd"] == pytest.approx(statistics.stdev(mine))
    assert region or icb or not numbers
