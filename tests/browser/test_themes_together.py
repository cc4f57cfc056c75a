"""The matrix of themes is clicked, and what was said of the pair stands below; a keyboard reaches the same by two lists."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from tests.browser.conftest import Server, Visit


def pair(visit: Visit) -> tuple[str, str]:
    """The pair in the address."""
    found = parse_qs(urlsplit(visit.page.evaluate("window.location.href")).query)
    return found["pair_theme"][0], found["pair_other"][0]


def test_a_click_on_a_square_shows_the_excerpts_of_that_pair(visit: Visit, server: Server) -> None:
    visit.page.set_viewport_size({"width": 1440, "height": 1800})
    visit.open(f"{server.url}/themes?themes_part=together&pair_theme=isolation&pair_other=confusion")
    assert pair(visit) == ("isolation", "confusion")
    squares = visit.page.locator(".js-plotly-plot .scatterlayer .points path")
    squares.first.wait_for()
    before = visit.page.get_by_test_id("stMain").inner_text()
    box = squares.nth(40).bounding_box()
    assert box
    visit.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    visit.page.wait_for_function("!location.href.includes('pair_theme=isolation&pair_other=confusion')")
    visit.settle()
    one, two = pair(visit)
    chosen = visit.page.get_by_test_id("stMain").get_by_test_id("stSelectbox").all_inner_texts()
    said = visit.page.get_by_test_id("stMain").inner_text()
    assert one != two
    assert said != before
    assert "session FG" in said and "Speaker" not in said
    visit.page.reload()  # the pair is in the address, so a link opens to it
    visit.settle()
    assert pair(visit) == (one, two)
    assert visit.page.get_by_test_id("stMain").get_by_test_id("stSelectbox").all_inner_texts() == chosen
    other = visit.page.get_by_test_id("stMain").get_by_label("And theme")
    other.focus()
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        visit.page.keyboard.press(key)
    visit.page.wait_for_timeout(500)
    visit.settle()
    assert pair(visit)[0] == one and pair(visit)[1] != two
    assert visit.trouble == []
