"""What changed since an earlier wave: among all who answered, the same respondents, and the same PCNs."""

import streamlit as st

from oversight import charts, findings, measures, trends, ui

ROWS = {
    "label": "Element", "share1": "Then", "share2": "Now", "change": "Change in points (95% interval)", "n1": "n then", "n2": "n now",
    "withheld": "Withheld because",
}  # fmt: skip
PLACES = {**ROWS, "label": "Place", "change": "Change in points (99.8% interval)"}
WAYS = {"way": "Who is compared", "people": "How many", "before": "Then", "now": "Now", "change": "Change in points (95% interval)"}
FORMATS = {"share1": "percent", "share2": "percent", "before": "percent", "now": "percent", "n1": "whole", "n2": "whole"}


def draw(view: ui.View) -> None:
    """Elements then and now, places beside, and the three ways to compare."""
    waves = view.ask("waves").table
    names = {w: view.name(w) for w in sorted(set(waves["wave_id"]), reverse=True) if w < (view.filters["wave"] or "")}
    if not names:
        st.header("There is no earlier wave to compare with", anchor=False)
        ui.empty("no_data", f"Change shows from the second wave on. {trends.ASK_FOR_A_CODE}")
        return
    left, right = st.columns(2)
    with left:
        picked = view.picker.pick("measure", _measures(view), "Measure", in_page=True)
    with right:
        wave = view.picker.pick("earlier", names, "Compare with", in_page=True) if len(names) > 1 else next(iter(names))
    measure, earlier, now = measures.measures()[picked], names[wave], view.name(view.filters["wave"])
    category = "yes"
    if measure.categories:
        category = view.picker.pick("answer", measure.categories, "Answer", in_page=True)
    # the wave before is asked for as the page's headline asks, so that one answer serves both
    _draw(view, measure, category, None if wave == next(iter(names)) else wave, earlier, now)


def _measures(view: ui.View) -> dict[str, str]:
    """What the chosen kind of respondent is asked, regular supervision first."""
    role = view.filters["role"] or "splw"
    asked = {name: measures.label(name) for name in measures.surveyed() if role in measures.measures()[name].asked}
    return {trends.MAIN: measures.label(trends.MAIN), **asked}


def _draw(view: ui.View, measure: measures.Measure, category: str, wave: str | None, earlier: str, now: str) -> None:
    """One way to look at it: the elements (or answers) here, the same in the places inside, or who is compared."""
    level, code = view.place
    whole = view.ask("coverage_change", earlier=wave)
    one_of_elements = measure.name in set(whole.table["element"])
    result = whole if one_of_elements else view.ask("coverage_change", earlier=wave, measure=measure.name)
    row = trends.row_of(result.table, level, code, measure.name, category)
    st.header(ui.plain(trends.change_sentence(row, measure, category, view.who, view.filters["role"] or "splw", earlier)), anchor=False)
    ways = {"here": "Elements" if one_of_elements else "Answers", "places": "Places", "people": "Who is compared"}
    way = view.picker.part("change_as", ways, "Show change of")
    if way == "people":
        _people(view, measure, row, category, wave, earlier)
    else:
        table = result.table
        if way == "here":
            rows = table[(table["level"] == level) & (table["code"] == code)].sort_values("position")
            if one_of_elements:
                labels, title = [measures.label(e) for e in rows["element"]], f"Each element and its parts, {view.name(code)}"
            else:
                labels, title = [measure.category(c) for c in rows["category"]], f"{measure.label}, {view.name(code)}"
            shown, strict = trends.drawable(rows, labels), False
        else:
            inner, what = trends.inner_rows(table[(table["element"] == measure.name) & (table["category"] == category)], level)
            strict = level != "icb"
            shown = trends.drawable(inner, inner["name"].tolist(), listed_places=strict)
            title = trends.places_sentence(shown, what, earlier) if what != "place" else measure.category(category)
        st.markdown(f"**{ui.plain(title)}**")
        width = "99.8%" if strict else "95%"
        figure = charts.dumbbells(shown, earlier=earlier, now=now, level=width, fictional=view.snapshot.fictional)
        ui.chart(figure, trends.alt_changes(shown, earlier), f"change-{way}")
        more = " Places in a list are judged more strictly, at 99.8%." if strict else ""
        st.caption(f"Where the grey line reaches the open dot, no change is clear.{more}")
        heads = {"label": "Place" if way == "places" else "Element" if one_of_elements else "Answer"}
        ui.table(shown, PLACES if strict else ROWS | heads, f"change-{way}-table", FORMATS)
        ui.source(view, result, row["n2"] if row else None, f"compared with {earlier}")
        ui.download(view, result, "change")
    ui.worked_out(f"**{measure.label}.** {measure.how}", f"**Out of.** {measure.denominator}", *trends.WAYS, findings.INTERVALS)


def _people(view: ui.View, measure: measures.Measure, row: trends.Row | None, category: str, wave: str | None, earlier: str) -> None:
    """All who answered, the same respondents, and the same PCNs with the change of who answered."""
    level, code = view.place
    same = view.ask("change_same", earlier=wave, measure=measure.name)
    panel = view.ask("change_panel", earlier=wave, measure=measure.name, level=level)
    rows = [row, *(trends.row_of(r.table, level, code, measure.name, category) for r in (same, panel))]
    st.subheader(ui.plain(trends.reading(*rows).removesuffix(".") or "Did more people get it, or did other people answer?"), anchor=False)
    table = trends.ways(*rows)
    ui.chart(charts.effects(table, fictional=view.snapshot.fictional), trends.alt_ways(table), "change-ways")
    ui.table(table, WAYS, "ways-table", FORMATS)
    for sentence in (
        trends.same_sentence(rows[1], measure.people(view.who), earlier),
        trends.panel_sentence(rows[2], earlier),
        trends.pcns_sentence(rows[2], earlier),
    ):
        st.markdown(ui.plain(sentence))
    for name, answer in (("The same respondents", same), ("The same PCNs", panel)):
        if answer.withheld:
            st.caption(f":material/visibility_off: {name}: {answer.withheld}")
    ui.source(view, same, row["n2"] if row else None, f"compared with {earlier}")
    ui.download(view, same, "change of the same respondents", label="same respondents")
    ui.download(view, panel, "change of the same PCNs", label="same PCNs")
