"""Taguette: the highlights of a project (CSV or workbook), one row per highlight and tag."""

from __future__ import annotations

from oversight.exports.reading import Probe, Reading
from oversight.exports.records import load, tidy

TOOL = "taguette"
_HEADER = ("id", "document", "tag", "content")
_COLUMNS = {"highlight": 0, "document": 1, "code": 2, "text": 3}
#: Taguette does not say who coded what.
CODER = "coder 1"


def recognise(probe: Probe) -> str | None:
    """Why the file is a Taguette export of highlights, None when it is not."""
    return "exactly the headings id, document, tag, content" if tuple(map(tidy, probe.header)) == _HEADER else None


def read(probe: Probe) -> Reading:
    """The coded excerpts: table ``excerpts`` with row, document, highlight, code, text, coder.

    The export of one tag holds its highlights under their other tags as well, so two such files overlap; give the
    export of all highlights. A row that lacks a cell, or repeats a highlight's tag, is set aside.
    """
    rows = probe.rows(formulas=True)  # in a workbook, a passage that begins with "=" is stored as a formula
    next(rows, None)
    records = load(rows, _COLUMNS, len(_HEADER), pad=probe.is_xlsx)
    records.headings = dict(zip(_COLUMNS, _HEADER, strict=True))
    for column in _COLUMNS:
        records.expect(column, records.frame[column].notna(), "text")
    records.refuse_duplicates(["highlight", "document", "code"])
    excerpts = records.table()[["row", "document", "highlight", "code", "text"]].assign(coder=CODER)
    highlights, tags, documents = (
        len(excerpts.drop_duplicates(["document", "highlight"])),
        excerpts["code"].nunique(),
        excerpts["document"].nunique(),
    )
    note = f"{highlights} highlights, {tags} tags, {documents} documents; Taguette does not name coders"
    return Reading(TOOL, records.rows_read, records.aside, tables={"excerpts": excerpts}, note=note)
