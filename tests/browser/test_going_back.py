"""Going back in a real browser: from the Overview's sentence to the part History, and everybody else sees it at their next step."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from oversight import snapshots, store
from tests.browser.conftest import Server, Visit


@pytest.fixture
def alone(browser: Browser, twice: tuple[store.Snapshot, store.Snapshot], tmp_path: Path) -> Iterator[Server]:
    """A server of its own with the two snapshots: what is gone back to here must not reach the other journeys."""
    shutil.copytree(twice[0].path.parent, tmp_path / "snapshots", ignore=shutil.ignore_patterns(".lock"))
    running = Server(tmp_path)
    yield running
    running.stop()


def test_from_the_overview_to_history_and_back_for_everybody(
    visit: Visit, browser: Browser, alone: Server, twice: tuple[store.Snapshot, store.Snapshot]
) -> None:
    somebody = browser.new_context(viewport={"width": 1440, "height": 1000})
    else_ = Visit(somebody.new_page())
    else_.open(f"{alone.url}/coverage")
    assert twice[1].snapshot_id[:8] in else_.page.get_by_test_id("stMain").inner_text()
    visit.open(alone.url)
    visit.page.get_by_test_id("stMain").get_by_role("link", name="What changed").click()
    visit.page.wait_for_timeout(1000)
    visit.settle()
    assert visit.page.get_by_role("tab", name="History").get_attribute("aria-selected") == "true"
    visit.page.get_by_role("button", name="Go back to the snapshot of").click()
    visit.page.wait_for_timeout(1000)
    visit.settle()
    said = visit.page.get_by_test_id("stMain").inner_text()
    assert "is the current one again" in said and "2,969 responses" in visit.heading
    assert visit.page.get_by_role("tab", name="History").get_attribute("aria-selected") == "true"  # still where it was pressed
    assert snapshots.current(alone.snapshots) == twice[0].snapshot_id
    visit.page.get_by_role("tab", name="Replies").click()
    visit.choose("Wave", "Spring 2026")
    assert visit.page.get_by_role("tab", name="Replies").get_attribute("aria-selected") == "true"  # the link names a part only once
    else_.choose("Region", "Midlands")
    assert twice[0].snapshot_id[:8] in else_.page.get_by_test_id("stMain").inner_text()
    somebody.close()
    assert visit.trouble == [] and else_.trouble == []
