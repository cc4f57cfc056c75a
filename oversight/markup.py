"""Tables and other people's text, as HTML or Markdown that shows every mark as it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

import pandas as pd

SHORT = " class='short'"  # a cell that is never broken over lines: numbers, intervals


def plain(text: str) -> str:
    """Other people's text for a place that takes Markdown: every mark shows as it stands, on one line."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(text.split()))


def pretty(frame: pd.DataFrame, labels: Mapping[str, str], formats: Mapping[str, str]) -> pd.DataFrame:
    """The columns of ``labels`` under their readable names, numbers as people write them, empty as a dash."""
    shapes: dict[str, Callable[[Any], str]] = {
        "percent": lambda v: f"{100 * v:.0f}%",
        "one": lambda v: f"{v:,.1f}",
        "whole": lambda v: f"{v:,.0f}",
    }
    shown = {}
    for column, label in labels.items():
        if column in frame and not (column == "withheld" and (frame[column] == "").all()):
            shape = shapes.get(formats.get(column, ""), str)
            shown[label] = ["–" if pd.isna(v) or v == "" else shape(v) for v in frame[column]]
    return pd.DataFrame(shown)


def as_html(frame: pd.DataFrame, scrolls: bool = False) -> str:
    """A table of text as HTML: every cell shows as it stands, on one line of text. ``scrolls``: within a frame of its own."""
    head = "".join(f"<th scope='col'>{escape(str(name))}</th>" for name in frame.columns)
    cells = [[" ".join(str(cell).split()) for cell in row] for row in frame.itertuples(index=False)]
    rows = ("".join(f"<td{SHORT if len(text) <= 14 else ''}>{escape(text)}</td>" for text in row) for row in cells)
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    frame_of = "<div class='rows scrolls' tabindex='0'>" if scrolls else "<div class='rows'>"  # the keyboard must reach what scrolls
    return f"{frame_of}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def listing(names: Iterable[str], texts: Iterable[str]) -> str:
    """Markdown with a paragraph per name and other people's text about it."""
    return "\n\n".join(f"**{plain(name)}.** {plain(text)}" for name, text in zip(names, texts, strict=True))
