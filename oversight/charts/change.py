"""Change between two waves: both shares on one line with the interval of the change, and changes around no change."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from oversight.charts.look import BLUE, FAINT, GREY, PALE, ROW_HEIGHT, escaped, finish, label, stacked


def dumbbells(table: pd.DataFrame, *, earlier: str, now: str, level: str = "95%", fictional: bool = False) -> go.Figure:
    """Each row's share then (open dot) and now (full dot), in the table's order, with the interval of the change as a line.

    ``table``: label, share1, share2 (0 to 1, NaN when withheld), lower and upper (of share2 - share1) and moved (in words). The line
    begins at the share then: where it reaches the open dot, no change is clear. ``level``: of the intervals, in words.
    """
    rows, labels, heights = _rows(table["label"], table["moved"])
    before, after = table["share1"].to_numpy(dtype=float), table["share2"].to_numpy(dtype=float)
    low = np.clip(before + table["lower"].to_numpy(dtype=float), 0, 1)
    high = np.clip(before + table["upper"].to_numpy(dtype=float), 0, 1)
    figure = go.Figure()
    figure.add_scatter(**_lines(low, high, rows), mode="lines", line={"color": PALE, "width": 5}, name="interval", hoverinfo="skip")
    figure.add_scatter(
        x=before, y=rows, mode="markers", name="then", marker={"symbol": "circle-open", "size": 11, "color": GREY, "line": {"width": 2}},
        hovertemplate=f"{escaped(earlier)}: %{{x:.0%}}<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=after, y=rows, mode="markers", name="now", marker={"size": 11, "color": BLUE},
        customdata=table["moved"].tolist(), hovertemplate=f"{escaped(now)}: %{{x:.0%}}, %{{customdata}}<extra></extra>",
    )  # fmt: skip
    known = np.concatenate([before, after, low, high])
    known = known[~np.isnan(known)]
    ends = (math.floor(10 * known.min() - 0.2) / 10, math.ceil(10 * known.max() + 0.2) / 10) if len(known) else (0.0, 1.0)
    ends = max(ends[0], -0.02), min(ends[1], 1.02)
    for y, share in zip(rows, after, strict=True):
        if math.isnan(share):
            figure.add_annotation(x=ends[0], y=y, text="too few to show", showarrow=False, xanchor="left", font={"size": 12})
    figure.update_xaxes(range=ends, tickformat=".0%", showgrid=True, gridcolor=FAINT, zeroline=False, fixedrange=True)
    _ticks(figure, rows, labels, heights)
    finish(figure, round(64 + sum(heights)), fictional)
    key = f"○ {escaped(earlier)}   {_mark('●', BLUE)} {escaped(now)}<br>{_mark('▬', PALE)} {level} interval of the change"
    return _key(figure, key)


def effects(table: pd.DataFrame, *, fictional: bool = False) -> go.Figure:
    """Changes in points around no change, each with its interval, in the table's order.

    ``table``: way, difference, low, high (0.05 is five points; NaN where there is none), moved (in words) and change, which says
    why there is none.
    """
    rows, labels, heights = _rows(table["way"], table["moved"])
    values = 100 * table[["difference", "low", "high"]].to_numpy(dtype=float)
    figure = go.Figure()
    figure.add_scatter(
        **_lines(values[:, 1], values[:, 2], rows), mode="lines", line={"color": PALE, "width": 4}, name="interval", hoverinfo="skip"
    )
    figure.add_scatter(
        x=values[:, 0], y=rows, mode="markers", name="change", marker={"size": 11, "color": BLUE},
        hovertemplate="%{x:+.1f} points<extra></extra>",
    )  # fmt: skip
    known = values[~np.isnan(values)]
    reach = max(2.0, 1.1 * np.abs(known).max()) if len(known) else 10.0
    for y, value, why in zip(rows, values[:, 0], table["change"], strict=True):
        if math.isnan(value):
            figure.add_annotation(x=-reach, y=y, text=escaped(why).lower(), showarrow=False, xanchor="left", xshift=6, font={"size": 12})
    figure.add_vline(x=0, line={"color": GREY, "width": 1.5, "dash": "dot"})
    step = next(s for s in (1, 2, 5, 10, 20, 50) if reach / s < 4.5)
    marks = [step * i for i in range(-int(reach // step), int(reach // step) + 1)]
    figure.update_xaxes(
        range=[-reach, reach], title={"text": "Change in points"}, showgrid=True, gridcolor=FAINT,
        tickvals=marks, ticktext=[f"{m:+d}".replace("-", "−") if m else "0" for m in marks], zeroline=False, fixedrange=True,
    )  # fmt: skip
    _ticks(figure, rows, labels, heights)
    finish(figure, round(104 + sum(heights)), fictional)
    return _key(figure, f"{_mark('▬', PALE)} 95% interval")


def _rows(names: pd.Series, moved: pd.Series) -> tuple[list[float], list[str], list[int]]:
    """Where each row stands (in pixels from the top), its label with what became of it below, and its height."""
    labels = [label(name) for name in names]
    labels = [text + (f"<br><b>{words}</b>" if words not in ("", "no clear change") else f"<br>{words}" if words else "")
              for text, words in zip(labels, moved, strict=True)]  # fmt: skip
    middles, heights = stacked(labels)
    return middles, labels, heights


def _lines(low: np.ndarray, high: np.ndarray, rows: list[float]) -> dict[str, list[float | None]]:
    """One trace of many lines: a gap after each."""
    x: list[float | None] = []
    y: list[float | None] = []
    for start, end, row in zip(low, high, rows, strict=True):
        if not math.isnan(start):
            x += [float(start), float(end), None]
            y += [row, row, None]
    return {"x": x, "y": y}


def _ticks(figure: go.Figure, rows: list[float], labels: list[str], heights: list[int]) -> None:
    figure.update_yaxes(tickvals=rows, ticktext=labels, range=[sum(heights) or ROW_HEIGHT, 0], zeroline=False, showgrid=False)
    figure.update_yaxes(fixedrange=True, automargin=True, ticksuffix="  ", tickfont={"size": 13})


def _mark(sign: str, colour: str) -> str:
    return f'<span style="color:{colour}">{sign}</span>'


def _key(figure: go.Figure, text: str) -> go.Figure:
    """The key above the picture, where a copy of it keeps it: from the right edge, so that a narrow screen has room for it."""
    lines = 1 + text.count("<br>")
    figure.add_annotation(
        text=text, x=1, y=1, xref="paper", yref="paper", xanchor="right", yanchor="bottom", align="right", showarrow=False,
        font={"size": 12}, name="key",
    )  # fmt: skip
    figure.update_layout(margin_t=26 + 16 * lines)
    return figure.update_annotations(selector={"name": "fictional"}, yshift=16 * lines + 2)


def followed(table: pd.DataFrame, *, earlier: str, now: str, fictional: bool = False) -> go.Figure:
    """Groups of PCNs before and after, each mean with its interval, and what similar PCNs without the offer have after.

    ``table``: name, before and after with low_ and high_ (0 to 1), without (NaN where a group is compared with nobody); in its order.
    """
    rows, labels, heights = _rows(table["name"], pd.Series([""] * len(table)))
    heights = [max(height, 58) for height in heights]
    rows = [sum(heights[:i]) + height / 2 for i, height in enumerate(heights)]
    figure = go.Figure()
    for when, up in (("before", -13), ("after", 0)):
        low, high = (table[f"{end}_{when}"].to_numpy(dtype=float) for end in ("low", "high"))
        lines = _lines(low, high, [row + up for row in rows])
        figure.add_scatter(**lines, mode="lines", line={"color": PALE, "width": 4}, name=f"interval {when}", hoverinfo="skip")
    marks = (
        ("before", earlier, -13, {"symbol": "circle-open", "size": 11, "color": GREY, "line": {"width": 2}}),
        ("after", now, 0, {"size": 11, "color": BLUE}),
        ("without", "Similar PCNs without the offer", 13, {"symbol": "diamond", "size": 10, "color": GREY}),
    )
    for column, words, up, marker in marks:
        figure.add_scatter(
            x=table[column].to_numpy(dtype=float), y=[row + up for row in rows], mode="markers", name=column, marker=marker,
            hovertemplate=f"{escaped(words)}: %{{x:.0%}}<extra></extra>",
        )  # fmt: skip
    known = table[["low_before", "high_before", "low_after", "high_after", "without"]].to_numpy(dtype=float)
    known = known[~np.isnan(known)]
    ends = (math.floor(10 * known.min() - 0.2) / 10, math.ceil(10 * known.max() + 0.2) / 10) if len(known) else (0.0, 1.0)
    figure.update_xaxes(range=(max(ends[0], -0.02), min(ends[1], 1.02)), tickformat=".0%", showgrid=True, gridcolor=FAINT)
    figure.update_xaxes(zeroline=False, fixedrange=True)
    _ticks(figure, rows, labels, heights)
    finish(figure, round(80 + sum(heights)), fictional)
    key = f"○ {escaped(earlier)}   {_mark('●', BLUE)} {escaped(now)}   {_mark('◆', GREY)} similar PCNs after"
    return _key(figure, f"{key}<br>{_mark('▬', PALE)} 95% interval")
