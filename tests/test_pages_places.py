"""Coverage → Places as pages show it: with boundaries, with damaged ones, and the verdicts against the truth in plain Python."""

from __future__ import annotations

import math
import shutil
from collections import Counter
from pathlib import Path

import pytest

from oversight import boundaries, measures, standing, store
from tests import truth
from tests.test_coverage_naive import INTERNAL, WAVES, counted
from tests.test_pages import healthy, run

Z998 = 3.090232306167813
MAP = {"coverage_part": "places", "places_as": "map"}


def limits(x: int, n: int) -> tuple[float, float]:
    """The roots of (p − x/n)² = z² p(1 − p)/n at 99.8%."""
    a, b, c = 1 + Z998**2 / n, -(2 * x / n + Z998**2 / n), (x / n) ** 2
    root = math.sqrt(max(b * b - 4 * a * c, 0))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


@pytest.mark.parametrize("wave", WAVES)
@pytest.mark.parametrize("role", ["splw", "care_coordinator"])
def test_every_verdict_of_a_list_equals_one_worked_out_by_hand(sample: store.Snapshot, wave: str, role: str) -> None:
    expected = counted(wave, role)
    for element in sorted({key[2] for key in expected}):
        regions, icbs = (
            store.ask("breakdown", INTERNAL, sample, wave=wave, role=role, measure=element, by=by).table for by in ("region", "icb")
        )
        rows = standing.picture(standing.of_breakdown(regions, icbs, role), measures.measures()[element], "england", "ENG")
        assert Counter(rows["level"]) == {"england": 1, "region": 7, "icb": 36}
        total = expected.get(("england", "ENG", element), Counter())
        everybody = sum(total[s] for s in truth.DENOMINATOR)
        for row in rows[rows["level"] != "england"].to_dict("records"):
            counts = expected.get((row["level"], row["code"], element), Counter())
            n = sum(counts[s] for s in truth.DENOMINATOR)
            word = ""
            if n and row["withheld"] == "":
                low, high = limits(counts["yes"], n)
                assert (row["yes"], row["answered"]) == (counts["yes"], n)
                assert (row["low_listed"], row["high_listed"]) == pytest.approx((low, high), abs=1e-8)
                benchmark = total["yes"] / everybody
                clear = "worse" if high < benchmark - 1e-12 else "better" if low > benchmark + 1e-12 else ""
                word = clear if n >= 10 else ""
            assert row["word"] == word, (element, row["code"])


def test_a_map_of_the_real_boundaries(real_data: Path, sample: store.Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boundaries, "FOLDER", tmp_path)
    shutil.copy(real_data / "geography" / "icb_2026-04_simplified_cw.geojson", tmp_path / "icb_2026-04.geojson")
    app = run("coverage", sample.path.parent, monkeypatch, **MAP, region="Y60")
    said = healthy(app)
    assert "Open Government Licence v.3.0" in said.replace("\\", "")
    assert "no boundaries" not in said
    assert len(app.get("plotly_chart")) == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"{", "cannot be read as JSON"), (b'{"type": "FeatureCollection", "features": [{"properties": {"<b>": "x"}}]}', "no codes of ICBs")],
)
def test_a_damaged_file_of_boundaries_is_told_and_the_table_stands(
    content: bytes, why: str, sample: store.Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boundaries, "FOLDER", tmp_path)
    (tmp_path / "mine.geojson").write_bytes(content)
    said = healthy(run("coverage", sample.path.parent, monkeypatch, **MAP))
    assert why in said
    assert "There are no boundaries to draw yet" in said
    assert "Devon" in said


def test_a_list_says_what_it_is_judged_by(sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    said = healthy(run("coverage", sample.path.parent, monkeypatch, coverage_part="places"))
    assert "Of 36 ICBs about two would differ from England at 95%" in said
    assert "99.8%" in said
