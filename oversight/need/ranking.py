"""The steps ``need.points`` and ``need.rank``: one row per PCN and respondent in, one row per PCN out, the neediest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from oversight.need import composite, draws, factor
from oversight.need.estimates import Estimates, Replies, in_post, scaled
from oversight.need.weights import CRITERIA, SENSITIVE, SENSITIVE_UNDER, Floats, Ints, Words, from_text

#: The models: name -> what estimates.
MODELS: Mapping[str, Callable[[Replies], Estimates]] = MappingProxyType({"factor": factor.estimate, "composite": composite.estimate})


class Band(NamedTuple):
    """What a band is called and what it means."""

    label: str
    meaning: str


#: By P(among the K neediest), neediest first.
BANDS: Mapping[str, Band] = MappingProxyType(
    {
        "clearly": Band("Clearly among the neediest", "The chance of being among the neediest is 80% or more"),
        "probably": Band("Probably among the neediest", "The chance of being among the neediest is 50% to 80%"),
        "possible": Band("Possibly among the neediest", "The chance of being among the neediest is 20% to 50%"),
        "cannot_tell": Band("Cannot tell", "The chance is 5% to 20%, or nobody in the PCN has replied: ask first"),
        "unlikely": Band("Unlikely to be among the neediest", "The chance of being among the neediest is under 5%"),
    }
)


def band(p_top: ArrayLike, n: ArrayLike) -> Words:
    """The code of ``BANDS`` for each PCN, from its P(among the K neediest) and its number of replies."""
    p, silent = np.asarray(p_top, dtype=float), np.asarray(n) == 0
    return np.select(
        [silent | np.isnan(p), p >= 0.8, p >= 0.5, p >= 0.2, p >= 0.05],
        ["cannot_tell", "clearly", "probably", "possible", "cannot_tell"],
        default="unlikely",
    )


#: What a step needs to know of a PCN, beside its replies.
_NEEDED = ("pcn_code", "icb_code", "region_code", "n_workers", "requested", "notes", "mentions", "covariates", "role")


@dataclass(frozen=True, eq=False)
class Case:
    """A raw table read: one row per PCN in the order of codes (``pcns``), its replies, and how they were estimated."""

    pcns: pd.DataFrame
    replies: Replies
    estimates: Estimates
    reported: NDArray[np.bool_]  # (n_pcn, k) whether a reply of the PCN says that the criterion is unmet

    @property
    def order(self) -> Ints:
        """The PCNs' numbers by estimate, the neediest first; ties by replies, then people in post, then code.

        Rounded, so that PCNs with the same replies tie whatever the last bit says.
        """
        people = np.nan_to_num(self.replies.n_workers, nan=-1)
        return np.lexsort([np.arange(len(people)), -people, -self.replies.n, -np.round(self.estimates.estimate, 12)]).astype(np.int64)


def case(table: pd.DataFrame, weights: str | None = None, model: str = "factor", covariates: bool = True) -> Case:
    """Read the raw table of a need query and estimate; the same table and weights are estimated once.

    ``table``: see ``queries/needs.sql``; ``weights`` in the text form. Raises ``ValueError`` when a column or a PCN's code is missing,
    or for weights that cannot be.
    """
    table = _in_order(table)
    key = pd.util.hash_pandas_object(table.drop(columns="covariates"), index=False).to_numpy()
    return _case(_Kept(table, (key.tobytes(), str(table["covariates"].tolist()), tuple(table.columns))), weights, model, covariates)


class _Kept:
    """A table that is known by its content."""

    def __init__(self, table: pd.DataFrame, key: tuple[object, ...]) -> None:
        self.table, self.key = table, key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=64)
def _case(kept: _Kept, weights: str | None, model: str, covariates: bool) -> Case:
    table, weighing = kept.table, from_text(weights)
    pcns = table.drop_duplicates("pcn_code").reset_index(drop=True)
    counted = [name for name in CRITERIA if weighing[name] > 0]
    weight = np.array([weighing[name] for name in counted])
    answers = _numbers(table[counted])
    # a reply counts when it covers at least half of the weight
    counts = table["respondent_id"].notna().to_numpy() & (~np.isnan(answers) @ weight > weight.sum() * (0.5 - 1e-9))
    replied = table[counts]
    pcn = pd.Index(pcns["pcn_code"]).get_indexer(pd.Index(replied["pcn_code"])).astype(np.int64)
    kinds = replied["respondent_role"].fillna("").to_numpy(dtype=str)
    main = replied["role"].fillna("").to_numpy(dtype=str)
    others = sorted(set(kinds[kinds != main]))
    role = np.where(kinds == main, 0, 1 + np.searchsorted(np.array(others or [""]), kinds)).astype(np.int64)
    icb, region = (pd.factorize(pcns[name].fillna(""))[0].astype(np.int64) for name in ("icb_code", "region_code"))
    x = scaled(_context(pcns["covariates"])) if covariates else np.empty((len(pcns), 0))
    replies = Replies(pcn, answers[counts], role, icb, region, x, _numbers(pcns["n_workers"]), weight / weight.sum())
    reported = np.zeros((len(pcns), len(CRITERIA)), dtype=bool)
    np.logical_or.at(reported, pcn, _numbers(replied[list(CRITERIA)]) > 0)
    found = MODELS[model](replies)
    full = np.zeros((len(pcns), len(CRITERIA)))
    full[:, [CRITERIA.index(name) for name in counted]] = found.by_criterion
    return Case(pcns, replies, Estimates(**{**vars(found), "by_criterion": full}), reported)


def _context(maps: pd.Series) -> Floats:
    """The covariates as columns in the order of their names, NaN where a PCN has none: (n_pcn, covariates)."""
    rows = [dict(one) if isinstance(one, (dict, Mapping)) else {} for one in maps]
    names = sorted({name for row in rows for name in row})
    return np.array([[row.get(name, np.nan) for name in names] for row in rows], dtype=float).reshape(len(rows), len(names))


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    """The rows in an order of their own, so that the order they came in changes nothing; ``ValueError`` when some lack what it takes."""
    if absent := {*_NEEDED, "respondent_id", "respondent_role", *CRITERIA} - set(table.columns):
        raise ValueError(f"the query gives no column {', '.join(sorted(absent))}")
    if nameless := table["pcn_code"].isna().sum():
        raise ValueError(f"{nameless} rows of the query have no pcn_code")
    return table.sort_values(["pcn_code", "respondent_id", *CRITERIA], kind="stable")


def _numbers(columns: pd.DataFrame | pd.Series) -> Floats:
    """Columns as floats, NULL as NaN."""
    return columns.to_numpy(dtype=float, na_value=np.nan)


def points(table: pd.DataFrame, weights: str | None = None, model: str = "factor") -> pd.DataFrame:
    """Step: the point estimates alone, one row per PCN, the neediest first. In: as ``rank``.

    Added: n (replies that count), estimate, low, high (90% interval), fitted (what region, ICB and covariates alone let expect), in_post
    (the need of the people now in post), england (the mean estimate of all PCNs), ranked (how many they are).
    """
    found = case(table, weights, model)
    return _point_columns(found).iloc[found.order].reset_index(drop=True)


def _point_columns(found: Case) -> pd.DataFrame:
    e = found.estimates
    low, high = e.interval()
    return found.pcns.drop(columns=["respondent_id", "respondent_role", "role", "covariates", *CRITERIA]).assign(
        n_workers=found.replies.n_workers,
        n=found.replies.n,
        estimate=e.estimate,
        low=low,
        high=high,
        fitted=e.fitted,
        in_post=in_post(e, found.replies),
        england=e.england,
        ranked=len(found.pcns),
    )


@lru_cache(maxsize=4)
def _ranks(found: Case) -> draws.Ranks:
    """Kept, because places and rules of sharing can change without another draw. (A case is known by which it is: see ``_case``.)"""
    return draws.ranks(found.estimates)


def rank(
    table: pd.DataFrame,
    k: int,
    weights: str | None = None,
    model: str = "factor",
    minimum: int | None = None,
    maximum: int | None = None,
    modelled: str = "no",
) -> pd.DataFrame:
    """Step: the whole answer, one row per PCN, by estimate, the neediest first; ties by replies, people in post, code.

    In: respondent_id (NULL in the one row of a PCN nobody answered for), respondent_role, the ``CRITERIA`` (1 unmet, 0 met, NULL not
    known), and columns about the PCN, which are handed on: pcn_code, icb_code, region_code, n_workers, requested, notes, mentions,
    covariates (name -> value) and any others.

    Added to those of ``points``: sd, reply_sd (standard deviation of one further reply's score), p_top_k,
    rank_low, rank_high (90% interval), band, evidence, main_reason; why the estimate is not England's: c_<criterion> (what its replies
    add), c_place, c_context (what region and ICB, and covariates, add), rest (place, context and sensitive criteria together, so that it
    can be shown where those cannot: the other c_<criterion> and rest add up to estimate - england); selected, plan, place. When nobody
    replied anywhere, what the model gives is missing. Raises ``ValueError`` when a column or a PCN's code is missing.
    """
    found = case(table, weights, model)
    e, n, size = found.estimates, found.replies.n, len(found.pcns)
    if size and n.any():
        p_top, rank_low, rank_high = draws.chances(_ranks(found), k)
    else:
        p_top = rank_low = rank_high = np.full(size, np.nan)
    shown, place = _why(found)
    out = _point_columns(found).assign(
        sd=e.sd,
        reply_sd=e.reply_sd,
        p_top_k=p_top,
        rank_low=pd.Series(rank_low).astype("Int64"),
        rank_high=pd.Series(rank_high).astype("Int64"),
        band=band(p_top, n),
        evidence=_evidence(n, found.pcns),
        main_reason=_main_reason(shown, found.reported),
        **{f"c_{name}": shown[:, j] for j, name in enumerate(CRITERIA)},
        c_place=place,
        c_context=np.where(np.isnan(shown).any(axis=1), np.nan, e.by_context),
        rest=e.estimate - e.england - e.by_criterion[:, [name not in SENSITIVE for name in CRITERIA]].sum(axis=1),
    )
    out = out.iloc[found.order].reset_index(drop=True)
    return out.assign(selected=out["estimate"].notna() & (out.index < k), plan="", place=pd.Series(pd.NA, index=out.index, dtype="Int64"))


def _why(found: Case) -> tuple[Floats, Floats]:
    """What the replies on each criterion add, less what would show what a few people said of the sensitive ones; and what the place adds.

    A silent PCN has none to show.
    """
    n, e = found.replies.n, found.estimates
    hidden = (n > 0) & (n < SENSITIVE_UNDER)
    sensitive = np.array([name in SENSITIVE for name in CRITERIA])
    shown = np.where(hidden[:, None] & sensitive, np.nan, e.by_criterion)
    return shown, np.where(hidden, np.nan, e.fitted - e.by_context - e.england)


def _main_reason(shown: Floats, reported: NDArray[np.bool_]) -> Words:
    """The criterion that raises the estimate most among those that replies of the PCN report unmet and that may be shown; else ""."""
    raises = np.where(reported & (shown > 0), shown, 0)
    return np.where(raises.any(axis=1), np.array(CRITERIA)[raises.argmax(axis=1)], "")


def _evidence(n: Ints, pcns: pd.DataFrame) -> Words:
    """How well a PCN's place is founded: "strong" (3 replies, or a request and a reply), "some", "modelled only"."""
    asks = pcns["requested"].fillna(False).to_numpy(dtype=bool)
    named = (_numbers(pcns["notes"]) > 0) | (_numbers(pcns["mentions"]) > 0)
    return np.select([(n >= 3) | (asks & (n > 0)), (n > 0) | asks | named], ["strong", "some"], default="modelled only")


__all__: Sequence[str] = ("BANDS", "MODELS", "Band", "Case", "band", "case", "points", "rank")
