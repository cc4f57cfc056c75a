"""Registration maps, list sizes and the ODS list of PCNs."""

import csv
import io
import random
import tempfile
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from export_files import MAP_HEADER, SIZES_HEADER, accepted, csv_text, data_rows, map_row, sizes_row, write_csv, write_xlsx, write_zip
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight import exports
from oversight.exports import FileProblem, Reading

PCN_HEADER = ["PCN Code", "PCN Name", "Open Date", "Close Date", "Postcode"]
PARTNER_HEADER = [
    "Partner\nOrganisation\nCode",
    "PCN Code",
    "Practice to PCN\nRelationship\nStart Date",
    "Practice to PCN\nRelationship\nEnd Date",
]


def read(path: Path, tool: str) -> Reading:
    reading = exports.read(path)
    assert reading is not None and reading.tool == tool
    assert len({a.row for a in reading.aside}) == len(reading.aside)
    return reading


def test_the_map(tmp_path: Path) -> None:
    rows = [
        MAP_HEADER,
        map_row("A1 "), map_row("A2", " U"), map_row("A3", "", PCN_NAME=""), map_row("FP0001", "F0001"), map_row("A4", "12345"),
        map_row(""),
        map_row("A5", EXTRACT_DATE="32Jan2026"), map_row("A1", "U00001"), map_row("A6", ICB_CODE=" "),
        map_row("A7")[:-1], map_row("A8", PCN_NAME=""),
        map_row("A1", EXTRACT_DATE="2026-07-01"),
    ]  # fmt: skip
    reading = read(write_csv(tmp_path / "any name.csv", rows), "practice_map")
    table = reading.tables["practice_map"]
    assert reading.rows_read == 12 == accepted(reading) + len(reading.aside)
    assert table["practice_code"].to_list() == ["A1", "A2", "A3", "FP0001", "A1"] and table["row"].to_list() == [2, 3, 4, 5, 13]
    assert table["pcn_code"].fillna("none").to_list() == ["U89141", "none", "none", "F0001", "U89141"]
    assert table["pcn_name"].isna().to_list() == [False, True, True, False, False]
    assert table["as_at"].to_list() == [date(2026, 1, 1)] * 4 + [date(2026, 7, 1)]
    assert {a.row: a.reason for a in reading.aside} == {
        6: "bad_value", 7: "bad_value", 8: "bad_value", 9: "duplicate_row", 10: "bad_value", 11: "ragged_row", 12: "bad_value"
    }  # fmt: skip
    details = {a.row: a.detail for a in reading.aside}
    assert details[6] == "PCN_CODE is '12345'; expected a PCN code (U and five digits, made-up ones F and four), or U for unallocated."
    assert details[8] == "EXTRACT_DATE is '32Jan2026'; expected a date such as 01Jan2026 or 2026-01-01."
    assert details[9] == "Row 2 has the same PRACTICE_CODE, EXTRACT_DATE. Keep one of them."
    assert reading.note == "5 practices, 2 of them unallocated to a PCN; as at 2026-01-01, 2026-07-01"


@pytest.mark.parametrize("missing", ["EXTRACT_DATE", "SUB_ICB_LOCATION_CODE", "COMM_REGION_CODE"])
def test_an_older_map_says_which_column_it_lacks(tmp_path: Path, missing: str) -> None:
    place = MAP_HEADER.index(missing)
    rows = [row[:place] + row[place + 1 :] for row in (MAP_HEADER, map_row())]
    with pytest.raises(FileProblem, match=rf"lacks the column {missing}\. Download it"):
        exports.read(write_csv(tmp_path / "a.csv", rows))


def test_list_sizes_use_the_totals_of_practices_and_account_for_every_row(tmp_path: Path) -> None:
    rows = [
        SIZES_HEADER,
        sizes_row("Y56", 999, "Comm Region"), sizes_row("A1", 10), sizes_row("A1", 4, sex="FEMALE"), sizes_row("A1", 1, age="0_4"),
        sizes_row(" A2", "20 "), sizes_row("A3", "*"), sizes_row("A2", 20), sizes_row("", 5), sizes_row("A4", 7, day="July"),
    ]  # fmt: skip
    for path in (write_csv(tmp_path / "a.csv", rows), write_zip(tmp_path / "a.zip", {"in/any.csv": csv_text(rows), "notes.pdf": b"x"})):
        reading = read(path, "list_sizes")
        table = reading.tables["list_size"]
        assert table.to_dict("list") == {
            "row": [3, 6],
            "practice_code": ["A1", "A2"],
            "patients": [10, 20],
            "as_at": [date(2026, 7, 1)] * 2,
        }
        assert reading.rows_read == 9
        assert sorted((a.row, a.reason) for a in reading.aside) == [
            (7, "bad_value"),
            (8, "duplicate_row"),
            (9, "bad_value"),
            (10, "bad_value"),
        ]
        assert "only the totals of 2 practices are used, 30 patients" in reading.note
    assert "not read: notes.pdf" in reading.note


def test_other_list_size_files_are_refused_with_the_one_to_get(tmp_path: Path) -> None:
    header = ["AGE" if h == "AGE_GROUP_5" else h for h in SIZES_HEADER]
    with pytest.raises(FileProblem, match=r"lacks the column AGE_GROUP_5\..*quin-age"):
        exports.read(write_csv(tmp_path / "a.csv", [header, sizes_row("A1", 10)]))
    with pytest.raises(FileProblem, match="holds no total by practice"):
        exports.read(write_csv(tmp_path / "b.csv", [SIZES_HEADER, sizes_row("A1", 10, kind="PCN")]))


def test_the_ods_list(tmp_path: Path) -> None:
    pcns = [
        PCN_HEADER,
        ["U00000", "ONE", "20240401", "", "NR18 0AF"],
        ["U00001", "TWO", "20190701", "20230331", ""],
        ["X", "THREE", "", "", ""],
    ]
    partners = [PARTNER_HEADER, ["A1", "U00000", "20191001", None], ["A1", "U00001", "20191001", "soon"], [None, "U00001", None, None]]
    reading = read(write_xlsx(tmp_path / "a.xlsx", {"PCNDetails": pcns, "Partners": partners}), "ods_pcn")
    assert reading.rows_read == 6 == accepted(reading) + len(reading.aside)
    table = reading.tables["ods_pcn"]
    assert table["closed"].to_list() == [None, date(2023, 3, 31)] and table["opened"].to_list() == [date(2024, 4, 1), date(2019, 7, 1)]
    assert reading.tables["ods_partner"].to_dict("list") == {
        "row": [6], "practice_code": ["A1"], "pcn_code": ["U00000"], "joined": [date(2019, 10, 1)], "left": [None]
    }  # fmt: skip
    assert {a.row: a.detail.split(";")[0] for a in reading.aside} == {
        4: "PCN Code is 'X'",
        7: "sheet 'Partners', row 3: Practice to PCN Relationship End Date is 'soon'",
        8: "sheet 'Partners', row 4: Partner Organisation Code is blank",
    }
    with pytest.raises(FileProblem, match="lacks the sheet with the ODS list of PCN core partners"):
        exports.read(write_xlsx(tmp_path / "b.xlsx", {"PCNDetails": pcns}))


DAMAGE = ["", ",", '"', "\n", "x", " ", "-", "U"]


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 5), st.sampled_from(["practice_map", "list_sizes"]))
def test_the_account_balances_however_a_file_is_damaged(seed: int, blows: int, tool: str) -> None:
    """Accepted rows are counted a second time: the map hands each on; of the list sizes, the totals are counted by hand."""
    rng = random.Random(seed)
    if tool == "practice_map":
        rows: list[list[object]] = [list(MAP_HEADER), *[list(map_row(f"A{i}", rng.choice(["U", "U89141", "U00001"]))) for i in range(9)]]
    else:
        rows = [list(SIZES_HEADER), *[sizes_row(f"A{i // 2}", i, age="ALL" if i % 2 else "0_4") for i in range(16)]]
    data = list(csv_text(rows))
    start = data.index("\n") + 1
    for _ in range(blows):
        at = rng.randrange(start, len(data))
        data[at : at + rng.choice([0, 1, 8])] = rng.choice(DAMAGE)
    text = "".join(data)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_text(text, encoding="utf-8", newline="")
        try:
            reading = read(path, tool)
        except FileProblem as problem:
            assert "from line" in problem.wrong
            return
    assert reading.rows_read == data_rows(text)
    if tool == "practice_map":
        assert accepted(reading) == reading.rows_read - len(reading.aside)
    else:
        away = {a.row for a in reading.aside}
        totals = []
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline="")), 1):
            trimmed = [cell.strip() for cell in cells]
            if number not in away and trimmed[2:3] + trimmed[6:8] == ["GP", "ALL", "ALL"]:
                totals.append(number)
        assert reading.tables["list_size"]["row"].to_list() == totals


@pytest.mark.real
@pytest.mark.parametrize(("day", "practices", "unallocated", "icbs"), [("2026-01-01", 6171, 59, 42), ("2026-07-01", 6139, 52, 36)])
def test_the_real_maps_agree_with_a_plain_count(real_data: Path, day: str, practices: int, unallocated: int, icbs: int) -> None:
    path = real_data / "nhs" / f"gp-reg-pat-prac-map_{day}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        plain = list(csv.DictReader(file))
    reading = read(path, "practice_map")
    table = reading.tables["practice_map"]
    assert reading.rows_read == len(plain) == len(table) == practices and reading.aside == []
    assert table["pcn_code"].isna().sum() == sum(r["PCN_CODE"] == "U" for r in plain) == unallocated
    assert table["icb_code"].nunique() == icbs and set(table["as_at"]) == {date.fromisoformat(day)}
    assert table["pcn_code"].fillna("U").to_list() == [r["PCN_CODE"] for r in plain]
    assert table["practice_name"].to_list() == [r["PRACTICE_NAME"] for r in plain]


@pytest.mark.real
def test_the_real_list_sizes_agree_with_a_plain_count(real_data: Path) -> None:
    path = real_data / "nhs" / "gp-reg-pat-prac-quin-age_2026-07-01.zip"
    reading = read(path, "list_sizes")
    with zipfile.ZipFile(path) as archive, archive.open("gp-reg-pat-prac-quin-age.csv") as raw:
        rows = list(csv.DictReader(io.TextIOWrapper(raw, "utf-8-sig", newline="")))
    plain = {
        r["ORG_CODE"]: int(r["NUMBER_OF_PATIENTS"]) for r in rows if (r["ORG_TYPE"], r["SEX"], r["AGE_GROUP_5"]) == ("GP", "ALL", "ALL")
    }
    table = reading.tables["list_size"]
    assert reading.rows_read == len(rows) == 326_241 and reading.aside == []
    assert dict(zip(table["practice_code"], table["patients"], strict=True)) == plain
    # the same file gives the regions' totals: an independent sum of the same patients
    assert table["patients"].sum() == sum(
        int(r["NUMBER_OF_PATIENTS"]) for r in rows if r["ORG_TYPE"] == "Comm Region" and r["SEX"] == "ALL"
    )


@pytest.mark.real
def test_the_real_ods_list_agrees_with_a_plain_count(real_data: Path) -> None:
    path = real_data / "nhs" / "ePCN.xlsx"
    reading = read(path, "ods_pcn")
    book = openpyxl.load_workbook(path)
    pcns, partners = ([r for r in sheet.iter_rows(min_row=2, values_only=True) if any(r)] for sheet in book.worksheets)
    table = reading.tables["ods_pcn"]
    assert reading.rows_read == len(pcns) + len(partners) and reading.aside == []
    assert table["pcn_code"].to_list() == [r[0] for r in pcns] and table["closed"].notna().sum() == sum(bool(r[5]) for r in pcns) == 81
    assert [f"{d:%Y%m%d}" for d in table["opened"]] == [r[4] for r in pcns]
    assert reading.tables["ods_partner"]["left"].notna().sum() == sum(bool(r[9]) for r in partners)
    assert pd.concat([table["row"], reading.tables["ods_partner"]["row"]]).is_unique
