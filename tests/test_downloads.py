"""Downloads read back: the same numbers as the shareable table, typed, with notes, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from oversight import columns, downloads, store
from oversight.questionnaire import RESPONDENT_KINDS

SHAREABLE = store.Viewer(audience="shareable")
SCOPE = "Autumn 2026 · link workers · Midlands"


def book(result: store.Result) -> tuple[list[list[openpyxl.cell.cell.Cell]], dict[str, str], str]:
    """Rows of the table sheet from the head on, notes by name, and the first line."""
    read = openpyxl.load_workbook(io.BytesIO(downloads.xlsx(result, "coverage", SCOPE)))
    assert read.sheetnames == ["Table", "Notes"]
    rows = [list(row) for row in read["Table"].iter_rows(min_row=2)]
    notes = {row[0]: row[1] for row in read["Notes"].iter_rows(values_only=True)}
    return rows, notes, str(read["Table"]["A1"].value)


def given_to(name: str) -> dict[str, str]:
    return {"question": "challenges"} if name.startswith("question_") else {}


@pytest.mark.parametrize("name", sorted(store.queries()))
def test_the_workbook_holds_the_shareable_table(name: str, sample: store.Snapshot) -> None:
    result = store.ask(name, SHAREABLE, sample, **given_to(name))
    rows, notes, first = book(result)
    assert first.startswith("FICTIONAL")
    assert notes["FICTIONAL"] == downloads.FICTIONAL
    table = downloads.filled(result.table)
    assert [cell.value for cell in rows[0]] == list(table.columns)
    assert len(rows) == len(table) + 1
    for at, column in enumerate(table.columns):
        for cells, expected in zip(rows[1:], table[column].tolist(), strict=True):
            cell = cells[at]
            if isinstance(expected, list):
                expected = ", ".join(map(str, expected))
            if expected is None or (not isinstance(expected, str) and pd.isna(expected)) or expected == "":
                assert cell.value in (None, "")
            elif isinstance(expected, str):
                assert cell.value == expected.replace("\r", "\n") or "\r" in expected
                assert cell.data_type == "s"
            elif isinstance(expected, date):
                assert pd.Timestamp(cell.value) == pd.Timestamp(expected)
            else:
                assert cell.value == pytest.approx(expected)
                assert cell.data_type in ("n", "b")
                if columns.is_share(name, column):
                    assert cell.number_format == "0.0%"
    assert notes["What was withheld and why"].startswith(result.withheld or downloads.NOT_WITHHELD)
    if missing := [c for c in result.table if c not in table]:
        assert all(column in notes["Columns left out"] for column in missing)


@pytest.mark.parametrize("name", sorted(store.queries()))
def test_every_column_of_every_answer_has_its_meaning(name: str, sample: store.Snapshot) -> None:
    """Mend: what the SQL returns stands in the query's header, what a step adds in ``oversight/columns.py``."""
    for audience in ("internal", "shareable"):
        table = store.ask(name, store.Viewer(audience=audience), sample, **given_to(name)).table  # type: ignore[arg-type]
        assert [c for c in table if not columns.meaning(name, c)] == []


def test_the_notes_say_all_that_is_needed_to_read_the_table(sample: store.Snapshot) -> None:
    viewer = replace(SHAREABLE, regions=frozenset({"Y60"}))
    result = store.ask("coverage", viewer, sample, region="Y60", wave="2026-2-autumn")
    rows, notes, _ = book(result)
    assert notes["What it is"].startswith("coverage. Who has each element")
    assert notes["Wave, who answered, place"] == SCOPE
    assert notes["Filter: region"].startswith("Y60 (")
    assert notes["Filter: icb"].startswith("not restricted (")
    assert notes["Number of people (n)"].startswith("In the column answered")
    assert "at least every 6 weeks" in notes["How worked out: clinical_supervision"]
    assert "95% Wilson intervals" in notes["Intervals"]
    assert "99.8%" in notes["Lists of places"]
    assert "withheld in whole or part" in notes["What was withheld and why"]
    assert notes["Snapshot"].startswith(sample.snapshot_id)
    assert notes["Regions that may be seen"] == "Y60"
    assert {f"Column: {cell.value}" for cell in rows[0]} <= notes.keys()


def test_a_real_download_does_not_say_fictional_and_its_sheet_can_be_worked_with(sample: store.Snapshot) -> None:
    result = store.ask("responses", SHAREABLE, sample)
    real = replace(result, snapshot=replace(result.snapshot, fictional=False))
    _, notes, first = book(real)
    assert "FICTIONAL" not in first + " ".join(notes)
    sheet = openpyxl.load_workbook(io.BytesIO(downloads.xlsx(real, "replies", SCOPE)))["Table"]
    assert sheet.freeze_panes == "A3"
    assert sheet.auto_filter.ref.startswith("A2:")
    assert all(downloads.NARROWEST <= d.width <= downloads.WIDEST for d in sheet.column_dimensions.values())
    assert downloads.file_name("replies", SCOPE, real.snapshot, "xlsx").endswith(".xlsx")


@settings(max_examples=25)
@given(
    texts=some.lists(some.one_of(some.sampled_from("=+-@\t\r").map(lambda c: f"{c}1+1"), some.text(max_size=20)), min_size=1, max_size=6)
)
def test_no_text_becomes_a_formula(sample: store.Snapshot, texts: list[str]) -> None:
    result = store.ask("waves", SHAREABLE, sample)
    table = pd.DataFrame({"wave_name": pd.Series(texts, dtype="object"), "responses": range(len(texts))})
    rows, _, _ = book(replace(result, table=table))
    for cells, text in zip(rows[1:], texts, strict=True):
        assert cells[0].data_type != "f"
        if text[:1] in "=+-@" and text:
            assert str(cells[0].value)[:1] == text[:1]
            assert cells[0].quotePrefix
    lines = list(csv.reader(io.StringIO(downloads.csv(replace(result, table=table), SCOPE).decode("utf-8-sig"), newline="")))
    assert all(not line[0].startswith(("=", "+", "-", "@")) for line in lines if line)


def test_a_workbook_of_nothing(sample: store.Snapshot) -> None:
    result = store.ask("excerpts", SHAREABLE, sample)
    assert result.table.empty
    rows, notes, _ = book(result)
    assert [cell.value for cell in rows[0]] == list(result.table.columns)
    assert len(rows) == 1
    assert result.withheld in notes["What was withheld and why"]


@settings(max_examples=10)
@given(role=some.sampled_from(sorted(RESPONDENT_KINDS)), region=some.sampled_from([None, "Y60", "Y56"]))
def test_what_is_withheld_stands_in_no_cell(sample: store.Snapshot, role: str, region: str | None) -> None:
    """A second look at the disclosure rule, at the file itself: no base under 10, no numerator or complement from 1 to 7."""
    rows, _, _ = book(store.ask("coverage", SHAREABLE, sample, role=role, region=region))
    head = [cell.value for cell in rows[0]]
    for cells in rows[1:]:
        row = dict(zip(head, [cell.value for cell in cells], strict=True))
        if row.get("answered"):
            assert row["answered"] >= 10
        if row.get("yes") is not None:
            assert row["yes"] not in range(1, 8)
            assert row["answered"] - row["yes"] not in range(1, 8)
        else:
            assert row.get("low_listed") is None
            assert not row.get("against_listed")
