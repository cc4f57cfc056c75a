"""The sample's programme looks like one: levels, change between waves, spread over places, personas that are what they say."""

from collections import Counter, defaultdict
from statistics import fmean, pstdev

import pytest
from sample_naive import TRUTH, Export, Maps, table

from oversight.questionnaire import FREQUENCY_WEEKS

SPRING, AUTUMN = "2026-1-spring", "2026-2-autumn"
Responses = dict[str, dict[str, str]]


def workers(responses: Responses, wave: str) -> list[dict[str, str]]:
    return [r for r in responses.values() if (r["wave_id"], r["respondent_kind"]) == (wave, "splw")]


def share(rows: list[dict[str, str]], field: str, *codes: str) -> float:
    """Share of those who were asked and answered, don't know included."""
    heard = [r for r in rows if r[field] not in ("blank", "not_asked", "not_applicable", "prefer_not_to_say", "unmapped")]
    return sum(r[field] in codes for r in heard) / len(heard)


def regular(row: dict[str, str]) -> bool:
    return row["clinical_supervision"] == "yes" and FREQUENCY_WEEKS.get(row["supervision_frequency"], 99) <= 6


def test_levels_of_support_and_their_change(responses: Responses) -> None:
    spring, autumn = workers(responses, SPRING), workers(responses, AUTUMN)
    for rows, clinical in ((spring, 0.42), (autumn, 0.48)):
        assert share(rows, "first_contact", "yes") == pytest.approx(0.80, abs=0.03)
        assert share(rows, "patient_concerns", "always", "usually") == pytest.approx(0.70, abs=0.04)
        known = [r for r in rows if r["clinical_supervision"] != "blank" and r["supervision_frequency"] != "blank"]
        assert fmean(regular(r) for r in known) == pytest.approx(clinical, abs=0.035)
    assert fmean(map(regular, autumn)) > fmean(map(regular, spring)) + 0.03


def test_without_supervision_people_are_less_clear_more_anxious_and_readier_to_leave(responses: Responses) -> None:
    for wave in (SPRING, AUTUMN):
        rows = workers(responses, wave)
        have = [r for r in rows if r["clinical_supervision"] == "yes"]
        lack = [r for r in rows if r["clinical_supervision"] in ("no", "dont_know")]
        for field in ("clarity", "adequacy", "satisfaction", "happiness"):
            assert _mean(have, field) > _mean(lack, field)
        assert _mean(have, "anxiety") < _mean(lack, "anxiety")
        assert share(have, "intention_to_leave", "yes") < share(lack, "intention_to_leave", "yes")
        # not knowing which supervision one has is a finding of its own
        assert 0.06 < share(rows, "clinical_supervision", "dont_know") < 0.2


def _mean(rows: list[dict[str, str]], field: str) -> float:
    return fmean(float(r[field]) for r in rows if r[field])


def test_support_differs_between_icbs_more_than_chance_would_have_it(responses: Responses) -> None:
    lacking: dict[str, list[bool]] = defaultdict(list)
    for row in responses.values():
        if row["respondent_kind"] == "splw":
            lacking[row["icb_code"]].append(not regular(row))
    assert len(lacking) == 36
    mean = fmean(x for rows in lacking.values() for x in rows)
    chi_squared = sum((sum(rows) - mean * len(rows)) ** 2 / (len(rows) * mean * (1 - mean)) for rows in lacking.values())
    assert chi_squared > 57.4  # 99% point of chi-squared with 35 degrees of freedom


def test_latent_need_shows_in_the_answers(responses: Responses) -> None:
    need = {r["pcn_code"]: float(r["need"]) for r in table(TRUTH / "pcn.csv")}
    assert pstdev(need.values()) > 0.12
    rows = sorted(workers(responses, AUTUMN), key=lambda r: need[r["pcn_code"]])
    third = len(rows) // 3
    assert fmean(map(regular, rows[:third])) > fmean(map(regular, rows[-third:])) + 0.25


def test_who_answered_and_how_many_per_pcn(responses: Responses) -> None:
    target = {"splw": 1050, "care_coordinator": 300, "hwb_coach": 120, "gp_supervisor": 80, "pcn_manager": 60}
    for wave in (SPRING, AUTUMN):
        kinds = Counter(r["respondent_kind"] for r in responses.values() if r["wave_id"] == wave)
        assert all(kinds[kind] == pytest.approx(n, rel=0.25) for kind, n in target.items())
        per_pcn = Counter(r["pcn_code"] for r in workers(responses, wave))
        assert 0.3 < kinds["splw"] / 1247 < 1
        assert max(per_pcn.values()) >= 4
    heads = {r["pcn_code"]: int(r["headcount"]) for r in table(TRUTH / "pcn.csv")}
    assert all(n <= heads[code] + 2 for code, n in Counter(r["pcn_code"] for r in workers(responses, AUTUMN)).items())


def test_blanks_are_few_and_every_state_occurs(responses: Responses) -> None:
    rows = [r for r in responses.values() if r["respondent_kind"] == "splw"]
    for field in ("first_contact", "patient_concerns", "clinical_supervision", "anxiety_state", "clarity_state", "challenges_state"):
        assert 0.01 < fmean(r[field] == "blank" for r in rows) < 0.045
    states = {v for r in responses.values() for k, v in r.items()}
    assert {"dont_know", "prefer_not_to_say", "not_applicable", "blank", "not_asked", "unmapped"} <= states
    assert {r["independent_of_manager"] for r in workers(responses, SPRING)} == {"not_asked"}
    assert {r["coaching_aware"] for r in responses.values() if r["wave_id"] == SPRING and r["respondent_kind"] != "splw"} == {"not_asked"}
    for row in responses.values():
        if row["respondent_kind"] in ("gp_supervisor", "pcn_manager"):
            assert row["anxiety_state"] == row["employer"] == row["challenges_state"] == "not_asked"


def test_personas_are_what_they_say(responses: Responses, personas: dict[str, list[dict[str, str]]], maps: Maps) -> None:
    code = {name: rows[0]["pcn_code"] for name, rows in personas.items()}
    today, then = Counter(r["pcn_code"] for r in responses.values()), Counter(r["wave_pcn_code"] for r in responses.values())
    assert code["silent"] in maps.names[1]
    assert today[code["silent"]] == 0
    assert today[code["single_reply"]] == 1
    old, new = (r["pcn_code"] for r in personas["merged"])
    assert old in maps.names[0]
    assert old not in maps.names[1]
    assert maps.now[old] == {new}
    assert then[old] >= 2
    assert today[old] == 0
    split, *after = (r["pcn_code"] for r in personas["split"])
    assert maps.now[split] == set(after)
    assert len(after) == 2
    assert today[split] == then[split] == 0
    one, other = (r["pcn_code"] for r in personas["shared_name"])
    assert maps.names[1][one] == maps.names[1][other]
    opened = personas["opened"][0]["pcn_code"]
    assert opened not in maps.names[0]
    assert today[opened] >= 2
    assert all(maps.names[0][r["pcn_code"]] != maps.names[1][r["pcn_code"]] for r in personas["renamed"])
    crossed = code["icb_changed"]
    assert maps.home[0][crossed] != maps.home[1][crossed]
    assert any(r["icb_code"] != r["wave_icb_code"] for r in responses.values() if r["pcn_code"] == crossed)


def test_most_patients_decide_where_most_practices_would_not(personas: dict[str, list[dict[str, str]]], maps: Maps) -> None:
    code = personas["two_icbs"][0]["pcn_code"]
    for which in (0, 1):
        rows = [r for r in maps.practices[which] if r["PCN_CODE"] == code]
        by_practice = Counter(r["ICB_CODE"] for r in rows).most_common(1)[0][0]
        assert len({r["ICB_CODE"] for r in rows}) == 2
        assert maps.home[which][code][0] != by_practice


def test_rows_marked_in_the_personas_hold_what_they_are_marked_for(
    exports: list[Export], personas: dict[str, list[dict[str, str]]], responses: Responses
) -> None:
    rows = {f"{e.wave['wave_id']}:{r[0]}": (e, r) for e in exports for r in e.rows}
    for row in personas["named_respondent"]:
        export, cells = rows[row["response"]]
        assert cells[export.header.index("Email")].endswith("@example.nhs.test")
        assert cells[export.header.index("Name")] == "Sample Person"
    for row in personas["small_letter"]:
        export, cells = rows[row["response"]]
        assert export.cell(cells, "pcn") == row["pcn_code"].lower()
    assert len(personas["named_respondent"]) >= 8
    assert len(personas["personal_data"]) >= 10
    assert all(row["response"] in responses for name in ("personal_data", "stray_words", "unique_name") for row in personas[name])
