"""The questionnaire as text to paste into Microsoft Forms, and the mapping that reads its exports.

Both are made from ``questionnaire.QUESTIONS``; docs/questionnaire.md and data/reference/mappings/standard-questionnaire.toml
hold what the functions give, and a test keeps them current.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from oversight.mapping import toml_text
from oversight.model import STATES
from oversight.questionnaire import BY_FIELD, EVERYONE, PCN_SIDE, QUESTIONS, RESPONDENT_KINDS, WORKERS, YES_NO, YES_NO_DK, Question

_GROUPS = {
    EVERYONE: "everyone",
    WORKERS: "link workers, Care Coordinators and Health and Wellbeing Coaches",
    PCN_SIDE: "GP supervisors and PCN managers",
}
_SHARED_ANSWERS = {"yes_no": YES_NO, "yes_no_dont_know": YES_NO_DK}
_INTRODUCTION = """\
# The questionnaire

A sensible set of questions about the supervision and support of social prescribing link workers. It is the programme's own and
not a published instrument, except the four wellbeing questions (ONS4, Office for National Statistics, free to use).

Paste the questions into Microsoft Forms (one question per number), set the branching as noted under each, and the export can
be read with the shipped mapping `standard-questionnaire.toml` as it is. Change a wording, and add that wording
to a copy of the mapping. Leave the question for the PCN and the one for the role as required; leave all others optional.
Let the form record no names: the team does not need them, and they are dropped when an export is read.
"""


def paste_text() -> str:
    """Numbered questions with their options, who is asked and the branching: plain text to paste into a form.

    It is Markdown too, so that docs/questionnaire.md can hold it as it is.
    """
    questions = [_question_text(number, question) for number, question in enumerate(QUESTIONS, 1)]
    return "\n".join([_INTRODUCTION, *questions]).rstrip() + "\n"


def mapping_toml(questions: Sequence[Question] = QUESTIONS, waves: Iterable[str] = ()) -> str:
    """A mapping for Microsoft Forms in the words of ``questions``; no ``waves`` means any wave of the tool.

    Give questions with another ``text``, ``answers`` or ``asked`` (``dataclasses.replace``) to map another wording.
    """
    tables = dict(_SHARED_ANSWERS) | {q.field: q.answers for q in questions if q.answers and _shared_name(q) is None}
    used = {_shared_name(q) or q.field for q in questions if q.answers}
    head = [
        "# Our questions as this survey words them. Made by oversight/survey_text.py; copy it to map another wording.",
        'survey = "link-worker-supervision"',
        'tool = "microsoft_forms"',
        f"waves = [{', '.join(toml_text(w) for w in waves)}]"
        + ("" if waves else " # any wave of this tool, chosen by the dates of the responses"),
    ]
    answers = [_answers_toml(name, labels) for name, labels in tables.items() if name in used]
    return "\n".join([*head, "", *answers, *(_question_toml(q) for q in questions)])


def _question_text(number: int, question: Question) -> str:
    options = list(question.answers.values())
    if question.kind == "number":
        options = [f"{'A whole number' if question.whole else 'A number'} from {question.low:g} to {question.high:g}"]
    elif question.kind == "text":
        options = ["Free text"]
    note = f"Asked of {_who(question.asked)}."
    if question.kind == "multi":
        note = f"Several answers. {note}"
    if question.secret:
        note += " Its words are never kept, only a print of them that is the same in every survey."
    if question.only_if:
        note += f" Shown only if {_condition(*question.only_if)}."
    indent = " " * len(f"{number}. ")
    return "\n".join([f"{number}. {question.text}", *(f"{indent}- {option}" for option in options), "", indent + note, ""])


def _who(asked: tuple[str, ...]) -> str:
    return _GROUPS.get(asked) or ", ".join(RESPONDENT_KINDS[kind] for kind in asked)


def _condition(field: str, codes: tuple[str, ...]) -> str:
    """The condition in the respondent's words: the labels chosen at the earlier question, or that it was not shown."""
    number = [q.field for q in QUESTIONS].index(field) + 1
    labels = [BY_FIELD[field].answers[code] for code in codes if code in BY_FIELD[field].answers]
    shown = f"question {number} is {' or '.join(labels)}"
    return f"{shown}, or question {number} was not shown" if "not_applicable" in codes else shown


def _shared_name(question: Question) -> str | None:
    return next((name for name, labels in _SHARED_ANSWERS.items() if dict(question.answers) == labels), None)


def _answers_toml(name: str, labels: Mapping[str, str]) -> str:
    lines = [f"{toml_text(label)} = {toml_text(code)}" + (" # a state" if code in STATES else "") for code, label in labels.items()]
    return "\n".join([f"[answers.{name}]", *lines, ""])


def _question_toml(question: Question) -> str:
    lines = ["[[question]]", f"field = {toml_text(question.field)}", f"text = [{toml_text(question.text)}]"]
    if question.answers:
        lines.append(f"answers = {toml_text(_shared_name(question) or question.field)}")
    if question.asked != BY_FIELD[question.field].asked:
        lines.append(f"asked = [{', '.join(toml_text(kind) for kind in question.asked)}]")
    return "\n".join([*lines, ""])
