"""Pseudonyms for the people of a transcript: nobody's name leaves its reader, neither as a speaker nor in what others say."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: More speakers than this are no focus group, and would make the search for their names slow.
MOST_SPEAKERS = 100
#: Where a part of a name is borne by several speakers.
SOMEBODY = "[a speaker]"

#: What is shown in place of a name when it is not known who spoke.
_NOBODY = re.compile(r"(unknown|unidentified)( speaker| user| participant| person)?|@\d+|", re.IGNORECASE)
#: What display names hold beside the name: an organisation in brackets or behind a bar, an address behind its @.
_BESIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|[|/@].*$|\s[-–—]\s.*$")
#: A single word in brackets may be what somebody is called: "Katherine (Kate) Lee".
_CALLED = re.compile(r"\(([^\W\d_]{3,})\)")
#: Words of display names that are nobody's name; replacing them would spoil what was said.
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "doctor", "prof", "professor", "sir", "dame", "rev", "reverend", "nurse"})
_NO_NAMES = _TITLES | frozenset(
    """admin administrator caller chair co england external facilitator gp guest her him his host icb interviewee interviewer
    ipad iphone laptop meeting moderator nhs organiser participant pcn phone practice presenter researcher
    respondent room she speaker surgery team teams the them they trust unknown unverified user voice zoom
    one two three four five six seven eight nine ten and for""".split()  # noqa: SIM905 - shorter than a list
)


def unknown(name: str | None) -> bool:
    """Whether a transcript's name for a speaker says that nobody knows who it was."""
    return name is None or _NOBODY.fullmatch(name.strip()) is not None


class Speakers:
    """The speakers of one file, by the order in which they first speak: "Speaker 1", "Speaker 2" …

    ``hide`` takes their names out of a text: the whole name, and each part of three letters or more. Words that are names
    and more ("Will you", "in May") go too: rather a word too many than a name.
    """

    def __init__(self, names: Iterable[str | None], others: Iterable[str] = ()) -> None:
        """``names``: who speaks, in order. ``others``: people the file names who need not have spoken; they get no number."""
        self._number: dict[str, str] = {}
        marks: dict[str, set[str]] = {}
        for name in names:
            if name is None or unknown(name) or _key(name) in self._number:
                continue
            self._number[_key(name)] = f"Speaker {len(self._number) + 1}"
            _add(marks, name, f"[{self._number[_key(name)]}]")
        for name in others:
            if not unknown(name) and _key(name) not in self._number:
                _add(marks, name, SOMEBODY)
        self._marks = {form: next(iter(found)) if len(found) == 1 else SOMEBODY for form, found in marks.items()}
        forms = sorted(self._marks, key=lambda form: (-len(form), form))
        self._pattern = re.compile("|".join(map(_bounded, forms))) if forms else None

    def __len__(self) -> int:
        return len(self._number)

    def of(self, name: str | None) -> str | None:
        """The pseudonym of a speaker, None when the transcript does not say who it is."""
        return None if name is None or unknown(name) else self._number[_key(name)]

    def hide(self, text: str) -> str:
        """The text with every speaker's name replaced by the pseudonym in brackets."""
        if self._pattern is None:
            return text
        text = self._pattern.sub(lambda match: self._marks[" ".join(re.split(r"[\s,.]+", match.group()))], text)
        # a first name that several bear, and then the surname that tells which; and a name in two parts
        text = re.sub(r"\[a speaker\][\s-](?=\[Speaker \d+\])", "", text)
        return re.sub(r"(\[Speaker \d+\])(?:[\s,-]+\1)+", r"\1", text)


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _add(marks: dict[str, set[str]], name: str, mark: str) -> None:
    """The forms in which a name may stand in a text, with its mark."""
    plain = _BESIDE.sub(" ", name.strip())
    words = [w for w in re.split(r"[\s,.;:\"_]+", plain) if w]
    while words and words[0].casefold() in _TITLES:
        words = words[1:]
    whole = " ".join(words)
    if len(whole) > 1 and not all(w.casefold() in _NO_NAMES for w in words):
        marks.setdefault(whole, set()).add(mark)
    called = [c for c in _CALLED.findall(name) if not c.isupper()]
    parts = [p.strip("'’") for w in (*words, *called) for p in re.split(r"[^\w'’]|\d", w)]
    handle = not any(p[:1].isupper() for p in parts)
    for part in parts:
        if len(part) >= 3 and part.casefold() not in _NO_NAMES and (handle or not part[0].islower()):
            for form in {part, part.capitalize(), part.upper()} - ({part} if part.islower() else set()):
                marks.setdefault(form, set()).add(mark)


def _bounded(form: str) -> str:
    """A pattern for one form: its words however spaced, not within a longer word (scripts without capitals set no spaces)."""
    words = r"[\s,.]+".join(re.escape(word) for word in form.split(" "))
    return rf"(?<!\w){words}(?!\w)" if form.lower() != form.upper() else words
