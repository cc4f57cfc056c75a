"""The contract in words and pictures, for any data: numbers are the table's, claims are what intervals allow, withheld numbers stay out."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from oversight import charts, contract, disclosure, stats, store

SUBSETS = ["none", *(" ".join(c for i, c in enumerate(contract.ELEMENTS) if bits & 1 << i) for bits in range(1, 8))]
INSIDE = store.Viewer(audience="internal")
quickly = settings(max_examples=25, deadline=None)
audiences = some.sampled_from(["internal", "shareable"])
sizes = some.one_of(some.integers(0, 3), some.integers(0, 60), some.integers(0, 4000))


def combinations(counts: list[int], unknown: int, audience: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(as the audience sees it, all of it) of one place."""
    known = sum(counts)
    rows = [("known", missing, x, known) for missing, x in zip(SUBSETS, counts, strict=True)]
    rows.append(("open", "not_known", unknown, known + unknown))
    table = pd.DataFrame(rows, columns=["state", "missing", "x", "n"]).assign(level="icb", code="Q", name="Borderland", region_code="Y60")
    full = stats.share(table)
    return disclosure.apply(full, "parts", audience)[0], full


def percents(text: str) -> set[str]:
    return set(re.findall(r"\d+%", text))


def allowed(table: pd.DataFrame) -> set[str]:
    """Every percentage that a table holds."""
    return {f"{100 * v:.0f}%" for c in ("share", "low", "high") for v in table[c].dropna()}


@quickly
@given(counts=some.lists(sizes, min_size=8, max_size=8), unknown=sizes, audience=audiences)
def test_what_is_missing_most(counts: list[int], unknown: int, audience: str) -> None:
    table, full = combinations(counts, unknown, audience)
    said = contract.combinations_sentences(table, "icb", "Q", "link workers")
    text = ". ".join([*said, contract.open_sentence(table, "icb", "Q", "link workers")])
    shown = table[table["x"].notna()]
    assert percents(text) <= allowed(shown)
    assert not re.search(r"nan|None|\b1 link workers", text)
    known = shown[shown["state"] == "known"]
    if "most common gap:" in text or "most common gap of" in text:
        gaps = known[known["missing"] != "none"].sort_values("share", ascending=False)
        assert sum(counts) >= 10
        assert (gaps["high"].iloc[1:] < gaps["low"].iloc[0]).all()
        assert f"{100 * gaps['share'].iloc[0]:.0f}%" in text
    if "too close to tell apart" in text:
        gaps = known[known["missing"] != "none"].sort_values("share", ascending=False)
        assert gaps["high"].iloc[1] >= gaps["low"].iloc[0]
    if sum(counts) < 10:
        assert "have all three" not in text
    hidden = full[table["x"].isna()]
    if len(hidden):
        assert not re.search(r"of those that can be shown", text) or table["x"].isna().any()
    rows = contract.combinations(table, "icb", "Q")
    assert [w == "" for w in rows["words"]] == rows["x"].isna().tolist()
    figure = charts.combinations(rows, {name: contract.SHORT[name] for name in contract.ELEMENTS}, fictional=True)
    drawn = {a.text for a in figure.layout.annotations}
    assert ("withheld" in drawn) == rows["x"].isna().any() and "FICTIONAL" in drawn
    marks = {trace.name: len(trace.x) for trace in figure.data}
    assert marks["missing"] == sum(len(m.split()) for m in rows["missing"] if m in SUBSETS[1:])


def both_sides(counts: list[tuple[int, int]], audience: str) -> pd.DataFrame:
    """One place: three elements by three roles."""
    keys = [(element, role) for element in contract.ELEMENTS for role in contract.SIDES]
    rows = [("england", "ENG", "England", e, None, r, min(x, n), n) for (e, r), (x, n) in zip(keys, counts, strict=True)]
    table = pd.DataFrame(rows, columns=["level", "code", "name", "element", "part_of", "role", "x", "n"])
    return disclosure.apply(stats.sides(table), "sides", audience)[0]


@quickly
@given(counts=some.lists(some.tuples(sizes, sizes), min_size=9, max_size=9), audience=audiences)
def test_who_reports_more(counts: list[tuple[int, int]], audience: str) -> None:
    rows = contract.sides(both_sides(counts, audience), "england", "ENG")
    said = contract.sides_sentences(rows)
    text = ". ".join(said)
    assert percents(text) <= allowed(rows[rows["x"].notna()])
    assert not re.search(r"nan|None", text)
    for sentence in said:
        if found := re.match(
            r"(GP supervisors|PCN managers) report (.+) (more|less) often than link workers: (\d+%) against (\d+%)", sentence
        ):
            role = {v: k for k, v in contract.SIDES.items()}[found[1]]
            element = {v: k for k, v in contract.INSIDE.items()}[found[2]]
            own = rows[(rows["role"] == role) & (rows["element"] == element)].iloc[0]
            workers = rows[(rows["role"] == "splw") & (rows["element"] == element)].iloc[0]
            assert (own["low_difference"] > 0) if found[3] == "more" else (own["high_difference"] < 0)
            assert min(own["n"], workers["n"]) >= 10
            assert (found[4], found[5]) == (f"{100 * own['share']:.0f}%", f"{100 * workers['share']:.0f}%")
    for role in ("GP supervisors", "PCN managers"):
        assert any(role in sentence for sentence in said)
    wide = contract.wide_sides(rows)
    assert not wide.isin(["nan"]).any(axis=None) and len(wide) == 3
    figure = charts.sides(rows)
    assert sum(len(trace.x) for trace in figure.data) == rows["share"].notna().sum()
    assert [a.text for a in figure.layout.annotations].count("too few to show") == sum(
        rows.loc[rows["label"] == label, "share"].isna().all() for label in rows["label"].unique()
    )


@quickly
@given(counts=some.lists(sizes, min_size=5, max_size=5), audience=audiences)
def test_whether_both_sides_of_a_pcn_say_the_same(counts: list[int], audience: str) -> None:
    *known, unknown = counts
    rows = [("known", outcome, x, sum(known)) for outcome, x in zip(contract.OUTCOMES, known, strict=True)]
    rows.append(("open", "not_known", unknown, sum(counts)))
    table = pd.DataFrame(rows, columns=["state", "outcome", "x", "n"])
    table = table.assign(level="england", code="ENG", name="England", element="clinical_supervision", part_of=None)
    seen = disclosure.apply(stats.share(table), "parts", audience)[0]
    text = ". ".join(contract.pairs_sentences(seen, "england", "ENG"))
    pcn, workers = known[1], known[2]
    assert ("often the PCN's side" in text) <= ((pcn - workers) ** 2 > 3.84 * (pcn + workers) and pcn > workers)
    assert ("often the link workers" in text) <= ((pcn - workers) ** 2 > 3.84 * (pcn + workers) and workers > pcn)
    assert ("never disagree" in text) <= (pcn + workers == 0)
    assert not re.search(r"nan|None|\b1 PCNs", text)
    for outcome, words in (("both", "both sides say"), ("pcn_side", "only the PCN's side does"), ("neither", "neither does")):
        row = seen[seen["outcome"] == outcome].iloc[0]
        if pd.isna(row["x"]):
            assert words not in text
        elif words in text:
            assert f"in {row['x']:,.0f} {words}" in text


def test_by_hand() -> None:
    table, _ = combinations([217, 62, 63, 28, 113, 57, 45, 53], 386, "internal")
    said = contract.combinations_sentences(table, "icb", "Q", "link workers")
    assert said == [
        "Of the 638 link workers in Borderland whose three elements are known, 34% have all three (30% to 38%)",
        "The most common gap: 18% lack only regular clinical or non-managerial supervision (15% to 21%)",
    ]
    assert contract.open_sentence(table, "icb", "Q", "link workers").startswith(
        "For 386 of 1,024 link workers (38%, 35% to 41%) at least one element is not known."
    )
    first, second = contract.combinations_sentences(table, "icb", "Q", "GP supervisors", "gp_supervisor")
    assert first.endswith("34% report all three (30% to 38%)")
    assert "18% say that only regular clinical or non-managerial supervision is missing" in second
    assert contract.label("none") == "Nothing missing"
    assert contract.label(" ".join(contract.ELEMENTS)) == "All three missing"


def test_many_combinations_of_parts_keep_a_row_for_the_rest(sample: store.Snapshot) -> None:
    table = store.ask("missing_combinations", INSIDE, sample, detail="parts").table
    rows = contract.combinations(table, "england", "ENG", contract.PARTS)
    assert len(rows) == contract.MOST_DRAWN + 2
    assert rows["missing"].tolist()[-2:] == [contract.REST, "not_known"]
    assert rows.loc[rows["state"] == "known", "x"].sum() == rows["n"].iloc[0]
    without = rows[rows["missing"].str.contains("has_clinical")]
    assert set(without["supervision_often_enough"]) == {"not asked"}


@pytest.mark.parametrize("names", [contract.ELEMENTS, contract.PARTS])
def test_every_element_has_its_short_name(names: tuple[str, ...]) -> None:
    assert set(names) <= set(contract.SHORT) & set(contract.INSIDE)
