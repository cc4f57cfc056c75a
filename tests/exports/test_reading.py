"""Opening files: what is refused, and what is read whatever its encoding, wrapping or delimiter."""

import gzip
import io
import random
import tempfile
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from export_files import FORMS_HEADER, MAP_HEADER, accepted, csv_text, map_row, write_csv, write_xlsx, write_zip
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight import exports
from oversight.exports.probe import MAX_COLUMNS, Probe
from oversight.exports.reading import FileProblem

ROWS = [["id", "document", "tag", "content"], [1, "Group – one", "café", 'said "so", twice'], [2, "Group – one", "cost", "line\r\nbreak"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_encoding_and_delimiter_gives_the_same_rows(tmp_path: Path, encoding: str, delimiter: str) -> None:
    probe = Probe.open(write_csv(tmp_path / "a.csv", ROWS, encoding, delimiter))
    assert list(probe.csv_rows()) == [[str(cell) for cell in row] for row in ROWS]
    assert probe.header == ("id", "document", "tag", "content")


def test_the_delimiter_is_the_one_that_follows_the_first_heading(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("ID;Do you, or your team, or others, meet?\r\n1;Yes, we do\r\n", encoding="utf-8")
    assert list(Probe.open(path).csv_rows())[1] == ["1", "Yes, we do"]


def test_a_gzipped_csv_reads_like_the_csv(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(csv_text(ROWS).encode("utf-8")))
    reading = exports.read(path)
    assert reading is not None and reading.tool == "taguette" and reading.rows_read == 2


@pytest.mark.parametrize("make", [gzip.compress, lambda data: data], ids=["gzip", "zip"])
def test_what_would_unpack_to_far_more_than_it_holds_is_refused(tmp_path: Path, make) -> None:  # type: ignore[no-untyped-def]
    if make is gzip.compress:
        path = tmp_path / "a.csv.gz"
        path.write_bytes(gzip.compress(b"id,document\n" + b"0" * 30_000_000))
        with pytest.raises(FileProblem, match="unpacks to more"):
            list(Probe.open(path).csv_rows())
    else:
        path = write_zip(tmp_path / "a.zip", {"a.csv": b"0" * 30_000_000})
        with pytest.raises(FileProblem, match="would unpack to 30 MB"):
            exports.read(path)


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,document,tag,content\r\n1,a,b,"never closed\r\n2,a,b,c\r\n', encoding="utf-8")
    with pytest.raises(FileProblem, match="line 3 on: unexpected end of data"):
        exports.read(path)


def test_damaged_archives_and_workbooks_say_so(tmp_path: Path) -> None:
    whole = write_xlsx(tmp_path / "whole.xlsx", {"Sheet1": [FORMS_HEADER]}).read_bytes()
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FileProblem, match=r"cut.xlsx is damaged"):
        exports.read(cut)
    hollow = write_zip(tmp_path / "hollow.xlsx", {"xl/workbook.xml": "<workbook/>"})
    with pytest.raises(FileProblem, match=r"hollow.xlsx is damaged"):
        exports.read(hollow)


def test_a_sheet_that_breaks_off_says_so(tmp_path: Path) -> None:
    whole = write_xlsx(tmp_path / "whole.xlsx", {"Sheet1": [FORMS_HEADER, [1, None, None]]})
    with zipfile.ZipFile(whole) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = members["xl/worksheets/sheet1.xml"]
    members["xl/worksheets/sheet1.xml"] = sheet[: sheet.index(b"</sheetData>") - 12]
    with pytest.raises(FileProblem, match="is damaged"):
        exports.read(write_zip(tmp_path / "broken.xlsx", members))


def test_empty_and_too_wide_files_are_refused(tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.touch()
    with pytest.raises(FileProblem, match="is empty"):
        exports.read(empty)
    wide = write_csv(tmp_path / "wide.csv", [["id"] * 3, ["x"] * (MAX_COLUMNS + 1)])
    with pytest.raises(FileProblem, match="more than 2,000 columns"):
        list(Probe.open(wide).csv_rows())
    far = write_xlsx(tmp_path / "far.xlsx", {"Sheet1": [["a"] * (MAX_COLUMNS + 1)]})
    with pytest.raises(FileProblem, match="more than 2,000 columns"):
        exports.read(far)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.vtt", b"This is no WEBVTT\n\nHello\n"), ("a.bin", bytes(range(256)) * 40), ("notes.txt", b"Dear all,\nplace_code\n"),
     ("b.csv", b"a;b\n"), ("e.csv", b"1,2\n3,4\n"), ("c.csv", b'"never closed'), ("d.html", b"<html></html>")],
)  # fmt: skip
def test_what_no_reader_knows_is_left_and_not_an_error(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert exports.read(path) is None


def test_a_workbook_that_two_readers_claim_is_refused(tmp_path: Path) -> None:
    sheets = {"Sheet1": [FORMS_HEADER], "PCNDetails": [["PCN Code", "PCN Name", "Open Date", "Close Date"]]}
    with pytest.raises(FileProblem, match="looks like forms and organisations"):
        exports.read(write_xlsx(tmp_path / "both.xlsx", sheets))


def test_an_archive_with_two_tables_is_refused_rather_than_half_read(tmp_path: Path) -> None:
    text = csv_text([MAP_HEADER, map_row()])
    with pytest.raises(FileProblem, match=r"more than once: one.csv, two.csv"):
        exports.read(write_zip(tmp_path / "a.zip", {"one.csv": text, "two.csv": text}))


def test_the_file_can_be_replaced_while_its_rows_are_being_read(tmp_path: Path) -> None:
    """No handle may stay open: Windows could not replace the file."""
    path = write_xlsx(tmp_path / "a.xlsx", {"Sheet1": [FORMS_HEADER, [1]]})
    rows = Probe.open(path).rows()
    next(rows)
    path.unlink()
    assert next(rows)[0] == 1


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**9))
def test_a_workbook_damaged_inside_is_refused_or_accounted_for(seed: int) -> None:
    """Bytes of its XML are changed and the archive is made anew, so that no checksum stands in the way."""
    rng = random.Random(seed)
    rows: list[list[object]] = [[*FORMS_HEADER, "Q", "Number"]]
    rows += [[i, datetime(2026, 4, 20, 9), datetime(2026, 4, 20, 10), "anonymous", None, "Yes;", i / 2] for i in range(1, 9)]
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(write_xlsx(Path(folder) / "whole.xlsx", {"Sheet1": rows})) as archive:
            members = {name: bytearray(archive.read(name)) for name in archive.namelist()}
        victim = members[rng.choice([name for name in members if name.endswith(".xml")])]
        for _ in range(rng.randint(1, 3)):
            at = rng.randrange(len(victim))
            victim[at : at + rng.choice([0, 1, 3])] = rng.choice([b"", b"9", b"x", b"<", b'"', b" ", b"-", b"\xff"])
        try:
            reading = exports.read(write_zip(Path(folder) / "a.xlsx", {name: bytes(data) for name, data in members.items()}))
        except FileProblem:
            return
    assert reading is None or reading.rows_read == accepted(reading) + len(reading.aside)


def test_an_archive_of_a_version_that_nobody_wrote_is_damaged(tmp_path: Path) -> None:
    data = bytearray(write_zip(tmp_path / "a.zip", {"a.csv": "a,b\n"}).read_bytes())
    data[data.index(b"PK\x01\x02") + 6] = 87
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(FileProblem, match="is damaged"):
        exports.read(tmp_path / "a.zip")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_that_lost_its_mark_is_known(tmp_path: Path, encoding: str) -> None:
    probe = Probe.open(write_csv(tmp_path / "a.csv", [["Wozu?", "ä"], ["ü", "x"]], encoding, "\t"))
    assert list(probe.rows()) == [["Wozu?", "ä"], ["ü", "x"]]


def test_a_member_packed_in_another_way_and_damaged_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("A.csv", "RespondentID,Collector ID,Q\r\n" + "".join(f"{10**9 + i},1,{i * 7919}\r\n" for i in range(20_000)))
    data = bytearray(buffer.getvalue())
    data[len(data) // 2 : len(data) // 2 + 400] = bytes(range(200)) * 2
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(FileProblem):
        exports.read(tmp_path / "a.zip")
