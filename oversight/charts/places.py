"""Places: ICBs as tiles, roughly where they lie."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from oversight.charts.look import SEQUENTIAL, finish


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


def _two_lines(text: str) -> str:
    """A tile's name over at most two lines, broken at the space nearest the middle."""
    spaces = [i for i, c in enumerate(text) if c == " "]
    if len(text) <= 10 or not spaces:
        return text
    middle = min(spaces, key=lambda i: abs(i - len(text) / 2))
    return text[:middle] + "<br>" + text[middle + 1 :]
