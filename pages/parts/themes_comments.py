"""Of Themes: searching the comments, coded as people coded them, with coordinators' notes beside."""

import hashlib
from typing import Any

import streamlit as st

from oversight import charts, comments, findings, search, ui
from oversight.questionnaire import RESPONDENT_KINDS

ORDERS = {"newest": "Newest first", "best": "Most hits first"}


def draw(view: ui.View) -> None:
    """The search and what it finds; notes beside it; then what coded comments are about."""
    typed = st.text_input("Search the comments and notes", max_chars=300, key="comment-search", help=comments.SYNTAX)
    sought = search.parse(typed)
    left, right = st.columns([7, 5], gap="large")
    with left:
        written(view, sought)
    with right:
        noted(view, sought)
    coded(view)
    ui.worked_out(*comments.HOW, findings.INTERVALS)


def written(view: ui.View, sought: search.Search) -> None:
    """The comments found, a page at a time; none of them for sharing."""
    everything = view.ask("comments")
    if everything.withheld:
        st.header("Comments stay inside the programme", anchor=False)
        st.info(f"**Not for sharing.** {everything.withheld} Choose “Inside the programme” to read them.", icon=":material/visibility_off:")
        return
    place, labels = view.name(view.place[1]), dict(zip(*(view.ask("themes").table[c] for c in ("theme", "label")), strict=True))
    asked = dict(everything.table.drop_duplicates("question_id")[["question_id", "question"]].itertuples(index=False))
    used = sorted({theme for themes in everything.table["themes"] for theme in themes}, key=lambda t: labels.get(t, t))
    picks = st.columns(3)
    with picks[0]:
        question = view.picker.pick("comment_question", {"all": "All questions", **asked}, "Question", in_page=True)
    with picks[1]:
        theme = view.picker.pick(
            "comment_theme", {"all": "Any theme or none", **{t: labels.get(t, t) for t in used}}, "Coded as", in_page=True
        )
    with picks[2]:
        order = view.picker.pick("comment_order", ORDERS, "Order", in_page=True)
    total = everything.table if question == "all" else everything.table[everything.table["question_id"] == question]
    result = view.ask("comments", question=question, theme=theme, must=sought.must, never=sought.never)
    found = comments.ordered(result.table.iloc[:0] if sought.nothing else result.table, order)
    chosen = "" if theme == "all" else labels.get(theme, theme)
    st.header(ui.plain(comments.found_sentence(len(found), len(total), sought, view.who, place, chosen)), anchor=False)
    if total.empty:
        return ui.empty("no_data", f"No comment of {view.who} in {findings.the(place)} is loaded for this wave. Silence is not “no need”.")
    if found.empty:
        return st.markdown("That nobody wrote it is not “no need”. Try the beginning of a word, fewer words, or another question or theme.")
    st.markdown(comments.coded_note(found))
    pages = -(-len(found) // comments.PAGE)
    key = hashlib.sha256(repr((sought.must, sought.never, order, sorted(result.filters.items(), key=str))).encode()).hexdigest()[:8]
    number = st.pagination(pages, key=f"comments-{key}") if pages > 1 else 1  # another search begins on its first page
    shown = found.iloc[(number - 1) * comments.PAGE : number * comments.PAGE]
    ui.marked_quotes(comments.cards(shown, sought, RESPONDENT_KINDS, labels, view.name(view.filters["wave"])))
    return ui.source(
        view, result, len(found), extra=f"comments {shown.index[0] + 1:,} to {shown.index[-1] + 1:,}, speakers and PCNs not named"
    )


def noted(view: ui.View, sought: search.Search) -> None:
    """What coordinators noted on the place and its PCNs."""
    everything, place = view.ask("notes"), view.name(view.place[1])
    result = view.ask("notes", must=sought.must, never=sought.never)
    found = result.table.iloc[:0] if sought.nothing else result.table
    st.header(ui.plain(comments.notes_sentence(len(found), len(everything.table), sought, place)), anchor=False)
    cards: list[tuple[Any, str]] = comments.note_cards(found, sought)
    if cards:
        ui.marked_quotes(cards[: comments.FIRST_NOTES])
        if more := cards[comments.FIRST_NOTES :]:
            with st.expander(f"The other {len(more)}"):
                ui.marked_quotes(more)
    ui.source(view, result, extra="coordinators' notes of any date", scope=place)


def coded(view: ui.View) -> None:
    """What coded comments are about, in shares that may be shared."""
    level, code = view.place
    result = view.ask("comment_themes")
    rows = comments.coded_at(result.table, level, code)
    if none := comments.coded_state(rows):
        st.header("What coded comments are about", anchor=False)
        return ui.empty(none, comments.NOT_CODED if none == "no_data" else "")
    st.header(ui.plain(comments.coded_sentence(rows, view.who)), anchor=False)
    figure = charts.dots(rows, name="label", fictional=view.snapshot.fictional, top=comments.top(rows), keep_order=True)
    ui.chart(figure, findings.alt_shares(rows, "label"), "coded-comments")
    ui.source(view, result, rows["n"].max(), extra="comments coded by people")
    return ui.behind(view, rows, comments.LABELS, {"themes-of-comments": result}, comments.FORMATS)
