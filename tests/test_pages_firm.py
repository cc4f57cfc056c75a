"""How firm the ranking is, on the Priority and PCN pages: full, filtered, for sharing, with almost nothing in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from oversight import store
from tests.test_pages import healthy, run

VIEWS: dict[str, tuple[dict[str, str], str]] = {
    "full": ({}, "rest on one person's reply"),
    "outside": ({"firm_side": "outside", "region": "Y60"}, "The nearest first"),
    "an ICB for sharing": ({"region": "Y61", "icb": "D7T5G", "audience": "shareable"}, "stays inside the programme"),
    "no places": ({"k": "0"}, "There are no places, so nothing to check"),
    "one place": ({"k": "1"}, "The one PCN with the highest estimate"),
    "places for all": ({"k": "5000"}, "so there is nothing to check"),
    "one weight": ({"weights": "0-1-0-0-0"}, "Of the 100 PCNs with the highest estimates"),
    "other weights for sharing": ({"weights": "0-1-0-0-0", "audience": "shareable"}, "whichever single weight moves by a quarter"),
    "PCN managers and link workers": ({"role": "pcn_manager", "also": "splw", "wave": "2026-1-spring"}, "by what PCN managers report"),
}


@pytest.mark.parametrize("view", VIEWS)
def test_the_part_under_a_view(view: str, sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    filters, sentence = VIEWS[view]
    app = run("priority", sample.path.parent, monkeypatch, priority_part="firm", **filters)
    said = healthy(app)
    assert sentence in said and "FICTIONAL" in said
    if "audience" in filters:
        assert not any("PCN (F" in str(cell) for frame in app.dataframe for cell in frame.value.to_numpy().ravel())
        assert "(F0" not in said


@pytest.mark.parametrize("audience", ["internal", "shareable"])
@pytest.mark.parametrize("folder", ["bare", "tiny"])
def test_the_part_with_nothing_to_rank(folder: str, audience: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    place: Path = request.getfixturevalue(folder)
    healthy(run("priority", place, monkeypatch, priority_part="firm", audience=audience))
    assert "How firm is that?" not in healthy(run("pcn", place, monkeypatch, pcn="F0001", audience=audience))


def test_a_pcn_says_how_firm_its_place_is_inside_only(sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    table = store.ask("need_sensitivity_pcn", store.Viewer(audience="internal"), sample).table
    near = table[table["in_k"] & (table["n"] >= 2)].iloc[0]
    code, said = near["pcn_code"], f"among the 100 with the highest estimates, and still is in {near['in_checks']} of 13 checks"
    inside = healthy(run("pcn", sample.path.parent, monkeypatch, pcn=code))
    assert said.replace("in 13 of", "in all of") in inside and "Without one of its" in inside
    assert "How firm is that?" not in healthy(run("pcn", sample.path.parent, monkeypatch, pcn=code, audience="shareable"))
    far = table[(table["in_checks"] == 0) & ~table["in_k"] & ~table["rests_on_one"]].iloc[-1]
    assert "How firm is that?" not in healthy(run("pcn", sample.path.parent, monkeypatch, pcn=far["pcn_code"]))


@pytest.mark.parametrize(("filters", "bands"), [({}, True), ({"audience": "shareable"}, True), ({"k": "0"}, False), ({"k": "5000"}, False)])
def test_who_needs_it_says_how_far_chances_may_be_out_and_shows_no_bands_that_tell_nothing(
    filters: dict[str, str], bands: bool, sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = healthy(run("priority", sample.path.parent, monkeypatch, **filters))
    assert ("**Who replies matters.**" in said) == ("PCNs by band" in said) == bands
