"""One measure, place by place, against England: as a list, as tiles, on a map, or as a funnel."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from oversight import boundaries, charts, findings, groups, measures, reference, standing, stats, ui

LABELS = {
    "name": "Place", "share": "Yes", "range": "95% interval", "range_listed": "99.8% interval", "answered": "Answered (n)",
    "yes": "Yes (n)", "no": "No (n)", "dont_know": "Don't know (n)", "share_known": "Yes of yes + no", "against": "Against England",
    "place": "In the funnel", "withheld": "Withheld because",
}  # fmt: skip
ANSWER = {"share": "Share", "yes": "Gave it (n)"}  # of one answer among several, which nobody answers by yes or no
FORMATS = {"share": "percent", "share_known": "percent", "answered": "whole", "yes": "whole", "no": "whole", "dont_know": "whole"}
FIRST = "clinical_supervision"
HOW_TO_MAP = "To see a map, put the ICB boundaries of the Office for National Statistics (GeoJSON) into data/reference: see README."


def draw(view: ui.View) -> None:
    """The finding, one way of looking at it, and the table."""
    measure, category, way = _pick(view)
    # the funnel and the map need every ICB; what is chosen stands out in them
    everywhere = {by: view.ask("breakdown", measure=measure.name, by=by, region=None, icb=None).table for by in ("region", "icb")}
    table = standing.of_breakdown(everywhere["region"], everywhere["icb"], view.filters["role"] or "splw")
    level, code = view.place
    rows = standing.picture(table, measure, level, code, category)
    inside = standing.chosen(rows, level, code)
    here = rows if inside is None else rows[(rows["level"] == "england") | rows["code"].isin({*inside, code})]
    england = rows[rows["level"] == "england"]
    if england["share"].isna().all():
        st.header(f"{ui.plain(groups.title(measure, category))}: nothing to compare", anchor=False)
        asked = (view.filters["role"] or "splw") in measure.asked
        ui.empty("too_few" if (england["withheld"] != "").any() else "no_data" if asked else "not_asked")
        return
    here = DRAWN[way](view, rows, here, measure)
    left_out = {"place"} if way != "funnel" else {"range_listed", "share_known"}
    labels = LABELS | (ANSWER if measure.categories else {})
    left_out |= {"share_known", "no", "dont_know"} if measure.categories else set()
    ui.table(here, {k: v for k, v in labels.items() if k not in left_out}, "places-table", FORMATS)
    shown = view.ask("breakdown", measure=measure.name, by="icb", **({"region": None, "icb": None} if way == "funnel" else {}))
    n = here.loc[(here["level"] == level) & (here["code"] == code), "answered"]
    ui.source(view, shown, n.iloc[0] if len(n) else None, groups.title(measure, category))
    what = f"{groups.title(measure, category)}, {way}"
    ui.download(view, shown, what, then=lambda table: standing.taken(table, category, way == "funnel"), label="ICBs")
    if level == "england" and way != "funnel":
        regions = view.ask("breakdown", measure=measure.name, by="region")
        ui.download(view, regions, f"{what}, regions", then=lambda table: standing.taken(table, category, False), label="regions")
    more = {"funnel": standing.FUNNEL, "map": (standing.MAP,)}.get(way, ())
    ui.worked_out(*groups.worked_out(measure)[:3], standing.LISTED, *more, findings.INTERVALS)


def _pick(view: ui.View) -> tuple[measures.Measure, str, str]:
    """The measure, its answer where there are several, and the way to look at it."""
    left, right = st.columns(2, vertical_alignment="bottom")
    labels = {name: measures.label(name) for name in measures.surveyed()}
    with left:
        name = view.picker.pick("measure", {FIRST: labels[FIRST], **labels}, "Measure", in_page=True)
    measure, category = measures.measures()[name], "yes"
    if measure.categories:
        with right:
            category = view.picker.pick("answer", dict(measure.categories), "Answer", in_page=True)
    return measure, category, view.picker.part("places_as", standing.WAYS, "Show places as")


def _list(view: ui.View, rows: pd.DataFrame, here: pd.DataFrame, measure: measures.Measure) -> pd.DataFrame:
    """Regions and ICBs as sorted dots: lists at 99.8%, a single chosen place at 95%."""
    level, code = view.place
    england = rows.loc[rows["level"] == "england", "share"].iloc[0]
    inner = "region" if level == "england" else "icb"
    alone = rows[(rows["level"] == level) & (rows["code"] == code)]
    one = standing.place_sentence(alone.iloc[0].to_dict(), measure, view.who) if len(alone) else ""
    st.header(ui.plain(one if level == "icb" else standing.spread_sentence(here[here["level"] == inner], inner)), anchor=False)
    if level == "region" and one:
        st.markdown(ui.plain(one) + ".")
    for at, title in (("region", "Regions"), ("icb", "ICBs")):
        shown = here[here["level"] == at]
        if (at == "region" and level != "england") or shown.empty:
            continue
        if at != inner:
            st.markdown(f"**{standing.spread_sentence(shown, at)}**")
        about = ui.plain(groups.title(measure, str(rows["category"].iloc[0])))
        st.caption(f"{title}: {about}. {standing.lines(len(shown))} {standing.withheld_sentence(shown, at)}")
        ui.chart(
            charts.listed(shown, name="short_name", reference=england, fictional=view.snapshot.fictional),
            standing.alt_listed(shown),
            f"by-{at}",
        )
    return here


def _pictured(
    view: ui.View, rows: pd.DataFrame, here: pd.DataFrame, draw_icbs: Callable[[pd.DataFrame, frozenset[str] | None], None]
) -> None:
    """The finding of the ICBs that are looked at, above a picture of all of them."""
    icbs, inside = rows[rows["level"] == "icb"], standing.chosen(rows, *view.place)
    shown = here[here["level"] == "icb"]
    st.header(standing.spread_sentence(shown, "icb"), anchor=False)
    st.caption(f"Darker blue means a higher share. {standing.withheld_sentence(shown, 'icb')}")
    draw_icbs(icbs, inside)


def _tiles(view: ui.View, rows: pd.DataFrame, here: pd.DataFrame, measure: measures.Measure) -> pd.DataFrame:
    """Every ICB as a tile."""

    def draw_icbs(icbs: pd.DataFrame, inside: frozenset[str] | None) -> None:
        figure = charts.tiles(icbs, reference.icb_tiles(), fictional=view.snapshot.fictional, chosen=inside)
        with st.container(key="tile-map"):
            ui.chart(figure, findings.alt_shares(here[here["level"] == "icb"], "name"), "tiles", width=560)

    _pictured(view, rows, here, draw_icbs)
    return here


def _map(view: ui.View, rows: pd.DataFrame, here: pd.DataFrame, measure: measures.Measure) -> pd.DataFrame:
    """Every ICB within its boundary, where the team has put boundaries."""
    try:
        found = boundaries.load()
    except boundaries.BoundaryError as problem:
        st.warning(ui.plain(str(problem)), icon=":material/map:")
        found = None
    if found is None:
        st.info(f"**There are no boundaries to draw yet.** {HOW_TO_MAP} “Tiles” shows the same without them.", icon=":material/map:")
        return here

    def draw_icbs(icbs: pd.DataFrame, inside: frozenset[str] | None) -> None:
        fictional = view.snapshot.fictional
        figure = charts.areas(icbs, found.shapes, ratio=found.ratio, hearts=found.hearts, fictional=fictional, chosen=inside)
        ui.chart(figure, findings.alt_shares(here[here["level"] == "icb"], "name"), "map")
        st.caption(ui.plain(" ".join(note for note in (found.notes, found.attribution) if note)))

    _pictured(view, rows, here, draw_icbs)
    return here


def _funnel(view: ui.View, rows: pd.DataFrame, here: pd.DataFrame, measure: measures.Measure) -> pd.DataFrame:
    """Every ICB that can be shown, by how many answered, between the limits."""
    theta = float(rows.loc[rows["level"] == "england", "share"].iloc[0])
    level, code = view.place
    icbs, spread = standing.funnel(rows[rows["level"] == "icb"], theta, code if level == "icb" else "")
    st.header(ui.plain(standing.funnel_sentence(icbs, spread)), anchor=False)
    if icbs["share"].notna().any():
        curves = stats.funnel_curves(theta, standing.sizes(icbs), spread.tau2 if spread.tau2 > 0 else float("nan"))
        ui.chart(charts.funnel(icbs, curves, theta, fictional=view.snapshot.fictional), standing.alt_funnel(icbs, theta), "funnel")
        st.caption(f"{standing.spread_words(icbs, spread)} {standing.withheld_sentence(icbs, 'icb')}")
    return here.merge(icbs[["code", "place"]], on="code", how="left")


DRAWN = {"list": _list, "tiles": _tiles, "map": _map, "funnel": _funnel}
