"""Sharing out the places of the offer: who gets one, who stands in reserve, whom to ask first, and what fairness costs.

Pure functions on one row per PCN. The order of PCNs is that of ``TIES``. Every region gets its minimum first (the region's best),
then the best of England follow, and no ICB gets more than its maximum. Among all selections that keep the rules, none has a
higher sum of estimates.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd

from oversight.findings import count, listed, the
from oversight.need import choosing
from oversight.need.estimates import order
from oversight.need.weights import set_minimum


class Status(NamedTuple):
    """What a PCN's place in the plan is called and what it means."""

    label: str
    meaning: str


#: Where a PCN stands in the plan.
PLAN: Mapping[str, Status] = MappingProxyType(
    {
        "selected": Status("In the plan", "Gets one of the places"),
        "reserve": Status("In reserve", "Comes next when a PCN of the plan drops out"),
        "ask_first": Status(
            "Ask first", "Known only from the model: no usable reply, request, note or mention, so it is asked before it gets a place"
        ),
        "served": Status("Offered or served", "Has been offered a place, or has had one, already"),
        "not_selected": Status("Not in the plan", "Could be chosen, but others come before it"),
    }
)
#: Statuses of the offer with which a PCN gets no further place.
SERVED = ("offered", "accepted", "started", "ended")
MODELLED = "modelled only"
#: The rule for PCNs with the same estimate, as it is published.
TIES = (
    "PCNs are taken by estimated need, the highest first. Where estimates are the same to 12 digits, the PCN with more replies comes "
    "first, then the one with more people in post, then the one whose code comes first in the alphabet."
)
#: How a PCN of the reserve list comes to a place, as it is published.
MOVING_UP = (
    "When a PCN of the plan drops out, the next PCN of the reserve list takes its place. Where its region would fall under the region's "
    "minimum, it is the next PCN of that region, from the list or after it. A PCN is passed over while its ICB has as many places "
    "as it may have."
)
#: One reserve PCN for so many places, and how many there are at least.
RESERVE_FOR, RESERVE_LEAST = 5, 10
#: The columns of ``summary`` and their types.
SUMMARY: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("level", "code", "name", "region_code"), "object"),
        **dict.fromkeys(("pcns", "choosable", "served", "ask_first", "minimum", "places", "unconstrained", "by_headcount"), "Int64"),
        **dict.fromkeys(("moved", "would_be", "both"), "Int64"),
        **dict.fromkeys(("workers", "reached", "reached_unconstrained", "reached_by_headcount"), "float64"),
        **dict.fromkeys(("captured", "captured_by_headcount"), "float64"),
        "note": "object",
    }
)
COUNTS = ("pcns", "choosable", "served", "ask_first", "places", "unconstrained", "by_headcount")
ADDED = ("selected", "plan", "place", "reserve", "unconstrained")
COLUMNS = ("pcn_code", "region_code", "icb_code", "estimate", "n", "n_workers", "evidence", "offer_status")


@dataclass(frozen=True)
class Rules:
    """How ``k`` further places are shared out.

    ``minimum``: percent of the places that each region gets at least (rounded down to whole places), as set if left out. ``maximum``:
    most places one ICB may have, None for no limit. ``modelled``: whether PCNs known only from the model may get a place. Raises
    ``ValueError`` for numbers that cannot be.
    """

    k: int
    minimum: int = field(default_factory=set_minimum)
    maximum: int | None = None
    modelled: bool = False

    def __post_init__(self) -> None:
        if self.k < 0:
            raise ValueError(f"the number of places cannot be {self.k}: it is 0 or more")
        if not 0 <= self.minimum <= 100:
            raise ValueError(f"a region's minimum cannot be {self.minimum}%: it is a percentage of the places from 0 to 100")
        if self.maximum is not None and self.maximum < 0:
            raise ValueError(f"an ICB's maximum cannot be {self.maximum}: it is 0 or more, or none")

    @property
    def least(self) -> int:
        """Places that each region gets at least."""
        return self.k * self.minimum // 100


@dataclass(frozen=True)
class Outcome:
    """What one way of sharing out reaches.

    ``places``: how many PCNs get one. ``captured``: their need above the mean PCN's, as a share of that of the best PCNs
    that can be chosen, as many as there are places (NaN where there is nothing to capture); a place that stays empty captures nothing.
    ``reached``: people in post in those PCNs.
    """

    places: int
    captured: float
    reached: float


@dataclass(frozen=True)
class Shared:
    """A plan, and what it is compared with.

    ``table``: the rows given, in their order, with selected, plan (a code of ``PLAN``), place (order in the plan), reserve (order
    in the reserve list) and unconstrained (whether it would have a place without minimum and maximum). ``notes``: what
    could not be met, in sentences. ``regions``: one row per region by code: region_code, minimum, places, unconstrained, by_headcount
    (missing when nobody is known to be in post), pcns, choosable, workers, reached. ``planned``, ``best`` (without minimum and
    maximum) and ``by_headcount`` (places in proportion to people in post; None as above): what each reaches.
    """

    table: pd.DataFrame
    regions: pd.DataFrame
    planned: Outcome
    best: Outcome
    by_headcount: Outcome | None
    notes: tuple[str, ...]


def share(table: pd.DataFrame, rules: Rules) -> Shared:
    """Share out ``rules.k`` places among the PCNs of ``table`` (one row each, with the columns ``COLUMNS``; region_name if there is one).

    A PCN is out when its offer_status is one of ``SERVED`` or its estimate is missing. Raises ``ValueError`` when a column is
    missing or a PCN stands in two rows.
    """
    rows = _rows(table.reset_index(drop=True), rules)
    candidates = rows[rows["choosable"]]
    first, minima = choosing.minima(choosing.room(candidates, rules.maximum), rules.least, rules.k)
    chosen = choosing.choose(candidates, rules.k, minima, rules.maximum)
    best = candidates.index[: rules.k]
    seats = _seats(rows, candidates, rules.k)
    proportional = None if seats is None else choosing.choose(candidates, rules.k, seats, None)
    waiting = candidates.index.difference(chosen, sort=False)[: _in_reserve(rules.k)]
    plan = pd.Series(
        np.select([rows["served"], rows["modelled"] & ~rows["choosable"]], ["served", "ask_first"], "not_selected"), rows.index
    )
    plan[waiting], plan[chosen] = "reserve", "selected"
    regions = _regions(rows, rules.least, chosen, best, proportional)
    added = pd.DataFrame({"selected": plan == "selected", "plan": plan.astype(object), "unconstrained": rows.index.isin(best)})
    added["place"], added["reserve"] = _numbered(chosen, rows.index), _numbered(waiting, rows.index)
    return Shared(
        table=table.assign(**{name: added[name].sort_index().array for name in ADDED}),
        regions=regions.drop(columns="name"),
        planned=_outcome(rows, chosen, best),
        best=_outcome(rows, best, best),
        by_headcount=None if proportional is None else _outcome(rows, proportional, best),
        notes=_notes(rows, regions, first, rules, len(chosen)),
    )


def selected_by(table: pd.DataFrame, rules: Rules, by: str) -> pd.Series:
    """Whether each PCN would have a place if the column ``by`` were its estimate. ``table``: as ``share``."""
    rows = _rows(table.assign(estimate=table[by]).reset_index(drop=True), rules)
    candidates = rows[rows["choosable"]]
    _, minima = choosing.minima(choosing.room(candidates, rules.maximum), rules.least, rules.k)
    chosen = choosing.choose(candidates, rules.k, minima, rules.maximum)
    return pd.Series(pd.RangeIndex(len(table)).isin(chosen), index=table.index)


def rules_of(k: int, minimum: int | None, maximum: int | None, modelled: str) -> Rules:
    """The rules from a query's parameters: ``minimum`` None is the one that is set, ``modelled`` "yes" or "no"."""
    return Rules(k, set_minimum() if minimum is None else minimum, maximum, modelled == "yes")


def summary(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """What sharing out comes to: one row for England (level "england", code "ENG"), then one per region (by code).

    ``table``: as ``share``, with in_post and region_name. Columns: level, code, name, region_code; pcns, served, ask_first (PCNs that are
    asked first), choosable, workers (people in post); minimum, places, unconstrained, by_headcount: places for sure, by these rules,
    without minimum and maximum, and in proportion to people in post; reached: people in post in the PCNs of the plan. For
    England only: moved (PCNs of the plan that would have no place without minimum and maximum), reached_unconstrained,
    reached_by_headcount, captured and captured_by_headcount (see ``Outcome``), would_be (PCNs of ask first that would have a place if
    they could), both (PCNs that would have a place by the need of the people in post too), note (what could not be met; "" if nothing).
    """
    found, open_to_all = share(table, rules), selected_by(table, replace(rules, modelled=True), "estimate")
    by_post = selected_by(table, rules, "in_post")
    first = found.table["plan"] == "ask_first"
    here = found.regions.merge(_counted(found.table), on="region_code", how="left").assign(level="region")
    here = here.assign(code=here["region_code"])
    england = {
        "level": "england", "code": "ENG", "name": "England", **here[[*COUNTS, "workers", "reached"]].sum().to_dict(),
        "minimum": rules.least, "reached_unconstrained": found.best.reached, "captured": found.planned.captured,
        "moved": int((found.table["selected"] & ~found.table["unconstrained"]).sum()),
        "would_be": int((first & open_to_all).sum()),
        "both": int((found.table["selected"] & by_post).sum()),
        "note": " ".join(found.notes),
    }  # fmt: skip
    if found.by_headcount is None:
        england["by_headcount"] = pd.NA
    else:
        england |= {"captured_by_headcount": found.by_headcount.captured, "reached_by_headcount": found.by_headcount.reached}
    rows = pd.concat([pd.DataFrame([england]), here]).reindex(columns=list(SUMMARY)).reset_index(drop=True)
    return rows.astype(SUMMARY)


def _counted(table: pd.DataFrame) -> pd.DataFrame:
    """Per region: region_code, name, and how many of its PCNs are served and are asked first."""
    names = table["region_name"].where(table["region_name"].notna(), table["region_code"]).fillna("No known region")
    plan = pd.DataFrame({"region_code": table["region_code"], "name": names})
    plan = plan.assign(**{of: table["plan"] == of for of in ("served", "ask_first")})
    return plan.groupby("region_code", dropna=False).agg({"name": "first", "served": "sum", "ask_first": "sum"}).reset_index()


def _rows(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """The rows in the order of ``TIES``: region and icb (never missing), name, estimate, workers, served, modelled, choosable."""
    if absent := set(COLUMNS) - set(table.columns):
        raise ValueError(f"the PCNs to share among have no column {', '.join(sorted(absent))}")
    if (twice := table["pcn_code"].duplicated()).any():
        raise ValueError(f"{table.loc[twice, 'pcn_code'].iloc[0]} stands in two rows")
    need, n, workers = (table[name].to_numpy(dtype=float, na_value=np.nan) for name in ("estimate", "n", "n_workers"))
    ordered = table.iloc[order(need, n, workers, table["pcn_code"].to_numpy(dtype=str))]
    icb, region = ordered["icb_code"].astype(object), ordered["region_code"].astype(object)
    names = ordered["region_name"].astype(object) if "region_name" in ordered else region
    rows = pd.DataFrame(
        {
            "region": region.fillna(""),
            "icb": icb.where(icb.notna(), "of " + ordered["pcn_code"].astype(object)),  # without one a PCN shares no maximum
            "name": names.where(names.notna(), region),
            "estimate": ordered["estimate"].astype(float).round(12),
            "workers": ordered["n_workers"].astype(float).fillna(0.0),
            "served": ordered["offer_status"].isin(SERVED),
            "modelled": ordered["evidence"].eq(MODELLED),
        }
    )
    rows["choosable"] = ~rows["served"] & rows["estimate"].notna() & (rules.modelled | ~rows["modelled"])
    return rows


def _in_reserve(k: int) -> int:
    """How many PCNs the reserve list has, where there are so many."""
    return max(math.ceil(k / RESERVE_FOR), RESERVE_LEAST) if k else 0


def _seats(rows: pd.DataFrame, candidates: pd.DataFrame, k: int) -> dict[str, int] | None:
    """Places of each region in proportion to its people in post, as many as it can fill; None when nobody is known to be in post."""
    workers = {str(region): math.fsum(sorted(of)) for region, of in rows.groupby("region")["workers"]}
    if not sum(workers.values()):
        return None
    choosable = candidates.groupby("region").size()
    seats = choosing.largest_remainder(list(workers.values()), k)
    return {region: min(n, int(choosable.get(region, 0))) for region, n in zip(workers, seats, strict=True)}


def _outcome(rows: pd.DataFrame, chosen: pd.Index, best: pd.Index) -> Outcome:
    known = rows["estimate"].dropna()
    mean = math.fsum(known) / len(known) if len(known) else math.nan
    most, gained = (math.fsum(rows.loc[which, "estimate"] - mean) for which in (best, chosen))
    return Outcome(len(chosen), gained / most if most > 1e-9 else math.nan, math.fsum(rows.loc[chosen, "workers"]))


def _regions(rows: pd.DataFrame, least: int, chosen: pd.Index, best: pd.Index, proportional: pd.Index | None) -> pd.DataFrame:
    """One row per region, as ``Shared`` says, with its name."""
    found = []
    for region, of in rows.groupby("region"):
        found.append(
            {
                "region_code": region or None, "name": of["name"].iloc[0], "minimum": least if region else 0,
                "places": int(of.index.isin(chosen).sum()), "unconstrained": int(of.index.isin(best).sum()),
                "by_headcount": pd.NA if proportional is None else int(of.index.isin(proportional).sum()),
                "pcns": len(of), "choosable": int(of["choosable"].sum()), "workers": math.fsum(of["workers"]),
                "reached": math.fsum(of["workers"][of.index.isin(chosen)]),
            }
        )  # fmt: skip
    columns = ["region_code", "name", "minimum", "places", "unconstrained", "by_headcount", "pcns", "choosable", "workers", "reached"]
    return pd.DataFrame(found, columns=columns).astype({"by_headcount": "Int64"})


def _numbered(which: pd.Index, every: pd.Index) -> pd.Series:
    """1, 2, … for the rows of ``which``, missing for the others."""
    return pd.Series(range(1, len(which) + 1), index=which, dtype="Int64").reindex(every)


def _notes(rows: pd.DataFrame, regions: pd.DataFrame, first: int, rules: Rules, given: int) -> tuple[str, ...]:
    """What the rules ask for and could not be met."""
    if len(rows) and rows["estimate"].isna().all():
        return ("Nobody has replied anywhere, so there is no need to go by: no PCN is chosen.",)
    notes, choosable = [], int(rows["choosable"].sum())
    if given < min(rules.k, choosable):
        notes.append(
            f"With at most {count(rules.maximum or 0, 'place')} for an ICB, {rules.k - given:,} of the {rules.k:,} cannot be given."
        )
    elif given < rules.k:
        can = "No PCN" if not choosable else f"Only {count(choosable, 'PCN')}"
        notes.append(
            f"{can} can be chosen for {count(rules.k, 'place')}: {rules.k - given:,} {'is' if rules.k - given == 1 else 'are'} left over."
        )
    short = regions[regions["places"] < regions["minimum"]]
    few = short[short["choosable"] < short["minimum"]]
    crowded = short[(short["choosable"] >= short["minimum"]) & (first < rules.least) & (short["places"] >= first)]
    limited = short.drop(index=few.index.union(crowded.index))
    if len(few):
        notes.append(f"Fewer PCNs can be chosen than the minimum of {rules.least:,}: {_named(few, 'choosable')}.")
    if len(limited):
        most = f"With at most {count(rules.maximum or 0, 'place')} for an ICB"
        notes.append(f"{most}, the minimum of {rules.least:,} cannot be kept: {_named(limited, 'places')}.")
    if len(crowded):
        minima = f"The minimum of {rules.least:,} in every region comes to more than {count(rules.k, 'place')}"
        notes.append(f"{minima}, so each region gets {first:,} first.")
    return tuple(notes)


def _named(regions: pd.DataFrame, what: str) -> str:
    return listed([f"{the(name)} has {n:,}" for name, n in zip(regions["name"], regions[what], strict=True)])
