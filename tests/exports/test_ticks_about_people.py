"""An answer to tick may be called "Email" or "Phone"; a line of contact details is called so too. What the column holds decides."""

from pathlib import Path

import pytest
from export_files import write_csv

from oversight import exports
from oversight.exports.reading import ITEMS

HOW = ("Email", "Phone", "In person")
#: Respondent -> answers ticked, name and address given.
PEOPLE = {1: ("Email", "In person"), 2: ("In person",), 3: ("Phone", "Email"), 4: ("In person",)}
WHO = ("Zebedee Quillfeather", "zq@example.test")


def ticks(number: int, words: bool) -> list[str]:
    return [(how if words else "Yes") if how in PEOPLE[number] else ("" if words else "No") for how in HOW]


def smartsurvey(words: bool) -> list[list[object]]:
    first = ["UserID", "UserNo", "Name", "Started", "Ended", "Q1. How do you keep in touch? (tick all)", "", "", "Q2. About you", ""]
    times = ["2026-09-14 09:00:00", "2026-09-14 09:05:00"]
    rows: list[list[object]] = [first, ["", "", "", "", "", *HOW, "Name", "Email"]]
    return rows + [[n, n, WHO[0], *times, *ticks(n, words), *WHO] for n in PEOPLE]


def table(words: bool) -> list[list[object]]:
    rows: list[list[object]] = [["ID", "How do you keep in touch? (tick all)", "", "", "About you", ""], ["", *HOW, "Name", "Email"]]
    return rows + [[n, *ticks(n, words), *WHO] for n in PEOPLE]


def one_row(words: bool) -> list[list[object]]:
    asked = [f"How do you keep in touch? (tick all) - {how}" for how in HOW]
    rows: list[list[object]] = [["ID", *asked, "About you - Name", "About you - Email"]]
    return rows + [[n, *ticks(n, words), *WHO] for n in PEOPLE]


def citizen_space(words: bool) -> list[list[object]]:
    rows = one_row(words)
    return [["Response ID", *rows[0][1:], "Analyst notes"], *[[*row, ""] for row in rows[1:]]]


@pytest.mark.parametrize("words", [True, False])
@pytest.mark.parametrize("layout", [smartsurvey, table, one_row, citizen_space])
def test_ticks_stay_and_people_go(tmp_path: Path, layout, words: bool) -> None:  # type: ignore[no-untyped-def]
    reading = exports.read(write_csv(tmp_path / "a.csv", layout(words)))
    assert reading is not None and reading.survey is not None
    (asked,) = reading.survey.questions
    assert asked.text == "How do you keep in touch? (tick all)" and asked.kind == "multi" and asked.options == HOW
    expected = [[how for how in HOW if how in ticked] for ticked in PEOPLE.values()]
    assert [cell.split(ITEMS) for cell in reading.survey.cells[asked.column]] == expected
    everything = repr(reading) + reading.survey.cells.to_csv()
    assert "Zebedee" not in everything and "zq@" not in everything
    assert "About you - Name, About you - Email" in reading.note


def test_a_row_set_aside_shows_no_line_of_contact_details(tmp_path: Path) -> None:
    rows = [["Your details - Name", "Your details - Team", "ID", "Submitted"], ["Zebedee", "a", "1", "2026-09-14 09:00:00"]]
    rows += [["Zebedee", "b", "2", "2026-09-15 09:00:00", "shifted"], ["Zebedee", "c", "", "2026-09-16 09:00:00"]]
    rows += [[f"Zebedee {n}", "c", str(n), "2026-09-16 09:00:00"] for n in range(3, 20)]
    reading = exports.read(write_csv(tmp_path / "a.csv", rows))
    assert reading is not None and sorted(a.reason for a in reading.aside) == ["no_response_id", "ragged_row"]
    assert "Zebedee" not in repr(reading) + reading.survey.cells.to_csv()  # type: ignore[union-attr]
