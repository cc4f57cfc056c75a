"""SurveyMonkey: CSV, workbook, or the zip archive they come in.

Two header rows: the question, blank where it goes on, then ``Response``, ``Open-Ended Response``, an answer, a row of a grid or
``Other (please specify)``; ``Respondent ID | Collector ID | Start Date | End Date | IP Address …`` stand over blanks. Known by
a ``Respondent ID`` over a blank, else by ``Response`` in row 2 under a question. A file with one header row is SurveyMonkey's
only where ``Respondent ID`` stands first over numbers as long as SurveyMonkey's; any other is read as a table. Seen in
three files published by others: with and without ids, one and two header rows, not UTF-8. Not seen: the columns about a
respondent, which come from parsers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from oversight.exports.columns import Group, Part, fold, is_other, joined
from oversight.exports.personal import asks_who
from oversight.exports.probe import Probe
from oversight.exports.reading import FileProblem, Reading, Survey
from oversight.exports.records import counted, load, tidy, unique
from oversight.exports.responses import at, first_rows, identify, key, moments, only_marks, table_rows, ticked

TOOL = "surveymonkey"

_FILLERS = {"response", "open-ended response"}
_NOTED = {"respondentid": "id", "startdate": "started", "datecreated": "started", "enddate": "completed", "datemodified": "completed"}
#: The id of a respondent: SurveyMonkey counts them over all its customers.
_ID = re.compile(r"\d{8,20}(?:\.0)?", re.ASCII)
#: Stands for "no answer" in files that were tidied up by somebody.
_DASH = "-"


def recognise(probe: Probe) -> str | None:
    """Why the file is a SurveyMonkey export, None when it is not."""
    found = _header_rows(first_rows(probe, 3), probe.answers.get("header_rows", ""))
    return found[1] if found else None


def _header_rows(rows: list[list[str]], said: str = "") -> tuple[int, str] | None:
    """How many header rows there are and how that is known, None when the table is not SurveyMonkey's."""
    if not rows or not any(rows[0]):
        return None
    headings = [key(cell) for cell in rows[0]]
    if "userid" in headings and "userno" in headings:
        return None  # SmartSurvey
    second = rows[1] if len(rows) > 1 else []
    asked = {i for i, cell in enumerate(second) if tidy(cell).casefold() in _FILLERS and at(rows[0], i).strip()}
    if "respondentid" in headings[:3]:
        place = headings.index("respondentid")
        collected = "collectorid" in headings
        if second and not at(second, place).strip() and (any(second) or collected):
            return 2, f"the heading {tidy(rows[0][place])} over a blank in the second row"
        if collected and said not in ("1", "2"):
            return 1, "the headings Respondent ID and Collector ID"
        if said in ("1", "2") or (place == 0 and second and all(_ID.fullmatch(at(row, 0).strip()) for row in rows[1:])):
            return int(said) if said in ("1", "2") else 1, f"the heading {tidy(rows[0][place])} over the long numbers of SurveyMonkey"
        return None
    noted = {i for i, cell in enumerate(rows[0]) if _NOTED.get(key(cell)) or asks_who(cell)}
    if asked and not any(at(second, i).strip() for i in noted):
        return 2, "Response or Open-Ended Response under a question, in the second row"
    return None


@dataclass
class _Layout:
    """``noted``: role -> position; ``groups``: positions of each question's columns, by its wording; ``labels``: row 2."""

    names: list[str]
    labels: list[str]
    noted: dict[str, int] = field(default_factory=dict)
    groups: list[tuple[str, list[int]]] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def name(self, role: str) -> str | None:
        """The column that plays a role, None where there is none."""
        return self.names[self.noted[role]] if role in self.noted else None


def _layout(rows: list[list[str]], count: int) -> _Layout:
    """The questions of the header rows. A blank in row 1 over a text in row 2 goes on with the question to its left."""
    width = max(map(len, rows[:count]))
    questions = [at(rows[0], i).removeprefix("\ufeff") for i in range(width)]
    labels = [at(rows[1], i) if count == 2 else "" for i in range(width)]
    names = unique(
        [tidy(" - ".join(filter(str.strip, pair))) or f"Column {i}" for i, pair in enumerate(zip(questions, labels, strict=True), 1)]
    )
    layout = _Layout(names, labels)
    for i, question in enumerate(questions):
        role = "" if labels[i].strip() else _NOTED.get(key(question), "")
        if role and role not in layout.noted:
            layout.noted[role] = i
        elif asks_who(question):
            layout.dropped.append(names[i])
            layout.warnings += [_who(question)] if labels[i].strip() else []
            layout.groups.append(("", []))  # what goes on from it asks the same
        elif question.strip() or not labels[i].strip() or not layout.groups:
            layout.groups.append((question, [i]))
        elif layout.groups[-1][1]:
            layout.groups[-1][1].append(i)
        else:
            layout.dropped.append(names[i])
    layout.groups = [group for group in layout.groups if group[1]]
    return layout


def _who(question: str) -> str:
    return f"the question {tidy(question)!r} asks who somebody is; its answers were left out"


def read(probe: Probe) -> Reading:
    """The responses of one export.

    Columns of ticks (the answer's own words or blank) are folded into one question, rows of grids stay one question each.
    Rows of the wrong length, without an id where the file has ids, or with a time that is none are set aside.
    """
    top = first_rows(probe, 3)
    found = _header_rows(top, probe.answers.get("header_rows", ""))
    if found is None:
        raise FileProblem(probe.name, "does not look like a SurveyMonkey export.", "Export it from SurveyMonkey again, as CSV or XLS.")
    count, _ = found
    layout = _layout(top, count)
    rows = table_rows(probe)
    for _ in range(count):
        next(rows, None)
    columns = {layout.names[i]: i for i in (*layout.noted.values(), *(i for _, places in layout.groups for i in places))}
    if not layout.groups:
        raise FileProblem(probe.name, "holds no question.", "Export it again with all questions.")
    records = load(rows, columns, len(layout.names), pad=probe.is_xlsx or count == 2, first=count + 1)
    started, completed, evidence = moments(probe, records, layout.name("started"), layout.name("completed"))
    ids, warnings = identify(records, layout.name("id"), "The respondent ID")
    frame, dashes = _dashes(records.frame, [layout.names[i] for _, places in layout.groups for i in places])
    folded = fold(frame, _groups(frame, layout))
    accepted = frame.index
    survey = Survey(folded.questions, folded.cells, ids, started[accepted], completed[accepted])
    several = sum(q.kind == "multi" for q in folded.questions)
    notes = [
        counted(len(folded.questions), "question") + (f", {several} of them with several answers" if several else ""),
        f"left out: {', '.join(layout.dropped)}" if layout.dropped else "",
        evidence,
        "" if layout.name("completed") else "the file gives no times",
    ]
    every = [(0, text) for text in (*warnings, *layout.warnings, *dashes, *folded.warnings)]
    return Reading(TOOL, records.rows_read, records.aside, every, survey, note="; ".join(filter(None, notes)))


def _dashes(frame: pd.DataFrame, asked: Sequence[str]) -> tuple[pd.DataFrame, list[str]]:
    """The answers with ``-`` read as blank, where a file writes it in place of every blank: it has dashes, and no blank at all."""
    cells = frame[list(asked)]
    if cells.isna().to_numpy().any():
        return frame, []
    dash = pd.DataFrame({column: cells[column].str.strip().eq(_DASH).fillna(False).astype(bool) for column in asked}, index=frame.index)
    if int(dash.any().sum()) < 2:
        return frame, []
    text = f"“{_DASH}” stands {int(dash.to_numpy().sum()):,} times where no blank ever does; it was read as “not answered”"
    return frame.assign(**cells.mask(dash)), [text]


def _groups(frame: pd.DataFrame, layout: _Layout) -> list[Group]:
    """Questions and their columns; a grid in which several answers can be ticked (``row - answer``) is one question a row."""
    groups: list[Group] = []
    for question, places in layout.groups:
        parts = [Part(layout.names[i], layout.labels[i], other=is_other(layout.labels[i])) for i in places]
        kept = [p for p in parts if not (asks_who(p.label) and not only_marks(frame[p.column], p.label))]
        if len(parts) - len(kept) > 1:  # a block of contact details: its other lines tell where somebody lives
            kept = []
        if len(kept) < len(parts):
            layout.dropped += [p.column for p in parts if p not in kept]
            layout.warnings.append(_who(question))
        if not question.strip() and all(frame[p.column].isna().all() for p in kept):
            continue
        layout.warnings += [] if question.strip() else [f"{p.column} has answers and no heading; kept under that name" for p in kept]
        groups += _rows_of_grid(frame, question, kept) if kept else []
    return groups


def _rows_of_grid(frame: pd.DataFrame, question: str, parts: Sequence[Part]) -> list[Group]:
    """The columns of one question: together where they hold ticks, by row where a grid holds ticks, else one by one."""
    if ticked(frame, parts, ()):
        return [Group(question, tuple(parts))]
    rows: dict[str, list[Part]] = {}
    for part in parts:
        row, dash, answer = tidy(part.label).rpartition(" - ")
        rows.setdefault(row if dash else "", []).append(Part(part.column, answer))
    if "" not in rows and all(
        ticked(frame, found, ()) or frame[[p.column for p in found]].isna().all(axis=None) for found in rows.values()
    ):
        return [Group(joined(question, row), tuple(found)) for row, found in rows.items()]
    return [Group(joined(question, part.label), (Part(part.column, text=part.other or _open(part.label)),)) for part in parts]


def _open(label: str) -> bool:
    return tidy(label).casefold() == "open-ended response"
