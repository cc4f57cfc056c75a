"""The account in words and tables: every sentence against the numbers it is made from, counted another way."""

from __future__ import annotations

import json
from collections import Counter

import duckdb
import pandas as pd
import pytest

from oversight import accounts, charts, exports, layouts, store
from oversight.findings import the
from oversight.model import QUARANTINE_REASONS, RESPONDENT_KINDS
from oversight.settings import SAMPLE

INSIDE = store.Viewer(audience="internal")


@pytest.fixture(scope="module")
def tables(sample: store.Snapshot) -> dict[str, list[tuple]]:
    """The snapshot's own tables, read without the product's queries."""
    with duckdb.connect(str(sample.path), read_only=True) as connection:
        names = ("load", "quarantine", "response", "question", "answer")
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in names}


def loads(*numbers: tuple[int, int, int]) -> pd.DataFrame:
    rows = [(f"f/{i}.csv", "microsoft_forms", "its headings", *n, None) for i, n in enumerate(numbers)]
    return pd.DataFrame(rows, columns=["file", "tool", "why", "rows_read", "accepted", "quarantined", "note"])


@pytest.mark.parametrize(
    ("responses", "files", "waves", "sentence"),
    [
        (3202, [(10, 9, 1), (5, 3, 2)], 2, "3,202 responses of 2 waves are loaded from 2 files; 3 rows were set aside"),
        (1, [(2, 1, 1)], 1, "1 response of 1 wave is loaded from 1 file; 1 row was set aside"),
        (0, [(2, 2, 0)], 0, "No survey response is loaded yet, only lists from 1 file; no row was set aside"),
    ],
)
def test_what_is_loaded(responses: int, files: list[tuple[int, int, int]], waves: int, sentence: str) -> None:
    assert accounts.loaded_sentence({"responses": responses}, loads(*files), waves) == sentence


def test_the_sample_is_told_as_it_was_published(sample: store.Snapshot, tables: dict[str, list[tuple]]) -> None:
    table = store.ask("loads", INSIDE, sample).table
    said = accounts.loaded_sentence({"responses": len(tables["response"])}, table, 2)
    assert f"{len(tables['response']):,} responses" in said
    assert f"{len(tables['load'])} files" in said and f"{len(tables['quarantine'])} rows" in said
    assert accounts.balance_sentence(table).startswith(f"**{sum(row[4] for row in tables['load']):,}** rows read")
    shown = accounts.files(table)
    assert not shown["about"].str.contains("nan|None").any() and not shown["name"].str.contains("/").any()


def test_only_those_whom_the_workforce_file_counts_have_a_rate(sample: store.Snapshot) -> None:
    asked = [("Autumn 2026", role, store.ask("responses", INSIDE, sample, role=role, level="region").table) for role in RESPONDENT_KINDS]
    rates = accounts.rates(asked)
    by_role = rates[rates["level"] == "england"].set_index("role")
    for role in RESPONDENT_KINDS:
        expected = role in ("splw", "care_coordinator", "hwb_coach")
        assert pd.notna(by_role.loc[role, "rate"]) == pd.notna(by_role.loc[role, "headcount"]) == expected
        assert (by_role.loc[role, "text"] != "") == expected
    assert "not known" in accounts.rates_sentence(by_role.loc["gp_supervisor"], "GP supervisors", "Autumn 2026")
    regions = rates[(rates["level"] == "region") & (rates["role"] == "splw")]
    low, high = regions.loc[regions["rate"].idxmin(), "name"], regions.loc[regions["rate"].idxmax(), "name"]
    assert (
        accounts.spread(regions).startswith("From")
        and f"in {the(low)} to" in accounts.spread(regions)
        and f"in {the(high)}." in accounts.spread(regions)
    )
    assert accounts.spread(rates[rates["role"] == "pcn_manager"]) == ""


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ((1024, 3028.3, 0.338), "1,024 replies from link workers in May: 34% of the estimated 3,028 in post"),
        ((1, 2.0, 0.5), "1 reply from link workers in May: 50% of the estimated 2 in post"),
        ((5, None, None), "5 replies from link workers in May; how many there are in England is not known"),
        ((None, None, None), "Too few link workers replied in May to say how many"),
    ],
)
def test_a_response_rate_in_words(row: tuple, sentence: str) -> None:
    assert accounts.rates_sentence(dict(zip(("responses", "headcount", "rate"), row, strict=True)), "link workers", "May") == sentence


def test_unmapped_questions_and_answers_are_counted_apart(sample: store.Snapshot, tables: dict[str, list[tuple]]) -> None:
    wave = "2026-2-autumn"
    mapped = {q[1]: q[5] is not None for q in tables["question"] if q[0] == wave}
    strange = Counter(a[2] for a in tables["answer"] if a[0] == wave and a[6] == "unmapped" and mapped[a[2]])
    table = store.ask("questions", INSIDE, sample, wave=wave).table
    said = accounts.unmapped_sentence(table)
    assert said == (
        f"{sum(not m for m in mapped.values())} of {len(mapped)} questions is not mapped; {sum(strange.values()):,} answers to "
        f"{len(strange)} questions are in words the mapping does not know"
    )
    shown = accounts.questions(table)
    assert set(shown.loc[shown["what"] != "", "question_id"]) == {*strange, *(q for q, m in mapped.items() if not m)}
    assert set(shown.loc[shown["means"] == "", "question_id"]) == {q for q, m in mapped.items() if not m}
    assert len(shown) == len(mapped) and (shown["what"] != "").is_monotonic_decreasing  # what is unknown stands first


@pytest.mark.parametrize(
    ("fields", "unmapped", "sentence"),
    [
        (["a", "b"], [0, 0], "Every question is mapped, and every answer is known"),
        (["a", None], [0, 9], "1 of 2 questions is not mapped"),
        ([None, None], [1, 2], "2 of 2 questions are not mapped"),
        (["a", "b"], [1, 0], "Every question is mapped; 1 answer to 1 question is in words the mapping does not know"),
        (["a", "b"], [None, None], "Every question is mapped, and every answer is known"),
    ],
)
def test_what_the_mapping_does_not_know_in_words(fields: list, unmapped: list, sentence: str) -> None:
    assert accounts.unmapped_sentence(pd.DataFrame({"field": fields, "unmapped": unmapped})) == sentence


def test_rows_set_aside_by_reason(sample: store.Snapshot, tables: dict[str, list[tuple]]) -> None:
    expected = Counter(row[2] for row in tables["quarantine"])
    reasons = accounts.reasons(store.ask("quarantine_reasons", INSIDE, sample).table)
    assert dict(zip(reasons["reason"], reasons["rows"], strict=True)) == expected
    assert reasons["rows"].is_monotonic_decreasing and set(reasons["meaning"]) <= set(QUARANTINE_REASONS.values())
    assert accounts.reasons_sentence(reasons) == f"{sum(expected.values())} rows were set aside, for {len(expected)} reasons"
    assert accounts.reasons_sentence(reasons.iloc[:0]) == "No row was set aside"
    rows = accounts.aside(store.ask("quarantine", INSIDE, sample).table)
    assert len(rows) == rows["label"].nunique() == sum(expected.values())
    for cells in rows["content"]:
        shown = accounts.content(cells)
        assert dict(zip(shown["heading"], shown["cell"], strict=True)) == json.loads(cells)
    assert accounts.content(None).empty and accounts.content(float("nan")).empty


def test_every_reason_has_a_name_of_words() -> None:
    names = {accounts.reason_name(code) for code in QUARANTINE_REASONS}
    assert len(names) == len(QUARANTINE_REASONS) and not any("_" in name for name in names)
    assert accounts.reason_name("pcn_shared_name") == "PCN shared name"


def test_notes_say_where() -> None:
    table = pd.DataFrame({"file": ["a/b.csv", "b.csv"], "row": [0, 7], "what": ["x", "y"]})
    assert accounts.warnings(table)[["name", "where"]].to_numpy().tolist() == [["b.csv", "whole file"], ["b.csv", "row 7"]]
    assert accounts.warnings(table.iloc[:0]).empty


def test_organisations_in_words() -> None:
    totals = {"pcns": 1, "icbs": 1, "regions": 1, "splw_fte": None, "pcns_no_return": None}
    assert accounts.organisations_sentence(totals) == "1 PCN in 1 ICB and 1 region; no workforce census is loaded"
    totals |= {"splw_fte": 2495.28, "pcns_no_return": 0}
    assert (
        accounts.organisations_sentence(totals)
        == "1 PCN in 1 ICB and 1 region, with 2,495 FTE of link workers; every PCN made a workforce return"
    )
    maps = accounts.maps(pd.DataFrame({"as_at": ["2026-04-01", "2026-10-01", "ever"]}))
    assert maps["as_at"].tolist() == ["1 October 2026", "1 April 2026", "ever"]


def test_every_kind_of_file_that_a_reader_can_name_has_a_name_of_its_own() -> None:
    tools = {exports.read(p).tool for p in SAMPLE.rglob("*") if p.suffix in (".csv", ".xlsx", ".zip")}
    assert len(tools) >= 13
    for tool in tools:
        kind, _, register = tool.partition(":")
        assert any(kind in group for group in layouts.LAYOUTS.values()), tool
        assert layouts.name(tool) == (f"Register: {register}" if register else layouts.name(kind))
    assert layouts.name("not recognised") == "Not recognised"


def test_a_reader_without_a_description_shows_by_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    described = layouts.rows()
    assert len(described) >= 7 and (described["tried"] != "").all()
    without = {module: group for module, group in layouts.LAYOUTS.items() if module != "taguette"}
    monkeypatch.setattr(layouts, "LAYOUTS", without)
    row = layouts.rows().set_index("name").loc["Taguette"]
    assert row["tried"] == layouts.NOT_TRIED and row["what"].startswith("Taguette:")


def test_bars_carry_their_numbers_and_other_peoples_words_as_they_stand() -> None:
    table = pd.DataFrame({"label": ["<b>Yes</b>", "No", "England"], "x": [3, None, 5], "text": ["3 (30%)", "", "5"]})
    figure = charts.counts(table, name="label", value="x", text="text", fictional=True, context="England")
    (bars,) = figure.data
    assert list(bars.x) == [3, 0, 5] and list(bars.text) == ["3 (30%)", "too few to show", "5"]
    assert figure.layout.yaxis.ticktext[0] == "&lt;b&gt;Yes&lt;/b&gt;"
    assert list(bars.y) == sorted(bars.y) and figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]  # the first row on top
    assert list(bars.marker.color) == [charts.BLUE, charts.BLUE, charts.CONTEXT]
    assert [a.text for a in figure.layout.annotations] == ["FICTIONAL"]


def test_long_labels_make_room_for_themselves() -> None:
    short = pd.DataFrame({"label": ["a", "b"], "x": [1, 2], "text": ["1", "2"]})
    long = short.assign(label=["many words " * 12, "b"])
    heights = [charts.counts(t, name="label", value="x", text="text").layout.height for t in (short, long)]
    assert heights[1] > heights[0] + 50
    assert charts.counts(short.iloc[:0], name="label", value="x", text="text").data[0].x.size == 0


def test_numbers_stand_on_a_line_of_numbers() -> None:
    figure = charts.columns(pd.DataFrame({"number": [0.5, 10.0], "x": [4, 7]}), number="number", value="x", axis="Answer", fictional=True)
    assert (list(figure.data[0].x), list(figure.data[0].y)) == ([0.5, 10.0], [4, 7])
    assert figure.layout.xaxis.title.text == "Answer" and figure.layout.annotations[0].text == "FICTIONAL"
