"""What people decided themselves: codes of comments, and how survey and focus groups stand to each other."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from oversight import publish
from tests.programme import response, write, write_forms, write_programme

CODES = ["wave_id", "response_id", "field", "code"]
VERDICTS = ["theme", "region_code", "verdict", "date", "note"]
THEMES = [["isolation", "isolation", "Isolation", "", "", ""], ["caseload > complexity", "caseload", "Caseload", "", "", ""]]


def programme(folder: Path, codes: list[list[str]], verdicts: list[list[str]]) -> Path:
    """Three responses, the second of them set aside, the third without a comment; two themes; and what people decided."""
    answers = [
        response("F0001", challenges_comment="I work alone, and it is too much.", comment="Thank you."),
        response("F9999", challenges_comment="Where is my PCN?"),
        response("F0001"),
    ]
    write_programme(folder, {"F0001": "QHL"}, answers)
    write(folder / "themes.csv", ["code", "theme", "label", "parent", "description", "remedy"], THEMES)
    write(folder / "comment_codes.csv", CODES, codes)
    write(folder / "convergence.csv", VERDICTS, verdicts)
    return folder


def build(folder: Path) -> tuple[duckdb.DuckDBPyConnection, list[tuple]]:
    """The snapshot, and (file, row, reason, detail) of the rows set aside in registers."""
    account = publish.build([folder], folder.with_name(f"{folder.name}-snapshots"))
    connection = duckdb.connect(str(account.path), read_only=True)
    sql = "SELECT file, \"row\", reason, detail FROM quarantine WHERE file IN ('comment_codes.csv', 'convergence.csv') ORDER BY ALL"
    return connection, connection.execute(sql).fetchall()


def test_codes_of_comments_bear_the_theme_of_the_register(tmp_path: Path) -> None:
    codes = [
        ["2026-2", "1", "challenges_comment", "isolation"],
        ["2026-2", "1", "challenges_comment", "caseload>complexity"],
        ["2026-2", "1", "comment", "caseload > complexity > notes"],
    ]
    connection, aside = build(programme(tmp_path / "in", codes, []))
    with connection:
        assert aside == []
        assert sorted(connection.execute("SELECT * FROM comment_coding").fetchall()) == [
            ("2026-2:1", "challenges_comment", "caseload>complexity", "caseload"),
            ("2026-2:1", "challenges_comment", "isolation", "isolation"),
            ("2026-2:1", "comment", "caseload > complexity > notes", "caseload"),
        ]


@pytest.mark.parametrize(
    ("row", "detail"),
    [
        (["2025-1", "1", "comment", "isolation"], "No survey of the wave '2025-1' was loaded."),
        (["2026-2", "77", "comment", "isolation"], "2026-2 has no accepted response '77'."),
        (["2026-2", "2", "challenges_comment", "isolation"], "2026-2 has no accepted response '2'."),
        (["2026-2", "3", "comment", "isolation"], "The response '3' of 2026-2 has no comment."),
        (["2026-2", "1", "comment", "interesting"], "The code 'interesting' is not in the themes register. Add it there."),
    ],
)
def test_a_code_that_points_to_nothing_is_set_aside_and_the_account_balances(tmp_path: Path, row: list[str], detail: str) -> None:
    connection, aside = build(programme(tmp_path / "in", [["2026-2", "1", "comment", "isolation"], row], []))
    with connection:
        assert aside == [("comment_codes.csv", 3, "unknown_reference", detail)]
        assert connection.execute("SELECT rows_read, accepted FROM load WHERE file = 'comment_codes.csv'").fetchall() == [(2, 1)]
        assert connection.execute("SELECT count(*) FROM comment_coding").fetchall() == [(1,)]


def test_a_field_that_is_no_comment_is_a_bad_value(tmp_path: Path) -> None:
    rows = [["2026-2", "1", "respondent_code", "isolation"], ["2026-2", "1", "employer", "isolation"]]
    connection, aside = build(programme(tmp_path / "in", rows, []))
    with connection:
        assert [(row, reason) for _, row, reason, _ in aside] == [(2, "bad_value"), (3, "bad_value")]
        assert "expected one of challenges_comment, comment" in aside[0][3]


def test_an_id_that_two_forms_of_a_wave_share_needs_its_prefix(tmp_path: Path) -> None:
    folder = programme(tmp_path / "in", [["2026-2", i, "comment", "isolation"] for i in ("1", "P-1")], [])
    standard = (publish.PACKAGE.parent / "data/reference/mappings/standard-questionnaire.toml").read_text(encoding="utf-8")
    other = standard.replace("Is there anything else you would like to say about supervision and support?", "Anything else?")
    (folder / "other.toml").write_text(
        other.replace('"link-worker-supervision"', '"pilot"').replace("waves = []", 'id_prefix = "P-"\nwaves = []'), encoding="utf-8"
    )
    path = write_forms(folder, [response("F0001", comment="Well.")], "Pilot(1-1).csv")
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("Is there anything else you would like to say about supervision and support?", "Anything else?"), encoding="utf-8"
    )
    connection, aside = build(folder)
    with connection:
        assert [a[3] for a in aside] == ["2 responses of 2026-2 have the id '1'. Write it with the id_prefix of its mapping."]
        assert connection.execute("SELECT response_id FROM comment_coding").fetchall() == [("2026-2:P-1",)]


def test_verdicts_are_published_and_those_about_nothing_set_aside(tmp_path: Path) -> None:
    verdicts = [
        ["isolation", "", "agreement", "2026-10-20", "Ring 07700 900123"],
        ["isolation", "Y60", "dissonance", "2026-10-20", ""],
        ["caseload", "", "silence", "2026-10-21", ""],
        ["weather", "", "partial", "2026-10-20", ""],
        ["isolation", "Y99", "partial", "2026-10-20", ""],
        ["isolation", "", "perhaps", "2026-10-22", ""],
        ["isolation", "", "partial", "2026-10-20", "Again"],
    ]
    connection, aside = build(programme(tmp_path / "in", [], verdicts))
    with connection:
        found = connection.execute("SELECT theme, region_code, verdict, note FROM convergence ORDER BY ALL NULLS FIRST").fetchall()
        assert found == [
            ("caseload", None, "silence", None),
            ("isolation", None, "agreement", "Ring [phone]"),
            ("isolation", "Y60", "dissonance", None),
        ]
    assert [(row, reason) for _, row, reason, _ in aside] == [
        (5, "unknown_reference"), (6, "unknown_reference"), (7, "bad_value"), (8, "duplicate_row"),
    ]  # fmt: skip


def test_what_was_settled_after_the_last_answer_does_not_make_the_data_newer(tmp_path: Path) -> None:
    connection, _ = build(programme(tmp_path / "in", [], [["isolation", "", "agreement", "2027-01-20", ""]]))
    with connection:
        assert connection.execute("SELECT data_until::VARCHAR FROM snapshot").fetchall() == [("2026-10-01",)]


def test_nobody_has_to_decide_anything(tmp_path: Path) -> None:
    write_programme(tmp_path / "in", {"F0001": "QHL"}, [response("F0001")])
    connection, aside = build(tmp_path / "in")
    with connection:
        for table in ("comment_coding", "convergence"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchall() == [(0,)]
    assert aside == []
