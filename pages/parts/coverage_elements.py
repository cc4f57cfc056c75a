"""Each element of the contract and its parts at the chosen place, and England weighted by region where that is asked for."""

import streamlit as st

from oversight import charts, findings, measures, reach, ui
from oversight.questionnaire import PCN_SIDE

LABELS = {
    "label": "Element", "share": "Yes", "range": "95% interval", "could_be": "If all had replied", "answered": "Answered (n)",
    "yes": "Yes (n)", "no": "No (n)", "dont_know": "Don't know (n)", "share_known": "Yes of yes + no", "withheld": "Withheld because",
}  # fmt: skip
FORMATS = {"share": "percent", "share_known": "percent", "answered": "whole", "yes": "whole", "no": "whole", "dont_know": "whole"}
WEIGHTED = {
    "label": "Element", "share": "As they replied", "range": "95% interval", "weighted": "Weighted", "weighted_range": "Its 95% interval",
}  # fmt: skip
ENGLAND = {"no": "As people replied", "region": "Weighted by region"}


def draw(view: ui.View) -> None:
    """Dots with intervals and the table."""
    result = view.ask("coverage")
    table = findings.with_words(result.table)
    level, code = view.place
    people = reach.of_place(view.ask("responses", region=None, icb=None).table, level, code)
    here = reach.with_bounds(table[(table["level"] == level) & (table["code"] == code)], people["headcount"] if people else None)
    every = here[here["element"] == "all_three"].iloc[0]
    st.header(findings.coverage_sentence(every, measures.measures()["all_three"].short, view.who, verb(view)), anchor=False)
    shown = here.assign(label=findings.element_labels(here))
    figure = charts.dots(shown, name="label", fictional=view.snapshot.fictional, keep_order=True)
    ui.chart(figure, findings.alt_shares(shown, "label"), "elements")
    ui.table(shown, LABELS, "elements-table", FORMATS)
    ui.source(view, result, here.loc[here["element"] == "clinical_supervision", "answered"].iloc[0])
    ui.download(view, result, "coverage")
    if level == "england" and view.picker.pick("england", ENGLAND, "England's figures", in_page=True) != "no":
        weighted(view)
    how = [f"**{m.label}.** {m.how}" for m in (measures.measures()[e] for e in here["element"])]
    ui.worked_out(*how, findings.INTERVALS, reach.BOUNDS, reach.WEIGHTS)


def weighted(view: ui.View) -> None:
    """England with every region counted by its people in post, beside England as people replied."""
    result = view.ask("coverage_weighted")
    rows = result.table.assign(label=findings.element_labels(result.table))
    main = rows[rows["element"] == "clinical_supervision"].iloc[0]
    st.markdown(reach.weighted_sentence(main, measures.measures()["clinical_supervision"].short, view.who, verb(view)))
    if rows["weighted"].notna().any():
        ui.table(reach.ranges(rows), WEIGHTED, "weighted-table", {"share": "percent", "weighted": "percent"})
    ui.source(view, result, main["answered"])
    ui.download(view, result, "coverage weighted by region")


def verb(view: ui.View) -> str:
    """What the chosen kind of respondent does: the PCN's side does not have these elements itself."""
    return "report" if view.filters["role"] in PCN_SIDE else "have"
