"""Focus groups as they were spoken, drawn at random, and what of them may come back: what the round trips of transcripts share.

Whom a turn mentions is drawn beside its words, so that what must stand in place of a name is known without looking for it.
"""

from __future__ import annotations

import html
import io
import zipfile
from dataclasses import dataclass

from hypothesis import strategies as st

#: People whose names share no part, so that each mention has one meaning; none of the words is a name.
PEOPLE = ("Anna Birch", "Ömer O'Dell", "Chloé Tansy-Gorse", "FERN, Dilys (NHS ENGLAND - X24)", "Li Wren", "Rowan Maple Kestrel", "Zoë")
#: How somebody may be called: by the whole name, or by a part of it.
CALLED = {
    "Anna Birch": ("Anna Birch", "Anna", "Birch", "BIRCH"),
    "Ömer O'Dell": ("Ömer O'Dell", "Ömer", "O'Dell"),
    "Chloé Tansy-Gorse": ("Chloé Tansy-Gorse", "Chloé", "Gorse", "Tansy-Gorse"),
    "FERN, Dilys (NHS ENGLAND - X24)": ("Dilys Fern", "Dilys", "Fern", "FERN"),
    "Li Wren": ("Li Wren", "Wren"),
    "Rowan Maple Kestrel": ("Rowan Maple Kestrel", "Rowan", "Kestrel", "Rowan Kestrel"),
    "Zoë": ("Zoë",),
}
WORDS = st.sampled_from(
    """caseload & <3 supervision, a > b nobody "asks" us. It's 10:30 fine: yes — no 5% of GPs NHS England’s & waiting well… Annabel birches
    don't; (laughs) ward 7 x-ray naïve 12:05 -> 3--4 #help Leeds/York""".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Turn:
    """``pieces``: words, or (name, how that person is called). ``speaker`` None: the transcript does not say."""

    started: int  # milliseconds
    stopped: int
    speaker: str | None
    pieces: tuple[str | tuple[str, str], ...]

    @property
    def text(self) -> str:
        """What was said."""
        return " ".join(p if isinstance(p, str) else p[1] for p in self.pieces)


@st.composite
def talks(draw: st.DrawFn, nameless: bool = True, apart: int = 1) -> list[Turn]:
    """Turns in order of time, ``apart`` milliseconds or more; ``nameless``: some without a speaker, never all of them."""
    people = draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4, unique=True))
    turns, at = [], 0
    for number in range(draw(st.integers(1, 8))):
        at += draw(st.integers(1, 900)) * apart
        speaker = draw(st.sampled_from([*people, None] if nameless and number else people))
        pieces: list[str | tuple[str, str]] = [draw(WORDS)]  # no turn is a name and nothing else
        for _ in range(draw(st.integers(0, 6))):
            whom = draw(st.sampled_from(people))
            pieces += [(whom, draw(st.sampled_from(CALLED[whom]))), draw(WORDS)] if draw(st.booleans()) else [draw(WORDS)]
        turns.append(Turn(at, at + draw(st.integers(0, 60_000)), speaker, tuple(pieces)))
    return turns


def truth(turns: list[Turn]) -> list[tuple[float, str | None, str]]:
    """Seconds, pseudonym and words of every turn. People of whom others speak, and who never speak, keep their name."""
    order = list(dict.fromkeys(t.speaker for t in turns if t.speaker))
    name = {person: f"Speaker {order.index(person) + 1}" for person in order}

    def said(piece: str | tuple[str, str]) -> str:
        if isinstance(piece, str):
            return piece
        return f"[{name[piece[0]]}]" if piece[0] in name else piece[1]

    return [(t.started / 1000, name.get(t.speaker or ""), " ".join(map(said, t.pieces))) for t in turns]


def clock(milliseconds: int) -> str:
    """00:00:03.250"""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def minutes(milliseconds: int) -> str:
    """0:03, and 1:02:03 from an hour on."""
    seconds = milliseconds // 1000
    hours = f"{seconds // 3600}:" if seconds >= 3600 else ""
    return f"{hours}{seconds // 60 % 60:02}:{seconds % 60:02}" if hours else f"{seconds // 60}:{seconds % 60:02}"


def docx(paragraphs: list[str]) -> bytes:
    """A Word document of paragraphs; a line break inside one is a line break of Word's."""
    main = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    runs = [
        f'<w:t xml:space="preserve">{html.escape(p, quote=False)}</w:t>'.replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
        for p in paragraphs
    ]
    body = "".join(f"<w:p><w:r>{run}</w:r></w:p>" for run in runs)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
        archive.writestr(
            "word/document.xml", f"<?xml version='1.0' encoding='UTF-8'?><w:document {main}><w:body>{body}</w:body></w:document>"
        )
    return buffer.getvalue()
