"""The draws: exact ranks, chances and intervals of ranks, beside a second implementation that sorts one draw after the other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra import numpy as arrays

from oversight.need import draws
from oversight.need.estimates import Estimates


def estimates(size: int, seed: int = 3, shared: int = 4, own: float = 0.1, skew: float = 0.4) -> Estimates:
    """Estimates of made-up PCNs that move together in part."""
    random = np.random.default_rng(seed)
    none = np.zeros(size)
    return Estimates(
        estimate=random.random(size), sd=none, fitted=none, reply_sd=none, shared=0.05 * random.standard_normal((size, shared)),
        own=np.full(size, own), skew=np.full(size, skew), explained=lambda: (np.zeros((size, 5)), none), assumed="",
    )  # fmt: skip


floats = arrays.arrays(
    np.float32, some.tuples(some.integers(1, 4), some.integers(1, 30)),
    elements=some.one_of(some.sampled_from([0.0, -0.0, 0.5, -0.5, 1.0]), some.floats(-1024, 1024, width=32)),
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(floats)
def test_the_order_of_a_draw_is_exact_and_ties_go_to_the_first(need: np.ndarray) -> None:
    order = draws._order(need, np.arange(need.shape[1], dtype=np.int64))
    for row, found in zip(need.tolist(), order.tolist(), strict=True):
        assert found == sorted(range(len(row)), key=lambda i: (-row[i], i))


def naive(e: Estimates, count: int, k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Chance and 5th and 95th percentile of the rank, from as many draws of another stream, one PCN after the other."""
    random = np.random.default_rng(99)
    ranks = np.empty((count, len(e.estimate)))
    for row in ranks:
        z = random.standard_normal(len(row))
        need = e.estimate + e.shared @ random.standard_normal(e.shared.shape[1]) + e.own * (z + e.skew / 6 * (z**2 - 1))
        row[:] = [1 + (need > one).sum() for one in need]
    return (ranks <= k).mean(axis=0), *np.percentile(ranks, [5, 95], axis=0, method="nearest")


def test_chances_and_intervals_agree_with_a_naive_implementation() -> None:
    e = estimates(40)
    p, low, high = draws.chances(draws.ranks(e, 4_000), 10)
    other_p, other_low, other_high = naive(e, 4_000, 10)
    assert np.abs(p - other_p).max() < 5 * np.sqrt(0.5 / 4_000)  # both have a standard error of at most √(.25 / 4,000)
    assert np.abs(low - other_low).max() <= 2
    assert np.abs(high - other_high).max() <= 2
    assert p.sum() == pytest.approx(10)


def test_chances_are_counted_and_percentiles_are_those_of_the_sorted_ranks() -> None:
    ranks = draws.ranks(estimates(30), 1_001)
    p, low, high = draws.chances(ranks, 7)
    ordered = np.sort(ranks, axis=0)
    np.testing.assert_array_equal(p, [(column <= 7).sum() / 1_001 for column in ranks.T])
    np.testing.assert_array_equal(low, ordered[50])
    np.testing.assert_array_equal(high, ordered[950])


def test_each_draw_gives_every_rank_once_and_the_seed_gives_the_same_again() -> None:
    e = estimates(50)
    ranks = draws.ranks(e, 300, seed=5)
    assert (np.sort(ranks, axis=1) == np.arange(1, 51)).all()
    np.testing.assert_array_equal(ranks, draws.ranks(e, 300, seed=5))
    assert (ranks != draws.ranks(e, 300, seed=6)).any()


def test_pcns_that_nothing_tells_apart_stand_in_their_order() -> None:
    e = estimates(6, shared=1, own=0, skew=0)
    e = Estimates(**{**vars(e), "estimate": np.full(6, 0.5), "shared": np.full((6, 1), 0.1)})
    assert (draws.ranks(e, 20) == np.arange(1, 7)).all()


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="1 draw or more"):
        draws.ranks(estimates(3), 0)
    with pytest.raises(ValueError, match="below 0"):
        draws.chances(draws.ranks(estimates(3), 2), -1)


def test_draws_that_nobody_waits_for_stop_and_do_not_stop_others() -> None:
    left = Event()

    def beside() -> np.ndarray:
        draws.given_up.set(left)
        return draws.ranks(estimates(20), 300)

    with ThreadPoolExecutor(1) as one:
        expected = one.submit(beside).result()
        left.set()
        with pytest.raises(draws.GivenUp):
            one.submit(beside).result()
    np.testing.assert_array_equal(draws.ranks(estimates(20), 300), expected)
