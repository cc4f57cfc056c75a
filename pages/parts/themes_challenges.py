"""Of Themes: what challenges people at the chosen place, in the survey and in focus groups, the remedies, and the excerpts behind."""

import pandas as pd
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


def draw(view: ui.View) -> None:
    """Survey beside sessions, the table of both, remedies, and what was said of one theme."""
    level, code = view.place
    survey = view.ask("themes")
    rows = challenges.compared(survey.table, level, code)
    asked = challenges.was_asked(view.ask("questions").table, view.filters["role"])
    nothing = challenges.survey_state(survey.table, level, code, asked)
    region = view.filters["region"] or challenges.region_of(rows)
    groups = view.ask("theme_sessions", region=region)
    held = challenges.sessions_at(groups.table, region)
    if rows.empty and challenges.sessions_state(held):
        return ui.empty(nothing)
    if not nothing:
        st.markdown("\n\n".join(ui.plain(line) for line in challenges.notes(rows, view.who)))
    left, right = st.columns(2, gap="large")
    with left:
        st.header("Survey: share who chose each", anchor=False)
        if nothing:
            ui.empty(nothing, OTHER.get(nothing, ""))
        else:
            ui.chart(charts.versus(rows, fictional=view.snapshot.fictional), findings.alt_shares(rows, "label"), "survey")
            ui.source(view, survey, rows["n"].max())
    with right:
        sessions(view, groups, held, region)
    labels = {k: v for k, v in (HELD if nothing else CHOSEN).items() if level != "england" or k not in ("england", "against")}
    both = held if rows.empty else challenges.together(rows, held)
    ui.behind(view, both, labels, {"challenges": survey, "focus-groups": groups}, FORMATS)
    if len(rows):
        st.header(ui.plain(challenges.remedies_sentence(rows)), anchor=False)
        ui.table(challenges.remedies(rows), REMEDIES, "remedies")
    excerpts(view, dict(zip(both["theme"], both["label"], strict=True)), region)
    m = measures.measures()["challenges"]
    return ui.worked_out(
        f"**{m.label}.** {m.why} {m.how}", f"**Out of.** {m.denominator}", f"**Take care.** {m.caveats}", challenges.HOW, findings.INTERVALS
    )


def sessions(view: ui.View, groups: ui.Result, held: pd.DataFrame, region: str | None) -> None:
    """Bars of the sessions that raised each theme, and the leading ones in words."""
    st.header("Focus groups: sessions that raised it", anchor=False)
    if none := challenges.sessions_state(held):
        return ui.empty(none, ui.plain(challenges.no_sessions(none, view.who, view.name(region))))
    figure = charts.counts(held, name="label", value="sessions_with", text="words", fictional=view.snapshot.fictional)
    ui.chart(figure, challenges.alt_sessions(held), "sessions")
    st.markdown(ui.plain(challenges.sessions_sentence(held, view.who)))
    return ui.source(view, groups, extra=challenges.sessions_note(held, view.place[0]), scope=f"{view.who} · {view.name(region)}")


def excerpts(view: ui.View, themes: dict[str, str], region: str | None) -> None:
    """What was said of one theme, without speakers; only inside the programme."""
    st.header("The excerpts behind a theme", anchor=False)
    theme = view.picker.pick("theme", themes, "Theme", in_page=True)
    if view.viewer.audience == "shareable":  # that there are none would be telling too
        return ui.not_for_sharing()
    said = view.ask("excerpts", theme=theme, region=region)
    cards = challenges.excerpt_cards(said.table, RESPONDENT_KINDS)
    if not cards:
        return ui.empty("no_data", ui.plain(challenges.no_excerpts(themes[theme], view.who, view.name(region))))
    st.markdown(ui.plain(challenges.excerpts_sentence(said.table, themes[theme])))
    ui.quotes(cards[:FIRST])
    if more := cards[FIRST:]:
        with st.expander(f"The other {len(more)}"):
            ui.quotes(more)
    scope = f"{view.who} · {view.name(region)}"
    return ui.source(view, said, extra="focus groups of any date, speakers not named", scope=scope)
