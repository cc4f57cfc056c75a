"""Of the PCN page: why its estimate is not England's mean, and its need in each wave."""

from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from oversight import charts, firmness, profile, reasons, store, ui, why

PUBLIC = {"sure": "Among the neediest?"}
WAVES = {
    **PUBLIC, "chance": "Chance of that", "value": "Estimated need (90% interval)", "mean": "England's mean",
    "rank_range": "Rank (90% interval)", "heard": "Replied", "reason": "Main thing reported missing",
}  # fmt: skip


def draw(view: ui.View, need: store.Result, row: Mapping[str, Any]) -> DeltaGenerator:
    """``need``: the answer of ``priority`` for the PCN, ``row`` its row in words. Returned: where ``firm`` says how firm that is."""
    inside, wave = view.viewer.audience == "internal", view.name(view.filters["wave"])
    if inside and len(parts := why.parts(row)):
        st.header(why.sentence(row), anchor=False)
        ui.chart(charts.why(parts, fictional=view.snapshot.fictional), why.alt(parts), "why")
        ui.table(why.added_up(parts), {"label": "What speaks for more or less need", "said": "Percentage points"}, "why-table")
    place = st.container()

    waves = view.ask("waves").table
    asked = waves[waves["role"] == view.filters["role"]].sort_values("wave_id", ascending=False)
    history = profile.in_each_wave({r.wave_name: view.ask("priority", wave=r.wave_id).table for r in asked.itertuples()})
    otherwise = "Too few replies to tell a change between waves" if inside and len(history) > 1 else "Its need in each wave"
    st.header(profile.change(history, wave) or otherwise, anchor=False)
    if history.empty:
        ui.empty("not_asked", f"No wave has asked {view.who} yet.")
    elif inside and history["estimate"].notna().any():
        st.markdown(f"{reasons.READING} Open dot: nobody replied, so it is estimated from ICB, region, list size and the like.")
        ui.chart(charts.needs(history, "wave_name", fictional=view.snapshot.fictional), profile.alt_history(history), "history")
    if len(history):
        turned = profile.side_by_side(history, WAVES if inside else PUBLIC)
        ui.table(turned, {"what": "", **{wave: wave for wave in turned.columns[1:]}}, "history-table")
    ui.source(view, need, row["n"] if inside else None, "90% intervals" if inside else "")
    ui.download(view, need, "pcn-band")
    return place


def firm(view: ui.View, row: Mapping[str, Any], k: int, place: DeltaGenerator) -> None:
    """How firm the PCN's place is. It takes longest on a first visit, so it is asked for when the rest of the page is there."""
    if why.parts(row).empty:
        return
    with place:
        with st.spinner("Ranking all PCNs again under every check …"):
            checked = view.ask("need_sensitivity_pcn").table.iloc[0]
        for line in firmness.of_pcn(checked, k):
            st.markdown(line)
