"""On the command line: ``decide`` freezes a plan, ``decided`` lists the decided ones or checks that one reproduces."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from oversight import decided, decided_words, need, plans, store
from oversight.decided import Asked, Decision, Plan, PlanProblem
from oversight.findings import count

Commands = Any  # what argparse gives for sub-commands has no public name


def add(commands: Commands, show: Callable[[pd.DataFrame, str], None]) -> None:
    """Add both commands to the parser. ``show`` prints a table as "table", "csv" or "json"."""
    decide = commands.add_parser("decide", help="freeze a plan of the offer's places as the decided one")
    decide.add_argument("--wave", required=True)
    decide.add_argument("--role", default="splw", help="kind of respondent (default: splw)")
    decide.add_argument("--also", help="further kinds of respondent whose replies count, separated by commas")
    decide.add_argument("--k", type=int, help="places (default: as set when the snapshot was published)")
    decide.add_argument("--weights", metavar="FILE", help="a TOML file with [weights], or their text form 15-20-35-30-0")
    decide.add_argument("--minimum", help="per cent of the places that every region gets at least")
    decide.add_argument("--maximum", help="most places that one ICB can get")
    decide.add_argument("--modelled", choices=("yes", "no"), default="no", help="whether PCNs known only from the model can get a place")
    decide.add_argument("--snapshot", help="id or file (default: the current one)")
    decide.add_argument("--on", required=True, metavar="2026-11-25", help="the day it was decided")
    decide.add_argument("--by", required=True, help="who decided, in words")
    decide.add_argument("--note", default="", help="what should be kept with it")
    decide.add_argument("--out", type=Path, help="only write this file: nothing is put in force")
    decide.add_argument("--replace", action="store_true", help="take the place of the plan that is in force for this wave and role")
    decide.set_defaults(run=_decide)
    listed = commands.add_parser("decided", help="list the decided plans, or check that one reproduces")
    listed.add_argument("file", nargs="?", type=Path, help="the file of a plan, or its name among the decided ones")
    listed.add_argument("--format", choices=("table", "csv", "json"), default="table")
    listed.set_defaults(run=lambda options, rest: _decided(options, show))


def _decide(options: argparse.Namespace, _: list[str]) -> int:
    try:
        day = date.fromisoformat(options.on)
    except ValueError:
        raise PlanProblem(f"--on: {options.on!r} is not a date (2026-11-25).") from None
    decision = Decision(day, options.by, options.note)  # what is wrong with it is said before anything is worked out
    snapshot = store.find_snapshot(options.snapshot)
    names = ("wave", "role", "also", "k", "minimum", "maximum", "modelled")
    filters = {name: getattr(options, name) for name in names} | {"weights": _weights(options.weights)}
    waves = store.ask("waves", store.Viewer(audience="internal"), snapshot).table["wave_id"].unique().tolist()
    if options.wave not in waves:
        raise PlanProblem(f"This snapshot has no wave {options.wave!r}. There are: {', '.join(waves) or 'none'}.")
    result = store.ask("priority", store.Viewer(audience="internal"), snapshot, **filters)
    plan = decided.read(decided.freeze(Asked.of(result.filters), decision, snapshot))
    if options.out:
        try:
            plans.write(options.out, plan)
        except OSError as error:
            raise PlanProblem(f"{options.out} cannot be written ({error.strerror or error}).") from None
        print(f"{decided_words.fictional(plan)}Wrote {options.out}: {_said(plan)}. Nothing was put in force.")
        return 0
    path = plans.decide(plan, options.replace)
    print(f"{decided_words.fictional(plan)}Decided: {_said(plan)}. It is kept as {path} and pages show it.")
    return 0


def _said(plan: Plan) -> str:
    places, spare = len(plan.content["selected"]), len(plan.content["reserve"])
    return f"{count(places, 'PCN')} with a place, {spare} on the reserve list"


def _weights(given: str | None) -> str | None:
    """The text form of weights given so or as a file."""
    if given is None:
        return None
    try:
        return need.weights.of_argument(given)
    except ValueError as problem:
        raise PlanProblem(str(problem)) from None


def _decided(options: argparse.Namespace, show: Callable[[pd.DataFrame, str], None]) -> int:
    if options.file is None:
        kept = plans.listing()
        if not kept:
            print("No plan has been decided yet. See: python -m oversight decide --help")
            return 0
        show(decided_words.kept(kept), options.format)
        for one in kept:
            if one.problem:
                print(one.problem)
        return 0
    path = options.file
    if not path.exists() and path.name == str(path) and (plans.folder() / path).exists():
        path = plans.folder() / path
    plan = decided.read(path)
    different = decided.check(plan)
    if not different:
        where = f"on snapshot {plan.snapshot.snapshot_id}"
        print(f"{decided_words.fictional(plan)}{path.name} reproduces byte for byte {where}: {_said(plan)}.")
        return 0
    print(f"{path.name} does not reproduce:")
    for sentence in different:
        print(f"- {sentence}")
    return 1
