"""Adding files in a real browser: a broken one, a first programme in place of the sample, and real PCNs among fictional ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Server
from tests.programme import response, write_map, write_programme

PCNS = {f"F{i:04}": "QHL" for i in range(1, 7)}


@pytest.fixture
def alone(browser: Browser, tmp_path: Path) -> Iterator[Server]:
    """A server of its own: what is published here must not reach the other journeys."""
    folder = tmp_path / "server"
    folder.mkdir()
    running = Server(folder)
    yield running
    running.stop()


def files(visit, *paths: Path, **names: str) -> None:
    """Choose files; ``names``: stem -> another name to give it, which not every file system would allow."""
    given = [{"name": names.get(p.stem, p.name), "mimeType": "text/csv", "buffer": p.read_bytes()} for p in paths]
    visit.page.locator("input[type=file]").set_input_files(given)
    visit.page.wait_for_timeout(1000)
    visit.settle()


def press(visit, label: str) -> str:
    """Press a button; returns what the page says then."""
    visit.page.get_by_role("button", name=label).click()
    visit.page.wait_for_timeout(1000)
    visit.settle()
    return visit.page.get_by_test_id("stMain").inner_text()


def clear(visit) -> None:
    visit.page.reload()
    visit.settle()
    visit.page.get_by_role("tab", name="Add files").click()


def test_upload_check_publish(visit, alone: Server, tmp_path: Path) -> None:
    given = write_programme(tmp_path / "given", PCNS, [response(code) for code in PCNS] + [response("F9999")])
    (given / "Supervision(1-9).csv").rename(given / "survey.csv")
    broken = tmp_path / "broken.csv"
    broken.write_text('ID,Start time,Completion time\n"never closed', encoding="utf-8")
    real = write_map(tmp_path / "real", {"U12345": "QHL"}, "01Nov2026")
    visit.open(f"{alone.url}/data")
    sample = (alone.snapshots / "current").read_text(encoding="utf-8")
    exports = tmp_path / "server" / "exports"

    clear(visit)
    files(visit, broken)  # is looked into at once; what cannot be read cannot be checked
    visit.page.get_by_text("What to do.").first.wait_for(timeout=30_000)
    said = visit.page.get_by_test_id("stMain").inner_text()
    assert "broken.csv cannot be read from line 2" in said and "Traceback" not in said
    assert visit.page.get_by_role("button", name="Check", exact=True).is_disabled()
    assert visit.page.get_by_role("button", name="Publish").count() == 0
    assert not exports.exists() and (alone.snapshots / "current").read_text(encoding="utf-8") == sample

    clear(visit)
    files(visit, *given.glob("*.csv"), survey="[x](http:evil) <b>Title<b> (1-7).csv")
    said = press(visit, "Check")
    assert "a fictional snapshot of 6 responses" in said and "The fictional sample goes out of use" in said
    assert "[x](http_evil) _b_Title_b_ (1-7).csv" in said  # as it stands: no link, no bold
    assert visit.page.locator("a[href*=evil]").count() == 0
    assert not exports.exists() and (alone.snapshots / "current").read_text(encoding="utf-8") == sample
    said = press(visit, "Publish")
    now = (alone.snapshots / "current").read_text(encoding="utf-8").strip()
    assert f"Snapshot {now} is published: 6 responses. It replaces snapshot {sample.strip()}" in said
    assert visit.heading.startswith("6 responses of 1 wave are loaded from 3 files; 1 row was set aside")
    assert sorted(p.name for p in exports.iterdir() if p.name != ".lock") == [
        "[x](http_evil) _b_Title_b_ (1-7).csv", "map-01Oct2026.csv", "waves.csv",
    ]  # fmt: skip

    clear(visit)
    files(visit, real)
    said = press(visit, "Check")
    assert "mix real PCNs (U12345) and fictional ones" in said
    assert (alone.snapshots / "current").read_text(encoding="utf-8").strip() == now
    assert visit.trouble == []


def test_what_is_needed_to_begin_can_be_taken_away(visit, server) -> None:
    visit.open(f"{server.url}/data")
    visit.page.get_by_role("tab", name="Add files").click()
    for label, name in (("Blank registers (zip)", "registers.zip"), ("The questionnaire (text)", "questionnaire.txt")):
        with visit.page.expect_download() as download:
            visit.page.get_by_role("button", name=label).click()
        assert download.value.suggested_filename == name
        assert Path(download.value.path()).stat().st_size > 500
    assert visit.trouble == []
