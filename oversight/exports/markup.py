"""XML and HTML from files that nobody vouches for: bounded, without entities, without anything from outside."""

from __future__ import annotations

import html
import io
import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from oversight.exports.reading import FileProblem

#: Far above any project, and what fits into memory.
MAX_ELEMENTS = 1_000_000
MAX_DEPTH = 200

# Neither can run over the same letters twice, whatever the text.
_TAG = re.compile(r"<[^<>]*>")
_BREAK = re.compile(r"<(?:br\b[^<>]*|/(?:p|div|li|tr|h[1-6]|blockquote|pre))>", re.IGNORECASE)


def parse(file: str, data: bytes) -> Element:
    """The root of an XML document. Raises ``FileProblem`` naming ``file`` for what is damaged, boundless or reaches outside."""
    root: Element | None = None
    elements = depth = 0
    try:
        for event, element in iterparse(io.BytesIO(data), events=("start", "end"), forbid_dtd=True):
            depth += 1 if event == "start" else -1
            elements += event == "start"
            root = element if root is None else root
            if elements > MAX_ELEMENTS or depth > MAX_DEPTH:
                raise FileProblem(file, "holds more XML than any project does.", "It was not read. Check where it comes from.")
    except DefusedXmlException as error:
        raise FileProblem(
            file, "holds XML that defines entities or a document type.", "No tool exports that. It was not read. Check where it comes from."
        ) from error
    except (ParseError, LookupError, ValueError) as error:
        raise FileProblem(file, f"is damaged: its XML breaks off or is not well formed ({error}).", "Export it again.") from error
    if root is None:
        raise FileProblem(file, "holds no XML.", "Export it again.")
    return root


def local(element: Element) -> str:
    """An element's name without its namespace, "" for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: Element, name: str) -> list[Element]:
    """The children of that name, whatever their namespace."""
    return [child for child in element if local(child) == name]


def text_of_html(source: str, breaks: bool = False) -> str:
    """The words of a piece of HTML; with ``breaks`` a line break stands where a paragraph ends."""
    if breaks:
        source = _BREAK.sub("\n", source)
    return html.unescape(_TAG.sub("", source))
