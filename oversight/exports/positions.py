"""Where a passage begins and ends: tools count differently, and a position that is one off cuts a word in two."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

_BEYOND = re.compile(r"\r\n|[\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Way:
    """A way of counting characters. ``utf16``: those beyond U+FFFF count twice; ``crlf_is_one``: a CRLF counts once."""

    words: str
    utf16: bool = False
    crlf_is_one: bool = False


#: The standard's way first; then what NVivo does, what ATLAS.ti does, and both.
CODE_POINTS = Way("code points")
UTF16 = Way("UTF-16 code units", utf16=True)
ONE_CRLF = Way("code points, a line end of two characters as one", crlf_is_one=True)
WAYS = (CODE_POINTS, UTF16, ONE_CRLF, Way("UTF-16 code units, a line end of two characters as one", True, True))


def way_of(origin: str) -> Way:
    """How a tool counts, by the origin that it writes into its projects."""
    name = origin.casefold()
    return UTF16 if "nvivo" in name else ONE_CRLF if "atlas" in name else CODE_POINTS


class Text:
    """A document's text without byte-order mark, line ends as they are. Positions in it are code points."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _odd(self) -> list[tuple[int, bool]]:
        """Position behind each character that some tools count otherwise, and whether it is a CRLF."""
        return [(match.end(), match.group() == "\r\n") for match in _BEYOND.finditer(self.text)]

    def counting(self, way: Way) -> tuple[list[int], list[int]]:
        """The tool's positions behind each odd character, and how far the tool is ahead from there on."""
        ahead, positions, leads = 0, [], [0]
        for position, crlf in self._odd:
            if crlf and way.crlf_is_one:
                ahead -= 1
            elif not crlf and way.utf16:
                ahead += 1
            else:
                continue
            positions.append(position + ahead)
            leads.append(ahead)
        return positions, leads

    def passage(self, start: int, stop: int, counting: tuple[list[int], list[int]]) -> tuple[int, int] | None:
        """A tool's start and stop as positions in the text, None when they do not lie in it or not in this order."""
        positions, leads = counting
        begin, end = (p - leads[bisect_right(positions, p)] for p in (start, stop))
        return (begin, end) if 0 <= begin <= end <= len(self.text) else None

    def on_word_edges(self, start: int, stop: int) -> bool:
        """Whether neither end of a passage stands inside a word."""
        return all(p in (0, len(self.text)) or not (self.text[p - 1].isalnum() and self.text[p].isalnum()) for p in (start, stop))


def choose(origin: str, passages: Sequence[tuple[Text, int, int]]) -> tuple[Way, str]:
    """How a project counts, and a warning ("" when none is due).

    By its ``origin``; where over a quarter of the passages then begin or end inside a word and another way fits nine in ten, that.
    """
    by_origin = way_of(origin)
    fits = {way: _fit(way, passages) for way in (by_origin, *WAYS)}
    if not passages or fits[by_origin] >= 0.75:
        return by_origin, ""
    best = max(fits, key=lambda way: fits[way])  # the first of equals
    many = f"{round((1 - fits[by_origin]) * len(passages))} of {len(passages)} passages begin or end inside a word"
    if fits[best] < 0.9:
        warning = f"{many}; check that their words are whole (positions were read as {by_origin.words})"
        return by_origin, warning if fits[by_origin] < 0.5 else ""
    return best, f"positions were read as {best.words}, for read as {by_origin.words}, {many}"


def _fit(way: Way, passages: Sequence[tuple[Text, int, int]]) -> float:
    """The share of passages that lie in their text and on the edges of words."""
    counted: dict[int, tuple[list[int], list[int]]] = {}
    good = 0
    for text, start, stop in passages:
        if id(text) not in counted:
            counted[id(text)] = text.counting(way)
        found = text.passage(start, stop, counted[id(text)])
        good += found is not None and text.on_word_edges(*found)
    return good / len(passages) if passages else 1.0
