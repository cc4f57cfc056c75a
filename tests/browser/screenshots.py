"""Takes docs/screenshots: every page at 1440 and 390 pixels, on the fictional sample. Run: python tests/browser/screenshots.py"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from conftest import QUIET, Server, Visit, find_browser  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

SHOTS = {
    "overview": "",
    "coverage": "coverage",
    "coverage-midlands-shareable": "coverage?region=Y60&audience=shareable",
    "themes": "themes",
    "priority": "priority",
    "priority-shareable": "priority?audience=shareable",
    "pcn": "pcn?pcn=F0003",
    "data": "data",
    "methods": "methods",
}
#: Pages are drawn whole, up to this many pixels.
TALLEST = 7000


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
                    visit.page.wait_for_timeout(1500)
                    tall = visit.page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
                    visit.page.set_viewport_size({"width": width, "height": min(max(tall + 40, height), TALLEST)})
                    visit.page.wait_for_timeout(1500)
                    visit.page.screenshot(path=out / f"{name}-{width}.png")
                    print(f"{name}-{width}.png", *visit.trouble)
                    context.close()
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    main()
