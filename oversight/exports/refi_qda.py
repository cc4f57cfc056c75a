"""REFI-QDA: projects (.qdpx, or the .qde inside) and code books (.qdc), which NVivo, ATLAS.ti, MAXQDA, Quirkos and others export.

Relies on the element names of the standard (namespaces ``urn:QDA-XML:…``), not on its schema: tools depart from it. Seen in
an independent file: one project of ATLAS.ti 8, without its sources; code books of Taguette. Not seen: a project of NVivo,
MAXQDA or Quirkos.

A row is one coding, numbered in the order of the file: one passage, code and coder. Tools note the passage of a PDF twice, as
an area and in its plain text: that is one coding. Passages without a code are memos and no rows; the note counts them. Users,
folders, cases, variables and notes are left out, and the names of those who speak in a transcript are taken out of its
passages. Positions are code points of the plain text as it lies in the archive, less its byte-order mark.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element

from oversight.exports import codings
from oversight.exports.codings import Code, Coders, Coding
from oversight.exports.markup import children, local, parse
from oversight.exports.positions import Text, choose
from oversight.exports.probe import Probe, decode
from oversight.exports.reading import Aside, FileProblem, Reading
from oversight.exports.records import counted, tidy, unique
from oversight.exports.transcripts import people_of

TOOL = "refi_qda"
CODE_BOOK = "the coded passages of a project: it holds their codes only"
SCHEMA = "the REFI-QDA standard: it describes files and holds no codings"

_ROOT = re.compile(r"<(?:\w+:)?(Project|CodeBook)\b[^<>]*urn:QDA-XML:(?:project|codebook)\b")
_SCHEMA = re.compile(r"<(?:\w+:)?schema\b[^<>]*urn:QDA-XML:")
#: Texts of all sources together.
_MAX_TEXTS = 60_000_000
#: Passages, coded or not: far above any project, and what fits into memory.
_MAX_PASSAGES = 250_000
_MEDIA = {"PictureSelection", "AudioSelection", "VideoSelection"}
_SELECTIONS = {"PlainTextSelection", "PDFSelection", "TranscriptSelection"} | _MEDIA
#: What holds a plain text, in which positions are counted.
_HOLDERS = {"Representation", "TextDescription", "Transcript"}
_SOURCES = {"TextSource", "PictureSource", "PDFSource", "AudioSource", "VideoSource"}


def recognise(probe: Probe) -> str | None:
    """Why the file is a REFI-QDA project, code book or schema, None when it is not."""
    if projects := _projects(probe):
        return f"an archive with the REFI-QDA project {PurePosixPath(projects[0]).name}"
    if found := _ROOT.search(probe.beginning):
        return "the REFI-QDA format's own mark, " + ("a project" if found[1] == "Project" else "a code book")
    return "the schema of REFI-QDA" if _SCHEMA.search(probe.beginning) else None


def _projects(probe: Probe) -> list[str]:
    return [m for m in probe.members if m.lower().endswith(".qde") and not m.startswith("__MACOSX/")]


def read(probe: Probe) -> Reading:
    """The codings and the code book. A coding whose code is not in the code book is set aside.

    Raises ``FileProblem`` for a damaged file, one that holds several projects, or XML that reaches outside.
    """
    projects = _projects(probe)
    if len(projects) > 1:
        raise FileProblem(probe.name, f"holds {len(projects)} projects: {', '.join(sorted(projects)[:5])}.", "Export each by itself.")
    if not projects and _SCHEMA.search(probe.beginning):
        return Reading(TOOL, companion=SCHEMA)
    root = parse(probe.name, probe.whole(projects[0] if projects else ""))
    project = _Project(probe, root)
    project.read_codes()
    tables = {"codes": codings.code_book(project.codes.values())}
    about = [counted(len(project.codes), "code"), f"exported by {project.tool}" if project.tool else ""]
    if local(root) == "CodeBook":
        return Reading(TOOL, tables=tables, warnings=project.warnings, note="; ".join(filter(None, about)), companion=CODE_BOOK)
    project.read_sources()
    found, asides = project.codings()
    tables["excerpts"] = codings.excerpts(found)
    companion = "" if found or asides else CODE_BOOK
    notes = [codings.summary(tables["excerpts"]), *about, *project.notes()]
    note = "; ".join(filter(None, notes))
    return Reading(TOOL, len(found) + len(asides), asides, project.warnings, tables=tables, note=note, companion=companion)


@dataclass(slots=True)
class _Passage:
    """A selection of a source, or the source as a whole. ``raw``: its positions as the tool counts them."""

    document: str
    highlight: str
    words: str | None
    place: str | None
    holder: str = ""
    raw: tuple[int, int] | None = None
    found: tuple[int, int] | None = None
    named: bool = False
    codings: dict[tuple[str, str], None] = field(default_factory=dict)  # code's guid, coder: a set that keeps its order


@dataclass
class _Project:
    probe: Probe
    root: Element
    codes: dict[str, Code] = field(default_factory=dict)
    passages: dict[tuple[str, str], _Passage] = field(default_factory=dict)
    texts: dict[str, Text | None] = field(default_factory=dict)
    holders: dict[Element, str] = field(default_factory=dict)
    coders: Coders = field(default_factory=Coders)
    warnings: list[tuple[int, str]] = field(default_factory=list)
    twice: int = 0
    letters: int = 0

    @property
    def origin(self) -> str:
        return tidy(self.root.get("origin", ""))

    @property
    def tool(self) -> str:
        """The tool and its version, without what the origin says about the machine."""
        return self.origin.split(",")[0].strip()[:60]

    def warn(self, text: str) -> None:
        self.warnings.append((0, text))

    def read_codes(self) -> None:
        """The code book, each code before those below it. Two codes of one path stay two."""
        books = [self.root] if local(self.root) == "CodeBook" else children(self.root, "CodeBook")
        found: list[tuple[str, Code]] = []
        stack = [(code, "") for book in reversed(books) for codes in children(book, "Codes") for code in reversed(children(codes, "Code"))]
        while stack:
            element, parent = stack.pop()
            name = tidy(element.get("name", "")) or "(code without a name)"
            description = "\n".join(t.text.strip() for t in children(element, "Description") if t.text)
            code = Code(codings.path([parent, name]) if parent else name, parent, description)
            if not parent and "atlas" in self.origin.casefold():
                code = codings.split_path(name, "::")._replace(description=description)
            found.append((_guid(element.get("guid")), code))
            stack += [(child, code.path) for child in reversed(children(element, "Code"))]
        names = unique([code.path for _, code in found])
        if changed := [code.path for (_, code), name in zip(found, names, strict=True) if code.path != name]:
            self.warn(f"several codes are called {changed[0]!r}; the later ones were numbered")
        for (guid, code), name in zip(found, names, strict=True):
            self.codes.setdefault(guid, code._replace(path=name))

    def read_sources(self) -> None:
        """Every selection of every source, and where its words stand."""
        sources = [s for group in children(self.root, "Sources") for s in group if local(s) in _SOURCES]
        names = [tidy(s.get("name", "")) or f"source {n}" for n, s in enumerate(sources, 1)]
        if again := [name for name, count in Counter(names).items() if count > 1]:
            self.warn(f"several sources are called {again[0]!r}; they count as one document")
        for source, name in zip(sources, names, strict=True):
            points = {_guid(p.get("guid")): p for p in source.iter() if local(p) == "SyncPoint"}
            for element, holder in _walk(source):
                self._note(name, source, element, holder, points)
        self._locate()

    def _note(self, document: str, source: Element, element: Element, holder: Element, points: dict[str, Element]) -> None:
        """A selection, or codings that stand at a whole source."""
        kind = local(element)
        made = children(element, "Coding")
        if kind not in _SELECTIONS:
            if not made:
                return
            passage = _Passage(document, codings.short(_guid(element.get("guid")), "whole"), None, "the whole document")
        else:
            raw = _positions(element, points)
            guid = _guid(element.get("guid")) or f"{kind} {sorted(element.attrib.items())}"
            name = tidy(element.get("name", "") or "".join(t.text or "" for t in children(element, "Description")))
            own = [t.text for r in children(element, "Representation") for t in children(r, "PlainTextContent") if t.text]
            words = own[0] if own else None if kind in _MEDIA else name or None
            passage = _Passage(document, codings.short(guid), words, _place(element), "", raw, named=not own and words is not None)
            if raw is not None:
                if holder not in self.holders:
                    self.holders[holder] = self._text(holder)
                passage.holder = self.holders[holder]
        key = (_guid(source.get("guid")) or document, passage.highlight)
        known = self.passages.setdefault(key, passage)
        if len(self.passages) > _MAX_PASSAGES:
            raise FileProblem(self.probe.name, f"holds more than {_MAX_PASSAGES:,} passages.", "Export fewer documents at a time.")
        if known is not passage:
            _merge(known, passage)
        for coding in made:
            who = _guid(coding.get("creatingUser")) or _guid(element.get("creatingUser"))
            for code in [_guid(c.get("targetGUID")) for c in children(coding, "CodeRef")] or [""]:
                pair = (code, self.coders.pseudonym(who))
                self.twice += pair in known.codings
                known.codings[pair] = None

    def _text(self, holder: Element) -> str:
        """The key of a plain text in ``texts``, which holds None where the archive lacks it; "" where none is named."""
        inline = [t.text for t in children(holder, "PlainTextContent") if t.text]
        reference = holder.get("plainTextPath", "")
        key = reference or (f"inline {_guid(holder.get('guid')) or id(holder)}" if inline else "")
        if key and key not in self.texts:
            member = self._member(reference)
            text = inline[0] if inline else decode(self.probe.whole(member)) if member else None
            self.texts[key] = None if text is None else Text(text)
            self.letters += len(text or "")
            if self.letters > _MAX_TEXTS:
                raise FileProblem(self.probe.name, "holds more text than can be read.", "Export fewer documents at a time.")
        return key

    def _member(self, reference: str) -> str:
        """The archive's member that a reference such as ``internal://x.txt`` names: by its name, for folders are called differently."""
        wanted = reference.replace("\\", "/").rpartition("/")[2].casefold()
        return self._members.get(wanted, "") if wanted and reference.casefold().startswith("internal:") else ""

    @cached_property
    def _members(self) -> dict[str, str]:
        return {m.rpartition("/")[2].casefold(): m for m in reversed(self.probe.members)}

    def _locate(self) -> None:
        """Turn the tool's positions into ours, and take the words from where they stand."""
        there = [(p, text, p.raw) for p in self.passages.values() if p.raw is not None and (text := self.texts.get(p.holder))]
        way, doubt = choose(self.origin, [(text, *raw) for _, text, raw in there])
        if doubt:
            self.warn(doubt)
        counting = {key: text.counting(way) for key, text in self.texts.items() if text}
        people = {key: people_of(text.text) for key, text in self.texts.items() if text}
        beyond = 0
        for passage, text, raw in there:
            passage.found = text.passage(*raw, counting[passage.holder])
            if passage.found is None:
                beyond += 1
            elif words := text.text[slice(*passage.found)].replace("\r\n", "\n"):
                passage.words, passage.named = people[passage.holder].hide(words), False
        if beyond:
            self.warn(f"{beyond} passages lie beyond the end of their text; they are kept without their positions")
        missing = sum(text is None for text in self.texts.values())
        if missing:
            self.warn(f"the plain texts of {missing} sources are missing; export the project with its sources")
        coded = [p for p in self.passages.values() if p.codings]
        if named := [p for p in coded if p.named]:
            cut = sum((p.words or "").endswith(("…", "...")) for p in named)
            self.warn(
                f"{len(named)} coded passages show the name that the tool gives them, not their words"
                + (f"; {cut} of these names break off" if cut else "")
            )
        if silent := sum(not p.words for p in coded):
            self.warn(f"{silent} coded passages have no words: parts of a picture or recording, or whole documents")

    def codings(self) -> tuple[list[Coding], list[Aside]]:
        """One row per passage, code and coder, and those whose code nobody knows."""
        found: list[Coding] = []
        asides: list[Aside] = []
        row = 0
        codings.bound(self.probe.name, sum(len(p.codings) for p in self.passages.values()))
        for p in self.passages.values():
            for guid, coder in p.codings:
                row += 1
                if guid not in self.codes:
                    detail = f"The code {guid or '(none)'} is not in the project's code book. Export the project again."
                    asides.append(codings.aside(row, "unknown_reference", detail, {"document": p.document, "text": p.words}))
                    continue
                start, stop = p.found or (None, None)
                found.append(Coding(row, p.document, p.highlight, self.codes[guid].path, p.words, coder, start, stop, p.place))
        return found, asides

    def notes(self) -> list[str]:
        """What else the project holds and what became of it."""
        memos = sum(not p.codings for p in self.passages.values())
        cases = sum(len(children(group, "Case")) for group in children(self.root, "Cases"))
        return [
            codings.about_coders(self.coders),
            f"{counted(memos, 'passage')} without a code left out" if memos else "",
            f"{self.twice} codings stand twice and count once" if self.twice else "",
            f"{cases} cases were left out" if cases else "",
        ]


def _walk(source: Element) -> Iterator[tuple[Element, Element]]:
    """A source and all that it holds, in order, each with the element in whose plain text it is counted."""
    stack = [(source, source)]
    while stack:
        element, holder = stack.pop()
        yield element, holder
        if local(element) not in ("Coding", "SyncPoint"):
            stack += [(child, child if local(child) in _HOLDERS else holder) for child in reversed(element)]


def _merge(known: _Passage, other: _Passage) -> None:
    """The same selection again, as an area and in the plain text: keep what says more."""
    if known.raw is None and other.raw is not None:
        known.raw, known.holder = other.raw, other.holder
    if other.words and (not known.words or (known.named and not other.named)):
        known.words, known.named = other.words, other.named
    known.place = known.place or other.place


def _positions(element: Element, points: dict[str, Element]) -> tuple[int, int] | None:
    """Start and stop of a text selection, or of the sync points that it runs between."""
    if local(element) == "TranscriptSelection":
        ends = [points.get(_guid(element.get(name))) for name in ("fromSyncPoint", "toSyncPoint")]
        given = [None if p is None else p.get("position") for p in ends]
    else:
        given = [element.get("startPosition"), element.get("endPosition")]
    start, stop = (_number(text) for text in given)
    return None if start is None or stop is None else (start, stop)


def _place(element: Element) -> str | None:
    """Where a selection stands that is no text: page, area, or time."""
    kind, number = local(element), {name: _number(value) for name, value in element.attrib.items()}
    page, begin, end = number.get("page"), number.get("begin"), number.get("end")
    if kind == "PDFSelection" and page is not None:
        return f"page {page + 1}"
    if kind == "PictureSelection":
        return "area " + " ".join(str(element.get(name, "?")) for name in ("firstX", "firstY", "secondX", "secondY"))
    if kind in ("AudioSelection", "VideoSelection") and begin is not None and end is not None:
        return f"{_clock(begin)} – {_clock(end)}"
    return None


def _clock(milliseconds: int) -> str:
    seconds = milliseconds // 1000
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"\s*[0-9]{1,15}\s*", text, re.ASCII) else None


def _guid(text: str | None) -> str:
    """A GUID without case and braces, which tools write differently within one project."""
    return (text or "").strip().strip("{}").casefold()
