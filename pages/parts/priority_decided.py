"""Of the Priority page, and in one line of others: the plan that is decided, and deciding one."""

import pandas as pd
import streamlit as st

from oversight import decided, decided_words, downloads, plans, reasons, store, ui
from oversight.decided import Asked, Decision, Plan
from oversight.decided_words import INSIDE, PUBLIC
from pages.parts.data_add import may_change

DONE = "decided-done"
ALL = "all"


def in_force(view: ui.View) -> Plan | None:
    """The plan in force for the wave, kind of respondent and kind of data that are looked at."""
    return plans.in_force(view.filters["wave"], view.filters["role"], view.snapshot.fictional)


def line(view: ui.View) -> None:
    """At the top of a page: that there is a decided plan, in one line; nothing where there is none."""
    if plan := in_force(view):
        rows, place = here(view, decided.seen(plan, view.viewer))
        st.markdown(f":material/event_available: {ui.plain(decided_words.line(plan, rows, place))}")


def of_pcn(view: ui.View, pcn: str, formerly: object, offer_status: object) -> None:
    """On the PCN page: where this one stands in the decided plan; nothing where there is none. The last two may be missing."""
    if plan := in_force(view):
        standing = decided.standing(plan, pcn, formerly if isinstance(formerly, str) else "")
        st.markdown(f":material/event_available: {ui.plain(decided_words.of_pcn(plan, standing, offer_status in reasons.OFFERED))}")


def here(view: ui.View, rows: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The rows of the place that is looked at, and what that place is called."""
    level, code = view.place
    if level == "england":
        return rows, "England" if view.viewer.regions is None else "your regions"
    return rows[rows[f"{level}_code"] == code].reset_index(drop=True), view.name(code)


def names(view: ui.View) -> dict[str, str]:
    """Code -> name, kinds of respondent in the plural."""
    return {**view.names, **ui.ROLE_PLURALS}


def draw(view: ui.View, shown: store.Result | None = None) -> None:
    """The plan in force, then the form that decides another. ``shown``: the answer of ``priority`` that the page shows as its plan."""
    if done := st.session_state.pop(DONE, None):
        st.success(ui.plain(done), icon=":material/check_circle:")
    if view.viewer.audience == "internal":
        for one in plans.unusable(view.filters["wave"], view.filters["role"], view.snapshot.fictional):
            st.error(ui.plain(f"A decided plan cannot be shown. {one.problem}"), icon=":material/error:")
    plan = in_force(view)
    if plan:
        _decided(view, plan)
    if may_change(view):
        _form(view, plan, shown or view.ask("priority"))
    elif plan is None:
        st.caption("No plan is decided yet for this wave and kind of respondent.")


def _decided(view: ui.View, plan: Plan) -> None:
    rows, place = here(view, decided.seen(plan, view.viewer))
    inside = view.viewer.audience == "internal"
    st.header(ui.plain(decided_words.line(plan, rows, place).removesuffix(".")), anchor=False)
    st.markdown("\n\n".join(map(ui.plain, decided_words.rests_on(plan, names(view)))))
    if inside:
        if plan.decision.note:
            st.markdown(f"Note: {ui.plain(plan.decision.note)}")
        now = decided.present(plan, view.viewer, view.snapshot)
        same = plan.snapshot.snapshot_id == view.snapshot.snapshot_id
        now = None if now is None else here(view, now)[0]
        st.markdown(ui.plain(decided_words.against(rows, now, view.name(plan.asked.wave), same)))
    regions = dict(zip(rows["region_code"], rows["region_name"], strict=True))
    if len(regions) > 1:
        with st.columns([1, 2])[0]:
            choice = {ALL: f"All of {place}", **dict(sorted(regions.items(), key=lambda region: str(region[1])))}
            region = view.picker.pick("decided_region", choice, "The list of", in_page=True)
        if region != ALL:
            rows, place = rows[rows["region_code"] == region].reset_index(drop=True), choice[region]
    if rows.empty:
        ui.empty("no_data", "No PCN of this place has a place or is on the reserve list.")
    else:
        ui.table(decided_words.shown(rows), INSIDE if inside else PUBLIC, "decided-list", decided_words.FORMATS, tall=True)
    _downloads(view, plan, rows, place)


def _downloads(view: ui.View, plan: Plan, rows: pd.DataFrame, place: str) -> None:
    """The list as it may leave the building; for those who may decide, the file of the plan too, which stays inside."""
    scope = decided_words.scope(plan, names(view), place)
    viewer = store.Viewer(view.viewer.regions, "shareable")
    table = decided_words.to_take(rows)
    taken = store.Result("priority", table, vars(plan.asked), plan.snapshot, viewer, decided_words.PURPOSE, decided_words.WITHHELD)
    key = f"{plan.sha256[:12]}-{place}-{len(rows)}"
    with st.container(horizontal=True):
        for kind, label, mime, make in (
            ("csv", "Download this list (CSV)", "text/csv", lambda: downloads.csv(taken, scope)),
            ("xlsx", "This list, with notes (XLSX)", ui.XLSX, lambda: downloads.xlsx(taken, "decided list", scope)),
        ):
            name = downloads.file_name("decided list", scope, plan.snapshot, kind)
            st.download_button(label, make, name, mime, key=f"decided-{kind}-{key}", on_click="ignore", icon=":material/download:")
        if may_change(view):
            help_text = "With the estimates behind it: for inside the programme only. It reproduces byte for byte."
            name = plans.file_name(plan)
            st.download_button(
                "The plan's file, to keep inside (JSON)",
                plan.bytes,
                name,
                "application/json",
                key=f"decided-file-{key}",
                on_click="ignore",
                help=help_text,
            )
    st.caption(ui.plain(decided_words.WITHHELD))


def _form(view: ui.View, before: Plan | None, shown: store.Result) -> None:
    """Who, when, a note, a tick: then the plan is frozen as the page shows it, for all of England."""
    if not shown.filters["wave"]:
        return
    asked = Asked.of(shown.filters)
    if before and before.asked == asked and before.snapshot.snapshot_id == view.snapshot.snapshot_id:
        st.caption("The plan that this page shows is the decided one. Change places, weights or rules to decide another.")
        return
    with st.expander("Decide another plan" if before else "Decide this plan", icon=":material/gavel:"), st.form("decide", border=False):
        st.markdown(ui.plain(decided_words.about_to(asked, names(view))))
        by = st.text_input("Decided by", placeholder="National programme board", max_chars=decided.LONGEST_BY)
        on = st.date_input("On", value=None, format="DD/MM/YYYY")
        note = st.text_area("Note, which stays inside", max_chars=decided.LONGEST_NOTE)
        sure = st.checkbox(ui.plain(decided_words.confirm(before)))
        sent = st.form_submit_button("Decide this plan", type="primary", icon=":material/gavel:")
    if not sent:
        return
    if not (by.strip() and on and sure):
        st.error("Nothing was decided. Say by whom and on which day it was decided, and tick that it is.", icon=":material/error:")
        return
    try:
        plan = decided.read(decided.freeze(asked, Decision(on, by, note), view.snapshot))
        plans.decide(plan, replace=before is not None)
    except store.AskError as problem:
        st.error(ui.plain(str(problem)), icon=":material/error:")
    else:
        st.session_state[DONE] = decided_words.done(plan)
        st.rerun()
