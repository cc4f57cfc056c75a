"""Of the Data page: rows set aside, what was noticed about accepted ones, and every question with its mapping."""

import streamlit as st

from oversight import accounts, findings, ui
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
    """What the mapping does not know, every question with what it is mapped to, and the way to its answers."""
    result = view.ask("questions", role="every")
    table = accounts.questions(result.table)
    if table.empty:
        return ui.empty("no_data")
    st.subheader(accounts.unmapped_sentence(table), anchor=False)
    if (table["what"] != "").any():
        st.caption("To map a wording, add it to a copy of the mapping (TOML), then add that file and publish again.")
    names = dict(zip(table["question_id"], table["label"], strict=True))
    hint = "Choose a question to see its answers"
    chosen = st.selectbox("Answers to a question", list(names), None, lambda code: names.get(code, code), placeholder=hint)
    if chosen:
        ui.link("coverage", "Open its answers", icon=":material/arrow_forward:", coverage_part="question", question=chosen)
    ui.table(table, LABELS["questions"], "questions", FORMATS, tall=True)
    ui.source(view, result, scope=f"{view.name(view.filters['wave'])} · all kinds of respondent")
    return ui.download(view, result, "questions")
