"""Delimited text in blocks of columns equals Python's csv row by row, whatever the text."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from export_files import FORMS_HEADER, write_csv
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight import exports
from oversight.exports import delimited
from oversight.exports.delimited import Irregular
from oversight.exports.probe import Probe
from oversight.exports.reading import FileProblem
from oversight.exports.records import Records, load

PIECES = [
    "a",
    "Yes;",
    "No",
    "",
    " ",
    "\xa0",
    "é",
    "–",
    "_x000D_",
    '"',
    ",",
    ";",
    "\t",
    "\n",
    "\r",
    "\r\n",
    "\x00",
    "\x1c",
    "0.50",
    "jo@nhs.net",
    "NA",
]
CELLS = st.lists(st.sampled_from(PIECES), max_size=4).map("".join)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A table as some tool might write it: rows of any length, any quoting, any line break."""
    width = draw(st.integers(2, 5))
    row = st.lists(CELLS, min_size=width, max_size=width)
    odd = st.lists(CELLS, max_size=7) | st.just([""] * width)
    buffer = io.StringIO()
    writer = csv.writer(
        buffer,
        delimiter=draw(st.sampled_from(",;\t")),
        quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        lineterminator=draw(st.sampled_from(["\n", "\r\n", "\r"])),
    )
    writer.writerows([[f"h{i}" for i in range(width)], *draw(st.lists(st.one_of(row, row, row, odd), max_size=12))])
    text = buffer.getvalue()
    return text.rstrip("\r\n") if draw(st.booleans()) else text


@st.composite
def damaged(draw: st.DrawFn) -> str:
    text = draw(texts())
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(['"', "\n", "\r", ",", 'x"', '"x', ""])) + text[at + draw(st.integers(0, 2)) :]
    return text


def outcome(path: Path, in_blocks: bool, category: bool = False) -> tuple[object, ...]:
    """All that ``load`` tells about a file, or what is wrong with it."""
    probe = Probe.open(path)
    try:
        rows = probe.csv_rows()
        header = next(rows, [])
        wanted = {f"c{i}": i for i in range(len(header)) if i != 1}  # not every column: what is left out decides whether a row is blank
        if not wanted:
            return ("nothing",)
        read: Records = load(rows if in_blocks else (row for row in rows), wanted, len(header), category=category)
    except FileProblem as problem:
        return (str(problem),)
    cells = {name: [None if pd.isna(v) else v for v in column] for name, column in read.frame.items()}
    return read.rows_read, read.last_row, read.aside, list(read.frame.index), cells


def agree(text: str, encoding: str, block: int) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "BLOCK", block)
        path = Path(folder) / "a.csv"
        path.write_bytes(text.encode(encoding, errors="replace") or b" ")
        expected = outcome(path, False)
        assert outcome(path, True) == expected
        assert outcome(path, True, category=True) == expected


ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"])


@settings(max_examples=200, deadline=None)
@given(texts(), ENCODINGS, st.sampled_from([7, 40, 1 << 20]))
def test_blocks_give_what_rows_give(text: str, encoding: str, block: int) -> None:
    agree(text, encoding, block)


@settings(max_examples=200, deadline=None)
@given(damaged(), ENCODINGS, st.sampled_from([7, 40, 1 << 20]))
def test_damage_is_told_as_it_is_row_by_row(text: str, encoding: str, block: int) -> None:
    agree(text, encoding, block)


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from('ab",;\n\r\t '), max_size=40), st.sampled_from([3, 1 << 20]))
def test_any_text_at_all(text: str, block: int) -> None:
    agree("h,i,j\n" + text, "utf-8", block)


def test_text_as_tools_write_it_is_read_in_blocks(tmp_path: Path) -> None:
    """Else every test above would compare the slow way with itself."""
    rows = [[*FORMS_HEADER, "Q"], *[[i, "x", "y", "", "", f'said "{i}",\nthen left'] for i in range(1_000)], [1, 2], [], [""] * 6]
    probe = Probe.open(write_csv(tmp_path / "a.csv", rows))
    reader = probe.csv_rows()
    next(reader)
    found = list(reader.blocks([0, 5], 6))
    assert sum(len(block.numbers) for block in found) == 1_000
    assert [odd for block in found for odd in block.odd] == [(1_002, ["1", "2"]), (1_003, []), (1_004, [""] * 6)]
    assert found[-1].last == 1_004


@pytest.mark.parametrize("text", ['a,b\n1,"2', 'a,b\n1,2"3\n', 'a,b\n"1"2,3\n', 'a,b\n1,""x\n', "a,b\n" + "1," * 3_000])
def test_what_is_not_plain_is_not_guessed_at(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8", newline="")
    rows = Probe.open(path).csv_rows()
    next(rows)
    with pytest.raises(Irregular):
        list(rows.blocks([0, 1], 2))


def test_progress_is_told_in_rows(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "a.csv", [[*FORMS_HEADER, "Q"], *[[i, "2026-04-20 09:00", "2026-04-20 09:10", "", "", "Yes"] for i in range(500)]]
    )
    told: list[int] = []
    assert exports.read(path, progress=told.append) is not None
    assert told[-1] == 501
