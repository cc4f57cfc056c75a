"""How many header rows a table has, and what they say of each column. Decided on evidence over whole columns; asked in doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any

from oversight.exports.columns import forward, is_filler, is_marks
from oversight.exports.dates import is_stamp
from oversight.exports.reading import Doubt, FileProblem
from oversight.exports.records import text_of, tidy

#: Rows looked at, and header rows at most.
PEEK, MOST = 300, 3
#: Rows below, from which on "blank here, filled everywhere below" says something of a column of any kind.
_ENOUGH = 5
_SURE = 3
_NUMBER = re.compile(r"[-+]?[0-9]+(?:[.,][0-9]+)?%?", re.ASCII)
#: A variable's name rather than a wording: Q2_1, V10, check_one___1, StartDate, age.
_CODE = re.compile(r"(?=.*(?:[0-9_]|[a-z][A-Z]))[A-Za-z][\w.#\-]*|[a-z][a-z0-9_]*", re.ASCII)
_CODES = 0.8
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Header:
    """The header rows of a table: their numbers in the file, their texts (all of one width), and why there are so many."""

    numbers: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    why: str = ""

    @property
    def width(self) -> int:
        """How many columns the table has."""
        return len(self.rows[0])


def peek(rows: Iterable[Sequence[Any]]) -> list[Row]:
    """The first rows that are not blank, as text with their number in the file; a title above the table is left out."""
    found: list[Row] = []
    with suppress(FileProblem):  # said when the table itself is read; what stands before it is enough to know the table by
        for number, row in enumerate(islice(rows, PEEK), 1):
            texts = [clean(text_of(cell) or "") for cell in row]
            if any(texts):
                found.append((number, texts))
    while len(found) > 1 and _filled(found[0][1]) < 2 and not any(found[0][1][1:]):
        found.pop(0)
    return found


def clean(text: str) -> str:
    """A text of a header row without byte-order mark (misread too) and Excel's escaped carriage return; line breaks stay."""
    return text.replace("_x000D_", "").replace("\ufeff", "").removeprefix("ï»¿").strip()


def _filled(texts: Sequence[str]) -> int:
    return sum(map(bool, texts))


#: Marks of ticks that are numbers: two rows of them may differ without being ids.
_TICKS = frozenset({"0", "1"})


def find(file: str, found: Sequence[Row], said: str = "") -> Header:
    """The header rows of the table whose first rows were ``found``. ``said``: how many a person says there are.

    Raises ``Doubt`` where the rows can be read in two ways, ``FileProblem`` where ``said`` leaves no row of data.
    """
    if said:
        if said not in {"1", "2", "3"} or int(said) > len(found):
            raise FileProblem(
                file, f"cannot have {said} header rows: it has {len(found)} rows with content.", "Say 1, 2 or 3, with data below."
            )
        return _header(found, int(said), "as was said")
    count, why = 1, "row 2 holds answers"
    while count < min(MOST, len(found) - 1):
        verdict, evidence = _judge(found, count)
        if verdict is None:
            raise _doubt(file, found, count)
        if not verdict:
            break
        count, why = count + 1, evidence
    return _header(found, count, why if count > 1 else "")


def _header(found: Sequence[Row], count: int, why: str) -> Header:
    width = max(len(texts) for _, texts in found[:count])
    rows = tuple(tuple([*texts, *[""] * (width - len(texts))]) for _, texts in found[:count])
    return Header(tuple(number for number, _ in found[:count]), rows, why)


def _doubt(file: str, found: Sequence[Row], count: int) -> Doubt:
    number, texts = found[count]
    shown = ", ".join(repr(t[:40]) for t in texts if t)[:160]
    names = {1: "one header row", 2: "two header rows", 3: "three header rows"}
    return Doubt(
        file,
        f"can be read with {names[count]} or with {names[count + 1]}: row {number} holds {shown}.",
        "Say how many rows stand above the first response.",
        "header_rows",
        {str(count): f"row {number} is the first response", str(count + 1): f"row {number} belongs to the headings"},
    )


def _judge(found: Sequence[Row], count: int) -> tuple[bool | None, str]:
    """Whether the row behind ``count`` header rows is one too (None: cannot be told), and the evidence in words."""
    above, row = found[count - 1][1], found[count][1]
    higher = found[count - 2][1] if count > 1 else []
    spread = _spread(above, [] if is_codes(higher, above) else higher)
    below = [texts for _, texts in found[count + 1 :]]
    if count < MOST - 1 and len(below) > 1:
        heads, datas = _evidence(below[0], below[1:], spread)
        below = below[heads > datas :]  # the next row is a heading as well
    heads, datas = _evidence(row, below, spread)
    number = found[count][0]
    if heads != datas:
        return heads > datas, f"row {number} reads as headings in {heads} columns and as answers in {datas}"
    if heads or (count == 1 and is_codes(above, row) and _wordy(row)):
        return None, ""
    return False, ""


def _evidence(row: Sequence[str], below: Sequence[Sequence[str]], spread: set[int]) -> tuple[int, int]:
    """In how many columns ``row`` reads as a heading, and in how many as an answer like those ``below``.

    A number or a time among different ones in every row below counts ``_SURE`` times: no heading stands in for an id.
    """
    heads = datas = 0
    for at, text in enumerate(row):
        values = [texts[at] for texts in below if at < len(texts) and texts[at]]
        kinds = {_kind(value) for value in values}
        if not text:
            everywhere = bool(values) and len(values) == len(below)
            numbers = kinds == {"number"} and len(values) > 1 and not set(values) <= _TICKS
            apart = len(set(values)) == len(values) and (numbers or len(below) >= _ENOUGH)
            heads += everywhere and (kinds == {"time"} or apart)
        elif _kind(text):
            sure = _kind(text) == "time" or (1 < len(values) == len(below) == len(set(values)) and text not in values)
            datas += (_SURE if sure else 1) * (not values or kinds == {_kind(text)})
        elif (is_filler(text) and text not in values) or (values and "" not in kinds) or "ImportId" in text:
            heads += 1
        elif at in spread:
            several = len(values) >= _ENOUGH and len(set(values)) < len(values)
            heads += set(values) <= {text} or is_marks(values) or (several and text not in values)
            datas += text in values and set(values) != {text}
        else:
            datas += text in values
    return heads, datas


def _spread(above: Sequence[str], higher: Sequence[str]) -> set[int]:
    """Columns that share their heading with a neighbour: it is repeated, or blank as a continuation of the one to the left.

    ``higher`` is the header row over ``above``, where there is one: it parts the questions.
    """
    filled = [tidy(text).casefold() for text in forward(above)]
    if higher:
        tops = [tidy(text).casefold() for text in forward(higher)]
        filled = ["" if is_filler(text) else f"{top}\n{text}" for text, top in zip(filled, [*tops, *filled[len(tops) :]], strict=False)]
    return {i for i, text in enumerate(filled) if text and text in filled[max(i - 1, 0) : i] + filled[i + 1 : i + 2]}


def _kind(text: str) -> str:
    if _NUMBER.fullmatch(text):
        return "number"
    return "time" if is_stamp(text) else ""


def is_codes(row: Sequence[str], other: Sequence[str], first: bool = True) -> bool:
    """Whether a header row holds the tool's names of the columns, and ``other`` their wordings.

    Nearly every text is one word of a variable's making, no two are the same, the other row is longer. A row that is not
    the ``first`` may also hold short answers below their questions, which then have gaps: such a row is none of codes.
    """
    pairs = [(tidy(a), tidy(b)) for a, b in zip(row, other, strict=False) if tidy(a)]
    names = [a for a, _ in pairs]
    if len(names) < 2 or len(set(names)) < len(names) or not (first or all(b for _, b in pairs)):
        return False
    like = sum(bool(_CODE.fullmatch(name)) for name in names)
    return like >= _CODES * len(names) and sum(map(len, names)) < sum(len(b) for _, b in pairs)


def _wordy(row: Sequence[str]) -> bool:
    texts = [text for text in row if text]
    return sum(" " in text for text in texts) >= len(texts) / 2


def plausible(found: Sequence[Row], pad: bool) -> bool:
    """Whether the rows look like a table at all: texts over at least two columns, and rows that fit under them.

    ``pad``: rows may leave trailing blanks out, as in a workbook.
    """
    if len(found) < 2:
        return False
    headings = found[0][1]
    named = [text for text in headings if text]
    if len(named) < 2 or any(_CONTROL.search(text) for text in named):
        return False
    if sum(any(c.isalpha() for c in text) and not _kind(text) for text in named) * 2 < len(named):
        return False
    # the last question may go on over columns that have a text only in the rows of headings below
    width = max(len(texts) for _, texts in found[:MOST]) if pad else len(headings)
    fits = [not any(texts[width:]) and (pad or len(texts) >= width) for _, texts in found[1:]]
    return sum(fits) * 2 > len(fits)
