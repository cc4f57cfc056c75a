"""Of Themes: the survey's challenges and the focus groups' themes, by region or by role."""

import pandas as pd
import streamlit as st

from oversight import challenge_groups, challenges, charts, findings, ui
from oversight.questionnaire import BY_FIELD, RESPONDENT_KINDS

ROLES = {
    "label": "Challenge", "role_name": "Role", "share": "Chose it", "range": "95% interval", "apart": "Against link workers (99.8%)",
    "x": "Chose it (n)", "n": "Answered (n)", "withheld": "Withheld because",
}  # fmt: skip
FORMATS = {"share": "percent", "x": "whole", "n": "whole"}


def draw(view: ui.View) -> None:
    """One grid of shares and one of sessions, split by what is chosen."""
    by = view.picker.pick("split", {"region": "By region", "role": "By role"}, "Split by", in_page=True, buttons=True)
    if by == "role":
        roles(view)
    else:
        regions(view)
    sessions(view, by)
    ui.worked_out(challenges.HOW, *challenge_groups.HOW, findings.INTERVALS)


def regions(view: ui.View) -> None:
    """Themes by region for the chosen role, England first."""
    everywhere = view.ask("themes", region=None, icb=None)
    rows = challenges.by_region(everywhere.table)
    if not rows["share"].notna().any():
        asked = challenges.was_asked(view.ask("questions").table, view.filters["role"])
        state = challenges.survey_state(everywhere.table, "england", "ENG", asked)
        return ui.empty(state, "Choose another role, or another wave." if state == "not_asked" else "")
    st.header(ui.plain(challenges.region_sentence(rows)), anchor=False)
    with st.container(key="wide-grid"):
        ui.chart(charts.grid(rows, column="head", fictional=view.snapshot.fictional), challenges.alt_regions(rows), "regions")
    ui.source(view, everywhere, extra="survey, every region")
    table = challenges.wide(rows)
    heads = {name: "Challenge" if name == "label" else name for name in table}
    formats = {name: "percent" for name in table if name != "label"}
    return ui.behind(view, table, heads, {"challenges-by-region": everywhere}, formats)


def roles(view: ui.View) -> None:
    """Themes by role at the chosen place, link workers first."""
    level, code = view.place
    asked = {role: view.ask("themes", role=role) for role in RESPONDENT_KINDS if role in BY_FIELD["challenges"].asked}
    rows = challenge_groups.by_role({role: r.table for role, r in asked.items()}, ui.ROLE_PLURALS, level, code)
    if rows.empty:
        return ui.empty("too_few" if any(r.withheld for r in asked.values()) else "no_data")
    place = view.name(code)
    st.header(ui.plain(challenge_groups.role_sentence(rows, place)), anchor=False)
    with st.container(key="grid-roles"):
        figure = charts.grid(rows, column="head", fictional=view.snapshot.fictional)
        ui.chart(figure, challenge_groups.alt_roles(rows, place), "roles")
    some = next(r for r in asked.values() if len(r.table))
    ui.source(view, some, extra="survey", scope=f"{view.name(view.filters['wave'])} · every role that was asked · {place}")
    files = {f"challenges-{role.replace('_', '-')}": result for role, result in asked.items()}
    return ui.behind(view, challenge_groups.role_table(rows), ROLES, files, FORMATS)


def sessions(view: ui.View, by: str) -> None:
    """The focus-group sessions that raised each theme: of the chosen role by region, or of the chosen place by role."""
    region = view.filters["region"] if by == "role" else None
    if by == "role":
        results = {role: view.ask("theme_sessions", role=role, region=region) for role in RESPONDENT_KINDS}
        here = [challenges.sessions_at(r.table, region).assign(role=role) for role, r in results.items()]
        grid, names, who = pd.concat(here, ignore_index=True), ui.ROLE_PLURALS, "every role"
    else:
        results = {view.filters["role"] or "splw": view.ask("theme_sessions", region=None)}
        (groups,) = results.values()
        grid = groups.table[groups.table["level"] == "region"]
        names, who = dict(sorted(zip(grid["code"], grid["name"], strict=True), key=lambda pair: pair[1])), view.who
    rows = challenge_groups.sessions(grid, "role" if by == "role" else "code", names)
    if rows.empty:
        st.header("Focus groups: sessions that raised each theme", anchor=False)
        return ui.empty("no_data", ui.plain(challenges.no_sessions("no_data", "anybody" if by == "role" else view.who, view.name(region))))
    st.header(ui.plain(challenge_groups.sessions_sentence(rows, by)), anchor=False)
    with st.container(key="grid-roles-sessions" if by == "role" else "wide-grid-sessions"):
        figure = charts.grid(rows, column="head", value="part", words="words", fictional=view.snapshot.fictional)
        ui.chart(figure, challenge_groups.alt_sessions(rows, by), "sessions-grid")
    first = next(iter(results.values()))
    missing = challenge_groups.without_sessions(grid, "role" if by == "role" else "code", names)
    extra = f"sessions of any date{f', {missing}' if missing else ''}"
    ui.source(view, first, extra=extra, scope=f"Focus groups with {who} · {view.name(region)}")
    table = challenge_groups.sessions_table(rows)
    heads = {name: "Theme" if name == "label" else name for name in table}
    files = {f"focus-groups-{role.replace('_', '-')}": result for role, result in results.items()}
    return ui.behind(view, table, heads, files, {})
