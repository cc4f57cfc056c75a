"""What one respondent answers: a coherent person first, then the routing of the form, then blanks and stray words."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from oversight.model import STATES
from oversight.questionnaire import CHALLENGES, PCN_SIDE, Question
from oversight.sample import comments
from oversight.sample.people import KIND_SHIFT, LOADING, UNMET, Pcn, expit, logit
from oversight.sample.waves import WaveForm

Said = str | float | list[str]

#: State of an answer to a question that is not in our contract: it was given, and no mapping knows it.
OF_UNMAPPED_QUESTION = "unmapped"


@dataclass(frozen=True)
class Item:
    """One answer as it will be found: words as exported (``raw``) and after redaction (``value``), code and state."""

    raw: str
    value: str
    code: str
    state: str


@dataclass(frozen=True)
class Answer:
    """One cell of the export. ``number`` is the value of a number that was understood, ``theme`` what a comment is about."""

    items: tuple[Item, ...]
    number: float | None = None
    theme: str = ""

    @property
    def state(self) -> str:
        """Answered as soon as one item is understood."""
        return "answered" if any(i.state == "answered" for i in self.items) else self.items[0].state

    @property
    def codes(self) -> list[str]:
        """The codes understood, in the order given."""
        return [i.code for i in self.items if i.code]

    @property
    def code_or_state(self) -> str:
        """What a choice holds in the wide table."""
        return self.items[0].code or self.items[0].state


def nothing(state: str) -> Answer:
    """An empty cell and what it means."""
    return Answer((Item("", "", "", state),))


#: Words that nobody foresaw, by field.
STRAY: Mapping[str, tuple[str, ...]] = {
    "employer": ("A charity and the council together", "Agency", "Hosted by the hospice"),
    "supervision_provider": ("My line manager", "A counsellor who volunteers"),
    "wte": ("37.5", "30 hours", "two days"),
    "months_in_post": ("about two years", "since it began", "new"),
    "practices_served": ("all of them",),
    "last_contact": ("At the Christmas do",),
}
STRAY_ITEMS: Mapping[str, tuple[str, ...]] = {
    "safeguarding_topics": ("Self-neglect and hoarding", "Modern slavery", "Debt and loan sharks"),
    "challenges": ("Parking", "No room to see people in", "Travel time in a rural area", "Pay"),
    "supervision_format": ("By telephone", "A reading group"),
}
_BLANK = {"choice": 0.022, "multi": 0.03, "number": 0.03}


def fill(rng: random.Random, form: WaveForm, pcn: Pcn, kind: str) -> dict[str, Answer]:
    """Answers of one respondent by field ("" is the extra question); the PCN, the role and the code are left to the caller."""
    said = _person(rng, form, pcn, kind)
    answers: dict[str, Answer] = {"": _extra(rng, form)}
    for question in form.questions:
        if question.field in ("pcn", "respondent_kind", "respondent_code"):
            continue
        if kind not in question.asked:
            answers[question.field] = nothing("not_asked")
        elif question.only_if and answers[question.only_if[0]].code_or_state not in question.only_if[1]:
            answers[question.field] = nothing("not_applicable")
        elif question.kind == "text":
            answers[question.field] = _comment(rng, question.field, kind, said)
        elif rng.random() < _BLANK[question.kind]:
            answers[question.field] = nothing("blank")
        else:
            answers[question.field] = _answer(rng, form, question, said[question.field])
    return answers


def _answer(rng: random.Random, form: WaveForm, question: Question, said: Said) -> Answer:
    """The cell in which somebody says ``said`` (a code, a number or several codes) in the words of the form."""
    if question.field in STRAY and rng.random() < 0.006:
        return Answer((_stray(rng.choice(STRAY[question.field])),))
    if isinstance(said, float):
        return Answer((Item(f"{said:g}", f"{said:g}", "", "answered"),), said)
    items = [labelled(form, question, code) for code in ([said] if isinstance(said, str) else said)]
    if question.kind == "multi" and items[0].code and rng.random() < 0.03:
        stray = _stray(rng.choice(STRAY_ITEMS[question.field]))
        items = [stray] if said == ["none"] or rng.random() < 0.15 else [*items, stray]
    return Answer(tuple(items))


def labelled(form: WaveForm, question: Question, code: str) -> Item:
    """One option chosen: its label as exported, and its code, or its state when the code is one."""
    words = form.label(question.answers[code])
    return Item(words, words, "", code) if code in STATES else Item(words, words, code, "answered")


def _stray(words: str) -> Item:
    return Item(words, words, "", "unmapped")


def _extra(rng: random.Random, form: WaveForm) -> Answer:
    if rng.random() < 0.08:
        return nothing("blank")
    words = form.label(rng.choice(form.extra.answers))
    return Answer((Item(words, words, "", OF_UNMAPPED_QUESTION),))


def _comment(rng: random.Random, field: str, kind: str, said: Mapping[str, Said]) -> Answer:
    chosen = said["challenges"]
    assert isinstance(chosen, list)
    if rng.random() > (0.33 if field == "challenges_comment" else 0.18):
        return nothing("blank")
    theme = rng.choice(chosen)
    raw, value = (
        comments.on_challenge(rng, theme, kind) if field == "challenges_comment" else comments.overall(rng, said["content"] == "yes")
    )
    about = theme if field == "challenges_comment" else "" if said["content"] == "yes" else "lack_of_supervision"
    return Answer((Item(raw, value, "", "answered"),), theme=about)


def _person(rng: random.Random, form: WaveForm, pcn: Pcn, kind: str) -> dict[str, Said]:
    """What this person would say to every question, consistently: what they lack decides the rest."""
    lacks = {}
    for item in UNMET:
        shift = LOADING.get(item, 1.0) * KIND_SHIFT[kind]
        lacks[item] = rng.random() < expit(logit(pcn.lacks[form.wave_id][item]) + shift)
    said: dict[str, Said] = {**_contact(rng, lacks), **_concerns(rng, lacks), **_supervision(rng, lacks)}
    support = 1 - (
        0.15 * lacks["first_contact"] + 0.2 * lacks["gp_supervisor"] + 0.35 * lacks["clinical"] + 0.3 * lacks["patient_concerns"]
    )
    said |= _feelings(rng, lacks, support)
    said |= _post(rng)
    said["challenges"] = _challenges(rng, lacks, pcn.common)
    said["content"] = "yes" if support + rng.gauss(0, 0.25) > 0.62 else "no"
    if kind in PCN_SIDE:
        said["clarity"] = float(min(5, max(1, round(rng.gauss(3.3, 1.0)))))
    return said


def _pick(rng: random.Random, weights: Mapping[str, float]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def _no(rng: random.Random, dont_know: float = 0.25) -> str:
    """Not having something is often not knowing whether one has it: the confusion the programme was set up to find."""
    return "dont_know" if rng.random() < dont_know else "no"


def _contact(rng: random.Random, lacks: Mapping[str, bool]) -> dict[str, Said]:
    said: dict[str, Said] = {"first_contact": _no(rng) if lacks["first_contact"] else "yes"}
    is_gp = not lacks["gp_supervisor"] and not lacks["first_contact"] and rng.random() < 0.5
    said["first_contact_is_gp"] = "yes" if is_gp else _no(rng, 0.08)
    said["gp_supervisor"] = _no(rng, 0.3) if lacks["gp_supervisor"] else "yes"
    if lacks["first_contact"] and lacks["gp_supervisor"]:
        weights = {"within_week": 0.05, "within_month": 0.15, "within_3_months": 0.2, "longer": 0.3, "never": 0.3}
    else:
        weights = {"within_week": 0.42, "within_month": 0.33, "within_3_months": 0.14, "longer": 0.09, "never": 0.02}
    said["last_contact"] = _pick(rng, weights)
    return said


def _concerns(rng: random.Random, lacks: Mapping[str, bool]) -> dict[str, Said]:
    missing = lacks["patient_concerns"]
    said: dict[str, Said] = {
        "patient_concerns": _pick(
            rng, {"sometimes": 0.52, "rarely": 0.25, "never": 0.09, "dont_know": 0.14} if missing else {"always": 0.45, "usually": 0.55}
        ),
        "safeguarding_route": _no(rng, 0.45) if lacks["safeguarding"] else "yes",
        "gp_reach": _pick(
            rng,
            {"same_day": 0.2, "two_days": 0.22, "week": 0.22, "longer": 0.16, "not_reached": 0.12, "not_applicable": 0.08}
            if missing
            else {"same_day": 0.52, "two_days": 0.25, "week": 0.1, "longer": 0.03, "not_reached": 0.01, "not_applicable": 0.09},
        ),
    }
    raised = [t for t, p in {"abuse": 0.17, "domestic_violence": 0.15, "mental_health": 0.42, "other": 0.07}.items() if rng.random() < p]
    said["safeguarding_topics"] = ["prefer_not_to_say"] if rng.random() < 0.03 else raised or ["none"]
    return said


def _supervision(rng: random.Random, lacks: Mapping[str, bool]) -> dict[str, Said]:
    """Clinical supervision: who lacks it has none, does not know, or has it too rarely."""
    lacking = lacks["clinical"]
    rarely = lacking and rng.random() < 0.2
    has = not lacking or rarely
    often = {"weekly": 0.05, "fortnightly": 0.15, "monthly": 0.52, "six_weekly": 0.28}
    seldom = {"quarterly": 0.55, "less_often": 0.3, "dont_know": 0.15}
    frequency = _pick(rng, seldom if rarely else often)
    recent = {"within_month": 0.72, "within_6_weeks": 0.2, "within_3_months": 0.06, "none_yet": 0.02}
    distant = {"within_month": 0.12, "within_6_weeks": 0.15, "within_3_months": 0.38, "longer": 0.28, "none_yet": 0.07}
    forms = [f for f, p in {"one_to_one": 0.62, "group": 0.45, "peer": 0.2}.items() if rng.random() < p]
    return {
        "clinical_supervision": "yes" if has else _no(rng, 0.28),
        "supervision_provider": _pick(rng, {"gp": 0.24, "clinician": 0.28, "peer": 0.18, "external": 0.22, "other": 0.08}),
        "supervision_format": forms or ["one_to_one"],
        "supervision_frequency": frequency,
        "last_session": _pick(rng, distant if rarely else recent),
        "protected_time": _pick(
            rng, {"yes": 0.45, "no": 0.45, "dont_know": 0.1} if rarely else {"yes": 0.74, "no": 0.2, "dont_know": 0.06}
        ),
        "independent_of_manager": _pick(rng, {"yes": 0.7, "no": 0.25, "dont_know": 0.05}),
    }


def _feelings(rng: random.Random, lacks: Mapping[str, bool], support: float) -> dict[str, Said]:
    """Adequacy, clarity, leaving and the four wellbeing scores: lower, or for leaving and anxiety higher, with less support."""

    def score(mean: float, sd: float, low: int, high: int) -> float:
        return float(min(high, max(low, round(rng.gauss(mean, sd)))))

    strained = lacks["strain"]
    leaving = expit(-1.9 + 1.5 * (1 - support) + 0.9 * strained)
    draw = rng.random()
    return {
        "adequacy": score(1.4 + 2.7 * support, 0.85, 1, 5),
        "clarity": score(1.8 + 1.9 * support, 0.95, 1, 5),
        "intention_to_leave": "prefer_not_to_say"
        if draw < 0.06
        else "yes"
        if rng.random() < leaving
        else "dont_know"
        if draw > 0.82
        else "no",
        "satisfaction": score(6.3 + 1.4 * support - 0.9 * strained, 1.6, 0, 10),
        "worthwhile": score(7.2 + 1.0 * support - 0.4 * strained, 1.5, 0, 10),
        "happiness": score(6.2 + 1.3 * support - 1.1 * strained, 1.8, 0, 10),
        "anxiety": float(_anxiety(rng, strained, support)),
    }


def _anxiety(rng: random.Random, strained: bool, support: float) -> int:
    """6 to 10 when strained, else 0 to 5; a little higher with less support."""
    draw = rng.gauss(7.2 if strained else 2.9 + 1.0 * (1 - support), 1.4)
    return min(10, max(6, round(draw))) if strained else min(5, max(0, round(draw)))


def _post(rng: random.Random) -> dict[str, Said]:
    return {
        "employer": _pick(
            rng, {"pcn": 0.34, "practice": 0.09, "federation": 0.19, "vcse": 0.27, "trust": 0.06, "council": 0.03, "other": 0.02}
        ),
        "wte": float(_pick(rng, {"1": 0.52, "0.8": 0.2, "0.6": 0.14, "0.5": 0.06, "0.4": 0.05, "0.93": 0.03})),
        "months_in_post": float(min(86, int(rng.gammavariate(1.6, 15)))),
        "practices_served": float(rng.choices(range(1, 9), (14, 20, 20, 16, 12, 9, 6, 3))[0]),
        "coaching_aware": "yes" if rng.random() < 0.46 else "no",
        "coaching_used": "yes" if rng.random() < 0.24 else "no",
        "peer_network_aware": "yes" if rng.random() < 0.63 else "no",
        "peer_network_used": "yes" if rng.random() < 0.55 else "no",
    }


_CHALLENGE_SHARE = {
    "confusion": 0.24, "lack_of_supervision": 0.12, "gp_understanding": 0.36, "role_boundaries": 0.27, "isolation": 0.24,
    "across_practices": 0.2, "caseload": 0.42, "inappropriate_referrals": 0.33, "emotional_burden": 0.3, "safeguarding_risk": 0.18,
    "career": 0.29, "community_provision": 0.31, "it_access": 0.19, "redeployment": 0.09,
}  # fmt: skip


def _challenges(rng: random.Random, lacks: Mapping[str, bool], common: float) -> list[str]:
    """Challenges chosen, in the order of the form, at least one: more where more is lacking, and some where one thing is."""
    lift = {
        "lack_of_supervision": 1.9 * lacks["clinical"],
        "confusion": 0.9 * lacks["gp_supervisor"],
        "safeguarding_risk": 1.0 * lacks["safeguarding"],
        "emotional_burden": 1.1 * lacks["strain"],
        "isolation": 0.7 * lacks["first_contact"],
        "gp_understanding": 0.7 * lacks["patient_concerns"],
    }
    chosen = [c for c, p in _CHALLENGE_SHARE.items() if rng.random() < expit(logit(p) + lift.get(c, 0.0) + 0.15 * common - 0.35)]
    return chosen or [rng.choice(list(CHALLENGES))]
