"""Take in: every file of the folders read, as it shows itself or as a person has said, and each survey put to its mapping and wave."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from oversight import answers, exports, mapping, respondents
from oversight.checks import Placed, Source, unusable
from oversight.exports.probe import Probe
from oversight.exports.reading import Doubt, FileProblem, Reading
from oversight.settings import MAPPINGS

Progress = Callable[[str], None]
#: The reader of any table: such a file need not be a survey, so it does not stop a build when nobody has mapped it.
ANY_TABLE = "table"
IGNORED_NAMES = {"readme.md", ".gitkeep", ".ds_store", "thumbs.db", "desktop.ini"}


def files_below(folder: Path) -> list[Path]:
    """The files a build reads: all below a folder but notes and hidden ones, in order; a file by itself is that file.

    Raises ``FileProblem`` when there is no such folder.
    """
    if folder.is_file():
        return [folder]
    if not folder.is_dir():
        raise FileProblem(str(folder), "does not exist.", "Give a folder of exports.")
    found = (p for p in folder.rglob("*") if p.is_file())
    return sorted(p for p in found if p.name.lower() not in IGNORED_NAMES and not p.name.startswith(("~$", ".")))


def read_all(folders: list[Path], progress: Progress) -> tuple[list[Source], list[mapping.SurveyMapping]]:
    """Every export of the folders, and the mappings (those of the folders, and the shipped ones)."""
    sources: list[Source] = []
    found = [(folder, path) for folder in folders for path in files_below(folder)]
    mappings = known_mappings(path for _, path in found)
    for folder, path in found:
        if path.suffix.lower() == ".toml":
            if weighs(path):
                progress(f"Leaving out {path.name}: weights for ask priority, not an export")
            continue
        name = path.name if folder == path else path.relative_to(folder).as_posix()
        if any(s.file == name for s in sources):
            name = f"{folder.name}/{name}"
        progress(f"Reading {name}")
        sources.append(_read_one(path, name, mappings, progress))
    if not sources:
        raise FileProblem(", ".join(map(str, folders)) or "The folder", "holds no file.", "Put the exports there and try again.")
    return sources, mappings


def known_mappings(files: Iterable[Path]) -> list[mapping.SurveyMapping]:
    """The shipped mappings and those among ``files`` (TOML), each once. Raises ``FileProblem`` for one that cannot be used."""
    paths = [*sorted(MAPPINGS.glob("*.toml")), *(p for p in files if p.suffix.lower() == ".toml" and not weighs(p))]
    return list({m.sha256: m for m in map(mapping.load_mapping, paths)}.values())


def weighs(path: Path) -> bool:
    """Whether a TOML file is one of the weights of need, which are no export: ``ask priority`` takes them."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):  # whoever needs a mapping says what is wrong with it
        return False
    return "weights" in found and "question" not in found


def read_as_said(path: Path, mappings: Iterable[mapping.SurveyMapping], progress: Callable[[int], None] = lambda _: None) -> Reading | None:
    """The file read as it shows itself, or as the ``[layout]`` of the mapping says that knows most of its questions.

    None when no reader knows it. Raises ``FileProblem``; ``Doubt`` where no mapping says what has to be said.
    """
    doubt: Doubt | None = None
    plain: Reading | None = None
    try:
        plain = exports.read(path, progress=progress)
    except Doubt as problem:
        doubt = problem
    mappings = list(mappings)
    best, most = plain, 0
    if plain is not None and plain.survey is not None:
        most = max((mapping.fits(plain.survey, plain.tool, known) for known in mappings), default=0)
    for known in mappings:
        if not known.layout or (plain is not None and plain.tool != known.tool):
            continue
        try:
            reading = exports.read(path, known.layout, progress)
        except FileProblem:  # a layout that is not this file's
            continue
        if reading and reading.survey and (matched := mapping.fits(reading.survey, reading.tool, known)) > most:
            best, most = reading, matched
    if best is None and doubt is not None:
        raise doubt
    return best


def _read_one(path: Path, name: str, mappings: list[mapping.SurveyMapping], progress: Progress) -> Source:
    sha256 = Probe.open(path).sha256
    tell = seldom(progress, f"Reading {name}")
    reading = read_as_said(path, mappings, lambda rows: tell(f"{rows:,} rows"))
    if reading is None:
        note = "Not used: this file is no export this version can read."
        return Source(name, sha256, Reading(tool="not recognised", why="no reader knows this layout"), note, warnings=[(0, note)])
    return Source(name, sha256, reading, reading.note, list(reading.aside), list(reading.warnings))


def seldom(progress: Progress, what: str) -> Progress:
    """Says how far ``what`` is, about once a second however often it is told, and nothing in the first second."""
    last = time.monotonic()

    def tell(text: str) -> None:
        nonlocal last
        if time.monotonic() - last >= 1:
            last = time.monotonic()
            progress(f"{what}: {text}")

    return tell


def waves_of(reading: Reading | None) -> list[mapping.Wave]:
    """The waves of a waves register, none of any other file."""
    frame = reading.tables.get("waves") if reading else None
    return [
        mapping.Wave(r["wave_id"], r["wave_name"], r["tool"], r["opened"], r["closed"], tuple(r["kinds_asked"]))
        for r in (frame.to_dict("records") if frame is not None else [])
    ]


def place_surveys(sources: list[Source], mappings: list[mapping.SurveyMapping], progress: Progress) -> list[Placed]:
    """Each survey with its mapping and wave. Raises ``FileProblem`` when two forms of one wave could share ids."""
    placed: list[Placed] = []
    waves = [wave for source in sources for wave in waves_of(source.reading)]
    for source in sources:
        survey = source.reading.survey
        if survey is None:
            continue
        if not waves and source.reading.tool != ANY_TABLE:
            none = FileProblem(source.file, "is a survey, and no waves register was given.", "Add waves.csv with its first and last day.")
            raise unusable(sources, "register:waves") or none
        try:
            chosen, wave = mapping.choose(source.file, survey, source.reading.tool, mappings, waves)
        except mapping.Unplaced as problem:
            if source.reading.tool != ANY_TABLE or isinstance(problem, mapping.NoWave):
                raise
            _not_used(source, "no mapping knows its questions. Map it on the Data page, if it is a survey")
            continue
        progress(f"Mapping {source.file} to {wave.wave_name}")
        if late := _no_census(sources, wave):
            source.warnings.append((0, late))
        source.asides = respondents.forget(source.asides, mapping.never_stored(survey, chosen))
        survey = answers.without(survey, chosen)
        mapped = answers.apply(survey, chosen, wave, seldom(progress, f"Mapping {source.file}"))
        source.warnings += mapped.warnings
        source.warnings += [
            (0, f"{field}: known by the tool's id; the wording is now {new!r}, and was {old!r}")
            for field, new, old in mapping.reworded(survey, chosen)
        ]
        if chosen.waves and wave.wave_id not in chosen.waves:
            source.warnings.append((0, f"read with {chosen.file}, which was made for {', '.join(chosen.waves)}"))
        source.note = "; ".join(filter(None, (source.note, f"wave {wave.wave_id}, mapping {chosen.file}")))
        for other in placed:
            same_ids = other.mapping.id_prefix == chosen.id_prefix
            if other.wave == wave and same_ids and other.mapping.survey != chosen.survey:
                raise FileProblem(
                    source.file, f"is another survey of {wave.wave_id} than {other.source.file}.", "Give its mapping an id_prefix."
                )
        placed.append(Placed(source, survey, chosen, wave, mapped))
    return placed


def _no_census(sources: Iterable[Source], wave: mapping.Wave) -> str:
    """Why it is not known how many work in each PCN at a wave although a workforce file was given; "" where it is."""
    found = [s.reading.tables["workforce"]["census"] for s in sources if "workforce" in s.reading.tables]
    first = min((day for days in found for day in days), default=None)
    if first is None or first <= wave.closed:
        return ""
    return (
        f"the first workforce census ({first.isoformat()}) is later than the last day of {wave.wave_id} ({wave.closed.isoformat()}), so "
        "it is not known how many are in post beyond those who replied"
    )


def _not_used(source: Source, why: str) -> None:
    """Leave a file out that might have been meant: it stands in the account, with none of its rows."""
    source.note = f"Not used: {why}."
    source.warnings = [(0, source.note)]
    source.asides = []
    source.reading = replace(source.reading, rows_read=0, aside=[], survey=None, tables={})
