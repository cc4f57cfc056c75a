"""Data: what is loaded, who replied, what was set aside, any question, focus groups, and how files are added (national team)."""

from dataclasses import replace
from itertools import product

import streamlit as st

from oversight import accounts, charts, findings, ui
from oversight.accounts import FORMATS, LABELS
from oversight.model import RESPONDENT_KINDS
from pages.parts import data_add, data_focus, data_history, data_rows


def replies(view: ui.View) -> None:
    """Response rates by region in this wave, and in England for every wave and role."""
    waves = view.ask("waves").table.drop_duplicates("wave_id")
    if waves.empty:
        return ui.empty("no_data")
    pairs = product(waves.itertuples(), RESPONDENT_KINDS)
    asked = {(w.wave_id, r): (w.wave_name, view.ask("responses", wave=w.wave_id, role=r, level="region")) for w, r in pairs}
    rates = accounts.rates((wave, r, result.table) for (_, r), (wave, result) in asked.items())
    wave, result = asked[view.filters["wave"], view.filters["role"]]
    here = rates[(rates["wave_name"] == wave) & (rates["role"] == view.filters["role"])].sort_values(
        ["level", "rate"], ascending=[True, False]
    )
    england, regions = here[here["level"] == "england"].iloc[0], here[here["level"] == "region"]
    st.subheader(accounts.rates_sentence(england, view.who, wave), anchor=False)
    if spread := accounts.spread(regions):
        st.markdown(spread)
        figure = charts.counts(here, name="name", value="rate", text="text", fictional=view.snapshot.fictional, context=england["name"])
        ui.chart(figure, accounts.alt_counts(here, "name", "text"), "rates")
    ui.table(here, {k: v for k, v in LABELS["rates"].items() if k not in ("wave_name", "role_name")}, "rates-table", FORMATS)
    ui.source(view, result, england["responses"])
    ui.download(view, result, "response rates")
    st.subheader("Every wave and role, England", anchor=False)
    ui.table(rates[rates["level"] == "england"], {k: v for k, v in LABELS["rates"].items() if k != "name"}, "rates-england", FORMATS)
    st.caption("People in post are an estimate (see Methods). No workforce file counts GP supervisors or PCN managers: they have no rate.")


def files(view: ui.View) -> None:
    """The account of every file."""
    table = accounts.files(loads.table)
    st.subheader(accounts.balance_sentence(table), anchor=False)
    ui.table(table, {k: v for k, v in LABELS["files"].items() if k != "what"}, "files", FORMATS)
    with st.expander("What each file holds, and how it was recognised"):
        st.markdown(ui.listing(table["name"], table["about"]))
    ui.source(view, loads, scope="Every file of this snapshot")
    ui.download(view, loads, "files", scope="of the snapshot")


def organisations(view: ui.View) -> None:
    """Organisations and workforce, in round numbers that can be checked elsewhere."""
    st.subheader(accounts.organisations_sentence(view.ask("totals").table.iloc[0]), anchor=False)
    ui.table(accounts.maps(view.ask("organisation_history").table), LABELS["maps"], "maps", FORMATS)
    st.subheader("The workforce files", anchor=False)
    census = view.ask("workforce_totals")
    ui.table(accounts.census(census.table), LABELS["census"], "census", FORMATS)
    ui.source(view, census, scope="All of England")


# whatever place was chosen on another page: this page is about all of England
view = replace(ui.here(), filters={**ui.here().filters, "region": None, "icb": None, "pcn": None})
if done := st.session_state.pop("published", None):
    st.success(ui.plain(done), icon=":material/check_circle:")
loads = view.ask("loads")
snapshot = view.ask("snapshot").table.iloc[0]
until = f"data until {findings.day(snapshot['data_until'])} · " if view.snapshot.data_until else ""
ui.headline(
    f"Data · {until}snapshot {view.snapshot.snapshot_id[:8]}",
    accounts.loaded_sentence(snapshot, loads.table, view.ask("waves").table["wave_id"].nunique()),
)
parts = {
    "Replies": replies, "Files": files, "Set aside": data_rows.aside, "Questions": data_rows.questions,
    "Focus groups": data_focus.focus_groups, "Organisations": organisations, "Add files": data_add.add, "History": data_history.past,
}  # fmt: skip
part = st.query_params.get("part")  # a link may name the part to open at
for tab, draw in zip(st.tabs(list(parts), key="data-parts", default=part if part in parts else None), parts.values(), strict=True):
    with tab:
        draw(view)
