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
WORDS_ONLY = {
    "comments", "excerpts", "mapping_texts", "need_sensitivity_pcn", "offer_change", "offers", "quarantine", "response_prints", "sessions",
    "sharing", "theme_saturation", "transcript", "warnings",
}  # fmt: skip
PRIORITY_MAY_HOLD = {"pcn_code", "pcn_name", "icb_code", "icb_name", "region_code", "region_name", "band", "withheld"}
ASKING_MAY_HOLD = PRIORITY_MAY_HOLD - {"band"}


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


def rest_is_safe(row: dict, x: str, n: str, part_x: float, part_n: float) -> None:
    """Those who are left when a group that is shown is taken from all that are shown are none, or are themselves safe."""
    rest, with_it = number(row[n]) - part_n, number(row[x]) - part_x  # type: ignore[operator]
    assert rest == 0 or rest >= FEWEST
    assert with_it not in SMALL
    assert rest - with_it not in SMALL


def same_people_are_safe(row: dict) -> None:
    """Ten linked people or none, no group of 1 to 7, whether it is shown or what is left of all who answered."""
    cells = [number(row[c]) for c in ("n11", "n10", "n01", "n00")]
    if None in cells:
        assert row["withheld"]
        assert all(number(row[c]) is None for c in ("n", "share1", "share2", "difference", "low", "high", "p_mid", "x1", "n1", "x2", "n2"))
        return
    n11, n10, n01, n00 = (c or 0.0 for c in cells)
    n = n11 + n10 + n01 + n00
    assert n >= FEWEST
    assert not {n11, n10, n01, n00, n11 + n10, n11 + n01, n01 + n00, n10 + n00} & set(SMALL)
    rest_is_safe(row, "x1", "n1", n11 + n10, n)
    rest_is_safe(row, "x2", "n2", n11 + n01, n)


def panel_is_safe(row: dict) -> None:
    """As a change; the PCNs heard both times are ten, their people ten, and neither they nor the others a small number."""
    binary_is_safe(row, "x1", "n1")
    binary_is_safe(row, "x2", "n2")
    if number(row["n2"]) is None:
        assert all(number(row[c]) is None for c in ("difference", "share1", "share2", "low_difference", "pcns_matched", "pcns_went"))
    if number(row["within"]) is None and number(row["matched_n1"]) is None:
        hidden = ("composition", "mix", "came", "went", "low_within", "high_within", "low_composition", "matched_x1", "matched_n2")
        assert all(number(row[c]) is None for c in hidden)
        assert row["withheld"]
        return
    assert row["pcns_matched"] >= FEWEST
    for x, n in (("x1", "n1"), ("x2", "n2")):
        binary_is_safe(row, f"matched_{x}", f"matched_{n}")
        rest_is_safe(row, x, n, row[f"matched_{x}"], row[f"matched_{n}"])


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
        if name in ("coverage", "breakdown", "coverage_weighted"):  # tests/test_breakdown.py walks further: groups, measures, subtraction
            binary_is_safe(row, "yes", "answered")
            for other in ("no", "dont_know"):
                assert number(row[other]) not in SMALL
            for state in ("prefer_not_to_say", "not_applicable", "blank", "not_asked", "unmapped", "unplaced"):
                assert number(row.get(state)) not in SMALL
            assert not any(isinstance(v, (list, tuple)) for v in row.values())  # the numbers of the places behind a weighted share
            if number(row["no"]) is None:  # what would give the split away goes with it
                assert all(
                    number(row[c]) is None for c in ("known", "share_known", "low_known", "high_known", "dont_know", "dont_know_share")
                )
            if number(row["answered"]) is None:
                may_be = ("yes", "share", "low", "high", "low_listed", "high_listed", "weighted", "weighted_low", "weighted_high")
                assert all(number(row.get(c)) is None for c in may_be)
                assert not isinstance(row.get("against_listed"), str) or row["against_listed"] == ""
                assert row["withheld"]
        elif name in ("themes", "question_by", "missing_combinations", "sides", "sides_pairs"):
            binary_is_safe(row, "x", "n")
            if number(row["x"]) is None:
                assert all(number(row[c]) is None for c in ("n", "share", "low", "high")) and row["withheld"]
                assert name != "question_by" or not isinstance(row["value"], str)
        elif name == "question_numbers":
            assert number(row["n"]) is None or number(row["n"]) >= FEWEST
            assert number(row["others"]) not in SMALL and number(row["sd"]) is None and number(row["median"]) is None
            if number(row["n"]) is None:
                assert all(number(row[c]) is None for c in ("mean", "low", "high", "others"))
        elif name == "theme_pairs":
            pair_is_safe(row)
        elif name in ("coverage_change", "themes_change"):
            binary_is_safe(row, "x1", "n1")
            binary_is_safe(row, "x2", "n2")
            if number(row["n2"]) is None:
                assert all(number(row[c]) is None for c in ("difference", "low", "high", "share1", "share2"))
        elif name == "change_same":
            same_people_are_safe(row)
        elif name == "change_panel":
            panel_is_safe(row)
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
        elif name in ("priority", "needs"):
            assert all(number(v) is None if not isinstance(v, str) else v == "" for k, v in row.items() if k not in PRIORITY_MAY_HOLD), row
        elif name == "need_sensitivity":  # England alone, and nothing from few replies
            assert not any(column.endswith("_code") for column in row)
            assert number(row["n"]) is None or number(row["n"]) >= FEWEST
            if number(row["n"]) is None:
                assert all(number(row[c]) is None for c in ("same", "k", "same_low", "same_high", "draws")) and row["withheld"]
        elif name == "whom_to_ask":  # names alone
            assert all(number(v) is None if not isinstance(v, str) else v == "" for k, v in row.items() if k not in ASKING_MAY_HOLD), row
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
    if name == "whom_to_ask":  # neither the order nor how many there are in all
        assert len(table) <= 100
        assert table["pcn_code"].tolist() == [code for _, code in sorted(zip(table["region_code"], table["pcn_code"], strict=True))]
    if name == "remedies":  # who is aware is the base of those who use it, and the two together give the third away
        shown = {(r["code"], r["remedy"], r["figure"]): number(r["x"]) is not None for r in table.to_dict("records")}
        for code, remedy, figure in shown:
            if figure == "used_of_aware" and not shown[code, remedy, figure]:
                assert not (shown[code, remedy, "aware"] and shown[code, remedy, "used"])
            if figure == "aware" and not shown[code, remedy, figure]:
                assert not shown[code, remedy, "used_of_aware"]

    if name in ("missing_combinations", "sides_pairs", "question_by"):
        check_nothing_is_left_over(name, table)
    if name == "sides":
        shown = {(r["level"], r["code"], r["element"], r["role"]): number(r["x"]) is not None for r in table.to_dict("records")}
        for row in table.to_dict("records"):
            if not shown[row["level"], row["code"], row["element"], "splw"] or number(row["x"]) is None:
                assert all(number(row[c]) is None for c in ("difference", "low_difference", "high_difference"))
                assert not row["verdict"] or number(row["verdict"] if not isinstance(row["verdict"], str) else 0) is None


def check_nothing_is_left_over(name: str, table: pd.DataFrame) -> None:
    """Of numbers that add up to a base, what is left over when all shown ones are taken off is nobody, or 8 people or more."""
    groups: dict[tuple, list[dict]] = {}
    for row in table.to_dict("records"):
        key = (row["level"], row["code"], row.get("element"), row.get("role"))
        groups.setdefault(key, []).append(row)
    for rows in groups.values():
        shown = [r for r in rows if number(r["x"]) is not None]
        if name == "question_by":
            kind = next((r["kind"] for r in rows if isinstance(r["kind"], str)), "")
            if kind == "number":
                assert len(shown) in (0, len(rows))
            if kind != "choice":
                continue
        else:
            for row in shown:  # the two bases differ by those who are not known
                assert row["state"] != "open" or row["n"] - row["x"] not in SMALL
            whole = [r["n"] for r in shown if r["state"] == "open"]
            known = [r["n"] for r in shown if r["state"] == "known"]
            assert not whole or not known or whole[0] - known[0] not in SMALL
            shown = [r for r in shown if r["state"] == "known"]
        if shown:
            left = shown[0]["n"] - sum(r["x"] for r in shown)
            hidden = [r for r in rows if number(r["x"]) is None and r.get("state") != "open"]
            assert left not in SMALL
            assert not left or len(hidden) > 1


def combinations(query: store.Query, regions: list[str], icbs: list[str]) -> list[dict[str, str | None]]:
    """Every wave, role and place a query can be asked for."""
    takes = {p.name for p in query.parameters}
    found: list[dict[str, str | None]] = [{}]
    if "wave" in takes:
        found = [{**f, "wave": wave} for f in found for wave in WAVES]
    if "unit" in takes:
        found = [{**f, "unit": "respondents"} for f in found] + [{"unit": unit} for unit in ("sessions", "excerpts")]
    if "role" in takes:
        roles = ["every", "splw"] if query.name.startswith("question_") else RESPONDENT_KINDS  # every role stands in one answer
        if query.name.startswith("need_sensitivity"):  # slow
            roles = ["splw", "pcn_manager"]
        found = [{**f, "role": role} for f in found for role in roles]
    if "detail" in takes:
        found = [{**f, "detail": detail} for f in found for detail in ("elements", "parts")]
    if "question" in takes:
        found = [
            {**f, "question": q}
            for f in found
            for q in ("challenges", "intention_to_leave", "employer", "comment", "safeguarding_topics", "anxiety")
        ]
    if query.name in ("coverage_change", "change_panel", "change_same"):  # slow, and every place stands in the answer for all
        return [*found, {"region": "Y60"}, {"icb": "QOP"}]
    places = [{}, *({"region": r} for r in regions)] if "region" in takes else [{}]
    if "icb" in takes and query.name != "breakdown":  # its ICBs are rows: tests/test_breakdown.py walks those
        places += [{"icb": i} for i in icbs]
    in_first = ("missing_combinations", "needs", "priority", "question_by", "question_numbers", "sides", "whom_to_ask")
    if query.name in WORDS_ONLY or query.name in in_first:
        # nothing leaves of the first, wherever it is from; all places stand in the first answer of the others
        places = [{}, {"region": regions[0]}, *([{"icb": icbs[0]}] if "icb" in takes else [])] if "region" in takes else [{}]
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
    for level in (level for p in query.parameters if p.name == "level" for level in p.allowed):
        check(name, store.ask(name, SHAREABLE, sample, level=level).table)


def test_the_walk_can_fail(sample: store.Snapshot) -> None:
    """What is shown inside would not pass: the check above does see small numbers."""
    names = (
        "breakdown", "coverage", "themes", "responses", "priority", "needs", "whom_to_ask", "coverage_change", "change_panel",
        "change_same", "themes_change",
    )  # fmt: skip
    for name in names:
        with pytest.raises(AssertionError):
            check(name, store.ask(name, INTERNAL, sample).table)
    for name in ("missing_combinations", "sides", "sides_pairs"):
        with pytest.raises(AssertionError):
            check(name, store.ask(name, INTERNAL, sample, region="Y60").table)
    for name, question in (("question_by", "employer"), ("question_numbers", "months_in_post")):
        with pytest.raises(AssertionError):
            check(name, store.ask(name, INTERNAL, sample, question=question).table)
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
    few = priority[priority["n"].isna() | priority["n"].between(1, FEWEST - 1)]
    hidden = ["c_safeguarding_and_concerns", "c_strain", "c_place", "c_context", "fitted"]  # rest less fitted would be the sensitive part
    assert len(few) and few[hidden].isna().all(axis=None)
    assert few["rest"].notna().all() == (audience == "internal")
    assert not (priority["main_reason"] == "safeguarding_and_concerns").any()
    needs = store.ask("needs", viewer, sample).table  # the same estimates, asked for without the draws
    assert needs.loc[needs["n"].isna() | needs["n"].between(1, FEWEST - 1), "fitted"].isna().all()


@pytest.mark.parametrize("query", ["priority", "needs"])
def test_need_of_the_people_in_post_tells_nobody_how_one_of_them_is(sample: store.Snapshot, query: str) -> None:
    """With the estimate, people and replies beside it, it gives the mean score of the replies; half of that can be strain."""
    strained = store.ask(query, INTERNAL, sample, weights="0-0-50-0-50").table
    few = strained["n"].between(1, FEWEST - 1)
    assert few.any() and strained.loc[few, "in_post"].isna().all() and strained.loc[~few, "in_post"].notna().all()
    assert strained.loc[few, "withheld"].str.contains("people in post while strain has a weight").all()
    assert store.ask(query, INTERNAL, sample).table["in_post"].notna().all()


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


def pairs(n11: int, n10: int, n01: int, n00: int, **others: int) -> dict:
    """One row of the same people as it leaves the building; ``others``: x1, n1, x2, n2 of those who are not linked."""
    from oversight import stats

    linked = {"x1": n11 + n10, "x2": n11 + n01, "n1": n11 + n10 + n01 + n00, "n2": n11 + n10 + n01 + n00}
    everybody = {name: count + others.get(name, 0) for name, count in linked.items()}
    cells = {"n11": n11, "n10": n10, "n01": n01, "n00": n00}
    frame = pd.DataFrame([{"level": "icb", "code": "X", "element": "first_contact", **cells, **everybody}])
    return disclosure.apply(stats.same(frame), "same", "shareable")[0].iloc[0].to_dict()


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        (pairs(8, 8, 8, 8), True),
        (pairs(20, 0, 0, 20), True),  # nobody is not somebody
        (pairs(20, 3, 9, 20), False),
        (pairs(9, 0, 0, 0), False),  # fewer than ten
        (pairs(8, 8, 8, 8, n1=30, x1=15, n2=20, x2=10), True),
        (pairs(8, 8, 8, 8, n1=9, x1=0), False),  # nine answered only the first time
        (pairs(8, 8, 8, 8, n2=30, x2=3), False),  # three of those who answered only now have it
        (pairs(8, 8, 8, 8, n2=30, x2=26), False),
    ],
)
def test_the_rule_of_the_same_people_by_hand(row: dict, shown: bool) -> None:
    assert (number(row["difference"]) is not None) == shown
    assert (number(row["n11"]) is not None) == shown
    assert (number(row["p_mid"]) is not None) in (shown, False)
    assert (row["withheld"] == "") == shown


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((40, 30, 20), (True, True, True)),
        ((40, 30, 5), (True, False, False)),  # 5 alone could be worked out: the next smallest goes too
        ((40, 3, 4), (False, False, False)),  # 7 together are still few, so 40 would go too
        ((40, 3, 6), (True, False, False)),
        ((40, 30, 0), (True, True, True)),  # nobody is not somebody
        ((5, 0, 40), (False, True, False)),
    ],
)
def test_what_is_withheld_cannot_be_worked_out_from_the_rest(counts: tuple[int, ...], shown: tuple[bool, ...]) -> None:
    from oversight import stats

    rows = [{"level": "icb", "code": "X", "missing": str(i), "state": "known", "x": x, "n": sum(counts)} for i, x in enumerate(counts)]
    table, _ = disclosure.apply(stats.share(pd.DataFrame(rows)), "parts", "shareable")
    assert tuple(table["x"].notna()) == shown
    answers = pd.DataFrame([{**r, "role": "splw", "kind": "choice", "value": "w"} for r in rows]).drop(columns="missing")
    table, _ = disclosure.apply(stats.share(answers), "answers", "shareable")
    assert tuple(table["x"].notna()) == tuple(table["value"].notna()) == shown
    several, _ = disclosure.apply(stats.share(answers.assign(kind="multi", n=60)), "answers", "shareable")
    assert tuple(several["x"].notna()) == tuple(x not in SMALL for x in counts)  # these do not add up


def test_how_a_place_compares_with_a_withheld_england_is_withheld() -> None:
    from oversight import stats

    rows = [("england", "ENG", 996, 4, 0), ("icb", "X", 20, 20, 0)]
    table = pd.DataFrame(rows, columns=["level", "code", "yes", "no", "dont_know"]).assign(element="first_contact")
    inside, _ = disclosure.apply(stats.coverage(table), "counts", "internal")
    outside, _ = disclosure.apply(stats.coverage(table), "counts", "shareable")
    assert inside["against_england"].tolist() == ["", "lower"]
    assert outside["share"].isna().tolist() == [True, False]
    assert number(outside["against_england"][1] or math.nan) is None and outside["withheld"][1]


def test_a_query_without_a_rule_cannot_be_asked() -> None:
    with pytest.raises(KeyError):
        disclosure.apply(pd.DataFrame(), "", "internal")


def test_a_viewer_of_one_region_gets_england_and_regions_and_their_own_places(sample: store.Snapshot) -> None:
    viewer = store.Viewer(regions=frozenset({"Y60"}), audience="internal")
    for name, query in store.queries().items():
        more = {"question": "anxiety"} if name.startswith("question_") else {"breakdown": {"by": "icb"}}.get(name, {})
        result = store.ask(name, viewer, sample, **more)
        if query.scope == "all regions":
            assert result.table.empty
        elif query.scope == "rows":
            rows = result.table
            if "level" in rows:
                rows = rows[~rows["level"].isin(["england", "region"])]
            assert set(rows["region_code"].dropna()) <= {"Y60"}
            may_be_empty = (
                "convergence", "offer_counts", "sharing", "sides_pairs", "theme_pairs", "theme_sessions", "theme_sessions_waves"
            )  # fmt: skip
            assert name in may_be_empty or len(rows)
    outside = store.ask("coverage", viewer, sample, region="Y58").table
    assert set(outside["level"]) <= {"england", "region"}
    everything = store.ask("priority", store.Viewer(audience="internal"), sample).table
    own = store.ask("priority", viewer, sample).table
    same = everything[everything["region_code"] == "Y60"].reset_index(drop=True)
    pd.testing.assert_frame_equal(own, same)  # ranked among all PCNs of England
