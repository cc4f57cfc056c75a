"""Further fictional focus groups, coded by two people in another tool: a REFI-QDA project, and what each of them coded.

The team cut the notes into passages first, so both coded the same passages. Some themes are plain, and of some people make
different things: a coder who does not see a theme takes its neighbour for it, or codes nothing.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import quoteattr

from oversight.questionnaire import CHALLENGES
from oversight.sample import comments
from oversight.sample.files import csv_text, stream, zip_bytes
from oversight.sample.focus import Highlight, Session, theme_of, titled
from oversight.sample.places import Country

PROJECT = "Focus groups coded by two people.qdpx"
#: Who coded, invented like everybody; neither name may reach a snapshot.
CODERS = (("Saffron", "Gimlet"), ("Teasel", "Rowlock"))
#: Kind of respondent and day of each session.
_HELD = (
    ("splw", date(2026, 5, 6)), ("care_coordinator", date(2026, 5, 13)), ("splw", date(2026, 5, 20)),
    ("splw", date(2026, 9, 22)), ("gp_supervisor", date(2026, 10, 1)), ("splw", date(2026, 10, 8)),
)  # fmt: skip
#: How often a coder sees a theme that is there; where they do not, the theme they may take it for.
_SEEN: Mapping[str, tuple[float, str]] = {
    "confusion": (0.66, "lack_of_supervision"), "lack_of_supervision": (0.86, "confusion"), "gp_understanding": (0.88, "role_boundaries"),
    "role_boundaries": (0.58, "inappropriate_referrals"), "isolation": (0.84, "across_practices"), "across_practices": (0.9, "isolation"),
    "caseload": (0.95, "emotional_burden"), "inappropriate_referrals": (0.74, "role_boundaries"), "emotional_burden": (0.7, "caseload"),
    "safeguarding_risk": (0.95, "emotional_burden"), "career": (0.93, "redeployment"), "community_provision": (0.94, "caseload"),
    "it_access": (0.97, "across_practices"), "redeployment": (0.86, "role_boundaries"),
}  # fmt: skip
#: Share of passages to which each of the two gives a second code.
_SECOND = (0.1, 0.04)
#: Share of passages that neither codes: said beside the point.
_BESIDE = 0.04
_OPENING = "Notes of a focus group on what makes the work harder than it needs to be. Names were left out when the notes were taken."
_PASSAGES = 27
_MADE = "2026-10-26T09:00:00Z"


@dataclass(frozen=True)
class Passage:
    """One passage: words as they stand in the notes and as they must stand after redaction, place in them, codes of each coder."""

    session: Session
    raw: str
    published: str
    start: int
    codes: tuple[tuple[str, ...], ...]

    @property
    def stop(self) -> int:
        """The character after the last one."""
        return self.start + len(self.raw)


def make_sessions(seed: int, country: Country, before: Sequence[Session]) -> list[Session]:
    """Six sessions more, numbered on from those ``before``."""
    rng = stream(seed, "double-coded sessions")
    regions = {i.region_code: i.region_name for i in country.icbs.values()}
    codes = sorted(regions)
    sessions = []
    for number, (kind, day) in enumerate(_HELD, len(before) + 1):
        region = codes[(number * 3) % 7]
        sessions.append(Session(f"FG{number:02d}", day, region, "", kind, rng.randint(5, 11), titled(number, kind, regions[region], day)))
    return sessions


def make_passages(seed: int, sessions: Sequence[Session], said: set[str]) -> list[Passage]:
    """What was said and what each of the two coded; nothing that was ``said`` elsewhere."""
    rng = stream(seed, "double-coded passages")
    passages = []
    for session in sessions:
        at = len(_OPENING) + 2
        for _ in range(_PASSAGES):
            theme = rng.choice(list(CHALLENGES))
            while (pair := comments.on_challenge(rng, theme, session.kind))[0] in said:
                pass
            said.add(pair[0])
            beside = rng.random() < _BESIDE
            codes = tuple(() if beside else _coded(rng, theme, second) for second in _SECOND)
            passages.append(Passage(session, *pair, at, codes))
            at += len(pair[0]) + 2
    return passages


def _coded(rng: random.Random, theme: str, second: float) -> tuple[str, ...]:
    """What one coder makes of a passage on a theme."""
    seen, neighbour = _SEEN[theme]
    codes = [theme] if rng.random() < seen else [neighbour] if rng.random() < 0.65 else []
    if codes and rng.random() < second:
        codes.append(rng.choice([c for c in CHALLENGES if c not in codes]))
    return tuple(codes)


def highlights(passages: Sequence[Passage]) -> list[Highlight]:
    """The passages with the codes of either coder, each code once."""
    return [
        Highlight(p.session, p.raw, p.published, tuple(dict.fromkeys(code for codes in p.codes for code in codes)))
        for p in passages
        if any(p.codes)
    ]


def truth_csv(passages: Sequence[Passage]) -> str:
    """Every coding as it must be published: session_id, start, stop, coder, code, theme, text."""
    order: dict[int, str] = {}  # who is coder 1: the first to have coded anything
    lines = []
    for p in passages:
        for who, codes in enumerate(p.codes):
            for code in codes:
                coder = order.setdefault(who, f"coder {len(order) + 1}")
                lines.append([p.session.id, p.start, p.stop, coder, code, theme_of(code), " ".join(p.published.split())])
    return csv_text(("session_id", "start", "stop", "coder", "code", "theme", "text"), lines, newline="\n")


def project(seed: int, passages: Sequence[Passage]) -> bytes:
    """The project as an archive: its XML, and the notes of each session as plain text."""
    rng = stream(seed, "double-coded project")
    ids = _Ids(rng)
    texts = {}
    for session in dict.fromkeys(p.session for p in passages):
        texts[ids[session.id]] = "\n\n".join([_OPENING, *(p.raw for p in passages if p.session == session)]) + "\n"
    xml = "\n".join(_xml(ids, passages)) + "\n"
    return zip_bytes({"project.qde": xml, **{f"Sources/{name}.txt": text for name, text in texts.items()}})


class _Ids:
    """A GUID for everything that is named, always the same for the same seed and order."""

    def __init__(self, rng: random.Random) -> None:
        self._rng, self._known = rng, dict[str, str]()

    def __getitem__(self, what: str) -> str:
        return self._known.setdefault(what, str(uuid.UUID(int=self._rng.getrandbits(128), version=4)))


def _xml(ids: _Ids, passages: Sequence[Passage]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield (
        '<Project xmlns="urn:QDA-XML:project:1.0" name="FICTIONAL focus groups" origin="A fictional coding tool 1.0" '
        f'creationDateTime="{_MADE}">'
    )
    yield "<Users>"
    for first, last in CODERS:
        yield f'<User guid="{ids[first]}" name="{first} {last}"/>'
    yield "</Users>"
    yield "<CodeBook><Codes>"
    for code in CHALLENGES:
        yield f'<Code guid="{ids[code]}" name="{code}" isCodable="true"/>'
    yield "</Codes></CodeBook>"
    yield "<Sources>"
    number = 0
    for session in dict.fromkeys(p.session for p in passages):
        yield f'<TextSource guid="{ids[f"source {session.id}"]}" name={quoteattr(session.document)} plainTextPath="internal://{ids[session.id]}.txt">'
        for p in passages:
            if p.session == session:
                number += 1
                yield f'<PlainTextSelection guid="{ids[f"passage {number}"]}" startPosition="{p.start}" endPosition="{p.stop}">'
                for (first, _), codes in zip(CODERS, p.codes, strict=True):
                    for code in codes:
                        at = f'guid="{ids[f"coding {number} {first} {code}"]}" creatingUser="{ids[first]}"'
                        yield f'<Coding {at}><CodeRef targetGUID="{ids[code]}"/></Coding>'
                yield "</PlainTextSelection>"
        yield "</TextSource>"
    yield "</Sources>"
    yield "</Project>"
