"""Many places at once, each judged against one share: a sorted list with two intervals, and a funnel."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from oversight.charts.look import BLUE, FAINT, GREY, PALE, ROW_HEIGHT, annotate, escaped, finish, label, line_at, stacked


def listed(table: pd.DataFrame, *, name: str = "name", reference: float | None = None, fictional: bool = False) -> go.Figure:
    """Places by share, the highest on top: dot, 95% interval (thick) and 99.8% interval (thin), and the verdict in a word.

    ``table``: share, low, high, low_listed, high_listed (0 to 1, NaN when withheld) and ``word``, "" where a place does not differ
    clearly. Those that do are blue and carry their word, the others grey. ``reference``: England's share.
    """
    rows = table.sort_values(["share", name], ascending=[True, False], na_position="first", ignore_index=True)
    labels = [label(text) for text in rows[name]]
    middles, heights = stacked(labels)
    rows = rows.assign(label=labels, at=middles)
    known = rows[rows["share"].notna()]
    figure = go.Figure()
    differ = known["word"] != ""
    for part, colour, pale in ((known[~differ], GREY, PALE), (known[differ], BLUE, BLUE)):
        for low, high, width in (("low_listed", "high_listed", 1), ("low", "high", 4)):
            # all intervals of a kind are one line that lifts the pen: error bars would be three marks a row, each drawn by itself
            ends = np.column_stack([part[low], part[high], np.full(len(part), np.nan)]).ravel()
            line = {"color": pale, "width": width}
            figure.add_scatter(x=ends, y=np.repeat(part["at"], 3), mode="lines", line=line, connectgaps=False, hoverinfo="skip")
        figure.add_scatter(
            x=part["share"], y=part["at"], mode="markers", marker={"color": colour, "size": 10},
            customdata=part[["low", "high", "answered"]].to_numpy(dtype=float),
            text=part["label"],
            hovertemplate="%{text}: %{x:.0%} (%{customdata[0]:.0%} to %{customdata[1]:.0%}), n = %{customdata[2]:,}<extra></extra>",
        )  # fmt: skip
    beside = {"xanchor": "left", "font": {"size": 12}}
    notes = [
        {"x": row["high_listed"], "y": row["at"], "text": f"<b>{escaped(row['word'])}</b>", "xshift": 5, **beside}
        for row in known[differ].to_dict("records")
    ]
    notes += [{"x": 0.02, "y": at, "text": "too few to show", **beside} for at in rows.loc[rows["share"].isna(), "at"]]
    annotate(figure, notes)
    line_at(figure, reference, "England")
    top = min(1.0, math.ceil(10 * max(known["high_listed"].max(), reference or 0) + 0.5) / 10) if len(known) else 1.0
    room = 0.12 * top if differ.any() else 0.02  # for the words behind the longest interval
    figure.update_xaxes(range=[-0.012 * top, top + room], tickformat=".0%", showgrid=True, gridcolor=FAINT, zeroline=False, fixedrange=True)
    figure.update_yaxes(tickvals=rows["at"], ticktext=labels, range=[0, sum(heights) or ROW_HEIGHT], fixedrange=True, automargin=True)
    figure.update_yaxes(ticksuffix="  ", tickfont={"size": 13}, showgrid=False, zeroline=False)
    finish(figure, 70 + max(sum(heights), 3 * ROW_HEIGHT), fictional)  # a lower one would cut off its own axis
    return figure.update_layout(margin_t=28)


def funnel(
    table: pd.DataFrame, curves: pd.DataFrame, theta: float, *, fictional: bool = False
) -> go.Figure:  # fmt: skip
    """Share against how many answered, between 99.8% limits: dotted by chance alone, solid as places usually differ.

    ``table``: share, answered, name, short_name and marked, true where a place is blue and carries its name: outside the limits,
    or looked at. ``curves``: n, plain_low_998, plain_high_998 and, where the spread is known, wide_low_998, wide_high_998.
    """
    rows = table[table["share"].notna()]
    figure = go.Figure()
    ends = []
    for kind, dash, said in (("plain", "dot", "chance alone"), ("wide", "solid", "as places differ")):
        if not curves[f"{kind}_low_998"].notna().any():
            continue
        for side in ("low", "high"):
            line = {"color": GREY, "width": 1.5, "dash": dash}
            figure.add_scatter(x=curves["n"], y=curves[f"{kind}_{side}_998"], mode="lines", line=line, hoverinfo="skip")
        # one is named at the upper end, the other at the lower, where they cannot meet
        ends.append((float(curves[f"{kind}_{'low' if kind == 'plain' else 'high'}_998"].iloc[-1]), said, "bottom"))
    last = float(curves["n"].iloc[-1])
    figure.add_scatter(x=[0, last], y=[theta, theta], mode="lines", line={"color": GREY, "width": 1}, hoverinfo="skip")
    for chosen, colour, symbol in ((False, GREY, "circle-open"), (True, BLUE, "circle")):
        part = rows[rows["marked"] == chosen]
        figure.add_scatter(
            x=part["answered"], y=part["share"], mode="markers",
            marker={"color": colour, "size": 10, "symbol": symbol, "line": {"width": 2}},
            text=[escaped(n) for n in part["name"]],
            hovertemplate="%{text}: %{y:.0%} of %{x:,}<extra></extra>",
        )  # fmt: skip
    for row in rows[rows["marked"]].to_dict("records"):
        above = row["share"] >= theta
        figure.add_annotation(
            x=row["answered"], y=row["share"], text=escaped(row["short_name"]), showarrow=False,
            yanchor="bottom" if above else "top", yshift=7 if above else -7, font={"size": 12},
        )  # fmt: skip
    for height, said, side in [*ends, (theta, f"England {theta:.0%}", "bottom")]:
        figure.add_annotation(x=last, y=height, text=said, showarrow=False, xanchor="right", yanchor=side, font={"size": 12})
    shares = rows["share"].astype(float)
    low, high = min(shares.min(), theta) - 0.12, max(shares.max(), theta) + 0.12
    bottom, top = (0.0, 1.0) if math.isnan(low) else (max(0.0, math.floor(10 * low) / 10), min(1.0, math.ceil(10 * high) / 10))
    figure.update_xaxes(title={"text": "How many answered (n)"}, range=[0, last * 1.02], fixedrange=True, showgrid=False, zeroline=False)
    figure.update_yaxes(range=[bottom, top + 0.02], tickformat=".0%", gridcolor=FAINT, zeroline=False, fixedrange=True)
    finish(figure, 520, fictional)
    return figure.update_layout(margin_t=28)
