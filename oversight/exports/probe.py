"""A file opened for detection and reading (``Probe``), and the bounds on what it may hold."""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import re
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from oversight.exports.delimited import DAMAGE, Block, Text, blocks
from oversight.exports.reading import FileProblem, TooMuch

# Bounds against files made to exhaust memory. Far above anything the programme exports.
MAX_FILE_BYTES = 2_000_000_000
MAX_PACKED_BYTES = 500_000_000  # workbooks and archives
MAX_UNPACKED_BYTES = 2_000_000_000
MAX_RATIO = 200
MAX_COLUMNS = 2_000
MAX_CELL = 1_000_000
#: The largest text, XML document or archive member that is read whole.
MAX_WHOLE = 60_000_000

#: Rows after which progress is told, where they are read one by one.
_OFTEN = 10_000

#: How files begin that hold no text: SPSS, SQLite, PDF, the workbooks and documents of old.
_NO_TEXT = (b"$FL2", b"$FL3", b"SQLite format 3", b"%PDF", b"\xd0\xcf\x11\xe0")
#: A member's name that leads out of the archive.
_OUTSIDE = re.compile(r"(^|/)\.\.(/|$)|^/|^[A-Za-z]:")
#: The line by which Excel is told the separator; Excel does not show it, and it is no row.
_SEPARATOR = re.compile(rb"(?:\xef\xbb\xbf)?sep=.\r?\n", re.IGNORECASE)
#: A formula in the XML of a sheet.
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")


@dataclass
class Probe:
    """A file opened for detection and reading: its bytes stay on disk, its beginning in memory.

    Delimited text may stand by itself, gzipped, or as members of a zip archive; a workbook's sheets are read lazily.
    ``answers`` is what a person has said about the file (see ``ANSWERS``); ``progress`` is told the number of rows read.
    """

    path: Path
    head: bytes
    answers: Mapping[str, str] = field(default_factory=dict)
    progress: Callable[[int], None] = field(default=lambda _: None, repr=False)
    _layouts: dict[str, tuple[str, str]] = field(default_factory=dict, repr=False)

    @classmethod
    def open(cls, path: Path, answers: Mapping[str, str] | None = None, progress: Callable[[int], None] = lambda _: None) -> Probe:
        """Look at the first 64 KiB. Raises ``FileProblem`` for an empty or an oversized file."""
        size = path.stat().st_size
        if size == 0:
            raise FileProblem(path.name, "is empty.", "Export it again.")
        with path.open("rb") as file:
            probe = cls(path, file.read(65_536), answers or {}, progress)
        limit = MAX_PACKED_BYTES if probe.is_zip or probe.is_gzip else MAX_FILE_BYTES
        if size > limit:
            raise TooMuch(path.name, f"is {size / 1e6:,.0f} MB; the limit is {limit / 1e6:,.0f} MB.", "Split it.")
        return probe

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

    @property
    def is_gzip(self) -> bool:
        """Whether it is a gzipped file, by its first bytes."""
        return self.head.startswith(b"\x1f\x8b")

    @cached_property
    def members(self) -> tuple[str, ...]:
        """Names inside the archive, () when it is none. Raises ``FileProblem`` for a broken or an unsafe one."""
        if not self.is_zip:
            return ()
        try:
            with zipfile.ZipFile(self.path) as archive:
                infos = archive.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, struct.error) as error:  # RuntimeError: a version nobody wrote
            raise FileProblem(self.name, "is damaged: the archive cannot be opened.", "Download or export it again.") from error
        unpacked = sum(i.file_size for i in infos)
        bomb = any(i.file_size > 1_000_000 and i.file_size > MAX_RATIO * max(i.compress_size, 1) for i in infos)
        if unpacked > MAX_UNPACKED_BYTES or bomb:
            raise TooMuch(self.name, f"would unpack to {unpacked / 1e6:,.0f} MB.", "It was not opened. Check where it comes from.")
        outside = next((i.filename for i in infos if _OUTSIDE.search(i.filename.replace("\\", "/"))), None)
        if outside is not None:
            raise TooMuch(
                self.name, f"holds {outside!r}, which would lie outside the archive.", "It was not read. Check where it comes from."
            )
        return tuple(i.filename for i in infos)

    @property
    def is_xlsx(self) -> bool:
        """Whether the archive is an Excel workbook."""
        return any(m.startswith("xl/") for m in self.members)

    @cached_property
    def headers(self) -> dict[str, tuple[str, ...]]:
        """The first row, as text, of every table in the file.

        Keyed by sheet name for a workbook, by member name for the CSV members of a zip archive, by "" for a delimited
        text file; () where there is none. Raises ``FileProblem`` when a workbook or an archive is damaged.
        """
        if self.is_xlsx:
            return {name: _as_text(next(rows, ())) for name, rows in self.xlsx_sheets().items()}
        texts = [m for m in self.members if m.lower().endswith(".csv") and not m.startswith("__MACOSX/")] if self.is_zip else [""]
        return {member: self._first_row(member) for member in texts}

    @property
    def header(self) -> tuple[str, ...]:
        """The first row of a delimited text file or of a workbook's first sheet, as text; () when there is none."""
        return () if self.is_zip and not self.is_xlsx else next(iter(self.headers.values()), ())

    def _first_row(self, member: str) -> tuple[str, ...]:
        try:
            return tuple(next(self.csv_rows(member), ()))
        except FileProblem as problem:
            if member or isinstance(problem, TooMuch):
                raise
            return ()  # not delimited text at all: no reader will want it

    @contextmanager
    def _open(self, member: str) -> Iterator[IO[bytes] | gzip.GzipFile]:
        """The bytes of the file, unpacked when gzipped, or of one member of the archive."""
        if member:
            with zipfile.ZipFile(self.path) as archive, archive.open(member) as file:
                yield file
        elif self.is_gzip:
            with gzip.open(self.path) as file:
                yield file
        else:
            with self.path.open("rb") as file:
                if hint := _SEPARATOR.match(self.head):
                    file.seek(hint.end())
                yield file

    def whole(self, member: str = "", limit: int = MAX_WHOLE) -> bytes:
        """The bytes of the file, or of one member of the archive. Raises ``FileProblem`` when damaged or longer than ``limit``."""
        what = f"({member}) " if member else ""
        try:
            with self._open(member) as file:
                data = file.read(limit + 1)
        except (KeyError, ValueError, *DAMAGE) as error:
            raise FileProblem(self.name, f"{what}is damaged: it cannot be unpacked.", "Download or export it again.") from error
        if len(data) > limit:
            raise TooMuch(self.name, f"{what}holds more than {limit / 1e6:,.0f} MB.", "It was not read. Split it, or export less.")
        return data

    @cached_property
    def beginning(self) -> str:
        """The beginning of a file that is no archive, as text without a byte-order mark; "" for an archive."""
        if self.is_zip or self.is_gzip:
            return ""
        return decode(self.head)

    def _layout(self, member: str) -> tuple[str, str]:
        """Encoding and delimiter.

        Byte-order mark first, then NUL at every other place (UTF-16 that lost its mark), then strict UTF-8 over the whole
        text, then cp1252. The delimiter is the first comma, semicolon or tab outside quotes: questions hold commas, the
        first heading of an export does not.
        """
        if member not in self._layouts:
            if self.is_gzip:
                self._bound_gzip()
            with self._open(member) as file:
                start = file.read(65_536)
                encoding = self._encoding(start, file)
            quoted = False
            delimiter = ","
            for char in start.decode(encoding, errors="replace"):
                if char == '"':
                    quoted = not quoted
                elif not quoted and char in "\r\n":
                    break
                elif not quoted and char in ",;\t":
                    delimiter = char
                    break
            self._layouts[member] = encoding, delimiter
        return self._layouts[member]

    def _encoding(self, chunk: bytes, file: IO[bytes] | gzip.GzipFile) -> str:
        if chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        for encoding, half in (("utf-16-le", chunk[1:2_000:2]), ("utf-16-be", chunk[0:2_000:2])):
            if half.count(0) > len(half) / 2:
                return encoding
        rest = b""
        try:
            while chunk:
                whole = rest + chunk
                # the last character may go on in the next chunk
                begins = next((i for i in range(len(whole) - 1, max(len(whole) - 5, -1), -1) if whole[i] & 0xC0 != 0x80), 0)
                pa.array([whole[:begins]], pa.large_binary()).cast(pa.large_string())  # refuses what is not UTF-8
                rest = whole[begins:]
                chunk = file.read(1 << 20)
            rest.decode("utf-8")
        except (UnicodeDecodeError, pa.ArrowInvalid):
            return "cp1252"
        return "utf-8-sig"

    def _bound_gzip(self) -> None:
        """Unpack a gzipped file once, keeping nothing, for its stated size cannot be trusted."""
        unpacked, limit = 0, min(MAX_UNPACKED_BYTES, max(1_000_000, MAX_RATIO * self.path.stat().st_size))
        with gzip.open(self.path) as file:
            while chunk := file.read(1 << 20):
                unpacked += len(chunk)
                if unpacked > limit:
                    raise TooMuch(self.name, f"unpacks to more than {limit / 1e6:,.0f} MB.", "It was not read. Check where it comes from.")

    def csv_rows(self, member: str = "") -> Rows:
        """The rows of a delimited text file, or of one member of an archive; line breaks inside quotes are kept.

        Raises ``FileProblem`` naming the line where the text cannot be decoded, unpacked or taken apart.
        """

        def text() -> Text:
            return Text(lambda: self._open(member), *self._layout(member), MAX_COLUMNS, MAX_CELL)

        return Rows(self._csv_rows(member), text, self.progress)

    def _csv_rows(self, member: str) -> Iterator[list[str]]:
        if not member and self.head.startswith(_NO_TEXT):
            return
        csv.field_size_limit(MAX_CELL)
        reader = None
        try:
            encoding, delimiter = self._layout(member)
            # cp1252 leaves five bytes undefined: they show as the replacement character rather than losing the row
            errors = "replace" if encoding == "cp1252" else "strict"
            with self._open(member) as file, io.TextIOWrapper(file, encoding, errors, newline="") as text:
                reader = csv.reader(text, delimiter=delimiter, strict=True)
                for row in reader:
                    if len(row) > MAX_COLUMNS:
                        raise self._too_wide()
                    yield row
        except DAMAGE as error:
            line = reader.line_num if reader else 1
            raise FileProblem(
                self.name,
                f"cannot be read{f' ({member})' if member else ''} from line {line} on: {error}.",
                "Look at that line, or export the file again.",
            ) from error

    def xlsx_sheets(self, formulas: bool = False) -> dict[str, Iterator[tuple[Any, ...]]]:
        """Sheet name -> rows of cell values, read lazily and bounded in width. Raises ``FileProblem`` when unreadable.

        ``formulas`` gives what was typed instead of what Excel last worked out. Without it, a formula that was never worked
        out is given as typed all the same: a text that begins with "=" may have been stored as one.
        """
        typed = self._sheets(True) if formulas or self.has_formulas else {}
        if formulas:
            return typed
        worked_out = self._sheets(False)
        if not typed:
            return worked_out
        return {name: map(_worked_out_or_typed, rows, typed[name]) for name, rows in worked_out.items()}

    @cached_property
    def has_formulas(self) -> bool:
        """Whether a sheet of the workbook holds a formula."""
        sheets = [m for m in self.members if m.startswith("xl/worksheets/")]
        for sheet in sheets:
            try:
                with self._open(sheet) as file:
                    before = b""
                    while chunk := file.read(1 << 20):
                        if _FORMULA.search(before + chunk):
                            return True
                        before = chunk[-40:]
            except DAMAGE as error:
                raise self._damaged() from error
        return False

    def _sheets(self, formulas: bool) -> dict[str, Iterator[tuple[Any, ...]]]:
        import openpyxl

        try:
            with warnings.catch_warnings(action="ignore"):  # of styles and extensions that do not concern the data
                # from memory, for an open workbook would keep the file from being replaced on Windows
                book = openpyxl.load_workbook(io.BytesIO(self.path.read_bytes()), read_only=True, data_only=not formulas)
        except Exception as error:  # openpyxl raises many kinds for a damaged workbook
            raise self._damaged() from error
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # Microsoft Forms states the dimension A1 whatever the sheet holds
        return {sheet.title: self._bounded(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}

    def _bounded(self, rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        while True:
            try:
                with warnings.catch_warnings(action="ignore"):
                    row = next(rows, None)
            except Exception as error:  # the sheet itself is parsed here
                raise self._damaged() from error
            if row is None:
                return
            if len(row) > MAX_COLUMNS:
                raise self._too_wide()
            yield row

    def _damaged(self) -> FileProblem:
        return FileProblem(self.name, "is damaged: the workbook cannot be opened.", "Open it in Excel, save it, and try again.")

    def _too_wide(self) -> FileProblem:
        return TooMuch(self.name, f"has more than {MAX_COLUMNS:,} columns.", "Delete the empty columns to the right of the data.")

    def rows(self, formulas: bool = False) -> Iterator[Any]:
        """The rows of the delimited text, or of the workbook's first sheet; nothing for any other archive."""
        if self.is_xlsx:
            return next(iter(self.xlsx_sheets(formulas).values()), iter(()))
        return iter(()) if self.is_zip else self.csv_rows()


class Rows(Iterator[list[str]]):
    """The rows of a delimited text one by one; or, much faster, those not yet taken in blocks of columns."""

    def __init__(self, rows: Iterator[list[str]], text: Callable[[], Text], progress: Callable[[int], None]) -> None:
        self._rows, self._text, self._progress, self.taken = rows, text, progress, 0

    def __next__(self) -> list[str]:
        row = next(self._rows)
        self.taken += 1
        if self.taken % _OFTEN == 0:
            self._progress(self.taken)
        return row

    def blocks(self, positions: Sequence[int], width: int) -> Iterator[Block]:
        """What is left, for a table of ``width`` columns; see ``delimited.blocks``. The rows themselves are not taken."""
        for block in blocks(self._text(), positions, width, self.taken):
            self._progress(block.last)
            yield block


def _worked_out_or_typed(worked_out: tuple[Any, ...], typed: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(value if value is not None else text for value, text in zip(worked_out, typed, strict=True))


def _as_text(row: Sequence[Any]) -> tuple[str, ...]:
    return tuple("" if cell is None else str(cell) for cell in row)


def decode(data: bytes) -> str:
    """Bytes as text without a byte-order mark: by their mark, else as UTF-8, else as cp1252."""
    for mark, encoding in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(data)  # the last character may be cut
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
