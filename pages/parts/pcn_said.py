"""Of the PCN page: who replied, what they have, and the challenges they chose. For named users inside the programme."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from oversight import profile, ui

ELEMENTS = {"label": "Element or part", "has": "Yes", "lacks": "No", "unsure": "Don't know", "england": "England: yes"}
THEMES = {"label": "Challenge", "said": "Chosen by", "remedy": "What the programme offers"}


def draw(view: ui.View, row: Mapping[str, Any]) -> None:
    """``row``: the PCN's row of ``priority`` in words."""
    wave = view.name(view.filters["wave"])
    st.header("Who replied", anchor=False)
    replied = view.ask("pcn_replies").table
    ui.table(profile.replies(replied), profile.columns(replied), "replies")
    st.header(f"What {view.who} of this PCN have, {wave}", anchor=False)
    if row["replies"]:
        coverage, themes = view.ask("coverage", level="pcn"), view.ask("pcn_themes")
        ui.table(profile.elements(coverage.table, row["pcn_code"]), ELEMENTS, "elements")
        ui.source(view, coverage, row["replies"])
        st.header("Challenges they chose", anchor=False)
        if profile.chose(themes.table):
            ui.table(profile.themes(themes.table), THEMES, "themes")
            ui.source(view, themes, row["replies"])
        else:
            ui.empty("no_data", f"No {view.who} of this PCN answered that question in {wave}, or it was not asked.")
    else:
        ui.empty("no_data", f"No {view.who} have replied from this PCN in {wave}. Choose another wave, or ask them.")
