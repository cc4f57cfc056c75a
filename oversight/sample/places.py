"""Fictional PCNs and practices inside the real regions and ICBs, on 1 April and on 1 October 2026.

Between the two dates PCNs merge, split, open and are renamed, practices move, and one PCN changes its ICB: what the
official maps really show from one quarter to the next.
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from oversight.sample import names
from oversight.sample.files import stream

REFERENCE = Path(__file__).resolve().parents[2] / "data" / "reference"
APRIL, OCTOBER = date(2026, 4, 1), date(2026, 10, 1)
CHANGED = date(2026, 7, 1)  # the day on which PCNs merged, split and opened
PCNS = 1250
FEWEST_PER_ICB = 12
UNALLOCATED = 25
PRACTICES_PER_PCN = (0.42, 0.30, 0.16, 0.07, 0.03, 0.02)  # one to six


@dataclass(frozen=True)
class Icb:
    """A real ICB and its region."""

    code: str
    name: str
    region_code: str
    region_name: str


@dataclass(frozen=True)
class Practice:
    """A fictional practice on one map; ``pcn_code`` is "" when it belongs to no PCN."""

    code: str
    name: str
    pcn_code: str
    sub_icb_code: str
    icb_code: str
    patients: int
    supplier: str


@dataclass
class Country:
    """Everything about places. ``april`` and ``october`` are the two maps; names by PCN code at each date.

    ``follows`` gives, for a PCN that closed, the PCNs its practices are in now; ``personas`` names the PCNs made on purpose.
    """

    icbs: dict[str, Icb]
    sub_icbs: dict[str, str]
    april: list[Practice] = field(default_factory=list)
    october: list[Practice] = field(default_factory=list)
    april_names: dict[str, str] = field(default_factory=dict)
    october_names: dict[str, str] = field(default_factory=dict)
    follows: dict[str, list[str]] = field(default_factory=dict)
    personas: dict[str, list[str]] = field(default_factory=dict)

    def home(self, when: date) -> dict[str, str]:
        """PCN -> ICB on one map: the ICB in which most of its registered patients are."""
        patients: dict[str, Counter[str]] = {}
        for practice in self.april if when == APRIL else self.october:
            if practice.pcn_code:
                patients.setdefault(practice.pcn_code, Counter())[practice.icb_code] += practice.patients
        return {code: max(sorted(by_icb), key=by_icb.__getitem__) for code, by_icb in patients.items()}

    def today(self, code: str) -> str | None:
        """The PCN that a code stands for in October, None where that is not one PCN."""
        after = self.follows.get(code, [code])
        return after[0] if len(after) == 1 else None

    @property
    def shared_names(self) -> set[str]:
        """Names that more than one PCN bears."""
        return {name for name, n in Counter(self.october_names.values()).items() if n > 1}


def read_icbs() -> dict[str, Icb]:
    """The real ICBs and regions, from the reference lists."""
    with (REFERENCE / "region.csv").open(encoding="utf-8", newline="") as file:
        regions = {row["region_code"]: row["region_name"] for row in csv.DictReader(file)}
    with (REFERENCE / "icb.csv").open(encoding="utf-8", newline="") as file:
        return {r["icb_code"]: Icb(r["icb_code"], r["icb_name"], r["region_code"], regions[r["region_code"]]) for r in csv.DictReader(file)}


def make_country(seed: int) -> Country:
    """Draw PCNs and practices as they are in April, then let the summer's changes happen."""
    rng = stream(seed, "places")
    icbs = read_icbs()
    counts = _pcns_per_icb(rng, list(icbs))
    country = Country(icbs, {})
    pairs = names.invented(rng, PCNS + 1 + PCNS * 3)
    codes = [f"F{i:04d}" for i in range(1, PCNS + 1)]
    rng.shuffle(codes)
    for icb_code, count in counts.items():
        subs = _sub_icbs(country, icb_code, max(1, count // 20))
        for number in range(count):
            code = codes.pop()
            country.april_names[code] = f"{pairs.pop()} PCN"
            country.april += _practices(rng, code, subs[number * len(subs) // count], icb_code, pairs)
    for _ in range(UNALLOCATED):
        sub_icb_code = rng.choice(sorted(country.sub_icbs))
        country.april.append(_practice(rng, "", sub_icb_code, country.sub_icbs[sub_icb_code], rng.randint(2_000, 14_000), pairs))
    _number_practices(rng, country)
    _span_two_icbs(rng, country)
    _share_a_name(rng, country)
    country.october, country.october_names = list(country.april), dict(country.april_names)
    _summer(rng, country, pairs)
    country.april.sort(key=lambda p: p.code)
    country.october.sort(key=lambda p: p.code)
    return country


def _pcns_per_icb(rng: random.Random, icb_codes: list[str]) -> dict[str, int]:
    weights = [rng.gammavariate(5, 1) for _ in icb_codes]
    drawn = Counter(rng.choices(icb_codes, weights, k=PCNS - FEWEST_PER_ICB * len(icb_codes)))
    return {code: FEWEST_PER_ICB + drawn[code] for code in icb_codes}


def _sub_icbs(country: Country, icb_code: str, count: int) -> list[str]:
    """New sub-ICB locations: X, F and two digits. The official codes have three or five characters, so none can be real."""
    new = [f"XF{len(country.sub_icbs) + i:02d}" for i in range(1, count + 1)]
    country.sub_icbs.update(dict.fromkeys(new, icb_code))
    return new


def _practices(rng: random.Random, pcn_code: str, sub_icb_code: str, icb_code: str, pairs: list[str]) -> list[Practice]:
    count = rng.choices(range(1, 7), PRACTICES_PER_PCN)[0]
    total = min(110_000.0, max(18_000.0, 45_000 * rng.lognormvariate(0, 0.3)))
    parts = [rng.gammavariate(6, 1) for _ in range(count)]
    return [_practice(rng, pcn_code, sub_icb_code, icb_code, round(total * part / sum(parts)), pairs) for part in parts]


def _practice(rng: random.Random, pcn_code: str, sub_icb_code: str, icb_code: str, patients: int, pairs: list[str]) -> Practice:
    return Practice(
        "", names.practice_name(rng, pairs.pop()), pcn_code, sub_icb_code, icb_code, patients, rng.choice(("EMIS", "EMIS", "TPP"))
    )


def _number_practices(rng: random.Random, country: Country) -> None:
    numbers = list(range(1, len(country.april) + 1))
    rng.shuffle(numbers)
    country.april = [replace(p, code=f"FP{n:04d}") for p, n in zip(country.april, numbers, strict=True)]


def _members(practices: Iterable[Practice]) -> dict[str, list[Practice]]:
    members: dict[str, list[Practice]] = {}
    for practice in practices:
        if practice.pcn_code:
            members.setdefault(practice.pcn_code, []).append(practice)
    return members


def _pick(rng: random.Random, country: Country, wanted: Callable[[list[Practice]], bool], count: int = 1) -> list[str]:
    """PCNs of a kind that no other persona has taken."""
    taken = {code for codes in country.personas.values() for code in codes}
    fits = sorted(code for code, practices in _members(country.april).items() if code not in taken and wanted(practices))
    return rng.sample(fits, count)


def _neighbour(rng: random.Random, country: Country, icb_code: str) -> str:
    """Another sub-ICB location of the same region but of another ICB."""
    region = country.icbs[icb_code].region_code
    return rng.choice(sorted(s for s, i in country.sub_icbs.items() if i != icb_code and country.icbs[i].region_code == region))


def _span_two_icbs(rng: random.Random, country: Country) -> None:
    """One PCN of three practices: the two smaller ones lie in a neighbouring ICB, most patients in its own."""

    def big_one(practices: list[Practice]) -> bool:
        sizes = sorted(p.patients for p in practices)
        return len(sizes) == 3 and sizes[2] > 1.2 * (sizes[0] + sizes[1])

    (code,) = _pick(rng, country, big_one)
    country.personas["two_icbs"] = [code]
    members = sorted(_members(country.april)[code], key=lambda p: p.patients)
    sub_icb_code = _neighbour(rng, country, members[0].icb_code)
    away = {p.code for p in members[:2]}
    country.april = [
        replace(p, sub_icb_code=sub_icb_code, icb_code=country.sub_icbs[sub_icb_code]) if p.code in away else p for p in country.april
    ]


def _share_a_name(rng: random.Random, country: Country) -> None:
    one, other = _pick(rng, country, lambda practices: len(practices) >= 2, 2)
    country.personas["shared_name"] = [one, other]
    country.april_names[other] = country.april_names[one]


def _summer(rng: random.Random, country: Country, pairs: list[str]) -> None:
    """What changes on 1 July: three mergers, a split, an opening, three new names, ten moves, one change of ICB."""
    moves: dict[str, str] = {}
    members = _members(country.april)

    def partner(code: str, avoid: set[str]) -> str:
        icb_code = members[code][0].icb_code
        return _pick(rng, country, lambda ps: ps[0].icb_code == icb_code and ps[0].pcn_code not in {code, *avoid})[0]

    for persona in ("merged", "merged_too", "merged_as_well"):
        (old,) = _pick(rng, country, lambda ps: len(ps) in (1, 2))
        new = partner(old, set())
        country.personas[persona] = [old, new]
        moves.update(dict.fromkeys([p.code for p in members[old]], new))
    (split,) = _pick(rng, country, lambda ps: len(ps) == 4)
    one = partner(split, set())
    country.personas["split"] = [split, one, partner(split, {one})]
    for i, practice in enumerate(members[split]):
        moves[practice.code] = country.personas["split"][1 + i % 2]
    (parent,) = _pick(rng, country, lambda ps: len(ps) == 5)
    country.personas["opened"] = [f"F{PCNS + 1:04d}", parent]
    moves.update(dict.fromkeys([p.code for p in members[parent][:2]], country.personas["opened"][0]))
    country.personas["renamed"] = _pick(rng, country, lambda ps: True, 3)
    country.personas["practice_moved"] = _pick(rng, country, lambda ps: len(ps) == 3, 10)
    for code in country.personas["practice_moved"]:
        moves[members[code][0].code] = partner(code, set(moves.values()))
    _apply(rng, country, moves, pairs)


def _apply(rng: random.Random, country: Country, moves: dict[str, str], pairs: list[str]) -> None:
    """Make the October map: moves, the opened PCN's name, new names, the PCN that changes its ICB, and who follows whom."""
    (crosses,) = _pick(rng, country, lambda ps: len(ps) == 1)
    country.personas["icb_changed"] = [crosses]
    sub_icb_code = _neighbour(rng, country, _members(country.april)[crosses][0].icb_code)
    for i, practice in enumerate(country.october):
        if practice.code in moves:
            country.october[i] = replace(practice, pcn_code=moves[practice.code])
        elif practice.pcn_code == crosses:
            country.october[i] = replace(practice, sub_icb_code=sub_icb_code, icb_code=country.sub_icbs[sub_icb_code])
    country.october_names[country.personas["opened"][0]] = f"{pairs.pop()} PCN"
    for code in country.personas["renamed"]:
        country.october_names[code] = f"{pairs.pop()} PCN"
    now = {p.code: p.pcn_code for p in country.october}
    still = set(now.values())
    for code, practices in _members(country.april).items():
        if code not in still:
            country.follows[code] = sorted({now[p.code] for p in practices})
            del country.october_names[code]
