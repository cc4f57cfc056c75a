"""Priority: which PCNs most need the offer, how sure we are, and why."""

import streamlit as st

from oversight import charts, reasons, ui
from pages.parts import priority_weights

BANDS = {"label": "Band", "chance": "Chance of being among the neediest", "pcns": "PCNs", "silent": "Of which nobody replied"}
PUBLIC = {"pcn": "PCN", "icb_name": "ICB", "sure": "Among the neediest?"}
LIST = {
    **PUBLIC, "p_top_k": "Chance", "estimate": "Need", "range": "90% interval", "heard": "Replied", "reason": "Main thing reported missing",
    "founded": "Evidence", "asked": "Asked for the offer", "offer": "Offer", "rank_range": "Rank, 90% interval",
}  # fmt: skip
TOP = {"30": "30 PCNs", "60": "60 PCNs", "100": "100 PCNs"}

#: Part -> what its button says.
PARTS = {"who": "Who needs it", "weights": "Weights"}

view = ui.here()
heading = st.container()
if view.picker.part("priority_part", PARTS, "Part of this page") == "weights":
    with heading:  # from the point estimates alone: nothing here waits for the draws
        ui.headline(f"Priority · {view.scope}", priority_weights.headline(view))
    priority_weights.draw(view)
    st.stop()
result = view.ask("priority")
k, place, fictional = result.filters["k"], view.name(view.place[1]), view.snapshot.fictional
table, inside = reasons.in_words(result.table), view.viewer.audience == "internal"
if table.empty or (inside and table["estimate"].isna().all()):
    ui.headline(f"Priority · {view.scope}", "There is nothing to order PCNs by here")
    ui.empty("outside" if table.empty else "no_data" if view.asked else "not_asked")
    st.stop()

ui.headline(f"Priority · {view.scope}", reasons.headline(table, place), reasons.cautions(table, k, view.who))
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
        st.markdown(f"{reasons.READING} Only PCNs with replies: what is known of the others is known of their ICB.")
        ui.chart(charts.needs(rows, "pcn", fictional=fictional), reasons.alt_needs(rows), "needs")
    st.header("The list to work from", anchor=False)
    step = view.picker.pick("step", reasons.steps(table), "Which PCNs", in_page=True)
    shown = reasons.step(table, step)
    st.markdown(f"By estimate, the highest first. *Chance*: of being among the {k:,} neediest of England, rounded.")
else:
    st.header("The band of each PCN", anchor=False)
    st.markdown("For sharing, a PCN leaves with its band only: no estimate, chance, replies, reasons or evidence. By band, then code.")
    shown = reasons.by_band(table)
if shown.empty:
    ui.empty("no_data", "No PCN of this place stands under that heading.")
else:
    ui.pcns(shown, LIST if inside else PUBLIC, "list", ("p_top_k", "estimate") if inside else ())
ui.source(view, result, table["n"].sum() if inside else None, "90% intervals" if inside else "")
ui.download(view, result, "priority")
ui.worked_out(*reasons.worked_out(k))
