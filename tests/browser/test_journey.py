"""The journeys that only a browser shows. The first visit of all is a deep link to a server that has published nothing."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser

from oversight.settings import ROOT

#: The start page stands at the bare address.
PAGES = sorted("" if p.stem == "overview" else p.stem for p in (ROOT / "pages").glob("*.py"))


def query(url: str) -> dict[str, str]:
    return {k: v[0] for k, v in parse_qs(urlsplit(url).query).items()}


def address(visit) -> dict[str, str]:
    """The filters in the address bar, once the browser has written them there."""
    return query(visit.page.evaluate("window.location.href"))


def test_a_deep_link_first_then_filter_navigate_reload_back(visit, server) -> None:
    visit.open(f"{server.url}/coverage?region=Y60&wave=2026-1-spring")
    assert "Midlands" in visit.heading
    assert address(visit)["region"] == "Y60"
    assert address(visit)["wave"] == "2026-1-spring"
    assert address(visit)["icb"] == "all"  # the default stands in the link too
    visit.choose("Region", "London")
    assert "London" in visit.heading
    assert address(visit)["region"] == "Y56"
    visit.page.get_by_test_id("stSidebarNav").get_by_role("link", name="Themes").click()
    visit.page.wait_for_timeout(500)
    visit.settle()
    assert urlsplit(visit.page.evaluate("window.location.href")).path == "/themes"
    assert address(visit)["region"] == "Y56"
    visit.page.reload()
    visit.settle()
    assert (address(visit)["region"], address(visit)["wave"]) == ("Y56", "2026-1-spring")
    visit.page.get_by_test_id("stSidebarNav").get_by_role("link", name="Coverage").click()
    visit.page.wait_for_timeout(500)
    visit.settle()
    visit.choose("Region", "Midlands")
    assert "Midlands" in visit.heading
    visit.page.go_back()
    visit.page.wait_for_timeout(1000)
    visit.settle()
    assert "London" in visit.heading
    assert address(visit)["region"] == "Y56"
    assert visit.trouble == []


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("audience", ["internal", "shareable"])
def test_every_page_opens_clean_and_asks_nobody_else(page: str, audience: str, visit, server) -> None:
    visit.open(f"{server.url}/{page}?audience={audience}&pcn=F0002")
    assert visit.page.get_by_test_id("stException").count() == 0
    assert visit.page.locator("h1").count() == 1
    assert "FICTIONAL" in visit.page.get_by_test_id("stMain").inner_text()
    assert visit.trouble == []
    assert visit.foreign == []


@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_wider_than_a_phone(page: str, browser: Browser, server) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    window = context.new_page()
    window.goto(f"{server.url}/{page}?pcn=F0002")
    window.wait_for_selector("h1", timeout=90_000)
    window.wait_for_timeout(2500)
    wide = window.evaluate("(main => main.scrollWidth - main.clientWidth)(document.querySelector('[data-testid=stMain]'))")
    context.close()
    assert wide <= 1


def test_a_tampered_link_degrades_and_says_so(visit, server) -> None:
    visit.open(f"{server.url}/coverage?region=%3Cscript%3Ealert(1)%3C/script%3E&wave=1999&measure=x")
    assert "England" in visit.heading
    assert "left out" in visit.page.get_by_test_id("stMain").inner_text()
    assert (address(visit)["region"], address(visit)["wave"]) == ("all", "2026-2-autumn")
    assert visit.trouble == []


def test_scripts_travel_compressed(visit, server) -> None:
    scripts: dict[str, tuple[str | None, int]] = {}

    def note(response) -> None:
        if response.url.endswith(".js"):
            scripts[response.url] = (response.headers.get("content-encoding"), int(response.headers.get("content-length", "1000000")))

    visit.page.on("response", note)
    visit.open(f"{server.url}/coverage")
    visit.page.wait_for_selector(".js-plotly-plot")
    assert len(scripts) > 20  # the chart library among them
    assert [url for url, (encoding, size) in scripts.items() if encoding != "gzip" and size >= 1000] == []
