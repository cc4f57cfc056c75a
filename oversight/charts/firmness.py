"""How firm a ranking is: how many of the K stay under each check."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from oversight.charts.look import BLUE, FAINT, GREY, PALE, annotate, escaped, finish, label, stacked

#: A label breaks sooner than elsewhere: on a narrow screen the numbers beside the dots need the room.
_NARROW = 20


def overlaps(table: pd.DataFrame, *, fictional: bool = False) -> go.Figure:
    """How many of the K PCNs stay, check by check in the table's order, under headings: dots from none to all, with their numbers.

    ``table``: label, group (its heading), same, k, same_low, same_high (their range where there are several draws, else missing), text
    (the number in words) and finding, true where the dot is blue.
    """
    rows: list[tuple[str, dict[str, Any]]] = []
    for group, part in table.groupby("group", sort=False):
        rows.append((f"<b>{label(group, _NARROW)}</b>", {}))
        rows += [(label(row["label"], _NARROW), row) for row in part.to_dict("records")]  # type: ignore[misc]
    places, heights = stacked([text for text, _ in rows])
    most = int(table["k"].max()) if len(table) else 0
    drawn = [(at, row) for at, (_, row) in zip(places, rows, strict=True) if row]
    spans = [(at, row) for at, row in drawn if not pd.isna(row["same_low"])]
    figure = go.Figure()
    figure.add_scatter(
        x=[end for _, row in spans for end in (float(row["same_low"]), float(row["same_high"]), None)],
        y=[at for at, _ in spans for _ in range(3)], mode="lines", line={"color": PALE, "width": 4}, connectgaps=False, hoverinfo="skip",
    )  # fmt: skip
    for finding, colour in ((False, GREY), (True, BLUE)):
        marks = [(at, row) for at, row in drawn if bool(row["finding"]) == finding]
        figure.add_scatter(
            x=[int(row["same"]) for _, row in marks], y=[at for at, _ in marks], mode="markers", marker={"color": colour, "size": 11},
            text=[escaped(f"{row['label']}: {row['text']}") for _, row in marks], hovertemplate="%{text}<extra></extra>",
        )  # fmt: skip
    notes = []
    for at, row in drawn:
        left = row["same"] > most / 2  # on the side where there is room, even on a narrow screen
        end = row["same"] if pd.isna(row["same_low"]) else row["same_low" if left else "same_high"]
        said = f"<b>{escaped(row['text'])}</b>" if row["finding"] else escaped(row["text"])
        side = {"xanchor": "right", "xshift": -9} if left else {"xanchor": "left", "xshift": 9}
        notes.append({"x": int(end), "y": at, "text": said, "font": {"size": 12}, **side})
    annotate(figure, notes)
    tall = max(sum(heights), 1)
    figure.update_xaxes(range=[-0.02 * most, 1.06 * most or 1], showgrid=True, gridcolor=FAINT, zeroline=False, fixedrange=True)
    figure.update_xaxes(tickvals=sorted({0, round(most / 2), most}), tickangle=0)
    figure.update_yaxes(tickvals=places, ticktext=[text for text, _ in rows], range=[tall, 0], zeroline=False, showgrid=False)
    figure.update_yaxes(fixedrange=True, automargin=True, ticksuffix="  ", tickfont={"size": 13})
    finish(figure, 60 + tall, fictional)
    return figure.update_layout(margin_t=28)
