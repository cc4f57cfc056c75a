"""The questions we ask: fields, wording, answers, and who is asked.

One tuple, ``QUESTIONS``, drives the ``response`` table, the ready-to-paste questionnaire, the mapping that goes with
it, the fictional sample and the data dictionary. It is ours, not a published instrument, except the four ONS4
wellbeing questions (Office for National Statistics, free to use).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from types import MappingProxyType
from typing import Literal

Kind = Literal["choice", "multi", "number", "text"]

WORKERS = ("splw", "care_coordinator", "hwb_coach")
PCN_SIDE = ("gp_supervisor", "pcn_manager")
EVERYONE = WORKERS + PCN_SIDE

RESPONDENT_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "splw": "Social prescribing link worker",
        "care_coordinator": "Care Coordinator",
        "hwb_coach": "Health and Wellbeing Coach",
        "gp_supervisor": "GP supervisor",
        "pcn_manager": "PCN manager",
    }
)

YES_NO = {"yes": "Yes", "no": "No"}
YES_NO_DK = {**YES_NO, "dont_know": "Don't know"}

#: The themes of challenges that recur (also the options of the challenges question), code -> label.
CHALLENGES: Mapping[str, str] = MappingProxyType(
    {
        "confusion": "Confusion over the kinds of supervision",
        "lack_of_supervision": "Lack of supervision",
        "gp_understanding": "GPs and clinicians not understanding the role",
        "role_boundaries": "Unclear role boundaries",
        "isolation": "Isolation, lone or remote work",
        "across_practices": "Working across several practices",
        "caseload": "Caseload, growing referrals and complexity",
        "inappropriate_referrals": "Inappropriate referrals",
        "emotional_burden": "Emotional burden and burnout",
        "safeguarding_risk": "Safeguarding and mental-health risk",
        "career": "Training, career and job security",
        "community_provision": "Missing community provision",
        "it_access": "IT access and recording",
        "redeployment": "Redeployment to other work",
    }
)

#: How often clinical supervision happens: code -> (label, weeks between sessions).
FREQUENCY_WEEKS: Mapping[str, int] = MappingProxyType(
    {"weekly": 1, "fortnightly": 2, "monthly": 4, "six_weekly": 6, "quarterly": 13, "less_often": 26}
)


@dataclass(frozen=True)
class Question:
    """One question of the questionnaire and the field it fills.

    ``answers`` maps our code to the label a respondent sees; a code that is a state of the contract (``dont_know``,
    ``prefer_not_to_say``, ``not_applicable``) is stored as that state. ``asked`` lists the kinds of respondent who see
    it. ``only_if`` is (field, codes): a blank is *not applicable* when that earlier field has another answer.
    ``sensitive`` marks answers never shown for a PCN under 10 respondents, to anybody. ``secret``: the words are never
    stored, only that they were given (see ``oversight/respondents.py``).
    """

    field: str
    kind: Kind
    text: str
    answers: Mapping[str, str] = dataclass_field(default_factory=dict)
    asked: tuple[str, ...] = EVERYONE
    only_if: tuple[str, tuple[str, ...]] | None = None
    sensitive: bool = False
    secret: bool = False
    low: float | None = None
    high: float | None = None
    whole: bool = False


def _score(name: str, text: str) -> Question:
    """One ONS4 question: a whole number from 0 to 10, workers only."""
    return Question(name, "number", text, asked=WORKERS, sensitive=True, low=0, high=10, whole=True)


_HAS = ("clinical_supervision", ("yes",))

QUESTIONS: tuple[Question, ...] = (
    Question("pcn", "text", "Which Primary Care Network (PCN) do you work for? Give its code if you know it, else its name."),
    Question("respondent_kind", "choice", "What is your role?", RESPONDENT_KINDS),
    Question(
        "employer",
        "choice",
        "Who employs you?",
        {
            "pcn": "The PCN",
            "practice": "A GP practice",
            "federation": "A GP federation",
            "vcse": "A voluntary, community or social enterprise organisation",
            "trust": "An NHS trust",
            "council": "A council",
            "other": "Another employer",
        },
        asked=WORKERS,
    ),
    Question("wte", "number", "How much of a full-time post do you work? (1 is full time)", asked=WORKERS, low=0.05, high=1.5),
    Question("months_in_post", "number", "How many months have you been in this post?", asked=WORKERS, low=0, high=480, whole=True),
    Question("practices_served", "number", "How many GP practices do you work with?", asked=WORKERS, low=0, high=60, whole=True),
    Question("first_contact", "choice", "Is there a named first point of contact for general advice and support?", YES_NO_DK),
    Question("first_contact_is_gp", "choice", "Is that first point of contact a GP?", YES_NO_DK, only_if=("first_contact", ("yes",))),
    Question(
        "gp_supervisor",
        "choice",
        "If your first point of contact is not a GP, is there a named GP supervisor as well?",
        YES_NO_DK,
        only_if=("first_contact_is_gp", ("no", "dont_know", "not_applicable")),
    ),
    Question(
        "last_contact",
        "choice",
        "When did you last speak to your first point of contact or GP supervisor?",
        {
            "within_week": "Within the last week",
            "within_month": "Within the last month",
            "within_3_months": "Within the last 3 months",
            "longer": "Longer ago",
            "never": "Never",
        },
        asked=WORKERS,
    ),
    Question(
        "patient_concerns",
        "choice",
        "Can you discuss patient-related concerns with a relevant GP?",
        {
            "always": "Always",
            "usually": "Usually",
            "sometimes": "Sometimes",
            "rarely": "Rarely",
            "never": "Never",
            "dont_know": "Don't know",
        },
    ),
    Question(
        "safeguarding_route",
        "choice",
        "Do you know the route to follow for a safeguarding concern?",
        YES_NO_DK,
        sensitive=True,
    ),
    Question(
        "safeguarding_topics",
        "multi",
        "Which of these concerns have you had to raise in the last 3 months? (Choose all that apply)",
        {
            "abuse": "Abuse or neglect",
            "domestic_violence": "Domestic violence",
            "mental_health": "Mental health",
            "other": "Another concern",
            "none": "None",
            "prefer_not_to_say": "Prefer not to say",
        },
        asked=WORKERS,
        sensitive=True,
    ),
    Question(
        "gp_reach",
        "choice",
        "The last time you had a concern, how soon could you reach a GP?",
        {
            "same_day": "The same day",
            "two_days": "Within 2 days",
            "week": "Within a week",
            "longer": "It took longer",
            "not_reached": "I could not reach one",
            "not_applicable": "I have had no concern to raise",
        },
        asked=WORKERS,
    ),
    Question("clinical_supervision", "choice", "Do you have clinical or non-managerial supervision?", YES_NO_DK),
    Question(
        "supervision_provider",
        "choice",
        "Who gives that supervision?",
        {
            "gp": "A GP",
            "clinician": "Another clinician",
            "peer": "An experienced link worker or peer",
            "external": "An external supervisor",
            "other": "Somebody else",
        },
        asked=WORKERS,
        only_if=_HAS,
    ),
    Question(
        "supervision_format",
        "multi",
        "What form does it take? (Choose all that apply)",
        {"one_to_one": "One-to-one", "group": "Group", "peer": "Peer"},
        asked=WORKERS,
        only_if=_HAS,
    ),
    Question(
        "supervision_frequency",
        "choice",
        "How often does it happen?",
        {
            "weekly": "Every week",
            "fortnightly": "Every 2 weeks",
            "monthly": "Every month",
            "six_weekly": "Every 6 weeks",
            "quarterly": "Every 3 months",
            "less_often": "Less often",
            "dont_know": "Don't know",
        },
        only_if=_HAS,
    ),
    Question(
        "last_session",
        "choice",
        "When was the last session?",
        {
            "within_month": "Within the last month",
            "within_6_weeks": "Within the last 6 weeks",
            "within_3_months": "Within the last 3 months",
            "longer": "Longer ago",
            "none_yet": "I have not had one yet",
        },
        asked=WORKERS,
        only_if=_HAS,
    ),
    Question("protected_time", "choice", "Is time protected for that supervision?", YES_NO_DK, asked=WORKERS, only_if=_HAS),
    Question(
        "independent_of_manager",
        "choice",
        "Is the supervisor somebody other than your line manager?",
        YES_NO_DK,
        asked=WORKERS,
        only_if=_HAS,
    ),
    Question(
        "adequacy",
        "number",
        "How adequate is the supervision you get overall? (1 not at all, 5 fully)",
        asked=WORKERS,
        low=1,
        high=5,
        whole=True,
    ),
    Question(
        "clarity",
        "number",
        "How clear are you about the different kinds of supervision? (1 not at all, 5 fully)",
        low=1,
        high=5,
        whole=True,
    ),
    Question("challenges", "multi", "What challenges you most in your role? (Choose all that apply)", CHALLENGES, asked=WORKERS),
    Question("challenges_comment", "text", "Please tell us more about what challenges you.", asked=WORKERS),
    Question("coaching_aware", "choice", "Do you know of the individual coaching offer for NHS staff?", YES_NO, asked=WORKERS),
    Question(
        "coaching_used",
        "choice",
        "Have you used that coaching offer?",
        YES_NO,
        asked=WORKERS,
        only_if=("coaching_aware", ("yes",)),
    ),
    Question("peer_network_aware", "choice", "Do you know of the peer support network in your region?", YES_NO, asked=WORKERS),
    Question(
        "peer_network_used",
        "choice",
        "Have you taken part in that peer support network?",
        YES_NO,
        asked=WORKERS,
        only_if=("peer_network_aware", ("yes",)),
    ),
    Question(
        "intention_to_leave",
        "choice",
        "Do you intend to leave this role within 12 months?",
        {**YES_NO_DK, "prefer_not_to_say": "Prefer not to say"},
        asked=WORKERS,
        sensitive=True,
    ),
    _score("satisfaction", "Overall, how satisfied are you with your life nowadays? (0 not at all, 10 completely)"),
    _score(
        "worthwhile",
        "Overall, to what extent do you feel that the things you do in your life are worthwhile? (0 not at all, 10 completely)",
    ),
    _score("happiness", "Overall, how happy did you feel yesterday? (0 not at all, 10 completely)"),
    _score("anxiety", "Overall, how anxious did you feel yesterday? (0 not at all, 10 completely)"),
    Question("comment", "text", "Is there anything else you would like to say about supervision and support?"),
    Question(  # shorter than 255 characters: Excel and SPSS cut headings there
        "respondent_code",
        "text",
        "Please make up a code, so that answers can be compared over time without names: the first 2 letters of a parent's first name, "
        "the first 2 of the town you were born in, and the day of the month you were born (such as ANLE07). Or leave this blank.",
        secret=True,
    ),
)

BY_FIELD: Mapping[str, Question] = MappingProxyType({q.field: q for q in QUESTIONS})
