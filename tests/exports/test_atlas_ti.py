"""ATLAS.ti: quotations, codes that are joined by commas while their names hold commas, and the list of codes."""

from __future__ import annotations

import csv
import itertools
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from canonical_codings import NAMES, USERS, Project, back, balanced, projects, survives, truth
from export_files import csv_text, write_csv, write_xlsx
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight import exports
from oversight.exports.atlas_ti_codes import split_codes as split

#: formats.md, ATLAS.ti quotations: "`;`-delimited, `Number;Reference;Name;Text Content;Document;Codes;…`"; the rest as in the real file.
HEADER = ["Number", "Reference", "Name", "Text Content", "Document", "Codes", "Number of Codes", "Comment", "Initial Position",
          "Final Position", "Extensão", "Creation Date ", "Modification Date"]  # fmt: skip
BOOK = ["Code", "Comment", "Code Group 1", "Code Group 2", "Code Group 3", "Code Group 4"]
PLAIN = NAMES.filter(lambda text: "," not in text)


def rows_of(project: Project) -> list[list[object]]:
    """formats.md: "Reference holds U+2009; codes joined `, `"; "ATLAS.ti codes are flat with `::`"."""
    rows: list[list[object]] = [HEADER]
    for number, p in enumerate(project.passages, 1):
        codes = ["::".join(code) for code, _ in p.codes]
        place = project.documents[p.document][: p.start].count("\n") + 1
        about = [len(codes), "memo", place, place, 1, "3/25/25", "9/14/25"]
        rows.append([f"1:{number}", f"¶\u2009{place}", "", project.words(p), p.document, ", ".join(codes), *about])
    return rows


def split_codes(cells: list[tuple[str | None, int | None]]) -> list[list[str] | None]:
    return [found.codes for found in split(cells)]


@settings(max_examples=200)
@given(projects(names=PLAIN), st.sampled_from(["csv", "xlsx"]))
def test_round_trip(project: Project, form: str) -> None:
    """The layout carries no positions and no coders; names with commas: see below."""
    project = project.one_user()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{form}"
        rows = rows_of(project)
        reading = balanced(write_xlsx(path, {"s": rows}) if form == "xlsx" else write_csv(path, rows, delimiter=";"), "atlas_ti")
    assert back(reading) == truth(project) and reading.aside == []
    assert "memo" not in repr(reading) + reading.tables["excerpts"].to_csv()


def test_the_windows_headings_keep_coders_apart(tmp_path: Path) -> None:
    header = ["ID", "Document", "Quotation Name", "Quotation Content", "Comment", "Codes", "Reference", "Created by"]
    rows = [header, ["1:1", "G1", "", "one", "m", "a\nb, c", "1 - 2", USERS[0]], ["1:2", "G1", "", "two", "m", "a", "3", USERS[1]]]
    reading = balanced(write_xlsx(tmp_path / "a.xlsx", {"s": rows}), "atlas_ti")
    found = reading.tables["excerpts"][["code", "coder", "place"]].to_numpy().tolist()
    assert found == [["a", "coder 1", "1 - 2"], ["b, c", "coder 1", "1 - 2"], ["a", "coder 2", "3"]]
    assert "Number of Codes is missing" in reading.warnings[0][1]


#: Names whose parts stand in one name only.
NAMED = st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=3), min_size=1, max_size=6).map(
    lambda names: [", ".join(f"{part}{i}{j}" for j, part in enumerate(parts)) for i, parts in enumerate(names)]
)


@settings(max_examples=300)
@given(NAMED, st.data())
def test_names_with_commas_are_put_together_rightly_or_not_at_all(names: list[str], data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True), min_size=1, max_size=8))
    read = split_codes([(", ".join(codes), len(codes)) for codes in chosen])
    assert all(found is None or found == codes for found, codes in zip(read, chosen, strict=True))
    assert all(found == codes for found, codes in zip(read, chosen, strict=True) if len(codes) == 1)
    # with every name certain from a cell of its own, and no part in two names, nothing is left open
    everything = split_codes([(", ".join(codes), len(codes)) for codes in [*[[name] for name in names], *chosen]])
    assert everything[len(names) :] == chosen


@settings(max_examples=200)
@given(st.lists(st.tuples(st.lists(st.sampled_from("ab"), min_size=1, max_size=5), st.integers(1, 4)), max_size=6))
def test_a_cell_is_read_only_as_it_can_be_read(cells: list[tuple[list[str], int]]) -> None:
    """Names that are parts of each other: a reading that is given has the stated number of codes and gives back the cell."""
    for (parts, count), codes in zip(cells, split_codes([(", ".join(p), n) for p, n in cells]), strict=True):
        if codes is not None:
            assert len(codes) == count and ", ".join(codes) == ", ".join(parts)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([(None, None), ("", 0), ("  ", 0)], [[], [], []]),
        ([("", 2), ("a", 0), ("a", 2)], [None, None, None]),
        ([("a, b", 1), ("a, b, c", 2)], [["a, b"], ["a, b", "c"]]),
        ([("a, b", 1), ("b, c", 1), ("a, b, c", 2)], [["a, b"], ["b, c"], None]),
        ([("G: a, b", 1), ("G: c, d, G: e, f", 2)], [["G: a, b"], ["G: c, d", "G: e, f"]]),
        ([("a, b", None), ("a", None), ("b", None), ("c, a", None)], [["a", "b"], ["a"], ["b"], None]),
        ([("a\nb, c", 2), ("a\nb", 3)], [["a", "b, c"], None]),
        ([(", ".join("a" * 90), 3)], [None]),
    ],
)
def test_what_is_certain_what_follows_and_what_stays_open(cells, expected) -> None:
    assert split_codes(cells) == expected


def test_what_is_likely_rather_than_certain_is_said(tmp_path: Path) -> None:
    cells = [("a", 1), ("a, b, c", 2), ("b, c, d", 2), ("G: x, y", 1), ("G: x, y, a", 2)]
    assert split(cells) == [(["a"], False), (["a", "b, c"], True), (["b, c", "d"], True), (["G: x, y"], False), (["G: x, y", "a"], False)]
    rows = [
        ["Number", "Text Content", "Document", "Codes", "Number of Codes"],
        ["1:1", "x", "G1", "a", 1],
        ["1:2", "y", "G1", "a, b, c", 2],
    ]
    reading = balanced(write_csv(tmp_path / "a.csv", rows, delimiter=";"), "atlas_ti")
    assert reading.warnings == [(3, "names of codes hold commas; its 2 codes were taken to be a | b, c. Check them.")]


def test_what_is_open_is_set_aside_and_what_has_no_code_is_counted(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Number", "Text Content", "Document", "Codes", "Number of Codes"],
        ["1:1", "jo@nhs.net", "G1", "b, c, d", 2],
    ]
    rows += [["1:2", "x", "G1", "", 0], ["1:3", "y", "", "a", 1], ["", "y", "G1", "a", 1], ["1:6", "z", "G1", "a, a", 2]]
    rows += [["1:7", "z", "G1", "Staff: GP::Trust", 1]]
    reading = balanced(write_csv(tmp_path / "a.csv", rows, delimiter=";"), "atlas_ti")
    assert reading.tables["excerpts"]["code"].to_list() == ["a", "Staff: GP > Trust"] and reading.rows_read == 6
    assert sorted((a.row, a.reason) for a in reading.aside) == [
        (2, "bad_value"), (4, "bad_value"), (5, "bad_value"), (6, "duplicate_row"),
    ]  # fmt: skip
    first = next(a for a in reading.aside if a.row == 2)
    assert "2 codes cannot be told apart" in first.detail and first.content["text"] == "[email]"
    assert "1 quotation without a code left out" in reading.note


@pytest.mark.parametrize("header", [["Document", "Codes", "Content"], ["Number", "Document", "Codes"], ["Code", "Comment"]])
def test_other_tables_are_not_claimed(tmp_path: Path, header: list[str]) -> None:
    reading = exports.read(write_csv(tmp_path / "a.csv", [header, ["1", "2", "3"][: len(header)]]))
    assert reading is None or reading.tool != "atlas_ti"


def test_the_list_of_codes_is_a_companion(tmp_path: Path) -> None:
    rows = [BOOK, ["Coke::diet", "why, then", "G", "", "", ""], ["T1. A: b", "", "", "", "", ""], ["", "", "", "x", "", ""]]
    reading = balanced(write_csv(tmp_path / "a.csv", rows, delimiter=";"), "atlas_ti")
    assert reading.companion and reading.rows_read == 0
    assert reading.tables["codes"].fillna("").to_numpy().tolist() == [[1, "Coke > diet", "Coke", "why, then"], [2, "T1. A: b", "", ""]]


def test_damaged_files(tmp_path: Path) -> None:
    rows: list[list[object]] = [HEADER, *[[f"1:{n}", "¶ 1", "", f'w "{n}"\nx', "G1", "a, b, c", 2 + n % 2, *[""] * 6] for n in range(12)]]
    assert survives(tmp_path / "a.csv", csv_text(rows, ";").encode(), 150)["read"] > 40
    assert survives(tmp_path / "b.csv", csv_text([BOOK, ["a", *[""] * 5], ["b", *["x"] * 5]], ";").encode(), 100)["read"] > 20


@pytest.mark.real
def test_the_real_quotations_against_the_code_book(real_data: Path) -> None:
    """A second way: every way to cut a cell into as many pieces as it says, kept where all pieces stand in the code book."""
    folder = real_data / "exports" / "atlas-ti"

    def table(name: str) -> list[dict[str, str]]:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, delimiter=";"))

    quotations, book = table("20250914_quotation_export.csv"), {row["Code"] for row in table("20250914_codebook_full.csv")}
    reading = balanced(folder / "20250914_quotation_export.csv", "atlas_ti")
    frame = reading.tables["excerpts"]
    assert len(frame) == sum(int(q["Number of Codes"]) for q in quotations) == 1465 and reading.aside == []
    assert frame["highlight"].nunique() == len(quotations) == 394
    found = frame.groupby("highlight")["code"].apply(list).to_dict()
    checked = 0
    for q in quotations:
        parts, count = q["Codes"].split(", "), int(q["Number of Codes"])
        cuts = ((0, *c, len(parts)) for c in itertools.combinations(range(1, len(parts)), count - 1))
        readings = [[", ".join(parts[a:b]) for a, b in itertools.pairwise(cut)] for cut in cuts]
        fitting = [r for r in readings if set(r) <= book]
        if fitting:
            assert found[q["Number"]] == fitting[0] and len(fitting) == 1
            checked += 1
    assert checked == 393  # one quotation has a code that is not in the code book
    assert Counter(frame["text"]) == Counter({q["Text Content"]: 0 for q in quotations}) + Counter(
        itertools.chain.from_iterable([q["Text Content"]] * int(q["Number of Codes"]) for q in quotations)
    )


@pytest.mark.real
def test_the_real_code_book_and_the_header_rows(real_data: Path) -> None:
    folder = real_data / "exports" / "atlas-ti"
    for name, header in (("20250914_quotation_export.csv", HEADER), ("20250914_codebook_full.csv", BOOK)):
        with (folder / name).open(encoding="utf-8", newline="") as file:
            assert file.readline().rstrip("\r\n") == ";".join(header)
    reading = balanced(folder / "20250914_codebook_full.csv", "atlas_ti")
    with (folder / "20250914_codebook_full.csv").open(encoding="utf-8", newline="") as file:
        names = [row["Code"] for row in csv.DictReader(file, delimiter=";")]
    assert reading.tables["codes"]["code"].to_list() == names and len(names) == 465 and reading.companion
