"""Of the places of one measure: tiles, map and funnel, each with every ICB in it. Each gives back the rows for the table."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from oversight import boundaries, charts, findings, reference, standing, stats, ui

HOW_TO_MAP = "To see a map, put the ICB boundaries of the Office for National Statistics (GeoJSON) into data/reference: see README."


def _pictured(
    view: ui.View, rows: pd.DataFrame, here: pd.DataFrame, draw_icbs: Callable[[pd.DataFrame, frozenset[str] | None], None]
) -> None:
    """The finding of the ICBs that are looked at, above a picture of all of them."""
    icbs, inside = rows[rows["level"] == "icb"], standing.chosen(rows, *view.place)
    shown = here[here["level"] == "icb"]
    st.header(standing.spread_sentence(shown, "icb"), anchor=False)
    st.caption(f"Darker blue means a higher share. {standing.withheld_sentence(shown, 'icb')}")
    draw_icbs(icbs, inside)


def as_tiles(view: ui.View, rows: pd.DataFrame, here: pd.DataFrame) -> pd.DataFrame:
    """Every ICB as a tile."""

    def draw_icbs(icbs: pd.DataFrame, inside: frozenset[str] | None) -> None:
        figure = charts.tiles(icbs, reference.icb_tiles(), fictional=view.snapshot.fictional, chosen=inside)
        with st.container(key="tile-map"):
            ui.chart(figure, findings.alt_shares(here[here["level"] == "icb"], "name"), "tiles", width=560)

    _pictured(view, rows, here, draw_icbs)
    return here


def as_map(view: ui.View, rows: pd.DataFrame, here: pd.DataFrame) -> pd.DataFrame:
    """Every ICB within its boundary, where the team has put boundaries."""
    try:
        found = boundaries.load()
    except boundaries.BoundaryError as problem:
        st.warning(ui.plain(str(problem)), icon=":material/map:")
        found = None
    if found is None:
        st.info(f"**There are no boundaries to draw yet.** {HOW_TO_MAP} “Tiles” shows the same without them.", icon=":material/map:")
        return here

    def draw_icbs(icbs: pd.DataFrame, inside: frozenset[str] | None) -> None:
        fictional = view.snapshot.fictional
        figure = charts.areas(icbs, found.shapes, ratio=found.ratio, hearts=found.hearts, fictional=fictional, chosen=inside)
        ui.chart(figure, findings.alt_shares(here[here["level"] == "icb"], "name"), "map")
        st.caption(ui.plain(" ".join(note for note in (found.notes, found.attribution) if note)))

    _pictured(view, rows, here, draw_icbs)
    return here


def as_funnel(view: ui.View, rows: pd.DataFrame, here: pd.DataFrame) -> pd.DataFrame:
    """Every ICB that can be shown, by how many answered, between the limits."""
    theta = float(rows.loc[rows["level"] == "england", "share"].iloc[0])
    level, code = view.place
    icbs, spread = standing.funnel(rows[rows["level"] == "icb"], theta, code if level == "icb" else "")
    st.header(ui.plain(standing.funnel_sentence(icbs)), anchor=False)
    if icbs["share"].notna().any():
        curves = stats.funnel_curves(theta, standing.sizes(icbs), spread.tau2 if spread.tau2 > 0 else float("nan"))
        ui.chart(charts.funnel(icbs, curves, theta, fictional=view.snapshot.fictional), standing.alt_funnel(icbs, theta), "funnel")
        st.caption(f"{standing.spread_words(icbs, spread)} {standing.withheld_sentence(icbs, 'icb')}")
    return here.merge(icbs[["code", "place"]], on="code", how="left")


PICTURES = {"tiles": as_tiles, "map": as_map, "funnel": as_funnel}
