"""Microsoft Forms: whatever was answered comes back through reader and mapping, as CSV and as workbook."""

import tempfile
from pathlib import Path

import pytest
from canonical import WORDS, Canonical, back, surveys, truth
from export_files import write_csv, write_xlsx
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight import exports


def forms_rows(canonical: Canonical, workbook: bool) -> list[list[object]]:
    """formats.md, Microsoft Forms: "one header row", "`ID | Start time | Completion time | Email | Name | questions`"."""
    rows: list[list[object]] = [["ID", "Start time", "Completion time", "Email", "Name", *[q.text for q in canonical.questions]]]
    for r in canonical.responses:
        # "Times are Excel serials"; "CSV re-saves hold `12/24/2019 8:41` or a local format"
        times = [r.started, r.completed] if workbook else [f"{t:%d/%m/%Y %H:%M:%S}" for t in (r.started, r.completed)]
        # "Anonymous: Email is `anonymous`, Name blank"; "Multi-select: every value ends in `;`"
        cells = ["".join(f"{x};" for x in r.labels(q.field)) if q.kind == "multi" else r.label(q.field) for q in canonical.questions]
        rows.append([r.id, *times, "anonymous", "", *cells])
    return rows


@settings(max_examples=200)
@given(surveys(words=WORDS.filter(lambda text: not text.endswith(";"))), st.sampled_from(["csv", "xlsx"]))
def test_round_trip(canonical: Canonical, form: str) -> None:
    rows = forms_rows(canonical, form == "xlsx")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{form}"
        if form == "xlsx":
            write_xlsx(path, {"Sheet1": rows})
        else:
            write_csv(path, rows, "utf-8-sig")
        reading = exports.read(path)
    assert reading is not None and reading.tool == "microsoft_forms"
    assert back(reading) == truth(canonical)


@pytest.mark.parametrize("heading", ["ID", "Id"])
def test_a_live_workbook_writes_its_first_heading_otherwise(tmp_path: Path, heading: str) -> None:
    """formats.md: "Live-sync workbooks use … first header `Id`"."""
    rows = [[heading, "Start time", "Completion time", "Email", "Name", "Q"], ["1", "2026-09-14 09:00", "2026-09-14 09:10", "", "", "a"]]
    reading = exports.read(write_xlsx(tmp_path / "a.xlsx", {"Sheet1": rows}))
    assert reading is not None and reading.tool == "microsoft_forms" and reading.rows_read == 1
