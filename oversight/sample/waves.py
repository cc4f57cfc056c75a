"""The two fictional survey waves: when they ran and how each worded and exported its questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from oversight.questionnaire import QUESTIONS, Question

NBSP, HYPHEN, APOSTROPHE = "\u00a0", "\u2010", "\u2019"


@dataclass(frozen=True)
class Extra:
    """A question of one wave only, which is not in our contract."""

    text: str
    answers: tuple[str, ...]
    after: str  # the field it follows


@dataclass(frozen=True)
class WaveForm:
    """One wave. ``questions`` in its own words; ``header`` and ``label`` give those words with the dirt of its export."""

    wave_id: str
    name: str
    opened: date
    closed: date
    file: str
    questions: tuple[Question, ...]
    extra: Extra
    header: Callable[[str, str], str]
    label: Callable[[str], str]

    def question(self, field: str) -> Question | None:
        """The wave's question for one of our fields, None when it was not asked."""
        return next((q for q in self.questions if q.field == field), None)

    def columns(self) -> list[tuple[str, str]]:
        """(field, header as exported) in export order; the extra question has the field ""."""
        found = []
        for question in self.questions:
            found.append((question.field, self.header(question.field, question.text)))
            if question.field == self.extra.after:
                found.append(("", self.header("", self.extra.text)))
        return found


_OLDER_WORDING: Mapping[str, str] = {
    "pcn": "Name or code of your PCN",
    "employer": "Who is your employer?",
    "wte": "What is your whole-time equivalent? (1 = full time)",
    "first_contact": "Has your PCN named a first point of contact for general advice and support?",
    "gp_supervisor": "If your first point of contact is not a GP, do you also have a named GP supervisor?",
    "last_contact": "When did you last talk to your first point of contact or GP supervisor?",
    "patient_concerns": "Are you able to discuss patient-related concerns with a relevant GP?",
    "clinical_supervision": "Do you receive clinical or non-managerial supervision?",
    "supervision_frequency": "How frequently do you receive it?",
    "clarity": "Is it clear to you which kinds of supervision you have? (1 not at all, 5 completely)",
    "challenges_comment": "Tell us more about these challenges.",
    "intention_to_leave": "Are you considering leaving your role in the next 12 months?",
}
_OLDER_FREQUENCY: Mapping[str, str] = {
    "weekly": "Once a week",
    "fortnightly": "Fortnightly",
    "monthly": "Once a month",
    "six_weekly": "About every six weeks",
    "quarterly": "Quarterly",
    "less_often": "Less than quarterly",
    "dont_know": "I am not sure",
}
NOT_IN_SPRING = "independent_of_manager"
_SPLW_ONLY_IN_SPRING = ("coaching_aware", "coaching_used")


def _older(question: Question) -> Question:
    """A question as spring worded it and as it was put then."""
    return replace(
        question,
        text=_OLDER_WORDING.get(question.field, question.text),
        answers=_OLDER_FREQUENCY if question.field == "supervision_frequency" else question.answers,
        asked=("splw",) if question.field in _SPLW_ONLY_IN_SPRING else question.asked,
    )


def _spring_header(field: str, text: str) -> str:
    """Windows-1252 dirt: hard spaces and trailing spaces."""
    if field in {"first_contact", "last_session", "challenges"}:
        text = text.replace(" ", NBSP, 2)
    return text + {"employer": " ", "adequacy": "  ", "comment": NBSP}.get(field, "")


def _autumn_header(field: str, text: str) -> str:
    """Dirt of text pasted from a document: the hyphen U+2010, hard spaces, trailing spaces."""
    text = text.replace("-", HYPHEN)
    if field in {"clinical_supervision", "clarity", "anxiety"}:
        text = text.replace(" ", NBSP, 2)
    return text + {"employer": " ", "supervision_format": " ", "peer_network_used": NBSP}.get(field, "")


SPRING = WaveForm(
    "2026-1-spring",
    "Spring 2026",
    date(2026, 4, 20),
    date(2026, 5, 29),
    "surveys/Supervision of link workers - spring 2026.csv",
    tuple(_older(q) for q in QUESTIONS if q.field != NOT_IN_SPRING),
    Extra(
        "How did you hear about this survey?",
        ("An e-mail from the Regional Learning Coordinator", "My PCN", "A newsletter", "A colleague", "Social media"),
        "practices_served",
    ),
    _spring_header,
    lambda text: text.replace("'", APOSTROPHE),
)
AUTUMN = WaveForm(
    "2026-2-autumn",
    "Autumn 2026",
    date(2026, 9, 14),
    date(2026, 10, 23),
    "surveys/Supervision and support - autumn 2026(1-1594).xlsx",
    QUESTIONS,
    Extra("May we use your comments, without your name, in our reports?", ("Yes", "No"), "comment"),
    _autumn_header,
    lambda text: text.replace("One-to-one", f"One{HYPHEN}to{HYPHEN}one"),
)
FORMS = (SPRING, AUTUMN)
