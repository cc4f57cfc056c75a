"""The one look of every figure: colours, sizes, font, the word FICTIONAL, and labels that wrap."""

from __future__ import annotations

import hashlib
import html
import pickle
import textwrap
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, wraps
from typing import Any

import pandas as pd
import plotly.graph_objects as go

# Marks stand out at least 3 to 1 on the light and on the dark background of .streamlit/config.toml (a test holds that).
BLUE, GREY, PALE = "#0072CE", "#768692", "#87949D"
#: Words on a light area, the ground of an area that is withheld, and lines that only help the eye.
DARK, WITHHELD, FAINT = "#212B32", "#D8DDE0", "rgba(118,134,146,0.25)"
#: A bar to compare with: grey, and dark enough for the white words inside it.
CONTEXT = "#66757F"
ROW_HEIGHT, LINE_HEIGHT, LABEL_WIDTH = 28, 14, 26
FONT = {"family": "Frutiger, Arial, sans-serif", "size": 14}

#: Light to dark blue, even in lightness; white text is legible on the darker half, dark text on the lighter.
SEQUENTIAL: list[tuple[float, str]] = [
    (0.0, "#EAF2FA"), (0.25, "#BBD6EF"), (0.5, "#8AB8E0"), (0.5001, "#3578BF"), (0.75, "#1D5CA6"), (1.0, "#003087"),
]  # fmt: skip


def finish(figure: go.Figure, height: int, fictional: bool, **layout: Any) -> go.Figure:
    """One look for every figure; fictional data says so inside the figure, where a copy of it cannot lose the word."""
    figure.update_layout(
        height=height,
        minreducedheight=20,  # else plotly cuts off what stands above and below a chart of one row
        margin={"l": 8, "r": 12, "t": 28 if fictional else 8, "b": 8},
        font=FONT,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        showlegend=False,
        hoverlabel={"font": FONT},
        dragmode=False,
        overwrite=True,  # to merge each of these into what is there costs as much as the rest of a figure
        **layout,
    )
    if fictional:
        figure.add_annotation(
            text="FICTIONAL", xref="paper", yref="paper", x=1, y=1, xanchor="right", yanchor="bottom", showarrow=False,
            font={"size": 12}, name="fictional", yshift=11,  # above the name of a line of comparison
        )  # fmt: skip
    return figure


def annotate(figure: go.Figure, notes: Iterable[Mapping[str, Any]]) -> go.Figure:
    """All of a figure's notes in one step: plotly checks every note anew for each one that is added by itself."""
    figure.layout.annotations = (*figure.layout.annotations, *({"showarrow": False, **note} for note in notes))
    return figure


def line_at(figure: go.Figure, share: float | None, name: str, text: str = "") -> go.Figure:
    """A dotted line for the share to compare with, on top its name and number, or ``text``; nothing where there is none."""
    if share is None or pd.isna(share):
        return figure
    dotted = {"color": GREY, "width": 1.5, "dash": "dot"}
    figure.layout.shapes = (
        *figure.layout.shapes,
        {"type": "line", "x0": share, "x1": share, "xref": "x", "y0": 0, "y1": 1, "yref": "paper", "line": dotted},
    )
    above = {"x": share, "y": 1, "yref": "paper", "yanchor": "bottom", "font": {"size": 12}}
    return annotate(figure, [{"text": text or f"{name} {share:.0%}", **above}])


def raised(figure: go.Figure) -> go.Figure:
    """The word FICTIONAL above the name of a line of comparison: a narrow picture has no room for both side by side."""
    figure.update_layout(height=figure.layout.height + 10, margin_t=38)
    return figure.update_annotations(selector={"name": "fictional"}, yshift=24)


class _Call:
    """A call by its content: two that pickle to the same bytes draw the same."""

    def __init__(self, draw: Callable[..., go.Figure], args: tuple[Any, ...], named: dict[str, Any]) -> None:
        self.draw, self.args, self.named = draw, args, named
        content = pickle.dumps((draw.__module__, draw.__name__, args, sorted(named.items())), protocol=5)
        self.digest = hashlib.sha256(content).digest()

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Call) and self.digest == other.digest

    def figure(self) -> go.Figure:
        """The figure, drawn; what it was drawn from is let go, so that a kept call stays small."""
        figure = self.draw(*self.args, **self.named)
        self.args, self.named = (), {}
        return figure


@lru_cache(maxsize=128)
def _drawn(call: _Call) -> go.Figure:
    return call.figure()


def remembered(draw: Callable[..., go.Figure]) -> Callable[..., go.Figure]:
    """``draw`` with its last figures kept: a figure costs more than the query behind it. Nobody may change a figure given out."""

    @wraps(draw)
    def kept(*args: Any, **named: Any) -> go.Figure:
        return _drawn(_Call(draw, args, named))

    return kept


def escaped(text: object) -> str:
    """Other people's text for a figure, where plotly reads tags: it shows as it stands."""
    return html.escape(str(text), quote=False)


def label(text: object, width: int = LABEL_WIDTH) -> str:
    """A label over as many lines as it needs, so that a narrow screen keeps room for the picture.

    It is broken first and escaped then: else a line could end inside an escape such as ``&amp;``.
    """
    return "<br>".join(escaped(line) for line in textwrap.wrap(str(text), width)) or escaped(text)


def lines_of(labels: Iterable[str]) -> int:
    """How many lines the longest of the labels takes."""
    return max((text.count("<br>") + 1 for text in labels), default=1)


def stacked(labels: Iterable[str]) -> tuple[list[float], list[int]]:
    """Rows as high as their labels: where each has its middle, in pixels from the first one's edge, and how high it is."""
    heights = [ROW_HEIGHT + LINE_HEIGHT * text.count("<br>") for text in labels]
    return [sum(heights[:i]) + height / 2 for i, height in enumerate(heights)], heights


def interval(value: pd.Series, low: pd.Series, high: pd.Series, thickness: float = 3) -> dict[str, Any]:
    """The error bar of ``value`` from ``low`` to ``high``; of no length where there is no interval."""
    value, low, high = (column.astype(float) for column in (value, low, high))
    return {
        "type": "data", "symmetric": False, "array": (high - value).fillna(0).tolist(),
        "arrayminus": (value - low).fillna(0).tolist(), "color": PALE, "thickness": thickness, "width": 0,
    }  # fmt: skip
