"""Any measure by region, ICB, role, employer or time in post, or by two of them crossed."""

import pandas as pd
import streamlit as st

from oversight import charts, findings, groups, measures, reach, ui
from oversight.measures import Measure
from oversight.store import Result

LABELS = {
    "group": "Group", "answer": "Answer", "share": "Share", "range": "95% interval", "yes": "Gave it (n)", "answered": "Answered (n)",
    "dont_know": "Don't know (n)", "against": "Against England", "judgement": "Better or worse", "withheld": "Withheld because",
}  # fmt: skip
FORMATS = {"share": "percent", "answered": "whole", "yes": "whole", "dont_know": "whole"}
BY = {"england": "England or the place chosen", **{code: names[0] for code, names in groups.DIMENSIONS.items() if code != "england"}}
CROSSED = (
    "**▲ and ▼** mark groups whose interval lies wholly above or below England's share; a number without colour rests on fewer "
    f"than {findings.FEW} answers, and a dash may not be shown. "
    "The intervals stand in the table."
)


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
        ui.empty("not_asked")
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
        bounds = "" if measure.of else reach.bounds_sentence(main, people)  # not everybody is asked a follow-up question
        st.markdown(f"{ui.plain(alone)}. {bounds} {groups.unplaced_sentence(main, [by, *([across] if across else [])])}")
    answers(view, measure, here, where)
    england = rows.loc[(rows["line"] == "england") & (rows["category"] == category), "share"].iloc[0]
    compare(view, measure, category, shown, by, across, england)
    own = here if across or by != "role" else here.iloc[:0]  # a role is listed by itself
    table(view, result, pd.concat([own, shown]), measure, where)


def pick(view: ui.View) -> tuple[Measure, str, str, str | None]:
    """The measure, its answer, and one or two dimensions."""
    first, third, fourth, second = st.columns([5, 3, 3, 4])
    labels = {name: measures.label(name) for name in measures.surveyed()}
    with first:
        name = view.picker.pick("measure", {"clinical_supervision": labels["clinical_supervision"], **labels}, "Measure", in_page=True)
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


def answers(view: ui.View, measure: Measure, here: pd.DataFrame, where: str) -> None:
    """All answers of a measure that has several, for the whole place."""
    if not measure.categories:
        return
    rows = here
    st.markdown(f"**{measure.label}: all answers, {where}**")
    ui.chart(
        charts.dots(rows, name="answer", fictional=view.snapshot.fictional, keep_order=True), findings.alt_shares(rows, "answer"), "answers"
    )


def compare(view: ui.View, measure: Measure, category: str, shown: pd.DataFrame, by: str, across: str | None, england: float) -> None:
    """One answer by group, with England's share to compare with; a grid where two dimensions are crossed."""
    if by == "england" and not across and measure.categories:
        return
    dimensions = " and ".join(groups.DIMENSIONS[d][0].lower() if d != "icb" else "ICB" for d in (by, across) if d)
    st.markdown(f"**{groups.title(measure, category)}, by {dimensions}**")
    fictional, alt = view.snapshot.fictional, findings.alt_shares(shown, "group")
    if across:
        turned = shown["across_code"].nunique() > shown["by_code"].nunique()
        row, column = ("across_name", "by_name") if turned else ("by_name", "across_name")
        cells = shown.sort_values(["across_position", "by_position"] if turned else ["by_position", "across_position"])
        with st.container(key="wide-grid" if cells[column].nunique() > 4 else "grid"):
            ui.chart(charts.cells(cells, row=row, column=column, fictional=fictional), alt, "crossed")
        st.caption(CROSSED)
    else:
        reference = None if by == "role" else england
        ordered, top = by in ("months", "role"), charts.room(shown["high"], [england])
        figure = charts.dots(shown, name="group", reference=reference, fictional=fictional, keep_order=ordered, top=top)
        ui.chart(figure, alt, "groups")


def table(view: ui.View, result: Result, rows: pd.DataFrame, measure: Measure, where: str) -> None:
    """The numbers, their source, the download and how they are worked out."""
    named = rows.assign(group=rows["group"].where(rows["line"] == "group", where))
    useless = {"answer"} if not measure.categories else {"judgement"} if rows["judgement"].isna().all() else set()
    labels = {k: v for k, v in LABELS.items() if k not in useless}
    ui.table(named, labels, "groups-table", FORMATS)
    ui.source(view, result, rows["answered"].iloc[0])
    ui.download(view, result, f"{measure.name} by group")
    ui.worked_out(*groups.worked_out(measure), findings.INTERVALS, reach.BOUNDS)
