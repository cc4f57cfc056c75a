"""The truth the sample was drawn from, as plain Python rows: the second way to every number. No pandas, no SQL."""

from __future__ import annotations

import csv
import gzip
from functools import cache
from pathlib import Path

from oversight.settings import ROOT

TRUTH = ROOT / "data" / "sample-truth"
DENOMINATOR = ("yes", "no", "dont_know")
WEEKS = {"weekly": 1, "fortnightly": 2, "monthly": 4, "six_weekly": 6, "quarterly": 13, "less_often": 26}
#: When several parts are open, which state names the whole.
OPEN = ("dont_know", "prefer_not_to_say", "unmapped", "blank", "not_asked", "not_applicable")


def rows(name: str) -> list[dict[str, str]]:
    """One file of the truth."""
    return read(TRUTH / name)


@cache
def read(path: Path) -> list[dict[str, str]]:
    """A CSV, gzipped or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def both(first: str, second: str) -> str:
    """Any no makes no, all yes make yes, else the state that is open."""
    if "no" in (first, second):
        return "no"
    if first == second == "yes":
        return "yes"
    return next(state for state in OPEN if state in (first, second))


def elements(row: dict[str, str]) -> dict[str, str]:
    """The state of every element and part of one response, from the definitions of the domain."""
    contact, is_gp, named = row["first_contact"], row["first_contact_is_gp"], row["gp_supervisor"]
    if "yes" in (is_gp, named):
        supervisor = "yes"
    elif named != "no":
        supervisor = named
    elif is_gp == "no" or contact == "no":
        supervisor = "no"
    else:  # no GP supervisor beside a first contact who may be a GP: open
        supervisor = both(contact, is_gp)
    concerns = {"always": "yes", "usually": "yes", "sometimes": "no", "rarely": "no", "never": "no"}.get(
        row["patient_concerns"], row["patient_concerns"]
    )
    has, often = row["clinical_supervision"], row["supervision_frequency"]
    enough = "not_applicable" if has != "yes" else ("yes" if WEEKS[often] <= 6 else "no") if often in WEEKS else often
    made = {
        "first_contact": contact,
        "gp_supervisor": supervisor,
        "point_of_contact": both(contact, supervisor),
        "patient_concerns": concerns,
        "safeguarding_route": row["safeguarding_route"],
        "patient_concerns_safeguarding": both(concerns, row["safeguarding_route"]),
        "has_clinical_supervision": has,
        "supervision_often_enough": enough,
        "clinical_supervision": enough if has == "yes" else has,
    }
    made["all_three"] = both(both(made["point_of_contact"], made["patient_concerns_safeguarding"]), made["clinical_supervision"])
    return made


#: What an answer that was not given is called.
STATES = ("dont_know", "prefer_not_to_say", "not_applicable", "blank", "not_asked", "unmapped")
#: Measure -> (field, categories): questions with one answer, as the questionnaire writes them.
ONE_ANSWER = {
    "last_contact": ("last_contact", ("within_week", "within_month", "within_3_months", "longer", "never")),
    "gp_reach": ("gp_reach", ("same_day", "two_days", "week", "longer", "not_reached")),
    "provider": ("supervision_provider", ("gp", "clinician", "peer", "external", "other")),
    "frequency": ("supervision_frequency", ("weekly", "fortnightly", "monthly", "six_weekly", "quarterly", "less_often")),
    "last_session": ("last_session", ("within_month", "within_6_weeks", "within_3_months", "longer", "none_yet")),
}
SEVERAL_ANSWERS = {
    "safeguarding_topics": ("safeguarding_topics", ("abuse", "domestic_violence", "mental_health", "other", "none")),
    "format": ("supervision_format", ("one_to_one", "group", "peer")),
}
YES_OR_NO = (
    "protected_time", "independent_of_manager", "coaching_aware", "coaching_used", "peer_network_aware", "peer_network_used",
    "intention_to_leave",
)  # fmt: skip
#: Field -> whose yes sends people to it.
FOLLOWS = {
    **dict.fromkeys(
        ("supervision_provider", "supervision_format", "supervision_frequency", "last_session", "protected_time", "independent_of_manager"),
        "clinical_supervision",
    ),
    "coaching_used": "coaching_aware",
    "peer_network_used": "peer_network_aware",
}
ONS = {"low": range(5), "medium": range(5, 7), "high": range(7, 9), "very_high": range(9, 11)}
BANDS = {
    "satisfaction": ONS,
    "worthwhile": ONS,
    "happiness": ONS,
    "anxiety": {"very_low": range(2), "low": range(2, 4), "medium": range(4, 6), "high": range(6, 11)},
}


def measures(row: dict[str, str]) -> dict[tuple[str, str], str]:
    """(measure, category) -> the state of one response, from the definitions of the domain."""

    def sent(field: str, said: str) -> str:
        """Not applicable to those who were not sent to the question."""
        earlier = row[FOLLOWS[field]] if field in FOLLOWS else "yes"
        return said if earlier in ("yes", "not_asked") or said == "not_asked" else "not_applicable"

    made = {(element, "yes"): state for element, state in elements(row).items()}
    for measure, (field, categories) in ONE_ANSWER.items():
        said = sent(field, row[field])
        made |= {(measure, c): said if said in STATES else "yes" if said == c else "no" for c in categories}
    for measure, (field, categories) in SEVERAL_ANSWERS.items():
        state, chosen = sent(field, row[f"{field}_state"]), row[field].split()
        made |= {(measure, c): state if state != "answered" else "yes" if c in chosen else "no" for c in categories}
    made |= {(measure, "yes"): sent(measure, row[measure]) for measure in YES_OR_NO}
    for measure in ("adequacy", "clarity"):
        state = row[f"{measure}_state"]
        made[measure, "yes"] = state if state != "answered" else "yes" if int(row[measure]) in (4, 5) else "no"
    for measure, bands in BANDS.items():
        state = row[f"{measure}_state"]
        made |= {
            (measure, b): state if state != "answered" else "yes" if int(row[measure]) in scores else "no" for b, scores in bands.items()
        }
    return made


def groups(row: dict[str, str], prefix: str = "") -> dict[str, str]:
    """Dimension -> the group a response belongs to; a dimension of which it is not known is left out. ``prefix``: "wave_" or ""."""
    places = {level: row[f"{prefix}{level}_code"] for level in ("region", "icb", "pcn")}
    found = {"england": "ENG", **places, "role": row["respondent_kind"]}
    if row["employer"] not in STATES:
        found["employer"] = row["employer"]
    if row["months_in_post"]:
        months = int(row["months_in_post"])
        limits = {"under_6": 6, "6_to_11": 12, "12_to_23": 24, "24_to_35": 36, "36_or_more": 10**6}
        found["months"] = next(band for band, limit in limits.items() if months < limit)
    return found
