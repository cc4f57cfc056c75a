"""Coded passages in no tool's layout, drawn at random, and the way back: what the round trips of all coding tools share.

A test writes ``Project`` in a tool's layout, reads it and compares ``back`` with ``truth``. What a layout cannot carry is left
out of both sides, and the test says so.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
from canonical import WORDS
from hypothesis import strategies as st

from oversight import exports
from oversight.exports import FileProblem, Reading
from oversight.exports.codings import PATH
from oversight.exports.reading import TABLE_COLUMNS

#: Names of codes and documents: any letters and marks, single spaces, nothing that a path is made of.
NAMES = WORDS.map(lambda text: " ".join(text.split())).filter(
    lambda text: text == text.strip(":") and text and PATH.strip() not in text and "\\" not in text and "::" not in text
)
USERS = ("Ada Example", "Ben Example", "Cy Example")
#: Words of a document, some beyond U+FFFF, each with its number, so that no two passages have the same words.
_STEMS = ("trust", "café", "\U0001f600", "waits", "naïve", "\U00020000\U00020001", "GP", "it’s", "x", "=1+1")


@dataclass(frozen=True)
class Passage:
    """``codes``: (path of a code, user) each, in order."""

    document: str
    start: int
    stop: int
    codes: tuple[tuple[tuple[str, ...], str], ...]


@dataclass(frozen=True)
class Project:
    """Documents with their texts, codes as paths from the top (a code before those below it), passages in order."""

    documents: dict[str, str]
    codes: tuple[tuple[str, ...], ...]
    passages: tuple[Passage, ...]

    def words(self, passage: Passage) -> str:
        """The words of a passage, with line ends as one character."""
        return self.documents[passage.document][passage.start : passage.stop].replace("\r\n", "\n")

    def one_user(self) -> Project:
        """The same for tools that do not say who coded."""
        merged = [tuple(dict.fromkeys((code, USERS[0]) for code, _ in p.codes)) for p in self.passages]
        return replace(self, passages=tuple(replace(p, codes=codes) for p, codes in zip(self.passages, merged, strict=True)))

    def flat(self) -> Project:
        """The same for tools without a hierarchy: the last name of a path only, if no two end alike."""
        return replace(
            self,
            codes=tuple(code[-1:] for code in self.codes),
            passages=tuple(replace(p, codes=tuple((code[-1:], user) for code, user in p.codes)) for p in self.passages),
        )


@st.composite
def projects(draw: st.DrawFn, names: st.SearchStrategy[str] = NAMES, line_ends: tuple[str, ...] = ("\n", "\r\n")) -> Project:
    """Projects of up to three documents, five codes, six passages and three coders."""
    documents: dict[str, str] = {}
    edges: dict[str, list[tuple[int, int]]] = {}
    for name in draw(st.lists(names, min_size=1, max_size=3, unique_by=str.casefold)):
        text, edges[name] = "", []
        for number in range(draw(st.integers(2, 12))):
            word = f"{draw(st.sampled_from(_STEMS))}{number}"
            edges[name].append((len(text), len(text) + len(word)))
            text += word + draw(st.sampled_from((" ", *line_ends)))
        documents[name] = text
    codes: list[tuple[str, ...]] = []
    for name in draw(st.lists(names, min_size=1, max_size=5, unique_by=str.casefold)):
        above = draw(st.sampled_from([(), *codes]))
        codes.append((*above, name))
    passages: dict[tuple[str, int, int], Passage] = {}
    for _ in range(draw(st.integers(1, 6))):
        document = draw(st.sampled_from(list(documents)))
        first, last = sorted(draw(st.tuples(*[st.integers(0, len(edges[document]) - 1)] * 2)))
        start, stop = edges[document][first][0], edges[document][last][1]
        pairs = draw(st.lists(st.tuples(st.sampled_from(codes), st.sampled_from(USERS)), min_size=1, max_size=3, unique=True))
        passages[document, start, stop] = Passage(document, start, stop, tuple(pairs))
    order = list(documents)
    return Project(documents, tuple(codes), tuple(sorted(passages.values(), key=lambda p: (order.index(p.document), p.start, p.stop))))


#: One passage that came back: document, words, position, and its codes with their coders.
Found = tuple[str, str | None, tuple[int, int] | None, tuple[tuple[str, str], ...]]


def truth(project: Project, positions: bool = False) -> Counter[Found]:
    """What must come back; users are "coder 1", "coder 2" … in order of first appearance."""
    users = dict.fromkeys(user for p in project.passages for _, user in p.codes)
    coder = {user: f"coder {n}" for n, user in enumerate(users, 1)}
    return Counter(
        (
            p.document,
            project.words(p),
            (p.start, p.stop) if positions else None,
            tuple(sorted((PATH.join(code), coder[user]) for code, user in p.codes)),
        )
        for p in project.passages
    )


def back(*readings: Reading) -> Counter[Found]:
    """What came back: one entry per passage, from one file or several of one project."""
    frames = [r.tables["excerpts"] for r in readings]
    assert all(list(f.columns) == list(TABLE_COLUMNS["excerpts"]) for f in frames)
    found: Counter[Found] = Counter()
    for (document, _), rows in pd.concat(frames).groupby(["document", "highlight"], sort=False):
        first = rows.iloc[0]
        text = None if pd.isna(first["text"]) else first["text"]
        place = None if pd.isna(first["start"]) else (int(first["start"]), int(first["stop"]))
        found[document, text, place, tuple(sorted(zip(rows["code"], rows["coder"], strict=True)))] += 1
    return found


def balanced(path: Path, tool: str) -> Reading:
    """The file's reading, which must be of ``tool`` and account for every row."""
    reading = exports.read(path)
    assert reading is not None and reading.tool == tool
    codings = len(reading.tables["excerpts"]) if "excerpts" in reading.tables else 0
    assert reading.rows_read == codings + len(reading.aside)
    return reading


def damage(data: bytes, rng: random.Random) -> bytes:
    """A file after one accident: some bytes changed, its end lost, a piece twice or missing, another encoding."""
    kind, at = rng.randrange(5), rng.randrange(len(data))
    if kind == 0:
        broken = bytearray(data)
        for _ in range(rng.randint(1, 20)):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        return bytes(broken)
    if kind == 1:
        return data[:at]
    if kind == 2:
        return data[:at] + data[at + rng.randint(1, 300) :]
    if kind == 3:
        return data[:at] + data[at : at + rng.randint(1, 300)] + data[at:]
    return data.decode("utf-8", errors="replace").encode(rng.choice(["utf-16", "cp1252", "utf-8-sig"]), errors="replace")


def survives(path: Path, data: bytes, times: int, seed: int = 0, mend: Callable[[bytes], bytes] = lambda data: data) -> Counter[str]:
    """Read the file after ``times`` accidents: each time a balanced reading, a message, or not recognised. Returns which, how often."""
    rng = random.Random(seed)
    met: Counter[str] = Counter()
    for _ in range(times):
        broken = mend(damage(data, rng))
        if not broken:
            continue
        path.write_bytes(broken)
        try:
            reading = exports.read(path)
        except FileProblem as problem:
            assert problem.wrong and problem.mend and len(str(problem)) < 1_000
            met["refused"] += 1
            continue
        if reading is None:
            met["not recognised"] += 1
            continue
        codings = len(reading.tables["excerpts"]) if "excerpts" in reading.tables else 0
        assert reading.survey is not None or reading.rows_read == codings + len(reading.aside)
        met["read"] += 1
    return met
