"""A weight moved by keyboard in a real browser: the finding follows, the link keeps it, the back button takes it back."""

from __future__ import annotations

from tests.browser.conftest import Server, Visit


def test_a_weight_moves_by_keyboard_and_the_link_keeps_it(visit: Visit, server: Server) -> None:
    visit.open(f"{server.url}/priority?priority_part=weights")
    assert visit.heading.startswith("The weights are as set")
    slider = visit.page.get_by_test_id("stSlider").filter(has_text="GP supervisor").get_by_role("slider")
    slider.focus()
    for _ in range(10):  # faster than the draws come
        visit.page.keyboard.press("ArrowRight")
        visit.page.wait_for_timeout(30)
    visit.page.wait_for_function("location.search.includes('weights=15-30-35-30-0')")
    visit.settle()
    assert visit.heading.startswith("With these weights")
    assert slider.input_value() == "30"
    assert "Point of contact 14% · GP supervisor 27%" in visit.page.get_by_text("Of the whole:").inner_text()
    assert visit.page.get_by_role("heading", name="clearly need").count() == 1
    heading = visit.heading
    visit.page.reload()
    visit.settle()
    assert visit.heading == heading
    visit.page.get_by_role("button", name="Back to what is set").click()
    visit.page.wait_for_function("location.search.includes('weights=15-20-35-30-0')")
    visit.settle()
    assert visit.heading.startswith("The weights are as set")
    assert not visit.trouble
