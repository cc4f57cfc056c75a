"""What all figures share: labels that wrap and show other people's text as it stands, rows as high as their labels."""

from __future__ import annotations

from html import unescape

import pandas as pd
from hypothesis import given
from hypothesis import strategies as some

from oversight.charts import look

TEXTS = some.text(alphabet="ab &<>\"';", max_size=80)


@given(TEXTS, some.integers(1, 40))
def test_no_line_of_a_label_ends_inside_an_escape(text: str, width: int) -> None:
    lines = look.label(text, width).split("<br>")
    assert not any("<" in line or ">" in line for line in lines)
    read = [unescape(line) for line in lines]
    assert "".join("".join(read).split()) == "".join(text.split())
    assert [look.escaped(line) for line in read] == lines  # every line is whole by itself
    assert not text.strip() or max(len(line) for line in read) <= width


def test_a_label_is_as_wide_as_it_looks() -> None:
    """An ampersand takes the room of one character, not of its escape."""
    assert look.label("R & D & E & F", 13) == "R &amp; D &amp; E &amp; F"
    assert look.label("Safeguarding & mental health", 14) == "Safeguarding &amp;<br>mental health"


@given(some.lists(TEXTS, max_size=6))
def test_rows_lie_one_below_the_other(texts: list[str]) -> None:
    middles, heights = look.stacked([look.label(text, 12) for text in texts])
    edges = [0, *pd.Series(heights, dtype=float).cumsum()]
    assert all(low < middle < high for low, middle, high in zip(edges, middles, edges[1:], strict=False))
    assert look.lines_of([look.label(text, 12) for text in texts]) == max((h - look.ROW_HEIGHT for h in heights), default=0) // 14 + 1


def test_an_interval_is_drawn_from_its_low_to_its_high_end() -> None:
    nothing = float("nan")
    bar = look.interval(pd.Series([0.5, nothing]), pd.Series([0.4, nothing]), pd.Series([0.75, nothing]))
    assert bar["array"] == [0.25, 0] and [round(v, 9) for v in bar["arrayminus"]] == [0.1, 0]
