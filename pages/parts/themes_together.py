"""Of Themes: which of them go together, as a matrix to click, and the excerpts behind a pair."""

import pandas as pd
import streamlit as st

from oversight import challenges, charts, theme_pairs, ui
from oversight.questionnaire import RESPONDENT_KINDS

LABELS = {
    "pair": "Pair", "a": "Both (n)", "expected": "By chance", "first": "First theme (n)", "second": "Second theme (n)", "n": "Of (n)",
    "jaccard": "Jaccard", "phi_words": "φ", "range": "99.8% interval of φ", "link": "What that says", "withheld": "Withheld because",
}  # fmt: skip
FORMATS = {"a": "whole", "expected": "one", "first": "whole", "second": "whole", "n": "whole", "jaccard": "percent"}
FIRST = 6  # excerpts shown at once


def draw(view: ui.View) -> None:
    """What to count, the matrix with its table, and the chosen pair."""
    unit = view.picker.pick("counted", theme_pairs.UNITS, "What is counted", in_page=True, buttons=True)
    region = view.filters["region"] or challenges.region_of(challenges.compared(view.ask("themes").table, *view.place))
    result = view.ask("theme_pairs", unit=unit, **({} if unit == "respondents" else {"region": region}))
    rows = theme_pairs.ranked(result.table)
    asked = challenges.was_asked(view.ask("questions").table, view.filters["role"])
    if state := theme_pairs.state(rows, asked):
        place = view.name(view.place[1] if unit == "respondents" else region)
        st.header("Which themes go together", anchor=False)
        return ui.empty(state, ui.plain(theme_pairs.no_pairs(unit, view.who, place)))
    st.header(ui.plain(theme_pairs.pairs_sentence(rows, view.who)), anchor=False)
    strength = view.picker.pick("strength", theme_pairs.strengths(rows), "Strength shown", in_page=True, buttons=True)
    if view.viewer.audience == "internal":
        st.markdown("Click a square to read what was said about the pair, or choose the two themes below.")
    matrix = st.container(key="wide-grid")
    if unit == "respondents":
        ui.source(view, result, rows["n"].max(), "survey")
    else:
        ui.source(view, result, rows["n"].max(), f"{unit} of any date", f"Focus groups with {view.who} · {view.name(region)}")
    st.caption(theme_pairs.key(unit, strength))
    if hidden := theme_pairs.hidden_sentence(rows):
        st.caption(hidden)
    ui.behind(view, rows, LABELS, {f"themes-together-{unit}": result}, FORMATS)
    pair = choose(view, rows)
    with matrix:
        figure = charts.pairs(rows, theme_pairs.order(rows), strength, chosen=pair, fictional=view.snapshot.fictional)
        ui.clickable(figure, theme_pairs.alt_pairs(rows, view.who), "pairs", ("pair_theme", "pair_other"))
    excerpts(view, rows, pair, region)
    return ui.worked_out(*theme_pairs.HOW)


def choose(view: ui.View, rows: pd.DataFrame) -> tuple[str, str]:
    """Both themes of the pair, by two lists (which a keyboard reaches); at first the strongest pair."""
    names = theme_pairs.names(rows)
    st.header("The excerpts behind a pair", anchor=False)
    left, right = st.columns(2)
    with left:
        theme = view.picker.pick("pair_theme", theme_pairs.first_to(names, rows["theme"].iloc[0]), "Theme", in_page=True)
    partners = {code: name for code, name in names.items() if code != theme}
    with right:
        other = view.picker.pick("pair_other", theme_pairs.first_to(partners, theme_pairs.partner(rows, theme)), "And theme", in_page=True)
    st.markdown(ui.plain(theme_pairs.pair_sentence(theme_pairs.pair_of(rows, theme, other))))
    return theme, other


def excerpts(view: ui.View, rows: pd.DataFrame, pair: tuple[str, str], region: str | None) -> None:
    """Excerpts coded with both themes, then what the sessions that raised both said of either."""
    names = theme_pairs.names(rows)
    one, two = (names[code] for code in pair)
    said = view.ask("excerpts", theme=pair[0], other=pair[1], region=region)
    if view.viewer.audience == "shareable":  # that there are none would be telling too
        return ui.not_for_sharing()
    if said.table.empty:
        return ui.empty("no_data", ui.plain(theme_pairs.no_excerpts(one, two, view.who, view.name(region))))
    both, others = theme_pairs.split(said.table, *pair)
    st.markdown(ui.plain(theme_pairs.excerpts_sentence(both, others, one, two)))
    for found, label in ((both, "about both"), (others, "about either, from sessions that raised both")):
        cards = theme_pairs.marked(challenges.excerpt_cards(found, RESPONDENT_KINDS), found, names, *pair)
        shown = FIRST if found is both or both.empty else 0
        if cards[:shown]:
            ui.quotes(cards[:shown])
        if more := cards[shown:]:
            with st.expander(f"{len(more)} {'more ' if shown else ''}{label}"):
                ui.quotes(more)
    scope = f"{view.who} · {view.name(region)}"
    return ui.source(view, said, extra="focus groups of any date, speakers not named", scope=scope)
