"""Any question of the wave, mapped or not: who gave which answer, here, by region, ICB or role."""

import streamlit as st

from oversight import any_question, charts, ui
from oversight.any_question import FORMATS, LABELS
from oversight.findings import the
from pages.parts.coverage_question_by import places, roles


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
