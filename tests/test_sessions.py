"""Focus groups in words: what the page says of sessions, codes, turns and excerpts, worked by hand."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest

from oversight import exports, sessions
from oversight.checks import Source
from oversight.exports.reading import Reading
from oversight.focus_groups import Themes


def held(*rows: tuple[int, int, int, int, int]) -> pd.DataFrame:
    """(excerpts, codes, coders, turns, speakers) of sessions."""
    frame = pd.DataFrame(rows, columns=["excerpts", "codes", "coders", "turns", "speakers"], dtype="int64")
    return frame.assign(session_id=[f"FG{i}" for i in range(len(frame))], date=pd.Timestamp("2026-09-03"), respondent_kind="splw")


def coded(*codes: tuple[str, str | None, str | None]) -> pd.DataFrame:
    """(code, theme, theme_from)."""
    return pd.DataFrame(codes, columns=["code", "theme", "theme_from"]).assign(label="Label", excerpts=1, sessions=1, coders=1)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([(3, 2, 1, 0, 0), (0, 0, 0, 5, 2)], "2 focus groups: 1 coded, 1 with a transcript"),
        ([(0, 0, 0, 0, 0)], "1 focus group: 0 coded, 0 with a transcript, 1 with neither"),
    ],
)
def test_sessions_sentence(rows: list[tuple[int, int, int, int, int]], sentence: str) -> None:
    assert sessions.sessions_sentence(held(*rows)) == sentence


def test_what_there_is_of_a_session() -> None:
    table = sessions.sessions(held((3, 2, 2, 1, 0), (0, 0, 0, 0, 0), (1, 1, 1, 5, 2)))
    assert table["coded"].tolist() == ["3 excerpts, 2 codes, 2 coders", "Nothing yet", "1 excerpt, 1 code"]
    assert table[["said", "voices"]].fillna(-1).to_numpy().tolist() == [[1, 0], [-1, -1], [5, 2]]  # none is not 0
    assert table["name"].tolist()[0] == "FG0 · 3 September 2026"


@pytest.mark.parametrize(
    ("codes", "sentence"),
    [
        ([], "No code is in use yet"),
        ([("a", "t", "a")], "The one code in use has a theme"),
        ([("a", "t", "a"), ("a > b", "t", "a")], "All 2 codes in use have a theme"),
        ([("a", "t", "a"), ("b", None, None)], "1 of 2 codes in use has no theme"),
        ([("a", None, None), ("b", None, None)], "2 of 2 codes in use have no theme"),
    ],
)
def test_codes_sentence(codes: list[tuple[str, str | None, str | None]], sentence: str) -> None:
    assert sessions.codes_sentence(coded(*codes)) == sentence


def test_a_code_that_no_excerpt_bears_needs_no_theme() -> None:
    table = coded(("a", "t", "a"), ("folder", None, None), ("few people", None, None)).assign(excerpts=[2, 0, float("nan")])
    assert sessions.codes_sentence(table) == "1 of 2 codes in use has no theme"  # withheld is not none
    assert sessions.without_theme(table)["code"].tolist() == ["few people"]


def test_codes_stand_below_those_above_them() -> None:
    table = sessions.codes(coded(("a", "t", "a"), ("a > b", "t", "a"), ("c > d > e", None, None)))
    assert table["name"].tolist() == ["a", "– b", "– – e"]
    assert table["how"].tolist() == ["Its own", "That of a", "No line"]


def test_codes_without_theme_are_named() -> None:
    table = coded(*((code, None, None) for code in "dcba"), ("e", "t", "e")).assign(excerpts=[1, 2, 1, float("nan"), 9])
    assert sessions.lacking_sentence(table).startswith("Without a theme: c (2 excerpts), b (1 excerpt), d (1 excerpt) and a. Their")
    assert "c (2 excerpts) and 3 more." in sessions.lacking_sentence(table, 1)


def test_codes_without_theme_come_back_as_rows_of_the_register(tmp_path: Path) -> None:
    names = ["=1+1", "- other", "plain, with comma", "a > b", "ask jo@nhs.net"]
    text = sessions.theme_rows(coded(("known", "t", "known"), *((n, None, None) for n in names))).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [r["code"] for r in rows] == ["'=1+1", "'- other", "plain, with comma", "a > b", "ask [email]"]
    assert list(rows[0]) == ["code", "theme", "label", "parent", "description", "remedy"] and not any(r["theme"] for r in rows)
    # filled in and given back, every line is found again
    path = tmp_path / "themes.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows([{**r, "theme": f"t{i}", "label": "L"} for i, r in enumerate(rows)])
    reading = exports.read(path)
    assert reading is not None and reading.aside == []
    excerpts = pd.DataFrame({"code": names, "row": range(len(names))})
    themed = Themes(reading.tables["themes"], [Source("a", "", Reading("x", tables={"excerpts": excerpts}))])
    assert [themed.theme(name) for name in names] == ["t0", "t1", "t2", "t3", None]  # an address in a code's name does not come back


def test_turns_of_one_speaker_are_put_together() -> None:
    frame = pd.DataFrame(
        [
            ("Speaker 1", 1.0, "One."),
            ("Speaker 1", 2.0, "Two."),
            (None, 3.0, "(noise)"),
            (None, None, "(more)"),
            ("Speaker 1", 3723.0, "Three."),
        ],
        columns=["speaker", "started", "text"],
    )
    assert sessions.turns(frame) == [
        ("One. Two.", "Speaker 1 · 0:01"), ("(noise)", "Nobody named · 0:03"), ("(more)", "Nobody named"),
        ("Three.", "Speaker 1 · 1:02:03"),
    ]  # fmt: skip


def test_excerpts_say_where_they_stand() -> None:
    frame = pd.DataFrame(
        [(1, "A", None, 9, 20, ["a"], ["coder 1"]), (2, None, "paragraph 4", 30, 40, ["a", "b"], ["coder 1", "coder 2"]),
         (3, "C", None, None, None, ["b"], ["coder 2"])],
        columns=["position", "text", "place", "start", "stop", "codes", "coders"],
    )  # fmt: skip
    assert sessions.passages(frame) == [
        ("A", "1. a (coder 1) · characters 10 to 20"),
        (sessions.NO_WORDS, "2. a, b (coder 1, coder 2) · paragraph 4"),
        ("C", "3. b (coder 2)"),
    ]
