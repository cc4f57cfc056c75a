"""Of the Data page: add files. Upload, check, publish; nothing changes before the last step."""

from collections.abc import Callable

import streamlit as st

from oversight import survey_text, ui, uploads
from oversight.exports import FileProblem
from oversight.intake import Progress
from oversight.settings import exports_folder, snapshots_folder
from pages.parts import data_map
from pages.parts.data_add_account import account


def may_change(view: ui.View) -> bool:
    """Only the national team, looking inside the programme, sees single rows and adds files."""
    return view.viewer.audience == "internal" and view.viewer.regions is None


def add(view: ui.View) -> None:
    """Templates to take away; then upload, check and publish."""
    st.subheader("Add exports, check them, publish", anchor=False)
    if not may_change(view):
        ui.empty("outside", "Only the national team, inside the programme, can add files.")
        return templates()
    present = list(uploads.team_files(exports_folder()))
    st.markdown(uploads.standing(len(present), view.snapshot.fictional))
    turn = st.session_state.setdefault("upload-turn", 0)
    kinds = [kind.lstrip(".") for kind in uploads.KINDS]
    given = st.file_uploader(
        "Exports, registers and mappings", kinds, accept_multiple_files=True, key=f"upload-{turn}", help=uploads.limits()
    )
    label = "Files to take out of the folder (kept aside, not deleted)"
    out = st.multiselect(label, present, key=f"out-{turn}", placeholder="Choose files") if present else []
    made, ready = data_map.understand([(f.file_id, f.name, f.getvalue()) for f in given]) if given else ([], True)
    asked = (tuple(file.file_id for file in given), tuple(out), tuple(made))
    if st.button("Check", icon=":material/fact_check:", disabled=not (ready and (given or present))):
        files = data_map.with_made([(file.name, file.getvalue()) for file in given], made)
        checking = attempt("Checking", lambda tell: uploads.check(uploads.plan(files, exports_folder(), out), tell))
        st.session_state["checked"] = asked, checking
    held, checked = st.session_state.get("checked", (None, None))
    if checked and held == asked:
        account(view, checked)
        st.markdown("Publishing puts the files into the team's folder, and everybody sees the new snapshot from then on.")
        if st.button("Publish", type="primary", icon=":material/publish:"):
            published = attempt("Publishing", lambda tell: uploads.publish_checked(checked, snapshots_folder(), tell))
            if published:
                del st.session_state["checked"]
                st.session_state["upload-turn"] = turn + 1  # an empty uploader
                st.session_state["published"] = uploads.published_sentence(published, view.snapshot.snapshot_id)
                st.rerun()
    return templates()


def templates() -> None:
    """What people need before there is anything to upload."""
    st.subheader("To begin with", anchor=False)
    st.markdown("The questionnaire to paste into Microsoft Forms, and blank registers for what no tool exports, such as waves.csv.")
    text = survey_text.paste_text().encode()
    st.download_button("The questionnaire (text)", text, "questionnaire.txt", "text/plain", icon=":material/download:", on_click="ignore")
    st.download_button(
        "Blank registers (zip)", uploads.templates, "registers.zip", "application/zip", icon=":material/download:", on_click="ignore"
    )


def attempt(doing: str, work: Callable[[Progress], uploads.Checked]) -> uploads.Checked | None:
    """Run a check or a publish with its progress in view; None, and what is wrong in words, when it stops."""
    with st.status(f"{doing}…", expanded=True) as status:
        try:
            done = work(lambda step: st.write(ui.plain(step)))
        except uploads.Problems as problem:
            status.update(label=f"{doing} stopped", state="error", expanded=False)
            stopped: Exception | None = problem
        else:
            status.update(label=f"{doing} is done", state="complete", expanded=False)
            return done
    if isinstance(stopped, FileProblem):
        st.error(
            f"**{ui.plain(stopped.file)}** {ui.plain(stopped.wrong)}\n\n**What to do.** {ui.plain(stopped.mend)}", icon=":material/error:"
        )
    else:
        st.error(ui.plain(str(stopped)), icon=":material/error:")
    st.markdown("Nothing was published and no file was moved.")
    return None
