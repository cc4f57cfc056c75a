"""Which themes go together, in words and tables: for respondents, for focus-group sessions and for single excerpts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from oversight import stats
from oversight.challenges import MOST_LEADING, capital, quoted
from oversight.findings import FEW, count, listed, the
from oversight.reasons import records

#: What can be counted -> what its button says.
UNITS: Mapping[str, str] = {"respondents": "Survey respondents", "sessions": "Focus-group sessions", "excerpts": "Excerpts"}
#: Measures of a pair -> what its button says.
STRENGTHS: Mapping[str, str] = {"phi": "Beyond chance (φ)", "jaccard": "Overlap (Jaccard)", "a": "How many have both"}
VERDICTS: Mapping[str, str] = {"higher": "more often than by chance", "lower": "less often than by chance", "similar": "no clear link"}
#: What one, or several, of a unit did.
_BOTH = {
    "respondents": ("chose both", "chose both"),
    "sessions": ("raised both", "raised both"),
    "excerpts": ("is about both", "are about both"),
}
_ONE = {"respondents": ("respondent", "respondents"), "sessions": ("session", "sessions"), "excerpts": ("excerpt", "excerpts")}
HOW = (
    "**By chance.** If two themes had nothing to do with each other, so many would have both: those with the one × those with the other ÷ "
    f"all. Where that is fewer than {stats.LEAST_EXPECTED:.0f}, the pair is not judged: its square is small and has no number.",
    "**φ** (phi) is the correlation of having one theme and having the other: 0 when they meet as often as by chance, 1 when "
    "they always come together, below 0 when they avoid each other. **Jaccard** is the overlap: of all with either theme, the share with "
    "both. Two themes that many choose overlap by chance alone, so the overlap by itself shows no link.",
    "**When a link is clear.** For respondents φ carries a 99.8% interval, because about ninety pairs are looked at together; a pair "
    "goes together more or less often than by chance when the whole interval lies on one side of 0. Focus groups are not a sample: "
    "their sessions and excerpts are counted, and no link is claimed.",
    "**Excerpts** are shown inside the programme only, with session, role and region and without speakers.",
)


def strengths(rows: pd.DataFrame) -> dict[str, str]:
    """The measures of which there is something to show; how many have both, where no pair is judged."""
    found = {name: label for name, label in STRENGTHS.items() if rows[name].notna().any()}
    return found or {"a": STRENGTHS["a"]}


def key(unit: str, strength: str) -> str:
    """How to read the matrix."""
    shown = {
        "phi": "Blue: together more often than by chance, the darker the stronger. Grey: less often. ",
        "jaccard": "The darker, the larger the overlap. ",
        "a": "The darker, the more have both. ",
    }[strength]
    frame = "A frame: the 99.8% interval rules chance out. " if unit == "respondents" else ""
    sample = "" if unit == "respondents" else " Focus groups are not a sample, so no link is claimed."
    return f"{shown}{frame}A small square: too few to show.{sample}"


def ranked(table: pd.DataFrame) -> pd.DataFrame:
    """Every pair, the strongest first, then those that are not judged by how many have both; with ``pair`` and ``words`` for people.

    ``table``: the query theme_pairs. Adds ``pair`` (both names), ``phi_words``, ``range`` of φ, ``link`` and ``words``: all in one line.
    """
    rows = table.assign(
        pair=[f"{one} + {two}" for one, two in zip(table["label"], table["other_label"], strict=True)],
        phi_words=["" if pd.isna(v) else number(v) for v in table["phi"]],
        range=["" if pd.isna(a) else f"{number(a)} to {number(b)}" for a, b in zip(table["low"], table["high"], strict=True)],
        link=[VERDICTS.get(str(v), "") for v in table["verdict"]],
    )
    rows = rows.assign(words=[_words(row) for row in records(rows)])
    return rows.sort_values(["phi", "a", "pair"], ascending=[False, False, True], na_position="last", ignore_index=True)


def number(value: float) -> str:
    """-0.0512 -> "−0.05"; what rounds to nothing has no sign."""
    said = f"{value:.2f}"
    return "0.00" if said == "-0.00" else said.replace("-", "−")


def _words(row: Mapping[str, Any]) -> str:
    if pd.isna(row["a"]):
        return f"{row['pair']}: too few to show"
    said = f"{row['pair']}: {count(row['a'], *_one(row))} {_BOTH[row['unit']][row['a'] != 1]}, {row['expected']:.1f} by chance"
    return said if pd.isna(row["phi"]) else f"{said}; φ {row['phi_words']}, Jaccard {row['jaccard']:.0%}"


def _one(row: Mapping[str, Any]) -> tuple[str, str]:
    return _ONE[row["unit"]]


def order(rows: pd.DataFrame) -> list[str]:
    """The themes, those that most have first, as far as their totals may be seen; then by name."""
    totals: dict[str, float] = {}
    names: dict[str, str] = {}
    for theme, label, total in (("theme", "label", "first"), ("other", "other_label", "second")):
        for code, name, n in zip(rows[theme], rows[label], rows[total], strict=True):
            names[code] = name
            totals[code] = max(totals.get(code, -1.0), -1.0 if pd.isna(n) else float(n))
    return sorted(names, key=lambda code: (-totals[code], names[code], code))


def names(rows: pd.DataFrame) -> dict[str, str]:
    """Every theme with its name, in the order of ``order``."""
    found = {**dict(zip(rows["theme"], rows["label"], strict=True)), **dict(zip(rows["other"], rows["other_label"], strict=True))}
    return {code: str(found[code]) for code in order(rows)}


def partner(rows: pd.DataFrame, theme: str) -> str:
    """The theme that goes most with a theme, as ``ranked`` has it."""
    pair = rows[(rows["theme"] == theme) | (rows["other"] == theme)].iloc[0]
    return str(pair["other"] if pair["theme"] == theme else pair["theme"])


def first_to(options: Mapping[str, str], first: str) -> dict[str, str]:
    """The options with one of them put first: what is chosen where nobody chose."""
    return {first: options[first], **options}


def pair_of(rows: pd.DataFrame, one: str, two: str) -> dict[str, Any]:
    """The row of a pair, in whichever order it stands."""
    found = rows[((rows["theme"] == one) & (rows["other"] == two)) | ((rows["theme"] == two) & (rows["other"] == one))]
    return records(found)[0]


def state(rows: pd.DataFrame, asked: bool) -> str:
    """Why there is no matrix, as an empty state of ``ui``; "" when there is one. ``asked``: whether the survey asked these people."""
    if rows.empty:
        return "outside"
    unit = rows["unit"].iloc[0]
    if rows["n"].isna().all():
        return "not_asked" if unit == "respondents" and not asked else "too_few"
    if (rows["n"].fillna(0) == 0).all():
        return "not_asked" if unit == "respondents" and not asked else "no_data"
    return ""


def no_pairs(unit: str, who: str, place: str) -> str:
    """What to say where there is nothing to pair."""
    if unit == "respondents":
        return f"No answers of {who} in {the(place)} can be paired. Choose another wave, role or place, or count focus-group sessions."
    return f"No coded focus group with {who} in {the(place)} can be shown. Choose another role or place, or count survey respondents."


def pairs_sentence(rows: pd.DataFrame, who: str) -> str:
    """Which themes go together: for respondents only where the interval says so; for sessions and excerpts as counts (``ranked`` rows)."""
    unit, place = rows["unit"].iloc[0], rows["name"].iloc[0]
    n = rows["n"].max()
    if unit == "respondents":
        return _link_sentence(rows, who, place, n)
    most = rows["a"].max()
    base = f"{n:,.0f} {'focus groups' if unit == 'sessions' else 'excerpts of focus groups'} with {who} in {the(place)}"
    if pd.isna(most) or most == 0:
        verb = "came up together in" if unit == "sessions" else "were coded together in"
        return f"No two themes {verb} any of {base}" if n != 1 else f"No two themes {verb} the only one with {who} in {the(place)}"
    top = rows.loc[rows["a"] == most]
    verb = "came up together most" if unit == "sessions" else "were coded together most"
    of = f"in {most:,.0f} of {base}" if n != 1 else f"in the only one with {who} in {the(place)}"
    if len(top) > MOST_LEADING:
        return f"{len(top)} pairs of themes {verb}: each {of}"
    named = listed([f"{quoted(r['label'])} with {quoted(r['other_label'])}" for _, r in top.iterrows()])
    return f"{named} {verb}: {'each ' if len(top) > 1 else ''}{of}"


def _link_sentence(rows: pd.DataFrame, who: str, place: str, n: float) -> str:
    if n < FEW:
        return f"Only {count(n, 'answer')} of {who} in {the(place)}: too few to say which challenges go together"
    judged = rows[rows["verdict"].isin(list(VERDICTS))]
    if judged.empty:
        return f"Too few {who} in {the(place)} chose two challenges at once to say which go together"
    clear = judged[judged["verdict"] != "similar"]
    alone = len(judged) == 1 and len(rows) > 1
    some = "" if alone or len(judged) == len(rows) else f"of the {len(judged)} pairs that can be judged, "
    if clear.empty:
        verb = "the only pair that can be judged is not" if alone else "none is" if some else "no two challenges are"
        return capital(f"{some}{verb} chosen together clearly more or less often than by chance among {who} in {the(place)}")
    clear = clear.assign(size=clear["phi"].abs()).sort_values(["size", "pair"], ascending=[False, True])
    top, rest = records(clear)[0], len(clear) - 1
    first = (
        f"{quoted(top['label'])} and {quoted(top['other_label'])} are chosen together {'more' if top['verdict'] == 'higher' else 'less'} "
        f"often than by chance ({top['a']:,.0f} of {n:,.0f} {who} in {the(place)}, {top['expected']:,.0f} expected)"
    )
    more = f"; {count(rest, 'more pair')} {'differs' if rest == 1 else 'differ'} clearly from chance" if rest else ""
    return capital(f"{some}{first}{more}")


def hidden_sentence(rows: pd.DataFrame) -> str:
    """How many pairs are not judged, for chance alone would bring too few of them together; "" when all are."""
    few = int(((rows["expected"] < stats.LEAST_EXPECTED) & rows["a"].notna()).sum())
    if not few:
        return ""
    what = _ONE[rows["unit"].iloc[0]][1]
    if few == 1:
        return f"1 of {len(rows)} pairs is not judged: by chance alone fewer than {stats.LEAST_EXPECTED:.0f} {what} would have both."
    return f"{few} of {len(rows)} pairs are not judged: by chance alone fewer than {stats.LEAST_EXPECTED:.0f} {what} would have both."


def alt_pairs(rows: pd.DataFrame, who: str) -> str:
    """The matrix as text: the sentence, then the strongest pairs."""
    known = rows[rows["phi"].notna()].head(5)
    said = "; ".join(known["words"])
    return f"{pairs_sentence(rows, who)}." + (f" The strongest: {said}" if said else "")


def pair_sentence(row: Mapping[str, Any]) -> str:
    """One pair in words, with its numbers; a link is claimed only where the interval says so."""
    names = f"{quoted(row['label'])} and {quoted(row['other_label'])}"
    if pd.isna(row["a"]):
        return f"{names}: too few to show how often they stand together."
    one = count(row["a"], *_one(row))
    said = f"{names}: {one} of {row['n']:,.0f} {_BOTH[row['unit']][row['a'] != 1]}; by chance it would be {row['expected']:,.1f}"
    if pd.isna(row["phi"]):
        return f"{said}. Too few to judge."
    interval = f", 99.8% interval {row['range']}" if row["range"] else ""
    strength = f"φ {row['phi_words']}{interval}, Jaccard {row['jaccard']:.0%}"
    few = row["unit"] == "respondents" and row["n"] < FEW
    link = f": {row['link']}" if row["link"] and not few else ""
    return f"{said} ({strength}){link}."


def split(excerpts: pd.DataFrame, theme: str, other: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The excerpts behind a pair: those coded with both themes, and the others of sessions that raised both."""
    both = pd.Series([{theme, other} <= set(_listed(t)) for t in excerpts["themes"]], index=excerpts.index, dtype=bool)
    return excerpts[both], excerpts[~both]


def _listed(value: Any) -> list[str]:
    return [] if value is None or (not hasattr(value, "__len__")) else [str(v) for v in value]


def excerpts_sentence(both: pd.DataFrame, others: pd.DataFrame, label: str, other_label: str) -> str:
    """How much was said of a pair: passages about both, and sessions that raised both."""
    sessions = pd.concat([both["session_id"], others["session_id"]]).nunique()
    names = f"{quoted(label)} and {quoted(other_label)}"
    raised = f"{count(sessions, 'focus group')} raised both"
    if both.empty:
        return f"No excerpt is about {names} at once; {raised}, and what was said of either is below."
    return f"{count(len(both), 'excerpt')} {'is' if len(both) == 1 else 'are'} about {names} at once; {raised}."


def no_excerpts(label: str, other_label: str, who: str, place: str) -> str:
    """What to say where no session raised both themes."""
    return (
        f"No focus group with {who} in {the(place)} raised both {quoted(label)} and {quoted(other_label)}. "
        "The survey may still show that the same people choose them."
    )


def marked(cards: list[tuple[str, str]], excerpts: pd.DataFrame, names: Mapping[str, str], *themes: str) -> list[tuple[str, str]]:
    """The cards of excerpts, each with which of the themes it is about: (words, "… · Isolation")."""
    found = []
    for (words, where), said in zip(cards, excerpts["themes"], strict=True):
        about = [names[theme] for theme in themes if theme in _listed(said)]
        found.append((words, f"{where} · {' + '.join(about)}"))
    return found
