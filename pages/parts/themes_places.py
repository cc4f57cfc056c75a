"""Of Themes: the survey's challenges by region, as a grid."""

import streamlit as st

from oversight import challenges, charts, findings, ui


def draw(view: ui.View) -> None:
    """Themes by region, England first."""
    everywhere = view.ask("themes", region=None, icb=None)
    regions = challenges.by_region(everywhere.table)
    if not regions["share"].notna().any():
        asked = challenges.was_asked(view.ask("questions").table, view.filters["role"])
        return ui.empty(challenges.survey_state(everywhere.table, "england", "ENG", asked))
    st.header(ui.plain(challenges.region_sentence(regions)), anchor=False)
    with st.container(key="wide-grid"):
        ui.chart(charts.grid(regions, column="head", fictional=view.snapshot.fictional), challenges.alt_regions(regions), "regions")
    ui.source(view, everywhere, extra="every region")
    table = challenges.wide(regions)
    heads = {name: "Challenge" if name == "label" else name for name in table}
    ui.behind(view, table, heads, {"challenges-by-region": everywhere}, {name: "percent" for name in table if name != "label"})
    return ui.worked_out(challenges.HOW, findings.INTERVALS)
