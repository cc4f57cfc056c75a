r"""Dedoose: the excerpts as a spreadsheet (.xlsx, or a CSV saved from it). Its Word documents are refused: see ``other_tools``.

Relies on the headings Media Title, Excerpt Copy and ``Code: Parent\Child Applied``; known from parsers of others, not seen in
an independent file. A row of the file is one excerpt, a row of the table one excerpt with one code. Which codes apply is taken
from their own columns, never from Codes Applied Combined, which joins names by commas. Excerpts without a code are left out
and counted; who made them becomes a pseudonym; dates, weights and descriptors are left out.
"""

from __future__ import annotations

import re

from oversight.exports import codings
from oversight.exports.codings import Coders, Coding
from oversight.exports.probe import Probe
from oversight.exports.reading import FileProblem, Reading
from oversight.exports.records import load, tidy

TOOL = "dedoose"
_HEADINGS = {"document": "media title", "text": "excerpt copy", "place": "excerpt range", "coder": "excerpt creator"}
_NEEDED = ("document", "text")
_APPLIED = re.compile(r"code: (.{1,300}) applied", re.IGNORECASE)
_YES, _NO = {"true", "1", "yes"}, {"false", "0", "no"}


def recognise(probe: Probe) -> str | None:
    """Why the file is Dedoose's list of excerpts, None when it is not."""
    header = [tidy(h).casefold() for h in probe.header]
    return "the headings Media Title and Excerpt Copy" if all(_HEADINGS[name] in header for name in _NEEDED) else None


def read(probe: Probe) -> Reading:
    """The coded excerpts. A row without title or words, or with a code that is neither applied nor not, is set aside.

    Raises ``FileProblem`` when no column says which codes apply.
    """
    header = [tidy(h) for h in probe.header]
    folded = [h.casefold() for h in header]
    columns = {name: folded.index(heading) for name, heading in _HEADINGS.items() if heading in folded}
    codes = {f"code {i}": (i, match[1].strip()) for i, h in enumerate(header) if (match := _APPLIED.fullmatch(h))}
    if not codes:
        raise FileProblem(probe.name, "lists Dedoose excerpts without a column for each code.", "Export them with all code columns.")
    rows = probe.rows(formulas=True)  # an excerpt may begin with "="
    next(rows, None)
    wanted = columns | {name: place for name, (place, _) in codes.items()}
    records = load(rows, wanted, len(header), pad=probe.is_xlsx, hidden=["coder"] if "coder" in columns else [])
    codings.bound(probe.name, records.rows_read)
    records.headings = {name: header[place] for name, place in wanted.items()}
    for column in _NEEDED:
        records.expect(column, records.frame[column].notna(), "text")
    for column in codes:
        said = records.frame[column].str.strip().str.casefold()
        records.expect(column, said.isna() | said.isin(_YES | _NO), "True or False")
    coders = Coders()
    found: list[Coding] = []
    uncoded = 0
    for row, cells in records.frame.iterrows():
        given = {name: str(cells[name]) if name in columns and cells.notna()[name] else "" for name in _HEADINGS}
        applied = [code for name, (_, code) in codes.items() if str(cells[name]).strip().casefold() in _YES]
        uncoded += not applied
        highlight = codings.short(given["place"], given["text"])
        coder = coders.pseudonym(tidy(given["coder"]).casefold()) if applied else ""
        about = (given["text"], coder, None, None, given["place"] or None)
        paths = [codings.split_path(code, "\\").path for code in applied]
        found += [Coding(int(str(row)), tidy(given["document"]), highlight, path, *about) for path in paths]
        codings.bound(probe.name, len(found))
    found, again = codings.once(found)
    excerpts = codings.excerpts(found)
    notes = [
        codings.summary(excerpts, "excerpts"),
        codings.about_coders(coders),
        f"{uncoded} excerpts without a code were left out" if uncoded else "",
    ]
    asides = records.aside + again
    return Reading(TOOL, len(found) + len(asides), asides, tables={"excerpts": excerpts}, note="; ".join(filter(None, notes)))
