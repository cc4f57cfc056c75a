"""Of Themes: what changed since an earlier wave, in the survey with intervals and in focus groups as counts."""

import streamlit as st

from oversight import challenge_change, challenges, charts, ui

LABELS = {
    "label": "Challenge", "share1": "Then", "share2": "Now", "points": "Change (points)", "range": "99.8% interval",
    "change": "What that says", "n1": "Answered then (n)", "n2": "Answered now (n)", "withheld": "Withheld because",
}  # fmt: skip
FORMATS = {"share1": "percent", "share2": "percent", "n1": "whole", "n2": "whole"}


def draw(view: ui.View) -> None:
    """The earlier wave to choose, a dumbbell per theme, and the sessions of both waves side by side."""
    now = view.filters["wave"]
    waves = view.ask("waves").table.drop_duplicates("wave_id")
    earlier = waves[waves["wave_id"] < (now or "")].sort_values("wave_id", ascending=False)
    if earlier.empty:
        st.header("There is no earlier wave to compare with", anchor=False)
        return ui.empty("no_data", "Choose a later wave, or add an earlier one on the Data page.")
    names = dict(zip(earlier["wave_id"], earlier["wave_name"], strict=True))
    before = view.picker.pick("before", names, "Compare with", in_page=True)
    survey(view, before)
    sessions(view, before, now or "")
    return ui.worked_out(*challenge_change.HOW)


def survey(view: ui.View, before: str) -> None:
    """Shares then and now."""
    result = view.ask("themes_change", before=before)
    rows = challenge_change.changed(result.table, *view.place)
    then, now = view.name(before), view.name(view.filters["wave"])
    if state := challenge_change.change_state(rows):
        st.header("Survey: what changed", anchor=False)
        asked = challenges.was_asked(view.ask("questions").table, view.filters["role"])
        return ui.empty(state if asked or state == "too_few" else "not_asked", "" if asked else "Choose another role, or another wave.")
    st.header(ui.plain(challenge_change.change_sentence(rows, view.who, then)), anchor=False)
    figure = charts.then_and_now(rows, then, now, fictional=view.snapshot.fictional)
    ui.chart(figure, challenge_change.alt_change(rows, view.who, then), "themes-change")
    st.caption(
        "The grey bar holds 99.8% of what the change may be, laid from the ring. Where it covers the ring, there is no clear change."
    )
    ui.source(view, result, rows["n2"].max(), f"survey, compared with {then} (n = {rows['n1'].max():,.0f})")
    return ui.behind(view, rows, LABELS, {"challenges-change": result}, FORMATS)


def sessions(view: ui.View, before: str, now: str) -> None:
    """Sessions that raised each theme then and now, as counts in a table."""
    region = view.filters["region"] or challenges.region_of(challenges.compared(view.ask("themes").table, *view.place))
    result = view.ask("theme_sessions_waves", region=region)
    rows = challenge_change.sessions_then_and_now(result.table, region, before, now)
    then_name, now_name = view.name(before), view.name(now)
    if state := challenge_change.sessions_state(rows):
        st.header("Focus groups: sessions that raised it, then and now", anchor=False)
        return ui.empty(state, ui.plain(challenge_change.no_sessions(rows, view.who, then_name, now_name)))
    st.header(ui.plain(challenge_change.sessions_sentence(rows, view.who, then_name, now_name)), anchor=False)
    labels = {"label": "Theme", "then": f"Sessions after {then_name} opened", "now": f"Sessions after {now_name} opened"}
    ui.table(rows, labels, "sessions-change")
    people = f"{rows['participants1'].max():,.0f} participants then, {rows['participants2'].max():,.0f} now"
    scope = f"{view.who} · {view.name(region)}"
    ui.source(view, result, extra=f"{people}; counts without interval: not a sample", scope=scope)
    return ui.download(view, result, "focus-groups-by-wave", scope=scope)
