"""Read: one module per tool behind one small interface, and detection by content.

A reader module has three names: ``TOOL`` (short code), ``recognise(probe) -> str | None`` (why this file is the
tool's, or None) and ``read(probe) -> Reading``. A reader drops personal data at the door and never interprets an
answer: mapping does that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

from oversight.exports import forms, organisations, registers, taguette, workforce
from oversight.exports.reading import Aside, Doubt, FileProblem, Probe, Reading

#: In the order in which they are asked; detection refuses a file that two of them claim.
READERS = (forms, taguette, organisations, workforce, registers)


Progress = Callable[[int], None]


def detect(
    path: Path, answers: Mapping[str, str] | None = None, progress: Progress = lambda _: None
) -> tuple[Probe, ModuleType, str] | None:
    """The opened file, the reader module that recognises it, and why; None when no reader does.

    ``answers``: what a person has said about the file. Raises ``FileProblem`` when the file cannot be opened, ``Doubt``
    when more than one reader recognises it and nobody has said which.
    """
    probe = Probe.open(path, answers, progress)
    claims = [(reader, why) for reader in READERS if (why := reader.recognise(probe))]
    if len(claims) > 1:
        choices = {_short(reader): why for reader, why in claims}
        claims = [(reader, why) for reader, why in claims if _short(reader) == probe.answers.get("tool")]
        if not claims:
            names = " and ".join(choices)
            raise Doubt(path.name, f"looks like {names}.", "Say which it is, or remove the columns of the other.", "tool", choices)
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
    return reading


__all__ = ["READERS", "Aside", "Doubt", "FileProblem", "Probe", "Reading", "detect", "read"]
