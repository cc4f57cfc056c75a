"""Read: one module per tool behind one small interface, and detection by content.

A reader module has three names: ``TOOL`` (short code), ``recognise(probe) -> str | None`` (why this file is the
tool's, or None) and ``read(probe) -> Reading``. A reader drops personal data at the door and never interprets an
answer: mapping does that.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from oversight.exports import forms, organisations, registers, taguette, workforce
from oversight.exports.reading import Aside, FileProblem, Probe, Reading

#: In the order in which they are asked; detection refuses a file that two of them claim.
READERS = (forms, taguette, organisations, workforce, registers)


def detect(path: Path) -> tuple[Probe, ModuleType, str] | None:
    """The opened file, the reader module that recognises it, and why; None when no reader does.

    Raises ``FileProblem`` when the file cannot be opened or more than one reader recognises it.
    """
    probe = Probe.open(path)
    claims = [(reader, why) for reader in READERS if (why := reader.recognise(probe))]
    if len(claims) > 1:
        names = " and ".join(reader.__name__.rsplit(".", 1)[-1] for reader, _ in claims)
        raise FileProblem(path.name, f"looks like {names}.", "Remove the columns that belong to the other one.")
    return (probe, *claims[0]) if claims else None


def read(path: Path) -> Reading | None:
    """Everything one file holds, None when no reader knows its layout.

    Raises ``FileProblem`` with the file, what was expected and what to do.
    """
    found = detect(path)
    if found is None:
        return None
    probe, reader, why = found
    reading: Reading = reader.read(probe)
    reading.why = why
    return reading


__all__ = ["READERS", "Aside", "FileProblem", "Probe", "Reading", "detect", "read"]
