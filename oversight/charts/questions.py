"""Answers that are numbers: means with their intervals, on a line of numbers."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go

from oversight.charts.look import BLUE, FAINT, GREY, LINE_HEIGHT, ROW_HEIGHT, finish, interval, label, lines_of


def means(table: pd.DataFrame, *, fictional: bool = False) -> go.Figure:
    """Means as dots with intervals in the table's order; the one to compare with carries a dotted line.

    ``table``: place, mean, low, high (NaN when withheld; an interval may be missing alone), and ``main``, true for that one.
    """
    labels = [label(text) for text in table["place"]]
    rows = list(range(len(labels)))
    numbers = table[["mean", "low", "high"]].astype(float)
    figure = go.Figure()
    figure.add_scatter(
        x=numbers["mean"], y=rows, mode="markers", marker={"color": [GREY if m else BLUE for m in table["main"]], "size": 10},
        error_x=interval(numbers["mean"], numbers["low"], numbers["high"]),
        customdata=numbers[["low", "high"]].to_numpy(), text=labels,
        hovertemplate="%{text}: %{x:.1f} (%{customdata[0]:.1f} to %{customdata[1]:.1f})<extra></extra>",
    )  # fmt: skip
    ends = [v for v in numbers.to_numpy().ravel() if not math.isnan(v)] or [0.0, 1.0]
    margin = 0.06 * (max(ends) - min(ends)) or 0.5
    for y in [y for y, mean in zip(rows, numbers["mean"], strict=True) if math.isnan(mean)]:
        figure.add_annotation(x=min(ends), y=y, text="too few to show", showarrow=False, xanchor="left", font={"size": 12})
    for mean, text in [
        (m, n) for m, n, is_main in zip(numbers["mean"], labels, table["main"], strict=True) if is_main and not math.isnan(m)
    ]:
        figure.add_vline(x=mean, line={"color": GREY, "width": 1.5, "dash": "dot"})
        figure.add_annotation(x=mean, y=1, yref="paper", yanchor="bottom", text=f"{text} {mean:,.1f}", showarrow=False, font={"size": 12})
    figure.update_xaxes(range=[min(ends) - margin, max(ends) + margin], fixedrange=True, zeroline=False, gridcolor=FAINT)
    figure.update_yaxes(
        tickvals=rows, ticktext=labels, range=[len(rows) - 0.4, -0.6], fixedrange=True, automargin=True, ticksuffix="  ", showgrid=False,
        zeroline=False, tickfont={"size": 13},
    )  # fmt: skip
    lines = lines_of(labels)
    finish(figure, 70 + len(rows) * max(ROW_HEIGHT, LINE_HEIGHT * lines + 8), fictional)
    figure.update_layout(margin_t=28)
    return figure
