"""History on the Data page and what changed on the Overview, run whole."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from oversight import history, snapshots, store
from oversight.settings import ROOT
from tests.test_pages import healthy, run

Two = tuple[store.Snapshot, store.Snapshot]


@pytest.fixture
def folder(twice: Two, tmp_path: Path) -> Path:
    """A copy of the two snapshots, for somebody to go back in."""
    for path in twice[0].path.parent.iterdir():
        if path.is_file() and path.name != ".lock":
            shutil.copy2(path, tmp_path)
    return tmp_path


def altered(folder: Path, snapshot: store.Snapshot, *statements: str) -> None:
    """Put another file in the place of a snapshot, as somebody would whose hands are faster than a reader's."""
    other = folder / "other"
    shutil.copy(folder / snapshot.path.name, other)
    with duckdb.connect(str(other)) as connection:
        for statement in statements:
            connection.execute(statement)
    other.replace(folder / snapshot.path.name)


def tables(app: AppTest, column: str) -> list:
    return [t.value for t in (*app.table, *app.dataframe) if column in t.value.columns]


def back_buttons(app: AppTest) -> list:
    return [b for b in app.button if b.label.startswith("Go back")]


def test_two_are_listed_and_compared_and_one_press_goes_back(folder: Path, twice: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = twice
    app = run("data", folder, monkeypatch)
    said = healthy(app).replace("\\", "")
    (kept,) = tables(app, "Snapshot")
    assert kept["Snapshot"].tolist() == [after.snapshot_id[:8], before.snapshot_id[:8]] and kept["State"].tolist() == ["Current", "–"]
    changes = history.changes(store.Viewer(audience="internal"), before, after)
    assert f"{changes.totals[1] - changes.totals[0]} more responses" in said and f"{len(changes.bands)} PCNs changed band" in said
    assert (app.query_params["before"], app.query_params["after"]) == (before.snapshot_id, after.snapshot_id)
    assert len(tables(app, "Replies before")[0]) == len(changes.bands)
    assert "link-worker-supervision" in app.code[0].value  # the mapping itself
    (button,) = back_buttons(app)
    button.click().run()
    assert not app.exception and not app.error
    assert snapshots.current(folder) == before.snapshot_id
    assert any("is the current one again" in s.value for s in app.success)
    assert f"{changes.totals[0]:,} responses" in app.title[0].value.replace("\\", "")  # the page shows it at once
    assert app.query_params["before"] == after.snapshot_id and app.query_params["after"] == before.snapshot_id
    (button,) = back_buttons(app)  # and the way forth again
    button.click().run()
    assert snapshots.current(folder) == after.snapshot_id and not app.exception


def test_for_sharing_nobody_goes_back_and_no_single_row_is_shown(folder: Path, twice: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    app = run("data", folder, monkeypatch, audience="shareable")
    healthy(app)
    assert back_buttons(app) == [] and len(app.code) == 0
    assert tables(app, "Replies before") == [] and tables(app, "Added") == []
    places = next(t for t in tables(app, "Place") if "n before" in t.columns)
    inside = history.coverage(store.Viewer(audience="internal"), *twice, "2026-2-autumn", "splw")
    wholes = inside[(inside["level"] != "england") & inside["part_of"].isna()]
    few = ((wholes["n2"] - wholes["n1"]).abs() < 10) & (wholes["level"] == "icb")
    assert len(places) == len(wholes) and (places.loc[few.to_numpy(), "n now"] == "–").all() and few.any()
    assert places.loc[few.to_numpy(), "Withheld because"].str.len().min() > 20


def test_one_snapshot_alone_has_nothing_to_compare(sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    app = run("data", sample.path.parent, monkeypatch)
    said = healthy(app)
    assert "nothing to compare yet" in said and back_buttons(app) == []
    assert "Since the snapshot of" not in healthy(run("overview", sample.path.parent, monkeypatch))


def test_the_overview_says_what_changed_since_the_last_one_of_the_same_kind(
    folder: Path, twice: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = healthy(run("overview", folder, monkeypatch)).replace("\\", "")
    assert "Since the snapshot of" in said and "more responses" in said and "PCNs changed band" in said
    midlands = healthy(run("overview", folder, monkeypatch, region="Y60")).replace("\\", "")
    assert "supervision in the Midlands" in midlands
    shared = healthy(run("overview", folder, monkeypatch, region="Y61", icb="D7T5G", audience="shareable")).replace("\\", "")
    assert "more responses" in shared and "% then" not in shared
    altered(folder, twice[0], "UPDATE snapshot SET fictional = FALSE")
    store._describe.cache_clear()
    assert "Since the snapshot of" not in healthy(run("overview", folder, monkeypatch))
    app = run("data", folder, monkeypatch)
    assert "Fictional data is never compared with real data" in healthy(app)
    assert len(back_buttons(app)) == 1  # going back to it is possible all the same


def test_a_snapshot_that_breaks_later_is_refused_in_words(folder: Path, twice: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    app = run("data", folder, monkeypatch)
    altered(folder, twice[0], "DELETE FROM wave")
    back_buttons(app)[0].click().run()
    assert "damaged" in app.error[0].value and snapshots.current(folder) == twice[1].snapshot_id and not app.exception


def test_nonsense_in_the_link_and_the_same_on_both_sides(twice: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    app = run("data", twice[1].path.parent, monkeypatch, before=twice[1].snapshot_id, after="<b>", role="pcn_manager", wave="2026-1-spring")
    assert "Choose two different snapshots" in healthy(app)
    next(s for s in app.selectbox if s.label == "From the snapshot of").select(twice[0].snapshot_id).run()
    assert "PCN managers" in healthy(app) and app.query_params["before"] == twice[0].snapshot_id


def test_a_wave_that_is_in_one_only(folder: Path, twice: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = "DELETE FROM answer_cell WHERE words IN (SELECT words FROM answer_words WHERE wave_id = '2026-2-autumn')"
    tables = ("answer_words", "question", "response", "wave")
    altered(folder, twice[0], cells, *(f"DELETE FROM {t} WHERE wave_id = '2026-2-autumn'" for t in tables))
    said = healthy(run("data", folder, monkeypatch)).replace("\\", "")
    assert "Autumn 2026 is new" in said and "not in both snapshots" in said


def test_history_opens_by_its_link() -> None:
    assert 'part="History"' in (ROOT / "pages" / "overview.py").read_text("utf-8")
    assert '"History": data_history' in (ROOT / "pages" / "data.py").read_text("utf-8")


def test_another_mapping_other_settings_and_versions_are_named(folder: Path, twice: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    altered(
        folder,
        twice[0],
        "UPDATE mapping SET sha256 = 'feed' || sha256[5:]",
        "UPDATE setting SET value = value + 1 WHERE name = 'places'",
        "UPDATE snapshot SET versions = 'duckdb 1.9'",
    )
    app = run("data", folder, monkeypatch)
    healthy(app)
    (named,) = [t for t in tables(app, "Now") if "Setting" in set(t.iloc[:, 0])]
    assert {"Setting", "Mapping", "Version"} == set(named["What"]) and "feed" in " ".join(named.iloc[:, 2])
