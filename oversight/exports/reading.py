"""What every reader gives back (``Reading``), and how it says that a file cannot be used (``FileProblem``, ``Doubt``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd

#: Stands between the answers of one cell of several answers (ASCII's unit separator: nobody types it).
ITEMS = "\x1f"

#: What a person may say about a file that does not say it itself: ``Probe.answers``, ``[layout]`` of a mapping file.
ANSWERS: Mapping[str, str] = MappingProxyType(
    {
        "tool": "the reader that a file is for, where several claim it",
        "header_rows": "how many header rows a table has: 1, 2 or 3",
        "ticks": "one (answers of one question, ticked or not) or apart (questions of their own), for columns of Yes and No",
        "dates": "day_first or month_first, where the dates themselves do not tell",
        "id": "heading of the column that identifies a response",
        "started": "heading of the column that says when a response was started",
        "completed": "heading of the column that says when a response was completed",
    }
)


class FileProblem(Exception):
    """A file that cannot be used: which file, what is wrong, what to do. Shown to people as it stands."""

    def __init__(self, file: str, wrong: str, mend: str) -> None:
        self.file, self.wrong, self.mend = file, wrong, mend
        super().__init__(f"{file} {wrong} {mend}")


class TooMuch(FileProblem):
    """A file beyond the bounds on what is opened: no reader is asked about it."""


class Doubt(FileProblem):
    """A file that can be read in more than one way: asked, never guessed.

    ``about`` is one of ``ANSWERS``, ``choices`` maps what may be answered to what that means. The same file is then read
    again with ``answers={about: choice}``.
    """

    def __init__(self, file: str, wrong: str, mend: str, about: str, choices: Mapping[str, str]) -> None:
        self.about, self.choices = about, choices
        super().__init__(file, wrong, mend)


@dataclass(frozen=True)
class Aside:
    """A row set aside: its number in the file (the header is row 1), reason code, detail, and content less personal data."""

    row: int
    reason: str
    detail: str
    content: dict[str, str] = field(default_factory=dict)


class ExportedQuestion(NamedTuple):
    """One question of an export.

    ``column`` is its column in ``Survey.cells``, ``tool_id`` the id the tool gives it and keeps from wave to wave ("" where
    it gives none), ``text`` the exported wording. ``kind`` is "multi" for several answers (in ``cells`` separated by
    ``ITEMS``), "text" for free text or a ranking where the tool says so, else "choice" until the mapping knows better.
    ``options`` are the answers that the tool itself names, chosen or not, where it does.
    """

    column: str
    tool_id: str
    text: str
    kind: str
    options: tuple[str, ...] = ()


@dataclass
class Survey:
    """The responses of one survey export, columnar and verbatim.

    ``questions`` stand in export order. ``cells`` has one row per response, text only (dtype string, or category of
    strings), NA where blank, indexed by row number in the file. ``ids``, ``started`` and ``completed`` share its index;
    ``completed`` is NaT throughout where the tool exports no times.
    """

    questions: list[ExportedQuestion]
    cells: pd.DataFrame
    ids: pd.Series
    started: pd.Series
    completed: pd.Series


#: Tables of focus groups, the same for every coding tool: name -> columns. NA where a tool does not say.
TABLE_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        # one row per coded passage, code and coder: document's name, highlight (identifies the passage in its document),
        # code (path from the top code down, joined by PATH), words, pseudonym of the coder, first and last position in the
        # document (codepoints, the last exclusive), and the place in the tool's own words
        "excerpts": ("row", "document", "highlight", "code", "text", "coder", "start", "stop", "place"),
        # one row per code of the code book: path, path of the code above it, description
        "codes": ("row", "code", "parent", "description"),
        # one row per turn of a transcript: document, number, seconds from the start, pseudonym of the speaker, words
        "utterances": ("row", "document", "number", "started", "stopped", "speaker", "text"),
    }
)
#: Between the names of a code and of those above it.
PATH = " > "


@dataclass
class Reading:
    """What one file holds. ``tables`` are frames of records plus ``row`` (row number in the file), columns as the table's
    comment in ``TABLE_COLUMNS`` says or the reader's own.

    ``companion`` says whose companion a file is that holds no answers or excerpts itself (a codebook, a data dictionary).
    For every file: rows_read = accepted + len(aside).
    """

    tool: str
    rows_read: int = 0
    aside: list[Aside] = field(default_factory=list)
    warnings: list[tuple[int, str]] = field(default_factory=list)
    survey: Survey | None = None
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    why: str = ""
    note: str = ""
    companion: str = ""
