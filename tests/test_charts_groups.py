"""The grid of two dimensions: what is coloured, marked, dashed, and in which order."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from oversight import charts

NAN = float("nan")
TABLE = pd.DataFrame(
    [
        ("Midlands", "The PCN", 0.6, 0.5, 0.7, 90, "higher"),
        ("Midlands", "A <council>", 1.0, 0.2, 1.0, 2, "higher"),
        ("London", "A <council>", NAN, NAN, NAN, NAN, ""),
        ("London", "The PCN", 0.3, 0.2, 0.4, 80, "lower"),
        ("Devon & more", "The PCN", 0.5, 0.4, 0.6, 85, "similar"),
    ],
    columns=["region", "employer", "share", "low", "high", "answered", "verdict"],
)


def test_rows_and_columns_keep_their_order_and_cells_their_words() -> None:
    figure = charts.cells(TABLE, row="region", column="employer", columns=["The PCN", "A <council>"], fictional=True)
    firm, loose, words = figure.data
    assert [list(line) for line in firm.text] == [["60% ▲", ""], ["30% ▼", ""], ["50%", ""]]
    assert [[None if math.isnan(v) else v for v in line] for line in firm.z] == [[0.6, None], [0.3, None], [0.5, None]]
    assert list(figure.layout.xaxis.ticktext) == ["The PCN", "A &lt;council&gt;"]
    assert list(figure.layout.yaxis.ticktext) == ["Midlands", "London", "Devon &amp; more"]
    # two answers have their number without colour and without a mark, a withheld or missing cell a dash
    assert list(zip(words.x, words.y, words.text, strict=True)) == [(1, 0, "100%"), (1, 1, "–"), (1, 2, "–")]
    assert len({colour for _, colour in loose.colorscale}) == 1
    assert "too few to show" in firm.hovertext[1][1] and "(50% to 70%)" in firm.hovertext[0][0]
    assert any(a.text == "FICTIONAL" for a in figure.layout.annotations)


def test_a_grid_of_nothing_that_may_be_shown_is_still_a_grid() -> None:
    hidden = TABLE.assign(share=NAN, low=NAN, high=NAN, answered=NAN, verdict="")
    figure = charts.cells(hidden, row="region", column="employer", columns=["The PCN", "A <council>"])
    assert set(figure.data[2].text) == {"–"}
    assert all(math.isnan(v) for line in figure.data[0].z for v in line)


@pytest.mark.parametrize(
    ("numbers", "reach"), [([0.08, 0.2], 0.3), ([0.5], 0.6), ([0.96], 1.0), ([1.0], 1.0), ([], 1.0), ([NAN], 1.0), ([0.0], 0.1)]
)
def test_an_axis_reaches_a_little_beyond_the_largest_number(numbers: list[float], reach: float) -> None:
    assert charts.room(numbers) == pytest.approx(reach)
