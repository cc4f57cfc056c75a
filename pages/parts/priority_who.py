"""Of Priority: how many PCNs clearly need the offer, how many probably, how many we cannot tell; dots with intervals, and the list."""

import streamlit as st

from oversight import charts, reasons, ui

BANDS = {"label": "Band", "chance": "Chance of being among the neediest", "pcns": "PCNs", "silent": "Of which nobody replied"}
PUBLIC = {"pcn": "PCN", "icb_name": "ICB", "sure": "Among the neediest?"}
LIST = {
    **PUBLIC, "p_top_k": "Chance", "estimate": "Need", "range": "90% interval", "heard": "Replied", "reason": "Main thing reported missing",
    "founded": "Evidence", "in_post": "Need of the people now in post", "asked": "Asked for the offer", "offer": "Offer",
    "rank_range": "Rank, 90% interval",
}  # fmt: skip
TOP = {"30": "30 PCNs", "60": "60 PCNs", "100": "100 PCNs"}


def draw(view: ui.View) -> None:
    """Bands, the highest estimates, and the list to work from."""
    result = view.ask("priority")
    k, fictional = result.filters["k"], view.snapshot.fictional
    table, inside = reasons.in_words(result.table), view.viewer.audience == "internal"
    counts = reasons.bands(table)
    left, right = st.columns([5, 7], gap="medium")
    with left:
        st.markdown("**PCNs by band**" + (": the grey part is PCNs from which nobody replied" if "silent" in counts else ""))
        ui.chart(charts.bands(counts, fictional=fictional), reasons.alt_bands(counts), "bands")
    with right:
        ui.table(counts, BANDS, "bands-table", {"pcns": "whole", "silent": "whole"})
    if inside:
        heading = st.container()
        with st.columns([1, 2])[0]:
            rows = table[table["n"] > 0].head(int(view.picker.pick("top", TOP, "Highest estimates", in_page=True)))
        heading.header(reasons.top_sentence(rows), anchor=False)
        if rows.empty:
            ui.empty("no_data", f"No {view.who} have replied from the PCNs of this place. The list below says whom to ask.")
        else:
            st.markdown(f"{reasons.READING} Only PCNs with replies: of the others, only their ICB is known. Click one to open it.")
            codes = {charts.label(name): code for name, code in zip(rows["pcn"], rows["pcn_code"], strict=True)}
            ui.chart_of_pcns(charts.needs(rows, "pcn", fictional=fictional), reasons.alt_needs(rows), "needs", codes)
        st.header("The list to work from", anchor=False)
        step = view.picker.pick("step", reasons.steps(table), "Which PCNs", in_page=True)
        shown = reasons.step(table, step)
        st.markdown("By estimate, the highest first." + (f" *Chance*: of being {reasons.among(k)} of England, rounded." if k else ""))
    else:
        st.header("The band of each PCN", anchor=False)
        st.markdown("For sharing, a PCN leaves with its band only: no estimate, chance, replies, reasons or evidence. By band, then code.")
        shown = reasons.by_band(table)
    if shown.empty:
        ui.empty("no_data", "No PCN of this place stands under that heading.")
    else:
        ui.pcns(shown, LIST if inside else PUBLIC, "list", ("p_top_k", "estimate", "in_post") if inside else ())
    ui.source(view, result, table["n"].sum() if inside else None, "90% intervals" if inside else "")
    ui.download(view, result, "priority")
    ui.worked_out(*reasons.worked_out(k))
