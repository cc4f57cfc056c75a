"""Searching comments and notes: what somebody typed into terms, and where those stand in a text.

All words must stand in a text, each at least as the beginning of a word; "quoted words" as they are, one after the other;
what a minus stands before must not. Capitals, accents and apostrophes do not matter, and every other mark parts two words.
The finding itself is SQL (``queries/views/plain_words.sql``); here is only what it is asked for, and the marking of hits.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

#: A term: perhaps a minus, then quoted words (to the end where the second mark is missing) or anything without a space.
_TERM = re.compile(r'(?<!\S)([-−–]?)"([^"]*)(?:"|$)|(\S+)')
_DASHES = "-−–"
_APOSTROPHES = "'’‘ʼ`´"


@dataclass(frozen=True)
class Search:
    """What was typed, and its terms: each a tuple of words and whether it is quoted. ``without``: what must not stand in a text."""

    typed: str
    terms: tuple[tuple[tuple[str, ...], bool], ...]
    without: tuple[tuple[tuple[str, ...], bool], ...]

    @property
    def must(self) -> str | None:
        """The terms as the queries take them: ``burn|"line manager"``; None where there are none."""
        return _joined(self.terms)

    @property
    def never(self) -> str | None:
        """The excluded terms, likewise."""
        return _joined(self.without)

    @property
    def nothing(self) -> bool:
        """Whether something was typed that holds no letter or digit to look for: such a search finds nothing."""
        return bool(self.typed.strip()) and not self.terms and not self.without

    def words(self) -> str:
        """The search as a person would say it: “burn”, the phrase “line manager”, and not “gp”. Empty where nothing is sought."""
        said = [f"the words “{' '.join(t)}” together" if len(t) > 1 else f"“{' '.join(t)}”" for t, _ in self.terms]
        left = [f"without “{' '.join(t)}”" for t, _ in self.without]
        return ", ".join([*said, *left])


def parse(typed: str) -> Search:
    """What somebody typed as a search. Anything may be typed: marks without a letter or digit look for nothing."""
    terms: dict[tuple[tuple[str, ...], bool], None] = {}
    without: dict[tuple[tuple[str, ...], bool], None] = {}
    for sign, quoted, bare in _TERM.findall(re.sub("[“”„«»]", '"', typed)):
        text = bare or quoted
        if words := tuple(word for word, _, _ in tokens(text)):
            minus = sign or bare[:1] in tuple(_DASHES)
            (without if minus else terms)[words, not bare] = None
    return Search(typed, tuple(terms), tuple(without))


def _joined(terms: tuple[tuple[tuple[str, ...], bool], ...]) -> str | None:
    # words hold letters and digits only, so neither mark can stand in them
    return "|".join(f'"{" ".join(words)}"' if quoted else " ".join(words) for words, quoted in terms) or None


def tokens(text: str) -> list[tuple[str, int, int]]:
    """The words of a text as search reads them, each with where it begins and ends: ("dont", 4, 9)."""
    found: list[tuple[str, int, int]] = []
    word, start = "", 0
    for place, character in enumerate(text):
        plain = "".join(c for c in unicodedata.normalize("NFD", character) if not unicodedata.combining(c)).lower()
        if plain and all(c.isalnum() for c in plain):
            start, word = (start, word + plain) if word else (place, plain)
        elif word and not (character in _APOSTROPHES or unicodedata.combining(character)):
            found.append((word, start, place))
            word = ""
    return [*found, (word, start, len(text))] if word else found


def marked(text: str, search: Search) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is a hit: what stands in the search's terms, word by word. The pieces make up the text."""
    words = tokens(text)
    hit: set[int] = set()
    for term, quoted in search.terms:
        for first in range(len(words) - len(term) + 1):
            here = [word for word, _, _ in words[first : first + len(term)]]
            last = here[-1] == term[-1] if quoted else here[-1].startswith(term[-1])
            if last and here[:-1] == list(term[:-1]):
                hit.update(range(first, first + len(term)))
    pieces: list[tuple[str, bool]] = []
    start = end = 0
    for number in sorted(hit):
        _, begins, stops = words[number]
        if number - 1 in hit:  # neighbours are one mark, with what stands between them
            pieces[-1] = (text[start:stops], True)
        else:
            start = begins
            pieces += [(text[end:start], False), (text[start:stops], True)]
        end = stops
    return [piece for piece in [*pieces, (text[end:], False)] if piece[0]]
