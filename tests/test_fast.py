"""What makes a repaint fast changes nothing of what is shown."""

from __future__ import annotations

import re
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html import unescape

import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight import charts, settings, store, ui
from oversight.charts import look, shares
from oversight.disclosure import hiding
from oversight.settings import ROOT
from tests.conftest import read_html

ROWS = pd.DataFrame({"name": ["A", "B"], "share": [0.4, 0.6], "low": [0.3, 0.5], "high": [0.5, 0.7]})


def test_a_figure_is_drawn_once_for_the_same_content() -> None:
    look._drawn.cache_clear()
    first = charts.dots(ROWS, reference=0.5)
    assert charts.dots(ROWS.copy(), reference=0.5) is first
    assert first.to_json() == shares.dots(ROWS, reference=0.5).to_json()
    for other in (charts.dots(ROWS, reference=0.4), charts.dots(ROWS, reference=0.5, keep_order=True), charts.dots(ROWS.assign(low=0.1))):
        assert other is not first and other.to_json() != first.to_json()
    assert charts.dots(ROWS, reference=0.5, fictional=True).layout.annotations != first.layout.annotations


def test_every_chart_of_the_room_is_remembered_and_nothing_else() -> None:
    drawn = {name for name in charts.__all__ if hasattr(getattr(charts, name), "__wrapped__")}
    assert {"dots", "tiles", "counts", "grid", "bands", "versus"} <= drawn
    assert not drawn & {"finish", "label"}  # finish changes the figure it is given
    look._drawn.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        figures = list(pool.map(lambda i: charts.dots(ROWS, reference=0.1 * (i % 4)), range(32)))
    assert [f.layout.shapes[0].x0 for f in figures] == [0.1 * (i % 4) for i in range(32)]


def test_charts_that_build_on_others_leave_those_alone() -> None:
    before = charts.dots(ROWS, keep_order=True).to_json()
    charts.versus(ROWS.assign(label=ROWS["name"], england=0.5))
    assert charts.dots(ROWS, keep_order=True).to_json() == before


def test_pages_never_change_a_figure() -> None:
    for path in [*(ROOT / "pages").rglob("*.py"), ROOT / "oversight" / "ui.py"]:
        text = path.read_text(encoding="utf-8")
        assert not any(word in text for word in (".update_layout", ".update_traces", ".add_annotation", ".add_scatter", ".layout.")), (
            path.name
        )


def test_notes_are_added_after_those_that_are_there() -> None:
    figure = go.Figure().add_annotation(text="first", x=0, y=0)
    look.annotate(figure, ({"text": text, "x": 1, "y": 1} for text in ("second", "third")))
    assert [a.text for a in figure.layout.annotations] == ["first", "second", "third"]
    assert [a.showarrow for a in figure.layout.annotations] == [None, False, False]
    assert look.annotate(go.Figure(), []).layout.annotations == ()


CELLS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=12)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5), st.booleans())
def test_a_table_shows_other_peoples_words_as_they_stand(rows: list[tuple[str, str]], scrolls: bool) -> None:
    html = ui.as_html(pd.DataFrame(rows, columns=["One & all", "<b>Two</b>"]), scrolls)
    assert list(read_html(html).columns) == ["One & all", "<b>Two</b>"]
    assert [tuple(row) for row in read_html(html).to_numpy()] == [tuple(" ".join(cell.split()) for cell in row) for row in rows]
    bare = html
    own = "div class='rows( scrolls' tabindex='0)?'|/div|/?table|/?thead|/?tbody|/?tr|th scope='col'|/th|/td|td( class='short')?"
    bare = re.sub(f"<({own})>", "", bare)
    assert "<" not in bare and ">" not in bare and unescape(bare).startswith("One & all")
    assert ("tabindex" in html) == scrolls  # what scrolls can be reached by keyboard


def test_an_answer_is_kept_for_each_viewer_and_each_set_of_rules(sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = store.ask("coverage", store.Viewer(), sample).table
    inside = store.ask("coverage", store.Viewer(audience="internal"), sample).table
    london = store.ask("coverage", store.Viewer(frozenset({"Y56"})), sample).table
    assert shared["share"].isna().sum() > inside["share"].isna().sum() == 0
    assert set(london.loc[london["level"] == "icb", "region_code"]) == {"Y56"}
    strict = replace(settings.settings(), min_respondents=10_000)
    monkeypatch.setattr(hiding, "settings", lambda: strict)
    monkeypatch.setattr(store, "settings", lambda: strict)
    assert store.ask("coverage", store.Viewer(), sample).table["share"].isna().all()


def test_warming_up_asks_nothing_of_an_empty_folder_and_opens_a_full_one(
    sample: store.Snapshot, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OVERSIGHT_SNAPSHOTS", str(tmp_path))
    store.warm()
    monkeypatch.setenv("OVERSIGHT_SNAPSHOTS", str(sample.path.parent))
    store._computed.cache_clear()
    store._seen.cache_clear()
    store.warm()
    asked = store._computed.cache_info().misses
    store.ask("coverage", store.Viewer(audience="internal"), sample)
    assert store._computed.cache_info().misses == asked > 0


def test_no_sweep_of_memory_stands_between_a_run_and_its_charts() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["runner"]["postScriptGC"] is False
