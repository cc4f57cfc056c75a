"""Tables of tools without a reader of their own, as they come: LimeSurvey with codes, REDCap with unfinished responses, Jisc."""

from pathlib import Path

import pandas as pd
import pytest
from export_files import write_csv, write_xlsx

from oversight import exports
from oversight.exports.reading import ITEMS, Reading, Survey


def survey_of(path: Path) -> tuple[Reading, Survey]:
    reading = exports.read(path)
    assert reading is not None and reading.survey is not None
    assert reading.rows_read == len(reading.survey.cells) + len(reading.aside)
    return reading, reading.survey


def test_limesurvey_with_codes_for_headings(tmp_path: Path) -> None:
    header = ["id", "submitdate", "startdate", "ipaddr", "help[SQ001]", "help[SQ002]", "help[other]", "rate[SQ001]", "rate[SQ002]"]
    time = ["2026-09-14 09:05:00", "2026-09-14 09:00:00", "203.0.113.5"]
    rows = [header, ["1", *time, "Y", "", "a friend", "A1", "A2"], ["2", *time, "Y", "Y", "", "A2", ""], ["3", *time, "", "", "", "", "A5"]]
    reading, survey = survey_of(write_csv(tmp_path / "a.csv", rows))
    several, *rates = survey.questions
    assert (several.tool_id, several.kind, several.options) == ("help", "multi", ("SQ001", "SQ002"))
    assert survey.cells[several.column].fillna("").to_list() == [f"SQ001{ITEMS}a friend", f"SQ001{ITEMS}SQ002", ""]
    assert [q.tool_id for q in rates] == ["rate[SQ001]", "rate[SQ002]"]
    assert survey.started.notna().all() and "203.0" not in repr(reading) + survey.cells.to_csv()


def test_redcap_gives_no_time_to_a_response_that_was_not_completed(tmp_path: Path) -> None:
    rows = [
        ["record_id", "survey_timestamp", "help___1", "help___2"],
        ["1", "2026-09-14 09:05:00", "1", "0"],
        ["2", "[not completed]", "0", "1"],
    ]
    reading, survey = survey_of(write_csv(tmp_path / "a.csv", rows))
    assert survey.completed.isna().to_list() == [False, True] and not reading.aside
    assert "1 responses without a time, for they were not completed" in reading.note


@pytest.mark.parametrize(
    "heading", ["Unique Response Number", "Unique Respondent ID", "Response number", "Participant code", "Ref", "Reference number"]
)
def test_what_identifies_a_response_is_found_by_its_heading(tmp_path: Path, heading: str) -> None:
    rows = [[heading, "Response date", "Role?"], ["9-1", "2026-09-14 09:05:00", "a"], ["9-2", "2026-09-14 09:05:00", "b"]]
    _, survey = survey_of(write_csv(tmp_path / "a.csv", rows))
    assert survey.ids.to_list() == ["9-1", "9-2"] and pd.Timestamp("2026-09-14 09:05") in survey.completed.to_list()


def test_citizen_space_also_says_when_a_response_was_submitted(tmp_path: Path) -> None:
    rows = [
        ["Response ID", "Date Submitted", "Which help?"],
        ["A-1", "2026-09-14 09:05", "Peer, Other (please specify): a friend, late"],
    ]
    reading, survey = survey_of(write_csv(tmp_path / "a.csv", rows))
    assert reading.tool == "citizen_space" and survey.ids.to_list() == ["A-1"]
    alchemer = [["Response ID", "Time Started", "Date Submitted", "Which help? - A"], ["1", "2026-09-14 09:05", "2026-09-14 09:05", "a"]]
    assert survey_of(write_csv(tmp_path / "b.csv", alchemer))[0].tool == "table"


def test_a_question_for_a_name_is_left_out_of_any_table_and_one_for_the_network_is_not(tmp_path: Path) -> None:
    asked = ["1: What is your name? - Name", "2: Which PCN do you work for? - Name", "3: How do you keep in touch? - Phone"]
    header = ["Reference", *asked, "Practice manager's name"]
    people = [["Zebedee Quillfeather", "U1", "Yes", "Zebedee"], ["Zebedee Quillfeather", "U2", "", "Zebedee"]]
    reading, survey = survey_of(write_csv(tmp_path / "a.csv", [header, *([f"r{n}", *cells] for n, cells in enumerate(people))]))
    assert [q.text for q in survey.questions] == asked[1:]
    assert "Zebedee" not in repr(reading) + survey.cells.to_csv()


@pytest.mark.parametrize("times", [["created_at", "updated_at"], ["submitdate", "startdate"], ["startedAt", "submittedAt"]])
def test_a_table_with_an_id_and_two_times_is_not_microsoft_forms(tmp_path: Path, times: list[str]) -> None:
    rows = [
        ["id", *times, "role"],
        ["1", "2026-09-14 09:00:00", "2026-09-14 09:05:00", "a"],
        ["2", "2026-09-15 09:00:00", "2026-09-15 09:05:00", "b"],
    ]
    assert survey_of(write_csv(tmp_path / "a.csv", rows))[0].tool == "table"


def test_the_last_question_of_a_workbook_may_go_on_over_columns_without_a_heading(tmp_path: Path) -> None:
    first = ["Ref", "Which apply?", None, None, "How sure are you?", None, None]
    second = [None, "Group", "Peer", "Other", "Of your role", "Of your post", "Of your hours"]
    rows = [first, second, *([n + 1, "x" if n % 2 else None, "x", None, n % 5 + 1, 5 - n % 5, 3] for n in range(6))]
    reading, survey = survey_of(write_xlsx(tmp_path / "a.xlsx", {"Sheet1": rows}))
    assert reading.tool == "table" and "2 header rows" in reading.note
    several, *sure = survey.questions
    assert several.kind == "multi" and [q.text for q in sure] == [f"How sure are you? - {part}" for part in second[4:]]
    assert survey.cells[sure[2].column].to_list() == ["3"] * 6


def test_citizen_space_with_short_ids_over_the_questions_and_none_over_those_of_analysts(tmp_path: Path) -> None:
    rows = [
        ["Response ID", "Submitted Date", "role", "help", "Analyst notes"],
        ["", "", "What is your role? - Role", "Which help? - Help", ""],
    ]
    rows += [["R-1", "2026-09-14 09:05:00", "a", "Peer, Group", "x"], ["R-2", "2026-09-15 09:05:00", "b", "", ""]]
    reading, survey = survey_of(write_csv(tmp_path / "a.csv", rows))
    assert reading.tool == "citizen_space" and not reading.aside and survey.ids.to_list() == ["R-1", "R-2"]
    assert [(q.tool_id, q.text) for q in survey.questions] == [("role", "What is your role? - Role"), ("help", "Which help? - Help")]


def test_limesurvey_is_known_by_its_own_columns_and_by_grids_of_two_scales(tmp_path: Path) -> None:
    for asked in ("q1[SQ001_SQ002]. Grid [A][2]", "q2. Long"):
        rows = [["id. Response ID", "submitdate. Date submitted", asked], ["7", "2026-09-14 09:05:00", "4"]]
        reading, survey = survey_of(write_csv(tmp_path / "a.csv", rows))
        assert "looks like LimeSurvey" in reading.note and survey.ids.to_list() == ["7"] and survey.completed.notna().all()
