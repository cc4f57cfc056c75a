"""Whom to ask next in words: every number is in the table, the trial's come from its file, and nothing leaves but names."""

from __future__ import annotations

import csv
import importlib.util
import io
import math
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as quick
from hypothesis import strategies as st

from oversight import asking_words, charts, downloads, store, ui
from oversight.need import asking
from oversight.settings import ROOT
from tests.test_pages import healthy, run

INTERNAL, SHAREABLE = store.Viewer(audience="internal"), store.Viewer(audience="shareable")


def row(order: int | None = 1, **given: Any) -> dict[str, Any]:
    """One PCN of ``whom_to_ask``: one of about three has replied."""
    plain = {
        "pcn_code": f"F{order or 0:04}", "pcn_name": "ALDER PCN", "icb_code": "QHL", "icb_name": "Birmingham", "region_code": "Y60",
        "region_name": "Midlands", "n": 1, "replies": 1, "n_workers": 3.2, "returned": True, "unheard": 2.0, "estimate": 0.5, "low": 0.3,
        "high": 0.7, "cut_off": 0.52, "crosses": 0.4, "why": "near", "order": order, "evsi": 0.02,
    }  # fmt: skip
    return {**plain, **given}


SILENT = {"n": 0, "replies": 0, "why": "silent", "unheard": 3.0}


def table(*rows: dict[str, Any]) -> pd.DataFrame:
    made = pd.DataFrame(list(rows))
    return made.assign(order=made["order"].astype("Int64"))


@pytest.fixture(scope="module")
def answer(sample: store.Snapshot) -> pd.DataFrame:
    return store.ask("whom_to_ask", INTERNAL, sample).table


def test_every_why_has_its_words():
    for why in asking.TO_ASK:
        assert asking_words.because(row(why=why, replies=0 if why == "silent" else 1))
    said = asking_words.not_asked(table(*(row(None, why=why) for why in asking.WHY)))
    assert said.startswith("Not to be asked: 1 where one more reply would hardly change")
    assert len(re.findall(r"\b1 (?:where|that)", said)) == len(set(asking.WHY) - set(asking.TO_ASK))
    assert asking_words.not_asked(table(row())) == ""


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "Near the cut-off"),
        ({"why": "wide", "crosses": 0.1}, "Wide interval"),
        (SILENT, "No reply, near the cut-off"),
        ({**SILENT, "crosses": 0.1}, "No reply"),
        ({**SILENT, "replies": 1, "crosses": 0.1}, "Too little answered"),
    ],
)
def test_why_in_words(given, expected):
    assert asking_words.because(row(**given)) == expected


def test_whom_to_ask_in_words():
    assert asking_words.whom(2.0, "link workers") == "2 link workers"
    assert asking_words.whom(1.0, "link workers") == "1 link worker"
    assert asking_words.whom(1.0, "Health and Wellbeing Coaches") == "1 Health and Wellbeing Coach"
    assert asking_words.whom(math.nan, "link workers") == "Any link workers (no workforce return)"
    rows = table(row(), row(2, **SILENT))
    priority = pd.DataFrame({"pcn_code": ["F0001", "F0002"], "band": ["possible", "cannot_tell"]})
    said = asking_words.in_words(rows, priority, "link workers")
    assert said[["pcn", "heard", "whom", "because", "sure"]].to_numpy().tolist() == [
        ["ALDER PCN (F0001)", "1 of about 3", "2 link workers", "Near the cut-off", "Possibly"],
        ["ALDER PCN (F0002)", "Nobody of about 3", "3 link workers", "No reply, near the cut-off", "Cannot tell"],
    ]


@pytest.mark.parametrize(
    ("rows", "how_many", "place", "expected"),
    [
        ([row(), row(2, **SILENT)], "50", "England", "Asking 2 PCNs would tell most; nobody has replied from 1 of them"),
        ([row()], "25", "England", "Asking 1 PCN would tell most; someone has replied from it"),
        ([row(**SILENT)], "25", "England", "Asking 1 PCN would tell most; nobody has replied from it"),
        ([row(), row(2)], "50", "Midlands", "2 of the 50 PCNs of England to ask first are in the Midlands; someone has replied from each"),
        ([row(**SILENT)], "50", "London", "1 of the 50 PCNs of England to ask first is in London; nobody has replied from it"),
        ([row(**SILENT), row(2, **SILENT)], "all", "London",
         "2 PCNs in London could gain or lose a place by one more reply; nobody has replied from any of them"),
        ([row()], "all", "England", "1 PCN could gain or lose a place by one more reply; someone has replied from it"),
        ([], "25", "Midlands", "Not one of the 25 PCNs of England to ask first is in the Midlands"),
        ([], "25", "England", "There is no PCN where one more reply would be likely to decide who gets a place"),
        ([], "all", "London", "There is no PCN in London where one more reply would be likely to decide who gets a place"),
    ],
)  # fmt: skip
def test_the_headline(rows, how_many, place, expected):
    made = table(*rows) if rows else table(row()).head(0)
    assert asking_words.headline(made, how_many, place) == expected


def test_the_first_are_those_of_england_in_the_place(answer):
    for how_many in asking_words.FIRST:
        most = math.inf if how_many == "all" else int(how_many)
        chosen = asking_words.first(answer, how_many)
        assert chosen["order"].tolist() == list(range(1, min(most, int(answer["order"].max())) + 1))
    part = answer[answer["region_code"] == "Y60"]
    assert asking_words.first(part, "50")["order"].tolist() == [o for o in part["order"].dropna().tolist() if o <= 50]


def test_the_cut_off_is_said_or_why_there_is_none():
    assert "an estimated need of 52%, the 100th highest among" in asking_words.cut_off(table(row()), 100)
    assert "52%, the highest among" in asking_words.cut_off(table(row()), 1)
    none = table(row(None, cut_off=math.nan))
    assert "no places to give" in asking_words.cut_off(none, 0)
    assert "places enough for every PCN" in asking_words.cut_off(none, 9)
    assert asking_words.cut_off(none.assign(estimate=math.nan), 9).startswith("Nobody has replied from anywhere yet")


@pytest.mark.parametrize(
    ("k", "said"), [(1, "the highest"), (2, "the 2nd highest"), (3, "the 3rd highest"), (11, "the 11th highest"), (21, "the 21st highest"),
                    (112, "the 112th highest"), (1203, "the 1,203rd highest")]
)  # fmt: skip
def test_ordinals(k, said):
    assert asking_words.nth(k) == said


@pytest.mark.parametrize("level", ["england", "region"])
def test_places_add_up(answer, level):
    rows = asking_words.first(answer if level == "england" else answer[answer["region_code"] == "Y60"], "100")
    counts = asking_words.by_place(rows, level)
    assert counts["pcns"].sum() == len(rows)
    assert counts["silent"].sum() == (rows["replies"] == 0).sum()
    assert counts["unheard"].sum() == rows["unheard"].sum()
    assert counts["pcns"].is_monotonic_decreasing
    said = asking_words.alt_places(counts)
    for place in counts.to_dict("records"):
        assert f"{place['name']}: {place['pcns']} PCN" in said
        assert place["text"] == (f"{place['pcns']}, {place['silent']} no reply" if place["silent"] else str(place["pcns"]))


@quick(max_examples=20)
@given(st.lists(st.sampled_from([{}, SILENT, {"why": "wide", "crosses": 0.05}]), min_size=1, max_size=30))
def test_numbers_in_sentences_are_those_of_the_table(kinds):
    rows = table(*(row(at + 1, **kind) for at, kind in enumerate(kinds)))
    words = asking_words.in_words(rows, pd.DataFrame({"pcn_code": [], "band": []}), "link workers")
    silent = sum(kind is SILENT for kind in kinds)
    said = asking_words.headline(words, "50", "England")
    assert set(re.findall(r"\d+", said)) <= {str(len(kinds)), str(silent)}
    drawn = words.head(asking_words.DRAWN)
    alt = asking_words.alt_line(drawn)
    assert alt.count("50% (30% to 70%)") == min(len(kinds), 5)
    assert ("more" in alt) == (len(drawn) > 5)
    assert asking_words.drawn_sentence(words).startswith("**The first 20 of them against" if len(kinds) > 20 else "**Against the cut-off")


# ---- the trial -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("ask_next", ROOT / "bench" / "ask_next.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_trial_is_stated_from_its_file(monkeypatch):
    """Every number of these paragraphs moves with the file; none is typed."""
    changed = tuple(
        {**r, "before": "0.1111", "change": str(round(0.0021 + 0.0013 * i, 4)), "error": str(round(0.0333 + 0.0011 * i, 4)), "seeds": "777"}
        for i, r in enumerate(asking_words._rows())
    )
    monkeypatch.setattr(asking_words, "_rows", lambda: changed)
    known = {asking_words.of_100(v) for numbers in asking_words.trial().values() for v in numbers} | {"777"}
    known |= {asking_words.of_100(before + change) for before, change, _ in asking_words.trial().values()}
    known |= {asking_words.points(change).split()[0] for _, change, _ in asking_words.trial().values()}
    said = [text for how_many in asking_words.FIRST for text in (asking_words.helps(how_many), asking_words.anywhere(how_many))]
    meant = {"25", "50", "100", "250", "1,250", "1961"}
    said.append(next(text for text in asking_words.worked_out(100) if "It decides" in text).replace("Under 1%", ""))
    for text in (*said, *asking_words.paragraphs()):
        assert set(re.findall(r"[+−]?\d[\d,]*(?:\.\d+)?", text)) <= known | meant, text


def test_a_small_trial_again_gives_much_the_same(bench):
    committed = asking_words.trial()
    again = {(r["way"], r["replies"], r["measure"]): r for r in bench.study(range(900, 902), "composite")}
    assert set(again) == set(committed)
    for key in (("worth", 250, "p100"), ("random", 250, "p100"), ("neediest", 250, "plain"), ("worth", 100, "plain")):
        assert again[key]["change"] == pytest.approx(committed[key][1], abs=0.06), key


def test_one_more_reply_is_one_more_worker_of_each_pcn(bench):
    world = bench.need_world.draw(5)
    waiting = [i for i in range(len(world.N)) if world.n[i] < world.N[i]][:40]
    turn = [((7 * i) % 1009) / 1009 for i in range(len(world.of_everyone))]
    after = bench.one_more(world, world.replied, pd.Series(waiting).to_numpy(), pd.Series(turn).to_numpy())
    of_pcn: dict[int, list[int]] = {}
    for worker, pcn in enumerate(world.of_everyone.tolist()):
        of_pcn.setdefault(pcn, []).append(worker)
    for pcn, workers in of_pcn.items():
        silent = [i for i in workers if not world.replied[i]]
        expected = {min(silent, key=lambda i: turn[i])} if pcn in waiting else set()
        assert {i for i in workers if after[i] and not world.replied[i]} == expected
    assert not (world.replied & ~after).any()


def test_the_committed_trial_bears_out_what_the_page_says():
    known = asking_words.trial()
    for replies in {replies for _, replies, _ in known}:
        worth, error = known["worth", replies, "p100"][1:]
        assert worth > 3 * error
        assert worth > known["random", replies, "p100"][1] + 2 * error
        assert known["worth", replies, "plain"][1] > 0.002  # needier than most
        assert abs(known["worth", replies, "pooled"][1]) < 0.002
        said, off, error = known["worth", replies, "crosses"]
        assert abs(off) < 0.1 * said  # the chance that a reply decides is about as often borne out
    with (ROOT / "data" / "reference" / "ask-next.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {r["model"] for r in rows} == {"factor"}
    assert min(int(r["seeds"]) for r in rows) >= 60


# ---- the page --------------------------------------------------------------------------------------------------------


def test_the_page_says_what_the_answer_says(sample, answer, monkeypatch):
    said = healthy(run("priority", sample.path.parent, monkeypatch, priority_part="asking", ask_first="25"))
    rows = asking_words.first(answer, "25")
    assert ui.plain(asking_words.headline(rows, "25", "England")) in said
    for code in rows["pcn_code"]:
        assert f"({code})" in said
    assert asking_words.helps("25") in said
    region = healthy(run("priority", sample.path.parent, monkeypatch, priority_part="asking", ask_first="100", region="Y60"))
    own = asking_words.first(answer[answer["region_code"] == "Y60"], "100")
    assert ui.plain(asking_words.headline(own, "100", "Midlands")) in region
    assert set(re.findall(r"\((F\d{4})\)", region)) == set(own["pcn_code"])


def test_for_sharing_the_page_names_pcns_and_nothing_else(sample, monkeypatch):
    said = healthy(run("priority", sample.path.parent, monkeypatch, priority_part="asking", audience="shareable", region="Y60"))
    names = store.ask("whom_to_ask", SHAREABLE, sample, region="Y60").table
    assert f"{len(names)} PCNs in the Midlands to ask for further replies" in said
    for words in ("not yet heard", "No reply", "Near the cut-off", "Wide interval", "estimated need of"):
        assert words not in said
    nowhere = healthy(run("priority", sample.path.parent, monkeypatch, priority_part="asking", region="Y60", icb="QHL", ask_first="25"))
    assert "to ask first" in nowhere


def test_the_file_to_take_away_names_pcns_and_nothing_else(sample):
    result = store.ask("whom_to_ask", SHAREABLE, sample)
    text = downloads.csv(result, "Autumn 2026").decode("utf-8-sig")
    head = next(csv.reader(io.StringIO(text)))
    assert set(head) == {"pcn_code", "pcn_name", "icb_code", "icb_name", "region_code", "region_name", "withheld"}
    book = openpyxl.load_workbook(io.BytesIO(downloads.xlsx(result, "whom to ask", "Autumn 2026")))
    assert [cell.value for cell in book["Table"][2]] == head


@pytest.mark.parametrize("filters", [{"k": "0"}, {"k": "5000"}, {"role": "pcn_manager"}, {"wave": "2026-1-spring", "ask_first": "all"}])
def test_the_page_in_other_states(sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch, filters: dict[str, str]) -> None:
    said = healthy(run("priority", sample.path.parent, monkeypatch, priority_part="asking", **filters))
    if filters.get("k") == "0":
        assert "There are no places" in said or "there are no places to give" in said


@pytest.mark.parametrize("audience", ["internal", "shareable"])
def test_the_page_with_one_response_and_with_none(audience: str, tiny: Path, bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in (tiny, bare):
        healthy(run("priority", folder, monkeypatch, priority_part="asking", audience=audience))


def test_the_chart_draws_each_pcn_against_the_cut_off():
    rows = table(row(low=0.2, high=0.81), row(2, **SILENT, estimate=0.45)).assign(pcn=["A & <b>PCN</b> (F1)", "B PCN (F2)"])
    figure = charts.to_line(rows, "pcn", fictional=True)
    (dots,) = figure.data
    assert dict(zip(dots.y, dots.x, strict=True)) == {"A &amp; &lt;b&gt;PCN&lt;/b&gt; (F1)": 0.5, "B PCN (F2)": 0.45}
    assert dict(zip(dots.y, dots.marker.symbol, strict=True)) == {
        "A &amp; &lt;b&gt;PCN&lt;/b&gt; (F1)": "circle",
        "B PCN (F2)": "circle-open",
    }
    assert figure.layout.shapes[0].x0 == 0.52
    assert "Cut-off 52%" in {note.text for note in figure.layout.annotations}
    assert figure.layout.xaxis.range == (0, 0.9)
    without = charts.to_line(rows.assign(cut_off=math.nan), "pcn")
    assert not without.layout.shapes
    assert len(charts.to_line(rows.assign(estimate=math.nan), "pcn").data[0].x) == 0
