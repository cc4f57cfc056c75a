"""The code that respondents make up: linked by its print over waves, and nowhere to be read."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight import answers, drafts, mapping, proposals, publish, respondents
from oversight.exports.reading import ExportedQuestion, Survey
from oversight.questionnaire import BY_FIELD, QUESTIONS
from oversight.settings import MAPPINGS
from tests.programme import WAVES, response, write, write_forms, write_map

CODE = "respondent_code"


def printed(code: str) -> str:
    """The print, written out."""
    return hashlib.sha256(f"link workers:respondent:{code}".encode()).hexdigest()[:16]


def programme(folder: Path, spring: list[dict[str, str]], autumn: list[dict[str, str]]) -> Path:
    """Two waves of the standard questionnaire."""
    write_map(folder, {"F0001": "QHL", "F0002": "QHL"})
    first = WAVES.splitlines()[1].replace("2026-2,Autumn 2026", "2026-1,Spring 2026").replace("2026-09", "2026-04")
    (folder / "waves.csv").write_text(WAVES + first + "\n", encoding="utf-8")
    write_forms(folder, [{"completed": "2026-04-10 09:30:00", **a} for a in spring], "Spring(1-9).csv")
    write_forms(folder, autumn, "Autumn(1-9).csv")
    return folder


def published(folder: Path) -> duckdb.DuckDBPyConnection:
    account = publish.build([folder], folder.with_name(f"{folder.name}-snapshots"))
    assert account.path is not None
    return duckdb.connect(str(account.path), read_only=True)


def linked(connection: duckdb.DuckDBPyConnection) -> dict[str, str | None]:
    return dict(connection.execute("SELECT response_id, respondent FROM response").fetchall())


def everything(connection: duckdb.DuckDBPyConnection) -> str:
    """Every cell of every table as one text."""
    tables = [name for (name,) in connection.execute("SELECT table_name FROM information_schema.tables").fetchall()]
    return "\n".join(repr(connection.execute(f"SELECT * FROM {name}").fetchall()) for name in tables)


def test_one_person_has_one_print_in_every_wave_however_the_code_is_written(tmp_path: Path) -> None:
    people = [response("F0001", respondent_code="BEKO07"), response("F0002"), response("F0002", respondent_code="zz-Top 1")]
    again = [response("F0002", respondent_code=" be ko-07 "), response("F0002", respondent_code="OTHER99")]
    with published(programme(tmp_path / "in", people, again)) as connection:
        assert linked(connection) == {
            "2026-1:1": printed("beko07"),
            "2026-1:2": None,
            "2026-1:3": printed("zztop1"),
            "2026-2:1": printed("beko07"),
            "2026-2:2": printed("other99"),
        }
        rows = connection.execute("SELECT value, code, state FROM answer WHERE question_id = 'respondent_code'").fetchall()
        assert sorted(rows, key=repr) == [*[(None, None, "answered")] * 4, (None, None, "blank")]
        text = everything(connection).casefold()
        assert not [code for code in ("beko", "be ko", "zz-top", "other99") if code in text]


def test_a_code_that_two_people_of_one_wave_gave_links_neither_in_that_wave(tmp_path: Path) -> None:
    spring = [response("F0001", respondent_code=code) for code in ("BEKO07", "beko 07", "BOYO11")]
    with published(programme(tmp_path / "in", spring, [response("F0001", respondent_code="BEKO07")])) as connection:
        assert linked(connection) == {"2026-1:1": None, "2026-1:2": None, "2026-1:3": printed("boyo11"), "2026-2:1": printed("beko07")}
        (warning,) = connection.execute("SELECT file, what FROM warning WHERE what LIKE 'respondent_code%'").fetchall()
        assert warning == (
            "Spring(1-9).csv",
            "respondent_code: a code was given by more than one person of the wave; these 2 responses are not linked",
        )


def test_the_same_code_in_a_row_that_was_set_aside_hides_nobody(tmp_path: Path) -> None:
    """An older copy of a response bears its code too: it is no second person."""
    autumn = [
        response("F0001", respondent_code="BEKO07", id="1", completed="2026-09-10 09:00:00"),
        response("F0001", respondent_code="BEKO07", id="1", completed="2026-09-09 09:00:00"),
    ]
    with published(programme(tmp_path / "in", [response("F0001", respondent_code="BEKO07")], autumn)) as connection:
        assert linked(connection) == {"2026-1:1": printed("beko07"), "2026-2:1": printed("beko07")}


def test_short_codes_and_words_are_no_codes_and_are_counted(tmp_path: Path) -> None:
    said = ["AN7", "none", "N/A", "I would rather not say so, because 1 colleague knows me", "12345", "", "BEKO07"]
    with published(programme(tmp_path / "in", [response("F0001")], [response("F0001", respondent_code=c) for c in said])) as connection:
        found = linked(connection)
        assert [k for k, v in found.items() if v] == ["2026-2:7"]
        (what,) = connection.execute("SELECT what FROM warning WHERE what LIKE 'respondent_code%'").fetchall()
        assert what == (
            "respondent_code: 5 answers are no codes, and are not linked (a code has 4 to 24 letters and digits, with one of each)",
        )


def test_rows_set_aside_do_not_hold_the_code_whoever_set_them_aside(tmp_path: Path) -> None:
    autumn = [
        response("F9999", respondent_code="BEKO07", id="1"),  # by the checks
        response("F0001", respondent_code="BOYO11", id=""),  # by the reader
        response("F0001", respondent_code="CACA22", id="3", completed="soon"),  # by the reader
        response("F0001", respondent_code="DIDO03", id="4"),
    ]
    with published(programme(tmp_path / "in", [response("F0001")], autumn)) as connection:
        rows = connection.execute("SELECT reason, content FROM quarantine").fetchall()
        assert sorted(reason for reason, _ in rows) == ["bad_value", "no_response_id", "pcn_unknown"]
        assert all("Social prescribing" in content for _, content in rows)  # the rest of the row is there
        text = everything(connection)
        assert not [code for code in ("BEKO07", "BOYO11", "CACA22", "DIDO03") if code in text]


@pytest.mark.parametrize("place", ["before", "behind"])
def test_columns_that_a_mapping_leaves_out_reach_neither_answers_nor_rows_set_aside(tmp_path: Path, place: str) -> None:
    header = ["ID", "Start time", "Completion time", "Email", "Name"]
    day = "2026-09-10 09:00:00"
    own = {"Which PCN?": ["F0001", "F9999", "F0001"], "Your role?": ["LW"] * 3}
    columns = {"Shoe?": ["forty-one"] * 3} | own if place == "before" else own | {"Shoe?": ["forty-one"] * 3}
    ids = ["1", "2", ""]
    rows = [[i, day, day, "anonymous", "", *cells] for i, *cells in zip(ids, *columns.values(), strict=True)]
    write(tmp_path / "in" / "Pulse.csv", [*header, *columns], rows)
    write_map(tmp_path / "in", {"F0001": "QHL"})
    (tmp_path / "in" / "waves.csv").write_text(WAVES, encoding="utf-8")
    questions = [("Shoe?", drafts.LEAVE_OUT, {}), ("Which PCN?", "pcn", {}), ("Your role?", "respondent_kind", {"LW": "splw"})]
    made = drafts.Draft("pulse", "microsoft_forms", (), tuple(drafts.DraftQuestion(t, "", f, a) for t, f, a in questions))
    (tmp_path / "in" / "pulse.toml").write_text(drafts.to_toml(made), encoding="utf-8")
    with published(tmp_path / "in") as connection:
        assert linked(connection) == {"2026-2:1": None}
        assert connection.execute("SELECT count(*) FROM quarantine").fetchall() == [(2,)]
        assert "forty-one" not in everything(connection)


@given(
    code=st.from_regex(r"[A-Za-z]{4}[0-9]{2}", fullmatch=True), marks=st.lists(st.sampled_from(" -_./\u00a0"), max_size=4), data=st.data()
)
def test_case_spaces_and_marks_say_nothing(code: str, marks: list[str], data: st.DataObject) -> None:
    written = code
    for mark in marks:
        at = data.draw(st.integers(0, len(written)))
        written = written[:at] + mark + written[at:]
    written = data.draw(st.sampled_from([written, written.lower(), written.upper()]))
    assert respondents.print_of(written) == printed(code.lower())


@given(one=st.text(max_size=30), other=st.text(max_size=30))
def test_different_codes_have_different_prints_and_prints_hold_no_words(one: str, other: str) -> None:
    first, second = respondents.print_of(one), respondents.print_of(other)
    assert (first == second) == (respondents.code_of(one) == respondents.code_of(other))
    assert first is None or (len(first) == 16 and int(first, 16) >= 0)


def test_every_tools_mapping_can_know_the_question_and_a_proposal_shows_no_code() -> None:
    import pandas as pd

    index = pd.RangeIndex(2, 32)
    cells = pd.DataFrame(
        {"a": ["F0001"] * 30, "b": ["Link worker"] * 30, "c": [f"BEKO{i:02}" for i in range(30)]}, index=index, dtype="string"
    )
    for wording, sure in ((BY_FIELD[CODE].text, "exact"), ("Your personal code", "similar")):
        asked = [ExportedQuestion(c, "", t, "choice") for c, t in (("a", "PCN"), ("b", "Role"), ("c", wording))]
        times = pd.Series(pd.Timestamp("2026-09-10"), index=index)
        survey = Survey(asked, cells, pd.Series(map(str, index), index=index, dtype="string"), times, times)
        (*_, found) = proposals.propose(survey, "qualtrics", [])
        assert (found.field, found.confidence, found.examples, found.answers) == (CODE, sure, (), ())
        draft = drafts.draft(proposals.propose(survey, "qualtrics", []), "pulse", "qualtrics")
        wave = mapping.Wave("w", "W", "qualtrics", times.iloc[0].date(), times.iloc[0].date(), ("splw",))
        known = drafts.as_mapping(draft)
        mapped = answers.apply(survey, known, wave)
        assert mapped.wide["respondent"].to_list() == [printed(f"beko{i:02}") for i in range(30)]
        assert "BEKO" not in drafts.preview(survey, known, wave).to_csv()
        assert "BEKO" not in mapped.answers.to_csv()


def test_the_standard_questionnaire_asks_for_it_last_and_explains_it() -> None:
    assert QUESTIONS[-1].field == CODE and QUESTIONS[-1].secret
    assert [q.field for q in QUESTIONS if q.secret] == [CODE]
    standard = mapping.load_mapping(MAPPINGS / "standard-questionnaire.toml")
    assert CODE in {q.question.field for q in standard.questions}
    assert "leave this blank" in BY_FIELD[CODE].text
    assert max(len(q.text) for q in QUESTIONS) < 250, "Excel and SPSS cut headings at 255"
