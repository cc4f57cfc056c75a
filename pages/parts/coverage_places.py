"""One measure, place by place, against England: as a list, as tiles, on a map, or as a funnel."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from oversight import charts, findings, groups, measures, standing, ui
from pages.parts.coverage_places_pictures import PICTURES

LABELS = {
    "name": "Place", "share": "Yes", "range": "95% interval", "range_listed": "99.8% interval", "answered": "Answered (n)",
    "yes": "Yes (n)", "no": "No (n)", "dont_know": "Don't know (n)", "share_known": "Yes of yes + no", "against": "Against England",
    "place": "In the funnel", "withheld": "Withheld because",
}  # fmt: skip
ANSWER = {"share": "Share", "yes": "Gave it (n)"}  # of one answer among several, which nobody answers by yes or no
FORMATS = {"share": "percent", "share_known": "percent", "answered": "whole", "yes": "whole", "no": "whole", "dont_know": "whole"}
FIRST = "clinical_supervision"


def draw(view: ui.View) -> None:
    """The finding, one way of looking at it, and the table."""
    measure, category, way = _pick(view)
    # the funnel and the map need every ICB; what is chosen stands out in them
    asked = {by: view.ask("breakdown", measure=measure.name, by=by, region=None, icb=None) for by in ("region", "icb")}
    table = standing.of_breakdown(asked["region"].table, asked["icb"].table, view.filters["role"] or "splw")
    level, code = view.place
    rows = standing.picture(table, measure, level, code, category)
    inside = standing.chosen(rows, level, code)
    here = rows if inside is None else rows[(rows["level"] == "england") | rows["code"].isin({*inside, code})]
    england = rows[rows["level"] == "england"]
    if england["share"].isna().all():
        st.header(f"{ui.plain(groups.title(measure, category))}: nothing to compare", anchor=False)
        put = (view.filters["role"] or "splw") in measure.asked
        ui.empty("too_few" if (england["withheld"] != "").any() else "no_data" if put else "not_asked")
        return
    here = PICTURES[way](view, rows, here) if way in PICTURES else LISTS[way](view, rows, here, measure)
    left_out = {"place"} if way != "funnel" else {"range_listed", "share_known"}
    labels = LABELS | (ANSWER if measure.categories else {})
    left_out |= {"share_known", "no", "dont_know"} if measure.categories else set()
    ui.table(here, {k: v for k, v in labels.items() if k not in left_out}, "places-table", FORMATS)
    shown = asked["region" if way == "regions" else "icb"]
    if way not in ("funnel", "regions"):  # what is taken away is about the chosen place only; its rows say what is withheld
        shown = replace(shown, filters={**shown.filters, **{name: view.filters[name] for name in ("region", "icb")}}, withheld="")
    n = here.loc[(here["level"] == level) & (here["code"] == code), "answered"]
    ui.source(view, shown, n.iloc[0] if len(n) else None, groups.title(measure, category))
    ui.download(
        view, shown, f"{groups.title(measure, category)}, {way}", then=lambda table: standing.taken(table, category, way == "funnel")
    )
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
    """ICBs as sorted dots: lists at 99.8%, a single chosen place at 95%."""
    level, code = view.place
    alone = rows[(rows["level"] == level) & (rows["code"] == code)]
    one = standing.place_sentence(alone.iloc[0].to_dict(), measure, view.who) if len(alone) else ""
    shown = here[here["level"] == "icb"]
    st.header(ui.plain(one if level == "icb" else standing.spread_sentence(shown, "icb")), anchor=False)
    if level == "region" and one:
        st.markdown(ui.plain(one) + ".")
    if len(shown):
        _dots(view, rows, shown, measure, "icb")
    return here


def _regions(view: ui.View, rows: pd.DataFrame, here: pd.DataFrame, measure: measures.Measure) -> pd.DataFrame:
    """Every region as sorted dots, whichever is chosen."""
    regions = rows[rows["level"] == "region"]
    st.header(ui.plain(standing.spread_sentence(regions, "region")), anchor=False)
    _dots(view, rows, regions, measure, "region")
    return rows[rows["level"].isin(["england", "region"])]


def _dots(view: ui.View, rows: pd.DataFrame, shown: pd.DataFrame, measure: measures.Measure, at: str) -> None:
    """Places of one level as dots with both intervals, and England as a line."""
    about = ui.plain(groups.title(measure, str(rows["category"].iloc[0])))
    title = "Regions" if at == "region" else "ICBs"
    st.caption(f"{title}: {about}. {standing.lines(len(shown))} {standing.withheld_sentence(shown, at)}")
    england = rows.loc[rows["level"] == "england", "share"].iloc[0]
    figure = charts.listed(shown, name="short_name", reference=england, fictional=view.snapshot.fictional)
    ui.chart(figure, standing.alt_listed(shown), f"by-{at}")


LISTS = {"list": _list, "regions": _regions}
