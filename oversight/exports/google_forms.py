"""Google Forms: the responses as CSV, or the spreadsheet saved as CSV or workbook.

One header row: ``Timestamp``, perhaps ``Email Address`` or ``Username`` and ``Score``, then the questions; rows of a grid are
``Question [Row]``. Known by ``Timestamp`` (or its name in another language) over dates with a time of day. Several answers
stand in one cell, joined by ``, `` while answers hold commas: the cell stays whole, and the mapping takes out the answers it
knows. Relies on formats.md, which saw one real file; none was at hand here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from oversight.exports.dates import looks_like_time
from oversight.exports.personal import asks_who
from oversight.exports.probe import Probe
from oversight.exports.reading import ExportedQuestion, FileProblem, Reading, Survey
from oversight.exports.records import counted, load, tidy, unique
from oversight.exports.responses import at, first_rows, identify, listed, moments, table_rows

TOOL = "google_forms"

#: The first heading, in the languages that Google gives it.
_STAMPS = {
    "timestamp", "zeitstempel", "horodateur", "marca temporal", "carimbo de data/hora", "informazioni cronologiche", "tijdstempel",
    "tidsstämpel", "tidsstempel", "sygnatura czasowa", "időbélyeg", "časová značka", "aikaleima",
}  # fmt: skip
#: Google's own CSV has the zone behind the time: 2026/09/14 9:00:00 am GMT+1. Also Spanish and Portuguese a. m. and p. m.
_ZONE = re.compile(r"\s+[A-Z]{3,5}(?:[+-]\d{1,2}(?::?\d{2})?)?\s*$")
_HALF = re.compile(r"\b([ap])\.?\s?m\.?(?=\s|$)", re.IGNORECASE)
#: How many rows tell whether a first column holds times, and how many of them must.
_LOOKED_AT, _ENOUGH = 40, 0.5
_GRID = re.compile(r"(.+\S)\s*\[(Score|Feedback)\]", re.DOTALL | re.IGNORECASE)
_POINTS = re.compile(r"\d+(?:\.\d+)?\s*/\s*\d+(?:\.\d+)?")


def recognise(probe: Probe) -> str | None:
    """Why the file is a Google Forms export, None when it is not."""
    rows = first_rows(probe, _LOOKED_AT)
    if not rows or len(rows[0]) < 2 or tidy(rows[0][0]).casefold() not in _STAMPS:
        return None
    filled = [row for row in rows[1:] if any(row)]
    times = sum(looks_like_time(_plain(row[0])) for row in filled)
    if filled and times < _ENOUGH * len(filled):
        return None
    return f"the heading {tidy(rows[0][0])} over the time of each response"


def _plain(stamp: str) -> str:
    """A time without its zone, and with am or pm as everybody writes it. A stated offset is not applied."""
    return _HALF.sub(r"\1m", _ZONE.sub("", stamp.strip()))


def read(probe: Probe) -> Reading:
    """The responses of one export.

    A response is known by its row number, for Google gives none. Rows of the wrong length, or with a time that is none, are
    set aside. Raises ``Doubt`` where day and month cannot be told apart.
    """
    rows = table_rows(probe)
    header = [str(cell) if cell is not None else "" for cell in next(rows, ())]
    if not header:
        raise FileProblem(probe.name, "holds no table.", "Export the responses from Google Forms again.")
    wordings = [heading.replace("_x000D_", "").removeprefix("\ufeff") for heading in header]
    names = unique([tidy(wording) or f"Column {i}" for i, wording in enumerate(wordings, 1)])
    graded = {i for i, wording in enumerate(wordings) if (m := _GRID.fullmatch(wording)) and m[1] in {tidy(w) for w in wordings}}
    who = [i for i, wording in enumerate(wordings) if i and asks_who(wording)]
    places = [i for i in range(len(names)) if i not in graded and i not in who]
    records = load(rows, {names[i]: i for i in places}, len(names), pad=probe.is_xlsx)
    stamp = names[0]
    typed = records.frame[stamp]
    records.frame[stamp] = typed.map({text: _plain(text) for text in typed.dropna().unique()}, na_action="ignore").astype("string")
    zones = sorted({m[0].strip() for text in typed.dropna().unique() if (m := _ZONE.search(text))})
    started, completed, evidence = moments(probe, records, None, stamp)
    ids, warnings = identify(records, None, "")
    frame = records.frame
    warnings += [f"the question {names[i]!r} asks who somebody is; its answers were left out" for i in who if not _own(wordings[i])]
    score = _score(frame, names)
    questions = []
    for i in places[1:]:
        blank = not tidy(wordings[i])
        if names[i] == score or (blank and not frame[names[i]].notna().any()):
            continue
        questions.append(ExportedQuestion(names[i], "", wordings[i] if not blank else names[i], "choice"))
        warnings += [f"{names[i]} has answers and no heading; kept under that name"] if blank else []
    dropped = [names[i] for i in sorted({*graded, *who})] + [score] * bool(score)
    notes = [
        counted(len(questions), "question"),
        f"left out: {', '.join(dropped)}" if dropped else "",
        evidence,
        f"times are those of {listed(zones)}" if zones else "",
        "the time is when a response was sent; several answers in one cell are told apart by the mapping",
    ]
    survey = Survey(questions, frame[[q.column for q in questions]].copy(), ids, started, completed)
    every = [(0, text) for text in warnings]
    return Reading(TOOL, records.rows_read, records.aside, every, survey, note="; ".join(filter(None, notes)))


def _own(heading: str) -> bool:
    """Whether Google itself put a heading there."""
    return tidy(heading).casefold() in ("email address", "username")


def _score(frame: pd.DataFrame, names: Sequence[str]) -> str:
    """The column in which a quiz gives the points, "" where there is none: ``Score`` over 3 / 5 right behind the respondent."""
    for name in (at(names, 1), at(names, 2)):
        if name.casefold() == "score" and name in frame:
            cells = frame[name].dropna().str.strip()
            return name if len(cells) and bool(cells.str.fullmatch(_POINTS.pattern).all()) else ""
    return ""
