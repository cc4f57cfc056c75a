"""Of Themes: how far two people who coded the same focus groups agree on each theme, and whether new themes still come up."""

import streamlit as st

from oversight import charts, coders, findings, stats, ui

LABELS = {
    "label": "Theme", "alpha_words": "Krippendorff's α", "how_firm": "What may rest on it", "sessions": "Sessions (n)",
    "same": "All said the same", "everybody": "Everybody coded it", "somebody": "They differed", "nobody": "Nobody coded it",
    "withheld": "Withheld because",
}  # fmt: skip
ORDER = {
    "number": "Session", "day": "Held on", "themes": "Themes raised", "new": "New ones", "seen": "Seen so far",
    "run": f"New in the last {stats.RUN}, of the base",
}  # fmt: skip
FORMATS = {name: "whole" for name in ("sessions", "same", "everybody", "somebody", "nobody", "number", "themes", "new", "seen")}
SCOPE = "Every session coded by two people · all roles and places"


def draw(view: ui.View) -> None:
    """Alpha per theme with the counts behind it, and new themes session by session."""
    agreement(view)
    saturation(view)
    ui.worked_out(*coders.HOW)


def agreement(view: ui.View) -> None:
    """Alpha per theme, with the counts behind it."""
    result = view.ask("theme_agreement")
    if state := coders.state(result.table):
        st.header("Whether coders agree cannot be told", anchor=False)
        return ui.empty(state, coders.NOTHING if state == "no_data" else "Too few people took part in the sessions that two people coded.")
    rows = coders.agreement(result.table)
    st.header(ui.plain(coders.agreement_sentence(rows)), anchor=False)
    for line in (coders.overall_sentence(rows), coders.weak_sentence(rows)):
        if line:
            st.markdown(ui.plain(line))
    figure = charts.alphas(rows, stats.FIRM, stats.TENTATIVE, fictional=view.snapshot.fictional)
    ui.chart(figure, coders.alt_agreement(rows), "alphas")
    ui.source(view, result, extra=coders.note(rows), scope=SCOPE)
    ui.table(rows, LABELS, "agreement", FORMATS)
    return ui.download(view, result, "coders", scope=SCOPE)


def saturation(view: ui.View) -> None:
    """Whether further sessions still raise new themes; single sessions stay inside the programme."""
    region = view.filters["region"]
    st.header("Whether new themes still come up", anchor=False)
    if view.viewer.audience == "shareable":
        st.info("**Not for sharing.** Single sessions stay inside the programme.", icon=":material/visibility_off:")
        return None
    result = view.ask("theme_saturation", region=region)
    if result.table.empty:
        return ui.empty("no_data", f"No coded focus group with {view.who} is recorded for {ui.plain(findings.the(view.name(region)))}.")
    st.markdown(ui.plain(coders.saturation_sentence(result.table, view.who, view.name(region))) + ".")
    ui.table(coders.saturation_table(result.table), ORDER, "saturation", FORMATS)
    return ui.source(view, result, extra="of any date", scope=f"Focus groups with {view.who} · {view.name(region)}")
