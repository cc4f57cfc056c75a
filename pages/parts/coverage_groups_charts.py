"""The pictures of Coverage's part Groups: all answers of a measure, and one answer by group."""

import pandas as pd
import streamlit as st

from oversight import charts, findings, groups, ui
from oversight.measures import Measure


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
    st.markdown(f"**{groups.title(measure, category)}{f', by {dimensions}' if by != 'england' else ''}**")
    fictional, alt = view.snapshot.fictional, findings.alt_shares(shown, "group")
    if across:
        turned = shown["across_code"].nunique() > shown["by_code"].nunique()
        row, column = ("across_name", "by_name") if turned else ("by_name", "across_name")
        cells = shown.sort_values(["across_position", "by_position"] if turned else ["by_position", "across_position"])
        columns = cells.sort_values(column.replace("name", "position"))[column].unique()
        with st.container(key="wide-grid" if len(columns) > 4 else "grid"):
            ui.chart(charts.cells(cells, row=row, column=column, columns=columns, fictional=fictional), alt, "crossed")
        st.caption(groups.CROSSED)
    else:
        reference, ordered = None if by == "role" else england, by in ("months", "role")
        seen, hidden = groups.worth_a_row(shown)
        top = charts.room(seen["high"], [england])
        figure = charts.dots(seen, name="group", reference=reference, fictional=fictional, keep_order=ordered, top=top)
        ui.chart(figure, alt, "groups")
        if notes := groups.notes(shown, hidden):
            st.caption(notes)
