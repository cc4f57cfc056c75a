"""Qualtrics: CSV, TSV (UTF-16 too), workbook, or the zip archive they come in.

Three header rows: ids (``StartDate … ResponseId … Q2_1``), wording, and ``{"ImportId":"QID1"}`` (2016: single quotes). Before
that two rows, ``V1 … V10`` over the wording; and two or one where somebody has taken rows out. Known by the ImportIds, by
``V1, V2`` over ``ResponseID, ResponseSet``, or by ``ResponseId`` among what Qualtrics notes beside it. Seen in five files
exported by others: three rows of 2016 and of today (wording of the second row in German), and legacy.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from os.path import commonprefix

import pandas as pd

from oversight.exports.columns import Folded, Group, Part, fold, runs
from oversight.exports.dates import looks_like_time
from oversight.exports.personal import asks_who
from oversight.exports.probe import Probe
from oversight.exports.reading import FileProblem, Reading, Survey
from oversight.exports.records import Records, counted, load, tidy, unique
from oversight.exports.responses import at, first_rows, identify, key, listed, moments, only_marks, table_rows, ticked

TOOL = "qualtrics"

_IMPORT = re.compile(r"""\{\s*['"]ImportId['"]\s*:\s*['"]([^'"]*)['"]""")
#: Split answers may all bear the id of their question, and the number of the answer beside it.
_CHOICE = re.compile(r"""['"]choiceId['"]\s*:\s*['"]([^'"]*)['"]""", re.IGNORECASE)
_ZONE = re.compile(r"""['"]timeZone['"]\s*:\s*['"]([^'"]*)['"]""", re.IGNORECASE)
#: What Qualtrics notes beside the answers, by heading or ImportId reduced to letters and digits -> what it is to us.
_NOTED = {
    "responseid": "id", "recordid": "id", "startdate": "started", "enddate": "completed", "recordeddate": "recorded",
    "status": "status", "responsetype": "status", "finished": "finished", "progress": "progress", "duration": "about",
    "durationinseconds": "about", "responseset": "about", "responsesetid": "about", "distributionchannel": "about",
    "userlanguage": "about",
}  # fmt: skip
#: Those of them that stand beside an id in every export.
_SIGNS = {"startdate", "enddate", "recordeddate", "finished", "progress", "responseset", "distributionchannel", "userlanguage"}
#: What a browser tells, how long a page was open, in which order answers were shown: no answers.
_TECHNICAL = re.compile(
    r"QID\d+[_-](?:BROWSER|VERSION|OS|RESOLUTION|FIRST_CLICK|LAST_CLICK|PAGE_SUBMIT|CLICK_COUNT)|(?:QID|BL_|FL_)\w*_DO(?:_.*)?",
    re.IGNORECASE,
)
_PART = re.compile(r"(.+?)[_-](-?\d+)", re.DOTALL)
_TEXT = re.compile(r".+[_-]TEXT", re.DOTALL)
_CHOSEN = " - Selected Choice"
#: Response types: those of a respondent, and those that somebody made while trying out the survey, or that look like spam.
_REAL = {"", "0", "ip address", "4", "imported", "16", "offline", "offline response", "32", "text response", "locked"}
_HOME = {"", "utc", "gmt", "europe/london", "etc/utc", "etc/gmt", "z"}


def recognise(probe: Probe) -> str | None:
    """Why the file is a Qualtrics export, None when it is not."""
    head = _head(first_rows(probe, 3), probe.answers.get("header_rows", ""))
    return head.why if head else None


@dataclass
class _Head:
    """The header rows, one text per column each, all of the same length. ``imports``: ImportIds, "" where there are none."""

    rows: int
    ids: list[str]
    texts: list[str]
    imports: list[str]
    why: str
    zones: list[str] = field(default_factory=list)


def _head(rows: list[list[str]], said: str = "") -> _Head | None:
    """The header rows among the first ones of a table, None when it is not from Qualtrics. ``said``: how many there are."""
    if not rows:
        return None
    width = len(rows[0])
    rows = [[at(row, i).removeprefix("\ufeff") for i in range(width)] for row in rows]
    for number, row in enumerate(rows):
        found = [_IMPORT.search(cell) for cell in row]
        filled = sum(bool(cell.strip()) for cell in row)
        if sum(map(bool, found)) > filled / 2:
            imports = [_import(m[1], cell) if m else "" for m, cell in zip(found, row, strict=True)]
            zones = sorted({m[1] for cell in row if (m := _ZONE.search(cell))})
            ids, texts = (rows[0], rows[number - 1]) if number else (imports, imports)
            return _Head(number + 1, ids, texts, imports, f"the ImportIds in row {number + 1}", zones)
    none = [""] * width
    second = rows[1] if len(rows) > 1 else none
    if [key(cell) for cell in rows[0][:2]] == ["v1", "v2"] and {"responseid", "responseset"} <= set(map(key, second)):
        return _Head(2, rows[0], second, none, "V1 and V2 over ResponseID and ResponseSet, as in the legacy export")
    headings = [key(cell) for cell in rows[0]]
    if "responseid" not in headings or len(_SIGNS & set(headings)) < 2:
        return None
    count = int(said) if said in ("1", "2") else 1 + _is_header(second, headings)
    signs = [rows[0][headings.index(name)] for name in headings if name in _SIGNS][:2]
    return _Head(count, rows[0], second if count == 2 else rows[0], none, f"the headings Response ID, {', '.join(signs)}")


def _import(name: str, cell: str) -> str:
    """The id of a column from its ImportId and, where it is split by answers, the answer's number."""
    choice = _CHOICE.search(cell)
    return f"{name}_{choice[1]}" if choice and not name.endswith((f"_{choice[1]}", "_TEXT")) else name


def _is_header(row: list[str], headings: Sequence[str]) -> bool:
    """Whether the second row is wording: no response has an id there, nor a time under StartDate."""
    if not any(row):
        return False
    if key(row[headings.index("responseid")]) in ("responseid", "recordid"):
        return True
    times = [row[headings.index(name)] for name in ("startdate", "enddate", "recordeddate") if name in headings]
    return any(cell and not looks_like_time(cell) for cell in times) and not row[headings.index("responseid")].startswith("R_")


@dataclass
class _Layout:
    """``noted``: role -> position; ``asked``: positions of the questions; ``names``: a name for every column."""

    head: _Head
    names: list[str]
    noted: dict[str, int]
    asked: list[int]
    dropped: list[str]
    warnings: list[str]

    def name(self, role: str) -> str | None:
        """The column that plays a role, None where there is none."""
        return self.names[self.noted[role]] if role in self.noted else None


def _layout(probe: Probe, head: _Head) -> _Layout:
    names = unique([tidy(cell) or f"Column {i}" for i, cell in enumerate(head.ids, 1)])
    layout = _Layout(head, names, {}, [], [], [])
    for i, (heading, text, imported) in enumerate(zip(head.ids, head.texts, head.imports, strict=True)):
        roles = {_NOTED.get(key(imported)), _NOTED.get(key(heading))} - {None}
        if len(roles) > 1:
            raise FileProblem(
                probe.name,
                f"contradicts itself: column {i + 1} is {heading!r} in the first row and {imported!r} in row {head.rows}.",
                "Its header rows have been moved. Export it again.",
            )
        role = next(iter(roles), None) or (_NOTED.get(key(text)) if not imported else None)
        bare = re.sub(r"^(?:panel|Location)-", "", imported)
        if role == "about" or asks_who(heading) or asks_who(bare) or _TECHNICAL.fullmatch(imported):
            layout.dropped.append(names[i])
        elif role and role not in layout.noted:
            layout.noted[str(role)] = i
        elif asks_who(text):
            noted = key(heading) == f"v{i + 1}"  # the legacy export has its own notes under V1 to V10
            layout.dropped.append(names[i] if not noted else tidy(text))
            layout.warnings += [] if noted else [_who(text)]
        else:
            layout.asked.append(i)
    return layout


def _who(text: str) -> str:
    return f"the question {tidy(text)!r} asks who somebody is; its answers were left out"


def read(probe: Probe) -> Reading:
    """The responses of one export.

    Unfinished responses and those made while trying out the survey stay in, with a warning that counts them. Rows of the
    wrong length, without an id, or with a time that is none are set aside.
    """
    head = _head(first_rows(probe, 3), probe.answers.get("header_rows", ""))
    if head is None:
        raise FileProblem(probe.name, "does not look like a Qualtrics export.", "Export it from Qualtrics again, as CSV.")
    layout = _layout(probe, head)
    rows = table_rows(probe)
    for _ in range(head.rows):
        next(rows, None)
    columns = {layout.names[i]: i for i in (*layout.noted.values(), *layout.asked)}
    if not columns:
        raise FileProblem(probe.name, "has Qualtrics' header rows and no question.", "Export it again with all fields.")
    records = load(rows, columns, len(head.ids), pad=probe.is_xlsx, first=head.rows + 1)
    completed = layout.name("completed") or layout.name("recorded")
    started, ended, evidence = moments(probe, records, layout.name("started"), completed)
    ids, warnings = identify(records, layout.name("id"), "The response ID")
    folded = _questions(records.frame, layout)
    warnings += layout.warnings + _state_of(records, layout) + _zone(head)
    accepted = records.frame.index
    survey = Survey(folded.questions, folded.cells, ids, started[accepted], ended[accepted])
    several = len(folded.folded)
    notes = [
        counted(len(folded.questions), "question") + (f", {several} of them with several answers" if several else ""),
        f"left out: {', '.join(layout.dropped)}" if layout.dropped else "",
        evidence,
        f"times are those of {' and '.join(head.zones)}" if head.zones else "",
    ]
    every = [(0, text) for text in (*warnings, *folded.warnings)]
    return Reading(TOOL, records.rows_read, records.aside, every, survey, note="; ".join(filter(None, notes)))


def _state_of(records: Records, layout: _Layout) -> list[str]:
    """Warnings of responses that were not finished, or are of a type that no respondent gives."""
    frame, warnings = records.frame, []
    if finished := layout.name("finished"):
        value = frame[finished].str.strip().str.casefold()
        unfinished = value.isin(["0", "false", "falsch", "faux", "no"])
    elif progress := layout.name("progress"):
        unfinished = pd.to_numeric(frame[progress], errors="coerce").lt(100)
    else:
        unfinished = pd.Series(False, index=frame.index)
    if rows := frame.index[unfinished.fillna(False).to_numpy(dtype=bool)].to_list():
        warnings.append(
            f"{len(rows)} responses were not finished (row {listed(rows)}); they were kept. "
            "To leave them out, export completed responses only"
        )
    if status := layout.name("status"):
        value = frame[status].fillna("").str.strip()
        odd = ~value.str.casefold().isin(_REAL)
        for kind, those in value[odd].groupby(value[odd]).groups.items():
            what = {"1": "Survey Preview", "2": "Survey Test", "8": "Spam"}.get(str(kind), str(kind))
            warnings.append(
                f"{len(those)} responses are of type {what!r} and may be nobody's (row {listed(list(those))}); they were kept. "
                "To leave them out, filter them in Qualtrics and export again"
            )
    return warnings


def _zone(head: _Head) -> list[str]:
    away = [zone for zone in head.zones if zone.casefold() not in _HOME]
    return [f"times are those of {' and '.join(away)}, not of the United Kingdom; a response near midnight may fall on another day"] * bool(
        away
    )


def _questions(frame: pd.DataFrame, layout: _Layout) -> Folded:
    """The questions and their cells, several columns of ticks folded into one question."""
    head, names = layout.head, layout.names
    wording = {names[i]: _wording(head.texts[i]) or head.ids[i].strip() or names[i] for i in layout.asked}
    ids = {names[i]: head.imports[i] or tidy(head.ids[i]) for i in layout.asked}
    columns = []
    for name in wording:
        label = tidy(wording[name]).rpartition(" - ")[2]
        if label != tidy(wording[name]) and asks_who(label) and not only_marks(frame[name], label):
            layout.dropped.append(name)
            layout.warnings.append(_who(wording[name]))
        elif tidy(wording[name]) != name or not name.startswith("Column ") or frame[name].notna().any():
            columns.append(name)
    texts = {name for name in columns if _TEXT.fullmatch(ids[name]) or _TEXT.fullmatch(name)}
    split = [name for name in columns if name not in texts]
    old = "progress" not in layout.noted  # since 2017 an export says how far a response got, and parts words by " - "
    keys = [m[1] if (m := _PART.fullmatch(ids[name])) else f"={name}" for name in split]
    groups = [Group(wording[name], (Part(name, text=True, tool_id=ids[name]),)) for name in columns if name in texts]
    for run in runs(keys):
        members = split[run.start : run.stop]
        stem, labels = _stem([wording[name] for name in members], [frame[name] for name in members], old)
        parts = tuple(Part(name, label, tool_id=ids[name]) for name, label in zip(members, labels, strict=True))
        if stem and (ticked(frame, parts, ()) or ticked(frame, parts, ("1",))):
            groups.append(Group(stem, parts, keys[run.start]))
        else:
            groups += [Group(wording[name], (Part(name, tool_id=ids[name]),)) for name in members]
    place = {name: position for position, name in enumerate(columns)}
    folded = fold(frame, sorted(groups, key=lambda group: place[group.parts[0].column]))
    # what stays a question of its own keeps the words that were exported
    folded.questions = [q if q.kind == "multi" else q._replace(text=wording[q.column]) for q in folded.questions]
    return folded


def _wording(text: str) -> str:
    """A question's words without what Qualtrics adds where an answer leaves room for text."""
    return text.strip().replace(f"{_CHOSEN} - ", " - ").removesuffix(_CHOSEN)


def _stem(texts: Sequence[str], cells: Sequence[pd.Series], old: bool) -> tuple[str, list[str]]:
    """What the wordings of one question's columns share, and the label of each; ("", blanks) where they share nothing.

    ``Stem - Label``, in ``old`` exports ``Stem-Label``. Labels hold such marks too, so a cell that repeats its label decides.
    """
    tidied = [tidy(text) for text in texts]
    common = commonprefix(tidied)  # noqa: RUF071 - words, not paths
    marks = ("-", " - ") if old else (" - ", "-")
    repeated = [(text, tidy(value)) for text, column in zip(tidied, cells, strict=True) for value in column.dropna().unique()[:1]]
    ends = [len(text) - len(value) for text, value in repeated if text.endswith(value) and text.removesuffix(value).endswith(marks)]
    end = min(ends, default=0) or next((common.rindex(mark) + len(mark) for mark in marks if mark in common), 0)
    stem, labels = re.sub(r"\s*-\s*$", "", common[:end]), [text[end:].strip() for text in tidied]
    if len(texts) < 2 or end > len(common) or not stem or not all(labels):
        return "", [""] * len(texts)
    return stem, labels
