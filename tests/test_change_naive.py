"""Change between waves equals a naive recomputation from the truth file in plain Python."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from oversight import publish, store
from oversight.questionnaire import RESPONDENT_KINDS
from tests import truth
from tests.programme import WAVES, response, write_forms, write_map

INTERNAL = store.Viewer(audience="internal")
SPRING, AUTUMN = "2026-1-spring", "2026-2-autumn"
PLACES = [("Y60", None), ("Y61", "D7T5G"), (None, "QOP"), ("Y63", "QOP"), (None, None)]
MEASURES = [None, "clinical_supervision", "safeguarding_route", "provider", "intention_to_leave", "anxiety"]
ELEMENTS = {
    "point_of_contact", "first_contact", "gp_supervisor", "patient_concerns_safeguarding", "patient_concerns", "safeguarding_route",
    "clinical_supervision", "has_clinical_supervision", "supervision_often_enough", "all_three",
}  # fmt: skip
FILTERS = {
    "role": some.sampled_from(sorted(RESPONDENT_KINDS)),
    "place": some.sampled_from(PLACES),
    "measure": some.sampled_from(MEASURES),
}


@cache
def replies(wave: str, role: str) -> list[tuple[dict[str, str], dict[tuple[str, str], str]]]:
    """Every response of one wave and role with the state of every measure."""
    return [(r, truth.measures(r)) for r in truth.rows("responses.csv.gz") if (r["wave_id"], r["respondent_kind"]) == (wave, role)]


@cache
def by_pcn(wave: str, role: str) -> dict[tuple[str, str, str, str], dict[str, Counter[str]]]:
    """(level, code, measure, category) -> PCN -> how many are in each state."""
    found: dict[tuple[str, str, str, str], dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for row, states in replies(wave, role):
        for level, code in (("england", "ENG"), ("region", row["region_code"]), ("icb", row["icb_code"])):
            for (measure, category), state in states.items():
                found[level, code, measure, category][row["pcn_code"]][state] += 1
    return found


def two_counts(states: Counter[str]) -> tuple[int, int]:
    return states["yes"], sum(states[s] for s in truth.DENOMINATOR)


def asked_for(row: dict, place: tuple[str | None, str | None], measure: str | None) -> None:
    """A row is one that the filters ask for."""
    region, icb = place
    assert row["level"] == "england" or region is None or row["region_code"] == region
    assert row["level"] != "icb" or icb is None or row["code"] == icb
    assert row["element"] == measure if measure else row["element"] in ELEMENTS


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(**FILTERS)
def test_any_filters_of_the_change_of_all_who_answered(sample: store.Snapshot, role: str, place: tuple, measure: str | None) -> None:
    before, now = by_pcn(SPRING, role), by_pcn(AUTUMN, role)
    table = store.ask("coverage_change", INTERNAL, sample, role=role, region=place[0], icb=place[1], measure=measure).table
    assert "england" in set(table["level"])
    for row in table.to_dict("records"):
        asked_for(row, place, measure)
        key = (row["level"], row["code"], row["element"], row["category"])
        for counts, x, n in ((before, "x1", "n1"), (now, "x2", "n2")):
            total = sum(counts[key].values(), Counter()) if key in counts else Counter()
            assert (row[x], row[n]) == two_counts(total)
        assert row["earlier_wave"] == SPRING


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(**FILTERS, level=some.sampled_from([None, "england", "region", "icb"]))
def test_any_filters_of_the_panel(sample: store.Snapshot, role: str, place: tuple, measure: str | None, level: str | None) -> None:
    before, now = by_pcn(SPRING, role), by_pcn(AUTUMN, role)
    given_ = {"role": role, "region": place[0], "icb": place[1], "measure": measure, "level": level}
    table = store.ask("change_panel", INTERNAL, sample, **given_).table
    for row in table.to_dict("records"):
        asked_for(row, place, measure)
        assert level in (None, row["level"])
        key = (row["level"], row["code"], row["element"], row["category"])
        pcns = {p: (two_counts(before.get(key, {}).get(p, Counter())), two_counts(now.get(key, {}).get(p, Counter())))
                for p in {*before.get(key, {}), *now.get(key, {})}}  # fmt: skip
        check_panel(row, pcns)
    assert len(table) or (level == "icb" and place == ("Y63", "QOP"))


def check_panel(row: dict, pcns: dict[str, tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Counts, and the parts by their definition (see ``stats.panel``)."""
    both = {p: v for p, v in pcns.items() if v[0][1] and v[1][1]}
    assert row["pcns_matched"] == len(both)
    assert row["pcns_came"] == sum(not a[1] and b[1] > 0 for a, b in pcns.values())
    assert row["pcns_went"] == sum(a[1] > 0 and not b[1] for a, b in pcns.values())
    for which, (x, n) in enumerate((("x1", "n1"), ("x2", "n2"))):
        assert (row[x], row[n]) == (sum(v[which][0] for v in pcns.values()), sum(v[which][1] for v in pcns.values()))
        assert row[f"matched_{n}"] == sum(v[which][1] for v in both.values())
    if not both:
        assert math.isnan(row["within"])
        return
    same1, same2 = sum(a[1] for a, _ in both.values()), sum(b[1] for _, b in both.values())
    within = sum((a[1] / same1 + b[1] / same2) / 2 * (b[0] / b[1] - a[0] / a[1]) for a, b in both.values())
    total = row["x2"] / row["n2"] - row["x1"] / row["n1"]
    assert row["within"] == pytest.approx(within, abs=1e-9)
    assert row["composition"] == pytest.approx(total - within, abs=1e-9)
    assert row["difference"] == pytest.approx(total, abs=1e-9)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(**FILTERS)
def test_any_filters_of_the_same_people(sample: store.Snapshot, role: str, place: tuple, measure: str | None) -> None:
    """On the sample: pairs of rows of the truth file with one print of a code."""
    earlier = {r["respondent"]: (r, s) for r, s in replies(SPRING, role) if r["respondent"]}
    pairs = [(*earlier[r["respondent"]], r, s) for r, s in replies(AUTUMN, role) if r["respondent"] in earlier]
    found: Counter[tuple] = Counter()
    for before, then, after, states in pairs:
        places = [
            ("england", "ENG"),
            *((at, after[f"{at}_code"]) for at in ("region", "icb") if before[f"{at}_code"] == after[f"{at}_code"]),
        ]
        for (name, category), state in states.items():
            if state in truth.DENOMINATOR and then[name, category] in truth.DENOMINATOR:
                cell = f"n{int(then[name, category] == 'yes')}{int(state == 'yes')}"
                found.update((*where, name, category, cell) for where in places)
    table = store.ask("change_same", INTERNAL, sample, role=role, region=place[0], icb=place[1], measure=measure).table
    assert "england" in set(table["level"])
    for row in table.to_dict("records"):
        asked_for(row, place, measure)
        key = (row["level"], row["code"], row["element"], row["category"])
        assert {c: row[c] for c in ("n11", "n10", "n01", "n00")} == {c: found[*key, c] for c in ("n11", "n10", "n01", "n00")}


PCNS = {"F0001": "QHL", "F0002": "QHL", "F0003": "QUA"}
ROLES = {"splw": "Social prescribing link worker", "care_coordinator": "Care Coordinator"}


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> tuple[store.Snapshot, list[tuple[dict[str, str], dict[str, str]]]]:
    """Two waves of people who made up a code, and what each said both times; {} for a wave that somebody left out."""
    rng, everyone = random.Random(4), []
    for i in range(160):
        said = [
            response(
                rng.choice(list(PCNS)) if rng.random() < 0.2 else list(PCNS)[i % 3],
                respondent_kind=rng.choices(list(ROLES.values()), [9, 1])[0],
                respondent_code=f"CODE{i:03}" if i % 5 else "",
                first_contact=rng.choice(["Yes", "No", "Don't know", ""]),
            )
            if rng.random() < 0.8
            else {}
            for _ in range(2)
        ]
        everyone.append((said[0], said[1]))
    folder = tmp_path_factory.mktemp("people")
    write_map(folder / "in", PCNS)
    first = WAVES.splitlines()[1].replace("2026-2,Autumn 2026", "2026-1,Spring 2026").replace("2026-09", "2026-04")
    (folder / "in" / "waves.csv").write_text(WAVES + first + "\n", encoding="utf-8")
    spring = [{**a, "completed": "2026-04-10 09:30:00"} for a, _ in everyone if a]
    write_forms(folder / "in", spring, "Spring(1-9).csv")
    write_forms(folder / "in", [b for _, b in everyone if b], "Autumn(1-9).csv")
    account = publish.build([folder / "in"], folder / "out")
    assert account.path is not None
    return store.find_snapshot(account.path), everyone


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(role=some.sampled_from(sorted(ROLES)), icb=some.sampled_from([None, "QHL", "QUA"]))
def test_the_same_people_are_those_with_one_code_one_role_and_one_place(people: tuple, role: str, icb: str | None) -> None:
    snapshot, everyone = people
    expected: Counter[tuple[str, str]] = Counter()
    for before, now in everyone:
        if not before or not now or not now["respondent_code"]:
            continue
        if {before["respondent_kind"], now["respondent_kind"]} != {ROLES[role]} or "" in (before["first_contact"], now["first_contact"]):
            continue
        cell = f"n{int(before['first_contact'] == 'Yes')}{int(now['first_contact'] == 'Yes')}"
        home, later = PCNS[before["pcn"]], PCNS[now["pcn"]]
        expected.update((code, cell) for code in ("ENG", "Y60", *([later] if home == later else [])))
    table = store.ask("change_same", INTERNAL, snapshot, role=role, icb=icb, measure="first_contact").table
    assert set(table["code"]) == {"ENG", "Y60", *([icb] if icb else ["QHL", "QUA"])}
    for row in table.to_dict("records"):
        assert {c: row[c] for c in ("n11", "n10", "n01", "n00")} == {c: expected[row["code"], c] for c in ("n11", "n10", "n01", "n00")}
        assert row["n"] == sum(row[c] for c in ("n11", "n10", "n01", "n00"))
        assert row["n"] <= min(row["n1"], row["n2"])
    if role == "splw":
        assert table.loc[table["level"] == "england", "n"].iloc[0] > 30


@pytest.mark.parametrize("name", ["coverage_change", "change_panel", "change_same"])
def test_the_first_wave_has_nothing_to_be_compared_with(name: str, sample: store.Snapshot) -> None:
    for earlier, wave in ((None, SPRING), (AUTUMN, SPRING), (SPRING, SPRING), ("never", AUTUMN)):
        table = store.ask(name, INTERNAL, sample, wave=wave, earlier=earlier).table
        assert table["earlier_wave"].isna().all()
        assert (table["n1"] == 0).all()
        assert table["difference"].isna().all()
    chosen, default = (store.ask(name, INTERNAL, sample, **f).table for f in ({"earlier": SPRING}, {}))
    assert chosen.equals(default)


def personas(name: str) -> list[str]:
    return [r["pcn_code"] for r in truth.rows("personas.csv") if r["persona"] == name]


def test_mergers_are_followed_and_a_split_pcn_has_no_place(sample: store.Snapshot) -> None:
    """The earlier answers of a PCN that merged count for its successor; those of one that split count nowhere today."""
    merged = {personas(p)[0]: personas(p)[1] for p in ("merged", "merged_too", "merged_as_well")}
    rows, now = replies(SPRING, "splw"), {r["pcn_code"] for r, _ in replies(AUTUMN, "splw")}
    moved = [r for r, _ in rows if r["wave_pcn_code"] in merged]
    assert moved  # the sample has earlier answers under a closed code
    assert all(r["pcn_code"] == merged[r["wave_pcn_code"]] for r in moved)
    england = store.ask("change_panel", INTERNAL, sample, level="england").table.set_index("element").loc["all_three"]
    followed = {r["pcn_code"] for r, s in rows if r["wave_pcn_code"] != r["pcn_code"] and s["all_three", "yes"] in truth.DENOMINATOR}
    assert england["pcns_merged"] == len(followed & now)
    assert england["pcns_split"] == 1
    split = personas("split")[0]
    assert not any(r["wave_pcn_code"] == split or r["pcn_code"] == split for r, _ in rows)
