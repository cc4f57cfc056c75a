"""The frame round every page: first start, who is looking, navigation, and the shared filters that live in the URL."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import streamlit as st

from oversight import need, publish, store, ui
from oversight.model import RESPONDENT_KINDS
from oversight.settings import SAMPLE, snapshots_folder

ICON = Path(__file__).with_name("icon.png")  # a Material icon would be fetched from the internet
LOOPBACK = ("localhost", "127.0.0.1", "::1")
ALL = "all"
#: What the ranking rests on, chosen on the Priority page: what each criterion weighs, the places, further kinds of respondent.
RANKING = ("weights", "k", "also")

#: Page -> (title, icon, the shared filters that it answers to). The first page is the start page.
PAGES: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "overview": ("Overview", ":material/dashboard:", ("wave", "region", "icb", "role", *RANKING)),
    "coverage": ("Coverage", ":material/checklist:", ("wave", "region", "icb", "role")),
    "themes": ("Themes", ":material/forum:", ("wave", "region", "icb", "role")),
    "priority": ("Priority", ":material/flag:", ("wave", "region", "icb", "role", *RANKING)),
    "pcn": ("PCN", ":material/location_on:", ("wave", "region", "icb", "pcn", "role", *RANKING)),
    "data": ("Data", ":material/database:", ("wave", "role")),
    "methods": ("Methods", ":material/menu_book:", ()),
}
_publishing = threading.Lock()


def run() -> None:
    """Draw one page."""
    st.set_page_config(page_title="Link worker supervision", page_icon=str(ICON), layout="wide")
    ui.style()
    scripts = {
        name: st.Page(ui.page_path(name), title=title, icon=icon, url_path=name, default=name == "overview")
        for name, (title, icon, _) in PAGES.items()
    }
    page = st.navigation(list(scripts.values()), expanded=True)
    ui.remember_pages(scripts)
    if not _local_or_signed_in():
        st.error("This dashboard has no sign-in configured, so it only runs on localhost. Start it with server.address = localhost.")
        st.stop()
    snapshot = _snapshot()
    filters = PAGES[page.url_path or "overview"][2]
    view = _view(filters, snapshot)
    st.session_state["view"] = view
    ui.banner(view)
    try:
        page.run()
    except store.AskError as problem:
        st.error(ui.plain(str(problem)), icon=":material/error:")
    except Exception:  # a fault of ours: the details go to the log, never to the screen (Streamlit's own box offers to search for them)
        logging.getLogger(__name__).exception("the page %s failed with %s", page.title, dict(view.filters))
        st.error("This page could not be drawn. Choose another wave or place, or another page, and tell whoever runs the dashboard.")


def _local_or_signed_in() -> bool:
    """Without sign-in nobody but this machine may connect. (Sign-in itself is not part of this version.)"""
    return st.get_option("server.address") in LOOPBACK


def _snapshot() -> store.Snapshot:
    """The current snapshot. On the very first start the fictional sample is published, with visible progress.

    So is a sample that an older version of the dashboard published; a team's own snapshot is never replaced like that.
    """
    try:
        return store.find_snapshot()
    except (store.NoSnapshot, store.OldSnapshot) as problem:
        if isinstance(problem, store.NoSnapshot) or problem.fictional:
            _publish_sample()
        st.error(str(problem), icon=":material/error:")
        st.stop()
    except store.AskError as problem:
        st.error(str(problem), icon=":material/error:")
        st.stop()


def _publish_sample() -> None:
    """Build the sample's snapshot and start the page anew; a second visitor waits for the first one's build."""
    with st.status("First start: publishing the fictional sample…", expanded=True) as status, _publishing:
        try:
            store.find_snapshot()
        except (store.NoSnapshot, store.OldSnapshot):
            publish.build([SAMPLE], snapshots_folder(), st.write)
        status.update(label="The fictional sample is published", state="complete")
    st.rerun()


def _checked(name: str, text: str) -> None:
    """Raises ``ValueError`` when a filter that is written out cannot be that."""
    if text != ALL:
        store.checked(name, text)


def _view(shown: tuple[str, ...], snapshot: store.Snapshot) -> ui.View:
    """Read the shared filters from the URL, draw those this page answers to, and write them all back to the URL.

    Every filter stands in the URL as a code, "all" included, so that a link opens to the same numbers whatever the
    defaults become. (Streamlit's own binding puts names into the URL and leaves defaults out.)
    """
    picker = ui.Picker(frozenset({*shown, "audience"}))
    audience = picker.pick("audience", {"internal": "Inside the programme", "shareable": "For sharing"}, "Show numbers")
    viewer = store.Viewer(audience="internal" if audience == "internal" else "shareable")
    places = store.ask("places", viewer, snapshot).table
    waves = store.ask("waves", viewer, snapshot).table.drop_duplicates("wave_id")
    wave_names = dict(zip(waves["wave_id"], waves["wave_name"], strict=True))
    chosen: dict[str, str] = {"wave": picker.pick("wave", wave_names or {ALL: "No wave yet"}, "Wave")}
    for level, everything, label in (
        ("region", "All of England", "Region"),
        ("icb", "All ICBs", "Integrated Care Board (ICB)"),
        ("pcn", "Choose a PCN", "Primary Care Network (PCN)"),
    ):
        rows = places[places["level"] == level]
        for parent in ("region", "icb"):
            if chosen.get(parent, ALL) != ALL:
                rows = rows[rows[f"{parent}_code"] == chosen[parent]]
        # PCN names are not unique, so a PCN is offered with its code
        names = [f"{name} ({code})" if level == "pcn" else name for code, name in zip(rows["code"], rows["name"], strict=True)]
        chosen[level] = picker.pick(level, {ALL: everything, **dict(zip(rows["code"], names, strict=True))}, label)
    chosen["role"] = picker.pick("role", RESPONDENT_KINDS, "Who answered")
    defaults = {"weights": need.weights.to_text(need.WEIGHTS), "k": str(int(store.setting(snapshot, "places"))), "also": ALL}
    for name in RANKING:
        chosen[name] = picker.free(name, defaults[name], partial(_checked, name))
    picker.write_url()
    names_of = {**dict(zip(places["code"], places["name"], strict=True)), **wave_names, **RESPONDENT_KINDS}
    return ui.View(viewer, snapshot, {k: None if v == ALL else v for k, v in chosen.items()}, names_of, picker)


run()
