"""Microsoft Forms: the workbook it exports, the live-sync workbook, and CSV files saved from either.

One header row ``ID | Start time | Completion time | Email | Name | [Last modified time] | [Language] | questions…``; a
quiz adds ``Total points | Quiz feedback`` and ``Points - Q | Feedback - Q`` behind each question. Who answered is dropped
here; what was answered stays word for word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

import pandas as pd

from oversight.exports.dates import looks_like_time
from oversight.exports.personal import asks_who
from oversight.exports.probe import Probe
from oversight.exports.reading import ITEMS, ExportedQuestion, FileProblem, Reading, Survey
from oversight.exports.records import counted, each, load, read_times, text_of, tidy, unique

TOOL = "microsoft_forms"

_KEYS = ("id", "start time", "completion time")
#: Words for times in English: where they are no headings of Forms, the table is another tool's and no localised Forms.
_ENGLISH = re.compile(
    r"\b(?:start|started|begun|end|ended|complete|completed|finished|submitted|created|updated|modified|opened|closed|date|time|timestamp"
    r"|startdate|enddate|submitdate|datestamp|(?:start|end|submitt|creat|updat|complet)(?:ed)?at)\b"
)
#: What Forms itself puts between the completion time and the first question.
_ABOUT = {"email", "name", "last modified time", "language"}
_QUIZ = {"total points", "quiz feedback"}
#: Headings in a workbook are cut near 255 characters, and so is the question inside ``Points - Q``.
_CUT = 150


def recognise(probe: Probe) -> str | None:
    """Why the file is a Microsoft Forms export, None when it is not; exports with localised headings are claimed too."""
    if _sheet(probe) is not None:
        return "the headings ID, Start time and Completion time"
    headings = [tidy(h).casefold() for h in probe.header]
    named = {"email", "name"} <= set(headings) or not any(_ENGLISH.search(heading.replace("_", " ")) for heading in headings[1:3])
    if headings[:1] == ["id"] and len(headings) > 3 and named and _times_follow(probe):
        return "an ID and two times in the first three columns, as in Microsoft Forms in another language"
    return None


def _sheet(probe: Probe) -> str | None:
    """The first sheet ("" for text) with the headings of Forms: somebody may have put notes before it."""
    return next((sheet for sheet, header in probe.headers.items() if set(_KEYS) <= {tidy(h).casefold() for h in header}), None)


def _times_follow(probe: Probe) -> bool:
    """Whether every one of the first rows holds a time of day in the second and in the third column."""
    rows = [[text_of(cell) or "" for cell in row[1:3]] for row in islice(probe.rows(), 1, 21)]
    filled = [row for row in rows if any(row)]
    return bool(filled) and all(len(row) == 2 and all(map(looks_like_time, row)) for row in filled)


def read(probe: Probe) -> Reading:
    """The responses of one export.

    Rows of the wrong length, without an ID, or with a time that is none are set aside. Raises ``FileProblem`` when the
    headings are localised, or day and month cannot be told apart.
    """
    sheet = _sheet(probe)
    header = probe.header if sheet is None else probe.headers[sheet]
    layout = _layout(probe, header)
    rows = probe.xlsx_sheets()[sheet] if probe.is_xlsx and sheet is not None else probe.rows()
    next(rows, None)
    records = load(rows, layout.columns, len(header), pad=probe.is_xlsx, category=True)
    key, started, completed = list(layout.columns)[:3]
    records.refuse(records.frame[key].isna(), "no_response_id", f"{key} is blank. Give the row its ID back, or leave it out.")
    times, evidence = read_times(probe, records, started, completed)
    frame = records.frame
    questions = []
    for column, heading in layout.questions.items():
        if heading or frame[column].notna().any():
            questions.append(ExportedQuestion(column, "", heading or column, _kind(frame[column])))
            layout.warnings += [] if heading else [f"{column} has answers and no heading; kept under that name"]
    cells = frame[[q.column for q in questions]].copy()
    several = [q.column for q in questions if q.kind == "multi"]
    for column in several:
        cells[column] = each(cells[column], lambda cell: ITEMS.join(split_multi(cell)) or None)
    survey = Survey(questions, cells, frame[key].str.strip(), *times)
    notes = [
        f"{counted(len(questions), 'question')}, {len(several)} of them with several answers",
        f"left out: {', '.join(layout.dropped)}" if layout.dropped else "",
        evidence,
        f"sheets not read: {', '.join(s for s in probe.headers if s != sheet)}" if probe.is_xlsx and len(probe.headers) > 1 else "",
    ]
    warnings = [(0, text) for text in layout.warnings]
    return Reading(TOOL, records.rows_read, records.aside, warnings, survey, note="; ".join(filter(None, notes)))


def split_multi(cell: str) -> list[str]:
    """The answers in one cell of several answers: parted by ``;``, trimmed, empty ones left out."""
    return [item for part in cell.split(";") if (item := part.strip())]


@dataclass
class _Layout:
    """``columns``: column name -> position, first the three keys, then the questions. ``questions``: name -> exported wording."""

    columns: dict[str, int]
    questions: dict[str, str]
    dropped: list[str]
    warnings: list[str] = field(default_factory=list)


def _layout(probe: Probe, header: Sequence[str]) -> _Layout:
    wordings = [h.replace("_x000D_", "").removeprefix("\ufeff") for h in header]
    headings = [tidy(h).casefold() for h in header]
    if not all(key in headings for key in _KEYS):
        raise FileProblem(
            probe.name,
            f"looks like Microsoft Forms with the headings {', '.join(map(repr, header[:5]))}.",
            "Put ID, Start time, Completion time, Email, Name over the first five columns (or set Forms to English), and try again.",
        )
    names = unique([tidy(w) or f"Column {i}" for i, w in enumerate(wordings, 1)])
    keys = [headings.index(key) for key in _KEYS]
    about = _block(headings, max(keys) + 1)
    quiz = _quiz_columns(headings, about.stop) if set(headings[about.start : about.stop]) >= _QUIZ else set()
    asked = [i for i in range(len(names)) if i not in keys and i not in about and i not in quiz]
    who = [i for i in asked if asks_who(wordings[i])]
    asked = [i for i in asked if i not in who]
    return _Layout(
        {names[i]: i for i in (*keys, *asked)},
        {names[i]: wordings[i] if headings[i] else "" for i in asked},
        [names[i] for i in (*about, *sorted(quiz), *who)],
        [f"the question {names[i]!r} asks who somebody is; its answers were left out" for i in who],
    )


def _block(headings: Sequence[str], start: int) -> range:
    """The columns that Forms fills in itself, from ``start`` to before the first question."""
    known = _ABOUT | (_QUIZ if set(headings) >= _QUIZ else set())
    stop = start
    while stop < len(headings) and headings[stop] in known:
        stop += 1
    return range(start, stop)


def _quiz_columns(headings: Sequence[str], start: int) -> set[int]:
    """Positions of ``Points - Q`` and ``Feedback - Q`` that stand right behind their question."""
    found: set[int] = set()
    question = ""
    for i in range(start, len(headings)):
        lead, dash, rest = headings[i].partition(" - ")
        if dash and lead in ("points", "feedback") and question and _same_question(question, rest):
            found.add(i)
        else:
            question = headings[i]
    return found


def _same_question(question: str, named: str) -> bool:
    if len(named) >= _CUT:
        return question[:_CUT] == named[:_CUT]
    return question == named or question.rstrip("0123456789") == named.rstrip("0123456789")


def _kind(cells: pd.Series) -> str:
    """multi: every answer ends in ``;``. A ranking does so too and is known by its rows: all the same options, in different orders."""
    texts = cells.dropna().unique()
    if not len(texts) or not all(text.rstrip().endswith(";") for text in texts):
        return "choice"
    orders = {tuple(split_multi(text)) for text in texts}
    same_options = len({frozenset(order) for order in orders}) == 1
    return "text" if same_options and len(orders) > 1 else "multi"
