"""docs/exports-tried.csv: what is read from each file of ../shared/real/exports, and a second count of it without the product's code.

Excerpts are passages under a code: a passage with two codes counts twice. Codes are all that a file names, used or not.
"""

import csv
import io
import re
import sqlite3
import struct
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pandas as pd
import pyreadstat
import pytest

from oversight import exports
from oversight.exports import FileProblem, Reading

TABLE = Path(__file__).parents[2] / "docs" / "exports-tried.csv"
WORDS = ("file", "tool", "companion_of", "refused")
NUMBERS = ("respondents", "questions", "excerpts", "codes", "turns", "set_aside")
Counts = dict[str, int]

pytestmark = pytest.mark.real


def table() -> dict[str, dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(file)
        rows = list(lines)
    assert lines.fieldnames == [*WORDS, *NUMBERS]
    assert len({row["file"] for row in rows}) == len(rows) and [r["file"] for r in rows] == sorted(r["file"] for r in rows)
    return {row["file"]: row for row in rows}


@pytest.fixture(scope="module")
def files(real_data: Path) -> dict[str, Path]:
    folder = real_data / "exports"
    return {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}


def test_every_file_has_its_row_and_every_row_its_file(files: dict[str, Path]) -> None:
    assert sorted(files) == list(table()) and len(files) == 50


def test_the_table_says_what_the_readers_give(files: dict[str, Path]) -> None:
    rows = table()
    assert {name: read(path) for name, path in files.items()} == {n: {k: r[k] for k in (*WORDS[1:], *NUMBERS)} for n, r in rows.items()}


def test_every_number_equals_a_count_without_the_readers(files: dict[str, Path]) -> None:
    stated = {name: {k: int(row[k]) for k in NUMBERS if row[k]} for name, row in table().items()}
    assert stated == {name: counted(name, path) for name, path in files.items()}
    # and of each kind there is something to count
    assert all(sum(n.get(kind, 0) for n in stated.values()) > 0 for kind in NUMBERS)


def test_records_that_are_several_of_one_person_are_told(files: dict[str, Path]) -> None:
    name = "redcap/longitudinal_data.csv"
    people = Counter(row[0] for row in records(files[name])[1:])
    reading = exports.read(files[name])
    assert reading is not None and len(people) == 3 and people.total() == 18
    assert any("18 rows are of 3 records" in text for _, text in reading.warnings)


def read(path: Path) -> dict[str, str]:
    """What the readers give, as a row of the table."""
    found = exports.detect(path)
    assert found is not None
    row = dict.fromkeys((*WORDS[1:], *NUMBERS), "")
    try:
        reading = exports.read(path)
    except FileProblem as problem:
        return row | {"tool": found[1].TOOL, "refused": str(problem)}
    assert reading is not None
    return row | {"tool": reading.tool, "companion_of": reading.companion} | {k: str(n) for k, n in numbers(reading).items()}


def numbers(reading: Reading) -> Counts:
    made: Counts = {}
    if reading.survey is not None:
        made |= {"respondents": len(reading.survey.cells), "questions": len(reading.survey.questions)}
    named = [frame["code"] for name, frame in reading.tables.items() if name in ("excerpts", "codes")]
    if named:
        made["codes"] = pd.concat(named).nunique()
    made |= {kind: len(reading.tables[t]) for kind, t in (("excerpts", "excerpts"), ("turns", "utterances")) if t in reading.tables}
    return made if reading.companion else made | {"set_aside": len(reading.aside)}


# --- the second count ------------------------------------------------------------------------------------------------------------


def counted(name: str, path: Path) -> Counts:
    """All that can be counted in a file, by the layout of its tool alone; nothing for what is only named or refused."""
    folder, _, file = name.partition("/")
    match folder, path.suffix:
        case "qualtrics", _:
            return qualtrics(path)
        case "surveymonkey", _:
            return surveymonkey(path)
        case "limesurvey", _:
            return limesurvey(path)
        case "redcap", _ if file.endswith("_data.csv"):
            return redcap(path)
        case "spss" | "jisc-online-surveys", _:
            return spss(path)
        case "atlas-ti", _:
            return atlas_ti(path)
        case "nvivo", _:
            return nvivo(path)
        case "refi-qda", ".qde" | ".qdpx":
            return refi_qda(path)
        case "taguette", _:
            return taguette(path)
        case "webvtt", _:
            return webvtt(path)
    assert folder == "dedoose" or name == "refi-qda/Project.xsd" or re.search(r"redcap/.*_(dictionary|event)\.csv", name)
    return {}


def records(path: Path, delimiter: str = ",") -> list[list[str]]:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252")
    return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]


def survey(rows: Sequence[Sequence[str]], top: int, questions: int, key: int | None) -> Counts:
    """Records as wide as the header, whose id is there and nobody else's; the others would be set aside."""
    data = rows[top:]
    ids = Counter(row[key] if key is not None else str(n) for n, row in enumerate(data))
    good = [n for n, row in enumerate(data) if len(row) == len(rows[0]) and (key is None or (row[key].strip() and ids[row[key]] == 1))]
    return {"respondents": len(good), "questions": questions, "set_aside": len(data) - len(good)}


def together(columns: Sequence[tuple[str, Sequence[str], set[str]]]) -> int:
    """How many questions: columns (stem, cells, marks) one by one, those of one stem together where they hold marks only."""
    stems: dict[str, list[bool]] = {}
    held: dict[str, set[str]] = {}
    for stem, cells, marks in columns:
        stems.setdefault(stem, []).append(set(cells) <= marks | {""})
        held.setdefault(stem, set()).update(cells)
    return sum(1 if len(only) > 1 and all(only) and held[stem] - {""} else len(only) for stem, only in stems.items())


def qualtrics(path: Path) -> Counts:
    """formats.md: three header rows, the third of ImportIds (QID… for what was asked), or two, the first V1 to V10 for the tool's own.

    Columns that hold 1 together or not at all are the rows of a grid with one answer, as one of the files says of its own.
    """
    rows = records(path)
    legacy = "ImportId" not in rows[2][0]
    top = 2 if legacy else 3
    ids = [re.sub(r".*ImportId\W+", "", text).strip("'\"} ") for text in rows[top - 1]]
    columns = []
    for i, head in enumerate(rows[0]):
        own = re.fullmatch(r"V\d+|Location\w+|", head) if legacy else not ids[i].startswith("QID")
        if not own:
            text = head if legacy else ids[i]
            stem = text if "TEXT" in text else re.sub(r"[-_]\d+$", "", text)
            columns.append((stem, [row[i] for row in rows[top:]], {"1"}))
    grids = {stem for stem in {c[0] for c in columns} if len({tuple(c[1]) for c in columns if c[0] == stem}) == 1}
    columns = [(stem, cells, marks - ({"1"} if stem in grids else set())) for stem, cells, marks in columns]
    return survey(rows, top, together(columns), [h.casefold() for h in (rows[1] if legacy else rows[0])].index("responseid"))


def surveymonkey(path: Path) -> Counts:
    """formats.md: two header rows, the first blank on continuations; ticks are "option text or blank, one column per option"."""
    rows = records(path)
    own = int(rows[0][0] == "RespondentID")
    top = 2 if any(not text for text in rows[0]) else 1  # weather-check.csv has one header row: its owners edited it
    stem, columns = "", []
    for i in range(own, len(rows[0])):
        stem = rows[0][i] or stem
        columns.append((stem if top == 2 else f"{i}", [row[i].strip() for row in rows[top:]], {rows[1][i].strip()} if top == 2 else set()))
    return survey(rows, top, together(columns), 0 if own else None)


def limesurvey(path: Path) -> Counts:
    """formats.md: "sub-question `rse3[SQ001]. …`, other `q[other]`"; ticks are columns of one code with Yes and No only."""
    rows = records(path)
    columns = []
    for i, head in enumerate(rows[0]):
        if i and not head.startswith("startdate"):
            code, _, sub = head.partition("._.")[0].partition("[")
            cells = [row[i].strip() for row in rows[1:]]
            columns.append((code, cells, {*cells} if sub == "other]" else {"Yes", "No"}))
    return survey(rows, 1, together(columns), 0)


def redcap(path: Path) -> Counts:
    """The project's own dictionary: a question a field, and one a form for how complete it is; fields that identify somebody go."""
    with path.with_name(path.name.replace("_data", "_dictionary")).open(encoding="utf-8-sig", newline="") as file:
        fields = list(csv.DictReader(file))
    rows = records(path)
    who = [f for f in fields if f["Identifier?"] == "y" or re.search(r"_phone$|_contact_(name|address)$", f["Variable / Field Name"])]
    once = Counter(row[0] for row in rows[1:]).most_common(1)[0][1] == 1
    # where a record has several rows, neither its id nor the event identifies a row: both stay among what was asked
    more = -1 if once else rows[0].count("redcap_event_name")
    return survey(rows, 1, len(fields) - len(who) + len({f["Form Name"] for f in fields}) + more, 0 if once else None)


def spss(path: Path) -> Counts:
    """The number of cases stands in bytes 80 to 83; one column a question, but the members of a set of ticks together."""
    (cases,) = struct.unpack_from("<i", path.read_bytes(), 80)
    _, about = pyreadstat.read_sav(path, metadataonly=True)
    set_of = {m: name for name, made in about.mr_sets.items() if made["is_dichotomy"] for m in made["variable_list"]}
    stems = set()
    for name in about.column_names:
        # formats.md, Jisc: "multi-select `Q3_1` has one value label"
        one = re.fullmatch(r"(.+)_\d+", name) if len(about.variable_value_labels.get(name, {})) == 1 else None
        if about.column_names_to_labels[name] != "Unique Response Number":
            stems.add(("set", set_of[name]) if name in set_of else ("ticks", one[1]) if one else ("", name))
    return {"respondents": cases, "questions": len(stems), "set_aside": 0}


def atlas_ti(path: Path) -> Counts:
    """Cells of codes are cut at commas into as many names as they say, all in the code book, but for one name where it has to be."""
    header, *rows = records(path, ";")
    if "Text Content" not in header:
        return {"codes": len({row[0] for row in rows})}
    book = {row[0] for row in records(path.with_name("20250914_codebook_full.csv"), ";")[1:]}
    at, many = header.index("Codes"), header.index("Number of Codes")
    used: set[str] = set()
    for row in rows:
        for unknown in (0, 1):
            found = {frozenset(c) for c in cuts(row[at].split(", "), int(row[many]), book, unknown)}
            if found:
                break
        assert len(found) == 1
        used |= found.pop()
    return {"excerpts": sum(int(row[many]) for row in rows), "codes": len(used), "set_aside": 0}


def cuts(parts: list[str], many: int, book: set[str], unknown: int) -> Iterator[list[str]]:
    """Every way to make ``many`` names of the pieces, all but ``unknown`` of them in the book."""
    if not parts and not many and not unknown:
        yield []
    for n in range(1, len(parts) + 1) if many else ():
        name = ", ".join(parts[:n])
        left = unknown - (name not in book)
        if left >= 0:
            for rest in cuts(parts[n:], many - 1, book, left):
                yield [name, *rest]


def nvivo(path: Path) -> Counts:
    if path.suffix == ".xlsx":
        _, *rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
        return {"excerpts": sum(sum(row[1:]) for row in rows), "codes": len(rows), "set_aside": 0}
    text = path.read_text(encoding="utf-8-sig")
    references = len(re.findall(r"^Reference \d+ - [\d.]+% Coverage", text, re.M))
    assert references == sum(int(n) for n in re.findall(r" - § (\d+) references? coded", text))
    return {"excerpts": references, "codes": 1, "set_aside": 0}  # formats.md: "The code's name is only in the file's name"


def refi_qda(path: Path) -> Counts:
    data = path.read_bytes() if path.suffix == ".qde" else zipfile.ZipFile(path).read("Project.qde")
    root = ElementTree.fromstring(data)
    space = "{urn:QDA-XML:project:1.0}"
    refs = [(e.get("guid"), ref.get("targetGUID")) for e in root.iter() for ref in e.findall(f"{space}Coding/{space}CodeRef")]
    assert len(refs) == sum(1 for _ in root.iter(f"{space}CodeRef")) == 16  # of which two say again what was said
    return {"excerpts": len(set(refs)), "codes": sum(1 for _ in root.iter(f"{space}Code")), "set_aside": 0}


def taguette(path: Path) -> Counts:
    if path.suffix == ".sqlite3":
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            tagged, tags = (connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("highlight_tags", "tags"))
        return {"excerpts": tagged, "codes": tags, "set_aside": 0}
    if path.suffix == ".html":
        return {"codes": path.read_text(encoding="utf-8").count("<h2>")} if path.stem == "codebook" else {}
    if path.suffix == ".qdc":
        return {"codes": len(re.findall(r"<Code\b", path.read_text(encoding="utf-8")))}
    if path.suffix == ".xlsx":
        rows = [[str(v) for v in row] for row in openpyxl.load_workbook(path).active.iter_rows(values_only=True)]
    else:
        rows = records(path)
    if path.stem == "codebook":
        return {"codes": len({row[0] for row in rows[1:]})}
    return {"excerpts": len(rows) - 1, "codes": len({row[2] for row in rows[1:]}), "set_aside": 0}


def webvtt(path: Path) -> Counts:
    """One cue a line of times; words between blank lines without one belong to no cue, unless they are the head or a note."""
    text = path.read_text(encoding="utf-8-sig")
    blocks = [b for b in re.split(r"\n\s*\n", text) if b.strip() and not b.lstrip().startswith(("WEBVTT", "NOTE"))]
    return {"turns": sum("-->" in line for line in text.splitlines()), "set_aside": sum("-->" not in block for block in blocks)}
