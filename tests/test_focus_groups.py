"""Focus groups: codes and their themes, several coders, positions, transcripts; and that every row is accounted for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight import publish, store
from oversight.checks import Source
from oversight.exports.reading import TABLE_COLUMNS, Reading
from oversight.focus_groups import Themes, ancestors, focus_groups, with_ancestors
from tests.programme import write, write_map

SESSIONS = pd.DataFrame({"session_id": ["FG1", "FG2"], "file": ["Group one.docx", "Group two; Second half"]})


def table(name: str, *rows: dict[str, object]) -> pd.DataFrame:
    """One of ``TABLE_COLUMNS``, rows numbered from 2, what is not given missing."""
    return pd.DataFrame([{"row": i, **row} for i, row in enumerate(rows, 2)], columns=list(TABLE_COLUMNS[name])).astype(object)


def excerpt(code: str, highlight: str = "1", document: str = "group one", **more: object) -> dict[str, object]:
    return {"document": document, "highlight": highlight, "code": code, "text": f"words of {highlight}", "coder": "coder 1", **more}


def source(file: str, **tables: pd.DataFrame) -> Source:
    rows = sum(frame["row"].nunique() for name, frame in tables.items() if name in ("excerpts", "utterances"))
    return Source(file, "0" * 64, Reading("some_tool", rows, tables=tables))


def register(**themes: str) -> pd.DataFrame:
    rows = [{"code": code, "theme": theme, "label": theme.title()} for code, theme in themes.items()]
    return pd.DataFrame(rows, columns=["code", "theme", "label", "parent", "description", "remedy"])


def made(*sources: Source, themes: pd.DataFrame | None = None) -> dict[str, pd.DataFrame]:
    lists = source("lists", sessions=SESSIONS, themes=register(isolation="isolation") if themes is None else themes)
    frames = focus_groups([lists, *sources])
    for s in sources:
        asides = [a.row for a in s.asides]
        assert len(asides) == len(set(asides)) <= s.reading.rows_read
    return frames


@pytest.mark.parametrize(
    ("code", "theme", "above"),
    [
        ("Isolation", "t1", "Isolation"),
        ("Work > Caseload", "t2", "Work > Caseload"),  # its whole path, however it is spaced in the register
        ("Work > Caseload > Waiting > Weeks", "t2", "Work > Caseload"),  # the nearest above
        ("Other > Supervision", "t3", "Other > Supervision"),  # its last name, which no other code bears
        ("Home > Visits", None, None),  # a last name that two codes of the file bear
        ("Away > Visits > Far", None, None),
        ("Any > Rota", None, None),  # a last name to which the register gives two themes
        ("isolation > Rota", "t1", "isolation"),
        ("Nothing", None, None),
    ],
)
def test_the_theme_of_a_code(code: str, theme: str | None, above: str | None) -> None:
    themes = register(isolation="t1", Supervision="t3", Visits="t4")
    themes = pd.concat([themes, register(**{"Work >Caseload": "t2", "X > Rota": "t5", "Y > Rota": "t6"})])
    codes = ["Isolation", "Work > Caseload > Waiting > Weeks", "Other > Supervision", "Home > Visits", "Away > Visits > Far", "Any > Rota"]
    codes += ["isolation > Rota", "Nothing"]
    themed = Themes(themes, [source("a", excerpts=table("excerpts", *(excerpt(c) for c in codes)))])
    assert (themed.theme(code), themed.source(code)) == (theme, above)


def test_a_code_that_is_not_in_the_register_is_named_with_what_became_of_it() -> None:
    one = source(
        "a",
        excerpts=table(
            "excerpts", excerpt("isolation > remote"), excerpt("isolation > remote", "2"), excerpt("other"), excerpt("isolation", "3")
        ),
    )
    frames = made(one)
    assert one.warnings == [
        (0, "code 'isolation > remote' is not in the themes register (2 excerpts); it has the theme 'isolation' of 'isolation'"),
        (0, "code 'other' is not in the themes register (1 excerpts); kept without theme"),
    ]
    assert Counter(frames["coding"]["theme"].fillna("none")) == {"isolation": 3, "none": 1}


def test_the_code_book_keeps_hierarchy_and_descriptions() -> None:
    book = table(
        "codes",
        {"code": "isolation > remote > island", "parent": "isolation > remote", "description": "write to jo@nhs.net"},
        {"code": "unused", "description": " "},
    )
    frames = made(source("a", codes=book, excerpts=table("excerpts", excerpt("b > c"))))
    code = frames["code"].set_index("code")
    assert code["parent"].fillna("").to_dict() == {
        "isolation": "", "isolation > remote": "isolation", "isolation > remote > island": "isolation > remote", "unused": "", "b": "",
        "b > c": "b",
    }  # fmt: skip
    assert code["description"].dropna().to_dict() == {"isolation > remote > island": "write to [email]"}
    assert code["theme_from"].dropna().to_dict() == dict.fromkeys(
        ["isolation", "isolation > remote", "isolation > remote > island"], "isolation"
    )


def test_several_coders_are_kept_apart() -> None:
    rows = [excerpt("isolation", coder="coder 1"), excerpt("isolation", coder="coder 2"), excerpt("isolation", coder="coder 2")]
    one, two = (
        source("a", excerpts=table("excerpts", *rows)),
        source("b", excerpts=table("excerpts", rows[1], excerpt("isolation", coder="coder 3"))),
    )
    frames = made(one, two)
    assert sorted(frames["coding"]["coder"]) == ["coder 1", "coder 2", "coder 3"]
    assert len(frames["excerpt"]) == 1
    assert [(a.row, a.reason) for a in one.asides] == [(4, "duplicate_row")] and [(a.row, a.reason) for a in two.asides] == [
        (2, "duplicate_row")
    ]


def test_a_number_that_two_projects_use_for_different_words_is_two_excerpts() -> None:
    one = source("a", excerpts=table("excerpts", excerpt("isolation", text="One passage", start=0, stop=11)))
    same = source("b", excerpts=table("excerpts", excerpt("isolation", text="One  passage"), excerpt("caseload", text=None)))
    other = source("c", excerpts=table("excerpts", excerpt("isolation", text="Another passage")))
    frames = made(one, same, other)
    assert frames["excerpt"]["excerpt_id"].tolist() == ["FG1:1", "FG1:1 (2)"]
    assert frames["coding"]["excerpt_id"].tolist() == ["FG1:1", "FG1:1", "FG1:1 (2)"]
    assert [len(s.asides) for s in (one, same, other)] == [0, 1, 0]


def test_excerpts_stand_in_order_of_position_where_all_have_one() -> None:
    placed = [excerpt("isolation", str(n), start=at, stop=at + 5, place=f"paragraph {n}") for n, at in ((1, 70), (2, 10), (3, 40))]
    half = [excerpt("isolation", "9", "second half", start=5), excerpt("isolation", "8", "Group two.vtt")]
    frame = made(source("a", excerpts=table("excerpts", *placed, *half)))["excerpt"].set_index("excerpt_id")
    assert frame["position"].to_dict() == {"FG1:1": 3, "FG1:2": 1, "FG1:3": 2, "FG2:9": 1, "FG2:8": 2}
    assert frame.loc["FG1:2", ["start", "stop", "place"]].tolist() == [10, 15, "paragraph 2"]
    assert frame["start"].isna().tolist() == [False, False, False, False, True]


def test_texts_lose_personal_data_and_the_names_over_turns() -> None:
    text = "Anna Birch   0:03\nWe rang 07700 900123\nat 10:30\n<v Tom Lark>no</v>"
    frame = made(source("a", excerpts=table("excerpts", excerpt("isolation", text=text, place="Anna, jo@nhs.net"))))["excerpt"]
    assert frame["text"].tolist() == ["[speaker]   0:03\nWe rang [phone]\nat 10:30\nno"] and frame["place"].tolist() == ["[name], [email]"]


def test_a_row_with_several_codes_is_set_aside_once_and_only_when_nothing_is_left() -> None:
    rows = table("excerpts", excerpt("a", document="Nobody's"), excerpt("b", document="Nobody's"), excerpt("c"), excerpt("c"), excerpt("d"))
    rows["row"] = [2, 2, 3, 4, 4]  # row 4 holds a code that stands already, and one that does not
    one = source("x", excerpts=rows)
    frames = made(one)
    assert [(a.row, a.reason) for a in one.asides] == [(2, "unknown_reference")] and "Add it there" in one.asides[0].detail
    assert [row for row, what in one.warnings if "left out of this row" in what] == [4]
    assert frames["coding"]["code"].tolist() == ["c", "d"]


def turns(*rows: tuple[str, str, str | None]) -> pd.DataFrame:
    """(document, words, speaker)."""
    return table("utterances", *({"document": d, "number": i, "text": t, "speaker": s} for i, (d, t, s) in enumerate(rows, 1)))


def test_transcripts_belong_to_sessions_and_stand_once() -> None:
    one = source("Group one.vtt", utterances=turns(("Group one.vtt", "ring 07700 900123", "Speaker 1"), ("Group one.vtt", "yes", None)))
    again = source("Group one.docx", utterances=turns(("Group one.docx", "ring me", "Speaker 1")))
    lost = source("Nobody's.vtt", utterances=turns(("Nobody's.vtt", "x", "Speaker 1")))
    two = source("Group two.vtt", utterances=turns(("Group two.vtt", "a", "Speaker 1")))
    more = source("Second half.vtt", utterances=turns(("Second half.vtt", "b", "Speaker 1"), ("Second half.vtt", "c", None)))
    frame = made(one, again, lost, two, more)["utterance"]
    assert list(zip(frame["session_id"], frame["number"], frame["speaker"].fillna("-"), frame["text"], strict=True)) == [
        ("FG1", 1, "Speaker 1", "ring [phone]"), ("FG1", 2, "-", "yes"), ("FG2", 1, "Speaker 1", "a"),
        ("FG2", 2, "Speaker 1 of part 2", "b"), ("FG2", 3, "-", "c"),
    ]  # fmt: skip
    assert [[a.reason for a in s.asides] for s in (one, again, lost, two, more)] == [[], ["duplicate_row"], ["unknown_reference"], [], []]


def test_with_nothing_there_every_table_is_empty() -> None:
    frames = focus_groups([])
    assert {name: len(frame) for name, frame in frames.items() if name != "theme"} == dict.fromkeys(
        ("session", "code", "excerpt", "coding", "utterance"), 0
    )


@given(st.lists(st.lists(st.sampled_from("abcd"), min_size=1, max_size=4), min_size=1, max_size=8), st.sets(st.sampled_from("abcd")))
def test_every_code_has_its_parents_and_the_theme_of_the_nearest(paths: list[list[str]], known: set[str]) -> None:
    codes = [" > ".join(p) for p in paths]
    assert {parent for code in codes for parent in ancestors(code)} <= set(with_ancestors(codes))
    frame = made(
        source("a", excerpts=table("excerpts", *(excerpt(c, str(i)) for i, c in enumerate(codes)))),
        themes=register(**{k: k for k in known}),
    )
    borne = Counter(path.split(" > ")[-1] for path in with_ancestors(codes))

    def naive(path: list[str]) -> str | None:
        for n in range(len(path), 0, -1):
            if path[n - 1] in known and (n == 1 or borne[path[n - 1]] == 1):
                return path[n - 1]
        return None

    published = frame["code"].set_index("code")["theme"]
    assert {code: None if pd.isna(published[code]) else published[code] for code in codes} == {
        c: naive(p) for c, p in zip(codes, paths, strict=True)
    }


def test_a_transcript_and_its_coding_are_published_side_by_side(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    write_map(folder, {"F0001": "QHL"})
    header = ["session_id", "date", "region_code", "icb_code", "respondent_kind", "participants", "file"]
    write(folder / "sessions.csv", header, [["FG1", "2026-09-03", "Y60", "", "splw", "11", "Group one"]])
    write(folder / "all.csv", ["id", "document", "tag", "content"], [["1", "Group one.docx", "isolation", "We work alone"]])
    text = "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Anna Birch>We work alone, Tom.</v>\n\n00:05.000 --> 00:06.000\n<v Tom Lark>Yes.</v>\n"
    (folder / "Group one.vtt").write_text(text, encoding="utf-8")
    account = publish.build([folder], tmp_path / "out")
    assert all(s.reading.rows_read == s.accepted and not s.asides for s in account.sources)
    cursor = store._cursor(store.find_snapshot(account.path).path)
    assert cursor.execute("SELECT session_id, number, started, speaker, text FROM utterance ORDER BY number").fetchall() == [
        ("FG1", 1, 1.0, "Speaker 1", "We work alone, [Speaker 2]."),
        ("FG1", 2, 5.0, "Speaker 2", "Yes."),
    ]
    assert cursor.execute("SELECT code, parent, theme, theme_from FROM code").fetchall() == [("isolation", None, None, None)]
