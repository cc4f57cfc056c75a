"""Any question of the wave, mapped or not: who gave which answer, here, by region, ICB or role."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from oversight import any_question, charts, ui
from oversight.any_question import FORMATS, LABELS, NUMBER_LABELS
from oversight.findings import the
from oversight.store import Result


def draw(view: ui.View) -> None:
    """Choose a question and how to look at its answers."""
    table = view.ask("questions").table
    names = any_question.names(table, view.who)
    chosen = view.picker.pick("question", names, "Question (type to search)", in_page=True)
    question = table.set_index("question_id").loc[chosen]
    by = view.picker.pick("question_by", any_question.BY, "Answers by", in_page=True, buttons=True)
    if any_question.not_asked(question) and by != "role":
        return ui.empty("not_asked", f"Nobody asked {view.who} this. Look at it by role, or choose another role or question.")
    {"here": here, "region": places, "icb": places, "role": roles}[by](view, chosen, question["kind"], by)
    return ui.worked_out(*any_question.HOW)


def here(view: ui.View, question: str, kind: str, _: str) -> None:
    """All answers of the chosen role at the chosen place."""
    level, code = view.place
    whom = f"{view.who} in {the(view.name(code))}"
    result = view.ask("question_by", question=question, level=level)
    rows = any_question.answers(result.table, level, code, view.filters["role"] or "splw")
    said = [any_question.answers_sentence(rows, whom)]
    if kind == "number":
        numbers = any_question.numbers(view.ask("question_numbers", question=question).table)
        said.insert(0, any_question.mean_sentence(numbers[(numbers["level"] == level) & (numbers["code"] == code)], whom))
    first, *more = [text for text in said if text]
    st.header(ui.plain(first), anchor=False)
    for text in more:
        st.markdown(ui.plain(f"{text}."))
    if rows.empty:
        return ui.empty("no_data")
    if kind == "text":
        return ui.source(view, result, rows["n"].max())
    if kind == "number" and rows["number"].notna().any() and rows["x"].notna().any():
        numeric = rows[rows["number"].notna()]
        figure = charts.columns(numeric, number="number", value="x", axis="Answer", fictional=view.snapshot.fictional)
    else:
        figure = charts.dots(rows[rows["x"].notna()].head(30), name="label", fictional=view.snapshot.fictional, keep_order=True)
    if rows["x"].notna().any():
        ui.chart(figure, any_question.alt_answers(rows), "answers")
        ui.table(rows, {k: v for k, v in LABELS.items() if k not in ("place", "against")}, "answers-table", FORMATS, tall=len(rows) > 15)
    else:
        ui.empty("too_few")
    ui.source(view, result, rows["n"].max(), "several answers could be chosen" if kind == "multi" else "")
    return ui.download(view, result, f"answers {question}")


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
        heads = dict(zip(rows["code"], rows["name"], strict=True))
        cells = any_question.grid(result.table, heads, "code")
        with st.container(key="wide-grid"):
            ui.chart(charts.grid(cells, column="head", fictional=view.snapshot.fictional), any_question.alt_grid(cells), "answers-grid")
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
        cells = any_question.grid(at, dict(zip(rows["role"], rows["place"], strict=True)), "role")
        with st.container(key="wide-grid"):
            ui.chart(charts.grid(cells, column="head", fictional=view.snapshot.fictional), any_question.alt_grid(cells), "answers-grid")
    return one(view, result, rows, rows["role"] == "splw", label, question)


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
