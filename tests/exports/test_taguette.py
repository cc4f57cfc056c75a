"""Taguette: one row per highlight and tag."""

import csv
import random
import tempfile
from pathlib import Path

import openpyxl
import pytest
from export_files import accepted, csv_text, data_rows, write_csv
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight import exports
from oversight.exports import FileProblem, Reading

HEADER = ["id", "document", "tag", "content"]


def read(path: Path) -> Reading:
    reading = exports.read(path)
    assert reading is not None and reading.tool == "taguette"
    assert reading.rows_read == accepted(reading) + len(reading.aside)
    return reading


def test_repeated_and_incomplete_rows_are_set_aside(tmp_path: Path) -> None:
    rows = [HEADER, [1, "A", "access", "text"], [1, "A", "cost", "text"], [1, "A", "access", "text"], [1, "B", "access", "other"],
            ["", "A", "access", "x"], [2, "A", " ", "write to jo@nhs.net"], [3, "A", "cost"]]  # fmt: skip
    reading = read(write_csv(tmp_path / "a.csv", rows))
    table = reading.tables["excerpts"]
    assert list(table.columns) == ["row", "document", "highlight", "code", "text", "coder"]
    assert table.to_dict("list") == {
        "row": [2, 3, 5], "document": ["A", "A", "B"], "highlight": ["1", "1", "1"], "code": ["access", "cost", "access"],
        "text": ["text", "text", "other"], "coder": ["coder 1"] * 3,
    }  # fmt: skip
    assert sorted((a.row, a.reason) for a in reading.aside) == [(4, "duplicate_row"), (6, "bad_value"), (7, "bad_value"), (8, "ragged_row")]
    (aside,) = [a for a in reading.aside if a.row == 7]
    assert aside.detail == "tag is blank; expected text." and aside.content["content"] == "write to [email]"
    assert reading.note.startswith("2 highlights, 2 tags, 2 documents")


def test_only_the_exact_headings_are_taguette(tmp_path: Path) -> None:
    reading = exports.read(write_csv(tmp_path / "a.csv", [[*HEADER, "more"], [1, "a", "b", "c", "d"]]))
    assert reading is not None and reading.tool == "table"


def test_words_that_look_like_a_formula_are_the_words_that_were_typed(tmp_path: Path) -> None:
    """Taguette's workbook stores them as formulas, of which Excel would show the result."""
    book = openpyxl.Workbook()
    for row in (HEADER, ["1", "A", "=cmd", "=SUM(1,2) is what was typed"]):
        book.active.append(row)
    assert book.active["D2"].data_type == "f"
    book.save(tmp_path / "a.xlsx")
    table = read(tmp_path / "a.xlsx").tables["excerpts"]
    assert table.loc[0, ["code", "text"]].to_list() == ["=cmd", "=SUM(1,2) is what was typed"]


@pytest.mark.real
@pytest.mark.parametrize("name", ["highlights_all.csv", "highlights_all.xlsx", "highlights_access.csv"])
def test_the_real_export_cell_for_cell(real_data: Path, name: str) -> None:
    folder = real_data / "exports" / "taguette"
    with (folder / name.replace("xlsx", "csv")).open(encoding="utf-8", newline="") as file:
        plain = list(csv.reader(file))[1:]
    reading = read(folder / name)
    assert reading.tables["excerpts"][["highlight", "document", "code", "text"]].to_numpy().tolist() == plain
    assert reading.aside == []


@pytest.mark.real
def test_nothing_else_that_taguette_writes_is_taken_for_its_highlights(real_data: Path) -> None:
    others = [p for p in (real_data / "exports" / "taguette").iterdir() if not p.name.startswith("highlights_") or p.suffix == ".html"]
    readings = [exports.read(p) for p in others]
    assert others and not [r for r in readings if r is not None and r.tool == "taguette" and not r.companion]


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 4))
def test_the_account_balances_however_a_file_is_damaged(seed: int, blows: int) -> None:
    rng = random.Random(seed)
    data = list(csv_text([HEADER, *[[i % 4, "A", rng.choice("abc"), f'word "{i}"\n'] for i in range(9)]]))
    for _ in range(blows):
        at = rng.randrange(25, len(data))
        data[at : at + rng.choice([0, 1, 5])] = rng.choice(["", ",", '"', "\n", "x", " "])
    text = "".join(data)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_text(text, encoding="utf-8", newline="")
        try:
            reading = read(path)
        except FileProblem as problem:
            assert "from line" in problem.wrong  # only a quote out of place stops a file whose header is whole
            return
    assert reading.rows_read == data_rows(text)
