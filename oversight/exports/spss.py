"""SPSS data files (.sav, .zsav): also how Jisc Online Surveys, Qualtrics and SurveyMonkey files reach a statistician.

Known by ``$FL2`` or ``$FL3`` at the start. Relies on what the file says of its variables: labels of variables (the question),
of values (the answer's words, kept as they are, also where the file declares the value missing), values declared missing
(without words they are blank, and counted in a warning), and sets of variables that are answers of one question. Jisc states
no sets: ``Q3_1, Q3_2 …`` with one labelled value each are one question. pyreadstat reads the file in a process of its own.
Seen in six files written by others: of Jisc, of SPSS itself and of haven.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from oversight.exports.columns import Folded, Group, Part, fold
from oversight.exports.dates import looks_like_time
from oversight.exports.personal import asks_who
from oversight.exports.probe import Probe
from oversight.exports.reading import FileProblem, Reading, Survey
from oversight.exports.records import Records, counted, text_of, tidy, unique
from oversight.exports.responses import identify, key, listed, moments
from oversight.exports.spss_process import KEY, MAX_SECONDS

TOOL = "spss"

_MAGIC = (b"$FL2", b"$FL3")
_EPOCH = datetime(1582, 10, 14)
_DAYS = {"DATE", "ADATE", "EDATE", "JDATE", "SDATE", "WKYR"}
_MOMENTS = {"DATETIME", "YMDHMS"}
#: A text variable wider than this holds what somebody wrote.
_WIDE = 255
#: Names or labels, reduced to letters and digits, of what identifies a response; the second only where every value is different.
_IDS = ("urn", "uniqueresponsenumber", "responseid", "respondentid", "recordid")
_LIKELY_IDS = ("id", "userid", "uniqueid", "caseid", "respid", "responseno", "caseno")
_STARTED = ("startdate", "starttime", "started", "startedat", "datestarted", "starteddate")
_COMPLETED = (
    "enddate", "endtime", "ended", "completed", "completedat", "completiontime", "completiondate", "datecompleted", "submitted",
    "submitdate", "datesubmitted", "submissiondate", "recordeddate", "finishdate",
)  # fmt: skip
_SPLIT = re.compile(r"(.+?)_?(\d+)", re.DOTALL)
#: Words of the value that stands for "not ticked".
_UNTICKED = {"", "no", "not selected", "not chosen", "not checked", "unchecked", "not mentioned", "not quoted", "false"}


@dataclass(frozen=True)
class Variable:
    """One variable. ``words``: value -> label, ``missing``: ranges (both ends in them) of values that the file declares missing."""

    column: str
    name: str
    label: str
    format: str
    text: bool
    width: int
    words: Mapping[Any, str]
    missing: tuple[tuple[Any, Any], ...]

    def is_missing(self, value: Any) -> bool:
        """Whether the file declares a value missing."""
        return any(_same_type(value, low, high) and low <= value <= high for low, high in self.missing)

    def says(self, value: Any) -> str | None:
        """A value as text: its words, else as SPSS shows it; None where it is missing and has no words."""
        if value in self.words:
            return text_of(self.words[value])
        return None if self.is_missing(value) else text_of(value if self.text else _shown(value, self.format))


def _same_type(*values: Any) -> bool:
    return len({isinstance(value, str) for value in values}) == 1


def _shown(value: float, form: str) -> str:
    """A number as its format shows it: dates and times year first, everything else as a number."""
    kind = re.sub(r"\d.*", "", form.upper())
    try:
        if kind in ("TIME", "DTIME"):
            days, seconds = divmod(round(value), 86_400)
            return f"{f'{days} ' if days else ''}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        if kind not in (*_DAYS, *_MOMENTS, "MOYR", "QYR"):
            return text_of(value) or ""
        moment = _EPOCH + timedelta(seconds=round(value))
    except (ValueError, OverflowError):
        return text_of(value) or ""
    if kind in _MOMENTS:
        return moment.isoformat(sep=" ")
    if kind == "MOYR":
        return f"{moment:%Y-%m}"
    return f"{moment.year} Q{(moment.month + 2) // 3}" if kind == "QYR" else moment.date().isoformat()


def recognise(probe: Probe) -> str | None:
    """Why the file is an SPSS data file, None when it is not."""
    return f"the sign {probe.head[:4].decode()} of SPSS data files" if probe.head.startswith(_MAGIC) else None


def read(probe: Probe) -> Reading:
    """The responses of one file. Raises ``FileProblem`` where it is damaged, or takes more memory or time than is allowed."""
    return reading_of(probe, _extract(probe))


def _extract(probe: Probe) -> pa.Table:
    """The file taken apart in a process of its own."""
    script = Path(__file__).with_name("spss_process.py")
    quiet = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        try:
            done = subprocess.run(  # noqa: S603 - our own script, the file's path as it is
                [sys.executable, "-I", str(script), str(probe.path.resolve())],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=errors,
                timeout=MAX_SECONDS,
                env=os.environ | quiet,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except subprocess.TimeoutExpired as error:
            raise _damaged(probe, f"was not read after {MAX_SECONDS} seconds") from error
        out.seek(0)
        errors.seek(0)
        if done.returncode:
            raise _damaged(probe, f"cannot be read: {_problem(errors.read(10_000))}")
        with pa.ipc.open_stream(io.BytesIO(out.read())) as stream:
            return stream.read_all()


def _problem(errors: bytes) -> str:
    try:
        return str(json.loads(errors.decode(errors="replace").splitlines()[-1]))
    except (ValueError, IndexError):
        return "it is damaged, or needs too much memory"


def _damaged(probe: Probe, wrong: str) -> FileProblem:
    return FileProblem(probe.name, f"{wrong}.", "Open it in SPSS and save it again, or export the survey as CSV.")


def reading_of(probe: Probe, table: pa.Table) -> Reading:
    """The responses in what the process outside gave: see ``spss_process.extract``."""
    told = json.loads(table.schema.metadata[KEY])
    columns = unique([variable["name"] for variable in told["variables"]])
    every = [_variable(column, raw) for column, raw in zip(columns, told["variables"], strict=True)]
    index = pd.RangeIndex(1, table.num_rows + 1)  # cases are numbered from 1; there is no header
    raw = {v.column: table.column(i).to_pandas().set_axis(index) for i, v in enumerate(every)}
    kept = [v for v in every if not _personal(v)]
    groups, ticks = _together(kept, raw, told["sets"])
    frame = pd.DataFrame({v.column: ticks[v.column] if v.column in ticks else _texts(v, raw[v.column]) for v in kept}, index=index)
    records = Records(frame, len(index), [], len(index))
    roles = _roles(probe, [v for v in kept if v.column not in ticks], frame)
    started, completed, evidence = moments(probe, records, roles.get("started"), roles.get("completed"))
    ids, warnings = identify(records, roles.get("id"), roles.get("id", ""))
    accepted = records.frame.index
    asked = [v for v in kept if v.column not in roles.values()]
    folded = _questions(records.frame, asked, groups, ticks)
    left = [v for v in asked if v.column not in ticks]
    warnings += _blanked(left, raw)
    if told["restated"]:
        warnings.append("its texts are not in the encoding that it states; they were read as Windows-1252")
    dropped = [v.column for v in every if v not in kept]
    notes = [
        counted(len(folded.questions), "question") + (f", {len(folded.folded)} of them with several answers" if folded.folded else ""),
        f"left out: {', '.join(dropped)}" if dropped else "",
        evidence,
        "" if "completed" in roles else "the file gives no times",
        _declared(left, raw),
    ]
    survey = Survey(folded.questions, folded.cells, ids, started[accepted], completed[accepted])
    return Reading(
        TOOL,
        records.rows_read,
        records.aside,
        [(0, text) for text in (*warnings, *folded.warnings)],
        survey,
        note="; ".join(filter(None, notes)),
    )


def _variable(column: str, raw: Mapping[str, Any]) -> Variable:
    words = {value.rstrip() if isinstance(value, str) else float(value): word for value, word in raw["words"]}
    missing = tuple((low, high) for low, high in raw["missing"])
    return Variable(column, raw["name"], raw["label"], raw["format"], raw["text"], raw["width"], words, missing)


def _personal(variable: Variable) -> bool:
    """Whether a variable says who somebody is; one whose values have words is a question whatever its name."""
    return not variable.words and (asks_who(variable.name) or asks_who(variable.label))


def _texts(variable: Variable, raw: pd.Series) -> pd.Series:
    values = raw.str.rstrip() if variable.text else raw
    said = {value: variable.says(value) for value in values.dropna().unique()}
    return values.map(said, na_action="ignore").astype("string")


def _roles(probe: Probe, variables: Sequence[Variable], frame: pd.DataFrame) -> dict[str, str]:
    """Column of the id and of the times, by what a person has said, else by the usual names."""

    def is_time(variable: Variable) -> bool:
        if not variable.text:
            return re.sub(r"\d.*", "", variable.format.upper()) in _DAYS | _MOMENTS
        cells = frame[variable.column].dropna()
        return len(cells) > 0 and all(map(looks_like_time, cells.unique()))

    def is_id(variable: Variable) -> bool:
        cells = frame[variable.column]
        return bool(cells.notna().all() and cells.is_unique and len(cells))

    def always(variable: Variable) -> bool:
        return bool(frame[variable.column].notna().any()) or frame.empty

    wanted: list[tuple[str, Sequence[str], Callable[[Variable], bool]]] = [
        ("id", _IDS, always), ("id", _LIKELY_IDS, is_id), ("started", _STARTED, is_time), ("completed", _COMPLETED, is_time),
    ]  # fmt: skip
    found: dict[str, str] = {}
    for role, names, fits in wanted:
        said = key(probe.answers.get(role, ""))
        usual = [v for name in names for v in variables if name in (key(v.name), key(v.label)) and not v.words]
        for variable in [v for v in variables if said and said in (key(v.name), key(v.label))] or [v for v in usual if fits(v)]:
            if variable.column not in found.values():
                found.setdefault(role, variable.column)
    return found


def _together(
    variables: Sequence[Variable], raw: Mapping[str, pd.Series], sets: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, Group], dict[str, pd.Series]]:
    """Questions of several answers, by the column of the first, and what their columns tick: the answer's words or nothing."""
    by_name = {v.name.casefold(): v for v in variables}
    groups: dict[str, Group] = {}
    ticked: dict[str, pd.Series] = {}
    stated = [(of, [by_name[n.casefold()] for n in of["variables"] if n.casefold() in by_name]) for of in sets]
    for of, members in [*stated, *((None, run) for run in _runs(variables))]:
        ticks = _ticks(of, members, raw)
        if len(members) < 2 or ticks is None or any(v.column in ticked for v in members):
            continue
        ticked |= ticks
        labels = _labels(of, members)
        parts = tuple(Part(v.column, label) for v, label in zip(members, labels, strict=True))
        names = [v.name for v in members]
        groups[members[0].column] = Group((of or {}).get("label") or _stem(members, labels), parts, _shared(names))
    return groups, ticked


def _questions(frame: pd.DataFrame, variables: Sequence[Variable], groups: Mapping[str, Group], ticked: Mapping[str, pd.Series]) -> Folded:
    """The questions and their cells, in the order of the file."""
    order = [groups.get(v.column) or _one(v) for v in variables if v.column in groups or v.column not in ticked]
    folded = fold(frame, order, told=True)
    options = {v.column: tuple(v.words.values()) for v in variables}
    folded.questions = [q if q.kind == "multi" else q._replace(options=options.get(q.column, ())) for q in folded.questions]
    return folded


def _one(variable: Variable) -> Group:
    text = variable.label.strip() or variable.name
    return Group(text, (Part(variable.column, text=variable.text and variable.width > _WIDE, tool_id=variable.name),))


def _runs(variables: Sequence[Variable]) -> list[list[Variable]]:
    """Variables that follow one another as ``Q3_1, Q3_2 …``, each with the words of one value, all different: Jisc's several answers."""
    found: list[list[Variable]] = []
    stem = ""
    for variable in variables:
        match = _SPLIT.fullmatch(variable.name)
        if match is None or len(variable.words) != 1 or variable.text:
            stem = ""
        elif match[1] == stem:
            found[-1].append(variable)
        else:
            found.append([variable])
            stem = match[1]
    return [run for run in found if len(run) > 1]


def _labels(of: Mapping[str, Any] | None, members: Sequence[Variable]) -> list[str]:
    """The answer that each variable stands for."""
    if of is None:
        return [tidy(next(iter(v.words.values()))) for v in members]
    return [tidy(v.label) or v.name for v in members]


def _ticks(of: Mapping[str, Any] | None, members: Sequence[Variable], raw: Mapping[str, pd.Series]) -> dict[str, pd.Series] | None:
    """Per column its label where it was ticked; None where the variables hold anything but ticks, so that they stay apart."""
    labels = _labels(of, members)
    if len({label.casefold() for label in labels}) < len(labels) or any(v.text for v in members):
        return None
    if of is not None and not of["dichotomy"]:
        return None  # each variable holds one of several answers: which stood first is part of what was said
    found = {}
    for variable, label in zip(members, labels, strict=True):
        try:
            counted = next(iter(variable.words)) if of is None else float(of["counted"])
        except (TypeError, ValueError):
            return None
        cells = raw[variable.column]
        others = [value for value in cells.dropna().unique() if value != counted]
        known = {value for value in others if variable.words.get(value, "").casefold() in _UNTICKED}
        if len(known) < len(others) or any(
            value != 0 and value not in variable.words and not variable.is_missing(value) for value in others
        ):
            return None
        found[variable.column] = pd.Series(label, index=cells.index, dtype="string").where(cells.eq(counted))
    return found


def _stem(members: Sequence[Variable], labels: Sequence[str]) -> str:
    """What the labels of the variables say beside the answers: ``Likes - Dogs``, ``Likes - Cats`` -> ``Likes``."""
    stems = {re.sub(r"\s*[-:–]\s*$", "", tidy(v.label).removesuffix(label)) for v, label in zip(members, labels, strict=True)}
    stem = stems.pop() if len(stems) == 1 else ""
    return stem.removesuffix(" - Selected Choice") or _shared([v.name for v in members])


def _shared(names: Sequence[str]) -> str:
    """What the names of split variables share: ``Q3_1, Q3_2`` -> ``Q3``; the first name where they share nothing."""
    stem = os.path.commonprefix(list(names))  # noqa: RUF071 - names, not paths
    return re.sub(r"[_\W]+\d*$", "", stem) or names[0]


def _blanked(variables: Sequence[Variable], raw: Mapping[str, pd.Series]) -> list[str]:
    """A warning about values that the file declares missing and gives no words: nobody can tell what they stood for."""
    found = []
    for v in variables:
        counts = raw[v.column].value_counts()
        found += [f"{v.column} {text_of(x)} ({n} times)" for x, n in counts.items() if x not in v.words and v.is_missing(x)]
    return [f"values that the file declares missing, without saying what they mean, were read as blank: {listed(found)}"] * bool(found)


def _declared(variables: Sequence[Variable], raw: Mapping[str, pd.Series]) -> str:
    """A note on answers that the file declares missing: they are answers, for they have words."""
    found = []
    for v in variables:
        found += [f"{v.words[x]!r} ({v.column})" for x in raw[v.column].dropna().unique() if x in v.words and v.is_missing(x)]
    return f"declared missing by the file and kept as answers: {listed(found)}" if found else ""
