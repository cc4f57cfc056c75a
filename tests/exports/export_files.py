"""Writers of small export files for the tests of the readers, and second ways of counting what they hold."""

import csv
import io
import random
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import openpyxl

from oversight import exports
from oversight.exports import Reading

FORMS_HEADER = ["ID", "Start time", "Completion time", "Email", "Name"]
MAP_HEADER = """PUBLICATION EXTRACT_DATE PRACTICE_CODE PRACTICE_NAME PRACTICE_POSTCODE PCN_CODE PCN_NAME ONS_SUB_ICB_LOCATION_CODE
SUB_ICB_LOCATION_CODE SUB_ICB_LOCATION_NAME ONS_ICB_CODE ICB_CODE ICB_NAME ONS_COMM_REGION_CODE COMM_REGION_CODE COMM_REGION_NAME
SUPPLIER_NAME""".split()  # noqa: SIM905 - shorter than a list
SIZES_HEADER = ["PUBLICATION", "EXTRACT_DATE", "ORG_TYPE", "ORG_CODE", "ONS_CODE", "POSTCODE", "SEX", "AGE_GROUP_5", "NUMBER_OF_PATIENTS"]
WORKFORCE_HEADER = """Data_source CENSUS_YEAR CENSUS_MONTH PCN_CODE PCN_NAME SUB_ICB_CODE SUB_ICB_NAME ICB_CODE ICB_NAME COMM_REGION_CODE
COMM_REGION_NAME STAFF_GROUP STAFF_ROLE DETAILED_STAFF_ROLE FTE UNIQUE_IDENTIFIER""".split()  # noqa: SIM905


def csv_text(rows: Iterable[Sequence[object]], delimiter: str = ",") -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    return buffer.getvalue()


def write_csv(path: Path, rows: Iterable[Sequence[object]], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    path.write_bytes(csv_text(rows, delimiter).encode(encoding))
    return path


def damaged_and_read(rows: Iterable[Sequence[object]], blows: int, rng: random.Random) -> tuple[Reading | None, str, str]:
    """A CSV of the rows in which bytes are changed, lost and put in: how it was read (None where it was not), its text and delimiter."""
    data = bytearray(csv_text(rows).encode())
    for _ in range(blows):
        at = rng.randrange(len(data))
        data[at : at + rng.choice([0, 1, 1, 5])] = rng.choice([b"", b",", b'"', b"\n", b";", b"x", b"\xe9", b" \t", b"\x00"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(data)
        try:
            reading = exports.read(path)
        except exports.FileProblem:
            reading = None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return reading, text, min(((text.find(d), d) for d in ",;\t" if d in text), default=(0, ","))[1]


def write_xlsx(path: Path, sheets: Mapping[str, Iterable[Sequence[object]]]) -> Path:
    """Text stays text, also where it begins with "="."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for r, row in enumerate(rows, 1):
            for c, value in enumerate(row, 1):
                cell = sheet.cell(r, c)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"
    book.save(path)
    return path


def write_zip(path: Path, members: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def map_row(practice: str = "A81001", pcn: str = "U89141", **other: str) -> list[str]:
    """A row of the registration map; ``other`` by heading."""
    row = {
        "PUBLICATION": "GP_PRAC_PAT_LIST", "EXTRACT_DATE": "01Jan2026", "PRACTICE_CODE": practice, "PRACTICE_NAME": "THE OLD SURGERY",
        "PCN_CODE": pcn, "PCN_NAME": "Unallocated" if pcn == "U" else f"{pcn} PCN", "SUB_ICB_LOCATION_CODE": "16C", "ICB_CODE": "QHM",
        "ICB_NAME": "NHS North East and North Cumbria Integrated Care Board", "COMM_REGION_CODE": "Y63",
        "COMM_REGION_NAME": "North East and Yorkshire", "SUPPLIER_NAME": "TPP",
    } | other  # fmt: skip
    return [row.get(heading, "") for heading in MAP_HEADER]


def sizes_row(code: str, patients: object, kind: str = "GP", sex: str = "ALL", age: str = "ALL", day: str = "2026-07-01") -> list[object]:
    return ["GP_PRAC_PAT_LIST", day, kind, code, "E1", "", sex, age, patients]


def workforce_row(
    pcn: str, role: str, fte: object, person: object = "", icb: str = "QHM", year: object = 2026, month: object = 6
) -> list[object]:
    source = "NWRS Staff" if person else "NWRS contracted services"
    group = "Other Direct Patient Care staff"
    return [source, year, month, pcn, f"{pcn} PCN", "16C", "Sub", icb, "NHS ICB", "Y63", "North", group, role, role, fte, person]


def data_rows(text: str, delimiter: str = ",") -> int:
    """How many records after the header hold anything: a plain count, by the csv module alone."""
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    return sum(any(cell.strip() for cell in row) for row in rows[1:])


def accepted(reading: Reading) -> int:
    """Rows that the reader hands on, for readers that hand on one row per accepted row."""
    survey = 0 if reading.survey is None else len(reading.survey.cells)
    return survey + sum(len(table) for table in reading.tables.values())
