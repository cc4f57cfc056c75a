"""Microsoft Forms: what is kept word for word, what is dropped at the door, what is set aside."""

import csv
import io
import random
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from export_files import FORMS_HEADER, accepted, csv_text, damaged_and_read, data_rows, write_csv, write_xlsx
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight import exports
from oversight.exports import Doubt, FileProblem, Reading
from oversight.exports.forms import split_multi
from oversight.exports.reading import ITEMS, Survey
from oversight.exports.records import tidy

START = datetime(2026, 4, 20, 9, 0, 0)


def survey_of(path: Path) -> tuple[Reading, Survey]:
    reading = exports.read(path)
    assert reading is not None and reading.tool == "microsoft_forms" and reading.survey is not None
    assert reading.rows_read == len(reading.survey.cells) + len(reading.aside)
    return reading, reading.survey


def row(
    number: object, *answers: object, start: str = "2026-04-20 09:00:00", end: str = "2026-04-20 09:10:00", mail: str = "anonymous"
) -> list[object]:
    return [number, start, end, mail, "", *answers]


def cells(survey: Survey) -> list[list[str | None]]:
    return [[None if pd.isna(v) else v for v in values] for values in survey.cells.itertuples(index=False)]


DIRTY = [
    [*FORMS_HEADER, "Last modified time", "Which kind\nof\xa0help? ", "Tell us_x000D_\nmore", "Choose all"],
    [7, "20/04/2026 9:00", "20/04/2026 9:10", "jo@nhs.net", "Jo Bloggs", "", "Both", "Café – “fine”; thanks", "Too far ;Saves time;"],
    [9, "21/04/2026 9:00", "21/04/2026 9:10", "anonymous", "", "", "", "\xa0 ", "Saves time;"],
]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_resave_reads_the_same_however_it_was_saved(tmp_path: Path, encoding: str, delimiter: str) -> None:
    reading, survey = survey_of(write_csv(tmp_path / "a.csv", DIRTY, encoding, delimiter))
    assert [q[:4] for q in survey.questions] == [
        ("Which kind of help?", "", "Which kind\nof\xa0help? ", "choice"),
        ("Tell us more", "", "Tell us\nmore", "choice"),
        ("Choose all", "", "Choose all", "multi"),
    ]
    assert cells(survey) == [["Both", "Café – “fine”; thanks", f"Too far{ITEMS}Saves time"], [None, None, "Saves time"]]
    assert survey.ids.to_dict() == {2: "7", 3: "9"}
    assert survey.started[2] == datetime(2026, 4, 20, 9) and survey.completed[3] == datetime(2026, 4, 21, 9, 10)
    assert (
        "left out: Email, Name, Last modified time" in reading.note and "day/month/year, for row 2 holds '20/04/2026 9:00'" in reading.note
    )


def test_a_workbook_gives_serial_times_whole_numbers_and_every_row(tmp_path: Path) -> None:
    """Forms states the dimension A1 and escapes carriage returns; times may have lost their format."""
    header = ["Id", *FORMS_HEADER[1:], "How many?", "Share", "When?", "Sure?", "Words"]
    rows = [
        header,
        [
            1,
            START,
            START + timedelta(minutes=5, microseconds=400),
            "a@b.uk",
            "Jo",
            3.0,
            0.1 + 0.2,
            datetime(2026, 5, 1),
            True,
            "a_x000D_\nb",
        ],
        [],
        [2, 46132.5, "2026-04-20 13:00:00", None, None, 12345678, None, datetime(2026, 5, 1, 8, 30), False, " =1+1 "],
    ]
    reading, survey = survey_of(write_xlsx(tmp_path / "a.xlsx", {"Sheet1": rows, "Pivot": [["x"]]}))
    assert cells(survey) == [["3", "0.3", "2026-05-01", "TRUE", "a\nb"], ["12345678", None, "2026-05-01 08:30:00", "FALSE", " =1+1 "]]
    assert list(survey.cells.index) == [2, 4] and survey.started[4] == datetime(2026, 4, 20, 12)
    assert survey.completed[2] == START + timedelta(minutes=5)
    assert "sheets not read: Pivot" in reading.note


def test_the_wrong_dimension_that_forms_states_loses_nothing(tmp_path: Path) -> None:
    from oversight.sample.files import Sheet, xlsx_bytes

    rows = [[*FORMS_HEADER, "Q"], *[[i, START, START, "anonymous", None, f"answer {i}"] for i in range(1, 4)]]
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx_bytes([Sheet("Sheet1", rows, "Table1", "A1")]))
    assert cells(survey_of(path)[1]) == [["answer 1"], ["answer 2"], ["answer 3"]]


def test_nobody_can_be_told_from_what_is_handed_on(tmp_path: Path) -> None:
    secrets = ["jo.bloggs@nhs.net", "Bloggs", "07700 900123"]
    rows = [
        [*FORMS_HEADER, "Language", "What is your role?", "Your name", "Email address:", "Name2"],
        [1, "x", "2026-04-20 09:10", secrets[0], secrets[1], "en", f"SPLW, {secrets[2]}", secrets[1], secrets[0], secrets[1]],
        row("", "en", f"write to {secrets[0]}", secrets[1], secrets[0], secrets[1]),
        row(3, "en", "split", secrets[1], secrets[0], secrets[1], "extra"),
        row(4, "en", "fine", secrets[1], secrets[0], secrets[1]),
    ]
    reading, survey = survey_of(write_csv(tmp_path / "a.csv", rows))
    assert [q[0] for q in survey.questions] == ["What is your role?"]
    assert [(a.row, a.reason) for a in reading.aside] == [(4, "ragged_row"), (3, "no_response_id"), (2, "bad_value")]
    assert reading.aside[2].detail == "Start time is 'x'; expected a date and time."
    assert reading.aside[2].content["What is your role?"] == "SPLW, [phone]"
    assert len([w for w in reading.warnings if "asks who somebody is" in w[1]]) == 3
    handed_on = repr((reading.aside, reading.warnings, reading.note, survey.cells.to_dict()))
    assert not [secret for secret in secrets if secret in handed_on]


def test_a_quiz_loses_its_marks_and_nothing_else(tmp_path: Path) -> None:
    long = "A long question " * 15
    header = [
        *FORMS_HEADER,
        "Total points",
        "Quiz feedback",
        "One",
        "Points - One",
        "Feedback - One",
        "Points - of view",
        long,
        f"Points - {long[:180]}",
    ]
    _, survey = survey_of(write_csv(tmp_path / "a.csv", [header, row(1, "3", "", "a", "1", "", "b", "c", "1")]))
    assert [q[2] for q in survey.questions] == ["One", "Points - of view", long]
    plain = [*FORMS_HEADER, "Total points", "One", "Points - One"]
    _, survey = survey_of(write_csv(tmp_path / "b.csv", [plain, row(1, "3", "a", "1")]))
    assert [q[2] for q in survey.questions] == ["Total points", "One", "Points - One"]


def test_duplicate_and_missing_headings_keep_every_column(tmp_path: Path) -> None:
    header = [*FORMS_HEADER, "Q", "Q", "Q (2)", "Q2", "", ""]
    reading, survey = survey_of(write_csv(tmp_path / "a.csv", [header, row(1, "a", "b", "c", "d", "e", "")]))
    assert [q[0] for q in survey.questions] == ["Q", "Q (3)", "Q (2)", "Q2", "Column 10"]
    assert [q[2] for q in survey.questions] == ["Q", "Q", "Q (2)", "Q2", "Column 10"]
    assert cells(survey) == [["a", "b", "c", "d", "e"]]
    assert reading.warnings == [(0, "Column 10 has answers and no heading; kept under that name")]


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        (["a;b;", "b;", ""], "multi"),
        (["a;b;c;", "c;a;b;"], "text"),  # a ranking
        (["a;b;", "a;b;"], "multi"),
        (["a;"], "multi"),
        (["a;b; ", "b;\xa0"], "multi"),
        (["a;b;", "b"], "choice"),
        (["", ""], "choice"),
    ],
)
def test_columns_of_several_answers_are_told_from_rankings_and_text(tmp_path: Path, answers: list[str], kind: str) -> None:
    rows = [[*FORMS_HEADER, "Q"], *[row(i, answer) for i, answer in enumerate(answers, 1)]]
    assert survey_of(write_csv(tmp_path / "a.csv", rows))[1].questions[0][3] == kind


def test_splitting_several_answers() -> None:
    assert split_multi("Saves time;Too far ;\xa0other: no car;;") == ["Saves time", "Too far", "other: no car"]
    assert split_multi(" ; ") == []


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_characters=";", exclude_categories=["Cs"])).filter(lambda t: t.strip()), max_size=6))
def test_splitting_undoes_joining(items: list[str]) -> None:
    assert split_multi("".join(f"{item};" for item in items)) == [item.strip() for item in items]


def test_headings_in_another_language_are_named_and_not_misread(tmp_path: Path) -> None:
    header = ["ID", "Startzeit", "Fertigstellungszeit", "E-Mail", "Name", "Frage"]
    with pytest.raises(FileProblem, match=r"'Startzeit'.*Put ID, Start time, Completion time, Email, Name"):
        exports.read(write_csv(tmp_path / "a.csv", [header, row(1, "ja"), row(2, "nein")]))
    with pytest.raises(FileProblem, match="'Startzeit'"):
        exports.read(write_xlsx(tmp_path / "a.xlsx", {"Tabelle1": [header, [1, START, START, "anonymous", None, "ja"]]}))
    other = exports.read(write_csv(tmp_path / "b.csv", [["ID", "Opened", "Closed", "Why"], [1, "2026-04-20", "2026-04-21", "x"]]))
    assert other is not None and other.tool == "table"
    timed = exports.read(write_csv(tmp_path / "c.csv", [["ID", "Started", "Ended", "Why"], [*row(1, "x")[:3], "x"]]))
    assert timed is not None and timed.tool == "table" and timed.survey is not None and timed.survey.completed.notna().all()


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_line_that_tells_excel_the_separator_is_no_row(tmp_path: Path, mark: str) -> None:
    text = csv_text([[*FORMS_HEADER, "Q"], row(1, "a"), row(2, "b;c")], ";")
    (tmp_path / "a.csv").write_text(f"{mark}sep=;\r\n{text}", encoding="utf-8", newline="")
    _, survey = survey_of(tmp_path / "a.csv")
    assert cells(survey) == [["a"], ["b;c"]] and list(survey.cells.index) == [2, 3]


def test_unclear_dates_are_asked_for(tmp_path: Path) -> None:
    rows = [[*FORMS_HEADER, "Q"], row(1, "a", start="03/04/2026 09:00", end="03/04/2026 09:10")]
    path = write_csv(tmp_path / "a.csv", rows)
    with pytest.raises(Doubt, match=r"does not tell day from month.*save the times as yyyy-mm-dd") as doubt:
        exports.read(path)
    assert doubt.value.about == "dates" and set(doubt.value.choices) == {"day_first", "month_first"}
    for said, month in (("day_first", 4), ("month_first", 3)):
        reading = exports.read(path, {"dates": said})
        assert reading is not None and reading.survey is not None
        assert reading.survey.completed[2].month == month and "as was said" in reading.note


def test_blank_rows_are_no_rows_and_blank_times_are_left_to_the_checks(tmp_path: Path) -> None:
    rows = [[*FORMS_HEADER, "Q"], row(1, "a"), ["", " ", "", "", "", "\xa0"], row(2, "", end="")]
    reading, survey = survey_of(write_csv(tmp_path / "a.csv", rows))
    assert reading.rows_read == 2 and list(survey.cells.index) == [2, 4] and pd.isna(survey.completed[4])
    reading, survey = survey_of(write_csv(tmp_path / "b.csv", [[*FORMS_HEADER, "Q"]]))
    assert reading.rows_read == 0 and survey.cells.empty and [q[0] for q in survey.questions] == ["Q"]


def test_trailing_blank_cells_do_not_make_a_row_ragged(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "ID,Start time,Completion time,Q\n1,2026-04-20 09:00,2026-04-20 09:10,yes,,\n2,2026-04-20 09:00,2026-04-20 09:10\n",
        encoding="utf-8",
    )
    reading, survey = survey_of(path)
    assert cells(survey) == [["yes"]]
    assert [(a.row, a.reason, a.content) for a in reading.aside] == [(3, "ragged_row", {"ID": "2"})]


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff"), max_size=30)
HEADINGS = st.lists(
    WORDS.filter(lambda t: tidy(t) and not any(tidy(t).lower().startswith(w) for w in ("your", "e", "n", "l"))), min_size=1, max_size=5
)


@st.composite
def exports_drawn(draw: st.DrawFn) -> tuple[list[str], list[list[str]], list[datetime]]:
    headings = draw(HEADINGS)
    answers = draw(st.lists(st.lists(WORDS | st.just("a;b;"), min_size=len(headings), max_size=len(headings)), max_size=6))
    times = draw(st.lists(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), min_size=len(answers), max_size=len(answers)))
    return headings, answers, [t.replace(microsecond=0) for t in times]


@settings(max_examples=60, deadline=None)
@given(exports_drawn(), st.sampled_from(["csv", "xlsx", "utf-16"]))
def test_whatever_was_answered_comes_back_word_for_word(drawn: tuple[list[str], list[list[str]], list[datetime]], form: str) -> None:
    headings, answers, times = drawn
    rows: list[list[object]] = [[*FORMS_HEADER, *headings]]
    rows += [
        [i, t if form == "xlsx" else t.isoformat(sep=" "), t if form == "xlsx" else t.isoformat(), "anonymous", "", *given]
        for i, (given, t) in enumerate(zip(answers, times, strict=True), 1)
    ]
    with tempfile.TemporaryDirectory() as folder:
        if form == "xlsx":
            path = write_xlsx(Path(folder) / "a.xlsx", {"Sheet1": rows})
        else:
            path = write_csv(Path(folder) / "a.csv", rows, "utf-8-sig" if form == "csv" else "utf-16", ";" if form == "csv" else "\t")
        _, survey = survey_of(path)
    assert [q[2] for q in survey.questions] == headings
    assert len({q[0] for q in survey.questions}) == len(headings)
    multi = [q.kind == "multi" for q in survey.questions]
    expected = [[ITEMS.join(split_multi(a)) if m else a for a, m in zip(given, multi, strict=True)] for given in answers]
    assert cells(survey) == [[a if a.strip() else None for a in given] for given in expected]
    assert survey.ids.to_list() == [str(i) for i in range(1, len(answers) + 1)]
    assert survey.started.to_list() == times == survey.completed.to_list()


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 4))
def test_the_account_balances_however_a_file_is_damaged(seed: int, blows: int) -> None:
    """Bytes are changed, lost and put in; the rows are counted a second time by the csv module alone."""
    rng = random.Random(seed)
    rows = [[*FORMS_HEADER, "Q", "Words"], *[row(i, "Yes;", f'said "{i}", then\nleft') for i in range(1, 9)]]
    reading, text, delimiter = damaged_and_read(rows, blows, rng)
    if reading is None or reading.tool != "microsoft_forms":  # a heading is gone: any table, which counts by its own rules
        return
    assert reading.rows_read == data_rows(text, delimiter) == accepted(reading) + len(reading.aside)
    assert len({a.row for a in reading.aside}) == len(reading.aside)


def test_a_csv_of_many_rows_agrees_with_the_csv_module(tmp_path: Path) -> None:
    """More rows than one chunk, with damage at known places."""
    rng = random.Random(4)
    rows: list[list[object]] = [[*FORMS_HEADER, "A", "B"]]
    for i in range(1, 45_001):
        rows.append(
            row("" if i % 9_000 == 0 else i, rng.choice(["Yes", "No", ""]), f"line {i}\nnext") + (["more"] if i % 10_000 == 0 else [])
        )
    path = write_csv(tmp_path / "a.csv", rows)
    reading, survey = survey_of(path)
    assert (reading.rows_read, len(survey.cells), len(reading.aside)) == (45_000, 45_000 - 5 - 4, 9)
    plain = [r for r in csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))][1:]
    good = [(i, r) for i, r in enumerate(plain, 2) if len(r) == 7 and r[0]]
    assert list(survey.cells.index) == [i for i, _ in good]
    assert cells(survey) == [[c or None for c in r[5:]] for _, r in good]


def test_the_sheet_of_forms_is_found_behind_one_that_somebody_has_put_before_it(tmp_path: Path) -> None:
    form = [["ID", "Start time", "Completion time", "Email", "Name", "Which?"], [1, START, START, "", "", "Peer;Group;"]]
    reading = exports.read(write_xlsx(tmp_path / "a.xlsx", {"Notes": [["What we did", "When"], ["checked", "today"]], "Sheet1": form}))
    assert reading is not None and reading.tool == "microsoft_forms" and reading.survey is not None
    assert reading.survey.questions[0].kind == "multi" and "sheets not read: Notes" in reading.note
