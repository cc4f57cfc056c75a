"""Proposals: which of our fields a question of an unknown export asks, and which of our codes its answers mean.

What is proposed is for a person to confirm. How sure a proposal is stands beside it: *exact* (the same words, or the tool's
own id), *normalised* (the same but for case, spaces, dashes, quotes), *similar* (alike: look at it), *none*. Wordings are
compared with those of every mapping that is known, so that a reworded question stands beside its old wording.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import pandas as pd
from rapidfuzz import fuzz

from oversight.exports.reading import ITEMS, ExportedQuestion, Survey
from oversight.mapping import MappedQuestion, SurveyMapping, normalise, split_joined
from oversight.model import STATES
from oversight.questionnaire import BY_FIELD, QUESTIONS, Question
from oversight.redact import redact

Confidence = Literal["exact", "normalised", "similar", "none"]

#: How sure a proposal is -> what that means.
CONFIDENCE: Mapping[Confidence, str] = MappingProxyType(
    {
        "exact": "The same words, or the tool's own id",
        "normalised": "The same but for case, spaces, dashes or quotes",
        "similar": "Alike: please check",
        "none": "Not known",
    }
)
#: From here on two wordings count as alike (0 to 100), set on rewordings and on other questions (tests/test_proposals.py).
ALIKE_QUESTION, ALIKE_ANSWER = 50, 74
#: Short headings that analysts give our questions. Only offered as similar, so that a person looks.
_HEADINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "pcn": ("PCN", "PCN code", "PCN name", "Primary Care Network"),
        "respondent_kind": ("Role", "Your role", "Job role", "Job title", "What is your job?"),
        "employer": ("Employer", "Who is your employer?"),
        "first_contact": ("Is there a named first point of contact?", "Named first contact"),
        "first_contact_is_gp": ("Is that person a GP?",),
        "challenges": ("What challenges do you face?", "Challenges"),
        "wte": ("WTE", "FTE", "Whole-time equivalent", "Full-time equivalent"),
        "months_in_post": ("Months in post", "Time in post in months"),
        "intention_to_leave": ("Intention to leave", "Are you planning to leave your role within a year?"),
        "anxiety": ("Anxiety", "How anxious did you feel yesterday?"),
        "comment": ("Comments", "Any other comments"),
        "respondent_code": ("Personal code", "Your code", "Anonymous code", "Self-generated code", "Please make up a personal code."),
    }
)
#: Words that say little about what a question asks.
_SMALL_WORDS = """
a an and any are as at be been being by can could did do does for from get give given go had has have how i if in is it its many me much
my of on one or other our over please say so some tell that the their them there these they this to us was we were what when where which
who will with within would you your yours
"""
_STOP = frozenset(_SMALL_WORDS.split())
#: Labels that mean the same in any survey, normalised. Only offered as similar, so that a person looks.
_COMMON: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "yes": ("y", "yes"),
        "no": ("n", "no"),
        "dont_know": ("don't know", "dont know", "do not know", "dk", "not sure", "unsure", "i don't know", "i'm not sure"),
        "prefer_not_to_say": ("prefer not to say", "rather not say", "prefer not to answer"),
        "not_applicable": ("n/a", "na", "not applicable", "does not apply"),
        "splw": ("link worker", "social prescriber", "splw", "social prescribing link worker (splw)"),
        "weekly": ("weekly", "once a week"),
        "fortnightly": ("fortnightly", "every fortnight"),
        "monthly": ("monthly", "once a month"),
        "quarterly": ("quarterly", "every quarter"),
    }
)
_NEGATIONS = frozenset({"no", "not", "never", "none", "nobody", "without", "cannot", "can't", "isn't", "don't", "unable", "neither"})
_NUMBERS = MappingProxyType(
    dict(zip("one two three four five six seven eight nine ten eleven twelve".split(), map(str, range(1, 13)), strict=True))  # noqa: SIM905
)
_PCN_CODE = re.compile(r"\s*(U\d{5}|F\d{4})\b", re.IGNORECASE)
_EXAMPLES, _EXAMPLE_LENGTH = 3, 60


@dataclass(frozen=True)
class AnswerProposal:
    """One answer as exported: how many gave it, our code or state for it ("" when none), how sure, and the known label it is like."""

    label: str
    n: int
    code: str
    confidence: Confidence
    like: str = ""


@dataclass(frozen=True)
class QuestionProposal:
    """One question of an export.

    ``field`` is ours, "" when none is proposed; ``like`` the known wording it is like; ``answered`` how many gave an answer;
    ``examples`` some different answers; ``answers`` the proposals for each, () for free text and for numbers in range.
    """

    question: ExportedQuestion
    field: str
    confidence: Confidence
    like: str
    answered: int
    examples: tuple[str, ...]
    answers: tuple[AnswerProposal, ...]


@dataclass(frozen=True)
class Known:
    """What is known of one of our fields: wordings, and labels with their codes, as they stood in questionnaire and mappings."""

    question: Question
    wordings: dict[str, None] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    tool_ids: set[tuple[str, str]] = field(default_factory=set)

    def learn(self, mapped: MappedQuestion, tool: str) -> None:
        """Add what one mapping says of this field."""
        self.wordings.update(dict.fromkeys(mapped.wordings))
        self.labels.update(mapped.labels)
        if mapped.tool_id:
            self.tool_ids.add((tool, mapped.tool_id))


def known_fields(mappings: Iterable[SurveyMapping]) -> dict[str, Known]:
    """Field -> what the questionnaire and the given mappings say of it."""
    known = {q.field: Known(q, {q.text: None}, {label: code for code, label in q.answers.items()}) for q in QUESTIONS}
    for mapping in mappings:
        for mapped in mapping.questions:
            known[mapped.question.field].learn(mapped, mapping.tool)
    return known


def propose(survey: Survey, tool: str, mappings: Iterable[SurveyMapping]) -> list[QuestionProposal]:
    """A proposal for each question of an export, in its order; no field is proposed twice."""
    known = known_fields(mappings)
    found = _fields(survey, tool, known)
    proposals = []
    for question in survey.questions:
        name, confidence, like = found.get(question.column, ("", "none", ""))
        cells = survey.cells[question.column]
        counts = answer_counts(cells, question, known[name].labels if name else ())
        shown = [] if name and BY_FIELD[name].secret else list(counts)[:_EXAMPLES]  # such words are nobody's to read
        examples = tuple(map(_short, shown))
        answers = propose_answers(counts, known[name]) if name else ()
        proposals.append(QuestionProposal(question, name, confidence, like, int(cells.notna().sum()), examples, answers))
    return proposals


def answer_counts(cells: pd.Series, question: ExportedQuestion, labels: Collection[str] = ()) -> dict[str, int]:
    """Answer as exported -> how many gave it, the most frequent first; of several answers each by itself.

    ``labels``: known answers, by which a cell that joins several with commas is parted. Options nobody chose count 0.
    """
    counts = cells.dropna().astype("str").value_counts()
    parted: dict[str, int] = {}
    known = {normalise(label) for label in labels}
    for cell, n in counts.items():
        joined = question.kind != "multi" and known and re.search(r"[,;]", str(cell))
        items = split_joined(str(cell), known) if joined else str(cell).split(ITEMS)
        for item in dict.fromkeys(items):
            parted[item] = parted.get(item, 0) + int(n)
    for option in question.options:
        parted.setdefault(option, 0)
    return dict(sorted(parted.items(), key=lambda pair: -pair[1]))


def propose_answers(counts: Mapping[str, int], known: Known) -> tuple[AnswerProposal, ...]:
    """A proposal for each answer to one field; () where words are kept as they are (free text)."""
    question = known.question
    if question.kind == "text":
        return ()
    labels = dict(known.labels)
    if question.kind == "number":
        strange = {label: n for label, n in counts.items() if not _is_number(label, question)}
        return tuple(_answer(label, n, labels, question) for label, n in strange.items())
    return tuple(_answer(label, n, labels, question) for label, n in counts.items())


def _answer(label: str, n: int, labels: Mapping[str, str], question: Question) -> AnswerProposal:
    if label in labels:
        return AnswerProposal(label, n, labels[label], "exact", label)
    plain = normalise(label)
    for known, code in labels.items():
        if normalise(known) == plain:
            return AnswerProposal(label, n, code, "normalised", known)
    possible = {*question.answers, *STATES}
    for code, words in _COMMON.items():
        if plain in words and code in possible and (code in STATES or code in question.answers):
            return AnswerProposal(label, n, code, "similar", question.answers.get(code, STATES.get(code, code)))
    scored = [(likeness(label, known), known, code) for known, code in labels.items()]
    score, known, code = max(scored, default=(0.0, "", ""), key=lambda s: s[0])
    if score >= ALIKE_ANSWER:
        return AnswerProposal(label, n, code, "similar", known)
    return AnswerProposal(label, n, "", "none")


def likeness(a: str, b: str) -> float:
    """How alike two answers are, 0 to 100; 0 when one denies what the other says, or they name different numbers."""
    a, b = normalise(a), normalise(b)
    first, second = (set(re.findall(r"[a-z']+|\d+", text)) for text in (a, b))
    if bool(first & _NEGATIONS) != bool(second & _NEGATIONS) or _numbers(first) != _numbers(second):
        return 0.0
    return 0.5 * fuzz.token_sort_ratio(a, b) + 0.5 * fuzz.token_set_ratio(a, b)


class Likeness:
    """How alike questions are: by the words that tell one question from another, each with its weight (the rarer, the heavier)."""

    def __init__(self, wordings: Collection[str]) -> None:
        """``wordings``: every known one; what stands in many of them weighs little."""
        seen = Counter(word for wording in wordings for word in self._words(wording))
        self._weight = {word: math.log((1 + len(wordings)) / n) for word, n in seen.items()}
        self._unseen = math.log(1 + len(wordings)) * 0.6

    def __call__(self, a: str, b: str) -> float:
        """0 (nothing in common) to 100 (the same words that tell): twice what they share, over what they hold."""
        first, second = self._words(a), self._words(b)
        total = sum(map(self._of, first)) + sum(map(self._of, second))
        pairs = ((x, y) for x in first for y in second if x == y or fuzz.ratio(x, y) >= 86)  # month and months
        shared = {x: min(self._of(x), self._of(y)) for x, y in pairs}
        return 200 * sum(shared.values()) / total if total else 0.0

    def _of(self, word: str) -> float:
        return self._weight.get(word, self._unseen)

    @staticmethod
    def _words(text: str) -> frozenset[str]:
        text = re.sub(r"\([^()]*\)", " ", normalise(text)) or normalise(text)
        return frozenset(w for w in re.findall(r"[a-z]+(?:'[a-z]+)?|\d+", text) if w not in _STOP)


def _numbers(words: set[str]) -> set[str]:
    return {_NUMBERS.get(word, word) for word in words if word.isdigit() or word in _NUMBERS}


def _fields(survey: Survey, tool: str, known: Mapping[str, Known]) -> dict[str, tuple[str, Confidence, str]]:
    """Column -> (field, how sure, the wording it is like): certain ones first, then the most alike, each field once."""
    found: dict[str, tuple[str, Confidence, str]] = {}
    open_fields = dict(known)

    def take(question: ExportedQuestion, name: str, confidence: Confidence, like: str) -> None:
        found[question.column] = (name, confidence, like)
        del open_fields[name]

    for certain in (_by_id, _by_words, _by_normalised):
        for question in survey.questions:
            if question.column not in found and (hit := certain(question, tool, open_fields)):
                take(question, *hit)
    alike = Likeness([wording for k in known.values() for wording in k.wordings])
    scored = []
    for question in survey.questions:
        if question.column not in found:
            cells = survey.cells[question.column]
            whole = answer_counts(cells, question)
            for name, k in open_fields.items():  # of several answers, each by itself, also where a tool joins them in one cell
                counts = answer_counts(cells, question, k.labels) if k.question.kind == "multi" else whole
                scored.append((*_score(question, counts, k, alike), question, name))
    for score, like, question, name in sorted(scored, key=lambda s: -s[0]):
        if score >= ALIKE_QUESTION and question.column not in found and name in open_fields:
            take(question, name, "similar", like)
    return found


def _by_id(question: ExportedQuestion, tool: str, known: Mapping[str, Known]) -> tuple[str, Confidence, str] | None:
    for name, k in known.items():
        if question.tool_id and (tool, question.tool_id) in k.tool_ids:
            return name, "exact", next(reversed(k.wordings))
    return None


def _by_words(question: ExportedQuestion, _: str, known: Mapping[str, Known]) -> tuple[str, Confidence, str] | None:
    return next(((name, "exact", question.text) for name, k in known.items() if question.text in k.wordings), None)


def _by_normalised(question: ExportedQuestion, _: str, known: Mapping[str, Known]) -> tuple[str, Confidence, str] | None:
    plain = normalise(question.text)
    for name, k in known.items():
        for wording in k.wordings:
            if normalise(wording) == plain:
                return name, "normalised", wording
    return None


def _score(question: ExportedQuestion, counts: Mapping[str, int], known: Known, alike: Likeness) -> tuple[float, str]:
    """How much a question resembles a field (0 to 100), by its words and by its answers; and the wording it is like."""
    short = _HEADINGS.get(known.question.field, ())
    texts = {question.text, question.text.rpartition(" - ")[2]}  # of "stem - part" the part may say it all
    words, like = max((alike(text, wording), wording) for text in texts for wording in (*known.wordings, *short))
    total = sum(counts.values())
    if known.question.field == "pcn":
        coded = sum(n for label, n in counts.items() if _PCN_CODE.match(label))
        return (100.0 if total and coded > 0.6 * total else words), like
    share = _answers_known(counts, total, known)
    if share is None:
        return words, like
    return words * (0.55 + 0.45 * share) if share < 0.5 else words + 0.25 * 100 * share * words / 100, like


def _answers_known(counts: Mapping[str, int], total: int, known: Known) -> float | None:
    """Share of the answers given that this field knows; None where answers tell nothing (free text, nobody answered)."""
    question = known.question
    if question.kind == "text" or not total:
        return None
    if question.kind == "number":
        return sum(n for label, n in counts.items() if _is_number(label, question)) / total
    labels = {normalise(label) for label in known.labels}
    labels |= {word for code, words in _COMMON.items() if code in question.answers for word in words}
    return sum(n for label, n in counts.items() if normalise(label) in labels) / total


def _is_number(label: str, question: Question) -> bool:
    try:
        number = float(label.strip().replace(",", "."))
    except ValueError:
        return False
    return (question.low or 0) <= number <= (question.high if question.high is not None else float("inf"))


def _short(label: str) -> str:
    text = redact(" ".join(label.split()))
    return text if len(text) <= _EXAMPLE_LENGTH else text[: _EXAMPLE_LENGTH - 1] + "…"


def allowed_codes(name: str) -> dict[str, str]:
    """What an answer to one of our fields may mean: code or state -> words. Numbers and free text have states only."""
    states = {s: words for s, words in STATES.items() if s in ("dont_know", "prefer_not_to_say", "not_applicable", "blank")}
    return {**BY_FIELD[name].answers, **{s: w for s, w in states.items() if s not in BY_FIELD[name].answers}}


def table(proposals: Iterable[QuestionProposal]) -> pd.DataFrame:
    """The proposals as rows to read: question, what it is mapped to, how sure, answers and how many of them are known."""
    rows = []
    for p in proposals:
        unknown = [a.label for a in p.answers if not a.code]
        similar = [f"{_short(a.label)} = {a.code}?" for a in p.answers if a.confidence == "similar"]
        rows.append(
            {"question": _short(p.question.text), "field": p.field or "-", "how sure": p.confidence, "answered": p.answered,
             "like": _short(p.like) if p.confidence != "exact" else "", "answers not known": "; ".join(map(_short, unknown[:5])),
             "answers to check": "; ".join(similar[:5])}
        )  # fmt: skip
    return pd.DataFrame(rows)


def attention(p: QuestionProposal) -> Literal["check", "none", "sure"]:
    """Whether somebody has to look at a proposal: it or an answer of it is only similar or not known; nothing is proposed; neither."""
    if p.confidence == "none":
        return "none"
    looked_at = p.confidence == "similar" or any(a.confidence in ("similar", "none") for a in p.answers)
    return "check" if looked_at else "sure"


def evidence(p: QuestionProposal) -> str:
    """What a person needs to judge a proposal: how many answered, some answers, how sure, and the old wording beside the new."""
    parts = [f"{p.answered:,} answered"]
    if p.examples:
        parts.append(f"for example {'; '.join(p.examples)}")
    if p.field:
        parts.append(CONFIDENCE[p.confidence].lower())
        if p.like and p.like != p.question.text:
            parts.append(f"known wording: “{p.like}”")
    return " · ".join(parts)


def propose_theme(code: str, themes: Mapping[str, str]) -> tuple[str, Confidence]:
    """The theme a code of a coding tool may belong to, and how sure: by the last part of its path. ``themes``: theme -> name."""
    last = re.split(r" > |::|\\\\|/", code)[-1].replace("_", " ")
    plain = normalise(last)
    for theme, name in themes.items():
        if plain in (normalise(name), normalise(theme.replace("_", " "))):
            return theme, "normalised"
    alike = Likeness(list(themes.values()))
    scored = [(max(alike(last, name), alike(last, theme.replace("_", " "))), theme) for theme, name in themes.items()]
    score, theme = max(scored, default=(0.0, ""))
    return (theme, "similar") if score >= ALIKE_QUESTION else ("", "none")
