"""Change in challenges between two waves, in words and tables: shares with intervals, focus-group sessions as counts."""

from __future__ import annotations

import pandas as pd

from oversight.challenges import MOST_LEADING, capital, quoted
from oversight.findings import FEW, count, listed, percent, the

HOW = (
    "**Survey.** The share of this wave less that of the earlier one, with Newcombe's interval. All themes are looked at together, so the "
    "intervals hold 99.8%: of fourteen changes at 95%, one would look clear by chance in every other list; at 99.8%, in one of about 36. "
    "Other people may have replied, so a change can be a change of who answered.",
    "**Focus groups.** A session belongs to the wave that had last opened by its date; sessions before the first wave belong to none. "
    "They are not a sample: other people were asked, by other people. So sessions are counted, without interval, and a difference "
    "between two counts is no trend.",
)


def changed(table: pd.DataFrame, level: str, code: str) -> pd.DataFrame:
    """A place's themes, the most chosen now first and withheld ones last, with the change and its 99.8% interval in words.

    ``table``: the query themes_change. ``low``, ``high`` and ``verdict`` become those at 99.8%.
    """
    rows = table[(table["level"] == level) & (table["code"] == code)]
    rows = rows.assign(low=rows["low_listed"], high=rows["high_listed"], verdict=rows["verdict_listed"])
    words = {"higher": "Up", "lower": "Down", "similar": "No clear change"}
    return rows.assign(
        points=["" if pd.isna(d) else signed(d) for d in rows["difference"]],
        range=["" if pd.isna(a) else f"{signed(a)} to {signed(b)}" for a, b in zip(rows["low"], rows["high"], strict=True)],
        change=[words.get(str(v), "") for v in rows["verdict"]],
    ).sort_values(["share2", "label"], ascending=[False, True], na_position="last", ignore_index=True)


def signed(value: float) -> str:
    """A difference in percentage points: 0.042 -> "+4", -0.0004 -> "0"."""
    whole = round(100 * value)
    return f"{whole:+d}".replace("-", "−") if whole else "0"


def change_state(rows: pd.DataFrame) -> str:
    """Why there is no change to show, as an empty state of ``ui``; "" when there is."""
    if rows.empty or rows["earlier_wave"].isna().all():
        return "no_data"
    if rows["difference"].notna().any():
        return ""
    return "too_few" if rows["n2"].isna().any() or rows["n1"].isna().any() else "no_data"


def change_sentence(rows: pd.DataFrame, who: str, then: str) -> str:
    """Which challenges are chosen clearly more or less often than in the earlier wave (``rows`` from ``changed``)."""
    place = rows["name"].iloc[0]
    least = rows[["n1", "n2"]].max().min()
    if least < FEW:
        return f"Too few {who} in {the(place)} answered in one of the two waves to say what changed"
    some = "Of those that can be shown, " if rows["difference"].isna().any() else ""
    known = rows[rows["verdict"].isin(["higher", "lower"])]
    if known.empty:
        return capital(f"{some}{who} in {the(place)} choose no challenge clearly more or less often than in {then}")
    known = known.assign(gap=known["difference"].abs()).sort_values("gap", ascending=False)
    parts = []
    for verdict, words in (("higher", "more"), ("lower", "less")):
        found = known[known["verdict"] == verdict].head(3)
        names = [f"{quoted(r['label'])} ({percent(r['share1'])} then, {percent(r['share2'])} now)" for _, r in found.iterrows()]
        if names:
            left = int((known["verdict"] == verdict).sum()) - len(names)
            parts.append(f"{words} often {listed(names)}{f' and {left} more' if left else ''}")
    return capital(f"{some}compared with {then}, {who} in {the(place)} choose {'; '.join(parts)}")


def alt_change(rows: pd.DataFrame, who: str, then: str) -> str:
    """The chart of change as text: the sentence, then each theme then and now."""
    known = rows[rows["difference"].notna()]
    said = "; ".join(f"{r['label']} {percent(r['share1'])} then, {percent(r['share2'])} now" for _, r in known.iterrows())
    return f"{change_sentence(rows, who, then)}. {said}"


def sessions_then_and_now(table: pd.DataFrame, region: str | None, then: str | None, now: str | None) -> pd.DataFrame:
    """Themes in the sessions of two waves at a region (None: England), those of most sessions now first.

    ``table``: the query theme_sessions_waves. Gives ``with1`` of ``sessions1`` then, ``with2`` of ``sessions2`` now, in words
    ``then`` and ``now`` ("5 of 7"), and the participants.
    """
    here = table[(table["level"] == ("region" if region else "england")) & (table["code"] == (region or "ENG"))]
    parts = {}
    for number, wave in ((1, then), (2, now)):
        rows = here[here["wave_id"] == wave].set_index("theme")
        parts[number] = rows[["sessions_with", "sessions", "participants"]].add_suffix(str(number))
    labels = here.drop_duplicates("theme").set_index("theme")[["label", "name"]]
    rows = labels.join(parts[1]).join(parts[2]).reset_index()
    rows = rows.rename(columns={"sessions_with1": "with1", "sessions_with2": "with2"})
    for number, column in ((1, "then"), (2, "now")):
        pairs = zip(rows[f"with{number}"], rows[f"sessions{number}"], strict=True)
        rows[column] = ["" if pd.isna(w) or not n else f"{w:.0f} of {n:.0f}" for w, n in pairs]
    return rows.sort_values(["with2", "with1", "label"], ascending=[False, False, True], na_position="last", ignore_index=True)


def sessions_state(rows: pd.DataFrame) -> str:
    """Why sessions of two waves cannot be put side by side, as an empty state of ``ui``; "" when they can."""
    if rows.empty:
        return "no_data"
    held = rows[["sessions1", "sessions2"]].max()
    if (held == 0).any():
        return "no_data"
    return "too_few" if held.isna().any() else ""


def no_sessions(rows: pd.DataFrame, who: str, then: str, now: str) -> str:
    """What to say where ``sessions_state`` found nothing to compare."""
    if rows.empty:
        return f"There are no focus groups with {who} of two waves to put side by side."
    place, held = rows["name"].iloc[0], rows[["sessions1", "sessions2"]].max()
    if held.isna().any() and not (held == 0).any():
        return f"The focus groups with {who} in {the(place)} had too few participants in one of the two waves. Choose a larger place."
    missing = [wave for wave, n in ((then, held["sessions1"]), (now, held["sessions2"])) if n == 0]
    return f"No focus group with {who} in {the(place)} belongs to {' or '.join(missing)}, so there is nothing to put side by side."


def sessions_sentence(rows: pd.DataFrame, who: str, then: str, now: str) -> str:
    """How many sessions there were, which themes came up in only one of the two waves; counts, never a trend."""
    held = rows[["sessions1", "sessions2"]].max()
    where = f"with {who} in {the(rows['name'].iloc[0])}"
    start = f"{count(held['sessions1'], 'focus group')} {where} after {then} opened, {held['sessions2']:.0f} after {now}"
    parts = []
    once = {
        "only now": rows.loc[(rows["with2"] > 0) & (rows["with1"] == 0), "label"].tolist(),
        "only then": rows.loc[(rows["with1"] > 0) & (rows["with2"] == 0), "label"].tolist(),
    }
    few = sum(map(len, once.values())) <= MOST_LEADING
    for words, names in once.items():
        if names:
            said = listed([quoted(n) for n in names]) if few else count(len(names), "theme")
            parts.append(f"{said} came up {words}")
    both = ((rows["with1"] > 0) & (rows["with2"] > 0)).sum()
    rest = "; ".join(parts) if parts else f"{count(both, 'theme')} came up both times, and none only once"
    return f"{start}: {rest}"
