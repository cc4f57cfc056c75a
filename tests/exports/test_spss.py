"""SPSS: labels, missing values and sets of variables come back as the answers they were, and a broken file stays outside."""

import random
import sys
import tempfile
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyreadstat
import pytest
from canonical import Canonical, back, surveys, truth
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight.exports import FileProblem, Probe, Reading, detect, read, spss, spss_process
from oversight.exports.reading import ITEMS


def write(
    path: Path,
    columns: Mapping[str, list[Any]],
    labels: Mapping[str, str] | None = None,
    words: Mapping[str, dict[Any, str]] | None = None,
    missing: Mapping[str, list[Any]] | None = None,
    formats: Mapping[str, str] | None = None,
) -> Path:
    """A .sav, or .zsav by its ending, written by pyreadstat."""
    frame = pd.DataFrame({name: pd.Series(cells, dtype=None if len(cells) else "float64") for name, cells in columns.items()})
    pyreadstat.write_sav(
        frame,
        path,
        column_labels=dict(labels or {}),
        compress=path.suffix == ".zsav",
        variable_value_labels=dict(words or {}),
        missing_ranges=dict(missing or {}),
        variable_format=dict(formats or {}),
    )
    return path


def as_spss(path: Path, canonical: Canonical) -> Path:
    """formats.md, SPSS: "Value labels, user-missing values, multiple-response sets; Jisc: multi-select `Q3_1` has one value label"."""
    columns: dict[str, list[Any]] = {
        "ResponseId": [r.id for r in canonical.responses],
        "StartDate": [pd.Timestamp(r.started) for r in canonical.responses],
        "EndDate": [pd.Timestamp(r.completed) for r in canonical.responses],
    }
    labels, words, missing = dict[str, str](), dict[str, dict[Any, str]](), dict[str, list[Any]]()
    for n, q in enumerate(canonical.questions, 1):
        said = [r.codes.get(q.field) for r in canonical.responses]
        if q.kind == "multi":
            for k, (code, label) in enumerate(q.answers.items(), 1):
                columns[f"Q{n}_{k}"] = [float(code in (chosen or [])) for chosen in said]
                labels[f"Q{n}_{k}"], words[f"Q{n}_{k}"], missing[f"Q{n}_{k}"] = f"{q.text} - {label}", {1.0: label}, [0.0]
            continue
        labels[f"Q{n}"] = q.text
        if q.kind == "choice":
            numbers = {code: float(k) for k, code in enumerate(q.answers, 1)}
            columns[f"Q{n}"] = [numbers.get(code, float("nan")) for code in said]
            words[f"Q{n}"] = {numbers[code]: label for code, label in q.answers.items()}
            if "dont_know" in numbers:  # declared missing, and yet an answer
                missing[f"Q{n}"] = [numbers["dont_know"]]
        elif q.kind == "number":
            columns[f"Q{n}"] = [float(x) if x else float("nan") for x in said]
        else:
            columns[f"Q{n}"] = [x or "" for x in said]
    return write(path, columns, labels, words, missing)


@settings(max_examples=200)
@given(surveys(), st.sampled_from(["sav", "zsav"]))
def test_round_trip(canonical: Canonical, form: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = as_spss(Path(folder) / f"a.{form}", canonical)
        probe = Probe.open(path)
        assert spss.recognise(probe)
        reading = spss.reading_of(probe, spss_process.extract(path))  # what the process outside does, here
    assert back(reading) == truth(canonical)
    assert {q.tool_id for q in reading.survey.questions} == {f"Q{n}" for n in range(1, len(canonical.questions) + 1)}


@settings(max_examples=3)
@given(surveys())
def test_round_trip_through_the_process_of_its_own(canonical: Canonical) -> None:
    with tempfile.TemporaryDirectory() as folder:
        reading = read(as_spss(Path(folder) / "a.sav", canonical))
    assert reading is not None and reading.tool == "spss" and back(reading) == truth(canonical)


def inside(path: Path, **answers: str) -> Reading:
    reading = spss.reading_of(Probe.open(path, answers), spss_process.extract(path))
    assert reading.survey is not None and reading.rows_read == len(reading.survey.cells) + len(reading.aside)
    return reading


def cells(reading: Reading, tool_id: str) -> list[str]:
    (column,) = [q.column for q in reading.survey.questions if q.tool_id == tool_id]
    return reading.survey.cells[column].fillna("").to_list()


def test_missing_values_with_words_are_answers_and_those_without_are_blank(tmp_path: Path) -> None:
    columns = {"a": [1.0, 2.0, 9.0, 8.0, None], "b": ["x", "NA", "", "99", "y"], "c": [5.0, 7.0, -1.0, 100.0, 2.5]}
    words = {"a": {1.0: "Yes", 2.0: "No", 9.0: "Prefer not to say"}, "b": {"NA": "Not applicable"}}
    missing = {"a": [8.0, 9.0], "b": ["NA", "99"], "c": [{"lo": 7, "hi": 100}]}
    reading = inside(write(tmp_path / "a.sav", columns, words=words, missing=missing))
    assert cells(reading, "a") == ["Yes", "No", "Prefer not to say", "", ""]
    assert cells(reading, "b") == ["x", "Not applicable", "", "", "y"]
    assert cells(reading, "c") == ["5", "", "-1", "", "2.5"]
    told = " ".join(text for _, text in reading.warnings)
    assert "a 8 (1 times)" in told and "b 99 (1 times)" in told and "c 7 (1 times)" in told
    assert "'Prefer not to say' (a)" in reading.note


def test_what_is_one_question_of_several_answers_and_what_is_not(tmp_path: Path) -> None:
    columns = {
        "Q1_1": [1.0, 0.0, None], "Q1_2": [1.0, 0.0, None],  # Jisc: one labelled value each
        "Q2_1": [1.0, 2.0, None], "Q2_2": [1.0, 1.0, None],  # a second value, of which nothing is said
        "Q3_1": [1.0, 1.0, None], "Q3_2": [1.0, 2.0, None],  # a grid
        "Q4_1": [1.0, 0.0, None],  # alone
    }  # fmt: skip
    words = {name: {1.0: f"Answer {name[-1]}"} for name in columns} | {f"Q3_{k}": {1.0: "Agree", 2.0: "Disagree"} for k in (1, 2)}
    labels = {name: f"Which? - Answer {name[-1]}" for name in columns}
    reading = inside(write(tmp_path / "a.sav", columns, labels, words))
    assert [(q.tool_id, q.kind) for q in reading.survey.questions] == [
        ("Q1", "multi"), ("Q2_1", "choice"), ("Q2_2", "choice"), ("Q3_1", "choice"), ("Q3_2", "choice"), ("Q4_1", "choice"),
    ]  # fmt: skip
    assert cells(reading, "Q1") == [f"Answer 1{ITEMS}Answer 2", "", ""] and reading.survey.questions[0].text == "Which?"
    assert cells(reading, "Q2_1") == ["Answer 1", "2", ""] and cells(reading, "Q3_2") == ["Agree", "Disagree", ""]


def test_dates_and_times_are_written_year_first(tmp_path: Path) -> None:
    columns = {"d": [date(2026, 9, 14)] * 2, "t": [time(9, 5, 1)] * 2, "m": [datetime(2026, 9, 14, 23, 59, 59)] * 2, "n": [3.0, 1e300]}
    reading = inside(write(tmp_path / "a.sav", columns, formats={"n": "DATE11"}))
    assert [cells(reading, name)[0] for name in columns] == ["2026-09-14", "09:05:01", "2026-09-14 23:59:59", "1582-10-14"]
    assert cells(reading, "n")[1] == "1e+300"  # no such day


def test_ids_and_times_by_their_usual_names_or_as_a_person_says(tmp_path: Path) -> None:
    columns = {"id": ["a", "b"], "who": ["c", "d"], "Submitted": ["2026-09-14 09:00", "2026-09-15 09:00"], "q": [1.0, 2.0]}
    path = write(tmp_path / "a.sav", columns)
    reading = inside(path)
    assert reading.survey.ids.to_list() == ["a", "b"] and reading.survey.completed.dt.day.to_list() == [14, 15]
    assert inside(path, id="who").survey.ids.to_list() == ["c", "d"]
    twice = inside(write(tmp_path / "b.sav", columns | {"id": ["a", "a"]}))
    assert twice.survey.ids.to_list() == ["1", "2"] and any("no id" in text for _, text in twice.warnings)
    blank = inside(write(tmp_path / "c.sav", {"URN": ["a", ""], "q": [1.0, 2.0]}))
    assert [(a.row, a.reason) for a in blank.aside] == [(2, "no_response_id")]


def test_personal_data_stays_behind(tmp_path: Path) -> None:
    columns = {"IPAddress": ["Secret"], "v1": ["Secret"], "email": ["Secret"], "Q1": ["kept"], "Name": [1.0]}
    reading = inside(write(tmp_path / "a.sav", columns, {"v1": "Your name"}, {"Name": {1.0: "Nurse"}}))
    assert "Secret" not in reading.survey.cells.to_csv() and [q.tool_id for q in reading.survey.questions] == ["Q1", "Name"]
    assert reading.note.startswith("2 questions; left out: IPAddress, v1, email")


def test_no_responses_is_an_empty_survey(tmp_path: Path) -> None:
    reading = inside(write(tmp_path / "a.sav", {"Q1_1": [], "Q1_2": [], "x": []}, words={"Q1_1": {1.0: "a"}, "Q1_2": {1.0: "b"}}))
    assert reading.rows_read == 0 and len(reading.survey.questions) == 2


def test_too_large_a_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.sav", {"a": [1.0] * 50, "b": [2.0] * 50})
    monkeypatch.setattr(spss_process, "MAX_CELLS", 40)
    with pytest.raises(ValueError, match="more than 20 responses of 2 variables"):
        spss_process.extract(path)
    monkeypatch.setattr(spss_process, "MAX_VARIABLES", 1)
    with pytest.raises(ValueError, match="2 variables"):
        spss_process.extract(path)


def test_a_process_that_dies_or_hangs_is_a_problem_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.sav", {"a": [1.0]})
    dying = tmp_path / "dying"
    for body, said in (
        ("import os; os.abort()", "is damaged"),
        ("import time; time.sleep(30)", "was not read after"),
        ("1/0", "is damaged"),
    ):
        dying.mkdir(exist_ok=True)
        (dying / "spss_process.py").write_text(body)
        monkeypatch.setattr(spss, "__file__", str(dying / "spss.py"))
        monkeypatch.setattr(spss, "MAX_SECONDS", 1 if "sleep" in body else 60)
        with pytest.raises(FileProblem, match=said):
            read(path)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not hold the limit on memory")
def test_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = Path(spss_process.__file__).read_text(encoding="utf-8").replace("MAX_BYTES = 1 << 30", "MAX_BYTES = 1 << 24")
    (tmp_path / "spss_process.py").write_text(code, encoding="utf-8")
    monkeypatch.setattr(spss, "__file__", str(tmp_path / "spss.py"))
    with pytest.raises(FileProblem, match="memory"):
        read(write(tmp_path / "a.zsav", {f"v{i}": [1.0] * 20_000 for i in range(200)}))


def test_damaged_files_give_an_account_or_a_problem(tmp_path: Path) -> None:
    sound = write(tmp_path / "a.sav", {"a": [1.0, 2.0] * 50, "b": ["some words", "more"] * 50}, words={"a": {1.0: "Yes"}}).read_bytes()
    pick = random.Random(5)
    broken = [sound[:10], sound[:200], sound[: len(sound) // 2], b"$FL2" + bytes(range(256)) * 4, b"$FL3"]
    for _ in range(5):
        data = bytearray(sound)
        for _ in range(8):
            data[pick.randrange(4, len(data))] = pick.randrange(256)
        broken.append(bytes(data))
    problems = 0
    for data in broken:
        (tmp_path / "b.sav").write_bytes(data)
        try:
            reading = read(tmp_path / "b.sav")
        except FileProblem as problem:
            assert "b.sav" in str(problem) and problem.mend and "Traceback" not in str(problem)
            problems += 1
        else:
            assert reading is not None and reading.rows_read == len(reading.survey.cells) + len(reading.aside)
    assert problems >= 4


def test_another_file_is_not_claimed_and_nothing_but_arrow_comes_back(tmp_path: Path) -> None:
    (tmp_path / "a.sav").write_bytes(b"not SPSS at all")
    assert read(tmp_path / "a.sav") is None
    table = spss_process.extract(write(tmp_path / "b.sav", {"a": [1.0]}))
    assert isinstance(table, pa.Table) and b"pandas" not in table.schema.metadata


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "responses", "questions", "several"),
    [
        ("spss/labelled-num-na.sav", 2, 1, 0),
        ("spss/sample.sav", 5, 7, 0),
        ("spss/sample.zsav", 5, 7, 0),
        ("spss/simple_alltypes.sav", 6, 10, 1),
        ("spss/umlauts.sav", 4, 1, 0),
        ("jisc-online-surveys/bossier_example.sav", 13, 23, 1),
    ],
)
def test_a_real_file(real_data: Path, name: str, responses: int, questions: int, several: int) -> None:
    path = real_data / "exports" / name
    assert detect(path)[1] is spss
    reading = read(path)
    assert reading.rows_read == len(reading.survey.cells) == responses
    assert (len(reading.survey.questions), sum(q.kind == "multi" for q in reading.survey.questions)) == (questions, several)
    # another way through the library: labels applied by itself, values declared missing without words counted apart
    plain, about = pyreadstat.read_sav(path, apply_value_formats=True, formats_as_category=False, user_missing=True)
    for q in reading.survey.questions:
        mine = reading.survey.cells[q.column].astype("object").fillna("")
        if q.kind == "multi":
            continue
        for value, text in zip(plain[q.tool_id], mine, strict=True):
            if isinstance(value, str):
                assert text == value
            elif isinstance(value, float) and pd.notna(value) and not about.original_variable_types[q.tool_id].startswith("Q"):
                spans = about.missing_ranges.get(q.tool_id, [])
                assert text == "" if any(s["lo"] <= value <= s["hi"] for s in spans) else float(text) == value
            elif pd.isna(value):
                assert text == ""
            elif isinstance(value, date | time):
                assert text == str(value)
    for q in (q for q in reading.survey.questions if q.kind == "multi"):
        raw, _ = pyreadstat.read_sav(path, user_missing=True)
        members = [c for c in raw if c.rstrip("0123456789").rstrip("_") == q.tool_id]
        assert reading.survey.cells[q.column].str.split(ITEMS).str.len().fillna(0).to_list() == (raw[members] == 1).sum(axis=1).to_list()


@pytest.mark.real
def test_jisc_states_who_answered(real_data: Path) -> None:
    path = real_data / "exports" / "jisc-online-surveys" / "bossier_example.sav"
    raw, _ = pyreadstat.read_sav(path)
    assert read(path).survey.ids.to_list() == raw["URN"].to_list()
