"""Places: ICBs as tiles roughly where they lie, or as areas within their boundaries. Darker is more; hatched or grey is withheld."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from oversight.charts.look import DARK, GREY, SEQUENTIAL, WITHHELD, annotate, escaped, finish

#: A number needs so much of the map's width between itself and the edge of its area.
ROOM = 0.02


def tiles(table: pd.DataFrame, grid: pd.DataFrame, *, fictional: bool = False, chosen: Collection[str] | None = None) -> go.Figure:
    """ICBs as equal tiles, roughly where they lie: a darker tile is a higher share, a grey one has too few answers.

    ``table``: code, name, share (0 to 1, NaN when withheld). ``grid``: icb_code, short_name, tile_col, tile_row. ``chosen``: codes
    of those that are looked at; the others keep their place and their name, without colour or number.
    """
    rows = grid.merge(table.drop(columns="short_name", errors="ignore"), left_on="icb_code", right_on="code", how="inner")
    figure = go.Figure()
    shares = rows["share"].astype(float)
    apart = ~rows["icb_code"].isin(list(chosen)) if chosen is not None else pd.Series(False, index=rows.index)
    for which, colour in ((shares.notna() & ~apart, None), (shares.isna() & ~apart, WITHHELD), (apart, "rgba(0,0,0,0)")):
        part = rows[which]
        figure.add_scatter(
            x=part["tile_col"], y=-part["tile_row"], mode="markers",
            marker={
                "symbol": "square", "size": 60, "color": colour or part["share"].tolist(), "line": {"width": 1, "color": GREY},
                **({} if colour else {"colorscale": SEQUENTIAL, "cmin": 0, "cmax": 1}),
            },
            text=[_hover(row) for row in part.to_dict("records")], hovertemplate="%{text}<extra></extra>",
        )  # fmt: skip
    notes = []
    for row, other in zip(rows.to_dict("records"), apart, strict=True):
        name = _two_lines(row["short_name"])
        text = name if other else _inked(f"<b>{_number(row['share'])}</b><br>{name}", row["share"])
        notes.append({"x": row["tile_col"], "y": -row["tile_row"], "text": text, "font": {"size": 10.5}})
    annotate(figure, notes)
    figure.update_xaxes(visible=False, range=[-0.6, grid["tile_col"].max() + 0.6], fixedrange=True)
    figure.update_yaxes(visible=False, range=[-grid["tile_row"].max() - 0.6, 0.6], fixedrange=True)
    return finish(figure, 640, fictional)


def areas(
    table: pd.DataFrame, shapes: Mapping[str, tuple[NDArray[np.float64], ...]], *, ratio: float,
    hearts: Mapping[str, tuple[float, float, float]],
fictional: bool = False, chosen: Collection[str] | None = None,
) -> go.Figure:  # fmt: skip
    """ICBs within their boundaries: darker is more, hatched has too few answers. No map of the internet lies beneath.

    ``table`` and ``chosen`` as in ``tiles``. ``shapes``: code -> rings; ``ratio``: height of a unit north over one east;
    ``hearts``: code -> where its number stands and how much room it has. Areas without the room carry none; all stand in the table.
    """
    figure = go.Figure()
    rows = [row for row in table.to_dict("records") if shapes.get(row["code"])]
    every = np.concatenate([ring for row in rows for ring in shapes[row["code"]]]) if rows else np.zeros((1, 2))
    wide = max(float(np.ptp(every[:, 0])), 1e-9)
    traces, notes = [], []
    for row in rows:
        rings, share = shapes[row["code"]], row["share"]
        other = chosen is not None and row["code"] not in chosen
        # an empty point between two rings lifts the pen; holes run the other way round, so that they stay empty
        path = np.concatenate([part for ring in rings for part in (ring, np.full((1, 2), np.nan))])[:-1]
        if other:
            fill: dict[str, Any] = {"fillcolor": "rgba(0,0,0,0)"}
        elif pd.isna(share):
            fill = {"fillcolor": WITHHELD, "fillpattern": {"shape": "/", "fgcolor": GREY, "bgcolor": WITHHELD, "size": 6, "solidity": 0.25}}
        else:
            fill = {"fillcolor": shade(float(share))}
        traces.append(go.Scatter(
            x=path[:, 0].round(5), y=path[:, 1].round(5), mode="lines", fill="toself", line={"color": GREY, "width": 1}, hoveron="fills",
            text=_hover(row), name=_hover(row), hoverinfo="text", **fill,
        ))  # fmt: skip
        x, y, room = hearts[row["code"]]
        if not other and room > ROOM * wide:
            notes.append({"x": x, "y": y, "text": _inked(f"<b>{_number(share)}</b>", share), "font": {"size": 10.5}})
    annotate(figure.add_traces(traces), notes)
    (west, south), (east, north) = every.min(axis=0), every.max(axis=0)
    figure.update_xaxes(visible=False, fixedrange=True, range=[west, east], constrain="domain")
    figure.update_yaxes(visible=False, fixedrange=True, range=[south, north], scaleanchor="x", scaleratio=ratio, constrain="domain")
    return finish(figure, 620, fictional)


def shade(share: float) -> str:
    """The colour of a share (0 to 1) on the one scale from light to dark."""
    for (start, one), (end, other) in pairwise(SEQUENTIAL):
        if share <= end:
            part = (share - start) / (end - start)
            mixed = [round(int(one[i : i + 2], 16) * (1 - part) + int(other[i : i + 2], 16) * part) for i in (1, 3, 5)]
            return "#" + "".join(f"{channel:02X}" for channel in mixed)
    return SEQUENTIAL[-1][1]


def _inked(text: str, share: float) -> str:
    """Words on an area: white on the darker half of the scale, dark on the lighter and on grey.

    The colour stands in the text: all other annotations take the page's own, by a rule in style.css.
    """
    colour = "#FFFFFF" if not pd.isna(share) and share > 0.5 else DARK
    # a span ends with its line
    return "<br>".join(f"<span style='color:{colour}'>{line}</span>" for line in text.split("<br>"))


def _number(share: float) -> str:
    return "–" if pd.isna(share) else f"{share:.0%}"


def _hover(row: Mapping[Any, Any]) -> str:
    name = escaped(row["name"])
    return f"{name}: too few to show" if pd.isna(row["share"]) else f"{name}: {row['share']:.0%}"


def _two_lines(text: str) -> str:
    """A tile's name over at most two lines, broken at the space nearest the middle."""
    spaces = [i for i, c in enumerate(text) if c == " "]
    if len(text) <= 10 or not spaces:
        return text
    middle = min(spaces, key=lambda i: abs(i - len(text) / 2))
    return text[:middle] + "<br>" + text[middle + 1 :]
