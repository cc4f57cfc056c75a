"""NVivo: the text of one code, and the matrix of counts."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from canonical_codings import NAMES, Project, back, balanced, projects, survives, truth
from export_files import csv_text, write_csv, write_xlsx
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight import exports
from oversight.exports import FileProblem, Reading

#: What a path in NVivo and a file's name can be made of.
PLAIN = NAMES.filter(lambda text: not re.search(r'[\\/:*?"<>|.\[\]§]', text) and len(text.encode()) < 100)


def document_line(path: str, references: int, coverage: str, word: str = "references coded") -> str:
    r"""formats.md, NVivo code text: "`Files\\<path> - § 2 references coded [ 2.32% Coverage]`"."""
    return f"Files\\\\{path} - § {references} {'reference coded' if references == 1 else word} [ {coverage}% Coverage]"


def reference_line(number: int, coverage: str) -> str:
    """formats.md: "`Reference 1 - 0.96% Coverage`, then the text"."""
    return f"Reference {number} - {coverage}% Coverage"


def code_text(project: Project, code: tuple[str, ...]) -> str:
    """The text of one code, "BOM" in front."""
    lines: list[str] = []
    for name in project.documents:
        words = [project.words(p) for p in project.passages if p.document == name and code in [c for c, _ in p.codes]]
        if words:
            lines.append(document_line(f"Round 1\\\\{name}", len(words), "4.16"))
        for number, text in enumerate(words, 1):
            lines += [reference_line(number, "1.02"), text]
    return "\ufeff" + "\n".join(lines) + "\n" if lines else ""


def read_codes(folder: Path, project: Project) -> list[Reading]:
    """formats.md: "The code's name is only in the file's name"; so one file a code."""
    readings = []
    for code in project.codes:
        if text := code_text(project, code):
            path = folder / f"{code[-1]}.txt"
            path.write_text(text, encoding="utf-8", newline="\r\n" if len(readings) % 2 else "\n")
            readings.append(balanced(path, "nvivo"))
    return readings


@settings(max_examples=200)
@given(projects(names=PLAIN, line_ends=("\n",)))
def test_round_trip_of_code_texts(project: Project) -> None:
    """The layout carries no coders, no code above another, no positions."""
    project = project.flat().one_user()
    with tempfile.TemporaryDirectory() as folder:
        readings = read_codes(Path(folder), project)
    assert back(*readings) == truth(project)


@settings(max_examples=200)
@given(projects(), st.sampled_from(["xlsx", "csv"]))
def test_round_trip_of_a_matrix(project: Project, form: str) -> None:
    """The layout carries counts only: how often a code stands in a document."""
    counts = Counter((p.document, code[-1]) for p in project.passages for code in {c for c, _ in p.codes})
    rows = matrix_rows(list(project.documents), [code[-1] for code in project.codes], counts)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{form}"
        reading = balanced(write_xlsx(path, {"Sheet1": rows}) if form == "xlsx" else write_csv(path, rows), "nvivo")
    table = reading.tables["excerpts"]
    assert Counter(zip(table["document"], table["code"], strict=True)) == counts
    assert table["text"].isna().all() and not table.duplicated(["document", "highlight"]).any()
    assert "neither the words" in reading.warnings[0][1]


def matrix_rows(documents: list[str], codes: list[str], counts: Counter[tuple[str, str]]) -> list[list[object]]:
    """formats.md, NVivo matrix: "A1 blank, columns `A : name`, rows `18 : code`, counts"."""
    rows: list[list[object]] = [["", *[f"{chr(65 + n)} : {name}" for n, name in enumerate(documents)]]]
    return rows + [[f"{n} : {code}", *[counts[document, code] for document in documents]] for n, code in enumerate(codes, 1)]


def test_cells_of_a_matrix_that_are_no_counts_are_set_aside(tmp_path: Path) -> None:
    rows = [
        ["", "A : G1", "B : G2", ""],
        ["1 : trust", 2, "12.5%"],
        ["2 : trust ", "", -1],
        ["Total", 5, 5],
        ["3 : x", 0, 10**9],
        ["3 : x", 1, ""],
    ]
    reading = balanced(write_xlsx(tmp_path / "a.xlsx", {"s": rows}), "nvivo")
    assert reading.tables["excerpts"]["code"].to_list() == ["trust", "trust", "x"]
    assert [a.row for a in reading.aside] == [2, 3, 4, 5] and {a.reason for a in reading.aside} == {"bad_value"}
    again = balanced(write_xlsx(tmp_path / "b.xlsx", {"s": [rows[0], ["1 : a", 2, 0], ["2 : a", 1, 0]]}), "nvivo")
    assert len(again.tables["excerpts"]) == 2 and [a.reason for a in again.aside] == ["duplicate_row"]


def test_a_matrix_that_counts_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oversight.exports.codings.MAX_CODINGS", 1_000)
    with pytest.raises(FileProblem, match=r"holds more than 1,000 coded passages"):
        exports.read(write_xlsx(tmp_path / "a.xlsx", {"s": [["", "A : G1"], *[[f"{n} : c{n}", 300] for n in range(1, 9)]]}))


@pytest.mark.parametrize("header", [["", "B : x"], ["", "A : x", "C : y"], ["a", "A : x"], ["", "A: x"], ["", ""], [""]])
def test_what_is_no_matrix_is_not_claimed(tmp_path: Path, header: list[str]) -> None:
    reading = exports.read(write_csv(tmp_path / "a.csv", [header, ["1 : a", 1, 1]]))
    assert reading is None or reading.tool != "nvivo"


def read_text(tmp_path: Path, text: str) -> Reading:
    (tmp_path / "Long waits.txt").write_text(text, encoding="utf-8")
    return balanced(tmp_path / "Long waits.txt", "nvivo")


def test_lines_that_look_like_heads_lines_of_nobody_and_lost_references(tmp_path: Path) -> None:
    first = ["stray jo@nhs.net", document_line("G\\\\Anna", 2, "9.00"), "also stray", reference_line(1, "1.00"), "one"]
    second = [reference_line(9, "1.00"), reference_line(2, "2.00"), "two", "", "lines", document_line("H\\\\Anna", 3, "9.00")]
    third = [reference_line(1, "1.00"), "Page 1 : (100,58) - (473,108)", reference_line(3, "1.00"), "two"]
    lines = first + second + third
    reading = read_text(tmp_path, "\n".join(lines))
    table = reading.tables["excerpts"]
    assert table["text"].fillna("").to_list() == ["one\nReference 9 - 1.00% Coverage", "two\n\nlines", "", "two"]
    assert table["document"].to_list() == ["Files/G/Anna"] * 2 + ["Files/H/Anna"] * 2 and set(table["code"]) == {"Long waits"}
    assert table["place"][2].endswith("Page 1 : (100,58) - (473,108)") and table["row"].to_list() == [4, 7, 12, 14]
    assert [(a.row, a.content["line"]) for a in reading.aside] == [(1, "stray [email]"), (3, "also stray")]
    said = " | ".join(text for _, text in reading.warnings)
    assert "'Long waits'" in said and "announces 3 references and holds 2" in said and "1 passages are parts of a picture" in said


@pytest.mark.parametrize(
    ("document", "reference"),
    [
        ("<Internals\\\\Group 1> - § 1 reference coded  [5.43% Coverage]", "Reference 1 - 5.43% Coverage"),
        ("<Dateien\\\\Group 1> - § 1 Referenz kodiert [ 5,43% Abdeckung]", "Referenz 1 - 5,43% Abdeckung"),
    ],
)
def test_older_and_localised_lines(tmp_path: Path, document: str, reference: str) -> None:
    table = read_text(tmp_path, f"{document}\r\n\r\n{reference}\r\n\r\nLong waits.\r\n").tables["excerpts"]
    assert table[["document", "text"]].to_numpy().tolist() == [["Group 1", "Long waits."]]


def test_the_same_words_twice_are_two_passages(tmp_path: Path) -> None:
    lines = [document_line("G1", 2, "1.00"), reference_line(1, "0.50"), "yes", reference_line(2, "0.50"), "yes"]
    assert read_text(tmp_path, "\n".join(lines)).tables["excerpts"]["highlight"].nunique() == 2


def test_damaged_files(tmp_path: Path) -> None:
    lines: list[str] = []
    for n in range(9):
        lines += [document_line(f"G\\\\Group {n}", 2, "9.00"), reference_line(1, "1.0"), "words", reference_line(2, "1.0"), f"words {n}"]
    assert survives(tmp_path / "a.txt", ("\ufeff" + "\n".join(lines)).encode(), 150)["read"] > 50
    rows = matrix_rows(["G1", "G2"], ["a", "b"], Counter({("G1", "a"): 2, ("G2", "b"): 1}))
    assert sum(survives(tmp_path / "b.csv", csv_text(rows).encode(), 100).values()) > 90
    assert survives(tmp_path / "b.xlsx", write_xlsx(tmp_path / "c.xlsx", {"Sheet1": rows}).read_bytes(), 60)["refused"] > 20


REAL_TEXTS = ["nvivo_node_export_J_Intelligence.txt", "nvivo_node_export_J_Last-resort.txt"]


@pytest.mark.real
@pytest.mark.parametrize("name", REAL_TEXTS)
def test_the_real_texts_against_a_plain_count(real_data: Path, name: str) -> None:
    path = real_data / "exports" / "nvivo" / name
    text = path.read_text(encoding="utf-8-sig")
    stated = [int(n) for n in re.findall(r"^Files.* - § (\d+) reference", text, re.M)]
    passages = re.split(r"^(?:Files\\\\.*|Reference \d+ - .*)\n", text, flags=re.M)
    reading = balanced(path, "nvivo")
    table = reading.tables["excerpts"]
    assert len(table) == sum(stated) == len(re.findall(r"^Reference \d+ - ", text, re.M)) == {"I": 31, "L": 23}[name[20]]
    assert table["document"].nunique() == len(stated) and reading.aside == []
    words = [p.strip() for p in passages if p.strip() and not re.fullmatch(r"Page \d+ : .*", p.strip())]
    assert table["text"].dropna().to_list() == words
    assert table["text"].isna().sum() == text.count("\nPage 1 : (")
    assert {f"{warning}" for _, warning in reading.warnings if "announces" in warning} == set()


@pytest.mark.real
@pytest.mark.parametrize("name", REAL_TEXTS)
def test_the_writer_writes_the_real_heads(real_data: Path, name: str) -> None:
    lines = (real_data / "exports" / "nvivo" / name).read_text(encoding="utf-8-sig").split("\n")
    heads = [line for line in lines if " - § " in line or line.startswith("Reference ")]
    written = []
    for line in heads:
        numbers = re.findall(r"(\d+(?:\.\d+)?)", line[-60:].split(" - ")[-1])
        if line.startswith("Files"):
            written.append(document_line(line.split(" - § ")[0].removeprefix("Files\\\\"), int(numbers[0]), numbers[1]))
        else:
            written.append(reference_line(int(line.split(" ")[1]), numbers[0]))
    assert written == heads and len(heads) > 40


@pytest.mark.real
def test_the_real_matrix_and_its_header(real_data: Path) -> None:
    path = real_data / "exports" / "nvivo" / "Int13_ID14.xlsx"
    header, *rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    assert list(header) == matrix_rows(["Int13_ID14"], [], Counter())[0]
    table = balanced(path, "nvivo").tables["excerpts"]
    assert Counter(table["code"]) == Counter({str(label).split(" : ", 1)[1]: count for label, count in rows}) and len(table) == 4
    assert set(table["document"]) == {"Int13_ID14"}
