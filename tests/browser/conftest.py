"""A real server and a real browser. Any Chrome, Chromium or Edge will do."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from oversight.settings import ROOT

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
    "C:/Program Files/Microsoft/Edge/Application/msedge.exe",
)
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
QUIET += ["--disable-background-networking", "--disable-component-update"]
#: What a page may ask for.
OWN = ("http://localhost", "ws://localhost", "data:", "blob:")
#: Streamlit looks for its own endpoints below the page's address first; the browser reports each miss.
KNOWN_MISSES = ("/_stcore/health", "/_stcore/host-config")


def find_browser() -> str | None:
    """Path of an installed browser, None when there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None) or next((p for p in PLACES if Path(p).exists()), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in Path(item.fspath).parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_browser()
    if path is None:
        mend = "no Chrome, Chromium or Edge found: install one (Debian: apt-get install chromium)"
        if os.environ.get("OVERSIGHT_REQUIRE_BROWSER") == "1":
            pytest.fail(mend)
        pytest.skip(mend)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield launched
        launched.close()


class Server:
    """``streamlit run dashboard.py`` with snapshots and exports folders of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://localhost:{port}"
        self.snapshots = folder / "snapshots"
        environment = {**os.environ, "OVERSIGHT_SNAPSHOTS": str(self.snapshots), "OVERSIGHT_EXPORTS": str(folder / "exports")}
        command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.port", str(port)]
        self.log = (folder / "server.log").open("w", encoding="utf-8")
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=self.log, stderr=self.log)
        for _ in range(240):
            try:
                with urllib.request.urlopen(self.url + "/health", timeout=2) as answer:
                    assert answer.read() == b"ok"
                    return
            except OSError:
                time.sleep(0.25)
        raise RuntimeError(f"the server did not start; see {folder / 'server.log'}")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)
        self.log.close()


@pytest.fixture(scope="session")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on which nothing has been published: its first visitor sees the sample being built."""
    running = Server(tmp_path_factory.mktemp("server"))
    yield running
    running.stop()


class Visit:
    """One browser window, and what went wrong in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        self.foreign: list[str] = []
        page.on("console", lambda m: self.errors.append(f"{m.text} {m.location.get('url', '')}") if m.type == "error" else None)
        page.on("pageerror", lambda e: self.errors.append(str(e)))
        page.on("request", lambda r: None if r.url.startswith(OWN) else self.foreign.append(r.url))

    def open(self, url: str, timeout: float = 90_000) -> None:
        self.page.goto(url)
        self.settle(timeout)

    def settle(self, timeout: float = 60_000) -> None:
        """Wait until the script has run and the page has its heading."""
        self.page.wait_for_selector("h1", timeout=timeout)
        state = "document.querySelector('[data-testid=stApp]').dataset.testScriptState"
        self.page.wait_for_function(f"{state} === 'notRunning'", timeout=timeout)
        self.page.wait_for_timeout(500)

    @property
    def heading(self) -> str:
        return self.page.locator("h1").first.inner_text()

    def choose(self, label: str, option: str) -> None:
        """Pick an option of a filter in the sidebar."""
        self.page.get_by_test_id("stSidebar").get_by_label(label).click()
        self.page.get_by_role("option", name=option, exact=True).click()
        self.page.wait_for_timeout(400)
        self.settle()

    @property
    def trouble(self) -> list[str]:
        """Console errors, less Streamlit's own two probes."""
        return [e for e in self.errors if not any(miss in e for miss in KNOWN_MISSES)]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    yield Visit(context.new_page())
    context.close()
