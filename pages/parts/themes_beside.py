"""Of Themes: the survey beside focus groups, how they converge, and how far the remedies reach."""

import pandas as pd
import streamlit as st

from oversight import beside, challenges, charts, findings, ui

WHOLE = dict.fromkeys(("pcns", "requested", "eligible", "offered", "accepted", "started", "ended"), "whole")


def draw(view: ui.View) -> None:
    """Both kinds of evidence theme by theme, grouped by verdict; each theme in words; the remedies."""
    level, code = view.place
    region = view.filters["region"] or challenges.region_of(challenges.compared(view.ask("themes").table, level, code))
    result = view.ask("convergence", region=region)
    place = ("region", region) if region else ("england", "ENG")
    rows = beside.at(result.table, *place)
    if nothing := beside.state(rows):
        return ui.empty(nothing)
    st.header(ui.plain(beside.headline(rows, view.who)), anchor=False)
    for line in beside.notes(rows):
        st.markdown(ui.plain(line))
    ui.chart(charts.beside(rows, fictional=view.snapshot.fictional), beside.alt(rows), "beside")
    held = challenges.sessions_note(rows, level) if rows["sessions"].notna().any() else ""
    ui.source(view, result, rows["n"].max(), extra=held)
    ui.behind(view, rows, beside.LABELS, {"survey-beside-focus-groups": result}, {})
    reached, offers = view.ask("remedies", region=region, icb=None), view.ask("offer_counts", region=region)
    figures, stands = (beside.at_place(r.table, *place) for r in (reached, offers))
    offer = next(iter(stands.to_dict("records")), None)
    for _, part in rows.groupby("group", sort=False):
        group(view, part, [beside.remedy_words(remedy, figures, offer) for remedy in part["remedy"]])
    if view.viewer.audience == "internal":
        ui.link("data", "Settle a verdict (Data page, Add files)", ":material/gavel:", part="Add files")
    if len(figures):
        st.header(ui.plain(beside.remedies_sentence(figures, view.who)), anchor=False)
        ui.table(beside.remedies(figures), beside.REMEDIES, "remedies-reach")
        ui.source(view, reached, figures["n"].max())
        ui.download(view, reached, "remedies")
        if sentence := beside.offer_sentence(figures, offer):
            st.markdown(ui.plain(sentence))
            ui.source(view, offers, extra="registers of requests and offers, any date", scope=view.name(region))
            ui.behind(view, stands, beside.OFFER, {"supervision-offer": offers}, WHOLE)
    return ui.worked_out(*beside.how(), findings.INTERVALS)


def group(view: ui.View, part: pd.DataFrame, remedies: list[str]) -> None:
    """The themes of one verdict in words; many that say little are folded away."""
    verdict = part["shown"].iloc[0]
    name, meaning = beside.VERDICTS[verdict]
    said = [beside.theme_sentence(row, view.who, words) for row, words in zip(part.to_dict("records"), remedies, strict=True)]
    text = "\n".join(f"- {ui.plain(sentence)}" for sentence in said)
    if verdict in beside.FOLDED and len(part) > 3:
        with st.expander(f"{name}: {meaning} ({findings.count(len(part), 'theme')})"):
            st.markdown(text)
    else:
        st.subheader(ui.plain(f"{name}: {meaning}"), anchor=False)
        st.markdown(text)
