"""What pages are made of: the view (who looks, at what), headline, chart with table and source line, empty states.

Beside ``frame.py`` and ``pages/`` the only module that imports streamlit.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from pathlib import Path
from threading import Event
from typing import Any, Literal

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from oversight import downloads, findings, need, store
from oversight.markup import as_html as as_html
from oversight.markup import listing as listing
from oversight.markup import plain as plain
from oversight.markup import pretty as pretty
from oversight.settings import ROOT
from oversight.store import Result, Viewer

#: The five empty states: why there is nothing to show, and what to do.
EMPTY: Mapping[str, tuple[str, str]] = {
    "no_data": ("There is no data for this yet.", "Load exports on the Data page, or choose another wave or place."),
    "too_few": ("Too few people answered to show this safely.", "Choose a larger place, or fewer filters."),
    "not_asked": ("This was not asked in this wave.", "Choose another wave."),
    "outside": ("This place is outside the regions you can see.", "Ask the national team if you need it."),
    "loading": ("Still loading.", "This page fills itself in a moment."),
}

#: A table scrolls from so many rows on, and is drawn as a grid when it has more than so many.
SCROLLS_FROM, MOST_ROWS = 40, 200

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


#: What works out the answers of ``View.ask_meanwhile``.
_beside = ThreadPoolExecutor(max_workers=2, thread_name_prefix="answers")


class Picker:
    """The filters of one run, kept in the URL as codes ("all" included) so that a link opens to the same numbers.

    What counts, in this order: the URL when it has changed since it was last written (a link, the back button), the
    widget, what was kept from another page, the first option. Streamlit's own binding is not used: it puts names into
    the URL and leaves defaults out.
    """

    def __init__(self, shown: frozenset[str]) -> None:
        """``shown``: the filters of the sidebar that this page answers to; the others are kept without a widget."""
        self.shown = shown
        self.kept: dict[str, str] = st.session_state.setdefault("filters", {})
        self.written: dict[str, str] = st.session_state.setdefault("filters_in_url", {})
        self.dropped: list[str] = []
        self.picked: set[str] = set()

    def pick(self, name: str, options: Mapping[str, str], label: str, in_page: bool = False, buttons: bool = False) -> str:
        """The code chosen for one filter. ``options``: code -> name, the default first. ``in_page``: drawn where the page is.

        ``buttons``: as a row of buttons rather than a list to choose from.
        """
        default = next(iter(options))
        in_url, key = st.query_params.get(name), f"filter-{name}"
        if in_url is not None and in_url != self.written.get(name):
            if in_url not in options:
                self.dropped.append(f"{name}={in_url}")
            value = in_url
        else:
            value = st.session_state.get(key, self.kept.get(name, default))
        if value not in options:
            value = default
        if in_page or name in self.shown:
            st.session_state[key] = value
            place = st if in_page else st.sidebar
            draw = partial(st.segmented_control, required=True, label_visibility="collapsed") if buttons else place.selectbox
            value = str(draw(label, list(options), format_func=lambda code: options.get(code, code), key=key))
        self.kept[name] = value
        self.picked.add(name)
        if in_page:
            self.write_url()
        return value

    def part(self, name: str, options: Mapping[str, str], label: str) -> str:
        """The part of a page that is open: one row of buttons, in the URL like every filter. Only the open part is drawn."""
        return self.pick(name, options, label, in_page=True, buttons=True)

    def free(self, name: str, default: str, valid: Callable[[str], Any]) -> str:
        """What is written for a filter that is not chosen from a list. ``valid`` raises ``ValueError`` for what it cannot be.

        Without a widget: a page that draws one of its own calls ``chosen`` in its callback.
        """
        in_url = st.query_params.get(name)
        changed = in_url is not None and in_url != self.written.get(name)
        value = in_url if in_url is not None and changed else st.session_state.get(f"filter-{name}", self.kept.get(name, default))
        try:
            valid(value)
        except ValueError:
            if changed:
                self.dropped.append(f"{name}={value}")
            value = default
        st.session_state[f"filter-{name}"] = value
        self.kept[name] = value
        self.picked.add(name)
        return str(value)

    def forget(self, *names: str) -> None:
        """Drop what was chosen, so that the next run begins with the default again."""
        for name in names:
            self.kept.pop(name, None)
            st.session_state.pop(f"filter-{name}", None)
            if name in st.query_params:
                del st.query_params[name]

    def write_url(self) -> None:
        """Bring the URL up to date in one step, so that the back button undoes one choice at a time."""
        present = st.query_params.to_dict()
        waiting = {name: value for name, value in present.items() if name not in self.picked}  # the page itself may yet ask for it
        if present != (wanted := {**self.kept, **waiting}):
            st.query_params.from_dict(wanted)
        st.session_state["filters_in_url"] = dict(self.kept)


def chosen(name: str, value: str) -> None:
    """For the callback of a page's own widget: the filter ``name`` is now ``value``.

    Whoever moves a slider fast sends along an address that is older than the one last written; that is no step back in the browser.
    """
    st.session_state[f"filter-{name}"] = value
    if name in st.query_params:
        st.session_state.setdefault("filters_in_url", {})[name] = st.query_params[name]


ROLE_PLURALS: Mapping[str, str] = {
    "splw": "link workers",
    "care_coordinator": "Care Coordinators",
    "hwb_coach": "Health and Wellbeing Coaches",
    "gp_supervisor": "GP supervisors",
    "pcn_manager": "PCN managers",
}


@dataclass(frozen=True)
class View:
    """What is being looked at: viewer, snapshot, and the shared filters (wave, region, icb, pcn, role; None means all)."""

    viewer: Viewer
    snapshot: store.Snapshot
    filters: Mapping[str, str | None]
    names: Mapping[str, str]
    picker: Picker

    def ask(self, name: str, **more: Any) -> Result:
        """Ask with the shared filters that the query takes; ``more`` adds to them or replaces them."""
        takes = {p.name for p in store.queries()[name].parameters}
        # a PCN chosen on the PCN page stays in the URL, but other pages do not answer to it
        shared = {k: v for k, v in self.filters.items() if k in takes and (k != "pcn" or k in self.picker.shown)}
        return store.ask(name, self.viewer, self.snapshot, **{**shared, **more})

    def ask_meanwhile(self, name: str, **more: Any) -> Result:
        """``ask`` what takes long, for what stands on the page already: who goes on to something else meanwhile is not kept waiting.

        Streamlit leaves a script only where it calls Streamlit; so the answer is worked out beside it, and is kept for when it is asked
        for again. One that is no longer wanted is not begun, and its draws stop.
        """
        left = Event()

        def answer() -> Result:
            need.draws.given_up.set(left)
            return self.ask(name, **more)

        waiting = _beside.submit(answer)
        try:
            while not waiting.done():
                wait([waiting], timeout=0.02)
                st.session_state.get("view")  # as in ``rest``
            return waiting.result()
        finally:
            left.set()
            waiting.cancel()

    def shareable(self, result: Result) -> Result:
        """The same answer as it may leave the building."""
        viewer = replace(self.viewer, audience="shareable")
        return store.ask(result.name, viewer, self.snapshot, **result.filters)

    @property
    def place(self) -> tuple[str, str]:
        """(level, code) of the smallest place chosen, PCNs left aside: ("england", "ENG") when none is."""
        for level in ("icb", "region"):
            if code := self.filters.get(level):
                return level, code
        return "england", "ENG"

    def name(self, code: str | None) -> str:
        """The name of a place, wave or role by its code."""
        return self.names.get(code or "ENG", code or "England")

    @property
    def asked(self) -> bool:
        """Whether the chosen kind of respondent was asked anything in the chosen wave."""
        waves = self.ask("waves").table
        return bool(((waves["wave_id"] == self.filters["wave"]) & (waves["role"] == (self.filters["role"] or "splw"))).any())

    @property
    def moved(self) -> str:
        """What of the ranking is not as set, in sentences; "" where nothing is, or where page or audience show only what is set."""
        if "weights" not in self.picker.shown or self.viewer.audience == "shareable":
            return ""
        places, also = int(store.setting(self.snapshot, "places")), self.filters.get("also")
        k = int(self.filters.get("k") or places)
        weights = self.filters.get("weights") or need.weights.to_text(need.WEIGHTS)
        parts = [
            "The weights of the parts of supervision have been changed." if weights != need.weights.to_text(need.WEIGHTS) else "",
            f"It is for {findings.count(k, 'place')}, not {places:,}." if k != places else "",
            f"Replies of {findings.listed([ROLE_PLURALS[kind] for kind in also.split(',')])} count too." if also else "",
        ]
        return " ".join(part for part in parts if part)

    @property
    def scope(self) -> str:
        """Wave, role and place in words, for kickers and source lines."""
        pcn = self.filters.get("pcn") if "pcn" in self.picker.shown else None
        where = f"{self.name(pcn)} ({pcn})" if pcn else self.name(self.place[1])
        wave = self.name(self.filters["wave"]) if self.filters["wave"] else "no wave yet"
        return f"{wave} · {self.who} · {where}"

    @property
    def who(self) -> str:
        """The chosen kind of respondent in the plural: "link workers"."""
        return ROLE_PLURALS[self.filters["role"] or "splw"]


def style() -> None:
    """The few rules of style that the theme cannot set: line length, and pages that print without the sidebar."""
    st.html(ROOT / "oversight" / "style.css")


def remember_pages(pages: Mapping[str, Any]) -> None:
    """Keep the page objects, so that one page can link to another with filters."""
    st.session_state["pages"] = pages


def link(page: str, label: str, icon: str | None = None, **filters: str) -> None:
    """A link to another page, with the present filters and the given ones instead of theirs."""
    current = {**st.session_state["filters"], **filters}
    st.page_link(st.session_state["pages"][page], label=label, icon=icon, query_params=current)


def banner(view: View) -> None:
    """What must be known on every page: that data is fictional, and what an old link asked for that is no longer there."""
    if view.snapshot.fictional:
        st.warning("**FICTIONAL DATA.** Every PCN, person and answer here is made up to show the dashboard.", icon=":material/science:")
    place = st.container()  # always there: else what comes below it would be built anew, and lose the focus, as soon as something is moved
    if moved := view.moved:
        place.info(f"**Not the set ranking.** {plain(moved)} It stays so until it is set back on the Priority page, under Weights.")
    if view.picker.dropped:
        asked = plain(", ".join(view.picker.dropped)[:200])  # whatever somebody wrote into a link
        st.info(f"The link asked for something this snapshot does not have: {asked}. It was left out.")


def here() -> View:
    """The view that the frame has prepared for this page."""
    view: View = st.session_state["view"]
    return view


def headline(kicker: str, sentence: str, more: list[str] | None = None) -> None:
    """The finding as the page's heading, what it is about above it, and further findings below."""
    st.caption(plain(kicker))
    st.title(plain(sentence), anchor=False)
    for line in more or []:
        st.markdown(line)


def empty(state: str, detail: str = "") -> None:
    """One of the five empty states, in words."""
    what, do = EMPTY[state]
    st.info(f"**{what}** {detail or do}", icon=":material/info:")


def not_for_sharing() -> None:
    """In place of people's words, for the audience that may not read them: the same whether there are any or none."""
    text = "**Not for sharing.** Excerpts stay inside the programme. Choose “Inside the programme” to read them."
    st.info(text, icon=":material/visibility_off:")


def rest(seconds: float = 0.15) -> None:
    """A moment before work that takes long: what was sent is drawn, and whoever moves on meanwhile does not wait for work nobody wants."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        st.session_state.get("view")  # here Streamlit may leave the script
        time.sleep(0.01)


def chart(figure: go.Figure, alt: str, key: str, width: int | Literal["stretch", "content"] = "stretch") -> None:
    """A chart with its text alternative, which states the finding and not the kind of chart."""
    config = {"displaylogo": False, "displayModeBar": False, "responsive": True}
    st.plotly_chart(figure, key=key, alt=alt, config=config, width=width)


def clickable(figure: go.Figure, alt: str, key: str, filters: tuple[str, ...]) -> None:
    """A chart whose marks can be clicked: the codes in a mark's ``customdata`` become the choice of ``filters``, in their order.

    Streamlit tells of points of scatters and bars, not of the cells of a heatmap. What is clicked must also be to choose by
    ``view.picker.pick`` with the same names, drawn after this in the page: a chart cannot be clicked with a keyboard.
    """

    def chosen() -> None:
        points = st.session_state[key]["selection"]["points"]
        codes = points[0].get("customdata") if points else None
        if codes:  # a second click on the same mark takes the selection back: the choice stays
            values = list(codes.values()) if isinstance(codes, dict) else codes
            st.session_state.update({f"filter-{name}": str(value) for name, value in zip(filters, values, strict=True)})

    config = {"displaylogo": False, "displayModeBar": False, "responsive": True}
    st.plotly_chart(figure, key=key, alt=alt, config=config, on_select=chosen, selection_mode="points")


def chart_of_pcns(figure: go.Figure, alt: str, key: str, codes: Mapping[str, str]) -> None:
    """A chart with a row for each PCN: a click opens the PCN's page. ``codes``: label of the row as it is drawn -> code.

    The same PCNs must be to open from a list beside it: a chart cannot be clicked with a keyboard.
    """
    config = {"displaylogo": False, "displayModeBar": False, "responsive": True}
    chosen = st.plotly_chart(figure, key=key, alt=alt, config=config, on_select="rerun", selection_mode="points")
    points = chosen["selection"]["points"]
    if points and (code := codes.get(str(points[0].get("y")))):
        st.switch_page(st.session_state["pages"]["pcn"], query_params={**st.session_state["filters"], "pcn": code})


def table(frame: pd.DataFrame, labels: Mapping[str, str], key: str, formats: Mapping[str, str] | None = None, tall: bool = False) -> None:
    """A real table of the given columns, under their readable names. Long ones scroll.

    ``formats``: column -> "percent", "one" (one decimal) or "whole". Drawn as plain HTML in one piece: Streamlit's own table takes
    every cell for Markdown, and a page with fifty rows of them repaints in twice the time. Hundreds of rows go to its grid.
    """
    shown = pretty(frame, labels, formats or {})
    if len(shown) > MOST_ROWS:
        st.dataframe(shown, hide_index=True, key=key, height=420)
    else:
        st.html(as_html(shown, scrolls=tall or len(shown) > SCROLLS_FROM))


def facts(rows: Mapping[str, str], alt: str) -> None:
    """A few facts, each under its name, as a small table without a head."""
    shown = pd.DataFrame({"fact": [plain(k) for k in rows], "value": [plain(v) for v in rows.values()]})
    st.table(shown, hide_index=True, hide_header=True, border="horizontal", alt=alt)


def pcns(frame: pd.DataFrame, labels: Mapping[str, str], key: str, percent: tuple[str, ...] = (), alt: str | None = None) -> None:
    """A long table of PCNs that scrolls and sorts, and the way to the page of one: by name, or by clicking its row.

    ``frame`` has pcn_code, pcn (the name with its code) and the columns of ``labels``; ``percent`` names shares, which stay
    numbers so that they sort as such.
    """
    names = dict(zip(frame["pcn_code"], frame["pcn"], strict=True))
    key += hashlib.sha256("".join(names).encode()).hexdigest()[:8]  # a choice belongs to the rows it was made from
    hint = "Type a name or code, or tick a row of the table"
    by_name = st.selectbox("Open a PCN", list(names), None, lambda code: names.get(code, code), placeholder=hint, key=f"{key}-name")
    links = st.container()
    cells = {label: (100 * frame[c].astype(float)).round() if c in percent else frame[c].fillna("–") for c, label in labels.items()}
    chosen = st.dataframe(
        pd.DataFrame(cells),
        hide_index=True,
        key=key,
        height=420,
        placeholder="–",
        alt=alt,
        on_select="rerun",
        selection_mode="single-row",
        column_config={labels[c]: st.column_config.NumberColumn(format="%d%%") for c in percent},
    )
    by_row = [frame["pcn_code"].iloc[row] for row in chosen["selection"]["rows"]]
    with links:
        for code in dict.fromkeys([*by_row, *([by_name] if by_name else [])]):
            link("pcn", f"Open {plain(names[code])}", icon=":material/arrow_forward:", pcn=code)


def quotes(cards: list[tuple[str, str]]) -> None:
    """People's words, each with where they were said below it: shown as they stand, never read as HTML. Nothing where there are none."""
    if not cards:
        return
    said = [f"<blockquote>{escape(text)}</blockquote><figcaption>{escape(where)}</figcaption>" for text, where in cards]
    st.html("".join(f"<figure class='said'>{card}</figure>" for card in said))


def marked_quotes(cards: Iterable[tuple[Iterable[tuple[str, bool]], str]]) -> None:
    """People's words in pieces, the hits of a search marked, each with lines about it below: never read as HTML."""
    said = []
    for pieces, about in cards:
        text = "".join(f"<mark>{escape(piece)}</mark>" if hit else escape(piece) for piece, hit in pieces)
        lines = "<br>".join(escape(line) for line in about.split("\n"))
        said.append(f"<figure class='said'><blockquote>{text}</blockquote><figcaption>{lines}</figcaption></figure>")
    st.html("".join(said))


def source(view: View, result: Result, n: float | None = None, extra: str = "", scope: str | None = None) -> None:
    """Where the numbers come from: n, period, filters (or ``scope``), snapshot date, and what was withheld."""
    st.caption(plain(findings.source_line(result, scope or view.scope, n, extra)))
    if result.withheld:  # it counts what was asked for, of which a page may show a part
        behind = "Behind this page, " if result.withheld[0].isdigit() else ""
        st.caption(f":material/visibility_off: {behind}{result.withheld}")


def download(
    view: View, result: Result, what: str, scope: str | None = None, then: Callable[[pd.DataFrame], pd.DataFrame] | None = None,
    label: str = "",
) -> None:  # fmt: skip
    """CSV and XLSX of the answer as it may leave the building, each built only when asked for.

    ``scope``: what it is about, if not the filters. ``then``: what becomes of the table after small numbers are left out.
    ``label``: which table it is, where a page has several.
    """
    scope = scope or view.scope
    # the key follows the content: a browser must not be handed the file of an earlier filter
    key = hashlib.sha256(f"{result.name}{sorted(result.filters.items(), key=str)}{what}".encode()).hexdigest()[:12]

    def taken() -> Result:
        shared = view.shareable(result)
        return replace(shared, table=then(shared.table)) if then else shared

    kinds: tuple[tuple[str, str, str, Callable[[], bytes]], ...] = (
        ("csv", f"Download {label or 'this table'} (CSV)", "text/csv", lambda: downloads.csv(taken(), scope)),
        ("xlsx", f"{label[:1].upper()}{label[1:] or 'Excel'}, with notes (XLSX)", XLSX, lambda: downloads.xlsx(taken(), what, scope)),
    )
    with st.container(horizontal=True):
        for kind, words, mime, make in kinds:
            st.download_button(
                words,
                data=make,
                file_name=downloads.file_name(what, scope, result.snapshot, kind),
                mime=mime,
                key=f"download-{kind}-{key}",
                on_click="ignore",
                icon=":material/download:",
                help="For sharing: small numbers are left out by the disclosure rules (see Methods).",
            )


def behind(view: View, frame: pd.DataFrame, labels: Mapping[str, str], results: Mapping[str, Result], formats: Mapping[str, str]) -> None:
    """The table behind a chart, folded away with its downloads. ``results``: what a file is called -> the answer in it."""
    with st.expander("Table and download", icon=":material/table:"):
        table(frame, labels, "behind-" + "-".join(results), formats)
        with st.container(horizontal=True):
            for what, result in results.items():
                download(view, result, what)


def worked_out(*paragraphs: str) -> None:
    """How this is worked out, folded away."""
    with st.expander("How this is worked out", icon=":material/calculate:"):
        st.markdown("\n\n".join(paragraphs))  # one element: each costs the browser as much as a line of a table


def page_path(name: str) -> Path:
    """Absolute path of a page script."""
    return ROOT / "pages" / f"{name}.py"
