"""What every reader is given (``Probe``) and gives back (``Reading``), and the bounds on what it may open."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

# Bounds against files made to exhaust memory. Far above anything the programme exports.
MAX_FILE_BYTES = 500_000_000
MAX_UNPACKED_BYTES = 2_000_000_000
MAX_RATIO = 200
MAX_COLUMNS = 2_000
MAX_CELL = 1_000_000


class FileProblem(Exception):
    """A file that cannot be used: which file, what is wrong, what to do. Shown to people as it stands."""

    def __init__(self, file: str, wrong: str, mend: str) -> None:
        self.file, self.wrong, self.mend = file, wrong, mend
        super().__init__(f"{file} {wrong} {mend}")


@dataclass(frozen=True)
class Aside:
    """A row set aside: its number in the file (the header is row 1), reason code, detail, and content less personal data."""

    row: int
    reason: str
    detail: str
    content: dict[str, str] = field(default_factory=dict)


@dataclass
class Survey:
    """The responses of one survey export, columnar and verbatim.

    ``questions`` lists (column name in ``cells``, tool id or "", exported wording, kind) in export order; kind is "multi"
    for a column of several answers, else "choice" until the mapping knows better. ``cells`` has one row per response,
    text only, NA where blank, indexed by row number in the file. ``ids``, ``started`` and ``completed`` share its index.
    """

    questions: list[tuple[str, str, str, str]]
    cells: pd.DataFrame
    ids: pd.Series
    started: pd.Series
    completed: pd.Series


@dataclass
class Reading:
    """What one file holds. ``tables`` are frames of records in the reader's own columns plus ``row`` (row number in the file).

    For every file: rows_read = accepted + len(aside).
    """

    tool: str
    rows_read: int = 0
    aside: list[Aside] = field(default_factory=list)
    warnings: list[tuple[int, str]] = field(default_factory=list)
    survey: Survey | None = None
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    why: str = ""
    note: str = ""


@dataclass
class Probe:
    """A file opened once for detection and reading: its bytes stay on disk, its beginning in memory."""

    path: Path
    head: bytes

    @classmethod
    def open(cls, path: Path) -> Probe:
        """Look at the first 64 KiB. Raises ``FileProblem`` for an empty or an oversized file."""
        size = path.stat().st_size
        if size == 0:
            raise FileProblem(path.name, "is empty.", "Export it again.")
        if size > MAX_FILE_BYTES:
            raise FileProblem(path.name, f"is {size / 1e6:,.0f} MB; the limit is {MAX_FILE_BYTES / 1e6:,.0f} MB.", "Split it.")
        with path.open("rb") as file:
            return cls(path, file.read(65_536))

    @property
    def name(self) -> str:
        """File name without its folder."""
        return self.path.name

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the whole file."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    @property
    def is_zip(self) -> bool:
        """Whether it is a zip archive (xlsx included), by its first bytes."""
        return self.head.startswith(b"PK\x03\x04")

    @cached_property
    def members(self) -> tuple[str, ...]:
        """Names inside the archive, () when it is none. Raises ``FileProblem`` for a broken or an unsafe one."""
        if not self.is_zip:
            return ()
        try:
            with zipfile.ZipFile(self.path) as archive:
                infos = archive.infolist()
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise FileProblem(self.name, "is damaged: the archive cannot be opened.", "Download or export it again.") from error
        unpacked = sum(i.file_size for i in infos)
        if unpacked > MAX_UNPACKED_BYTES or any(i.file_size > 1_000_000 and i.file_size > MAX_RATIO * max(i.compress_size, 1) for i in infos):
            raise FileProblem(self.name, f"would unpack to {unpacked / 1e6:,.0f} MB.", "It was not opened. Check where it comes from.")
        return tuple(i.filename for i in infos)

    @property
    def is_xlsx(self) -> bool:
        """Whether the archive is an Excel workbook."""
        return any(m.startswith("xl/") for m in self.members)

    @cached_property
    def encoding(self) -> str:
        """utf-8-sig, utf-16 or cp1252: byte-order mark first, then strict UTF-8 over the whole file, then cp1252."""
        if self.head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            with self.path.open("rb") as file:
                while chunk := file.read(1 << 20):
                    decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
        return "utf-8-sig"

    @cached_property
    def header(self) -> tuple[str, ...]:
        """The first row of a CSV or of a workbook's first sheet, as text; () when there is none."""
        try:
            return tuple("" if c is None else str(c) for c in next(iter(self.rows()), ()))
        except (csv.Error, UnicodeError):
            return ()

    @cached_property
    def delimiter(self) -> str:
        """Comma, semicolon or tab: the one the first line holds most of, outside quotes."""
        text = self.head.decode(self.encoding, errors="replace").lstrip("\ufeff")
        counts = dict.fromkeys(",;\t", 0)
        quoted = False
        for char in text:
            if char == '"':
                quoted = not quoted
            elif not quoted and char in "\r\n":
                break
            elif not quoted and char in counts:
                counts[char] += 1
        return max(counts, key=lambda c: (counts[c], c == ","))

    def csv_rows(self, stream: io.TextIOBase | None = None) -> Iterator[list[str]]:
        """The rows of a delimited text file (or of ``stream``), quoted line breaks kept."""
        csv.field_size_limit(MAX_CELL)
        file = stream or self.path.open(encoding=self.encoding, errors="strict" if self.encoding != "cp1252" else "replace", newline="")
        with file:
            yield from csv.reader(file, delimiter=self.delimiter if stream is None else ",", strict=True)

    def xlsx_sheets(self) -> dict[str, Iterator[tuple[Any, ...]]]:
        """Sheet name -> rows of cell values, read lazily and bounded in width. Raises ``FileProblem`` when unreadable."""
        import openpyxl

        try:
            book = openpyxl.load_workbook(self.path, read_only=True, data_only=True)
        except Exception as error:  # openpyxl raises many kinds for a damaged workbook
            raise FileProblem(self.name, "is damaged: the workbook cannot be opened.", "Open it in Excel, save it, and try again.") from error
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # Microsoft Forms states the dimension A1 whatever the sheet holds
        return {sheet.title: self._bounded(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}

    def _bounded(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        for row in rows:
            if len(row) > MAX_COLUMNS:
                raise FileProblem(self.name, f"has more than {MAX_COLUMNS:,} columns.", "Delete the empty columns to the right of the data.")
            yield row

    def rows(self) -> Iterator[Any]:
        """The rows of the CSV, or of the workbook's first sheet; nothing for any other archive."""
        if self.is_xlsx:
            sheets = self.xlsx_sheets()
            return next(iter(sheets.values())) if sheets else iter(())
        return iter(()) if self.is_zip else self.csv_rows()
