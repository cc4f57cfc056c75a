"""SmartSurvey: three header rows or one, ticks, grids, what stands for a missing answer; and whatever was answered comes back."""

import csv
import io
import random
import tempfile
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from canonical import WORDS, Canonical, back, surveys, truth
from export_files import csv_text, write_csv, write_xlsx
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight import exports
from oversight.exports import FileProblem, Reading
from oversight.exports.reading import ITEMS, Survey

ABOUT = ["UserID", "UserNo", "Name", "Email", "IP Address", "Unique ID", "Started", "Ended", "Tracking Link"]
WHO = ["Jo Bloggs", "jo@nhs.net", "10.0.0.1", "X-99"]
TIMES = ["14/09/2026 09:00:00", "14/09/2026 09:10:00"]


def person(number: int, *answers: object) -> list[object]:
    return [140_300_000 + number, number, *WHO, *TIMES, "https://track.example/1", *answers]


HEADER = [
    [*ABOUT, "Q1. What's your role?", "Q2. Which help?", "", "", "Q3. How sure are you?", "", "", "Q4. Your name", "Q5. Of what?", ""],
    [*[""] * 9, "Answer", "Q2.1. Group", "Q2.2. Peer", "Other (please specify)", "Q3.1. Of your role", "", "Q3.2. Of your post", "Answer",
     "Q5.1. GPs", "Q5.2. Peers"],
    [*[""] * 9, "", "", "", "", "Q3.1.1. Now", "Q3.1.2. Later", "Q3.2.1. Now", "", "", ""],
]  # fmt: skip
ROWS = [
    [x.replace("'", "@SQ@") if isinstance(x, str) else x for x in row]
    for row in [
        *HEADER,
        person(1, "Link worker", "Yes", "No", "a friend's", "Very", "Not", "Very", "Jo Bloggs", "Yes", "No"),
        person(2, "I don't know", "No", "Yes", "-", ".", "-", "Very", "Jo Bloggs", "No", "No"),
        person(3, "-", "-", "-", "-", "Not", "Not", "", "-", "-", "-"),
    ]
]


def survey_of(path: Path) -> tuple[Reading, Survey]:
    reading = exports.read(path)
    assert reading is not None and reading.tool == "smartsurvey" and reading.survey is not None
    assert reading.rows_read == len(reading.survey.cells) + len(reading.aside)
    return reading, reading.survey


def cells(survey: Survey) -> list[list[str | None]]:
    return [[None if pd.isna(v) else v for v in values] for values in survey.cells.itertuples(index=False)]


@pytest.mark.parametrize("form", ["csv", "cp1252", "xlsx"])
def test_three_header_rows(tmp_path: Path, form: str) -> None:
    if form == "xlsx":
        path = write_xlsx(tmp_path / "a.xlsx", {"Raw data": ROWS})
    else:
        path = tmp_path / "RawData--1.csv"
        path.write_bytes(csv_text(ROWS).encode("utf-8-sig" if form == "csv" else "cp1252"))  # CRLF, as the csv module writes
    reading, survey = survey_of(path)
    assert [(q.text, q.kind) for q in survey.questions] == [
        ("What's your role?", "choice"),
        ("Which help?", "multi"),
        ("How sure are you? - Of your role - Now", "choice"),
        ("How sure are you? - Of your role - Later", "choice"),
        ("How sure are you? - Of your post - Now", "choice"),
        ("Of what?", "multi"),
    ]
    assert cells(survey) == [
        ["Link worker", f"Group{ITEMS}a friend's", "Very", "Not", "Very", "GPs"],
        ["I don't know", "Peer", None, None, "Very", None],
        [None, None, "Not", "Not", None, None],
    ]
    assert survey.ids.to_dict() == {4: "140300001", 5: "140300002", 6: "140300003"}
    assert survey.started[4] == datetime(2026, 9, 14, 9) and survey.completed[6] == datetime(2026, 9, 14, 9, 10)
    assert "3 header rows (rows 1, 2 and 3" in reading.note and "9 cells with - or . counted as not answered" in reading.note
    assert "left out: UserNo, Name, Email, IP Address, Unique ID, Tracking Link, Your name" in reading.note
    assert "'Which help?' (3)" in reading.note
    assert any("nobody can tell “none of these”" in text for _, text in reading.warnings)


def test_nobody_can_be_told_from_what_is_handed_on(tmp_path: Path) -> None:
    rows = [*ROWS, person(4, f"ask {WHO[1]}", "Yes"), ["", *person(5, *[WHO[0]] * 10)[1:]]]
    reading, survey = survey_of(write_csv(tmp_path / "a.csv", rows))
    assert [(a.row, a.reason) for a in reading.aside] == [(7, "ragged_row"), (8, "no_response_id")]
    handed_on = repr((reading.warnings, reading.note, survey.cells.to_dict(), [a for a in reading.aside if a.row == 7]))
    assert not [secret for secret in [*WHO, "track.example"] if secret in handed_on]
    aside = reading.aside[1].content
    assert not {"Name", "Email", "IP Address", "Unique ID", "Tracking Link", "Your name"} & set(aside)


def test_one_header_row_with_iso_dates(tmp_path: Path) -> None:
    header = ["UserID", "UserNo", "Started", "Ended", "Q1", "Q2. Which help?", "Q3.1. 0 - 7 years", "Q3.2. 8 - 14 years"]
    rows = [header, [1, 1, "2026-09-03 09:00", "2026-09-03 09:01", "a", "-", "-", 2], [2, 2, "2026-09-03", "2026-09-04", "a", "b", 1, "."]]
    reading, survey = survey_of(write_csv(tmp_path / "a.csv", rows))
    assert [q.text for q in survey.questions] == ["Q1", "Which help?", "0 - 7 years", "8 - 14 years"]
    assert cells(survey) == [["a", None, None, "2"], ["a", "b", "1", None]] and "one header row" in reading.note


def test_an_export_of_no_responses_is_no_response(tmp_path: Path) -> None:
    for header in (HEADER, HEADER[:1]):
        reading, survey = survey_of(write_csv(tmp_path / "a.csv", header))
        assert reading.rows_read == 0 and survey.cells.empty and survey.questions


def test_the_same_question_twice_stays_two_questions(tmp_path: Path) -> None:
    rows = [["UserID", "UserNo", "Q1. Why?", "Q2. Why?"], ["", "", "Answer", "Answer"], [1, 1, "a", "b"], [2, 2, "c", "d"]]
    reading, survey = survey_of(write_csv(tmp_path / "a.csv", rows))
    assert [(q.column, q.text) for q in survey.questions] == [("Why?", "Why?"), ("Why? (2)", "Why?")]
    assert cells(survey) == [["a", "b"], ["c", "d"]] and survey.completed.isna().all()
    assert any("the mapping must name the wave" in text for _, text in reading.warnings)


# --- the way there and back ---------------------------------------------------------------------------------------------------


def smartsurvey_rows(canonical: Canonical, headers: int, dash: str) -> list[list[object]]:
    """formats.md, SmartSurvey: "UserID, UserNo, Name, Email, IP Address, Unique ID, Started, Ended, [Tracking Link]"."""
    top, parts = list(ABOUT[: 9 if headers == 3 else 8]), [""] * (9 if headers == 3 else 8)
    own = len(top)
    for number, q in enumerate(canonical.questions, 1):
        # "row 1 the question (`Q4. …`), blank on continuation columns"; "row 2 the sub-label (`Q4.1. …`, `Answer`, …)"
        labels = list(q.answers.values()) if q.kind == "multi" else []
        top += [f"Q{number}. {q.text}", *[""] * (len(labels) - 1)]
        parts += [f"Q{number}.{i}. {label}" for i, label in enumerate(labels, 1)] or ["Answer"]
    rows: list[list[object]] = [[*top], [*parts]]
    if headers == 3:  # "row 3 the grid label": there is no grid here, so the row is blank but for its separators
        rows.append([""] * len(top))
    for n, r in enumerate(canonical.responses, 1):
        # "Variants: a one-row header with ISO dates"; day first otherwise
        times = [f"{t:%d/%m/%Y %H:%M:%S}" for t in (r.started, r.completed)]
        cells: list[object] = []
        for q in canonical.questions:
            # "Multi-select: one column per option, Yes/No"; "`-` or `.` for missing"; "`@SQ@` for apostrophes"
            if q.kind == "multi":
                chosen = r.labels(q.field)
                cells += [("Yes" if label in chosen else "No") if chosen else dash for label in q.answers.values()]
            else:
                cells.append(r.label(q.field).replace("'", "@SQ@") or dash)
        rows.append([r.id, n, *WHO, *times, "link"][: 2 + 4 + 2 + (own == 9)] + cells)
    return rows


TYPED = WORDS.filter(lambda text: text not in ("-", ".") and "@SQ@" not in text)


@settings(max_examples=200)
@given(surveys(words=TYPED), st.sampled_from([2, 3]), st.sampled_from(["-", ".", ""]), st.sampled_from(["csv", "xlsx"]))
def test_round_trip(canonical: Canonical, headers: int, dash: str, form: str) -> None:
    """What this layout cannot carry: a typed "-" or ".", which it also writes for a missing answer, and a typed "@SQ@"."""
    rows = smartsurvey_rows(canonical, headers, dash)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{form}"
        if form == "xlsx":
            write_xlsx(path, {"Sheet1": rows})
        else:
            write_csv(path, rows, "utf-8-sig")
        reading = exports.read(path)
    assert reading is not None and reading.tool == "smartsurvey"
    assert back(reading) == truth(canonical)


@settings(max_examples=150)
@given(st.integers(0, 10**9), st.integers(1, 4))
def test_the_account_balances_however_a_file_is_damaged(seed: int, blows: int) -> None:
    """Bytes are changed, lost and put in below the headings; the rows are counted a second time by the csv module alone."""
    rng = random.Random(seed)
    head = csv_text(HEADER).encode()
    data = bytearray(csv_text([person(i, "x", "Yes", "No", "", "a", "b", "c", "", "No", 'said "x",\nleft') for i in range(1, 9)]).encode())
    for _ in range(blows):
        at = rng.randrange(len(data))
        data[at : at + rng.choice([0, 1, 1, 5])] = rng.choice([b"", b",", b'"', b"\n", b";", b"x", b"\xe9", b" \t", b"\x00"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(head + data)
        try:
            reading = exports.read(path)
        except FileProblem:
            return
    assert reading is not None and reading.survey is not None
    try:
        text = (head + data).decode()
    except UnicodeDecodeError:
        text = (head + data).decode("cp1252", errors="replace")
    below = list(csv.reader(io.StringIO(text, newline="")))[3:]
    assert reading.rows_read == sum(any(cell.strip() for cell in row) for row in below)
    assert reading.rows_read == len(reading.survey.cells) + len(reading.aside)
