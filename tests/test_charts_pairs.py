"""Charts of themes together, then and now, and of coders: what is in the figures."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from oversight import charts

NAN = float("nan")
PAIRS = pd.DataFrame(
    {
        "theme": ["a", "a", "b", "a"], "other": ["b", "c", "c", "d"], "label": ["Alpha", "Alpha", "Beta", "Alpha"],
        "other_label": ["Beta", "<Gamma>", "<Gamma>", "Delta"], "phi": [0.42, -0.004, -0.2, NAN], "jaccard": [0.5, 0.1, 0.02, NAN],
        "a": [12, 3, 1, NAN], "verdict": ["higher", "similar", "lower", ""], "words": ["one", "two", "three", "four"],
    }
)  # fmt: skip
ORDER = ["b", "a", "c", "d"]


def marks(figure: object) -> dict[tuple[str, str], dict]:
    """Every square by its pair: where it stands, what it says, and its frame."""
    found = {}
    for trace in figure.data:  # type: ignore[attr-defined]
        for i, pair in enumerate(trace.customdata if trace.customdata is not None else []):
            text = trace.text[i] if trace.text is not None else None
            width = trace.marker.line.width[i]
            found[tuple(pair)] = {
                "at": (trace.x[i], trace.y[i]),
                "text": text,
                "frame": width,
                "hover": trace.hovertext[i],
                "size": trace.marker.size,
            }
    return found


def test_every_pair_is_one_square_below_the_diagonal_with_its_number() -> None:
    found = marks(charts.pairs(PAIRS, ORDER, "phi"))
    assert {pair: mark["at"] for pair, mark in found.items()} == {
        ("a", "b"): (0, 1),
        ("a", "c"): (1, 2),
        ("b", "c"): (0, 2),
        ("a", "d"): (1, 3),
    }
    assert {pair: mark["text"] for pair, mark in found.items()} == {
        ("a", "b"): "<b>0.42</b>", ("a", "c"): "0.00", ("b", "c"): "<b>−0.20</b>", ("a", "d"): None,
    }  # fmt: skip
    assert {pair for pair, mark in found.items() if mark["frame"]} == {("a", "b"), ("b", "c")}
    assert found["a", "d"]["size"] < found["a", "b"]["size"]  # not judged: small, and still to click
    assert found["b", "c"]["hover"] == "three"


@pytest.mark.parametrize(("value", "said"), [("jaccard", "<b>50%</b>"), ("a", "<b>12</b>")])
def test_the_other_measures_stand_in_the_same_squares(value: str, said: str) -> None:
    assert marks(charts.pairs(PAIRS, ORDER, value))["a", "b"]["text"] == said


def test_squares_can_be_selected_and_do_not_fade() -> None:
    figure = charts.pairs(PAIRS, ORDER, "phi", chosen=("c", "a"), fictional=True)
    assert figure.layout.clickmode == "event+select"
    squares = [t for t in figure.data if t.customdata is not None]
    assert all(t.type == "scatter" for t in squares)  # Streamlit tells nothing of the cells of a heatmap
    assert all(t.unselected.marker.opacity == 1 for t in squares)
    (ring,) = (t for t in figure.data if t.name == "chosen")
    assert (list(ring.x), list(ring.y)) == ([1], [2])
    assert "FICTIONAL" in [a.text for a in figure.layout.annotations]
    assert not [t for t in charts.pairs(PAIRS, ORDER, "phi").data if t.name == "chosen"]


def test_names_stand_on_the_diagonal_as_text_and_not_as_html() -> None:
    (names,) = (t for t in charts.pairs(PAIRS, ORDER, "phi").data if t.name == "names")
    assert list(names.text) == ["Beta", "Alpha", "&lt;Gamma&gt;", "Delta"]
    assert list(names.y) == [0, 1, 2, 3]


def test_a_matrix_of_nothing_judged_or_withheld_can_be_drawn() -> None:
    empty = PAIRS.assign(phi=NAN, a=NAN, verdict=None)
    figure = charts.pairs(empty, ORDER, "a")
    assert all(mark["text"] is None for mark in marks(figure).values())
    json.loads(figure.to_json())


CHANGE = pd.DataFrame(
    {
        "label": ["Caseload", "Isolation", "Hidden"], "share1": [0.3, 0.2, NAN], "share2": [0.2, 0.21, NAN],
        "difference": [-0.1, 0.01, NAN], "low": [-0.16, -0.04, NAN], "high": [-0.04, 0.06, NAN], "verdict": ["lower", "similar", ""],
    }
)  # fmt: skip


def test_the_bar_behind_a_dot_covers_the_ring_only_where_there_is_no_clear_change() -> None:
    figure = charts.then_and_now(CHANGE, "Spring", "Autumn", fictional=True)
    bars = next(t for t in figure.data if t.error_x.array is not None)
    ends = {y: (x - m, x + p) for x, y, m, p in zip(bars.x, bars.y, bars.error_x.arrayminus, bars.error_x.array, strict=True)}
    assert ends["Caseload"] == pytest.approx((0.14, 0.26))  # 0.3 less 0.16 to 0.04
    assert ends["Isolation"] == pytest.approx((0.16, 0.26))
    ring, dot = (next(t for t in figure.data if t.name == name) for name in ("share1", "share2"))
    for y, x in zip(ring.y, ring.x, strict=True):
        low, high = ends[y]
        assert (low <= x <= high) == (CHANGE.set_index("label")["verdict"][y] == "similar")
    assert dict(zip(dot.y, dot.x, strict=True)) == {"Caseload": 0.2, "Isolation": 0.21}
    assert figure.layout.yaxis.categoryarray[-1] == "Caseload"
    texts = [a.text for a in figure.layout.annotations]
    assert "too few to show" in texts and "○ Spring   ● Autumn" in texts and "FICTIONAL" in texts


def test_alphas_stand_against_both_lines_and_what_cannot_be_told_says_so() -> None:
    rows = pd.DataFrame({"label": ["Caseload", "Isolation", "Career"], "alpha": [0.9, -0.2, NAN], "words": ["a", "b", "c"]})
    figure = charts.alphas(rows, 0.8, 0.667)
    dots = figure.data[0]
    assert dict(zip(dots.y, dots.x, strict=True)) == {"Caseload": 0.9, "Isolation": -0.2}
    assert sorted(shape.x0 for shape in figure.layout.shapes) == [0.667, 0.8]
    assert {"firm", "tentative", "cannot be told"} <= {a.text for a in figure.layout.annotations}
    assert figure.layout.xaxis.range[0] < -0.2


def test_a_grid_may_hold_words_in_place_of_shares() -> None:
    table = pd.DataFrame({"label": ["Caseload", "Caseload"], "name": ["North", "S<"], "part": [0.5, NAN], "words": ["1 of 2", ""]})
    heat = charts.grid(table, value="part", words="words").data[0]
    assert list(heat.text[0]) == ["1 of 2", ""]
    assert heat.texttemplate == "%{text}"
    assert list(heat.x) == ["North", "S&lt;"]
