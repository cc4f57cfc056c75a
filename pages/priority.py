"""Priority: which PCNs most need the offer, how sure we are, and why."""

import streamlit as st

from oversight import reasons, ui
from pages.parts import (
    priority_asking,
    priority_decided,
    priority_firm,
    priority_following,
    priority_sharing,
    priority_weights,
    priority_who,
)

#: Part -> (what its button says, what draws it). Only the open part is asked for and drawn.
PARTS = {
    "who": ("Who needs it", priority_who.draw),
    "weights": ("Weights", priority_weights.draw),
    "firm": ("How firm is it", priority_firm.draw),
    "sharing": ("Sharing out", priority_sharing.draw),
    "asking": ("Whom to ask next", priority_asking.draw),
    "following": ("Following the offer", priority_following.draw),
}
#: Parts that state a finding of their own, for which nobody has to wait until the draws are there.
AT_ONCE = {"weights": priority_weights.headline}

view = ui.here()
heading = st.container()
part = view.picker.part("priority_part", {name: label for name, (label, _) in PARTS.items()}, "Part of this page")
if part in AT_ONCE:
    with heading:
        ui.headline(f"Priority · {view.scope}", AT_ONCE[part](view))
    PARTS[part][1](view)
    st.stop()
result = view.ask("priority")
table = reasons.in_words(result.table)
if table.empty or (view.viewer.audience == "internal" and table["estimate"].isna().all()):
    with heading:
        ui.headline(f"Priority · {view.scope}", "There is nothing to order PCNs by here")
    nobody = reasons.nobody(view.who) if len(table) and view.asked else ""
    ui.empty("outside" if table.empty else "no_data" if view.asked else "not_asked", nobody)
    st.stop()
k = result.filters["k"]
with heading:
    sentence = reasons.headline(table, view.name(view.place[1]), k)
    ui.headline(f"Priority · {view.scope}", sentence, reasons.cautions(table, k, view.who) if part == "who" else [])
    priority_decided.line(view)
PARTS[part][1](view)
