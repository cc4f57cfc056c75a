"""Citizen Space (Delib): the CSV or workbook of all responses, with or without the fields of its analysts.

It relies on ``Response ID`` in the first column, and on one thing more that is Citizen Space's own: columns of analysts,
headings that mostly read ``Question - component``, or the answer ``Other (please specify): …``. A row of short ids
above the questions and a blank row below them are taken as such. Several answers stay joined by commas, as exported: only
the mapping knows the answers. Not seen in any file made by others; the vendor's help says what the columns are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from oversight.exports import headers
from oversight.exports.headers import Header, Row
from oversight.exports.headings import columns_of
from oversight.exports.probe import Probe
from oversight.exports.reading import Reading
from oversight.exports.records import tidy
from oversight.exports.table import Source, asks_whose, leave_out, locate, no_table, responses

TOOL = "citizen_space"

_ID = {"response id", "responseid"}
_ANALYST = re.compile(r"\banalysts?\b|(?:^| - )tags?$", re.IGNORECASE)
_OTHER = re.compile(r"\bOther \(please specify\): ")
#: Headings by which other tools that write "Response ID" are known.
_OTHERS = {"last page", "start language", "time started", "startdate", "recordeddate", "ipaddress", "ip address", "respondent id"}


def recognise(probe: Probe) -> str | None:
    """Why the file is a Citizen Space export, None when it is not."""
    first = headers.peek(islice(probe.rows(), 5))[:2] if len(probe.header) > 1 else []
    if not any(_is_id(texts[0]) for _, texts in first) or (place := locate(probe)) is None:
        return None
    found = place[1]
    headings = [text for _, texts in found[:2] for text in texts]
    if _OTHERS & {tidy(h).casefold() for h in headings}:
        return None
    if any(_ANALYST.search(tidy(h)) for h in headings):
        return "the heading Response ID and columns of analysts"
    if any(_OTHER.search(text) for _, texts in found for text in texts):
        return "the heading Response ID and answers “Other (please specify): …”"
    if _components(found):
        return "the heading Response ID and headings “Question - component”"
    return None


def _components(found: Sequence[Row]) -> bool:
    """Whether most headings read ``Question - component``."""
    headings = [[text for text in texts[1:] if text] for _, texts in found[:2]]
    return any(sum(" - " in text for text in asked) * 2 > len(asked) for asked in headings)


def _header_rows(found: Sequence[Row]) -> int:
    """How many rows stand above the responses: two when one of the first two holds ids and the other the questions."""
    (_, first), (_, second) = found[:2]
    if first[0] and second[0] and not _is_id(second[0]):
        return 1  # below the heading stands the id of a response
    short, asked = _both(first[1:], second[1:])
    return 2 if headers.is_codes(short, asked) or headers.is_codes(second[1:], first[1:], first=False) else 1


def _both(first: Sequence[str], second: Sequence[str]) -> tuple[list[str], list[str]]:
    """The texts of two rows where both have one: what Citizen Space itself and analysts note stands in one of them only."""
    pairs = [(a, b) for a, b in zip(first, second, strict=False) if a and b]
    return [a for a, _ in pairs], [b for _, b in pairs]


def _apart(header: Header) -> Header:
    """Two header rows with nothing but short ids in the one of ids, and all else in the other."""
    if len(header.rows) != 2 or not headers.is_codes(*_both(*header.rows)):
        return header
    pairs = list(zip(*header.rows, strict=True))
    return replace(header, rows=(tuple(a if b else "" for a, b in pairs), tuple(b or a for a, b in pairs)))


def _is_id(text: str) -> bool:
    return tidy(text).casefold() in _ID


def read(probe: Probe) -> Reading:
    """The responses of one export.

    Rows of the wrong length or without a Response ID are set aside. Raises ``Doubt`` where the order of day and
    month cannot be told.
    """
    sheet, found = locate(probe) or no_table(probe)
    header = headers.find(probe.name, found, probe.answers.get("header_rows", "") or str(_header_rows(found)))
    columns = columns_of(_apart(header))
    analysts = [c for c in columns if any(_ANALYST.search(tidy(name)) for name in c.names)]
    source = Source(TOOL, sheet, header, [c for c in columns if c not in analysts], [c.name for c in analysts])
    source.key = next((c for c in columns if any(map(_is_id, c.names))), None)
    leave_out(source, [c for c in source.columns if asks_whose(c)])
    return responses(probe, source)
