"""Transcripts of focus groups: Microsoft Teams (.vtt and .docx), other WebVTT (Zoom), and plain text as Otter writes it.

It relies on times: a WebVTT cue has a line ``00:00:03.250 --> 00:00:05.120``, with the speaker as ``<v Name>`` (Teams) or as
``Name: `` before the words (Zoom, who leaves the name out where it stays the same); Teams' document and Otter's text have a
line ``Name   0:03`` over each turn. Seen in files of others: WebVTT of several makers, none of them with speakers. How Teams
writes names, wraps lines and begins and ends a document was seen in published texts, not in a file as exported.

One row per cue or turn, in order of time. Speakers get pseudonyms here, and their names are taken out of what is said.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import pandas as pd

from oversight.exports.probe import Probe
from oversight.exports.reading import TABLE_COLUMNS, Aside, FileProblem, Reading
from oversight.exports.speakers import MOST_SPEAKERS, Speakers
from oversight.exports.word import is_word, paragraphs
from oversight.redact import redact

TOOL = "teams_transcript"
VTT, OTTER = "vtt_transcript", "otter_transcript"
#: Three hours of talk are about half a megabyte.
MAX_BYTES = 10_000_000
#: No line that says who speaks, or when, is longer: keeps a search from running over a whole file in one line.
_LONGEST = 400
#: Lines that may stand over the first turn: title, date, duration, who started, keywords.
_PREFACE = 15

#: The share of lines or cues that begin with ``Name: `` from which on each such beginning is a speaker.
_MANY = 0.3

_CLOCK = r"(?:(\d{1,4}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,9}))?"
_TIMING = re.compile(rf"\s*{_CLOCK}[ \t]*-->[ \t]*{_CLOCK}(?:[ \t].*)?")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s([^<>]*)>|</v>")
_BROKEN_VOICE = re.compile(r"<v[\s.][^<>]*(?:<|$)|<v$")
_TAG = re.compile(r"</?(?:c|i|b|u|ruby|rt|lang)(?:[.\s][^<>]{0,200})?>|<(?:\d+:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,9})?>")
_TIME = re.compile(r"\d{1,3}(?::\d{2}){1,2}")
_DURATION = re.compile(r"(?=\d)(?:\d+ ?h(?:ours?)?)? ?(?:\d+ ?m(?:in(?:utes?)?)?)? ?(?:\d+ ?s(?:ec(?:onds?)?)?)?", re.IGNORECASE)
_STARTED = re.compile(r"(.{1,120}?) (?:started|stopped) transcription\.?", re.IGNORECASE)
_FOOTER = "transcribed by https://otter.ai"
_PREFIX = re.compile(r"([^:<>\n.?!;]{1,60}?|(?:[A-Z]\w{0,4}\. ?){1,3}[^:<>\n.?!;]{1,60}?):(?:\s+|$)")
#: Words of names that bear no capital.
_SMALL = frozenset("de del der den di da dos van von und of the al el bin ibn la le ter and & -".split())  # noqa: SIM905
_TYPES: dict[str, Any] = {"row": "int64", "number": "int64", "started": "float64", "stopped": "float64"} | dict.fromkeys(
    ("document", "speaker", "text"), "string"
)
_CUT_OFF = "The name of the speaker is cut off, so it cannot be told from the words."
_NO_TIME = "These words stand under no time. Give the line of times back, or take the blank line out."
_BAD_TIME = "The line of times cannot be read. Correct it."


@dataclass(frozen=True)
class _Passage:
    """One cue or turn as it stands in the file. ``fault``: why it cannot be used."""

    row: int
    started: float | None
    stopped: float | None
    name: str | None
    text: str
    fault: str = ""


def recognise(probe: Probe) -> str | None:
    """Why the file is a transcript, None when it is not."""
    if is_word(probe):
        found = _turn_lines(_document_lines(probe))
        return f"a Word document in which {found} lines say who speaks and when" if found else None
    if probe.is_zip or probe.is_gzip:
        return None
    lines = [line for line in _lines(_decoded(probe.head, partly=True)) if line.strip()]
    if lines and _is_headed(lines[0]):
        return "WEBVTT, as its first line says"
    if any(map(_is_timing, lines[:4])):
        return "times of cues, as WebVTT has them"
    found = _turn_lines(lines)
    return f"lines that say who speaks and when, {found} at its beginning" if found else None


def read(probe: Probe) -> Reading:
    """The table ``utterances``. Cues without a time that can be read, and words that belong to no cue, are set aside.

    Raises ``FileProblem`` for a file that is damaged, far too large, or holds no turn.
    """
    warnings: list[tuple[int, str]] = []
    if is_word(probe):
        tool, lines = TOOL, _document_lines(probe)
        passages = list(_arrows(lines) if any(map(_is_timing, lines)) else _turns(lines))
    else:
        if probe.path.stat().st_size > MAX_BYTES:
            raise FileProblem(probe.name, f"is larger than {MAX_BYTES / 1e6:,.0f} MB.", "No transcript is. Check where it comes from.")
        lines = _lines(_decoded(probe.path.read_bytes()))
        headed = _is_headed(next((line for line in lines if line.strip()), ""))
        cues = headed or any(map(_is_timing, [line for line in lines[:50] if line.strip()][:4]))
        tool = OTTER if not cues else TOOL if any("<v" in line for line in lines) else VTT
        passages = list(_cues(lines, headed) if cues else _turns(lines))
        if cues and not headed:
            warnings.append((0, "The line WEBVTT at the top is missing. If the beginning is cut off, download the file again."))
        if tool == VTT:
            passages = _prefixed(passages)
            warnings += _rolling(passages)
    return _reading(probe, tool, passages, [found[1] for line in lines if (found := _started(line))], warnings)


def without_speakers(text: str) -> str:
    """A passage coded in a transcript without the names that stand over its turns and in its voice tags."""
    lines = text.split("\n")
    if len(lines) > 1:
        lines = [f"[speaker]   {line.split()[-1]}" if (head := _head(line)) and head[0] else line for line in lines]
    return _VOICE.sub("", "\n".join(lines))


def people_of(text: str) -> Speakers:
    """Who speaks in the plain text of a transcript, as coding tools hold it: by the lines over the turns, or what stands before them.

    ``Name: `` counts as a speaker where many lines begin so, else from the second time on. Their ``hide`` says "[a speaker]",
    for nothing tells which.
    """
    lines = [line for line in _lines(text) if line.strip()]
    heads = [name for name, _ in _heads(lines).values() if name]
    voices = [" ".join(html.unescape(tag[1]).split()) for tag in _VOICE.finditer(text) if tag[1]]
    before = Counter(" ".join(head[1].split()) for line in lines if (head := _PREFIX.match(line.strip())) and _is_name(head[1]))
    many = before.total() > 1 and before.total() >= _MANY * len(lines)
    names = dict.fromkeys([*heads, *voices, *(name for name, count in before.items() if many or count > 1)])
    return Speakers([], list(names)[:MOST_SPEAKERS])


def _reading(probe: Probe, tool: str, passages: list[_Passage], others: list[str], warnings: list[tuple[int, str]]) -> Reading:
    """The passages in order of time, speakers and their names in the words replaced. ``others``: who else the file names."""
    spoken = [p for p in passages if p.text.strip() or p.fault]
    if not spoken:
        raise FileProblem(probe.name, "holds no words of a transcript.", "Download the transcript again.")
    good = sorted((p for p in spoken if not p.fault), key=lambda p: p.started or 0.0)
    if len({p.name for p in good if p.name}) > MOST_SPEAKERS:
        raise FileProblem(probe.name, f"names more than {MOST_SPEAKERS} speakers.", "Check that it is the transcript of one focus group.")
    people = Speakers([p.name for p in good], others)
    aside = [
        Aside(p.row, "bad_value", p.fault, {"words": redact(people.hide(p.text.strip()))} if p.text.strip() else {})
        for p in spoken
        if p.fault
    ]
    rows = [
        (p.row, probe.name, number, p.started, p.stopped, people.of(p.name), people.hide(" ".join(p.text.split())))
        for number, p in enumerate(good, 1)
    ]
    table = pd.DataFrame(rows, columns=list(TABLE_COLUMNS["utterances"])).astype(_TYPES)
    if good and not len(people):
        warnings.append((0, "Nobody is named as a speaker, so names cannot be found in the words. Read it before you publish it."))
    notes = [f"turns: {len(good)}, speakers: {len(people)}", "names of speakers and what stands over the first turn left out"]
    if empty := len(passages) - len(spoken):
        notes.append(f"turns without words left out: {empty}")
    if any(a.row > b.row for a, b in pairwise(good)):
        notes.append("put in order of time")
    return Reading(tool, len({p.row for p in spoken}), aside, warnings, tables={"utterances": table}, note="; ".join(notes))


def _decoded(data: bytes, partly: bool = False) -> str:
    """Text by its byte-order mark, else as UTF-8, else as cp1252. ``partly``: the last character may be cut."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if partly and error.start >= len(data) - 3:
            return data[: error.start].decode("utf-8-sig")
        return data.decode("cp1252", errors="replace")


def _lines(text: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", text.replace("\x00", "\ufffd"))


def _document_lines(probe: Probe) -> list[str]:
    return [line for paragraph in paragraphs(probe) for line in paragraph.split("\n")]


def _is_headed(line: str) -> bool:
    return re.match(r"WEBVTT(\s|$)", line.lstrip()) is not None


def _is_timing(line: str) -> bool:
    return "-->" in line and len(line) <= _LONGEST and _TIMING.fullmatch(line) is not None


def _seconds(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> float:
    return float(f"{int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)}.{fraction or 0}")


def _cues(lines: list[str], headed: bool) -> Iterator[_Passage]:
    """The cues of a WebVTT file. Notes, styles and regions are no cues; a cue ends where a line is blank or the next begins."""
    at, end = 0, len(lines)
    if headed:
        while at < end and not lines[at].strip():
            at += 1
        while at < end and lines[at].strip() and "-->" not in lines[at]:
            at += 1
    while at < end:
        first = at
        while at < end and lines[at].strip():
            at += 1
        if at > first:
            yield from _block(first + 1, lines[first:at])
        at += 1


def _block(row: int, block: list[str]) -> Iterator[_Passage]:
    """What lies between two blank lines: a cue, or several, or none."""
    timings = [i for i, line in enumerate(block) if "-->" in line]
    if re.match(r"NOTE(\s|$)", block[0]) or (re.match(r"(STYLE|REGION)\s*$", block[0]) and not timings):
        return
    # what stands over a cue is its identifier, one line
    if loose := block[: max(timings[0] - 1, 0)] if timings else block:
        yield _Passage(row, None, None, None, _words("\n".join(loose)), _NO_TIME)
    for i, following in pairwise([*timings, len(block)]):
        yield from _cue(row + i, block[i], "\n".join(block[i + 1 : following]))


def _cue(row: int, timing: str, payload: str) -> Iterator[_Passage]:
    """What is said under one line of times: one passage per voice."""
    found = _TIMING.fullmatch(timing) if len(timing) <= _LONGEST else None
    if found is None:
        yield _Passage(row, None, None, None, _words(payload), _BAD_TIME)
        return
    groups = found.groups()
    started, stopped = _seconds(*groups[:4]), _seconds(*groups[4:])
    if _BROKEN_VOICE.search(payload):
        yield _Passage(row, started, stopped, None, "", _CUT_OFF)
        return
    for name, words in [voice for voice in _voices(payload) if voice[1].strip()] or [(None, "")]:
        yield _Passage(row, started, stopped, name, words)


def _words(text: str) -> str:
    """Words that cannot be used, without the names of who spoke them; none of them where a name cannot be told from the words."""
    return "" if _BROKEN_VOICE.search(text) else "".join(words for _, words in _voices(text))


def _voices(text: str) -> list[tuple[str | None, str]]:
    """The payload of a cue taken apart: (name, words) of each voice; words outside of any are nobody's."""
    found: list[tuple[str | None, str]] = []
    name, at = None, 0
    for tag in _VOICE.finditer(text):
        found.append((name, text[at : tag.start()]))
        name, at = (" ".join(html.unescape(tag[1]).split()) or None) if tag[1] is not None else None, tag.end()
    found.append((name, text[at:]))
    return [(name, html.unescape(_TAG.sub("", words))) for name, words in found]


def _prefixed(passages: list[_Passage]) -> list[_Passage]:
    """``Name: words`` taken apart, where the first cue or enough cues begin so, or a name comes again; also inside a cue.

    A cue without a name continues the one before, so a long speech leaves few names: a name at the very start is enough.
    """
    lines = [[(_PREFIX.match(line), line) for line in map(str.strip, p.text.split("\n"))] for p in passages]
    heads = [head[1] for found in lines for head, _ in found if head]
    keys = Counter(map(_folded, heads))
    named = {_folded(head) for head in heads if _is_name(head)}
    first = lines[0][0][0] if lines else None
    many = sum(keys[k] for k in named) >= _MANY * len(passages) or (first is not None and _folded(first[1]) in named)
    speakers = {k for k in keys if (k in named and (many or keys[k] > 1)) or (many and keys[k] > 1 and len(k.split()) <= 4)}
    done: list[_Passage] = []
    last = None
    for p, found in zip(passages, lines, strict=True):
        said: list[tuple[str | None, str]] = [(last, "")]
        for head, line in found:
            if head and _folded(head[1]) in speakers:
                last = " ".join(head[1].split())
                said.append((last, line[head.end() :]))
            else:
                said[-1] = said[-1][0], f"{said[-1][1]}\n{line}"
        spoken = [voice for voice in said if voice[1].strip()] or [(last, "")]
        if p.fault:
            spoken = [(None, "\n".join(words for _, words in spoken))]
        done += [replace(p, name=name, text=words) for name, words in spoken]
    return done


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _is_name(text: str) -> bool:
    """Whether words before a colon could be a name: a few, each with a capital, a number or in brackets."""
    words = text.replace(",", " ").split()
    return 0 < len(words) <= 6 and all(w[0].isupper() or w[0].isdigit() or w[0] in "([" or w.casefold() in _SMALL for w in words)


def _rolling(passages: list[_Passage]) -> list[tuple[int, str]]:
    """A warning where cues begin with the last line of the one before, as captions do that roll up the screen."""
    said = [[line.strip() for line in p.text.splitlines() if line.strip()] for p in passages if not p.fault]
    pairs = [(a, b) for a, b in pairwise(said) if a and b]
    again = sum(a[-1] == b[0] for a, b in pairs)
    if len(pairs) > 1 and again * 2 > len(pairs):
        return [(0, "These are captions that roll: most repeat the line before, so words stand twice. Download the transcript instead.")]
    return []


def _started(line: str) -> re.Match[str] | None:
    """The line in which Teams says who started and who stopped the transcription."""
    return _STARTED.fullmatch(line.strip()) if len(line) <= _LONGEST and line.rstrip(" .")[-13:].lower() == "transcription" else None


def _head(line: str) -> tuple[str, float] | None:
    """Name ("" when there is none) and seconds of a line such as "Name   0:03", None for any other.

    Two spaces or a tab stand between the two, for a sentence may end in a time.
    """
    words = line.strip().rsplit(None, 1) if len(line) <= _LONGEST else []
    if not words or not _TIME.fullmatch(words[-1]):
        return None
    name = words[0] if len(words) == 2 else ""
    gap = line.strip()[len(name) : -len(words[-1])]
    if name and len(gap) < 2 and "\t" not in gap:
        return None
    parts = [int(part) for part in words[-1].split(":")]
    return " ".join(name.split()), float(sum(part * 60**power for power, part in enumerate(reversed(parts))))


def _heads(lines: list[str]) -> dict[int, tuple[str, float]]:
    """The lines that say who speaks and when, by their index. A time alone is one under a blank line, or where nobody is named."""
    found = {i: head for i, line in enumerate(lines) if (head := _head(line))}
    named = any(name for name, _ in found.values())
    return {i: (name, at) for i, (name, at) in found.items() if name or not named or (i and not lines[i - 1].strip())}


def _turn_lines(lines: list[str]) -> int:
    """How many lines say who speaks and when; 0 when that is not how the text is made.

    The first of them stands near the top, words follow most of them, most times rise, and one alone needs what the tool
    writes over or under it.
    """
    kept = [line for line in lines if line.strip()]
    arrows = [i for i, line in enumerate(kept) if _is_timing(line)]
    if arrows and arrows[0] < _PREFACE:
        return len(arrows)
    heads = _heads(kept)
    first = min(heads, default=_PREFACE)
    if first >= _PREFACE:
        return 0
    followed = sum(b - a > 1 for a, b in pairwise([*heads, len(kept)]))
    rising = sum(a <= b for (_, a), (_, b) in pairwise(heads.values()))
    known = any(_started(k) or _DURATION.fullmatch(k.strip()) for k in kept[:first] if len(k) <= _LONGEST) or _FOOTER in kept[-1].lower()
    enough = followed * 2 >= len(heads) and rising * 2 >= len(heads) - 1
    return len(heads) if enough and (len(heads) > 1 or known) else 0


def _turns(lines: list[str]) -> Iterator[_Passage]:
    """Turns under lines of speaker and time. What stands over the first, and who started and stopped, is left out."""
    heads = _heads(lines)
    for i, following in pairwise([*heads, len(lines)]):
        name, at = heads[i]
        words = [line for line in lines[i + 1 : following] if not _started(line) and line.strip().lower() != _FOOTER]
        yield _Passage(i + 1, at, None, name or None, "\n".join(words))


def _arrows(lines: list[str]) -> Iterator[_Passage]:
    """Turns of three lines, as Teams' documents of 2021 have them: times with an arrow, speaker, words."""
    starts = [i for i, line in enumerate(lines) if _is_timing(line)]
    for i, following in pairwise([*starts, len(lines)]):
        found = _TIMING.fullmatch(lines[i])
        rest = [line for line in lines[i + 1 : following] if line.strip() and not _started(line)]
        if found is not None and rest:
            groups = found.groups()
            yield _Passage(i + 1, _seconds(*groups[:4]), _seconds(*groups[4:]), " ".join(rest[0].split())[:300], "\n".join(rest[1:]))
