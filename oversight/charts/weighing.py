"""The highest estimates of need under weights that somebody tries, beside what they are as set."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from oversight.charts.look import BLUE, FAINT, GREY, PALE, ROW_HEIGHT, annotate, finish, label, line_at, stacked


def weighed(table: pd.DataFrame, *, name: str = "pcn", fictional: bool = False) -> go.Figure:
    """Estimates in the table's order with their 90% intervals, and where each stood with everything as set.

    ``table``: ``name``, estimate, low, high, before (as set), change ("comes in" where it is one of the K highest only now), n and
    england. An open dot rests on no reply.
    """
    labels = [label(text, 20) for text in table[name]]  # a narrow screen keeps room for the intervals
    rows, heights = stacked(labels)
    figure = go.Figure()
    # all intervals are one line that lifts the pen: error bars would be drawn one by one
    ends = np.column_stack([table["low"], table["high"], np.full(len(table), np.nan)]).ravel()
    line = {"color": PALE, "width": 3}
    figure.add_scatter(x=ends, y=np.repeat(rows, 3), mode="lines", line=line, connectgaps=False, hoverinfo="skip")
    if not np.allclose(table["before"], table["estimate"]):
        figure.add_scatter(
            x=table["before"], y=rows, mode="markers",
            marker={"symbol": "line-ns-open", "size": 14, "color": GREY, "line": {"width": 3, "color": GREY}},
            hovertemplate="as set: %{x:.0%}<extra></extra>",
        )  # fmt: skip
    figure.add_scatter(
        x=table["estimate"], y=rows, mode="markers", text=labels,
        marker={"color": BLUE, "size": 10, "symbol": np.where(table["n"] == 0, "circle-open", "circle")},
        customdata=table[["low", "high"]].to_numpy(),
        hovertemplate="%{text}: %{x:.0%} (%{customdata[0]:.0%} to %{customdata[1]:.0%})<extra></extra>",
    )  # fmt: skip
    entering = [(x, y) for x, y, change in zip(table["high"], rows, table["change"], strict=True) if change == "comes in"]
    annotate(figure, ({"x": x, "y": y, "text": "comes in", "xanchor": "left", "xshift": 5, "font": {"size": 12}} for x, y in entering))
    line_at(figure, table["england"].iloc[0] if len(table) else None, "England")
    tall = sum(heights) or ROW_HEIGHT
    figure.update_xaxes(range=[0, 1], tickformat=".0%", showgrid=True, gridcolor=FAINT, zeroline=False, fixedrange=True)
    figure.update_yaxes(tickvals=rows, ticktext=labels, range=[tall, 0], fixedrange=True, automargin=True, ticksuffix="  ")
    figure.update_yaxes(tickfont={"size": 13}, showgrid=False, zeroline=False)
    finish(figure, 70 + tall, fictional)
    return figure.update_layout(margin_t=28)
