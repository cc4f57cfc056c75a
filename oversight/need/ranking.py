"""The steps ``need.points`` and ``need.rank``: one row per PCN and respondent in, one row per PCN out, the neediest first."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from oversight.need import draws
from oversight.need.cases import Case, case, numbers
from oversight.need.estimates import in_post
from oversight.need.sharing import MODELLED, rules_of, selected_by, share, summary
from oversight.need.weights import CRITERIA, SENSITIVE, SENSITIVE_UNDER, Floats, Ints, Words


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


#: Where one band ends and the next begins, as their meanings say.
EDGES = (0.8, 0.5, 0.2, 0.05)


def band(p_top: ArrayLike, n: ArrayLike) -> Words:
    """The code of ``BANDS`` for each PCN, from its P(among the K neediest) and its number of replies."""
    p, silent = np.asarray(p_top, dtype=float), np.asarray(n) == 0
    return np.select(
        [silent | np.isnan(p), *(p >= edge for edge in EDGES)],
        ["cannot_tell", "clearly", "probably", "possible", "cannot_tell"],
        default="unlikely",
    )


def points(table: pd.DataFrame, weights: str | None = None, model: str = "factor") -> pd.DataFrame:
    """Step: the point estimates alone, one row per PCN, the neediest first. In: as ``rank``.

    Added: n (replies that count), estimate, low, high (90% interval), fitted (what region, ICB and covariates alone let expect), in_post
    (the need of the people now in post), strain_counts (whether strain has a weight), england (the mean estimate of all PCNs), ranked
    (how many they are).
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
        strain_counts=CRITERIA.index("strain") in found.counted,
        england=e.england,
        ranked=len(found.pcns),
    )


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

    Added to those of ``points``: sd, reply_sd (standard deviation of one further reply's score), p_top_k, rank_low, rank_high (90%
    interval), band, evidence, main_reason; why the estimate is not England's: c_<criterion> (what its replies add; missing for the
    sensitive ones under ``SENSITIVE_UNDER`` replies), c_place, c_context (what region and ICB, and covariates, add; missing there too),
    rest (place, context and sensitive criteria together, so that it can be shown where those cannot: the other c_<criterion> and rest
    add up to estimate - england); selected, plan, place, reserve, unconstrained (see ``sharing.Shared``), by_post (whether it would have
    a place by in_post). When nobody replied anywhere, what the model gives is missing. Raises ``ValueError`` when a column or a PCN's
    code is missing.
    """
    found = case(table, weights, model)
    e, n, size = found.estimates, found.replies.n, len(found.pcns)
    if size and n.any():
        p_top, rank_low, rank_high = draws.chances(found.ranks, k)
    else:
        p_top = rank_low = rank_high = np.full(size, np.nan)
    by_criterion, by_context = found.why
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
        c_context=np.where(np.isnan(place), np.nan, by_context),
        rest=e.estimate - e.england - by_criterion[:, [name not in SENSITIVE for name in CRITERIA]].sum(axis=1),
    )
    out = out.iloc[found.order].reset_index(drop=True)
    rules = rules_of(k, minimum, maximum, modelled)
    return share(out, rules).table.assign(by_post=selected_by(out, rules, "in_post"))


def shared(
    table: pd.DataFrame,
    k: int,
    weights: str | None = None,
    model: str = "factor",
    minimum: int | None = None,
    maximum: int | None = None,
    modelled: str = "no",
) -> pd.DataFrame:
    """Step: what sharing out the places comes to, one row for England and one per region: see ``sharing.summary``. In: as ``rank``."""
    found = case(table, weights, model)
    out = _point_columns(found).assign(evidence=_evidence(found.replies.n, found.pcns))
    return summary(out, rules_of(k, minimum, maximum, modelled))


def _why(found: Case) -> tuple[Floats, Floats]:
    """What the replies on each criterion add, less what would show what a few people said of the sensitive ones; and what the place adds.

    A silent PCN has none to show.
    """
    n, e = found.replies.n, found.estimates
    by_criterion, by_context = found.why
    hidden = (n > 0) & (n < SENSITIVE_UNDER)
    sensitive = np.array([name in SENSITIVE for name in CRITERIA])
    shown = np.where(hidden[:, None] & sensitive, np.nan, by_criterion)
    return shown, np.where(hidden, np.nan, e.fitted - by_context - e.england)


def _main_reason(shown: Floats, reported: NDArray[np.bool_]) -> Words:
    """The criterion that raises the estimate most among those that replies of the PCN report unmet and that may be shown; else ""."""
    raises = np.where(reported & (shown > 0), shown, 0)
    return np.where(raises.any(axis=1), np.array(CRITERIA)[raises.argmax(axis=1)], "")


def _evidence(n: Ints, pcns: pd.DataFrame) -> Words:
    """How well a PCN's place is founded: "strong" (3 replies, or a request and a reply), "some", "modelled only"."""
    asks = pcns["requested"].fillna(False).to_numpy(dtype=bool)
    named = (numbers(pcns["notes"]) > 0) | (numbers(pcns["mentions"]) > 0)
    return np.select([(n >= 3) | (asks & (n > 0)), (n > 0) | asks | named], ["strong", "some"], default=MODELLED)
