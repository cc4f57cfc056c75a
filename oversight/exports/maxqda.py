"""MAXQDA: the list of coded segments (.xlsx, or a CSV saved from it). Its projects come as REFI-QDA: see ``refi_qda``.

Relies on the headings Document name, Code and Segment; Document group, Beginning, End and who coded are used where they
stand. English headings are known from files and scripts of others; those of other languages are taken from the vendor's help
and are not verified. No file of MAXQDA was at hand, so the layout is not seen in an independent file.

A row is one segment with one code. MAXQDA gives segments no id: what has the same place and words in a document is one
segment. Codes are paths, parted by `` > `` in newer versions and by a backslash in older ones. Comments, weights, colours and
document variables are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from oversight.exports import codings
from oversight.exports.codings import Code, Coders, Coding
from oversight.exports.probe import Probe
from oversight.exports.reading import PATH, Reading
from oversight.exports.records import load, tidy

TOOL = "maxqda"
#: Our name -> headings in English, German, Spanish, French, Italian, Portuguese, Dutch.
_HEADINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "document": (
            "document name", "dokumentname", "nombre del documento", "nombre de documento", "nom du document", "nome documento",
            "nome del documento", "nome do documento", "documentnaam",
        ),
        "code": ("code", "código", "codice"),
        "text": ("segment", "segmento", "segment codé", "coded segment", "coded segments"),
        "group": (
            "document group", "dokumentgruppe", "grupo de documentos", "groupe de documents", "gruppo di documenti", "documentgroep",
        ),
        "begin": ("beginning", "begin", "anfang", "inicio", "início", "début", "inizio"),
        "end": ("end", "ende", "fin", "final", "fine", "fim", "einde"),
        "coder": ("created by", "author", "erstellt von", "autor", "auteur", "autore", "creado por", "créé par", "creato da", "criado por"),
    }
)  # fmt: skip
_NEEDED = ("document", "code", "text")
#: What a cell of a workbook can hold.
_CELL = 32_767


def recognise(probe: Probe) -> str | None:
    """Why the file is MAXQDA's list of coded segments, None when it is not."""
    columns = _columns(probe)
    return "the headings of MAXQDA's coded segments: document name, code, segment" if columns else None


def _columns(probe: Probe) -> dict[str, int]:
    """Our name -> position of the first heading that means it; {} when a needed one is missing."""
    header = [tidy(h).casefold() for h in probe.header]
    found = {}
    for name, headings in _HEADINGS.items():
        places = [i for i, heading in enumerate(header) if heading in headings]
        if places:
            found[name] = places[0]
    return found if all(name in found for name in _NEEDED) else {}


def read(probe: Probe) -> Reading:
    """The coded segments. A row without document or code, or one that repeats another, is set aside."""
    columns = _columns(probe)
    rows = probe.rows(formulas=True)  # a segment may begin with "="
    next(rows, None)
    records = load(rows, columns, len(probe.header), pad=probe.is_xlsx, hidden=["coder"] if "coder" in columns else [])
    codings.bound(probe.name, records.rows_read)
    records.headings = {name: probe.header[place] for name, place in columns.items()}
    for column in ("document", "code"):
        records.expect(column, records.frame[column].notna(), "text")
    frame = records.table().reindex(columns=["row", *_HEADINGS]).astype("object")
    frame = frame.where(frame.notna(), None)
    separator, doubt = _separator(frame["code"])
    coders = Coders()
    found = []
    for segment, document in zip(frame.itertuples(index=False), _documents(frame), strict=True):
        row, _, code, text, _, begin, end, who = segment
        highlight = codings.short(begin or "", end or "", text or "")
        coder = coders.pseudonym(tidy(who or "").casefold())
        place = " – ".join(dict.fromkeys(p.strip() for p in (begin, end) if p))
        found.append(Coding(row, document, highlight, _path(code, separator), text, coder, place=place or None))
    found, again = codings.once(found)
    excerpts = codings.excerpts(found)
    silent = sum(c.text is None for c in found)
    cut = sum(len(c.text or "") >= _CELL - 1 for c in found)
    warnings = [
        doubt,
        f"{silent} segments have no words, as parts of pictures do" if silent else "",
        f"{cut} segments fill a whole cell and may be cut short" if cut else "",
    ]
    left_out = len([h for i, h in enumerate(probe.header) if h.strip() and i not in columns.values()])
    notes = [
        codings.summary(excerpts, "segments"),
        codings.about_coders(coders),
        f"{left_out} other columns were left out" if left_out else "",
    ]
    return Reading(
        TOOL,
        records.rows_read,
        records.aside + again,
        [(0, text) for text in warnings if text],
        tables={"excerpts": excerpts},
        note="; ".join(filter(None, notes)),
    )


def _documents(frame: pd.DataFrame) -> list[str]:
    """The documents' names; where two groups hold documents of one name, with the group."""
    names = [tidy(name) for name in frame["document"]]
    groups = [tidy(group or "") for group in frame["group"]]
    held: dict[str, set[str]] = {}
    for name, group in zip(names, groups, strict=True):
        held.setdefault(name, set()).add(group)
    return [f"{g}/{n}" if g and len(held[n]) > 1 else n for n, g in zip(names, groups, strict=True)]


def _separator(codes: pd.Series) -> tuple[str, str]:
    """What parts the names of a path in this file, and a warning when both signs stand in it."""
    newer, older = codes.str.contains(PATH, regex=False).any(), codes.str.contains("\\", regex=False).any()
    both = f"codes hold both {PATH.strip()!r} and a backslash; {PATH.strip()!r} was taken for the path" if newer and older else ""
    return PATH if newer else "\\", both


def _path(code: str, separator: str) -> str:
    found: Code = codings.split_path(tidy(code), separator)
    return found.path
