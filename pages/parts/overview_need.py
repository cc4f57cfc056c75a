"""Of the Overview: how many PCNs stand in each band of the offer."""

import streamlit as st

from oversight import charts, findings, reasons, ui
from pages.parts import priority_decided

BANDS = {"label": "Band", "meaning": "What it means", "pcns": "PCNs", "silent": "Of which nobody replied"}
FORMATS = {"pcns": "whole", "silent": "whole"}
NOT_A_RANKING = "A band says whom to talk to first. It is no place on the offer and no verdict, and silence is not “no need”."


def draw(view: ui.View, since: str) -> None:
    """The bands, the table behind them and the way to the Priority page. ``since``: how many moved since the last snapshot, in words."""
    priority = view.ask("priority")
    table = reasons.in_words(priority.table)
    if table.empty or (view.viewer.audience == "internal" and table["estimate"].isna().all()):
        st.header("PCNs for the offer", anchor=False)
        ui.empty("outside" if table.empty else "no_data", reasons.nobody(view.who) if len(table) and view.asked else "")
    else:
        counts = reasons.bands(table)
        st.header(ui.plain(reasons.headline(table, view.name(view.place[1]), priority.filters["k"])), anchor=False)
        ui.chart(charts.bands(counts, fictional=view.snapshot.fictional), reasons.alt_bands(counts), "bands")
        st.markdown(NOT_A_RANKING)
        priority_decided.line(view)
        if since:
            st.caption(ui.plain(since))
        st.caption(findings.source_line(priority, view.scope, extra=findings.count(len(table), "PCN")))
        ui.behind(view, counts, BANDS, {"priority": priority}, FORMATS)
        ui.link("priority", "Which PCNs, why, and how sure we are", icon=":material/arrow_forward:")
