"""What the Methods page says of people's privacy: what may be shown to whom, and personal data."""

from __future__ import annotations

import csv

import pandas as pd

from oversight.settings import REFERENCE, settings

#: Kinds of personal data in free text, as the measurement of redaction names them.
_PERSONAL = {
    "email": "E-mail addresses",
    "phone": "Telephone numbers",
    "nhs_number": "NHS numbers",
    "postcode": "Postcodes",
    "name": "Names of people",
}


def shown_to_whom() -> tuple[tuple[str, ...], pd.DataFrame]:
    """Paragraphs on the two audiences and the thresholds, and what each audience sees."""
    s = settings()
    few, small = s.min_respondents, f"{s.small_low} to {s.small_high}"
    table = pd.DataFrame(
        [
            ("Shares and counts of a region or ICB", "Shown", f"Hidden under {few} respondents, or where yes or its complement is {small}"),
            ("Answers about one PCN", "Shown to named users", "Hidden: only the PCN and its band leave"),
            ("Wellbeing, intention to leave, safeguarding of one PCN", f"Hidden from everybody under {few} respondents", "Hidden"),
            (
                "The same answers of any group in a breakdown",
                f"Hidden from everybody under {few} respondents",
                "Hidden, as is what would tell",
            ),
            ("Focus-group themes, and how far coders agree", "Shown", f"Hidden where fewer than {few} people took part"),
            ("Pairs of challenges", "Shown", f"Hidden under {few} respondents, or where those with both, one or neither are {small}"),
            ("Numbers that add up to a shown total", "Shown", "Where one is hidden, the next smallest is hidden too"),
            (
                "Answers in numbers, and their mean",
                "Shown",
                f"All answers hidden where one has {small}; the mean stays, the median does not",
            ),
            ("What people wrote or said; rows set aside", "Shown", "Hidden"),
            ("Notes of coordinators", "Shown", "Only those marked as shareable"),
            ("Where PCNs stand with the offer, in numbers", "Shown", f"England's only, and none of {small}"),
            ("What people settled about survey and focus groups", "Shown", "The verdict and its date, not their note"),
        ],
        columns=["What", "Inside the programme", "For sharing"],
    )
    text = (
        "There are two audiences. **Inside the programme**: named users. **For sharing**: everything that leaves, "
        "so every download. The rules are applied where the numbers are worked out, not in the charts.",
        "A hidden number is empty, never zero, and the table says why.",
        f"**Where the thresholds come from.** Fewer than {few} respondents: the GP Patient Survey's rule. "
        f"Numbers from {small}: NHS Digital's rule for small numbers below national level. Both are settings.",
        "**Take care.** The rules look at one table at a time. Do not publish two tables whose difference is a few people.",
    )
    return text, table


def personal() -> tuple[tuple[str, ...], pd.DataFrame]:
    """Paragraphs on what is taken out when a file is read, and how much of it was found in the labelled sentences."""
    with (REFERENCE / "redaction.csv").open(encoding="utf-8", newline="") as file:
        seen = {(row["part"], row["kind"]): row for row in csv.DictReader(file)}

    def share(part: str, kind: str, what: str) -> str:
        return f"{float(seen[part, kind][what]):.1%}"

    table = pd.DataFrame(
        [
            (name, int(seen["all", kind]["n"]), *(share(part, kind, what) for part in ("all", "held") for what in ("recall", "precision")))
            for kind, name in _PERSONAL.items()
        ],
        columns=["Kind", "In the set", "Found", "Rightly taken out", "Found, held-out part", "Rightly taken out, held-out part"],
    )
    text = (
        "E-mail addresses and names that a survey tool exports are left out when the file is read. "
        "So is the answer to a question that asks who somebody is.",
        "Of the code that respondents make up, so that their answers can be compared over time, only a print is kept. "
        "No page shows it, and a code that two people of one survey gave links neither.",
        "In free text, e-mail addresses, telephone numbers, NHS numbers, postcodes and the names of people are replaced by their kind. "
        "**Not every name is found**: read comments before you quote them.",
        "How many are found was measured on made-up sentences in which they had been marked before the rules were written. "
        "A third was held out: nobody looked at it while the rules were made. The same people wrote sentences and rules, "
        "so real comments will do worse. The figures are a measurement, not a promise.",
        "Names are found by lists of names, by titles and by what stands before them. Of names that are on no list, "
        f"**{share('unlisted', 'name', 'recall')}** were found. Names that are words too, such as Mark or Grace, stay where in doubt.",
        "The speakers of a transcript become Speaker 1, Speaker 2 … when it is read, and their names are taken out of what others say: "
        "the whole name and each part of it, even where a part is a word too (Will, May). "
        "Nicknames and names that the recogniser misheard may stay. Read a transcript before you quote from it.",
        "The exports themselves stay as they are in the team's folder. Keep that folder as safe as the survey tool.",
    )
    return text, table
