"""Whom to ask for one more reply before places are decided: which PCNs, why, and whom in them."""

import pandas as pd
import streamlit as st

from oversight import asking_words, charts, ui
from oversight.store import Result

SHARED = {"pcn": "PCN", "icb_name": "ICB", "region_name": "Region"}
LIST = {
    "order": "Order", "pcn": "PCN", "icb_name": "ICB", "heard": "Replied", "whom": "Not yet heard", "because": "Why",
    "crosses": "It decides", "sure": "Among the neediest?", "region_name": "Region",
}  # fmt: skip
PLACES = {"name": "Place", "pcns": "PCNs to ask", "silent": "Of which nobody replied", "unheard": "People not yet heard"}


def draw(view: ui.View) -> None:
    """Inside the programme the list with its reasons; for sharing which PCNs to ask, and nothing else."""
    result = view.ask("whom_to_ask")
    if view.viewer.audience != "internal":
        _shared(view, result)
        return
    heading = st.container()
    with st.columns([1, 2])[0]:
        how_many = view.picker.pick("ask_first", asking_words.FIRST, "How many of England's PCNs to ask first", in_page=True)
    rows = asking_words.in_words(asking_words.first(result.table, how_many), view.ask("priority").table, view.who)
    heading.header(ui.plain(asking_words.headline(rows, how_many, view.name(view.place[1]))), anchor=False)
    heading.markdown(asking_words.cut_off(result.table, result.filters["k"]))
    if rows.empty:
        ui.empty("no_data", asking_words.not_asked(result.table))
    else:
        _pictures(view, rows)
        st.subheader("The list to ask from", anchor=False)
        st.markdown(asking_words.anywhere(how_many))
        left_out = {"england": (), "region": ("region_name",), "icb": ("icb_name", "region_name")}[view.place[0]]
        ui.pcns(rows, {c: label for c, label in LIST.items() if c not in left_out}, "asking", ("crosses",))
        st.markdown(f"{asking_words.DECIDES} {asking_words.not_asked(result.table)}\n\n{asking_words.helps(how_many)}")
    ui.source(view, result, rows["n"].sum(), "90% intervals")
    st.caption(asking_words.TAKEN)
    ui.download(view, result, "whom to ask", label="the PCNs to ask")
    ui.worked_out(*asking_words.worked_out(result.filters["k"]))


def _pictures(view: ui.View, rows: pd.DataFrame) -> None:
    """The first of them against the cut-off, and how many there are in each region or ICB."""
    drawn, level = rows.head(asking_words.DRAWN), view.place[0]
    left, right = (st.container(), None) if level == "icb" else st.columns([7, 5], gap="medium")
    with left:
        st.markdown(asking_words.drawn_sentence(rows))
        if drawn["estimate"].notna().any():
            ui.chart(charts.to_line(drawn, "pcn", fictional=view.snapshot.fictional), asking_words.alt_line(drawn), "asking-line")
    if right:
        counts = asking_words.by_place(rows, level)
        with right:
            st.markdown(f"**PCNs to ask by {'region' if level == 'england' else 'ICB'}**")
            figure = charts.counts(counts, name="name", value="pcns", text="text", fictional=view.snapshot.fictional)
            ui.chart(figure, asking_words.alt_places(counts), "asking-places")
            ui.table(counts, PLACES, "asking-places-table", {"pcns": "whole", "silent": "whole", "unheard": "whole"})


def _shared(view: ui.View, result: Result) -> None:
    """The names alone."""
    st.header(asking_words.shared_headline(result.table, ui.plain(view.name(view.place[1]))), anchor=False)
    st.markdown(asking_words.SHARED)
    if result.table.empty:
        ui.empty("no_data", "The PCNs of England to ask first are elsewhere, or there are none.")
    else:
        ui.pcns(asking_words.named(result.table), SHARED, "asking-shared")
    ui.source(view, result)
    ui.download(view, result, "whom to ask", label="the PCNs to ask")
