"""The published sample equals the truth it was drawn from: every response, every answer, every row set aside."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

import pytest

from oversight import store
from oversight.model import BY_NAME, QUARANTINE_REASONS, STORED, TABLES
from oversight.sample import double_coded, transcripts
from oversight.settings import SAMPLE
from tests import truth


def fetch(snapshot: store.Snapshot, sql: str) -> list[tuple]:
    return store._cursor(snapshot.path).execute(sql).fetchall()


def as_text(value: object) -> str:
    """A published value as the truth file writes it."""
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(value)
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def test_every_response_in_every_field(sample: store.Snapshot) -> None:
    columns = BY_NAME["response"].columns
    published = {
        row[0]: dict(zip(columns, map(as_text, row), strict=True)) for row in fetch(sample, f"SELECT {', '.join(columns)} FROM response")
    }
    expected = {row["response_id"]: row for row in truth.rows("responses.csv.gz")}
    assert published.keys() == expected.keys()
    wrong = [
        (key, column, row[column], expected[key][column])
        for key, row in published.items()
        for column in columns
        if row[column] != expected[key][column]
    ]
    assert wrong == []


def test_every_answer_verbatim_with_code_and_state(sample: store.Snapshot) -> None:
    sql = """SELECT answer.wave_id, response_id, question.text, item, value, code, state
             FROM answer JOIN question USING (wave_id, question_id)"""
    published = Counter(tuple(map(as_text, row)) for row in fetch(sample, sql))
    columns = ("wave_id", "response_id", "question", "item", "value", "code", "state")
    rows = truth.rows("answers.csv.gz")
    names = list(rows[0])
    assert len(names) == len(columns)
    expected = Counter(tuple(row[name] for name in names) for row in rows)
    assert list((published - expected).elements())[:5] == []
    assert list((expected - published).elements())[:5] == []


def test_every_row_set_aside_for_the_right_reason(sample: store.Snapshot) -> None:
    published = sorted((file, row, reason) for file, row, reason in fetch(sample, 'SELECT file, "row", reason FROM quarantine'))
    expected = sorted((r["file"], int(r["row"]), r["reason"]) for r in truth.rows("quarantine.csv"))
    assert published == expected
    # every reason of the survey rows occurs, so the sample shows each of them
    assert {reason for _, _, reason in expected} >= QUARANTINE_REASONS.keys() - {"bad_value", "duplicate_row"}


def test_every_warning_about_a_row(sample: store.Snapshot) -> None:
    published = Counter((file, row) for file, row in fetch(sample, 'SELECT file, "row" FROM warning WHERE "row" > 0'))
    assert published.keys() == {(r["file"], int(r["row"])) for r in truth.rows("warnings.csv")}


def test_the_account_of_every_file_balances(sample: store.Snapshot) -> None:
    rows = fetch(
        sample, "SELECT file, rows_read, accepted, quarantined, (SELECT count(*) FROM quarantine q WHERE q.file = load.file) FROM load"
    )
    assert len(rows) >= 17
    for file, read, accepted, quarantined, listed in rows:
        assert (file, read) == (file, accepted + quarantined)
        assert quarantined == listed


def test_focus_groups(sample: store.Snapshot) -> None:
    sql = """SELECT session_id, theme, count(DISTINCT excerpt_id)::VARCHAR FROM excerpt JOIN coding USING (excerpt_id)
             WHERE theme IS NOT NULL GROUP BY ALL"""
    expected = {(r["session_id"], r["theme"], r["excerpts"]) for r in truth.rows("focus.csv") if r["excerpts"] != "0"}
    assert set(fetch(sample, sql)) == expected


def test_every_coding_of_two_coders(sample: store.Snapshot) -> None:
    two = "SELECT session_id FROM excerpt JOIN coding USING (excerpt_id) GROUP BY ALL HAVING count(DISTINCT coder) > 1"
    sql = f"""SELECT session_id, start::VARCHAR, stop::VARCHAR, coder, code, theme, text
              FROM excerpt JOIN coding USING (excerpt_id) WHERE session_id IN ({two})"""
    columns = ("session_id", "start", "stop", "coder", "code", "theme")
    published = [(*row, " ".join(text.split())) for *row, text in fetch(sample, sql)]
    assert sorted(published) == sorted(tuple(r[c] for c in (*columns, "text")) for r in truth.rows("codings.csv"))
    for first, last in double_coded.CODERS:
        everything = fetch(sample, "SELECT coder FROM coding UNION ALL SELECT note FROM load UNION ALL SELECT what FROM warning")
        assert not [text for (text,) in everything if text and (first in text or last in text)]


def test_a_session_that_two_people_coded_counts_once_and_so_does_its_excerpt(sample: store.Snapshot) -> None:
    england = (
        store.ask("theme_sessions", store.Viewer(audience="internal"), sample, role="every")
        .table.query("level == 'england'")
        .set_index("theme")
    )
    rows = [r for r in truth.rows("focus.csv") if r["excerpts"] != "0"]
    held = {r["session_id"]: int(r["participants"]) for r in truth.read(SAMPLE / "registers" / "sessions.csv")}
    assert (england["sessions"] == 30).all() and (england["participants"] == sum(held.values())).all()
    assert dict(england["sessions_with"]) == Counter(r["theme"] for r in rows)
    assert dict(england["excerpts"]) == {t: sum(int(r["excerpts"]) for r in rows if r["theme"] == t) for t in england.index}


def test_codes_that_people_gave_to_comments_and_what_they_settled(sample: store.Snapshot) -> None:
    aside = {int(r["row"]) for r in truth.rows("quarantine.csv") if r["file"] == "registers/comment_codes.csv"}
    assert len(aside) == 4
    theme = {r["code"]: r["theme"] for r in truth.read(SAMPLE / "registers" / "themes.csv")}
    expected = [
        (f"{r['wave_id']}:{r['response_id']}", r["field"], r["code"], theme[r["code"]])
        for number, r in enumerate(truth.read(SAMPLE / "registers" / "comment_codes.csv"), 2)
        if number not in aside
    ]
    assert sorted(fetch(sample, "SELECT response_id, field, code, theme FROM comment_coding")) == sorted(expected)
    verdicts = [(r["theme"], r["region_code"], r["verdict"]) for r in truth.read(SAMPLE / "registers" / "convergence.csv")]
    assert sorted(fetch(sample, "SELECT theme, coalesce(region_code, ''), verdict FROM convergence")) == sorted(verdicts)


def test_no_code_that_a_respondent_made_up_stands_in_the_snapshot(sample: store.Snapshot) -> None:
    (form,) = (SAMPLE / "surveys").glob("*.csv")
    text = form.read_bytes().decode("cp1252")
    given = {line[-1] for line in csv.reader(io.StringIO(text, newline=""), delimiter=";") if re.fullmatch(r"[A-Z]{4}\d{2}", line[-1])}
    assert len(given) > 300
    for table in (*TABLES, *STORED):
        name = table.name if table in TABLES else f"published.{table.name}"
        words = re.findall(r"\b[A-Z]{4}\d{2}\b", repr(fetch(sample, f"SELECT * FROM {name}")))
        assert not given & set(words), name


def test_every_turn_of_every_transcript(sample: store.Snapshot) -> None:
    sql = "SELECT session_id, number, started, stopped, coalesce(speaker, ''), text FROM utterance ORDER BY session_id, number"
    columns = ("session_id", "number", "started", "stopped", "speaker", "text")
    expected = [tuple(r[c] for c in columns) for r in truth.rows("utterances.csv")]
    published = [(session, str(n), f"{a:.3f}", f"{b:.3f}", speaker, text) for session, n, a, b, speaker, text in fetch(sample, sql)]
    assert published == expected and len({row[0] for row in expected}) == 3
    # names stand in the files, and nowhere in the snapshot
    assert any("[Speaker" in text for *_, text in published)
    for first, last in transcripts.PEOPLE:
        assert not [t for *_, t in published if first in t or last in t]


@pytest.mark.parametrize("wave", ["2026-1-spring", "2026-2-autumn"])
def test_no_personal_data_reaches_the_snapshot(sample: store.Snapshot, wave: str) -> None:
    texts = fetch(sample, f"SELECT value FROM answer WHERE wave_id = '{wave}' AND value IS NOT NULL") + fetch(
        sample,
        "SELECT content FROM quarantine WHERE content IS NOT NULL UNION ALL SELECT text FROM excerpt "
        "UNION ALL SELECT text FROM utterance UNION ALL SELECT coalesce(statement, '') FROM requests",
    )
    assert len(texts) > 10_000
    assert not [t for (t,) in texts if "@" in t]
    assert sum("[email]" in t for (t,) in texts) > 0  # the sample holds some, so this test can fail
