"""The need of every PCN: weights, bands, reasons and evidence, and the step ``need.rank``. The model is in ``pooling``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from oversight import pooling
from oversight.pooling import Floats, Ints

Words = NDArray[np.str_]

#: What an unmet part weighs in the score.
WEIGHTS: Mapping[str, float] = MappingProxyType(
    {"point_of_contact": 0.15, "gp_supervisor": 0.20, "clinical_supervision": 0.35, "safeguarding_and_concerns": 0.30}
)
#: What a PCN's own replies say about this part is shown to nobody under so many respondents.
SENSITIVE, SENSITIVE_UNDER = "safeguarding_and_concerns", 10


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


#: What the step needs to know of a PCN, beside its replies.
_NEEDED = ("pcn_code", "icb_code", "region_code", "headcount", "requested", "notes")


def rank(table: pd.DataFrame, k: int, weights: Mapping[str, float] = WEIGHTS, covariates: Sequence[str] = ()) -> pd.DataFrame:
    """Step: one row per PCN and respondent in, one row per PCN out, by estimate, the neediest first, then by code.

    In: respondent_id (NULL in the one row of a PCN nobody answered for), the criteria named by ``weights`` (1 unmet, 0 met,
    NULL not known), and columns about the PCN, which are handed on: pcn_code, icb_code, region_code, headcount, requested,
    notes, the ``covariates`` and any others.

    Added: n (replies with a score), estimate, low, high (90% interval), p_top_k, rank_low, rank_high (90% interval), band,
    evidence, main_reason, c_<criterion> (its part of estimate less england; missing for the sensitive criterion where 1 to 9
    replied), england (the mean estimate of all PCNs), ranked (how many they are). When nobody replied anywhere, what the
    model gives is missing. Raises ``ValueError`` when a column or a PCN's code is missing.
    """
    criteria = list(weights)
    table = _in_order(table, criteria, covariates)
    pcns = table.drop_duplicates("pcn_code").reset_index(drop=True)
    replied = table[table["respondent_id"].notna()]
    index = pd.Index(pcns["pcn_code"]).get_indexer(pd.Index(replied["pcn_code"]))
    split, _ = pooling.parts(_numbers(replied[criteria]), list(weights.values()))
    icb, region = (pd.factorize(pcns[name].fillna(""))[0] for name in ("icb_code", "region_code"))
    pooled = pooling.pool(split.sum(axis=1), index, icb, region, _numbers(pcns[list(covariates)]))
    p_top, rank_low, rank_high = pooling.chance_among(pooled, k)
    why, england = pooling.reasons(pooled, split, index)
    shown = _shown(why, pooled.n, criteria)
    out = pcns.drop(columns=["respondent_id", *criteria]).assign(
        headcount=_numbers(pcns["headcount"]),
        n=pooled.n,
        estimate=pooled.estimate,
        low=pooled.low,
        high=pooled.high,
        p_top_k=p_top,
        rank_low=pd.Series(rank_low).astype("Int64"),
        rank_high=pd.Series(rank_high).astype("Int64"),
        band=band(p_top, pooled.n),
        evidence=_evidence(pooled.n, pcns["requested"], pcns["notes"]),
        main_reason=_main_reason(shown, split, index, criteria),
        **{f"c_{name}": shown[:, j] for j, name in enumerate(criteria)},
        england=england,
        ranked=len(pcns),
    )
    # Rounded, so that PCNs with the same replies stand in the order of their codes whatever the last bit says.
    return out.iloc[np.argsort(-np.round(pooled.estimate, 12), kind="stable")].reset_index(drop=True)


def _in_order(table: pd.DataFrame, criteria: Sequence[str], covariates: Sequence[str]) -> pd.DataFrame:
    """The rows in an order of their own, so that the order they came in changes nothing; ``ValueError`` when some lack what it takes."""
    if absent := {*_NEEDED, "respondent_id", *criteria, *covariates} - set(table.columns):
        raise ValueError(f"the query gives no column {', '.join(sorted(absent))}")
    if nameless := table["pcn_code"].isna().sum():
        raise ValueError(f"{nameless} rows of the query have no pcn_code")
    return table.sort_values(["pcn_code", "respondent_id", *criteria], kind="stable")


def _numbers(columns: pd.DataFrame | pd.Series) -> Floats:
    """Columns as floats, NULL as NaN."""
    return columns.to_numpy(dtype=float, na_value=np.nan)


def _shown(contributions: Floats, n: Ints, criteria: Sequence[str]) -> Floats:
    """The contributions less those that would show what a few people said of the sensitive part (a silent PCN has none to show)."""
    sensitive = np.array([name == SENSITIVE for name in criteria])
    return np.where(((n > 0) & (n < SENSITIVE_UNDER))[:, None] & sensitive, np.nan, contributions)


def _main_reason(shown: Floats, split: Floats, pcn: Ints, criteria: Sequence[str]) -> Words:
    """The criterion that raises the estimate most among those that replies of the PCN report unmet and that may be shown; else ""."""
    reported = np.zeros(shown.shape, dtype=bool)
    np.logical_or.at(reported, pcn, split > 0)
    raises = np.where(reported & (shown > 0), shown, 0)
    return np.where(raises.any(axis=1), np.array(criteria)[raises.argmax(axis=1)], "")


def _evidence(n: Ints, requested: pd.Series, notes: pd.Series) -> Words:
    """How well a PCN's place is founded: "strong" (3 replies, or a request and a reply), "some", "modelled only"."""
    asks, noted = requested.fillna(False).to_numpy(dtype=bool), _numbers(notes) > 0
    return np.select([(n >= 3) | (asks & (n > 0)), (n > 0) | asks | noted], ["strong", "some"], default="modelled only")
