"""Every part of Themes, run whole: full, filtered, for sharing, with almost nothing in it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from oversight import store
from oversight.settings import ROOT
from tests.test_pages import healthy, run


def parts() -> list[str]:
    """The codes of the parts, read without running the page."""
    tree = ast.parse((ROOT / "pages" / "themes.py").read_text(encoding="utf-8"))
    (found,) = (n.value for n in tree.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "PARTS")
    assert isinstance(found, ast.Dict)
    return [ast.literal_eval(key) for key in found.keys if key]


VIEWS: dict[str, dict[str, str]] = {
    "full": {},
    "spring": {"wave": "2026-1-spring"},
    "a region": {"region": "Y60"},
    "an ICB for sharing": {"region": "Y61", "icb": "D7T5G", "audience": "shareable"},
    "for sharing": {"audience": "shareable"},
    "GP supervisors": {"role": "gp_supervisor"},
    "Care Coordinators of a region for sharing": {"role": "care_coordinator", "region": "Y58", "audience": "shareable"},
    "PCN managers for sharing": {"role": "pcn_manager", "audience": "shareable"},
    "nonsense": {"theme": "'", "other_theme": "<b>", "counted": "7", "before": "never", "coded_role": "king"},
}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("part", parts())
def test_a_part_under_a_view(part: str, view: str, sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    said = healthy(run("themes", sample.path.parent, monkeypatch, themes_part=part, **VIEWS[view]))
    assert "FICTIONAL" in said


@pytest.mark.parametrize("part", parts())
@pytest.mark.parametrize("audience", ["internal", "shareable"])
def test_a_part_with_no_survey_or_one_response(part: str, audience: str, bare: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in (bare, tiny):
        healthy(run("themes", folder, monkeypatch, themes_part=part, audience=audience))
