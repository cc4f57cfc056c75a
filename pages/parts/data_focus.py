"""Of the Data page: focus groups. What there is of each session, which codes lack a theme, and one session as it was said."""

import streamlit as st

from oversight import sessions, ui
from oversight.sessions import FORMATS, LABELS


def focus_groups(view: ui.View) -> None:
    """Sessions, codes, and for those inside the programme the words of one session."""
    held = view.ask("sessions", region=None)
    codes = view.ask("codes")
    if held.table.empty and codes.table.empty and not held.withheld:
        return ui.empty("no_data", sessions.NOTHING)
    if held.withheld:
        st.subheader("Sessions are shown inside the programme", anchor=False)
        st.info(f"**Not for sharing.** {held.withheld} Choose “Inside the programme” to see them.", icon=":material/visibility_off:")
    elif len(held.table):
        table = sessions.sessions(held.table)
        st.subheader(sessions.sessions_sentence(table), anchor=False)
        ui.table(table, LABELS["sessions"], "sessions", FORMATS, tall=len(table) > 15)
        ui.source(view, held, held.table["participants"].sum(), "people who took part", scope="Every session of this snapshot")
        read(view, dict(zip(table["session_id"], table["name"] + " · " + table["kind"], strict=True)))
    else:
        ui.empty("no_data", sessions.NOTHING)
    return themes_of_codes(view, codes)


def read(view: ui.View, names: dict[str, str]) -> None:
    """One session: what was said, and beside it what was coded, both in order."""
    with st.expander("Read a session: transcript and coded excerpts", icon=":material/forum:"):
        chosen = view.picker.pick("session", names, "Session", in_page=True)
        said = view.ask("transcript", session=chosen)
        coded = view.ask("excerpts", session=chosen, region=None, role=None)
        left, right = st.columns(2, gap="large")
        with left, st.container(height=520, key="session-said"):
            st.markdown("**What was said**")
            if said.table.empty:
                ui.empty("no_data", "No transcript of this session is loaded. Add its .vtt or .docx on Add files.")
            ui.quotes(sessions.turns(said.table))
        with right, st.container(height=520, key="session-coded"):
            st.markdown("**What was coded**")
            if coded.table.empty:
                ui.empty("no_data", "Nothing of this session is coded yet.")
            ui.quotes(sessions.passages(coded.table))
        st.caption("Speakers bear pseudonyms that hold within this session only. Nothing links them to names.")


def themes_of_codes(view: ui.View, codes: ui.Result) -> None:
    """Every code, its theme and how that is known; the codes without one to take away."""
    table = sessions.codes(codes.table)
    st.subheader(sessions.codes_sentence(table), anchor=False)
    if table.empty:
        return
    if lacking := len(sessions.without_theme(table)):
        st.markdown(ui.plain(sessions.lacking_sentence(table)))
        st.markdown("To mend that, give each a theme in themes.csv, add that file and publish again.")
        st.download_button(
            f"Rows for themes.csv ({lacking})",
            sessions.theme_rows(table),
            "codes-without-theme.csv",
            "text/csv",
            key="codes-without-theme",
            on_click="ignore",
            icon=":material/download:",
        )
    ui.table(table, LABELS["codes"], "codes", FORMATS, tall=len(table) > 15)
    ui.source(view, codes, scope="All codes of this snapshot")
    ui.download(view, codes, "codes", scope="of the snapshot")
