"""One element or part, place by place, against England."""

import streamlit as st

from oversight import charts, findings, measures, reference, ui

LABELS = {
    "name": "Place", "share": "Yes", "range": "95% interval", "answered": "Answered (n)", "yes": "Yes (n)", "no": "No (n)",
    "dont_know": "Don't know (n)", "share_known": "Yes of yes + no", "against": "Against England", "withheld": "Withheld because",
}  # fmt: skip
FORMATS = {"share": "percent", "share_known": "percent", "answered": "whole", "yes": "whole", "no": "whole", "dont_know": "whole"}


def draw(view: ui.View) -> None:
    """Regions and ICBs as dots, ICBs as tiles, and the table."""
    result = view.ask("coverage")
    table = findings.with_words(result.table)
    elements = {e: measures.label(e) for e in table["element"].unique()}
    first = {"clinical_supervision": elements["clinical_supervision"]}
    element = view.picker.pick("measure", {**first, **elements}, "Element or part", in_page=True)
    measure, fictional = measures.measures()[element], view.snapshot.fictional
    places = table[table["element"] == element]
    england = places.loc[places["level"] == "england", "share"].iloc[0]
    whole = view.place[0] == "england"
    inner = "region" if whole else "icb"
    st.header(findings.spread_sentence(places[places["level"] == inner], inner), anchor=False)

    def compare(at: str) -> None:
        rows = places[places["level"] == at]
        st.markdown(f"**{'Regions' if at == 'region' else 'ICBs'}: {measure.label}**")
        ui.chart(charts.dots(rows, reference=england, fictional=fictional), findings.alt_shares(rows, "name"), f"by-{at}")

    if whole:
        regions, where = st.columns([5, 7])
        with regions:
            compare("region")
        with where, st.container(key="tile-map"):
            icbs = places[places["level"] == "icb"]
            st.markdown(f"**Where: {measure.label}**")
            ui.chart(charts.tiles(icbs, reference.icb_tiles(), fictional=fictional), findings.alt_shares(icbs, "name"), "tiles", width=560)
    compare("icb")
    ui.table(places, LABELS, "places-table", FORMATS)
    ui.source(view, result, places.loc[places["level"] == "england", "answered"].iloc[0])
    ui.download(view, result, "coverage")
    ui.worked_out(
        f"**{measure.label}.** {measure.why}",
        measure.how,
        f"**Denominator.** {measure.denominator}",
        f"**Take care.** {measure.caveats}",
        findings.INTERVALS,
    )
