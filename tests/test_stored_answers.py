"""Answers as they are stored: the view gives every accepted answer back, and a breach of its key or its references is found."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from oversight import publish
from oversight.answers import apply
from oversight.checks import CheckFailed, check_snapshot
from oversight.model import BY_NAME, STORED
from oversight.stored import Accepted, stored
from tests.programme import response, write_programme
from tests.test_mapping import SPRING, TEXTS, load, survey

ROWS = [
    ("F0001", "Link worker", "Yes", "No", "4", "Isolation;Caseload;", "ring me: a.b@example.org", "43"),
    ("F0001", "Link worker", "Perhaps", None, "9", "Isolation;My own words;", None, None),
    ("F0001", "Manager", "Don't know", None, None, None, "Fine", "44"),
    ("F0001", "Clown", "No", None, None, "Own words;", "Fine", "45"),
    ("F0001", "Link worker", None, None, None, None, None, None),
]


@pytest.mark.parametrize("kept", [[2, 3, 4, 5, 6], [3, 5], [6], []])
def test_the_view_gives_back_the_answers_of_the_accepted_rows(tmp_path: Path, kept: list[int]) -> None:
    made = apply(survey(ROWS, TEXTS), load(tmp_path), SPRING)
    surveys = [Accepted(made, wave, pd.Series([f"{wave}:{i}" for i in kept], index=kept, dtype="string")) for wave in ("w1", "w2")]
    with duckdb.connect() as connection:
        for table in (*STORED, BY_NAME["answer"]):
            connection.execute(table.ddl())
        for name, rows in stored(surveys):
            connection.register("rows", rows)
            connection.execute(f"INSERT INTO {name} BY NAME FROM rows")
        found = connection.execute("FROM answer ORDER BY ALL").fetchall()
    accepted = made.answers[made.answers["row"].isin(kept)]
    expected = [
        (wave, f"{wave}:{a.row}", a.question_id, a.item, *(None if pd.isna(v) else v for v in (a.value, a.code, a.state)))
        for wave in ("w1", "w2")
        for a in accepted.itertuples()
    ]
    assert len(expected) == 2 * sum({2: 9, 3: 9, 4: 8, 5: 8, 6: 8}[row] for row in kept)
    assert sorted(found, key=repr) == sorted(expected, key=repr)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("programme")
    write_programme(folder / "exports", {"F0001": "QHL", "F0002": "QHL"}, [response("F0001"), response("F0002", challenges="Own words;")])
    path = publish.build([folder / "exports"], folder / "out").path
    assert path is not None
    return path


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        ("INSERT INTO answer_cell FROM answer_cell LIMIT 1", "answer: 1 values of response_id, question_id, item stand more than once"),
        (  # another answer of the same response to the same question
            "INSERT INTO answer_cell SELECT response, item, max(words) FROM answer_cell JOIN answer_words USING (words) "
            "WHERE question_id = 'pcn' AND response = 0 GROUP BY ALL",
            "answer: 1 values",
        ),
        (  # a second run of numbers for a question, with which its answers could hide
            "INSERT INTO answer_words SELECT 100000, wave_id, question_id, value, code, state FROM answer_words "
            "WHERE question_id = 'pcn' LIMIT 1; INSERT INTO answer_cell SELECT response, item, 100000 FROM answer_cell "
            "JOIN answer_words USING (words) WHERE question_id = 'pcn'",
            "answer: 2 values",
        ),
        (  # a second number for a response
            "INSERT INTO answer_response VALUES (77, '2026-2:1'); "
            "INSERT INTO answer_cell SELECT 77, item, words FROM answer_cell WHERE response = 0",
            "answer: .* values of",
        ),
        (
            "UPDATE answer_cell SET words = 99999 WHERE response = 0",
            "answer_cell.words: 1 values are not in answer_words, for example 99999",
        ),
        ("UPDATE answer_cell SET response = 99999 WHERE response = 0", "answer_cell.response: 1 values are not in answer_response"),
        ("UPDATE answer_words SET question_id = 'tea' WHERE question_id = 'pcn'", "answer_words.question_id: 1 values are not in question"),
        ("DELETE FROM response WHERE response_id = '2026-2:1'", "answer_response.response_id: 1 values are not in response"),
    ],
)
def test_a_breach_is_found(published: Path, tmp_path: Path, spoil: str, message: str) -> None:
    copy = shutil.copy(published, tmp_path / "copy.duckdb")
    with duckdb.connect(str(copy)) as connection:
        check_snapshot(connection)
        connection.execute(spoil)
        with pytest.raises(CheckFailed, match=message):
            check_snapshot(connection)
