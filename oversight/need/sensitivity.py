"""How firm the ranking is: what becomes of the K PCNs with the highest estimates when what nobody can know for certain is set otherwise.

A *check* ranks all PCNs once more with one thing changed: the weight of one criterion by a quarter, all weights equal, the odds of
replying tied to need, another model. Beside the checks stand *any weights* (stochastic multicriteria acceptability, Lahdelma, Hokkanen &
Salminen 1998: weights drawn evenly from all that may be set) and *one reply left out* (each respondent in turn, what was estimated from
everybody held fixed). Of a single PCN only counts leave this module: its estimates under two weights would tell what single people said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from oversight.need import posterior
from oversight.need.cases import Case, Kept, case, ordered, tilted, without_one
from oversight.need.weights import CRITERIA, NAMES, Floats, checked, composite, from_text, to_text

#: How far a weight moves, and by how much the log-odds of replying change per standard deviation of need.
MOVED, TILTED = 0.25, 0.5
#: Draws of any weights.
DRAWS, SEED = 100, 20_210_402
#: Estimates without one of a PCN's replies are given from so many replies on, to so many parts of 100: else they would tell what one
#: person said.
LEAST_REPLIES, ROUNDED_TO = 2, 5

#: What a check is about.
KINDS = ("weights", "replying", "model")
#: Code -> (kind, label) of what does not change a single weight.
OTHERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "equal": ("weights", "All weigh the same"),
        "any": ("weights", "Any weights"),
        "neediest_less": ("replying", "Neediest reply less"),
        "neediest_more": ("replying", "Neediest reply more"),
        "composite": ("model", "A simpler model"),
        "no_covariates": ("model", "Without the PCN's context"),
        "one_reply": ("reply", "One reply left out"),
    }
)


@dataclass(frozen=True)
class Models:
    """The ways to estimate, each from the raw table and weights; all but the last give one row per PCN in the published order.

    ``points(table, weights)``; ``many(table, list of weights)``: the same for each of them; ``composite(table, weights)``: another model;
    ``bare(table, weights)``: without covariates; ``tilted(table, weights, delta)``: odds of replying that change with need;
    ``without_one(table, weights)``: pcn_code and estimate of the PCN, one row per reply left out.
    """

    points: Callable[..., pd.DataFrame]
    many: Callable[..., list[pd.DataFrame]]
    composite: Callable[..., pd.DataFrame]
    bare: Callable[..., pd.DataFrame]
    tilted: Callable[..., pd.DataFrame]
    without_one: Callable[..., pd.DataFrame]


@dataclass(frozen=True)
class Firmness:
    """The ranking as it is (``points``) and what it is under every check: who is among the ``k``.

    ``checks``: code -> the PCNs among the k; ``drawn``: the same for every draw of weights; ``without``: pcn_code, estimate, one row
    per reply left out.
    """

    points: pd.DataFrame
    k: int
    checks: Mapping[str, frozenset[str]]
    drawn: tuple[frozenset[str], ...]
    without: pd.DataFrame

    @property
    def now(self) -> frozenset[str]:
        """The PCNs among the k as things are."""
        return among(self.points, self.k)


def among(points: pd.DataFrame, k: int) -> frozenset[str]:
    """The first k PCNs of a table in the published order; none where nothing could be estimated."""
    return frozenset(points.loc[points["estimate"].notna(), "pcn_code"].head(k))


def kind(code: str) -> str:
    """What a check is about: one of ``KINDS``, or "reply"."""
    return OTHERS[code][0] if code in OTHERS else "weights"


def label(code: str) -> str:
    """What a check is called: "more:gp_supervisor" -> "GP supervisor: a quarter more"."""
    if code in OTHERS:
        return OTHERS[code][1]
    word, criterion = code.split(":")
    return f"{NAMES[criterion]}: a quarter {word}"


def weightings(
    weights: Mapping[str, float], allowed: Callable[[Mapping[str, float]], bool] = lambda _: True
) -> dict[str, dict[str, float]]:
    """Code of a check -> weights that add up to 1: "less:<criterion>", "more:<criterion>" and "equal".

    A weight of 0 stays 0. Left out is what changes nothing (of a single criterion there is nothing to move) and what may not be set.
    """
    now = _to_one(weights)
    counted = [name for name, weight in now.items() if weight > 0]
    others = {
        f"{word}:{name}": {**now, name: now[name] * (1 + change)}
        for name in counted
        for word, change in (("less", -MOVED), ("more", MOVED))
    }
    others["equal"] = {name: float(name in counted) for name in now}
    found = {code: _to_one(other) for code, other in others.items()}
    return {code: w for code, w in found.items() if allowed(w) and not np.allclose(list(w.values()), list(now.values()), rtol=0, atol=1e-9)}


def any_weights(
    weights: Mapping[str, float], draws: int = DRAWS, seed: int = SEED, allowed: Callable[[Mapping[str, float]], bool] = lambda _: True
) -> list[dict[str, float]]:
    """Weights drawn evenly from all that may be set for the criteria that count now; none where there is only one of them."""
    counted = [name for name, weight in weights.items() if weight > 0]
    if len(counted) < 2:
        return []
    random, found = np.random.default_rng(seed), []
    for _ in range(100 * draws):  # at least a quarter of all draws are allowed
        drawn = dict.fromkeys(weights, 0.0) | dict(zip(counted, random.dirichlet(np.ones(len(counted))).tolist(), strict=True))
        if allowed(drawn):
            found.append(drawn)
        if len(found) == draws:
            break
    return found


def _to_one(weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}


def measured(
    table: pd.DataFrame,
    k: int,
    weights: Mapping[str, float],
    models: Models,
    allowed: Callable[[Mapping[str, float]], bool] = lambda _: True,
    draws: int = DRAWS,
) -> Firmness:
    """Every check worked out. ``table``: one row per PCN and respondent, as ``need.points`` takes it."""
    points = models.points(table, weights)
    if not points["estimate"].notna().any():
        return Firmness(points, k, {}, (), pd.DataFrame({"pcn_code": [], "estimate": []}))
    fits = {code: models.points(table, other) for code, other in weightings(weights, allowed).items()}
    fits["neediest_less"] = models.tilted(table, weights, -TILTED)
    fits["neediest_more"] = models.tilted(table, weights, TILTED)
    fits["composite"] = models.composite(table, weights)
    if table["covariates"].dropna().map(bool).any():
        fits["no_covariates"] = models.bare(table, weights)
    drawn = tuple(among(fit, k) for fit in models.many(table, any_weights(weights, draws, allowed=allowed)))
    return Firmness(points, k, {code: among(fit, k) for code, fit in fits.items()}, drawn, models.without_one(table, weights))


def alternatives(found: Firmness) -> pd.DataFrame:
    """One row per check, any weights among them, and one reply left out: code, kind, label, same, k, same_low, same_high, draws, n.

    ``n``: replies that count, of all PCNs. ``same``: how many of the PCNs among the K stay among them, of ``k`` (the K, or all PCNs where
    there are fewer). Of any weights it is the median of the ``draws``, with the fewest and the most beside it; of one reply left out: how
    many stay whichever of their own replies is left out. No rows when nobody replied anywhere.
    """
    now = found.now
    none = {"same_low": None, "same_high": None, "draws": None}
    rows: list[dict[str, Any]] = [
        {"code": code, "kind": kind(code), "same": len(now & other), **none} for code, other in found.checks.items()
    ]
    if found.drawn:
        same = [len(now & other) for other in found.drawn]
        middle = int(np.quantile(same, 0.5, method="lower"))
        drawn = {"code": "any", "kind": "weights", "same": middle, "same_low": min(same), "same_high": max(same), "draws": len(same)}
        rows.insert(sum(row["kind"] == "weights" for row in rows), drawn)
    if rows:
        rows.append({"code": "one_reply", "kind": "reply", "same": len(now - decided_by_one(found)), **none})
    table = pd.DataFrame(rows, columns=["code", "kind", "same", "same_low", "same_high", "draws"])
    whole = table[["same", "same_low", "same_high", "draws"]].astype("Int64")
    out = table[["code", "kind"]].assign(label=[label(code) for code in table["code"]], same=whole["same"], k=len(now))
    return out.assign(**whole.iloc[:, 1:], n=int(found.points["n"].sum()))


def decided_by_one(found: Firmness) -> frozenset[str]:
    """The PCNs that would change sides, in or out of the K, if one of their own replies were left out."""
    place = {code: at for at, code in enumerate(found.points["pcn_code"])}
    keys = [_key(row) for row in found.points[["estimate", "n", "n_workers", "pcn_code"]].itertuples(index=False)]
    last_in, first_out = keys[found.k - 1 : found.k], keys[found.k : found.k + 1]
    decided = set()
    for code, estimate in zip(found.without["pcn_code"], found.without["estimate"], strict=True):
        _, n, workers, _ = keys[place[code]]
        key = (-round(float(estimate), 12), n + 1, workers, code)  # keys are negative: one reply fewer
        if place[code] < found.k:
            decided |= {code} if first_out and key > first_out[0] else set()
        elif last_in and key < last_in[0]:
            decided.add(code)
    return frozenset(decided)


def _key(row: Any) -> tuple[float, float, float, str]:
    """The published order: by estimate, then replies, then people in post, the highest first, then by code."""
    return -round(float(row.estimate), 12), -float(row.n), -float(np.nan_to_num(row.n_workers, nan=-1)), str(row.pcn_code)


#: What ``of_pcns`` hands on of each PCN.
_PCN = ("pcn_code", "pcn_name", "icb_code", "icb_name", "region_code", "region_name", "n")


def of_pcns(found: Firmness) -> pd.DataFrame:
    """One row per PCN in the published order: who it is, n, in_k, in_checks of checks, and the same by kind of check, and more.

    ``in_k``: whether it is among the K as things are; ``in_<kind>`` of ``<kind>_checks``; ``any_share``: in which share of the draws of
    any weights it is; ``standing``: "firm" among the K in every check and now, "mostly" in more than half of all, "depends" in fewer,
    "" never; ``low_without``, ``high_without``: its lowest and highest estimate without one of its replies, to 5 parts of 100, missing
    under two replies; ``rests_on_one``: whether one of its replies decides on which side it is.
    """
    codes, now = found.points["pcn_code"], found.now
    out = found.points[list(_PCN)].reset_index(drop=True).assign(in_k=codes.isin(now).to_numpy())
    inside = {code: codes.isin(other).to_numpy(dtype=int) for code, other in found.checks.items()}
    none = np.zeros(len(out), dtype=int)
    for one in KINDS:
        of = [there for code, there in inside.items() if kind(code) == one]
        out[f"in_{one}"], out[f"{one}_checks"] = np.sum(of, axis=0) if of else none, len(of)
    out["in_checks"], out["checks"] = np.sum(list(inside.values()), axis=0) if inside else none, len(inside)
    drawn = [codes.isin(other).to_numpy(dtype=float) for other in found.drawn]
    out["any_share"] = np.mean(drawn, axis=0) if drawn else np.nan
    every, times = len(inside) + 1, out["in_checks"] + out["in_k"]
    out["standing"] = np.select([times == every, 2 * times > every, times > 0], ["firm", "mostly", "depends"], default="")
    ends = found.without.groupby("pcn_code")["estimate"].agg(["min", "max"]).reindex(codes).to_numpy(dtype=float)
    shown = np.where((out["n"] >= LEAST_REPLIES).to_numpy()[:, None], ends, np.nan)
    out[["low_without", "high_without"]] = np.round(np.clip(shown, 0, 1) * 100 / ROUNDED_TO) * ROUNDED_TO / 100
    out["rests_on_one"] = codes.isin(decided_by_one(found)).to_numpy()
    return out


def _points(found: Case) -> pd.DataFrame:
    names = [name for name in _PCN if name != "n"]
    one = found.pcns[names].assign(n=found.replies.n, n_workers=found.replies.n_workers, estimate=found.estimates.estimate)
    return one.iloc[found.order].reset_index(drop=True)


def _many(table: pd.DataFrame, weights: list[dict[str, float]]) -> list[pd.DataFrame]:
    """As ``points`` for each of many weights. They enter the fit only by which replies count, so a few fits serve them all."""
    answers = table.loc[table["respondent_id"].notna(), list(CRITERIA)].to_numpy(dtype=float, na_value=np.nan)
    fits: dict[bytes, tuple[Case, Floats]] = {}
    tables = []
    for one in weights:
        numbers = np.array([one[name] for name in CRITERIA])
        counts = np.isnan(composite(answers, numbers)[0]).tobytes()
        if counts not in fits:
            found = case(table, to_text(one))
            fits[counts] = found, posterior.each(found.fit) if found.fit else np.full((len(found.pcns), len(found.counted)), np.nan)
        found, expected = fits[counts]
        tables.append(ordered(found, expected @ numbers[list(found.counted)]))
    return tables


def _allowed(weights: Mapping[str, float]) -> bool:
    """Whether somebody may set these weights."""
    try:
        checked(weights)
    except ValueError:
        return False
    return True


#: The ways to estimate.
MODELS = Models(
    points=lambda table, weights: _points(case(table, to_text(weights))),
    many=_many,
    composite=lambda table, weights: _points(case(table, to_text(weights), "composite")),
    bare=lambda table, weights: _points(case(table, to_text(weights), covariates=False)),
    tilted=lambda table, weights, delta: tilted(table, to_text(weights), delta),
    without_one=lambda table, weights: without_one(table, to_text(weights)),
)


@lru_cache(maxsize=8)
def _firmness(kept: Kept, k: int, weights: str | None) -> Firmness:
    return measured(kept.table, k, from_text(weights), MODELS, _allowed)


def checks(table: pd.DataFrame, k: int, weights: str | None = None) -> pd.DataFrame:
    """Step: one row per check, see ``alternatives``. In: as ``need.rank``. Worked out once for both steps of this module."""
    return alternatives(_firmness(Kept(table), k, weights))


def checks_of_pcns(table: pd.DataFrame, k: int, weights: str | None = None) -> pd.DataFrame:
    """Step: one row per PCN, see ``of_pcns``. In: as ``need.rank``."""
    return of_pcns(_firmness(Kept(table), k, weights))
