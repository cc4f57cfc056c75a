"""Coverage: who has each element of the contract, by region and ICB, against England."""

import streamlit as st

from oversight import charts, findings, measures, reference, ui

LABELS = {
    "name": "Place", "share": "Yes", "range": "95% interval", "answered": "Answered (n)", "yes": "Yes (n)", "no": "No (n)",
    "dont_know": "Don't know (n)", "share_known": "Yes of yes + no", "against": "Against England", "withheld": "Withheld because",
}  # fmt: skip
FORMATS = {"share": "percent", "share_known": "percent", "answered": "whole", "yes": "whole", "no": "whole", "dont_know": "whole"}

view = ui.here()
result = view.ask("coverage")
table = findings.with_words(result.table)
level, code = view.place
if not table["answered"].fillna(0).any() and not result.withheld:
    ui.headline(f"Coverage · {view.scope}", "Nobody answered here in this wave")
    ui.empty("no_data")
    st.stop()

here = table[(table["level"] == level) & (table["code"] == code)]
elements = {e: measures.label(e) for e in table["element"].unique()}
main = here[here["element"] == "clinical_supervision"].iloc[0]
ui.headline(f"Coverage · {view.scope}", findings.coverage_sentence(main, measures.measures()["clinical_supervision"].short, view.who))

st.header(f"Each element and its parts, {view.name(code)}", anchor=False)
fictional = view.snapshot.fictional
shown = here.assign(label=findings.element_labels(here))
ui.chart(charts.dots(shown, name="label", fictional=fictional, keep_order=True), findings.alt_shares(shown, "label"), "elements")
ui.table(shown, {"label": "Element", **{k: v for k, v in LABELS.items() if k not in ("name", "against")}}, "elements-table", FORMATS)
ui.source(view, result, main["answered"])

st.header("Compare places", anchor=False)
first = {"clinical_supervision": elements["clinical_supervision"]}
element = view.picker.pick("measure", {**first, **elements}, "Element or part", in_page=True)
measure = measures.measures()[element]
places = table[table["element"] == element]
england = places.loc[places["level"] == "england", "share"].iloc[0]
inner = "region" if level == "england" else "icb"
st.subheader(findings.spread_sentence(places[places["level"] == inner], inner), anchor=False)


def compare(at: str) -> None:
    """The places of one level against England."""
    rows = places[places["level"] == at]
    st.markdown(f"**{'Regions' if at == 'region' else 'ICBs'}: {measure.label}**")
    ui.chart(charts.dots(rows, reference=england, fictional=fictional), findings.alt_shares(rows, "name"), f"by-{at}")


if level == "england":
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
