"""From a survey export to our fields, codes and states: every cell becomes at least one answer row, verbatim less personal data."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from oversight.exports.reading import ITEMS, Survey
from oversight.mapping import MappedQuestion, SurveyMapping, Wave, match_questions, normalise, split_joined
from oversight.model import STATES
from oversight.questionnaire import QUESTIONS, Question
from oversight.redact import redact_series

#: An unmapped question with more different answers, or a longer one, is taken for free text.
MOST_CHOICES, LONGEST_CHOICE = 25, 100


@dataclass
class Mapped:
    """A survey in our terms.

    ``questions``: one row per exported question. ``answers``: one row per response, question and item. ``wide``: one row
    per response, indexed like ``Survey.cells``, with our fields; a choice holds the code or the state, numbers and
    several answers have a ``_state`` column beside them. ``warnings``: (row, what), row 0 for the whole file.
    """

    questions: pd.DataFrame
    answers: pd.DataFrame
    wide: pd.DataFrame
    warnings: list[tuple[int, str]]


def apply(survey: Survey, mapping: SurveyMapping, wave: Wave) -> Mapped:
    """Turn an export into our fields, codes and states; every cell becomes at least one answer row."""
    survey = _without(survey, mapping)
    matched = match_questions(survey, mapping)
    columns = {q.question.field: column for column, q in matched.items()}
    exported_kinds = {q.column: q.kind for q in survey.questions}
    wide = pd.DataFrame(index=survey.cells.index)
    parts: dict[str, pd.DataFrame] = {}
    warnings: list[tuple[int, str]] = []
    kinds = _codes(survey.cells[columns["respondent_kind"]], matched[columns["respondent_kind"]]) if "respondent_kind" in columns else None
    kind = kinds[0] if kinds is not None else pd.Series(pd.NA, index=wide.index, dtype="string")
    for question in QUESTIONS:  # in our order: only_if looks back
        mapped = matched.get(columns.get(question.field, ""))
        if mapped is None:
            _not_asked(wide, question)
            continue
        cells = survey.cells[columns[question.field]]
        asked = kind.isin([k for k in mapped.asked if k in wave.kinds_asked]) | kind.isna()
        kind_of = exported_kinds[columns[question.field]]
        parts[columns[question.field]] = _answers(cells, mapped, _blank_states(wide, question, asked), kind_of == "multi")
        _widen(wide, question, parts[columns[question.field]])
        warnings += _strange(question, parts[columns[question.field]])
        if question.kind == "number":  # the number itself stands in the wide table, its words in value
            parts[columns[question.field]]["code"] = pd.NA
    wide["respondent_kind"] = kind
    for column, _, _, exported, _ in survey.questions:
        if column not in matched:
            parts[column] = _verbatim(survey.cells[column], exported)
    questions, answers = _long(survey, mapping, matched, parts)
    return Mapped(questions, answers, wide, warnings)


def unmapped_answers(survey: Survey, mapping: SurveyMapping) -> int:
    """How many different answers to mapped questions are in words that the mapping does not know."""
    total = 0
    for column, mapped in match_questions(survey, mapping).items():
        if mapped.question.kind != "text":
            exported = next(q.kind for q in survey.questions if q.column == column)
            blanks = pd.Series("blank", index=survey.cells.index, dtype="string")
            made = _answers(survey.cells[column], mapped, blanks, exported == "multi")
            total += int(made.loc[made["state"] == "unmapped", "value"].nunique())
    return total


def _without(survey: Survey, mapping: SurveyMapping) -> Survey:
    """The survey less the columns that the mapping leaves out."""
    kept = [q for q in survey.questions if normalise(q.text) not in mapping.leave_out]
    return replace(survey, questions=kept) if len(kept) < len(survey.questions) else survey


def _codes(cells: pd.Series, mapped: MappedQuestion) -> tuple[pd.Series, pd.Series]:
    """Code (NA unless known) and state (NA where blank) of each cell; labels are looked up once each."""
    lookup = {value: mapped.answers.get(normalise(value)) for value in cells.dropna().unique()}
    code = cells.map(lookup).astype("string")
    state = pd.Series(pd.NA, index=cells.index, dtype="string")
    state[cells.notna()] = "answered"
    state[cells.notna() & code.isna()] = "unmapped"
    is_state = code.isin(list(STATES))
    return code.mask(is_state), state.mask(is_state, code)


def _numbers(cells: pd.Series, mapped: MappedQuestion) -> tuple[pd.Series, pd.Series]:
    """Like ``_codes`` for a number: its plain text as code; out of range or unreadable is unmapped."""
    code, state = _codes(cells, mapped)
    number = pd.to_numeric(cells.str.strip().str.replace(",", ".", regex=False), errors="coerce")
    question = mapped.question
    fits = number.notna() & (number >= (question.low or 0)) & (number <= (question.high if question.high is not None else float("inf")))
    if question.whole:
        fits &= number.eq(number.round())
    state[fits], code[fits] = "answered", number[fits].map("{:g}".format)
    return code, state


def _split_joined(cells: pd.Series, mapped: MappedQuestion) -> pd.Series:
    """Lists of answers, for a tool that puts several into one cell without saying where each ends."""
    lists = {cell: split_joined(cell, mapped.answers) for cell in cells.dropna().unique()}
    return cells.astype("object").map(lists, na_action="ignore")


def _answers(cells: pd.Series, mapped: MappedQuestion, blanks: pd.Series, split: bool) -> pd.DataFrame:
    """Item, value, code and state for one mapped question; several rows share an index where several were chosen.

    ``split``: whether the reader has already told several answers in one cell apart.
    """
    question = mapped.question
    cells = cells.astype("string")
    if question.kind == "multi":
        cells = (cells.str.split(ITEMS) if split else _split_joined(cells, mapped)).explode().astype("string")
    if question.kind == "text":
        code = pd.Series(pd.NA, index=cells.index, dtype="string")
        state = code.mask(cells.notna(), "answered")
    else:
        code, state = (_numbers if question.kind == "number" else _codes)(cells, mapped)
    strange = state.eq("unmapped").fillna(False)
    value = (
        redact_series(cells)
        if question.kind == "text" and question.field != "pcn"
        else cells.mask(strange, redact_series(cells.where(strange)))
    )
    state = state.fillna(blanks.reindex(cells.index) if cells.index.is_unique else blanks.loc[cells.index].set_axis(cells.index))
    item = pd.Series(1, index=cells.index).groupby(level=0).cumsum()
    return pd.DataFrame({"item": item, "value": value, "code": code, "state": state})


def _verbatim(cells: pd.Series, kind: str) -> pd.DataFrame:
    """Answer rows for a question that no mapping knows: kept as they are, less personal data."""
    cells = cells.astype("string")
    if kind == "multi":
        cells = cells.str.split(ITEMS).explode().astype("string")
    item = pd.Series(1, index=cells.index).groupby(level=0).cumsum()
    state = pd.Series("unmapped", index=cells.index, dtype="string").mask(cells.isna(), "blank")
    return pd.DataFrame(
        {"item": item, "value": redact_series(cells), "code": pd.Series(pd.NA, index=cells.index, dtype="string"), "state": state}
    )


def _kind(cells: pd.Series, exported: str) -> str:
    """Kind of an unmapped question by its answers: many or long different ones are free text."""
    distinct = cells.dropna().unique()
    if exported != "choice":
        return exported
    if len(distinct) and pd.to_numeric(pd.Series(distinct), errors="coerce").notna().all():
        return "number"
    return "text" if len(distinct) > MOST_CHOICES or any(len(str(v)) > LONGEST_CHOICE for v in distinct) else "choice"


def _blank_states(wide: pd.DataFrame, question: Question, asked: pd.Series) -> pd.Series:
    """What a blank means for each respondent: blank, not asked, or not applicable."""
    states = pd.Series("blank", index=wide.index, dtype="string")
    if question.only_if and question.only_if[0] in wide:
        earlier = wide[question.only_if[0]]
        states[~earlier.isin([*question.only_if[1], "not_asked"])] = "not_applicable"
    states[~asked] = "not_asked"
    return states


def _not_asked(wide: pd.DataFrame, question: Question) -> None:
    """Fill a field that this wave's export does not hold."""
    if question.kind == "choice":
        wide[question.field] = "not_asked"
    elif question.kind != "text":
        wide[question.field] = None
        wide[f"{question.field}_state"] = "not_asked"


def _widen(wide: pd.DataFrame, question: Question, part: pd.DataFrame) -> None:
    """Add the wide column or columns of one question."""
    if question.kind == "choice":
        wide[question.field] = part["code"].fillna(part["state"])
    elif question.kind == "number":
        numbers = pd.to_numeric(part["code"], errors="coerce")
        wide[question.field] = numbers.astype("Int64") if question.whole else numbers
        wide[f"{question.field}_state"] = part["state"]
    elif question.kind == "multi":
        known = part[part["code"].notna()]
        chosen = known["code"].groupby(level=0, sort=False).agg(list)
        wide[question.field] = chosen.reindex(wide.index)
        first = part["state"].groupby(level=0, sort=False).first()
        wide[f"{question.field}_state"] = first.reindex(wide.index).mask(wide.index.isin(chosen.index), "answered")


def _strange(question: Question, part: pd.DataFrame) -> list[tuple[int, str]]:
    """One warning per answer text that the mapping does not know, with how often it stands."""
    unmapped = part.loc[part["state"] == "unmapped", "value"]
    return [
        (0, f"{question.field}: the mapping does not know {value!r} ({count} times); kept as unmapped")
        for value, count in unmapped.value_counts().items()
    ]


def _long(
    survey: Survey, mapping: SurveyMapping, matched: Mapping[str, MappedQuestion], parts: Mapping[str, pd.DataFrame]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The question rows and the stacked answer rows (``row`` = row in the file; response ids are given by the caller)."""
    questions, answers, used = [], [], set()
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
        answers.append(parts[column].assign(question_id=question_id, row=parts[column].index))
    stacked = (
        pd.concat(answers, ignore_index=True) if answers else pd.DataFrame(columns=["item", "value", "code", "state", "question_id", "row"])
    )
    return pd.DataFrame(questions), stacked
