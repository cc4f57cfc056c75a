"""Registers: recognised by their headings, typed, checked, redacted."""

import csv
import random
import tempfile
from datetime import date, datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from export_files import accepted, csv_text, data_rows, write_csv, write_xlsx
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight import exports
from oversight.exports import FileProblem, Reading
from oversight.exports.registers import write_templates
from oversight.model import REGISTER_BY_NAME, REGISTERS

GOOD: dict[str, list[str]] = {
    "waves": ["2026-1-spring", "Spring 2026", "microsoft_forms", "2026-04-20", "2026-05-29", "splw care_coordinator"],
    "sessions": ["S1", "2026-05-01", "Y60", "QHL", "splw", "8", "Group 1.docx"],
    "themes": ["access", "it_access", "IT access", "", "", ""],
    "requests": ["U00001", "2026-05-01", "Call 07700 900123 please"],
    "offers": ["U00001", "accepted", "2026-05-01"],
    "notes": ["Y60", "2026-05-01", "Spoke to jo@nhs.net", "internal"],
    "covariates": ["U00001", "deprivation", "21.5", "IMD 2025"],
    "people": ["jo@nhs.net", "Y60 Y61", "internal"],
    "convergence": ["isolation", "Y60", "dissonance", "2026-11-02", "Settled with jo@nhs.net"],
    "comment_codes": ["2026-1-spring", "17", "challenges_comment", "isolation"],
}


def read(path: Path, name: str) -> Reading:
    reading = exports.read(path)
    assert reading is not None and reading.tool == f"register:{name}"
    assert reading.rows_read == accepted(reading) + len(reading.aside)
    return reading


def write(folder: Path, name: str, *rows: list[str], file: str = "any name.csv") -> Path:
    return write_csv(folder / file, [REGISTER_BY_NAME[name].columns, *rows])


@pytest.mark.parametrize("name", GOOD)
def test_a_good_row_is_what_the_contract_says(tmp_path: Path, name: str) -> None:
    """The frame goes into the contract's own table, whose types and checks judge it."""
    table = REGISTER_BY_NAME[name]
    frame = read(write(tmp_path, name, GOOD[name]), name).tables[name]
    assert list(frame.columns) == ["row", *table.columns] and frame["row"].to_list() == [2]
    if name == "waves":
        assert frame.loc[0, "kinds_asked"] == ["splw", "care_coordinator"]
        frame["kinds_asked"] = "a list"
    frame = frame.drop(columns="row")
    with duckdb.connect() as connection:
        connection.execute(table.ddl())
        connection.register("incoming", frame)
        connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM incoming")
        (stored,) = connection.execute(f"SELECT * FROM {name}").fetchall()
    given = dict(zip(table.columns, GOOD[name], strict=True))
    for field, value in zip(table.fields, stored, strict=True):
        if field.name in ("statement", "note", "kinds_asked"):
            continue
        assert (str(value) if value is not None else "") == given[field.name]


def test_free_text_is_redacted_before_it_is_handed_on(tmp_path: Path) -> None:
    assert read(write(tmp_path, "requests", GOOD["requests"]), "requests").tables["requests"].loc[0, "statement"] == "Call [phone] please"
    other = ["Y60", "2026-05-01", "Spoke to flo@nhs.net", "internal"]
    reading = read(write(tmp_path, "notes", GOOD["notes"], other), "notes")
    assert reading.tables["notes"]["note"].to_list() == ["Spoke to [email]"]
    assert [(a.row, a.reason) for a in reading.aside] == [(3, "duplicate_row")], "the same key once the address is gone"
    assert "nhs.net" not in repr(reading.aside)


@pytest.mark.parametrize(
    ("name", "change", "detail"),
    [
        ("waves", {"closed": "soon"}, "closed is 'soon'; expected a date, YYYY-MM-DD."),
        ("waves", {"closed": "2026-04-19"}, "closed is '2026-04-19'; expected a day not before opened."),
        ("waves", {"kinds_asked": "splw doctor"}, "kinds_asked is 'splw doctor'; expected one or more of splw, care_coordinator"),
        ("waves", {"wave_id": ""}, "wave_id is blank; expected text."),
        ("sessions", {"participants": "8.5"}, "participants is '8.5'; expected a whole number."),
        ("sessions", {"respondent_kind": "GP"}, "respondent_kind is 'GP'; expected one of splw,"),
        ("offers", {"status": "promised"}, "status is 'promised'; expected one of eligible,"),
        ("covariates", {"value": "nan"}, "value is 'nan'; expected a number."),
        ("covariates", {"value": ""}, "value is blank; expected a number."),
        ("notes", {"audience": "all"}, "audience is 'all'; expected one of internal,"),
        ("people", {"email": "Jo Bloggs 07700 900123"}, "email holds something else; expected an e-mail address."),
        ("people", {"regions": "London"}, "regions is 'London'; expected region codes such as Y60"),
    ],
)
def test_a_wrong_value_is_set_aside_with_what_was_found_and_expected(
    tmp_path: Path, name: str, change: dict[str, str], detail: str
) -> None:
    row = dict(zip(REGISTER_BY_NAME[name].columns, GOOD[name], strict=True)) | change
    reading = read(write(tmp_path, name, GOOD[name], list(row.values())), name)
    (aside,) = reading.aside
    assert aside.row == 3 and aside.reason == "bad_value" and aside.detail.startswith(detail)
    assert len(reading.tables[name]) == 1


@pytest.mark.parametrize("name", GOOD)
def test_a_key_stands_once(tmp_path: Path, name: str) -> None:
    again = [value.upper() if value == "jo@nhs.net" else value for value in GOOD[name]]
    reading = read(write(tmp_path, name, GOOD[name], again), name)
    assert [(a.row, a.reason) for a in reading.aside] == [(3, "duplicate_row")]


def test_the_same_day_written_twice_is_the_same_key(tmp_path: Path) -> None:
    reading = read(write(tmp_path, "offers", ["U00001", "ended", "2026-05-01"], ["U00001", "ended", "2026-5-1"]), "offers")
    assert [(a.row, a.reason) for a in reading.aside] == [(3, "duplicate_row")]


def test_people_do_not_travel(tmp_path: Path) -> None:
    rows = [GOOD["people"], GOOD["people"], ["Jo Bloggs", "Y60", "internal"], ["a@b.uk", "Y60", "all"], ["c@d.uk", "Y60"]]
    reading = read(write(tmp_path, "people", *rows), "people")
    assert reading.tables["people"]["email"].to_list() == ["jo@nhs.net"] and len(reading.aside) == 4
    account = repr((reading.aside, reading.note, reading.warnings))
    assert "@" not in account and "[email]" not in account and "Bloggs" not in account and "never published" in reading.note


def test_excel_changes_dates_and_adds_columns_and_the_register_still_reads(tmp_path: Path) -> None:
    header = [*REGISTER_BY_NAME["offers"].columns, "", ""]
    path = write_csv(
        tmp_path / "a.csv", [header, ["U00001", "started", "01/04/2026", "", ""], ["U00002", "ended", "30/04/2026", "", ""]], "cp1252", ";"
    )
    reading = read(path, "offers")
    assert reading.tables["offers"]["date"].to_list() == [date(2026, 4, 1), date(2026, 4, 30)]
    assert "day/month/year, for row 3 holds '30/04/2026'" in reading.note
    book = write_xlsx(tmp_path / "a.xlsx", {"Sheet1": [header[:3], ["U00001", "started", datetime(2026, 4, 1)]]})
    assert read(book, "offers").tables["offers"]["date"].to_list() == [date(2026, 4, 1)]
    with pytest.raises(FileProblem, match="Write every date as YYYY-MM-DD"):
        exports.read(write_csv(tmp_path / "b.csv", [header[:3], ["U00001", "started", "01/04/2026"]]))


def test_optional_columns_may_be_left_out_and_others_not(tmp_path: Path) -> None:
    reading = read(write_csv(tmp_path / "a.csv", [["date", "PCN_Code "], ["2026-05-01", "U00001"]]), "requests")
    assert reading.tables["requests"]["statement"].isna().all()
    other = exports.read(write_csv(tmp_path / "b.csv", [["pcn_code", "date", "colour"], ["U00001", "2026-05-01", "red"]]))
    assert other is not None and other.tool == "table"
    with pytest.raises(FileProblem, match=r"lacks wave_name; it has the unknown remark.*Use exactly the headings wave_id, wave_name"):
        exports.read(write_csv(tmp_path / "waves.csv", [["wave_id", "tool", "opened", "closed", "kinds_asked", "remark"]]))


def test_no_headings_could_be_those_of_two_registers() -> None:
    for one in REGISTERS:
        for other in REGISTERS:
            needed = {f.name for f in one.fields if f.required} | {f.name for f in other.fields if f.required}
            assert one is other or not needed <= set(one.columns) & set(other.columns)


def test_the_templates_are_empty_registers(tmp_path: Path) -> None:
    paths = write_templates(tmp_path / "new" / "templates")
    assert [p.stem for p in paths] == [t.name for t in REGISTERS]
    for path in paths:
        reading = read(path, path.stem)
        assert reading.rows_read == 0 and reading.tables[path.stem].empty
        with path.open(encoding="utf-8", newline="") as file:
            assert list(csv.reader(file)) == [list(REGISTER_BY_NAME[path.stem].columns)]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(list(GOOD)), st.integers(0, 10**9), st.integers(1, 6))
def test_the_account_balances_and_the_table_keeps_the_contract_however_a_file_is_damaged(name: str, seed: int, blows: int) -> None:
    rng = random.Random(seed)
    table = REGISTER_BY_NAME[name]
    data = list(csv_text([table.columns, *[[GOOD[name][0] + str(i % 5), *GOOD[name][1:]] for i in range(8)]]))
    start = data.index("\n") + 1
    for _ in range(blows):
        at = rng.randrange(start, len(data))
        data[at : at + rng.choice([0, 1, 6])] = rng.choice(["", ",", '"', "\n", "x", " ", "-", "7", "/"])
    text = "".join(data)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_text(text, encoding="utf-8", newline="")
        try:
            reading = read(path, name)
        except FileProblem as problem:
            assert "from line" in problem.wrong or "day from month" in problem.wrong
            return
    assert reading.rows_read == data_rows(text)
    frame = reading.tables[name]
    assert not frame.duplicated(list(table.key)).any()
    for field in table.fields:
        assert not field.required or frame[field.name].notna().all()
        assert not field.allowed or set(frame[field.name].dropna()) <= set(field.allowed)
        assert field.type != "DATE" or all(type(day) is date for day in frame[field.name])
    assert not {a.row for a in reading.aside} & set(frame["row"])
    assert pd.Series([a.row for a in reading.aside]).is_unique
