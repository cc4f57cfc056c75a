"""Each element of the contract and its parts at the chosen place."""

import streamlit as st

from oversight import charts, findings, measures, ui

LABELS = {
    "label": "Element", "share": "Yes", "range": "95% interval", "answered": "Answered (n)", "yes": "Yes (n)", "no": "No (n)",
    "dont_know": "Don't know (n)", "share_known": "Yes of yes + no", "withheld": "Withheld because",
}  # fmt: skip
FORMATS = {"share": "percent", "share_known": "percent", "answered": "whole", "yes": "whole", "no": "whole", "dont_know": "whole"}


def draw(view: ui.View) -> None:
    """Dots with intervals and the table."""
    result = view.ask("coverage")
    table = findings.with_words(result.table)
    level, code = view.place
    here = table[(table["level"] == level) & (table["code"] == code)]
    st.header(f"Each element and its parts, {view.name(code)}", anchor=False)
    shown = here.assign(label=findings.element_labels(here))
    figure = charts.dots(shown, name="label", fictional=view.snapshot.fictional, keep_order=True)
    ui.chart(figure, findings.alt_shares(shown, "label"), "elements")
    ui.table(shown, LABELS, "elements-table", FORMATS)
    ui.source(view, result, here.loc[here["element"] == "clinical_supervision", "answered"].iloc[0])
    ui.download(view, result, "coverage")
    ui.worked_out(*(f"**{m.label}.** {m.how}" for m in (measures.measures()[e] for e in here["element"])), findings.INTERVALS)
