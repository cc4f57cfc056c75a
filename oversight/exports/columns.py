"""Columns that belong together: header rows read as one, and one column per answer folded into one question of several answers.

Shared by the readers of tools that spread a question over columns. Folding is done only where nothing can be lost: every
column of the question holds marks and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from oversight.exports.reading import ITEMS, ExportedQuestion
from oversight.exports.records import tidy, unique

#: What stands in the column of one answer: (chosen, not chosen), without case.
MARKS: tuple[tuple[str, str], ...] = (
    ("yes", "no"),
    ("1", "0"),
    ("checked", "unchecked"),
    ("true", "false"),
    ("y", "n"),
    ("selected", "not selected"),
    ("x", ""),
)
#: Sub-headings that say "the answer stands here" and add nothing to the question.
_FILLER = re.compile(r"response|open[- ]ended response|answer|answers|selected choice|value", re.IGNORECASE)
_OTHER = re.compile(
    r"(?:if )?(?:an)?other(?:s| answer| option)?\b[\s,:;\-–]*"
    r"(?:\W*(?:please|if|text|specify|state|describe|explain|give|details?|comment|write|type|enter|tell).*)?",
    re.IGNORECASE | re.DOTALL,
)
#: A sub-question that is itself asked (a row of a grid), not an answer that can be ticked.
_ASKED = re.compile(r"\?\s*$")


@dataclass(frozen=True)
class Part:
    """One column of a question: its name in the records, the sub-label ("" where the question has but one column).

    ``other`` marks the free text of "Other (please specify)"; ``text`` free text where the tool says so. ``wording`` is
    what the column is called when it stays by itself, "" where that is ``Stem - label``.
    """

    column: str
    label: str = ""
    other: bool = False
    text: bool = False
    tool_id: str = ""
    wording: str = ""


@dataclass(frozen=True)
class Group:
    """One question and its columns, in export order. ``tool_id`` is that of the question, ``Part.tool_id`` that of a column."""

    text: str
    parts: tuple[Part, ...]
    tool_id: str = ""


@dataclass
class Folded:
    """``questions`` and ``cells`` as ``Survey`` wants them; ``folded``: text of each question made of several columns -> how many.

    ``unsure``: those of them whose columns everybody answered with Yes or No, which could as well be questions of their own.
    """

    questions: list[ExportedQuestion]
    cells: pd.DataFrame
    folded: list[tuple[str, int]]
    warnings: list[str]
    unsure: list[str]


def forward(row: Sequence[str]) -> list[str]:
    """A header row whose blanks mean "as to the left", filled in; blanks before the first text stay."""
    filled: list[str] = []
    for text in row:
        filled.append(text if tidy(text) or not filled else filled[-1])
    return filled


def is_filler(label: str) -> bool:
    """Whether a sub-heading only says that the answer stands below it: Response, Open-Ended Response, Answer."""
    return bool(_FILLER.fullmatch(tidy(label)))


def is_other(label: str) -> bool:
    """Whether a sub-heading asks for an answer that is not on the list: Other, Other (please specify)."""
    return bool(_OTHER.fullmatch(tidy(label)))


def is_marks(values: Iterable[str]) -> bool:
    """Whether these are ticks of one kind and nothing else, such as Yes and No; none at all are."""
    found = {_key(value) for value in values}
    return any(found <= set(pair) for pair in MARKS)


def joined(text: str, label: str) -> str:
    """The wording of one column of a question: ``Stem - part``, the stem alone where the part adds nothing."""
    if not tidy(label) or is_filler(label) or tidy(label).casefold() == tidy(text).casefold():
        return text
    return f"{text.strip()} - {label.strip()}" if tidy(text) else label


def fold(frame: pd.DataFrame, groups: Iterable[Group], told: bool = False, apart: bool = False) -> Folded:
    """The questions of ``groups`` and their cells; those of several columns that hold only marks become one of kind "multi".

    A row of such a question without any mark is NA; free text of "Other" is one more item. What cannot be folded without
    loss stays one question a column (``joined``). ``told``: the tool itself says that the columns are answers to tick, so
    their marks need no further evidence. ``apart``: a person says that columns of Yes and No are questions of their own.
    """
    unsure: list[str] = []
    questions: list[ExportedQuestion] = []
    cells: list[pd.Series] = []
    folded: list[tuple[str, int]] = []
    unmarked = 0
    for group in groups:
        found = _several(frame, group, told)
        if found is not None and not told and _yes_or_no(frame, group):
            unsure.append(group.text)
            found = None if apart else found
        if found is None:
            for part in group.parts:
                kind = "text" if part.other or part.text else "choice"
                text = part.wording or joined(group.text, part.label)
                only = len(group.parts) == 1
                questions.append(ExportedQuestion(part.column, part.tool_id or (group.tool_id if only else ""), text, kind))
                cells.append(frame[part.column])
            continue
        items, options = found
        questions.append(ExportedQuestion(tidy(group.text), group.tool_id, group.text, "multi", options))
        cells.append(items)
        folded.append((group.text, len(group.parts)))
        unmarked += int(items.isna().sum())
    names = unique([q.column for q in questions])
    table = pd.concat(cells, axis=1, keys=names) if cells else pd.DataFrame(index=frame.index)
    warnings = []
    if unmarked:
        warnings.append(
            f"{len(folded)} question{'s have' if len(folded) > 1 else ' has'} one column per answer; a row without any mark in them counts "
            f"as not answered ({unmarked} times): nobody can tell “none of these” from “not answered”"
        )
    return Folded([q._replace(column=name) for q, name in zip(questions, names, strict=True)], table, folded, warnings, unsure)


def _yes_or_no(frame: pd.DataFrame, group: Group) -> bool:
    """Whether the columns of marks hold a Yes or a No in every row that holds anything, and some No: a grid could look the same."""
    texts = frame[[part.column for part in group.parts if not part.other]]
    filled = texts.notna().to_numpy()
    said = {_key(value) for column in texts for value in texts[column].dropna().unique()}
    return "no" in said and said <= {"yes", "no"} and bool((filled.all(axis=1) | ~filled.any(axis=1)).all())


def _free(frame: pd.DataFrame, part: Part, ticks: Sequence[Part]) -> bool:
    """Whether a part is the free text of "Other", and not one more column of marks like those of ``ticks``."""
    kinds = _marks(frame[part.column], part.label)
    if not part.other or kinds is None:
        return part.other
    given = frame[part.column].notna()
    beside = frame[[tick.column for tick in ticks]].notna().any(axis=1)
    chosen = {"" if kind < 0 else MARKS[kind][0] for kind in kinds} - {""}
    only_chosen = -1 in kinds or set(frame[part.column].dropna().map(_key)) <= chosen
    return not given.any() or not (only_chosen or bool(given[beside].all()))


def _marks(cells: pd.Series, label: str) -> set[int] | None:
    """Which of the ``MARKS`` a column may hold (-1: the answer's own text); None when it holds anything else."""
    values = {_key(value) for value in cells.dropna().unique()}
    kinds = {i for i, pair in enumerate(MARKS) if values <= set(pair)}
    if values <= {_key(label)}:
        kinds.add(-1)
    return kinds or None


def _several(frame: pd.DataFrame, group: Group, told: bool) -> tuple[pd.Series, tuple[str, ...]] | None:
    """The cells of the question as several answers joined by ``ITEMS``, and its options; None when that is not sure."""
    least = 1 if told else 2
    if len(group.parts) < least:
        return None
    plain = [part for part in group.parts if not part.other]
    ticks = [part for part in group.parts if not _free(frame, part, plain)]
    labels = [_key(part.label) for part in ticks]
    if len(ticks) < least or len(set(labels)) < len(labels) or "" in labels:
        return None
    found = [_marks(frame[part.column], part.label) for part in ticks]
    common = set.intersection(*[kinds or set() for kinds in found])
    texts = frame[[part.column for part in ticks]]
    filled = texts.notna().to_numpy()
    if not common or not (told or filled.any()):
        return None
    kind = min(common)
    chosen = np.column_stack([_chosen(texts[part.column], part.label, kind) for part in ticks])
    if kind >= 0 and not told and not _ticked(filled, chosen, [part.label for part in ticks], MARKS[kind][0] == "1"):
        return None
    items = np.full(len(frame), "", dtype=object)
    for at, part in enumerate(ticks):
        items[chosen[:, at]] += ITEMS + tidy(part.label)
    for part in group.parts:
        if part not in ticks:
            words = frame[part.column].str.replace(ITEMS, " ", regex=False).str.strip()
            given = words.notna().to_numpy(dtype=bool)
            items[given] += (ITEMS + words[given]).to_numpy(dtype=object)
    series = pd.Series(items, index=frame.index, dtype="string").str.removeprefix(ITEMS)
    return series.mask(series.eq("")), tuple(tidy(part.label) for part in ticks)


def _key(text: str) -> str:
    return tidy(text).casefold()


def _chosen(cells: pd.Series, label: str, kind: int) -> np.ndarray:
    mark = _key(label) if kind < 0 else MARKS[kind][0]
    marked = {value: _key(value) == mark for value in cells.dropna().unique()}
    return cells.map(marked).eq(True).fillna(False).to_numpy(dtype=bool)


def _ticked(filled: np.ndarray, chosen: np.ndarray, labels: Sequence[str], numbers: bool) -> bool:
    """Whether marks such as Yes/No are ticks and not answers to the rows of a grid.

    Against it: a row that is answered in part, a sub-label that is itself a question, and ``numbers`` that are everywhere 1
    and so may be the lowest step of a scale.
    """
    unticked = filled & ~chosen
    in_part = unticked.any(axis=1) & ~filled.all(axis=1)
    if in_part.any() or any(_ASKED.search(label) for label in labels):
        return False
    return not (numbers and chosen[filled.any(axis=1)].all())


def runs(keys: Sequence[str]) -> list[range]:
    """Stretches of equal keys, in order: the columns of one question, by its stem."""
    edges = [0, *(i for i in range(1, len(keys)) if keys[i] != keys[i - 1]), len(keys)]
    return [range(start, stop) for start, stop in pairwise(edges) if stop > start]
