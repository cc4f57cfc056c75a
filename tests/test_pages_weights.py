"""The part of Priority where weights move: full, filtered, for sharing, with almost nothing in it, and what moving one does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from oversight import need, store, weighing
from tests.test_pages import healthy, run, words

VIEWS: dict[str, dict[str, str]] = {
    "as set": {},
    "other weights": {"weights": "40-20-20-20-0"},
    "weights that are no whole numbers, in a region": {"weights": "0.4-0.2-0.2-0.2-0", "region": "Y60"},
    "an ICB": {"weights": "10-10-50-20-10", "region": "Y61", "icb": "D7T5G"},
    "no places": {"weights": "40-20-20-20-0", "k": "0"},
    "more places than PCNs": {"weights": "40-20-20-20-0", "k": "5000"},
    "one place": {"weights": "40-20-20-20-0", "k": "1"},
    "further kinds of respondent": {"also": "care_coordinator,hwb_coach"},
    "PCN managers, who are asked little": {"role": "pcn_manager", "weights": "40-20-20-20-0"},
    "the first wave": {"wave": "2026-1-spring", "weights": "0-0-100-0-0"},
    "nonsense": {"weights": "0-0-0-0-0", "k": "-3", "also": "kings"},
    "too much of what is sensitive": {"weights": "0-0-10-90-0"},
}


def part(folder: Path, monkeypatch: pytest.MonkeyPatch, **filters: str) -> AppTest:
    return run("priority", folder, monkeypatch, priority_part="weights", **filters)


def slider(app: AppTest, name: str):  # type: ignore[no-untyped-def]
    return app.slider(key=f"weight-{name}")


@pytest.mark.parametrize("view", VIEWS)
def test_the_part_under_a_view(view: str, sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    app = part(sample.path.parent, monkeypatch, **VIEWS[view])
    said = healthy(app)
    assert "Of the whole" in said
    assert len(app.slider) == len(need.CRITERIA)
    if view in ("nonsense", "too much of what is sensitive"):
        assert "It was left out" in said
        assert app.title[0].value.startswith("The weights are as set")


@pytest.mark.parametrize("audience", ["internal", "shareable"])
def test_with_no_survey_and_with_one_response(audience: str, bare: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in (bare, tiny):
        app = part(folder, monkeypatch, audience=audience, weights="40-20-20-20-0")
        said = healthy(app)
        assert ("Of the whole" in said) == (audience == "internal")
    assert ("With these weights" in said) == (audience == "internal")


def test_for_sharing_the_weights_are_as_set(sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    app = part(sample.path.parent, monkeypatch, audience="shareable", weights="40-20-20-20-0", k="3", also="hwb_coach")
    said = healthy(app)
    assert "For sharing, the weights, the number of places and who counts are as set" in said
    assert not app.slider
    assert not app.number_input
    assert not re.search(r"\bF\d{4}\b", said)
    assert "40%" not in said
    for share in weighing.per_cent(need.WEIGHTS).values():
        assert f"{share}%" in said


def test_a_weight_moves_and_everything_follows(sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    app = part(sample.path.parent, monkeypatch)
    assert "Back to what is set" not in {button.label for button in app.button}
    slider(app, "point_of_contact").set_value(60).run()
    assert app.query_params["weights"] == "60-20-35-30-0"
    text = "60-20-35-30-0"
    viewer = store.Viewer(audience="internal")
    now, as_set = (store.ask("needs", viewer, sample, weights=weights).table for weights in (text, None))
    table = weighing.compared(now, as_set, int(store.setting(sample, "places")))
    said = healthy(app)
    assert app.title[0].value == weighing.headline(table, 100, "these weights")
    assert weighing.amount_to(need.weights.from_text(text)) in said
    assert "Not the set ranking" in said
    for row in weighing.moves(table).to_dict("records"):
        assert row["pcn"] in said
    assert app.code[0].value == weighing.toml(need.weights.from_text(text)).strip()
    assert weighing.LATER not in said  # the draws have come
    counts = next(t.value for t in app.table if "As set" in t.value.columns)
    drawn = store.ask("priority", viewer, sample, weights=text).table
    assert counts["With these weights"].tolist() == [f"{(drawn['band'] == band).sum():,}" for band in need.BANDS]
    next(button for button in app.button if button.label == "Back to what is set").click().run()
    assert healthy(app)
    assert app.title[0].value.startswith("The weights are as set")
    assert [s.value for s in app.slider] == [int(w) for w in need.WEIGHTS.values()]


def test_what_cannot_be_used_is_said_and_the_last_weights_stay(sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    app = part(sample.path.parent, monkeypatch, weights="0-0-50-40-0")
    slider(app, "strain").set_value(30).run()
    (wrong,) = app.error
    assert "Safeguarding and strain hold 58% of the whole; together they may hold at most half" in wrong.value
    assert weighing.amount_to({"clinical_supervision": 50, "safeguarding_and_concerns": 40}) in wrong.value
    assert slider(app, "strain").value == 30  # it stays where it was put, so that another can be raised
    assert "safeguarding_and_concerns = 40" in app.code[0].value
    slider(app, "point_of_contact").set_value(40).run()
    assert not app.error
    assert weighing.amount_to(need.weights.from_text("40-0-50-40-30")) in words(app)
    for name in need.CRITERIA:
        slider(app, name).set_value(0)
    app.run()
    assert "All weights are 0" in app.error[0].value
    next(button for button in app.button if button.label == "Back to what is set").click().run()
    assert not app.error
    assert [s.value for s in app.slider] == [int(w) for w in need.WEIGHTS.values()]


def test_places_and_kinds_are_kept_for_the_other_parts(sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    app = part(sample.path.parent, monkeypatch)
    app.number_input(key="weights-k").set_value(7).run()
    app.multiselect(key="weights-also").select("care_coordinator").run()
    said = healthy(app).replace("\\", "")
    assert (app.query_params["k"], app.query_params["also"]) == ("7", "care_coordinator")
    assert "With these replies" in app.title[0].value
    assert " of the 7 " in app.title[0].value
    assert "It is for 7 places, not 100. Replies of Care Coordinators count too." in said
    app.button_group(key="filter-priority_part").set_value("who").run()
    assert "among the 7 neediest" in healthy(app)


def test_a_move_does_not_wait_for_the_draws_of_the_one_before(sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page leaves while an answer is being worked out, and what has not begun is not begun."""
    import threading

    from streamlit.runtime.scriptrunner import StopException

    from oversight import ui

    view = ui.View(store.Viewer(audience="internal"), sample, {"wave": None, "role": "splw"}, {}, None)  # type: ignore[arg-type]
    held, begun = threading.Event(), []

    def slow(name: str, *_: object, **__: object) -> str:
        begun.append(name)
        assert held.wait(20)
        return name

    monkeypatch.setattr(store, "ask", slow)

    class Interrupted:
        def get(self, _: str) -> None:
            raise StopException

    monkeypatch.setattr(ui.st, "session_state", Interrupted())
    for _ in range(6):  # two are worked out at a time
        with pytest.raises(StopException):
            view.ask_meanwhile("priority")
    held.set()
    ui._beside.submit(lambda: None).result()
    assert 1 <= len(begun) <= 2
