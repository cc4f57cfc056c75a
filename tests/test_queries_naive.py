"""The other queries against naive second implementations in plain Python, from the sample's own files and its truth."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter, defaultdict

import pytest

from oversight import store
from oversight.questionnaire import BY_FIELD, RESPONDENT_KINDS
from oversight.settings import SAMPLE
from tests import truth

INTERNAL = store.Viewer(audience="internal")
WAVES = {"2026-1-spring": "03", "2026-2-autumn": "09"}
ROLES = {"splw": "Social Prescribing Link Workers", "care_coordinator": "Care Coordinators", "hwb_coach": "Health and Wellbeing Coaches"}


def ask(sample: store.Snapshot, name: str, **filters: str) -> list[dict]:
    return store.ask(name, INTERNAL, sample, **filters).table.to_dict("records")


def register(name: str) -> list[dict[str, str]]:
    with (SAMPLE / "registers" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def staff(month: str) -> list[dict[str, str]]:
    """Rows of one workforce zip."""
    with zipfile.ZipFile(SAMPLE / "official" / f"PCNWFIndividualCSV.{month}2026.zip") as archive:
        name = next(n for n in archive.namelist() if n.endswith(".csv"))
        return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))


def practices(day: str) -> dict[str, str]:
    """Practice -> PCN of one map, the unallocated left out."""
    with (SAMPLE / "official" / f"gp-reg-pat-prac-map_2026-{day}-01.csv").open(encoding="utf-8-sig", newline="") as file:
        return {r["PRACTICE_CODE"]: r["PCN_CODE"] for r in csv.DictReader(file) if r["PCN_CODE"] != "U"}


def today() -> dict[str, str]:
    """Any PCN code -> the PCN of October: itself, or the single PCN that all of its practices went to."""
    april, october = practices("04"), practices("10")
    went = defaultdict(set)
    for practice, pcn in april.items():
        if practice in october:
            went[pcn].add(october[practice])
    now = set(october.values())
    return {pcn: pcn if pcn in now else next(iter(went[pcn])) for pcn in {*april.values(), *now} if pcn in now or len(went[pcn]) == 1}


@pytest.mark.parametrize("wave", WAVES)
@pytest.mark.parametrize("role", ROLES)
def test_people_in_post_and_response_rate(sample: store.Snapshot, wave: str, role: str) -> None:
    rows, now = staff(WAVES[wave]), today()
    named: dict[str, set[str]] = defaultdict(set)
    contracted: Counter[str] = Counter()
    fte = 0.0
    for row in rows:
        if row["STAFF_ROLE"] == ROLES[role]:
            if row["UNIQUE_IDENTIFIER"]:
                named[row["PCN_CODE"]].add(row["UNIQUE_IDENTIFIER"])
                fte += float(row["FTE"])
            else:
                contracted[row["PCN_CODE"]] += float(row["FTE"])
    mean = fte / sum(map(len, named.values()))
    people: Counter[str] = Counter()
    for pcn in {r["PCN_CODE"] for r in rows}:
        if pcn in now:
            people[now[pcn]] += len(named[pcn]) + contracted[pcn] / mean
    returned = {now[r["PCN_CODE"]] for r in rows if r["PCN_CODE"] in now}
    replies = Counter(r["pcn_code"] for r in truth.rows("responses.csv.gz") if (r["wave_id"], r["respondent_kind"]) == (wave, role))
    published = {r["code"]: r for r in ask(sample, "responses", wave=wave, role=role, level="pcn") if r["level"] == "pcn"}
    assert set(published) == set(now.values())
    for pcn, row in published.items():
        assert row["responses"] == replies[pcn]
        if pcn in returned:
            assert row["headcount"] == pytest.approx(max(people[pcn], replies[pcn]))
        else:  # not known is not zero
            assert row["headcount"] != row["headcount"]
        assert row["pcns_no_return"] == (pcn not in returned)
    england = ask(sample, "responses", wave=wave, role=role)[0]
    total = sum(max(people[p], replies[p]) for p in published)
    assert england["headcount"] == pytest.approx(total)
    assert england["rate"] == pytest.approx(sum(replies.values()) / total)
    assert (england["pcns"], england["pcns_heard"]) == (len(published), len(replies))


def test_waves_and_their_responses(sample: store.Snapshot) -> None:
    counts = Counter((r["wave_id"], r["respondent_kind"]) for r in truth.rows("responses.csv.gz"))
    published = {(r["wave_id"], r["role"]): r["responses"] for r in ask(sample, "waves")}
    assert published == {(wave, role): counts[wave, role] for wave in WAVES for role in RESPONDENT_KINDS}


@pytest.mark.parametrize("field", ["employer", "challenges", "intention_to_leave", "supervision_format", "adequacy"])
@pytest.mark.parametrize("region", [None, "Y60"])
def test_any_question(sample: store.Snapshot, field: str, region: str | None) -> None:
    wave = "2026-2-autumn"
    here = {
        r["response_id"]
        for r in truth.rows("responses.csv.gz")
        if (r["wave_id"], r["respondent_kind"]) == (wave, "splw") and region in (None, r["region_code"])
    }
    said = defaultdict(set)
    text = next(r["text"] for r in ask(sample, "questions", wave=wave) if r["field"] == field)
    for row in truth.rows("answers.csv.gz"):
        if row["response_id"] in here and row["question"] == text and row["state"] in ("answered", "dont_know", "unmapped"):
            said[row["value"], row["state"]].add(row["response_id"])
    base = len(set().union(*said.values()))
    published = ask(sample, "question_answers", wave=wave, question=field, **({"region": region} if region else {}))
    assert {(r["value"], r["state"]): r["x"] for r in published} == {key: len(ids) for key, ids in said.items()}
    assert {r["n"] for r in published} == {base}
    assert BY_FIELD[field].kind != "text"


def test_free_text_is_never_listed(sample: store.Snapshot) -> None:
    for field in ("comment", "challenges_comment", "pcn"):
        assert all(not isinstance(r["value"], str) for r in ask(sample, "question_answers", question=field))


def test_what_goes_into_the_need_estimate(sample: store.Snapshot) -> None:
    query = store.queries()["priority"]
    cursor = store._cursor(sample.path).execute(query.sql, {"wave": "2026-2-autumn", "role": "splw"})
    names = [c[0] for c in cursor.description]
    rows = [dict(zip(names, r, strict=True)) for r in cursor.fetchall()]
    unmet = {"no": 1.0, "yes": 0.0}
    elements = ("first_contact", "gp_supervisor", "clinical_supervision", "patient_concerns_safeguarding")
    expected = {
        r["response_id"]: [unmet.get(truth.elements(r)[e]) for e in elements]
        for r in truth.rows("responses.csv.gz")
        if (r["wave_id"], r["respondent_kind"]) == ("2026-2-autumn", "splw")
    }
    criteria = ("point_of_contact", "gp_supervisor", "clinical_supervision", "safeguarding_and_concerns")
    assert {r["respondent_id"]: [r[c] for c in criteria] for r in rows if r["respondent_id"]} == expected
    silent = [r["pcn_code"] for r in rows if r["respondent_id"] is None]
    assert len(silent) == len(set(silent))
    assert {r["pcn_code"] for r in rows} == set(practices("10").values())
    now = today()
    asked = {now[r["pcn_code"]] for r in register("requests") if r["pcn_code"] in now}
    assert {r["pcn_code"] for r in rows if r["requested"]} == asked
    order = ["eligible", "offered", "accepted", "started", "ended"]
    latest: dict[str, tuple] = {}
    for r in register("offers"):
        step = (r["date"], order.index(r["status"]), r["status"])
        if r["pcn_code"] in now:
            latest[now[r["pcn_code"]]] = max(step, latest.get(now[r["pcn_code"]], step))
    assert {r["pcn_code"]: r["offer_status"] for r in rows if r["offer_status"]} == {p: s for p, (_, _, s) in latest.items()}


def test_the_workforce_of_a_pcn(sample: store.Snapshot) -> None:
    now = today()
    for month, census in (("03", "2026-03-31"), ("09", "2026-09-30")):
        rows = staff(month)
        returned = {now[r["PCN_CODE"]] for r in rows if r["PCN_CODE"] in now}
        fte: Counter[str] = Counter()
        for r in rows:
            if r["STAFF_ROLE"] == ROLES["splw"] and r["PCN_CODE"] in now:
                fte[now[r["PCN_CODE"]]] += float(r["FTE"])
        for row in ask(sample, "pcn_workforce"):
            if row["role"] == "splw" and str(row["census"])[:10] == census:
                assert row["returned"] == (row["pcn_code"] in returned)
                assert row["fte"] == pytest.approx(fte[row["pcn_code"]], abs=0.006) if row["returned"] else row["fte"] != row["fte"]


def test_events_and_excerpts(sample: store.Snapshot) -> None:
    now = today()
    regions = {p["code"] for p in ask(sample, "places") if p["level"] == "region"}
    expected = Counter()
    for r in register("requests"):
        expected[now.get(r["pcn_code"]), r["date"], "request"] += 1
    for r in register("offers"):
        expected[now.get(r["pcn_code"]), r["date"], "offer"] += 1
    for r in register("notes"):
        expected[r["place_code"] if r["place_code"] in regions else now.get(r["place_code"]), r["date"], "note"] += 1
    published = Counter((r["place_code"], str(r["date"])[:10], r["kind"]) for r in ask(sample, "pcn_events"))
    assert published == Counter({k: v for k, v in expected.items() if k[0]})
    sessions = {s["session_id"]: s for s in register("sessions")}
    counts = Counter()
    for r in truth.rows("focus.csv"):
        if r["theme"] == "isolation" and sessions[r["session_id"]]["respondent_kind"] == "splw":
            counts[r["session_id"]] += int(r["excerpts"])
    shown = Counter(r["session_id"] for r in ask(sample, "excerpts", theme="isolation", role="splw"))
    assert shown == Counter({k: v for k, v in counts.items() if v})
