"""Charts: pure functions from tables to plotly figures, with one template.

NHS blue carries the finding, grey the context. Intervals are always drawn; colour never carries meaning alone;
a place whose numbers are withheld keeps its row and says so. ``graph_objects`` only: plotly.express is eight times slower.
"""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
import plotly.graph_objects as go

BLUE, DARK_BLUE, GREY, PALE, ORANGE = "#005EB8", "#003087", "#768692", "#AEB7BD", "#B35900"
ROW_HEIGHT, LINE_HEIGHT, LABEL_WIDTH = 28, 14, 26
FONT = {"family": "Frutiger, Arial, sans-serif", "size": 14}


def finish(figure: go.Figure, height: int, fictional: bool, **layout: Any) -> go.Figure:
    """One look for every figure; fictional data says so inside the figure, where a copy of it cannot lose the word."""
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 12, "t": 28 if fictional else 8, "b": 8},
        font=FONT,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        showlegend=False,
        hoverlabel={"font": FONT},
        dragmode=False,
        **layout,
    )
    if fictional:
        figure.add_annotation(
            text="FICTIONAL", xref="paper", yref="paper", x=1, y=1, xanchor="right", yanchor="bottom", showarrow=False,
            font={"size": 12, "color": GREY}, name="fictional",
        )  # fmt: skip
    return figure


def dots(
    table: pd.DataFrame, *, name: str = "name", value: str = "share", low: str = "low", high: str = "high",
    reference: float | None = None, reference_name: str = "England", fictional: bool = False, top: float = 1.0, keep_order: bool = False,
) -> go.Figure:  # fmt: skip
    """Dots with intervals, the highest on top (or in the table's order), and a line for comparison.

    ``table``: one row per place or item with a label, a share (0 to 1, NaN when withheld) and its interval.
    """
    rows = table.iloc[::-1] if keep_order else table.sort_values([value, name], ascending=[True, False], na_position="first")
    rows = rows.assign(**{name: [wrap(str(text)) for text in rows[name]]})
    known = rows[rows[value].notna()]
    labels = rows[name].tolist()
    extra = sum(text.count("<br>") for text in labels)
    figure = go.Figure()
    figure.add_scatter(
        x=known[value], y=known[name].astype(str), mode="markers", marker={"color": BLUE, "size": 10},
        error_x={
            "type": "data", "symmetric": False, "array": (known[high] - known[value]).tolist(),
            "arrayminus": (known[value] - known[low]).tolist(), "color": PALE, "thickness": 3, "width": 0,
        },
        customdata=known[[low, high]].to_numpy(),
        hovertemplate="%{y}: %{x:.0%} (%{customdata[0]:.0%} to %{customdata[1]:.0%})<extra></extra>",
    )  # fmt: skip
    for label in rows.loc[rows[value].isna(), name].astype(str):
        figure.add_annotation(x=0.02, y=label, text="too few to show", showarrow=False, xanchor="left", font={"size": 12, "color": GREY})
    if reference is not None and not pd.isna(reference):
        figure.add_vline(x=reference, line={"color": GREY, "width": 1.5, "dash": "dot"})
        figure.add_annotation(
            x=reference,
            y=1,
            yref="paper",
            yanchor="bottom",
            text=f"{reference_name} {reference:.0%}",
            showarrow=False,
            font={"size": 12, "color": GREY},
        )
    figure.update_xaxes(
        range=[0, top], tickformat=".0%", showgrid=True, gridcolor="rgba(118,134,146,0.25)", zeroline=False, fixedrange=True
    )
    figure.update_yaxes(categoryorder="array", categoryarray=labels, fixedrange=True, automargin=True, ticksuffix="  ")
    figure.update_yaxes(tickfont={"size": 13})
    finish(figure, 70 + ROW_HEIGHT * max(len(labels), 1) + LINE_HEIGHT * extra, fictional)
    figure.update_layout(margin_t=28)
    return figure


def wrap(text: str, width: int = LABEL_WIDTH) -> str:
    """A label over as many lines as it needs, so that a narrow screen keeps room for the picture."""
    return "<br>".join(textwrap.wrap(text, width)) or text


def tiles(table: pd.DataFrame, grid: pd.DataFrame, *, value: str = "share", fictional: bool = False) -> go.Figure:
    """ICBs as equal tiles, roughly where they lie: a darker tile is a higher share, a grey one has too few answers.

    ``table``: code, name, value (0 to 1, NaN when withheld). ``grid``: icb_code, short_name, tile_col, tile_row.
    """
    rows = grid.merge(table, left_on="icb_code", right_on="code", how="inner")
    figure = go.Figure()
    shares = rows[value].astype(float)
    for known, colour in ((shares.notna(), None), (shares.isna(), "#D8DDE0")):
        part = rows[known]
        figure.add_scatter(
            x=part["tile_col"], y=-part["tile_row"], mode="markers",
            marker={
                "symbol": "square", "size": 60, "color": colour or part[value].tolist(), "line": {"width": 0},
                **({} if colour else {"colorscale": SEQUENTIAL, "cmin": 0, "cmax": 1}),
            },
            text=part["name"], customdata=part[[value]].to_numpy(),
            hovertemplate="%{text}: %{customdata[0]:.0%}<extra></extra>" if colour is None else "%{text}: too few to show<extra></extra>",
        )  # fmt: skip
    for row in rows.itertuples():
        share = getattr(row, value)
        number = "–" if pd.isna(share) else f"{share:.0%}"
        dark = not pd.isna(share) and share > 0.5
        figure.add_annotation(
            x=row.tile_col, y=-row.tile_row, text=f"<b>{number}</b><br>{_two_lines(str(row.short_name))}", showarrow=False,
            font={"size": 10.5, "color": "#FFFFFF" if dark else "#212B32"},
        )  # fmt: skip
    figure.update_xaxes(visible=False, range=[-0.6, grid["tile_col"].max() + 0.6], fixedrange=True)
    figure.update_yaxes(visible=False, range=[-grid["tile_row"].max() - 0.6, 0.6], fixedrange=True)
    return finish(figure, 640, fictional)


#: Light to dark blue, even in lightness; white text is legible on the darker half, dark text on the lighter.
SEQUENTIAL = [[0.0, "#EAF2FA"], [0.25, "#BBD6EF"], [0.5, "#8AB8E0"], [0.5001, "#3578BF"], [0.75, "#1D5CA6"], [1.0, "#003087"]]


def _two_lines(text: str) -> str:
    """A tile's name over at most two lines, broken at the space nearest the middle."""
    spaces = [i for i, c in enumerate(text) if c == " "]
    if len(text) <= 10 or not spaces:
        return text
    middle = min(spaces, key=lambda i: abs(i - len(text) / 2))
    return text[:middle] + "<br>" + text[middle + 1 :]
