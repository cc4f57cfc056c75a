"""Rows as text with an account of them: what the readers share between an opened file and their typed tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from oversight.exports.dates import UnclearDates, read_stamps
from oversight.exports.delimited import Irregular
from oversight.exports.probe import Probe, Rows
from oversight.exports.reading import Aside, Doubt, FileProblem
from oversight.redact import redact

#: Rows turned into columns at a time: keeps a large file's cells from lying in memory as Python objects.
CHUNK = 20_000
_TEXT = {pa.string(): pd.StringDtype()}
#: How much of a wrong value a detail quotes.
_QUOTED = 60


def tidy(heading: str) -> str:
    """A heading without line breaks, hard or doubled spaces, byte-order mark or Excel's escaped carriage return."""
    return " ".join(heading.replace("_x000D_", " ").replace("\ufeff", "").split())


def counted(number: int, singular: str, plural: str = "") -> str:
    """1 -> "1 question", 2 -> "2 questions"."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def text_of(cell: Any) -> str | None:
    """A cell as text, None when blank. Numbers as Excel shows them (3, not 3.0), times as ISO, text verbatim.

    Only ``_x000D_``, which is how workbooks escape a carriage return, is taken out of text.
    """
    if isinstance(cell, str):
        text = cell.replace("_x000D_", "") if "_x000D_" in cell else cell
        return None if not text or text.isspace() else text
    if cell is None:
        return None
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return format(cell, ".15g")
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ").removesuffix(" 00:00:00")  # Excel's dates are midnights
    return str(cell)


def each(cells: pd.Series, change: Callable[[str], str | None]) -> pd.Series:
    """The cells with ``change`` made to each different text once; blank ones stay so, and categories stay categories."""
    codes, words = pd.factorize(cells)
    changed = pd.array([change(str(word)) for word in words], dtype="string").take(codes, allow_fill=True)
    series = pd.Series(changed, index=cells.index, name=cells.name)
    return series.astype("category") if isinstance(cells.dtype, pd.CategoricalDtype) else series


@dataclass
class Records:
    """The data rows of one table and what became of them: rows_read = len(frame) + len(aside) until rows are combined.

    ``frame`` holds text, NA where blank, indexed by row in the file. ``hidden`` columns never reach a detail or a content;
    ``headings`` are the file's words for our column names.
    """

    frame: pd.DataFrame
    rows_read: int
    aside: list[Aside]
    last_row: int
    hidden: frozenset[str] = frozenset()
    headings: Mapping[str, str] = field(default_factory=dict)

    def refuse(self, bad: pd.Series, reason: str, details: str | Sequence[str]) -> None:
        """Set the ``bad`` rows (boolean, index of ``frame``) aside; ``details`` is one text for all or one per bad row."""
        rows = self.frame[bad.to_numpy(dtype=bool)]
        if rows.empty:
            return
        each = [details] * len(rows) if isinstance(details, str) else details
        for (number, cells), detail in zip(rows.drop(columns=list(self.hidden)).iterrows(), each, strict=True):
            content = {self._heading(str(name)): redact(str(value)) for name, value in cells.items() if pd.notna(value)}
            self.aside.append(Aside(int(str(number)), reason, detail, content))
        self.frame = self.frame[~bad.to_numpy(dtype=bool)]

    def expect(self, column: str, good: pd.Series, expected: str) -> None:
        """Set aside as ``bad_value`` the rows that are not ``good``, saying what was found in ``column`` and what was expected."""
        bad = ~good.to_numpy(dtype=bool)
        found = self.frame.loc[bad, column]
        details = [f"{self._heading(column)} {self._quote(column, value)}; expected {expected}." for value in found]
        self.refuse(pd.Series(bad, index=self.frame.index), "bad_value", details)

    def _heading(self, column: str) -> str:
        return self.headings.get(column, column)

    def _quote(self, column: str, value: Any) -> str:
        if pd.isna(value):
            return "is blank"
        if column in self.hidden:
            return "holds something else"
        text = redact(str(value))
        return f"is {text[:_QUOTED]!r}" + (" …" if len(text) > _QUOTED else "")

    def refuse_duplicates(self, key: Sequence[str]) -> None:
        """Set aside all but the first row of each ``key``."""
        first = self.frame.reset_index(names="row").groupby(list(key), dropna=False)["row"].transform("min").to_numpy()
        later = pd.Series(self.frame.index.to_numpy() != first, index=self.frame.index)
        details = [f"Row {row} has the same {', '.join(map(self._heading, key))}. Keep one of them." for row in first[later.to_numpy()]]
        self.refuse(later, "duplicate_row", details)

    def strip(self) -> None:
        """Trim every cell: for codes, numbers and dates, never for answers."""
        self.frame = self.frame.apply(lambda column: column.str.strip())

    def table(self, **columns: pd.Series) -> pd.DataFrame:
        """The accepted rows with ``row``, the row in the file, and with ``columns`` replaced or added."""
        return self.frame.assign(**columns).reset_index(names="row")


def load(
    rows: Iterable[Sequence[Any]],
    columns: Mapping[str, int],
    width: int,
    *,
    pad: bool = False,
    first: int = 2,
    hidden: Iterable[str] = (),
    category: bool = False,
) -> Records:
    """The wanted ``columns`` (name -> position) of the rows after the header, as text.

    Rows without any content are no data rows. A row with more cells than ``width`` (blank ones apart) or with fewer is
    set aside, unless ``pad``: a workbook leaves trailing blanks out. ``first`` is the number of the first of ``rows``.
    ``category`` makes categories of the columns that repeat themselves, which takes far less memory.
    """
    account = _Account(list(columns), list(columns.values()), width, pad, frozenset(hidden))
    if isinstance(rows, Rows):
        try:
            return _load_blocks(rows, account, first, category)
        except Irregular:  # row by row, then: that also says where the text breaks
            account = _Account(account.names, account.positions, width, pad, account.hidden)
    return _load_rows(rows, account, first, category)


@dataclass
class _Account:
    """Which rows are data and which of those are set aside: ``take`` decides for one row."""

    names: list[str]
    positions: list[int]
    width: int
    pad: bool
    hidden: frozenset[str]
    read: int = 0
    aside: list[Aside] = field(default_factory=list)

    def take(self, number: int, row: Sequence[Any]) -> list[str | None] | None:
        """The wanted cells of a row that can be used, None for one that is blank or set aside."""
        texts = [text_of(cell) for cell in row]
        if not any(texts):
            return None
        self.read += 1
        if len(texts) < self.width and self.pad:
            texts += [None] * (self.width - len(texts))
        if len(texts) >= self.width and not any(texts[self.width :]):
            return [texts[p] for p in self.positions]
        # cells have shifted, so the rest of the row could hold anything, personal data too
        name, position = self.names[0], self.positions[0]
        start = {name: redact(texts[position] or "")} if name not in self.hidden and position < len(texts) else {}
        detail = f"{len(texts)} cells where the header has {self.width}; a separator or a line break may lack its quotes. Correct the row."
        self.aside.append(Aside(number, "ragged_row", detail, start))
        return None


def _load_rows(rows: Iterable[Sequence[Any]], account: _Account, first: int, category: bool) -> Records:
    chunks, numbers, cells = [], list[int](), list[list[str | None]]()
    number = first - 1
    for number, row in enumerate(rows, first):
        taken = account.take(number, row)
        if taken is None:
            continue
        numbers.append(number)
        cells.append(taken)
        if len(cells) == CHUNK:
            chunks.append(_frame(cells, numbers, account.names))
            numbers, cells = [], []
    chunks.append(_frame(cells, numbers, account.names))
    frame = pd.concat(chunks)
    return Records(frame.astype("category") if category else frame, account.read, account.aside, number, account.hidden)


def _frame(cells: list[list[str | None]], numbers: list[int], names: list[str]) -> pd.DataFrame:
    return pd.DataFrame(cells, columns=names, index=pd.Index(numbers, dtype="int64"), dtype="string")


def _load_blocks(rows: Rows, account: _Account, first: int, category: bool) -> Records:
    """Like ``_load_rows``. Raises ``Irregular`` where the text has to be read so."""
    positions = list(dict.fromkeys(account.positions))
    shift = first - 1 - rows.taken
    tables: list[pa.Table] = []
    numbers: list[np.ndarray[Any, Any]] = []
    last = rows.taken
    for block in rows.blocks(positions, account.width):
        account.read += len(block.numbers)
        odd = {number: taken for number, cells in block.odd if (taken := account.take(number + shift, cells)) is not None}
        table, places = block.columns, block.numbers
        if odd:
            texts = {str(p): pa.array([taken[account.positions.index(p)] for taken in odd.values()], pa.string()) for p in positions}
            places = np.concatenate([places, list(odd)])
            order = np.argsort(places)
            table = pa.concat_tables([table, pa.table({name: text.dictionary_encode() for name, text in texts.items()})]).take(order)
            places = places[order]
        tables.append(table)
        numbers.append(places + shift)
        last = block.last
    index = pd.Index(np.concatenate(numbers) if numbers else [], dtype="int64")
    series = {p: _series([table[str(p)] for table in tables], category) for p in positions}
    frame = pd.DataFrame({name: series[p] for name, p in zip(account.names, account.positions, strict=True)})
    return Records(frame.set_axis(index), account.read, account.aside, last + shift, account.hidden)


def _series(parts: list[pa.ChunkedArray], category: bool) -> pd.Series:
    """One column as a reader sees it: blank cells are NA, ``_x000D_`` is taken out."""
    chunks = [chunk for part in parts for chunk in part.chunks]
    whole = pa.chunked_array(chunks, pa.dictionary(pa.int32(), pa.string())).unify_dictionaries().combine_chunks()
    words = whole.dictionary
    doubtful = pc.or_(pc.match_substring(words, "_x000D_"), pc.invert(pc.match_substring_regex(words, "[!-~]")))
    if pc.any(doubtful).as_py():
        tidied = pc.replace_with_mask(words, doubtful, pa.array([text_of(w) for w in words.filter(doubtful).to_pylist()], pa.string()))
        again = tidied.dictionary_encode()
        whole, words = pa.DictionaryArray.from_arrays(again.indices.take(whole.indices), again.dictionary), again.dictionary
    if category and len(words) <= len(whole) / 2:
        codes = whole.indices.fill_null(-1).to_numpy()
        return pd.Series(pd.Categorical.from_codes(codes, pd.Index(words.to_pandas(types_mapper=_TEXT.get))))
    series: pd.Series = whole.cast(pa.string()).to_pandas(types_mapper=_TEXT.get)
    return series


def read_times(probe: Probe, records: Records, *columns: str) -> tuple[tuple[pd.Series, ...], str]:
    """The times in ``columns``, which follow one another in every row, and how day and month were told apart.

    A row with a time that is none is set aside. Raises ``Doubt`` where neither the texts nor ``probe.answers`` tell.
    """
    said = {"day_first": True, "month_first": False}.get(probe.answers.get("dates", ""))
    try:
        times, evidence = read_stamps([records.frame[column] for column in columns], said)
    except UnclearDates as error:
        mend = "Say which it is. Or give the workbook instead of a CSV, or save the times as yyyy-mm-dd hh:mm:ss."
        choices = {"day_first": "day/month/year", "month_first": "month/day/year"}
        raise Doubt(probe.name, f"does not tell day from month in its times: {error}.", mend, "dates", choices) from error
    for column, stamps in zip(columns, times, strict=True):
        text = records.frame[column]
        records.expect(column, text.isna() | stamps[text.index].notna(), "a date and time")
    return tuple(t[records.frame.index] for t in times), evidence


def unique(names: Sequence[str]) -> list[str]:
    """The names, those met before with (2), (3) … behind them."""
    found: list[str] = []
    used = set(names)
    seen: set[str] = set()
    for name in names:
        unique, number = name, 1
        while unique in seen or (number > 1 and unique in used):
            number += 1
            unique = f"{name} ({number})"
        seen.add(unique)
        found.append(unique)
    return found


@dataclass(frozen=True)
class Layout:
    """A table that a publisher lays out the same way every time.

    ``columns`` maps our names to its headings; further columns are left alone. ``sign`` are the headings that say "this
    is meant to be such a table" even where others are missing; ``mend`` says where to get the right one.
    """

    tool: str
    what: str
    columns: Mapping[str, str]
    sign: frozenset[str]
    mend: str

    def tables(self, probe: Probe) -> list[str]:
        """Names of the tables in the file (see ``Probe.headers``) that are, or are meant to be, of this layout."""
        wanted = {_key(h) for h in self.columns.values()}
        sign = {_key(h) for h in self.sign}
        found = ((name, {_key(h) for h in header}) for name, header in probe.headers.items())
        return [name for name, headings in found if wanted <= headings or sign <= headings]

    def recognise(self, probe: Probe) -> str | None:
        """Why a file is of this layout, None when it is not. Raises ``FileProblem`` when it holds several such tables."""
        tables = self.tables(probe)
        if len(tables) > 1:
            raise FileProblem(
                probe.name, f"holds {self.what} more than once: {', '.join(tables)}.", "Take it apart and give one file each."
            )
        where = f" in {tables[0]}" if tables and tables[0] else ""
        return f"the headings of {self.what}{where}" if tables else None

    def load(self, probe: Probe, first: int = 2) -> Records:
        """The rows of the file's table of this layout, trimmed. Raises ``FileProblem`` when headings are missing."""
        (table,) = self.tables(probe)
        header = probe.headers[table]
        places = {_key(heading): i for i, heading in reversed(list(enumerate(header)))}
        if missing := [heading for heading in self.columns.values() if _key(heading) not in places]:
            raise FileProblem(probe.name, f"looks like {self.what} and lacks the column {', '.join(missing)}.", self.mend)
        rows: Iterator[Sequence[Any]] = probe.xlsx_sheets()[table] if probe.is_xlsx else probe.csv_rows(table)
        next(rows, None)
        records = load(rows, {name: places[_key(h)] for name, h in self.columns.items()}, len(header), pad=probe.is_xlsx, first=first)
        records.headings = self.columns
        records.strip()
        return records

    def others(self, probe: Probe) -> str:
        """A note on what else the archive or the workbook holds and was not read, "" when nothing."""
        mine = self.tables(probe)
        names = list(probe.headers) if probe.is_xlsx else [m for m in probe.members if not m.endswith("/")]
        rest = [name for name in names if name not in mine]
        return f"not read: {', '.join(rest)}" if rest else ""


def _key(heading: str) -> str:
    return tidy(heading).casefold()


def renumber(aside: Iterable[Aside], where: str, offset: int) -> list[Aside]:
    """Asides of a second table whose rows are numbered on from the first: the detail says where they really stand."""
    return [replace(a, detail=f"{where}, row {a.row - offset}: {a.detail}") for a in aside]
