"""Of the Data page: the snapshots that are kept, what changed between two of them, and going back to one."""

import pandas as pd
import streamlit as st

from oversight import accounts, changed, history, store, ui
from oversight.changed import FORMATS, LABELS
from oversight.settings import settings
from pages.parts.data_add import may_change


def past(view: ui.View) -> None:
    """Every snapshot; two of them compared; and the way back."""
    kept = history.listing()
    table = history.table(kept, view.viewer)
    st.subheader(changed.kept_sentence(table), anchor=False)
    ui.table(changed.kept(table), LABELS["kept"], "kept", FORMATS)
    more = "To keep more, set snapshots_kept in data/reference/settings.toml."
    st.caption(f"The newest {settings().snapshots_kept} are kept, and those that a decided plan rests on. {more}")
    readable = {one.snapshot_id: one for one in kept if one.snapshot}
    now = view.snapshot.snapshot_id
    if len(readable) < 2 or now not in readable:
        st.markdown("There is nothing to compare yet: after the next publish, this shows what changed.")
        return inside(view, readable[now]) if now in readable else None
    names = changed.names(kept, dict(zip(table["snapshot_id"], table["responses"], strict=True)))
    last = history.earlier(kept, view.snapshot)
    first = last.snapshot_id if last else next(code for code in readable if code != now)
    st.subheader("What changed", anchor=False)
    left, right = st.columns(2)
    with left:
        before = readable[view.picker.pick("before", {first: names[first], **names}, "From the snapshot of", in_page=True)]
    with right:
        after = readable[view.picker.pick("after", {now: names[now], **names}, "to the snapshot of", in_page=True)]
    changes = None
    if before == after:
        st.info("Choose two different snapshots to see what changed.", icon=":material/info:")
    elif before.snapshot.fictional != after.snapshot.fictional:
        st.info("Fictional data is never compared with real data. Choose two snapshots of one kind.", icon=":material/info:")
    else:
        changes = history.changes(view.viewer, before.snapshot, after.snapshot, view.filters["wave"], view.filters["role"])
        st.markdown("\n".join(f"- {ui.plain(sentence)}" for sentence in changed.sentences(changes)))
        st.caption(ui.plain(changed.source_line(changes, view.scope)))
    if may_change(view) and not before.current:
        back(view, before)
    if changes:
        compared(changes)
    return inside(view, before)


def compared(changes: history.Changes) -> None:
    """What changed, in tables."""
    titled("Responses", changed.responses(changes.responses), "responses")
    if changes.wave is None:
        ui.empty("no_data", "The chosen wave is not in both snapshots, so shares and bands cannot be compared. Choose another wave.")
    else:
        england = changed.coverage(changes.coverage, ["england"])
        titled("Elements of supervision, England", england.drop(columns="name"), "coverage")
        with st.expander("Regions and ICBs", icon=":material/table:"):
            ui.table(changed.coverage(changes.coverage, ["region", "icb"]), LABELS["coverage"], "changed-places", FORMATS, tall=True)
        titled("Bands of the offer", changed.moved(changes.moved), "moved")
        if len(changes.bands):
            with st.expander("Which PCNs changed band", icon=":material/table:"):
                ui.table(changed.bands(changes.bands), LABELS["bands"], "changed-bands", FORMATS, tall=True)
    titled("Files", changed.files(changes.files), "files")
    titled("Settings, mappings and versions", changes.definitions, "definitions")
    ui.worked_out(*changed.WORKED_OUT)


def titled(title: str, frame: pd.DataFrame, name: str) -> None:
    """A table of what differs under its name; nothing where nothing differs."""
    if len(frame):
        st.markdown(f"**{ui.plain(title)}**")
        ui.table(frame, LABELS[name], f"changed-{name}", {} if name == "definitions" else FORMATS)  # definitions are text


def back(view: ui.View, one: history.Kept) -> None:
    """One press, and everybody sees that snapshot."""
    pressed = st.button(f"Go back to the snapshot of {changed.moment(one.when)}", icon=":material/history:", key=f"back-{one.snapshot_id}")
    st.caption("Everybody sees it from then on. No snapshot is removed, and no file of the team's folder is touched.")
    if pressed:
        try:
            history.go_back(one.snapshot_id)
        except store.AskError as problem:
            st.error(ui.plain(str(problem)), icon=":material/error:")
        else:
            view.picker.forget("before", "after")
            st.session_state["published"] = changed.gone_back_sentence(one.when, one.snapshot_id)
            st.rerun()


def inside(view: ui.View, one: history.Kept) -> None:
    """Where the numbers of a snapshot come from: its files, and its mappings word by word."""
    with st.expander(f"Sources and mappings of the snapshot of {changed.moment(one.when)}", icon=":material/folder_open:"):
        loads = store.ask("loads", view.viewer, one.snapshot).table
        ui.table(accounts.files(loads), LABELS["sources"], "sources", FORMATS)
        st.caption(f"Read with {ui.plain(store.ask('snapshot', view.viewer, one.snapshot).table['versions'].iloc[0])}")
        for mapping in store.ask("mapping_texts", view.viewer, one.snapshot).table.itertuples():
            st.markdown(f"**{ui.plain(mapping.file)}**")
            st.code(mapping.text, "toml", height=300)
