"""PCN: all that is known of one Primary Care Network."""

import streamlit as st

from oversight import findings, profile, reasons, ui, why
from pages.parts import pcn_evidence, pcn_need, pcn_said, priority_decided

LIST = {"pcn": "PCN", "icb_name": "ICB", "sure": "Among the neediest?", "heard": "Replied"}

view = ui.here()
inside, wave = view.viewer.audience == "internal", view.name(view.filters["wave"])
with st.spinner("Working out the chances of all PCNs …"):
    need = view.ask("priority")
k, rows, code = need.filters["k"], reasons.in_words(need.table), view.filters["pcn"]
if rows.empty:
    ui.headline(f"PCN · {view.scope}", "One PCN")
    ui.empty("outside")
    st.stop()
if code is None:
    many = f"one of the {len(rows):,} PCNs" if len(rows) > 1 else "the one PCN"
    ui.headline(f"PCN · {view.scope}", f"Choose {many} of {findings.the(view.name(view.place[1]))}")
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

place = pcn_need.draw(view, need, row)
if inside:
    pcn_said.draw(view, row)
pcn_evidence.draw(view, row)
ui.worked_out(*reasons.worked_out(k), *why.worked_out())
if inside:
    pcn_need.firm(view, row, k, place)
