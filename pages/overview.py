"""Overview: this wave in one screen."""

import streamlit as st

from oversight import challenges, charts, findings, measures, reasons, summary, ui
from oversight.questionnaire import PCN_SIDE

ELEMENTS = {
    "label": "Element", "share": "Yes", "range": "95% interval", "england": "England", "dont_know_share": "Don't know", "answered": "Answered (n)",
    "change": "Change since {earlier}", "note": "Note",
}  # fmt: skip
THEMES = {"label": "Challenge", "share": "Chose it", "range": "95% interval", "england": "England", "remedy": "Remedy the programme names"}
SHARES = {"share": "percent", "england": "percent", "dont_know_share": "percent", "answered": "whole"}

view = ui.here()
level, code = view.place
place, fictional, role = view.name(code), view.snapshot.fictional, view.filters["role"]
england_too = (lambda labels: labels) if level != "england" else (lambda labels: {k: v for k, v in labels.items() if k != "england"})
replies = view.ask("responses")
state = summary.replies_state(replies.table, level, code, view.asked)
if state:
    ui.headline(f"Overview · {view.scope}", summary.nothing_sentence(state, view.who, place))
    ui.empty(state)
else:
    coverage, change = view.ask("coverage"), view.ask("coverage_change")
    rows = summary.elements(coverage.table, change.table, level, code)
    earlier = view.name(summary.earlier_wave(change.table)) if summary.earlier_wave(change.table) else ""
    every = rows[rows["element"] == "all_three"].iloc[0]
    verb = "report" if role in PCN_SIDE else "have"
    ui.headline(f"Overview · {view.scope}", summary.main_sentence(every, view.who, verb, earlier))

    heard = summary.row_at(replies.table, level, code)
    rate, rate_of = summary.rate_words(heard)
    for column, (label, value, words) in zip(st.columns(3), (
        ("Responses", f"{heard['responses']:,.0f}", f"{view.who}, {summary.period(view.ask('waves').table, view.filters['wave'])}"),
        ("Response rate", rate, rate_of),
        ("PCNs heard", f"{heard['pcns_heard']:,.0f} of {heard['pcns']:,.0f}", summary.silent_words(heard)),
    ), strict=True):  # fmt: skip
        with column:
            st.metric(label, value)
            st.caption(ui.plain(words[0].upper() + words[1:]))

    st.header(ui.plain(summary.weakest_sentence(rows)), anchor=False)
    left, right = st.columns([5, 7], gap="medium")
    with left:
        ui.chart(charts.versus(summary.askable(rows), other="before", other_name=earlier, fictional=fictional), findings.alt_shares(rows, "label"), "elements")
    with right:
        ui.table(rows, {k: v.format(earlier=earlier or "before") for k, v in england_too(ELEMENTS).items()}, "elements-table", SHARES)
    ui.source(view, coverage, every["answered"])

    left, right = st.columns(2, gap="medium")
    chosen = view.ask("themes")
