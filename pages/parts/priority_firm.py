"""How firm the ranking is: what changes it, and which PCNs are among the K only just."""

import streamlit as st

from oversight import charts, firmness, ui

ROWS = {"group": "What is set otherwise", "label": "Check", "text": "Stay the same", "others": "Others instead"}
LIST = {
    "pcn": "PCN", "icb_name": "ICB", "times": "In checks", "decides": "One reply decides", "weights": "Other weights",
    "replying": "Who replies", "model": "Other model", "any_share": "Any weights",
}  # fmt: skip
#: What there is not where a single part of supervision counts.
WEIGHTS = ("weights", "any_share")


def draw(view: ui.View) -> None:
    """How many stay under every check, what that means, and the PCNs that come and go."""
    with st.spinner("Ranking all PCNs again under every check …"):
        result = view.ask("need_sensitivity")
    table, k = firmness.in_words(result.table), result.filters["k"]
    if table.empty:
        st.header("There is no ranking to check", anchor=False)
        ui.empty("no_data" if view.asked else "not_asked")
        return
    if table["same"].isna().all():
        st.header("Too few people replied to check the ranking here", anchor=False)
        ui.empty("too_few")
        ui.source(view, result)
        return
    if not k:
        st.header("There are no places, so nothing to check", anchor=False)
        ui.empty("no_data", "Set the places of the offer to 1 or more.")
        return
    st.header(firmness.headline(table), anchor=False)
    st.markdown(firmness.about(table, view.who))
    ui.chart(charts.overlaps(firmness.for_chart(table), fictional=view.snapshot.fictional), firmness.alt(table), "firm")
    for line in firmness.lines(table):
        st.markdown(line)
    ui.link("priority", "Whom to ask next", ":material/arrow_forward:", priority_part="asking")
    ui.table(table, ROWS, "firm-table", {"others": "whole"})
    ui.source(view, result, table["n"].iloc[0], scope=firmness.scope(view.scope, view.name(view.place[1])))
    ui.download(view, result, "how firm")
    st.header("Which PCNs come and go", anchor=False)
    if view.viewer.audience == "internal":
        _pcns(view)
    else:
        st.markdown("Which PCNs those are stays inside the programme: it would tell what a few people answered.")
    ui.worked_out(*firmness.paragraphs())


def _pcns(view: ui.View) -> None:
    """The PCNs of the chosen place that are not firmly in, or not firmly out."""
    result = view.ask("need_sensitivity_pcn")
    side = view.picker.pick("firm_side", firmness.sides(result.table), "Which PCNs", in_page=True)
    rows = firmness.side(result.table, side)
    st.markdown(firmness.READING[side])
    if rows.empty:
        ui.empty("no_data", "No PCN of this place stands under that heading.")
    else:
        moved = rows["any_share"].notna().any()  # not where only one part counts
        ui.pcns(rows, LIST if moved else {c: LIST[c] for c in LIST if c not in WEIGHTS}, "firm-list", ("any_share",) if moved else ())
    ui.source(view, result)
