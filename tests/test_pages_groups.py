"""Coverage's parts Elements and Groups, run whole under the views that could break them."""

from __future__ import annotations

from pathlib import Path

import pytest

from oversight import store
from tests.test_pages import healthy, run

VIEWS: dict[str, dict[str, str]] = {
    "plain": {},
    "several answers": {"measure": "provider", "by": "region", "answer": "peer"},
    "a score": {"measure": "anxiety", "by": "months", "answer": "high"},
    "crossed": {"measure": "safeguarding_topics", "by": "icb", "across": "employer"},
    "roles": {"measure": "intention_to_leave", "by": "role"},
    "roles crossed": {"by": "role", "across": "region", "role": "care_coordinator"},
    "an ICB": {"region": "Y61", "icb": "D7T5G", "by": "employer", "measure": "coaching_used"},
    "a region for sharing": {"region": "Y60", "audience": "shareable", "by": "icb", "measure": "format"},
    "crossed for sharing": {"audience": "shareable", "by": "icb", "across": "months", "measure": "satisfaction"},
    "England alone": {"by": "england", "measure": "frequency"},
    "not asked": {"role": "gp_supervisor", "measure": "anxiety"},
    "not asked in spring": {"wave": "2026-1-spring", "measure": "independent_of_manager"},
    "PCN managers for sharing": {"role": "pcn_manager", "audience": "shareable", "by": "region"},
    "nonsense": {"measure": "pcn", "by": "pcn", "across": "pcn", "answer": "<script>"},
}


@pytest.mark.parametrize("view", VIEWS)
def test_groups_under_a_view(view: str, sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    said = healthy(run("coverage", sample.path.parent, monkeypatch, coverage_part="groups", **VIEWS[view]))
    if view == "not asked" or view == "not asked in spring":
        assert "nobody answered here" in said
    if view == "plain":
        assert "did not give their employer" in said


@pytest.mark.parametrize("filters", [{}, {"region": "Y60"}, {"audience": "shareable"}, {"role": "pcn_manager"}], ids=str)
def test_elements_with_bounds_and_weights(filters: dict[str, str], sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    said = healthy(run("coverage", sample.path.parent, monkeypatch, coverage_part="elements", england="region", **filters))
    known = filters.get("role") is None
    assert ("it could be anywhere from" in said) == known
    assert ("With every region counted" in said) == (known and "region" not in filters)


@pytest.mark.parametrize("part", ["groups", "elements"])
@pytest.mark.parametrize("audience", ["internal", "shareable"])
def test_with_one_response_and_with_none(
    part: str, audience: str, bare: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    for folder in (bare, tiny):
        healthy(run("coverage", folder, monkeypatch, coverage_part=part, england="region", audience=audience))
    healthy(run("coverage", tiny, monkeypatch, coverage_part=part, by="icb", across="months", audience=audience))
