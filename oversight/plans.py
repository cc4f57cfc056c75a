"""Where decided plans lie: the folder ``plans`` beside the snapshots, and which plan of a wave and role is in force.

A plan in force names the one it replaces, so it counts from the moment its file is there, in one step: whatever stops a
machine in between, the former plan is in force or the new one. The former file is then renamed, and kept.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import filelock

from oversight import decided, findings, snapshots
from oversight.decided import Plan, PlanProblem
from oversight.settings import snapshots_folder

REPLACED = ".replaced.json"
IN_FORCE, FORMER, UNUSABLE, BESIDE = "In force", "Replaced", "Cannot be used", "Not in force"


class AlreadyDecided(PlanProblem):
    """Another plan of the same wave and role is in force, or a file of one cannot be read: it is replaced only when somebody says so."""


@dataclass(frozen=True)
class Kept:
    """One file of the folder. ``plan`` is None where ``state`` is ``UNUSABLE``; then ``problem`` says why."""

    path: Path
    state: str
    plan: Plan | None
    problem: str = ""


def folder(beside: Path | None = None) -> Path:
    """The folder of decided plans, which need not be there. ``beside``: the folder of snapshots, by default the one that is set."""
    return (beside or snapshots_folder()) / snapshots.PLANS


def file_name(plan: Plan) -> str:
    """For example FICTIONAL-2026-2-autumn-splw-0a1b2c3d.json."""
    return f"{_stem(plan.fictional, plan.asked.wave, plan.asked.role)}-{plan.sha256[:8]}.json"


def _stem(fictional: bool, wave: str, role: str) -> str:
    return ("FICTIONAL-" if fictional else "") + re.sub(r"[^A-Za-z0-9]+", "-", f"{wave} {role}").strip("-")


def listing(beside: Path | None = None) -> list[Kept]:
    """Every file of the folder: those in force, those that cannot be used, then the others; each by wave and day, the newest first."""
    found = [_kept(path) for path in sorted(folder(beside).glob("*.json"))]
    plans = [one.plan for one in found if one.plan]
    gone = {plan.decision.replaces for plan in plans}
    force: dict[tuple[bool, str, str], Plan] = {}
    for one in found:
        if one.plan and one.state != FORMER and one.plan.sha256 not in gone:
            before = force.get(_about(one.plan))
            force[_about(one.plan)] = one.plan if before is None else max(before, one.plan, key=lambda p: (p.decision.on, p.sha256))
    states = []
    for one in found:
        state = one.state
        if one.plan and force.get(_about(one.plan)) is one.plan:
            state = IN_FORCE
        elif one.plan:
            state = FORMER if one.state == FORMER or one.plan.sha256 in gone else BESIDE
        states.append(Kept(one.path, state, one.plan, one.problem))
    order = [IN_FORCE, UNUSABLE, BESIDE, FORMER]
    newest = sorted(states, key=lambda k: (k.plan.asked.wave, k.plan.decision.on, k.path.name) if k.plan else ("", _LONG_AGO, k.path.name))
    return sorted(newest[::-1], key=lambda k: order.index(k.state))


_LONG_AGO = date(1900, 1, 1)


def _kept(path: Path) -> Kept:
    try:
        plan = decided.read(path)
    except PlanProblem as problem:
        return Kept(path, FORMER if path.name.endswith(REPLACED) else UNUSABLE, None, str(problem))
    return Kept(path, FORMER if path.name.endswith(REPLACED) else BESIDE, plan)


def _about(plan: Plan) -> tuple[bool, str, str]:
    return plan.fictional, plan.asked.wave, plan.asked.role


def in_force(wave: str | None, role: str | None, fictional: bool, beside: Path | None = None) -> Plan | None:
    """The plan in force for a wave and role; None when there is none. Fictional plans are never found for real data, nor the reverse."""
    for one in listing(beside):
        if one.state == IN_FORCE and one.plan and _about(one.plan) == (fictional, wave, role or "splw"):
            return one.plan
    return None


def unusable(wave: str | None, role: str | None, fictional: bool, beside: Path | None = None) -> list[Kept]:
    """Files that by their name are plans of that wave and role, and cannot be used."""
    stem = _stem(fictional, wave or "", role or "splw")
    return [
        one for one in listing(beside) if one.state == UNUSABLE and re.fullmatch(re.escape(stem) + r"-[0-9a-f]{8}\.json", one.path.name)
    ]


def decide(plan: Plan, replace: bool = False, beside: Path | None = None) -> Path:
    """Put a plan in force for its wave and role; returns its file. The same plan again changes nothing.

    Raises ``AlreadyDecided`` when another one is in force and ``replace`` is False, ``PlanProblem`` when it cannot be written;
    then nothing has changed.
    """
    root = beside or snapshots_folder()
    where = folder(root)
    try:
        where.mkdir(parents=True, exist_ok=True)
        with snapshots.lock(root, timeout=60):
            for leftover in where.glob(".deciding-*"):  # of somebody who was stopped; nobody else writes while we hold the lock
                leftover.unlink(missing_ok=True)
            return _put(plan, replace, root)
    except filelock.Timeout as error:
        raise PlanProblem("Somebody else is publishing or deciding. Try again in a minute.") from error
    except OSError as error:
        raise PlanProblem(f"The folder {where.name} cannot be written ({error.strerror or error}). Nothing was decided.") from error


def write(path: Path, plan: Plan) -> None:
    """Write a plan's file in one step: whole or not at all. Raises ``OSError``."""
    temporary = path.with_name(f".deciding-{os.getpid()}")
    temporary.write_bytes(plan.bytes)
    temporary.replace(path)


def _put(plan: Plan, replace: bool, root: Path) -> Path:
    """Write, rename, then put the former file aside; the lock is held."""
    if not (root / f"{plan.snapshot.snapshot_id}.duckdb").exists():
        raise PlanProblem(f"The snapshot it rests on, {plan.snapshot.snapshot_id}, is not in the folder {root.name}. Nothing was decided.")
    kept, about = listing(root), _about(plan)
    before = next((k for k in kept if k.state == IN_FORCE and k.plan and _about(k.plan) == about), None)
    if before and before.plan and before.plan.replacing(None).sha256 == plan.replacing(None).sha256:
        return before.path
    spoilt = unusable(about[1], about[2], about[0], root)
    if not replace and before and before.plan:
        was = before.plan.decision
        raise AlreadyDecided(
            f"A plan for {about[1]}, {about[2]} is in force: decided on {findings.day(was.on)} by {was.by} ({before.path.name}). "
            "To put this one in its place, confirm that it is replaced (on the command line: --replace)."
        )
    if not replace and spoilt:
        raise AlreadyDecided(
            f"{spoilt[0].problem} It seems to be the plan that was in force. Put the right file back, or confirm that it is replaced "
            "(on the command line: --replace)."
        )
    new = plan.replacing(before.plan.sha256 if before and before.plan else None)
    path = folder(root) / file_name(new)
    write(path, new)
    for old in [*([before] if before else []), *spoilt]:  # those beside it that are in nobody's way stay
        old.path.replace(old.path.with_name(old.path.name.removesuffix(".json") + REPLACED))
    return path
