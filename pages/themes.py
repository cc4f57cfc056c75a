"""Themes: what challenges people, from the survey and from focus groups, and what the programme can offer."""

import streamlit as st

from oversight import challenges, charts, findings, measures, ui
from oversight.questionnaire import RESPONDENT_KINDS

CHOSEN = {
    "label": "Challenge", "share": "Chose it", "range": "95% interval", "england": "England", "against": "Against England",
    "x": "Chose it (n)", "n": "Answered (n)", "words": "Focus groups", "excerpts": "Excerpts", "withheld": "Survey withheld because",
}  # fmt: skip
HELD = {"label": "Theme", "words": "Focus groups", "excerpts": "Excerpts"}
REMEDIES = {"remedy": "Remedy the programme names", "themes": "Challenges it answers, the most chosen first"}
FORMATS = {"share": "percent", "england": "percent", "x": "whole", "n": "whole", "excerpts": "whole"}
OTHER = {"not_asked": "Choose another role, or another wave."}
FIRST = 8  # excerpts shown at once

view = ui.here()
level, code = view.place
kicker, fictional = f"Themes · {view.scope}", view.snapshot.fictional
survey = view.ask("themes")
rows = challenges.compared(survey.table, level, code)
asked = challenges.was_asked(view.ask("questions").table, view.filters["role"])
nothing = challenges.survey_state(survey.table, level, code, asked)
region = view.filters["region"] or challenges.region_of(rows)
groups = view.ask("theme_sessions", region=region)
held = challenges.sessions_at(groups.table, region)

if nothing:
    ui.headline(kicker, challenges.nothing_sentence(nothing, view.who, view.name(code)))
else:
    ui.headline(kicker, challenges.leading_sentence(rows, view.who), [ui.plain(line) for line in challenges.notes(rows, view.who)])
if rows.empty:
    ui.empty(nothing)
    st.stop()
left, right = st.columns(2, gap="large")
with left:
    st.header("Survey: share who chose each", anchor=False)
    if nothing:
        ui.empty(nothing, OTHER.get(nothing, ""))
    else:
        ui.chart(charts.versus(rows, fictional=fictional), findings.alt_shares(rows, "label"), "survey")
        ui.source(view, survey, rows["n"].max())
with right:
    st.header("Focus groups: sessions that raised it", anchor=False)
    if none := challenges.sessions_state(held):
        ui.empty(none, ui.plain(challenges.no_sessions(none, view.who, view.name(region))))
    else:
        figure = charts.counts(held, name="label", value="sessions_with", text="words", fictional=fictional)
        ui.chart(figure, challenges.alt_sessions(held), "sessions")
        st.markdown(ui.plain(challenges.sessions_sentence(held, view.who)))
        ui.source(view, groups, extra=challenges.sessions_note(held, level))
labels = {k: v for k, v in (HELD if nothing else CHOSEN).items() if level != "england" or k not in ("england", "against")}
ui.behind(view, challenges.together(rows, held), labels, {"challenges": survey, "focus-groups": groups}, FORMATS)

st.header(ui.plain(challenges.remedies_sentence(rows)), anchor=False)
ui.table(challenges.remedies(rows), REMEDIES, "remedies")

everywhere = view.ask("themes", region=None, icb=None)
regions = challenges.by_region(everywhere.table)
if regions["share"].notna().any():
    st.header(ui.plain(challenges.region_sentence(regions)), anchor=False)
    with st.container(key="wide-grid"):
        ui.chart(charts.grid(regions, column="head", fictional=fictional), challenges.alt_regions(regions), "regions")
    ui.source(view, everywhere, extra="every region")
    table = challenges.wide(regions)
    heads = {name: "Challenge" if name == "label" else name for name in table}
    ui.behind(view, table, heads, {"challenges-by-region": everywhere}, {name: "percent" for name in table if name != "label"})

st.header("The excerpts behind a theme", anchor=False)
themes = dict(zip(rows["theme"], rows["label"], strict=True))
theme = view.picker.pick("theme", themes, "Theme", in_page=True)
said = view.ask("excerpts", theme=theme, region=region)
cards = challenges.excerpt_cards(said.table, RESPONDENT_KINDS)
if cards:
    st.markdown(ui.plain(challenges.excerpts_sentence(said.table, themes[theme])))
    ui.quotes(cards[:FIRST])
    if more := cards[FIRST:]:
        with st.expander(f"The other {len(more)}"):
            ui.quotes(more)
    ui.source(view, said, extra="focus groups of any date, speakers not named")
elif said.withheld:
    st.info(f"**Not for sharing.** {said.withheld} Choose “Inside the programme” to read them.", icon=":material/visibility_off:")
else:
    ui.empty("no_data", ui.plain(challenges.no_excerpts(themes[theme], view.who, view.name(region))))
m = measures.measures()["challenges"]
ui.worked_out(f"**{m.label}.** {m.why} {m.how}", f"**Denominator.** {m.denominator} {m.caveats}", challenges.HOW, findings.INTERVALS)
