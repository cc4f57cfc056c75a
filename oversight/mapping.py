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

Beside these a file may hold ``leave_out`` (headings of columns that never reach a snapshot), ``id_prefix`` (where two forms
share a wave) and ``[layout]`` (what a person has said about the file where it does not say it itself: ``reading.ANSWERS``).

Questions are matched on the tool's own id, then on normalised text. What no mapping knows is kept, listed and marked.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import tomllib
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from oversight.exports.reading import ANSWERS, FileProblem, Survey
from oversight.model import RESPONDENT_KINDS, STATES
from oversight.questionnaire import BY_FIELD, Question

#: Share of a mapping's questions that an export must hold for the mapping to be tried on it.
ENOUGH_QUESTIONS = 0.3
#: Share of a short survey's own questions that a mapping must know instead.
MOSTLY_KNOWN = 0.5
#: Without these a response has no place.
NEEDED_FIELDS = ("pcn", "respondent_kind")
_DASHES = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-"})
#: Marks that nobody sees: byte order, no width, where a word may be parted.
_INVISIBLE = re.compile("[\ufeff\u200b\u200c\u200d\u2060\u00ad]")
_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201b": "'", "\u201c": '"', "\u201d": '"', "\u00b4": "'", "`": "'"})


def normalise(text: str) -> str:
    """A wording reduced to what decides whether two are the same: no case, tags, line breaks, odd spaces, dashes or quotes."""
    text = html.unescape(re.sub(r"<[^<>]{1,200}>", " ", _INVISIBLE.sub("", text.replace("_x000D_", " "))))
    text = unicodedata.normalize("NFKC", text).translate(_DASHES).translate(_QUOTES)
    return " ".join(text.casefold().split()).strip(" :")


class Unplaced(FileProblem):
    """A survey that no mapping and wave fit: somebody has to map it."""


class NoWave(Unplaced):
    """A survey whose mapping is known, with no response within the dates of a wave."""


@dataclass(frozen=True)
class MappedQuestion:
    """One of our questions as this survey words it; ``texts`` and ``answers`` (label -> code) are normalised.

    ``wordings`` and ``labels`` are the same as they stand in the file.
    """

    question: Question
    texts: frozenset[str]
    tool_id: str
    answers: Mapping[str, str]
    asked: tuple[str, ...]
    wordings: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SurveyMapping:
    """One mapping file.

    ``id_prefix`` keeps the ids of two forms of one wave apart, ``leave_out`` are normalised headings of columns that never
    reach a snapshot, ``layout`` is what a person has said about the file (``reading.ANSWERS``), ``text`` the file itself.
    """

    file: str
    sha256: str
    survey: str
    tool: str
    waves: tuple[str, ...]
    questions: tuple[MappedQuestion, ...]
    id_prefix: str = ""
    leave_out: frozenset[str] = frozenset()
    layout: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


@dataclass(frozen=True)
class Wave:
    """One row of the waves register."""

    wave_id: str
    wave_name: str
    tool: str
    opened: date
    closed: date
    kinds_asked: tuple[str, ...]


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
    for needed in NEEDED_FIELDS:
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
        frozenset(map(normalise, raw.get("leave_out", ()))),
        _layout(path.name, raw.get("layout", {})),
        data.decode("utf-8-sig"),
    )


def _layout(file: str, given: Mapping[str, Any]) -> dict[str, str]:
    if strange := sorted(set(given) - set(ANSWERS)):
        raise FileProblem(file, f"says {strange[0]!r} under [layout].", f"Use: {', '.join(ANSWERS)}.")
    return {key: str(value) for key, value in given.items()}


def toml_text(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's too, but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


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
        question,
        frozenset(map(normalise, texts)),
        entry.get("tool_id", ""),
        {normalise(k): v for k, v in answers.items()},
        asked,
        tuple(texts),
        dict(answers),
    )


def match_questions(survey: Survey, mapping: SurveyMapping) -> dict[str, MappedQuestion]:
    """Column of ``survey.cells`` -> our question, on the tool's id first, then on normalised text; each field once."""
    by_id = {q.tool_id: q for q in mapping.questions if q.tool_id}
    by_text = {text: q for q in mapping.questions for text in q.texts}
    found: dict[str, MappedQuestion] = {}
    for use_id in (True, False):
        for column, tool_id, text, *_ in survey.questions:
            if normalise(text) in mapping.leave_out:
                continue
            question = by_id.get(tool_id) if use_id else by_text.get(normalise(text))
            if question and column not in found and question not in found.values():
                found[column] = question
    return found


def secret_columns(survey: Survey, mapping: SurveyMapping) -> set[str]:
    """Columns of ``survey.cells`` whose words are never stored, only that there are some."""
    return {column for column, mapped in match_questions(survey, mapping).items() if mapped.question.secret}


def never_stored(survey: Survey, mapping: SurveyMapping) -> set[str]:
    """Headings, as a reader may name them, of the columns whose words never reach a snapshot: secret ones and those left out."""
    secret = secret_columns(survey, mapping)
    questions = [q for q in survey.questions if q.column in secret or normalise(q.text) in mapping.leave_out]
    return {name.strip() for q in questions for name in (q.column, q.text, q.tool_id)} - {""}


def fits(survey: Survey, tool: str, mapping: SurveyMapping) -> int:
    """How many questions of an export a mapping knows; 0 when it is for another tool, or knows too few to be tried on it.

    Enough are ``ENOUGH_QUESTIONS`` of the mapping's, or, in a survey that asks only a few of them, ``MOSTLY_KNOWN`` of the
    survey's own with the PCN and the role among them.
    """
    found = match_questions(survey, mapping) if mapping.tool == tool else {}
    fields = {mapped.question.field for mapped in found.values()}
    short = fields >= set(NEEDED_FIELDS) and len(found) >= MOSTLY_KNOWN * len(survey.questions)
    return len(found) if short or len(found) >= max(2, ENOUGH_QUESTIONS * len(mapping.questions)) else 0


def choose(file: str, survey: Survey, tool: str, mappings: list[SurveyMapping], waves: list[Wave]) -> tuple[SurveyMapping, Wave]:
    """The mapping and the wave an export belongs to.

    The wave is the one within whose dates most responses fall. Of the mappings that know enough of the questions, one that
    names this wave goes before one for any wave, and that before one made for another wave (a new wave of a known survey);
    then the one that knows more, then the one of the later wave. Raises ``Unplaced`` when none fits, ``FileProblem`` when
    several fit equally well.
    """
    days = pd.to_datetime(survey.completed).dt.normalize()
    timed = bool(days.notna().any())  # without times any wave may be meant: the mapping, or there being only one, tells which
    scored = []
    for mapping in mappings:
        matched = fits(survey, tool, mapping)
        for wave in waves if matched else ():
            named = 2 if wave.wave_id in mapping.waves else int(not mapping.waves)
            if wave.tool == tool and (timed or named):
                inside = int(days.between(pd.Timestamp(wave.opened), pd.Timestamp(wave.closed)).sum()) if timed else len(days)
                scored.append(((inside, named, matched, max(mapping.waves, default="")), mapping, wave))
    if not scored:
        raise _unplaced(file, survey, tool, mappings)
    scored.sort(key=lambda s: s[0], reverse=True)
    best = scored[0]
    if best[0][0] == 0 and len(survey.cells):
        raise NoWave(
            file, "holds no response within the dates of any wave of its tool.", "Correct the dates in waves.csv, or add its wave."
        )
    if ties := [s for s in scored[1:] if s[0] == best[0]]:
        raise FileProblem(
            file,
            f"fits {best[1].file} for {best[2].wave_id} and {ties[0][1].file} for {ties[0][2].wave_id} equally well.",
            "Name the wave in the mapping: waves = [...].",
        )
    return best[1], best[2]


def _unplaced(file: str, survey: Survey, tool: str, mappings: list[SurveyMapping]) -> Unplaced:
    """What is missing: a mapping that knows the questions, or a wave of the tool."""
    ours = [m for m in mappings if m.tool == tool]
    fitting = [m for m in ours if fits(survey, tool, m)]
    if fitting:
        return Unplaced(
            file,
            f"cannot be placed: {fitting[0].file} knows its questions, and no wave of the waves register has the tool {tool}.",
            f"Add its wave to waves.csv, with {tool} as the tool.",
        )
    nearest = max(ours, key=lambda m: len(match_questions(survey, m)), default=None)
    known = {} if nearest is None else match_questions(survey, nearest)
    strange = next((q.text.strip() for q in survey.questions if q.column not in known), "")
    why = (
        f"no mapping is for its tool, {tool}"
        if nearest is None
        else f"the nearest mapping, {nearest.file}, knows {len(known)} of its {len(survey.questions)} questions"
        + (f", and not, for example, {strange!r}" if strange else "")
    )
    return Unplaced(
        file,
        f"cannot be placed: {why}.",
        "Add a mapping (TOML) that holds the wordings of its questions. The Data page and `python -m oversight map` help with it.",
    )


def reworded(survey: Survey, mapping: SurveyMapping) -> list[tuple[str, str, str]]:
    """(field, wording of the export, last known wording) of each question that is known by the tool's id in other words."""
    texts = {q.column: q.text for q in survey.questions}
    return [
        (mapped.question.field, texts[column].strip(), mapped.wordings[-1])
        for column, mapped in match_questions(survey, mapping).items()
        if mapped.wordings and normalise(texts[column]) not in mapped.texts
    ]


def split_joined(cell: str, known: Collection[str]) -> list[str]:
    """The answers in one cell that a tool joined with commas or semicolons, though answers may hold such marks themselves.

    Only ``known`` answers (normalised) are taken out, the longest first; what stands between them stays in one piece,
    because nobody can tell how many answers it is.
    """
    pieces = re.split(r"([,;]\s*)", cell.strip())  # texts at even places, the marks between them at odd ones
    longest = max((len(re.findall("[,;]", option)) for option in known), default=0)
    found: list[str] = []
    unknown = ""
    at = 0
    while at < len(pieces):
        for last in range(min(at + 2 * longest, len(pieces) - 1), at - 1, -2):
            candidate = "".join(pieces[at : last + 1])
            if normalise(candidate) in known:
                found += [unknown] if unknown else []
                found.append(candidate.strip())
                unknown = ""
                break
        else:
            last = at
            unknown = f"{unknown}{pieces[at - 1]}{pieces[at]}".strip() if unknown else pieces[at].strip()
        at = last + 2
    return [*found, unknown] if unknown else found
