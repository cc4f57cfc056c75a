"""Any table: CSV, TSV or workbook with one, two or three header rows, from whatever tool. Used when no other reader claims a file.

It relies on nothing but the table itself: how many rows are headings, which columns are ticks of one question, which one
identifies a response and which hold its times are worked out from all rows, said in the note, and asked in doubt. What a
person says about the file (``reading.ANSWERS``) goes before. LimeSurvey and REDCap exports come through here, and were seen
in files made by others (softwaresaved/international-survey, OuhscBbmc/REDCapR).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import pandas as pd

from oversight.exports import headers
from oversight.exports.columns import Folded, Group, Part, fold, is_marks, is_other, runs
from oversight.exports.dates import is_stamp
from oversight.exports.headers import Header, Row
from oversight.exports.headings import Column, columns_of, looks_like
from oversight.exports.personal import asks_who
from oversight.exports.probe import Probe
from oversight.exports.reading import Doubt, FileProblem, Reading, Survey
from oversight.exports.records import Records, counted, load, read_times, tidy
from oversight.exports.responses import only_marks

TOOL = "table"
#: A heading that asks to tick answers.
_CHOOSE = re.compile(r"\b(all|any|as many as|those) (that|which|of the)?\b|\b(tick|choose|select|check)\b", re.IGNORECASE)
#: What columns of Yes and No under one heading may be: the answer to ``ANSWERS["ticks"]`` -> what it means.
TICKS = {"one": "answers of one question, ticked or not", "apart": "questions of their own"}

_OF = "unique|user|survey|study|record|response|respondent|participant|submission|entry|case|reply|session"
_ID = re.compile(
    rf"#|id|no|number|row|key|ref|reference (?:no|number|id)|(?:unique )?(?:{_OF}) (?:id|no|number|key|code|ref|reference)"
    "|record|response|respondent|participant|reference|(?:user|record|response|respondent|participant)id|userno|guid|uuid"
)
_WORD = r"(?:date|time|at|on|timestamp|of|utc|response|survey|submission|record|form)"
_STARTED = re.compile(rf"(?:{_WORD} )*(?:startdate|start|started|begin|began|begun|opened|created|creation)(?: {_WORD})*")
_COMPLETED = re.compile(
    rf"(?:{_WORD} )*(?:end|ended|complete|completed|completion|submit|submitted|submission|finish|finished|closed|recorded|received)"
    rf"(?: {_WORD})*|(?:\w+ ){{0,3}}timestamp|(?:response |survey )?date(?: time| and time)?|date ?stamp|submitdate|time ?stamp"
)
#: Headings of REDCap for what repeats in a record, as variables and as labels.
_REPEATED = frozenset(f"{start}{what}" for start in ("redcap ", "") for what in ("event name", "repeat instrument", "repeat instance"))
#: A component that is a name, of a question that asks for a place of work and not for a person.
_PLACE = re.compile(r"\b(?:pcn|network|practice|organisation|organization|employer|trust|icb|team)\b", re.IGNORECASE)
_NOT_COMPLETED = "[not completed]"
#: Share of a column's texts that must be times for the others to be taken for damaged ones.
_TIMES = 0.9


@dataclass
class Source:
    """One table made out: where it stands, what its header says, which columns are read and which are not.

    ``key``, ``started`` and ``completed`` are columns whose part is known; those that are None are looked for. ``clean``
    changes the cells before anything is made of them. ``doubts`` are warnings for the whole file. ``parts`` are columns of a
    question of several columns whose label asks who somebody is; they stay only where they hold ticks: then it is an answer.
    """

    tool: str
    sheet: str
    header: Header
    columns: list[Column]
    left_out: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    parts: list[Column] = field(default_factory=list)
    key: Column | None = None
    started: Column | None = None
    completed: Column | None = None
    clean: Callable[[pd.DataFrame], tuple[pd.DataFrame, str]] | None = None


def recognise(probe: Probe) -> str | None:
    """Why the file is a table of answers: at least two headed columns and one row that fits below. None when it is none."""
    place = locate(probe)
    if place is None:
        return None
    texts = place[1][0][1]
    like = looks_like(texts)
    return f"a table of {len(texts)} columns that no other reader knows" + (f"; it looks like {like}" if like else "")


def read(probe: Probe) -> Reading:
    """The responses of the table, one per row below the headings.

    Rows of the wrong length, without an id or with a time that is none are set aside. Raises ``Doubt`` where the number of
    header rows or the order of day and month cannot be told, ``FileProblem`` where a column that was named is not there.
    """
    sheet, found = locate(probe) or no_table(probe)
    header = headers.find(probe.name, found, probe.answers.get("header_rows", ""))
    columns = columns_of(header)
    source = Source(TOOL, sheet, header, columns, clean=_finished if looks_like(header.rows[0]) == "REDCap" else None)
    leave_out(source, [c for c in columns if asks_whose(c)])
    return responses(probe, source)


def _finished(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The cells of a REDCap export without what it writes in place of the time of a response that was not finished."""
    unfinished = frame.apply(lambda cells: cells.str.strip().eq(_NOT_COMPLETED))
    count = int(unfinished.any(axis=1).sum())
    return frame.mask(unfinished.fillna(False)), f"{count} responses without a time, for they were not completed" if count else ""


def no_table(probe: Probe) -> NoReturn:
    """Raise the ``FileProblem`` for a file without headings over data."""
    raise FileProblem(probe.name, "is no table with headings.", "Give a sheet or CSV with one row of headings above the responses.")


def asks_whose(column: Column) -> bool:
    """Whether a column, the question over it or its component asks who somebody is: ``What is your name? - Name``.

    ``Which PCN do you work for? - Name`` asks for no person.
    """
    if any(asks_who(name) for name in column.names if name != column.label):
        return True
    pieces = [piece for name in (*column.names, column.label) for piece in name.split(" - ") if asks_who(piece)]
    place = _PLACE.search(column.wording) is not None
    return any(not (place and "name" in piece.casefold()) for piece in pieces)


def leave_out(source: Source, who: Sequence[Column]) -> None:
    """Take the columns that say who somebody is out of what is read, and say so.

    Those that stand beside others under one question may be answers to tick ("How do you keep in touch?" - "Phone"): what
    they hold decides (see ``_ticks_only``).
    """
    beside = Counter(c.group for c in source.columns)
    source.parts += [c for c in who if (c.label and beside[c.group] > 1) or (" - " in c.wording and asks_who(_piece(c)))]
    _take_out(source, [c for c in who if c not in source.parts])


def _take_out(source: Source, who: Sequence[Column]) -> None:
    source.columns = [c for c in source.columns if c not in who]
    source.left_out += [c.name for c in who]
    source.doubts += [f"the column {c.name!r} says who somebody is; it was left out" for c in who]


def _piece(column: Column) -> str:
    return column.label or column.wording.rpartition(" - ")[2]


def _ticks_only(source: Source, records: Records) -> None:
    """Take those of ``source.parts`` that hold anything but ticks out of the source and of the records."""
    frame = records.frame
    who = [c for c in source.parts if not is_marks([*frame[c.name].dropna().unique()]) and not only_marks(frame[c.name], _piece(c), ())]
    _take_out(source, who)
    records.frame, records.hidden = frame.drop(columns=[c.name for c in who]), frozenset()


def locate(probe: Probe) -> tuple[str, list[Row]] | None:
    """The first sheet ("" for text) that looks like a table, and its first rows; None when there is none."""
    if (probe.is_zip and not probe.is_xlsx) or probe.head.lstrip()[:1] in (b"<", b"{", b"["):
        return None
    for sheet in probe.headers:
        found = headers.peek(rows_of(probe, sheet))
        if headers.plausible(found, probe.is_xlsx):
            return sheet, found
    return None


def rows_of(probe: Probe, sheet: str) -> Iterator[Sequence[Any]]:
    """The rows of one sheet, or of the text."""
    return probe.xlsx_sheets()[sheet] if probe.is_xlsx else probe.csv_rows()


def _folded(probe: Probe, source: Source, frame: pd.DataFrame, asked: Sequence[Column]) -> Folded:
    """The questions. Raises ``Doubt`` where columns of Yes and No may be answers to tick or questions, and nobody has said which."""
    said = probe.answers.get("ticks")
    folded = fold(frame, groups(asked), apart=said == "apart")
    told = source.tool != TOOL or looks_like([t for row in source.header.rows for t in row]) in ("LimeSurvey", "REDCap")
    unsure = [text for text in folded.unsure if not _CHOOSE.search(text)]
    if unsure and not told and said not in TICKS:
        raise Doubt(
            probe.name,
            f"has columns answered with Yes or No under one heading ({unsure[0].strip()!r}).",
            "Say whether they are answers of one question or questions of their own.",
            "ticks",
            TICKS,
        )
    return folded


def responses(probe: Probe, source: Source) -> Reading:
    """The responses of a table that was made out: id and times found, ticks folded, everything said in the note."""
    header, kept = source.header, source.columns
    rows = rows_of(probe, source.sheet)
    for _ in range(header.numbers[-1]):
        next(rows, None)
    places, hidden = {c.name: c.position for c in kept}, [c.name for c in source.parts]
    records = load(rows, places, header.width, pad=probe.is_xlsx, first=header.numbers[-1] + 1, hidden=hidden)
    cleaned = ""
    if source.clean:
        records.frame, cleaned = source.clean(records.frame)
    _ticks_only(source, records)
    kept = source.columns
    key, id_note = (source.key, "") if source.key else _id_column(probe, records.frame, kept)
    started, completed = _time_columns(probe, records.frame, source, key)
    doubts = list(source.doubts)
    if key:
        records.refuse(records.frame[key.name].isna(), "no_response_id", f"{key.name} is blank. Give the row its id, or leave it out.")
    else:
        doubts.append(f"{id_note}; responses are known by their row number, so a corrected export must keep the order of its rows")
        doubts += _several_rows_each(records.frame, kept)
    names = [c.name for c in (started, completed) if c]
    stamps, evidence = read_times(probe, records, *names)
    times = dict(zip(names, stamps, strict=True))
    if completed is None:
        doubts.append("no column says when a response was completed; the mapping must name the wave")
    frame = records.frame
    asked = [c for c in kept if c not in (key, started, completed) and (c.names or frame[c.name].notna().any())]
    doubts += [f"{c.name} has answers and no heading; kept under that name" for c in asked if not c.names]
    folded = _folded(probe, source, frame, asked)
    blank = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]")
    survey = Survey(
        folded.questions,
        folded.cells,
        frame[key.name].str.strip() if key else pd.Series(frame.index.astype(str), index=frame.index, dtype="string"),
        times[started.name] if started else blank,
        times[completed.name] if completed else blank,
    )
    notes = [
        _header_note(header),
        f"id: {key.name}" if key else "id: the row number",
        _times_note(started, completed),
        evidence,
        _folded_note(folded),
        cleaned,
        f"left out: {', '.join(source.left_out)}" if source.left_out else "",
        f"sheet read: {source.sheet}; not read: {', '.join(s for s in probe.headers if s != source.sheet)}"
        if len(probe.headers) > 1
        else "",
        f"looks like {like}" if (like := looks_like([t for row in header.rows for t in row])) and source.tool == TOOL else "",
    ]
    warnings = [(0, text) for text in [*doubts, *folded.warnings]]
    return Reading(source.tool, records.rows_read, records.aside, warnings, survey, note="; ".join(filter(None, notes)))


def groups(columns: Sequence[Column]) -> list[Group]:
    """The questions of a table: neighbouring columns of one stem belong together."""
    found = []
    for run in runs([c.group for c in columns]):
        members = [columns[i] for i in run]
        parts = tuple(
            Part(
                c.name,
                c.label,
                other=is_other(c.label) and len(members) > 1,
                text="open-ended" in c.label.casefold(),
                tool_id=c.tool_id,
                wording=c.wording,
            )
            for c in members
        )
        found.append(Group(members[0].stem or members[0].wording, parts, _shared([c.tool_id for c in members])))
    return found


def _shared(ids: Sequence[str]) -> str:
    """What the ids of a question's columns begin with: Q2_1 and Q2_2 -> Q2."""
    if len(ids) == 1:
        return ids[0]
    stems = {re.sub(r"(?:_{1,3}[^_]*|\[[^\]]*\])$", "", i) for i in ids}
    return stems.pop() if len(stems) == 1 else ""


def _plain(name: str) -> str:
    """A heading in plain words, for comparing: StartDate, start_date and "Start date" are the same."""
    return " ".join(re.sub(r"[_\-.:/()]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", tidy(name))).casefold().split())


def _named(probe: Probe, about: str, columns: Sequence[Column]) -> Column | None:
    """The column that a person named; None when nobody did."""
    said = probe.answers.get(about)
    if not said:
        return None
    for column in columns:
        if any(tidy(name).casefold() == tidy(said).casefold() for name in (column.name, column.wording, *column.names)):
            return column
    raise FileProblem(
        probe.name, f"has no column {said!r}, which was named as {about}.", f"Use one of: {', '.join(c.name for c in columns)}."
    )


def _id_column(probe: Probe, frame: pd.DataFrame, columns: Sequence[Column]) -> tuple[Column | None, str]:
    """The column that identifies a response, or None and why there is none."""
    if said := _named(probe, "id", columns):
        return said, ""
    candidates = [c for c in columns if any(_ID.fullmatch(_plain(name)) for name in c.names)]
    for column in candidates:
        cells = frame[column.name]
        if len(cells) and cells.notna().mean() >= _TIMES and cells.dropna().str.strip().is_unique:
            return column, ""
    first = columns[0] if columns else None
    if first and not first.names and len(frame) and frame[first.name].notna().all() and frame[first.name].is_unique:
        return first, ""
    if candidates:
        return None, f"{candidates[0].name} is blank or the same in several rows"
    return None, "no column identifies a response"


def _several_rows_each(frame: pd.DataFrame, columns: Sequence[Column]) -> list[str]:
    """What to say where a REDCap project writes a row for each event or instance of a record, the first column."""
    first = next((c for c in columns if c.position == 0), None)
    if first is None or not any(_plain(name) in _REPEATED for c in columns for name in c.names):
        return []
    several = f"{len(frame):,} rows are of {frame[first.name].nunique():,} records ({first.name}): one record has a row for each event"
    return [f"{several} and counts as a response each time. To count people once, export one event"]


def _time_columns(probe: Probe, frame: pd.DataFrame, source: Source, key: Column | None) -> tuple[Column | None, Column | None]:
    """The columns that say when a response was started and completed, None where there is none."""
    columns = source.columns
    timed = [c for c in columns if c is not key and _all_times(frame[c.name])]
    started = source.started or _named(probe, "started", columns)
    completed = source.completed or _named(probe, "completed", columns)
    if started is None:
        started = next((c for c in timed if c is not completed and _says(_STARTED, c)), None)
    if completed is None:
        completed = next((c for c in timed if c is not started and _says(_COMPLETED, c)), None)
    return (None if started is completed else started), completed


def _says(pattern: re.Pattern[str], column: Column) -> bool:
    return any(pattern.fullmatch(_plain(name)) for name in column.names)


def _all_times(cells: pd.Series) -> bool:
    filled = cells.dropna()
    if not any(is_stamp(text) for text in filled.iloc[:50]):
        return False
    counts = filled.value_counts()
    return int(counts[[is_stamp(text) for text in counts.index]].sum()) >= _TIMES * int(counts.sum())


def _header_note(header: Header) -> str:
    rows = [str(n) for n in header.numbers]
    if len(rows) == 1:
        return f"one header row (row {rows[0]})"
    return f"{len(rows)} header rows (rows {', '.join(rows[:-1])} and {rows[-1]}: {header.why})"


def _times_note(started: Column | None, completed: Column | None) -> str:
    said = [f"started: {started.name}" if started else "", f"completed: {completed.name}" if completed else ""]
    return ", ".join(filter(None, said)) or "no times"


def _folded_note(folded: Folded) -> str:
    note = counted(len(folded.questions), "question")
    if not folded.folded:
        return note
    shown = ", ".join(f"{tidy(text)[:60]!r} ({count})" for text, count in folded.folded[:10])
    more = f" and {len(folded.folded) - 10} more" if len(folded.folded) > 10 else ""
    return f"{note}; read as one question of several answers (columns): {shown}{more}"
