"""Of any question: its answers by region, ICB or role."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from oversight import any_question, charts, ui
from oversight.any_question import FORMATS, LABELS, NUMBER_LABELS
from oversight.store import Result


def places(view: ui.View, question: str, kind: str, by: str) -> None:
    """One answer, or the mean, by region (always all of them) or by ICB (of the chosen region)."""
    wide = {"region": None, "icb": None} if by == "region" else {"icb": None}
    if kind == "number":
        result = view.ask("question_numbers", question=question, **{k: "all" for k in wide})
        rows = any_question.numbers(result.table, by)
        return means(view, result, rows.assign(main=rows["level"] == "england"), any_question.LEVELS[by], "England")
    result = view.ask("question_by", question=question, level=by, **{k: "all" for k in wide})
    answer, label = answer_of(view, any_question.options(result.table, "england", "ENG"))
    if not answer:
        return ui.empty("too_few" if result.withheld else "no_data")
    rows = any_question.by_place(result.table, by, answer)
    st.header(ui.plain(any_question.place_sentence(rows, by, label)), anchor=False)
    if by == "region" and kind != "text":
        every(view, any_question.grid(result.table, dict(zip(rows["code"], rows["name"], strict=True)), "code"))
    return one(view, result, rows, rows["level"] == "england", label, question)


def roles(view: ui.View, question: str, kind: str, _: str) -> None:
    """One answer, or the mean, role by role at the chosen place; roles are never added up."""
    level, code = view.place
    if kind == "number":
        result = view.ask("question_numbers", question=question, role="every")
        rows = any_question.roles(any_question.numbers(result.table), level, code, ui.ROLE_PLURALS)
        return means(view, result, rows.assign(main=rows["role"] == "splw"), "role", "link workers")
    result = view.ask("question_by", question=question, role="every", level=level)
    answer, label = answer_of(view, any_question.options(result.table, level, code))
    if not answer:
        return ui.empty("too_few" if result.withheld else "no_data")
    rows = any_question.by_role(result.table, level, code, answer, ui.ROLE_PLURALS)
    st.header(ui.plain(any_question.role_sentence(rows, label)), anchor=False)
    at = result.table[(result.table["level"] == level) & (result.table["code"] == code)]
    if kind != "text":
        every(view, any_question.grid(at, dict(zip(rows["role"], rows["place"], strict=True)), "role"))
    return one(view, result, rows, rows["role"] == "splw", label, question)


def every(view: ui.View, cells: pd.DataFrame) -> None:
    """All answers at once, as a grid that scrolls sideways on a narrow screen."""
    with st.container(key="wide-grid"):
        ui.chart(charts.grid(cells, column="head", fictional=view.snapshot.fictional), any_question.alt_grid(cells), "answers-grid")


def answer_of(view: ui.View, options: Mapping[str, str]) -> tuple[str, str]:
    """The answer to compare: its code and its words; ("", "") when none may be shown."""
    if not options:
        return "", ""
    answer = view.picker.pick("answer", options, "Compare this answer", in_page=True)
    return answer, options[answer]


def one(view: ui.View, result: Result, rows: pd.DataFrame, main: pd.Series, label: str, question: str) -> None:
    """One answer as dots with intervals, its table, source and download."""
    st.markdown(f"**{ui.plain(label)}**")
    line = rows[main]
    share, name = (None, "") if line.empty else (line["share"].iloc[0], str(line["place"].iloc[0]))
    figure = charts.dots(rows, name="place", reference=share, reference_name=name, fictional=view.snapshot.fictional)
    ui.chart(figure, any_question.alt_one(rows, label), "answer-dots")
    ui.table(rows, {k: v for k, v in LABELS.items() if k != "label"}, "answer-table", FORMATS)
    ui.source(view, result, rows.loc[main, "n"].max())
    ui.download(view, result, f"answers {question}")


def means(view: ui.View, result: Result, rows: pd.DataFrame, what: str, reference: str) -> None:
    """Means as dots with intervals, their table, source and download."""
    st.header(ui.plain(any_question.means_sentence(rows, what, reference)), anchor=False)
    if rows.empty:
        return ui.empty("no_data")
    ui.chart(charts.means(rows, fictional=view.snapshot.fictional), any_question.alt_means(rows), "means")
    ui.table(rows, NUMBER_LABELS, "means-table", FORMATS)
    ui.source(view, result, rows.loc[rows["main"], "n"].max())
    return ui.download(view, result, f"means {result.filters['question']}")
