"""A decided plan: one file with what the offer's places were given out by, and to whom, that reproduces byte for byte.

The file is UTF-8 JSON in one fixed layout: keys in a fixed order, one row of a list on one line, LF, one newline at the end,
numbers rounded to ``DECIMALS`` so that the last bit of another machine changes nothing, and the SHA-256 of all the rest. The
day and the person are given in words; there is no clock. Where such files lie, and which is in force, is in ``plans``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from oversight import need, store
from oversight.decided_shape import ROW, WHO, wrong
from oversight.need.weights import from_text, set_minimum, to_text
from oversight.settings import snapshots_folder
from oversight.store import Snapshot, Viewer

FORMAT = "oversight: decided plan, format 1"
NOTICE = "FICTIONAL DATA: made up to show the dashboard. No real PCN, person or answer."
#: Numbers of a file have so many decimals: 0.01 of a percentage point.
DECIMALS = 4
#: Where a PCN stands in a plan.
PLACE, RESERVE = "place", "reserve"
#: What may be said of a decision to anybody; all else in a plan's file stays inside.
PUBLIC = (*WHO, "decided")
LONGEST_BY, LONGEST_NOTE = 200, 2_000

_LISTS = ("sources", "selected", "reserve")
_INSIDE = Viewer(audience="internal")


class PlanProblem(store.AskError):
    """A plan that cannot be frozen, or a file that is no plan or no longer what it was: says which, what was expected, what to do."""


@dataclass(frozen=True)
class Asked:
    """What was asked of the query ``priority``: everything that decides who gets a place. ``weights`` in their text form.

    ``minimum``: per cent of the places that every region gets at least; ``maximum``: most places of an ICB, None for no limit;
    ``modelled``: "yes" when PCNs known only from the model can get a place.
    """

    wave: str
    role: str
    k: int
    also: str | None
    weights: str
    model: str
    minimum: int
    maximum: int | None
    modelled: str

    @classmethod
    def of(cls, filters: Mapping[str, Any]) -> Asked:
        """From the filters of an answer of ``priority``, what was left to the settings filled in: they may change, a plan may not.

        Raises ``PlanProblem`` when there is no wave.
        """
        if not filters.get("wave"):
            raise PlanProblem("There is no wave yet, so there is no plan to decide on.")
        least = filters.get("minimum")
        return cls(
            wave=str(filters["wave"]),
            role=str(filters.get("role") or "splw"),
            k=int(filters["k"]),
            also=filters.get("also") or None,
            weights=to_text(from_text(filters.get("weights"))),
            model=str(filters.get("model") or "factor"),
            minimum=set_minimum() if least is None else int(least),
            maximum=None if filters.get("maximum") is None else int(filters["maximum"]),
            modelled=str(filters.get("modelled") or "no"),
        )


@dataclass(frozen=True)
class Decision:
    """Who decided, when, and what they want kept with it. ``replaces``: SHA-256 of the plan that this one takes the place of."""

    on: date
    by: str
    note: str = ""
    replaces: str | None = None

    def __post_init__(self) -> None:
        """Raises ``PlanProblem`` where something is missing, too long or cannot be written down."""
        for name, text, longest in (("by whom it was decided", self.by, LONGEST_BY), ("the note", self.note, LONGEST_NOTE)):
            if len(text) > longest:
                raise PlanProblem(f"{name[0].upper()}{name[1:]} is {len(text):,} characters long. Say it in {longest:,} at most.")
            try:
                text.encode("utf-8")
            except UnicodeEncodeError:
                raise PlanProblem(f"{name[0].upper()}{name[1:]} holds a character that cannot be written. Type it again.") from None
        if not self.by.split():
            raise PlanProblem("Say by whom it was decided, for example “National programme board”.")
        object.__setattr__(self, "by", " ".join(self.by.split()))  # one line
        object.__setattr__(self, "note", self.note.replace("\r\n", "\n").replace("\r", "\n").strip())


@dataclass(frozen=True)
class Plan:
    """A plan as its file has it. ``file``: the name it was read under."""

    content: Mapping[str, Any] = field(hash=False)
    file: str = ""

    @property
    def sha256(self) -> str:
        """What the file says of the rest of itself."""
        return str(self.content["sha256"])

    @property
    def fictional(self) -> bool:
        """Whether its PCNs are made up."""
        return bool(self.content["fictional"])

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot it rests on, which may no longer be there."""
        about = self.content["snapshot"]
        name = about["snapshot_id"]
        until = about["data_until"] and date.fromisoformat(about["data_until"])
        return Snapshot(snapshots_folder() / f"{name}.duckdb", name, self.fictional, until)

    @property
    def asked(self) -> Asked:
        """What was asked."""
        about = self.content["asked"]
        return Asked(**about, weights=to_text(self.content["weights"]), model=self.content["model"]["name"], **self.content["rules"])

    @property
    def decision(self) -> Decision:
        """Who decided and when."""
        about = self.content["decided"]
        return Decision(date.fromisoformat(about["on"]), about["by"], about["note"], about["replaces"])

    @property
    def bytes(self) -> bytes:
        """The file."""
        return _text(self.content).encode()

    @property
    def table(self) -> pd.DataFrame:
        """Those with a place, then the reserve, each in order, and ``decided``: "place" or "reserve". What of it may be shown: ``seen``."""
        rows = [{**row, "decided": what} for what, name in ((PLACE, "selected"), (RESERVE, "reserve")) for row in self.content[name]]
        return pd.DataFrame(rows, columns=[*ROW, "decided"]).astype({"place": "Int64", "n": "Int64"})

    def replacing(self, sha256: str | None) -> Plan:
        """The same decision, as one that takes the place of another."""
        rest = {k: v for k, v in self.content.items() if k != "sha256"}
        return Plan(_signed({**rest, "decided": {**self.content["decided"], "replaces": sha256}}), self.file)


def freeze(asked: Asked, decision: Decision, snapshot: Snapshot) -> bytes:
    """The file of the plan that a snapshot gives. The same arguments give the same bytes. Raises ``PlanProblem``, ``AskError``."""
    filters = _taken(asked)
    table = store.ask("priority", _INSIDE, snapshot, **filters).table
    about = store.ask("snapshot", _INSIDE, snapshot).table
    loads = store.ask("loads", _INSIDE, snapshot).table
    return written(
        table, asked, decision, {str(k): about[k].iloc[0] for k in about}, zip(loads["file"], loads["sha256"], strict=True)
    ).bytes


def _taken(asked: Asked) -> dict[str, Any]:
    """The filters for the query, of every place."""
    return {name: value for name, value in vars(asked).items() if value is not None}


def written(
    table: pd.DataFrame, asked: Asked, decision: Decision, about: Mapping[str, Any], files: Iterable[tuple[str, str]]
) -> Plan:  # fmt: skip
    """The plan of a table: the answer of ``priority`` for every PCN. ``about``: the row of ``snapshot``; ``files``: name and SHA-256.

    Raises ``PlanProblem`` where nobody gets a place.
    """
    chosen = table[table["selected"].astype(bool)].sort_values("place", kind="stable")
    if chosen.empty:
        raise PlanProblem("This plan gives no PCN a place, so there is nothing to decide. Choose another number of places, wave or rules.")
    spare = table[table["plan"] == "reserve"]  # in the order of the answer, which is that of the published rule
    until = about["data_until"]
    content = {
        "format": FORMAT,
        "fictional": bool(about["fictional"]),
        "notice": NOTICE if about["fictional"] else None,
        "decided": {"on": decision.on.isoformat(), "by": decision.by, "note": decision.note, "replaces": decision.replaces},
        "snapshot": {
            "snapshot_id": str(about["snapshot_id"]),
            "data_until": None if pd.isna(until) else pd.Timestamp(until).date().isoformat(),
            "schema_version": str(about["schema_version"]),
            "intake_code": str(about["intake_code"]),
        },
        "asked": {name: getattr(asked, name) for name in ("wave", "role", "also", "k")},
        "weights": from_text(asked.weights),
        "rules": {name: getattr(asked, name) for name in ("minimum", "maximum", "modelled")},
        "model": {"name": asked.model, "draws": need.DRAWS, "seed": need.SEED},
        "ranked": len(table),
        "counts": {str(code): int(number) for code, number in sorted(table["plan"].value_counts().items())},
        "sources": [{"file": file, "sha256": sha256} for file, sha256 in sorted(files)],
        "selected": _rows(chosen.assign(place=range(1, len(chosen) + 1))),
        "reserve": _rows(spare.assign(place=range(1, len(spare) + 1))),
    }
    return Plan(_signed(content))


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    cells = table.astype({"n": "int64"})[list(ROW)].astype(object)
    return [{name: _value(row[name]) for name in ROW} for row in cells.to_dict("records")]


def _value(value: Any) -> Any:
    """A cell as JSON has it: missing as null, numbers with so many decimals and never minus nothing."""
    if pd.isna(value):
        return None
    if isinstance(value, str):
        return value
    return int(value) if isinstance(value, int | np.integer) else round(float(value), DECIMALS) + 0.0


def _signed(content: Mapping[str, Any]) -> dict[str, Any]:
    rest = dict(content)
    return {**rest, "sha256": hashlib.sha256(_text(rest).encode()).hexdigest()}


def _text(content: Mapping[str, Any]) -> str:
    """The one way in which a plan is written."""

    def line(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)

    parts = []
    for name, value in content.items():
        several = name in _LISTS and value
        parts.append(f' "{name}": ' + ("[\n  " + ",\n  ".join(map(line, value)) + "\n ]" if several else line(value)))
    return "{\n" + ",\n".join(parts) + "\n}\n"


# --- reading ----------------------------------------------------------------------------------------------------------


def read(given: Path | bytes, file: str = "") -> Plan:
    """A plan from its file, or from the bytes of one. Raises ``PlanProblem``: which file, what was expected, what to do."""
    if isinstance(given, Path):
        file = file or given.name
        try:
            given = given.read_bytes()
        except OSError as error:
            raise PlanProblem(f"{file} cannot be read ({error.strerror or error}). Give the file of a decided plan.") from None
    return replace(_read(given, file or "The file"), file=file)


@lru_cache(maxsize=32)
def _read(content: bytes, file: str) -> Plan:
    """Kept: every page looks at the plan in force."""
    try:
        found = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise PlanProblem(f"{file} is not the file of a decided plan: JSON was expected. {_MEND}") from None
    if not isinstance(found, dict) or not str(found.get("format", "")).startswith(FORMAT.rpartition(" ")[0]):
        raise PlanProblem(f"{file} is not the file of a decided plan: its first line does not say “{FORMAT}”. {_MEND}")
    if found["format"] != FORMAT:
        raise PlanProblem(f"{file} was written by another version of the dashboard ({found['format']}; expected {FORMAT}). Open it there.")
    if lacks := wrong(found):
        raise PlanProblem(f"{file} is incomplete: {lacks}. {_MEND}")
    try:
        same = _text(_signed({k: v for k, v in found.items() if k != "sha256"})).encode() == content
    except ValueError:  # not a number, or half a character
        same = False
    if not same:
        raise PlanProblem(f"{file} was changed after it was written: its SHA-256 does not fit the rest of it. {_MEND}")
    plan = Plan(found, file)
    try:
        _ = from_text(plan.asked.weights), plan.decision, plan.snapshot, plan.table
    except (ValueError, TypeError, KeyError, OverflowError, store.AskError) as problem:
        raise PlanProblem(f"{file} holds what no plan holds ({problem}). {_MEND}") from None
    return plan


_MEND = "Take the file as it was downloaded or written by “decide”."


# --- checking ---------------------------------------------------------------------------------------------------------


def check(plan: Plan, folder: Path | None = None) -> list[str]:
    """Ask again on the snapshot that the plan names, and compare byte for byte: [] when it reproduces, else what differs, in sentences."""
    name = plan.snapshot.snapshot_id
    path = (folder or snapshots_folder()) / f"{name}.duckdb"
    if not path.exists():
        return [f"The snapshot it rests on, {name}, is not in the folder {path.parent.name}: put {path.name} there and check again."]
    try:
        snapshot = store.find_snapshot(path)
        again = read(freeze(plan.asked, plan.decision, snapshot))
    except store.OldSnapshot:
        return [f"The snapshot it rests on, {name}, was published by another version of the dashboard, which is needed to check it."]
    except (store.AskError, duckdb.Error, OSError) as problem:
        return [f"The plan cannot be worked out again on snapshot {name}: {problem}"]
    if again.bytes == plan.bytes:
        return []
    return list(differences(plan, again)) or ["The two files differ, though nothing they say does."]


def differences(one: Plan, two: Plan) -> Iterable[str]:
    """What ``two`` says otherwise than ``one`` (the file), in sentences."""
    names = {"notice": "the notice", "snapshot": "the snapshot", "weights": "the weights", "model": "the model", "asked": "what was asked"}
    for part in ("fictional", "notice", "decided", "snapshot", "asked", "weights", "rules", "model", "ranked", "counts", "sources"):
        then, now = one.content[part], two.content[part]
        if isinstance(then, dict) and isinstance(now, dict):
            for key in {**then, **now}:
                if then.get(key) != now.get(key):
                    yield f"{names.get(part, part).capitalize()}: {key} is {then.get(key)} in the file, and {now.get(key)} now."
        elif part == "sources" and then != now:
            yield "The sources of the snapshot are others than the file says."
        elif then != now:
            yield f"{names.get(part, part).capitalize()}: {then} in the file, {now} now."
    for name, called in (("selected", "has a place"), ("reserve", "is on the reserve list")):
        before, after = ({row["pcn_code"]: row for row in plan.content[name]} for plan in (one, two))
        for code in [c for c in before if c not in after]:
            yield f"{code} {called} in the file, and no longer now."
        for code in [c for c in after if c not in before]:
            yield f"{code} {called} now, and not in the file."
        for code in [c for c in before if c in after and before[c] != after[c]]:
            keys = [key for key in ROW if before[code][key] != after[code][key]]
            yield f"{code}: " + "; ".join(f"{key} is {before[code][key]} in the file, and {after[code][key]} now" for key in keys) + "."


# --- what may be seen -------------------------------------------------------------------------------------------------


def seen(plan: Plan, viewer: Viewer) -> pd.DataFrame:
    """The decided list as a viewer may see it: rows of their regions; to share, ``PUBLIC`` alone and in the order of places on the map.

    In the order of the plan inside: for others that order would tell whose estimate is higher.
    """
    table = plan.table
    if viewer.regions is not None:
        table = table[table["region_code"].isin(viewer.regions)].reset_index(drop=True)
    return table if viewer.audience == "internal" else public(table)


def public(table: pd.DataFrame) -> pd.DataFrame:
    """Of a list that ``seen`` gave, what may leave the building: PCN, ICB, region, and whether it has a place or is on the reserve list."""
    order = ["region_code", "icb_code", "decided", "pcn_code"]
    return table[list(PUBLIC)].sort_values(order, ignore_index=True)


def standing(plan: Plan, pcn: str, formerly: str = "") -> str:
    """Where a PCN stands: "place", "reserve" or "". ``formerly``: closed PCNs it took over from, as the query ``pcn`` gives them."""
    codes = {pcn, *(code.strip() for code in formerly.split(","))}
    table = plan.table
    found = set(table.loc[table["pcn_code"].isin(codes), "decided"])
    return PLACE if PLACE in found else RESERVE if RESERVE in found else ""


def present(plan: Plan, viewer: Viewer, snapshot: Snapshot) -> pd.DataFrame | None:
    """What another snapshot of the same kind would give by the plan's own rules: the answer of ``priority`` for who may see it.

    None where the audience may not know, or where that snapshot has no such wave.
    """
    waves = store.ask("waves", viewer, snapshot).table["wave_id"]
    if viewer.audience != "internal" or snapshot.fictional != plan.fictional or plan.asked.wave not in set(waves):
        return None
    return store.ask("priority", viewer, snapshot, **_taken(plan.asked)).table
