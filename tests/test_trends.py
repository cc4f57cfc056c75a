"""Sentences about change: every number is one of the table's, and no claim goes beyond its interval."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight import charts, disclosure, measures, stats, store, trends

MEASURE = measures.measures()["clinical_supervision"]
CLAIMS = re.compile(r"\b(up|down|higher|lower|lowest|highest|more than|fewer than|rise|fall)\b", re.IGNORECASE)
LABELS = {"level": "england", "code": "ENG", "name": "England", "region_code": None, "element": "clinical_supervision", "category": "yes"}


@st.composite
def shares(draw: st.DrawFn, most: int = 400) -> tuple[int, int]:
    n = draw(st.integers(0, most))
    return draw(st.integers(0, n)), n


def everybody(first: tuple[int, int], second: tuple[int, int], audience: str = "internal", **labels: Any) -> dict[str, Any]:
    """One row of coverage_change as ``ask`` gives it."""
    counts = {"x1": first[0], "n1": first[1], "x2": second[0], "n2": second[1]}
    table = stats.change(pd.DataFrame([{**LABELS, **labels, "earlier_wave": "spring", "position": 7, **counts}]))
    return dict(disclosure.apply(table, "change", audience)[0].iloc[0])


def same_people(cells: tuple[int, int, int, int], more: int = 0, audience: str = "internal") -> dict[str, Any]:
    """One row of change_same; ``more`` people answered each time without being linked."""
    n11, n10, n01, n00 = cells
    n = sum(cells) + more
    counts = {"n11": n11, "n10": n10, "n01": n01, "n00": n00, "x1": n11 + n10, "n1": n, "x2": n11 + n01, "n2": n}
    table = stats.same(pd.DataFrame([{**LABELS, "earlier_wave": "spring", **counts}]))
    return dict(disclosure.apply(table, "same", audience)[0].iloc[0])


def same_pcns(pcns: list[tuple[int, int, int, int]], audience: str = "internal", **more: int) -> dict[str, Any]:
    """One row of change_panel."""
    lists = {name: [[p[i] for p in pcns]] for i, name in enumerate(("x1", "n1", "x2", "n2"))}
    table = pd.DataFrame(
        {**{k: [v] for k, v in LABELS.items()}, "pcns_merged": more.get("merged", 0), "pcns_split": more.get("split", 0), **lists}
    )
    return dict(disclosure.apply(stats.panels(table), "panel", audience)[0].iloc[0])


PCNS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3)).flatmap(
        lambda n: st.tuples(st.integers(0, n[0]), st.just(n[0]), st.integers(0, n[1]), st.just(n[1]))
    ),
    max_size=30,
)
CELLS = st.tuples(*[st.integers(0, 80)] * 4)
AUDIENCES = st.sampled_from(["internal", "shareable"])


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d[\d,]*(?:\.\d+)?", text))


def whole(value: float) -> str:
    return f"{abs(100 * value):.0f}"


def in_points(*values: float) -> set[str]:
    return {f"{abs(100 * v):.1f}" for v in values}


def nothing_strange(text: str) -> None:
    assert not re.search(r"nan|None|NA\b|inf|  |\+−|(?<![\d.])1 (points|people|PCNs)\b", text), text


@given(shares(), shares(), AUDIENCES)
@settings(max_examples=40)
def test_all_who_answered(first, second, audience):
    row = everybody(first, second, audience)
    text = trends.change_sentence(row, MEASURE, "yes", "link workers", "splw", "Spring")
    nothing_strange(text)
    withheld = pd.isna(row["n2"])
    if withheld or min(first[1], second[1]) < 10:
        assert not CLAIMS.search(text)
        assert not numbers(text)
        return
    low, high = row["low"], row["high"]
    assert (" up " in text) == (low > 0)
    assert (" down " in text) == (high < 0)
    assert ("no clear change" in text) == (low <= 0 <= high)
    allowed = {whole(row["share2"]), *in_points(low, high), whole(row["difference"]), "1"}
    assert numbers(text) <= allowed
    assert f"{whole(row['share2'])}% of link workers in England have regular" in text


@given(CELLS, st.sampled_from([0, 3, 40]), AUDIENCES)
@settings(max_examples=40)
def test_the_same_respondents(cells, more, audience):
    row = same_people(cells, more, audience)
    text = trends.same_sentence(row, "link workers", "Spring")
    nothing_strange(text)
    if pd.isna(row["n"]):
        assert not numbers(text) and not CLAIMS.search(text)
        return
    if row["n"] < 10:
        assert not CLAIMS.search(text.replace(trends.ASK_FOR_A_CODE, ""))
        assert numbers(text) <= {f"{row['n']:.0f}"}
        return
    assert (": up " in text) == (row["low"] > 0)
    assert (": down " in text) == (row["high"] < 0)
    allowed = {f"{row[c]:,.0f}" for c in ("n", "n01", "n10")} | {whole(row[c]) for c in ("share1", "share2", "difference")}
    assert numbers(text) <= allowed | in_points(row["low"], row["high"]) | {"1"}


@given(PCNS, st.integers(0, 2), st.integers(0, 2), AUDIENCES)
@settings(max_examples=40)
def test_the_same_pcns(pcns, merged, split, audience):
    row = same_pcns(pcns, audience, merged=merged, split=split)
    text = trends.panel_sentence(row, "Spring")
    nothing_strange(text)
    if pd.isna(row["within"]):
        assert not numbers(text) and not CLAIMS.search(text)
    elif pd.isna(row["low_within"]):
        assert not CLAIMS.search(text)
        assert numbers(text) <= {f"{row['pcns_matched']:.0f}"}
    else:
        assert ("heard both times: up" in text) == (row["low_within"] > 0)
        assert ("heard both times: down" in text) == (row["high_within"] < 0)
        assert ("answered: no clear effect" in text) == (row["low_composition"] <= 0 <= row["high_composition"])
        limits = in_points(*(row[f"{limit}_{part}"] for limit in ("low", "high") for part in ("within", "composition")))
        assert numbers(text) <= limits | {f"{row['pcns_matched']:.0f}", whole(row["within"]), whole(row["composition"]), "1"}
    counted = trends.pcns_sentence(row, "Spring")
    nothing_strange(counted)
    if pd.isna(row["pcns_matched"]):
        assert counted == ""
    else:
        names = ("pcns_matched", "pcns_merged", "pcns_came", "pcns_went", "pcns_split")
        assert numbers(counted) <= {f"{row[c]:.0f}" for c in names}


@given(shares(), shares(), CELLS, PCNS, AUDIENCES)
@settings(max_examples=40)
def test_the_three_ways_and_what_they_say_together(first, second, cells, pcns, audience):
    rows = everybody(first, second, audience), same_people(cells, 40, audience), same_pcns(pcns, audience)
    table = trends.ways(*rows)
    assert table["way"].tolist() == ["All who answered", "The same respondents", "Within the same PCNs", "Who answered"]
    for change, low, high in zip(table["change"], table["low"], table["high"], strict=True):
        nothing_strange(change)
        assert change.startswith("Up") == (low > 0)
        assert change.startswith("Down") == (high < 0)
        if not np.isnan(low):
            assert numbers(change.split("(")[1]) <= in_points(low, high)
    text = trends.reading(*rows)
    nothing_strange(text)
    assert not numbers(text)
    verdicts = {
        "all who answered": rows[0]["verdict"],
        "same respondents": rows[1]["verdict"] if not pd.isna(rows[1]["n"]) and rows[1]["n"] >= 10 else "",
        "same PCNs": rows[2]["verdict_within"] if not pd.isna(rows[2]["within"]) and rows[2]["pcns_matched"] >= 10 else "",
    }
    assert ("a clear rise" in text) <= ("higher" in verdicts.values())
    assert ("a clear fall" in text) <= ("lower" in verdicts.values())
    if "not only a matter of who answered" in text:
        assert list(verdicts.values()).count(verdicts["all who answered"]) >= 2
        assert verdicts["all who answered"] in ("higher", "lower")
    if text == "No way of comparing the waves shows a clear change.":
        assert {v for v in verdicts.values() if v} == {"similar"}
    figure = charts.effects(table)
    assert [None if pd.isna(v) else round(v, 9) for v in figure.data[1].x] == [
        None if pd.isna(v) else round(100 * v, 9) for v in table["difference"]
    ]


@st.composite
def regions(draw: st.DrawFn) -> pd.DataFrame:
    """The query coverage for England and three regions."""
    rows = []
    for i in range(3):
        yes, n = draw(shares(300))
        rows.append({"level": "region", "code": f"Y{i}", "name": f"Region {'ABC'[i]}", "yes": yes, "no": n - yes})
    total = {"level": "england", "code": "ENG", "name": "England", **{c: sum(r[c] for r in rows) for c in ("yes", "no")}}
    more = {"dont_know": 0, "part_of": None, "element": "clinical_supervision", "region_code": None}
    return stats.coverage(pd.DataFrame([{**more, **row} for row in [total, *rows]]))


@given(regions(), shares(), AUDIENCES)
@settings(max_examples=40)
def test_the_opening_of_coverage(coverage, first, audience):
    england = coverage.iloc[0]
    seen = disclosure.apply(coverage.copy(), "counts", audience)[0]
    change = pd.DataFrame([everybody(first, (int(england["yes"]), int(england["answered"])), audience)])
    text = trends.opening(seen, change, "england", "ENG", "link workers", "splw", "Spring")
    nothing_strange(text)
    shown, row = seen.iloc[0], change.iloc[0]
    if pd.isna(shown["share"]) or shown["answered"] < 10:
        assert not CLAIMS.search(text)
        return
    assert text.startswith(f"Regular clinical or non-managerial supervision reaches {whole(shown['share'])}% of link workers in England (")
    assert (", up " in text) == (row["verdict"] == "higher")
    assert (", down " in text) == (row["verdict"] == "lower")
    clear = seen[(seen["level"] == "region") & seen["share"].notna()]
    for _, place in clear.iterrows():
        named = place["name"] in text
        judged = place["answered"] >= 10 and (place["high_listed"] < shown["share"] or place["low_listed"] > shown["share"])
        assert named == judged
        if f"lowest in {place['name']}" in text:
            assert place["share"] == clear.loc[clear["answered"] >= 10, "share"].min()
            assert place["high_listed"] < shown["share"]
        if f"highest in {place['name']}" in text:
            assert place["share"] == clear.loc[clear["answered"] >= 10, "share"].max()
            assert place["low_listed"] > shown["share"]
    for name in seen.loc[seen["share"].isna(), "name"]:
        assert name not in text  # withheld: not a word of it
    assert text.count("since Spring") == (row["verdict"] != "" and not pd.isna(row["difference"]))
    allowed = {whole(v) for v in (shown["share"], shown["low"], shown["high"])}
    allowed |= set() if pd.isna(row["difference"]) else {whole(row["difference"])}
    assert numbers(text) <= allowed | {"1"}


def test_the_opening_by_hand():
    def place(level: str, code: str, name: str, yes: int, no: int) -> dict[str, Any]:
        labels = {"level": level, "code": code, "name": name, "element": "clinical_supervision", "part_of": None, "region_code": None}
        return {**labels, "yes": yes, "no": no, "dont_know": 0}

    rows = [
        place("england", "ENG", "England", 480, 520), place("region", "Y60", "Midlands", 60, 240),
        place("region", "Y61", "East of England", 400, 280), place("region", "Y62", "North West", 20, 0),
    ]  # fmt: skip
    coverage = stats.coverage(pd.DataFrame(rows)).assign(withheld="")
    change = pd.DataFrame([everybody((420, 1000), (480, 1000))])
    start = (
        "Regular clinical or non-managerial supervision reaches 48% of link workers in England (45% to 51%), up 6 points since Spring 2026"
    )
    england = trends.opening(coverage, change, "england", "ENG", "link workers", "splw", "Spring 2026")
    assert england == f"{start}; lowest in the Midlands and higher than England in the North West and the East of England"
    first = trends.opening(coverage.head(1), change, "england", "ENG", "GP supervisors", "gp_supervisor", "")
    assert first == "Regular clinical or non-managerial supervision is reported by 48% of GP supervisors in England (45% to 51%)"
    midlands = trends.opening(coverage, change, "region", "Y60", "link workers", "splw", "Spring 2026")
    assert midlands == (
        "Regular clinical or non-managerial supervision reaches 20% of link workers in the Midlands (16% to 25%), fewer than in England"
    )


@pytest.mark.parametrize(
    ("difference", "words"), [(0.062, "6 points"), (-0.012, "1 point"), (0.004, "less than 1 point"), (0.0, "less than 1 point")]
)
def test_points_in_words(difference: float, words: str) -> None:
    assert trends.size(difference) == words


def test_the_picture_draws_both_shares_and_the_interval_from_the_earlier_one():
    rows = pd.DataFrame([everybody((40, 100), (60, 100)), everybody((5, 60), (30, 60), "shareable")])
    shown = trends.drawable(rows, ["One <b>", "Two"])
    figure = charts.dumbbells(shown, earlier="Spring", now="Autumn", fictional=True)
    lines, before, after = figure.data
    np.testing.assert_allclose([before.x[0], after.x[0]], [0.4, 0.6])
    np.testing.assert_allclose(lines.x[:2], [0.4 + rows["low"][0], 0.4 + rows["high"][0]])
    assert lines.x[2:] == (None,)  # the withheld row draws nothing
    texts = [a.text for a in figure.layout.annotations]
    assert "too few to show" in texts and "FICTIONAL" in texts
    assert "One &lt;b&gt;<br><b>up 20 points</b>" in figure.layout.yaxis.ticktext
    assert shown["change"].tolist()[1] == "Too few to show"
    assert trends.alt_changes(shown, "Spring") == "Change since Spring: One <b> 40%, then 60%, up 20 points; 1 that cannot be compared"


def test_places_are_judged_at_99_8_percent(sample: store.Snapshot) -> None:
    table = store.ask("coverage_change", store.Viewer(audience="internal"), sample, measure="has_clinical_supervision").table
    regions = table[table["level"] == "region"]
    shown = trends.drawable(regions, regions["name"].tolist(), listed_places=True)
    text = trends.places_sentence(shown, "region", "Spring 2026")
    for _, row in regions.iterrows():
        assert (row["name"] in text) == (row["low_listed"] > 0 or row["high_listed"] < 0)
