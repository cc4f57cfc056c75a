"""The contract as a whole: which elements are missing together, and the PCN's side beside its link workers."""

import streamlit as st

from oversight import charts, contract, findings, ui

LABELS = {
    "combinations": {
        "label": "Missing", "share": "Share", "range": "95% interval", "x": "Respondents", "n": "Of (n)", "withheld": "Withheld because",
    },
    "sides": {
        "label": "Element", "splw": "Link workers", "gp_supervisor": "GP supervisors", "pcn_manager": "PCN managers",
        "gp_supervisor_gap": "GP supervisors less link workers, points", "pcn_manager_gap": "PCN managers less link workers, points",
    },
    "pairs": {"label": "Element", **contract.OUTCOMES},
}  # fmt: skip
FORMATS = {"share": "percent", "x": "whole", "n": "whole"}


def draw(view: ui.View) -> None:
    """Combinations, both sides, or the PCNs where both answered."""
    ways = {"missing": ("What is missing", missing), "sides": ("Both sides", sides), "pairs": ("PCN by PCN", pairs)}
    ways[view.picker.part("contract_as", {name: label for name, (label, _) in ways.items()}, "Look at")][1](view)
    ui.worked_out(*contract.HOW, findings.INTERVALS)


def missing(view: ui.View) -> None:
    """Which elements, or which of their parts, are missing together."""
    level, code = view.place
    asked = view.ask("missing_combinations")
    first, *more = contract.combinations_sentences(asked.table, level, code, view.who, view.filters["role"] or "splw")
    st.header(ui.plain(first), anchor=False)
    for sentence in [*(f"{s}." for s in more), contract.open_sentence(asked.table, level, code, view.who)]:
        if sentence:
            st.markdown(ui.plain(sentence))
    details = {"elements": "The three elements", "parts": "Their parts"}
    detail = view.picker.pick("detail", details, "Combinations of", in_page=True, buttons=True)
    names = contract.PARTS if detail == "parts" else contract.ELEMENTS
    result = view.ask("missing_combinations", detail=detail)
    rows = contract.combinations(result.table, level, code, names)
    if rows.empty:
        return ui.empty("no_data")
    figure = charts.combinations(rows, {name: contract.SHORT[name] for name in names}, fictional=view.snapshot.fictional)
    ui.chart(figure, contract.alt_combinations(rows), "combinations")
    ui.table(rows, LABELS["combinations"], "combinations-table", FORMATS)
    ui.source(view, result, rows["n"].max())
    return ui.download(view, result, "missing combinations")


def sides(view: ui.View) -> None:
    """Link workers, GP supervisors and PCN managers on each element."""
    level, code = view.place
    result = view.ask("sides")
    rows = contract.sides(result.table, level, code)
    first, *more = contract.sides_sentences(rows)
    st.header(ui.plain(first), anchor=False)
    for sentence in more:
        st.markdown(ui.plain(f"{sentence}."))
    scope = f"{view.name(view.filters['wave'])} · link workers, GP supervisors and PCN managers · {view.name(code)}"
    if not rows["n"].fillna(0).any() and not (rows["withheld"] != "").any():
        return ui.empty("no_data")
    wholes = rows[rows["part_of"].isna()]
    ui.chart(charts.sides(wholes, fictional=view.snapshot.fictional), contract.alt_sides(wholes), "sides")
    ui.table(contract.wide_sides(rows), LABELS["sides"], "sides-table")
    ui.source(view, result, scope=scope)
    return ui.download(view, result, "both sides", scope)


def pairs(view: ui.View) -> None:
    """PCNs where both sides answered: whether they say the same. ICBs have too few of them, so their region is shown."""
    region = view.filters.get("region")
    level, code = ("region", region) if region else ("england", "ENG")
    result = view.ask("sides_pairs", region=region)
    first, *more = contract.pairs_sentences(result.table, level, code)
    st.header(ui.plain(first), anchor=False)
    for sentence in more:
        st.markdown(ui.plain(f"{sentence}."))
    rows = contract.pairs(result.table, level, code)
    if state := contract.pairs_state(rows):
        return ui.empty(state)
    figure = charts.grid(rows, column="answer", fictional=view.snapshot.fictional)
    with st.container(key="wide-grid"):
        ui.chart(figure, contract.alt_pairs(rows), "pairs")
    ui.table(contract.wide_pairs(rows), LABELS["pairs"], "pairs-table")
    scope = f"{view.name(view.filters['wave'])} · PCNs where both sides answered · {view.name(code)}"
    ui.source(view, result, scope=scope)
    return ui.download(view, result, "PCNs where both sides answered", scope)
