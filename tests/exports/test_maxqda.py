"""MAXQDA: the list of coded segments."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from canonical_codings import USERS, Project, back, balanced, projects, survives, truth
from export_files import csv_text, write_csv, write_xlsx
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight import exports

#: formats.md, MAXQDA coded segments: "`Color | Document group | Document name | Code | Beginning | End | Weight score | Segment`".
HEADER = ["Color", "Document group", "Document name", "Code", "Beginning", "End", "Weight score", "Segment"]
#: "(+Comment, Area, Author … [P])"
MORE = ["Comment", "Author", "Area"]


def rows_of(project: Project, separator: str = " > ") -> list[list[object]]:
    """One row per segment and code."""
    rows: list[list[object]] = [[*HEADER, *MORE]]
    for p in project.passages:
        before = project.documents[p.document][: p.start].count("\n") + 1
        after = project.documents[p.document][: p.stop].count("\n") + 1
        for code, user in p.codes:
            rows.append(
                ["●", "", p.document, separator.join(code), before, after, 0, project.words(p), "memo", user, len(project.words(p))]
            )
    return rows


@settings(max_examples=200)
@given(projects(), st.sampled_from([" > ", "\\"]), st.sampled_from(["xlsx", "csv"]))
def test_round_trip(project: Project, separator: str, form: str) -> None:
    """The layout carries no positions, and codes only where they are used."""
    rows = rows_of(project, separator)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{form}"
        reading = balanced(write_xlsx(path, {"Segments": rows}) if form == "xlsx" else write_csv(path, rows, delimiter=";"), "maxqda")
    assert back(reading) == truth(project)
    assert reading.aside == []
    everything = repr(reading) + reading.tables["excerpts"].to_csv()
    assert not any(user in everything for user in USERS) and "memo" not in everything


@pytest.mark.parametrize(
    "header",
    [
        ["Farbe", "Dokumentgruppe", "Dokumentname", "Code", "Anfang", "Ende", "Gewicht", "Segment"],
        ["Color", "Grupo de documentos", "Nombre del documento", "Código", "Inicio", "Fin", "Peso", "Segmento"],
        ["\ufeffdocument  group", "x", "DOCUMENT NAME ", "code", "beginning", "end", "", "Segment"],
    ],
)
def test_headings_in_other_languages(tmp_path: Path, header: list[str]) -> None:
    row = ["●", "Wave 1", "Group 1", "Access\\Waits", "3", "4", "0", "Long waits"]
    table = balanced(write_csv(tmp_path / "a.csv", [header, row]), "maxqda").tables["excerpts"]
    assert table[["document", "code", "text", "place"]].to_numpy().tolist() == [["Group 1", "Access > Waits", "Long waits", "3 – 4"]]


def test_what_cannot_be_used_is_set_aside_and_what_is_doubtful_is_said(tmp_path: Path) -> None:
    rows = [
        HEADER,
        ["", "A", "Anna", "a > b\\c", 1, 1, 0, "=1+1"],
        ["", "B", "Anna", "a", 1, 1, 0, "one"],
        ["", "B", "Anna", "a", 1, 1, 0, "one"],
        ["", "B", "Ben", "a", 2, 2, 0, ""],
        ["", "B", "Ben", "", 2, 2, 0, "write to jo@nhs.net"],
        ["", "B", "", "a", 2, 2, 0, "two"],
    ]
    reading = balanced(write_xlsx(tmp_path / "a.xlsx", {"s": rows}), "maxqda")
    table = reading.tables["excerpts"]
    assert table["document"].to_list() == ["A/Anna", "B/Anna", "Ben"] and table["code"].to_list() == ["a > b\\c", "a", "a"]
    assert table["text"].fillna("").to_list() == ["=1+1", "one", ""]
    assert sorted((a.row, a.reason) for a in reading.aside) == [(4, "duplicate_row"), (6, "bad_value"), (7, "bad_value")]
    assert next(a for a in reading.aside if a.row == 6).content["Segment"] == "write to [email]"
    said = " | ".join(text for _, text in reading.warnings)
    assert "both '>' and a backslash" in said and "1 segments have no words" in said and "does not name coders" in reading.note


@pytest.mark.parametrize("header", [["Document name", "Code", "Text"], ["Document", "Code", "Segment"], ["ID", "Segment", "Code"]])
def test_other_tables_are_not_claimed(tmp_path: Path, header: list[str]) -> None:
    reading = exports.read(write_csv(tmp_path / "a.csv", [header, ["1", "2", "3"]]))
    assert reading is None or reading.tool != "maxqda"


def test_damaged_files(tmp_path: Path) -> None:
    rows: list[list[object]] = [HEADER, *[["●", "", f"G{n % 3}", "a > b", n, n, 0, f'word "{n}"\nline'] for n in range(12)]]
    assert survives(tmp_path / "a.csv", csv_text(rows).encode(), 150)["read"] > 40
    assert survives(tmp_path / "b.xlsx", write_xlsx(tmp_path / "c.xlsx", {"s": rows}).read_bytes(), 60)["refused"] > 20
