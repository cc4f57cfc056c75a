"""SmartSurvey: the CSV or workbook of all responses, with three header rows, or with one.

It relies on the headings UserID and UserNo in row 1. With three header rows the question stands in row 1 and is blank over
its further columns, its part in row 2, the part of a grid in row 3; these rows hold no UserID. An answer that is missing is
exported as ``-`` or ``.``, an apostrophe as ``@SQ@``. One header row was seen in a file made by others
(markbasham/DiamondTheGamePrintAndPlayGraphs, whose owners had edited it). Three were seen only through the programs that
read such files (best-practice-and-impact/CARS2 and others), never in a file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from oversight.exports import headers
from oversight.exports.columns import joined
from oversight.exports.headers import Header, Row
from oversight.exports.headings import Column, columns_of
from oversight.exports.probe import Probe
from oversight.exports.reading import Reading
from oversight.exports.records import tidy, unique
from oversight.exports.table import Source, asks_whose, leave_out, responses, rows_of

TOOL = "smartsurvey"

#: What SmartSurvey itself notes of a response and nobody answered, beside what says who somebody is.
_ABOUT = {"userno", "user no", "unique id", "tracking link", "collector", "device", "browser"}
_KEYS = ({"userid", "user id"}, {"userno", "user no"})
#: ``Q5.1.1. `` before a wording: it counts questions, so it changes when one is put in.
_COUNT = re.compile(r"Q(?P<question>[0-9]+)(?P<part>(?:\.[0-9]+)*)(?:\.\s+|\.?\s*$)", re.ASCII)
_MISSING = ("-", ".")


def recognise(probe: Probe) -> str | None:
    """Why the file is a SmartSurvey export, None when it is not."""
    return "the headings UserID and UserNo" if _sheet(probe) is not None else None


def _sheet(probe: Probe) -> str | None:
    """The sheet ("" for text) that holds the responses."""
    for sheet, header in probe.headers.items():
        headings = {_key(text) for text in header}
        if all(names & headings for names in _KEYS):
            return sheet
    return None


def read(probe: Probe) -> Reading:
    """The responses of one export.

    Rows of the wrong length, without a UserID or with a time that is none are set aside. Raises ``Doubt`` where day and
    month cannot be told apart.
    """
    sheet = _sheet(probe) or ""
    found = headers.peek(rows_of(probe, sheet))
    header = headers.find(probe.name, found, probe.answers.get("header_rows", "") or str(_header_rows(found)))
    header = Header(header.numbers, tuple(tuple(t.replace("@SQ@", "'") for t in row) for row in header.rows), "they hold no UserID")
    columns = _columns(header)
    by_key = {_key(header.rows[0][c.position]): c for c in reversed(columns)}
    source = Source(TOOL, sheet, header, columns, clean=_clean)
    source.key = by_key.get("userid") or by_key.get("user id")
    source.started, source.completed = by_key.get("started"), by_key.get("ended")
    who = [c for c in columns if asks_whose(c)]
    about = [c for c in columns if _key(header.rows[0][c.position]) in _ABOUT and c not in who]
    metadata = [c for c in who if not c.label and not _COUNT.match(header.rows[0][c.position])]
    source.columns = [c for c in columns if c not in about and c not in metadata]
    source.left_out = [c.name for c in columns if c in about or c in metadata]
    leave_out(source, [c for c in who if c not in metadata])
    return responses(probe, source)


def _header_rows(found: Sequence[Row]) -> int:
    """How many rows stand above the responses: behind the first one those without UserID, UserNo and times."""
    names = [_key(text) for text in found[0][1]]
    places = [i for i, name in enumerate(names) if any(name in key for key in _KEYS) or name in ("started", "ended")]
    count = 1
    while count < min(headers.MOST, len(found)) and not any(found[count][1][i] for i in places if i < len(found[count][1])):
        count += 1
    return count


def _columns(header: Header) -> list[Column]:
    """The columns without the numbers of their questions; with one header row ``Q3.1. part`` belongs to ``Q3``."""
    columns = []
    for column in columns_of(header):
        count = _COUNT.match(header.rows[0][column.position])
        if len(header.rows) == 1 and count and count["part"]:
            label = _plain(column.wording)
            question = f"Q{count['question']}"
            columns.append(replace(column, wording=label, stem=question, label=label, group=question))
            continue
        stem, label = _stem(column.stem), _plain(column.label)
        wording = joined(stem, label) if column.label else _plain(column.wording)
        columns.append(replace(column, stem=stem, label=label, wording=wording, names=tuple(map(_plain, column.names))))
    names = unique([tidy(c.wording) or c.name for c in columns])
    return [replace(c, name=name) for c, name in zip(columns, names, strict=True)]


def _stem(text: str) -> str:
    """The question, and the row of a grid behind it, without their numbers."""
    return re.sub(r" - Q[0-9]+(?:\.[0-9]+)+\.\s+", " - ", _plain(text))


def _plain(text: str) -> str:
    """A wording without its number; a bare number stays."""
    return _COUNT.sub("", text, count=1).strip() or text if _COUNT.match(text) else text


def _clean(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The cells with apostrophes for ``@SQ@`` and blank for ``-`` and ``.``, and how many were so."""
    texts = frame.apply(lambda cells: cells.str.replace("@SQ@", "'", regex=False))
    missing = texts.apply(lambda cells: cells.str.strip().isin(_MISSING))
    count = int(missing.to_numpy().sum())
    return texts.mask(missing), f"{count} cells with - or . counted as not answered" if count else ""


def _key(text: str) -> str:
    return tidy(headers.clean(text)).casefold()
