"""PCN: all that is known of one Primary Care Network."""

import streamlit as st

from oversight import charts, findings, firmness, profile, reasons, ui, why
from pages.parts import priority_decided

LIST = {"pcn": "PCN", "icb_name": "ICB", "sure": "Among the neediest?", "heard": "Replied"}
PUBLIC = {"sure": "Among the neediest?"}
WAVES = {
    **PUBLIC, "chance": "Chance of that", "value": "Estimated need (90% interval)", "mean": "England's mean",
    "rank_range": "Rank (90% interval)", "heard": "Replied", "reason": "Main thing reported missing",
}  # fmt: skip
ELEMENTS = {"label": "Element or part", "has": "Yes", "lacks": "No", "unsure": "Don't know", "england": "England: yes"}
THEMES = {"label": "Challenge", "said": "Chosen by", "remedy": "What the programme offers"}
STAFF = {"census": "At", "splw": "Link workers", "care_coordinator": "Care Coordinators", "hwb_coach": "Health and Wellbeing Coaches"}

view = ui.here()
inside, wave = view.viewer.audience == "internal", view.name(view.filters["wave"])
need = view.ask("priority")
k, rows, code = need.filters["k"], reasons.in_words(need.table), view.filters["pcn"]
if rows.empty:
    ui.headline(f"PCN · {view.scope}", "One PCN")
    ui.empty("outside")
    st.stop()
if code is None:
    ui.headline(f"PCN · {view.scope}", f"Choose one of the {len(rows):,} PCNs of {findings.the(view.name(view.place[1]))}")
    st.markdown("Choose it here, or under *Primary Care Network* in the sidebar. Choosing a region or ICB first shortens the list.")
    ui.pcns(reasons.by_band(rows), LIST if inside else {c: LIST[c] for c in ("pcn", "icb_name", "sure")}, "pcns")
    ui.source(view, need)
    st.stop()

row, who = rows.iloc[0], view.ask("pcn").table.iloc[0]
ui.headline(f"PCN · {wave} · {view.who} · {who['icb_name']}, {who['region_name']}", profile.headline(row, view.who, k))
left, right = st.columns([7, 5], gap="large")
with left:
    for line in [*profile.estimate(row, k, view.who, wave), *map(ui.plain, profile.remarks(who, view.names))]:
        st.markdown(line)
    priority_decided.of_pcn(view, code, who["formerly"], row["offer_status"])
    if not inside:
        st.markdown("For sharing, a PCN leaves with its band and public facts only: no estimate, chance, replies, answers or reasons.")
    ui.link("priority", "Its ICB on the Priority page", ":material/flag:", region=who["region_code"], icb=who["icb_code"])
    ui.link("coverage", "Its ICB on the Coverage page", ":material/checklist:", region=who["region_code"], icb=who["icb_code"])
with right:
    ui.facts(profile.facts(who, row), "Who this PCN is and where it stands with the offer")

if inside and len(parts := why.parts(row)):
    st.header(why.sentence(row), anchor=False)
    ui.chart(charts.why(parts, fictional=view.snapshot.fictional), why.alt(parts), "why")
    ui.table(parts, {"label": "What speaks for more or less need", "said": "Percentage points"}, "why-table")
    for line in firmness.of_pcn(view.ask("need_sensitivity_pcn").table.iloc[0], k):
        st.markdown(line)

waves = view.ask("waves").table
asked = waves[waves["role"] == view.filters["role"]].sort_values("wave_id", ascending=False)
history = profile.in_each_wave({r.wave_name: view.ask("priority", wave=r.wave_id).table for r in asked.itertuples()})
st.header(profile.change(history, wave) or "Its need in each wave", anchor=False)
if history.empty:
    ui.empty("not_asked", f"No wave has asked {view.who} yet.")
elif inside and history["estimate"].notna().any():
    st.markdown(f"{reasons.READING} Open dot: nobody replied, so it is estimated from ICB and region.")
    ui.chart(charts.needs(history, "wave_name", fictional=view.snapshot.fictional), profile.alt_history(history), "history")
if len(history):
    turned = profile.side_by_side(history, WAVES if inside else PUBLIC)
    ui.table(turned, {"what": "", **{wave: wave for wave in turned.columns[1:]}}, "history-table")
ui.source(view, need, row["n"] if inside else None, "90% intervals" if inside else "")
ui.download(view, need, "pcn-band")

if inside:
    st.header("Who replied", anchor=False)
    replied = view.ask("pcn_replies").table
    ui.table(profile.replies(replied), profile.columns(replied), "replies")
    st.header(f"What {view.who} of this PCN have, {wave}", anchor=False)
    if row["replies"]:
        coverage, themes = view.ask("coverage", level="pcn"), view.ask("pcn_themes")
        ui.table(profile.elements(coverage.table, code), ELEMENTS, "elements")
        ui.source(view, coverage, row["replies"])
        st.header("Challenges they chose", anchor=False)
        ui.table(profile.themes(themes.table), THEMES, "themes")
        ui.source(view, themes, row["replies"])
    else:
        ui.empty("no_data", f"No {view.who} have replied from this PCN in {wave}. Choose another wave, or ask them.")

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
ui.worked_out(*reasons.worked_out(k), *why.worked_out())
