"""Groups crossed with groups: shares as a grid that marks what differs clearly."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from oversight.charts.look import LINE_HEIGHT, ROW_HEIGHT, SEQUENTIAL, escaped, finish, label, lines_of

NO_COLOUR = "rgba(118,134,146,0.12)"
#: Under so many answers a cell has no colour.
FEW = 10
MARKS = {"higher": " ▲", "lower": " ▼"}


def cells(table: pd.DataFrame, *, row: str, column: str, columns: Sequence[str], fictional: bool = False) -> go.Figure:
    """Shares of two dimensions crossed, rows in the table's order, darker being more; ▲ and ▼ where the interval is clear of England.

    ``table``: one row per cell with the names of its ``row`` and ``column`` (all of them in order: ``columns``), ``share`` with
    ``low`` and ``high``, ``answered`` and ``verdict`` (higher, lower or neither). Under 10 answers a cell has its number and
    no colour, for a colour is read as a finding; a withheld cell has a dash.
    """
    rows, columns = list(dict.fromkeys(table[row])), list(columns)
    found = {(r[row], r[column]): r for r in table.to_dict("records") if not pd.isna(r["share"])}
    labels, tops = [label(text, 30) for text in rows], [label(text, 12) for text in columns]
    hover = [[_hover(found.get((r, c)), r, c) for c in columns] for r in rows]
    many = [[(r, c) in found and found[r, c]["answered"] >= FEW for c in columns] for r in rows]
    z = [
        [found[r, c]["share"] if firm else math.nan for c, firm in zip(columns, line, strict=True)]
        for r, line in zip(rows, many, strict=True)
    ]
    known = [v for line in z for v in line if not math.isnan(v)]
    pale = [[math.nan if m else 0.0 for m in line] for line in many]
    firm = [[_cell(found.get((r, c)), True) if many[y][x] else "" for x, c in enumerate(columns)] for y, r in enumerate(rows)]
    figure = go.Figure()
    for values, colours, top, text in (
        (z, SEQUENTIAL, max(known, default=1.0) or 1.0, firm),
        (pale, [[0.0, NO_COLOUR], [1.0, NO_COLOUR]], 1.0, None),
    ):
        figure.add_heatmap(
            z=values, x=list(range(len(columns))), y=list(range(len(rows))), colorscale=colours, zmin=0, zmax=top, showscale=False, xgap=2,
            ygap=2, text=text, texttemplate="%{text}" if text else None, textfont={"size": 12}, hoverongaps=False, hovertext=hover,
            hoverinfo="text",
        )  # fmt: skip
    loose = [(x, y, _cell(found.get((r, c)), False)) for y, r in enumerate(rows) for x, c in enumerate(columns) if not many[y][x]]
    figure.add_scatter(  # words in the colour of the theme: they stand on the page itself
        x=[x for x, _, _ in loose], y=[y for _, y, _ in loose], text=[t for _, _, t in loose], mode="text", textfont={"size": 12},
        hoverinfo="skip",
    )  # fmt: skip
    figure.update_xaxes(side="top", tickvals=list(range(len(columns))), ticktext=tops, tickangle=0, tickfont={"size": 11})
    figure.update_yaxes(tickvals=list(range(len(rows))), ticktext=labels, range=[len(rows) - 0.5, -0.5], automargin=True)
    figure.update_xaxes(range=[-0.5, len(columns) - 0.5])
    figure.update_yaxes(ticksuffix="  ", tickfont={"size": 12}, fixedrange=True, showgrid=False, zeroline=False)
    figure.update_xaxes(fixedrange=True, showgrid=False, zeroline=False)
    lines, deep = (lines_of(texts) for texts in (tops, labels))
    finish(figure, 60 + 16 * lines + max(ROW_HEIGHT, LINE_HEIGHT * deep + 8) * max(len(rows), 1), fictional)
    figure.update_layout(margin_t=34 + 16 * lines)
    return figure.update_annotations(selector={"name": "fictional"}, yshift=14 + 16 * lines)  # above the names of the columns


def room(*numbers: Iterable[float]) -> float:
    """How far an axis of shares has to reach: the largest of the numbers, a little more, in steps of 10%."""
    known = [float(n) for some in numbers for n in some if not pd.isna(n)]
    return min(1.0, math.ceil(10 * max(known, default=1.0) + 0.5) / 10)


def _cell(row: Mapping[Any, Any] | None, judged: bool) -> str:
    return f"{row['share']:.0%}{MARKS.get(str(row['verdict']), '') if judged else ''}" if row else "–"


def _hover(row: Mapping[Any, Any] | None, name: str, column: str) -> str:
    where = escaped(f"{name}, {column}")
    return f"{where}: {row['share']:.0%} ({row['low']:.0%} to {row['high']:.0%})" if row else f"{where}: too few to show"
