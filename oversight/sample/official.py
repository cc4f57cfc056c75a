"""The official files of the fictional country, in the layouts NHS England publishes: maps, list sizes, workforce, ODS list."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date

from oversight.sample.files import Cell, Sheet, csv_text, stream, xlsx_bytes, zip_bytes
from oversight.sample.people import WAVES, Pcn
from oversight.sample.places import APRIL, CHANGED, OCTOBER, Country, Practice

_MAP_HEADER = (
    "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,PRACTICE_POSTCODE,PCN_CODE,PCN_NAME,ONS_SUB_ICB_LOCATION_CODE,"
    "SUB_ICB_LOCATION_CODE,SUB_ICB_LOCATION_NAME,ONS_ICB_CODE,ICB_CODE,ICB_NAME,ONS_COMM_REGION_CODE,COMM_REGION_CODE,"
    "COMM_REGION_NAME,SUPPLIER_NAME"
)
_SIZES_HEADER = "PUBLICATION,EXTRACT_DATE,ORG_TYPE,ORG_CODE,ONS_CODE,POSTCODE,SEX,AGE_GROUP_5,NUMBER_OF_PATIENTS"
_STAFF_HEADER = (
    "Data_source,CENSUS_YEAR,CENSUS_MONTH,PCN_CODE,PCN_NAME,SUB_ICB_CODE,SUB_ICB_NAME,ICB_CODE,ICB_NAME,COMM_REGION_CODE,"
    "COMM_REGION_NAME,STAFF_GROUP,STAFF_ROLE,DETAILED_STAFF_ROLE,FTE,UNIQUE_IDENTIFIER"
)
_PUBLICATION = "GP_PRAC_PAT_LIST"
_DIRECT = "Other Direct Patient Care staff"
#: (STAFF_GROUP, STAFF_ROLE, DETAILED_STAFF_ROLE) of the roles the sample shows; the first three by kind of respondent.
_ROLES: Mapping[str, tuple[str, str, str]] = {
    "splw": (_DIRECT, "Social Prescribing Link Workers", "Social Prescribing Link Worker"),
    "care_coordinator": (_DIRECT, "Care Coordinators", "Care Coordinator"),
    "hwb_coach": (_DIRECT, "Health and Wellbeing Coaches", "Health and Wellbeing Coach"),
    "pharmacist": (_DIRECT, "Pharmacists", "Pharmacist"),
    "paramedic": (_DIRECT, "Paramedics", "Paramedic"),
    "manager": ("Other Admin/Non-clinical staff", "Managers", "Manager"),
    "splw_mhp": (
        _DIRECT,
        "Social Prescribing Link Workers (Mental Health Practitioners)",
        "Social Prescribing Link Worker (Mental Health Practitioner - Adult)",
    ),
}
_FTE = {"1": 0.52, "0.8": 0.2, "0.6": 0.13, "0.533333333": 0.06, "0.4": 0.05, "0.986666667": 0.04}
NO_RETURN, HOSTED, IN_TWO = 24, 0.04, 12  # PCNs without a return; share that host their link workers elsewhere; people in two PCNs


def practice_map(country: Country, day: date) -> str:
    """gp-reg-pat-prac-map of one day: one row per practice. No postcodes and no ONS codes: the places are invented."""
    practices, names = (country.april, country.april_names) if day == APRIL else (country.october, country.october_names)
    rows = []
    for p in practices:
        icb = country.icbs[p.icb_code]
        pcn = (p.pcn_code, names[p.pcn_code]) if p.pcn_code else ("U", "Unallocated")
        sub_icb = ("", p.sub_icb_code, f"NHS {icb.name} ICB - {p.sub_icb_code}")
        of_icb = ("", icb.code, f"NHS {icb.name} Integrated Care Board", "", icb.region_code, icb.region_name)
        rows.append([_PUBLICATION, day.strftime("%d%b%Y"), p.code, p.name, "", *pcn, *sub_icb, *of_icb, p.supplier])
    return csv_text(_MAP_HEADER.split(","), rows)


def list_sizes(seed: int, country: Country) -> bytes:
    """gp-reg-pat-prac-quin-age of 1 October: every practice's total, and enough other rows to show that they must be left out."""
    rng = stream(seed, "list sizes")
    rows: list[list[object]] = []

    def add(kind: str, code: str, patients: int, sex: str = "ALL", age: str = "ALL") -> None:
        rows.append([_PUBLICATION, OCTOBER.isoformat(), kind, code, "", "", sex, age, patients])

    for kind, column in (("Comm Region", "region"), ("ICB", "icb_code"), ("SUB_ICB_LOCATION_CODE", "sub_icb_code"), ("PCN", "pcn_code")):
        totals: dict[str, int] = {}
        for p in country.october:
            code = country.icbs[p.icb_code].region_code if column == "region" else str(getattr(p, column)) or "U"
            totals[code] = totals.get(code, 0) + p.patients
        for code, total in sorted(totals.items())[:60]:
            add(kind, code, total)
    for practice in country.october:
        add("GP", practice.code, practice.patients)
    for practice in rng.sample(country.october, 20):
        for sex in ("FEMALE", "MALE"):
            for age in ("ALL", "0_4", "85_89"):
                add("GP", practice.code, practice.patients // (2 if age == "ALL" else 40), sex, age)
    return zip_bytes({"gp-reg-pat-prac-quin-age.csv": csv_text(_SIZES_HEADER.split(","), rows)})


def workforce(seed: int, country: Country, pcns: dict[str, Pcn], wave: str) -> bytes:
    """PCN Workforce, individual level: the census of March (before the first wave) or of September (before the second)."""
    rng = stream(seed, f"workforce {wave}")
    month, name = (3, "March") if wave == WAVES[0] else (9, "September")
    day = APRIL if wave == WAVES[0] else OCTOBER
    place = _staff_places(country, day)
    people = _staff(rng, country, pcns, wave)
    ids = rng.sample(range(10_000, 90_000), len(people))
    rows = []
    for number, (code, role, contracted) in enumerate(people):
        source = "NWRS contracted services" if contracted else "NWRS Staff"
        fte = rng.choices(list(_FTE), list(_FTE.values()))[0]
        rows.append([source, "2026", str(month), *place[code], *_ROLES[role], fte, "" if contracted else str(ids[number])])
    rows += _in_two_pcns(country, place, rows)
    rng.shuffle(rows)
    definitions = xlsx_bytes(
        [Sheet("Definitions", [["Field", "Definition"], *([h, "See the publication"] for h in _STAFF_HEADER.split(","))])]
    )
    table = "\ufeff" + csv_text(_STAFF_HEADER.split(","), rows)
    return zip_bytes(
        {
            "0.Primary Care Network Individual-Level CSV overall definitions.xlsx": definitions,
            f"1.Primary Care Networks - {name} 2026 Individual Level.csv": table,
        }
    )


def _staff_places(country: Country, day: date) -> dict[str, list[str]]:
    """PCN -> its place columns in the workforce file."""
    names = country.april_names if day == APRIL else country.october_names
    places = {}
    home = country.home(day)
    for practice in country.april if day == APRIL else country.october:
        code = practice.pcn_code
        if code and practice.icb_code == home[code]:
            icb = country.icbs[home[code]]
            sub = [practice.sub_icb_code, f"NHS {icb.name} ICB - {practice.sub_icb_code}"]
            places[code] = [code, names[code], *sub, icb.code, f"NHS {icb.name} ICB", icb.region_code, icb.region_name]
    return places


def choose_returns(seed: int, country: Country) -> None:
    """Name the PCNs that make no return, those that host their link workers elsewhere, and pairs that share a person."""
    rng = stream(seed, "returns")
    taken = {code for codes in country.personas.values() for code in codes}
    ordinary = sorted(code for code in country.april_names if code in country.october_names and code not in taken)
    rng.shuffle(ordinary)
    country.personas["no_return"] = [ordinary.pop() for _ in range(NO_RETURN)]
    country.personas["hosted"] = [ordinary.pop() for _ in range(round(HOSTED * len(ordinary)))]
    country.personas["person_in_two"] = [ordinary.pop() for _ in range(2 * IN_TWO)]


def _staff(rng: random.Random, country: Country, pcns: dict[str, Pcn], wave: str) -> list[tuple[str, str, bool]]:
    """(PCN, role, contracted) of everybody in post whose PCN makes a return; every such PCN returns somebody."""
    silent, hosted = set(country.personas["no_return"]), set(country.personas["hosted"])
    people: list[tuple[str, str, bool]] = []
    for unit, pcn in sorted(pcns.items()):
        heads = pcn.heads[wave]
        if not heads or unit in silent:
            continue
        after = country.follows.get(unit, [unit]) if wave == WAVES[1] else [unit]
        contracted = rng.random() < 0.25
        for role in ("splw", "care_coordinator", "hwb_coach"):
            count = 0 if role == "splw" and unit in hosted else heads[role]
            people += [(after[i % len(after)], role, contracted and role != "care_coordinator") for i in range(count)]
        people.append((after[0], rng.choice(("pharmacist", "pharmacist", "paramedic", "manager")), False))
        if rng.random() < 0.012:
            people.append((after[0], "splw_mhp", False))
    return people


def _in_two_pcns(country: Country, place: dict[str, list[str]], rows: list[list[str]]) -> list[list[str]]:
    """Second rows of people who work in two PCNs: the same identifier, the other place."""
    pairs = country.personas["person_in_two"]
    other = dict(zip(pairs[::2], pairs[1::2], strict=True))
    found: dict[str, list[str]] = {}
    for row in rows:
        if row[12] == _ROLES["splw"][1] and row[15] and row[3] in other:
            found.setdefault(row[3], row)
    return [[*row[:3], *place[other[code]], *row[11:14], "0.4", row[15]] for code, row in sorted(found.items())]


def ods_list(seed: int, country: Country) -> bytes:
    """ePCN.xlsx: every PCN with the days it opened and closed, and every practice's time in each PCN."""
    rng = stream(seed, "ods")
    opened = {code: rng.choices(("20191001", "20200401", "20220401", "20240401"), (90, 4, 4, 2))[0] for code in sorted(country.april_names)}
    sub = {}
    for practices in (country.april, country.october):  # October last: today's place stands
        for practice in sorted(practices, key=lambda p: p.patients):
            sub[practice.pcn_code] = practice.sub_icb_code
    details: list[list[Cell]] = [["PCN Code", "PCN Name", "Current Sub ICB Loc Code", "Sub ICB Location", "Open Date", "Close Date",
                                  *(f"Address Line {i}" for i in range(1, 6)), "Postcode"]]  # fmt: skip
    closed, began = CHANGED.replace(month=6, day=30).strftime("%Y%m%d"), CHANGED.strftime("%Y%m%d")
    for code, name in sorted({**country.april_names, **country.october_names}.items()):
        ended = "" if code in country.october_names else closed
        details.append(
            [code, name, sub[code], _location(country, sub[code]), opened.get(code, began), ended, "FICTIONAL", "", "", "", "", "ZZ99 9ZZ"]
        )
    now = {p.code: p for p in country.october}
    partners: list[list[Cell]] = [_PARTNER_HEADER]
    for before in country.april:
        after = now[before.code]
        if before.pcn_code:
            moved = after.pcn_code != before.pcn_code
            partners.append(_partner(country, before, sub[before.pcn_code], opened[before.pcn_code], closed if moved else None))
            if moved:
                partners.append(_partner(country, after, sub[after.pcn_code], began, None))
    return xlsx_bytes([Sheet("PCNDetails", details), Sheet("PCN Core Partner Details", partners)])


_PARTNER_HEADER: list[Cell] = [
    "Partner\nOrganisation\nCode", "Partner\nName", "Practice\nParent\nSub ICB Loc Code", "Practice\nParent\nSub ICB Loc Name",
    "PCN Code", "PCN Name", "PCN Parent\nSub ICB Loc Code", "PCN Parent\nSub ICB Loc Name",
    "Practice to PCN\nRelationship\nStart Date", "Practice to PCN\nRelationship\nEnd Date",
    "Practice Sub ICB Loc and PCN Sub ICB Loc Match ",
]  # fmt: skip


def _location(country: Country, sub_icb_code: str) -> str:
    return f"NHS {country.icbs[country.sub_icbs[sub_icb_code]].name} ICB - {sub_icb_code}".upper()


def _partner(country: Country, p: Practice, pcn_sub: str, start: str, end: str | None) -> list[Cell]:
    name = country.october_names.get(p.pcn_code) or country.april_names[p.pcn_code]
    here, there = [p.sub_icb_code, _location(country, p.sub_icb_code)], [pcn_sub, _location(country, pcn_sub)]
    return [p.code, p.name, *here, p.pcn_code, name, *there, start, end, p.sub_icb_code == pcn_sub]
