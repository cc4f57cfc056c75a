"""Coded passages of every coding tool as the same tables (see ``TABLE_COLUMNS``): what the readers of coding tools share.

A row is one coding: one passage, one code, one coder. A passage without any code is none; the reader's note counts them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from oversight.exports.reading import PATH, TABLE_COLUMNS, Aside, FileProblem
from oversight.exports.records import counted
from oversight.redact import redact

#: For tools that do not say who coded.
CODER = "coder 1"
UNNAMED = "the tool does not name coders"
#: Codings in one file: far above any project.
MAX_CODINGS = 500_000


class Coding(NamedTuple):
    """One row of the table ``excerpts``; None where the tool does not say."""

    row: int
    document: str
    highlight: str
    code: str
    text: str | None
    coder: str = CODER
    start: int | None = None
    stop: int | None = None
    place: str | None = None


class Code(NamedTuple):
    """One code of a code book: its path, the path of the code above it ("" at the top), what it is for."""

    path: str
    parent: str = ""
    description: str = ""


class Coders:
    """Pseudonyms in order of first appearance: "coder 1", "coder 2". Who is behind them is forgotten with this object."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._names)

    @property
    def unnamed(self) -> str:
        """The pseudonym of whoever is not named, "" when everybody is."""
        return self._names.get("", "")

    def pseudonym(self, who: str) -> str:
        """The pseudonym of a user; ``who`` is "" for one that is not named."""
        return self._names.setdefault(who, f"coder {len(self._names) + 1}")


def excerpts(codings: Sequence[Coding]) -> pd.DataFrame:
    """The table ``excerpts``."""
    return _typed(pd.DataFrame(codings, columns=list(TABLE_COLUMNS["excerpts"]), dtype="object"))


def code_book(codes: Iterable[Code]) -> pd.DataFrame:
    """The table ``codes``, numbered from 1."""
    rows = [(n, c.path, c.parent or None, c.description or None) for n, c in enumerate(codes, 1)]
    return _typed(pd.DataFrame(rows, columns=list(TABLE_COLUMNS["codes"]), dtype="object"))


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    types = {"row": "int64", "start": "Int64", "stop": "Int64"}
    return frame.astype({column: types.get(column, "string") for column in frame.columns})


def path(parts: Iterable[str]) -> str:
    """The names from the top code down as one path."""
    return PATH.join(parts)


def split_path(code: str, separator: str) -> Code:
    """A code whose name holds its path, parted by ``separator``; the name as it stands where a part would be empty."""
    parts = [part.strip() for part in code.split(separator)]
    if len(parts) < 2 or not all(parts):
        return Code(code)
    return Code(path(parts), path(parts[:-1]))


def short(*parts: object) -> str:
    """A short id made of ``parts``: the same parts always give the same."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def bound(file: str, codings: int) -> None:
    """Raises ``FileProblem`` for a file that holds more codings than any project, and than fit into memory."""
    if codings > MAX_CODINGS:
        raise FileProblem(file, f"holds more than {MAX_CODINGS:,} coded passages.", "Check where it comes from, or export fewer documents.")


def aside(row: int, reason: str, detail: str, content: Mapping[str, str | None]) -> Aside:
    """A coding that is set aside; what it holds is redacted."""
    return Aside(row, reason, detail, {name: redact(value) for name, value in content.items() if value})


def once(codings: Iterable[Coding]) -> tuple[list[Coding], list[Aside]]:
    """The codings, and those that stand in the file a second time: same document, passage, code and coder."""
    first: dict[tuple[str, ...], int] = {}
    kept, again = [], []
    for c in codings:
        key = (c.document, c.highlight, c.code, c.coder)
        if key not in first:
            first[key] = c.row
            kept.append(c)
        else:
            detail = f"Row {first[key]} codes the same passage with the same code. Keep one of them."
            again.append(aside(c.row, "duplicate_row", detail, {"document": c.document, "code": c.code}))
    return kept, again


def about_coders(coders: Coders) -> str:
    """What a note says about them."""
    if len(coders) > 1:
        rest = f", codings of nobody in particular as {coders.unnamed}" if coders.unnamed else ""
        return f"{len(coders)} coders kept apart{rest}; names of people were left out"
    return UNNAMED if coders.unnamed or not len(coders) else "one coder, whose name was left out"


def summary(frame: pd.DataFrame, what: str = "passages", codes: str = "codes") -> str:
    """What an ``excerpts`` table holds, in the tool's own words for passages and codes."""
    passages = len(frame.drop_duplicates(["document", "highlight"]))
    found = ((passages, what), (frame["code"].nunique(), codes), (frame["document"].nunique(), "documents"))
    return ", ".join(counted(number, name.removesuffix("s")) for number, name in found)
