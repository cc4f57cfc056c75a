"""The queries on the offer and on what speaks for a PCN, a second time in plain Python from the sample's own files."""

from __future__ import annotations

from collections import Counter

import pytest

from oversight import store
from tests import truth
from tests.test_queries_naive import ask, register, today

INTERNAL = store.Viewer(audience="internal")
ORDER = ["eligible", "offered", "accepted", "started", "ended"]
OPENED = {"2026-1-spring": "2026-04-20", "2026-2-autumn": "2026-09-14"}


def places(sample: store.Snapshot) -> dict[str, dict]:
    return {r["code"]: r for r in ask(sample, "places") if r["level"] == "pcn"}


def day(value: object) -> str:
    return "" if value is None or value != value else str(value)[:10]


@pytest.mark.parametrize("filters", [{}, {"region": "Y60"}, {"region": "Y58", "icb": "QOX"}])
def test_every_pcn_of_the_offer_and_its_days(sample: store.Snapshot, filters: dict[str, str]) -> None:
    now, of = today(), places(sample)
    days: dict[str, dict[str, str]] = {}
    for row in register("offers"):
        if row["pcn_code"] in now:
            mine = days.setdefault(now[row["pcn_code"]], {})
            mine[row["status"]] = min(row["date"], mine.get(row["status"], row["date"]))
    asked: dict[str, str] = {}
    for row in register("requests"):
        if row["pcn_code"] in now:
            asked[now[row["pcn_code"]]] = min(row["date"], asked.get(now[row["pcn_code"]], row["date"]))
    expected = {}
    for code, steps in days.items():
        if all(of[code][f"{level}_code"] == wanted for level, wanted in filters.items()):
            since, latest = max((date, ORDER.index(status)) for status, date in steps.items())
            expected[code] = (ORDER[latest], since, asked.get(code, ""), *(steps.get(status, "") for status in ORDER))
    columns = ("since", "requested", *ORDER)
    shown = {r["pcn_code"]: (r["status"], *(day(r[c]) for c in columns)) for r in ask(sample, "offers", **filters)}
    assert shown == expected and (len(shown) == 33 or filters)
    assert all(r["region_code"] == of[r["pcn_code"]]["region_code"] for r in ask(sample, "offers", **filters))


def standings(sample: store.Snapshot, earlier: str, later: str) -> dict[str, str]:
    """Where each PCN stood when the later wave opened."""
    now = today()
    found = dict.fromkeys(places(sample), "none")
    for row in register("requests"):
        if row["pcn_code"] in now and row["date"] < later:
            found[now[row["pcn_code"]]] = "asked"
    steps: dict[str, list[tuple[str, int]]] = {}
    for row in register("offers"):
        if row["pcn_code"] in now and row["date"] < later:
            steps.setdefault(now[row["pcn_code"]], []).append((row["date"], ORDER.index(row["status"])))
    for code, mine in steps.items():
        begun = [date for date, status in mine if status >= 3]
        if begun:
            found[code] = "earlier" if min(begun) < earlier else "started"
        elif max(mine)[1] > 0:
            found[code] = ORDER[max(mine)[1]]
    return found


def test_what_goes_into_the_comparison(sample: store.Snapshot) -> None:
    query = store.queries()["offer_change"]
    given = {"wave": "2026-2-autumn", "earlier": None, "role": "splw", "also": None}
    table = store._cursor(sample.path).execute(query.sql, given).df()
    expected = standings(sample, *OPENED.values())
    assert dict(zip(table["pcn_code"], table["standing"], strict=True)) == expected
    assert min(Counter(expected.values())[s] for s in ("started", "earlier", "accepted", "offered", "asked", "none")) > 0
    for when, wave in (("before", "2026-1-spring"), ("after", "2026-2-autumn")):
        rows = table[table["when"] == when].drop(columns=["when", "standing"])
        alone = store._cursor(sample.path).execute(store.queries()["needs"].sql, {"wave": wave, "role": "splw", "also": None}).df()
        assert rows["respondent_id"].dropna().str.startswith(wave).all()
        assert rows.reset_index(drop=True).equals(alone)
    first = store._cursor(sample.path).execute(query.sql, {**given, "wave": "2026-1-spring"}).fetchall()
    assert first == []  # there is nothing before it
    counted = Counter(expected.values())
    answer = {r["standing"]: r for r in ask(sample, "offer_change")}
    assert {s: r["pcns"] for s, r in answer.items()} == {s: counted[s] for s in answer}
    heard: dict[str, set[str]] = {wave: set() for wave in OPENED}
    for r in truth.rows("responses.csv.gz"):
        if r["respondent_kind"] == "splw":
            heard[r["wave_id"]].add(r["pcn_code"])
    spring, autumn = heard.values()
    for standing, row in answer.items():  # a reply in which too little was answered does not count
        here = {code for code, s in expected.items() if s == standing}
        assert 0 <= len(here & spring & autumn) - row["heard"] <= 0.1 * len(here & spring & autumn) + 1
        assert row["heard"] + row["once"] + row["never"] == row["pcns"]


def test_what_speaks_for_a_pcn(sample: store.Snapshot) -> None:
    """Registers, and mentions and sessions from the truth of the focus groups; mentions themselves: tests/test_mentions.py."""
    now = today()
    of = places(sample)
    expected = Counter()
    for name, kind in (("requests", "request"), ("offers", "offer")):
        for r in register(name):
            expected[now.get(r["pcn_code"]), r["date"], kind, ""] += 1
    regions = {p["code"] for p in ask(sample, "places") if p["level"] == "region"}
    for r in register("notes"):
        expected[r["place_code"] if r["place_code"] in regions else now.get(r["place_code"]), r["date"], "note", ""] += 1
    raised = {r["session_id"] for r in truth.rows("focus.csv") if r["theme"] == "lack_of_supervision" and int(r["excerpts"])}
    held = {r["session_id"]: r for r in register("sessions")}
    for session, row in held.items():
        if session in raised and row["icb_code"]:
            for code in (c for c, p in of.items() if p["icb_code"] == row["icb_code"]):
                expected[code, row["date"], "session", session] += 1
    for code, session in store._cursor(sample.path).execute("SELECT pcn_code, session_id FROM pcn_mention").fetchall():
        expected[code, held[session]["date"], "mention", session] += 1
    rows = ask(sample, "pcn_events")
    shown = Counter((r["place_code"], day(r["date"]), r["kind"], r["source"] if isinstance(r["source"], str) else "") for r in rows)
    assert shown == Counter({k: v for k, v in expected.items() if k[0]})
    assert {kind for _, _, kind, _ in shown} == {"request", "offer", "note", "mention", "session"}
    words = {(r["session_id"], r["text"]) for r in truth.rows("utterances.csv")}
    assert all((r["source"], r["what"]) in words for r in rows if r["kind"] == "mention")
    one = next(r["place_code"] for r in rows if r["kind"] == "mention")
    mine = ask(sample, "pcn_events", pcn=one)
    assert mine == [r for r in rows if r["place_code"] == one] and mine
