"""Any table: header rows, ids and times are worked out, ticks are folded only where nothing is lost, and what is in doubt is asked."""

import csv
import io
import itertools
import random
import re
import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from canonical import Canonical, back, surveys, truth
from export_files import damaged_and_read, write_csv, write_xlsx
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from oversight import exports
from oversight.exports import Doubt, FileProblem, Reading
from oversight.exports.reading import ITEMS, Survey

TIMES = ("2026-04-20 09:00:00", "2026-04-20 09:10:00")
MARKS = {"Yes/No": ("Yes", "No"), "1/0": ("1", "0"), "Checked": ("Checked", "Unchecked"), "1": ("1", ""), "text": ("", "")}


def survey_of(path: Path, answers: dict[str, str] | None = None) -> tuple[Reading, Survey]:
    reading = exports.read(path, answers)
    assert reading is not None and reading.tool == "table" and reading.survey is not None
    assert reading.rows_read == len(reading.survey.cells) + len(reading.aside)
    return reading, reading.survey


def cells(survey: Survey) -> list[list[str | None]]:
    return [[None if pd.isna(v) else v for v in values] for values in survey.cells.itertuples(index=False)]


def warned(reading: Reading, words: str) -> bool:
    return any(words in text for _, text in reading.warnings)


# --- header rows ---------------------------------------------------------------------------------------------------------


def test_one_header_row(tmp_path: Path) -> None:
    rows = [["Response ID", "Started", "Submitted", "Role?", "Comment"], [7, *TIMES, "SPLW", "x"], [8, *TIMES, "SPLW", ""]]
    reading, survey = survey_of(write_csv(tmp_path / "a.csv", rows))
    assert [q.text for q in survey.questions] == ["Role?", "Comment"] and cells(survey) == [["SPLW", "x"], ["SPLW", None]]
    assert survey.ids.to_dict() == {2: "7", 3: "8"} and survey.completed[2] == datetime(2026, 4, 20, 9, 10)
    assert reading.note.startswith("one header row (row 1); id: Response ID; started: Started, completed: Submitted; 2 questions")
    assert not reading.warnings


TWO = [
    ["Respondent", "", "Which help do you get?", "", "", "Are you paid?", "How sure are you?", ""],
    ["ID", "Date submitted", "Group", "Peer", "Other (please specify)", "Answer", "Of your role", "Of your post"],
    [1, TIMES[1], "Group", "", "a friend", "Yes", "Very", "Not"],
    [2, TIMES[1], "Group", "Peer", "", "No", "Not", "Not"],
    [3, TIMES[1], "", "", "", "Yes", "", "Very"],
]


@pytest.mark.parametrize("form", ["csv", "xlsx", "tsv"])
def test_two_header_rows_are_filled_forward_and_joined(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"a.{form}"
    if form == "xlsx":
        write_xlsx(path, {"Cover": [["About this file"]], "Data": TWO})
    else:
        write_csv(path, TWO, delimiter="\t" if form == "tsv" else ",")
    reading, survey = survey_of(path)
    assert [(q.text, q.kind) for q in survey.questions] == [
        ("Which help do you get?", "multi"),
        ("Are you paid?", "choice"),
        ("How sure are you? - Of your role", "choice"),
        ("How sure are you? - Of your post", "choice"),
    ]
    assert survey.questions[0].options == ("Group", "Peer")
    assert cells(survey)[0] == [f"Group{ITEMS}a friend", "Yes", "Very", "Not"] and cells(survey)[2] == [None, "Yes", None, "Very"]
    assert "2 header rows (rows 1 and 2" in reading.note and "'Which help do you get?' (3)" in reading.note
    assert warned(reading, "nobody can tell “none of these” from “not answered”")
    assert ("sheet read: Data; not read: Cover" in reading.note) == (form == "xlsx")
    assert list(survey.cells.index) == [3, 4, 5]


def test_codes_over_wordings_are_the_ids_of_the_questions(tmp_path: Path) -> None:
    rows = [
        ["V1", "V2", "Q1", "Q2_1", "Q2_2"],
        ["Response ID", "End date", "How many months?", "Which help? - Group", "Which help? - Peer"],
        ["R_1", TIMES[1], "7", "1", "1"],
        ["R_2", TIMES[1], "9", "", "1"],
    ]
    for order in (rows, [rows[1], rows[0], *rows[2:]]):
        _, survey = survey_of(write_csv(tmp_path / "a.csv", order))
        assert [q[1:4] for q in survey.questions] == [("Q1", "How many months?", "choice"), ("Q2", "Which help?", "multi")]
        assert cells(survey) == [["7", f"Group{ITEMS}Peer"], ["9", "Peer"]] and list(survey.ids) == ["R_1", "R_2"]


def test_three_header_rows_with_a_grid(tmp_path: Path) -> None:
    rows = [
        ["ID", "How sure?", "", "", "Paid?"],
        ["", "Of your role", "", "Of your post", ""],
        ["", "Now", "Later", "Now", ""],
        [1, "Very", "Not", "Very", "Yes"],
        [2, "Not", "Not", "Not", "No"],
    ]
    _, survey = survey_of(write_csv(tmp_path / "a.csv", rows))
    texts = ["How sure? - Of your role - Now", "How sure? - Of your role - Later", "How sure? - Of your post - Now", "Paid?"]
    assert [q.text for q in survey.questions] == texts and list(survey.cells.index) == [4, 5]


def test_what_can_be_read_both_ways_is_asked(tmp_path: Path) -> None:
    rows = [["role_name", "months_in"], ["What is your role", "Tell us of your time"], ["link worker", "a long time"], ["coach", "some"]]
    path = write_csv(tmp_path / "a.csv", rows)
    with pytest.raises(Doubt, match="one header row or with two header rows: row 2 holds 'What is your role'") as doubt:
        exports.read(path)
    assert doubt.value.about == "header_rows" and set(doubt.value.choices) == {"1", "2"}
    assert survey_of(path, {"header_rows": "1"})[0].rows_read == 3
    reading, survey = survey_of(path, {"header_rows": "2"})
    assert reading.rows_read == 2 and [q.tool_id for q in survey.questions] == ["role_name", "months_in"]
    with pytest.raises(FileProblem, match="cannot have 7 header rows"):
        exports.read(path, {"header_rows": "7"})


def test_a_title_above_the_table_and_blank_rows_are_no_responses(tmp_path: Path) -> None:
    rows = [["Supervision 2026", "", ""], ["", "", ""], ["ID", "Role?", "Paid?"], ["", "", ""], [1, "a", "Yes"], [2, "a", "No"]]
    reading, survey = survey_of(write_xlsx(tmp_path / "a.xlsx", {"S": rows}))
    assert reading.rows_read == 2 and list(survey.cells.index) == [5, 6] and "one header row (row 3)" in reading.note


def test_a_first_answer_that_is_odd_is_not_taken_for_a_heading(tmp_path: Path) -> None:
    rows = [["ID", "Ended", "Months", "Role?"], [1, "not finished", "seven", "a"], *[[i, TIMES[1], i, "a"] for i in range(2, 40)]]
    reading, _ = survey_of(write_csv(tmp_path / "a.csv", rows))
    assert reading.rows_read == 39 and [(a.row, a.reason) for a in reading.aside] == [(2, "bad_value")]


# --- ticks ---------------------------------------------------------------------------------------------------------------


def test_a_first_response_without_ticks_above_two_that_differ_is_no_heading(tmp_path: Path) -> None:
    head = ["ID", "Completed", *[f"What challenges you? - {part}" for part in "ABCDEFGHIJ"]]
    path = tmp_path / "a.csv"
    write_csv(path, [head, ["101", "14/09/2026 00:01:00", *[""] * 10], ["102", "14/09/2026 00:02:00", *"0" * 10],
                     ["103", "14/09/2026 00:03:00", *"1" * 10]], "utf-8")  # fmt: skip
    assert exports.read(path).rows_read == 3


@pytest.mark.parametrize("marks", [m for m in MARKS if m != "text"])
def test_ticks_of_every_kind_are_folded(tmp_path: Path, marks: str) -> None:
    yes, no = MARKS[marks]
    rows = [
        ["ID", "Help (choose any) - A", "Help (choose any) - B, too", "Help (choose any) - Other"],
        [1, yes, no, no],
        [2, no, yes, yes],
        [3, no, no, no],
    ]
    reading, survey = survey_of(write_csv(tmp_path / "a.csv", rows))
    assert [(q.text, q.kind, q.options) for q in survey.questions] == [("Help (choose any)", "multi", ("A", "B, too", "Other"))]
    assert cells(survey) == [["A"], [f"B, too{ITEMS}Other"], [None]] and warned(reading, "(1 times)")


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([["Yes", "No"], ["No", ""], ["Yes", "Yes"]], "a row answered in part: a blank is no No"),
        ([["Yes", "No"], ["Don't know", "No"], ["Yes", "Yes"]], "an answer that is no mark"),
        ([["1", "1"], ["1", "1"], ["1", "1"]], "everybody 1: the lowest step of a scale"),
        ([["1", "2"], ["2", "1"], ["1", "2"]], "ranks"),
        ([["", ""], ["", ""], ["", ""]], "nothing at all"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_what_may_be_no_ticks_stays_one_question_a_column(tmp_path: Path, rows: list[list[str]], why: str) -> None:
    table = [["ID", "Help - A", "Help - B", "Role?"], *[[i, *row, "x"] for i, row in enumerate(rows, 1)]]
    _, survey = survey_of(write_csv(tmp_path / "a.csv", table))
    assert [(q.text, q.kind) for q in survey.questions] == [("Help - A", "choice"), ("Help - B", "choice"), ("Role?", "choice")], why
    assert [row[:2] for row in cells(survey)] == [[v or None for v in row] for row in rows]


def test_columns_of_yes_and_no_that_could_be_either_are_asked_about(tmp_path: Path) -> None:
    """Folding would make a blank of a row of No; leaving them apart would take an answer to tick for a question."""
    path = write_csv(tmp_path / "a.csv", [["ID", "Support: a GP", "Support: a peer"], [1, "Yes", "No"], [2, "No", "No"], [3, "", ""]])
    with pytest.raises(Doubt, match=r"Yes or No under one heading \('Support'\)") as doubt:
        exports.read(path)
    assert doubt.value.about == "ticks" and set(doubt.value.choices) == {"one", "apart"}
    assert cells(survey_of(path, {"ticks": "one"})[1]) == [["a GP"], [None], [None]]
    assert cells(survey_of(path, {"ticks": "apart"})[1]) == [["Yes", "No"], ["No", "No"], [None, None]]


def test_questions_of_a_grid_are_not_ticks(tmp_path: Path) -> None:
    rows = [["ID", "Support: Is there a GP?", "Support: Is there a peer?"], [1, "Yes", "No"], [2, "No", "No"]]
    _, survey = survey_of(write_csv(tmp_path / "a.csv", rows))
    assert cells(survey) == [["Yes", "No"], ["No", "No"]] and len(survey.questions) == 2


def test_what_was_written_under_other_is_not_lost(tmp_path: Path) -> None:
    """Also where everybody wrote a word that could be a mark."""
    rows = [
        ["ID", "Choose help - A", "Choose help - B", "Choose help - Other (please specify)"],
        [1, "Yes", "No", "no"],
        [2, "No", "Yes", ""],
        [3, "No", "No", "Me"],
    ]
    _, survey = survey_of(write_csv(tmp_path / "a.csv", rows))
    assert cells(survey) == [[f"A{ITEMS}no"], ["B"], ["Me"]]


# --- ids, times, personal data -----------------------------------------------------------------------------------------------


def test_without_id_and_times_the_doubt_is_stated(tmp_path: Path) -> None:
    rows = [["ID", "Role?", "Supervised since"], [1, "a", "2026-04-01"], [1, "b", "2026-04-02"], [1, "a", ""]]
    reading, survey = survey_of(write_csv(tmp_path / "a.csv", rows))
    assert list(survey.ids) == ["2", "3", "4"] and survey.completed.isna().all() and survey.started.isna().all()
    assert warned(reading, "ID is blank or the same in several rows") and warned(reading, "the mapping must name the wave")
    assert [q.text for q in survey.questions] == ["ID", "Role?", "Supervised since"]


def test_what_a_person_says_of_the_columns_goes_before(tmp_path: Path) -> None:
    rows = [
        ["ID", "Badge", "Since", "Until", "Q"],
        [1, "x", "2026-04-01", "2026-04-02", "a"],
        [2, "", "2026-04-03", "soon", "b"],
        [3, "z", "", "", ""],
    ]
    path = write_csv(tmp_path / "a.csv", rows)
    reading, survey = survey_of(path, {"id": "badge", "started": "Since", "completed": "Until"})
    assert survey.ids.to_dict() == {2: "x", 4: "z"} and [(a.row, a.reason) for a in reading.aside] == [(3, "no_response_id")]
    assert survey.started[2] == datetime(2026, 4, 1) and survey.completed[2] == datetime(2026, 4, 2) and pd.isna(survey.completed[4])
    assert [q.text for q in survey.questions] == ["ID", "Q"]
    with pytest.raises(FileProblem, match=r"has no column 'nothing', which was named as id.*Use one of: ID, Badge"):
        exports.read(path, {"id": "nothing"})


def test_unclear_dates_are_asked_for(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [["ID", "Timestamp", "Q"], [1, "03/04/2026 09:00", "a"], [2, "04/04/2026 09:00", "b"]])
    with pytest.raises(Doubt) as doubt:
        exports.read(path)
    assert doubt.value.about == "dates"
    assert survey_of(path, {"dates": "month_first"})[1].completed[2] == datetime(2026, 3, 4, 9)


def test_nobody_can_be_told_from_what_is_handed_on(tmp_path: Path) -> None:
    secrets = ["jo.bloggs@nhs.net", "Bloggs", "07700 900123", "10.0.0.1"]
    rows = [
        ["ID", "Email", "last_name", "telephone_1", "IP Address", "Contact", "", "Role"],
        ["", "", "", "", "", "Name", "Team", "Answer"],
        [1, *secrets, "Bloggs", "A team", f"SPLW, {secrets[2]}"],
        [2, *secrets, "Bloggs", "A team", "x", "shifted", secrets[1]],
        ["", *secrets, "Bloggs", "B team", f"ask {secrets[0]}"],
        *[[i, *secrets, "Bloggs", "A team", "SPLW"] for i in range(3, 30)],
    ]
    reading, survey = survey_of(write_csv(tmp_path / "a.csv", rows))
    assert [q.text for q in survey.questions] == ["Contact - Team", "Role"]
    assert "left out: Email, last_name, telephone_1, IP Address, Contact - Name" in reading.note
    assert [(a.row, a.reason) for a in reading.aside] == [(4, "ragged_row"), (5, "no_response_id")]
    handed_on = repr((reading.aside, reading.warnings, reading.note))
    assert not [secret for secret in secrets if secret in handed_on]


def test_columns_without_a_heading_are_kept_when_they_hold_anything(tmp_path: Path) -> None:
    rows = [["ID", "Q", "", ""], [1, "a", "x", ""], [2, "a", "y", ""], [3, "b", "x", ""]]
    reading, survey = survey_of(write_csv(tmp_path / "a.csv", rows))
    assert [q.column for q in survey.questions] == ["Q", "Column 3"] and warned(reading, "Column 3 has answers and no heading")


@pytest.mark.parametrize(
    ("headings", "tool"),
    [
        (["record_id", "help___1", "help___2"], "REDCap"),
        (["Record", "Which? (choice=Guitar)", "Which? (choice=Drum)"], "REDCap"),
        (["id. Response ID", "q1[SQ001]. Which? [A]", "q1[SQ002]. Which? [B]"], "LimeSurvey"),
        (["id", "help[SQ001]", "help[SQ002]"], "LimeSurvey"),
    ],
)
def test_a_tool_without_a_reader_of_its_own_is_named(tmp_path: Path, headings: list[str], tool: str) -> None:
    reading, _ = survey_of(write_csv(tmp_path / "a.csv", [headings, ["1", "Yes", "No"], ["2", "No", "Yes"]]))
    assert f"it looks like {tool}" in reading.why and f"looks like {tool}" in reading.note
    assert "Excerpt Creator" not in [q.text for q in reading.survey.questions]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    ["", "just a line\nand another\n", "Dear all,\nthank you for this, that, and more\nyours\n", "<td>a,b</td>\nc,d\n",
     '{"a": 1,\n"b": 2}\n', "a,b\n", "1,2\n3,4\n"],
)  # fmt: skip
def test_what_is_no_table_is_left(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text or "\n", encoding="utf-8")
    assert exports.read(path) is None


def test_a_person_may_say_that_a_file_is_just_a_table(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [["id", "document", "tag", "content"], [1, "a", "b", "c"]])
    assert survey_of(path, {"tool": "table"})[0].rows_read == 1


# --- the way there and back ---------------------------------------------------------------------------------------------------


def ticked(canonical: Canonical, marks: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Per question its options with the mark of each response; one of no label where it is not a multi-select."""
    columns = []
    for q in canonical.questions:
        if q.kind != "multi":
            columns.append((q.text, [("", r.label(q.field)) for r in canonical.responses]))
            continue
        for label in q.answers.values():
            yes, no = (label, "") if marks == "text" else MARKS[marks]
            cells = [(label, (yes if label in r.labels(q.field) else no) if q.field in r.codes else "") for r in canonical.responses]
            columns.append((q.text, cells))
    return columns


def lime_heading(code: str, text: str, label: str | None = None, seam: str = ". ") -> str:
    """formats.md, LimeSurvey: "`code. text` headings; sub-question `rse3[SQ001]. …`, other `q[other]`"; ``seam`` as owners changed it."""
    return f"{code}{seam}{text}" + ("" if label is None else f" [{label}]")


def redcap_header(fields: Iterable[tuple[str, str, Sequence[str]]], events: bool = False) -> list[str]:
    """formats.md, REDCap: "Raw `check_one___1` 0/1, `form_1_complete` 0/1/2". Fields are (name, form, codes of boxes to tick).

    No layout of the round trip: it carries codes where the others carry labels, so no label could come back.
    """
    heads: list[str] = []
    for form, members in itertools.groupby(fields, key=lambda field: field[1]):
        for name, _, codes in members:
            heads += [f"{name}___{code}" for code in codes] or [name]
        heads.append(f"{form}_complete")
    return [heads[0], *["redcap_event_name"][: int(events)], *heads[1:]]


def table_rows(canonical: Canonical, layout: str, marks: str) -> list[list[object]]:
    """formats.md: "any CSV/XLSX with one, two or three header rows"; "one column per option, Yes/No", "option text or blank",
    "Checked/Unchecked", "split columns with 1/blank"; "question, blank on continuations; then `Response`, … option"."""
    columns = ticked(canonical, marks)
    labels = [cells[0][0] for _, cells in columns]
    stems = [text if i == 0 or text != columns[i - 1][0] else "" for i, (text, _) in enumerate(columns)]
    codes = ["RespondentID", "StartDate", "EndDate", *[f"Q{i}_1" for i in range(len(columns))]]
    own = ["Entry ID", "Start Date", "End Date"]
    whole = [f"{text} - {label}" if label else text for (text, _), label in zip(columns, labels, strict=True)]
    # LimeSurvey: "`code. text` headings; sub-question `rse3[SQ001]. …`"; REDCap: "labels `Q (choice=Guitar)` Checked/Unchecked"
    lime = [
        lime_heading(f"q{stems.index(text)}[SQ{i:03}]" if label else f"q{i}", text, label or None)
        for i, (text, label) in enumerate(zip([c[0] for c in columns], labels, strict=True))
    ]
    redcap = [f"{text} (choice={label})" if label else text for (text, _), label in zip(columns, labels, strict=True)]
    header: list[list[object]] = {
        "one": [[*own, *whole]],
        "two": [[*own, *stems], ["", "", "", *[label or "Answer" for label in labels]]],
        "codes": [codes, [*own, *whole]],
        "limesurvey": [["id. Response ID", "startdate. Date started", "submitdate. Date submitted", *lime]],
        "redcap": [["Record ID", "Date started", "Survey Timestamp", *redcap]],
        "three": [codes, [*own, *stems], ["", "", "", *[label or "Answer" for label in labels]]],
    }[layout]  # type: ignore[assignment]
    for n, r in enumerate(canonical.responses):
        header.append([r.id, f"{r.started:%d/%m/%Y %H:%M:%S}", f"{r.completed:%d/%m/%Y %H:%M:%S}", *[cells[n][1] for _, cells in columns]])
    return header


@settings(max_examples=200)
@given(
    surveys(),
    st.sampled_from(["one", "two", "codes", "three", "limesurvey", "redcap"]),
    st.sampled_from(list(MARKS)),
    st.sampled_from(["csv", "tsv", "xlsx"]),
)
def test_round_trip(canonical: Canonical, layout: str, marks: str, form: str) -> None:
    """What these layouts cannot carry: ticks written as 1 where everybody ticked everything, which may be steps of a scale."""
    several = [set(r.codes["challenges"]) for r in canonical.responses if "challenges" in r.codes]
    assume(not (marks.startswith("1") and several and all(len(s) == 14 for s in several)))
    rows = table_rows(canonical, layout, marks)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{form}"
        if form == "xlsx":
            write_xlsx(path, {"Sheet1": rows})
        else:
            write_csv(path, rows, "utf-8-sig", "\t" if form == "tsv" else ",")
        reading = exports.read(path)
    assert reading is not None and reading.tool == "table"
    assert back(reading) == truth(canonical)


@settings(max_examples=200)
@given(st.integers(0, 10**9), st.integers(1, 4), st.sampled_from([1, 2]))
def test_the_account_balances_however_a_file_is_damaged(seed: int, blows: int, first: int) -> None:
    """Bytes are changed, lost and put in; the rows below the headings are counted a second time by the csv module alone."""
    rng = random.Random(seed)
    header = (
        [["ID", "Ended", "Help - A", "Help - B", "Words"]] if first == 1 else [["ID", "Ended", "Help", "", "Words"], ["", "", "A", "B", ""]]
    )
    rows = [*header, *[[i, TIMES[1], "Yes", rng.choice(["Yes", "No"]), f'said "{i}", then\nleft'] for i in range(1, 9)]]
    reading, text, delimiter = damaged_and_read(rows, blows, rng)
    if reading is None or reading.survey is None:
        return
    last = int(re.findall(r"\d+", re.findall(r"\(rows? [^:)]*", reading.note)[0])[-1])
    plain = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    assert reading.rows_read == sum(any(cell.strip() for cell in row) for row in plain[last:])
    assert reading.rows_read == len(reading.survey.cells) + len(reading.aside)
    assert len({a.row for a in reading.aside}) == len(reading.aside)


# --- files made by others ------------------------------------------------------------------------------------------------------


def plain(path: Path) -> tuple[list[str], list[list[str]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    return rows[0], [row for row in rows[1:] if any(cell.strip() for cell in row)]


@pytest.mark.real
def test_limesurvey_as_others_exported_it(real_data: Path) -> None:
    """Every answer is compared with the file: one column per question, ticks as sets of options."""
    path = real_data / "exports" / "limesurvey" / "ssi_2018_public_data.csv"
    reading, survey = survey_of(path)
    header, rows = plain(path)
    assert len(survey.cells) == len(rows) == 997 and "it looks like LimeSurvey" in reading.why
    assert list(survey.ids) == [row[0] for row in rows] and survey.started.notna().sum() == sum(bool(row[1]) for row in rows)
    # a plain way to the ticks: all columns of a code whose only contents are Yes and No, and no row answered in part
    by_code: dict[str, list[int]] = {}
    for i, text in enumerate(header[2:], 2):
        by_code.setdefault(text.partition("[")[0].partition("._.")[0], []).append(i)
    multi = {}
    for code, places in by_code.items():
        found = {row[i] for row in rows for i in places}
        named = [i for i in places if "[" in header[i] and "[other]" not in header[i]]
        if len(named) > 1 and found - {""} and {row[i] for row in rows for i in named} <= {"Yes", "No", ""}:
            multi[code] = places
    folded = {q.tool_id: q for q in survey.questions if q.kind == "multi"}
    assert set(folded) == set(multi) and folded
    assert len(survey.questions) == len(header) - 2 - sum(map(len, multi.values())) + len(multi)
    for code, places in multi.items():
        for row, cell in zip(rows, survey.cells[folded[code].column], strict=True):
            chosen = [header[i].rpartition("[")[2].rstrip("] ") for i in places if row[i] == "Yes"]
            written = [row[i].strip() for i in places if row[i] not in ("Yes", "No", "")]
            assert ([] if pd.isna(cell) else [c.rstrip("] ") for c in cell.split(ITEMS)]) == [" ".join(c.split()) for c in chosen] + written
    single = [q for q in survey.questions if q.kind != "multi"]
    for q in single:
        place = next(i for i, text in enumerate(header) if text.startswith(q.tool_id + "._."))
        assert [r[place] if r[place].strip() else None for r in rows] == [None if pd.isna(v) else v for v in survey.cells[q.column]]


@pytest.mark.real
@pytest.mark.parametrize(("name", "responses", "questions"), [("checkboxes-1_data.csv", 4, 5), ("longitudinal_data.csv", 18, None)])
def test_redcap_as_others_exported_it(real_data: Path, name: str, responses: int, questions: int | None) -> None:
    path = real_data / "exports" / "redcap" / name
    reading, survey = survey_of(path)
    header, rows = plain(path)
    assert len(survey.cells) == len(rows) == responses and "it looks like REDCap" in reading.why
    boxes = {text.partition("___")[0] for text in header if "___" in text}
    assert {q.tool_id for q in survey.questions if q.kind == "multi"} == boxes
    if questions:
        assert len(survey.questions) == questions and list(survey.ids) == [row[0] for row in rows]
    for q in (q for q in survey.questions if q.kind == "multi"):
        places = {text.partition("___")[2]: i for i, text in enumerate(header) if text.partition("___")[0] == q.tool_id}
        assert q.options == tuple(places)
        ticks = [[option for option, i in places.items() if row[i] == "1"] for row in rows]
        assert [[] if pd.isna(c) else c.split(ITEMS) for c in survey.cells[q.column]] == ticks
    handed_on = repr((reading.note, survey.cells.to_dict(), reading.aside))
    private = [i for i, text in enumerate(header) if text in ("last_name", "telephone_1", "email", "ec_phone", "next_of_kin_contact_name")]
    assert not [row[i] for row in rows for i in private if row[i] and row[i] in handed_on]


@pytest.mark.real
@pytest.mark.parametrize("name", ["checkboxes-1_data.csv", "longitudinal_data.csv"])
def test_the_headings_of_redcap_can_be_written_again(real_data: Path, name: str) -> None:
    """formats.md, REDCap: "Raw `check_one___1` 0/1, `form_1_complete`": ids and options, written so, are the file's header row."""
    path = real_data / "exports" / "redcap" / name
    reading, survey = survey_of(path)
    written = [f"{q.tool_id}___{option}" for q in survey.questions for option in q.options] + [
        q.tool_id for q in survey.questions if not q.options
    ]
    left_out = re.findall(r"left out: ([^;]*)", reading.note)
    key = ["record_id"] if "record_id" in plain(path)[0] else []
    assert sorted([*key, *written, *(left_out[0].split(", ") if left_out else [])]) == sorted(plain(path)[0])
    order = [text for text in plain(path)[0] if text in written]
    assert [text.partition("___")[0] for text in order if "___" not in text] == [q.tool_id for q in survey.questions if not q.options]


@pytest.mark.real
def test_the_writer_writes_the_header_row_of_the_real_limesurvey(real_data: Path) -> None:
    """Its owners wrote "._." for LimeSurvey's ". " and took the heading of the ids away; the rest is as exported."""
    own, asked = (header := plain(real_data / "exports" / "limesurvey" / "ssi_2018_public_data.csv")[0])[:2], header[2:]
    written = ["", lime_heading("startdate", "Date started", seam="._.")]
    for heading in asked:
        code, _, text = heading.partition("._.")
        stem, bracket, label = text.rpartition(" [")
        parted = (stem, label.removesuffix("]")) if bracket and "[" in code and label.endswith("]") else (text, None)
        written.append(lime_heading(code, *parted, seam="._."))
    assert written == [*own, *asked] and sum("[SQ" in heading for heading in written) > 500


@pytest.mark.real
@pytest.mark.parametrize("name", ["checkboxes-1", "longitudinal"])
def test_the_writer_writes_the_header_row_of_a_real_redcap_export_from_its_dictionary(real_data: Path, name: str) -> None:
    folder = real_data / "exports" / "redcap"
    with (folder / f"{name}_dictionary.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    fields = []
    for row in rows:
        choices = row["Choices, Calculations, OR Slider Labels"].split("|") if row["Field Type"] == "checkbox" else []
        fields.append((row["Variable / Field Name"], row["Form Name"], [c.partition(",")[0].strip() for c in choices]))
    assert redcap_header(fields, events=name == "longitudinal") == plain(folder / f"{name}_data.csv")[0]


@pytest.mark.parametrize(("event", "said"), [("redcap_event_name", True), ("redcap_repeat_instance", True), ("visit", False)])
def test_records_with_several_rows_are_told(tmp_path: Path, event: str, said: bool) -> None:
    rows = [["record_id", event, "help___1", "help___2"], [7, "a", 1, 0], [7, "b", 0, 1], [8, "a", 1, 1]]
    reading, survey = survey_of(write_csv(tmp_path / "a.csv", rows))
    assert len(survey.cells) == 3 and warned(reading, "3 rows are of 2 records (record_id)") == said
    alone, _ = survey_of(write_csv(tmp_path / "b.csv", [rows[0], rows[1], rows[3]]))
    assert not warned(alone, "rows are of")


@pytest.mark.real
def test_what_explains_a_redcap_export_is_named_and_holds_no_responses(real_data: Path) -> None:
    for path in (real_data / "exports" / "redcap").iterdir():
        reading = exports.read(path)
        assert reading is not None
        if path.name.endswith("_data.csv"):
            assert reading.tool == "table" and not reading.companion
        else:
            assert reading.tool == "redcap" and reading.survey is None and reading.rows_read == 0
            assert (
                reading.companion == ("the list of events" if "event" in path.name else "the data dictionary") + " of a REDCap data export"
            )
