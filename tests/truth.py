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
