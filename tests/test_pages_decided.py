"""Deciding a plan on the Priority page, and where pages show it: run whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from oversight import decided, plans, store, ui
from oversight.decided import Asked, Decision
from tests.test_pages import healthy, run

INTERNAL = store.Viewer(audience="internal")
WAVE = "2026-2-autumn"
PART = {"priority_part": "sharing"}
DECISION = Decision(date(2026, 11, 25), "Programme *board*", "Only for us.")


@pytest.fixture
def folder(sample: store.Snapshot) -> Iterator[Path]:
    """The sample's own folder, to decide in; what was decided is gone afterwards."""
    yield sample.path.parent
    plans = sample.path.parent / "plans"
    plans.unlink() if plans.is_file() else shutil.rmtree(plans, ignore_errors=True)


@pytest.fixture
def plan(sample: store.Snapshot, folder: Path) -> decided.Plan:
    """A plan for 60 places, decided."""
    filters = store.ask("priority", INTERNAL, sample, k=60).filters
    path = plans.decide(decided.read(decided.freeze(Asked.of(filters), DECISION, sample)), beside=folder)
    return decided.read(path)


def said(app: AppTest) -> str:
    return healthy(app).replace("\\", "")


def lists(app: AppTest) -> list:
    return [t.value for t in app.table if "Decided" in t.value.columns]


def form(app: AppTest) -> dict:
    return {
        "by": next(w for w in app.text_input if w.label == "Decided by"),
        "on": next(w for w in app.date_input if w.label == "On"),
        "note": next(w for w in app.text_area if w.label.startswith("Note")),
        "sure": app.checkbox[-1],
        "send": next(b for b in app.button if b.label == "Decide this plan"),
    }


def fill(app: AppTest, by: str = "The board", sure: bool = True) -> AppTest:
    parts = form(app)
    parts["by"].input(by)
    parts["on"].set_value(date(2026, 11, 25))
    parts["note"].input("Agreed <b>by all</b>.")
    if sure:
        parts["sure"].check()
    return parts["send"].click().run()


def test_the_form_decides_the_plan_as_shown_and_the_page_shows_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = run("priority", folder, monkeypatch, k="40", region="Y60", **PART)
    assert "Decided on" not in said(app)
    app = fill(app, sure=False)
    assert "Nothing was decided" in app.error[0].value and plans.listing(folder) == []
    app = fill(app)
    words = said(app)
    assert "FICTIONAL. The plan is decided: 40 PCNs with a place" in " ".join(s.value.replace("\\", "") for s in app.success)
    assert "Decided on 25 November 2026 by The board" in words and "of the Midlands" in words
    assert "40 places" in words and "gives the same places" in words and "Agreed <b>by all</b>." in words
    (found,) = plans.listing(folder)
    assert found.plan is not None and found.plan.asked.k == 40 and len(found.plan.content["selected"]) == 40  # of England
    assert decided.check(found.plan, folder) == []
    (table,) = lists(app)
    own = found.plan.table[found.plan.table["region_code"] == "Y60"]
    assert len(table) == len(own) > 0 and table["PCN"].str.extract(r"\((F\d+)\)")[0].tolist() == own["pcn_code"].tolist()
    words_of = {"place": "Place", "reserve": "Reserve"}
    assert table["Decided"].tolist() == [f"{words_of[d]} {n}" for d, n in zip(own["decided"], own["place"], strict=True)]
    assert any("is the decided one" in c.value for c in app.caption)  # nothing to decide twice


def test_another_plan_takes_its_place_only_when_that_is_ticked(folder: Path, plan: decided.Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    app = run("priority", folder, monkeypatch, k="50", **PART)
    words = said(app)
    assert "60 PCNs have a place" in words
    assert "takes the place of the plan decided on 25 November 2026 by Programme *board*" in form(app)["sure"].label.replace("\\", "")
    app = fill(app, sure=False)
    assert [one.state for one in plans.listing(folder)] == ["In force"]
    app = fill(app)
    assert [one.state for one in plans.listing(folder)] == ["In force", "Replaced"]
    assert "Decided on 25 November 2026 by The board: 50 PCNs have a place" in said(app)


def test_a_decision_that_cannot_be_kept_is_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "plans").write_text("a file where the folder should be")
    app = fill(run("priority", folder, monkeypatch, **PART))
    assert "cannot be written" in app.error[0].value and not app.exception


def test_pages_show_it_in_a_line_and_a_pcn_says_where_it_stands(folder: Path, plan: decided.Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    for page, audience in (("priority", "internal"), ("overview", "internal"), ("overview", "shareable")):
        words = said(run(page, folder, monkeypatch, audience=audience))
        assert "FICTIONAL. Decided on 25 November 2026 by Programme *board*: 60 PCNs have a place" in words
    assert "Decided" not in said(run("priority", folder, monkeypatch, wave="2026-1-spring"))
    chosen = plan.table["pcn_code"].iloc[0]
    assert "Decided: has a place in the plan decided on" in said(run("pcn", folder, monkeypatch, pcn=chosen, audience="shareable"))
    table = store.ask("priority", INTERNAL, plan.snapshot.snapshot_id).table
    served = table.loc[~table["pcn_code"].isin(plan.table["pcn_code"]) & (table["offer_status"] == "started"), "pcn_code"].iloc[0]
    words = said(run("pcn", folder, monkeypatch, pcn=served))
    assert "Decided: has been offered a place, but not by the plan decided on 25 November 2026" in words


def test_for_sharing_the_list_is_the_decision_alone(folder: Path, plan: decided.Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    app = run("priority", folder, monkeypatch, audience="shareable", **PART)
    words = said(app)
    (table,) = lists(app)
    assert list(table.columns) == ["Decided", "PCN", "ICB", "Region"] and len(table) == len(plan.table)
    assert set(table["Decided"]) <= {"Place", "Reserve list"}
    assert "Only for us." not in words and "same places" not in words
    assert not app.text_input and not [b for b in app.button if b.label == "Decide this plan"]
    assert not any("JSON" in b.proto.label for b in app.get("download_button"))
    (own,) = lists(run("priority", folder, monkeypatch, audience="shareable", decided_region="Y60", **PART))
    assert set(own["Region"]) == {"Midlands"} and len(own) == (plan.table["region_code"] == "Y60").sum()


def test_somebody_of_one_region_sees_its_rows_and_cannot_decide(
    folder: Path, plan: decided.Plan, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    here = ui.here
    monkeypatch.setattr(ui, "here", lambda: replace(here(), viewer=store.Viewer(frozenset({"Y60"}), "internal")))
    app = run("priority", folder, monkeypatch, **PART)
    words = said(app)
    (table,) = lists(app)
    own = plan.table[plan.table["region_code"] == "Y60"]
    assert len(table) == len(own) and set(table["Region"]) == {"Midlands"}
    assert f"{(own['decided'] == 'place').sum()} PCNs of your regions have a place" in words and "60 PCNs" not in words
    assert not [b for b in app.button if b.label == "Decide this plan"]
    assert not any("JSON" in b.proto.label for b in app.get("download_button"))


def test_a_plan_changed_by_hand_is_not_shown_as_decided(folder: Path, plan: decided.Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    (one,) = plans.listing(folder)
    one.path.write_bytes(one.path.read_bytes().replace(b'"k": 60', b'"k": 61'))
    app = run("priority", folder, monkeypatch, **PART)
    assert "A decided plan cannot be shown" in app.error[0].value and "changed after it was written" in app.error[0].value
    assert not lists(app) and not app.exception
    assert "Decided on" not in said(run("overview", folder, monkeypatch))
    assert "cannot be shown" not in said(run("priority", folder, monkeypatch, audience="shareable", **PART))


def changed(sample: store.Snapshot, folder: Path, letter: str, *statements: str) -> None:
    """Make another snapshot the current one: the sample after some statements."""
    other = folder / f"{letter * 16}.duckdb"
    other.write_bytes(sample.path.read_bytes())
    with duckdb.connect(str(other)) as connection:
        for statement in (*statements, f"UPDATE snapshot SET snapshot_id = '{letter * 16}'"):
            connection.execute(statement)
    (folder / "current").write_text(letter * 16 + "\n", encoding="utf-8")


def test_a_fictional_plan_is_never_shown_on_real_data(
    tmp_path: Path, plan: decided.Plan, sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    shutil.copytree(sample.path.parent / "plans", tmp_path / "plans")
    changed(sample, tmp_path, "a", "UPDATE snapshot SET fictional = FALSE")
    assert "Decided on" not in said(run("priority", tmp_path, monkeypatch, **PART))


def test_a_plan_outlives_its_snapshot_and_is_set_beside_the_present_one(
    tmp_path: Path, plan: decided.Plan, sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    shutil.copytree(sample.path.parent / "plans", tmp_path / "plans")  # and not the snapshot
    code = plan.content["selected"][0]["pcn_code"]
    changed(sample, tmp_path, "b", f"DELETE FROM response WHERE pcn_code = '{code}'")
    words = said(run("priority", tmp_path, monkeypatch, **PART))
    assert "Decided on 25 November 2026" in words and "The present data gives other places by the same rules" in words
    assert "What is decided stays so" in words


@pytest.mark.parametrize("audience", ["internal", "shareable"])
def test_with_nothing_decided_the_part_says_so(audience: str, tiny: Path, bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in (tiny, bare):
        healthy(run("priority", place, monkeypatch, audience=audience, **PART))
