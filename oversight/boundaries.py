"""The outlines of ICBs, where the team has put a GeoJSON of the Office for National Statistics into data/reference.

Nothing is fetched: a map is drawn from these outlines alone. A file that cannot be used gives one sentence that says why.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oversight import reference
from oversight.settings import REFERENCE

#: Points of one ring, one after the other: (points, 2), east then north.
Ring = NDArray[np.float64]

FOLDER = REFERENCE
LARGEST = 80_000_000  # bytes; the generalised files of the ONS have fewer than a tenth of them
#: Outlines are drawn on a grid of so many cells from west to east: as fine as a screen shows, whatever the file holds.
CELLS = 900
#: West, east, south, north of the United Kingdom in degrees, and of the British National Grid in metres.
DEGREES, METRES = (-9.5, 3.0, 49.0, 62.0), (-100_000, 800_000, -100_000, 1_300_000)


class BoundaryError(Exception):
    """A file of boundaries that cannot be used; says which, why, and what to do."""


@dataclass(frozen=True)
class Boundaries:
    """Outlines by ICB. ``shapes``: code -> rings, outer ones anticlockwise, holes clockwise. ``ratio``: a unit north over one east.

    ``hearts``: code -> where a number fits best and how far from the edge that is. ``unknown``: areas of the file that are no ICB.
    """

    file: str
    shapes: Mapping[str, tuple[Ring, ...]]
    ratio: float
    unknown: int
    hearts: Mapping[str, tuple[float, float, float]]

    @property
    def missing(self) -> list[str]:
        """Names of ICBs that have no boundary in the file."""
        table = reference.icbs()
        return table.loc[~table["icb_code"].isin(list(self.shapes)), "icb_name"].tolist()

    @property
    def attribution(self) -> str:
        """What the Open Government Licence asks to say; the year is the one in the file's name."""
        year = re.search(r"20\d\d", self.file)
        return (
            "Boundaries: Office for National Statistics licensed under the Open Government Licence v.3.0. "
            f"Contains OS data © Crown copyright and database right{f' {year[0]}' if year else ''}."
        )

    @property
    def notes(self) -> str:
        """What the file lacks or has too much of, in a sentence; "" when neither."""
        said = []
        if self.missing:
            said.append(f"No boundary for {', '.join(self.missing)}: they stand in the table only.")
        if self.unknown:
            areas = "1 area of the file is" if self.unknown == 1 else f"{self.unknown} areas of the file are"
            said.append(f"{areas} none of the ICBs since April 2026 and not drawn.")
        return " ".join(said)


def load(folder: Path | None = None) -> Boundaries | None:
    """The first file of the folder (by default data/reference) that has ICB boundaries; None where there is no GeoJSON at all.

    Raises ``BoundaryError`` when there are files and none can be used.
    """
    problems = []
    for path in sorted((folder or FOLDER).glob("*.geojson")):
        try:
            about = path.stat()
            return _read(path, about.st_mtime_ns, about.st_size)
        except OSError:
            problems.append(f"{path.name} cannot be opened.")
        except BoundaryError as problem:
            problems.append(str(problem))
    if problems:
        raise BoundaryError(" ".join(problems))
    return None


@lru_cache(maxsize=4)
def _read(path: Path, changed: int, size: int) -> Boundaries:
    if size > LARGEST:
        raise BoundaryError(f"{path.name} is too large to draw ({size / 1e6:,.0f} MB): take the ultra generalised boundaries (BUC).")
    return read(path.read_bytes(), path.name)


def read(content: bytes, name: str) -> Boundaries:
    """Boundaries from the bytes of a GeoJSON. Raises ``BoundaryError`` for whatever is wrong with it."""
    features = _features(content, name)
    areas, unknown = _by_icb(features, name)
    shapes: dict[str, list[list[Ring]]] = {}
    for code, geometry in areas:
        shapes.setdefault(code, []).extend(_polygons(geometry, f"{name}: the outline of {code}"))
    points = [ring for polygons in shapes.values() for polygon in polygons for ring in polygon]
    if not points:
        raise BoundaryError(f"{name} names ICBs but has no outlines.")
    together = np.concatenate(points)
    (west, south), (east, north) = together.min(axis=0).tolist(), together.max(axis=0).tolist()
    ratio = _ratio((west, east, south, north), name)
    cell = max((east - west), (north - south) * ratio) / CELLS
    thin = {code: _thinned(polygons, cell, ratio) for code, polygons in shapes.items()}
    kept = {code: rings for code, rings in thin.items() if rings}
    hearts = {code: heart(max(rings, key=lambda ring: abs(signed_area(ring[:-1]))), ratio) for code, rings in kept.items()}
    return Boundaries(name, kept, ratio, unknown, hearts)


def _features(content: bytes, name: str) -> list[dict[str, Any]]:
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # JSON and Unicode errors are ValueErrors
        raise BoundaryError(f"{name} is not GeoJSON: it cannot be read as JSON. It may be cut off: download it again.") from error
    if isinstance(data, dict) and data.get("type") == "Topology":
        raise BoundaryError(f"{name} is TopoJSON: download the boundaries as GeoJSON.")
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list) or not features:
        raise BoundaryError(f"{name} holds no areas: a GeoJSON of boundaries is a FeatureCollection.")
    return [feature for feature in features if isinstance(feature, dict)]


def _by_icb(features: list[dict[str, Any]], name: str) -> tuple[list[tuple[str, Any]], int]:
    """(ODS code, geometry) of every area that is an ICB, and how many are not: by whichever property holds most ICB codes."""
    known = reference.icb_by_any_code()
    properties = [p if isinstance(p := feature.get("properties"), dict) else {} for feature in features]
    held = Counter(key for row in properties for key, value in row.items() if isinstance(value, str) and value.strip() in known)
    if not held:
        seen = ", ".join(list(dict.fromkeys(key for row in properties for key in row))[:8])
        raise BoundaryError(f"{name} has no codes of ICBs (such as QHL or E54000055) in any property{f' ({seen})' if seen else ''}.")
    key = held.most_common(1)[0][0]
    codes = [str(row.get(key, "")).strip() for row in properties]
    found = [(known[code], feature.get("geometry")) for code, feature in zip(codes, features, strict=True) if code in known]
    return found, len(features) - len(found)


def _polygons(geometry: Any, what: str) -> Iterator[list[Ring]]:
    """Every polygon of a geometry as its rings, the outer one first. Nothing for an area without geometry."""
    if geometry is None:
        return
    if not isinstance(geometry, dict):
        raise BoundaryError(f"{what} is damaged.")
    kind, parts = geometry.get("type"), geometry.get("coordinates") or []
    if kind == "GeometryCollection" and isinstance(inner := geometry.get("geometries"), list):
        for part in inner:
            if isinstance(part, dict) and part.get("type") in ("Polygon", "MultiPolygon"):
                yield from _polygons(part, what)
        return
    if kind not in ("Polygon", "MultiPolygon"):
        raise BoundaryError(f"{what} is not an area but {kind!r}.")
    try:
        for polygon in parts if kind == "MultiPolygon" else [parts]:
            rings = [np.array([[float(p[0]), float(p[1])] for p in ring]) for ring in polygon]
            if any(not np.isfinite(ring).all() for ring in rings):
                raise ValueError
            if rings and all(ring.ndim == 2 for ring in rings):
                yield rings
    except (TypeError, ValueError, IndexError, KeyError, OverflowError) as error:
        raise BoundaryError(f"{what} is damaged: a point is not a pair of numbers.") from error


def _ratio(box: tuple[float, float, float, float], name: str) -> float:
    """How much longer a unit north is than a unit east: 1 on the National Grid, more in degrees. Raises for any other coordinates."""
    west, east, south, north = box

    def within(limits: tuple[float, float, float, float]) -> bool:
        return limits[0] <= west and east <= limits[1] and limits[2] <= south and north <= limits[3]

    if within(DEGREES):
        return 1 / math.cos(math.radians((south + north) / 2))
    if DEGREES[2] <= west and east <= DEGREES[3] and DEGREES[0] <= south and north <= DEGREES[1]:
        raise BoundaryError(f"{name} gives latitude before longitude: GeoJSON has longitude first.")
    if within(METRES):
        if east - west < 1_000:
            raise BoundaryError(f"{name} has outlines too small to be ICBs in metres, and outside the United Kingdom in degrees.")
        return 1.0
    raise BoundaryError(f"{name} has coordinates that are neither longitude and latitude nor the British National Grid.")


def _thinned(polygons: list[list[Ring]], cell: float, ratio: float) -> tuple[Ring, ...]:
    """Rings on a grid of ``cell``, repeated points left out, turned the right way. What is smaller than a cell goes, the largest stays."""
    step = np.array([cell, cell / ratio])
    made: list[tuple[float, Ring]] = []
    for polygon in polygons:
        for number, ring in enumerate(polygon):
            snapped = np.round(ring / step) * step
            moved = np.any(np.diff(snapped, axis=0) != 0, axis=1)
            snapped = snapped[np.concatenate([[True], moved])]
            if np.array_equal(snapped[0], snapped[-1]):
                snapped = snapped[:-1]
            if len(snapped) < 3:
                continue
            area = signed_area(snapped)
            outer = number == 0
            if (area > 0) != outer:
                snapped = snapped[::-1]
            made.append((abs(area), np.vstack([snapped, snapped[:1]])))
    largest = max((area for area, _ in made), default=0.0)
    return tuple(ring for area, ring in made if area == largest or area > 4 * cell * cell / ratio)


def signed_area(ring: Ring) -> float:
    """The area of a ring, positive when it runs anticlockwise (shoelace formula)."""
    x, y = (ring - ring[0]).T
    return float(0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


def heart(ring: Ring, ratio: float) -> tuple[float, float, float]:
    """The point of a ring farthest from its edge, where a number fits best, and how far that is (in units east): (x, y, distance).

    Searched on a grid of 24 by 24 points, which is near enough for a number.
    """
    flat = ring * [1, ratio]
    (west, south), (east, north) = flat.min(axis=0), flat.max(axis=0)
    grid = np.stack(np.meshgrid(np.linspace(west, east, 24), np.linspace(south, north, 24)), axis=-1).reshape(-1, 1, 2)
    start, end = flat[:-1], flat[1:]
    along = end - start
    part = np.clip(((grid - start) * along).sum(axis=2) / np.maximum((along**2).sum(axis=1), 1e-300), 0, 1)
    away = np.hypot(*np.moveaxis(grid - start - part[..., None] * along, 2, 0)).min(axis=1)
    # a ray to the east crosses the ring an odd number of times from inside
    crossed = (start[:, 1] > grid[..., 1]) != (end[:, 1] > grid[..., 1])
    level = np.where(along[:, 1] == 0, 1, along[:, 1])
    east_of = start[:, 0] + (grid[..., 1] - start[:, 1]) * along[:, 0] / level > grid[..., 0]
    inside = (crossed & east_of).sum(axis=1) % 2 == 1
    best = int(np.argmax(np.where(inside, away, -1)))
    x, y = grid[best, 0]
    return float(x), float(y / ratio), float(away[best]) if inside[best] else 0.0
