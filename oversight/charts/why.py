"""What raises and what lowers an estimate: bars to both sides of England's mean."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from oversight.charts.look import BLUE, GREY, annotate, finish, label, line_at, stacked


def why(table: pd.DataFrame, *, fictional: bool = False) -> go.Figure:
    """One bar per part in the table's order, with its points: blue raises, grey lowers. ``table``: label, points (share of 1), said."""
    labels = [label(text) for text in table["label"]]
    rows, heights = stacked(labels)
    tall = sum(heights) or 30
    values = table["points"].astype(float)
    figure = go.Figure()
    figure.add_bar(
        x=values, y=rows, orientation="h", width=20, marker={"color": [BLUE if v > 0 else GREY for v in values]},
        hovertext=[f"{a}: {w}" for a, w in zip(labels, table["said"], strict=True)], hoverinfo="text",
    )  # fmt: skip
    # the numbers stand where no bar can be: to the right of a bar that raises, to the left of one that lowers
    annotate(
        figure,
        (
            {
                "x": v,
                "y": y,
                "text": said.split()[0],
                "xanchor": "left" if v > 0 else "right",
                "xshift": 6 if v > 0 else -6,
                "font": {"size": 13},
            }
            for v, y, said in zip(values, rows, table["said"], strict=True)
        ),
    )
    line_at(figure, 0.0, "")
    low, high = min(values.min(), 0.0) if len(values) else 0.0, max(values.max(), 0.0) if len(values) else 0.0
    room = 0.3 * max(high - low, 0.02)
    figure.update_xaxes(visible=False, range=[low - (room if low < 0 else 0.02 * room), high + room], fixedrange=True)
    figure.update_yaxes(tickvals=rows, ticktext=labels, range=[tall, 0], zeroline=False, showgrid=False)
    figure.update_yaxes(fixedrange=True, automargin=True, ticksuffix="  ", tickfont={"size": 13})
    finish(figure, 44 + tall, fictional)
    return figure.update_layout(margin_t=28)
