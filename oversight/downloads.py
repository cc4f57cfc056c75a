"""What is taken away: file names that say what, where and when, CSV, and XLSX with notes; no spreadsheet runs a cell as a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from oversight import columns, findings, measures
from oversight.store import Result, Snapshot, queries

FICTIONAL = "FICTIONAL DATA: made up to show the dashboard. No real PCN, person or answer."
NOT_WITHHELD = "Nothing in this table was withheld."
RULES = "Small numbers are left out by the disclosure rules, which the Methods page of the dashboard states. An empty cell is never zero."
LISTED = "Intervals called listed hold 99.8%, for lists of places: at 95% about two of 36 ICBs would differ from England by chance alone."
#: Which column holds the number of people that a row rests on.
BASES = ("answered", "n", "responses", "n2", "participants")
LONGEST_CELL = 32_767
WIDEST, NARROWEST = 60, 9
_LIKE_FORMULA = "=+-@\t\r"


def neutral(value: object) -> object:
    """Text that a spreadsheet would take for a formula, with an apostrophe before it; anything else unchanged."""
    return f"'{value}" if isinstance(value, str) and value[:1] in _LIKE_FORMULA and value[:1] else value


def filled(table: pd.DataFrame) -> pd.DataFrame:
    """Without the columns in which nothing stands; a table without rows keeps its heads."""
    return table.dropna(axis="columns", how="all") if len(table) else table


def csv(result: Result, scope: str) -> bytes:
    """The table as UTF-8 CSV with a byte-order mark (Excel), and below it where the numbers come from."""
    table = filled(result.table).map(neutral)
    body = table.to_csv(index=False, lineterminator="\r\n")
    notes = [findings.source_line(result, scope), result.withheld]
    if result.snapshot.fictional:
        notes.insert(0, FICTIONAL)
    footer = pd.Series([n for n in notes if n]).to_csv(index=False, header=False, lineterminator="\r\n")
    return ("\ufeff" + body + "\r\n" + footer).encode()


def xlsx(result: Result, what: str, scope: str) -> bytes:
    """The table as an Excel workbook: "Table" with typed numbers under a frozen head, "Notes" with all that is needed to read it."""
    book = Workbook()
    table = filled(result.table)
    _table_sheet(book.active, result, table, f"{what}: {findings.source_line(result, scope)}")
    _notes_sheet(book.create_sheet("Notes"), list(_notes(result, table, what, scope)))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def file_name(what: str, scope: str, snapshot: Snapshot, kind: str = "csv") -> str:
    """For example coverage-autumn-2026-midlands-2026-10-23.csv; fictional data says so."""
    words = f"{'FICTIONAL ' if snapshot.fictional else ''}{what} {scope} {snapshot.data_until or ''}"
    return re.sub(r"[^A-Za-z0-9]+", "-", words).strip("-") + f".{kind}"


def _table_sheet(sheet: Worksheet, result: Result, table: pd.DataFrame, about: str) -> None:
    """What it is in the first line, the heads in the second, then the rows; shares as percentages."""
    sheet.title = "Table"
    _write(sheet.cell(1, 1), f"{FICTIONAL} {about}" if result.snapshot.fictional else about)
    sheet.cell(1, 1).font = Font(bold=True)
    for number, column in enumerate(table.columns, 1):
        head = sheet.cell(2, number)
        _write(head, str(column))
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="E8EDEE")
        values = table[column].astype(object).where(table[column].notna(), None).tolist()
        shape = "0.0%" if columns.is_share(result.name, str(column)) else None
        longest = len(str(column))
        for row, value in enumerate(values, 3):
            cell = sheet.cell(row, number)
            _write(cell, value)
            if isinstance(cell.value, bool) or not isinstance(cell.value, int | float):
                longest = max(longest, len(str(cell.value or "")))
            else:
                cell.number_format = shape or ("#,##0" if isinstance(cell.value, int) else "#,##0.0##")
        sheet.column_dimensions[get_column_letter(number)].width = min(max(longest + 2, NARROWEST), WIDEST)
    sheet.freeze_panes = "A3"
    if len(table.columns):
        sheet.auto_filter.ref = f"A2:{get_column_letter(len(table.columns))}{len(table) + 2}"


def _notes_sheet(sheet: Worksheet, notes: list[tuple[str, str]]) -> None:
    for number, (name, text) in enumerate(notes, 1):
        _write(sheet.cell(number, 1), name)
        _write(sheet.cell(number, 2), text)
        sheet.cell(number, 1).font = Font(bold=True)
        for column in (1, 2):
            sheet.cell(number, column).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 28, 100


def _notes(result: Result, table: pd.DataFrame, what: str, scope: str) -> Iterator[tuple[str, str]]:
    """Name and text of every note, in the order in which a reader needs them."""
    query, fictional = queries()[result.name], result.snapshot.fictional
    if fictional:
        yield "FICTIONAL", FICTIONAL
    yield "What it is", f"{what}. {result.purpose}"
    yield "Wave, who answered, place", scope
    meant = {p.name: p.meaning for p in query.parameters}
    for name, value in result.filters.items():
        yield f"Filter: {name}", f"{'not restricted' if value is None else value} ({meant[name]})"
    if base := next((name for name in BASES if name in table), None):
        yield "Number of people (n)", f"In the column {base} of each row: {columns.meaning(result.name, base)}."
    if "element" in table:
        for name in dict.fromkeys(table["element"]):
            if m := measures.measures().get(str(name)):
                yield f"How worked out: {name}", f"{m.label}. {m.how} {m.denominator} Take care: {m.caveats}"
    if {"low", "high"} <= set(table.columns):
        yield "Intervals", re.sub(r"\*\*|lines beside the dots are ", "", findings.INTERVALS).replace("The 95%", "Low to high: 95%")
    if "low_listed" in table:
        yield "Lists of places", LISTED
    yield "What was withheld and why", f"{result.withheld or NOT_WITHHELD} {RULES}"
    if empty := [str(c) for c in result.table if c not in table]:
        yield "Columns left out", f"Nothing stands or may be shown in: {', '.join(empty)}."
    if result.viewer.regions is not None:
        yield "Regions that may be seen", ", ".join(sorted(result.viewer.regions))
    until = f"; data until {findings.day(result.snapshot.data_until)}" if result.snapshot.data_until else ""
    yield "Snapshot", f"{result.snapshot.snapshot_id}{until}"
    for column in table.columns:
        yield f"Column: {column}", columns.meaning(result.name, str(column)) or "worked out: see the Methods page of the dashboard"


def _write(cell: Cell, value: Any) -> None:
    """A value as Excel knows it: numbers and dates as such, all else as text that is never read as a formula."""
    if value is None or isinstance(value, bool | int | float | date | datetime):
        cell.value = value
        return
    if hasattr(value, "item") and not isinstance(value, str):
        value = value.item()  # a number of NumPy
        if isinstance(value, bool | int | float):
            cell.value = value
            return
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple | set) else str(value)
    cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", text)[:LONGEST_CELL]
    cell.data_type = "s"
    if text[:1] in _LIKE_FORMULA and text:
        cell.quotePrefix = True  # stays text when somebody edits the cell
