"""Taguette: highlights as tables, the project file, code books and pages."""

import csv
import html
import json
import random
import re
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from canonical_codings import USERS, Project, back, balanced, projects, survives, truth
from export_files import accepted, csv_text, data_rows, write_csv, write_xlsx
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight import exports
from oversight.exports import FileProblem, Reading

HEADER = ["id", "document", "tag", "content"]


def read(path: Path) -> Reading:
    reading = exports.read(path)
    assert reading is not None and reading.tool == "taguette"
    assert reading.rows_read == accepted(reading) + len(reading.aside)
    return reading


def test_repeated_and_incomplete_rows_are_set_aside(tmp_path: Path) -> None:
    rows = [HEADER, [1, "A", "access", "text"], [1, "A", "cost", "text"], [1, "A", "access", "text"], [1, "B", "access", "other"],
            ["", "A", "access", "x"], [2, "A", " ", "write to jo@nhs.net"], [3, "A", "cost"]]  # fmt: skip
    reading = read(write_csv(tmp_path / "a.csv", rows))
    table = reading.tables["excerpts"]
    assert list(table.columns) == ["row", "document", "highlight", "code", "text", "coder", "start", "stop", "place"]
    assert table[["start", "stop", "place"]].isna().all(axis=None)
    assert table.drop(columns=["start", "stop", "place"]).to_dict("list") == {
        "row": [2, 3, 5], "document": ["A", "A", "B"], "highlight": ["1", "1", "1"], "code": ["access", "cost", "access"],
        "text": ["text", "text", "other"], "coder": ["coder 1"] * 3,
    }  # fmt: skip
    assert sorted((a.row, a.reason) for a in reading.aside) == [(4, "duplicate_row"), (6, "bad_value"), (7, "bad_value"), (8, "ragged_row")]
    (aside,) = [a for a in reading.aside if a.row == 7]
    assert aside.detail == "tag is blank; expected text." and aside.content["content"] == "write to [email]"
    assert reading.note.startswith("2 highlights, 2 tags, 2 documents")


def test_only_the_exact_headings_are_taguette(tmp_path: Path) -> None:
    reading = exports.read(write_csv(tmp_path / "a.csv", [[*HEADER, "more"], [1, "a", "b", "c", "d"]]))
    assert reading is not None and reading.tool == "table"


def test_words_that_look_like_a_formula_are_the_words_that_were_typed(tmp_path: Path) -> None:
    """Taguette's workbook stores them as formulas, of which Excel would show the result."""
    book = openpyxl.Workbook()
    for row in (HEADER, ["1", "A", "=cmd", "=SUM(1,2) is what was typed"]):
        book.active.append(row)
    assert book.active["D2"].data_type == "f"
    book.save(tmp_path / "a.xlsx")
    table = read(tmp_path / "a.xlsx").tables["excerpts"]
    assert table.loc[0, ["code", "text"]].to_list() == ["=cmd", "=SUM(1,2) is what was typed"]


@pytest.mark.real
@pytest.mark.parametrize("name", ["highlights_all.csv", "highlights_all.xlsx", "highlights_access.csv"])
def test_the_real_export_cell_for_cell(real_data: Path, name: str) -> None:
    folder = real_data / "exports" / "taguette"
    with (folder / name.replace("xlsx", "csv")).open(encoding="utf-8", newline="") as file:
        plain = list(csv.reader(file))[1:]
    reading = read(folder / name)
    assert reading.tables["excerpts"][["highlight", "document", "code", "text"]].to_numpy().tolist() == plain
    assert reading.aside == []


@pytest.mark.real
def test_all_else_that_taguette_writes_is_a_companion_or_the_project_itself(real_data: Path) -> None:
    folder = real_data / "exports" / "taguette"
    with (folder / "codebook.csv").open(encoding="utf-8", newline="") as file:
        book = [(row[0], row[1]) for row in list(csv.reader(file))[1:]]
    others = [p for p in folder.iterdir() if (p.suffix != ".sqlite3" and not p.name.startswith("highlights_")) or p.suffix == ".html"]
    assert len(others) == 6
    for path in others:
        reading = balanced(path, "refi_qda" if path.suffix == ".qdc" else "taguette")
        assert reading.companion and reading.rows_read == 0
        if path.stem == "codebook":
            codes = reading.tables["codes"].fillna("")
            assert codes["code"].to_list() == [tag for tag, _ in book] and len(book) == 6
            assert path.suffix == ".qdc" or codes["description"].to_list() == [text for _, text in book]
        else:
            assert "give the same as CSV or workbook" in reading.companion


@pytest.mark.real
def test_the_real_project_file_equals_its_export_and_has_positions(real_data: Path) -> None:
    folder = real_data / "exports" / "taguette"
    table = balanced(folder / "project.sqlite3", "taguette").tables["excerpts"]
    export = read(folder / "highlights_all.csv").tables["excerpts"]
    keys = ["document", "highlight", "code", "text"]
    assert table[keys].to_numpy().tolist() == export[keys].to_numpy().tolist()
    page = (folder / "document_1.html").read_text(encoding="utf-8").split("</h1>")[1]
    words = html.unescape(re.sub(r'<span class="taglist">.*?</span>|<[^>]*>', "", page)).lstrip("\n")
    first = table[table["document"].str.startswith("Focus group 1")]
    assert [words[start:stop] for start, stop in zip(first["start"], first["stop"], strict=True)] == first["text"].to_list()


@pytest.mark.real
def test_the_writers_write_the_real_header_rows(real_data: Path) -> None:
    folder = real_data / "exports" / "taguette"
    for name, header in (("highlights_all", HEADER), ("codebook", BOOK)):
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            assert next(csv.reader(file)) == header
        sheet = openpyxl.load_workbook(folder / f"{name}.xlsx").active
        assert [cell.value for cell in sheet[1]] == header
    with closing(sqlite3.connect(f"{(folder / 'project.sqlite3').as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        real = {name: {row[1] for row in connection.execute(f"PRAGMA table_info({name})")} for name in TABLES}
    assert all(set(columns.split(", ")) <= real[name] for name, columns in TABLES.items())


def rows_of(project: Project) -> list[list[object]]:
    """formats.md, Taguette: "`id,document,tag,content`, one row per highlight × tag"."""
    numbered = enumerate(project.passages, 1)
    return [HEADER, *[[n, p.document, ".".join(code), project.words(p)] for n, p in numbered for code, _ in p.codes]]


def dotted(project: Project) -> Project:
    """Tags are flat; those who use them put dots in."""
    tags = tuple((".".join(code),) for code in project.codes)
    passages = [replace(p, codes=tuple(((".".join(code),), user) for code, user in p.codes)) for p in project.passages]
    return replace(project, codes=tags, passages=tuple(passages))


@settings(max_examples=200)
@given(projects(), st.sampled_from(["csv", "xlsx"]))
def test_round_trip_of_highlights(project: Project, form: str) -> None:
    """The layout carries no positions and no coders."""
    project = dotted(project).one_user()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{form}"
        # "in its xlsx, text starting `=` is a live formula"
        reading = read(plain_workbook(path, rows_of(project)) if form == "xlsx" else write_csv(path, rows_of(project)))
    assert back(reading) == truth(project) and reading.aside == []


def plain_workbook(path: Path, rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([str(cell) for cell in row])
    book.save(path)
    return path


TABLES = {
    "documents": "id, name, contents, filename",
    "tags": "id, path, description",
    "highlights": "id, document_id, start_offset, end_offset, snippet",
    "highlight_tags": "highlight_id, tag_id",
    "commands": "id, user_login, payload",
}


def project_file(path: Path, project: Project) -> Path:
    """The tables of Taguette 1.5.2 as far as they hold codings. Positions are bytes of UTF-8 in the words of a document."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for name, columns in TABLES.items():
            connection.execute(f"CREATE TABLE {name} ({columns})")
        numbers = {name: n for n, name in enumerate(project.documents, 1)}
        for name, text in project.documents.items():
            page = "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines(keepends=True))
            connection.execute("INSERT INTO documents VALUES (?, ?, ?, 'C:\\ada\\secret.docx')", [numbers[name], name, page])
        tags = {code: n for n, code in enumerate(project.codes, 1)}
        connection.executemany("INSERT INTO tags VALUES (?, ?, 'why')", [(n, ".".join(code)) for code, n in tags.items()])
        for n, p in enumerate(project.passages, 1):
            text = project.documents[p.document]
            start, stop = (len(text[:position].encode()) for position in (p.start, p.stop))
            snippet = f"<p>{html.escape(text[p.start : p.stop])}</p>"
            connection.execute("INSERT INTO highlights VALUES (?, ?, ?, ?, ?)", [n, numbers[p.document], start, stop, snippet])
            there: list[int] = []
            for code, user in p.codes:
                there.append(tags[code])
                payload = json.dumps({"type": "highlight_add", "highlight_id": n, "tags": there})
                connection.execute("INSERT INTO highlight_tags VALUES (?, ?)", [n, tags[code]])
                connection.execute("INSERT INTO commands (user_login, payload) VALUES (?, ?)", [user, payload])
    return path


@settings(max_examples=200)
@given(projects(line_ends=("\n",)))
def test_round_trip_of_the_project_file(project: Project) -> None:
    """A tag stands at a highlight once, by whoever put it there first."""
    order = {code: n for n, code in enumerate(project.codes)}
    once = [dict(reversed(p.codes)) for p in project.passages]
    codes = [tuple(sorted(pairs.items(), key=lambda pair: order[pair[0]])) for pairs in once]
    project = dotted(replace(project, passages=tuple(replace(p, codes=c) for p, c in zip(project.passages, codes, strict=True))))
    with tempfile.TemporaryDirectory() as folder:
        reading = balanced(project_file(Path(folder) / "a.sqlite3", project), "taguette")
    assert back(reading) == truth(project, positions=True)
    everything = repr(reading) + "".join(frame.to_csv() for frame in reading.tables.values())
    assert not any(who in everything for who in (*USERS, "secret", "ada"))


SMALL = Project({"G1": "Long waits"}, (("waits",),), ())


def test_highlights_of_no_document_without_tags_or_in_another_place(tmp_path: Path) -> None:
    path = project_file(tmp_path / "a.sqlite3", SMALL)
    with closing(sqlite3.connect(path)) as connection, connection:
        rows = [
            (1, 1, 5, 10, "<p>waits</p>"),
            (2, 9, 0, 4, "Long"),
            (3, 1, 0, 4, "else"),
            (4, 1, "x", None, "Long"),
            (5, 1, 0, 4, "<p></p>"),
        ]
        connection.executemany("INSERT INTO highlights VALUES (?, ?, ?, ?, ?)", [*rows, (6, 1, 0, 4, "Long")])
        connection.executemany("INSERT INTO highlight_tags VALUES (?, 1)", [(n,) for n in range(1, 6)])
        connection.execute("INSERT INTO commands VALUES (1, 'ada', ?)", ['{"type": "highlight_add"'])
    reading = balanced(path, "taguette")
    table = reading.tables["excerpts"].set_index("highlight")
    assert table["text"].to_dict() == {"1": "waits", "3": "else", "4": "Long"}
    assert table["start"].fillna(-1).to_dict() == {
        "1": 5,
        "3": -1,
        "4": -1,
    }
    assert sorted(a.detail.split(".")[0] for a in reading.aside) == ["Highlight 2 belongs to no document", "Highlight 5 holds no words"]
    assert "2 highlights were not found where" in reading.warnings[0][1] and "1 highlight without a tag" in reading.note


@pytest.mark.parametrize("headings", [["Codename", "Coded", "Filename"], ["Coder", "Category", "Codename", "Coded text", "id"]])
def test_a_report_of_qualcoder_is_no_survey(tmp_path: Path, headings: list[str]) -> None:
    path = tmp_path / "report.csv"
    path.write_text("\n".join([",".join(headings), ",".join("abcde"[: len(headings)])]), encoding="utf-8")
    with pytest.raises(FileProblem, match=r"QualCoder report.*REFI-QDA"):
        exports.read(path)


def test_databases_of_others_and_broken_ones(tmp_path: Path) -> None:
    for name, tables in {"other": ["a"], "qualcoder": ["code_name", "code_text", "source"]}.items():
        with closing(sqlite3.connect(tmp_path / name)) as connection, connection:
            for table in tables:
                connection.execute(f"CREATE TABLE {table} (x)")
    assert exports.read(tmp_path / "other") is None
    with pytest.raises(FileProblem, match=r"QualCoder database.*REFI-QDA"):
        exports.read(tmp_path / "qualcoder")
    whole = project_file(tmp_path / "a.sqlite3", SMALL).read_bytes()
    (tmp_path / "cut.sqlite3").write_bytes(whole[:3000])
    with pytest.raises(FileProblem, match="damaged: the database cannot be read"):
        exports.read(tmp_path / "cut.sqlite3")


def test_a_database_that_never_ends_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = project_file(tmp_path / "a.sqlite3", SMALL)
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x, x, 0, 1, 'w' FROM n"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO highlights VALUES (1, 1, 0, 4, 'Long')")
        connection.execute("INSERT INTO highlight_tags VALUES (1, 1)")
        connection.execute("ALTER TABLE documents RENAME TO d")
        connection.execute(f"CREATE VIEW documents (id, name, contents, filename, a) AS {endless}")
    assert exports.read(path) is None  # a view is no table of Taguette
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP VIEW documents")
        connection.execute("ALTER TABLE d RENAME TO documents")
    balanced(path, "taguette")
    monkeypatch.setattr("oversight.exports.database.MAX_ROWS", 0)
    with pytest.raises(FileProblem, match="too long or too much memory"):
        exports.read(path)
    monkeypatch.setattr("oversight.exports.database.MAX_ROWS", 9)
    monkeypatch.setattr("oversight.exports.database.SECONDS", -1)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany("INSERT INTO tags VALUES (?, 'x', '')", [(n,) for n in range(2, 90_000)])
    with pytest.raises(FileProblem, match="too long or too much memory"):
        exports.read(path)


#: As Taguette 1.5.2 writes it; older ones leave the number of documents out.
BOOK = ["tag", "description", "number of highlights", "number of documents"]


@pytest.mark.parametrize("width", [3, 4])
def test_a_code_book_is_a_companion(tmp_path: Path, width: int) -> None:
    rows = [BOOK[:width], ["access.waiting", "a, b", 2, 1][:width], ["=cmd", "", 0, 0][:width], ["", "", 1, 1][:width]]
    for path in (write_csv(tmp_path / "a.csv", rows), write_xlsx(tmp_path / "a.xlsx", {"codebook": rows})):
        reading = balanced(path, "taguette")
        assert reading.companion and reading.tables["codes"].fillna("").to_numpy().tolist() == [
            [1, "access.waiting", "", "a, b"], [2, "=cmd", "", ""],
        ]  # fmt: skip


def test_any_other_page_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<!DOCTYPE html><title>Minutes</title><style>.highlight {}</style><p>Text", encoding="utf-8")
    assert exports.read(tmp_path / "a.html") is None


def test_damaged_project_files(tmp_path: Path) -> None:
    rng = random.Random(1)
    names = {f"Group {n}": " ".join(rng.choices(["long", "waits", "trust"], k=300)) for n in range(3)}
    data = project_file(tmp_path / "a.sqlite3", Project(names, (("waits",),), ())).read_bytes()
    assert survives(tmp_path / "b.sqlite3", data, 200)["refused"] > 50


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 4))
def test_the_account_balances_however_a_file_is_damaged(seed: int, blows: int) -> None:
    rng = random.Random(seed)
    data = list(csv_text([HEADER, *[[i % 4, "A", rng.choice("abc"), f'word "{i}"\n'] for i in range(9)]]))
    for _ in range(blows):
        at = rng.randrange(25, len(data))
        data[at : at + rng.choice([0, 1, 5])] = rng.choice(["", ",", '"', "\n", "x", " "])
    text = "".join(data)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_text(text, encoding="utf-8", newline="")
        try:
            reading = read(path)
        except FileProblem as problem:
            assert "from line" in problem.wrong  # only a quote out of place stops a file whose header is whole
            return
    assert reading.rows_read == data_rows(text)
