"""Charts of challenges and elements: what is in the figures."""

from __future__ import annotations

import pandas as pd
import pytest

from oversight import charts
from oversight.settings import ROOT

NAN = float("nan")
ROWS = pd.DataFrame(
    {
        "label": ["Caseload", "A label that needs more than one line", "Redeployment"],
        "share": [0.4, 0.2, NAN], "low": [0.3, 0.1, NAN], "high": [0.5, 0.3, NAN], "england": [0.34, NAN, 0.07],
    }
)  # fmt: skip


def texts(figure: object) -> list[str]:
    return [a.text for a in figure.layout.annotations]  # type: ignore[attr-defined]


def test_versus_draws_every_interval_and_a_mark_only_beside_a_share() -> None:
    figure = charts.versus(ROWS, other_name="England")
    dots, marks = figure.data
    assert dict(zip(dots.y, dots.x, strict=True)) == {"Caseload": 0.4, "A label that needs more<br>than one line": 0.2}
    assert dots.error_x.array == pytest.approx((0.1, 0.1))
    assert dots.error_x.arrayminus == pytest.approx((0.1, 0.1))
    assert (list(marks.y), list(marks.x)) == (["Caseload"], [0.34])
    assert "too few to show" in texts(figure)
    assert "<b>|</b> England" in texts(figure)
    assert figure.layout.yaxis.categoryarray[-1] == "Caseload"  # the table's first row is on top


def test_versus_has_room_for_the_longest_interval_and_no_key_without_marks() -> None:
    figure = charts.versus(ROWS.assign(england=None))
    assert len(figure.data) == 1
    assert not any("England" in text for text in texts(figure))
    low, high = figure.layout.xaxis.range
    assert low == 0
    assert 0.5 < high < 0.7
    assert charts.versus(ROWS.assign(high=0.99)).layout.xaxis.range[1] == 1


def test_versus_reads_no_label_as_html() -> None:
    figure = charts.versus(ROWS.assign(label=["<b>x</b>", "y", "z"]))
    assert figure.data[0].y[-1] == figure.data[1].y[0] == "&lt;b&gt;x&lt;/b&gt;"


def test_grid_holds_every_share_in_the_tables_order_and_a_dash_for_what_is_withheld() -> None:
    table = pd.DataFrame(
        {"label": ["Caseload", "Caseload", "Isolation", "Isolation"], "name": ["England", "North"] * 2, "share": [0.4, 0.3, 0.2, NAN]}
    )
    figure = charts.grid(table, fictional=True)
    heat = figure.data[0]
    assert (list(heat.x), list(heat.y)) == (["England", "North"], ["Caseload", "Isolation"])
    assert [list(row)[: 2 - i] for i, row in enumerate(heat.z)] == [[0.4, 0.3], [0.2]]
    dash = next(a for a in figure.layout.annotations if a.text == "–")
    assert (dash.x, dash.y) == ("North", "Isolation")
    assert "FICTIONAL" in texts(figure)
    assert figure.layout.yaxis.autorange == "reversed"


def test_a_bar_of_no_length_still_says_its_number() -> None:
    table = pd.DataFrame({"label": ["a", "b", "c"], "n": [2, 0, NAN], "words": ["2 of 2", "0 of 2", ""]})
    bar = charts.counts(table, name="label", value="n", text="words").data[0]
    assert list(bar.text) == ["2 of 2", "0 of 2", "too few to show"]
    assert list(bar.textposition) == ["auto", "outside", "outside"]


def test_the_style_sheet_holds_no_angle_bracket_before_a_letter() -> None:
    """Streamlit's sanitiser drops a style sheet that seems to hold a tag, all of it and silently."""
    text = (ROOT / "oversight" / "style.css").read_text(encoding="utf-8")
    assert "<" not in text
