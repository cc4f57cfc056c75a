"""The paragraphs of a Word document, read in one pass that keeps no tree: bounded, and without entities or formatting."""

from __future__ import annotations

import zipfile
import zlib
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from oversight.exports.probe import Probe
from oversight.exports.reading import FileProblem

DOCUMENT = "word/document.xml"
#: Of the document's own XML, unpacked; three hours of talk are about two.
MAX_XML = 50_000_000
_DAMAGE = (ParseError, zipfile.BadZipFile, zlib.error, EOFError, OSError)


def is_word(probe: Probe) -> bool:
    """Whether the file is a Word document, by what the archive holds."""
    return DOCUMENT in probe.members


def paragraphs(probe: Probe) -> list[str]:
    """The text of every paragraph in order, line breaks and tabs as such.

    Raises ``FileProblem`` when the document is damaged, too large, or holds XML that a Word document never holds.
    """
    target = _Paragraphs()
    parser = XMLParser(target=target, forbid_dtd=True)
    try:
        with zipfile.ZipFile(probe.path) as archive, archive.open(DOCUMENT) as file:
            read = 0
            while chunk := file.read(1 << 16):
                read += len(chunk)
                if read > MAX_XML:
                    raise FileProblem(probe.name, f"holds more than {MAX_XML / 1e6:,.0f} MB of text.", "Check where it comes from.")
                parser.feed(chunk)
            parser.close()
    except DefusedXmlException as error:
        raise FileProblem(probe.name, "holds XML that no Word document needs.", "It was not read. Check where it comes from.") from error
    except (*_DAMAGE, ValueError, LookupError, RuntimeError) as error:
        raise FileProblem(probe.name, "is damaged: the document cannot be opened.", "Open it in Word, save it, and try again.") from error
    return target.done


class _Paragraphs:
    """Gathers text as the parser comes by it. Deleted text (w:delText) and comments are other elements, and left out."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self._open: list[list[str]] = []
        self._in_text = False

    def start(self, tag: str, _: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name == "p":
            self._open.append([])
        elif name == "t":
            self._in_text = True
        elif self._open and name in ("br", "cr", "tab"):
            self._open[-1].append("\t" if name == "tab" else "\n")

    def end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        if name == "p" and self._open:
            self.done.append("".join(self._open.pop()))
        elif name == "t":
            self._in_text = False

    def data(self, text: str) -> None:
        if self._in_text and self._open:
            self._open[-1].append(text)

    def close(self) -> None:
        pass
