"""What people say of PCNs by name in the recorded focus groups: a few turns, with random numbers of their own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from oversight.redact import redact
from oversight.sample.files import stream
from oversight.sample.focus import Session
from oversight.sample.places import OCTOBER, Country
from oversight.sample.transcripts import MODERATOR, PEOPLE, Cue

#: What is said of a PCN: its name as people say it, with or without "PCN", or its code. Not all of it speaks for a need.
SAYINGS = (
    "At {name} they have gone without a supervisor since the winter.",
    "I cover {code} as well, and nobody there could tell me who the named GP is.",
    "The colleague at {name} PCN is the only one there, and she has nobody to take a hard case to.",
    "{name} shares its supervision group with us every month, and that has made all the difference.",
    "When I moved to {name} I asked who would supervise me, and they said they would come back to me.",
    "They told us that {code} had found somebody, and then she left.",
    "It is the same at {name} PCN, people wait and nobody says for what.",
    "In {name} the practice nurse steps in, which is kind of her and is not supervision.",
)
#: How many such turns a session has.
TURNS = (2, 3)


def with_mentions(seed: int, country: Country, sessions: Sequence[Session], spoken: dict[str, list[Cue]]) -> dict[str, list[Cue]]:
    """The transcripts with a few more turns, each said right after the same person's own; what follows is said later."""
    rng = stream(seed, "mentions")
    region = {s.id: s.region_code for s in sessions}
    home = country.home(OCTOBER)
    people = {word.upper() for person in (*PEOPLE, MODERATOR) for word in person}
    plain = {
        code: name.removesuffix(" PCN").title()
        for code, name in sorted(country.october_names.items())
        if name not in country.shared_names and code in home and not people & set(name.split())
    }
    # one that is called as a person might be would be lost in redaction
    plain = {code: name for code, name in plain.items() if redact(f"At {name} they meet.") == f"At {name} they meet."}
    sayings = rng.sample(SAYINGS, len(SAYINGS))
    found = {}
    for session, cues in spoken.items():
        here = [code for code in plain if country.icbs[home[code]].region_code == region[session]]
        turns = [sayings.pop() for _ in range(min(rng.choice(TURNS), len(sayings)))]
        said = zip(turns, rng.sample(here, len(turns)), strict=True)
        found[session] = _inserted(cues, [(rng.random(), turn.format(name=plain[code], code=code)) for turn, code in said])
    return found


def _inserted(cues: list[Cue], said: Sequence[tuple[float, str]]) -> list[Cue]:
    """``said``: where in the talk (0 its beginning, 1 its end), and the words."""
    pairs = pairwise(cues)
    own = [i for i, (cue, follows) in enumerate(pairs) if cue.speaker not in (None, MODERATOR, follows.speaker)]  # nobody is cut short
    after = {own[int(where * len(own))]: words for where, words in said}
    later, found = 0, []
    for i, cue in enumerate(cues):
        found.append(Cue(cue.started + later, cue.stopped + later, cue.speaker, cue.raw, cue.published))
        if i in after:
            start = found[-1].stopped + 120
            found.append(Cue(start, start + 70 * len(after[i]), cue.speaker, after[i], after[i]))
            later = found[-1].stopped - cue.stopped
    return found
