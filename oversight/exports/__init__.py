"""Read: one module per tool behind one small interface, and detection by content.

A reader module has three names: ``TOOL`` (short code), ``recognise(probe) -> str | None`` (why this file is the
tool's, or None) and ``read(probe) -> Reading``. A reader drops personal data at the door and never interprets an
answer: mapping does that.
"""

from __future__ import annotations

from pathlib import Path

from oversight.exports import forms, organisations, registers, taguette
from oversight.exports.reading import FileProblem, Probe, Reading

#: In the order in which they are asked; detection refuses a file that two of them claim.
READERS = (forms, taguette, organisations, registers)


def detect(path: Path) -> tuple[Probe, object, str]:
    """The opened file, the reader module that recognises it, and why.

    Raises ``FileProblem`` when no reader or more than one recognises it.
    """
    probe = Probe.open(path)
    claims = [(reader, why) for reader in READERS if (why := reader.recognise(probe))]
    if len(claims) == 1:
        return probe, *claims[0]
    if not claims:
        raise FileProblem(
            path.name,
            "is not an export this version can read.",
            "Expected Microsoft Forms (xlsx or CSV), Taguette (CSV), an official NHS file or a register. "
            "Take it out of the folder, or save it in one of those layouts.",
        )
    names = " and ".join(reader.__name__.rsplit(".", 1)[-1] for reader, _ in claims)
    raise FileProblem(path.name, f"looks like {names}.", "Remove the columns that belong to the other one.")


def read(path: Path) -> Reading:
    """Everything one file holds. Raises ``FileProblem`` with the file, what was expected and what to do."""
    probe, reader, why = detect(path)
    reading: Reading = reader.read(probe)  # type: ignore[attr-defined]
    reading.why = why
    return reading
