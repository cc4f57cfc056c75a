"""The Methods page as sections: words and tables made from what the product really uses (settings, contract, need, queries).

A number that can be set is never written into a sentence; it is put in from where the code takes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from oversight import (
    any_question,
    beside,
    comments,
    contract,
    interval_study,
    layouts,
    methods_coverage,
    methods_need,
    methods_privacy,
    methods_themes,
    standing,
    store,
    trends,
)
from oversight.accounts import COUNTED, reason_name
from oversight.findings import day
from oversight.measures import Measure, measures
from oversight.model import QUARANTINE_REASONS, RESPONDENT_KINDS, STATES, TABLES
from oversight.stats import Z95

DIRECTIONS = {"high is good": "Higher is better", "low is good": "Lower is better", "none": "Neither is better"}
#: State of an answer -> where it is counted.
_COUNTED_AS = {
    "answered": "Counted",
    "dont_know": "Counted and shown; left out of the second figure",
    "unmapped": "Not counted; listed on the Data page",
}
_STATE_NAMES = {
    "answered": "Answered",
    "dont_know": "Don't know",
    "prefer_not_to_say": "Prefer not to say",
    "not_applicable": "Does not apply",
    "blank": "No answer",
    "not_asked": "Not asked",
    "unmapped": "Not mapped",
}


@dataclass(frozen=True)
class Section:
    """One section: ``text`` holds paragraphs (Markdown), ``tables`` frames under readable headings, each with a caption or ""."""

    anchor: str
    title: str
    text: tuple[str, ...]
    tables: tuple[tuple[str, pd.DataFrame], ...] = ()
    folded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def sections() -> list[Section]:
    """Every section of the page in order."""
    return [
        _measured(), _states(), _who(), _people(), _intervals(), _cannot_tell(), _silent(), _groups(), _change(), _contract(), _need(),
        _found(), _themes(), _places(), _disclosed(), _aside(), _exports(), _personal(), _questions(), _fictional(),
    ]  # fmt: skip


def _measured() -> Section:
    table = pd.DataFrame(
        [(m.label, m.how, DIRECTIONS[m.direction]) for m in measures().values()], columns=["Measure", "How it is worked out", "Direction"]
    )
    return Section(
        "measures",
        "What is measured",
        (
            "The network contract names three kinds of support for link workers. "
            "The dashboard shows each of them, its parts, and all three together.",
            "**The first figure** is yes ÷ everyone who was asked and answered, don't know included. "
            "**The second figure** is yes ÷ (yes + no).",
            "Where a measure has parts, any *no* makes a no, all *yes* make a yes, and anything else is not known.",
        ),
        (("", table),),
        {
            "Why each is measured, what to be careful about, and who stands for it": tuple(
                paragraph for m in measures().values() for paragraph in (f"#### {m.label}", *measure_text(m))
            )
        },
    )


def measure_text(m: Measure) -> tuple[str, ...]:
    """One measure in short paragraphs: why, how, direction, denominator, caveats, who stands for it."""
    return (
        f"**Why.** {m.why}",
        f"**How.** {m.how}",
        f"**Direction.** {DIRECTIONS[m.direction]}.",
        f"**Out of.** {m.denominator}",
        f"**Take care.** {m.caveats}",
        f"Written by {m.author}. Checked by {m.checker}. Next review {day(m.next_review)}.",
    )


def _states() -> Section:
    table = pd.DataFrame(
        [(_STATE_NAMES[s], meaning, _COUNTED_AS.get(s, "Not counted; shown beside")) for s, meaning in STATES.items()],
        columns=["State", "What it means", "In the share"],
    )
    return Section(
        "answers",
        "The states of an answer",
        (
            "Five states are not an answer of yes or no: don't know, prefer not to say, does not apply, no answer, not asked. "
            "They are kept apart, and **none of them is ever counted as no**.",
            "“Don't know which supervision I have” is a finding: it is the confusion the programme set out to clear up.",
            "Words that the mapping does not know are kept as they were written. They are listed, not guessed.",
        ),
        (("", table),),
    )


def _who() -> Section:
    counted = [(name, "Yes, in the workforce file" if kind in COUNTED else "Not published") for kind, name in RESPONDENT_KINDS.items()]
    return Section(
        "who",
        "Who counts",
        (
            "The contract's clause binds **link workers**: they are shown unless you choose another role.",
            "Roles are never added together. There are about twice as many Care Coordinators as link workers, so they would drown them.",
            "What GP supervisors and PCN managers say stands beside the link workers' answers, never inside them.",
        ),
        (("", pd.DataFrame(counted, columns=["Kind of respondent", "Number in post"])),),
    )


def _people() -> Section:
    return Section(
        "headcount",
        "People in post and the response rate",
        (
            "The number of people is not published, so it is **estimated** for every PCN:",
            "> named people + contracted FTE ÷ mean FTE of a named person, and never fewer than replied",
            "It is taken from the last workforce census on or before the wave's last day. FTE is full-time equivalents.",
            "In the June 2026 file 27% of link-worker FTE has no person's identifier. That part is an estimate.",
            "A PCN without a workforce return is **not known**. It is never taken for zero. "
            "A PCN that returned no link worker may host one employed by a charity.",
            "**Response rate** = replies ÷ people in post. Everyone who replied is counted, so it has no interval.",
        ),
    )


def _intervals() -> Section:
    return Section(
        "intervals",
        "Intervals and comparisons",
        (
            "Every share comes with a **95% Wilson interval**. In words: a share of few people says little, so its interval is wide.",
            "It is worked out as if about four more people had replied, half of them yes and half no, and then as wide as a share of "
            "that size may vary by chance. It never runs below 0% or above 100%, and it never closes to a point.",
            f"With x yes of n: (2x + z² ± z√(z² + 4x(1 − x/n))) ÷ (2(n + z²)), z = {Z95:.2f}. Source: Wilson (1927); "
            "the standard of the public health profiles Fingertips.",
            *standing.METHODS,
            "**What an interval does not tell.** It does not correct for who chose to reply, nor for how many of all people did.",
        ),
    )


def _silent() -> Section:
    return Section("silent", "Those who did not reply", methods_coverage.SILENT)


def _groups() -> Section:
    return Section("groups", "Groups, and groups crossed", methods_coverage.GROUPS)


def _cannot_tell() -> Section:
    table = ("How many of 100 intervals hold the underlying rate", interval_study.table())
    return Section("truth", "What intervals cannot tell", interval_study.text(), (table,))


def _change() -> Section:
    return Section(
        "change",
        "Change between waves",
        (
            "The change is a wave's share less an earlier one's. It is called a rise or a fall only when its interval lies wholly on one "
            "side of zero. Part of a change can be who answered, so Coverage compares the waves in three ways.",
            *trends.WAYS,
            "**The split, exactly.** Of the PCNs heard both times, p is the share of a PCN's respondents who said so. Its share of their "
            "replies is w. The earlier wave is 1, the later one 2. Within = Σ ½(w₁ + w₂)(p₂ − p₁).",
            "Who answered = Σ ½(p₁ + p₂)(w₂ − w₁), plus what PCNs that came add to the later share, less what PCNs that went add to the "
            "earlier one. Both parts add up to the change of the overall share (Kitagawa 1955; Melitz and Polanec 2015).",
        ),
    )


def _need() -> Section:
    return Section("need", "Estimated need and its bands", methods_need.paragraphs(), methods_need.tables(), methods_need.folded())


def _found() -> Section:
    return Section("found", "How well the ranking finds the neediest", methods_need.found(), methods_need.found_tables())


def _themes() -> Section:
    return Section(
        "themes",
        "Challenges and themes",
        methods_themes.paragraphs(),
        methods_themes.tables(),
        {"Survey beside focus groups, and remedies": beside.how(), "Comments and notes": comments.HOW},
    )


def _places() -> Section:
    return Section(
        "places",
        "Organisations and where an answer belongs",
        (
            "Codes are the keys, names never are: PCN names are not unique.",
            "Answers are shown under **today's** organisations, unless “as at the wave” is chosen.",
            "A PCN whose practices lie in two ICBs belongs to the one with most of its registered patients. Where list sizes are not "
            "loaded, the workforce file's ICB decides, else the practice that joined first. The Data page says where this happened.",
            "A closed PCN's answers follow its practices where they all went to one PCN. Otherwise they are set aside.",
            "A PCN given by a name that only one bears is accepted, with a note. A shared name is set aside.",
        ),
    )


def _contract() -> Section:
    return Section(
        "contract",
        "The contract as a whole, and any question",
        (
            "Coverage also shows which elements are missing together, and what GP supervisors and PCN managers say beside link workers. "
            "The two sides are never added up.",
            "Every question of every wave can be looked at by region, ICB and role, mapped or not. What people wrote is counted only.",
        ),
        folded={"How combinations and both sides are worked out": contract.HOW, "How any question is worked out": any_question.HOW},
    )


def _disclosed() -> Section:
    text, table = methods_privacy.shown_to_whom()
    return Section("disclosure", "What may be shown to whom", text, (("", table),))


def _aside() -> Section:
    rows = [(reason_name(code), meaning) for code, meaning in QUARANTINE_REASONS.items()]
    return Section(
        "rows",
        "Rows that are set aside",
        (
            "A row that cannot be used is set aside with its reason. It is neither changed nor dropped. For every file: "
            "**rows read = accepted + set aside**.",
            "What is kept of it: file, row, reason, and the row itself without personal data. "
            "Correct the row in its export and publish again.",
        ),
        (("", pd.DataFrame(rows, columns=["Reason", "What it means"])),),
    )


def _exports() -> Section:
    table = layouts.rows().rename(columns={"name": "Export", "what": "What it is", "tried": "Read correctly on"})
    return Section(
        "exports",
        "Exports that can be read",
        (
            "**A survey that is new** is mapped on the Data page: each question and answer gets a proposal with how sure it is, "
            "and a person confirms it. What is only similar is never used unseen. What the file does not say, such as whether the day or "
            "the month stands first, is asked and then remembered with the mapping.",
            "A file is recognised by its contents, whatever it is called. "
            "One that is not recognised is listed on the Data page and not used.",
            "A layout counts as tried when it was read correctly from a file that this dashboard's makers did not write. "
            "What the openly published ones gave is listed in docs/exports-tried.csv.",
        ),
        (("", table),),
    )


def _personal() -> Section:
    text, table = methods_privacy.personal()
    return Section("personal", "Personal data", text, (("What redaction finds", table),))


def _questions() -> Section:
    return Section(
        "queries",
        "Every question that can be asked",
        (
            "Pages, downloads and the command line ask the same questions: `python -m oversight ask NAME`. "
            "Each is one file of the folder `queries`.",
            "The data dictionary lists every table of a snapshot, every field and what it may hold.",
        ),
        folded={
            f"{len(store.queries())} questions": tuple(f"**{q.name}.** {q.purpose}" for q in store.queries().values()),
            f"{len(TABLES)} tables": tuple(f"**{t.name}.** {t.grain[0].upper()}{t.grain[1:]}: {', '.join(t.columns)}." for t in TABLES),
        },
    )


def _fictional() -> Section:
    return Section(
        "fictional",
        "The fictional sample",
        (
            "The sample that comes with the dashboard is made up: its PCNs have codes such as F0001, which the NHS never issues. "
            "The regions and ICBs are real, the differences between them are drawn at random.",
            "FICTIONAL stands on every page, in every picture and every download. Fictional and real PCNs never share a snapshot.",
        ),
    )
