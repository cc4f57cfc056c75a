"""Ask: the only door to data.

``ask(name, viewer, **filters)`` runs ``queries/<name>.sql`` on one snapshot, applies the Python step its header names,
then what the viewer's audience may see. A snapshot is attached read-only to an in-memory database without access to
files or network and with its configuration locked.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from itertools import dropwhile
from pathlib import Path
from typing import Any, Literal

import duckdb
import numpy as np
import pandas as pd

from oversight import convergence, disclosure, groups, need, stats
from oversight.measures import surveyed
from oversight.model import RESPONDENT_KINDS, SCHEMA_VERSION, TABLES
from oversight.settings import QUERIES, settings, snapshots_folder

Audience = Literal["internal", "shareable"]

#: The Python steps a query's header may name.
STEPS: Mapping[str, Callable[..., pd.DataFrame]] = {
    "stats.coverage": stats.coverage,
    "stats.share": stats.share,
    "stats.rate": stats.rate,
    "stats.change": stats.change,
    "stats.weighted": stats.weighted,
    "stats.same": stats.same,
    "stats.panel": stats.panels,
    "stats.sides": stats.sides,
    "stats.mean": stats.mean,
    "need.rank": need.rank,
    "need.points": need.points,
    "need.shared": need.shared,
    "need.change": need.change,
    "need.checks": need.checks,
    "need.checks_of_pcns": need.checks_of_pcns,
    "need.ask_next": need.ask_next,
    "groups.compared": groups.compared,
    "convergence.propose": convergence.propose,
    "stats.agreement": stats.agreement,
    "stats.pairs": stats.pairs,
    "stats.saturation": stats.saturation,
}
#: Up to so many responses the shared views of a snapshot are worked out when it is opened: about 70 MB of memory.
KEPT_RESPONSES = 10_000
#: SQL type -> how text becomes a value, the Python types that a value may have, and what one is called.
_SQL_TYPES: Mapping[str, tuple[Callable[[str], Any], tuple[type, ...], str]] = {
    "VARCHAR": (str, (str,), "text"),
    "INTEGER": (int, (int, np.integer), "a whole number"),
    "DATE": (date.fromisoformat, (date,), "a date (2026-03-31)"),
}
#: What a header may name instead of listing it.
LISTS: Mapping[str, Callable[[], tuple[str, ...]]] = {"measures": surveyed, "roles": lambda: tuple(RESPONDENT_KINDS)}


def _whole(value: int | str) -> int:
    if not str(value).isdecimal() or int(value) > 1_000_000:
        raise ValueError(f"{value} is not a whole number from 0 to 1,000,000")
    return int(value)


def _per_cent(value: int | str) -> int:
    if _whole(value) > 100:
        raise ValueError(f"{value} is not from 0 to 100 per cent")
    return int(value)


def _kinds(text: str) -> str | None:
    kinds = sorted({kind.strip() for kind in text.split(",")} - {""})
    if strange := [kind for kind in kinds if kind not in RESPONDENT_KINDS]:
        raise ValueError(f"there is no kind of respondent {', '.join(strange)}; there are {', '.join(RESPONDENT_KINDS)}")
    return ",".join(kinds) or None


#: Parameters that can be wrong in more ways than their type -> what gives the value as it is used, or raises ``ValueError``.
CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "k": _whole,
    "maximum": _whole,
    "minimum": _per_cent,
    "also": _kinds,
    "weights": lambda text: need.weights.to_text(need.weights.from_text(text)),
}


def checked(parameter: str, value: Any) -> Any:
    """A parameter's value as it is used. Raises ``ValueError`` where it cannot be that."""
    return value if value is None or parameter not in CHECKS else CHECKS[parameter](value)


class AskError(Exception):
    """A question that cannot be answered: unknown query or filter, or no snapshot. Says what is possible."""


class NoSnapshot(AskError):
    """Nothing has been published yet."""


class OldSnapshot(AskError):
    """The snapshot was published under another version of the contract and must be published again; says if it is fictional."""

    def __init__(self, snapshot_id: str, fictional: bool) -> None:
        self.fictional = fictional
        super().__init__(f"Snapshot {snapshot_id} was published by another version of the dashboard. Publish its exports again.")


@dataclass(frozen=True)
class Viewer:
    """Who is looking: their regions (None means all) and the audience the answer is for."""

    regions: frozenset[str] | None = None
    audience: Audience = "shareable"


@dataclass(frozen=True)
class Snapshot:
    """One published snapshot."""

    path: Path
    snapshot_id: str
    fictional: bool
    data_until: date | None


@dataclass(frozen=True)
class Parameter:
    """One parameter of a query: its SQL type, its default (None: no restriction), its meaning, and what it can be (if listed)."""

    name: str
    type: str
    default: str | None
    meaning: str
    allowed: tuple[str, ...] = ()

    def value(self, given: Any) -> Any:
        """The value for DuckDB. Raises ``AskError`` when what is given is not of the type, or not one of those that are listed."""
        given = self.default if given is None else given
        if given is None:
            return None
        from_text, types, called = _SQL_TYPES[self.type]
        try:
            made = from_text(given) if isinstance(given, str) else given
        except ValueError:
            made = None
        if not isinstance(made, types) or isinstance(made, bool) or made is pd.NaT:
            raise AskError(f"{self.name}: {given!r} is not {called}.")
        if self.allowed and made not in self.allowed:
            raise AskError(f"{self.name} cannot be {given!r}. It can be: {', '.join(self.allowed)}.")
        return made.date() if isinstance(made, datetime) else made


@dataclass(frozen=True)
class Query:
    """One question: the header of its file, read, and its SQL."""

    name: str
    purpose: str
    grain: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    columns: tuple[tuple[str, str, str], ...]
    reader: str
    disclosure: str
    then: str
    then_parameters: tuple[str, ...]
    keep: tuple[str, ...]
    fixed: tuple[str, ...]
    scope: str
    sql: str

    @property
    def sql_parameters(self) -> tuple[str, ...]:
        """The parameters that the SQL itself takes; the others go to the Python step or choose rows after it."""
        return tuple(p.name for p in self.parameters if p.name not in self.then_parameters and p.name not in self.keep)

    @property
    def statement(self) -> str:
        """The SQL without its header: queries that ask the same of the database have the same."""
        return "".join(dropwhile(lambda line: line.startswith("--"), self.sql.splitlines(keepends=True)))


@dataclass(frozen=True)
class Result:
    """The answer to one question. ``withheld`` says in a sentence what this audience may not see ("" when nothing)."""

    name: str
    table: pd.DataFrame
    filters: Mapping[str, Any]
    snapshot: Snapshot
    viewer: Viewer
    purpose: str
    withheld: str


_HEADER = re.compile(r"^-- (purpose|grain|parameters|columns|reader|disclosure|then|keep|fixed|scope|needs): ?(.*)$")
_PARAMETER = re.compile(r"^--   (\w+) (\w+)(?: in \(([\w, ]+)\))?(?: default (\S+))?: (.+)$")
_COLUMN = re.compile(r"^--   (\w+) ([A-Z0-9\[\], ()]+): (.+)$")


@cache
def queries() -> Mapping[str, Query]:
    """Every query of the folder, by name."""
    return {path.stem: parse_query(path) for path in sorted(QUERIES.glob("*.sql"))}


def parse_query(path: Path) -> Query:
    """Read one query file's header. Raises ``ValueError`` naming the file when a part is missing or a line cannot be read.

    ``in (…)`` after a parameter's type lists what it can be; ``measures`` and ``roles`` stand for all of them (``LISTS``). ``keep``:
    parameters that choose rows after the step; ``fixed``: those that are as set for whatever leaves the building.
    """
    text = path.read_text(encoding="utf-8")
    head: dict[str, str] = {}
    parameters, columns, part = [], [], ""
    for line in text.splitlines():
        if found := _HEADER.match(line):
            part = found[1]
            head[part] = found[2].strip()
        elif part == "parameters" and (p := _PARAMETER.match(line)):
            allowed = tuple(one for name in _names(p[3] or "") for one in (LISTS[name]() if name in LISTS else (name,)))
            if p[2] not in _SQL_TYPES or (allowed and p[4] and p[4] not in allowed):
                raise ValueError(f"{path.name}: the parameter {p[1]} has another type or default than it can have")
            parameters.append(Parameter(p[1], p[2], p[4], p[5], allowed))
        elif part == "columns" and (c := _COLUMN.match(line)):
            columns.append((c[1], c[2].strip(), c[3]))
        elif part in ("parameters", "columns") and line.startswith("--"):
            raise ValueError(f"{path.name}: this line of its header cannot be read: {line}")
        elif not line.startswith("--"):
            break
        elif part == "purpose":
            head[part] += " " + line[2:].strip()
    if missing := {"purpose", "grain", "columns", "reader", "disclosure"} - head.keys():
        raise ValueError(f"{path.name} lacks in its header: {', '.join(sorted(missing))}")
    step = re.fullmatch(r"([\w.]+)(?:\((.*)\))?", head.get("then", ""))
    step_parameters = _names(step[2] or "") if step else ()
    return Query(
        name=path.stem,
        purpose=head["purpose"],
        grain=_names(head["grain"]),
        parameters=tuple(parameters),
        columns=tuple(columns),
        reader=head["reader"],
        disclosure=head["disclosure"],
        then=step[1] if step else "",
        then_parameters=step_parameters,
        keep=_names(head.get("keep", "")),
        fixed=_names(head.get("fixed", "")),
        scope=head.get("scope", "rows"),
        sql=text,
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(n.strip() for n in text.split(",") if n.strip())


def find_snapshot(which: str | Path | None = None) -> Snapshot:
    """The snapshot named by id or file, by default the current one.

    Raises ``AskError`` when there is none, or no such.
    """
    folder = snapshots_folder()
    if which is None:
        current = folder / "current"
        if not current.exists():
            raise NoSnapshot("No snapshot has been published yet. Run: python -m oversight build FOLDER")
        which = current.read_text(encoding="utf-8").strip()
    path = Path(which)
    if path.suffix != ".duckdb" or not path.exists():
        if not re.fullmatch(r"[0-9a-f]{16}", str(which)):
            raise AskError(f"{which} is neither a snapshot file nor a snapshot id (16 characters, 0-9 and a-f).")
        path = folder / f"{which}.duckdb"
    if not path.exists():
        raise AskError(f"There is no snapshot {which} in {folder.name}. It may have been removed. See: python -m oversight history")
    return _describe(path.resolve())


@lru_cache(maxsize=64)
def _describe(path: Path) -> Snapshot:
    with duckdb.connect(str(path), read_only=True) as connection:
        snapshot_id, fictional, data_until, version = connection.execute(
            "SELECT snapshot_id, fictional, data_until, schema_version FROM snapshot"
        ).fetchall()[0]
    if version != SCHEMA_VERSION:
        raise OldSnapshot(snapshot_id, fictional)
    return Snapshot(path, snapshot_id, fictional, data_until)


@lru_cache(maxsize=4)
def _database(path: Path) -> duckdb.DuckDBPyConnection:
    """An in-memory database with the snapshot attached read-only and the shared views, closed to the outside."""
    connection = duckdb.connect(":memory:")
    connection.execute("SET threads = 2")
    attach = str(path).replace("'", "''")
    connection.execute(f"ATTACH '{attach}' AS published (READ_ONLY)")
    connection.execute("SET enable_external_access = false")
    for table in TABLES:  # a search path would be forgotten by every new cursor
        connection.execute(f"CREATE VIEW {table.name} AS FROM published.{table.name}")
    waiting = {p.stem: p.read_text(encoding="utf-8") for p in sorted((QUERIES / "views").glob("*.sql"))}
    while waiting:
        ready = [name for name, sql in waiting.items() if not (set(_needs(sql)) & waiting.keys())]
        for name in ready:
            connection.execute(waiting.pop(name))
            _keep(connection, name)
    connection.execute("SET lock_configuration = true")
    return connection


def _keep(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Work a shared view out once, when a snapshot is opened, where it has few responses: questions take half the time or less.

    A view that takes parameters (a macro) stays as it is; so do all views of a snapshot that would fill the memory.
    """
    held = "SELECT (SELECT count(*) FROM response), (SELECT count(*) FROM duckdb_views() WHERE NOT internal AND view_name = $name)"
    responses, is_view = connection.execute(held, {"name": name}).fetchall()[0]
    if is_view and responses <= KEPT_RESPONSES:
        connection.execute(f"CREATE TABLE kept AS FROM {name}")  # a file's name, never anybody's words
        connection.execute(f"DROP VIEW {name}")
        connection.execute(f"ALTER TABLE kept RENAME TO {name}")


def _needs(sql: str) -> list[str]:
    found = re.search(r"^-- needs: (.*)$", sql, flags=re.M)
    return [n.strip() for n in found[1].split(",")] if found else []


_opening = threading.Lock()


def _cursor(path: Path) -> duckdb.DuckDBPyConnection:
    """A cursor of its own for each call: threads never share a result."""
    with _opening:  # lru_cache does not stop two threads from opening the same file twice
        database = _database(path)
    return database.cursor()


def ask(name: str, viewer: Viewer, snapshot: str | Path | Snapshot | None = None, **filters: Any) -> Result:
    """Answer one question for one viewer.

    ``filters`` are the query's parameters, values or text; one left out, None or "all" restricts nothing or takes its
    default. ``wave`` left out means the newest wave, ``k`` the places of the offer as set when the snapshot was published.
    Raises ``AskError`` for an unknown query or filter.
    """
    if name not in queries():
        raise AskError(f"There is no query {name!r}. There are: {', '.join(queries())}.")
    query = queries()[name]
    known = {p.name for p in query.parameters}
    if strange := set(filters) - known:
        raise AskError(f"{name} does not take {', '.join(sorted(strange))}. It takes: {', '.join(sorted(known)) or 'no filters'}.")
    found = snapshot if isinstance(snapshot, Snapshot) else find_snapshot(snapshot)
    values = {p.name: p.value(None if filters.get(p.name) == "all" else filters.get(p.name)) for p in query.parameters}
    if "wave" in values and values["wave"] is None:
        values["wave"] = newest_wave(found)
    if "k" in values and values["k"] is None:
        values["k"] = int(setting(found, "places"))
    for parameter in values.keys() & CHECKS.keys():
        try:
            values[parameter] = checked(parameter, values[parameter])
        except ValueError as problem:
            raise AskError(f"{parameter}: {problem}.") from None
    if viewer.audience == "shareable":  # trying one after the other would tell what single people answered
        as_set = {p.name: p.value(None) for p in query.parameters if p.name in query.fixed}
        values |= as_set | ({"k": int(setting(found, "places"))} if "k" in as_set else {})
    table, withheld = _answer(name, viewer, found, tuple(values.items()))
    return Result(name, table.copy(deep=False), values, found, viewer, query.purpose, withheld)


def warm() -> None:
    """Open the current snapshot, if there is one that can be opened, and ask what every page begins with."""
    try:
        snapshot = find_snapshot()
        for name in ("places", "waves", "coverage"):
            ask(name, Viewer(audience="internal"), snapshot)
    except AskError:
        return  # the first visitor is told, or sees the sample being published


def _answer(name: str, viewer: Viewer, snapshot: Snapshot, values: tuple[tuple[str, Any], ...]) -> tuple[pd.DataFrame, str]:
    """What this viewer may see of the answer, kept for whoever sees the same under the same rules."""
    rules = settings()
    return _seen(name, viewer, snapshot, values, (rules.min_respondents, rules.small_low, rules.small_high))


@lru_cache(maxsize=256)
def _seen(
    name: str, viewer: Viewer, snapshot: Snapshot, values: tuple[tuple[str, Any], ...], _rules: tuple[int, ...]
) -> tuple[pd.DataFrame, str]:
    """Scope first, then disclosure; ``_rules`` are the thresholds it was done by. Only ``ask`` reads it, and hands out copies."""
    query, given = queries()[name], dict(values)
    asked = (name, snapshot, tuple((k, v) for k, v in values if k not in query.keep))
    with _computing[hash(asked) % len(_computing)]:  # many who open a page at once wait for one computation, not for their own
        table = _computed(*asked)
    for column in query.keep:  # after the step: one computation serves every place, and a rank is among all PCNs
        if given[column] is not None:
            table = table[_kept(table, column, given[column])]
    if viewer.regions is not None:
        table = _in_scope(table, query.scope, viewer.regions)
    return disclosure.apply(table.reset_index(drop=True), query.disclosure, viewer.audience)


def _kept(table: pd.DataFrame, column: str, code: Any) -> pd.Series:
    """The rows of one region, ICB or PCN, and of the places it lies in: England, and for an ICB every region."""
    kept: pd.Series = table[f"{column}_code" if f"{column}_code" in table else "code"] == code
    if "level" in table:
        kept |= table["level"].isin({"region": ["england"], "icb": ["england", "region"]}[column])
    return kept


def _in_scope(table: pd.DataFrame, scope: str, regions: frozenset[str]) -> pd.DataFrame:
    """The rows a viewer of some regions may see: their own places, and England and region totals.

    ``scope`` as the query's header says: rows (by region_code), none (no place in it), all regions (only for those who
    see all of them).
    """
    if scope == "none":
        return table
    if scope == "all regions":
        return table.iloc[:0]
    seen = table["region_code"].isin(regions)
    if "level" in table:
        seen |= table["level"].isin(["england", "region"])
    return table[seen]


_computing = tuple(threading.Lock() for _ in range(16))


@lru_cache(maxsize=256)
def _computed(name: str, snapshot: Snapshot, values: tuple[tuple[str, Any], ...]) -> pd.DataFrame:
    """The whole answer before scope and disclosure; only ``_seen`` reads it."""
    query, given = queries()[name], dict(values)
    rows = _kept_rows if query.then_parameters else _rows
    table = rows(query.statement, snapshot.path, tuple((k, given[k]) for k in query.sql_parameters))
    return STEPS[query.then](table.copy(deep=False), **{k: given[k] for k in query.then_parameters}) if query.then else table


def _rows(sql: str, path: Path, values: tuple[tuple[str, Any], ...]) -> pd.DataFrame:
    """The rows as SQL gives them."""
    return _cursor(path).execute(sql, dict(values)).df()


#: For steps that are asked again with other weights, places or rules: their rows are the same every time.
_kept_rows = lru_cache(maxsize=8)(_rows)


@lru_cache(maxsize=16)
def newest_wave(snapshot: Snapshot) -> str | None:
    """Id of the newest wave with responses, None when there is none."""
    rows = _cursor(snapshot.path).execute("SELECT max(wave_id) FROM wave").fetchall()
    return str(rows[0][0]) if rows[0][0] is not None else None


@lru_cache(maxsize=16)
def setting(snapshot: Snapshot, name: str) -> float:
    """A definition of data/reference/settings.toml as it was when the snapshot was published. Raises ``IndexError`` for none such."""
    rows = _cursor(snapshot.path).execute("SELECT value FROM setting WHERE name = $name", {"name": name}).fetchall()
    return float(rows[0][0])
