"""Of Themes: how far two people who coded the same focus groups agree on each theme."""

import streamlit as st

from oversight import charts, coders, stats, ui

LABELS = {
    "label": "Theme", "alpha_words": "Krippendorff's α", "how_firm": "What may rest on it", "sessions": "Sessions (n)",
    "same": "All said the same", "everybody": "Everybody coded it", "somebody": "They differed", "nobody": "Nobody coded it",
    "withheld": "Withheld because",
}  # fmt: skip
FORMATS = {name: "whole" for name in ("sessions", "same", "everybody", "somebody", "nobody")}
SCOPE = "Every session coded by two people · all roles and places"


def draw(view: ui.View) -> None:
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
    ui.download(view, result, "coders", scope=SCOPE)
    return ui.worked_out(*coders.HOW)
