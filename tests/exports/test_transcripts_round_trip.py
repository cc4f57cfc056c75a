"""Transcripts: whatever was said comes back under pseudonyms, from Teams' .vtt and .docx, Zoom's .vtt and Otter's text."""

import html
import random
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
from canonical_turns import Turn, clock, docx, minutes, talks, truth
from hypothesis import example, given, settings
from hypothesis import strategies as st

from oversight import exports


def back(name: str, data: bytes, tool: str) -> list[tuple[float, str | None, str]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        reading = exports.read(path)
    assert reading is not None and reading.tool == tool
    table = reading.tables["utterances"]
    assert reading.rows_read == len(table) and reading.aside == []
    assert table["number"].tolist() == list(range(1, len(table) + 1)) and set(table["document"]) == {name}
    speakers = [s if isinstance(s, str) else None for s in table["speaker"]]
    return list(zip(table["started"], speakers, table["text"], strict=True))


def teams_vtt(turns: list[Turn], rng: random.Random) -> bytes:
    """formats.md, Transcripts: "Teams .vtt: `<v Name>text</v>`, spans lines, cues out of order or speakerless"."""
    cues = []
    for number, turn in enumerate(turns):
        text = html.escape(turn.text, quote=False)
        if rng.random() < 0.5:  # "spans lines"
            text = text.replace(" ", "\n", rng.randint(1, 2))
        name = (turn.speaker or "").encode("ascii", "xmlcharrefreplace").decode()
        words = f"<v {name}>{text}</v>" if turn.speaker else text  # "speakerless"
        cues.append(f"0f3a-4c21/{number}-0\n{clock(turn.started)} --> {clock(turn.stopped)}\n{words}")
    if rng.random() < 0.5:  # "cues out of order"
        rng.shuffle(cues)
    return ("WEBVTT\n\n" + "\n\n".join(cues) + rng.choice(["", "\n", "\n\n"])).encode(rng.choice(["utf-8", "utf-8-sig", "utf-16"]))


@settings(max_examples=200)
@given(talks(), st.randoms(use_true_random=False))
def test_teams_vtt(turns: list[Turn], rng: random.Random) -> None:
    assert back("Group one.vtt", teams_vtt(turns, rng), "teams_transcript") == truth(turns)


@settings(max_examples=200)
@given(talks(nameless=False, apart=1000), st.booleans())
def test_teams_docx(turns: list[Turn], joined: bool) -> None:
    """formats.md: "Teams .docx: title, date, duration, then `Name   0:03` and text". Times are whole seconds there."""
    paragraphs = ["Group one-20260914_100000-Meeting Transcript", "14 September 2026, 10:00am", "47m 12s"]
    for turn in turns:
        parts = [f"{turn.speaker}   {minutes(turn.started)}", turn.text]
        paragraphs += ["\n".join(parts)] if joined else parts
    assert back("Group one.docx", docx(paragraphs), "teams_transcript") == truth(turns)


def zoom_vtt(turns: list[Turn]) -> str:
    """formats.md: "Zoom .vtt: `Name: text`, name sometimes missing, carry forward"."""
    cues, last = [], None
    for number, turn in enumerate(turns, 1):
        before = "" if turn.speaker == last else f"{turn.speaker}: "
        cues.append(f"{number}\r\n{clock(turn.started)} --> {clock(turn.stopped)}\r\n{before}{turn.text}")
        last = turn.speaker
    return "WEBVTT\r\n\r\n" + "\r\n\r\n".join(cues)


@settings(max_examples=100)
@given(talks(nameless=False))
@example([*[Turn(n, n, "Anna Birch", ("caseload",)) for n in range(1, 60)], Turn(60, 60, "Zoë", ("caseload",))])  # a long speech
def test_zoom_vtt(turns: list[Turn]) -> None:
    assert back("Group one.vtt", zoom_vtt(turns).encode(), "vtt_transcript") == truth(turns)


@pytest.mark.real
@pytest.mark.parametrize("name", ["sample.vtt", "captions_with_bom.vtt", "using_identifiers.vtt"])
def test_the_writers_write_the_heads_of_real_cues(real_data: Path, name: str) -> None:
    """WebVTT has no header rows: its first line and the lines of times. None of these files is from Teams or Zoom, so no more is alike."""
    text = (real_data / "exports" / "webvtt" / name).read_text(encoding="utf-8-sig")
    heads = [line for line in text.splitlines() if line == "WEBVTT" or "-->" in line]
    times = [[int(n) for n in re.findall(r"\d+", line)] for line in heads[1:]]
    at = [[((h * 60 + m) * 60 + s) * 1000 + ms for h, m, s, ms in (found[:4], found[4:])] for found in times]
    turns = [Turn(start, stop, None, ("words",)) for start, stop in at]
    for written in (zoom_vtt(turns), teams_vtt(turns, _Plain()).decode()):
        assert [line for line in written.splitlines() if line == "WEBVTT" or "-->" in line] == heads and len(heads) > 4


class _Plain(random.Random):
    """No cue moved or broken over lines, and always the first of several ways."""

    def random(self) -> float:
        return 0.9

    def choice(self, seq: Any) -> Any:
        return seq[0]


@settings(max_examples=100)
@given(talks(nameless=False, apart=1000))
def test_otter_text(turns: list[Turn]) -> None:
    """formats.md: "Otter .txt: `Name  0:34`, text, blank line; a footer"."""
    text = "".join(f"{t.speaker}  {minutes(t.started)}  \n{t.text}\n\n" for t in turns) + "Transcribed by https://otter.ai\n"
    assert back("Group one.txt", text.encode(), "otter_transcript") == truth(turns)
