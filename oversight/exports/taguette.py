"""Taguette: the highlights of a project (CSV or workbook), one row per highlight and tag; its project file; its code books.

Relies on the headings ``id, document, tag, content``, for the project file (SQLite) on the tables documents, highlights, tags
and highlight_tags. All of them were seen as Taguette 1.5.2 itself writes them. Its pages (HTML) repeat what the tables hold:
they are recognised as companions. Its code book as .qdc is read by ``refi_qda``.

A row is one highlight with one tag. A dot in a tag is a mere habit: Taguette's own code book lists ``access.waiting`` beside
``access``, not below it, and so do we. Positions stand in the project file only, there as bytes of UTF-8.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

from oversight.exports import codings, database
from oversight.exports.codings import Code, Coders, Coding
from oversight.exports.markup import text_of_html
from oversight.exports.probe import Probe, decode
from oversight.exports.reading import Reading
from oversight.exports.records import counted, load, tidy

TOOL = "taguette"
_HEADER = ("id", "document", "tag", "content")
_COLUMNS = {"highlight": 0, "document": 1, "code": 2, "text": 3}
_WORDS = ("highlights", "tags")
_BOOK = ("tag", "description", "number of highlights")
_PROJECT = {
    "documents": {"id", "name", "contents"},
    "highlights": {"id", "document_id", "start_offset", "end_offset", "snippet"},
    "tags": {"id", "path", "description"},
    "highlight_tags": {"highlight_id", "tag_id"},
}
CODE_BOOK = "the highlights of a Taguette project: it holds their tags only"
PAGE = "the export of all highlights: this is a page to look at; give the same as CSV or workbook"

_PAGE = re.compile(r"\s*<!doctype html", re.IGNORECASE)
_TITLE = re.compile(r"<title>[^<]{0,100}Taguette[^<]{0,100}</title>", re.IGNORECASE)
_PAGE_TAG = re.compile(r'<h2>([^<]*)</h2>\s*<p class="number">[^<]*</p>\s*<p>([^<]*)</p>')


def recognise(probe: Probe) -> str | None:
    """Why the file is one that Taguette writes, None when it is not."""
    found = _kind(probe)
    return found[0] if found else None


def read(probe: Probe) -> Reading:
    """The coded excerpts or, of a code book, the tags.

    The export of one tag holds its highlights under their other tags as well, so two such files overlap; give the
    export of all highlights. A row that lacks a cell, or repeats a highlight's tag, is set aside.
    """
    found = _kind(probe)
    assert found is not None  # asked for by whoever calls
    return found[1](probe)


def _kind(probe: Probe) -> tuple[str, Callable[[Probe], Reading]] | None:
    header = tuple(map(tidy, probe.header))
    if header == _HEADER:
        return "exactly the headings id, document, tag, content", _highlights
    if header[: len(_BOOK)] == _BOOK:
        return "the headings tag, description, number of highlights", _code_book
    if _PAGE.match(probe.beginning):
        if _TITLE.search(probe.beginning):
            is_book = ".highlight {" in probe.beginning
            return ("a page titled Taguette", _page_of_codes if is_book else lambda _: Reading(TOOL, companion=PAGE))
        if ".highlight {" in probe.beginning and ".taglist {" in probe.beginning:
            return "a page with Taguette's marks for highlights and their tags", lambda _: Reading(TOOL, companion=PAGE)
    tables = database.tables(probe)
    if tables and all(columns <= tables.get(name, frozenset()) for name, columns in _PROJECT.items()):
        return "a database with Taguette's tables", _project
    return None


def _highlights(probe: Probe) -> Reading:
    rows = probe.rows(formulas=True)  # in a workbook, a passage that begins with "=" is stored as a formula
    next(rows, None)
    records = load(rows, _COLUMNS, len(_HEADER), pad=probe.is_xlsx)
    codings.bound(probe.name, records.rows_read)
    records.headings = dict(zip(_COLUMNS, _HEADER, strict=True))
    for column in _COLUMNS:
        records.expect(column, records.frame[column].notna(), "text")
    records.refuse_duplicates(["highlight", "document", "code"])
    found = records.table()[["row", "document", "highlight", "code", "text"]].itertuples(index=False)
    excerpts = codings.excerpts([Coding(*row) for row in found])
    note = f"{codings.summary(excerpts, *_WORDS)}; Taguette does not name coders"
    return Reading(TOOL, records.rows_read, records.aside, tables={"excerpts": excerpts}, note=note)


def _code_book(probe: Probe) -> Reading:
    rows = probe.rows(formulas=True)
    next(rows, None)
    records = load(rows, {"tag": 0, "description": 1}, len(probe.header), pad=probe.is_xlsx)
    frame = records.frame[records.frame["tag"].notna()].drop_duplicates("tag").fillna("")
    return _tags([Code(str(tag), description=str(description)) for tag, description in frame.itertuples(index=False)])


def _page_of_codes(probe: Probe) -> Reading:
    found = _PAGE_TAG.findall(decode(probe.whole()))
    return _tags([Code(unescape(tag), description=unescape(description)) for tag, description in found])


def _tags(tags: list[Code]) -> Reading:
    return Reading(TOOL, tables={"codes": codings.code_book(tags)}, note=counted(len(tags), "tag"), companion=CODE_BOOK)


def _project(probe: Probe) -> Reading:
    """The project file. Who has access, what was done when, and the documents' other words are left out."""
    has_commands = {"id", "user_login", "payload"} <= database.tables(probe).get("commands", frozenset())
    documents, highlights, tags, commands = database.rows(
        probe,
        "SELECT id, name, contents FROM documents ORDER BY id",
        "SELECT h.id, h.document_id, h.start_offset, h.end_offset, h.snippet, t.id, t.path FROM highlights h "
        "LEFT JOIN highlight_tags ht ON ht.highlight_id = h.id LEFT JOIN tags t ON t.id = ht.tag_id "
        "ORDER BY h.document_id, h.start_offset, h.id, t.id",
        "SELECT path, description FROM tags ORDER BY id",
        "SELECT user_login, payload FROM commands WHERE payload LIKE '%highlight_add%' ORDER BY id" if has_commands else "SELECT 1 LIMIT 0",
    )
    names = {number: tidy(str(name)) for number, name, _ in documents}
    texts = {number: _Bytes(text_of_html(str(contents)).encode("utf-8", "surrogatepass")) for number, _, contents in documents}
    who = _who(commands)
    coders = Coders()
    found, asides, astray = [], [], 0
    for row, (highlight, document, start, stop, snippet, tag, code) in enumerate((h for h in highlights if h[6] is not None), 1):
        words = text_of_html(str(snippet), breaks=True).strip()
        if document not in names or not words:
            what = "belongs to no document" if document not in names else "holds no words"
            detail = f"Highlight {highlight} {what}. Export the project again."
            asides.append(codings.aside(row, "bad_value", detail, {"tag": str(code), "content": words}))
            continue
        place = texts[document].place(start, stop, words)
        astray += place is None
        coder = coders.pseudonym(who.get((highlight, tag), ""))
        found.append(Coding(row, names[document], str(highlight), str(code), words, coder, *(place or (None, None))))
    untagged = sum(h[6] is None for h in highlights)
    excerpts = codings.excerpts(found)
    warnings = [(0, f"{astray} highlights were not found where the project says; kept without their positions")] if astray else []
    notes = [
        codings.summary(excerpts, *_WORDS),
        codings.about_coders(coders),
        f"{counted(untagged, 'highlight')} without a tag left out" if untagged else "",
    ]
    book = codings.code_book(Code(str(path), description=str(description or "")) for path, description in tags)
    tables = {"excerpts": excerpts, "codes": book}
    return Reading(TOOL, len(found) + len(asides), asides, warnings, tables=tables, note="; ".join(filter(None, notes)))


class _Bytes:
    """A document's text, in which Taguette counts bytes. Asked from the beginning to the end, each byte is decoded once."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self._last = (0, 0)  # bytes, code points

    def place(self, start: object, stop: object, words: str) -> tuple[int, int] | None:
        """Positions in bytes as positions in code points; None when other words stand there."""
        if not (isinstance(start, int) and isinstance(stop, int) and 0 <= start <= stop <= len(self.text)):
            return None
        if stop - start > 4 * len(words) + 1_000:
            return None
        there = self.text[start:stop].decode("utf-8", errors="replace")
        if "".join(there.split()) != "".join(words.split()):
            return None
        passed, points = self._last if self._last[0] <= start else (0, 0)
        begin = points + len(self.text[passed:start].decode("utf-8", errors="replace"))
        self._last = (start, begin)
        return begin, begin + len(there)


def _who(commands: list[tuple[Any, ...]]) -> dict[tuple[int, int], str]:
    """(highlight, tag) -> who first put the tag there, as far as the project's history tells."""
    found: dict[tuple[int, int], str] = {}
    for login, payload in commands:
        try:
            command = json.loads(payload)
            if command["type"] == "highlight_add":
                for tag in command["tags"]:
                    found.setdefault((int(command["highlight_id"]), int(tag)), str(login))
        except (ValueError, TypeError, KeyError, RecursionError):
            continue
    return found
