"""The breakdown equals a recount of respondents by hand, and compares, withholds and speaks as it should."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from oversight import disclosure, groups, measures, stats, store
from oversight.questionnaire import BY_FIELD, RESPONDENT_KINDS
from tests import truth
from tests.test_coverage_naive import PLACES, WAVES, wilson

INTERNAL, SHAREABLE = store.Viewer(audience="internal"), store.Viewer(audience="shareable")
STATES = ("yes", "no", *truth.OPEN)
BY = ("england", "region", "icb", "role", "employer", "months")
FEWEST, SMALL = 10, range(1, 8)
GRAIN = ("line", "role", "by_code", "across_code", "category")


@cache
def people(wave: str) -> list[tuple[dict[str, str], dict[str, str], dict[tuple[str, str], str]]]:
    """Every response of a wave: the row, its groups, its states."""
    return [(r, truth.groups(r), truth.measures(r)) for r in truth.rows("responses.csv.gz") if r["wave_id"] == wave]


def by_hand(f: dict[str, str | None]) -> tuple[dict[tuple, Counter[str]], dict[tuple, int]]:
    """(line, role, group, second group, category) -> counts by state; (line, role, category) -> how many who answered are in no group."""
    by, across = f["by"], f["across"] if f["across"] != f["by"] else None
    counts: dict[tuple, Counter[str]] = {}
    unplaced: Counter[tuple] = Counter()
    everybody = "role" in (by, across)
    whole = "england" if f["region"] is None and f["icb"] is None else "place"
    for row, belongs, states in people(str(f["wave"])):
        role = row["respondent_kind"]
        if not everybody and role != f["role"]:
            continue
        inside = f["region"] in (None, row["region_code"]) and f["icb"] in (None, row["icb_code"])
        group = (belongs.get(str(by)), belongs.get(str(across)) if across else None)
        lost = group[0] is None or (across is not None and group[1] is None)
        for (measure, category), state in states.items():
            if measure != f["measure"]:
                continue
            lines = [("england", role, None, None)]
            if inside and whole == "place":
                lines.append(("place", role, None, None))
            if inside and not lost:
                lines.append(("group", role, *group))
            for line in lines:
                counts.setdefault((*line, category), Counter())[state] += 1
            if inside and lost and state in truth.DENOMINATOR:
                unplaced[whole, role, category] += 1
    return counts, dict(unplaced)


def check(table: pd.DataFrame, f: dict[str, str | None]) -> None:
    """Every row of the table, and no group of the hand count that is missing."""
    counts, unplaced = by_hand(f)
    seen = set()
    for row in table.to_dict("records"):
        key = tuple(None if pd.isna(row[c]) else row[c] for c in ("line", "role", "by_code", "across_code", "category"))
        assert key not in seen
        seen.add(key)
        expected = counts.get(key, Counter())
        answered = sum(expected[s] for s in truth.DENOMINATOR)
        if row["withheld"]:  # sensitive and few: nobody sees it
            assert f["measure"] in disclosure.SENSITIVE_MEASURES and 0 < answered < FEWEST
            assert all(pd.isna(row[c]) for c in (*STATES, "share", "low", "high", "answered"))
            continue
        assert {s: row[s] for s in STATES} == {s: expected[s] for s in STATES}
        assert row["answered"] == answered
        assert row["unplaced"] == (unplaced.get((key[0], key[1], key[4]), 0) if key[0] != "group" else 0)
        if answered:
            assert [row[c] for c in ("share", "low", "high")] == pytest.approx(
                [expected["yes"] / answered, *wilson(expected["yes"], answered)], abs=1e-9
            )
        else:
            assert math.isnan(row["share"])
    assert counts.keys() <= seen


WAYS = some.fixed_dictionaries(
    {
        "wave": some.sampled_from(WAVES),
        "role": some.sampled_from(sorted(RESPONDENT_KINDS)),
        "measure": some.sampled_from(measures.surveyed()),
        "by": some.sampled_from(BY),
        "across": some.sampled_from((None, *BY)),
        "place": some.sampled_from(PLACES),
    }
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(way=WAYS)
def test_any_filters_give_what_counting_by_hand_gives(sample: store.Snapshot, way: dict) -> None:
    region, icb = way["place"]
    f = {**{k: v for k, v in way.items() if k != "place"}, "region": region, "icb": icb}
    check(store.ask("breakdown", INTERNAL, sample, **f).table, f)


@pytest.mark.parametrize("by", ["region", "icb", "role", "employer", "months"])
def test_every_measure_by_each_dimension(sample: store.Snapshot, by: str) -> None:
    for measure in measures.surveyed()[::5]:
        f = {"wave": WAVES[1], "role": "splw", "measure": measure, "by": by, "across": None, "region": None, "icb": None}
        check(store.ask("breakdown", INTERNAL, sample, **f).table, f)


def test_every_group_is_listed_with_the_name_people_know(sample: store.Snapshot) -> None:
    rows = store._cursor(sample.path).execute("SELECT dimension, value, name FROM group_value ORDER BY dimension, position").fetchall()
    named = {d: {v: n for dim, v, n in rows if dim == d} for d in BY}
    assert list(named["role"].items()) == list(RESPONDENT_KINDS.items())
    assert list(named["employer"].items()) == list(BY_FIELD["employer"].answers.items())
    assert list(named["months"]) == ["under_6", "6_to_11", "12_to_23", "24_to_35", "36_or_more"]
    assert (len(named["region"]), len(named["icb"]), named["england"]) == (7, 36, {"ENG": "England"})
    assert not any(d == "pcn" for d, *_ in rows)


def test_nobody_gets_a_pcn(sample: store.Snapshot) -> None:
    for filters in ({"by": "pcn"}, {"by": "employer", "across": "pcn"}):
        with pytest.raises(store.AskError, match="cannot be 'pcn'"):
            store.ask("breakdown", INTERNAL, sample, **filters)


def test_roles_are_never_added_up(sample: store.Snapshot) -> None:
    table = store.ask("breakdown", INTERNAL, sample, by="role", across="region").table
    assert set(table["role"]) == set(RESPONDENT_KINDS)
    assert (table.loc[table["line"] == "group", "by_code"] == table.loc[table["line"] == "group", "role"]).all()
    england = table[table["line"] == "england"].set_index("role")["answered"]
    groups_ = table[table["line"] == "group"].groupby("role")["answered"].sum()
    assert (england.sort_index() == groups_.sort_index()).all()


def test_the_judgement_is_that_of_statistics_and_polarity(sample: store.Snapshot) -> None:
    seen = set()
    for measure in ("clinical_supervision", "intention_to_leave", "provider", "anxiety"):
        table = store.ask("breakdown", INTERNAL, sample, by="icb", across="employer", measure=measure).table
        england = {r["category"]: r["share"] for r in table.to_dict("records") if r["line"] == "england"}
        for row in table[(table["line"] == "group") & table["share"].notna()].to_dict("records"):
            direction = measures.measures()[measure].direction_of(row["category"])
            for z, verdict, judged in ((stats.Z95, "against_england", "judged"), (stats.Z998, "against_listed", "judged_listed")):
                low, high = stats.wilson(row["yes"], row["answered"], z)
                expected = "lower" if high < england[row["category"]] else "higher" if low > england[row["category"]] else "similar"
                assert row[verdict] == expected
                turned = {"high is good": ("better", "worse"), "low is good": ("worse", "better"), "none": ("higher", "lower")}[direction]
                assert row[judged] == {"higher": turned[0], "lower": turned[1], "similar": "similar"}[expected]
                seen.add((direction, expected, z == stats.Z95))
    assert len(seen) >= 10


def test_a_viewer_of_one_region_sees_no_part_of_another(sample: store.Snapshot) -> None:
    viewer = store.Viewer(regions=frozenset({"Y60"}), audience="internal")
    totals = store.ask("breakdown", viewer, sample, by="region").table
    assert totals.loc[totals["line"] == "group", "by_code"].nunique() == 7  # totals of regions are for everybody
    for filters in (
        {"by": "icb"},
        {"by": "region", "across": "employer"},
        {"region": "Y58", "by": "employer"},
        {"by": "months", "across": "icb"},
    ):
        table = store.ask("breakdown", viewer, sample, **filters).table
        assert set(table.loc[table["line"] == "group", "region_code"]) <= {"Y60"}


def number(value: object) -> float | None:
    return None if pd.isna(value) else float(value)  # type: ignore[arg-type, call-overload]


def safe(table: pd.DataFrame, whole: pd.DataFrame) -> None:
    """The rules of what leaves the building, said a second time; ``whole`` is the same answer with nothing withheld."""
    hidden: dict[tuple, list[tuple[int, int]]] = {}
    for row, known in zip(table.to_dict("records"), whole.to_dict("records"), strict=True):
        base, yes, x, n = number(row["answered"]), number(row["yes"]), int(known["yes"]), int(known["answered"])
        assert [str(row[c]) for c in GRAIN] == [str(known[c]) for c in GRAIN]
        if yes is None:
            assert base is None and all(number(row[c]) is None for c in ("share", "low", "high", "no", "unplaced", "not_asked"))
            if n:
                for key in sets_of(row):
                    hidden.setdefault(key, []).append((x, n))
        else:
            assert base == n and yes == x
            assert n >= FEWEST and x not in SMALL and n - x not in SMALL
            for c in ("no", "dont_know", "prefer_not_to_say", "not_applicable", "blank", "not_asked", "unmapped", "unplaced"):
                assert number(row[c]) not in SMALL
    shown = {key for row in table.to_dict("records") if number(row["yes"]) is not None for key in sets_of(row)}
    for key, left in hidden.items():
        if key not in shown:
            continue  # nothing of it is shown, so nothing is left over
        x, n = sum(a for a, _ in left), left[0][1] if key[0] == "answers" else sum(b for _, b in left)
        assert len(left) > 1 and x not in SMALL, (key, left)
        assert key[0] == "answers" or (n >= FEWEST and n - x not in SMALL), (key, left)


def sets_of(row: dict) -> list[tuple]:
    """The totals that a row is part of."""
    line = (row["line"], row["role"])
    found: list[tuple] = []
    question = BY_FIELD.get(measures.measures()[row["measure"]].field)
    if question and len(measures.measures()[row["measure"]].categories) > 1 and question.kind != "multi":
        found.append(("answers", *line, row["by_code"], row["across_code"]))
    if row["line"] == "group":
        place = row["region_code"] if row["level"] == "icb" else None
        found += [("column", *line, row["category"], row["across_code"], place), ("row", *line, row["category"], row["by_code"], place)]
    return found


def test_nothing_that_leaves_tells_of_few_people_alone_or_by_subtraction(sample: store.Snapshot) -> None:
    for measure in ("clinical_supervision", "provider", "format", "anxiety"):
        for filters in (
            {"by": "employer"}, {"by": "icb"}, {"by": "months", "role": "care_coordinator"}, {"by": "region", "across": "employer"},
            {"by": "role", "across": "region"}, {"by": "employer", "region": "Y60"},
        ):  # fmt: skip
            asked = {"measure": measure, **filters}
            values = {p.name: p.value(asked.get(p.name)) for p in store.queries()["breakdown"].parameters}
            query = store.queries()["breakdown"]
            whole = store._cursor(sample.path).execute(query.sql, {**values, "wave": WAVES[1]}).df()
            whole["answered"] = whole["yes"] + whole["no"] + whole["dont_know"]
            safe(store.ask("breakdown", SHAREABLE, sample, **asked).table, whole)


def test_the_check_can_fail(sample: store.Snapshot) -> None:
    whole = store.ask("breakdown", INTERNAL, sample, by="employer", measure="provider").table
    with pytest.raises(AssertionError):
        safe(whole, whole)


@given(some.lists(some.tuples(some.integers(0, 40), some.integers(0, 40)), min_size=2, max_size=8))
def test_what_is_withheld_is_no_small_number_by_subtraction(rows: list[tuple[int, int]]) -> None:
    yes, base = np.array([a for a, _ in rows], dtype=float), np.array([a + b for a, b in rows], dtype=float)
    small = np.array([n < FEWEST or a in SMALL or n - a in SMALL for a, n in zip(yes, base, strict=True)])
    hidden = disclosure.remainders(yes, base, small & (base > 0), [(list(range(len(rows))), False)])
    assert (hidden | ~(small & (base > 0))).all()  # what was hidden stays so
    gone = hidden & (base > 0)
    if gone.any() and not hidden.all():
        x, n = yes[gone].sum(), base[gone].sum()
        assert gone.sum() > 1 and n >= FEWEST and x not in SMALL and n - x not in SMALL


# Words

CATEGORIES = [(m, c) for m in measures.surveyed() for c in measures.measures()[m].categories or ("yes",)]


def one(yes: int, answered: int, england: tuple[int, int], name: str, what: tuple[str, str] = ("first_contact", "yes")) -> pd.DataFrame:
    """A table of England and one group, as ``ask`` gives it inside the programme."""
    rows = [
        {"line": line, "level": "england", "region_code": None, "role": "splw", "by_code": code, "by_name": by, "by_position": 1,
         "across_code": None, "across_name": None, "across_position": None, "measure": what[0], "category": what[1], "position": 1,
         "yes": x, "no": n - x, "dont_know": 0, "unplaced": 0}
        for line, code, by, x, n in (("england", None, None, *england), ("group", "council", name, yes, answered))
    ]  # fmt: skip
    return disclosure.apply(groups.compared(pd.DataFrame(rows)), "groups", "internal")[0]


@settings(max_examples=40)
@given(some.integers(0, 300), some.integers(0, 300), some.integers(0, 900), some.integers(1, 900))
def test_a_group_is_called_higher_or_lower_only_beyond_its_interval(yes: int, more: int, x: int, rest: int) -> None:
    table = groups.with_words(one(yes, yes + more, (x, x + rest), "A council"))
    row = table[table["line"] == "group"].iloc[0]
    said = groups.spread_sentence(table[table["line"] == "group"], "employer", None)
    england = x / (x + rest)
    if yes + more < groups.FEW:
        assert said == "Too few people answered to compare groups"
    elif row["low"] > england:
        assert said == "Higher than England among those employed by a council"
    elif row["high"] < england:
        assert said == "Lower than England among those employed by a council"
    else:
        assert said == "No employer differs clearly from England"


@settings(max_examples=40)
@given(some.sampled_from(CATEGORIES), some.integers(0, 60), some.integers(0, 60))
def test_a_share_in_words_holds_the_numbers_of_its_row_and_no_others(what: tuple[str, str], yes: int, more: int) -> None:
    measure = measures.measures()[what[0]]
    table = one(yes, yes + more, (yes, yes + more), "A council", what)
    row = table.iloc[0].to_dict()
    said = groups.share_sentence(row, measure, "link workers", "England")
    phrase = measure.phrase(what[1])
    assert phrase in said and not re.search(r"\bnan\b|_|  ", said)
    numbers = re.findall(r"\d+", said.replace(phrase, ""))
    if pd.isna(row["share"]):
        assert numbers == [] and said.startswith("Too few link workers")
    elif row["answered"] < groups.FEW:
        assert numbers == [str(yes + more)]
        assert ("1 person " in said) == (yes + more == 1)
    else:
        assert numbers == [f"{100 * row[c]:.0f}" for c in ("share", "low", "high")]


def test_roles_side_by_side_keep_what_people_have_apart_from_what_they_report() -> None:
    names = {"splw": "link workers", "hwb_coach": "coaches", "gp_supervisor": "GP supervisors"}
    table = pd.concat([one(30, 60, (30, 60), "A council").iloc[:1].assign(role=role) for role in names])
    said = groups.role_sentence(table, measures.measures()["first_contact"], "yes", names)
    assert said == (
        "50% of link workers (38% to 62%) and 50% of coaches (38% to 62%) have a named first point of contact; "
        "50% of GP supervisors (38% to 62%) report it"
    )
    alone = groups.role_sentence(table.iloc[2:], measures.measures()["first_contact"], "yes", names)
    assert alone == "50% of GP supervisors (38% to 62%) report a named first point of contact"
    row = table.iloc[2].to_dict()
    assert "GP supervisors in England report a named" in groups.share_sentence(
        row, measures.measures()["first_contact"], "GP supervisors", "England"
    )


def test_a_withheld_value_never_gets_into_words(sample: store.Snapshot) -> None:
    for filters in ({"by": "icb"}, {"by": "employer", "across": "months"}, {"by": "role"}):
        for measure in ("clinical_supervision", "anxiety", "provider"):
            inside = store.ask("breakdown", INTERNAL, sample, measure=measure, **filters).table
            table = groups.with_words(store.ask("breakdown", SHAREABLE, sample, measure=measure, **filters).table)
            for category in table["category"].unique():
                rows = table[(table["line"] == "group") & (table["category"] == category)]
                said = groups.spread_sentence(rows, filters["by"], filters.get("across"))
                for name in rows.loc[rows["share"].isna(), "group"]:
                    assert groups.lower_first(str(name)) not in said and str(name) not in said
                for row in rows[rows["share"].isna()].to_dict("records"):
                    assert pd.isna(row["range"]) and pd.isna(row["against"]) and pd.isna(row["judgement"])
            assert len(inside) == len(table)


def test_who_was_not_asked_is_not_said_to_have_kept_silent() -> None:
    said = groups.unplaced_sentence({"unplaced": 86, "role": "gp_supervisor"}, ["months"])
    assert said == "GP supervisors and PCN managers are not asked for their time in post, so they are in none of these groups."


@pytest.mark.parametrize(
    ("number", "dimensions", "said"),
    [
        (1, ["employer"], "1 person who answered did not give their employer and is in none of these groups."),
        (
            34,
            ["employer", "months"],
            "34 people who answered did not give their employer or time in post and are in none of these groups.",
        ),
        (0, ["employer"], ""),
        (5, ["region"], ""),
        (float("nan"), ["months"], ""),
    ],
)
def test_those_in_no_group_are_said(number: float, dimensions: list[str], said: str) -> None:
    assert groups.unplaced_sentence({"unplaced": number}, dimensions) == said


def test_many_groups_are_judged_at_998() -> None:
    twelve = pd.concat([one(40, 60, (500, 1000), f"Employer {i}").iloc[1:].assign(by_code=str(i)) for i in range(12)], ignore_index=True)
    few = groups.with_words(twelve.iloc[:3])
    many = groups.with_words(twelve)
    assert set(few["verdict"]) == {"higher"}  # 40 of 60 is clear of a half at 95%
    assert set(many["verdict"]) == {"similar"}  # and not at 99.8%


def test_withheld_groups_keep_their_row_unless_they_make_the_list_long() -> None:
    table = pd.DataFrame({"share": [0.5, *[float("nan")] * 11], "by_code": list("abcdefghijkl"), "across_code": None})
    few, many = groups.worth_a_row(table.iloc[:11]), groups.worth_a_row(table)
    assert (len(few[0]), few[1], len(many[0]), many[1]) == (11, 0, 1, 11)
    assert groups.notes(table, 11).startswith("11 of 12 groups have too few answers to show")
    assert "99.8%" in groups.notes(table, 0)
    assert groups.notes(table.iloc[:3], 0) == ""
