"""As a new user would: a table of an unknown tool, with two header rows, becomes a published wave through the Data page alone."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Server, Visit
from tests.programme import write, write_map

PCNS = {f"F{i:04}": "QHL" if i <= 20 else "QNC" for i in range(1, 41)}
GROUPS = ["ID", "Submitted", "About you", "", "First contact", "", "Supervision", "", "Challenges", "E-mail", "Colour", "Comments"]
HEADINGS = [
    "", "", "Which PCN do you work in?", "What is your role?", "Do you have a named first point of contact?", "Is that person a GP?",
    "Do you get clinical or non-managerial supervision?", "How often is supervision?", "What challenges do you face?", "",
    "What is your favourite colour?", "Any comments",
]  # fmt: skip


def export(path: Path) -> tuple[Path, int, int]:
    """The export; how many of its 60 respondents are link workers, and how many of those say they have regular supervision."""
    rng = random.Random(11)
    rows, workers, regular = [], 0, 0
    for i in range(60):
        role, has = rng.choice(["Link worker", "Care coordinator"]), rng.choice(["Yes", "No", "Not sure"])
        often = rng.choice(["Every month", "Every 6 weeks", "Weekly", "Every 3 months"]) if has == "Yes" else ""
        workers += role == "Link worker"
        regular += role == "Link worker" and often in ("Every month", "Every 6 weeks", "Weekly")
        rows.append(
            [str(1000 + i), f"{1 + i % 28:02}/10/2026 {8 + i % 9:02}:15", rng.choice(list(PCNS)), role, rng.choice(["Yes", "No"]),
             rng.choice(["Yes", "No"]), has, often, rng.choice(["Isolation, lone or remote work", "Inappropriate referrals, "
             "Isolation, lone or remote work"]), "a@example.org", rng.choice(["Red", "Blue"]), rng.choice(["", "Fine, so far"])]
        )  # fmt: skip
    return write(path, GROUPS, [HEADINGS, *rows]), workers, regular


@pytest.fixture
def alone(browser: Browser, tmp_path: Path) -> Iterator[Server]:
    """A server of its own: what is published here must not reach the other journeys."""
    folder = tmp_path / "server"
    folder.mkdir()
    running = Server(folder)
    yield running
    running.stop()


def upload(visit: Visit, url: str, *files: Path) -> None:
    visit.open(f"{url}/data")
    visit.page.get_by_role("tab", name="Add files").click()
    visit.page.locator("input[type=file]").set_input_files(list(files))
    visit.page.get_by_text("to be mapped").first.wait_for(timeout=30_000)
    visit.settle()


def press(visit: Visit, label: str) -> None:
    visit.page.get_by_role("button", name=label, exact=True).click()
    visit.page.wait_for_timeout(1000)
    visit.settle()


def journey(visit: Visit, url: str, folder: Path, shoot: Callable[[str], None]) -> str:
    """From the upload to the published wave; ``shoot`` photographs each stop. Returns what the page says in the end."""
    table, _, _ = export(folder / "Pulse on supervision.csv")
    upload(visit, url, table, write_map(folder, PCNS))
    main = visit.page.get_by_test_id("stMain")
    said = main.inner_text()
    assert "2 header rows" in said and "left out: E-mail" in said and "to be mapped" in said
    assert visit.page.get_by_role("button", name="Check", exact=True).is_disabled()
    shoot("proposed")
    # the analyst corrects one proposal: the colour is nobody's business
    box = visit.page.get_by_role("combobox", name="Question 8 is")
    box.focus()
    box.fill("Leave it out")
    visit.page.get_by_role("option", name="Leave it out: it is never published").wait_for()
    box.press("Enter")
    visit.page.wait_for_timeout(500)
    visit.settle()
    visit.page.get_by_label("Name of the wave").fill("Pulse, October 2026")
    visit.page.get_by_label("Name of the wave").press("Tab")
    visit.settle()
    visit.page.get_by_text("I have looked through what is only similar").click()
    visit.settle()
    press(visit, "Check")
    assert "a fictional snapshot of 60 responses" in main.inner_text()
    shoot("checked")
    press(visit, "Publish")
    shoot("published")
    said = main.inner_text()
    assert "could not be drawn" not in said
    return said


def test_an_unknown_table_becomes_a_wave(visit: Visit, alone: Server, tmp_path: Path) -> None:
    folder = tmp_path / "given"
    shots = tmp_path / "shots"
    shots.mkdir()
    said = journey(visit, alone.url, folder, lambda name: visit.page.screenshot(path=shots / f"{name}.png"))
    assert "is published: 60 responses" in said
    assert len(list(shots.iterdir())) == 3
    exports = tmp_path / "server" / "exports"
    assert sorted(p.name for p in exports.iterdir() if p.suffix) == [
        "Pulse on supervision.csv", "map-01Oct2026.csv", "pulse-on-supervision.toml", "waves.csv",
    ]  # fmt: skip
    assert "favourite colour" in (exports / "pulse-on-supervision.toml").read_text(encoding="utf-8")
    # the numbers are those of the file
    _, workers, regular = export(tmp_path / "again.csv")
    visit.open(f"{alone.url}/coverage")
    page = visit.page.get_by_test_id("stMain").inner_text()
    assert "Pulse, October 2026" in page and f"n = {workers}" in page
    assert f"{100 * regular / workers:.0f}%" in page
    assert visit.trouble == [] and visit.foreign == []


def test_what_a_file_does_not_say_is_asked_and_remembered(visit: Visit, alone: Server, tmp_path: Path) -> None:
    """Day and month could be either: the page asks, and the mapping keeps the answer."""
    header = ["ID", "Start time", "Completion time", "Email", "Name", "Which PCN do you work in?", "What is your job role?"]
    rows = [[str(i), "03/09/2026 09:00", "03/09/2026 09:10", "anonymous", "", f"F{i:04}", "Link worker"] for i in range(1, 5)]
    table = write(tmp_path / "given" / "Unclear.csv", header, rows)
    visit.open(f"{alone.url}/data")
    visit.page.get_by_role("tab", name="Add files").click()
    visit.page.locator("input[type=file]").set_input_files([table, write_map(tmp_path / "given", PCNS)])
    main = visit.page.get_by_test_id("stMain")
    box = visit.page.get_by_role("combobox", name="Which is it, for Unclear.csv?")
    box.wait_for(timeout=30_000)
    visit.settle()
    assert "1 to be asked about" in main.inner_text() and "does not tell day from month" in main.inner_text()
    assert visit.page.get_by_role("button", name="Check", exact=True).is_disabled()
    box.focus()
    box.fill("day first")
    visit.page.get_by_role("option", name="day first: day/month/year").wait_for()
    box.press("Enter")
    visit.page.get_by_text("to be mapped").first.wait_for(timeout=30_000)
    visit.settle()
    assert "as was said" in main.inner_text()
    visit.page.get_by_text("I have looked through what is only similar").click()
    visit.settle()
    press(visit, "Check")
    press(visit, "Publish")
    assert "is published: 4 responses" in main.inner_text()
    mapping = (tmp_path / "server" / "exports" / "unclear.toml").read_text(encoding="utf-8")
    assert '[layout]\ndates = "day_first"' in mapping
    assert visit.trouble == []
