"""Drafts: a mapping in the making. From proposals and a person's corrections to a mapping file (TOML), and a look at what it gives."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from pathlib import Path

import pandas as pd

from oversight.answers import apply
from oversight.exports.reading import Survey
from oversight.mapping import SurveyMapping, Wave, load_mapping, normalise, toml_text
from oversight.model import REGISTER_BY_NAME, RESPONDENT_KINDS, STATES
from oversight.proposals import Confidence, QuestionProposal
from oversight.questionnaire import BY_FIELD

#: What a question may become instead of one of our fields.
KEEP, LEAVE_OUT = "", "-"
#: Rows of a preview.
PREVIEW = 10
_STATES = {"dont_know": "Don't know", "prefer_not_to_say": "Prefer not to say", "not_applicable": "Does not apply"}


@dataclass(frozen=True)
class DraftQuestion:
    """One question of the export: the field it fills, ``KEEP`` (kept as it is, counted in no measure) or ``LEAVE_OUT`` (never published).

    ``answers``: label as exported -> our code, "" where it has none yet. ``old_wordings`` stay in the file, so that earlier
    waves can still be read with it.
    """

    text: str
    tool_id: str = ""
    field: str = KEEP
    answers: Mapping[str, str] = dataclass_field(default_factory=dict)
    old_wordings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draft:
    """A mapping in the making, for one tool and wave; ``layout`` is what a person has said about the file."""

    survey: str
    tool: str
    waves: tuple[str, ...]
    questions: tuple[DraftQuestion, ...]
    layout: Mapping[str, str] = dataclass_field(default_factory=dict)
    id_prefix: str = ""


def draft(
    proposals: Sequence[QuestionProposal],
    survey: str,
    tool: str,
    waves: Iterable[str] = (),
    layout: Mapping[str, str] | None = None,
    sure: frozenset[Confidence] = frozenset({"exact", "normalised", "similar"}),
) -> Draft:
    """The proposals as a draft, taking over only what is as ``sure`` as said; the rest is kept unmapped."""
    questions = []
    for p in proposals:
        taken = p.field if p.confidence in sure else KEEP
        answers = {a.label: a.code if a.confidence in sure else "" for a in p.answers} if taken else {}
        old = (p.like,) if taken and p.like and p.like != p.question.text and p.confidence == "exact" else ()
        questions.append(DraftQuestion(p.question.text, p.question.tool_id, taken, answers, old))
    return Draft(survey, tool, tuple(waves), tuple(questions), layout or {})


def problems(d: Draft) -> list[str]:
    """What keeps a draft from being used, in sentences; [] when nothing does."""
    fields = [q.field for q in d.questions if q.field not in (KEEP, LEAVE_OUT)]
    found = [
        f"{fields.count(name)} questions are mapped to “{BY_FIELD[name].text}” Keep one of them."
        for name in dict.fromkeys(fields)
        if fields.count(name) > 1
    ]
    for needed, what in (("pcn", "which PCN somebody works for"), ("respondent_kind", "which role somebody has")):
        if needed not in fields:
            found.append(f"No question is mapped to {what}. A response cannot be placed without it.")
    roles = [q for q in d.questions if q.field == "respondent_kind"]
    if roles and not any(code in RESPONDENT_KINDS for code in roles[0].answers.values()):
        found.append("No answer to the question about the role is mapped to one of our roles.")
    return found


def to_toml(d: Draft) -> str:
    """The mapping file. ``load_mapping`` reads it back to the same fields, wordings and codes."""
    lines = ["# How this survey words our questions. Made with the dashboard's help; it can be edited by hand."]
    lines += [f"survey = {toml_text(d.survey)}", f"tool = {toml_text(d.tool)}", f"waves = {_list(d.waves)}"]
    lines += [f"id_prefix = {toml_text(d.id_prefix)}"] if d.id_prefix else []
    if out := [q.text for q in d.questions if q.field == LEAVE_OUT]:
        lines.append(f"leave_out = {_list(out)}")
    if d.layout:
        lines += ["", "[layout]", *(f"{key} = {toml_text(value)}" for key, value in d.layout.items())]
    claimed = {normalise(q.text) for q in d.questions}
    for q in d.questions:
        if q.field in (KEEP, LEAVE_OUT):
            continue
        old = [w for w in q.old_wordings if normalise(w) not in claimed]
        lines += ["", "[[question]]", f"field = {toml_text(q.field)}", f"text = {_list([q.text, *old])}"]
        lines += [f"tool_id = {toml_text(q.tool_id)}"] if q.tool_id else []
        if known := {label: code for label, code in q.answers.items() if code}:
            lines.append("[question.answers]")
            lines += [f"{toml_text(label)} = {toml_text(code)}" + (" # a state" if code in STATES else "") for label, code in known.items()]
    return "\n".join(lines) + "\n"


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(toml_text, texts))}]"


def as_mapping(d: Draft, name: str = "draft.toml") -> SurveyMapping:
    """The draft as a mapping. Raises ``FileProblem`` when it breaks a rule of mapping files."""
    with tempfile.TemporaryDirectory(prefix="oversight-draft-") as folder:
        path = Path(folder) / name
        path.write_text(to_toml(d), encoding="utf-8")
        return load_mapping(path)


def preview(survey: Survey, mapping: SurveyMapping, wave: Wave) -> pd.DataFrame:
    """The first ten responses as the mapping reads them: one row each, our questions as columns, answers in our words.

    Free text but the PCN is left out: it is redacted when the files are checked.
    """
    head = survey.cells.index[:PREVIEW]
    some = replace(
        survey, cells=survey.cells.loc[head], ids=survey.ids[head], started=survey.started[head], completed=survey.completed[head]
    )
    mapped = apply(some, mapping, wave)
    questions = mapped.questions[mapped.questions["field"].notna()]
    shown = pd.DataFrame(index=head)
    shown["Response"] = some.ids
    for name, question_id in zip(questions["field"], questions["question_id"], strict=True):
        if BY_FIELD[name].kind != "text" or name == "pcn":
            answers = mapped.answers[mapped.answers["question_id"] == question_id]
            shown[BY_FIELD[name].text] = _in_words(answers, name).reindex(head)
    return shown.fillna("").reset_index(drop=True)


def _in_words(answers: pd.DataFrame, name: str) -> pd.Series:
    labels = BY_FIELD[name].answers
    words = []
    for answer in answers.to_dict("records"):
        if pd.notna(answer["code"]):
            words.append(labels.get(answer["code"], answer["code"]))
        elif answer["state"] == "answered":
            words.append(str(answer["value"]))
        elif answer["state"] == "unmapped":
            words.append(f"not mapped: {answer['value']}")
        else:
            words.append("" if answer["state"] in ("blank", "not_asked") else labels.get(answer["state"], _STATES[answer["state"]]))
    return pd.Series(words, index=answers["row"], dtype="object").groupby(level=0, sort=False).agg("; ".join)


def add_wave(present: bytes | None, wave: Wave) -> bytes:
    """The waves register with one wave more, or with that wave's row replaced. ``present``: the CSV as it is, None for none."""
    row = {"wave_id": wave.wave_id, "wave_name": wave.wave_name, "tool": wave.tool, "opened": wave.opened.isoformat(),
           "closed": wave.closed.isoformat(), "kinds_asked": " ".join(wave.kinds_asked)}  # fmt: skip
    return _add("waves", present, [row])


def add_codes(present: bytes | None, themes: Mapping[str, str], names: Mapping[str, str]) -> bytes:
    """The themes register with a row for each code (``themes``: code -> theme); ``names``: theme -> its name."""
    return _add("themes", present, [{"code": code, "theme": theme, "label": names[theme]} for code, theme in themes.items()])


def _add(register: str, present: bytes | None, more: Sequence[Mapping[str, str]]) -> bytes:
    """A register (CSV) with more rows; a row of the same key gives way."""
    table = REGISTER_BY_NAME[register]
    rows = list(csv.DictReader(io.StringIO((present or b"").decode("utf-8-sig"))))
    new = {tuple(row[k] for k in table.key) for row in more}
    rows = [row for row in rows if tuple(row.get(k, "") for k in table.key) not in new]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(table.columns), extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows([*rows, *more])
    return text.getvalue().encode()


def short_name(name: str) -> str:
    """A name for a survey or a mapping file, made from a file's: "Supervision (1-90).csv" -> "supervision"."""
    stem = re.sub(r" ?\(\d+-\d+\)$", "", name.rpartition(".")[0] or name)
    return re.sub(r"[^a-z0-9]+", "-", stem.casefold()).strip("-") or "survey"
