"""Fictional transcripts, as Microsoft Teams writes them, of three of the focus groups; and what of them must be published."""

from __future__ import annotations

import html
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from oversight.sample.files import csv_text, stream
from oversight.sample.focus import Highlight, Session

#: Which sessions were recorded; the others have coded passages only.
RECORDED = ("FG01", "FG08", "FG15")
#: Invented like the names of PCNs: two neutral words, none of which stands in the sample's sentences.
MODERATOR = ("Bryony", "Lantern")
PEOPLE = (
    ("Linnet", "Thimble"), ("Sorrel", "Quoin"), ("Medlar", "Paddle"), ("Tansy", "Whittle"), ("Osier", "Bobbin"), ("Kestrel", "Anvil"),
    ("Juniper", "Sluice"), ("Damson", "Winch"), ("Yarrow", "Hurdle"), ("Clover", "Brazier"), ("Heron", "Trellis"),
)  # fmt: skip
OPENING = "Thank you all for coming. What makes your work harder than it needs to be?"
PROMPTS = (
    "Thank you, {name}. Does anybody see that differently?",
    "{name}, what would have helped you then?",
    "I would like to hear from those who have not spoken yet.",
    "And what does the supervision you get do about it, {name}?",
)
CLOSING = "We have to stop here. Thank you, {name}, and thank you all."


@dataclass(frozen=True)
class Cue:
    """One cue: milliseconds, who speaks (None: nobody is named), the words as said and as they must stand when published."""

    started: int
    stopped: int
    speaker: tuple[str, str] | None
    raw: str
    published: str


def make_transcripts(seed: int, sessions: list[Session], highlights: list[Highlight]) -> dict[str, list[Cue]]:
    """Session -> cues, for the sessions that were recorded: the moderator's questions, and every coded passage as it was said."""
    rng = stream(seed, "transcripts")
    recorded = [s for s in sessions if s.id in RECORDED]
    return {s.id: list(_timed(rng, _talk(rng, s, [h for h in highlights if h.session == s]))) for s in recorded}


def _talk(rng: random.Random, session: Session, highlights: Sequence[Highlight]) -> list[tuple[tuple[str, str] | None, str, str]]:
    """Who says what, in order; in the published words a name is the pseudonym of the person."""
    people = rng.sample(PEOPLE, session.participants)
    heard = [MODERATOR]
    talk: list[tuple[tuple[str, str] | None, str, str]] = [(MODERATOR, OPENING, OPENING)]

    def ask(prompt: str) -> None:
        last = heard[-1]
        number = list(dict.fromkeys(heard)).index(last) + 1
        talk.append((MODERATOR, prompt.format(name=last[0]), prompt.format(name=f"[Speaker {number}]")))

    for i, highlight in enumerate(highlights):
        speaker = rng.choice(people)
        heard.append(speaker)
        talk += [(speaker, raw, published) for raw, published in _sentences(highlight)]
        if i % 5 == 4:
            ask(PROMPTS[i // 5 % len(PROMPTS)])
        if rng.random() < 0.06:
            talk.append((None, "(laughter)", "(laughter)"))
    ask(CLOSING)
    return talk


def _sentences(highlight: Highlight) -> list[tuple[str, str]]:
    """What was said, taken apart after its first sentence as the recogniser does; whole where it holds something personal."""
    if highlight.content != highlight.published or ". " not in highlight.content:
        return [(highlight.content, highlight.published)]
    first, rest = highlight.content.split(". ", 1)
    return [(f"{first}.", f"{first}."), (rest, rest)]


def _timed(rng: random.Random, talk: Sequence[tuple[tuple[str, str] | None, str, str]]) -> Iterator[Cue]:
    """The same with times: about fourteen characters a second, and a pause between people."""
    at, before = 3_000, None
    for speaker, raw, published in talk:
        at += rng.randint(20, 200) if speaker == before else rng.randint(600, 4_000)
        stopped = at + 70 * len(raw) + rng.randint(0, 400)
        yield Cue(at, stopped, speaker, raw, " ".join(published.split()))
        at, before = stopped, speaker


def vtt(rng: random.Random, cues: Sequence[Cue]) -> str:
    """The .vtt of Teams: a number of the cue, times, and the words in a voice tag, broken over lines; the odd cue out of order."""
    key = f"{rng.randrange(16**8):08x}"
    blocks = []
    for number, cue in enumerate(cues):
        words = html.escape(cue.raw, quote=False)
        lines = "\n".join(_wrapped(words))
        said = f"<v {' '.join(cue.speaker)}>{lines}</v>" if cue.speaker else lines
        blocks.append(f"{key}-fict/{number}-0\n{_clock(cue.started)} --> {_clock(cue.stopped)}\n{said}")
    for i in range(9, len(blocks) - 1, 17):
        blocks[i], blocks[i + 1] = blocks[i + 1], blocks[i]
    return "WEBVTT\n\n" + "\n\n".join(blocks) + "\n"


def _wrapped(words: str) -> list[str]:
    """Lines of forty characters or so."""
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + len(word) > 40:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def files(seed: int, sessions: list[Session], transcripts: dict[str, list[Cue]]) -> dict[str, str]:
    """File name -> content; a file bears the name of its session's document."""
    rng = stream(seed, "transcript files")
    document = {s.id: s.document for s in sessions}
    return {f"{document[session]}.vtt": vtt(rng, cues) for session, cues in transcripts.items()}


def truth_csv(transcripts: dict[str, list[Cue]]) -> str:
    """What must be published of every transcript: session_id, number, started, stopped, speaker, text."""
    lines = []
    for session, cues in transcripts.items():
        order = list(dict.fromkeys(cue.speaker for cue in cues if cue.speaker))
        for number, cue in enumerate(cues, 1):
            speaker = f"Speaker {order.index(cue.speaker) + 1}" if cue.speaker else ""
            lines.append([session, number, f"{cue.started / 1000:.3f}", f"{cue.stopped / 1000:.3f}", speaker, cue.published])
    return csv_text(("session_id", "number", "started", "stopped", "speaker", "text"), lines, newline="\n")
