"""Takes docs/screenshots: every page at 1440 and 390 pixels, on the fictional sample. Run: python tests/browser/screenshots.py"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from conftest import QUIET, Server, Visit, find_browser  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from tests.browser.test_new_survey import journey  # noqa: E402

SHOTS = {
    "overview": "",
    "coverage": "coverage",
    "coverage-midlands-shareable": "coverage?region=Y60&audience=shareable",
    "coverage-places": "coverage?coverage_part=places",
    "coverage-places-regions": "coverage?coverage_part=places&places_as=regions",
    "coverage-places-tiles": "coverage?coverage_part=places&places_as=tiles",
    "coverage-places-funnel": "coverage?coverage_part=places&places_as=funnel",
    "coverage-change": "coverage?coverage_part=change",
    "coverage-change-compared": "coverage?coverage_part=change&change_as=people",
    "coverage-groups": "coverage?coverage_part=groups&by=employer&across=months",
    "coverage-contract": "coverage?coverage_part=contract",
    "coverage-contract-sides": "coverage?coverage_part=contract&contract_as=sides",
    "coverage-question": "coverage?coverage_part=question&question=anxiety&question_by=icb",
    "themes": "themes",
    "themes-regions-and-roles": "themes?themes_part=groups",
    "themes-change": "themes?themes_part=change",
    "themes-together": "themes?themes_part=together",
    "themes-coding": "themes?themes_part=coders",
    "themes-beside": "themes?themes_part=beside",
    "themes-comments": "themes?themes_part=comments",
    "priority": "priority",
    "priority-shareable": "priority?audience=shareable",
    "priority-weights": "priority?priority_part=weights&weights=15-20-35-15-15",
    "priority-firm": "priority?priority_part=firm",
    "priority-sharing": "priority?priority_part=sharing",
    "priority-asking": "priority?priority_part=asking&region=Y60",
    "priority-following": "priority?priority_part=following",
    "pcn": "pcn?pcn=F1108",
    "data": "data",
    "data-focus-groups": "data?part=Focus+groups",
    "data-history": "data?part=History",
    "methods": "methods",
}
#: Pages are drawn whole, up to this many pixels.
TALLEST = 7000


def shoot(visit: Visit, path: Path, width: int, height: int) -> None:
    """A picture of the whole page."""
    visit.page.wait_for_timeout(1500)
    tall = visit.page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    visit.page.set_viewport_size({"width": width, "height": min(max(tall + 40, height), TALLEST)})
    visit.page.wait_for_timeout(1500)
    visit.page.screenshot(path=path)
    # few colours: the pictures stay readable and the repository small
    Image.open(path).convert("RGB").quantize(96, dither=Image.Dither.NONE).save(path, optimize=True)
    visit.page.set_viewport_size({"width": width, "height": height})
    print(path.name, *visit.trouble)


def new_survey(browser: Browser, folder: Path, out: Path, width: int, height: int) -> None:
    """How an unknown table becomes a wave; on a server of its own, for it publishes."""
    folder.mkdir()
    server = Server(folder)
    try:
        context = browser.new_context(viewport={"width": width, "height": height})
        visit = Visit(context.new_page())
        journey(visit, server.url, folder / "given", lambda name: shoot(visit, out / f"data-new-survey-{name}-{width}.png", width, height))
        context.close()
    finally:
        server.stop()


def main() -> None:
    """Start a server of its own, publish the sample, and photograph every page."""
    out = ROOT / "docs" / "screenshots"
    out.mkdir(parents=True, exist_ok=True)
    path = find_browser()
    if path is None:
        sys.exit("No Chrome, Chromium or Edge found: install one (Debian: apt-get install chromium).")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        try:
            for width, height in ((1440, 1000), (390, 844)):
                for name, address in SHOTS.items():
                    context = browser.new_context(viewport={"width": width, "height": height})
                    visit = Visit(context.new_page())
                    visit.open(f"{server.url}/{address}")
                    shoot(visit, out / f"{name}-{width}.png", width, height)
                    context.close()
        finally:
            server.stop()
        for width, height in ((1440, 1000), (390, 844)):
            new_survey(browser, Path(folder) / str(width), out, width, height)
        browser.close()


if __name__ == "__main__":
    main()
