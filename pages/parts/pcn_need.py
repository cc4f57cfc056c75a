"""Of the PCN page: why its estimate is not England's mean, and its need in each wave."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from oversight import charts, firmness, profile, reasons, store, ui, why

PUBLIC = {"sure": "Among the neediest?"}
WAVES = {
    **PUBLIC, "chance": "Chance of that", "value": "Estimated need (90% interval)", "mean": "England's mean",
    "rank_range": "Rank (90% interval)", "heard": "Replied", "reason": "Main thing reported missing",
}  # fmt: skip


def draw(view: ui.View, need: store.Result, row: Mapping[str, Any]) -> None:
    """``need``: the answer of ``priority`` for the PCN, ``row`` its row in words."""
    inside, wave, k = view.viewer.audience == "internal", view.name(view.filters["wave"]), need.filters["k"]
    if inside and len(parts := why.parts(row)):
        st.header(why.sentence(row), anchor=False)
        ui.chart(charts.why(parts, fictional=view.snapshot.fictional), why.alt(parts), "why")
        ui.table(parts, {"label": "What speaks for more or less need", "said": "Percentage points"}, "why-table")
        for line in firmness.of_pcn(view.ask("need_sensitivity_pcn").table.iloc[0], k):
            st.markdown(line)

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
