"""Fictional focus groups: sessions, and the coded highlights of a Taguette project."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from oversight.questionnaire import CHALLENGES
from oversight.sample import comments
from oversight.sample.files import csv_text, stream
from oversight.sample.places import Country
from oversight.sample.waves import FORMS

#: Nested codes of the coding tool -> the theme they belong to.
NESTED = {
    "isolation.remote": "isolation",
    "isolation.home visits": "isolation",
    "caseload.complexity": "caseload",
    "caseload.waiting list": "caseload",
    "confusion.who supervises": "confusion",
    "emotional_burden.bereavement": "emotional_burden",
}
#: Taguette's first tag of every project, which stays behind in real exports; the themes register does not know it.
UNKNOWN_CODE = "interesting"
#: Who sat in the twelve sessions of each wave: 14 with link workers in all.
_KINDS = (
    "splw splw gp_supervisor splw splw pcn_manager splw care_coordinator splw gp_supervisor splw pcn_manager",
    "splw gp_supervisor splw splw care_coordinator splw splw gp_supervisor splw pcn_manager splw care_coordinator",
)
_NOUN = {"splw": "link workers", "gp_supervisor": "GP supervisors", "pcn_manager": "PCN managers", "care_coordinator": "Care Coordinators"}
_WEIGHT = {
    "gp_understanding": 1.5,
    "lack_of_supervision": 1.5,
    "caseload": 1.3,
    "confusion": 1.2,
    "emotional_burden": 1.2,
    "redeployment": 0.5,
    "it_access": 0.7,
}


@dataclass(frozen=True)
class Session:
    """One focus group."""

    id: str
    date: date
    region_code: str
    icb_code: str
    kind: str
    participants: int
    document: str


@dataclass(frozen=True)
class Highlight:
    """One coded passage, as exported and as it must stand after redaction."""

    session: Session
    content: str
    published: str
    codes: tuple[str, ...]


def theme_of(code: str) -> str | None:
    """The theme a code belongs to, None for a code that the register does not know."""
    return NESTED.get(code) or (code if code in CHALLENGES else None)


def titled(number: int, kind: str, region_name: str, day: date) -> str:
    """The name of a session's document."""
    return f"{number:02d} {_NOUN[kind]}, {region_name} {day:%d %b %Y}"


def make_sessions(seed: int, country: Country) -> list[Session]:
    """Twelve sessions a wave, spread over the seven regions; every third is of one ICB alone."""
    rng = stream(seed, "sessions")
    regions = {i.region_code: i.region_name for i in country.icbs.values()}
    codes = sorted(regions)
    sessions: list[Session] = []
    for form, kinds in zip(FORMS, _KINDS, strict=True):
        for i, kind in enumerate(kinds.split()):
            number = len(sessions) + 1
            region = codes[(number * 3) % 7]
            icbs = sorted(c for c, icb in country.icbs.items() if icb.region_code == region)
            day = form.opened + timedelta(days=7 + 2 * i)
            day -= timedelta(days=max(0, day.weekday() - 4))
            document = titled(number, kind, regions[region], day)
            icb_code = rng.choice(icbs) if number % 3 == 0 else ""
            sessions.append(Session(f"FG{number:02d}", day, region, icb_code, kind, rng.randint(5, 11), document))
    return sessions


def make_highlights(seed: int, sessions: list[Session]) -> list[Highlight]:
    """About nineteen different highlights a session; each session dwells on themes of its own."""
    rng = stream(seed, "highlights")
    said: set[str] = set()
    left: dict[Sequence[str], list[str]] = {}

    def deal(cards: Sequence[str]) -> str:
        """Every sentence once before any comes again, so that a theme does not read like a refrain."""
        if not left.get(cards):
            left[cards] = rng.sample(cards, len(cards))
        return left[cards].pop()

    highlights = []
    for session in sessions:
        weights = [_WEIGHT.get(theme, 1.0) * rng.gammavariate(1.1, 1) for theme in CHALLENGES]
        for _ in range(rng.randint(14, 23)):
            theme = rng.choices(list(CHALLENGES), weights)[0]
            while (pair := comments.on_challenge(rng, theme, session.kind, deal))[0] in said:
                pass
            said.add(pair[0])
            highlights.append(Highlight(session, *pair, _codes(rng, theme)))
    return highlights


def _codes(rng: random.Random, theme: str) -> tuple[str, ...]:
    """The codes put on a highlight: the theme's or one nested in it (now and then both), perhaps a second theme's."""
    nested = [code for code, parent in NESTED.items() if parent == theme]
    codes = [theme]
    if nested and rng.random() < 0.5:
        codes = [rng.choice(nested), *([theme] if rng.random() < 0.3 else [])]
    if rng.random() < 0.2:
        codes.append(rng.choice([c for c in CHALLENGES if c != theme]))
    if rng.random() < 0.04:
        codes = [*codes, UNKNOWN_CODE] if rng.random() < 0.6 else [UNKNOWN_CODE]
    return tuple(codes)


def taguette_csv(highlights: list[Highlight]) -> str:
    """Taguette's export of all highlights: one row per highlight and tag, the id running through the project."""
    rows = [[i, h.session.document, code, h.content] for i, h in enumerate(highlights, 1) for code in h.codes]
    return csv_text(("id", "document", "tag", "content"), rows)
