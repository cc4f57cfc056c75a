"""The weights: one slider for each criterion, who comes in and goes out, and, a moment later, the chances that need draws."""

from functools import lru_cache

import pandas as pd
import streamlit as st

from oversight import charts, need, reasons, store, ui, weighing
from oversight.model import RESPONDENT_KINDS

SHOWN = 15
SET = {"label": "Criterion", "unmet": "What counts as unmet", "share": "Weight"}
MOVES = {"moves": "With these weights", "pcn": "PCN", "icb_name": "ICB", "estimate": "Need", "before": "Need as set", "heard": "Replied"}
DRAWN = {"chance": "Chance", "sure": "Among the neediest?", "rank_range": "Rank, 90% interval"}
BANDS = {"label": "Band", "chance": "Chance of being among the neediest", "pcns": "With these weights", "before": "As set"}
FORMATS, WHOLE = {"estimate": "percent", "before": "percent"}, {"pcns": "whole", "before": "whole"}
TRIED = "weights-tried"


def headline(view: ui.View) -> str:
    """The finding of this part, from the point estimates alone."""
    if view.viewer.audience == "shareable":
        return "For sharing, the weights are as set"
    table, k = _compared(view), _places(view)
    level, code = view.place
    codes = frozenset(table.loc[table[f"{level}_code"] == code, "pcn_code"]) if level != "england" else None
    return weighing.headline(table, k, _changed(view), view.name(code), codes)


def draw(view: ui.View) -> None:
    """Sliders, the highest estimates, who comes in and goes out, bands, and the weights as a file."""
    if view.viewer.audience == "shareable":
        st.markdown(weighing.SHARED)
        ui.table(weighing.table_as_set(), SET, "weights-as-set", {"share": "percent"})
        ui.worked_out(*weighing.paragraphs())
        return
    _sliders(view)
    table, k = _compared(view), _places(view)
    level, code = view.place
    here = table if level == "england" else table[table[f"{level}_code"] == code]
    if here["estimate"].isna().all():
        ui.empty("outside" if here.empty else "no_data" if view.asked else "not_asked")
    else:
        _estimates(view, here)
        _moves(view, here, _changed(view))
    _as_file(view, k)
    ui.worked_out(*weighing.paragraphs())


def _places(view: ui.View) -> int:
    return int(view.filters.get("k") or store.setting(view.snapshot, "places"))


def _weights(view: ui.View) -> dict[str, float]:
    return need.weights.from_text(view.filters.get("weights"))


def _changed(view: ui.View) -> str:
    weights = need.weights.shares(_weights(view)) != need.weights.shares(need.WEIGHTS)
    return weighing.changed(weights, bool(view.filters.get("also")))


def _compared(view: ui.View) -> pd.DataFrame:
    """Every PCN of England, whichever place is chosen: the K highest are England's."""
    shared = ((name, view.filters.get(name)) for name in ("wave", "role", "weights", "also"))
    return _side_by_side(view.viewer, view.snapshot, _places(view), tuple(shared))


@lru_cache(maxsize=16)  # the headline and the part need it; every millisecond here is one before the estimates stand there
def _side_by_side(viewer: store.Viewer, snapshot: store.Snapshot, k: int, filters: tuple[tuple[str, str | None], ...]) -> pd.DataFrame:
    now = store.ask("needs", viewer, snapshot, **dict(filters)).table
    as_set = store.ask("needs", viewer, snapshot, **{**dict(filters), "weights": None, "also": None}).table
    return weighing.compared(now, as_set, k)


def _sliders(view: ui.View) -> None:
    """The weights, the places, and who counts. What cannot be used is said, and the last weights that could stay."""
    text, weights = view.filters["weights"], _weights(view)
    tried = st.session_state.get(TRIED, {})
    shown = tried["weights"] if tried.get("instead_of") == text else weighing.steps(weights)
    for column, (name, label) in zip(
        st.columns(len(shown), gap="medium", vertical_alignment="bottom"), need.weights.NAMES.items(), strict=True
    ):
        _stands_at(f"weight-{name}", shown[name])
        column.slider(label, 0, weighing.HIGHEST, key=f"weight-{name}", on_change=_moved, args=(text,), help=weighing.UNMET[name])
    if shown != weighing.steps(weights) and (wrong := weighing.problem(shown)):
        st.error(f"{wrong} Below are still the last weights that can be used: {weighing.amount_to(weights)}.", icon=":material/balance:")
    else:
        st.markdown(f"Of the whole: {weighing.amount_to(weights)}.")
    places, kinds, back = st.columns([2, 5, 3], gap="medium", vertical_alignment="bottom")
    _stands_at("weights-k", _places(view))
    places.number_input("Places of the offer", 0, 1_000_000, key="weights-k", on_change=_moved_places)
    others = {kind: name for kind, name in RESPONDENT_KINDS.items() if kind != (view.filters["role"] or "splw")}
    _stands_at("weights-also", [kind for kind in (view.filters.get("also") or "").split(",") if kind in others])
    kinds.multiselect(
        "Replies of these count too", list(others), format_func=lambda kind: others[kind], key="weights-also", on_change=_moved_kinds
    )
    if view.moved or shown != weighing.steps(need.WEIGHTS):
        back.button("Back to what is set", on_click=_back, args=(view.picker,), icon=":material/undo:")


def _stands_at(key: str, value: object) -> None:
    """Put a widget where the link says, only if it is not there: a slider that moves on meanwhile would be put back."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def _moved(instead_of: str) -> None:
    shown = {name: st.session_state[f"weight-{name}"] for name in need.CRITERIA}
    if weighing.problem(shown):
        st.session_state[TRIED] = {"weights": shown, "instead_of": instead_of}
    else:
        st.session_state.pop(TRIED, None)
        ui.chosen("weights", need.weights.to_text(shown))


def _moved_places() -> None:
    ui.chosen("k", str(st.session_state["weights-k"]))


def _moved_kinds() -> None:
    ui.chosen("also", ",".join(sorted(st.session_state["weights-also"])) or "all")


def _back(picker: ui.Picker) -> None:
    st.session_state.pop(TRIED, None)
    picker.forget("weights", "k", "also")


def _estimates(view: ui.View, here: pd.DataFrame) -> None:
    rows = here.head(SHOWN)
    rows = rows.assign(pcn=reasons.names(rows))
    st.header(weighing.highest(len(rows)), anchor=False)
    st.markdown(weighing.READING)
    ui.chart(charts.weighed(rows, fictional=view.snapshot.fictional), weighing.alt(rows), "weighed")


def _moves(view: ui.View, here: pd.DataFrame, changed: str) -> None:
    """Who comes in and goes out: by the estimates at once, with chances and bands when the draws are there."""
    moves, slot = weighing.moves(here), None
    if changed:
        st.header(ui.plain(weighing.moves_sentence(moves, view.name(view.place[1]))), anchor=False)
    if len(moves):
        slot = st.empty()
        with slot:
            ui.table(moves, MOVES, "moves", FORMATS)
    later = st.empty()
    later.caption(weighing.LATER)  # in place of what the last weights gave
    ui.rest()
    result = view.ask_meanwhile("priority")
    as_set = view.ask_meanwhile("priority", weights=None, also=None)
    if slot:
        with slot:
            ui.table(weighing.with_chances(moves, result.table), MOVES | DRAWN, "moves-drawn", FORMATS)
    counts = weighing.bands_beside(result.table, as_set.table)
    with later.container():
        st.header(weighing.bands_sentence(counts, changed), anchor=False)
        ui.table(counts, BANDS if changed else {k: v for k, v in BANDS.items() if k != "before"}, "weighed-bands", WHOLE)
        ui.source(view, result, result.table["n"].sum(), "90% intervals")
        if view.moved:
            st.caption(weighing.TAKEN)
        ui.download(view, result, "priority")


def _as_file(view: ui.View, k: int) -> None:
    with st.expander("These weights as a file, and how to set them for good", icon=":material/save:"):
        st.markdown(weighing.FOR_GOOD)
        file = weighing.toml(_weights(view))
        st.code(file, language="toml")
        st.download_button(
            "Download these weights (TOML)", file, "weights.toml", "application/toml", on_click="ignore", icon=":material/download:"
        )
        st.markdown("The same question on the command line, with that file:")
        st.code(weighing.command(k, view.filters["role"] or "splw", view.filters.get("also")), language="bash")
