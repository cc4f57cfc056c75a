"""ATLAS.ti: the list of quotations (CSV or workbook) and the list of codes. Its projects come as REFI-QDA: see ``refi_qda``.

Relies on the headings Document, Codes and one for the words (Text Content, Quotation Content …); Number or ID, Reference,
Number of Codes and who created it are used where they stand. Seen in an independent file: one study's quotations and codes,
exported on a Mac as CSV with ``;``. Workbooks and the Windows headings are not seen.

A row of the file is one quotation, a row of the table one quotation with one code. Codes are joined by ``, `` while their
names hold commas: where the parts are not as many as Number of Codes says, they are put together by names that are certain
elsewhere in the file, with a warning at the row where that is likely rather than certain; a quotation that still can be read
in several ways is set aside. A code's path is what ``::`` says,
which is how ATLAS.ti says it; ``Group: Code`` stays one name. Quotations without a code are left out and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from oversight.exports import codings
from oversight.exports.atlas_ti_codes import split_codes
from oversight.exports.codings import Code, Coders, Coding
from oversight.exports.probe import Probe
from oversight.exports.reading import Aside, Reading
from oversight.exports.records import counted, load, tidy

TOOL = "atlas_ti"
CODE_BOOK = "the quotations of an ATLAS.ti project: it holds their codes only"
_HEADINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "document": ("document", "document name"),
        "codes": ("codes",),
        "text": ("text content", "quotation content", "quotation text", "content", "quotation"),
        "id": ("number", "id", "quotation id"),
        "place": ("reference", "location"),
        "count": ("number of codes", "code count"),
        "name": ("name", "quotation name"),
        "coder": ("created by", "creator", "author", "creating user"),
    }
)
_NEEDED = ("document", "codes", "text")
#: One of these beside the needed ones: other tables have documents, codes and content too.
_OWN = ("id", "place", "count", "name")
_GROUP = re.compile(r"code groups?(?: [0-9]+)?")


def recognise(probe: Probe) -> str | None:
    """Why the file is a list of quotations or codes of ATLAS.ti, None when it is not."""
    if _columns(probe):
        return "the headings of ATLAS.ti's quotations: document, codes and their text"
    return "the headings Code, Comment and Code Group, as in ATLAS.ti's list of codes" if _is_code_book(probe) else None


def _columns(probe: Probe) -> dict[str, int]:
    header = [tidy(h).casefold() for h in probe.header]
    found = {}
    for name, headings in _HEADINGS.items():
        if places := [header.index(heading) for heading in headings if heading in header]:
            found[name] = places[0]
    ours = all(name in found for name in _NEEDED) and any(name in found for name in _OWN)
    return found if ours and len(set(found.values())) == len(found) else {}


def _is_code_book(probe: Probe) -> bool:
    header = [tidy(h).casefold() for h in probe.header]
    return header[:2] == ["code", "comment"] and any(_GROUP.fullmatch(h) for h in header[2:])


def read(probe: Probe) -> Reading:
    """The coded quotations, or the list of codes. A quotation without document or id, or with unclear codes, is set aside."""
    return _code_book(probe) if _is_code_book(probe) else _quotations(probe)


def _code_book(probe: Probe) -> Reading:
    rows = probe.rows(formulas=True)
    next(rows, None)
    records = load(rows, {"code": 0, "comment": 1}, len(probe.header), pad=probe.is_xlsx)
    frame = records.frame[records.frame["code"].notna()].drop_duplicates("code").fillna("")
    codes = [_code(str(code))._replace(description=str(comment)) for code, comment in frame.itertuples(index=False)]
    return Reading(TOOL, tables={"codes": codings.code_book(codes)}, note=counted(len(codes), "code"), companion=CODE_BOOK)


def _code(name: str) -> Code:
    return codings.split_path(tidy(name), "::")


def _quotations(probe: Probe) -> Reading:
    columns = _columns(probe)
    rows = probe.rows(formulas=True)  # words may begin with "="
    next(rows, None)
    records = load(rows, columns, len(probe.header), pad=probe.is_xlsx, hidden=["coder"] if "coder" in columns else [])
    codings.bound(probe.name, records.rows_read)
    records.headings = {name: tidy(probe.header[place]) for name, place in columns.items()}
    for column in ("document", "id"):
        if column in columns:
            records.expect(column, records.frame[column].notna(), "text")
    frame = records.table().reindex(columns=["row", *_HEADINGS]).astype("object")
    quotations = [dict(zip(frame.columns, q, strict=True)) for q in frame.where(frame.notna(), None).itertuples(index=False)]
    split = split_codes([(q["codes"], _number(q["count"])) for q in quotations])
    coders = Coders()
    found: list[Coding] = []
    asides: list[Aside] = []
    warnings: list[tuple[int, str]] = []
    for quotation, (codes, supposed) in zip(quotations, split, strict=True):
        if codes is None:
            asides.append(_unclear(quotation, "count" in columns))
            continue
        found += _codings(quotation, codes, coders)
        codings.bound(probe.name, len(found))
        if supposed:
            row, names = int(quotation["row"]), " | ".join(codes)
            warnings.append((row, f"names of codes hold commas; its {len(codes)} codes were taken to be {names}. Check them."))
    found, again = codings.once(found)
    excerpts = codings.excerpts(found)
    uncoded = sum(codes == [] for codes, _ in split)
    if "count" not in columns and found:
        warnings.append((0, "the column Number of Codes is missing; export it too, for names of codes may hold commas"))
    notes = [
        codings.summary(excerpts, "quotations"),
        codings.about_coders(coders),
        f"{counted(uncoded, 'quotation')} without a code left out" if uncoded else "",
        "comments and dates were left out",
    ]
    rows_read = len(found) + len(again) + len(asides) + len(records.aside)
    return Reading(
        TOOL,
        rows_read,
        records.aside + again + asides,
        warnings,
        tables={"excerpts": excerpts},
        note="; ".join(filter(None, notes)),
    )


def _codings(quotation: Mapping[str, Any], codes: Iterable[str], coders: Coders) -> Iterator[Coding]:
    document, text, place = tidy(quotation["document"] or ""), quotation["text"] or quotation["name"], quotation["place"]
    highlight = (quotation["id"] or "").strip() or codings.short(place or "", text or "")
    coder = coders.pseudonym(tidy(quotation["coder"] or "").casefold())
    for code in codes:
        yield Coding(int(quotation["row"] or 0), document, highlight, _code(code).path, text, coder, place=tidy(place or "") or None)


def _unclear(quotation: Mapping[str, Any], counted: bool) -> Aside:
    """A quotation whose codes can be read in several ways, or not at all."""
    say = "Put its codes into a code without a comma, or export the project as REFI-QDA."
    wrong = f"Its {quotation['count']} codes cannot be told apart" if counted else "Its codes cannot be told apart without their number"
    content = {name: quotation[name] for name in ("document", "codes", "text")}
    return codings.aside(int(quotation["row"] or 0), "bad_value", f"{wrong}, since names of codes may hold commas. {say}", content)


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"\s*[0-9]{1,4}\s*", text, re.ASCII) else None
