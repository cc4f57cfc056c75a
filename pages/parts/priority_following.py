"""Following the offer: where PCNs stand with it, and their need before and after beside similar PCNs without it."""

import streamlit as st

from oversight import charts, findings, following_words, ui

GROUPS = {
    "label": "Where PCNs stood", "pcns": "PCNs", "heard": "Heard both times", "once": "Only once", "never": "Never",
    "matched": "With similar PCNs", "alone": "Their replies alone", "then": "Need before", "now": "Need after",
    "without": "Similar PCNs after", "beyond": "Difference in points (95% interval)", "said": "In words",
}  # fmt: skip
COUNTS = {
    "name": "Place", "pcns": "PCNs", "requested": "Asked", "eligible": "Eligible", "offered": "Offered", "accepted": "Accepted",
    "started": "Started", "ended": "Ended",
}  # fmt: skip
LIST = {
    "pcn": "PCN", "stands": "Now", "since": "Since", "requested": "Asked", "eligible": "Eligible", "offered": "Offered",
    "accepted": "Accepted", "started": "Started", "ended": "Ended", "icb_name": "ICB",
}  # fmt: skip
WHOLE = dict.fromkeys(("pcns", "heard", "once", "never", "matched", *following_words.STEPS), "whole")


def draw(view: ui.View) -> None:
    """Headline, before and after, counts by region, and the PCNs of the register."""
    if view.viewer.audience == "internal":
        _compared(view)
    counts, place = view.ask("offer_counts"), findings.the(view.name(view.filters["region"]))
    st.header(following_words.counts_sentence(counts.table), anchor=False)
    st.markdown("Each column counts the PCNs that have come so far or further.")
    ui.table(following_words.counts(counts.table), COUNTS, "offer-counts", WHOLE)
    ui.source(view, counts, scope=place)
    ui.download(view, counts, "offer", scope=place)
    if view.viewer.audience == "internal":
        _register(view)
    else:
        st.caption(f":material/visibility_off: {view.ask('offers').withheld}")
    ui.worked_out(*following_words.paragraphs())


def _compared(view: ui.View) -> None:
    """The headline, and need before and after of each group that is large enough, beside similar PCNs."""
    result, earlier = view.ask("offer_change"), following_words.wave_before(view.ask("waves").table, view.filters["wave"])
    change, now = result.table, view.name(view.filters["wave"])
    st.header(following_words.headline(view.ask("offers").table, change, view.name(view.place[1]), earlier), anchor=False)
    if earlier is None:
        ui.empty("no_data", "Before and after show from the second wave on. Choose a later wave, or add one on the Data page.")
        return
    for line in following_words.cautions(change, earlier, now):
        st.markdown(ui.plain(line) if "**" not in line else line)
    rows, effects = following_words.drawn(change), following_words.effects(change)
    if len(rows):
        st.subheader(following_words.sentence(change), anchor=False)
        figure = charts.followed(rows, earlier=earlier, now=now, fictional=view.snapshot.fictional)
        ui.chart(figure, following_words.alt_groups(rows), "offer-groups")
        st.caption("Mean estimated need, from 0% (nothing missing) to 100% (everything missing). Only groups of 10 PCNs or more.")
    if len(effects):
        ui.chart(charts.effects(effects, fictional=view.snapshot.fictional), following_words.alt_effects(effects), "offer-effects")
        st.caption("What their own replies moved is part chance. What is left beside similar PCNs is what can be read as a difference.")
    ui.table(following_words.in_words(change), GROUPS, "offer-groups-table", WHOLE)
    ui.source(view, result, change["heard"].sum(), f"PCNs heard both times, compared with {earlier}, all of England", f"{now} · {view.who}")


def _register(view: ui.View) -> None:
    """The PCNs that stand in the register, with the day of each step."""
    offers, place = view.ask("offers"), view.name(view.place[1])
    st.header(f"The PCNs in the offer's register, {findings.the(place)}", anchor=False)
    if offers.table.empty:
        ui.empty("no_data", "No PCN of this place stands in the register (offers.csv) yet.")
    else:
        ui.pcns(following_words.listed(offers.table), LIST, "offers")
    ui.source(view, offers, len(offers.table), "PCNs", place)
