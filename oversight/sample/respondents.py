"""The codes that fictional respondents make up, so that some of the autumn's answers are linked to the spring's.

The two waves are drawn apart, so nobody in them is one person. Linked are two responses of one role in one PCN, and of those
rather the ones that agree in the support they have; so linked answers agree more than those of two strangers, as they would in
life. What stays with a person (employer, hours, practices, months in post) the linked exchange with others of their role in
autumn, so that nationally as many people give each answer as before.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence

from oversight.sample.answers import Answer
from oversight.sample.files import stream
from oversight.sample.places import Country
from oversight.sample.surveys import Row

#: Share of the autumn's respondents who gave the same code in spring, where their PCN has anybody to be.
LINKED = 0.36
#: Share of the others who give a code, and who write something that is none.
ALONE, NO_CODE = 0.14, 0.012
_JUNK = ("AB", "none", "n/a", "07", "rather not", "I do not want to be recognised, please understand that")
#: Beginnings of given names and of towns.
_NAMES = "AN BE CA DA EL FR GE HE IR JO KA LE MA NI OL PA RO SA TE VI WI".split()  # noqa: SIM905
_TOWNS = "AB BA CO DE EX FA GL HU IL KE LI MO NO OX PL RE ST TR UL WA YO".split()  # noqa: SIM905
#: How much it tells for two responses being one person's that they agree in a field.
_AGREES: Mapping[str, float] = {
    "clinical_supervision": 2.0, "first_contact": 1.5, "gp_supervisor": 1.3, "patient_concerns": 1.0, "safeguarding_route": 1.0,
    "intention_to_leave": 1.3, "peer_network_aware": 0.5, "coaching_aware": 0.5,
}  # fmt: skip
#: The same of two scores that are no more than one apart.
_NEAR: Mapping[str, float] = {"adequacy": 0.6, "clarity": 0.6, "anxiety": 0.4, "satisfaction": 0.4}
#: What stays with a person, and how often it does.
_STAYS: Mapping[str, float] = {"employer": 0.93, "wte": 0.85, "practices_served": 0.75, "months_in_post": 0.92}
#: Months between the waves, and how far off a memory of months in post may be.
_BETWEEN, _OFF = 5, 2


def give_codes(seed: int, country: Country, spring: list[Row], autumn: list[Row]) -> None:
    """Write codes into the rows of both waves, in a stream of its own."""
    rng = stream(seed, "respondent codes")
    codes = [f"{name}{town}{day:02d}" for name in _NAMES for town in _TOWNS for day in range(1, 32)]
    rng.shuffle(codes)
    pairs = _pairs(rng, country, spring, autumn)
    _settle(rng, pairs, autumn)
    for before, after in pairs:
        code = codes.pop()
        before.code, after.code = _written(rng, code), _written(rng, code)
    for rows in (spring, autumn):
        for row in rows:
            if row.code or row.reason == "duplicate_response":
                continue
            draw = rng.random()
            if draw < ALONE:
                row.code = _written(rng, codes.pop())
            elif draw < ALONE + NO_CODE:
                row.code = rng.choice(_JUNK)
    _share(rng, pairs, spring, autumn)
    for rows in (spring, autumn):
        kept = {row.id: row for row in rows if not row.reason}
        for row in rows:
            if row.reason == "duplicate_response":
                row.code = kept[row.id].code


def _pairs(rng: random.Random, country: Country, spring: list[Row], autumn: list[Row]) -> list[tuple[Row, Row]]:
    """Accepted responses of both waves that are one person's: of one PCN and role, each once, those that agree most first."""
    groups: dict[tuple[str | None, str], tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    for which, rows in enumerate((spring, autumn)):
        for row in rows:
            if not row.reason:
                groups[country.today(row.unit), row.kind][which].append(row)
    found: dict[str, list[tuple[float, Row, Row]]] = defaultdict(list)
    for (_, kind), (before, after) in groups.items():
        scored = [(_likeness(one, other) + rng.gauss(0, 1.2), one, other) for one in before for other in after]
        scored.sort(key=lambda s: -s[0])
        taken: set[int] = set()
        for score, one, other in scored:
            if not {id(one), id(other)} & taken:
                taken |= {id(one), id(other)}
                found[kind].append((score, one, other))
    replied = {kind: sum(not r.reason and r.kind == kind for r in autumn) for kind in found}
    best = {kind: sorted(rows, key=lambda s: -s[0])[: round(LINKED * replied[kind])] for kind, rows in found.items()}
    return [(one, other) for rows in best.values() for _, one, other in rows]


def _likeness(before: Row, after: Row) -> float:
    """How well two responses fit one person, in points."""
    score = 0.0
    for field, weight in (*_AGREES.items(), *_NEAR.items()):
        one, other = before.answers[field], after.answers[field]
        if field in _AGREES:
            score += weight * (one.code_or_state == other.code_or_state)
        elif one.number is not None and other.number is not None:
            score += weight * (abs(one.number - other.number) <= 1)
    return score


def _settle(rng: random.Random, pairs: Sequence[tuple[Row, Row]], autumn: list[Row]) -> None:
    """Give the linked the employer, hours, practices and months in post that their spring answers ask for.

    Taken from somebody of their role who is not linked, and who gets theirs in exchange: these answers hang on nothing else
    in the sample, and as many people give each of them as before.
    """
    copied = {row.id for row in autumn if row.reason == "duplicate_response"}
    linked = {after.id for _, after in pairs}
    others = [row for row in autumn if not row.reason and row.id not in linked | copied]
    for before, after in pairs:
        for field, often in _STAYS.items():
            wanted = before.answers[field]
            if wanted.state != "answered" or after.id in copied or rng.random() > often:
                continue
            fits = _fits_months if field == "months_in_post" else _same
            if not fits(wanted, after.answers[field]):
                donors = (row for row in others if row.kind == after.kind and fits(wanted, row.answers[field]))
                if donor := next(donors, None):
                    after.answers[field], donor.answers[field] = donor.answers[field], after.answers[field]


def _same(one: Answer, other: Answer) -> bool:
    return (one.codes, one.number) == (other.codes, other.number)


def _fits_months(one: Answer, other: Answer) -> bool:
    return one.number is not None and other.number is not None and abs(other.number - one.number - _BETWEEN) <= _OFF


def _written(rng: random.Random, code: str) -> str:
    """A code as people write it: mostly as asked, now and then in small letters or with spaces."""
    draw = rng.random()
    if draw < 0.15:
        return code.lower()
    return f"{code[:2]} {code[2:4]} {code[4:]}" if draw < 0.25 else code.title() if draw < 0.3 else code


def _share(rng: random.Random, pairs: Sequence[tuple[Row, Row]], spring: list[Row], autumn: list[Row]) -> None:
    """Codes that two people of one wave happen to share: in spring two that link to the autumn, in autumn one."""
    for rows, which, count in ((spring, 0, 2), (autumn, 1, 1)):
        alone = [row for row in rows if not row.code and not row.reason]
        for pair, row in zip(rng.sample(pairs, count), rng.sample(alone, count), strict=True):
            row.code = pair[which].code.upper()
