"""Files made to do harm: each gives a sentence that names it, in bounded time and memory, and nothing is published."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from oversight import publish
from oversight.exports.reading import FileProblem
from oversight.settings import ROOT
from tests.programme import response, write_programme

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LAUGHS = (
    "<!DOCTYPE l [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
XXE = "<!DOCTYPE x [<!ENTITY i SYSTEM 'file:///etc/hostname'>]>"


def archive(members: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return out.getvalue()


def workbook(sheet: str, doctype: str = "") -> bytes:
    """The least that is a workbook, with this XML as its only sheet."""
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    )
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rels = (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r" Type="{rel}/%s" Target="%s"/></Relationships>'
    )
    return archive(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": rels % ("officeDocument", "xl/workbook.xml"),
            "xl/workbook.xml": f'<workbook {NS} xmlns:r="{rel}"><sheets><sheet name="S" sheetId="1" r:id="r"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": rels % ("worksheet", "worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml": f"{doctype}<worksheet {NS}><sheetData>{sheet}</sheetData></worksheet>",
        }
    )


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def forms_sheet(more: str) -> str:
    header = "".join(cell(f"{c}1", t) for c, t in zip("ABCDEF", ["ID", "Start time", "Completion time", "Email", "Name", "Q"], strict=True))
    return f'<row r="1">{header}</row>{more}'


#: What it is -> (name, content).
HOSTILE: dict[str, Callable[[], tuple[str, bytes]]] = {
    "zip bomb": lambda: ("bomb.xlsx", archive({"xl/workbook.xml": b"0" * 60_000_000})),
    "zip bomb in a project": lambda: ("bomb.qdpx", archive({"project.qde": b" " * 60_000_000})),
    "gzip bomb": lambda: ("bomb.csv", gzip.compress(b"a,b\n" + b"1,2\n" * 40_000_000, 9)),
    "external entity in a workbook": lambda: ("xxe.xlsx", workbook(f'<row r="1">{cell("A1", "&i;")}</row>', XXE)),
    "billion laughs in a workbook": lambda: ("laughs.xlsx", workbook(f'<row r="1">{cell("A1", "&i;")}</row>', LAUGHS)),
    "external entity in a project": lambda: ("xxe.qdpx", archive({"p.qde": f'{XXE}<Project xmlns="urn:QDA-XML:project:1.0" name="&i;"/>'})),
    "billion laughs in a code book": lambda: ("laughs.qdc", f'{LAUGHS}<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="&i;"/>'.encode()),
    "billion laughs in a document": lambda: (
        "laughs.docx",
        archive({"[Content_Types].xml": "<Types/>", "word/document.xml": f"{LAUGHS}<w:document><w:body>&i;</w:body></w:document>"}),
    ),
    "a sheet wider than any": lambda: ("wide.xlsx", workbook(f'<row r="1">{cell("A1", "ID")}{cell("XFD1", "x")}</row>')),
    "a column that cannot be": lambda: ("column.xlsx", workbook(f'<row r="1">{cell("A1", "ID")}{cell("ZZZZZZ1", "x")}</row>')),
    "ten million columns": lambda: ("columns.csv", b"ID,Start time,Completion time" + b",q" * 10_000_000 + b"\n"),
    "a quote never closed": lambda: ("quote.csv", b'ID,Start time,Completion time,Q\n1,2026-09-10 09:00,2026-09-10 09:10,"never\n' * 3),
    "a truncated workbook": lambda: ("cut.xlsx", workbook(forms_sheet(""))[:-200]),
    "a truncated SPSS file": lambda: ("cut.sav", b"$FL2@(#) IBM SPSS STATISTICS" + b"\x00" * 60),
    "an SPSS file that lies about its size": lambda: ("lies.sav", b"$FL2" + b" " * 60 + b"\x02\x00\x00\x00" + b"\xff\xff\xff\x7f" * 40),
    "a database cut short": lambda: ("cut.sqlite3", b"SQLite format 3\x00" + b"\x10\x00\x01\x01" * 30),
    "members outside the archive": lambda: ("slip.qdpx", archive({"../../project.qde": '<Project xmlns="urn:QDA-XML:project:1.0"/>'})),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_programme(tmp_path / "exports", {"F0001": "QHL"}, [response("F0001", id=str(i)) for i in range(3)])


def run_limited(folder: Path, out: Path) -> subprocess.CompletedProcess[str]:
    """A build in a process of its own that may use 1 GiB of memory (where the system can hold it to that) and 60 seconds."""
    limit = "import resource; resource.setrlimit(resource.RLIMIT_DATA, (2**30, 2**30)); " if sys.platform == "linux" else ""
    code = f"{limit}import sys; from oversight.__main__ import main; sys.exit(main(['build', {str(folder)!r}, '--out', {str(out)!r}]))"
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=60, env=environment
    )


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_named_and_nothing_is_published(what: str, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    before = publish.build([folder], out)
    name, content = HOSTILE[what]()
    (folder / name).write_bytes(content)
    run = run_limited(folder, out)
    assert run.returncode == 1, (run.returncode, run.stdout[-500:], run.stderr[-2000:])
    assert name in run.stderr and "Traceback" not in run.stderr
    assert (out / "current").read_text(encoding="utf-8").strip() == before.snapshot_id
    assert [p.name for p in out.glob("*.duckdb")] == [f"{before.snapshot_id}.duckdb"]
    assert Path("/etc/hostname").read_text().strip() not in run.stderr if Path("/etc/hostname").exists() else True


def test_the_sparse_sheet_that_ends_other_readers_is_read_or_refused(folder: Path, tmp_path: Path) -> None:
    """Cells A1 and XFD1048576 in 1.7 KB: a well-known way to end a process."""
    sheet = f'<row r="1">{cell("A1", "ID")}</row><row r="1048576">{cell("XFD1048576", "x")}</row>'
    (folder / "sparse.xlsx").write_bytes(workbook(sheet))
    run = run_limited(folder, tmp_path / "out")
    assert run.returncode in (0, 1) and "Traceback" not in run.stderr
    if run.returncode == 1:
        assert "sparse.xlsx" in run.stderr


def test_a_formula_in_an_answer_is_not_lost(folder: Path, tmp_path: Path) -> None:
    """A workbook that nobody has opened in Excel holds no results: what was typed is the answer then."""
    times = '<c r="B2"><v>46275.4</v></c><c r="C2"><v>46275.41</v></c>'
    row = f'<row r="2"><c r="A2"><v>1</v></c>{times}<c r="F2"><f>SUM(1,2) is what I said</f></c></row>'
    done = f'<row r="3"><c r="A3"><v>2</v></c>{times.replace("2", "3")}<c r="F3"><f>1+1</f><v>2</v></c></row>'
    (tmp_path / "forms.xlsx").write_bytes(workbook(forms_sheet(row + done)))
    from oversight import exports

    try:
        reading = exports.read(tmp_path / "forms.xlsx")
    except FileProblem as problem:
        pytest.fail(str(problem))
    assert reading is not None and reading.survey is not None
    assert reading.survey.cells["Q"].to_list() == ["=SUM(1,2) is what I said", "2"]
    assert any("formula" in what for _, what in reading.warnings)
