"""Themes: how the share who chose each changed, how they stand together, and how far coders agree."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from oversight.charts.look import (
    BLUE,
    DARK,
    FAINT,
    GREY,
    LINE_HEIGHT,
    PALE,
    ROW_HEIGHT,
    SEQUENTIAL,
    WITHHELD,
    escaped,
    finish,
    interval,
    label,
    lines_of,
)

SQUARE = 42  # pixels of a cell
#: From this strength on a square is as dark as can be; a larger one in the table moves it up.
STRONG = {"phi": 0.5, "jaccard": 0.5, "a": 1.0}


def then_and_now(table: pd.DataFrame, then: str, now: str, *, fictional: bool = False) -> go.Figure:
    """A ring for the share in the earlier wave, a dot for the present one and a line between, in the table's order.

    ``table``: label, share1, share2, low and high of their difference (shares 0 to 1, NaN when withheld), verdict. The bar behind a
    dot is the interval of the difference, laid from the ring: where it covers the ring, there is no clear change.
    """
    rows = table.iloc[::-1]
    labels = [label(text) for text in rows["label"]]
    rows = rows.assign(label=labels)
    known = rows[rows["difference"].notna()]
    clear = known["verdict"].isin(["higher", "lower"])
    figure = go.Figure()
    figure.add_scatter(
        x=known["share2"], y=known["label"], mode="markers", marker={"size": 1, "opacity": 0, "color": PALE}, hoverinfo="skip",
        error_x=interval(known["share2"], known["share1"] + known["low"], known["share1"] + known["high"]),
    )  # fmt: skip
    for at, first, second, sure in zip(known["label"], known["share1"], known["share2"], clear, strict=True):
        line = {"color": BLUE if sure else GREY, "width": 5 if sure else 2}
        figure.add_scatter(x=[first, second], y=[at, at], mode="lines", line=line, hoverinfo="skip")
    numbers = known[["share1", "share2"]].to_numpy()
    hover = f"%{{y}}: {escaped(then)} %{{customdata[0]:.0%}}, {escaped(now)} %{{customdata[1]:.0%}}<extra></extra>"
    for column, symbol, colour in (("share1", "circle-open", GREY), ("share2", "circle", BLUE)):
        marker = {"color": colour, "size": 11, "symbol": symbol, "line": {"width": 2, "color": colour}}
        figure.add_scatter(
            x=known[column], y=known["label"], mode="markers", marker=marker, customdata=numbers, hovertemplate=hover, name=column
        )
    for at in rows.loc[rows["difference"].isna(), "label"]:
        figure.add_annotation(x=0.02, y=at, text="too few to show", showarrow=False, xanchor="left", font={"size": 12})
    ends = [*(known["share1"] + known["high"]), *known["share2"], *known["share1"]]
    figure.update_xaxes(
        range=[0, min(1.0, np.ceil(10 * max(ends, default=1.0) + 0.5) / 10)], tickformat=".0%", showgrid=True,
        gridcolor=FAINT, zeroline=False, fixedrange=True,
    )  # fmt: skip
    figure.update_yaxes(categoryorder="array", categoryarray=labels, fixedrange=True, automargin=True, ticksuffix="  ")
    figure.update_yaxes(tickfont={"size": 13}, range=[-0.6, len(labels) - 0.4])
    lines = lines_of(labels)
    finish(figure, 70 + len(labels) * max(ROW_HEIGHT, LINE_HEIGHT * lines + 8), fictional)
    figure.add_annotation(
        text=f"○ {escaped(then)}   ● {escaped(now)}", x=1, y=1, xref="paper", yref="paper", xanchor="right", yanchor="bottom",
        showarrow=False, font={"size": 12}, name="key",
    )  # fmt: skip
    figure.update_layout(margin_t=44 if fictional else 28)
    return figure.update_annotations(selector={"name": "fictional"}, yshift=22)  # above the key


def pairs(
    table: pd.DataFrame, order: Sequence[str], value: str, *, chosen: tuple[str, str] | None = None, fictional: bool = False
) -> go.Figure:  # fmt: skip
    """Every two themes as a square with its number, darker being stronger; the names stand on the diagonal, for row and column.

    ``table``: one row per pair with theme, other, their labels, ``value`` ("phi", "jaccard" or "a", NaN where it is not shown), verdict and
    ``words`` for the hover. ``order``: the themes from the top down. A pair that is not judged is a small square without a number; one
    that is clear has a frame. Squares can be selected: ``customdata`` is (theme, other). ``chosen``: the pair with a ring.
    """
    places = {theme: i for i, theme in enumerate(order)}
    names = {**dict(zip(table["theme"], table["label"], strict=True)), **dict(zip(table["other"], table["other_label"], strict=True))}
    rows = table.assign(
        x=[min(places[one], places[two]) for one, two in zip(table["theme"], table["other"], strict=True)],
        y=[max(places[one], places[two]) for one, two in zip(table["theme"], table["other"], strict=True)],
    )
    strength = rows[value].astype(float).round(2)
    top = max(STRONG[value], strength.max() if strength.notna().any() else 0)
    figure = go.Figure()
    for part, below in ((rows[strength.isna()], None), (rows[strength >= 0], False), (rows[strength < 0], True)):
        _squares(figure, part, value, top, below)
    for pair in rows[
        [(one, two) in (chosen, (chosen or ())[::-1]) for one, two in zip(rows["theme"], rows["other"], strict=True)]
    ].itertuples():
        figure.add_scatter(
            x=[pair.x], y=[pair.y], mode="markers", hoverinfo="skip", name="chosen",
            marker={"symbol": "square-open", "size": SQUARE, "color": GREY, "line": {"width": 4, "color": GREY}},
        )  # fmt: skip
    figure.add_scatter(  # text of a trace, not an annotation: it takes the colour of the theme
        x=[place - 0.45 for place in places.values()], y=list(places.values()), mode="text", textposition="middle right",
        text=[escaped(names.get(theme, theme)) for theme in places], textfont={"size": 12}, hoverinfo="skip",
        cliponaxis=False, name="names",
    )  # fmt: skip
    figure.update_xaxes(visible=False, range=[-0.6, len(order) + 4.2], fixedrange=True)
    figure.update_yaxes(visible=False, range=[len(order) - 0.4, -0.6], fixedrange=True)
    finish(figure, 40 + SQUARE * max(len(order), 1), fictional)
    return figure.update_layout(clickmode="event+select", hovermode="closest", margin_t=28)


def _squares(figure: go.Figure, rows: pd.DataFrame, value: str, top: float, below: bool | None) -> None:
    """The squares of one kind: ``below`` zero or not, None for those that are not judged."""
    if rows.empty:
        return
    strength = rows[value].astype(float).round(2) + 0.0  # no minus before what rounds to nothing
    sure = rows["verdict"].isin(["higher", "lower"]).to_numpy()
    shape = {"jaccard": "{:.0%}", "phi": "{:.2f}", "a": "{:,.0f}"}[value]
    numbers = [shape.format(v).replace("-", "−") for v in strength]
    texts = [f"<b>{n}</b>" if s else n for n, s in zip(numbers, sure, strict=True)]
    dark = (strength / top > 0.5).to_numpy() & (below is False)
    colour = {None: PALE, True: WITHHELD, False: strength.tolist()}[below]
    marker = {"symbol": "square", "size": 10 if below is None else SQUARE - 4, "color": colour, "opacity": 1}
    if below is False:
        marker |= {"colorscale": SEQUENTIAL, "cmin": 0, "cmax": top, "showscale": False}
    marker["line"] = {"width": np.where(sure, 2, 0).tolist(), "color": GREY}
    figure.add_scatter(
        x=rows["x"], y=rows["y"], mode="markers" if below is None else "markers+text", marker=marker,
        text=None if below is None else texts, textfont={"size": 10.5, "color": np.where(dark, "#FFFFFF", DARK).tolist()},
        customdata=rows[["theme", "other"]].to_numpy(), hovertext=[escaped(w) for w in rows["words"]], hoverinfo="text",
        unselected={"marker": {"opacity": 1}}, selected={"marker": {"opacity": 1}},
    )  # fmt: skip


def alphas(table: pd.DataFrame, firm: float, tentative: float, *, fictional: bool = False) -> go.Figure:
    """How far coders agree on each theme, with lines from where agreement is firm and tentative, in the table's order.

    ``table``: label, alpha (NaN where undefined) and ``words`` for the hover.
    """
    rows = table.iloc[::-1]
    labels = [label(text) for text in rows["label"]]
    rows = rows.assign(label=labels)
    known = rows[rows["alpha"].notna()]
    figure = go.Figure()
    marker = {"color": np.where(known["alpha"] >= tentative, BLUE, GREY).tolist(), "size": 11}
    figure.add_scatter(
        x=known["alpha"], y=known["label"], mode="markers", marker=marker, hovertext=known["words"].map(escaped), hoverinfo="text"
    )
    low = min(0.0, float(known["alpha"].min())) if len(known) else 0.0
    for at in rows.loc[rows["alpha"].isna(), "label"]:
        figure.add_annotation(x=low, y=at, text="cannot be told", showarrow=False, xanchor="left", font={"size": 12})
    for line, word, side in ((tentative, "tentative", "right"), (firm, "firm", "left")):
        figure.add_vline(x=line, line={"color": GREY, "width": 1.5, "dash": "dot"})
        figure.add_annotation(x=line, y=1, yref="paper", yanchor="bottom", xanchor=side, text=word, showarrow=False, font={"size": 12})
    figure.update_xaxes(range=[low - 0.05, 1.05], showgrid=True, gridcolor=FAINT, zeroline=False, fixedrange=True)
    figure.update_yaxes(categoryorder="array", categoryarray=labels, fixedrange=True, automargin=True, ticksuffix="  ")
    figure.update_yaxes(tickfont={"size": 13}, range=[-0.6, len(labels) - 0.4])
    lines = lines_of(labels)
    finish(figure, 70 + len(labels) * max(ROW_HEIGHT, LINE_HEIGHT * lines + 8), fictional)
    figure.update_layout(margin_t=44 if fictional else 28)
    return figure.update_annotations(selector={"name": "fictional"}, yshift=24)
