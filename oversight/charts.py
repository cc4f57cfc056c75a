"""Charts: pure functions from tables to plotly figures, with one template.

NHS bright blue carries the finding, grey the context. Intervals are always drawn; colour never carries meaning alone;
a place whose numbers are withheld keeps its row and says so. ``graph_objects`` only: plotly.express is eight times slower.
"""

from __future__ import annotations

import html
import math
import textwrap
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

# Marks stand out at least 3 to 1 on the light and on the dark background of .streamlit/config.toml (a test holds that).
BLUE, GREY, PALE = "#0072CE", "#768692", "#87949D"
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
            font={"size": 12}, name="fictional", yshift=11,  # above the name of a line of comparison
        )  # fmt: skip
    return figure


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
    rows = rows.assign(**{name: [wrap(html.escape(str(text), quote=False)) for text in rows[name]]})
    known = rows[rows[value].notna()]
    labels = rows[name].tolist()
    extra = sum(text.count("<br>") for text in labels)
    figure = go.Figure()
    figure.add_scatter(
        x=known[value], y=known[name].astype(str), mode="markers",
        marker={"color": BLUE, "size": 10, "symbol": np.where(known[hollow], "circle-open", "circle") if hollow else "circle"},
        error_x={
            "type": "data", "symmetric": False, "array": (known[high] - known[value]).tolist(),
            "arrayminus": (known[value] - known[low]).tolist(), "color": PALE, "thickness": 3, "width": 0,
        },
        customdata=known[[low, high]].to_numpy(),
        hovertemplate="%{y}: %{x:.0%} (%{customdata[0]:.0%} to %{customdata[1]:.0%})<extra></extra>",
    )  # fmt: skip
    for label in rows.loc[rows[value].isna(), name].astype(str):
        figure.add_annotation(x=0.02, y=label, text="too few to show", showarrow=False, xanchor="left", font={"size": 12})
    if reference is not None and not pd.isna(reference):
        figure.add_vline(x=reference, line={"color": GREY, "width": 1.5, "dash": "dot"})
        figure.add_annotation(
            x=reference,
            y=1,
            yref="paper",
            yanchor="bottom",
            text=f"{reference_name} {reference:.0%}",
            showarrow=False,
            font={"size": 12},
        )
    figure.update_xaxes(
        range=[0, top], tickformat=".0%", showgrid=True, gridcolor="rgba(118,134,146,0.25)", zeroline=False, fixedrange=True
    )
    figure.update_yaxes(categoryorder="array", categoryarray=labels, fixedrange=True, automargin=True, ticksuffix="  ")
    figure.update_yaxes(tickfont={"size": 13}, range=[-0.6, len(labels) - 0.4])
    lines = max((text.count("<br>") + 1 for text in labels), default=1)
    rows_height = max(ROW_HEIGHT * max(len(labels), 1) + LINE_HEIGHT * extra, len(labels) * (LINE_HEIGHT * lines + 8))
    finish(figure, 70 + rows_height, fictional)
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
    for row in rows.to_dict("records"):
        share = row[value]
        number = "–" if pd.isna(share) else f"{share:.0%}"
        dark = not pd.isna(share) and share > 0.5
        figure.add_annotation(
            x=row["tile_col"], y=-row["tile_row"], text=f"<b>{number}</b><br>{_two_lines(row['short_name'])}", showarrow=False,
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


def counts(table: pd.DataFrame, *, name: str, value: str, text: str, fictional: bool = False, context: str = "") -> go.Figure:
    """Horizontal bars in the table's order, each with its number in words; a withheld one says so.

    ``table``: one row per bar with ``name``, ``value`` (0 or more, NaN when withheld) and ``text``, the words on or behind the
    bar. The bar named ``context`` is grey: it is there to compare with.
    """
    labels = [wrap(html.escape(str(label), quote=False)) for label in table[name]]
    # a row is as high as its label, so positions are pixels
    heights = [ROW_HEIGHT + LINE_HEIGHT * label.count("<br>") for label in labels] or [ROW_HEIGHT]
    rows = [sum(heights[:i]) + height / 2 for i, height in enumerate(heights)][: len(labels)]
    values = table[value].astype(float)
    words = [html.escape(str(t)) if not pd.isna(v) else "too few to show" for t, v in zip(table[text], values, strict=True)]
    colours = [GREY if n == context else BLUE for n in table[name]]
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
    figure.update_yaxes(tickvals=rows, ticktext=labels, range=[sum(heights), 0], zeroline=False, showgrid=False)
    figure.update_yaxes(fixedrange=True, automargin=True, ticksuffix="  ", tickfont={"size": 13})
    finish(figure, round(44 + sum(heights)), fictional)
    figure.update_layout(margin_t=28)
    return figure


def columns(table: pd.DataFrame, *, number: str, value: str, axis: str, fictional: bool = False) -> go.Figure:
    """Answers that are numbers, as columns over a number line. ``table``: ``number`` and how many gave it (``value``)."""
    figure = go.Figure()
    figure.add_bar(x=table[number], y=table[value], marker={"color": BLUE}, hovertemplate="%{x}: %{y:,} people<extra></extra>")
    figure.update_xaxes(title={"text": axis}, fixedrange=True, zeroline=False)
    figure.update_yaxes(title={"text": "People"}, fixedrange=True, gridcolor="rgba(118,134,146,0.25)", rangemode="tozero")
    finish(figure, 320, fictional)
    figure.update_layout(margin_t=28)
    return figure


def needs(table: pd.DataFrame, name: str, *, fictional: bool = False) -> go.Figure:
    """Estimated need with its interval, in the table's order; an open dot rests on no reply. ``table``: of the query ``priority``."""
    rows = table[table["estimate"].notna()]
    rows = rows.assign(open=rows["n"] == 0)
    england = float(rows["england"].iloc[0]) if len(rows) else None
    return dots(rows, name=name, value="estimate", reference=england, fictional=fictional, keep_order=True, hollow="open")


def bands(table: pd.DataFrame, *, fictional: bool = False) -> go.Figure:
    """How many PCNs stand in each band, in the table's order; the paler part is of those that nobody answered for.

    ``table``: label, pcns and, where it may be seen, silent.
    """
    labels = [wrap(str(label), 22) for label in table["label"]]
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


def versus(
    table: pd.DataFrame, *, name: str = "label", other: str = "england", other_name: str = "England", fictional: bool = False
) -> go.Figure:
    """Dots with intervals as in ``dots``, in the table's order, each with its own mark to compare with (a column of shares)."""
    known = [number for number in table[["high", other]].to_numpy(dtype=float).ravel() if not math.isnan(number)]
    top = min(1.0, math.ceil(10 * max(known, default=1.0) + 0.5) / 10)
    figure = dots(table, name=name, fictional=fictional, top=top, keep_order=True)
    marked = table[table[other].notna() & table["share"].notna()]
    if marked.empty:
        return figure
    other_name = html.escape(other_name, quote=False)
    figure.add_scatter(
        x=marked[other].astype(float), y=[wrap(html.escape(str(text), quote=False)) for text in marked[name]],
        mode="markers", name=other_name,
        marker={"symbol": "line-ns-open", "size": 16, "color": GREY, "line": {"width": 3, "color": GREY}},
        hovertemplate=f"{other_name}: %{{x:.0%}}<extra></extra>",
    )  # fmt: skip
    figure.add_annotation(
        text=f"<b>|</b> {other_name}", x=0, y=1, xref="paper", yref="paper", xanchor="left", yanchor="bottom", showarrow=False,
        font={"size": 12}, name="key",
    )  # fmt: skip
    return figure


def grid(table: pd.DataFrame, *, row: str = "label", column: str = "name", value: str = "share", fictional: bool = False) -> go.Figure:
    """Shares as a grid of rows and columns in the table's order, darker being more, each with its number; a dash is withheld."""
    rows, columns = list(dict.fromkeys(table[row])), list(dict.fromkeys(table[column]))
    shares = {(r, c): float(v) for r, c, v in zip(table[row], table[column], table[value], strict=True)}
    z = [[shares.get((r, c), math.nan) for c in columns] for r in rows]
    tops = [wrap(html.escape(str(text), quote=False), 12) for text in columns]
    labels = [wrap(html.escape(str(text), quote=False)) for text in rows]
    figure = go.Figure()
    figure.add_heatmap(
        z=z, x=tops, y=labels, colorscale=SEQUENTIAL, zmin=0, zmax=table[value].astype(float).max(), showscale=False, xgap=2, ygap=2,
        texttemplate="%{z:.0%}", textfont={"size": 13}, hoverongaps=False, hovertemplate="%{y}, %{x}: %{z:.0%}<extra></extra>",
    )  # fmt: skip
    for y, shown in zip(labels, z, strict=True):
        for x, number in zip(tops, shown, strict=True):
            if math.isnan(number):
                figure.add_annotation(x=x, y=y, text="–", showarrow=False, font={"size": 13, "color": GREY})
    figure.update_xaxes(side="top", fixedrange=True, showgrid=False, tickangle=0)
    figure.update_yaxes(autorange="reversed", fixedrange=True, automargin=True, showgrid=False, ticksuffix="  ", tickfont={"size": 12})
    finish(figure, 90 + round(1.25 * ROW_HEIGHT) * max(len(rows), 1), fictional)
    lines = max((text.count("<br>") + 1 for text in tops), default=1)
    figure.update_layout(margin_t=36 + 17 * lines)
    return figure.update_annotations(selector={"name": "fictional"}, yshift=16 + 17 * lines)  # above the names of the columns
