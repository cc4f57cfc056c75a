"""Transcripts: what is read, what is set aside and why, whose names stay out, and what is not taken for a transcript."""

import random
import re
import tempfile
import time
import zipfile
from pathlib import Path

import pytest
import webvtt
from canonical_turns import docx
from export_files import csv_text, write_csv
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight import exports
from oversight.exports import FileProblem, Reading, speakers, transcripts
from oversight.exports.probe import Probe

TEAMS = """WEBVTT

0f3a/1-0
00:00:03.250 --> 00:00:05.120
<v Anna Birch>Morning, Tom. Shall we
start?</v>

0f3a/2-0
00:00:05.500 --> 00:00:08.000
<v Tom Lark>Yes. Anna's PCN first &amp; then ours.</v>

00:00:09.000 --> 00:00:10.000
(laughter)
"""


def read(path: Path) -> Reading:
    reading = exports.read(path)
    assert reading is not None
    assert reading.rows_read == reading.tables["utterances"]["row"].nunique() + len(reading.aside)
    return reading


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def said(reading: Reading) -> list[tuple[str | None, str]]:
    table = reading.tables["utterances"]
    return [(s if isinstance(s, str) else None, t) for s, t in zip(table["speaker"], table["text"], strict=True)]


def test_a_teams_transcript(tmp_path: Path) -> None:
    reading = read(write(tmp_path / "Group one.vtt", TEAMS))
    assert (reading.tool, reading.rows_read, reading.why) == ("teams_transcript", 3, "WEBVTT, as its first line says")
    assert said(reading) == [
        ("Speaker 1", "Morning, [Speaker 2]. Shall we start?"),
        ("Speaker 2", "Yes. [Speaker 1]'s PCN first & then ours."),
        (None, "(laughter)"),
    ]
    table = reading.tables["utterances"]
    assert table["started"].tolist() == [3.25, 5.5, 9.0] and table["stopped"].tolist() == [5.12, 8.0, 10.0]
    assert table["row"].tolist() == [4, 9, 12] and reading.warnings == []
    assert "turns: 3, speakers: 2" in reading.note and "names of speakers" in reading.note


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_any_encoding(tmp_path: Path, encoding: str) -> None:
    reading = read(write(tmp_path / "a.vtt", TEAMS.replace("Birch", "Böll"), encoding))
    assert [s for s, _ in said(reading)] == ["Speaker 1", "Speaker 2", None]


def test_several_voices_in_one_cue_are_several_turns_of_one_row(tmp_path: Path) -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Anna Birch>Yes.\n<v Tom Lark>No, <i>Birch</i>.\nNever.</v> (noise)\n"
    reading = read(write(tmp_path / "a.vtt", text))
    assert said(reading) == [("Speaker 1", "Yes."), ("Speaker 2", "No, [Speaker 1]. Never."), (None, "(noise)")]
    assert reading.rows_read == 1 and reading.tables["utterances"]["row"].tolist() == [3, 3, 3]


def test_what_cannot_be_used_is_set_aside_without_a_name(tmp_path: Path) -> None:
    text = TEAMS + "\n<v Tom Lark>under no time, Anna, call 07700 900123</v>\n\nx\n00:aa --> 00:05\n<v Tom Lark>bad time</v>\n\n"
    text += "00:20.000 --> 00:21.000\n<v Hidden Person\nwho is cut off\n\n00:30.000 --> 00:31.000\n<v Tom Lark></v>\n"
    reading = read(write(tmp_path / "a.vtt", text))
    assert [(a.row, a.reason, a.content) for a in reading.aside] == [
        (15, "bad_value", {"words": "under no time, [Speaker 1], call [phone]"}),
        (18, "bad_value", {"words": "bad time"}),
        (21, "bad_value", {}),
    ]
    assert reading.rows_read == 6 and "turns without words left out: 1" in reading.note
    assert not re.search("Anna|Birch|Tom|Lark|Hidden", repr(reading))


def test_a_teams_document_of_today(tmp_path: Path) -> None:
    paragraphs = ["Group one-20260914_100000-Meeting Transcript", "14 September 2026, 09:00am", "1h 2m 3s"]
    paragraphs += ["Nell Heron started transcription", "\nAnna Birch   0:03\nMorning, Nell.\nStart at 10:30?", " "]
    paragraphs += ["Tom Lark   1:02:03\nYes, Anna.", "Nell Heron stopped transcription"]
    reading = read(write_bytes(tmp_path / "a.docx", docx(paragraphs)))
    assert said(reading) == [("Speaker 1", "Morning, [a speaker]. Start at 10:30?"), ("Speaker 2", "Yes, [Speaker 1].")]
    assert reading.tables["utterances"]["started"].tolist() == [3.0, 3723.0]
    assert not re.search("Nell|Heron|Meeting Transcript", repr(reading))


def test_a_teams_document_of_2021(tmp_path: Path) -> None:
    reading = read(
        write_bytes(
            tmp_path / "a.docx", docx(["0:0:5.100 --> 0:0:8.250\nAnna Birch\nMorning.", "0:0:8.5 --> 0:0:9.0", "Tom Lark", "Hi Anna."])
        )
    )
    assert said(reading) == [("Speaker 1", "Morning."), ("Speaker 2", "Hi [Speaker 1].")]


def write_bytes(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_zoom_names_only_where_they_are_names(tmp_path: Path) -> None:
    cues = ["Anna Birch: One thing: we need time.", "And another: rooms.", "Dr. Tom Lark: I agree, Anna.", "Note: that is all."]
    text = "WEBVTT\n\n" + "\n\n".join(f"{i}\n00:00:0{i}.000 --> 00:00:0{i}.900\n{c}" for i, c in enumerate(cues, 1))
    assert said(read(write(tmp_path / "a.vtt", text))) == [
        ("Speaker 1", "One thing: we need time."), ("Speaker 1", "And another: rooms."), ("Speaker 2", "I agree, [Speaker 1]."),
        ("Speaker 3", "that is all."),
    ]  # fmt: skip


def test_zoom_puts_two_people_into_one_cue(tmp_path: Path) -> None:
    text = "WEBVTT\n\n1\n00:01.000 --> 00:02.000\nAnna Birch: Yes?\nTom Lark: No,\nAnna.\n\n2\n00:03.000 --> 00:04.000\nNever.\n"
    reading = read(write(tmp_path / "a.vtt", text))
    assert said(reading) == [("Speaker 1", "Yes?"), ("Speaker 2", "No, [Speaker 1]."), ("Speaker 2", "Never.")]
    assert reading.rows_read == 2


def test_what_is_no_transcript_is_not_taken_for_one(tmp_path: Path) -> None:
    others = [
        write_bytes(tmp_path / "agenda.docx", docx(["Agenda", "Welcome   10:00", "Lunch   12:30", "Close   16:00"])),
        write_bytes(tmp_path / "notes.docx", docx(["Interviewer: How are you?", "We met at 10:30", "Participant: Fine."])),
        write(tmp_path / "prose.txt", "We met at 10:30\nand left at 11:00\n"),
        write_csv(tmp_path / "a.csv", [["Name", "Time"], ["Anna Birch   0:03", "0:03"], ["x", "y"]]),
        write_csv(tmp_path / "b.csv", [["id", "document", "tag", "content"], ["1", "A", "b", "<v Anna>00:01.000 --> 00:02.000"]]),
        write_bytes(tmp_path / "a.bin", bytes(range(256)) * 9),
    ]
    assert [transcripts.recognise(Probe.open(p)) for p in others] == [None] * len(others)


@pytest.mark.parametrize(
    ("name", "data", "wrong"),
    [
        ("a.vtt", b"WEBVTT\n\nNOTE nothing here\n", "no words"),
        ("a.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Anna Birch></v>\n", "no words"),
        ("a.vtt", b"WEBVTT\n\n" + b"".join(b"00:01.000 --> 00:02.000\n<v Person %d>x</v>\n\n" % i for i in range(101)), "100 speakers"),
        ("a.vtt", b"WEBVTT\n\n" + b"x" * 10_000_000, "larger than 10 MB"),
        ("a.docx", docx(["1m 2s", "Anna   0:03", "x"])[:-30], "damaged"),
    ],
)
def test_a_file_that_cannot_be_used_says_so(tmp_path: Path, name: str, data: bytes, wrong: str) -> None:
    with pytest.raises(FileProblem, match=wrong):
        exports.read(write_bytes(tmp_path / name, data))


@pytest.mark.parametrize(
    "xml",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
        "<w:p xmlns:w='w'><w:t>Anna   0:03",
        "\x00\x01",
    ],
)
def test_a_hostile_document_is_refused(tmp_path: Path, xml: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("word/document.xml", xml)
    with pytest.raises(FileProblem, match=r"a\.docx"):
        exports.read(tmp_path / "a.docx")


@pytest.mark.parametrize(
    "text",
    [
        "WEBVTT\n\n00:01.000 --> 00:02.000\n" + "<v " * 1_000_000,
        "WEBVTT\n\n00:01.000 --> 00:02.000\n" + "<c " * 1_000_000,
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v A" + " " * 3_000_000,
        "WEBVTT\n\n" + "00:01.000 --> 00:02.000\n" * 100_000,
        "WEBVTT\n\n" + "0" * 3_000_000 + " --> ",
        "A  0:01\nx\nB  0:02\n" + ("\t" * 390 + "0:01\n") * 5_000,
        "A  0:01\nx\nB  0:02\n" + (" " * 380 + "transcription\n") * 5_000,
    ],
    ids=range(7),
)
def test_no_file_keeps_the_reader_busy(tmp_path: Path, text: str) -> None:
    path = write(tmp_path / "a.vtt", text)
    began = time.monotonic()
    try:
        read(path)
    except FileProblem as problem:
        assert "no words" in problem.wrong
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    ("names", "text", "hidden"),
    [
        (["SMITH, Jane (NHS ENGLAND - X24)"], "Jane Smith, NHS England; JANE; Smithson", "[Speaker 1], NHS England; [Speaker 1]; Smithson"),
        (["Anna Smith", "Anna Jones"], "Anna, Anna Jones and Smith", "[a speaker], [Speaker 2] and [Speaker 1]"),
        (["Will Mark"], "Will you mark it, Will?", "[Speaker 1] you mark it, [Speaker 1]?"),
        (["Mrs Jo Li", "Dr Anna-Marie O'Dell"], "Mrs Li, Jo Li, Marie, O'Dell's doctor", "Mrs Li, [Speaker 1], [Speaker 2]'s doctor"),
        (["jane.smith2@nhs.net"], "Jane said the NHS, net of all", "[Speaker 1] said the NHS, net of all"),
        (["Katherine (Kate) Lee", "Room 4 | Trust"], "Kate, use room 4 of the Trust", "[Speaker 1], use room 4 of the Trust"),
        (["Speaker 2", "Unknown Speaker", "Speaker 1"], "Speaker 1 is no name", "[Speaker 2] is no name"),
        (["佐藤 花子"], "はい、佐藤 花子さん", "はい、[Speaker 1]さん"),
        (["A", "."], "A friend of A. B.", "A friend of A. B."),
    ],
)  # fmt: skip
def test_names_in_what_is_said(names: list[str], text: str, hidden: str) -> None:
    assert speakers.Speakers(names).hide(text) == hidden


def test_pseudonyms_follow_the_order_of_first_appearance() -> None:
    people = speakers.Speakers(["Speaker 7", None, "Unknown Speaker", "Anna  Birch", "Speaker 7", "anna birch"])
    assert [people.of(n) for n in ("Speaker 7", None, "Unknown Speaker", "ANNA BIRCH")] == ["Speaker 1", None, None, "Speaker 2"]
    assert len(people) == 2


@settings(max_examples=150)
@given(st.integers(0, 10**9), st.integers(1, 6), st.sampled_from(["vtt", "docx", "txt"]))
def test_the_account_balances_however_a_file_is_damaged(seed: int, blows: int, kind: str) -> None:
    rng = random.Random(seed)
    turns = [(rng.choice(["Anna Birch", "Tom Lark"]), f"word {i} of Anna") for i in range(9)]
    texts = {
        "vtt": TEAMS + "".join(f"\n00:00:{i + 10}.000 --> 00:00:{i + 11}.000\n<v {n}>{t}</v>\n" for i, (n, t) in enumerate(turns)),
        "txt": "".join(f"{n}  0:{i + 10}\n{t}\n\n" for i, (n, t) in enumerate(turns)),
    }
    data = bytearray(
        docx(["1m 2s", *(f"{n}   0:{i + 10}\n{t}" for i, (n, t) in enumerate(turns))]) if kind == "docx" else texts[kind].encode()
    )
    for _ in range(blows):
        at = rng.randrange(len(data))
        data[at : at + rng.choice([0, 1, 30])] = rng.choice([b"", b"\n", b"<", b">", b"\xff", b"\x00", b" "])
    with tempfile.TemporaryDirectory() as folder:
        path = write_bytes(Path(folder) / f"a.{kind}", bytes(data) or b"x")
        try:
            reading = exports.read(path)
        except FileProblem as problem:
            assert problem.mend
            return
    if reading is not None:
        assert reading.rows_read == reading.tables["utterances"]["row"].nunique() + len(reading.aside)


def _seconds(stamp: str) -> float:
    hours, minutes, seconds = stamp.split(":")
    return round(int(hours) * 3600 + int(minutes) * 60 + float(seconds), 3)


@pytest.mark.real
def test_the_real_files_against_an_independent_reader(real_data: Path) -> None:
    folder = real_data / "exports" / "webvtt"
    for path in sorted(folder.iterdir()):
        reading = read(path)
        assert reading.tool == "vtt_transcript"
        table = reading.tables["utterances"]
        if path.name == "invalid.vtt":  # the line WEBVTT is missing, and the independent reader refuses it
            with pytest.raises(webvtt.errors.MalformedFileError):
                webvtt.read(str(path))
            assert len(table) == path.read_text(encoding="utf-8").count("-->") == 7 and "WEBVTT" in reading.warnings[0][1]
            continue
        theirs = [(_seconds(c.start), " ".join(c.text.split())) for c in webvtt.read(str(path)).captions]
        assert list(zip(table["started"], table["text"], strict=True)) == theirs
        assert len(reading.aside) == (path.name == "missing_timeframe.vtt")
        assert any("roll" in w for _, w in reading.warnings) == (path.name == "youtube_dl.vtt")


@pytest.mark.real
def test_documents_of_coding_tools_are_no_transcripts(real_data: Path) -> None:
    found = sorted((real_data / "exports" / "dedoose").glob("*.docx"))
    assert found and [transcripts.recognise(Probe.open(p)) for p in found] == [None] * len(found)


@pytest.mark.real
def test_no_export_of_another_tool_is_taken_for_a_transcript(real_data: Path) -> None:
    claimed = set()
    for path in (p for p in (real_data / "exports").rglob("*") if p.is_file() and p.stat().st_size and p.parent.name != "webvtt"):
        try:
            claimed |= {path.name} if transcripts.recognise(Probe.open(path)) else set()
        except FileProblem:
            claimed |= {f"{path.name}: refused"}
    assert claimed == set()


def test_a_csv_is_read_as_what_it_is_beside_transcripts(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", csv_text([["id", "document", "tag", "content"], ["1", "A", "b", "c"]]))
    reading = exports.read(path)
    assert reading is not None and reading.tool == "taguette"
