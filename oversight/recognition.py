"""Recognition: what an added file was understood as, and what a person has still to say about it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pandas as pd

from oversight import exports, intake, layouts
from oversight.answers import unmapped_answers
from oversight.checks import Source
from oversight.drafts import short_name
from oversight.exports.reading import Doubt, FileProblem, Reading
from oversight.focus_groups import Themes
from oversight.mapping import NoWave, SurveyMapping, Unplaced, Wave, choose, fits, load_mapping, match_questions, normalise, reworded
from oversight.model import CHALLENGES, REGISTER_BY_NAME
from oversight.questionnaire import RESPONDENT_KINDS

#: A register is small: larger files of a folder are not looked into for one.
_REGISTER_BYTES = 1_000_000


@dataclass(frozen=True, eq=False)
class Known:
    """What the team's folder and the added files say about any survey: mappings, and the rows of the waves register.

    ``waves_file``, ``themes_file``: name and content of a register where it is a CSV, so that rows can be added to it.
    """

    mappings: tuple[SurveyMapping, ...] = ()
    waves: tuple[Wave, ...] = ()
    waves_file: tuple[str, bytes] | None = None
    themes: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(REGISTER_BY_NAME["themes"].columns)))
    themes_file: tuple[str, bytes] | None = None

    @property
    def theme_names(self) -> dict[str, str]:
        """Theme -> its name: those of the register, and the questionnaire's challenges."""
        return {**CHALLENGES, **dict(zip(self.themes["theme"], self.themes["label"], strict=True))}


@dataclass(frozen=True, eq=False)
class Recognised:
    """One added file: its reading, or the problem that keeps it from being read; for a survey the mapping and wave that fit.

    ``nearest`` is the mapping that knows most of its questions, though none may fit whole; ``answers`` what a person has
    said; ``lacks`` what keeps a survey from being placed, in words.
    """

    name: str
    reading: Reading | None = None
    problem: FileProblem | None = None
    mapping: SurveyMapping | None = None
    wave: Wave | None = None
    nearest: SurveyMapping | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    lacks: str = ""

    @property
    def doubt(self) -> Doubt | None:
        """What has to be asked before the file can be read, None when nothing."""
        return self.problem if isinstance(self.problem, Doubt) else None

    @property
    def is_survey(self) -> bool:
        """Whether the file holds survey responses."""
        return self.reading is not None and self.reading.survey is not None

    @property
    def unknown_questions(self) -> int:
        """Questions that the mapping does not know; all of them when there is none."""
        if self.reading is None or self.reading.survey is None:
            return 0
        questions = self.reading.survey.questions
        if self.mapping is None:
            return len(questions)
        left_out = sum(normalise(q.text) in self.mapping.leave_out for q in questions)
        return len(questions) - left_out - len(match_questions(self.reading.survey, self.mapping))


def known(folder: Path, added: Sequence[tuple[str, bytes]] = ()) -> Known:
    """The mappings and waves of the team's folder and of the added files (name, content); the added ones count first.

    Raises ``FileProblem`` for a mapping or a register that cannot be used.
    """
    with tempfile.TemporaryDirectory(prefix="oversight-known-") as temporary:
        given = [_put(Path(temporary) / str(i), name, data) for i, (name, data) in enumerate(added)]
        present = [*given, *(intake.files_below(folder) if folder.is_dir() else [])]
        small = [p for p in present if p.suffix.lower() in (".csv", ".xlsx") and p.stat().st_size < _REGISTER_BYTES]
        kinds = {path: _register(path) for path in small}
        waves: dict[str, Wave] = {}
        for path in (p for p, kind in kinds.items() if kind == "waves"):
            for wave in intake.waves_of(exports.read(path)):
                waves.setdefault(wave.wave_id, wave)
        found = Known(tuple(intake.known_mappings(present)), tuple(waves.values()), _file(kinds, "waves"))
        themes = [reading.tables["themes"] for p, kind in kinds.items() if kind == "themes" and (reading := exports.read(p))]
        return replace(found, themes=pd.concat(themes, ignore_index=True), themes_file=_file(kinds, "themes")) if themes else found


def _register(path: Path) -> str:
    """Which register a file is, "" for none."""
    try:
        found = exports.detect(path)
    except FileProblem:
        return ""
    return found[2].rpartition(" ")[2] if found is not None and found[1] is exports.registers else ""


def _file(kinds: Mapping[Path, str], kind: str) -> tuple[str, bytes] | None:
    """Name and content of the first register of a kind, where it is a CSV."""
    path = next((p for p, k in kinds.items() if k == kind), None)
    return (path.name, path.read_bytes()) if path is not None and path.suffix.lower() == ".csv" else None


def _put(folder: Path, name: str, data: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(data)
    return path


def recognise(name: str, data: bytes, known: Known, answers: Mapping[str, str] | None = None) -> Recognised:
    """What one file was understood as. Never raises ``FileProblem``: it stands in the answer."""
    with tempfile.TemporaryDirectory(prefix="oversight-recognise-") as temporary:
        path = _put(Path(temporary), name, data)
        if path.suffix.lower() == ".toml":
            return _mapping_file(path)
        return recognise_path(path, known, answers)


def recognise_path(path: Path, known: Known, answers: Mapping[str, str] | None = None) -> Recognised:
    """Like ``recognise``, for a file that lies somewhere. What a person says goes before what a mapping says."""
    said = dict(answers or {})
    try:
        reading = exports.read(path, said) if said else intake.read_as_said(path, known.mappings)
    except FileProblem as problem:
        return Recognised(path.name, problem=problem, answers=said)
    if reading is None or reading.survey is None:
        return Recognised(path.name, reading, answers=said)
    survey, tool = reading.survey, reading.tool
    nearest = max(known.mappings, key=lambda m: len(match_questions(survey, m)) + fits(survey, tool, m), default=None)
    try:
        mapping, wave = choose(path.name, survey, tool, list(known.mappings), list(known.waves))
    except FileProblem as problem:
        if isinstance(problem, Unplaced):
            return Recognised(path.name, reading, nearest=nearest, answers=said, lacks=_lacks(problem))
        return Recognised(path.name, reading, problem, nearest=nearest, answers=said)
    return Recognised(path.name, reading, None, mapping, wave, mapping, said)


def _lacks(problem: Unplaced) -> str:
    if isinstance(problem, NoWave):
        return "its questions are known, and no wave has been told whose dates fit its responses."
    return "it has to be mapped: no mapping and wave fit it yet."


def _mapping_file(path: Path) -> Recognised:
    try:
        loaded = load_mapping(path)
    except FileProblem as problem:
        return Recognised(path.name, problem=problem)
    return Recognised(path.name, mapping=loaded)


def sentence(r: Recognised) -> str:
    """What a file was understood as, in a sentence or two: "Microsoft Forms: 36 questions …"."""
    if r.problem is not None and r.reading is None:
        return f"{r.problem.wrong} {r.problem.mend}"
    if r.reading is None:
        if r.mapping is not None:
            return f"A mapping of {len(r.mapping.questions)} questions for {layouts.name(r.mapping.tool)}."
        return "No reader knows this layout. It would be left out."
    tool = layouts.name(r.reading.tool)
    text = f"{tool}, known by {r.reading.why}. {r.reading.note}".strip()
    return text if text.endswith(".") else text + "."


def mapped_sentence(r: Recognised) -> str:
    """How far a survey is mapped, in words."""
    assert r.reading is not None and r.reading.survey is not None
    total = len(r.reading.survey.questions)
    if r.mapping is None or r.wave is None:
        return r.lacks if r.problem is None else f"{r.problem.wrong} {r.problem.mend}"
    unknown = r.unknown_questions
    strange = unmapped_answers(r.reading.survey, r.mapping)
    parts = [f"{r.wave.wave_name}, mapping {r.mapping.file}: {total - unknown} of {total} questions are mapped"]
    parts += [f"{strange} different answers are in words it does not know"] if strange else []
    new = len(reworded(r.reading.survey, r.mapping))
    parts += [f"{new} known by the tool's id in new words"] if new else []
    return "; ".join(parts) + "."


def codes_without_theme(r: Recognised, known: Known) -> dict[str, int]:
    """Code of the coded passages that has no theme, itself or by a code above it -> how many passages bear it."""
    if r.reading is None or "excerpts" not in r.reading.tables:
        return {}
    themes = Themes(known.themes, [Source(r.name, "", r.reading)])
    counts = r.reading.tables["excerpts"]["code"].value_counts()
    return {str(code): int(n) for code, n in counts.items() if themes.theme(str(code)) is None}


def suggested_wave(r: Recognised, roles: Iterable[str] = ()) -> Wave:
    """A new wave for a survey: the days between its first and last response, and the roles found in it."""
    assert r.reading is not None and r.reading.survey is not None
    days = pd.to_datetime(r.reading.survey.completed).dropna().dt.date
    today = pd.Timestamp.now().date()
    opened, closed = (days.min(), days.max()) if len(days) else (today, today)
    kinds = tuple(kind for kind in RESPONDENT_KINDS if kind in set(roles)) or ("splw",)
    return Wave(f"{closed:%Y-%m}", f"{closed:%B %Y}", r.reading.tool, opened, closed, kinds)


def mapping_name(r: Recognised) -> str:
    """The name a mapping made for a file is saved under."""
    return f"{short_name(r.name)}.toml"


def table(found: Sequence[Recognised]) -> pd.DataFrame:
    """One row per added file: its name, and what was understood of it."""
    return pd.DataFrame([(r.name, sentence(r)) for r in found], columns=["name", "understood"])


def summary(found: Sequence[Recognised]) -> str:
    """How many of the added files were understood: "3 files: all are understood"."""
    count = f"{len(found)} file{'' if len(found) == 1 else 's'}"
    asked = sum(r.doubt is not None for r in found)
    broken = sum(r.reading is None and r.problem is not None and r.doubt is None for r in found)
    strange = sum(r.reading is None and r.problem is None and r.mapping is None for r in found)
    surveys = sum(r.is_survey and r.mapping is None for r in found)
    parts = [f"{n} {what}" for n, what in ((asked, "to be asked about"), (broken, "cannot be read"), (strange, "not recognised"),
                                           (surveys, "to be mapped")) if n]  # fmt: skip
    return f"{count}: {', '.join(parts) or 'all understood'}"


def complete(r: Recognised) -> bool:
    """Whether a mapping knows every question of a survey and every answer to them."""
    assert r.reading is not None and r.reading.survey is not None
    return r.mapping is not None and not r.unknown_questions and not unmapped_answers(r.reading.survey, r.mapping)


def wave_problem(code: str, name: str, opened: object, closed: object, kinds: Sequence[str], known: Known) -> str:
    """What is wrong with a new wave, "" when nothing."""
    if not code.strip() or not name.strip():
        return "Give the wave a name and a short id."
    if any(w.wave_id == code.strip() for w in known.waves):
        return f"There is a wave {code.strip()} already. Choose it above, or give the new one another id."
    if not isinstance(opened, date) or not isinstance(closed, date) or opened > closed:
        return "The first day must not be after the last."
    return "" if kinds else "Say who was asked."
