"""Places against England in words: claims only where the interval supports them, for any data; and what is in the figures."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from statsmodels.stats.proportion import proportion_confint

from oversight import charts, disclosure, measures, reference, standing, stats, store

MEASURE = measures.measures()["clinical_supervision"]
ICBS = reference.icbs()
COUNTS = some.tuples(some.integers(0, 60), some.integers(0, 60), some.integers(0, 12))


def answer(places: list[tuple[int, int, int]], audience: str = "internal", level: str = "icb") -> pd.DataFrame:
    """The answer of the query ``coverage`` for one measure, with England and one row per place."""
    rows = [("england", "ENG", "England", None, *(sum(p[i] for p in places) for i in range(3)))]
    rows += [(level, c, n, r, *p) for (c, n, r), p in zip(ICBS[["icb_code", "icb_name", "region_code"]].to_numpy(), places, strict=False)]
    frame = pd.DataFrame(rows, columns=["level", "code", "name", "region_code", "yes", "no", "dont_know"]).assign(element=MEASURE.name)
    return disclosure.apply(stats.coverage(frame), "counts", audience)[0]


def test_a_chosen_place_is_compared_at_95_and_a_list_at_99_8_percent() -> None:
    table = answer([(30, 10, 0), (200, 200, 10), (200, 200, 0)])  # 75% of 40: clear at 95%, not at 99.8%
    row = standing.picture(table, MEASURE, "england", "ENG").iloc[1]
    assert (row["word"], row["against"]) == ("", "no clear difference")
    chosen = standing.picture(table, MEASURE, "icb", row["code"]).iloc[1]
    assert (chosen["word"], chosen["against"]) == ("better", "better")


@pytest.mark.parametrize(
    ("direction", "words"), [("high is good", ("better", "worse")), ("low is good", ("worse", "better")), ("none", ("higher", "lower"))]
)
def test_better_and_worse_only_where_a_measure_has_a_direction(direction: str, words: tuple[str, str]) -> None:
    table = answer([(95, 5, 0), (5, 95, 0), (50, 50, 0)])
    rows = standing.picture(table, replace(MEASURE, direction=direction), "england", "ENG")
    assert rows["word"].tolist()[1:] == [*words, ""]
    sentence = standing.spread_sentence(rows[rows["level"] == "icb"], "icb")
    assert all(word in sentence.lower() for word in words)
    assert "than England" in sentence


def told_apart(table: pd.DataFrame) -> pd.DataFrame:
    """Names in marks, so that one within another (Somerset in Bath and North East Somerset) is not taken for it."""
    return table.assign(name="«" + table["name"] + "»")


@settings(max_examples=25)
@given(some.lists(COUNTS, min_size=1, max_size=36), some.sampled_from(["internal", "shareable"]))
def test_the_list_claims_what_99_8_percent_intervals_support(places: list[tuple[int, int, int]], audience: str) -> None:
    rows = standing.picture(answer(places, audience), MEASURE, "england", "ENG")
    icbs = told_apart(rows[rows["level"] == "icb"])
    england = float(rows["share"].iloc[0])
    sentence = standing.spread_sentence(icbs, "icb")
    named = [name for name in icbs["name"] if name in sentence]
    clear = {"better": [], "worse": []}
    for row in icbs.to_dict("records"):
        if pd.isna(row["share"]):
            assert row["word"] == ""
            assert pd.isna(row["range_listed"])
            continue
        low, high = proportion_confint(row["yes"], row["answered"], alpha=0.002, method="wilson")
        if row["answered"] < 10:  # its numbers stand in the table, no words are made of them
            assert row["word"] == ""
        elif low > england + 1e-9:
            clear["better"].append(row["name"])
        elif high < england - 1e-9:
            clear["worse"].append(row["name"])
    assert set(named) <= {*clear["better"], *clear["worse"]}
    for word, names in clear.items():
        assert (word in sentence.lower()) == bool(names)
        if 0 < len(names) <= 3:
            assert all(name in sentence for name in names)
        elif names:
            assert f"and {len(names) - 2} more" in sentence
    if not clear["better"] and not clear["worse"]:
        assert sentence in ("No ICB differs clearly from England", "Too few people answered to compare ICBs")
    hidden = int(icbs["share"].isna().sum())
    said = standing.withheld_sentence(icbs, "icb")
    assert said == (
        "" if not hidden else "1 ICB has too few answers to show." if hidden == 1 else f"{hidden} ICBs have too few answers to show."
    )
    for text in (standing.alt_listed(icbs), sentence):
        for row in icbs[icbs["share"].isna()].to_dict("records"):
            assert row["name"] not in text
    shown = {f"{100 * v:.0f}" for v in icbs[["share", "low", "high"]].to_numpy(dtype=float).ravel() if not np.isnan(v)} | {str(hidden)}
    assert set(re.findall(r"\d+", standing.alt_listed(icbs))) <= shown


@settings(max_examples=12)
@given(some.lists(COUNTS, min_size=1, max_size=36), some.sampled_from(["internal", "shareable"]))
def test_the_funnel_names_only_what_stands_outside_both_limits(places: list[tuple[int, int, int]], audience: str) -> None:
    rows = standing.picture(answer(places, audience), MEASURE, "england", "ENG")
    england = rows["share"].iloc[0]
    if pd.isna(england):
        return
    icbs, spread = standing.funnel(told_apart(rows[rows["level"] == "icb"]), float(england))
    sentence = standing.funnel_sentence(icbs)
    outside = {"above": [], "below": []}
    for row in icbs.to_dict("records"):
        if pd.isna(row["share"]):
            assert pd.isna(row["place"])
            assert not row["marked"]
            continue
        limits = [stats.funnel(england, row["answered"], stats.Z998)]
        if spread.tau2 > 0:
            limits.append(stats.funnel_overdispersed(england, row["answered"], spread.tau2, stats.Z998))
        side = (
            "above" if all(row["share"] > high for _, high in limits) else "below" if all(row["share"] < low for low, _ in limits) else ""
        )
        assert row["marked"] == (bool(side) and row["answered"] >= 10)
        if side and row["answered"] < 10:
            assert row["place"] == f"{side} the limits"
        elif side:
            outside[side].append(row["name"])
            assert row["place"] == f"{side} the limits"
    for side, names in outside.items():
        assert (f"{side} the limits" in sentence.lower()) == bool(names)
        if 0 < len(names) <= 3:
            assert all(name in sentence for name in names)
    unnamed = set(icbs["name"]) - {*outside["above"], *outside["below"]}
    assert not [name for name in unnamed if name in sentence]
    words = standing.spread_words(icbs, spread)
    known = int(icbs["share"].notna().sum())
    assert str(known) in words
    assert ("only the limits of chance" in words) == (known < 10)
    if known:
        curves = stats.funnel_curves(float(england), standing.sizes(icbs), spread.tau2 if spread.tau2 > 0 else np.nan)
        figure = charts.funnel(icbs, curves, float(england), fictional=True)
        dots = [trace for trace in figure.data if trace.mode == "markers"]
        assert sum(len(trace.x) for trace in dots) == known
        drawn = sum(trace.line.dash == "solid" for trace in figure.data if trace.mode == "lines")
        assert drawn == (2 if spread.tau2 > 0 else 0)
        assert {html.unescape(a.text) for a in figure.layout.annotations} >= set(icbs.loc[icbs["marked"], "short_name"]) | {"FICTIONAL"}


def test_one_icb_further_than_chance_but_not_than_usual() -> None:
    table = pd.DataFrame({"name": ["A", "B"], "share": [0.5, 0.4], "outside_plain": ["higher", "similar"], "outside_wide": ["similar"] * 2})
    sentence = standing.funnel_sentence(table.assign(wider=True, answered=50))
    assert sentence == "1 ICB stands further from England than chance alone explains, none further than ICBs usually differ"


@pytest.mark.parametrize("measure", ["clinical_supervision", "provider", "anxiety"])
def test_what_is_taken_away_is_worked_out_from_what_may_leave(sample: store.Snapshot, measure: str) -> None:
    shared = store.ask("breakdown", store.Viewer(audience="shareable"), sample, measure=measure, by="icb").table
    category = shared["category"].iloc[0]
    taken = standing.taken(shared, category, limits=True)
    assert set(taken["category"]) == {category}
    icbs = taken[taken["level"] == "icb"]
    assert icbs.loc[icbs["share"].isna(), ["plain_low", "wide_low"]].isna().all(axis=None)
    known = icbs[icbs["share"].notna()]
    england = float(taken.loc[taken["line"] == "england", "share"].iloc[0])
    if len(known) >= 10:
        spread = stats.overdispersion(known["yes"].to_numpy(float), known["answered"].to_numpy(float), england)
        expected = stats.funnel_overdispersed(england, known["answered"].to_numpy(float), spread.tau2, stats.Z998)
        np.testing.assert_allclose(known["wide_low"].to_numpy(float), expected[0])
    assert "plain_low" not in standing.taken(shared, category, limits=False)


def test_the_list_draws_two_intervals_and_a_word_only_beside_what_differs() -> None:
    rows = standing.picture(answer([(95, 5, 0), (5, 95, 0), (50, 50, 0), (0, 0, 0)]), MEASURE, "england", "ENG").iloc[1:]
    figure = charts.listed(rows, reference=0.5, fictional=True)
    texts = [a.text for a in figure.layout.annotations]
    assert [t for t in texts if t in ("<b>better</b>", "<b>worse</b>")] == ["<b>worse</b>", "<b>better</b>"]
    assert "too few to show" in texts
    assert "England 50%" in texts
    assert "FICTIONAL" in texts
    grey, blue = [t for t in figure.data if t.marker.size == 10]
    assert (len(grey.x), len(blue.x)) == (1, 2)
    assert blue.marker.color == charts.BLUE
    widths = sorted({t.line.width for t in figure.data if t.mode == "lines"})
    assert widths == [1, 4]
    ends = {1: ("low_listed", "high_listed"), 4: ("low", "high")}
    drawn = [(t.line.width, *pair) for t in figure.data if t.mode == "lines" for pair in zip(t.x[::3], t.x[1::3], t.y[::3], strict=True)]
    heights = dict(zip([y for t in (grey, blue) for y in t.y], [x for t in (grey, blue) for x in t.x], strict=True))
    names = {row["share"]: row for row in rows.to_dict("records")}
    assert len(drawn) == 2 * len(heights)
    for width, low, high, at in drawn:
        assert (low, high) == pytest.approx([names[heights[at]][column] for column in ends[width]])
    assert list(figure.layout.yaxis.ticktext)[-1] == ICBS["icb_name"].iloc[0]  # the highest on top


def test_the_map_draws_what_is_known_hatches_what_is_withheld_and_leaves_the_others_empty() -> None:
    square = np.array([[0.0, 0], [1, 0], [1, 1], [0, 1], [0, 0]])
    rows = pd.DataFrame({"code": ["A", "B", "C", "D"], "name": ["Aa", "<b>", "Cc", "Dd"], "share": [0.2, np.nan, 0.8, 0.4]})
    shapes = {code: (square + np.array([i, 0]), square / 4 + np.array([i, 2])) for i, code in enumerate("ABC")}
    hearts = {code: (i + 0.5, 0.5, 0.5) for i, code in enumerate("ABC")}
    figure = charts.areas(rows, shapes, ratio=1.5, hearts=hearts, fictional=True, chosen=["A", "B"])
    first, second, third = figure.data
    assert first.fillcolor == charts.shade(0.2)
    assert second.fillpattern.shape == "/"
    assert second.text == "&lt;b&gt;: too few to show"
    assert third.fillcolor == "rgba(0,0,0,0)"
    assert np.isnan(first.x).sum() == 1  # one lift of the pen between two rings
    assert figure.layout.yaxis.scaleratio == 1.5
    texts = [re.sub("<[^>]+>", "", a.text) for a in figure.layout.annotations]
    assert texts == ["20%", "–", "FICTIONAL"]
    assert charts.areas(rows.iloc[3:], shapes, ratio=1, hearts=hearts).data == ()


def test_tiles_of_another_region_carry_no_number() -> None:
    rows = standing.picture(answer([(30, 30, 0)] * 36), MEASURE, "england", "ENG").iloc[1:]
    figure = charts.tiles(rows, reference.icb_tiles(), chosen=standing.chosen(rows, "region", "Y60"))
    numbered = [a.text for a in figure.layout.annotations if "%" in a.text]
    assert len(numbered) == (ICBS["region_code"] == "Y60").sum()
    assert [len(trace.x) for trace in figure.data] == [11, 0, 25]
    assert standing.chosen(rows, "icb", "QHL") == {"QHL"}
    assert standing.chosen(rows, "england", "ENG") is None


def test_shades_run_from_light_to_dark_through_the_scale() -> None:
    for at, colour in charts.SEQUENTIAL:
        assert charts.shade(at) == colour.upper()
    assert charts.shade(0.125) == "#D2E4F4"  # half way between #EAF2FA and #BBD6EF
