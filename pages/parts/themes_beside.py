"""Of Themes: the survey beside focus groups, how they converge, and how far the remedies reach."""

import streamlit as st

from oversight import beside, challenges, charts, findings, ui


def draw(view: ui.View) -> None:
    """Both kinds of evidence theme by theme, grouped by verdict; each theme in words; the remedies."""
    level, code = view.place
    region = view.filters["region"] or challenges.region_of(challenges.compared(view.ask("themes").table, level, code))
    result = view.ask("convergence", region=region)
    place = ("region", region) if region else ("england", "ENG")
    rows = beside.at(result.table, *place)
    if nothing := beside.state(rows):
        return ui.empty(nothing)
    reached, offers = view.ask("remedies", region=region, icb=None), view.ask("offer_counts", region=region)
    figures = beside.at_place(reached.table, *place)
    offer = next(iter(beside.at_place(offers.table, *place).to_dict("records")), None)
    st.header(ui.plain(beside.headline(rows, view.who)), anchor=False)
    for line in beside.notes(rows):
        st.markdown(ui.plain(line))
    ui.chart(charts.beside(rows, fictional=view.snapshot.fictional), beside.alt(rows), "beside")
    held = f"{challenges.sessions_note(rows, level)}" if rows["sessions"].notna().any() else ""
    ui.source(view, result, rows["n"].max(), extra=held)
    ui.behind(view, rows, beside.LABELS, {"survey-beside-focus-groups": result})
    for group, part in rows.groupby("group", sort=False):
        meaning = beside.VERDICTS[part["shown"].iloc[0]][1]
        st.subheader(ui.plain(f"{group}: {meaning}"), anchor=False)
        remedy = [beside.remedy_words(r, figures, offer) for r in part["remedy"]]
        said = [beside.theme_sentence(row, view.who, words) for row, words in zip(part.to_dict("records"), remedy, strict=True)]
        st.markdown("\n".join(f"- {ui.plain(sentence)}" for sentence in said))
    if len(figures):
        st.header(ui.plain(beside.remedies_sentence(figures, view.who)), anchor=False)
        ui.table(beside.remedies(figures, offer), beside.REMEDIES, "remedies-reach")
        ui.source(view, reached, figures["n"].max())
        with st.container(horizontal=True):
            ui.download(view, reached, "remedies")
            ui.download(view, offers, "offer")
    return ui.worked_out(*beside.how(), findings.INTERVALS)
