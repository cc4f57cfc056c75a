"""A decided plan in words and in the tables that are shown and taken away. Pure functions of plans and of what ``decided.seen`` gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from oversight import decided, need, reasons
from oversight.decided import PLACE, RESERVE, Asked, Plan
from oversight.findings import count, day, interval, listed, percent, the
from oversight.plans import Kept

#: The list as it is shown: column -> head. Inside, the estimates it rests on stand beside the decision.
PUBLIC: Mapping[str, str] = {"what": "Decided", "pcn": "PCN", "icb_name": "ICB", "region_name": "Region"}
INSIDE: Mapping[str, str] = {
    "what": "Decided", "pcn": "PCN", "icb_name": "ICB", "region_name": "Region", "value": "Need then (90% interval)",
    "chance": "Chance then", "n": "Replies then", "evidence": "Evidence then",
}  # fmt: skip
FORMATS: Mapping[str, str] = {"n": "whole"}
#: What stands in place of the estimates in whatever is taken away.
WITHHELD = (
    "The list to take away holds the decision alone: PCN, ICB, region, and place or reserve list. "
    "The order, estimates, chances, replies and evidence behind it stay inside."
)
OUTCOMES: Mapping[str, str] = {PLACE: "Place", RESERVE: "Reserve list"}
#: What a file of the list says it is.
PURPOSE = "The decided list of the offer: which PCNs have a place and which are on the reserve list."


def fictional(plan: Plan) -> str:
    """What stands before anything said of a made-up plan."""
    return "FICTIONAL. " if plan.fictional else ""


def line(plan: Plan, rows: pd.DataFrame, place: str) -> str:
    """One line for the top of a page: when, by whom, and how many have a place. ``rows``: those of the place, of ``decided.seen``."""
    given, spare = (int((rows["decided"] == what).sum()) for what in (PLACE, RESERVE))
    where = "" if place == "England" else f" of {the(place)}"
    return (
        f"{fictional(plan)}Decided on {day(plan.decision.on)} by {plan.decision.by}: {count(given, 'PCN')}{where} "
        f"{'has' if given == 1 else 'have'} a place, {spare or 'none'} {'is' if spare == 1 else 'are'} on the reserve list."
    )


def of_pcn(plan: Plan, standing: str, offered: bool = False) -> str:
    """Where one PCN stands. ``standing``: of ``decided.standing``; ``offered``: whether it has been offered a place by now."""
    stands = {
        PLACE: "has a place in the plan",
        RESERVE: "is on the reserve list of the plan",
        "": "has been offered a place, but not by the plan" if offered else "has no place in the plan",
    }[standing]
    return f"{fictional(plan)}Decided: {stands} decided on {day(plan.decision.on)} by {plan.decision.by}."


def rests_on(plan: Plan, names: Mapping[str, str]) -> list[str]:
    """What a plan rests on, in sentences. ``names``: code -> name of waves and kinds of respondent."""
    asked, snapshot = plan.asked, plan.snapshot
    also = [names.get(kind, kind) for kind in (asked.also or "").split(",") if kind]
    until = f", whose data goes up to {day(snapshot.data_until)}" if snapshot.data_until else ""
    return [
        f"It rests on snapshot {snapshot.snapshot_id[:8]}{until}: {names.get(asked.wave, asked.wave)}, "
        f"{names.get(asked.role, asked.role)}{f' and also {listed(also)}' if also else ''}, {count(asked.k, 'place')}.",
        f"Rules: {rules(asked)}. Weights: {weights(asked)}.",
    ]


def rules(asked: Asked) -> str:
    """The rules of sharing out: "at least 5% of the places for each region; no limit for an ICB; …"."""
    least = f"at least {asked.minimum}% of the places for each region" if asked.minimum else "no minimum for a region"
    most = "no limit for an ICB" if asked.maximum is None else f"at most {count(asked.maximum, 'place')} for an ICB"
    model = "can get a place" if asked.modelled == "yes" else "are asked first and get none"
    return f"{least}; {most}; PCNs known only from the model {model}"


def weights(asked: Asked) -> str:
    """What each part of supervision weighs, in per cent of the whole."""
    given = need.weights.from_text(asked.weights)
    return "; ".join(f"{_criterion(name)} {percent(share)}" for name, share in need.weights.shares(given).items() if share)


def _criterion(name: str) -> str:
    label = reasons.what(name)
    return label[0].lower() + label[1:] if label[:2] != label[:2].upper() else label


def against(rows: pd.DataFrame, now: pd.DataFrame | None, wave: str, same: bool) -> str:
    """Whether the present data would give the same places. ``rows``: the list as seen; ``now``: of ``decided.present``, same PCNs.

    ``same``: whether the snapshot that the plan rests on is the present one. PCNs that have been offered a place since are out of
    every new plan, so they are named apart.
    """
    if now is None:
        return f"The present snapshot has no replies of {wave}, so the plan cannot be set beside it."
    had = set(rows.loc[rows["decided"] == PLACE, "pcn_code"])
    has = set(now.loc[now["selected"].astype(bool), "pcn_code"])
    data = "The snapshot it rests on is the present one, and it" if same else "The present data"
    if had == has:
        return f"{data} gives the same places by the same rules."
    offered = set(now.loc[now["offer_status"].isin(reasons.OFFERED), "pcn_code"]) & (had - has)
    out, new = len(had - has - offered), len(has - had)
    since = f"{count(len(offered), 'PCN')} with a place {'has' if len(offered) == 1 else 'have'} been offered it since; " if offered else ""
    return (
        f"{data} gives other places by the same rules: {since}{count(out, 'other PCN' if offered else 'PCN')} with a place here would have "
        f"none, and {count(new, 'PCN')} without one here would have one. What is decided stays so until another plan is."
    )


def shown(rows: pd.DataFrame) -> pd.DataFrame:
    """The list of ``decided.seen`` with words in the columns of ``PUBLIC``, and of ``INSIDE`` where the numbers are there."""
    records = reasons.records(rows)
    names = [reasons.named(r["pcn_name"] or r["pcn_code"], r["pcn_code"]) for r in records]
    words = rows.assign(what=rows["decided"].map(OUTCOMES), pcn=names)
    if "place" not in rows:
        return words
    return words.assign(
        what=[f"{OUTCOMES[r['decided']].removesuffix(' list')} {r['place']}" for r in records],  # its number in the plan, or in reserve
        value=["" if pd.isna(r["estimate"]) else f"{percent(r['estimate'])} ({interval(r['low'], r['high'])})" for r in records],
        chance=["" if pd.isna(r["p_top_k"]) else reasons.chance(r["p_top_k"]) for r in records],
        evidence=[str(r["evidence"]).capitalize() for r in records],
    )


def scope(plan: Plan, names: Mapping[str, str], place: str) -> str:
    """Wave, kind of respondent, place and decision, for source lines and file names."""
    asked, decision = plan.asked, plan.decision
    parts = [names.get(asked.wave, asked.wave), names.get(asked.role, asked.role), place, f"decided on {day(decision.on)} by {decision.by}"]
    return " · ".join(parts)


def about_to(asked: Asked, names: Mapping[str, str]) -> str:
    """What deciding would freeze."""
    return (
        f"This freezes the plan as this page shows it, for all of England: {names.get(asked.wave, asked.wave)}, {count(asked.k, 'place')}; "
        f"{rules(asked)}. One file keeps it with all it rests on. It stays so whatever data comes later."
    )


def to_take(rows: pd.DataFrame) -> pd.DataFrame:
    """The list as it leaves the building, with words for where a PCN stands."""
    taken = decided.public(rows)
    return taken.assign(decided=taken["decided"].map(OUTCOMES))


def confirm(before: Plan | None) -> str:
    """What is ticked before a plan is put in force. ``before``: the one that is in force."""
    if before is None:
        return "This is decided. Every page shows it from then on."
    return f"It takes the place of the plan decided on {day(before.decision.on)} by {before.decision.by}, which is kept as replaced."


def done(plan: Plan) -> str:
    """What is said when a plan has been put in force."""
    return f"{fictional(plan)}The plan is decided: {count(len(plan.content['selected']), 'PCN')} with a place. Every page shows it."


def kept(files: Sequence[Kept]) -> pd.DataFrame:
    """The files of the folder of decided plans, one row each: file, state, wave, role, on, by, places, reserve, snapshot, fictional."""
    rows = []
    for one in files:
        row: dict[str, Any] = {"file": one.path.name, "state": one.state}
        if plan := one.plan:
            asked, decision = plan.asked, plan.decision
            row |= {"wave": asked.wave, "role": asked.role, "on": decision.on.isoformat(), "by": decision.by}
            row |= {"places": len(plan.content["selected"]), "reserve": len(plan.content["reserve"])}
            row |= {"snapshot": plan.snapshot.snapshot_id, "fictional": "FICTIONAL" if plan.fictional else ""}
        rows.append(row)
    columns = ["file", "state", "wave", "role", "on", "by", "places", "reserve", "snapshot", "fictional"]
    return pd.DataFrame(rows, columns=columns).astype({"places": "Int64", "reserve": "Int64"})


def paragraphs() -> tuple[str, ...]:
    """For Methods: what a decided plan is, and what it is not."""
    return (
        "**Decided plans.** A plan can be frozen: one file with the snapshot and the files it was built from, the wave, the kind of "
        "respondent, the number of places, weights and rules, the model with its seed and number of draws, the day, by whom, and the list: "
        "who has a place and who is on the reserve list. The file carries a SHA-256 of itself, so a change by hand is noticed, and its "
        f"numbers have {decided.DECIMALS} decimals, so that another machine writes the same bytes. `python -m oversight decided FILE` "
        "works the plan out again on its snapshot and says what differs, if anything does.",
        "For a wave and a kind of respondent one plan is in force at a time. Another one takes its place only when that is confirmed; the "
        "former file is kept. The snapshot of a decided plan is never removed. What leaves the building is the decision (PCN, ICB, "
        "region, place or reserve list), not its order nor what it rests on for a single PCN. New data changes no decided plan.",
    )
