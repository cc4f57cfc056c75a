"""Any measure by region, ICB, role, employer or time in post, or by two of them crossed."""

import pandas as pd
import streamlit as st

from oversight import findings, groups, measures, reach, ui
from oversight.measures import Measure
from oversight.store import Result
from pages.parts.coverage_groups_charts import answers, compare

LABELS = {
    "group": "Group", "answer": "Answer", "share": "Share", "range": "95% interval", "yes": "Gave it (n)", "answered": "Answered (n)",
    "dont_know": "Don't know (n)", "against": "Against England", "judgement": "Better or worse", "withheld": "Withheld because",
}  # fmt: skip
FORMATS = {"share": "percent", "answered": "whole", "yes": "whole", "dont_know": "whole"}
BY = {"england": "England or the place chosen", **{code: names[0] for code, names in groups.DIMENSIONS.items() if code != "england"}}
HEADLINE = "clinical_supervision"  # whose bounds stand under the page's heading


def draw(view: ui.View) -> None:
    """The pickers, the finding, one chart (two where a measure has several answers), and the table."""
    measure, category, by, across = pick(view)
    result = view.ask("breakdown", measure=measure.name, by=by, across=across)
    rows = groups.with_words(result.table)
    whole = rows[rows["line"] == ("england" if view.place[0] == "england" else "place")]
    here = whole[whole["role"] == (view.filters["role"] or "splw")]
    shown = groups.answering(rows[(rows["line"] == "group") & (rows["category"] == category)], measure)
    if here.empty or not rows["answered"].fillna(1).any():
        st.header(f"{measure.label}: nobody answered here", anchor=False)
        ui.empty("no_data" if (view.filters["role"] or "splw") in measure.asked else "not_asked")
        return
    main = here[here["category"] == category].iloc[0]
    where = view.name(view.place[1])
    alone = groups.share_sentence(main, measure, view.who, where)
    crossed = across is not None
    if by == "england" and not crossed:
        st.header(alone, anchor=False)
    elif by == "role" and not crossed:
        st.header(groups.role_sentence(shown, measure, category, ui.ROLE_PLURALS), anchor=False)
    else:
        st.header(f"{groups.title(measure, category)}: {groups.lower_first(groups.spread_sentence(shown, by, across))}", anchor=False)
        people = reach.of_place(view.ask("responses", region=None, icb=None).table, *view.place)
        # not everybody is asked a follow-up question, so what the silent could change is not known
        bounds = "" if measure.of or measure.name == HEADLINE else reach.bounds_sentence(main, people)
        unplaced = groups.unplaced_sentence(main, [by, *([across] if across else [])])
        st.markdown(" ".join(text for text in (f"{ui.plain(alone)}.", bounds, unplaced) if text))
    answers(view, measure, here, where)
    england = rows[(rows["line"] == "england") & (rows["category"] == category) & (rows["role"] == here["role"].iloc[0])]
    compare(view, measure, category, shown, by, across, england["share"].iloc[0])
    own = (
        pd.concat([england, here]).drop_duplicates(["line", "category"]).sort_values(["line", "position"])
        if across or by != "role"
        else here.iloc[:0]
    )
    table(view, result, pd.concat([own, shown]), measure, where, main["answered"])


def pick(view: ui.View) -> tuple[Measure, str, str, str | None]:
    """The measure, its answer, and one or two dimensions."""
    first, third, fourth, second = st.columns([5, 3, 3, 4])
    labels = {name: measures.label(name) for name in measures.surveyed()}
    with first:
        name = view.picker.pick("measure", {HEADLINE: labels[HEADLINE], **labels}, "Measure", in_page=True)
    measure = measures.measures()[name]
    with third:
        by = view.picker.pick("by", {"employer": BY["employer"], **BY}, "By", in_page=True)
    with fourth:
        others = {code: label for code, label in BY.items() if code not in (by, "england") and {code, by} != {"icb", "region"}}
        across = view.picker.pick("across", {"none": "Nothing else", **(others if by != "england" else {})}, "And by", in_page=True)
    category = "yes"
    if measure.categories:
        with second:
            category = view.picker.pick("answer", dict(measure.categories), "Answer", in_page=True)
    return measure, category, by, None if across == "none" else across


def table(view: ui.View, result: Result, rows: pd.DataFrame, measure: Measure, where: str, n: float) -> None:
    """The numbers, their source, the download and how they are worked out."""
    named = rows.assign(group=rows["group"].where(rows["line"] == "group", rows["line"].map({"england": "England", "place": where})))
    useless = {c for c, empty in (("answer", not measure.categories), ("judgement", rows["judgement"].isna().all())) if empty}
    labels = {k: v for k, v in LABELS.items() if k not in useless}
    ui.table(named, labels, "groups-table", FORMATS)
    ui.source(view, result, n)
    ui.download(view, result, f"{measure.name} by group")
    ui.worked_out(*groups.worked_out(measure), findings.INTERVALS, reach.BOUNDS)
