"""Weights in words: what they amount to, what they must not be, and who comes in and goes out."""

from __future__ import annotations

import itertools
import re
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from oversight import charts, need, reasons, store, weighing

INTERNAL = store.Viewer(audience="internal")
WEIGHTS = some.fixed_dictionaries({name: some.integers(0, 100) for name in need.CRITERIA})


def needs(codes: str, estimates: list[float], n: int = 1) -> pd.DataFrame:
    """An answer of ``needs``: one PCN for each letter, in the order given."""
    size = len(codes)
    return pd.DataFrame(
        {
            "pcn_code": list(codes), "pcn_name": [f"{code} PCN" for code in codes], "icb_code": "I", "icb_name": "ICB", "region_code": "R",
            "estimate": estimates, "low": np.array(estimates) - 0.1, "high": np.array(estimates) + 0.1, "england": 0.3, "n": n,
            "replies": n, "n_workers": 3.0, "returned": True, "ranked": size,
        }
    )  # fmt: skip


def test_every_criterion_has_its_words() -> None:
    assert tuple(need.weights.NAMES) == tuple(weighing.UNMET) == need.CRITERIA


@settings(max_examples=30, deadline=None)
@given(WEIGHTS)
def test_weights_amount_to_100_per_cent_and_keep_their_order(weights: dict[str, int]) -> None:
    whole = weighing.per_cent(weights)
    assert sum(whole.values()) == (100 if any(weights.values()) else 0)
    for one, other in itertools.permutations(need.CRITERIA, 2):
        assert weights[one] < weights[other] or whole[one] >= whole[other] - (weights[one] == weights[other])
    for name in need.CRITERIA:
        assert abs(whole[name] - 100 * weights[name] / max(sum(weights.values()), 1)) < 1
    assert [int(share) for share in re.findall(r"\*\*(\d+)%\*\*", weighing.amount_to(weights))] == list(whole.values())


@settings(max_examples=30, deadline=None)
@given(WEIGHTS)
def test_the_page_refuses_what_the_core_refuses_and_says_why(weights: dict[str, int]) -> None:
    try:
        need.weights.checked(weights)
    except ValueError:
        said = weighing.problem(weights)
        assert said
        assert ("All weights are 0" in said) == (not any(weights.values()))
        assert "50% of the whole" not in said or "just over" in said
    else:
        assert weighing.problem(weights) == ""


def test_a_share_above_a_half_is_not_rounded_to_it() -> None:
    assert "hold just over 50% of the whole" in weighing.problem({"clinical_supervision": 99, "strain": 100})
    assert "hold 62% of the whole" in weighing.problem({"clinical_supervision": 38, "safeguarding_and_concerns": 30, "strain": 32})
    assert not weighing.problem({"clinical_supervision": 50, "strain": 50})


@settings(max_examples=30, deadline=None)
@given(WEIGHTS.filter(lambda weights: any(weights.values())), some.sampled_from([1, 0.01, 3.7, 1000]))
def test_sliders_stand_where_the_weights_are_or_at_their_per_cent(weights: dict[str, int], factor: float) -> None:
    shown = weighing.steps({name: factor * weight for name, weight in weights.items()})
    assert all(0 <= step <= 100 and isinstance(step, int) for step in shown.values())
    assert all((shown[name] > 0) == (weight > 0) for name, weight in weights.items())
    if factor == 1:
        assert shown == weights
    if not any(shown[name] == 1 for name in shown):  # one that would vanish is kept at 1
        assert all(abs(need.weights.shares(shown)[name] - need.weights.shares(weights)[name]) < 0.03 for name in shown)


@settings(max_examples=20, deadline=None)
@given(WEIGHTS.filter(lambda weights: not weighing.problem(weights)))
def test_the_file_that_is_taken_away_is_read_as_the_same_weights(tmp_path_factory: pytest.TempPathFactory, weights: dict[str, int]) -> None:
    path = Path(tmp_path_factory.getbasetemp()) / "weights.toml"
    path.write_text(weighing.toml(weights), encoding="utf-8")
    assert need.weights.from_text(need.weights.of_file(path)) == pytest.approx(weights)


def test_the_file_says_what_each_weight_is_for() -> None:
    text = weighing.toml(need.WEIGHTS)
    assert tomllib.loads(text) == {"weights": dict(need.WEIGHTS)}
    assert "clinical_supervision = 35 # no clinical" in text
    command = weighing.command(60, "splw", "care_coordinator")
    assert "--weights weights.toml --role splw --also care_coordinator --k 60 --audience internal" in command
    assert "--also" not in weighing.command(60, "splw", None)


# ---- who comes in and goes out --------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(some.permutations("ABCDEFG"), some.permutations("ABCDEFG"), some.integers(0, 9))
def test_as_many_come_in_as_go_out_and_nobody_else_moves(now: list[str], before: list[str], k: int) -> None:
    estimates = [0.9 - 0.1 * i for i in range(7)]
    table = weighing.compared(needs("".join(now), estimates), needs("".join(before), estimates), k)
    assert set(table.loc[table["change"] == "comes in", "pcn_code"]) == set(now[:k]) - set(before[:k])
    assert set(table.loc[table["change"] == "goes out", "pcn_code"]) == set(before[:k]) - set(now[:k])
    assert table["pcn_code"].tolist() == now
    assert table["before"].tolist() == pytest.approx([estimates[before.index(code)] for code in now])
    said = weighing.headline(table, k, "these weights")
    stay = len(set(now[:k]) & set(before[:k]))
    if 1 < k < 7:
        assert said == f"With these weights {'all' if stay == k else stay or 'none'} of the {k} {'stays' if stay == 1 else 'stay'} the same"
    moves = weighing.moves(table)
    assert set(moves["pcn_code"]) == set(now[:k]) ^ set(before[:k])
    entering = len(set(now[:k]) - set(before[:k]))
    numbers = re.findall(r"\d+", weighing.moves_sentence(moves, "England"))
    assert numbers == ([str(entering)] * 2 if entering else [])


def two(k: int) -> pd.DataFrame:
    return weighing.compared(needs("ABCDE", [0.9, 0.8, 0.7, 0.6, 0.5]), needs("ACBED", [0.8, 0.7, 0.6, 0.5, 0.4]), k)


@pytest.mark.parametrize(
    ("k", "changed", "expected"),
    [
        (0, "these weights", "The offer has no places, so weights decide nothing"),
        (1, "these weights", "With these weights the one PCN stays the same"),
        (2, "these weights", "With these weights 1 of the 2 stays the same"),
        (3, "these replies", "With these replies all of the 3 stay the same"),
        (5, "these weights", "There are places for all 5 PCNs, so weights decide nothing"),
        (9, "these weights", "There are places for all 5 PCNs, so weights decide nothing"),
        (2, "", "The weights are as set: move one to see which PCNs would come in and which would go out"),
    ],
)
def test_headlines(k: int, changed: str, expected: str) -> None:
    assert weighing.headline(two(k), k, changed) == expected


@pytest.mark.parametrize(
    ("here", "expected"),
    [
        ("AC", "of London none comes in and 1 goes out"),
        ("B", "of London 1 comes in and none goes out"),
        ("BC", "of London 1 comes in and 1 goes out"),
        ("DE", "of London none moves"),
    ],
)
def test_a_place_is_told_of_its_own(here: str, expected: str) -> None:
    assert weighing.headline(two(2), 2, "these weights", "London", frozenset(here)).endswith(f"stays the same; {expected}")


def test_moves_of_a_place_in_a_sentence() -> None:
    assert weighing.moves_sentence(two(2), "England") == "1 PCN comes in, 1 goes out"
    assert weighing.moves_sentence(two(2).iloc[:1], "Midlands") == "No PCN of the Midlands comes in or goes out"
    assert weighing.moves_sentence(two(2).query("pcn_code == 'C'"), "London") == "No PCN of London comes in, 1 goes out"


def test_nothing_is_among_the_highest_where_nobody_replied() -> None:
    silent = needs("AB", [np.nan, np.nan], 0)
    table = weighing.compared(silent, silent, 1)
    assert not table[["among", "was"]].any(axis=None)
    assert weighing.headline(table, 1, "these weights") == "There is nothing to weigh here"
    assert weighing.headline(table.iloc[:0], 1, "") == "There is nothing to weigh here"
    heard = weighing.compared(needs("AB", [0.4, 0.3]), silent, 1)
    assert (
        weighing.headline(heard, 1, "these weights")
        == "With these weights a reply counts, with everything as set none does: 1 PCN comes in"
    )


@pytest.mark.parametrize(
    ("now", "before", "changed", "expected"),
    [
        (12, 14, "these weights", "12 PCNs clearly need the offer most, 14 with everything as set"),
        (1, 0, "these weights", "1 PCN clearly needs the offer most, none with everything as set"),
        (0, 0, "these weights", "No PCN clearly needs the offer most, as many as with everything as set"),
        (2, 2, "", "2 PCNs clearly need the offer most"),
    ],
)
def test_bands_in_a_sentence(now: int, before: int, changed: str, expected: str) -> None:
    counts = pd.DataFrame({"band": ["clearly", "probably"], "pcns": [now, 5], "before": [before, 6]})
    assert weighing.bands_sentence(counts, changed) == expected


@pytest.fixture(scope="module")
def answers(sample: store.Snapshot) -> dict[str, pd.DataFrame]:
    """The sample's answers under other weights and as set."""
    other = "40-20-20-20-0"
    return {
        "now": store.ask("needs", INTERNAL, sample, weights=other).table,
        "as_set": store.ask("needs", INTERNAL, sample).table,
        "drawn": store.ask("priority", INTERNAL, sample, weights=other).table,
        "drawn_as_set": store.ask("priority", INTERNAL, sample).table,
    }


def test_points_are_what_the_whole_answer_says(answers: dict[str, pd.DataFrame]) -> None:
    shared = ["pcn_code", "n", "estimate", "low", "high", "fitted", "in_post", "england", "ranked"]
    pd.testing.assert_frame_equal(answers["now"][shared], answers["drawn"][shared])
    assert (answers["now"]["low"] <= answers["now"]["estimate"]).all()
    assert (answers["now"]["estimate"] <= answers["now"]["high"]).all()


def test_the_sample_under_other_weights(answers: dict[str, pd.DataFrame]) -> None:
    table = weighing.compared(answers["now"], answers["as_set"], 100)
    stay = len(set(answers["now"]["pcn_code"].head(100)) & set(answers["as_set"]["pcn_code"].head(100)))
    assert 50 < stay < 100
    assert weighing.headline(table, 100, "these weights") == f"With these weights {stay} of the 100 stay the same"
    moves = weighing.with_chances(weighing.moves(table), answers["drawn"])
    assert len(moves) == 2 * (100 - stay)
    assert moves[["pcn", "chance", "rank_range", "sure", "heard"]].notna().all(axis=None)
    assert moves["pcn_code"].tolist() == weighing.moves(table)["pcn_code"].tolist()
    counts = weighing.bands_beside(answers["drawn"], answers["drawn_as_set"])
    assert counts["pcns"].sum() == counts["before"].sum() == len(table)
    assert counts["before"].tolist() == [(answers["drawn_as_set"]["band"] == band).sum() for band in need.BANDS]
    rows = table.head(6).assign(pcn=reasons.names(table.head(6)))
    assert weighing.alt(rows).count("as set") == 5
    assert "and 1 more with lower estimates" in weighing.alt(rows)


def test_the_chart_shows_every_estimate_and_what_it_was() -> None:
    rows = two(2).assign(pcn=lambda t: reasons.names(t))
    figure = charts.weighed(rows, fictional=True)
    lines, marks, dots = figure.data
    np.testing.assert_allclose(np.asarray(dots.x, dtype=float), rows["estimate"])
    np.testing.assert_allclose(np.asarray(marks.x, dtype=float), rows["before"])
    np.testing.assert_allclose(np.asarray(lines.x, dtype=float)[0::3], rows["low"])
    np.testing.assert_allclose(np.asarray(lines.x, dtype=float)[1::3], rows["high"])
    assert [a.text for a in figure.layout.annotations] == ["FICTIONAL", "comes in", "England 30%"]
    assert figure.layout.annotations[1].y == dots.y[1]
    silent = rows.assign(n=0, before=rows["estimate"])
    assert len(charts.weighed(silent).data) == 2  # no marks where nothing differs
    assert set(charts.weighed(silent).data[1].marker.symbol) == {"circle-open"}
