"""Citizen Space: its own marks, analysts' columns left out, ids over questions, answers joined by commas; and back again."""

import csv
import io
import random
import re
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from canonical import WORDS, Canonical, back, surveys, truth
from export_files import damaged_and_read, write_csv, write_xlsx
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight import exports
from oversight.exports import Reading
from oversight.exports.reading import Survey

HEADER = [
    "Response ID",
    "What is your name? - Name",
    "What is your email address? - Email",
    "Which PCN do you work for? - Name",
    "Which help do you get? - Help",
    "Which help do you get? - Why",
    "Which help do you get? - Analyst notes",
]
ROWS = [
    HEADER,
    [
        "ANON-1A2B-3",
        "Jo Bloggs",
        "jo@nhs.net",
        "A PCN",
        "Group, Peer,Other (please specify): a friend, mine",
        "x_x000D_\ny",
        "keen: Jo Bloggs",
    ],
    ["ANON-1A2B-4", "Jo Bloggs", "jo@nhs.net", "A PCN", "Group", "", ""],
]


def survey_of(path: Path) -> tuple[Reading, Survey]:
    reading = exports.read(path)
    assert reading is not None and reading.tool == "citizen_space" and reading.survey is not None
    assert reading.rows_read == len(reading.survey.cells) + len(reading.aside)
    return reading, reading.survey


def cells(survey: Survey) -> list[list[str | None]]:
    return [[None if pd.isna(v) else v for v in values] for values in survey.cells.itertuples(index=False)]


@pytest.mark.parametrize("blank", [False, True])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_answers_stay_as_exported_and_persons_and_analysts_are_left_out(tmp_path: Path, form: str, blank: bool) -> None:
    rows = [HEADER, *([[""] * 7] if blank else []), *ROWS[1:]]
    path = write_csv(tmp_path / "a.csv", rows) if form == "csv" else write_xlsx(tmp_path / "a.xlsx", {"Responses": rows})
    reading, survey = survey_of(path)
    assert [(q.text, q.kind) for q in survey.questions] == [
        ("Which PCN do you work for? - Name", "choice"),
        ("Which help do you get? - Help", "choice"),
        ("Which help do you get? - Why", "choice"),
    ]
    assert cells(survey) == [["A PCN", "Group, Peer,Other (please specify): a friend, mine", "x\ny"], ["A PCN", "Group", None]]
    assert list(survey.ids) == ["ANON-1A2B-3", "ANON-1A2B-4"] and list(survey.cells.index) == [2 + blank, 3 + blank]
    assert (
        "left out: Which help do you get? - Analyst notes, What is your name? - Name, What is your email address? - Email" in reading.note
    )
    assert any("the mapping must name the wave" in text for _, text in reading.warnings)
    assert "Bloggs" not in repr((reading.note, reading.warnings, survey.cells.to_dict()))


def test_short_ids_over_the_questions_are_their_ids(tmp_path: Path) -> None:
    ids = ["response_id", "q1", "q2", "q3_1", "q3_2", "q3_2_notes"]
    rows = [
        ["Response ID", *ids[1:]],
        [
            "",
            "What is your role? - Answer",
            "How many months? - Answer",
            "Which help? - Help",
            "Which help? - Why",
            "Which help? - Analyst notes",
        ],
        [""] * 6,
        *[[f"ANON-{i}", "link worker", i, "Group", "because", "n"] for i in range(1, 9)],
    ]
    reading, survey = survey_of(write_csv(tmp_path / "a.csv", rows))
    assert [(q.tool_id, q.text) for q in survey.questions] == [
        ("q1", "What is your role?"),
        ("q2", "How many months?"),
        ("q3_1", "Which help? - Help"),
        ("q3_2", "Which help? - Why"),
    ]
    assert reading.rows_read == 8 and next(iter(survey.ids)) == "ANON-1"


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (["Response ID", "Role?", "Paid?"], ["1", "a", "Yes"]),
        (
            ["Response ID", "Date submitted", "Last page", "Start language", "Tick - A", "Tick - B"],
            ["1", "2026-09-14", "3", "en", "Yes", "No"],
        ),
        (["Which? - Response ID", "Tick - A", "Tick - B"], ["1", "Yes", "No"]),
    ],
)
def test_a_response_id_alone_is_not_citizen_space(tmp_path: Path, header: list[str], row: list[str]) -> None:
    reading = exports.read(write_csv(tmp_path / "a.csv", [header, row, ["2", *row[1:]]]))
    assert reading is not None and reading.tool == "table"


# --- the way there and back ---------------------------------------------------------------------------------------------------


def citizen_space_rows(canonical: Canonical, analysts: bool, blank: bool, ids: bool) -> list[list[object]]:
    """formats.md, Citizen Space: "`Response ID`; headings `Question - component`"."""
    header, codes = ["Response ID"], ["Response ID"]
    for number, q in enumerate(canonical.questions, 1):
        header.append(f"{q.text} - Answer")
        codes.append(f"q{number}_1")
        if analysts:  # "“Download all responses including analyst fields” adds analyst-note columns"
            header.append(f"{q.text} - Analyst notes")
            codes.append(f"q{number}_notes")
    # "a variant has a blank separator row after the header, one has short IDs over question text"
    rows: list[list[object]] = [codes, ["", *header[1:]]] if ids else [header]
    rows += [[""] * len(header)] if blank else []
    for r in canonical.responses:
        cells: list[object] = [r.id]
        for q in canonical.questions:
            cells.append(", ".join(r.labels(q.field)) if q.kind == "multi" else r.label(q.field))  # "multi-select comma-joined"
            cells += ["a note"] if analysts else []
        rows.append(cells)
    return rows


@settings(max_examples=200)
@given(surveys(words=WORDS), st.booleans(), st.booleans(), st.booleans(), st.sampled_from(["csv", "xlsx"]))
def test_round_trip(canonical: Canonical, analysts: bool, blank: bool, ids: bool, form: str) -> None:
    """What this layout cannot carry: times, of which nothing is known."""
    rows = citizen_space_rows(canonical, analysts, blank, ids)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{form}"
        if form == "xlsx":
            write_xlsx(path, {"Sheet1": rows})
        else:
            write_csv(path, rows, "utf-8-sig")
        reading = exports.read(path)
    assert reading is not None and reading.tool == "citizen_space"
    found = [{k: v for k, v in said.items() if k not in ("started", "completed")} for said in back(reading)]
    assert found == truth(canonical, times=False)


@settings(max_examples=150)
@given(st.integers(0, 10**9), st.integers(1, 4))
def test_the_account_balances_however_a_file_is_damaged(seed: int, blows: int) -> None:
    """Bytes are changed, lost and put in; the rows below the headings are counted a second time by the csv module alone."""
    rng = random.Random(seed)
    rows = [HEADER, *[[f"ANON-{i}", "", "", "A PCN", "Group, Peer", f'said "{i}", then\nleft', "n"] for i in range(1, 9)]]
    reading, text, delimiter = damaged_and_read(rows, blows, rng)
    if reading is None or reading.survey is None:
        return
    last = int(re.findall(r"\d+", re.findall(r"\(rows? [^:)]*", reading.note)[0])[-1])
    below = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))[last:]
    assert reading.rows_read == sum(any(cell.strip() for cell in row) for row in below)
    assert reading.rows_read == len(reading.survey.cells) + len(reading.aside)
