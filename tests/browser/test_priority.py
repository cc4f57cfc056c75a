"""From a dot on the Priority page to the PCN's own page and back."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from tests.browser.conftest import Server, Visit


def test_a_click_on_a_dot_opens_the_pcn_and_back_returns(visit: Visit, server: Server) -> None:
    visit.page.set_viewport_size({"width": 1440, "height": 2200})
    visit.open(f"{server.url}/priority?region=Y60")
    dots = visit.page.locator(".js-plotly-plot .scatterlayer .points path")
    dots.first.wait_for()
    dots.nth(3).scroll_into_view_if_needed()
    box = dots.nth(3).bounding_box()
    assert box
    visit.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    visit.page.wait_for_url("**/pcn?**")
    visit.settle()
    asked = parse_qs(urlsplit(visit.page.evaluate("window.location.href")).query)
    code = asked["pcn"][0]
    heading = visit.page.get_by_role("heading", level=1).inner_text()
    assert f"({code})" in heading
    assert asked["region"] == ["Y60"]
    visit.page.go_back()
    visit.page.wait_for_url("**/priority?**")
    visit.settle()
    assert "need" in visit.page.get_by_role("heading", level=1).inner_text()
    visit.page.wait_for_timeout(1000)
    assert "/priority" in visit.page.evaluate("window.location.href"), "the click must not open the PCN again"
    assert visit.trouble == []
