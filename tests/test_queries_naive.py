"""The other queries against naive second implementations in plain Python, from the sample's own files and its truth."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter, defaultdict

import pytest

from oversight import store
from oversight.questionnaire import RESPONDENT_KINDS
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


def test_free_text_is_never_listed(sample: store.Snapshot) -> None:
    for field in ("comment", "challenges_comment", "pcn"):
        assert all(not isinstance(r["value"], str) for r in ask(sample, "question_by", question=field, role="every"))


def test_what_goes_into_the_need_estimate(sample: store.Snapshot) -> None:
    query = store.queries()["priority"]
    cursor = store._cursor(sample.path).execute(query.sql, {"wave": "2026-2-autumn", "role": "splw", "also": None})
    assert "FROM need_rows($wave, $role, $also)" in query.sql and "FROM need_rows($wave, $role, $also)" in store.queries()["needs"].sql
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


def test_excerpts_of_a_theme_and_a_role(sample: store.Snapshot) -> None:
    sessions = {s["session_id"]: s for s in register("sessions")}
    counts = Counter()
    for r in truth.rows("focus.csv"):
        if r["theme"] == "isolation" and sessions[r["session_id"]]["respondent_kind"] == "splw":
            counts[r["session_id"]] += int(r["excerpts"])
    shown = Counter(r["session_id"] for r in ask(sample, "excerpts", theme="isolation", role="splw"))
    assert shown == Counter({k: v for k, v in counts.items() if v})


def highlights() -> list[dict[str, str]]:
    with (SAMPLE / "taguette" / "highlights.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def coded() -> list[dict[str, str]]:
    """Every coding of both coding tools: document, id of the passage, tag and coder."""
    file = {s["session_id"]: s["file"] for s in register("sessions")}
    twice = [
        {"document": file[r["session_id"]], "id": f"{r['session_id']} {r['start']}", "tag": r["code"], "coder": r["coder"]}
        for r in truth.rows("codings.csv")
    ]
    return [*({**h, "coder": "coder 1"} for h in highlights()), *twice]


def test_codes_and_how_much_was_coded_with_them(sample: store.Snapshot) -> None:
    theme = {r["code"]: r["theme"] for r in register("themes")}
    people = {r["file"]: int(r["participants"]) for r in register("sessions")}
    expected = {}
    for code in {h["tag"] for h in coded()}:
        rows = [h for h in coded() if h["tag"] == code]
        documents = {h["document"] for h in rows}
        expected[code] = (
            theme.get(code),
            len({h["id"] for h in rows}),
            len(documents),
            sum(people[d] for d in documents),
            len({h["coder"] for h in rows}),
        )
    published = {
        r["code"]: (r["theme"] if isinstance(r["theme"], str) else None, r["excerpts"], r["sessions"], r["participants"], r["coders"])
        for r in ask(sample, "codes")
    }
    assert published == expected and len(published) == 21
    assert {r["code"] for r in ask(sample, "codes") if not isinstance(r["theme_from"], str)} == {"interesting"}
    assert all(r["theme_from"] == r["code"] and r["parent"] is None for r in ask(sample, "codes") if isinstance(r["theme_from"], str))


@pytest.mark.parametrize("region", [None, "Y60"])
def test_sessions_and_what_there_is_of_them(sample: store.Snapshot, region: str | None) -> None:
    turns, speakers = Counter(), defaultdict(set)
    for row in truth.rows("utterances.csv"):
        turns[row["session_id"]] += 1
        speakers[row["session_id"]] |= {row["speaker"]} - {""}
    expected = {}
    for s in register("sessions"):
        rows = [h for h in coded() if h["document"] == s["file"]]
        found = (len({h[column] for h in rows}) for column in ("id", "tag", "coder"))
        counts = (*found, turns[s["session_id"]], len(speakers[s["session_id"]]))
        if region in (None, s["region_code"]):
            expected[s["session_id"]] = (s["date"], s["region_code"], s["file"], int(s["participants"]), *counts)
    counted = ("excerpts", "codes", "coders", "turns", "speakers")
    published = {
        r["session_id"]: (str(r["date"])[:10], r["region_code"], r["file"], r["participants"], *(r[c] for c in counted))
        for r in ask(sample, "sessions", **({"region": region} if region else {}))
    }
    assert published == expected and sum(turns.values()) > 100


def test_one_session_by_turn_and_by_excerpt(sample: store.Snapshot) -> None:
    spoken = [(int(r["number"]), r["speaker"], r["text"]) for r in truth.rows("utterances.csv") if r["session_id"] == "FG08"]
    shown = [
        (r["number"], r["speaker"] if isinstance(r["speaker"], str) else "", r["text"]) for r in ask(sample, "transcript", session="FG08")
    ]
    assert shown == spoken
    document = next(s["file"] for s in register("sessions") if s["session_id"] == "FG08")
    codes = defaultdict(list)
    for h in highlights():
        if h["document"] == document:
            codes[h["id"]].append(h["tag"])
    excerpts = ask(sample, "excerpts", session="FG08")
    assert [(r["excerpt_id"], r["position"], list(r["codes"]), r["file"], list(r["coders"])) for r in excerpts] == [
        (f"FG08:{number}", i, sorted(tags), document, ["coder 1"]) for i, (number, tags) in enumerate(codes.items(), 1)
    ]
    assert len(ask(sample, "excerpts", session="nobody's")) == 0


def october() -> list[dict[str, str]]:
    with (SAMPLE / "official" / "gp-reg-pat-prac-map_2026-10-01.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def patients() -> dict[str, int]:
    """Practice -> registered patients of October."""
    with zipfile.ZipFile(SAMPLE / "official" / "gp-reg-pat-prac-quin-age_2026-10-01.zip") as archive:
        text = archive.read(archive.namelist()[0]).decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text))
    return {
        r["ORG_CODE"]: int(r["NUMBER_OF_PATIENTS"]) for r in rows if (r["ORG_TYPE"], r["SEX"], r["AGE_GROUP_5"]) == ("GP", "ALL", "ALL")
    }


def test_who_a_pcn_is(sample: store.Snapshot) -> None:
    """Its practices, patients and ICBs, the ICB of most patients, and who it was before; the same places stand in the filters."""
    inside, registered, now = [r for r in october() if r["PCN_CODE"] != "U"], patients(), today()
    region = {r["ICB_CODE"]: r["COMM_REGION_CODE"] for r in october()}
    weight: dict[str, Counter[str]] = defaultdict(Counter)
    for r in inside:
        weight[r["PCN_CODE"]][r["ICB_CODE"]] += registered[r["PRACTICE_CODE"]]
    home = {pcn: icbs.most_common(1)[0][0] for pcn, icbs in weight.items()}
    practices_of = Counter(r["PCN_CODE"] for r in inside)
    expected = {
        pcn: (
            icb, region[icb], practices_of[pcn], sum(weight[pcn].values()), len(weight[pcn]),
            ", ".join(sorted(old for old, new in now.items() if new == pcn and old != pcn)),
        )
        for pcn, icb in home.items()
    }  # fmt: skip
    counted = ("icb_code", "region_code", "practices", "patients", "icbs")
    published = {
        r["pcn_code"]: (*(r[c] for c in counted), r["formerly"] if isinstance(r["formerly"], str) else "") for r in ask(sample, "pcn")
    }
    assert published == expected
    assert any(former for *_, former in expected.values()) and any(icbs > 1 for *_, icbs, _ in expected.values())
    places = {(r["level"], r["code"]): (r["region_code"], r["icb_code"]) for r in ask(sample, "places")}
    assert {code: at for (level, code), at in places.items() if level == "pcn"} == {pcn: (region[i], i) for pcn, i in home.items()}
    assert {code: at for (level, code), at in places.items() if level == "icb"} == {icb: (r, icb) for icb, r in region.items()}
    assert {code for level, code in places if level == "region"} == set(region.values())


def test_replies_of_a_pcn_in_each_wave(sample: store.Snapshot) -> None:
    replies = Counter((r["pcn_code"], r["wave_id"], r["respondent_kind"]) for r in truth.rows("responses.csv.gz"))
    pcns, now = set(practices("10").values()), today()
    published = {(r["pcn_code"], r["wave_id"], r["role"]): r for r in ask(sample, "pcn_replies")}
    assert published.keys() == {(pcn, wave, role) for pcn in pcns for wave in WAVES for role in RESPONDENT_KINDS}
    returned = {wave: {now[r["PCN_CODE"]] for r in staff(month) if r["PCN_CODE"] in now} for wave, month in WAVES.items()}
    for (pcn, wave, role), row in published.items():
        assert row["responses"] == replies[pcn, wave, role]
        assert row["returned"] == (role in ROLES and pcn in returned[wave])
        if row["headcount"] == row["headcount"]:  # how it is worked out: test_people_in_post_and_response_rate
            assert row["headcount"] >= row["responses"] and (row["returned"] or row["headcount"] == row["responses"])
        else:
            assert not row["returned"] and not row["responses"]


@pytest.mark.parametrize(("wave", "role"), [("2026-1-spring", "splw"), ("2026-2-autumn", "splw"), ("2026-2-autumn", "hwb_coach")])
def test_challenges_of_a_pcn(sample: store.Snapshot, wave: str, role: str) -> None:
    chosen: dict[str, list[list[str]]] = defaultdict(list)
    for r in truth.rows("responses.csv.gz"):
        if (r["wave_id"], r["respondent_kind"]) == (wave, role) and r["challenges_state"] in ("answered", "unmapped", "dont_know"):
            chosen[r["pcn_code"]].append(r["challenges"].split())
    themes = {r["theme"] for r in register("themes")}
    query = store.queries()["pcn_themes"]
    cursor = store._cursor(sample.path).execute(query.sql, {"wave": wave, "role": role, "pcn": None})
    at = {column[0]: i for i, column in enumerate(cursor.description)}
    published = {(r[at["pcn_code"]], r[at["theme"]]): (r[at["x"]], r[at["n"]]) for r in cursor.fetchall()}
    pcns = set(practices("10").values())
    assert published == {(p, t): (sum(t in answer for answer in chosen[p]), len(chosen[p])) for p in pcns for t in themes}
    busiest = max(chosen, key=lambda pcn: len(chosen[pcn]))
    for row in ask(sample, "pcn_themes", wave=wave, role=role, pcn=busiest):  # under ten, what speaks of wellbeing is shown to nobody
        hidden = row["theme"] in ("safeguarding_risk", "emotional_burden") and len(chosen[busiest]) < 10
        assert (row["x"] != row["x"]) == hidden
        assert hidden or (row["x"], row["n"]) == published[busiest, row["theme"]]
