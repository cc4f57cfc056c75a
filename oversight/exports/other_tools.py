"""Files of coding tools that have no reader: recognised, so that nothing else takes them, and refused with what to give instead.

QualCoder's database (``data.qda``, SQLite with the tables code_name and code_text) and its reports of coded text as CSV
(headings Codename and Category, Filename or Coded), and Dedoose's transcripts with codes as comments (.docx; the comments
begin with ``Codes (0-120)``). Dedoose's layout was seen in an independent, made-up file, QualCoder's in none.
"""

from __future__ import annotations

import re

from oversight.exports import database
from oversight.exports.probe import Probe, decode
from oversight.exports.reading import FileProblem, Reading
from oversight.exports.records import tidy

TOOL = "other_tool"
_QUALCODER = {"code_name", "code_text", "source"}
_COMMENTS = "word/comments.xml"
_CODES = re.compile(r">\s*Codes \([0-9]{1,9}\s?-\s?[0-9]{1,9}\)\s*<")


def recognise(probe: Probe) -> str | None:
    """Why the file is one of a tool that has no reader, None when it is not."""
    if set(database.tables(probe)) >= _QUALCODER:
        return "a database with QualCoder's tables"
    if _is_report(probe):
        return "the headings of QualCoder's reports: Codename beside Category, Filename or Coded"
    if _COMMENTS in probe.members and _CODES.search(decode(probe.whole(_COMMENTS))):
        return "a document with Dedoose's codes as comments"
    return None


def _is_report(probe: Probe) -> bool:
    headings = {tidy(h).casefold() for h in probe.header}
    return "codename" in headings and bool(headings & {"category", "filename", "coded", "coder"})


def read(probe: Probe) -> Reading:
    """Always raises ``FileProblem``, saying what to export instead."""
    if database.is_sqlite(probe):
        raise FileProblem(
            probe.name,
            "is a QualCoder database, which is not read.",
            "In QualCoder export the project as REFI-QDA (.qdpx).",
        )
    if _is_report(probe):
        raise FileProblem(
            probe.name,
            "is a QualCoder report, which is not read: it names coders and gives no answers.",
            "In QualCoder export the project as REFI-QDA (.qdpx).",
        )
    raise FileProblem(
        probe.name, "is a Dedoose document with codes as comments, which is not read.", "In Dedoose export the excerpts as a spreadsheet."
    )
