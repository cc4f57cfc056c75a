"""Which PCNs get the places under a minimum per region and a maximum per ICB, and places in proportion to people.

``candidates`` are the PCNs that can be chosen in the order in which they come to a place, with region ("" without one), icb and
estimate (rounded to 12 digits).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

import pandas as pd


def room(candidates: pd.DataFrame, maximum: int | None) -> dict[str, int]:
    """How many PCNs of each region could have a place: those that can be chosen, no more than the maximum from each ICB of it."""
    per_icb = candidates.groupby(["region", "icb"]).size()
    per_icb = per_icb if maximum is None else per_icb.clip(upper=maximum)
    return {str(region): int(n) for region, n in per_icb.groupby("region").sum().items() if region}


def minima(room: Mapping[str, int], least: int, k: int) -> tuple[int, dict[str, int]]:
    """Places that each region gets first, and how many each one gets: ``least``, or less where the regions' together exceed ``k``.

    ``room``: as that function gives it; a region gets no more than it can fill.
    """
    while sum(min(least, n) for n in room.values()) > k:
        least -= 1
    return least, {region: min(least, n) for region, n in room.items()}


def choose(candidates: pd.DataFrame, k: int, minima: Mapping[str, int], maximum: int | None) -> pd.Index:
    """The selection with the highest sum of estimates, in order. ``candidates`` in order; ``minima`` can be filled and fit into ``k``."""
    allowed = candidates
    if maximum is not None:
        if any(minima.values()) and candidates[["icb", "region"]].drop_duplicates()["icb"].duplicated().any():
            return _across(candidates, k, minima, maximum)
        # each ICB's best are all it can have, and with that its maximum is kept whatever is chosen among them
        allowed = candidates[candidates.groupby("icb").cumcount() < maximum]
    first = allowed.groupby("region").cumcount() < allowed["region"].map(minima).fillna(0)
    rest = allowed.index[~first][: k - int(first.sum())]
    return candidates.index[candidates.index.isin(allowed.index[first].union(rest))]


def _across(candidates: pd.DataFrame, k: int, minima: Mapping[str, int], maximum: int) -> pd.Index:
    """The same where an ICB lies in several regions, so that a place it gives one region is lost to another.

    Places flow from ICBs to regions, one at a time along the path that adds most (successive longest paths), and a path may take
    back a place given before. In whole numbers: the estimates to 12 digits, then the order; filling a minimum outweighs both.
    """
    size = len(candidates)
    worth = [round(e * 10**12) * (size * size + 1) + size - i for i, e in enumerate(candidates["estimate"])]
    filling = 4 * (size + 1) * (max(map(abs, worth), default=0) + 1)
    pairs: dict[tuple[str, str], list[int]] = {}
    for i, pair in enumerate(zip(candidates["icb"], candidates["region"], strict=True)):
        pairs.setdefault(pair, []).append(i)
    given = dict.fromkeys(pairs, 0)
    for _ in range(k):
        path = _path(pairs, given, worth, minima, maximum, filling)
        if not path:
            break
        for pair, change in path:
            given[pair] += change
    return candidates.index[sorted(i for pair, members in pairs.items() for i in members[: given[pair]])]


def _path(
    pairs: Mapping[tuple[str, str], list[int]], given: Mapping[tuple[str, str], int], worth: Sequence[int], minima: Mapping[str, int],
    maximum: int, filling: int,
) -> list[tuple[tuple[str, str], int]]:  # fmt: skip
    """Which pairs of ICB and region get a place more (1) or less (-1) so that one place more is given at the highest gain; [] if none."""
    used_icb, used_region = dict.fromkeys((i for i, _ in pairs), 0), dict.fromkeys((r for _, r in pairs), 0)
    for (icb, region), n in given.items():
        used_icb[icb] += n
        used_region[region] += n
    gain: dict[tuple[str, str], int] = {("icb", icb): 0 for icb, n in used_icb.items() if n < maximum}
    came: dict[tuple[str, str], tuple[tuple[str, str], int]] = {}
    changed = True
    while changed:
        changed = False
        for (icb, region), members in pairs.items():
            n, start, end = given[icb, region], ("icb", icb), ("region", region)
            if n < len(members) and start in gain and gain[start] + worth[members[n]] > gain.get(end, -filling):
                gain[end], came[end], changed = gain[start] + worth[members[n]], ((icb, region), 1), True
            if n and end in gain and gain[end] - worth[members[n - 1]] > gain.get(start, -filling):
                gain[start], came[start], changed = gain[end] - worth[members[n - 1]], ((icb, region), -1), True
    ends = {r: gain["region", r] + filling * (n < minima.get(r, 0)) for r, n in used_region.items() if ("region", r) in gain}
    if not ends:
        return []
    path, node = [], ("region", max(ends, key=lambda r: (ends[r], r)))
    while node in came:
        pair, change = came[node]
        path.append((pair, change))
        node = ("icb", pair[0]) if change == 1 else ("region", pair[1])
    return path


def largest_remainder(votes: Sequence[float], seats: int) -> list[int]:
    """Seats in proportion to votes: each quota's whole seats, and the rest by the largest remainders, ties to who stands first.

    The method of Hamilton (Balinski and Young 1975). Raises ``ValueError`` when votes or seats are negative or all votes 0.
    """
    if seats < 0 or any(v < 0 for v in votes) or not sum(votes):
        raise ValueError("seats and votes cannot be negative, and there must be votes")
    exact = [Fraction(v) for v in votes]
    quotas = [v * seats / sum(exact) for v in exact]
    given = [math.floor(q) for q in quotas]
    for i in sorted(range(len(votes)), key=lambda i: given[i] - quotas[i])[: seats - sum(given)]:
        given[i] += 1
    return given
