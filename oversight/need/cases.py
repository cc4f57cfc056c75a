"""From the raw table of a need query to replies, PCNs and estimates: read once, fitted once, kept while only weights or places move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from oversight.need import composite, draws, factor, posterior
from oversight.need.estimates import Estimates, Replies, order, scaled
from oversight.need.weights import CRITERIA, Floats, Ints, from_text

#: The models: name -> what it is.
MODELS: Mapping[str, str] = {"factor": "one factor behind all criteria", "composite": "the weighted sum alone"}
#: Criteria whose answers take part in the model whatever they weigh: one says how likely the others are unmet.
ALWAYS = frozenset(CRITERIA) - {"strain"}
#: What is needed of a PCN, beside its replies.
NEEDED = ("pcn_code", "icb_code", "region_code", "n_workers", "requested", "notes", "mentions", "covariates", "role")


@dataclass(frozen=True, eq=False)
class Case:
    """A raw table read: one row per PCN in the order of codes (``pcns``), its replies, and how they were estimated.

    ``reported`` (n_pcn, criteria): whether a reply of the PCN says that the criterion is unmet, where that weighs; ``counted``: the
    criteria that take part; ``fit``: the model of ``factor``, None where another was asked for or nobody replied.
    """

    pcns: pd.DataFrame
    replies: Replies
    estimates: Estimates
    reported: NDArray[np.bool_]
    counted: tuple[int, ...]
    fit: factor.Fit | None

    @cached_property
    def order(self) -> Ints:
        """The PCNs' numbers in the published order."""
        return order(self.estimates.estimate, self.replies.n, self.replies.n_workers, np.arange(len(self.pcns)))

    @cached_property
    def why(self) -> tuple[Floats, Floats]:
        """What the replies on each of ``CRITERIA`` add to what was expected (n_pcn, criteria), and what covariates add (n_pcn,)."""
        by_counted, by_context = self.estimates.explained()
        by_criterion = np.zeros((len(self.pcns), len(CRITERIA)))
        by_criterion[:, self.counted] = by_counted
        return by_criterion, by_context

    @cached_property
    def ranks(self) -> draws.Ranks:
        """The draws: places and rules of sharing can change without another."""
        return draws.ranks(self.estimates)


def case(table: pd.DataFrame, weights: str | None = None, model: str = "factor", covariates: bool = True) -> Case:
    """Read the raw table of a need query and estimate; the same table and weights are estimated once.

    ``table``: see ``queries/needs.sql``; ``weights`` in the text form; ``covariates``: whether they are used. Raises ``ValueError`` when
    a column or a PCN's code is missing, or for weights that cannot be.
    """
    return _case(Kept(table), weights, model, covariates)


class Kept:
    """A raw table that is known by its content, whatever the order of its rows."""

    def __init__(self, table: pd.DataFrame) -> None:
        if absent := {*NEEDED, "respondent_id", "respondent_role", *CRITERIA} - set(table.columns):
            raise ValueError(f"the query gives no column {', '.join(sorted(absent))}")
        if nameless := table["pcn_code"].isna().sum():
            raise ValueError(f"{nameless} rows of the query have no pcn_code")
        self.table = table.sort_values(["pcn_code", "respondent_id", *CRITERIA], kind="stable")
        plain = self.table.drop(columns="covariates")
        content = pd.util.hash_pandas_object(plain, index=False).to_numpy().tobytes()
        self.key = (content, str(self.table["covariates"].tolist()), tuple(plain.columns))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Kept) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@dataclass(frozen=True, eq=False)
class _Read:
    """What a table says whatever the weights."""

    pcns: pd.DataFrame
    pcn: Ints
    answers: Floats
    role: Ints
    icb: Ints
    region: Ints
    x: Floats


@lru_cache(maxsize=4)
def _read(kept: Kept) -> _Read:
    table = kept.table
    pcns = table.drop_duplicates("pcn_code").reset_index(drop=True)
    replied = table[table["respondent_id"].notna()]
    pcn = pd.Index(pcns["pcn_code"]).get_indexer(pd.Index(replied["pcn_code"])).astype(np.int64)
    kinds, asked = (replied[name].fillna("").to_numpy(dtype=str) for name in ("respondent_role", "role"))
    others = sorted(set(kinds[kinds != asked]))
    role = np.where(kinds == asked, 0, 1 + np.searchsorted(np.array(others or [""]), kinds)).astype(np.int64)
    icb, region = (pd.factorize(pcns[name].fillna(""))[0].astype(np.int64) for name in ("icb_code", "region_code"))
    return _Read(pcns, pcn, numbers(replied[list(CRITERIA)]), role, icb, region, scaled(_context(pcns["covariates"])))


@lru_cache(maxsize=64)
def _case(kept: Kept, weights: str | None, model: str, covariates: bool) -> Case:
    read, weighing = _read(kept), from_text(weights)
    # the parts of supervision tell of each other, weighed or not; how people are takes part only where somebody gave it a weight
    counted = tuple(j for j, name in enumerate(CRITERIA) if weighing[name] > 0 or name in ALWAYS)
    weight = np.array([weighing[CRITERIA[j]] for j in counted])
    # a reply counts when it covers at least half of the weight
    counts = ~np.isnan(read.answers[:, counted]) @ weight > weight.sum() * (0.5 - 1e-9)
    if not (counts & (read.role == 0)).any():  # what other kinds say tells nothing without one reply of the kind asked for
        counts[:] = False
    if model == "composite":
        replies = _replies(read, counted, counts, covariates, weight)
        fit, found = None, composite.estimate(replies)
    else:
        fit = _fit(kept, counted, counts.tobytes(), covariates) if counts.any() else None
        replies = _replies(read, counted, counts, covariates, weight)
        fit = replace(fit, replies=replies) if fit else None
        found = posterior.read(fit) if fit else posterior.nothing(replies)
    reported = np.zeros((len(read.pcns), len(CRITERIA)), dtype=bool)
    np.logical_or.at(reported, replies.pcn, read.answers[counts] > 0)
    reported &= np.array([weighing[name] > 0 for name in CRITERIA])  # what has no weight is nobody's need
    return Case(read.pcns, replies, found, reported, counted, fit)


@lru_cache(maxsize=16)
def _fit(kept: Kept, counted: tuple[int, ...], counts: bytes, covariates: bool) -> factor.Fit:
    """The model fitted to these replies: weights do not enter it, so it is kept while they move."""
    return factor.fit(_replies(_read(kept), counted, np.frombuffer(counts, dtype=bool), covariates, np.ones(len(counted))))


def _replies(read: _Read, counted: tuple[int, ...], counts: NDArray[np.bool_], covariates: bool, weight: Floats) -> Replies:
    x = read.x if covariates else read.x[:, :0]
    answers, people = read.answers[counts][:, counted], numbers(read.pcns["n_workers"])
    return Replies(read.pcn[counts], answers, read.role[counts], read.icb, read.region, x, people, weight / weight.sum())


def _context(maps: pd.Series) -> Floats:
    """The covariates as columns in the order of their names, NaN where a PCN has none: (n_pcn, covariates)."""
    rows = [dict(one) if isinstance(one, Mapping) else {} for one in maps]
    names = sorted({name for row in rows for name in row})
    return np.array([[row.get(name, np.nan) for name in names] for row in rows], dtype=float).reshape(len(rows), len(names))


def numbers(columns: pd.DataFrame | pd.Series) -> Floats:
    """Columns as floats, NULL as NaN."""
    return columns.to_numpy(dtype=float, na_value=np.nan)


def ordered(found: Case, estimate: Floats) -> pd.DataFrame:
    """PCNs in the published order of another estimate of them: pcn_code, estimate.

    Nothing else: a hundred tables of names would take as long as what is worked out.
    """
    at = order(estimate, found.replies.n, found.replies.n_workers, np.arange(len(found.pcns)))
    return pd.DataFrame({"pcn_code": found.pcns["pcn_code"].to_numpy(dtype=object)[at], "estimate": estimate[at]})


def tilted(table: pd.DataFrame, weights: str | None, delta: float) -> pd.DataFrame:
    """PCNs as ``points`` orders them, if the log-odds of replying changed by ``delta`` per standard deviation of need: pcn_code, estimate.

    See ``posterior.tilted``; estimates are missing where nobody replied anywhere.
    """
    found = case(table, weights)
    return ordered(found, posterior.tilted(found.fit, delta) if found.fit else found.estimates.estimate)


def without_one(table: pd.DataFrame, weights: str | None) -> pd.DataFrame:
    """One row per reply that counts: pcn_code, and the estimate of its PCN had that reply not come (parameters held fixed)."""
    found = case(table, weights)
    codes = found.pcns["pcn_code"].iloc[found.replies.pcn].reset_index(drop=True)
    return pd.DataFrame({"pcn_code": codes, "estimate": posterior.without_one(found.fit) if found.fit else np.empty(0)})
