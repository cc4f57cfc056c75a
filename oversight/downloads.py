"""What is taken away: file names that say what, where and when, and CSV that no spreadsheet runs as a formula."""

from __future__ import annotations

import re

import pandas as pd

from oversight import findings
from oversight.store import Result, Snapshot


def neutral(value: object) -> object:
    """Text that a spreadsheet would take for a formula, with an apostrophe before it; anything else unchanged."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value[:1] else value


def csv(result: Result, scope: str) -> bytes:
    """The table as UTF-8 CSV with a byte-order mark (Excel), and below it where the numbers come from."""
    table = result.table.dropna(axis="columns", how="all").map(neutral)  # a column withheld whole is named in the notes
    body = table.to_csv(index=False, lineterminator="\r\n")
    notes = [findings.source_line(result, scope), result.withheld]
    if result.snapshot.fictional:
        notes.insert(0, "FICTIONAL DATA: made up to show the dashboard. No real PCN, person or answer.")
    footer = pd.Series([n for n in notes if n]).to_csv(index=False, header=False, lineterminator="\r\n")
    return ("\ufeff" + body + "\r\n" + footer).encode()


def file_name(what: str, scope: str, snapshot: Snapshot) -> str:
    """For example coverage-autumn-2026-midlands-2026-10-23.csv; fictional data says so."""
    words = f"{'FICTIONAL ' if snapshot.fictional else ''}{what} {scope} {snapshot.data_until or ''}"
    return re.sub(r"[^A-Za-z0-9]+", "-", words).strip("-") + ".csv"
