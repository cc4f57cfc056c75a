"""Map: their questions and answers -> our fields and codes, per survey and wave, from TOML.

A mapping file names, for each of our fields, the wordings of the question and the code of each answer label::

    survey = "link-worker-supervision"
    tool = "microsoft_forms"
    waves = []                      # empty: any wave of this tool, chosen by the dates of the responses

    [answers.yes_no_dont_know]
    "Yes" = "yes"
    "No" = "no"
    "Don't know" = "dont_know"

    [[question]]
    field = "first_contact"
    text = ["Is there a named first point of contact for general advice and support?"]
    answers = "yes_no_dont_know"

Questions are matched on the tool's own id, then on normalised text. What no mapping knows is kept, listed and marked.
"""

from __future__ import annotations

import hashlib
import html
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from oversight.exports.forms import split_multi
from oversight.exports.reading import FileProblem, Survey
from oversight.model import RESPONDENT_KINDS, STATES
from oversight.questionnaire import BY_FIELD, QUESTIONS, Question
from oversight.redact import redact_series

#: Share of a mapping's questions that an export must hold for the mapping to be tried on it.
ENOUGH_QUESTIONS = 0.3
#: An unmapped question with more different answers, or a longer one, is taken for free text.
MOST_CHOICES, LONGEST_CHOICE = 25, 100

_DASHES = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-"})
_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201b": "'", "\u201c": '"', "\u201d": '"', "\u00b4": "'", "`": "'"})


def normalise(text: str) -> str:
    """A wording reduced to what decides whether two are the same: no case, tags, line breaks, odd spaces, dashes or quotes."""
    text = html.unescape(re.sub(r"<[^<>]{1,200}>", " ", text.replace("_x000D_", " ")))
    text = unicodedata.normalize("NFKC", text).translate(_DASHES).translate(_QUOTES)
    return " ".join(text.casefold().split()).strip(" :")


@dataclass(frozen=True)
class MappedQuestion:
    """One of our questions as this survey words it; ``answers`` maps normalised labels to codes."""

    question: Question
    texts: frozenset[str]
    tool_id: str
    answers: Mapping[str, str]
    asked: tuple[str, ...]


@dataclass(frozen=True)
class SurveyMapping:
    """One mapping file. ``id_prefix`` keeps the ids of two forms of one wave apart."""

    file: str
    sha256: str
    survey: str
    tool: str
    waves: tuple[str, ...]
    questions: tuple[MappedQuestion, ...]
    id_prefix: str = ""


@dataclass(frozen=True)
class Wave:
    """One row of the waves register."""

    wave_id: str
    wave_name: str
    tool: str
    opened: date
    closed: date
    kinds_asked: tuple[str, ...]


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


def load_mapping(path: Path) -> SurveyMapping:
    """Read one mapping TOML. Raises ``FileProblem`` naming the key that is wrong and what it may be."""
    data = path.read_bytes()
    try:
        raw = tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FileProblem(path.name, f"is not a readable mapping: {error}.", "Correct the line named.") from error
    missing = [key for key in ("survey", "tool", "question") if key not in raw]
    if missing:
        raise FileProblem(
            path.name, f"lacks {', '.join(missing)}.", "See data/reference/mappings/standard-questionnaire.toml for the layout."
        )
    questions = tuple(_question(path.name, entry, raw.get("answers", {})) for entry in raw["question"])
    fields = [q.question.field for q in questions]
    if twice := sorted({f for f in fields if fields.count(f) > 1}):
        raise FileProblem(path.name, f"maps {', '.join(twice)} twice.", "Put all wordings of a field into one question entry.")
    for needed in ("pcn", "respondent_kind"):
        if needed not in fields:
            raise FileProblem(
                path.name, f"maps no question to {needed}.", "Every survey needs a question for the PCN and one for the role."
            )
    return SurveyMapping(
        path.name,
        hashlib.sha256(data).hexdigest(),
        raw["survey"],
        raw["tool"],
        tuple(raw.get("waves", ())),
        questions,
        raw.get("id_prefix", ""),
    )


def _question(file: str, entry: Mapping[str, Any], tables: Mapping[str, Mapping[str, str]]) -> MappedQuestion:
    name = entry.get("field", "")
    if name not in BY_FIELD:
        raise FileProblem(file, f"maps to the unknown field {name!r}.", f"Use one of: {', '.join(BY_FIELD)}.")
    question = BY_FIELD[name]
    answers = entry.get("answers", {})
    if isinstance(answers, str):
        if answers not in tables:
            raise FileProblem(file, f"names the answers table {answers!r}, which it does not hold.", f"Add [answers.{answers}].")
        answers = tables[answers]
    allowed = {*question.answers, *STATES} - {"answered", "unmapped"}
    if wrong := sorted(set(answers.values()) - allowed):
        raise FileProblem(file, f"gives {name} the unknown code {wrong[0]!r}.", f"Use one of: {', '.join(sorted(allowed))}.")
    asked = tuple(entry.get("asked", question.asked))
    if strange := [kind for kind in asked if kind not in RESPONDENT_KINDS]:
        raise FileProblem(file, f"asks {name} of the unknown kind {strange[0]!r}.", f"Use: {', '.join(RESPONDENT_KINDS)}.")
    texts = entry.get("text", [])
    texts = [texts] if isinstance(texts, str) else texts
    return MappedQuestion(
        question, frozenset(map(normalise, texts)), entry.get("tool_id", ""), {normalise(k): v for k, v in answers.items()}, asked
    )


def match_questions(survey: Survey, mapping: SurveyMapping) -> dict[str, MappedQuestion]:
    """Column of ``survey.cells`` -> our question, on the tool's id first, then on normalised text; each field once."""
    by_id = {q.tool_id: q for q in mapping.questions if q.tool_id}
    by_text = {text: q for q in mapping.questions for text in q.texts}
    found: dict[str, MappedQuestion] = {}
    for use_id in (True, False):
        for column, tool_id, text, _ in survey.questions:
            question = by_id.get(tool_id) if use_id else by_text.get(normalise(text))
            if question and column not in found and question not in found.values():
                found[column] = question
    return found


def choose(file: str, survey: Survey, tool: str, mappings: list[SurveyMapping], waves: list[Wave]) -> tuple[SurveyMapping, Wave]:
    """The mapping and the wave an export belongs to.

    Mappings are compared on how many questions they recognise, waves on how many responses fall within their dates; a
    mapping that names its waves goes before one for any wave. Raises ``FileProblem`` when none or several fit best.
    """
    days = pd.to_datetime(survey.completed).dt.date
    scored = []
    for mapping in mappings:
        matched = len(match_questions(survey, mapping))
        if mapping.tool != tool or matched < max(2, ENOUGH_QUESTIONS * len(mapping.questions)):
            continue
        for wave in waves:
            if wave.tool == tool and (not mapping.waves or wave.wave_id in mapping.waves):
                inside = int(((days >= wave.opened) & (days <= wave.closed)).sum())
                scored.append(((matched, inside, bool(mapping.waves)), mapping, wave))
    if not scored:
        fits = "no wave of the waves register" if any(m.tool == tool for m in mappings) else "no mapping for its tool"
        raise FileProblem(
            file,
            f"cannot be placed: {fits} and its questions fit together.",
            "Add the wave to waves.csv and a mapping (TOML) that holds the wordings of its questions.",
        )
    scored.sort(key=lambda s: s[0], reverse=True)
    best = scored[0]
    if best[0][1] == 0 and len(survey.cells):
        raise FileProblem(
            file, f"holds no response within the dates of {best[2].wave_id}.", "Correct the dates in waves.csv, or add its wave."
        )
    if ties := [s for s in scored[1:] if s[0] == best[0]]:
        raise FileProblem(
            file,
            f"fits {best[1].file} for {best[2].wave_id} and {ties[0][1].file} for {ties[0][2].wave_id} equally well.",
            "Name the wave in the mapping: waves = [...].",
        )
    return best[1], best[2]


def apply(survey: Survey, mapping: SurveyMapping, wave: Wave) -> Mapped:
    """Turn an export into our fields, codes and states; every cell becomes at least one answer row."""
    matched = match_questions(survey, mapping)
    columns = {q.question.field: column for column, q in matched.items()}
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
        parts[columns[question.field]] = _answers(cells, mapped, _blank_states(wide, question, asked))
        _widen(wide, question, parts[columns[question.field]])
        warnings += _strange(question, parts[columns[question.field]])
        if question.kind == "number":  # the number itself stands in the wide table, its words in value
            parts[columns[question.field]]["code"] = pd.NA
    wide["respondent_kind"] = kind
    for column, _, _, exported in survey.questions:
        if column not in matched:
            parts[column] = _verbatim(survey.cells[column], exported)
    questions, answers = _long(survey, mapping, matched, parts)
    return Mapped(questions, answers, wide, warnings)


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


def _answers(cells: pd.Series, mapped: MappedQuestion, blanks: pd.Series) -> pd.DataFrame:
    """Item, value, code and state for one mapped question; several rows share an index where several were chosen."""
    question = mapped.question
    cells = cells.astype("string")
    if question.kind == "multi":
        cells = cells.map(lambda cell: split_multi(cell) or pd.NA, na_action="ignore").explode().astype("string")
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
        cells = cells.map(lambda cell: split_multi(cell) or pd.NA, na_action="ignore").explode().astype("string")
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
    for position, (column, tool_id, text, kind) in enumerate(survey.questions, start=1):
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
