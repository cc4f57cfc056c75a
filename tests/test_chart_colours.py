"""Every colour of every chart that pages draw, by computation: marks and words stand out on both themes, categories for all eyes."""

from __future__ import annotations

import inspect
import itertools
import json
import tomllib
from functools import wraps
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest

from oversight import boundaries, charts, store, ui
from oversight.settings import ROOT
from tests.palette import MACHADO, ciede2000, coloured, contrast, inks, lab, linear, seen
from tests.test_pages import run

#: What must be seen, what must be read (WCAG 2.2: 1.4.11 and 1.4.3), and how far apart two categories must look (CIEDE2000).
MARK, WORDS, APART = 3.0, 4.5, 10.0
TRANSPARENT = "rgba(0,0,0,0)"
PARTS = [tuple(path.stem.split("_", 1)) for path in sorted((ROOT / "pages" / "parts").glob("*_*.py")) if not path.stem.startswith("data_")]
#: Page and filters: between them they draw every chart there is.
VIEWS: list[tuple[str, dict[str, str]]] = [
    *((path.stem, {"pcn": "F0002"}) for path in sorted((ROOT / "pages").glob("*.py")) if path.stem != "coverage"),
    *((page, {f"{page}_part": part}) for page, part in PARTS),
    *(
        ("coverage", {"coverage_part": "places", "places_as": way, "audience": "shareable"})
        for way in ("list", "regions", "tiles", "map", "funnel")
    ),
    *(("coverage", {"coverage_part": "contract", "contract_as": way}) for way in ("sides", "pairs")),
    ("coverage", {"coverage_part": "change", "change_as": "people"}),
    ("coverage", {"coverage_part": "groups", "by": "employer", "across": "months"}),
    ("coverage", {"coverage_part": "question", "question": "anxiety", "question_by": "icb"}),
    ("themes", {"audience": "shareable"}),
    ("priority", {"priority_part": "weights", "weights": "40-20-20-20-0"}),
]
DRAWING = {name: drawn for name in charts.__all__ if callable(drawn := getattr(charts, name)) and name != "finish"}
DRAWING = {name: drawn for name, drawn in DRAWING.items() if str(inspect.signature(drawn).return_annotation).endswith("Figure")}
#: Charts that need data which the views above do not have.
ELSEWHERE = {"columns"}


def backgrounds() -> list[str]:
    """The page in light and in dark."""
    with (ROOT / ".streamlit" / "config.toml").open("rb") as file:
        theme = tomllib.load(file)["theme"]
    return [theme[name]["backgroundColor"] for name in ("light", "dark")]


def square(west: float, south: float) -> list[list[list[float]]]:
    return [[[west, south], [west + 0.6, south], [west + 0.6, south + 0.6], [west, south + 0.6], [west, south]]]


@pytest.fixture(scope="module")
def figures(sample: store.Snapshot, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Every figure that the pages draw under those views, as JSON, with the name of the page; fails when a chart is never drawn."""
    folder = tmp_path_factory.mktemp("reference")
    areas = [({"ICB26CD": code}, square(-3 + at, 51)) for at, code in enumerate(("E54000055", "E54000013", "E54000066", "E54000068"))]
    features = [{"type": "Feature", "properties": p, "geometry": {"type": "Polygon", "coordinates": rings}} for p, rings in areas]
    Path(folder / "icb.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    found, drawn_by = [], set()
    page = ""

    def watched(name: str, draw: Any) -> Any:
        @wraps(draw)
        def inner(*args: Any, **kwargs: Any) -> Any:
            drawn_by.add(name)
            return draw(*args, **kwargs)

        return inner

    def kept(figure: go.Figure, *args: Any, **kwargs: Any) -> None:
        found.append({"page": page, **json.loads(figure.to_json())})
        shown(figure, *args, **kwargs)

    shown = ui.chart
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(boundaries, "FOLDER", folder)
        patch.setattr(ui, "chart", kept)
        for name, draw in DRAWING.items():
            patch.setattr(charts, name, watched(name, draw))
        for name, filters in VIEWS:
            page = f"{name} {filters}"
            assert not run(name, sample.path.parent, patch, **filters).exception
    never = set(DRAWING) - drawn_by - ELSEWHERE - {"dots"}
    assert not never, f"no view of this test draws {never}: add one to VIEWS"
    return found


def traces(figures: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    return [(figure["page"], trace) for figure in figures for trace in figure["data"]]


def is_area(trace: dict[str, Any]) -> bool:
    """Whether a trace is areas whose shade says how much: tiles, cells, regions of a map."""
    marker = trace.get("marker") or {}
    tile = marker.get("symbol") == "square" and isinstance(size := marker.get("size"), int | float) and size >= 40
    return trace["type"] == "heatmap" or trace.get("fill") == "toself" or tile


def on(colour: str, background: str) -> str:
    """A colour as it looks on a background, which shows through where it is not opaque."""
    if colour.startswith("#"):
        return colour
    red, green, blue, *alpha = (float(v) for v in colour[colour.index("(") + 1 : -1].split(","))
    opaque = alpha[0] if alpha else 1
    under = [int(background[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(c * opaque + u * (1 - opaque)):02X}" for c, u in zip((red, green, blue), under, strict=True))


def stands_out(colour: str, least: float) -> bool:
    return all(contrast(on(colour, background), background) >= least for background in backgrounds())


def test_every_mark_stands_out_on_both_themes(figures: list[dict[str, Any]]) -> None:
    """An area whose shade says how much may be pale: then its edge is drawn, or, in a grid, its number stands in it."""
    checked = set()
    for page, trace in traces(figures):
        if is_area(trace):
            edge = (trace.get("marker") or trace).get("line", {}).get("color")
            faint = all("rgba" in colour for _, colour in coloured(trace.get("colorscale")))  # a ground to annotations, no colour
            assert (trace.get("texttemplate") or faint) if trace["type"] == "heatmap" else stands_out(edge, MARK), page
            continue
        for path, colour in coloured({k: trace.get(k) for k in ("marker", "line", "error_x", "error_y", "fillcolor") if trace.get(k)}):
            if colour != TRANSPARENT and "colorbar" not in path and "font" not in path[-2:]:
                assert stands_out(colour, MARK), (page, path, colour)
                checked.add(colour)
    for figure in figures:
        for shape in figure["layout"].get("shapes", ()):
            assert stands_out(shape["line"]["color"], MARK), figure["page"]
    assert {charts.BLUE, charts.GREY, charts.PALE} <= checked


def test_no_mark_takes_a_colour_that_nobody_chose(figures: list[dict[str, Any]]) -> None:
    """Without a colour of ours a trace would take one of Streamlit's, which nobody checked."""
    for page, trace in traces(figures):
        if trace["type"] in ("bar", "scatter") and not is_area(trace) and trace.get("mode") != "text":
            where = "line" if trace.get("mode") == "lines" else "marker"
            assert (trace.get(where) or {}).get("color") is not None, (page, trace.get("name"))


def test_words_can_be_read_on_both_themes(figures: list[dict[str, Any]]) -> None:
    """Words on the page take its colour (style.css does it); words on a mark say theirs, and are read against that mark."""
    for figure in figures:
        for annotation in figure["layout"].get("annotations", ()):
            # style.css would put the page's colour over it
            assert "color" not in annotation.get("font", {}), (figure["page"], annotation["text"])
        for trace in figure["data"]:
            inside = (trace.get("insidetextfont") or {}).get("color")
            if inside:
                assert all(contrast(inside, colour) >= WORDS for _, colour in coloured(trace["marker"]["color"])), figure["page"]
            for font in ("textfont", "outsidetextfont"):
                if colour := (trace.get(font) or {}).get("color"):
                    assert all(stands_out(c, WORDS) for _, c in coloured(colour)), (figure["page"], font)
        for path, colour in coloured({k: v for k, v in figure["layout"].items() if k not in ("annotations", "shapes", "template")}):
            if any("font" in key for key in path[:-1]):
                assert stands_out(colour, WORDS), (figure["page"], path)
    css = (ROOT / "oversight" / "style.css").read_text(encoding="utf-8")
    for words in (".annotation-text", ".bartext-outside", ".textpoint text", ".xtitle", ".ytitle", ".xtick text", ".ytick text"):
        assert words in css.split("currentColor")[0].split("Streamlit's pale")[1]


def test_words_on_tiles_and_areas_can_be_read(figures: list[dict[str, Any]]) -> None:
    seen_inks = {ink for figure in figures for a in figure["layout"].get("annotations", ()) for ink in inks(a["text"])}
    assert seen_inks == {"#FFFFFF", "#212B32"}
    for percent in range(101):
        share = percent / 100
        assert contrast(charts.shade(share), "#FFFFFF" if share > 0.5 else "#212B32") >= WORDS, percent
    withheld = {c for _, t in traces(figures) if is_area(t) for p, c in coloured(t) if p[-1] in ("fillcolor", "bgcolor", "color")}
    assert "#D8DDE0" in withheld
    assert contrast("#D8DDE0", "#212B32") >= WORDS


@pytest.mark.parametrize("vision", ["all", *MACHADO])
def test_categories_look_different_to_everybody(vision: str, figures: list[dict[str, Any]]) -> None:
    """Marks of one kind in one figure that differ in nothing but their colour: at least 10 of CIEDE2000 apart."""
    compared = 0
    for figure in figures:
        kinds: dict[tuple[str, str], set[str]] = {}
        for trace in figure["data"]:
            marker, size = trace.get("marker") or {}, (trace.get("marker") or {}).get("size", 6)
            if is_area(trace) or (isinstance(size, int | float) and size <= 1):
                continue
            where = trace.get("line") if trace.get("mode") == "lines" else marker
            for path, colour in coloured((where or {}).get("color")):
                assert path == ()
                kinds.setdefault((trace["type"], str(trace.get("mode"))), set()).add(colour)
        for colours in kinds.values():
            for one, other in itertools.combinations(sorted(colours), 2):
                distance = ciede2000(seen(one, vision), seen(other, vision))
                assert distance >= APART, (figure["page"], one, other, round(distance, 1))
                compared += 1
    assert compared


@pytest.mark.parametrize("vision", ["all", *MACHADO])
def test_the_scale_gets_darker_all_the_way_for_everybody(vision: str) -> None:
    lightness = [seen(charts.shade(percent / 100), vision)[0] for percent in range(101)]
    assert all(later < earlier for earlier, later in itertools.pairwise(lightness))
    assert lightness[0] - lightness[-1] > 60


def test_the_formulas() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert lab(linear("#FFFFFF")) == pytest.approx((100, 0, 0), abs=0.02)
    # Sharma, Wu and Dalal 2005, table 1, pairs 1, 7, 13, 16, 17, 21 and 34
    for one, other, expected in [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
        ((50.0, -0.001, 2.49), (50.0, 0.0009, -2.49), 4.8045),
        ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((50.0, 2.5, 0.0), (50.0, 3.1736, 0.5854), 1.0),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ]:
        assert ciede2000(one, other) == pytest.approx(expected, abs=1e-4)
        assert ciede2000(other, one) == pytest.approx(expected, abs=1e-4)
    for matrix in MACHADO.values():  # grey stays grey
        assert [sum(row) for row in matrix] == pytest.approx([1, 1, 1], abs=2e-6)
    # red and green that everybody else tells apart at a glance nearly fall together without green cones
    red, green = "#C0504D", "#7F8A2E"
    assert ciede2000(seen(red, "all"), seen(green, "all")) > 3 * ciede2000(seen(red, "deuteranopia"), seen(green, "deuteranopia"))
