"""Read: one module per tool behind one small interface, and detection by content.

A reader module has three names: ``TOOL`` (short code), ``recognise(probe) -> str | None`` (why this file is the
tool's, or None) and ``read(probe) -> Reading``. A reader drops personal data at the door and never interprets an
answer: mapping does that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

from oversight.exports import (
    atlas_ti,
    citizen_space,
    companions,
    dedoose,
    forms,
    google_forms,
    maxqda,
    nvivo,
    organisations,
    other_tools,
    qualtrics,
    refi_qda,
    registers,
    smartsurvey,
    spss,
    surveymonkey,
    table,
    taguette,
    transcripts,
    workforce,
)
from oversight.exports.probe import Probe
from oversight.exports.reading import Aside, Doubt, FileProblem, Reading

#: In the order in which they are asked; detection refuses a file that two of them claim.
READERS = (
    forms,
    smartsurvey,
    citizen_space,
    qualtrics,
    surveymonkey,
    google_forms,
    spss,
    taguette,
    refi_qda,
    nvivo,
    maxqda,
    atlas_ti,
    dedoose,
    transcripts,
    other_tools,
    organisations,
    workforce,
    registers,
    companions,
)
#: Asked when no other reader knows a file: any table.
FALLBACK = table


Progress = Callable[[int], None]


def detect(
    path: Path, answers: Mapping[str, str] | None = None, progress: Progress = lambda _: None
) -> tuple[Probe, ModuleType, str] | None:
    """The opened file, the reader module that recognises it, and why; None when no reader does.

    ``answers``: what a person has said about the file. Raises ``FileProblem`` when the file cannot be opened, ``Doubt``
    when more than one reader recognises it and nobody has said which.
    """
    probe = Probe.open(path, answers, progress)
    told = probe.answers.get("tool") == FALLBACK.TOOL  # a person says that no reader knows the file better
    claims = [] if told else [(reader, why) for reader in READERS if (why := reader.recognise(probe))]
    if len(claims) > 1:
        choices = {_short(reader): why for reader, why in claims}
        claims = [(reader, why) for reader, why in claims if _short(reader) == probe.answers.get("tool")]
        if not claims:
            names = " and ".join(choices)
            raise Doubt(path.name, f"looks like {names}.", "Say which it is, or remove the columns of the other.", "tool", choices)
    if not claims and (why := FALLBACK.recognise(probe)):
        claims = [(FALLBACK, why)]
    return (probe, *claims[0]) if claims else None


def _short(reader: ModuleType) -> str:
    return reader.__name__.rsplit(".", 1)[-1]


def read(path: Path, answers: Mapping[str, str] | None = None, progress: Progress = lambda _: None) -> Reading | None:
    """Everything one file holds, None when no reader knows its layout.

    ``answers``: what a person has said about the file, see ``ANSWERS``; ``progress`` is told how many rows were read.
    Raises ``FileProblem`` with the file, what was expected and what to do; ``Doubt`` where a person has to say which of
    several readings is meant.
    """
    found = detect(path, answers, progress)
    if found is None:
        return None
    probe, reader, why = found
    reading: Reading = reader.read(probe)
    reading.why = why
    if probe.is_xlsx and probe.has_formulas and reading.rows_read:
        reading.warnings.append(
            (0, "the workbook holds formulas; what Excel last worked out was read, and what was typed where it has not")
        )
    return reading


__all__ = ["FALLBACK", "READERS", "Aside", "Doubt", "FileProblem", "Probe", "Reading", "detect", "read"]
