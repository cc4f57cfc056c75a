"""PCN Workforce: who counts as whom, and zero told apart from no return."""

import csv
import io
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import pytest
from export_files import WORKFORCE_HEADER, csv_text, workforce_row, write_csv, write_zip
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight import exports
from oversight.exports import FileProblem, Reading
from oversight.model import BY_NAME, WORKFORCE_ROLES

SPLW, CARE, COACH = WORKFORCE_ROLES
MHP = "Social Prescribing Link Workers (Mental Health Practitioners)"


def read(path: Path) -> Reading:
    reading = exports.read(path)
    assert reading is not None and reading.tool == "pcn_workforce"
    return reading


def by_role(reading: Reading) -> dict[tuple[str, str], tuple[int, float, float]]:
    table = reading.tables["workforce"]
    key = list(zip(table["pcn_code"], table["role"], strict=True))
    assert len(set(key)) == len(key)
    return dict(zip(key, zip(table["named_people"], table["named_fte"], table["contracted_fte"], strict=True), strict=True))


def plain_sums(rows: Iterable[Mapping[str, str]]) -> dict[tuple[str, str], tuple[int, float, float]]:
    """A second way: dictionaries and loops."""
    code = {**WORKFORCE_ROLES, MHP: "splw_mhp"}
    people: dict[tuple[str, str], set[str]] = defaultdict(set)
    fte: dict[tuple[str, str, bool], float] = defaultdict(float)
    keys = set()
    for row in rows:
        key = (row["PCN_CODE"], code.get(row["STAFF_ROLE"], "other"))
        keys |= {key, *((row["PCN_CODE"], role) for role in WORKFORCE_ROLES.values())}
        fte[*key, bool(row["UNIQUE_IDENTIFIER"])] += float(row["FTE"])
        people[key] |= {row["UNIQUE_IDENTIFIER"]} - {""}
    return {key: (len(people[key]), fte[*key, True], fte[*key, False]) for key in keys}


def test_roles_people_and_zeros(tmp_path: Path) -> None:
    rows = [
        WORKFORCE_HEADER,
        workforce_row("U00001", SPLW, 0.5, "11"), workforce_row("U00001", SPLW, 0.25, "11"), workforce_row("U00001", SPLW, 1, "12"),
        workforce_row("U00001", SPLW, 2), workforce_row("U00001", MHP, 0.8, "13"),
        workforce_row("U00002", "Pharmacists", 1, "14", icb="QF7"),
        workforce_row("U00002", "Podiatrists", 1, "14", icb="QF7"), workforce_row("U00002", CARE, 1, icb="QOP"),
        workforce_row("U", SPLW, 1), workforce_row("U00003", SPLW, "one"),
        workforce_row("U00003", SPLW, 1, month=13), workforce_row("U00003", "", 1),
    ]  # fmt: skip
    reading = read(write_csv(tmp_path / "a.csv", rows, "utf-8-sig"))
    assert by_role(reading) == {
        ("U00001", "splw"): (2, 1.75, 2.0), ("U00001", "splw_mhp"): (1, 0.8, 0.0), ("U00001", "care_coordinator"): (0, 0.0, 0.0),
        ("U00001", "hwb_coach"): (0, 0.0, 0.0), ("U00002", "splw"): (0, 0.0, 0.0), ("U00002", "care_coordinator"): (0, 0.0, 1.0),
        ("U00002", "hwb_coach"): (0, 0.0, 0.0), ("U00002", "other"): (1, 2.0, 0.0),
    }  # fmt: skip
    table = reading.tables["workforce"]
    assert set(table["census"]) == {date(2026, 6, 30)}
    assert dict(zip(table["pcn_code"], table["icb_code"], strict=True)) == {"U00001": "QHM", "U00002": "QF7"}
    assert set(table.columns) == set(BY_NAME["workforce"].columns)
    assert reading.rows_read == 12 and {a.row: a.reason for a in reading.aside} == dict.fromkeys([10, 11, 12, 13], "bad_value")
    assert "2 PCNs returned; link workers: 2 named people, 4 FTE in 1 PCNs" in reading.note


def test_a_file_of_another_level_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match=r"lacks the column .*UNIQUE_IDENTIFIER\. Download the individual-level CSV"):
        exports.read(write_csv(tmp_path / "a.csv", [["PCN_CODE", "STAFF_ROLE", "FTE"], ["U00001", SPLW, 1]]))


ROW = st.builds(
    workforce_row,
    st.sampled_from(["U00001", "U00002", "F0003"]),
    st.sampled_from([SPLW, CARE, COACH, MHP, "Pharmacists", "Social Prescribing Link Workers (other)"]),
    st.integers(0, 400).map(lambda n: n / 100),
    st.sampled_from(["", "1", "2", "3"]),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=25))
def test_sums_agree_with_dictionaries_and_loops(rows: list[list[object]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        reading = read(write_zip(Path(folder) / "a.zip", {"people.csv": csv_text([WORKFORCE_HEADER, *rows])}))
    expected = plain_sums(dict(zip(WORKFORCE_HEADER, map(str, row), strict=True)) for row in rows)
    found = by_role(reading)
    assert found.keys() == expected.keys()
    assert all(found[key] == pytest.approx(expected[key]) for key in expected)
    assert reading.rows_read == len(rows) and not reading.aside


@pytest.mark.real
def test_the_real_file_agrees_with_a_plain_count_and_with_what_is_published(real_data: Path) -> None:
    path = real_data / "nhs" / "PCNWFIndividualCSV.062026.zip"
    reading = read(path)
    with zipfile.ZipFile(path) as archive:
        (member,) = [name for name in archive.namelist() if name.endswith(".csv")]
        rows = list(csv.DictReader(io.StringIO(archive.read(member).decode("utf-8-sig"), newline="")))
    expected, found = plain_sums(rows), by_role(reading)
    assert found.keys() == expected.keys() and reading.rows_read == len(rows) and reading.aside == []
    assert all(found[key] == pytest.approx(expected[key]) for key in expected)
    link_workers = {pcn: sums for (pcn, role), sums in found.items() if role == "splw"}
    assert len(link_workers) == 1_271
    assert sum(n + c for _, n, c in link_workers.values()) == pytest.approx(2_642, abs=0.5)
    assert sum(n + c > 0 for _, n, c in link_workers.values()) == 1_064
    # 2,275 different people in England; those who work in several PCNs are counted in each
    assert "2,275 named people" in reading.note and sum(people for people, _, _ in link_workers.values()) == 2_303
    mental_health = [sums for (_, role), sums in found.items() if role == "splw_mhp"]
    assert sum(n + c for _, n, c in mental_health) == pytest.approx(110.1, abs=0.05)
