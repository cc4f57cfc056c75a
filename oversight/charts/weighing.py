"""The highest estimates of need under weights that somebody tries, beside what they are as set."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from oversight.charts.look import BLUE, FAINT, GREY, PALE, ROW_HEIGHT, annotate, finish, label, line_at, raised, stacked


def weighed(table: pd.DataFrame, *, name: str = "pcn", fictional: bool = False) -> go.Figure:
    """Estimates in the table's order with their 90% intervals, and where each stood with everything as set.

    ``table``: ``name``, estimate, low, high, before (as set), change ("comes in" where it is one of the K highest only now), n and
    england. An open dot rests on no reply.
    """
    labels = [label(text, 20) for text in table[name]]  # a narrow screen keeps room for the intervals
    rows, heights = stacked(labels)
    shown = table[["estimate", "low", "high", "before"]].to_numpy(dtype=float)
    # all intervals are one line that lifts the pen: error bars would be drawn one by one
    ends = np.column_stack([shown[:, 1:3], np.full(len(table), np.nan)]).ravel()
    traces: list[dict[str, Any]] = [
        {"x": ends, "y": np.repeat(rows, 3), "mode": "lines", "line": {"color": PALE, "width": 3}, "hoverinfo": "skip"},
        {
            "x": shown[:, 3], "y": rows, "mode": "markers", "hovertemplate": "as set: %{x:.0%}<extra></extra>",
            "marker": {"symbol": "line-ns-open", "size": 14, "color": GREY, "line": {"width": 3, "color": GREY}},
        },
        {
            "x": shown[:, 0], "y": rows, "mode": "markers", "text": labels, "customdata": shown[:, 1:3],
            "marker": {"color": BLUE, "size": 10, "symbol": np.where(table["n"] == 0, "circle-open", "circle")},
            "hovertemplate": "%{text}: %{x:.0%} (%{customdata[0]:.0%} to %{customdata[1]:.0%})<extra></extra>",
        },
    ]  # fmt: skip
    if np.allclose(shown[:, 0], shown[:, 3]):
        del traces[1]
    figure = go.Figure([{"type": "scatter", **trace} for trace in traces])
    tall = sum(heights) or ROW_HEIGHT
    still = {"fixedrange": True, "zeroline": False}
    across = {"range": [0, 1], "tickformat": ".0%", "showgrid": True, "gridcolor": FAINT, **still}
    down = {"tickvals": rows, "ticktext": labels, "range": [tall, 0], "automargin": True, "ticksuffix": "  ", "showgrid": False, **still}
    finish(figure, 70 + tall, fictional, xaxis=across, yaxis={**down, "tickfont": {"size": 13}})
    figure.layout.margin.t = 28
    entering = [(x, y) for x, y, change in zip(shown[:, 2], rows, table["change"], strict=True) if change == "comes in"]
    annotate(figure, ({"x": x, "y": y, "text": "comes in", "xanchor": "left", "xshift": 5, "font": {"size": 12}} for x, y in entering))
    if fictional:
        raised(figure)
    return line_at(figure, table["england"].iloc[0] if len(table) else None, "England")
