"""Overview: this wave in one screen. The order of need comes last, for it takes longest the first time."""

import streamlit as st

from oversight import challenges, changed, charts, findings, history, measures, summary, ui
from oversight.questionnaire import PCN_SIDE
from pages.parts import overview_need

ELEMENTS = {"label": "Element", "yes": "Yes (95% interval)", "england": "England", "dont_know_share": "Don't know"}
THEMES = {"label": "Challenge", "share": "Chose it", "range": "95% interval", "england": "England", "remedy": "Remedy named"}
FORMATS = {name: "percent" for name in ("share", "england", "dont_know_share")} | {"answered": "whole"}
EXPLAINED = ("response_rate", "all_three", "challenges", "need")


def columns(labels: dict[str, str]) -> dict[str, str]:
    """England gets no column of its own beside England."""
    return {k: v for k, v in labels.items() if k != "england" or level != "england"}


view = ui.here()
level, code = view.place
place, fictional = view.name(code), view.snapshot.fictional
replies = view.ask("responses")
last = history.earlier(history.listing(), view.snapshot)
asked_for = {name: view.filters[name] for name in ("wave", "role", "region", "icb")}
changes = history.changes(view.viewer, last.snapshot, view.snapshot, **asked_for) if last and last.snapshot else None
state = summary.replies_state(replies.table, level, code, view.asked)
if state:
    ui.headline(f"Overview · {view.scope}", summary.nothing_sentence(state, view.who, place))
    ui.empty(state)
else:
    coverage, change = view.ask("coverage"), view.ask("coverage_change")
    before = summary.earlier_wave(change.table)
    earlier = view.name(before) if before else ""
    rows = summary.elements(coverage.table, change.table, level, code)
    whole = rows[rows["element"] == "all_three"].iloc[0]
    verb = "report" if view.filters["role"] in PCN_SIDE else "have"
    ui.headline(f"Overview · {view.scope}", summary.main_sentence(whole, view.who, verb, earlier))

    period = summary.period(view.ask("waves").table, view.filters["wave"])
    facts = summary.reply_facts(summary.row_at(replies.table, level, code), view.who, period)
    for column, (label, value, words) in zip(st.columns(3), facts, strict=True):
        column.metric(label, value)
        column.caption(ui.plain(words))
    if last and changes:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(ui.plain(changed.since_sentence(changes, last.when, level, code)))
            ui.link("data", "What changed", icon=":material/arrow_forward:", part="History")

    st.header(ui.plain(summary.weakest_sentence(rows)), anchor=False)
    left, right = st.columns([5, 7], gap="medium")
    with left:
        drawn = charts.versus(summary.drawable(rows), other="before", other_name=earlier, fictional=fictional)
        ui.chart(drawn, findings.alt_shares(rows, "label"), "elements")
    with right:
        more = {"change": f"Change since {earlier} (points)"} if before else {}
        ui.table(rows, columns(ELEMENTS) | more | {"answered": "n"} | summary.noted(rows), "elements-table", FORMATS)
    ui.source(view, coverage, whole["answered"])
    with st.container(horizontal=True, vertical_alignment="center"):
        ui.link("coverage", "Every part and every place", icon=":material/arrow_forward:")
        ui.download(view, coverage, "coverage")

left, right = st.columns(2, gap="large") if not state else (st.container(), st.container())
if not state:
    with left:
        themes = view.ask("themes")
        asked = challenges.was_asked(view.ask("questions").table, view.filters["role"])
        rows = challenges.compared(themes.table, level, code)
        if why := challenges.survey_state(themes.table, level, code, asked):
            st.header("Challenges", anchor=False)
            ui.empty(why, "Choose another role, or another wave." if why == "not_asked" else "")
        else:
            st.header(ui.plain(challenges.leading_sentence(rows, view.who, names=False)), anchor=False)
            top = rows.head(5)
            ui.chart(charts.versus(top, fictional=fictional), f"The five most chosen: {findings.alt_shares(top, 'label')}", "themes")
            ui.source(view, themes, rows["n"].max())
            ui.behind(view, top, columns(THEMES), {"challenges": themes}, FORMATS)
        ui.link("themes", "All challenges, and what focus groups said", icon=":material/arrow_forward:")
need = right.container()
explained = [f"**{m.label}.** {m.how} {m.caveats}" for m in (measures.measures()[name] for name in EXPLAINED)]
ui.worked_out(*explained, summary.CHANGE_WORDS, findings.INTERVALS)
with need, st.spinner("Estimating where need is greatest…"):
    overview_need.draw(view, changed.since_bands(changes, last.when) if last and changes else "")
