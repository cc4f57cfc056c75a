"""Survey and focus groups side by side, theme by theme."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from oversight.charts.look import BLUE, FAINT, GREY, escaped, finish, interval, label, stacked


def beside(table: pd.DataFrame, *, fictional: bool = False) -> go.Figure:
    """Per theme the share of respondents (dot with its interval) and the share of sessions (open diamond), under its verdict's heading.

    ``table``, in the order to show: label, head (as it stands beside the marks), group, share, low, high, sessions_share (0 to 1,
    NaN when withheld or not asked), survey and groups (both in words).
    """
    rows, ticks = [], []
    for group, part in table.groupby("group", sort=False):
        ticks.append(f"<b>{escaped(group)}</b>")
        for row in part.to_dict("records"):
            head = label(row["head"], 22)
            ticks.append(head)
            rows.append({**row, "at": len(ticks) - 1})
    middles, heights = stacked(ticks)
    shown = pd.DataFrame(rows, columns=[*table.columns, "at"])
    shown["y"] = [middles[at] for at in shown["at"]]
    survey, held = shown[shown["share"].notna()], shown[shown["sessions_share"].notna()]
    figure = go.Figure()
    figure.add_scatter(
        x=held["sessions_share"].astype(float), y=held["y"], mode="markers", name="Focus groups", cliponaxis=False,
        marker={"symbol": "diamond-open", "size": 12, "color": GREY, "line": {"width": 2.5, "color": GREY}},
        text=[escaped(text) for text in held["label"]], customdata=held[["groups"]].to_numpy(),
        hovertemplate="%{text}: %{customdata[0]} focus groups<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=survey["share"].astype(float), y=survey["y"], mode="markers", name="Survey", cliponaxis=False, marker={"color": BLUE, "size": 10},
        error_x=interval(survey["share"], survey["low"], survey["high"]),
        text=[escaped(text) for text in survey["label"]], customdata=survey[["survey"]].to_numpy(),
        hovertemplate="%{text}: %{customdata[0]} of respondents<extra></extra>",
    )  # fmt: skip
    for row in shown.to_dict("records"):
        if pd.isna(row["share"]) and pd.isna(row["sessions_share"]):
            figure.add_annotation(x=0.02, y=row["y"], text="nothing to show", showarrow=False, xanchor="left", font={"size": 12})
    figure.update_xaxes(
        range=[-0.04, 1.04],
        tickvals=[0, 0.25, 0.5, 0.75, 1],
        tickformat=".0%",
        showgrid=True,
        gridcolor=FAINT,
        zeroline=False,
    )
    figure.update_yaxes(tickvals=middles, ticktext=ticks, range=[sum(heights), 0], showgrid=False, zeroline=False, automargin=True)
    figure.update_yaxes(ticksuffix="  ", tickfont={"size": 13}, fixedrange=True)
    figure.update_xaxes(fixedrange=True)
    finish(figure, round(80 + sum(heights)), fictional)
    figure.update_layout(margin_t=72)
    figure.add_annotation(
        text="<b>●</b> survey, 95% interval<br><b>◇</b> focus groups", x=0, y=1, xref="paper", yref="paper", xanchor="left",
        yanchor="bottom", align="left", showarrow=False, font={"size": 12}, name="key", yshift=4,
    )  # fmt: skip
    return figure.update_annotations(selector={"name": "fictional"}, yshift=44)  # above the key
