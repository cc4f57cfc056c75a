"""Of the Data page: rows set aside, what was noticed about accepted ones, and any question with its answers."""

import streamlit as st

from oversight import accounts, charts, findings, ui
from oversight.accounts import FORMATS, LABELS
from pages.parts.data_add import may_change


def aside(view: ui.View) -> None:
    """Rows set aside, by reason and one by one, and what was noticed about accepted ones."""
    reasons = accounts.reasons(view.ask("quarantine_reasons").table)
    st.subheader(accounts.reasons_sentence(reasons), anchor=False)
    if len(reasons):
        ui.table(reasons, LABELS["reasons"], "reasons", FORMATS)
    if not may_change(view):
        return ui.empty("outside", "Single rows are shown to the national team only, inside the programme.")
    if len(reasons):
        names = dict(zip(reasons["reason"], reasons["reason_name"], strict=True))
        reason = view.picker.pick("reason", {"all": "All reasons", **names}, "Rows set aside for", in_page=True)
        rows = accounts.aside(view.ask("quarantine", reason=reason).table)
        ui.table(rows, LABELS["aside"], "aside", tall=True)
        st.caption("Row 1 is the heading. Correct a row in its export, or the mapping, and publish again.")
        options = range(len(rows))
        row = st.selectbox("Look at one row, without personal data", options, None, lambda i: rows["label"][i], placeholder="Choose a row")
        if row is not None:
            ui.table(accounts.content(rows["content"][row]), LABELS["content"], "content")
    warnings = accounts.warnings(view.ask("warnings").table)
    st.subheader(f"{findings.count(len(warnings), 'note')} on what was accepted", anchor=False)
    if len(warnings):
        ui.table(warnings, LABELS["warnings"], "warnings", tall=True)


def questions(view: ui.View) -> None:
    """What the mapping does not know, and how many gave each answer to any question."""
    table = view.ask("questions").table
    if table.empty:
        return ui.empty("no_data")
    st.subheader(accounts.unmapped_sentence(table), anchor=False)
    unmapped = accounts.unmapped(table)
    if len(unmapped):
        ui.table(unmapped, LABELS["questions"], "unmapped", FORMATS)
        st.caption("To map a wording, add it to a copy of the mapping (TOML), then add that file and publish again.")
    st.subheader("Any question", anchor=False)
    names = accounts.question_names(table)
    chosen = view.picker.pick("question", names, f"Question of {view.name(view.filters['wave'])}", in_page=True)
    kind = table.set_index("question_id")["kind"][chosen]
    result = view.ask("question_answers", question=chosen)
    answers = accounts.answers(result.table, kind)
    st.markdown(f"**{ui.plain(accounts.answers_sentence(answers, kind, view.who))}.**")
    if answers.empty or kind == "text":  # what people wrote is never listed
        return None
    numbers = answers[answers["number"].notna()] if kind == "number" else answers.iloc[:0]
    if len(numbers):
        figure = charts.columns(numbers, number="number", value="x", axis="Answer", fictional=view.snapshot.fictional)
    else:
        figure = charts.counts(answers.head(30), name="label", value="x", text="text", fictional=view.snapshot.fictional)
    ui.chart(figure, accounts.alt_counts(answers, "label", "text"), "answers")
    ui.table(answers, LABELS["answers"], "answers-table", FORMATS, tall=len(answers) > 15)
    ui.source(view, result, answers["n"].max(), "several answers could be chosen" if kind == "multi" else "")
    ui.download(view, result, f"answers {chosen}")
