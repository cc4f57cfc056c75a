"""Dedoose: excerpts as a spreadsheet; its Word documents are refused."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from canonical_codings import USERS, Project, back, balanced, projects, survives, truth
from export_files import csv_text, write_csv, write_xlsx, write_zip
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight import exports
from oversight.exports import FileProblem

#: formats.md, Dedoose: "`Media Title, Excerpt Range, Excerpt Creator, Excerpt Date, Excerpt Copy, Resource …, Codes Applied Combined`".
HEADER = ["Media Title", "Excerpt Range", "Excerpt Creator", "Excerpt Date", "Excerpt Copy", "Resource Creator", "Codes Applied Combined"]


def rows_of(project: Project) -> list[list[object]]:
    r"""formats.md: "then `Code: Parent\Child Applied` True/False: use those"."""
    rows: list[list[object]] = [[*HEADER, *["Code: " + "\\".join(code) + " Applied" for code in project.codes]]]
    for p in project.passages:
        for user in dict.fromkeys(user for _, user in p.codes):
            codes = {code for code, by in p.codes if by == user}
            about = [p.document, f"{p.start}-{p.stop}", user, "3/25/2025", project.words(p), USERS[0], ", ".join(c[-1] for c in codes)]
            rows.append([*about, *[str(code in codes) for code in project.codes]])
    return rows


@settings(max_examples=200)
@given(projects(), st.sampled_from(["csv", "xlsx"]))
def test_round_trip(project: Project, form: str) -> None:
    """The layout carries positions in its own words only."""
    rows = rows_of(project)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{form}"
        reading = balanced(write_xlsx(path, {"s": rows}) if form == "xlsx" else write_csv(path, rows), "dedoose")
    assert back(reading) == truth(project) and reading.aside == []
    assert not any(user in repr(reading) + reading.tables["excerpts"].to_csv() for user in USERS)


def test_what_cannot_be_used_is_set_aside(tmp_path: Path) -> None:
    header = ["Media Title", "Excerpt Copy", "Code: a Applied", "Code: a Weight"]
    rows = [header, ["G1", "x", "True", 5], ["G1", "x", "TRUE", 5], ["G1", "y", "", ""], ["G1", "z", "maybe", ""], ["", "z", "True", ""]]
    reading = balanced(write_csv(tmp_path / "a.csv", rows), "dedoose")
    assert len(reading.tables["excerpts"]) == 1 and "1 excerpts without a code" in reading.note
    assert sorted((a.row, a.reason) for a in reading.aside) == [(3, "duplicate_row"), (5, "bad_value"), (6, "bad_value")]
    with pytest.raises(FileProblem, match="without a column for each code"):
        exports.read(write_csv(tmp_path / "b.csv", [HEADER, ["x"] * 7]))


def test_a_document_with_codes_as_comments_is_refused_with_what_to_export(tmp_path: Path) -> None:
    comments = "<w:comments><w:t>Codes (0-12)</w:t><w:t>access</w:t></w:comments>"
    path = write_zip(tmp_path / "a.docx", {"word/document.xml": "<w:document xmlns:w='w'/>", "word/comments.xml": comments})
    with pytest.raises(FileProblem, match="Dedoose document with codes as comments"):
        exports.read(path)
    other = write_zip(
        tmp_path / "b.docx", {"word/document.xml": "<w:document xmlns:w='w'/>", "word/comments.xml": "<w:t>Codes are fine</w:t>"}
    )
    assert exports.read(other) is None


def test_damaged_files(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Media Title", "Excerpt Copy", "Code: a Applied"], *[["G1", f'w "{n}"\nx', n % 2 == 0] for n in range(12)]]
    assert survives(tmp_path / "a.csv", csv_text(rows).encode(), 150)["read"] > 40


@pytest.mark.real
@pytest.mark.parametrize("name", ["coder_a.docx", "coder_b.docx"])
def test_the_real_documents_are_refused(real_data: Path, name: str) -> None:
    with pytest.raises(FileProblem, match=r"In Dedoose export the excerpts as a spreadsheet"):
        exports.read(real_data / "exports" / "dedoose" / name)
