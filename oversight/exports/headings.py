"""What the header rows of a table say of each column: the question, the part of it, the tool's own id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from oversight.exports.columns import forward, is_filler, joined
from oversight.exports.headers import Header, is_codes
from oversight.exports.records import tidy, unique

#: ``code[SQ001]._.text [part]`` and ``code[SQ001]. text [part]``.
_LIME = re.compile(r"(?P<code>[A-Za-z][A-Za-z0-9]*)(?P<sub>(?:\[[^\]]+\])*)(?:\._\.|\. )(?P<text>.*)", re.DOTALL)
#: ``code[SQ001]``, where the export gives codes only.
_LIME_CODE = re.compile(r"(?P<code>[A-Za-z][A-Za-z0-9]*)\[(?P<sub>[^\[\]]+)\]")
_LIME_SIGN = re.compile(r"\[SQ[0-9]+(?:_SQ[0-9]+)?\]|\._\.|^(?:submitdate|lastpage|startlanguage)\. ")
_REDCAP = re.compile(r"(?P<stem>[a-z][a-z0-9_]*?)___(?P<label>\w+)", re.ASCII)
_REDCAP_LABEL = re.compile(r"(?P<stem>.+?)\s*\(choice=(?P<label>.*)\)\s*", re.DOTALL)
_REDCAP_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
#: Where a heading of one header row may be parted into the question and its part.
_SEAMS = re.compile(r"\s+[-–—|:]\s+|:\s+|\s+(?=\[[^\[\]]*\]$)|(?<=[^\s/])/(?=[^\s/])")


@dataclass(frozen=True)
class Column:
    """One column: ``wording`` is what it is called by itself, ``group`` the same for the columns of one question.

    ``names`` are the column's own texts in the header rows, not those filled in from the left; none where it has no heading.
    """

    position: int
    name: str
    wording: str
    stem: str
    label: str
    group: str
    tool_id: str
    names: tuple[str, ...]


def looks_like(headings: Iterable[str]) -> str:
    """The tool that some headings speak of though it has no reader of its own, "" when none."""
    texts = [tidy(h) for h in headings]
    lower = {t.casefold() for t in texts}
    if any(_LIME_SIGN.search(t) for t in texts) or {"submitdate", "lastpage", "startlanguage"} <= lower:
        return "LimeSurvey"
    if any(_REDCAP.fullmatch(t) or "(choice=" in t for t in texts) or lower & {"redcap_event_name", "redcap_repeat_instance"}:
        return "REDCap"
    if "excerpt copy" in lower:
        return "Dedoose"
    if "codename" in lower and lower & {"category", "filename", "coded", "coder"}:
        return "QualCoder"
    return ""


def columns_of(header: Header) -> list[Column]:
    """What the header rows say of each column, in order."""
    told = _one_row(header.rows[0]) if len(header.rows) == 1 else _several_rows(header.rows)
    own = [tuple(dict.fromkeys(row[i] for row in header.rows if tidy(row[i]))) for i in range(header.width)]
    wordings = [wording or tool_id or f"Column {i}" for i, (wording, *_, tool_id) in enumerate(told, 1)]
    names = unique([tidy(w) for w in wordings])
    return [
        Column(i, names[i], wordings[i], stem, label, group or f"column {i}", tool_id, _names(own[i], tool_id, wordings[i]))
        for i, (_, stem, label, group, tool_id) in enumerate(told)
    ]


def _names(own: tuple[str, ...], tool_id: str, wording: str) -> tuple[str, ...]:
    """The texts that tell what a column is for: its own and what was parted from them."""
    if not own:
        return ()
    return tuple(dict.fromkeys([*(text for text in own if not is_filler(text)), *filter(None, [tool_id, wording])]))


#: wording, stem, label, group, tool's id
_Told = tuple[str, str, str, str, str]


def _one_row(row: Sequence[str]) -> list[_Told]:
    tool = looks_like(row)
    if tool == "LimeSurvey":
        return [_limesurvey(text) for text in row]
    if tool == "REDCap":
        return [_redcap(text) for text in row]
    return _by_stem(row, [""] * len(row))


def _limesurvey(text: str) -> _Told:
    match = _LIME.fullmatch(text)
    if match is None and (codes := _LIME_CODE.fullmatch(text)):
        return text, codes["code"], codes["sub"], codes["code"], text
    if match is None:
        return text, text, "", text, ""
    wording = match["text"].strip() or text
    seam = re.fullmatch(r"(?P<stem>.*?)\s*\[(?P<label>[^\[\]]*)\]\s*", match["text"], re.DOTALL)
    if not match["sub"] or seam is None:
        return wording, wording, match["sub"].strip("[]"), match["code"], match["code"] + match["sub"]
    stem = seam["stem"].strip() or match["code"]
    return wording, stem, seam["label"], match["code"], match["code"] + match["sub"]


def _redcap(text: str) -> _Told:
    if match := _REDCAP.fullmatch(text):
        return text, match["stem"], match["label"], match["stem"], text
    if match := _REDCAP_LABEL.fullmatch(text):
        return text, match["stem"], match["label"], match["stem"], ""
    return text, text, "", text, text if _REDCAP_NAME.fullmatch(text) else ""


def _by_stem(row: Sequence[str], ids: Sequence[str]) -> list[_Told]:
    """Neighbours that begin alike up to a seam are columns of one question; others stand by themselves."""
    seams = [{text[: m.start()]: text[m.end() :] for m in _SEAMS.finditer(text) if m.start()} for text in row]
    told: list[_Told] = []
    at = 0
    while at < len(row):
        shared = seams[at].keys() & seams[at + 1].keys() if at + 1 < len(row) else set[str]()
        if not shared:
            wording = next((stem for stem, label in seams[at].items() if is_filler(label)), row[at])
            told.append((wording, wording, "", f"{row[at]} {at}", ids[at]))
            at += 1
            continue
        stem = max(shared, key=len)
        start = at
        while at < len(row) and stem in seams[at]:
            label = _bare(seams[at][stem])
            told.append((stem if is_filler(label) else row[at], stem, label, f"{stem} {start}", ids[at]))
            at += 1
    return told


def _bare(label: str) -> str:
    label = label.strip()
    return label[1:-1] if label.startswith("[") and label.endswith("]") else label


def _several_rows(rows: Sequence[Sequence[str]]) -> list[_Told]:
    width = len(rows[0])
    ids = [""] * width
    texts = [list(row) for row in rows]
    for codes in [row for row in texts if any("ImportId" in cell for cell in row)][:1]:
        texts.remove(codes)
        ids = [match[1] if (match := re.search(r"ImportId['\"]+\s*:\s*['\"]+([^'\"]+)", cell)) else "" for cell in codes]
    for codes, other in _pairs(texts):
        if is_codes(codes, other, codes is texts[0]):
            texts.remove(codes)
            ids = ids if any(ids) else list(codes)
            break
    if len(texts) == 1:
        return _by_stem(texts[0], ids)
    stems = forward(texts[0])
    starts = _starts(texts[0])
    parts = texts[1]
    if len(texts) > 2:
        parts, grids = _under(texts[1], starts), texts[2]
        with_grid = {starts[i] for i in range(width) if tidy(grids[i])}
        told = []
        for i in range(width):
            if starts[i] in with_grid and tidy(grids[i]):
                stem = joined(stems[i], parts[i])
                told.append((joined(stem, grids[i]), stem, grids[i], f"{stem} {starts[i]}", ids[i]))
            else:
                told.append(_part(stems[i], texts[1][i], starts[i], ids[i]))
        return told
    return [_part(stems[i], parts[i], starts[i], ids[i]) for i in range(width)]


def _part(stem: str, label: str, start: int, tool_id: str) -> _Told:
    return joined(stem, label), stem or label, label if tidy(stem) else "", f"{stem} {start}", tool_id


def _pairs(texts: Sequence[list[str]]) -> list[tuple[list[str], list[str]]]:
    return [(a, b) for a in texts for b in texts if a is not b]


def _starts(row: Sequence[str]) -> list[int]:
    """For each column the first one of its question: where the heading is neither blank nor a repetition."""
    starts: list[int] = []
    for i, text in enumerate(row):
        same = i > 0 and (not tidy(text) or tidy(text).casefold() == tidy(row[starts[-1]]).casefold())
        starts.append(starts[-1] if same else i)
    return starts


def _under(row: Sequence[str], starts: Sequence[int]) -> list[str]:
    """The second header row filled forward, but never into the next question."""
    filled: list[str] = []
    for i, text in enumerate(row):
        filled.append(text if tidy(text) or i == starts[i] else filled[-1])
    return filled
