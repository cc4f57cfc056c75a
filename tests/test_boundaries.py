"""Boundaries that people really have, and files that are damaged or of something else."""

from __future__ import annotations

import csv
import json
import math
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from oversight import boundaries, reference
from oversight.settings import ROOT

SQUARE = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]


def at(west: float, south: float, size: float = 0.5, hole: bool = False, turned: bool = False) -> list[list[list[float]]]:
    """A square polygon, with a hole in its middle; ``turned`` runs every ring the other way."""
    rings = [[[west + size * x, south + size * y] for x, y in SQUARE]]
    if hole:
        rings.append([[west + size * (0.25 + x / 2), south + size * (0.25 + y / 2)] for x, y in SQUARE])
    return [ring[::-1] for ring in rings] if turned else rings


def collection(*areas: tuple[dict[str, Any], Any], **more: Any) -> bytes:
    features = [{"type": "Feature", "properties": p, "geometry": g} for p, g in areas]
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


def polygon(rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": rings}


def test_the_real_boundaries(real_data: Path) -> None:
    content = (real_data / "geography" / "icb_2026-04_simplified_cw.geojson").read_bytes()
    found = boundaries.read(content, "icb_2026-04.geojson")
    assert set(found.shapes) == set(reference.icbs()["icb_code"])
    assert found.missing == []
    assert found.notes == ""
    assert found.attribution.endswith("2026.")
    assert 1.6 < found.ratio < 1.75  # 1 / cos 53°
    for feature in json.loads(content)["features"]:  # the thinned outline keeps the area, by the formula of the trapezia
        rings = boundaries_of(feature["geometry"])
        whole = sum(abs(trapezia(polygon[0])) - sum(abs(trapezia(hole)) for hole in polygon[1:]) for polygon in rings)
        drawn = sum(boundaries.signed_area(ring[:-1]) for ring in found.shapes[feature["properties"]["icb_code"]])
        assert drawn == pytest.approx(whole, rel=0.05)
    with pytest.raises(boundaries.BoundaryError, match=r"no codes of ICBs .* \(region_name, region_code\)"):
        boundaries.read((real_data / "geography" / "nhs_regions_2026-04_dissolved_simplified_cw.geojson").read_bytes(), "regions.geojson")


def test_the_codes_are_those_of_the_real_list(real_data: Path) -> None:
    with (real_data / "geography" / "icb_2026-04_tilegrid.csv").open(encoding="utf-8", newline="") as file:
        published = {row["icb_code"]: row["icb_ons_code"] for row in csv.DictReader(file)}
    table = reference.icbs()
    assert dict(zip(table["icb_code"], table["icb_ons_code"], strict=True)) == published


def boundaries_of(geometry: dict[str, Any]) -> list[Any]:
    return geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]


def trapezia(ring: list[list[float]]) -> float:
    return sum((x2 - x1) * (y2 + y1) / 2 for (x1, y1, *_), (x2, y2, *_) in pairwise(ring))


@pytest.mark.parametrize("key", ["ICB26CD", "ICB26CDH", "icb_code", "code"])
@pytest.mark.parametrize("turned", [False, True])
def test_any_property_any_code_any_turn_and_what_is_missing(key: str, turned: bool) -> None:
    code = "E54000055" if key == "ICB26CD" else "QHL"  # Birmingham and Solihull
    found = boundaries.read(
        collection(
            ({"FID": 1, key: code, "name": "x"}, polygon(at(-2, 52, hole=True, turned=turned))),
            ({"FID": 2, key: "W11000028"}, polygon(at(-3, 52))),
            ({"FID": 3, key: "QJK"}, None),
        ),
        "b.geojson",
    )
    (outer, hole) = found.shapes["QHL"]
    assert boundaries.signed_area(outer[:-1]) == pytest.approx(0.25, rel=0.02)
    assert boundaries.signed_area(hole[:-1]) == pytest.approx(-0.0625, rel=0.05)
    assert set(found.shapes) == {"QHL"}
    assert len(found.missing) == 35
    assert "Devon" in found.notes
    assert "1 area of the file is none of the ICBs" in found.notes


def test_two_areas_of_one_icb_stand_together_and_a_third_dimension_is_left_out() -> None:
    ring = [[*point, 12.5] for point in at(-1, 52)[0]]
    found = boundaries.read(collection(({"c": "QHL"}, polygon(at(-2, 52))), ({"c": "QHL"}, polygon([ring]))), "b.geojson")
    assert len(found.shapes["QHL"]) == 2


def test_national_grid_is_drawn_as_it_is() -> None:
    square = polygon(at(400_000, 280_000, 30_000))
    found = boundaries.read(collection(({"ICB26CD": "E54000055"}, square)), "grid.geojson")
    assert found.ratio == 1
    assert boundaries.signed_area(found.shapes["QHL"][0][:-1]) == pytest.approx(9e8, rel=0.02)
    assert "right." in found.attribution  # no year in the name, none made up


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "cannot be read as JSON"),
        (b'{"type": "FeatureCollection", "features": [{"type"', "cut off"),
        (b"\xff\xfe\x00", "cannot be read as JSON"),
        (b"[" * 100_000, "cannot be read as JSON"),
        (b"[]", "holds no areas"),
        (b"null", "holds no areas"),
        (b'{"type": "FeatureCollection", "features": []}', "holds no areas"),
        (b'{"type": "FeatureCollection", "features": {"a": 1}}', "holds no areas"),
        (b'{"type": "FeatureCollection", "features": [1, null, "x"]}', "no codes of ICBs"),
        (b'{"type": "Topology", "objects": {}}', "TopoJSON"),
        (collection(({"name": "Essex"}, polygon(at(0, 51)))), r"no codes of ICBs .*\(name\)"),
        (collection((None, polygon(at(0, 51)))), "no codes of ICBs"),  # type: ignore[arg-type]
        (collection(({"c": "QHL"}, None)), "no outlines"),
        (collection(({"c": "QHL"}, {"type": "Point", "coordinates": [0, 51]})), "not an area but 'Point'"),
        (collection(({"c": "QHL"}, "x")), "outline of QHL is damaged"),
        (collection(({"c": "QHL"}, polygon([[[0, 51], ["a", 52]]]))), "not a pair of numbers"),
        (collection(({"c": "QHL"}, polygon([[[0, 51], [1]]]))), "not a pair of numbers"),
        (collection(({"c": "QHL"}, polygon([[0, 51], [1, 52]]))), "not a pair of numbers"),
        (collection(({"c": "QHL"}, polygon(7))), "not a pair of numbers"),
        (collection(({"c": "QHL"}, polygon([[[0, 51], [1, math.nan], [1, 52]]]))), "not a pair of numbers"),
        (collection(({"c": "QHL"}, polygon([]))), "no outlines"),
        (collection(({"c": "QHL"}, polygon([[]]))), "no outlines"),
        (collection(({"c": "QHL"}, polygon(at(52, -2)))), "latitude before longitude"),
        (collection(({"c": "QHL"}, polygon(at(100, 10)))), "too small to be ICBs in metres"),
        (collection(({"c": "QHL"}, polygon(at(-220_000, 6_800_000, 90_000)))), "neither longitude and latitude"),
    ],
)  # fmt: skip
def test_a_damaged_or_strange_file_gets_one_clear_sentence(content: bytes, why: str) -> None:
    with pytest.raises(boundaries.BoundaryError, match=why) as error:
        boundaries.read(content, "mine.geojson")
    assert str(error.value).startswith("mine.geojson")


JSON = some.recursive(
    some.none() | some.booleans() | some.floats() | some.integers() | some.sampled_from(["QHL", "Polygon", "MultiPolygon", "x"]),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.sampled_from(["type", "coordinates", "c"]), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=40)
@given(JSON, JSON)
def test_nothing_but_a_boundary_error_comes_out_of_strange_geometry(geometry: Any, coordinates: Any) -> None:
    good = ({"c": "QJK"}, polygon(at(-4, 50)))
    for shape in (geometry, {"type": "MultiPolygon", "coordinates": coordinates}, {"type": "Polygon", "coordinates": coordinates}):
        try:
            found = boundaries.read(collection(({"c": "QHL"}, shape), good), "x.geojson")
        except boundaries.BoundaryError:
            continue
        assert "QJK" in found.shapes
    with suppress(boundaries.BoundaryError):
        boundaries.read(json.dumps(geometry).encode(), "x.geojson")


def test_a_folder_takes_the_first_file_that_can_be_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert boundaries.load(tmp_path) is None
    (tmp_path / "a.geojson").write_bytes(b"{")
    with pytest.raises(boundaries.BoundaryError, match=r"a\.geojson is not GeoJSON"):
        boundaries.load(tmp_path)
    (tmp_path / "b.geojson").mkdir()
    with pytest.raises(boundaries.BoundaryError, match=r"b\.geojson cannot be opened"):
        boundaries.load(tmp_path)
    (tmp_path / "c.geojson").write_bytes(collection(({"c": "QHL"}, polygon(at(-2, 52)))))
    found = boundaries.load(tmp_path)
    assert found is not None
    assert found.file == "c.geojson"
    monkeypatch.setattr(boundaries, "LARGEST", 10)
    (tmp_path / "d.geojson").write_bytes(b" " * 20)
    (tmp_path / "c.geojson").unlink()
    with pytest.raises(boundaries.BoundaryError, match=r"d\.geojson is too large"):
        boundaries.load(tmp_path)


def test_boundaries_are_never_committed() -> None:
    assert "data/reference/*.geojson" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


@settings(max_examples=30)
@given(some.lists(some.tuples(some.floats(0.2, 1), some.floats(0, 0.9)), min_size=5, max_size=20), some.sampled_from([1.0, 1.66]))
def test_a_number_stands_inside_its_area(spokes: list[tuple[float, float]], ratio: float) -> None:
    """A star round the origin: the point found is inside, and no nearer to any edge than said."""
    turns = [2 * math.pi * (i + jitter) / len(spokes) for i, (_, jitter) in enumerate(spokes)]
    ring = np.array([[r * math.cos(t), r * math.sin(t)] for (r, _), t in zip(spokes, turns, strict=True)])
    ring = np.vstack([ring, ring[:1]])
    x, y, room = boundaries.heart(ring, ratio)
    if room == 0:
        return
    winding = 0.0
    for (x1, y1), (x2, y2) in pairwise(ring):
        turn = math.atan2(y2 - y, x2 - x) - math.atan2(y1 - y, x1 - x)
        winding += (turn + math.pi) % (2 * math.pi) - math.pi
        for step in range(21):
            px, py = x1 + (x2 - x1) * step / 20, y1 + (y2 - y1) * step / 20
            assert math.hypot(px - x, ratio * (py - y)) >= room - 1e-9
    assert abs(winding) == pytest.approx(2 * math.pi)
