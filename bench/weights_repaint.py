"""How fast the estimates follow when a weight moves, beside a page with one chart: ``python bench/weights_repaint.py``.

Options: ``--repeat 16`` (moves of each kind). In one run of one headless browser two servers answer in turn, both warm: this dashboard on
the fictional sample, open at Priority, Weights, and the page of one selectbox and one chart of ``repaint.py``, whose clock this uses too.

A weight is moved by an arrow key on its slider; the clock runs from the key to the frame that follows the last change inside the chart of
estimates. Three kinds of move: to weights nobody has asked for before (new), back to weights that were seen (seen), and to new ones
while the draws of the move before are still under way (again). Each is set beside choosing an option on the page of one chart.

It prints the medians in milliseconds, their ratio, and the time until the draws have arrived too and the page stands still.
"""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser"), str(ROOT / "bench")]

from conftest import QUIET, Server, find_browser  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402
from repaint import EVERYWHERE, TARGET, OneChart, Times, change, open_page  # noqa: E402

from oversight import publish  # noqa: E402
from oversight.need.weights import NAMES  # noqa: E402
from oversight.settings import SAMPLE  # noqa: E402

#: Starts the clock of ``repaint.py`` by a key on a slider, as it is started there by the pointer on an option.
BY_KEY = """
document.addEventListener('keydown', event => {
  const clock = window.repaintClock;
  if (clock.armed && event.target.type === 'range') {
    Object.assign(clock, {armed: false, running: true, began: event.timeStamp, charts: 0, all: 0, moved: performance.now()});
  }
}, true)
"""
#: How long after the estimates of a move stand there the next key follows, for the kind "again": the draws are under way by then.
SOON = 300


def move(page: Page, slider: str, key: str, before: str = "") -> list[float]:
    """Press ``key`` on a slider, as ``repaint.change`` measures it; ``before``: a key pressed shortly before, not measured."""
    page.bring_to_front()
    page.get_by_test_id("stSlider").filter(has_text=slider).get_by_role("slider").focus()
    page.evaluate("repaintClock.start()")
    if before:
        page.keyboard.press(before)
        page.wait_for_function("repaintClock.charts", timeout=60_000, polling=20)
        page.wait_for_timeout(SOON)
        page.evaluate("repaintClock.start()")
    page.keyboard.press(key)
    measured: list[float] = page.wait_for_function("repaintClock.done()", timeout=60_000, polling=50).json_value()
    return measured


def measure(browser: Browser, folder: Path, one: Page, regions: list[str], repeat: int) -> dict[str, tuple[Times, Times]]:
    """All kinds of move on a new server, in turn with the page of one chart."""
    found = {kind: (Times(), Times()) for kind in ("new", "seen", "again")}
    first, second = NAMES["point_of_contact"], NAMES["gp_supervisor"]
    server = Server(folder)
    try:
        page = open_page(browser, f"{server.url}/priority?priority_part=weights")
        page.evaluate(BY_KEY)
        move(page, first, "ArrowRight")
        for i in range(repeat):
            moves = (("new", first, "ArrowRight", ""), ("seen", first, "ArrowLeft", ""), ("seen", first, "ArrowRight", ""))
            for kind, slider, key, before in (*moves, ("again", second, "ArrowRight", "ArrowRight")):
                ours, beside = found[kind]
                beside.add(*change(one, regions[i % len(regions)]))
                ours.add(*move(page, slider, key, before))
                change(one, EVERYWHERE)
        page.context.close()
    finally:
        server.stop()
    return found


def report(found: dict[str, tuple[Times, Times]]) -> None:
    """The table of medians and the worst ratio."""
    print(f"\n{'Move':<10}{'n':>5}{'Estimates ms':>14}{'One chart ms':>14}{'Ratio':>7}{'With draws ms':>15}")
    ratios = {}
    for kind, (ours, beside) in found.items():
        estimates, floor = statistics.median(ours.charts), statistics.median(beside.charts)
        ratios[kind] = estimates / floor
        print(f"{kind:<10}{len(ours.charts):>5}{estimates:>14.0f}{floor:>14.0f}{ratios[kind]:>7.2f}{statistics.median(ours.page):>15.0f}")
    worst = max(ratios, key=lambda kind: ratios[kind])
    print(f"Worst: {ratios[worst]:.2f} times ({worst}). Target: at most {TARGET:g} times.", flush=True)


def main() -> None:
    """Measure every kind of move and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=16)
    arguments = parser.parse_args()
    with (ROOT / "data" / "reference" / "region.csv").open(encoding="utf-8", newline="") as file:
        regions = sorted(row["region_name"] for row in csv.DictReader(file))
    path = find_browser()
    if path is None:
        sys.exit("No Chrome, Chromium or Edge found: install one (Debian: apt-get install chromium).")
    os.environ["STREAMLIT_SERVER_FILE_WATCHER_TYPE"] = "none"
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        (folder / "one").mkdir()
        publish.build([SAMPLE], folder / "snapshots")
        beside = OneChart(folder / "one", regions)
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        try:
            report(measure(browser, folder, open_page(browser, beside.url), regions, arguments.repeat))
        finally:
            browser.close()
            beside.stop()


if __name__ == "__main__":
    main()
