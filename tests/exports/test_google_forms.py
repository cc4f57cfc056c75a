"""Google Forms: what was answered comes back, from CSV of any place and from workbooks."""

import tempfile
from datetime import datetime
from pathlib import Path

import pytest
from canonical import Canonical, back, surveys, truth
from export_files import csv_text, write_csv, write_xlsx, write_zip
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight.exports import Doubt, FileProblem, Probe, Reading, detect, google_forms, read

STAMPS = {
    "US": "{0:%m/%d/%Y} {0.hour}:{0:%M:%S}",  # formats.md, Google Forms: "`3/23/2025 22:44:25`, locale dependent"
    "UK": "{0:%d/%m/%Y %H:%M:%S}",
    "German": "{0:%d.%m.%Y %H:%M:%S}",
    "own": "{0:%Y/%m/%d %I:%M:%S %p} GMT+1",
    "Spanish": "{0:%Y/%m/%d %I:%M:%S} {1}.{2}m. OEZ",
}


def stamp(at: datetime, place: str) -> str:
    return STAMPS[place].format(at, "p" if at.hour > 11 else "a", " ")


def header(questions: list[str], email: bool = False) -> list[str]:
    """ "`Timestamp | Email Address | questions`"."""
    return ["Timestamp", *(["Email Address"] if email else []), *questions]


def rows(canonical: Canonical, place: str, email: bool) -> list[list[object]]:
    found: list[list[object]] = [list(header([q.text for q in canonical.questions], email))]
    for r in canonical.responses:
        # "Multi-select joined by `, ` while options hold commas"
        cells = [", ".join(r.labels(q.field)) if q.kind == "multi" else r.label(q.field) for q in canonical.questions]
        when = r.completed if place == "workbook" else stamp(r.completed, place)
        found.append([when, *(["jo@secret.uk"] if email else []), *cells])
    return found


@settings(max_examples=200)
@given(surveys(), st.sampled_from([*STAMPS, "workbook", "zip"]), st.booleans())
def test_round_trip(canonical: Canonical, place: str, email: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        if place == "workbook":
            path = write_xlsx(Path(folder) / "a.xlsx", {"Form responses 1": rows(canonical, place, email)})
        elif place == "zip":
            path = write_zip(Path(folder) / "a.zip", {"Form.csv": csv_text(rows(canonical, "own", email))})
        else:
            write_csv(path, rows(canonical, place, email))
        reading = read(path)
    assert reading is not None and reading.tool == "google_forms" and reading.survey is not None
    found, expected = back(reading), truth(canonical, ids=False)
    for said, meant in zip(found, expected, strict=True):  # nobody has an id, and nobody knows when a response was started
        assert said.pop("id").isdigit() and str(said.pop("started")) == "NaT"
        del meant["started"]
    assert found == expected
    assert "secret" not in reading.survey.cells.to_csv()


def take(path: Path, **answers: str) -> Reading:
    found = detect(path, answers)
    assert found is not None and found[1] is google_forms, path.name
    reading = read(path, answers)
    assert reading is not None and reading.survey is not None
    assert reading.rows_read == len(reading.survey.cells) + len(reading.aside)
    return reading


def test_line_breaks_stay_and_a_cell_of_several_answers_stays_whole(tmp_path: Path) -> None:
    table = [header(["Which?\nChoose all", "Grid [Row 1]", "Grid [Row 2]", ""]),
             ["9/14/2026 9:00:00", "Peer, GP, nurse", "1", "2", ""], ["9/14/2026 9:01:00", "two\nlines", "", "2", ""]]  # fmt: skip
    reading = take(write_csv(tmp_path / "a.csv", table))
    assert [(q.text, q.kind, q.tool_id) for q in reading.survey.questions] == [
        ("Which?\nChoose all", "choice", ""), ("Grid [Row 1]", "choice", ""), ("Grid [Row 2]", "choice", ""),
    ]  # fmt: skip
    assert reading.survey.cells.iloc[:, 0].to_list() == ["Peer, GP, nurse", "two\nlines"]
    assert reading.survey.ids.to_list() == ["2", "3"] and any("no id" in text for _, text in reading.warnings)


def test_who_answered_and_how_a_quiz_was_marked_stay_behind(tmp_path: Path) -> None:
    table = [["Timestamp", "Username", "Score", "How?", "How? [Score]", "How? [Feedback]", "Your name"],
             ["9/14/2026 9:00:00", "Secret", "1 / 2", "so", "1.00 / 1", "Secret", "Secret"]]  # fmt: skip
    reading = take(write_csv(tmp_path / "a.csv", table))
    assert [q.text for q in reading.survey.questions] == ["How?"]
    assert "ecret" not in reading.survey.cells.to_csv() + repr((reading.aside, reading.warnings, reading.note))
    assert [text for _, text in reading.warnings if "'Your name'" in text] and "Username" in reading.note
    asked = take(write_csv(tmp_path / "b.csv", [header(["Score"]), ["9/14/2026 9:00:00", "high"]]))
    assert [q.text for q in asked.survey.questions] == ["Score"]


def test_dates_that_tell_nothing_are_asked_about(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [header(["How?"]), ["09/04/2026 09:00:00", "so"], ["10/04/2026 09:00:00", "so"]])
    with pytest.raises(Doubt) as doubt:
        read(path)
    assert doubt.value.about == "dates"
    assert take(path, dates="month_first").survey.completed.dt.month.to_list() == [9, 10]
    assert take(path, dates="day_first").survey.completed.dt.month.to_list() == [4, 4]


def test_rows_that_cannot_be_used_are_set_aside(tmp_path: Path) -> None:
    table = [header(["How?", "Why?"]), ["soon", "a", "b"], ["9/14/2026 9:00:00", "a", "b", "c"], ["9/14/2026 9:00:00", "a", ""],
             ["", "no time", ""]]  # fmt: skip
    reading = take(write_csv(tmp_path / "a.csv", table))
    assert sorted((a.row, a.reason) for a in reading.aside) == [(2, "bad_value"), (3, "ragged_row")]
    assert reading.survey.ids.to_list() == ["4", "5"] and reading.survey.completed.isna().to_list() == [False, True]


@pytest.mark.parametrize(
    "table",
    [
        [["Timestamp", "value"], ["1", "2"]],
        [["Timestamp"], ["9/14/2026 9:00:00"]],
        [["Time", "How?"], ["9/14/2026 9:00:00", "a"]],
        [["timestamp", "level"], ["2026-09-14", "info"]],
    ],
)
def test_another_table_is_not_claimed(tmp_path: Path, table: list[list[str]]) -> None:
    assert google_forms.recognise(Probe.open(write_csv(tmp_path / "a.csv", table))) is None


def test_another_language_and_no_rows(tmp_path: Path) -> None:
    reading = take(write_csv(tmp_path / "a.csv", [["Zeitstempel", "Wie?"], ["14.09.2026 09:00:00", "so"]], "cp1252"))
    assert reading.survey.completed.dt.day.to_list() == [14]
    assert take(write_csv(tmp_path / "b.csv", [header(["How?"])])).rows_read == 0


@pytest.mark.parametrize("cut", [5, 20, 40, 60])
def test_a_file_cut_short_gives_an_account_or_a_problem(tmp_path: Path, cut: int) -> None:
    path = write_csv(tmp_path / "a.csv", [header(["How?"]), *[["9/14/2026 9:00:00", 'say "so"\nand so']] * 5])
    path.write_bytes(path.read_bytes()[:cut])
    try:
        reading = read(path)
    except FileProblem as problem:
        assert problem.mend
    else:
        assert reading is None or reading.rows_read == len(reading.survey.cells) + len(reading.aside)
