"""England weighted by region, and what the silent could change: against published numbers, a second way, and in words."""

from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from oversight import reach, stats, store
from tests import truth

INTERNAL = store.Viewer(audience="internal")
NAN = float("nan")

#: Members of learned societies, the valid returns, and how many of 100 were women: Morton and Price 1989, as worked in Lohr, Sampling:
#: Design and Analysis (1999), example 4.3, and to more places in Eric Slud's handout for STAT 440 (University of Maryland, 2005).
SOCIETIES = ((9100, 636, 38), (1950, 451, 27), (5500, 481, 18), (10850, 611, 19), (2100, 493, 36), (5500, 575, 13), (9000, 588, 26))


def test_post_stratified_equals_a_worked_example() -> None:
    N, n, women = (np.array(column, dtype=float) for column in zip(*SOCIETIES, strict=True))
    share, error, low, high = stats.post_stratified(n * women / 100, n, N)
    assert share == pytest.approx(0.2465, abs=5e-5)
    assert error == pytest.approx(0.007118622, abs=5e-9)
    for p in (low, high):  # Wilson's limits with that standard error: the roots of (p - share)² = z² p (1 - p) / n
        effective = share * (1 - share) / error**2
        assert (p - share) ** 2 == pytest.approx(stats.Z95**2 * p * (1 - p) / effective, rel=1e-9)


@pytest.mark.parametrize(
    ("question", "said"),
    [("sch.wide", (91, 26, 35)), ("comp.imp", (75, 17, 24))],  # elementary, high and middle schools of R survey's data(api), apistrat
)
def test_post_stratified_equals_r_survey(oracles, question: str, said: tuple[int, ...]) -> None:
    known = pd.read_csv(oracles / "survey_svyciprop_expected.csv").query("design == 'strat_fpc' and method == 'wilson' and df == 'Inf'")
    (row,) = known[known["variable"] == question].to_dict("records")
    found = stats.post_stratified(said, (100, 50, 50), (4421, 755, 1018))
    # R holds the weights to 7 digits
    np.testing.assert_allclose(found, (row["p"], math.sqrt(row["var"]), row["lower"], row["upper"]), rtol=2e-8)


def test_post_stratified_equals_statsmodels_on_single_answers() -> None:
    """Each answer as a row of its own with the weight N / n: the share is the weighted mean."""
    from statsmodels.stats.weightstats import DescrStatsW

    x, n, N = np.array([3, 20, 9]), np.array([10, 25, 40]), np.array([100, 30, 90])
    rows = np.concatenate([np.repeat([1.0, 0.0], [a, b - a]) for a, b in zip(x, n, strict=True)])
    weights = np.repeat(N / n, n)
    assert stats.post_stratified(x, n, N)[0] == pytest.approx(DescrStatsW(rows, weights).mean, abs=1e-12)


STRATUM = some.tuples(some.integers(0, 40), some.integers(0, 40), some.integers(0, 60)).map(lambda s: (s[0], s[0] + s[1], sum(s)))


@settings(max_examples=60)
@given(some.lists(STRATUM, min_size=1, max_size=6))
def test_post_stratified_equals_the_formula_in_plain_numbers(strata: list[tuple[int, int, int]]) -> None:
    x, n, N = zip(*strata, strict=True)
    share, error, low, high = stats.post_stratified(x, n, N)
    total, used = sum(N), [s for s in strata if s[2]]
    if not total or any(not b for _, b, _ in used):
        assert math.isnan(share) and math.isnan(low) and math.isnan(high)
        return
    expected = sum(c / total * a / b for a, b, c in used)
    assert share == pytest.approx(expected, abs=1e-12)
    if any(b == 1 for _, b, _ in used):
        assert math.isnan(error)
        return
    variance = sum((c / total) ** 2 * (1 - b / c) * (a / b) * (1 - a / b) * b / (b - 1) / b for a, b, c in used)
    assert error == pytest.approx(math.sqrt(variance), abs=1e-12)
    assert 0 <= low <= share + 1e-12 and share - 1e-12 <= high <= 1
    loose = stats.post_stratified(x, n, N, finite=False)
    assert loose[2] <= low + 1e-9 and loose[3] >= high - 1e-9  # without the correction never narrower


def test_equal_rates_of_reply_weigh_nothing() -> None:
    share, _, low, high = stats.post_stratified([5, 20], [10, 40], [30, 120], finite=False)
    assert share == pytest.approx(0.5)
    assert low < stats.wilson(25, 50)[0] + 0.01 and high > stats.wilson(25, 50)[1] - 0.01


def test_a_silent_stratum_is_no_share_and_too_many_answers_are_an_error() -> None:
    assert np.isnan(stats.post_stratified([5, 0], [10, 0], [30, 10])).all()
    assert not np.isnan(stats.post_stratified([5, 0], [10, 0], [30, 0])).any()  # a place without people weighs nothing
    assert np.isnan(stats.post_stratified([5, 9], [10, 9], [30, NAN])).all()
    assert np.isnan(stats.post_stratified([5, 9], [10, 9], [30, 20], least=10)).all()
    with pytest.raises(ValueError, match="cannot be"):
        stats.post_stratified([5], [10], [9])


@pytest.mark.parametrize("wave", ["2026-1-spring", "2026-2-autumn"])
@pytest.mark.parametrize("role", ["splw", "care_coordinator"])
@pytest.mark.parametrize("by", ["region", "icb"])
def test_weighted_by_place_equals_a_recount(sample: store.Snapshot, wave: str, role: str, by: str) -> None:
    table = store.ask("coverage_weighted", INTERNAL, sample, wave=wave, role=role, by=by).table
    places = store.ask("responses", INTERNAL, sample, wave=wave, role=role).table
    in_post = {r["code"]: r["headcount"] for r in places[places["level"] == by].to_dict("records")}
    names = dict(zip(places["code"], places["name"], strict=True))
    rows = [r for r in truth.rows("responses.csv.gz") if (r["wave_id"], r["respondent_kind"]) == (wave, role)]
    states = [(r[f"{by}_code"], truth.elements(r)) for r in rows]
    for row in table.to_dict("records"):
        known = {c: [s[row["element"]] for code, s in states if code == c and s[row["element"]] in truth.DENOMINATOR] for c in in_post}
        everybody = [s for found in known.values() for s in found]
        assert (row["yes"], row["answered"]) == (everybody.count("yes"), len(everybody))
        if row["element"] == "supervision_often_enough":
            assert math.isnan(row["weighted"]) and row["silent"] == ""
            continue
        few = sorted(names[c] for c, found in known.items() if len(found) < (10 if by == "icb" else 1))
        assert sorted(row["silent"].split("; ")) == (few or [""])
        if few:
            assert math.isnan(row["weighted"])
        else:
            total = sum(in_post.values())
            assert row["weighted"] == pytest.approx(sum(in_post[c] / total * f.count("yes") / len(f) for c, f in known.items()), abs=1e-9)
            assert row["weighted_low"] < row["weighted"] < row["weighted_high"]


@given(some.integers(0, 200), some.integers(0, 200), some.floats(0, 900))
def test_bounds_hold_whatever_the_silent_would_have_said(yes: int, no: int, silent: float) -> None:
    row = {"yes": yes, "answered": yes + no, "share": yes / (yes + no) if yes + no else NAN}
    found = reach.could_be(row, yes + no + silent)
    said = reach.bounds_sentence(row, {"headcount": yes + no + silent})
    if not yes + no:
        assert found is None and said == ""
        return
    assert found is not None
    for extra in (0.0, silent / 2, silent):
        assert found[0] - 1e-12 <= (yes + extra) / (yes + no + silent) <= found[1] + 1e-12
    numbers = re.findall(r"\d+", said)
    assert numbers in ([], [f"{100 * found[0]:.0f}", f"{100 * found[1]:.0f}"])
    assert (numbers == []) == (yes + no < 10 or f"{100 * found[0]:.0f}" == f"{100 * found[1]:.0f}")


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ({"responses": 1024, "headcount": 3028.3, "rate": 0.338}, "1,024 of an estimated 3,028 link workers replied (34%)."),
        ({"responses": 97, "headcount": NAN, "rate": NAN}, "97 replies; how many link workers there are is not known."),
        ({"responses": 1, "headcount": NAN, "rate": NAN}, "1 reply; how many link workers there are is not known."),
        ({"responses": NAN, "headcount": NAN, "rate": NAN}, ""),
        (None, ""),
    ],
)
def test_who_replied_in_words(people: dict[str, float] | None, said: str) -> None:
    assert reach.reply_sentence(people, "link workers") == said


def test_a_withheld_share_has_no_bounds() -> None:
    withheld = {"yes": NAN, "answered": NAN, "share": NAN}
    assert reach.could_be(withheld, 100) is None
    assert reach.bounds_sentence(withheld, {"headcount": 100}) == ""
    assert reach.bounds_sentence({"yes": 10, "answered": 20, "share": 0.5}, {"headcount": NAN}) == ""


def weighted(**other: object) -> dict[str, object]:
    shares = {"share": 0.48, "low": 0.45, "high": 0.51, "weighted": 0.47, "weighted_low": 0.44, "weighted_high": 0.5}
    return {**shares, "answered": 994, "silent": "", **other}


IN_POST = "With every region counted by its people in post, 47%"
REPLIED = "of link workers in England have it; as they replied, 48% (45% to 51%)."


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (weighted(), f"{IN_POST} (44% to 50%) {REPLIED}"),
        (weighted(silent="London; Midlands"), "England cannot be weighted by region: nobody answered in London and the Midlands."),
        (weighted(weighted=NAN), "England cannot be weighted by region: not every region has a workforce return to weight it by."),
        (weighted(share=NAN, silent=NAN), "Too few people answered to weight England by region."),
        (weighted(answered=9), "Too few people answered to weight England by region."),
        (weighted(weighted_low=NAN), f"{IN_POST} {REPLIED}"),
    ],
)  # fmt: skip
def test_the_weighted_share_in_words(row: dict[str, object], said: str) -> None:
    assert reach.weighted_sentence(row, "it", "link workers") == said


def test_every_element_says_what_it_could_be_but_a_follow_up_question() -> None:
    table = pd.DataFrame(
        {"element": ["first_contact", "supervision_often_enough", "all_three"], "yes": [10, 10, NAN], "answered": [20, 20, NAN],
         "share": [0.5, 0.5, NAN]}
    )  # fmt: skip
    assert reach.with_bounds(table, 40)["could_be"].tolist() == ["25% to 75%", None, None]
    assert reach.with_bounds(table, NAN)["could_be"].isna().all()
