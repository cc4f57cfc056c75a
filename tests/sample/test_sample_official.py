"""The official files: the layouts of the real ones, and what stands in them on purpose."""

import csv
import io
import zipfile
from collections import defaultdict
from pathlib import Path

import openpyxl
import pytest
from sample_naive import SAMPLE, TRUTH, Maps, table, unpack

OFFICIAL = SAMPLE / "official"
MARCH, SEPTEMBER = "PCNWFIndividualCSV.032026.zip", "PCNWFIndividualCSV.092026.zip"


def staff(name: str) -> list[dict[str, str]]:
    text = next(v for k, v in unpack(OFFICIAL / name).items() if ".csv" in k).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def link_workers(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [r for r in rows if r["STAFF_ROLE"] == "Social Prescribing Link Workers"]


def header(path: Path) -> str:
    if path.suffix == ".csv":
        return path.read_text(encoding="utf-8-sig").splitlines()[0]
    with zipfile.ZipFile(path) as archive:
        (name,) = [n for n in archive.namelist() if n.endswith(".csv")]
        with archive.open(name) as file:
            return file.readline().decode("utf-8-sig").strip()


@pytest.mark.parametrize(
    ("ours", "real"),
    [
        ("gp-reg-pat-prac-map_2026-10-01.csv", "gp-reg-pat-prac-map_2026-07-01.csv"),
        ("gp-reg-pat-prac-quin-age_2026-10-01.zip", "gp-reg-pat-prac-quin-age_2026-07-01.zip"),
        (SEPTEMBER, "PCNWFIndividualCSV.062026.zip"),
    ],
)
def test_columns_are_those_of_the_real_files(real_data: Path, ours: str, real: str) -> None:
    assert header(OFFICIAL / ours) == header(real_data / "nhs" / real)


def test_the_ods_list_has_the_sheets_and_columns_of_the_real_one(real_data: Path) -> None:
    books = [openpyxl.load_workbook(p, read_only=True) for p in (OFFICIAL / "ePCN.xlsx", real_data / "nhs" / "ePCN.xlsx")]
    ours, real = ({s.title: next(s.iter_rows(values_only=True)) for s in book} for book in books)
    for book in books:
        book.close()
    assert ours == real


def test_the_ods_list_tells_the_same_story_as_the_maps(maps: Maps) -> None:
    book = openpyxl.load_workbook(OFFICIAL / "ePCN.xlsx")
    details = {row[0]: row for row in book["PCNDetails"].iter_rows(min_row=2, values_only=True)}
    assert set(details) == {*maps.names[0], *maps.names[1]}
    assert {code for code, row in details.items() if not row[5]} == set(maps.names[1])
    members: dict[str, set[str]] = defaultdict(set)
    for row in book["PCN Core Partner Details"].iter_rows(min_row=2, values_only=True):
        if row[9] is None:
            members[row[4]].add(row[0])
    expected: dict[str, set[str]] = defaultdict(set)
    for row in maps.practices[1]:
        if row["PCN_CODE"] != "U":
            expected[row["PCN_CODE"]].add(row["PRACTICE_CODE"])
    assert members == expected


def test_practices_per_pcn_and_list_sizes_are_plausible(maps: Maps) -> None:
    sizes: dict[str, list[int]] = defaultdict(list)
    for row in maps.practices[1]:
        sizes[row["PCN_CODE"]].append(maps.patients[row["PRACTICE_CODE"]])
    del sizes["U"]
    assert len(sizes) == 1247
    assert max(map(len, sizes.values())) <= 8
    assert 1.8 < sum(map(len, sizes.values())) / len(sizes) < 2.3
    assert 40e6 < sum(maps.patients.values()) < 70e6


def test_the_list_sizes_hold_rows_that_must_be_left_out() -> None:
    text = next(iter(unpack(OFFICIAL / "gp-reg-pat-prac-quin-age_2026-10-01.zip").values())).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {r["ORG_TYPE"] for r in rows} == {"GP", "PCN", "ICB", "SUB_ICB_LOCATION_CODE", "Comm Region"}
    assert {r["SEX"] for r in rows} == {"ALL", "FEMALE", "MALE"}
    assert len({r["AGE_GROUP_5"] for r in rows}) == 3


def test_workforce_returns(maps: Maps, personas: dict[str, list[dict[str, str]]]) -> None:
    truth = {r["pcn_code"]: r for r in table(TRUTH / "pcn.csv")}
    for name, which in ((MARCH, 0), (SEPTEMBER, 1)):
        rows = staff(name)
        returned = {r["PCN_CODE"] for r in rows}
        assert returned <= set(maps.names[which])
        silent = {r["pcn_code"] for r in personas["no_return"]}
        assert set(maps.names[which]) - returned == silent
        counted: dict[str, int] = defaultdict(int)
        for row in link_workers(rows):
            counted[row["PCN_CODE"]] += 1
            assert (row["Data_source"] == "NWRS contracted services") == (row["UNIQUE_IDENTIFIER"] == "")
            assert 0 < float(row["FTE"]) <= 1
        assert not {r["pcn_code"] for r in personas["hosted"]} & set(counted)
        assert len(returned - set(counted)) > 50
        lent = {r["pcn_code"] for r in personas["person_in_two"]}
        column = ("headcount_spring", "headcount")[which]
        for code in returned - lent - {r["pcn_code"] for r in personas["hosted"]}:
            assert counted[code] == int(truth[code][column]), code


def test_some_people_work_in_two_pcns_and_some_link_workers_are_counted_elsewhere() -> None:
    for name in (MARCH, SEPTEMBER):
        rows = staff(name)
        places: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            if row["UNIQUE_IDENTIFIER"]:
                places[row["UNIQUE_IDENTIFIER"]].add(row["PCN_CODE"])
        assert sum(len(p) == 2 for p in places.values()) >= 3
        assert sum(r["STAFF_ROLE"].startswith("Social Prescribing Link Workers (") for r in rows) >= 3
        assert 0.1 < sum(r["UNIQUE_IDENTIFIER"] == "" for r in link_workers(rows)) / len(link_workers(rows)) < 0.4
