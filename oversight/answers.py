"""From a survey export to our fields, codes and states: every cell becomes at least one answer row, verbatim less personal data."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from oversight import respondents
from oversight.exports.reading import ITEMS, Survey
from oversight.exports.records import counted
from oversight.mapping import MappedQuestion, SurveyMapping, Wave, match_questions, normalise, split_joined
from oversight.model import STATES
from oversight.questionnaire import QUESTIONS, Question
from oversight.redact import redact_series

#: An unmapped question with more different answers, or a longer one, is taken for free text.
MOST_CHOICES, LONGEST_CHOICE = 25, 100
#: More texts than these are redacted while other work is done.
MANY_TEXTS = 10_000
_LATER = ThreadPoolExecutor(2, "redaction")
#: A state by its number.
_STATES = tuple(STATES)
_NUMBER = {state: number for number, state in enumerate(_STATES)}


#: Text as the readers hold it.
_TEXT = {pa.string(): pd.StringDtype()}

Codes = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Part:
    """The answers to one question, one after another as the responses stand in ``Survey.cells``.

    ``rows``: position of each answer's response. ``words``: which of the different texts each is, -1 where nothing was
    said. ``value``, ``code`` and ``state`` belong to the texts; ``blank`` is the number of the state of each response
    that said nothing (see ``_STATES``).
    """

    rows: Codes
    item: Codes
    words: Codes
    value: Callable[[], pd.Series]
    code: pd.Series
    state: pd.Series
    blank: Codes

    @property
    def said(self) -> dict[str, pa.Array]:
        """What can have been said: value, code and state of each text, then of each kind of blank."""
        nothing = pa.nulls(len(_STATES), pa.string())
        blank = {"value": nothing, "code": nothing, "state": pa.array(_STATES)}
        texts = {"value": self.value(), "code": self.code, "state": self.state}
        return {name: pa.concat_arrays([*_chunks(texts[name]), blank[name]]) for name in texts}

    @property
    def which(self) -> Codes:
        """Which row of ``said`` each answer is."""
        return np.where(self.words < 0, self.blank[self.rows].astype(np.int64) + len(self.state), self.words)


@dataclass
class Mapped:
    """A survey in our terms.

    ``questions``: one row per exported question. ``parts``: the answers by question id. ``wide``: one row per response,
    indexed like ``Survey.cells``, with our fields; a choice holds the code or the state, numbers and several answers have
    a ``_state`` column beside them. ``warnings``: (row, what), row 0 for the whole file.
    """

    questions: pd.DataFrame
    parts: Mapping[str, Part]
    wide: pd.DataFrame
    warnings: list[tuple[int, str]]

    @property
    def answers(self) -> pd.DataFrame:
        """All answers: one row per response (``row`` in the file), question and item. ``stored.stored`` has them for a large survey."""
        stacked = [
            pa.table(part.said)
            .take(pa.array(part.which))
            .to_pandas(types_mapper=_TEXT.get)
            .assign(item=part.item, row=self.wide.index[part.rows], question_id=question_id)
            for question_id, part in self.parts.items()
        ]
        columns = ["item", "value", "code", "state", "question_id", "row"]
        return pd.concat(stacked, ignore_index=True)[columns] if stacked else pd.DataFrame(columns=columns)


def _chunks(words: pd.Series) -> list[pa.Array]:
    made = pa.array(words, pa.string(), from_pandas=True)
    return made.chunks if isinstance(made, pa.ChunkedArray) else [made]


def _at(values: npt.NDArray[Any], codes: Codes, otherwise: Any) -> npt.NDArray[Any]:
    """The values that the codes stand for; where they are -1, what stands there ``otherwise``."""
    found = np.append(values, values[:1] if len(values) else np.zeros(1, values.dtype))[codes]
    return np.where(codes < 0, otherwise, found)


def _different(cells: pd.Series) -> tuple[Codes, pd.Series]:
    """Which of the different texts each cell holds (-1 where blank), and those texts."""
    codes, words = pd.factorize(cells)
    return codes, pd.Series(words).astype("string")


def apply(survey: Survey, mapping: SurveyMapping, wave: Wave, progress: Callable[[str], None] = lambda _: None) -> Mapped:
    """Turn an export into our fields, codes and states; every cell becomes at least one answer row."""
    survey = without(survey, mapping)
    matched = match_questions(survey, mapping)
    columns = {q.question.field: column for column, q in matched.items()}
    exported = {q.column: q.kind for q in survey.questions}
    made = _Made(survey, _kinds(survey, matched, columns))
    for done, question in enumerate(QUESTIONS):  # in our order: only_if looks back
        column = columns.get(question.field, "")
        if column not in matched:
            made.not_asked(question)
            continue
        progress(f"{done} of {len(QUESTIONS)} questions")
        kinds = [k for k in matched[column].asked if k in wave.kinds_asked]
        made.add(matched[column], column, made.blank_states(question, kinds), exported[column] == "multi")
    for column, _, _, kind, _ in survey.questions:
        if column not in matched:
            made.parts[column] = _verbatim(survey.cells[column], kind)
    questions = _questions(survey, matched)
    parts = {q: made.parts[column] for q, column in zip(questions.get("question_id", ()), exported, strict=True)}
    return Mapped(questions, parts, pd.DataFrame(made.wide, index=survey.cells.index), made.warnings)


def unmapped_answers(survey: Survey, mapping: SurveyMapping) -> int:
    """How many different answers to mapped questions are in words that the mapping does not know."""
    total = 0
    exported = {q.column: q.kind for q in survey.questions}
    for column, mapped in match_questions(survey, mapping).items():
        kind = mapped.question.kind
        if kind == "multi":
            _, lists = _split(survey.cells[column], mapped, exported[column] == "multi")
            words = pd.Series(list(dict.fromkeys(answer for answers in lists for answer in answers)), dtype="string")
        else:
            _, words = _different(survey.cells[column])
        if kind != "text":
            _, state = (_numbers if kind == "number" else _codes)(words, mapped)
            total += int(state.eq("unmapped").sum())
    return total


def without(survey: Survey, mapping: SurveyMapping) -> Survey:
    """The survey less the columns that the mapping leaves out."""
    kept = [q for q in survey.questions if normalise(q.text) not in mapping.leave_out]
    return replace(survey, questions=kept) if len(kept) < len(survey.questions) else survey


def _kinds(survey: Survey, matched: Mapping[str, MappedQuestion], columns: Mapping[str, str]) -> pd.Series:
    """The kind of each respondent, NA where it is unknown."""
    if "respondent_kind" not in columns:
        return pd.Series(pd.NA, index=survey.cells.index, dtype="string").astype("category")
    codes, words = _different(survey.cells[columns["respondent_kind"]])
    kinds = _codes(words, matched[columns["respondent_kind"]])[0].array
    return pd.Series(kinds.take(codes, allow_fill=True), index=survey.cells.index).astype("category")


def _codes(words: pd.Series, mapped: MappedQuestion) -> tuple[pd.Series, pd.Series]:
    """Code (NA unless known) and state of each text."""
    code = pd.Series([mapped.answers.get(normalise(word)) for word in words], index=words.index, dtype="string")
    state = pd.Series("answered", index=words.index, dtype="string").mask(code.isna(), "unmapped")
    is_state = code.isin(list(STATES))
    return code.mask(is_state), state.mask(is_state, code)


def _numbers(words: pd.Series, mapped: MappedQuestion) -> tuple[pd.Series, pd.Series]:
    """Like ``_codes`` for a number: its plain text as code; out of range or unreadable is unmapped."""
    code, state = _codes(words, mapped)
    number = pd.to_numeric(words.str.strip().str.replace(",", ".", regex=False), errors="coerce")
    question = mapped.question
    fits = number.notna() & (number >= (question.low or 0)) & (number <= (question.high if question.high is not None else float("inf")))
    if question.whole:
        fits &= number.eq(number.round())
    state[fits], code[fits] = "answered", number[fits].map("{:g}".format)
    return code, state


def _split(cells: pd.Series, mapped: MappedQuestion | None, split: bool) -> tuple[Codes, list[list[str]]]:
    """Which of the different cells each is (-1 where blank), and the answers in each of those.

    ``split``: whether the reader has already told several answers in one cell apart.
    """
    codes, words = _different(cells)
    if mapped is None or split:
        return codes, [word.split(ITEMS) for word in words]
    return codes, [split_joined(word, mapped.answers) for word in words]


def _explode(codes: Codes, lists: Sequence[Sequence[str]]) -> tuple[Codes, Codes, Codes, pd.Series]:
    """Rows, items and words of cells of several answers, and the different words; a cell without any is one without words."""
    counts = np.array([len(answers) for answers in lists], np.int64)
    flat, words = _different(pd.Series([answer for answers in lists for answer in answers], dtype="string"))
    each = np.maximum(_at(counts, codes, 1), 1)
    rows = np.repeat(np.arange(len(codes), dtype=np.int32), each)
    item = np.arange(len(rows)) - np.repeat(np.cumsum(each) - each, each)
    said = _at(counts, codes, 0)[rows] > 0
    first = _at(np.cumsum(counts) - counts, codes, 0)[rows]
    return rows, (item + 1).astype(np.int32), _at(flat, np.where(said, first + item, -1), -1), words


def _singly(codes: Codes) -> tuple[Codes, Codes]:
    """Rows and items where each cell is one answer."""
    return np.arange(len(codes), dtype=np.int32), np.ones(len(codes), np.int32)


def _verbatim(cells: pd.Series, kind: str) -> Part:
    """The answers to a question that no mapping knows: kept as they are, less personal data."""
    if kind == "multi":
        rows, item, codes, words = _explode(*_split(cells, None, True))
    else:
        codes, words = _different(cells)
        rows, item = _singly(codes)
    return _part(rows, item, codes, words, *_unknown(words), np.full(len(cells), _NUMBER["blank"], np.int8), redacted=True)


def _unknown(words: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Code and state of texts that no table of answers knows."""
    return pd.Series(pd.NA, index=words.index, dtype="string"), pd.Series("unmapped", index=words.index, dtype="string")


def _part(
    rows: Codes, item: Codes, codes: Codes, words: pd.Series, code: pd.Series, state: pd.Series, blank: Codes, redacted: bool
) -> Part:
    """Answers whose words are ``redacted``, or are so where they are unmapped: then somebody wrote them."""
    strange = state.eq("unmapped")
    if redacted or strange.all():
        return Part(rows, item, codes, _redacted(words), code, state, blank)
    if strange.any():
        words = words.mask(strange, redact_series(words.where(strange)))
    return Part(rows, item, codes, lambda: words, code, state, blank)


def _redacted(words: pd.Series) -> Callable[[], pd.Series]:
    """The texts less personal data; many of them are left to another processor until they are asked for."""
    if len(words) > MANY_TEXTS:
        return _LATER.submit(redact_series, words).result
    changed = redact_series(words)
    return lambda: changed


@dataclass
class _Made:
    """What has been made of a survey so far: answers by column of the export, and the columns of the wide table."""

    survey: Survey
    kind: pd.Series
    parts: dict[str, Part] = field(default_factory=dict)
    wide: dict[str, Any] = field(default_factory=dict)
    warnings: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.wide["respondent_kind"] = self.kind

    def blank_states(self, question: Question, kinds: Sequence[str]) -> Codes:
        """What a blank means for each respondent, as the number of a state: blank, not asked, or not applicable."""
        states = np.full(len(self.kind), _NUMBER["blank"], np.int8)
        if question.only_if and question.only_if[0] in self.wide:
            earlier = pd.Series(self.wide[question.only_if[0]])
            states[~earlier.isin([*question.only_if[1], "not_asked"]).to_numpy()] = _NUMBER["not_applicable"]
        states[~(self.kind.isin(kinds) | self.kind.isna()).to_numpy()] = _NUMBER["not_asked"]
        return states

    def not_asked(self, question: Question) -> None:
        """A field that this wave's export does not hold."""
        nobody = _labels(pd.Series(dtype="string"), np.full(len(self.kind), -1), np.full(len(self.kind), _NUMBER["not_asked"]))
        if question.kind == "choice":
            self.wide.setdefault(question.field, nobody)
        elif question.kind != "text":
            self.wide[question.field] = None
            self.wide[f"{question.field}_state"] = nobody

    def add(self, mapped: MappedQuestion, column: str, blank: Codes, split: bool) -> None:
        """The answers to one question of ours."""
        question, cells = mapped.question, self.survey.cells[column]
        if question.secret:
            self._add_secret(column, cells, blank)
            return
        if question.kind == "multi":
            several = _split(cells, mapped, split)
            rows, item, codes, words = _explode(*several)
            code, state = _codes(words, mapped)
            self._widen_multi(question, *several, code, state, blank, words)
        else:
            codes, words = _different(cells)
            rows, item = _singly(codes)
            code, state = self._single(mapped, codes, words, blank)
        free = question.kind == "text" and question.field != "pcn"
        part = _part(rows, item, codes, words, code, state, blank, free)
        self.parts[column] = part
        self.warnings += _strange(question, part)

    def _add_secret(self, column: str, cells: pd.Series, blank: Codes) -> None:
        """Of a code that people make up themselves only its print is kept, and of the answer that it was given."""
        codes, words = _different(cells)
        rows, item = _singly(codes)
        prints = respondents.prints(words)
        self.wide["respondent"] = prints.array.take(codes, allow_fill=True)
        nothing, given = pd.Series([pd.NA], dtype="string"), pd.Series(["answered"], dtype="string")
        self.parts[column] = Part(rows, item, np.where(codes < 0, -1, 0), lambda: nothing, nothing, given, blank)
        lost = np.isin(codes, np.flatnonzero(prints.isna()))
        self.warnings += [(0, text) for text in respondents.no_codes(int(lost.sum()))]

    def _single(self, mapped: MappedQuestion, codes: Codes, words: pd.Series, blank: Codes) -> tuple[pd.Series, pd.Series]:
        """Code and state of each text of a question with one answer, and its columns in the wide table."""
        question = mapped.question
        code, state = _unknown(words)
        if question.kind == "text":
            return code, state.mask(state.notna(), "answered")
        if question.kind == "choice":
            code, state = _codes(words, mapped)
            if question.field != "respondent_kind":
                self.wide[question.field] = _labels(code.fillna(state), codes, blank)
            return code, state
        number, state = _numbers(words, mapped)
        values = _at(pd.to_numeric(number, errors="coerce").to_numpy(float, na_value=np.nan), codes, np.nan)
        self.wide[question.field] = pd.array(values, dtype="Int64") if question.whole else values
        self.wide[f"{question.field}_state"] = _labels(state, codes, blank)
        return code, state  # the number itself stands in the wide table, its words in value

    def _widen_multi(
        self,
        question: Question,
        codes: Codes,
        lists: Sequence[Sequence[str]],
        code: pd.Series,
        state: pd.Series,
        blank: Codes,
        words: pd.Series,
    ) -> None:
        known = dict(zip(words, zip(code.astype(object).where(code.notna(), None), state, strict=True), strict=True))
        chosen = [[known[answer][0] for answer in answers if known[answer][0] is not None] for answers in lists]
        first = [
            "answered" if codes_ else (known[answers[0]][1] if answers else pd.NA) for codes_, answers in zip(chosen, lists, strict=True)
        ]
        made = pa.array([c or None for c in chosen], pa.list_(pa.string())).take(pa.array(codes, mask=codes < 0))
        self.wide[question.field] = pd.arrays.ArrowExtensionArray(pa.chunked_array([made]))
        self.wide[f"{question.field}_state"] = _labels(pd.Series(first, dtype="string"), codes, blank)


def _labels(words: pd.Series, codes: Codes, blank: Codes) -> Any:
    """A label for each response: that of its text, or of what its blank means."""
    labels = pd.Index(_STATES).union(pd.Index(words.dropna().unique()), sort=False)
    at = labels.get_indexer(pd.Index(words))
    return pd.Categorical.from_codes(np.where(_at(at, codes, -1) < 0, blank, _at(at, codes, -1)), labels)


def _strange(question: Question, part: Part) -> list[tuple[int, str]]:
    """One warning per answer text that the mapping does not know, with how often it stands."""
    strange = part.state == "unmapped"
    if not strange.any():
        return []
    often = np.bincount(part.words[part.words >= 0], minlength=len(strange))
    counts = pd.Series(often).groupby(part.value().where(strange), sort=False).sum()
    return [
        (0, f"{question.field}: the mapping does not know {value!r} ({counted(count, 'time')}); kept as unmapped")
        for value, count in counts.sort_values(ascending=False, kind="stable").items()
    ]


def _kind(cells: pd.Series, exported: str) -> str:
    """Kind of an unmapped question by its answers: many or long different ones are free text."""
    if exported != "choice":
        return exported
    distinct = _different(cells)[1]
    if len(distinct) and pd.to_numeric(distinct, errors="coerce").notna().all():
        return "number"
    return "text" if len(distinct) > MOST_CHOICES or any(len(v) > LONGEST_CHOICE for v in distinct) else "choice"


def _questions(survey: Survey, matched: Mapping[str, MappedQuestion]) -> pd.DataFrame:
    """One row per exported question, in order."""
    questions, used = [], set()
    for position, (column, tool_id, text, kind, _) in enumerate(survey.questions, start=1):
        mapped = matched.get(column)
        question_id = mapped.question.field if mapped else "x-" + hashlib.sha256(normalise(text).encode()).hexdigest()[:8]
        while question_id in used:  # the same wording twice in one export
            question_id += "-2"
        used.add(question_id)
        questions.append(
            {
                "question_id": question_id,
                "tool_id": tool_id or None,
                "text": text.strip(),
                "kind": mapped.question.kind if mapped else _kind(survey.cells[column], kind),
                "field": mapped.question.field if mapped else None,
                "position": position,
            }
        )
    return pd.DataFrame(questions)
