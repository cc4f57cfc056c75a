"""Of the Data page: what a check of added files found."""

import streamlit as st

from oversight import accounts, findings, ui, uploads
from oversight.accounts import FORMATS, LABELS


def account(view: ui.View, checked: uploads.Checked) -> None:
    """What a check found: every file, what was set aside and why, and what the new snapshot would lack."""
    st.subheader(uploads.checked_sentence(checked), anchor=False)
    table = accounts.files(checked.files)
    st.markdown(accounts.balance_sentence(table))
    ui.table(table, LABELS["files"], "check-files", FORMATS)
    with st.expander("What each file holds, and how it was recognised"):
        st.markdown(ui.listing(table["name"], table["about"]))
    for name, why in checked.plan.leaves.items():
        st.markdown(f"- {ui.plain(name)}: {ui.plain(why)}; the old file is kept aside")
    if lost := uploads.gone(view.ask("loads").table, checked):
        st.warning(
            ui.plain(uploads.gone_sentence(lost, view.snapshot.fictional and not checked.plan.stays)), icon=":material/remove_circle:"
        )
    for sentence in uploads.twice_sentences(checked):
        st.warning(ui.plain(sentence), icon=":material/content_copy:")
    if len(checked.quarantined):
        st.markdown(f"**{findings.count(checked.quarantined['rows'].sum(), 'row')} set aside**")
        ui.table(accounts.check_aside(checked.quarantined), LABELS["check_aside"], "check-aside", FORMATS)
    if len(checked.warnings):
        with st.expander(f"{findings.count(len(checked.warnings), 'note')} on what was accepted"):
            ui.table(accounts.warnings(checked.warnings), LABELS["warnings"], "check-warnings", tall=True)
