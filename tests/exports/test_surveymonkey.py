"""SurveyMonkey: two header rows, one, with and without ids, come back as they were answered."""

import csv
import io
import tempfile
from pathlib import Path

import pytest
from canonical import Canonical, back, surveys, truth
from export_files import csv_text, write_csv, write_xlsx, write_zip
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight.exports import FileProblem, Probe, Reading, detect, read, surveymonkey
from oversight.exports.reading import ITEMS

# formats.md, SurveyMonkey: "Metadata `Respondent ID, Collector ID, Start Date, End Date, IP Address, …`"
ABOUT = [
    "Respondent ID",
    "Collector ID",
    "Start Date",
    "End Date",
    "IP Address",
    "Email Address",
    "First Name",
    "Last Name",
    "Custom Data 1",
]

Asked = list[tuple[str, list[str]]]  # wording, sub-headings


def header(about: list[str], asked: Asked) -> list[list[str]]:
    """ "Two header rows: question, blank on continuations; then `Response`, `Open-Ended Response`, option, grid row"."""
    first, second = list(about), [""] * len(about)
    for text, below in asked:
        first += [text] + [""] * (len(below) - 1)
        second += below
    return [first, second]


def rows(canonical: Canonical, about: list[str]) -> list[list[str]]:
    below = {"choice": ["Response"], "number": ["Response"], "text": ["Open-Ended Response"]}
    found = header(about, [(q.text, list(q.answers.values()) if q.kind == "multi" else below[q.kind]) for q in canonical.questions])
    for r in canonical.responses:
        times = {"Start Date": f"{r.started:%m/%d/%Y %I:%M:%S %p}", "End Date": f"{r.completed:%m/%d/%Y %I:%M:%S %p}"}
        cells = [
            ({"Respondent ID": r.id, "RespondentID": r.id, "IP Address": "10.0.0.1", "Last Name": "Secret"} | times).get(name, "")
            for name in about
        ]
        for q in canonical.questions:
            if q.kind == "multi":  # "Multi-select: option text or blank, one column per option"
                cells += [label if label in r.labels(q.field) else "" for label in q.answers.values()]
            else:
                cells.append(r.label(q.field))
        found.append(cells)
    return found


@settings(max_examples=200)
@given(surveys(), st.sampled_from(["csv", "xlsx", "zip"]), st.sampled_from([ABOUT, ["RespondentID"], []]))
def test_round_trip(canonical: Canonical, form: str, about: list[str]) -> None:
    table = rows(canonical, about)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{form}"
        if form == "xlsx":
            write_xlsx(path, {"Sheet": table})
        elif form == "zip":
            write_zip(path, {"CSV/A survey.csv": csv_text(table).encode("utf-8-sig")})
        else:
            write_csv(path, table)
        reading = read(path)
    assert reading is not None and reading.tool == "surveymonkey" and reading.survey is not None
    found, expected = back(reading), truth(canonical, times=about == ABOUT, ids=bool(about))
    for said in found:  # "a file may have no ID column", and no times
        for key in [*([] if about == ABOUT else ["started", "completed"]), *([] if about else ["id"])]:
            del said[key]
    assert found == expected
    assert any("no id" in text for _, text in reading.warnings) == (not about)
    assert "Secret" not in reading.survey.cells.to_csv()


def take(path: Path) -> Reading:
    found = detect(path)
    assert found is not None and found[1] is surveymonkey, path.name
    reading = read(path)
    assert reading is not None and reading.survey is not None
    assert reading.rows_read == len(reading.survey.cells) + len(reading.aside)
    assert set(reading.survey.cells) == {q.column for q in reading.survey.questions}
    return reading


def test_what_belongs_to_one_question_and_what_does_not(tmp_path: Path) -> None:
    asked = [
        ("Which?", ["Peer", "GP, nurse", "Other (please specify)"]), ("How?", ["Response", "Other (please specify)"]),
        ("Do you have", ["A supervisor?", "A GP?"]), ("Rank", ["One", "Two"]),
        ("Who and where?", ["Peer - Work", "Peer - Home", "GP - Work", "GP - Home"]), ("Why?", ["Open-Ended Response"]),
    ]  # fmt: skip
    lines = [
        ["1", "Peer", "GP, nurse", "my aunt", "Phone", "", "Yes", "No", "1", "2", "Work", "", "Work", "Home", "so"],
        ["2", "", "GP, nurse", "", "", "by post", "Yes", "Yes", "2", "1", "", "Home", "", "", "Peer"],
        ["3", *[""] * 14],
    ]
    survey = take(write_csv(tmp_path / "a.csv", [*header(["Respondent ID"], asked), *lines])).survey
    assert [(q.text, q.kind) for q in survey.questions] == [
        ("Which?", "multi"), ("How?", "choice"), ("How? - Other (please specify)", "text"), ("Do you have - A supervisor?", "choice"),
        ("Do you have - A GP?", "choice"), ("Rank - One", "choice"), ("Rank - Two", "choice"), ("Who and where? - Peer", "multi"),
        ("Who and where? - GP", "multi"), ("Why?", "text"),
    ]  # fmt: skip
    cells = [survey.cells[q.column].fillna("").to_list() for q in survey.questions]
    assert cells[0] == [f"Peer{ITEMS}GP, nurse{ITEMS}my aunt", "GP, nurse", ""]
    assert cells[3:5] == [["Yes", "Yes", ""], ["No", "Yes", ""]]  # a No is never lost to a fold
    assert cells[7:9] == [["Work", "Home", ""], [f"Work{ITEMS}Home", "", ""]]


def test_personal_data_stays_behind(tmp_path: Path) -> None:
    contact = ("Contact details", ["Name", "Address", "City/Town", "Email Address", "Phone Number"])
    asked = [
        contact,
        ("Your name?", ["Open-Ended Response"]),
        ("How do we reach you?", ["Email", "Letter"]),
        ("About you", ["Email", "Team"]),
    ]
    secret = ["Secret 1", "Secret 2", "Secret 3", "Secret 4", "Secret 5", "Secret 6"]
    about = ["9", "Secret", "09/14/2026 09:00", "09/14/2026 09:05", *["Secret"] * 5]
    lines = [[*about, *secret, "Email", "", "Secret 7", "North"], [*about, *secret, "", "Letter", "Secret 8", "South"]]
    reading = take(write_csv(tmp_path / "a.csv", [*header(ABOUT, asked), *lines]))
    assert "ecret" not in reading.survey.cells.to_csv() and "ecret" not in repr((reading.aside, reading.warnings, reading.note))
    assert [q.text for q in reading.survey.questions] == ["How do we reach you?", "About you - Team"]
    assert "Custom Data 1" in reading.note and sum("asks who somebody is" in text for _, text in reading.warnings) == 3


@pytest.mark.parametrize("top", [1, 2])
def test_condensed_files_have_one_row_of_headings_or_a_blank_second(tmp_path: Path, top: int) -> None:
    head = [[*ABOUT[:4], "How?", "Which?"], [""] * 6][:top]
    reading = take(write_csv(tmp_path / "a.csv", [*head, ["1001", "7", "09/14/2026 09:00", "09/14/2026 09:05", "4", "A, B"]]))
    assert [q.text for q in reading.survey.questions] == ["How?", "Which?"] and reading.survey.ids.to_list() == ["1001"]
    assert reading.survey.cells.index.to_list() == [top + 1]


def test_a_dash_is_a_blank_only_where_it_stands_for_every_blank(tmp_path: Path) -> None:
    head = ["RespondentID", "How?", "Why?"]
    tidied = take(write_csv(tmp_path / "a.csv", [head, ["3887201482", "Yes", "-"], ["3887201483", "-", "so"]]))
    assert tidied.survey.cells.isna().sum().to_list() == [1, 1] and any("stands 2 times" in text for _, text in tidied.warnings)
    typed = take(write_csv(tmp_path / "b.csv", [head, ["3887201482", "Yes", "-"], ["3887201483", "-", ""]]))
    assert typed.survey.cells.isna().sum().to_list() == [0, 1]


def test_rows_that_cannot_be_used_are_set_aside(tmp_path: Path) -> None:
    head = header(["Respondent ID", "Start Date", "End Date"], [("How?", ["Response"])])
    times = ["09/14/2026 09:00", "09/14/2026 09:05"]
    lines = [["", *times, "a"], ["2", *times, "b", "more"], ["3", times[0], "soon", "c"], ["4", *times, "d"]]
    reading = take(write_csv(tmp_path / "a.csv", [*head, *lines]))
    assert sorted((a.row, a.reason) for a in reading.aside) == [(3, "no_response_id"), (4, "ragged_row"), (5, "bad_value")]
    assert reading.survey.ids.to_list() == ["4"] and reading.survey.cells.index.to_list() == [6]


@pytest.mark.parametrize(
    "table",
    [
        [["Respondent ID", "How?"], ["1", "Yes"]],  # short numbers: any table
        [["How?", "Why?"], ["Yes", "so"]],
        [["UserID", "UserNo", "How?"], ["", "", "Response"]],
        [["", "How?"], ["Response", "Yes"]],
        [["Respondent ID"]],
        [[""]],
    ],
)
def test_what_cannot_be_told_from_any_table_is_not_claimed(tmp_path: Path, table: list[list[str]]) -> None:
    assert surveymonkey.recognise(Probe.open(write_csv(tmp_path / "a.csv", table))) is None


def test_no_rows_is_an_empty_survey_and_no_question_a_problem(tmp_path: Path) -> None:
    assert take(write_csv(tmp_path / "a.csv", header(ABOUT, [("How?", ["Response"])]))).rows_read == 0
    with pytest.raises(FileProblem, match="no question"):
        read(write_csv(tmp_path / "b.csv", header([*ABOUT], [("Your name", ["Response"])])))


@pytest.mark.parametrize("cut", [5, 60, 300, 420])
def test_a_file_cut_short_gives_an_account_or_a_problem(tmp_path: Path, cut: int) -> None:
    table = [
        *header(["Respondent ID"], [("How?", ["Response"]), ("Which?", ["A", "B"])]),
        *[["3887201482", 'say "so"\nand so', "A", ""]] * 9,
    ]
    path = write_csv(tmp_path / "a.csv", table)
    path.write_bytes(path.read_bytes()[:cut])
    try:
        reading = read(path)
    except FileProblem as problem:
        assert problem.mend
    else:
        assert reading is None or reading.rows_read == len(reading.survey.cells) + len(reading.aside)


def real_rows(path: Path) -> list[list[str]]:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252")
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "top", "own", "responses", "questions", "several"),
    [
        ("StarWars.csv", 2, 1, 1186, 32, 1),
        ("religion-survey-results.csv", 2, 0, 1039, 48, 0),
        ("weather-check.csv", 1, 1, 928, 8, 0),
    ],
)
def test_a_real_file(real_data: Path, name: str, top: int, own: int, responses: int, questions: int, several: int) -> None:
    path = real_data / "exports" / "surveymonkey" / name
    lines = real_rows(path)
    reading = take(path)
    assert reading.rows_read == len(reading.survey.cells) == len(lines) - top == responses
    assert (len(reading.survey.questions), sum(q.kind == "multi" for q in reading.survey.questions)) == (questions, several)
    # a naive count: a filled cell (a dash is none in the file that has no blanks) is one answer, or one item
    filled = sum(cell.strip() not in ("", "-" if top == 1 else "") for line in lines[top:] for cell in line[own:])
    kinds = {q.column: q.kind for q in reading.survey.questions}
    found = sum(len(cell.split(ITEMS)) if kinds[c] == "multi" else 1 for c in kinds for cell in reading.survey.cells[c].dropna())
    assert found == filled
    expected = [line[0] for line in lines[top:]] if own else [str(i) for i in range(top + 1, len(lines) + 1)]
    assert reading.survey.ids.to_list() == expected


@pytest.mark.real
@pytest.mark.parametrize(("name", "own"), [("StarWars.csv", 1), ("religion-survey-results.csv", 0)])
def test_the_writer_writes_the_header_rows_of_a_real_file(real_data: Path, name: str, own: int) -> None:
    lines = real_rows(real_data / "exports" / "surveymonkey" / name)
    asked: Asked = []
    for text, below in zip(lines[0][own:], lines[1][own:], strict=True):
        if text:
            asked.append((text, []))
        asked[-1][1].append(below)
    assert header(["RespondentID"][:own], asked) == lines[:2]
    if name == "StarWars.csv":
        assert [len(below) for _, below in asked[:5]] == [1, 1, 6, 6, 14]
