"""What may leave the building, walked over every query, region, ICB and wave of the sample, and worked by hand.

The rules are stated here a second time, from the domain's definitions and with their own numbers, so that a change of the
code or of the settings that lets more through fails.
"""

from __future__ import annotations

import math

import pandas as pd
import pytest

from oversight import disclosure, store
from oversight.questionnaire import RESPONDENT_KINDS

SHAREABLE, INTERNAL = store.Viewer(audience="shareable"), store.Viewer(audience="internal")
WAVES = ["2026-1-spring", "2026-2-autumn"]
FEWEST, SMALL = 10, range(1, 8)
SENSITIVE = ["safeguarding_route", "patient_concerns", "patient_concerns_safeguarding", "all_three"]
WORDS_ONLY = {"comments", "excerpts", "mapping_texts", "quarantine", "response_prints", "sessions", "transcript", "warnings"}
PRIORITY_MAY_HOLD = {"pcn_code", "pcn_name", "icb_code", "icb_name", "region_code", "region_name", "band", "withheld"}


def number(value: object) -> float | None:
    """A shown number, None where the cell is empty."""
    return None if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)) else float(value)  # type: ignore[arg-type]


def binary_is_safe(row: dict, x: str, n: str) -> None:
    """A shown base is 10 or more, and neither the numerator nor its complement is 1 to 7."""
    base, count = number(row[n]), number(row[x])
    if base is not None and base != 0:
        assert base >= FEWEST
    if count is not None:
        assert base is not None
        assert count not in SMALL
        assert base - count not in SMALL


def pair_is_safe(row: dict) -> None:
    """Of two themes: no cell of 1 to 7 respondents stands there, and none can be had from the totals beside it."""
    numbers = {
        c: number(row[c]) for c in ("a", "b", "c", "d", "n", "first", "second", "participants", "expected", "jaccard", "phi", "low", "high")
    }
    people = numbers["participants"]
    if people is None:
        assert all(value is None for value in numbers.values()) and row["withheld"]
        assert row["verdict"] is None or not isinstance(row["verdict"], str)
        return
    if row["unit"] != "respondents":
        assert people == 0 or people >= FEWEST
        return
    assert people >= FEWEST
    n, one, two, both = (numbers[c] for c in ("n", "first", "second", "a"))
    for cell in (both, one - both, two - both, n - one - two + both):
        assert cell not in SMALL


def check(name: str, table: pd.DataFrame) -> None:
    """No cell of a shareable answer is one that the rules withhold."""
    if name in WORDS_ONLY:
        assert table.empty
        return
    for row in table.to_dict("records"):
        if row.get("level") == "pcn" and name != "places":
            numbers = [v for k, v in row.items() if isinstance(v, (int, float)) and k not in ("position", "is_part")]
            assert all(number(v) is None for v in numbers), (name, row)
        if name == "coverage":
            binary_is_safe(row, "yes", "answered")
            for other in ("no", "dont_know"):
                assert number(row[other]) not in SMALL
            for state in ("prefer_not_to_say", "not_applicable", "blank", "not_asked", "unmapped"):
                assert number(row[state]) not in SMALL
            if number(row["no"]) is None:  # what would give the split away goes with it
                assert all(
                    number(row[c]) is None for c in ("known", "share_known", "low_known", "high_known", "dont_know", "dont_know_share")
                )
            if number(row["answered"]) is None:
                assert all(number(row[c]) is None for c in ("yes", "share", "low", "high"))
                assert row["withheld"]
        elif name in ("themes", "question_answers"):
            binary_is_safe(row, "x", "n")
            if name == "question_answers" and number(row["x"]) is None:
                assert number(row["value"] if not isinstance(row["value"], str) else 0) in (None, 0)
                assert not isinstance(row["value"], str)
        elif name == "theme_pairs":
            pair_is_safe(row)
        elif name in ("coverage_change", "themes_change"):
            binary_is_safe(row, "x1", "n1")
            binary_is_safe(row, "x2", "n2")
            if number(row["n2"]) is None:
                assert all(number(row[c]) is None for c in ("difference", "low", "high", "share1", "share2"))
        elif name in ("responses", "waves", "questions"):
            count = number(row["responses"])
            assert count is None or count >= FEWEST
            if count is None and name == "responses":
                assert all(number(row[c]) is None for c in ("rate", "headcount", "pcns_heard"))
        elif name in ("theme_sessions", "theme_sessions_waves", "theme_agreement", "codes"):
            people = number(row["participants"])
            assert people is None or people == 0 or people >= FEWEST
            if people is None and name != "codes":
                counts = ("sessions", "sessions_with", "excerpts", "everybody", "somebody", "nobody", "same", "alpha", "overall")
                assert all(number(row[c]) is None for c in counts if c in row)
            if name == "codes" and people is None:
                assert all(number(row[c]) is None for c in ("excerpts", "sessions", "coders"))
        elif name == "priority":
            assert all(number(v) is None if not isinstance(v, str) else v == "" for k, v in row.items() if k not in PRIORITY_MAY_HOLD), row
        elif name == "comment_themes":
            binary_is_safe(row, "x", "n")
        elif name == "convergence":
            if row["asked"]:
                binary_is_safe(row, "x", "n")
            people = number(row["participants"])
            assert people is None or people == 0 or people >= FEWEST
            if number(row["x"]) is None:
                assert all(number(row[c]) is None for c in ("n", "share", "low", "high"))
                assert not isinstance(row["survey_says"], str)
            if people is None:
                assert all(number(row[c]) is None for c in ("sessions_with", "sessions", "sessions_share"))
                assert not isinstance(row["sessions_say"], str)
            if number(row["x"]) is None or people is None:
                assert not isinstance(row["proposed"], str)
                assert row["withheld"]
            assert not isinstance(row["verdict_note"], str) or row["verdict_note"] == ""
        elif name == "remedies":
            binary_is_safe(row, "x", "n")
        elif name == "offer_counts":
            statuses = ("requested", "eligible", "offered", "accepted", "started", "ended")
            assert all(number(row[c]) not in SMALL and (row["level"] == "england" or number(row[c]) is None) for c in statuses)
        elif name in ("pcn_events", "notes"):
            assert row["audience"] == "shareable"
    if name == "remedies":  # who is aware is the base of those who use it, and the two together give the third away
        shown = {(r["code"], r["remedy"], r["figure"]): number(r["x"]) is not None for r in table.to_dict("records")}
        for code, remedy, figure in shown:
            if figure == "used_of_aware" and not shown[code, remedy, figure]:
                assert not (shown[code, remedy, "aware"] and shown[code, remedy, "used"])
            if figure == "aware" and not shown[code, remedy, figure]:
                assert not shown[code, remedy, "used_of_aware"]


def combinations(query: store.Query, regions: list[str], icbs: list[str]) -> list[dict[str, str | None]]:
    """Every wave, role and place a query can be asked for."""
    takes = {p.name for p in query.parameters}
    found: list[dict[str, str | None]] = [{}]
    if "wave" in takes:
        found = [{**f, "wave": wave} for f in found for wave in WAVES]
    if "unit" in takes:
        found = [{**f, "unit": "respondents"} for f in found] + [{"unit": unit} for unit in ("sessions", "excerpts")]
    if "role" in takes:
        found = [{**f, "role": role} for f in found for role in RESPONDENT_KINDS]
    if "question" in takes:
        found = [
            {**f, "question": q} for f in found for q in ("challenges", "intention_to_leave", "employer", "comment", "safeguarding_topics")
        ]
    places = [{}, *({"region": r} for r in regions)] if "region" in takes else [{}]
    if "icb" in takes:
        places += [{"icb": i} for i in icbs]
    every = [{**f, **p} for f in found for p in places]
    return [f for f in every if not ("icb" in f and f.get("unit") in ("sessions", "excerpts"))]  # those are held by region


@pytest.mark.parametrize("name", sorted(store.queries()))
def test_no_shareable_answer_holds_a_withheld_cell(name: str, sample: store.Snapshot) -> None:
    places = store.ask("places", INTERNAL, sample).table
    regions, icbs = (places.loc[places["level"] == level, "code"].tolist() for level in ("region", "icb"))
    assert (len(regions), len(icbs)) == (7, 36)
    query = store.queries()[name]
    for filters in combinations(query, regions, icbs):
        result = store.ask(name, SHAREABLE, sample, **filters)
        check(name, result.table)
        if (result.table.get("withheld", pd.Series(dtype=str)) != "").any():
            assert "withheld" in result.withheld
    if "level" in {p.name for p in query.parameters}:
        check(name, store.ask(name, SHAREABLE, sample, level="pcn").table)


def test_the_walk_can_fail(sample: store.Snapshot) -> None:
    """What is shown inside would not pass: the check above does see small numbers."""
    for name in ("coverage", "themes", "responses", "priority", "coverage_change", "themes_change"):
        with pytest.raises(AssertionError):
            check(name, store.ask(name, INTERNAL, sample).table)
    with pytest.raises(AssertionError):
        check("theme_pairs", store.ask("theme_pairs", INTERNAL, sample, region="Y58").table)
    with pytest.raises(AssertionError):
        check("excerpts", store.ask("excerpts", INTERNAL, sample).table)


@pytest.mark.parametrize("audience", ["internal", "shareable"])
def test_sensitive_answers_of_a_pcn_are_shown_to_nobody_under_ten(sample: store.Snapshot, audience: store.Audience) -> None:
    viewer = store.Viewer(audience=audience)
    table = store.ask("coverage", viewer, sample, level="pcn").table
    rows = table[(table["level"] == "pcn") & table["element"].isin(SENSITIVE)]
    assert len(rows) == len(SENSITIVE) * 1247
    shown = rows[rows["answered"].notna()]
    assert (shown["answered"] >= FEWEST).all()
    assert (rows.loc[rows["answered"].isna(), "withheld"] != "").all()
    priority = store.ask("priority", viewer, sample).table
    few = priority[~(priority["n"] >= FEWEST)]
    assert few[[c for c in few if c.startswith("c_")]].isna().all(axis=None)
    assert not (priority["main_reason"] == "safeguarding_and_concerns").any()


def one(yes: int, no: int, dont_know: int, level: str = "icb") -> tuple[dict, str]:
    """One coverage row as it leaves the building."""
    from oversight import stats

    frame = pd.DataFrame([{"level": level, "code": "X", "element": "first_contact", "yes": yes, "no": no, "dont_know": dont_know}])
    table, sentence = disclosure.apply(stats.coverage(frame), "counts", "shareable")
    return table.iloc[0].to_dict(), sentence


@pytest.mark.parametrize(
    ("yes", "no", "dont_know", "share", "split"),
    [
        (20, 20, 10, True, True),
        (20, 20, 3, True, False),  # 3 who don't know: the split goes, the share of all stays
        (20, 20, 0, True, True),  # nobody is not somebody
        (0, 12, 0, True, True),
        (12, 0, 0, True, True),
        (3, 20, 20, False, False),
        (20, 4, 3, False, False),
        (4, 5, 0, False, False),
        (9, 0, 0, False, False),
        (10, 0, 0, True, True),
        (8, 8, 0, True, True),
        (7, 8, 0, False, False),
    ],
)
def test_the_rules_by_hand(yes: int, no: int, dont_know: int, share: bool, split: bool) -> None:
    row, sentence = one(yes, no, dont_know)
    assert (number(row["share"]) is not None) == share
    assert (number(row["yes"]) is not None) == share
    assert (number(row["no"]) is not None) == split
    assert (number(row["share_known"]) is not None) == (split and yes + no > 0)
    assert (row["withheld"] != "") == (not (share and split))
    assert (sentence != "") == (row["withheld"] != "")


def test_a_query_without_a_rule_cannot_be_asked() -> None:
    with pytest.raises(KeyError):
        disclosure.apply(pd.DataFrame(), "", "internal")


def test_a_viewer_of_one_region_gets_england_and_regions_and_their_own_places(sample: store.Snapshot) -> None:
    viewer = store.Viewer(regions=frozenset({"Y60"}), audience="internal")
    for name, query in store.queries().items():
        result = store.ask(name, viewer, sample, **({"question": "challenges"} if name == "question_answers" else {}))
        if query.scope == "all regions":
            assert result.table.empty
        elif query.scope == "rows":
            rows = result.table
            if "level" in rows:
                rows = rows[~rows["level"].isin(["england", "region"])]
            assert set(rows["region_code"].dropna()) <= {"Y60"}
            may_be_empty = ("theme_pairs", "theme_sessions", "theme_sessions_waves", "convergence", "offer_counts", "question_answers")
            assert name in may_be_empty or len(rows)
    outside = store.ask("coverage", viewer, sample, region="Y58").table
    assert set(outside["level"]) <= {"england", "region"}
    everything = store.ask("priority", store.Viewer(audience="internal"), sample).table
    own = store.ask("priority", viewer, sample).table
    same = everything[everything["region_code"] == "Y60"].reset_index(drop=True)
    pd.testing.assert_frame_equal(own, same)  # ranked among all PCNs of England
