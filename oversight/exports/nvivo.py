"""NVivo: the text of one code (.txt) and the matrix of a query (.xlsx, .csv). Its projects come as REFI-QDA: see ``refi_qda``.

The text relies on the lines that head a document (``… - § 2 references coded [ 2.32% Coverage]``) and a passage
(``Reference 1 - 0.96% Coverage``), in any language; the code's name stands in the file's name only. The matrix relies on a
blank first cell, columns ``A : name`` and rows ``18 : code``. Both were seen in independent files, from two studies.

Text: a row is one reference, numbered by its line. NVivo numbers the references of each code from 1, so a passage is known by
its words: the same words of a document in the files of two codes are one passage with two codes. Matrix: a row of the table
is one counted passage, without words; which of them carry several codes is not in the file.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import PurePath

from oversight.exports import codings
from oversight.exports.codings import Coding
from oversight.exports.probe import Probe, decode
from oversight.exports.reading import Aside, Reading
from oversight.exports.records import text_of, tidy

TOOL = "nvivo"

# Bounded, so that no line can be searched over and over.
_DOCUMENT = re.compile(
    r"<?([^\\<>]{1,40}\\\\.{1,1000}?)>? - § ([0-9]{1,7}) [^\[\]0-9]{1,60}\[ {0,3}([0-9]{1,3}(?:[.,][0-9]{1,4})?) ?% ?[^\[\]]{1,40}\]\s*"
)
_REFERENCE = re.compile(r"[^\W\d_]{1,20} ([0-9]{1,7}) - ([0-9]{1,3}(?:[.,][0-9]{1,4})?) ?% ?[^\W\d_]{1,30}\s*")
#: A part of a picture or of a scanned page: a place, no words.
_AREA = re.compile(r"[^\W\d_]{1,20} [0-9]{1,6} ?: ?\([0-9]{1,6},[0-9]{1,6}\) - \([0-9]{1,6},[0-9]{1,6}\)")
_COLUMN = re.compile(r"([A-Z]{1,3}) : (.*\S.*)", re.DOTALL)
_ROW = re.compile(r"([0-9]{1,6}) : (.*\S.*)", re.DOTALL)
#: What one cell of a matrix may count, far above any document.
_MAX_COUNT = 100_000


def recognise(probe: Probe) -> str | None:
    """Why the file is one that NVivo exports, None when it is not."""
    if any(_DOCUMENT.fullmatch(line) for line in probe.beginning.split("\n")[:20]):
        return "NVivo's line over the references of a document"
    return "a matrix with the columns A : …, as NVivo exports it" if _columns(probe) else None


def read(probe: Probe) -> Reading:
    """The coded passages. Text that belongs to no reference, and cells that are no count, are set aside."""
    return _matrix(probe) if _columns(probe) else _text(probe)


@dataclass
class _Reference:
    row: int
    number: int
    coverage: str
    lines: list[str] = field(default_factory=list)


@dataclass
class _Document:
    row: int
    path: str
    stated: int
    references: list[_Reference] = field(default_factory=list)


def _text(probe: Probe) -> Reading:
    code = tidy(PurePath(probe.name).stem)
    documents, asides = _documents(decode(probe.whole()))
    codings.bound(probe.name, len(documents) + len(asides) + sum(len(d.references) for d in documents))
    names = _names([d.path for d in documents])
    warnings = [(0, f"the code's name stands in the file's name only and was taken from it: {code!r}")]
    found: list[Coding] = []
    for document in documents:
        name = names[document.path]
        if document.stated != len(document.references):
            said = f"{name}: the file announces {document.stated} references and holds {len(document.references)}"
            warnings.append((document.row, f"{said}. Export the code again."))
        for reference in document.references:
            words, areas = _words(reference.lines)
            place = f"reference {reference.number}, {reference.coverage}% of {document.path}" + (f", {areas}" if areas else "")
            found.append(Coding(reference.row, name, codings.short(name, words or areas), code, words or None, place=place))
    found = _apart(found)
    excerpts = codings.excerpts(found)
    if silent := int(excerpts["text"].isna().sum()):
        warnings.append((0, f"{silent} passages are parts of a picture or scanned page and have no words"))
    note = f"{codings.summary(excerpts)}; {codings.UNNAMED}"
    return Reading(TOOL, len(found) + len(asides), asides, warnings, tables={"excerpts": excerpts}, note=note)


def _documents(text: str) -> tuple[list[_Document], list[Aside]]:
    """The documents with their references, and lines that stand under no reference."""
    documents: list[_Document] = []
    asides: list[Aside] = []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if match := _DOCUMENT.fullmatch(line):
            documents.append(_Document(number, match[1], int(match[2])))
            continue
        references = documents[-1].references if documents else []
        match = _REFERENCE.fullmatch(line)
        last = references[-1].number if references else 0
        # a line of the passage may look like the head of one; the numbers of heads follow one another
        if match and documents and last < int(match[1]) <= documents[-1].stated:
            references.append(_Reference(number, int(match[1]), match[2]))
        elif references:
            references[-1].lines.append(line)
        elif line.strip():
            asides.append(codings.aside(number, "bad_value", "The line belongs to no reference. Export the code again.", {"line": line}))
    return documents, asides


def _names(paths: list[str]) -> dict[str, str]:
    """Path of a document in NVivo -> its name; where two folders hold documents of one name, with the folders."""
    parts = {path: [part for part in path.split("\\") if part] for path in dict.fromkeys(paths)}
    short = Counter(p[-1] for p in parts.values() if p)
    return {path: p[-1] if p and short[p[-1]] == 1 else "/".join(p) or path for path, p in parts.items()}


def _words(lines: list[str]) -> tuple[str, str]:
    """The words of a passage, and the areas in place of words."""
    areas = [line.strip() for line in lines if _AREA.fullmatch(line.strip())]
    words = "\n".join(line for line in lines if not _AREA.fullmatch(line.strip()))
    return words.strip(), "; ".join(areas)


def _apart(found: list[Coding]) -> list[Coding]:
    """Passages of the same words in one document are told apart by their order."""
    seen: Counter[tuple[str, str]] = Counter()
    apart = []
    for coding in found:
        key = (coding.document, coding.highlight)
        seen[key] += 1
        apart.append(coding._replace(highlight=f"{coding.highlight}-{seen[key]}") if seen[key] > 1 else coding)
    return apart


def _columns(probe: Probe) -> list[str]:
    """The names of a matrix's columns, [] when the file is none."""
    first, *rest = probe.header or ("",)
    while rest and not rest[-1].strip():
        rest.pop()
    found = [_COLUMN.fullmatch(cell.strip()) for cell in rest]
    if first.strip() or not found or not all(found):
        return []
    letters = [m[1] for m in found if m]
    if letters != [_letter(n) for n in range(len(letters))]:
        return []
    return [m[2].strip() for m in found if m]


def _letter(number: int) -> str:
    """0 -> A, 25 -> Z, 26 -> AA."""
    letters = ""
    while number >= 0:
        letters = chr(65 + number % 26) + letters
        number = number // 26 - 1
    return letters


def _matrix(probe: Probe) -> Reading:
    columns = _columns(probe)
    rows = probe.rows()
    next(rows, None)
    found: list[Coding] = []
    asides: list[Aside] = []
    for number, row in enumerate(rows, 2):
        cells = [text_of(cell) for cell in row]
        if not any(cells):
            continue
        match = _ROW.fullmatch((cells[0] or "").strip())
        if not match or any(cells[len(columns) + 1 :]):
            what = {"row": cells[0]}
            asides.append(codings.aside(number, "bad_value", "The row does not begin with a number and a code, such as 1 : trust.", what))
            continue
        code = match[2].strip()
        for column, cell in zip(columns, cells[1:], strict=False):
            count = _count(cell)
            if count is None:
                detail = f"The cell holds {(cell or '')[:40]!r}; expected a whole number. Show counts in the matrix and export it again."
                asides.append(codings.aside(number, "bad_value", detail, {"code": code, "document": column}))
                continue
            mark = f"matrix:{codings.short(code)[:8]}:"
            found += [Coding(number, column, f"{mark}{n}", code, None, place=f"counted in {column}") for n in range(1, count + 1)]
            codings.bound(probe.name, len(found))
    found, again = codings.once(found)
    excerpts = codings.excerpts(found)
    warnings = [
        (0, "a matrix gives counts only: neither the words of a passage, nor which passages carry several codes"),
        (0, f"rows were taken for codes and columns for documents: {', '.join(columns[:5])}{' …' if len(columns) > 5 else ''}"),
    ]
    note = f"{codings.summary(excerpts)}; {codings.UNNAMED}"
    return Reading(TOOL, len(found) + len(again) + len(asides), again + asides, warnings, tables={"excerpts": excerpts}, note=note)


def _count(cell: str | None) -> int | None:
    """A count, 0 for a blank cell, None for what is no count."""
    if cell is None:
        return 0
    return int(cell) if re.fullmatch(r"[0-9]{1,6}", cell.strip(), re.ASCII) and int(cell) <= _MAX_COUNT else None
