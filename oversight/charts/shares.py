"""Shares with their intervals, and counts: dots, dots against a mark, bars, columns, bands."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from oversight.charts.look import (
    BLUE,
    CONTEXT,
    FAINT,
    GREY,
    LINE_HEIGHT,
    PALE,
    ROW_HEIGHT,
    annotate,
    escaped,
    finish,
    interval,
    label,
    line_at,
    lines_of,
    stacked,
)


def dots(
    table: pd.DataFrame, *, name: str = "name", value: str = "share", low: str = "low", high: str = "high",
    reference: float | None = None, reference_name: str = "England", fictional: bool = False, top: float = 1.0, keep_order: bool = False,
    hollow: str | None = None,
) -> go.Figure:  # fmt: skip
    """Dots with intervals, the highest on top (or in the table's order), and a line for comparison.

    ``table``: one row per place or item with a label, a share (0 to 1, NaN when withheld) and its interval. ``hollow``: a
    column that is true where the dot is to be open, for a value that rests on no answers of its own.
    """
    rows = table.iloc[::-1] if keep_order else table.sort_values([value, name], ascending=[True, False], na_position="first")
    rows = rows.assign(**{name: [label(text) for text in rows[name]]})
    known = rows[rows[value].notna()]
    labels = rows[name].tolist()
    extra = sum(text.count("<br>") for text in labels)
    figure = go.Figure()
    figure.add_scatter(
        x=known[value], y=known[name].astype(str), mode="markers",
        marker={"color": BLUE, "size": 10, "symbol": np.where(known[hollow], "circle-open", "circle") if hollow else "circle"},
        error_x=interval(known[value], known[low], known[high]),
        customdata=known[[low, high]].to_numpy(),
        hovertemplate="%{y}: %{x:.0%} (%{customdata[0]:.0%} to %{customdata[1]:.0%})<extra></extra>",
    )  # fmt: skip
    hidden = rows.loc[rows[value].isna(), name].astype(str)
    annotate(figure, ({"x": 0.02, "y": y, "text": "too few to show", "xanchor": "left", "font": {"size": 12}} for y in hidden))
    line_at(figure, reference, reference_name)
    figure.update_xaxes(range=[0, top], tickformat=".0%", showgrid=True, gridcolor=FAINT, zeroline=False, fixedrange=True)
    figure.update_yaxes(categoryorder="array", categoryarray=labels, fixedrange=True, automargin=True, ticksuffix="  ")
    figure.update_yaxes(tickfont={"size": 13}, range=[-0.6, len(labels) - 0.4])
    lines = lines_of(labels)
    rows_height = max(ROW_HEIGHT * max(len(labels), 1) + LINE_HEIGHT * extra, len(labels) * (LINE_HEIGHT * lines + 8))
    finish(figure, 70 + rows_height, fictional)
    figure.update_layout(margin_t=28)
    return figure


def counts(table: pd.DataFrame, *, name: str, value: str, text: str, fictional: bool = False, context: str = "") -> go.Figure:
    """Horizontal bars in the table's order, each with its number in words; a withheld one says so.

    ``table``: one row per bar with ``name``, ``value`` (0 or more, NaN when withheld) and ``text``, the words on or behind the
    bar. The bar named ``context`` is grey: it is there to compare with.
    """
    labels = [label(text) for text in table[name]]
    rows, heights = stacked(labels)
    tall = sum(heights) or ROW_HEIGHT
    values = table[value].astype(float)
    words = [escaped(t) if not pd.isna(v) else "too few to show" for t, v in zip(table[text], values, strict=True)]
    colours = [CONTEXT if n == context else BLUE for n in table[name]]
    sides = ["auto" if v > 0 else "outside" for v in values]  # a bar of no length has no inside
    figure = go.Figure()
    figure.add_bar(
        x=values.fillna(0), y=rows, orientation="h", width=0.8 * ROW_HEIGHT, marker={"color": colours}, text=words, textposition=sides,
        textangle=0, insidetextanchor="end", insidetextfont={"color": "#FFFFFF", "size": 13},
        outsidetextfont={"size": 13}, cliponaxis=False, hovertext=[f"{a}: {w}" for a, w in zip(labels, words, strict=True)],
        hoverinfo="text",
    )  # fmt: skip
    top = values.max() if values.notna().any() else 0
    figure.update_xaxes(visible=False, range=[0, 1.15 * top or 1], fixedrange=True)
    figure.update_yaxes(tickvals=rows, ticktext=labels, range=[tall, 0], zeroline=False, showgrid=False)
    figure.update_yaxes(fixedrange=True, automargin=True, ticksuffix="  ", tickfont={"size": 13})
    finish(figure, 44 + tall, fictional)
    figure.update_layout(margin_t=28)
    return figure


def columns(table: pd.DataFrame, *, number: str, value: str, axis: str, fictional: bool = False) -> go.Figure:
    """Answers that are numbers, as columns over a number line. ``table``: ``number`` and how many gave it (``value``)."""
    figure = go.Figure()
    figure.add_bar(x=table[number], y=table[value], marker={"color": BLUE}, hovertemplate="%{x}: %{y:,} people<extra></extra>")
    figure.update_xaxes(title={"text": axis}, fixedrange=True, zeroline=False)
    figure.update_yaxes(title={"text": "People"}, fixedrange=True, gridcolor=FAINT, rangemode="tozero")
    finish(figure, 320, fictional)
    figure.update_layout(margin_t=28)
    return figure


def needs(table: pd.DataFrame, name: str, *, fictional: bool = False) -> go.Figure:
    """Estimated need with its interval, in the table's order; an open dot rests on no reply. ``table``: of the query ``priority``."""
    rows = table[table["estimate"].notna()]
    rows = rows.assign(open=rows["n"] == 0)
    england = float(rows["england"].iloc[0]) if len(rows) else None
    return dots(rows, name=name, value="estimate", reference=england, fictional=fictional, keep_order=True, hollow="open")


def to_line(table: pd.DataFrame, name: str, *, fictional: bool = False) -> go.Figure:
    """Estimated need with its interval against the cut-off, in the table's order; an open dot rests on no reply.

    ``table``: of the query ``whom_to_ask``; ``name``: the column with what a PCN is called. No line where there is no cut-off.
    """
    rows = table[table["estimate"].notna()]
    rows, known = rows.assign(open=rows["n"] == 0), rows["cut_off"].dropna()
    line = float(known.iloc[0]) if len(known) else None
    top = min(1.0, math.ceil(10 * float(rows["high"].max()) + 0.2) / 10) if len(rows) else 1.0
    figure = dots(
        rows, name=name, value="estimate", reference=line, reference_name="Cut-off", fictional=fictional, top=top, keep_order=True,
        hollow="open",
    )  # fmt: skip
    figure.update_traces(marker_line={"color": BLUE, "width": 2.5})  # an open dot on its own interval must be seen
    if fictional and line is not None:  # above the cut-off's name: a narrow picture has no room for both on one line
        figure.update_layout(height=figure.layout.height + 10, margin_t=38)
        figure.update_annotations(selector={"name": "fictional"}, yshift=20)
    return figure


def bands(table: pd.DataFrame, *, fictional: bool = False) -> go.Figure:
    """How many PCNs stand in each band, in the table's order; the paler part is of those that nobody answered for.

    ``table``: label, pcns and, where it may be seen, silent.
    """
    labels = [label(text, 22) for text in table["label"]]
    rows = list(range(len(table)))
    silent = table["silent"] if "silent" in table else 0 * table["pcns"]
    ends = [f"{n:,}" + (f"<br>{s:,.0f} no reply" if s else "") for n, s in zip(table["pcns"], silent, strict=True)]
    figure = go.Figure()
    figure.add_bar(
        x=table["pcns"] - silent, y=rows, orientation="h", width=0.62, marker={"color": BLUE, "line": {"width": 0}}, name="Someone replied",
        hovertemplate="%{x:,.0f} PCNs<extra></extra>",
    )  # fmt: skip
    figure.add_bar(
        x=silent, y=rows, orientation="h", width=0.62, marker={"color": PALE, "line": {"width": 0}}, name="Nobody replied", text=ends,
        textposition="outside", cliponaxis=False, textfont={"size": 13},
        hovertemplate="%{x:,.0f} PCNs from which nobody replied<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(visible=False, range=[0, 1.45 * max(table["pcns"].max(), 1)], fixedrange=True)
    figure.update_yaxes(tickvals=rows, ticktext=labels, range=[len(rows) - 0.5, -0.5], fixedrange=True, automargin=True, ticksuffix="  ")
    return finish(figure, 40 + 44 * len(rows), fictional, barmode="stack")


def versus(table: pd.DataFrame, *, other: str = "england", other_name: str = "England", fictional: bool = False) -> go.Figure:
    """Dots with intervals as in ``dots``, in the table's order, each with its own mark to compare with (a column of shares)."""
    known = [number for number in table[["high", other]].to_numpy(dtype=float).ravel() if not math.isnan(number)]
    top = min(1.0, math.ceil(10 * max(known, default=1.0) + 0.5) / 10)
    figure = dots(table, name="label", fictional=fictional, top=top, keep_order=True)
    marked = table[table[other].notna() & table["share"].notna()]
    if marked.empty:
        return figure
    other_name = escaped(other_name)
    figure.add_scatter(
        x=marked[other].astype(float), y=[label(text) for text in marked["label"]],
        mode="markers", name=other_name,
        marker={"symbol": "line-ns-open", "size": 16, "color": GREY, "line": {"width": 3, "color": GREY}},
        hovertemplate=f"{other_name}: %{{x:.0%}}<extra></extra>",
    )  # fmt: skip
    figure.add_annotation(
        text=f"<b>|</b> {other_name}", x=0, y=1, xref="paper", yref="paper", xanchor="left", yanchor="bottom", showarrow=False,
        font={"size": 12}, name="key",
    )  # fmt: skip
    if fictional:  # above the key: a narrow picture has no room for both on one line
        figure.update_layout(height=figure.layout.height + 14, margin_t=42)
        figure.update_annotations(selector={"name": "fictional"}, yshift=22)
    return figure
