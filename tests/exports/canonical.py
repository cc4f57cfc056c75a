"""Survey data in no tool's layout, drawn at random, and the way back to it: what the round trips of all survey readers share.

A test writes ``Canonical`` in a tool's layout, reads it, maps it with ``mapping_for`` and compares ``back`` with ``truth``.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from oversight.answers import apply
from oversight.exports import Reading
from oversight.mapping import SurveyMapping, Wave, load_mapping
from oversight.questionnaire import BY_FIELD, Question
from oversight.redact import redact

#: One question of each kind, in the order of the questionnaire; the multi-select has labels with commas.
FIELDS = ("pcn", "respondent_kind", "months_in_post", "first_contact", "clinical_supervision", "challenges", "clarity", "comment")
OPENED, CLOSED = date(2026, 9, 1), date(2026, 9, 30)
#: Words that stay what they are in any layout: commas, quotes, line breaks, semicolons inside, letters of other scripts.
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Co", "Cn")), min_size=1, max_size=30).filter(
    lambda text: text.strip() == text and text.strip("\ufeff") == text and "_x000D_" not in text and redact(text) == text
)


@dataclass(frozen=True)
class Response:
    """One response. ``codes``: field -> our code, number as text, words, or list of codes; a field that is missing was left blank."""

    id: str
    started: datetime
    completed: datetime
    codes: dict[str, Any]

    def label(self, field: str) -> str:
        """What the respondent saw and chose, or wrote; "" when blank. Not for several answers."""
        value = self.codes.get(field, "")
        return BY_FIELD[field].answers.get(value, value)

    def labels(self, field: str) -> list[str]:
        """The answers chosen of a multi-select, in the order of the questionnaire."""
        return [BY_FIELD[field].answers[code] for code in self.codes.get(field, [])]


@dataclass(frozen=True)
class Canonical:
    """A survey: its questions (ours, so that their mapping is known) and its responses."""

    questions: tuple[Question, ...]
    responses: tuple[Response, ...]


@st.composite
def surveys(draw: st.DrawFn, words: st.SearchStrategy[str] = WORDS, most: int = 6) -> Canonical:
    """Surveys of all the ``FIELDS``, some answers left blank, with at least one response."""
    responses = []
    for number in range(1, draw(st.integers(1, most)) + 1):
        started = datetime(2026, 9, 14) + timedelta(seconds=draw(st.integers(0, 12 * 86_400)))
        codes: dict[str, Any] = {"pcn": draw(st.from_regex(r"F[0-9]{4}", fullmatch=True))}
        codes["respondent_kind"] = draw(st.sampled_from(["splw", "care_coordinator"]))
        for field in FIELDS[2:]:
            if draw(st.booleans()):
                codes[field] = draw(_answer(BY_FIELD[field], words))
        responses.append(Response(str(10_000 + number), started, started + timedelta(seconds=draw(st.integers(60, 3600))), codes))
    return Canonical(tuple(BY_FIELD[f] for f in FIELDS), tuple(responses))


def _answer(question: Question, words: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    if question.kind == "number":
        return st.integers(int(question.low or 0), int(question.high or 100)).map(str)
    if question.kind == "multi":
        chosen = st.sets(st.sampled_from(list(question.answers)), min_size=1)
        return chosen.map(lambda codes: [code for code in question.answers if code in codes])
    return st.sampled_from(list(question.answers)) if question.answers else words


def mapping_for(tool: str, more: str = "") -> SurveyMapping:
    """The mapping of ``FIELDS`` by their wording, as a person would write it, for one tool. ``more``: further TOML at the top."""

    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    lines = ['survey = "canonical"', f"tool = {quoted(tool)}", more]
    for field in FIELDS:
        question = BY_FIELD[field]
        lines += ["[[question]]", f"field = {quoted(field)}", f"text = [{quoted(question.text)}]"]
        if question.answers:
            pairs = ", ".join(f"{quoted(label)} = {quoted(code)}" for code, label in question.answers.items())
            lines.append(f"answers = {{ {pairs} }}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "canonical.toml"
        path.write_text("\n".join(lines), encoding="utf-8")
        return load_mapping(path)


def back(reading: Reading, more: str = "") -> list[dict[str, Any]]:
    """What came back through reader and mapping: one dictionary per response, the same keys as ``truth``."""
    survey = reading.survey
    assert survey is not None
    assert reading.rows_read == len(survey.cells) + len(reading.aside)
    everybody = ("splw", "care_coordinator", "hwb_coach", "gp_supervisor", "pcn_manager")
    mapped = apply(survey, mapping_for(reading.tool, more), Wave("w", "W", reading.tool, OPENED, CLOSED, everybody))
    field_of = dict(zip(mapped.questions["question_id"], mapped.questions["field"], strict=True))
    found: list[dict[str, Any]] = []
    for row in survey.cells.index:
        said: dict[str, Any] = {"id": survey.ids[row], "started": survey.started[row], "completed": survey.completed[row]}
        answers = mapped.answers[(mapped.answers["row"] == row)]
        for answer in answers.to_dict("records"):
            field = field_of[answer["question_id"]]
            if pd.isna(field) or answer["state"] in ("blank", "not_asked"):
                continue
            if answer["state"] == "unmapped":
                said.setdefault(field, []).append(("unmapped", answer["value"]))
            elif BY_FIELD[field].kind == "multi":
                said.setdefault(field, []).append(answer["state"] if pd.isna(answer["code"]) else answer["code"])
            elif BY_FIELD[field].kind == "choice":
                said[field] = answer["state"] if pd.isna(answer["code"]) else answer["code"]
            else:
                said[field] = answer["value"]
        found.append(said)
    return found


def truth(canonical: Canonical, times: bool = True, ids: bool = True) -> list[dict[str, Any]]:
    """What must come back. Without ``times`` or ``ids`` (a tool that exports none) those keys are to be taken out of both."""
    return [
        ({"id": r.id} if ids else {}) | ({"started": r.started, "completed": r.completed} if times else {}) | r.codes
        for r in canonical.responses
    ]
