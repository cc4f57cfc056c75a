"""SQLite files that coding tools keep or export: opened read-only, with a limit on time, rows and text."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from oversight.exports.probe import Probe
from oversight.exports.reading import FileProblem

MAGIC = b"SQLite format 3\x00"
SECONDS = 20
MAX_ROWS = 1_000_000
MAX_LETTERS = 100_000_000


def is_sqlite(probe: Probe) -> bool:
    """Whether the file is a SQLite database, by its first bytes."""
    return probe.head.startswith(MAGIC)


def tables(probe: Probe) -> dict[str, frozenset[str]]:
    """Names of the database's own tables and their columns; {} for any other file. Raises ``FileProblem`` for a damaged one."""
    if not is_sqlite(probe):
        return {}
    with _opened(probe) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' LIMIT 500")]
        found = {str(name): connection.execute("SELECT name FROM pragma_table_info(?) LIMIT 500", [name]).fetchall() for name in names}
    return {name: frozenset(str(column) for (column,) in columns) for name, columns in found.items()}


def rows(probe: Probe, *queries: str) -> list[list[tuple[Any, ...]]]:
    """The rows of each query. Raises ``FileProblem`` when the database is damaged, or takes too long or too much to read."""
    with _opened(probe) as connection:
        return [_bounded(probe, connection.execute(query)) for query in queries]


def _bounded(probe: Probe, cursor: sqlite3.Cursor) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    letters = 0
    for row in cursor:
        found.append(row)
        letters += sum(len(cell) for cell in row if isinstance(cell, str | bytes))
        if len(found) > MAX_ROWS or letters > MAX_LETTERS:
            raise _too_much(probe)
    return found


@contextmanager
def _opened(probe: Probe) -> Iterator[sqlite3.Connection]:
    deadline = time.monotonic() + SECONDS
    try:
        with closing(sqlite3.connect(f"{probe.path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_LETTERS)
            connection.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
            connection.text_factory = lambda data: data.decode("utf-8", errors="replace")
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA cell_size_check = ON")
            yield connection
    except (sqlite3.Error, UnicodeError, OverflowError, SystemError) as error:  # a damaged schema breaks its own message, too
        if time.monotonic() > deadline:
            raise _too_much(probe) from error
        raise FileProblem(probe.name, f"is damaged: the database cannot be read ({error}).", "Export it again.") from error


def _too_much(probe: Probe) -> FileProblem:
    return FileProblem(probe.name, "takes too long or too much memory to read.", "Export the highlights as CSV instead.")
