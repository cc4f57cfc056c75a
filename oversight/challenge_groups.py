"""Challenges by role and by region: shares of respondents, and focus-group sessions as counts. Roles stand side by side, never added up."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from oversight import stats
from oversight.challenges import MOST_LEADING, capital, quoted
from oversight.findings import FEW, count, interval, listed, percent, the

#: The role the others are compared with: the contract's clause binds link workers.
FIRST = "splw"
HOW = (
    "**Roles.** Each role is shown by itself and compared with link workers by Newcombe's interval of the difference, at 99.8% because "
    "many comparisons are made at once. Roles are never added together. A role that was not asked about challenges has no column.",
    "**Focus groups.** “3 of 5” means that the theme came up in 3 of 5 sessions. Sessions are not a sample, so these counts carry no "
    "interval and no comparison. Not raised is not “no problem”.",
)


def by_role(tables: Mapping[str, pd.DataFrame], names: Mapping[str, str], level: str, code: str) -> pd.DataFrame:
    """One row per theme and role that answered at a place, link workers' most chosen theme first.

    ``tables``: role -> the query themes for it. ``names``: role -> its name in the plural. Adds ``role``, ``role_name``, ``head`` (the role
    with its n), ``range``, and of the difference from link workers ``difference``, ``diff_low``, ``diff_high`` (99.8%) and ``against``.
    """
    parts = []
    for role, table in tables.items():
        rows = table[(table["level"] == level) & (table["code"] == code)]
        base = rows["n"].max()
        if len(rows) and rows["share"].notna().any():
            parts.append(rows.assign(role=role, role_name=names[role], head=f"{capital(names[role])} (n\u00a0=\u00a0{base:,.0f})"))
    if not parts:
        return pd.DataFrame(columns=["theme", "label", "role", "role_name", "head", "share", "against", "range"])
    rows = pd.concat(parts, ignore_index=True)
    first = rows[rows["role"] == FIRST].set_index("theme")
    x1, n1 = (rows["theme"].map(first[c]).astype(float) for c in ("x", "n"))
    difference, low, high = stats.newcombe(rows["x"].astype(float), rows["n"].astype(float), x1, n1, stats.Z998)
    is_first = rows["role"] == FIRST
    rows = rows.assign(
        difference=pd.Series(difference, index=rows.index).mask(is_first),
        diff_low=pd.Series(low, index=rows.index).mask(is_first),
        diff_high=pd.Series(high, index=rows.index).mask(is_first),
        reference=rows["theme"].map(first["share"]).astype(float),
        range=["" if pd.isna(a) else interval(a, b) for a, b in zip(rows["low"], rows["high"], strict=True)],
    )
    rows["against"] = stats.against(rows["diff_low"], rows["diff_high"], 0.0)
    order = rows["role"].map({role: i for i, role in enumerate(tables)})
    rows = rows.assign(order=order).sort_values(["reference", "label", "theme", "order"], ascending=[False, True, True, True])
    return rows.drop(columns="order").reset_index(drop=True)


def role_sentence(rows: pd.DataFrame, place: str) -> str:
    """What the other roles choose clearly more or less often than link workers; the largest differences first."""
    roles = rows.drop_duplicates("role")
    small = roles.loc[roles["role"].map(rows.groupby("role")["n"].max()) < FEW, "role"].tolist()
    if FIRST not in set(roles["role"]) or FIRST in small:
        return f"Too few link workers in {the(place)} answered to compare other roles with them"
    others = [role for role in roles["role"] if role != FIRST and role not in small]
    if not others:
        return f"Too few people of other roles in {the(place)} answered to compare them with link workers"
    seen = rows[rows["role"].isin(others)]
    known = seen[seen["against"].isin(["higher", "lower"])]
    some = "of those that can be shown, " if rows.loc[rows["role"].isin([FIRST, *others]), "share"].isna().any() else ""
    if known.empty:
        who = listed(seen.drop_duplicates("role")["role_name"].tolist())
        return capital(f"{some}{who} in {the(place)} choose no challenge clearly more or less often than link workers")
    known = known.assign(gap=known["difference"].abs()).sort_values("gap", ascending=False)
    parts = [
        f"{capital(r['role_name'])} choose {quoted(r['label'])} {'more' if r['against'] == 'higher' else 'less'} often than link workers "
        f"({percent(r['share'])} against {percent(r['reference'])})"
        for _, r in known.head(2).iterrows()
    ]
    more = f"; and {count(len(known) - 2, 'more difference')}" if len(known) > 2 else ""
    return capital(f"{some}in {the(place)}: {'; '.join(parts)}{more}")


def alt_roles(rows: pd.DataFrame, place: str) -> str:
    """The grid of roles as text: what stands out, then each role's most chosen challenge."""
    tops = rows[rows["share"].notna()].sort_values("share", ascending=False).drop_duplicates("role")
    said = "; ".join(f"{r['role_name']}: {r['label']} {percent(r['share'])}" for _, r in tops.iterrows())
    return f"{role_sentence(rows, place)}. Most chosen in each: {said}"


def role_table(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``by_role`` with the comparison in words, for the table behind the grid."""
    words = {"higher": "more often", "lower": "less often", "similar": "no clear difference"}
    apart = [
        "" if pd.isna(d) else f"{words[a]} ({_points(low)} to {_points(high)})"
        for d, low, high, a in zip(rows["difference"], rows["diff_low"], rows["diff_high"], rows["against"], strict=True)
    ]
    return rows.assign(apart=apart)


def _points(value: float) -> str:
    """0.042 -> "+4", a difference in percentage points."""
    return f"{100 * value:+.0f}".replace("-", "−").replace("+0", "0").replace("−0", "0")


def sessions(table: pd.DataFrame, by: str, names: Mapping[str, str]) -> pd.DataFrame:
    """One row per theme and column of a grid of sessions, those of most sessions first: ``head``, ``part`` (0 to 1), ``words`` ("3 of 5").

    ``table``: rows of the query theme_sessions with a column ``by`` (role or code). Columns without any session are left out.
    """
    rows = table[(table["sessions"] > 0) | table["sessions"].isna()]
    columns = [key for key in names if key in set(rows[by])]
    if not columns:
        return pd.DataFrame(columns=["theme", "label", "head", "part", "words", "sessions", "sessions_with"])
    heads = {key: capital(names[key]) for key in columns}
    words = ["" if pd.isna(w) else f"{w:.0f} of {n:.0f}" for w, n in zip(rows["sessions_with"], rows["sessions"], strict=True)]
    rows = rows.assign(
        head=rows[by].map(heads), words=words, part=rows["sessions_with"].astype(float) / rows["sessions"].astype(float), column=rows[by],
        order=rows[by].map({key: i for i, key in enumerate(columns)}), total=rows.groupby("theme")["sessions_with"].transform("sum"),
    )  # fmt: skip
    return rows.sort_values(["total", "label", "theme", "order"], ascending=[False, True, True, True], ignore_index=True)


def without_sessions(table: pd.DataFrame, by: str, names: Mapping[str, str]) -> str:
    """The columns left out because no session was held there: "no session in South East"; "" when there are none."""
    held = set(table.loc[(table["sessions"] > 0) | table["sessions"].isna(), by])
    missing = [name for key, name in names.items() if key not in held]
    return f"no session {'with' if by == 'role' else 'in'} {listed([the(name) for name in missing])}" if missing else ""


def sessions_sentence(rows: pd.DataFrame, what: str) -> str:
    """How many themes came up in every column of the grid, counted; ``what``: "role" or "region"."""
    known = rows[rows["sessions_with"].notna()]
    columns = known["column"].nunique()
    if not columns:
        return "The focus groups had too few participants to show what came up in them"
    if columns == 1:
        return f"Focus groups were held in one {what} only" if what == "region" else f"Focus groups were held with one {what} only"
    everywhere = known.groupby("theme")["sessions_with"].min() > 0
    some = known["theme"].nunique()
    held = "where any were held" if what == "region" else "that took part"
    which = "that can be shown" if rows["sessions_with"].isna().any() else held
    where = f"{'both' if columns == 2 else f'all {columns}'} {what}s {which}"
    if everywhere.all():
        return f"Every theme came up in focus groups of {where}"
    missing = known[known["theme"].map(~everywhere)].drop_duplicates("theme")["label"].tolist()
    named = f", all but {listed([quoted(label) for label in missing])}" if len(missing) <= MOST_LEADING else ""
    return f"{everywhere.sum()} of {some} themes came up in focus groups of {where}{named}"


def alt_sessions(rows: pd.DataFrame, what: str) -> str:
    """The grid of sessions as text: the sentence, then what came up most in each column."""
    known = rows[rows["sessions_with"] > 0].sort_values("sessions_with", ascending=False).drop_duplicates("column")
    tops = "; ".join(f"{r['head']}: {r['label']} {r['words']}" for _, r in known.sort_values("order").iterrows())
    return f"{sessions_sentence(rows, what)}. Most often in each: {tops}"


def sessions_table(rows: pd.DataFrame) -> pd.DataFrame:
    """The grid of sessions as people read it: label, then one column of counts per head."""
    table = rows.drop_duplicates("theme").set_index("theme")[["label"]]
    for head, part in rows.groupby("head", sort=False):
        table[str(head)] = part.set_index("theme")["words"]
    return table.reset_index(drop=True)
