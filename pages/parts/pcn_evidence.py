"""Of the PCN page: its workforce, and what speaks for it beside the replies."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from oversight import profile, ui

STAFF = {"census": "At", "splw": "Link workers", "care_coordinator": "Care Coordinators", "hwb_coach": "Health and Wellbeing Coaches"}


def draw(view: ui.View, row: Mapping[str, Any]) -> None:
    """``row``: the PCN's row of ``priority`` in words."""
    inside = view.viewer.audience == "internal"
    st.header("Its workforce", anchor=False)
    staff = view.ask("pcn_workforce")
    if staff.table.empty:
        ui.empty("no_data", "No workforce census is loaded.")
    else:
        ui.table(profile.workforce(staff.table), STAFF, "workforce")
        st.caption("Full-time equivalents (FTE). No return is not zero; a PCN that returned none may host them elsewhere, as in a charity.")
        ui.download(view, staff, "pcn-workforce")
    register = view.ask("pcn_events", region=None).table
    if inside:
        st.header(profile.speaks_sentence(register, row), anchor=False)
        st.markdown(profile.NOT_COUNTED)
        ui.facts(profile.speaks(register, row, view.who), "What speaks for this PCN, and how much of it there is")
    else:
        st.header("Notes that may leave the building", anchor=False)
    if register.empty:
        st.markdown("No request, offer, note or mention yet." if inside else "Nothing that may leave the building.")
    else:
        ui.table(profile.events(register), {"day": "Date", "kind": "What", "words": "In words"}, "events")
