"""Delimited text by the million cells: blocks of records taken apart into columns, with the semantics of Python's csv.

Python's csv, strict, decides what a record is (``reading.Probe``). Where quotes stand only where RFC 4180 puts them, the
same records are found much faster by counting quotes, and Arrow takes them apart. Whatever is not of that kind raises
``Irregular``, and the caller goes through the text again row by row.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

#: Bytes looked at together: small enough for the processor's cache, large enough to be taken apart in parallel.
BLOCK = 4 << 20
_QUOTE, _LF, _CR = b'"\n\r'
#: What may be raised while a text is unpacked, decoded and taken apart.
DAMAGE = (csv.Error, UnicodeError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, RuntimeError)
#: What a damaged or a strange text may end in; read row by row, it says on which line.
_DAMAGE = (*DAMAGE, pa.ArrowInvalid)

Places = npt.NDArray[np.int64]


_Piece = TypeVar("_Piece")


class Irregular(Exception):
    """The text is not plain RFC 4180, or cannot be decoded or unpacked: it has to be read row by row."""


@dataclass(frozen=True)
class Text:
    """How to open a text, what it is encoded in, what parts its cells, and the most cells and characters a record may have."""

    opened: Callable[[], AbstractContextManager[IO[bytes] | gzip.GzipFile]]
    encoding: str
    delimiter: str
    most_cells: int
    longest: int


@dataclass(frozen=True)
class Block:
    """Some records of a text, in order.

    ``columns``: the wanted cells of the regular records, null where empty. ``numbers``: which records they are, the header
    being 1. ``odd``: number and cells of each record with more or fewer cells than the header, or with nothing in the
    wanted ones. ``last``: number of the last record so far.
    """

    columns: pa.Table
    numbers: Places
    odd: list[tuple[int, list[str]]]
    last: int


def blocks(text: Text, positions: Sequence[int], width: int, skip: int) -> Iterator[Block]:
    """The records after the first ``skip``, of ``width`` cells, of which those at ``positions`` are wanted.

    Raises ``Irregular``; what was given before counts for nothing then.
    """
    number = 0
    try:
        for data, found in _ahead(_pieces(text)):
            yield _block(data, found, text, positions, width, number, skip)
            number += len(found.ends)
    except _DAMAGE as error:
        raise Irregular(str(error)) from error


def _pieces(text: Text) -> Iterator[tuple[bytes, _Found]]:
    """The text in pieces with the whole records in each; a piece begins with a record."""
    rest = b""
    for chunk, last in _chunks(text):
        data = rest + chunk
        found = _records(data, text, last)
        rest = data[found.ends[-1] :] if len(found.ends) else data
        if len(rest) > text.longest:
            raise Irregular("a record without an end")
        if len(found.ends):
            yield data, found


def _ahead(pieces: Iterator[_Piece]) -> Iterator[_Piece]:
    """The pieces, each made while the one before it is being used."""
    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(next, pieces, None)
        while (piece := following.result()) is not None:
            following = pool.submit(next, pieces, None)
            yield piece


def _chunks(text: Text) -> Iterator[tuple[bytes, bool]]:
    """The text as UTF-8, a few MB at a time, and whether that is the end of it."""
    plain = text.encoding == "utf-8-sig"  # found to be sound when the encoding was found
    decoder = codecs.getincrementaldecoder(text.encoding)("replace" if text.encoding == "cp1252" else "strict")
    with text.opened() as file:
        chunk = file.read(BLOCK).removeprefix(codecs.BOM_UTF8 if plain else b"")
        last = False
        while not last:
            following = file.read(BLOCK)
            last = not following
            yield chunk if plain else decoder.decode(chunk, final=last).encode(), last
            chunk = following


@dataclass(frozen=True)
class _Found:
    """Where the whole records of some bytes start and end (with their line break), and how many cells each has.

    ``wrapped``: whether cells hold line breaks.
    """

    starts: Places
    ends: Places
    cells: Places
    wrapped: bool


def _records(data: bytes, text: Text, last: bool) -> _Found:
    """The records of ``data``, which begins with one. Raises ``Irregular`` where a quote stands in the wrong place."""
    letters = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(letters == _QUOTE)
    outside = np.ones(len(letters), bool)
    if len(quotes):  # behind each odd quote up to the next one is inside
        runs = np.diff(quotes, prepend=0, append=len(letters))
        outside = np.repeat(np.arange(len(runs)) % 2 == 0, runs)
    breaks = np.flatnonzero((letters == _LF) | (letters == _CR))
    ended = breaks[outside[breaks]]
    halved = (letters[ended] == _CR) & (letters[np.minimum(ended + 1, len(letters) - 1)] == _LF)  # \r\n is one line break
    if not last:
        halved |= (letters[ended] == _CR) & (ended + 1 == len(letters))  # and may be so here
    ends = ended[~halved] + 1
    if last and len(letters) > (ends[-1] if len(ends) else 0):
        ends = np.append(ends, len(letters))
    stop = int(ends[-1]) if len(ends) else 0
    _check_quotes(letters, quotes[: np.searchsorted(quotes, stop)], ord(text.delimiter), stop)
    starts = np.concatenate([[0], ends[:-1]]) if len(ends) else ends
    parted = np.flatnonzero((letters[:stop] == ord(text.delimiter)) & outside[:stop])
    cells = np.diff(np.searchsorted(parted, ends), prepend=0) + 1
    if len(ends) and (cells.max() > text.most_cells or (ends - starts).max() > text.longest):
        raise Irregular("a row or a record beyond the bounds")
    return _Found(starts, ends, cells, not outside[breaks[breaks < stop]].all())


def _check_quotes(letters: npt.NDArray[np.uint8], quotes: Places, delimiter: int, stop: int) -> None:
    """Every quote opens at the beginning of a cell, closes at its end, or stands doubled within."""
    if len(quotes) % 2:
        raise Irregular("a quote that is never closed")
    around = np.array([_QUOTE, _LF, _CR, delimiter], np.uint8)
    before, after = quotes[::2] - 1, quotes[1::2] + 1
    if not (np.isin(letters[before[before >= 0]], around).all() and np.isin(letters[after[after < stop]], around).all()):
        raise Irregular("a quote within a cell")


def _block(data: bytes, found: _Found, text: Text, positions: Sequence[int], width: int, before: int, skip: int) -> Block:
    numbers = before + 1 + np.arange(len(found.ends), dtype=np.int64)
    regular = (found.cells == width) & (numbers > skip)
    odd = np.flatnonzero((found.cells != width) & (numbers > skip))
    columns = _columns(data, found, regular, text, positions, width)
    places = np.flatnonzero(regular)
    hollow = _blank_rows(columns)
    odd = np.sort(np.concatenate([odd, places[hollow]]))
    if len(hollow):
        places = np.delete(places, hollow)
        kept = np.ones(columns.num_rows, bool)
        kept[hollow] = False
        columns = columns.filter(pa.array(kept))
    rows = [(int(numbers[i]), _cells(data[found.starts[i] : found.ends[i]], text)) for i in odd]
    return Block(columns, numbers[places], rows, int(numbers[-1]))


def _columns(data: bytes, found: _Found, regular: npt.NDArray[np.bool_], text: Text, positions: Sequence[int], width: int) -> pa.Table:
    names = [str(i) for i in range(width)]
    wanted = [str(p) for p in positions]
    if not regular.any():
        return pa.table({name: pa.array([], pa.string()).dictionary_encode() for name in wanted})
    edges = np.flatnonzero(np.diff(np.concatenate([[0], regular, [0]])))  # runs of regular records are copied together
    data = b"".join(data[found.starts[a] : found.ends[b - 1]] for a, b in zip(edges[::2], edges[1::2], strict=True))
    size = max(len(data) // 2 + 1, 2 * int((found.ends - found.starts).max()), 1 << 16)
    return pacsv.read_csv(
        pa.py_buffer(data),
        pacsv.ReadOptions(column_names=names, block_size=size),
        pacsv.ParseOptions(delimiter=text.delimiter, newlines_in_values=found.wrapped, ignore_empty_lines=False),
        pacsv.ConvertOptions(
            include_columns=wanted,
            column_types={name: pa.dictionary(pa.int32(), pa.string()) for name in wanted},
            null_values=[""],
            strings_can_be_null=True,
            check_utf8=False,
        ),
    )


def _blank_rows(columns: pa.Table) -> Places:
    """Places of the rows whose every cell is empty or without a visible sign: whether they hold anything has to be looked at."""
    places = np.arange(columns.num_rows)
    for column in columns.columns:
        if not len(places):
            break
        cells = pc.replace_substring(column.take(pa.array(places)).cast(pa.string()), "_x000D_", "")
        seen = pc.fill_null(pc.match_substring_regex(cells, "[!-~]"), False)
        places = places[~seen.to_numpy()]
    return places


def _cells(record: bytes, text: Text) -> list[str]:
    """The cells of one record, as Python's csv takes it apart."""
    return next(csv.reader(io.StringIO(record.decode(), newline=""), delimiter=text.delimiter, strict=True), [])
