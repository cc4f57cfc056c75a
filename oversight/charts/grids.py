"""Grids of rows and columns: shares by place."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go

from oversight.charts.look import ROW_HEIGHT, SEQUENTIAL, annotate, escaped, finish, label, lines_of


def grid(
    table: pd.DataFrame, *, column: str = "name", value: str = "share", words: str | None = None,
    fictional: bool = False,
) -> go.Figure:  # fmt: skip
    """Shares as a grid of rows and columns in the table's order, darker being more, each with its number; a dash is withheld.

    ``words``: a column that stands in the cells instead of the share, such as "3 of 5".
    """
    rows, columns = list(dict.fromkeys(table["label"])), list(dict.fromkeys(table[column]))
    shares = {(r, c): float(v) for r, c, v in zip(table["label"], table[column], table[value], strict=True)}
    z = [[shares.get((r, c), math.nan) for c in columns] for r in rows]
    said = {(r, c): str(t) for r, c, t in zip(table["label"], table[column], table[words], strict=True)} if words else {}
    text = [[escaped(said.get((r, c), "")) for c in columns] for r in rows] if words else None
    shown = "%{text}" if words else "%{z:.0%}"
    tops = [label(text, 12) for text in columns]
    labels = [label(text) for text in rows]
    figure = go.Figure()
    figure.add_heatmap(
        z=z, x=tops, y=labels, colorscale=SEQUENTIAL, zmin=0, zmax=table[value].astype(float).max() or 1, showscale=False, xgap=2, ygap=2,
        text=text, texttemplate=shown, textfont={"size": 13}, hoverongaps=False, hovertemplate=f"%{{y}}, %{{x}}: {shown}<extra></extra>",
    )  # fmt: skip
    hidden = [(x, y) for y, numbers in zip(labels, z, strict=True) for x, number in zip(tops, numbers, strict=True) if math.isnan(number)]
    annotate(figure, ({"x": x, "y": y, "text": "–", "font": {"size": 13}} for x, y in hidden))
    figure.update_xaxes(side="top", fixedrange=True, showgrid=False, tickangle=0)
    figure.update_yaxes(autorange="reversed", fixedrange=True, automargin=True, showgrid=False, ticksuffix="  ", tickfont={"size": 12})
    finish(figure, 90 + round(1.25 * ROW_HEIGHT) * max(len(rows), 1), fictional)
    lines = lines_of(tops)
    figure.update_layout(margin_t=36 + 17 * lines)
    return figure.update_annotations(selector={"name": "fictional"}, yshift=16 + 17 * lines)  # above the names of the columns
