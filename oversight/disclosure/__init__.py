"""What an audience may see, applied inside ``ask`` after the numbers are worked out.

Each query names one rule in its header. A value that may not be seen is empty, never zero, and ``withheld`` in its row
says why. The thresholds are in data/reference/settings.toml; their sources are in the Methods page.

======== ============================================================================================================
rule     what it protects
======== ============================================================================================================
public   nothing: facts that are published about organisations, and definitions
counts   rows with ``level`` and yes, no, dont_know and other counts, and what was worked out from them
groups   the same for groups of any kind, and what would give a withheld one away beside its total
answers  rows of ``share`` for the answers to one question, and the answer's own words go with the numbers
parts    rows that share out one base, and a row of those whose part is open
sides    rows of ``share`` for several roles, and each one's difference from link workers
mean     rows with ``level``, a mean of ``n`` numbers, and ``others`` who answered without one
share    rows with ``level``, a numerator ``x`` and a base ``n``, and what was worked out from them
change   rows with ``level`` and two of those: x1, n1 and x2, n2
same     rows with ``level``, people by their earlier and later answer (n11, n10, n01, n00), and all who answered (as in change)
panel    as change, and what became of it in the PCNs heard both times (matched_x1, matched_n1 and matched_x2, matched_n2)
base     rows with ``level`` and a base ``responses``
sessions counts of sessions, withheld where fewer people than the threshold took part
pairs    counts of respondents in the cells ``a`` to ``d`` of two themes, or of sessions as above, and what was worked out from them
beside   survey and focus groups side by side: each as by itself, what is worked out from both only where both are shown
remedies rows with ``figure`` (aware, used_of_aware, used), ``x`` and ``n``, of which none may give another away
offers   how many PCNs stand where with the offer: England's numbers leave where they are not small
inside   PCNs that stand in the offer's register, and their need before and after: nothing leaves the building
events   register entries about PCNs: only notes marked shareable leave the building
priority rows about single PCNs: only the PCN and its band leave the building
checks   how many PCNs of England stay in the ranking, from ``n`` replies: nothing of a single one, nothing from few replies
asking   rows about single PCNs: which of them are to be asked first leaves the building, and nothing that says why
rows     single people's words or files: nothing leaves the building
plan     how the places of the offer would be shared out: nothing leaves the building before it is decided
======== ============================================================================================================

``reasons``: why, in words. ``hiding``: what every rule is made of. ``left_over``: what goes because it would tell of something
withheld. The rules: ``counts`` (shares of groups), ``answers`` (numbers that share out one base), ``waves``, ``people``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from oversight.disclosure import answers, counts, people, waves
from oversight.disclosure.hiding import SENSITIVE_MEASURES
from oversight.disclosure.left_over import remainders
from oversight.disclosure.reasons import WITHHELD_WHOLE
from oversight.disclosure.waves import between

__all__ = ["RULES", "SENSITIVE_MEASURES", "apply", "between", "remainders"]


def _public(table: pd.DataFrame, _: str) -> pd.DataFrame:
    return table


RULES: Mapping[str, Callable[[pd.DataFrame, str], pd.DataFrame]] = {
    "public": _public,
    "counts": counts.counts,
    "groups": counts.groups,
    "share": counts.share,
    "answers": answers.answers,
    "parts": answers.parts,
    "sides": counts.sides,
    "mean": answers.mean,
    "change": waves.change,
    "same": waves.same,
    "panel": waves.panel,
    "base": people.base,
    "sessions": people.sessions,
    "pairs": people.pairs,
    "events": people.events,
    "priority": people.priority,
    "checks": people.checks,
    "asking": people.asking,
    "beside": people.beside,
    "remedies": counts.remedies,
    "offers": people.offers,
    "inside": people.inside,
    "rows": people.rows,
    "plan": people.plan,
}


def apply(table: pd.DataFrame, rule: str, audience: str) -> tuple[pd.DataFrame, str]:
    """The table as this audience may see it, with a ``withheld`` column, and one sentence on what was withheld.

    Raises ``KeyError`` for a rule that does not exist: a query cannot be asked without one.
    """
    seen = RULES[rule](table.copy(), audience)
    if audience == "shareable" and rule in WITHHELD_WHOLE:  # neither how many nor whether there is any: a search would tell who wrote what
        return seen, WITHHELD_WHOLE[rule]
    return seen, _sentence(seen)


def _sentence(table: pd.DataFrame) -> str:
    """What was withheld and why, in one sentence; "" when nothing was."""
    if "withheld" not in table or not (table["withheld"] != "").any():
        return ""
    why = table.loc[table["withheld"] != "", "withheld"].value_counts()
    total = int(why.sum())
    return f"{total:,} {'row is' if total == 1 else 'rows are'} withheld in whole or part: {'; '.join(why.index)}."
