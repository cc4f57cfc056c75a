"""Themes: what challenges people, from the survey and from focus groups, and what the programme can offer."""

import streamlit as st

from oversight import challenges, charts, findings, measures, ui
from oversight.questionnaire import RESPONDENT_KINDS

CHOSEN = {
    "label": "Challenge", "share": "Chose it", "range": "95% interval", "england": "England", "against": "Against England", "x": "Chose it (n)",
    "n": "Answered (n)", "words": "Focus groups", "excerpts": "Excerpts", "withheld": "Survey withheld because",
}  # fmt: skip
HELD = {"label": "Theme", "words": "Focus groups", "excerpts": "Excerpts", "remedy": "Remedy the programme names"}
FORMATS = {"share": "percent", "england": "percent", "x": "whole", "n": "whole", "excerpts": "whole"}
FIRST = 8

view = ui.here()
level, code = view.place
fictional, role = view.snapshot.fictional, view.filters["role"]
survey = view.ask("themes")
rows = challenges.compared(survey.table, level, code)
asked = challenges.was_asked(view.ask("questions").table, role)
why = challenges.survey_state(survey.table, level, code, asked)
region = view.filters["region"] or (rows["region_code"].iloc[0] if level == "icb" and len(rows) else None)
groups = view.ask("theme_sessions", region=region)
held = challenges.sessions_at(groups.table, "region" if region else "england", region or "ENG")

if why:
    ui.headline(f"Themes · {view.scope}", challenges.nothing_sentence(why, view.who, view.name(code)))
else:
    beyond = challenges.against_sentence(rows, view.who) if level != "england" else ""
    ui.headline(
        f"Themes · {view.scope}",
        challenges.leading_sentence(rows, view.who),
        [ui.plain(s) for s in (challenges.order_note(rows), beyond) if s],
    )

left, right = st.columns(2, gap="large")
with left:
    st.header("Survey: share who chose each", anchor=False)
    if why:
        ui.empty(why)
    else:
        shown = rows if level != "england" else rows.assign(england=None)
        ui.chart(charts.versus(shown, fictional=fictional), findings.alt_shares(rows, "label"), "survey")
        ui.source(view, survey, rows["n"].max())
with right:
    st.header("Focus groups: sessions in which each came up", anchor=False)
    if none := challenges.sessions_state(held):
        ui.empty(none, ui.plain(challenges.no_sessions(none, view.who, view.name(region))))
    else:
        figure = charts.counts(held, name="label", value="sessions_with", text="words", fictional=fictional)
        ui.chart(figure, challenges.alt_sessions(held), "sessions")
        st.markdown(ui.plain(challenges.sessions_sentence(held, view.who)))
        ui.source(view, groups, extra=challenges.sessions_note(held, level))

with st.expander("Table and downloads", icon=":material/table:"):
    labels = HELD if why else {k: v for k, v in CHOSEN.items() if level != "england" or k not in ("england", "against")}
    ui.table(challenges.together(rows, held), labels, "themes-table", FORMATS)
    with st.container(horizontal=True):
        ui.download(view, survey, "challenges")
        ui.download(view, groups, "focus-groups")

st.header(ui.plain(challenges.remedies_sentence(rows)), anchor=False)
ui.table(
    challenges.remedies(rows),
    {"remedy": "Remedy the programme names", "themes": "Challenges it answers, the most chosen first"},
    "remedies",
)

everywhere = view.ask("themes", region=None, icb=None)
regions = challenges.by_region(everywhere.table)
if regions.loc[regions["level"] == "region", "share"].notna().any():
    st.header(ui.plain(challenges.region_sentence(regions)), anchor=False)
    with st.container(key="tile-map"):
        ui.chart(charts.grid(regions, fictional=fictional), challenges.alt_regions(regions), "regions")
    ui.source(view, everywhere, regions["n"].max(), "every region")
    with st.expander("Table and download", icon=":material/table:"):
        table = challenges.wide(regions)
        ui.table(
            table, {c: "Challenge" if c == "label" else c for c in table}, "regions-table", {c: "percent" for c in table if c != "label"}
        )
        ui.download(view, everywhere, "challenges-by-region")

st.header("The excerpts behind a theme", anchor=False)
themes = dict(zip(rows["theme"], rows["label"], strict=True))
theme = view.picker.pick("theme", themes, "Theme", in_page=True)
said = view.ask("excerpts", theme=theme, region=region)
cards = challenges.excerpt_cards(said.table, RESPONDENT_KINDS)
if cards:
    st.markdown(ui.plain(challenges.excerpts_sentence(said.table, themes[theme])))
    ui.quotes(cards[:FIRST])
    if cards[FIRST:]:
        with st.expander(f"The other {len(cards) - FIRST}"):
            ui.quotes(cards[FIRST:])
    ui.source(view, said, len(cards), "focus groups of any date; speakers are not named")
elif said.withheld:
    st.info(f"**Not for sharing.** {said.withheld} Their number is in the table above.", icon=":material/visibility_off:")
else:
    ui.empty("no_data", ui.plain(challenges.no_sessions("no_data", view.who, view.name(region))))
measure = measures.measures()["challenges"]
ui.worked_out(
    f"**{measure.label}.** {measure.why}",
    measure.how,
    f"**Denominator.** {measure.denominator}",
    f"**Take care.** {measure.caveats}",
    challenges.HOW,
    findings.INTERVALS,
)
