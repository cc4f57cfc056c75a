"""The registers of the fictional programme: waves, sessions, themes, requests, offers, notes, covariates, people."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

from oversight.model import OFFER_STATUSES, REGISTER_BY_NAME
from oversight.questionnaire import CHALLENGES, EVERYONE
from oversight.sample import comments
from oversight.sample.files import csv_text, stream
from oversight.sample.focus import NESTED, Session
from oversight.sample.people import WAVES, Pcn
from oversight.sample.places import Country
from oversight.sample.waves import FORMS

_OFFER = "The time-limited clinical supervision offer with a shared learning programme"
_COACHING = "Individual coaching (NHS Our People)"
_INSTITUTE = "The Personalised Care Institute's training, development and accreditation of supervisors"
_PEERS = "The Regional Learning Coordinators' peer support networks"
_CLARIFY = "Clarifying contractual obligations with PCNs and GPs"
#: Challenge -> (what belongs to it, the remedy the programme names for it, where one fits).
_THEMES: dict[str, tuple[str, str]] = {
    "confusion": ("Not knowing which kind of supervision is meant, or who gives it", _CLARIFY),
    "lack_of_supervision": ("No clinical or non-managerial supervision, or too rarely", _OFFER),
    "gp_understanding": ("GPs and other clinicians do not know what the role is for", _INSTITUTE),
    "role_boundaries": ("Asked for work outside the role; unclear where it ends", _CLARIFY),
    "isolation": ("Working alone, at home or without peers", _PEERS),
    "across_practices": ("Serving several practices that work in different ways", _PEERS),
    "caseload": ("Too many people, waiting lists, growing complexity", ""),
    "inappropriate_referrals": ("Referrals that belong elsewhere or hold undisclosed risk", _CLARIFY),
    "emotional_burden": ("The weight of what is heard; exhaustion", _COACHING),
    "safeguarding_risk": ("Safeguarding concerns, suicide risk, whom to turn to", _OFFER),
    "career": ("Training, progression, short contracts", _COACHING),
    "community_provision": ("Nothing in the community to refer people to", ""),
    "it_access": ("Access to records, devices, recording of the work", ""),
    "redeployment": ("Moved to other work, such as vaccination or reception", _CLARIFY),
}
_REASONS = (
    "Our link workers have had no clinical supervision since {month}.",
    "We have {n} link workers and no GP with time to supervise them.",
    "The supervisor we bought in has left and we cannot find another.",
    "Two of our link workers have said that they are thinking of leaving.",
    "Referrals have grown and the cases are far more complex than before.",
    "We are unsure which kinds of supervision the contract asks of us.",
    "Our GP supervisor is new and has asked for training.",
    "After a difficult safeguarding case in {month} the team asked for support.",
    "Our link worker is the only one in the network and has no peers.",
)
_HOPES = (
    "A monthly group for {n} months would let us find a lasting answer.",
    "We could share sessions with the neighbouring network.",
    "We have set protected time aside from {day} mornings.",
    "We would take part in the shared learning programme.",
    "The board has agreed to continue it afterwards.",
    "We can provide a room and the time.",
    "We would welcome a call to talk it over.",
)
_PCN_NOTES = (
    "Visited on a {day}. The {who} did not know that a GP supervisor has to be named; now agreed.",
    "Link workers here meet weekly without a lead; good candidates for group supervision.",
    "The {who} asked for the wording of the contract; sent.",
    "Two link workers are leaving; the network will recruit in the coming months.",
    "Protected time is written into the rota, but cancelled in most weeks.",
    "No reply to {n} e-mails; will try through the ICB lead.",
    "A good example of shared supervision with a neighbouring network; ask whether they would present it.",
    "Safeguarding route was unclear after a change of lead; a one-page guide is on its way.",
)
_REGION_NOTES = (
    "Peer network met on {day}: {n} new members, main subject caseload.",
    "ICB leads agreed to put supervision on the agenda of their next meeting.",
    "Demand for the supervision offer is higher than the places we have.",
    "Several networks ask for training for GP supervisors; passed on.",
    "Attendance at the learning sessions is lowest where link workers serve several practices.",
    "Workforce figures are late in {n} networks; headcounts are to be read with care.",
)


def make_registers(seed: int, country: Country, pcns: dict[str, Pcn], sessions: list[Session]) -> dict[str, str]:
    """File name -> CSV text of every register, with the columns that the contract gives it."""
    rng = stream(seed, "registers")
    open_codes = sorted(country.october_names)
    ranked = sorted(open_codes, key=lambda code: -pcns[code].need(WAVES[0]) - rng.gauss(0, 0.12))
    waves = [[f.wave_id, f.name, "microsoft_forms", f.opened, f.closed, " ".join(EVERYONE)] for f in FORMS]
    held = [[s.id, s.date, s.region_code, s.icb_code, s.kind, s.participants, s.document] for s in sessions]
    deprivation = [[code, "deprivation", f"{max(3.0, 22 + 8 * pcns[code].deprivation):.1f}", "fictional"] for code in open_codes]
    tables: dict[str, Sequence[Sequence[object]]] = {
        "waves": waves,
        "sessions": held,
        "themes": _themes(),
        "requests": _requests(rng, ranked[:90]),
        "offers": _offers(rng, ranked[:60]),
        "notes": _notes(rng, country, ranked[:200]),
        "covariates": deprivation,
        "people": _people(),
    }
    return {f"{name}.csv": csv_text(REGISTER_BY_NAME[name].columns, rows) for name, rows in tables.items()}


def _themes() -> list[list[str]]:
    codes = {**{theme: theme for theme in CHALLENGES}, **NESTED}
    return [[code, theme, CHALLENGES[theme], "", *_THEMES[theme]] for code, theme in codes.items()]


def _requests(rng: random.Random, codes: list[str]) -> list[list[object]]:
    """Sixty requests, mostly of PCNs in need; two of them leave a telephone number or an address."""
    rows: list[list[object]] = []
    for number, code in enumerate(sorted(rng.sample(codes, 60))):
        statement = comments.filled(rng, f"{rng.choice(_REASONS)} {rng.choice(_HOPES)}")
        if number in (7, 31):
            statement += " " + ("Please ring 01632 960417.", "Please write to network.office@example.nhs.test for a time.")[number == 31]
        rows.append([code, date(2026, 2, 2) + timedelta(days=rng.randint(0, 250)), statement])
    return rows


def _offers(rng: random.Random, codes: list[str]) -> list[list[object]]:
    """One row per status a PCN has reached, each later than the one before; about ninety rows over 33 PCNs."""
    rows: list[list[object]] = []
    reached = [1] * 6 + [2] * 9 + [3] * 7 + [4] * 7 + [5] * 4
    for code, steps in zip(sorted(rng.sample(codes, len(reached))), rng.sample(reached, len(reached)), strict=True):
        day = date(2026, 2, 9) + timedelta(days=rng.randint(0, 60 if steps > 3 else 150))
        for status in list(OFFER_STATUSES)[:steps]:
            rows.append([code, status, day])
            day += timedelta(days=rng.randint(90, 110) if status == "started" else rng.randint(7, 24))
    return rows


def _notes(rng: random.Random, country: Country, codes: list[str]) -> list[list[object]]:
    """Forty notes on PCNs (internal, nearly always) and on regions (half of them shareable); one holds an e-mail address."""
    rows: list[list[object]] = []
    for number, code in enumerate(sorted(rng.sample(codes, 26))):
        note = comments.filled(rng, rng.choice(_PCN_NOTES)) + (" Contact: sample.lead@example.nhs.test" if number == 4 else "")
        rows.append([code, _day(rng), note, "shareable" if number % 13 == 0 else "internal"])
    regions = sorted({icb.region_code for icb in country.icbs.values()})
    for number in range(14):
        rows.append(
            [regions[number % 7], _day(rng), comments.filled(rng, rng.choice(_REGION_NOTES)), ("internal", "shareable")[number // 7]]
        )
    return rows


def _day(rng: random.Random) -> date:
    return date(2026, 3, 2) + timedelta(days=rng.randint(0, 225))


def _people() -> list[list[str]]:
    """Six people who do not exist; no address can be delivered to (the top-level domain is reserved for tests)."""
    return [
        ["national.lead@example.nhs.test", "", "internal"],
        ["national.analyst@example.nhs.test", "", "internal"],
        ["coordinator.midlands@example.nhs.test", "Y60", "internal"],
        ["coordinator.north@example.nhs.test", "Y62 Y63", "internal"],
        ["coordinator.london@example.nhs.test", "Y56", "internal"],
        ["programme.partner@example.nhs.test", "", "shareable"],
    ]
