"""Following the offer in words and pictures: what is claimed, what is not, and that every number said stands in the table."""

from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd
import pytest

from oversight import charts, following_words, need, store
from tests.test_following import nation
from tests.test_pages import healthy, run

INTERNAL, SHAREABLE = store.Viewer(audience="internal"), store.Viewer(audience="shareable")
NOTHING = {
    "before": math.nan, "low_before": math.nan, "high_before": math.nan, "after": math.nan, "low_after": math.nan, "high_after": math.nan,
    "raw_before": math.nan, "raw_after": math.nan, "raw_change": math.nan, "low_raw_change": math.nan, "high_raw_change": math.nan,
    "without": math.nan, "beyond": math.nan, "low_beyond": math.nan, "high_beyond": math.nan, "verdict": "",
}  # fmt: skip
KNOWN = {
    "before": 0.5, "low_before": 0.45, "high_before": 0.55, "after": 0.42, "low_after": 0.37, "high_after": 0.47, "raw_before": 0.7,
    "raw_after": 0.48, "raw_change": -0.22, "low_raw_change": -0.3, "high_raw_change": -0.14, "without": 0.48, "beyond": -0.06,
    "low_beyond": -0.1, "high_beyond": -0.02, "verdict": "lower",
}  # fmt: skip


def change(**started: object) -> pd.DataFrame:
    """The answer of ``offer_change``, of which only the first group has PCNs."""
    rows = []
    for code, label in need.following.STANDINGS.items():
        empty = {"standing": code, "label": label, "pcns": 0, "heard": 0, "once": 0, "never": 0, "matched": 0, "similar": 0}
        rows.append({**empty, **NOTHING, **(started if code == "started" else {})})
    return pd.DataFrame(rows)


def offers(*status: str) -> pd.DataFrame:
    order = ["eligible", "offered", "accepted", "started", "ended"]
    rows = []
    for i, last in enumerate(status):
        dates = {s: pd.Timestamp(2026, 2 + j, 1 + i) if j <= order.index(last) else pd.NaT for j, s in enumerate(order)}
        rows.append({"pcn_code": f"F{i:04}", "pcn_name": "ALDER PCN", "icb_name": "X", "status": last, "since": dates[last], **dates})
    return pd.DataFrame(rows, columns=["pcn_code", "pcn_name", "icb_name", "status", "since", "requested", *order])


@pytest.mark.parametrize(
    ("status", "place", "first"),
    [
        ((), "England", "No PCN stands in the offer's register yet"),
        ((), "Midlands", "In the Midlands, no PCN stands in the offer's register yet"),
        (("eligible",), "England", "The one PCN in the offer's register has not started; "),
        (("ended",), "London", "In London, the one PCN in the offer's register has started; in all of England, "),
        (("offered", "accepted"), "England", "None of the 2 PCNs in the offer's register have started; "),
        (("offered", "started", "eligible"), "England", "1 of the 3 PCNs in the offer's register has started; "),
        (("started", "ended", "eligible"), "England", "2 of the 3 PCNs in the offer's register have started; "),
    ],
)
def test_the_headline_counts_those_that_started(status: tuple[str, ...], place: str, first: str) -> None:
    said = following_words.headline(offers(*status), change(), place, "Spring 2026")
    assert said.startswith(first)


@pytest.mark.parametrize(
    ("earlier", "started", "then"),
    [
        (None, {}, "there is no wave before this one to compare need with"),
        ("Spring", {}, "none started between the two waves, so there is no before and after"),
        ("Spring", {"pcns": 7, "heard": 1}, "too few replied before and after to say whether need fell"),
        ("Spring", {"pcns": 30, "heard": 12, "matched": 4}, "too few have similar PCNs without the offer to say whether need fell"),
        ("Spring", {"pcns": 30, "heard": 20, "matched": 20, **KNOWN},
         "their need is now 2.0 to 10.0 points lower than that of similar PCNs without the offer"),
        ("Spring", {"pcns": 30, "heard": 20, "matched": 20, **KNOWN, "low_beyond": 0.01, "high_beyond": 0.05, "verdict": "higher"},
         "their need is now 1.0 to 5.0 points higher than that of similar PCNs without the offer"),
        ("Spring", {"pcns": 30, "heard": 20, "matched": 20, **KNOWN, "high_beyond": 0.02, "verdict": "similar"},
         "their need shows no clear difference from that of similar PCNs without the offer"),
    ],
)  # fmt: skip
def test_need_is_said_to_differ_only_beyond_similar_pcns(earlier: str | None, started: dict, then: str) -> None:
    said = following_words.headline(offers("started", "ended"), change(**started), "England", earlier)
    assert said == f"2 of the 2 PCNs in the offer's register have started; {then}"
    every = " ".join([said, following_words.sentence(change(**started)), *following_words.cautions(change(**started), "S", "A")])
    assert not re.search(r"because of|thanks to|improved|worked|led to", every)


def test_a_fall_of_their_own_is_never_a_finding() -> None:
    """Where nothing lies beyond similar PCNs, nothing falls in words, however far their own replies fell."""
    alike = {**KNOWN, "beyond": -0.001, "low_beyond": -0.03, "high_beyond": 0.03, "verdict": "similar"}
    table = change(pcns=30, heard=20, matched=20, **alike)
    assert "fell" not in following_words.sentence(table) and "lower" not in following_words.sentence(table)
    row = following_words.in_words(table).iloc[0]
    assert row["said"] == "no clear difference" and row["alone"] == "70%, then 48%"
    effects = following_words.effects(table)
    assert effects["difference"].tolist() == [-0.22, -0.001] and effects["moved"].tolist() == ["", "no clear difference"]


def test_who_is_heard_is_said_in_the_right_number() -> None:
    seven, general = following_words.cautions(change(pcns=7, heard=1, once=2, never=4), "Spring 2026", "Autumn 2026")
    assert seven.startswith("7 PCNs of England started (or ended) after Spring 2026 opened and before Autumn 2026 did. Of these, 1 had")
    assert "2 only one of the times, 4 neither" in seven
    assert following_words.cautions(change(pcns=1, never=1), "S", "A")[0].startswith("1 PCN of England started (or ended)")
    assert following_words.cautions(change(), "S", "A") == [general.replace("Spring 2026", "S")]
    assert "no proof of what the offer did" in general


def test_every_number_of_the_table_and_of_the_sentence_is_the_querys(sample: store.Snapshot) -> None:
    table = store.ask("offer_change", INTERNAL, sample).table
    rows = following_words.in_words(table).set_index("standing")
    asked, truth = rows.loc["asked"], table.set_index("standing").loc["asked"]
    assert asked["then"].startswith(f"{100 * truth['before']:.0f}% ({100 * truth['low_before']:.0f}% to")
    low, high = sorted(100 * abs(truth[end]) for end in ("low_beyond", "high_beyond"))
    assert f"{low:.1f} to {high:.1f} points {truth['verdict']}" in following_words.sentence(table) or truth["verdict"] == "similar"
    assert rows.loc["none", "said"] == "what others are compared with" and rows.loc["earlier", "said"] == "no time before it"
    assert rows.loc["started", "said"] == f"too few heard both times ({rows.loc['started', 'heard']})"
    assert rows.loc["started", ["then", "now", "without", "beyond", "alone"]].isna().all()
    assert following_words.drawn(table)["name"].str.endswith("PCNs)").all()


def test_counts_leave_out_what_is_withheld(sample: store.Snapshot) -> None:
    inside, outside = (store.ask("offer_counts", viewer, sample).table for viewer in (INTERNAL, SHAREABLE))
    assert following_words.counts_sentence(inside) == (
        "Of England's 1,247 PCNs, 60 asked for the offer, 27 were offered a place, 11 started and 4 ended"
    )
    assert (
        following_words.counts_sentence(outside)
        == "Of England's 1,247 PCNs, 60 asked for the offer, 27 were offered a place and 11 started"
    )
    assert following_words.counts(inside)["level"].tolist() == ["england", *["region"] * 7]
    assert following_words.counts(outside)["level"].tolist() == ["england"]
    hidden = outside.assign(**dict.fromkeys(("requested", "offered", "started"), np.nan))
    assert following_words.counts_sentence(hidden) == "How many PCNs have come how far is too small a number to show"


def test_the_register_stands_furthest_on_first_with_its_days() -> None:
    table = following_words.listed(offers("eligible", "ended", "offered", "started"))
    assert table["stands"].tolist() == ["Ended", "Started", "Offered, no reply yet", "Eligible"]
    assert table["pcn"].iloc[0] == "ALDER PCN (F0001)"
    assert table["ended"].dropna().tolist() == ["2026-06-02"] and len(table) == 4
    assert following_words.listed(offers()).empty


def test_the_chart_holds_the_means_with_their_intervals_and_the_similar_ones() -> None:
    table = following_words.drawn(need.following.groups(nation(3)))
    figure = charts.followed(table, earlier="Spring", now="Autumn & <after>", fictional=True)
    marks = {trace.name: trace for trace in figure.data}
    for column in ("before", "after", "without"):
        assert np.array_equal(np.array(marks[column].x, dtype=float), table[column].to_numpy(), equal_nan=True)
    assert list(marks["interval after"].x)[:2] == table.loc[0, ["low_after", "high_after"]].tolist()
    assert marks["after"].marker.color == charts.BLUE and marks["without"].marker.color == charts.GREY
    assert len(figure.layout.yaxis.ticktext) == len(table)
    assert any("FICTIONAL" in note.text for note in figure.layout.annotations)
    assert any("&lt;after&gt;" in note.text for note in figure.layout.annotations)
    alt = following_words.alt_groups(table)
    assert all(f"{100 * value:.0f}% after" in alt for value in table["after"])


# ---- the page -----------------------------------------------------------------------------------------------------------


def test_the_page_says_how_many_started_and_that_too_few_were_heard(sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    app = run("priority", sample.path.parent, monkeypatch, priority_part="following")
    said = healthy(app)
    assert app.header[0].value == following_words.headline(
        store.ask("offers", INTERNAL, sample).table, store.ask("offer_change", INTERNAL, sample).table, "England", "Spring 2026"
    )
    assert app.header[0].value.startswith("11 of the 33 PCNs") and "too few replied before and after" in app.header[0].value
    assert "no proof of what the offer did" in said and "F0003" in said


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ({"wave": "2026-1-spring"}, "there is no wave before this one"),
        ({"region": "Y60"}, "In the Midlands, 4 of the 12 PCNs in the offer's register have started; in all of England, too few"),
        ({"region": "Y63", "icb": "QOQ"}, "offer's register"),
        ({"role": "pcn_manager"}, "too few replied before and after"),
        ({"audience": "shareable"}, "27 were offered a place and 11 started"),
    ],
)
def test_the_page_under_other_views(view: dict[str, str], expected: str, sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    said = healthy(run("priority", sample.path.parent, monkeypatch, priority_part="following", **view))
    assert expected in said
    if view.get("audience"):
        assert not re.search(r"F0\d{3}|heard both times|points (higher|lower)", said)


@pytest.mark.parametrize("audience", ["internal", "shareable"])
def test_the_page_with_next_to_nothing(audience: str, bare, tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in (bare, tiny):
        healthy(run("priority", folder, monkeypatch, priority_part="following", audience=audience))


def test_methods_name_their_sources() -> None:
    text = " ".join(following_words.paragraphs())
    for source in ("Barnett, van der Pols & Dobson 2005", "Abadie & Imbens 2006", "Abadie & Imbens 2011"):
        assert source in text
