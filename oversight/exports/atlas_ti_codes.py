"""The codes in one cell of ATLAS.ti's list of quotations: joined by a comma, while names of codes hold commas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

_JOINT = ", "
#: In one cell, and steps over a whole file: far above any project.
_MAX_PARTS = 40
_MAX_STEPS = 20_000_000
#: Cost of a group of parts that may be no name.
_NEVER = 99

#: A cell and how many codes it holds, None where the file does not say.
Cell = tuple[str, int | None]


class Split(NamedTuple):
    """``codes``: [] for a blank cell, None where they cannot be told apart. ``supposed``: likely, but to be looked at."""

    codes: list[str] | None
    supposed: bool = False


def split_codes(cells: Sequence[tuple[str | None, int | None]]) -> list[Split]:
    """The codes of each cell.

    Certain are: codes on lines of their own, a single code, as many parts as there are codes. What is certain tells how other
    cells are to be read, and so on, as long as each has one reading only. The strictest rule that reads any further cell is
    used first: all names known; else all known or of a known group (``Group: Code``); else the only reading with one new name,
    which is supposed, and so is what rests on it.
    """
    distinct: dict[Cell, None] = dict.fromkeys((cell or "", count) for cell, count in cells)
    done = {cell: codes for cell in distinct if (codes := _certain(*cell)) is not None}
    known = {code for codes in done.values() for code in codes}
    supposed: set[str] = set()
    left = [cell for cell in distinct if cell not in done and 1 <= cell[0].count(_JOINT) < _MAX_PARTS]
    steps = 0
    while left and steps < _MAX_STEPS:
        groups = {group for name in known if (group := _group(name))}
        solved: dict[Cell, list[str]] = {}
        for rule in range(3):
            for cell in left:
                steps += (cell[0].count(_JOINT) + 1) ** 2 * (cell[1] or 1)
                if steps < _MAX_STEPS and (codes := _reading(*cell, known, groups, rule)):
                    solved[cell] = codes
            if solved:
                break
        if not solved:
            break
        done |= solved
        names = {code for codes in solved.values() for code in codes}
        supposed |= names - known if rule == 2 else set()
        known |= names
        left = [cell for cell in left if cell not in solved]
    found = [done.get((cell or "", count)) for cell, count in cells]
    return [Split(codes, not supposed.isdisjoint(codes or [])) for codes in found]


def _certain(cell: str, count: int | None) -> list[str] | None:
    lines = [line.strip() for line in cell.splitlines() if line.strip()]
    if count is not None and count <= 1:
        return lines if len(lines) == count else None
    if len(lines) > 1:
        return lines if count in (None, len(lines)) else None
    parts = [part for line in lines for part in line.split(_JOINT)]
    return parts if len(parts) == (len(lines) if count is None else count) else None


def _group(name: str) -> str:
    return name.rpartition(": ")[0]


def _reading(cell: str, count: int | None, known: set[str], groups: set[str], rule: int) -> list[str] | None:
    """The one reading of a cell under a rule, None when there is none or several."""
    if count is None and rule:
        return None  # without their number, only names that are known
    parts = cell.strip().split(_JOINT)
    # how many parts are read -> (codes so far, new names so far) -> (number of readings, at most 2; one of them)
    states: list[dict[tuple[int, int], tuple[int, list[str]]]] = [{(0, 0): (1, [])}, *({} for _ in parts)]
    for stop in range(1, len(parts) + 1):
        for start in range(stop):
            if not states[start]:
                continue
            name = _JOINT.join(parts[start:stop])
            cost = 0 if name in known else _cost(name, groups, rule)
            for (codes, new), (ways, reading) in states[start].items():
                key = (codes + (count is not None), new + cost)
                if key[1] <= 1 and key[0] <= (count or 0):
                    before = states[stop].get(key, (0, []))
                    states[stop][key] = (min(2, before[0] + ways), [*reading, name])
    for new in (0, 1):
        ways, reading = states[-1].get((count or 0, new), (0, []))
        if ways:
            return reading if ways == 1 else None
    return None


def _cost(name: str, groups: set[str], rule: int) -> int:
    """What a name that is not known costs under a rule: 0 free, 1 one new name, more than that never."""
    if rule == 1:
        return 0 if _group(name) in groups else _NEVER
    return 1 if rule == 2 else _NEVER
