"""Places of the offer by region: by the rules, and by need alone."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from oversight.charts.look import BLUE, FAINT, GREY, PALE, ROW_HEIGHT, annotate, escaped, finish, label, stacked


def places_given(table: pd.DataFrame, *, minimum: int, chosen: str = "", fictional: bool = False) -> go.Figure:
    """Each region's places by the rules (full dot) and by need alone (ring), in the table's order, with the number beside them.

    ``table``: code, name, places, unconstrained, label (the numbers in words); ``minimum``: a dotted line, 0 for none; ``chosen``: the code
    of the region that stands out.
    """
    names = [label(name) for name in table["name"]]
    names = [f"<b>{text}</b>" if code == chosen else text for text, code in zip(names, table["code"], strict=True)]
    rows, heights = stacked(names)
    given, alone = (table[column].astype(float).tolist() for column in ("places", "unconstrained"))
    figure = go.Figure()
    figure.add_scatter(
        x=[x for pair in zip(given, alone, [None] * len(rows), strict=True) for x in pair],
        y=[y for row in rows for y in (row, row, None)],
        mode="lines", line={"color": PALE, "width": 4}, name="difference", hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=alone, y=rows, mode="markers", name="by need alone",
        marker={"symbol": "circle-open", "size": 14, "color": GREY, "line": {"width": 2}},
        hovertemplate="By need alone: %{x}<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=given,
        y=rows,
        mode="markers",
        name="by the rules",
        marker={"size": 10, "color": BLUE},
        hovertemplate="By the rules: %{x}<extra></extra>",
    )
    most = max([*given, *alone, minimum, 1])

    def beside(dot: float) -> float:
        """Where the words begin: not where the dotted line would cross them."""
        return minimum if 0 <= minimum - dot < 0.3 * most else dot

    annotate(
        figure,
        [
            {"x": beside(max(pair)), "y": row, "text": escaped(words), "xanchor": "left", "xshift": 12, "font": {"size": 13}}
            for *pair, row, words in zip(given, alone, rows, table["label"], strict=True)
        ],
    )
    figure.update_xaxes(range=[-0.03 * most, 1.6 * most], showgrid=True, gridcolor=FAINT, zeroline=False, fixedrange=True, visible=False)
    figure.update_yaxes(tickvals=rows, ticktext=names, range=[sum(heights) or ROW_HEIGHT, 0], zeroline=False, showgrid=False)
    figure.update_yaxes(fixedrange=True, automargin=True, ticksuffix="  ", tickfont={"size": 13})
    finish(figure, round(40 + sum(heights)), fictional)
    if minimum:
        dotted = {"color": GREY, "width": 1.5, "dash": "dot"}
        figure.layout.shapes = ({"type": "line", "x0": minimum, "x1": minimum, "y0": 0, "y1": 1, "yref": "paper", "line": dotted},)
        annotate(
            figure, [{"x": minimum, "y": 1, "yref": "paper", "yanchor": "bottom", "text": f"minimum {minimum:,}", "font": {"size": 12}}]
        )
        figure.update_layout(margin_t=42)
        figure.update_annotations(selector={"name": "fictional"}, yshift=18)
    return figure
