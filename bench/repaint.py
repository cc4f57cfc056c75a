"""How fast Coverage repaints when another region is chosen, beside a page with one chart: ``python bench/repaint.py``.

Options: ``--repeat 16`` (changes to a region already seen, per part) and ``--parts elements places`` (default: all of them).

In one run of one headless browser two servers answer in turn: this dashboard on the fictional sample, and a Streamlit page of one
selectbox and one chart (``graph_objects``, rows from DuckDB) that this script writes into a temporary folder. Both are warm: the server
runs, its page is open, its snapshot has been read. Every part of Coverage gets a new server, so that the first change to each region
is one that nobody has asked for before (new); then come changes to regions that have been seen, and between them back to all of England,
where a part has the most charts. Each is set beside the same choice on the page of one chart.

A script inside each page keeps the clock: from the moment the option is let go of to the frame that follows the last change inside any
chart. A change is over when no script runs and nothing has moved for half a second, and counts only when charts show other data than
before; charts that show the same as before, whatever the region, are counted and told. What else the page changed (tables, sentences)
is timed too, to the last change of any kind.

It prints the medians in milliseconds, their ratio to the page of one chart, and the worst of them.
"""

from __future__ import annotations

import argparse
import csv
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser")]

from conftest import QUIET, Server, Visit, find_browser  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from oversight import publish  # noqa: E402
from oversight.settings import SAMPLE  # noqa: E402

TARGET = 2.0
EVERYWHERE = "All of England"
WIDTH, HEIGHT = 1440, 1000

#: The page to compare with: one list to choose from, one query, one chart.
ONE_CHART = """
import duckdb
import plotly.graph_objects as go
import streamlit as st


@st.cache_resource
def database():
    return duckdb.connect("shares.duckdb", read_only=True)


st.title("Clinical supervision")
names = [name for (name,) in database().cursor().execute("SELECT DISTINCT region FROM share ORDER BY region").fetchall()]
region = st.selectbox("Region", ["All of England", *names])
rows = database().cursor().execute(
    "SELECT place, share, low, high FROM share WHERE $region = 'All of England' OR region = $region ORDER BY share", {"region": region}
).df()
figure = go.Figure(go.Scatter(
    x=rows["share"], y=rows["place"], mode="markers", marker={"size": 10},
    error_x={"type": "data", "symmetric": False, "array": rows["high"] - rows["share"], "arrayminus": rows["share"] - rows["low"]},
))
figure.update_layout(height=70 + 28 * len(rows))
st.plotly_chart(figure)
"""

#: Installed once in each page. ``start`` notes what every chart shows; ``done`` says when it was all repainted, null while it is not.
CLOCK = """
(() => {
  const clock = window.repaintClock = {};
  const charts = () => [...document.querySelectorAll('[data-testid=stMain] .js-plotly-plot')];
  const shows = chart => JSON.stringify([(chart.data || []).map(t => [t.x, t.y, t.z, t.text]), (chart.layout || {}).annotations]);
  const after = (what, now) => requestAnimationFrame(() => setTimeout(() => {
    clock[what] = Math.max(clock[what], performance.now());
  }, 0));
  new MutationObserver(changes => {
    if (!clock.running) return;
    clock.moved = performance.now();
    const main = document.querySelector('[data-testid=stMain]');
    let any = false, chart = false;
    for (const change of changes) {
      const at = change.target.nodeType === 1 ? change.target : change.target.parentElement;
      if (!at || !main || !main.contains(at)) continue;
      any = true;
      const within = at.closest('.js-plotly-plot') ||
        [...change.addedNodes].some(n => n.nodeType === 1 && (n.matches('.js-plotly-plot') || n.querySelector('.js-plotly-plot')));
      chart = chart || Boolean(within);
    }
    if (any) after('all');
    if (chart) after('charts');
  }).observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true});
  document.addEventListener('pointerup', event => {
    if (clock.armed && event.target.closest('[role=option]')) {
      Object.assign(clock, {armed: false, running: true, began: event.timeStamp, charts: 0, all: 0, moved: performance.now()});
    }
  }, true);
  clock.start = () => Object.assign(clock, {armed: true, running: false, before: new Set(charts().map(shows))});
  clock.done = () => {
    const now = performance.now();
    if (!clock.running || !clock.charts || now - clock.moved < 500) return null;
    if (document.querySelector('[data-testid=stApp]').dataset.testScriptState !== 'notRunning') return null;
    const here = charts(), same = here.filter(chart => clock.before.has(shows(chart))).length;
    if (here.length === same) return null;
    clock.running = false;
    return [clock.charts - clock.began, clock.all - clock.began, here.length, same];
  };
})()
"""


@dataclass
class Times:
    """Milliseconds until every chart was repainted, and until the page stood still."""

    charts: list[float] = field(default_factory=list)
    page: list[float] = field(default_factory=list)
    drawn: int = 0
    same: int = 0

    def add(self, charts: float, page: float, drawn: float, same: float) -> None:
        """One change, as ``change`` measured it."""
        self.charts.append(charts)
        self.page.append(page)
        self.drawn, self.same = max(self.drawn, int(drawn)), max(self.same, int(same))


class OneChart:
    """The page to compare with, on a server of its own."""

    def __init__(self, folder: Path, regions: Sequence[str]) -> None:
        import duckdb

        (folder / "page.py").write_text(ONE_CHART, encoding="utf-8")
        with duckdb.connect(str(folder / "shares.duckdb")) as database:
            database.execute("CREATE TABLE share (region VARCHAR, place VARCHAR, share DOUBLE, low DOUBLE, high DOUBLE)")
            rows = [(r, f"{r}, ICB {i}", 0.3 + 0.02 * i + 0.01 * j, 0.2, 0.8) for j, r in enumerate(regions) for i in range(5)]
            database.executemany("INSERT INTO share VALUES (?, ?, ?, ?, ?)", rows)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://localhost:{port}"
        flags = ["--server.port", str(port), "--server.headless", "true", "--server.address", "localhost"]
        flags += ["--browser.gatherUsageStats", "false", "--server.fileWatcherType", "none"]
        command = [sys.executable, "-m", "streamlit", "run", "page.py", *flags]
        self.process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(240):
            try:
                urllib.request.urlopen(self.url + "/_stcore/health", timeout=2).close()  # noqa: S310  our own server
                return
            except OSError:
                time.sleep(0.25)
        raise RuntimeError("the page of one chart did not start")

    def stop(self) -> None:
        """End its server."""
        self.process.terminate()
        self.process.wait(timeout=20)


def open_page(browser: Browser, url: str) -> Page:
    """A window of its own with the clock in it."""
    page = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}).new_page()
    visit = Visit(page)
    visit.open(url)
    page.wait_for_selector(".js-plotly-plot")
    page.wait_for_timeout(1_000)
    page.evaluate(CLOCK)
    return page


def change(page: Page, region: str) -> list[float]:
    """Choose a region: ms until the charts were repainted, ms until the page stood still, charts drawn, charts that stayed the same."""
    page.bring_to_front()
    page.get_by_label("Region").click()
    option = page.get_by_role("option", name=region, exact=True)
    option.wait_for()
    page.wait_for_timeout(250)  # the list has unfolded
    page.evaluate("repaintClock.start()")
    option.click()
    measured: list[float] = page.wait_for_function("repaintClock.done()", timeout=30_000, polling=50).json_value()
    return measured


Found = dict[str, tuple[Times, Times]]  # which change -> (of Coverage, of the page of one chart)


def measure(browser: Browser, folder: Path, one: Page, part: str, regions: Sequence[str], repeat: int) -> Found:
    """One part of Coverage on a new server, in turn with the page of one chart; both begin and end with all of England."""
    found: Found = {which: (Times(), Times()) for which in ("new", "seen", "England")}
    server = Server(folder)
    try:
        page = open_page(browser, f"{server.url}/coverage?coverage_part={part}")
        choices = [("new", region) for region in regions]
        for i in range(repeat):
            choices += [("seen", regions[i % (len(regions) - 1)]), ("England", EVERYWHERE)]
        for which, region in choices:
            ours, beside = found[which]
            beside.add(*change(one, region))
            ours.add(*change(page, region))
        page.context.close()
    finally:
        server.stop()
    return found


def report(parts: Mapping[str, Found]) -> None:
    """The table of medians and the worst ratio."""
    print(f"\n{'Part':<16}{'Region':<9}{'Charts':>7}{'n':>5}{'Charts ms':>11}{'One chart ms':>14}{'Ratio':>7}{'Page ms':>9}")
    worst = (0.0, "")
    for part, found in parts.items():
        for which, (ours, beside) in found.items():
            charts, floor = statistics.median(ours.charts), statistics.median(beside.charts)
            numbers = f"{ours.drawn:>7}{len(ours.charts):>5}{charts:>11.0f}{floor:>14.0f}{charts / floor:>7.2f}"
            stayed = f"  ({ours.same} stayed the same)" if ours.same else ""
            print(f"{part:<16}{which:<9}{numbers}{statistics.median(ours.page):>9.0f}{stayed}", flush=True)
            worst = max(worst, (charts / floor, f"{part}, {which}"))
    print(f"Worst: {worst[0]:.2f} times ({worst[1]}). Target: at most {TARGET:g} times.", flush=True)


def main() -> None:
    """Measure every part asked for and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=16)
    parser.add_argument("--parts", nargs="*")
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
            one = open_page(browser, beside.url)
            found = {}
            for part in arguments.parts or parts():
                found[part] = measure(browser, folder, one, part, regions, arguments.repeat)
                report({part: found[part]})
            report(found)
        finally:
            browser.close()
            beside.stop()


def parts() -> list[str]:
    """The parts of Coverage, as its page lists them."""
    import ast

    tree = ast.parse((ROOT / "pages" / "coverage.py").read_text(encoding="utf-8"))
    (table,) = (node.value for node in tree.body if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "PARTS")
    assert isinstance(table, ast.Dict)
    return [ast.literal_eval(key) for key in table.keys if key is not None]


if __name__ == "__main__":
    main()
