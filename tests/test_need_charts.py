"""What the charts of need hold, read from the figures themselves."""

from __future__ import annotations

import pandas as pd

from oversight import charts, reasons, store
from tests.test_reasons import rows

INTERNAL = store.Viewer(audience="internal")


def test_bands_are_two_parts_that_add_up(sample):
    table = reasons.bands(store.ask("priority", INTERNAL, sample).table)
    figure = charts.bands(table, fictional=True)
    heard, silent = figure.data
    assert [a + b for a, b in zip(heard.x, silent.x, strict=True)] == table["pcns"].tolist()
    assert list(silent.x) == table["silent"].tolist()
    assert figure.layout.barmode == "stack"
    assert silent.text[3] == f"{table['pcns'][3]:,}<br>{table['silent'][3]:,} no reply"
    assert silent.text[0] == f"{table['pcns'][0]:,}"
    assert [t.replace("<br>", " ") for t in figure.layout.yaxis.ticktext] == table["label"].tolist()
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]  # the neediest on top
    assert "FICTIONAL" in [a.text for a in figure.layout.annotations]


def test_bands_for_sharing_have_no_silent_part():
    table = pd.DataFrame({"label": ["Clearly", "Cannot tell"], "pcns": [2, 9]})
    heard, silent = charts.bands(table).data
    assert (list(heard.x), list(silent.x), list(silent.text)) == ([2, 9], [0, 0], ["2", "9"])
    assert charts.bands(table).layout.annotations == ()


def test_needs_keep_the_order_show_intervals_and_leave_silent_dots_open():
    table = rows({"estimate": 0.7, "low": 0.5, "high": 0.8}, {"estimate": 0.4, "low": 0.1, "high": 0.9, "n": 0}, {"estimate": float("nan")})
    figure = charts.needs(table.assign(pcn=["A & <b>PCN</b> (F1)", "C PCN (F2)", "D PCN (F3)"]), "pcn")
    dots = figure.data[0]
    labels = [label.replace("<br>", " ") for label in dots.y]
    assert labels == ["C PCN (F2)", "A &amp; &lt;b&gt;PCN&lt;/b&gt; (F1)"]  # plotly draws upwards, and would take HTML for HTML
    assert list(dots.x) == [0.4, 0.7]
    assert list(dots.marker.symbol) == ["circle-open", "circle"]
    assert dots.marker.color == charts.BLUE  # one colour whatever the rank
    assert [round(x, 9) for x in dots.error_x.array] == [0.5, 0.1]
    assert [round(x, 9) for x in dots.error_x.arrayminus] == [0.3, 0.2]
    assert "England 33%" in [a.text for a in figure.layout.annotations]


def test_labels_of_two_lines_get_the_room_they_need():
    def height(name):
        return charts.needs(rows(*[{}] * 30).assign(pcn=[f"{name} ({i})" for i in range(30)]), "pcn").layout.height

    assert height("SANDPIPER CARTWRIGHT PRIMARY CARE NETWORK") >= 30 * 2 * charts.LINE_HEIGHT + 30 * 8
    assert height("SANDPIPER CARTWRIGHT PRIMARY CARE NETWORK") > height("ALDER")
