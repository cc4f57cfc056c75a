"""Free text put together from the invented sentences, with its redacted twin where something personal stands in it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from oversight.questionnaire import PCN_SIDE as PCN_SIDE_KINDS
from oversight.sample.sentences_pcn import PCN_SIDE, PCN_SIDE_TAILS
from oversight.sample.sentences_support import ON_SUPPORT
from oversight.sample.sentences_work import ON_WORK
from oversight.sample.waves import APOSTROPHE

Pair = tuple[str, str]  # as written, as it must stand after redaction
Choose = Callable[[Sequence[str]], str]

WORKER = {**ON_SUPPORT, **ON_WORK}
OPENERS = (
    "To be honest, ",
    "As I see it, ",
    "Where I work, ",
    "To give you an example: ",
    "I will be frank: ",
    "Speaking for myself, ",
    "One thing I would say: ",
    "It may be different elsewhere, but ",
)

OVERALL: dict[bool, tuple[str, ...]] = {
    True: (
        "My GP supervisor is excellent and always finds a moment.",
        "Monthly group supervision is the reason I have stayed.",
        "I feel well supported, and I know that this is not so everywhere.",
        "Protected time made all the difference.",
        "The external supervisor understands the role better than anyone in the building.",
        "Things have improved a great deal since {month}.",
        "The regional learning coordinator's sessions are very good, please keep them.",
        "Having one named person to go to is simple and it works.",
        "Peer supervision every {n} weeks, with a trained lead, is just right.",
    ),
    False: (
        "Please give us proper supervision, as every other helping profession has.",
        "Support depends entirely on which PCN you happen to work for.",
        "I would like somebody to ask these questions of the PCN as well.",
        "I raised this in the last survey too and nothing has changed.",
        "We need supervision from someone who knows social prescribing.",
        "If the offer comes to our area I would be first in the queue.",
        "There is goodwill, but nobody has the time.",
        "It should not depend on asking {n} times.",
        "I do not feel that anyone is responsible for us.",
    ),
}

#: With something personal inside, to prove that it is taken out. {email}, {phone}, {nhs_number}, {postcode}.
PERSONAL = (
    "I am happy to say more, write to {email} and I will ring back.",
    "You can ring me on {phone} after four.",
    "My manager can be reached at {email} or on {phone} most days.",
    "The visit was at a flat in {postcode} and I went there alone.",
    "The patient with NHS number {nhs_number} waited until the autumn.",
    "Call {phone} if you want an example of what I mean.",
)

MONTHS = ("November", "December", "January", "February", "March", "the autumn", "the winter")
NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
PEOPLE = ("practice manager", "PCN manager", "lead GP", "operations lead", "clinical director", "team lead")

#: Postal districts of real areas that have never been given out: the areas stop at TQ14, LD8 and ZE3.
UNUSED_DISTRICTS = ("TQ88", "LD77", "ZE66")
#: Share of comments that hold something personal.
PERSONAL_SHARE = 0.02


def on_challenge(rng: random.Random, theme: str, kind: str, choose: Choose | None = None) -> Pair:
    """One or two sentences on a challenge in the voice of that kind of respondent; ``choose`` picks them (at random)."""
    choose = choose or rng.choice
    first, then = (PCN_SIDE[theme], PCN_SIDE_TAILS) if kind in PCN_SIDE_KINDS else WORKER[theme]
    words = choose(first)
    if rng.random() < 0.25:
        words = rng.choice(OPENERS) + _inside(words)
    if rng.random() < 0.62:
        words += " " + choose(then)
    return _finish(rng, words)


def _inside(words: str) -> str:
    """A sentence as it stands inside another: a small first letter, except for "I" and abbreviations."""
    first = words.split()[0]
    return words if first == "I" or first[1:2].isupper() else words[0].lower() + words[1:]


def overall(rng: random.Random, content: bool) -> Pair:
    """One or two sentences on supervision and support as a whole."""
    words = " ".join(rng.sample(OVERALL[content], rng.choice((1, 1, 2))))
    return _finish(rng, words)


def filled(rng: random.Random, words: str) -> str:
    """The sentence with its open places filled in."""
    return words.format(
        n=rng.choice(NUMBERS),
        month=rng.choice(MONTHS),
        day=rng.choice(DAYS),
        who=rng.choice(PEOPLE),
    )


def personal(rng: random.Random) -> Pair:
    """A sentence with an invented address, telephone number, NHS number or postcode in it, and its redacted twin."""
    words = rng.choice(PERSONAL)
    invented = {
        "email": f"{rng.choice(('sample', 'invented', 'nobody'))}.{rng.choice(('person', 'worker', 'caller'))}@example.nhs.test",
        "phone": rng.choice(
            (f"07700 900{rng.randint(0, 999):03d}", f"01632 960{rng.randint(0, 999):03d}", f"020 7946 0{rng.randint(0, 999):03d}")
        ),
        "nhs_number": nhs_number(rng),
        "postcode": f"{rng.choice(UNUSED_DISTRICTS)} {rng.randint(1, 9)}{rng.choice('ABDEFGHJ')}{rng.choice('ABDEFGHJ')}",
    }
    masks = {"email": "[email]", "phone": "[phone]", "nhs_number": "[NHS number]", "postcode": "[postcode]"}
    return words.format(**invented), words.format(**masks)


def nhs_number(rng: random.Random) -> str:
    """A number that passes the NHS check digit, from the range 999 that is kept for tests."""
    while True:
        digits = [9, 9, 9, *(rng.randint(0, 9) for _ in range(6))]
        check = 11 - sum(d * w for d, w in zip(digits, range(10, 1, -1), strict=True)) % 11
        if check != 10:
            text = "".join(map(str, [*digits, check % 11]))
            return f"{text[:3]} {text[3:6]} {text[6:]}"


def _finish(rng: random.Random, words: str) -> Pair:
    """Fill in, and now and then add typographic marks, a line break or something personal."""
    words = filled(rng, words)
    if rng.random() < 0.3:
        words = words.replace("'", APOSTROPHE)
    if rng.random() < 0.05:
        words = words.replace(", ", " \u2013 ", 1)
    if rng.random() < 0.04:
        words = words.replace(". ", ".\n", 1)
    if rng.random() >= PERSONAL_SHARE:
        return words, words
    raw, value = personal(rng)
    return f"{words} {raw}", f"{words} {value}"
