"""The contract as a whole: combinations of missing elements, and two sides on one line."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from oversight.charts.look import BLUE, FAINT, GREY, escaped, finish, interval, label

_ROW, _HEAD = 34, 8
#: What a respondent is said to be of an element -> mark, its size, its colour. The shape tells it, not the colour.
_MARKS: Mapping[str, tuple[str, int, str]] = {
    "missing": ("x", 11, BLUE),
    "has": ("circle", 8, GREY),
    "not asked": ("line-ew-open", 9, GREY),
}


def combinations(table: pd.DataFrame, heads: Mapping[str, str], *, fictional: bool = False) -> go.Figure:
    """Combinations in the table's order: on the left which elements each lacks, on the right how many that are, with interval and n.

    ``table``: share, low, high (0 to 1, NaN when withheld), words (the number beside its bar), label (for who points at it), state
    (known or open), and for each of ``heads`` (column -> its name over the matrix) "has", "missing", "not asked" or "".
    """
    figure = go.Figure()
    rows, columns = range(len(table)), list(heads)
    for kind, (symbol, size, colour) in _MARKS.items():
        spots = [(x, y) for y in rows for x, name in enumerate(columns) if table[name].iloc[y] == kind]
        figure.add_scatter(
            x=[x for x, _ in spots], y=[y for _, y in spots], mode="markers", name=kind, hoverinfo="skip",
            marker={"symbol": symbol, "size": size, "color": colour, "line": {"width": 2 if kind == "not asked" else 0, "color": colour}},
        )  # fmt: skip
    for y in rows:
        if not any(table[name].iloc[y] for name in columns):
            text = label(table["label"].iloc[y], 14 if len(columns) < 4 else 24)
            figure.add_annotation(x=(len(columns) - 1) / 2, y=y, text=text, showarrow=False, font={"size": 11})
    top = _shares(figure, table)
    narrow = len(columns) > 3
    names = [label(text, 17) for text in heads.values()]
    lines = 6.4 * max((len(line) for text in names for line in text.split("<br>")), default=0)  # upright: as tall as their longest line
    figure.update_layout(
        xaxis={"domain": [0, 0.46], "range": [-0.6, len(columns) - 0.4]},
        xaxis2={"domain": [0.5, 1], "range": [-0.03 * top, 1.75 * top], "visible": False, "fixedrange": True},
    )
    figure.update_xaxes(
        selector={"anchor": None}, side="top", tickvals=list(range(len(columns))), ticktext=names, tickangle=-90,
        tickfont={"size": 11}, showgrid=False, zeroline=False, fixedrange=True,
    )  # fmt: skip
    figure.update_xaxes(selector=lambda axis: axis.plotly_name == "xaxis2", visible=False)
    figure.update_yaxes(visible=False, range=[len(rows) - 0.4, -0.6], fixedrange=True)
    figure.add_annotation(
        text="<b>✕</b> missing   ● has" + ("   – does not apply" if narrow else ""), x=1, y=1, xref="paper", yref="paper", xanchor="right",
        yanchor="bottom", showarrow=False, font={"size": 12}, name="key", yshift=_HEAD,
    )  # fmt: skip
    finish(figure, round(_ROW * max(len(rows), 1) + lines + 40), fictional)
    figure.update_layout(margin_t=round(lines) + 32)
    return figure.update_annotations(selector={"name": "fictional"}, yshift=30)


def _shares(figure: go.Figure, table: pd.DataFrame) -> float:
    """The right half: a stem, a dot with its interval and the number in words for every row. Returns the highest end of an interval."""
    rows, shares, highs = list(range(len(table))), table["share"].astype(float), table["high"].astype(float)
    stems = [(x, y) for y, share in enumerate(shares.fillna(0)) for x in (0.0, share, None)]
    figure.add_scatter(
        x=[x for x, _ in stems], y=[y for _, y in stems], xaxis="x2", mode="lines", line={"color": GREY, "width": 1}, hoverinfo="skip"
    )
    symbols = ["circle-open" if state == "open" else "circle" for state in table["state"]]
    figure.add_scatter(
        x=shares, y=rows, xaxis="x2", name="share", mode="markers",
        marker={"color": BLUE, "size": 10, "symbol": symbols, "line": {"width": 2}}, error_x=interval(shares, table["low"], highs),
        customdata=[escaped(text) for text in table["label"]], hovertemplate="%{customdata}: %{x:.0%}<extra></extra>",
    )  # fmt: skip
    for y, (words, high) in enumerate(zip(table["words"], highs, strict=True)):
        beside = escaped(words).replace("\n", "<br>") or "withheld"
        figure.add_annotation(
            x=0 if pd.isna(high) else high, y=y, xref="x2", text=beside, align="left", showarrow=False, xanchor="left", xshift=6,
            font={"size": 12},
        )  # fmt: skip
    return float(highs.max()) if highs.notna().any() else 1.0


def sides(table: pd.DataFrame, *, fictional: bool = False) -> go.Figure:
    """Several roles' shares of each item on one line, each with its interval and its own mark; the roles are named over their marks.

    ``table``: label (in the order shown), role, who (its name), share, low, high (0 to 1, NaN when withheld).
    """
    figure = go.Figure()
    labels = list(dict.fromkeys(table["label"]))
    shown = [label(text) for text in labels]
    roles = list(dict.fromkeys(table["role"]))
    symbols = {
        role: (("circle", BLUE) if role == "splw" else (("diamond-open", "square-open")[(i - 1) % 2], GREY)) for i, role in enumerate(roles)
    }
    height, offsets = 62, {role: (i - (len(roles) - 1) / 2) * 0.24 for i, role in enumerate(roles)}
    for role in roles:
        rows = table[(table["role"] == role) & table["share"].notna()]
        symbol, colour = symbols[role]
        name = str(table.loc[table["role"] == role, "who"].iloc[0])
        figure.add_scatter(
            x=rows["share"].astype(float), y=[labels.index(text) + offsets[role] for text in rows["label"]], mode="markers", name=name,
            marker={"symbol": symbol, "size": 10, "color": colour, "line": {"width": 2, "color": colour}},
            error_x=interval(rows["share"], rows["low"], rows["high"], 2.5),
            customdata=rows[["low", "high"]].to_numpy(),
            hovertemplate=escaped(name) + ": %{x:.0%} (%{customdata[0]:.0%} to %{customdata[1]:.0%})<extra></extra>",
        )  # fmt: skip
    for y, text in enumerate(labels):
        if table.loc[table["label"] == text, "share"].isna().all():
            figure.add_annotation(x=0.02, y=y, text="too few to show", showarrow=False, xanchor="left", font={"size": 12})
    glyphs = {"circle": "●", "diamond-open": "◇", "square-open": "□"}
    key = "   ".join(f"{glyphs[symbols[r][0]]} {escaped(table.loc[table['role'] == r, 'who'].iloc[0])}" for r in roles)
    figure.add_annotation(
        text=key, x=1, y=1, xref="paper", yref="paper", xanchor="right", yanchor="bottom", showarrow=False, font={"size": 12}, name="key"
    )
    figure.update_xaxes(range=[0, 1], tickformat=".0%", showgrid=True, gridcolor=FAINT, zeroline=False, fixedrange=True)
    figure.update_yaxes(
        tickvals=list(range(len(labels))), ticktext=shown, range=[len(labels) - 0.5, -0.5], fixedrange=True, automargin=True,
        ticksuffix="  ", showgrid=False, zeroline=False, tickfont={"size": 13},
    )  # fmt: skip
    finish(figure, 80 + height * max(len(labels), 1), fictional)
    figure.update_layout(margin_t=52)
    return figure.update_annotations(selector={"name": "fictional"}, yshift=26)
