"""What readers of survey exports share: the one table of a file, who answered where nobody has an id, and when."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import pandas as pd

from oversight.exports.columns import Part
from oversight.exports.probe import Probe
from oversight.exports.reading import FileProblem, TooMuch
from oversight.exports.records import Records, read_times, text_of, tidy

#: Endings of delimited text inside an archive: Qualtrics and SurveyMonkey hand out a zip with one file in it.
_TEXTS = (".csv", ".tsv", ".txt")
#: How many rows, or names, a warning lists.
_LISTED = 5


def table_rows(probe: Probe) -> Iterator[Sequence[Any]]:
    """The rows of the file's table: delimited text, first sheet of a workbook, or the only text inside a zip archive."""
    if not probe.is_zip or probe.is_xlsx:
        yield from probe.rows()
        return
    members = [m for m in probe.members if m.lower().endswith(_TEXTS) and not m.startswith("__MACOSX/")]
    if len(members) == 1:
        yield from probe.csv_rows(members[0])


def first_rows(probe: Probe, count: int) -> list[list[str]]:
    """The first rows of the table as text, "" for blank cells. [] for a file that holds no delimited text and no sheet."""
    if not probe.is_zip and not probe.header:
        return []
    found: list[list[str]] = []
    try:
        found += ([text_of(cell) or "" for cell in row] for row in islice(table_rows(probe), count))
    except FileProblem as problem:  # what is wrong with the file is for its own reader to say
        if isinstance(problem, TooMuch):
            raise
    return found


def key(heading: str) -> str:
    """A heading reduced to its letters and digits, without case: "Respondent ID" and "RespondentID" are the same."""
    return re.sub(r"[\W_]+", "", tidy(heading)).casefold()


def at(row: Sequence[str], place: int) -> str:
    """The cell at a place, "" where the row is shorter."""
    return row[place] if place < len(row) else ""


def identify(records: Records, column: str | None, heading: str) -> tuple[pd.Series, list[str]]:
    """The id of each response: those of ``column`` (rows without are set aside), else row numbers, with a warning."""
    if column is None:
        numbers = pd.Series(records.frame.index.astype(str), index=records.frame.index, dtype="string")
        return numbers, [
            "the file gives responses no id; the row number stands for it, so keep the order of the rows from export to export"
        ]
    missing = records.frame[column].isna()
    records.refuse(missing, "no_response_id", f"{heading} is blank. Give the row its ID back, or leave it out.")
    return records.frame[column].str.strip(), []


def moments(probe: Probe, records: Records, started: str | None, completed: str | None) -> tuple[pd.Series, pd.Series, str]:
    """When each response was started and completed, NaT throughout where there is no such column, and the evidence for the dates.

    Rows with a time that is none are set aside, so ids are to be taken after this.
    """
    columns = [c for c in (started, completed) if c is not None]
    times, evidence = read_times(probe, records, *columns) if columns else ((), "")
    found = dict(zip(columns, times, strict=True))
    never = pd.Series(pd.NaT, index=records.frame.index, dtype="datetime64[us]")
    return found.get(started or "", never), found.get(completed or "", never), evidence


def only_marks(cells: pd.Series, label: str, marks: Collection[str] = ("1",)) -> bool:
    """Whether a column holds ticks only (the answer's own words, or ``marks``): then its label is an answer, not a question."""
    values = {tidy(value).casefold() for value in cells.dropna().unique()}
    return values <= {*marks, tidy(label).casefold()}


def ticked(frame: pd.DataFrame, parts: Iterable[Part], marks: Collection[str]) -> bool:
    """Whether the columns of a question hold ticks only, and any at all, so that they are its answers and not rows of a grid."""
    ticks = [part for part in parts if not part.other]
    return all(only_marks(frame[p.column], p.label, marks) for p in ticks) and bool(
        frame[[p.column for p in ticks]].notna().to_numpy().any()
    )


def listed(items: Sequence[object]) -> str:
    """The first few of a list, in words."""
    more = f" and {len(items) - _LISTED} more" if len(items) > _LISTED else ""
    return ", ".join(map(str, items[:_LISTED])) + more
