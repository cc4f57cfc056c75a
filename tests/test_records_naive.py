"""What a snapshot says of its files, its organisations and itself, against a plain reading of the sample's files and its truth."""

from __future__ import annotations

import csv
import hashlib
import io
import tomllib
import zipfile
from collections import Counter, defaultdict

import pytest

from oversight import store
from oversight.settings import REFERENCE, SAMPLE
from tests import truth

INTERNAL = store.Viewer(audience="internal")
STANDARD = REFERENCE / "mappings" / "standard-questionnaire.toml"
MAPS, CENSUSES = {"2026-04-01": "04", "2026-10-01": "10"}, {"2026-03-31": "03", "2026-09-30": "09"}
#: STAFF_ROLE -> the role it is counted as; all the others are "other".
STAFF = {
    "Social Prescribing Link Workers": "splw",
    "Social Prescribing Link Workers (Mental Health Practitioners)": "splw_mhp",
    "Care Coordinators": "care_coordinator",
    "Health and Wellbeing Coaches": "hwb_coach",
}


def ask(sample: store.Snapshot, name: str, **filters: str) -> list[dict]:
    return store.ask(name, INTERNAL, sample, **filters).table.to_dict("records")


def practices(day: str) -> list[dict[str, str]]:
    path = SAMPLE / "official" / f"gp-reg-pat-prac-map_2026-{MAPS[day]}-01.csv"
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def staff(census: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(SAMPLE / "official" / f"PCNWFIndividualCSV.{CENSUSES[census]}2026.zip") as archive:
        name = next(n for n in archive.namelist() if n.endswith(".csv"))
        return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))


def sha256(path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_definitions(sample: store.Snapshot) -> None:
    settings = tomllib.loads((REFERENCE / "settings.toml").read_text(encoding="utf-8"))
    assert {r["name"]: r["value"] for r in ask(sample, "definitions")} == settings["definitions"]


def test_mappings(sample: store.Snapshot) -> None:
    used = {path.name: path for path in (STANDARD, *(SAMPLE / "mappings").glob("*.toml"))}
    assert {r["file"].rsplit("/")[-1]: r["sha256"] for r in ask(sample, "mappings")} == {name: sha256(p) for name, p in used.items()}
    texts = {r["file"].rsplit("/")[-1]: r["text"] for r in ask(sample, "mapping_texts")}
    assert texts == {name: path.read_text(encoding="utf-8") for name, path in used.items()}


def test_files_and_rows_set_aside(sample: store.Snapshot) -> None:
    aside = [(r["file"], int(r["row"]), r["reason"]) for r in truth.rows("quarantine.csv")]
    assert sorted((r["file"], r["row"], r["reason"]) for r in ask(sample, "quarantine")) == sorted(aside)
    for reason in {r for _, _, r in aside}:
        assert len(ask(sample, "quarantine", reason=reason)) == sum(r == reason for _, _, r in aside)
    assert {(r["file"], r["reason"]): r["rows"] for r in ask(sample, "quarantine_reasons")} == Counter((f, r) for f, _, r in aside)
    noticed = ask(sample, "warnings")
    assert {(r["file"], r["row"]) for r in noticed if r["row"]} == {(r["file"], int(r["row"])) for r in truth.rows("warnings.csv")}
    files = {p.relative_to(SAMPLE).as_posix(): p for p in SAMPLE.rglob("*") if p.is_file()}
    loads = {r["file"]: r for r in ask(sample, "loads")}
    assert {name: row["sha256"] for name, row in loads.items()} == {name: sha256(path) for name, path in files.items() if name in loads}
    assert files.keys() - loads.keys() <= {f"mappings/{p.name}" for p in (SAMPLE / "mappings").iterdir()}
    accepted = Counter(r["wave_id"] for r in truth.rows("responses.csv.gz"))
    for name, row in loads.items():
        assert row["quarantined"] == sum(f == name for f, _, _ in aside)
        assert row["warnings"] == sum(r["file"] == name for r in noticed)
        assert row["rows_read"] == row["accepted"] + row["quarantined"]
        if name.startswith("registers/"):
            assert row["rows_read"] == len(list(csv.DictReader(io.StringIO(files[name].read_text(encoding="utf-8-sig")))))
        if name.startswith("surveys/"):
            assert row["accepted"] == accepted["2026-1-spring" if "spring" in name else "2026-2-autumn"]
    (snapshot,) = ask(sample, "snapshot")
    assert snapshot["snapshot_id"] == sample.path.stem
    assert snapshot["fictional"]
    assert (snapshot["files"], snapshot["quarantined"]) == (len(loads), len(aside))
    assert snapshot["responses"] == len(truth.rows("responses.csv.gz"))
    assert snapshot["sessions"] == len(truth.read(SAMPLE / "registers" / "sessions.csv"))


def organisations(rows: list[dict[str, str]]) -> dict[str, int]:
    icbs = defaultdict(set)
    for r in rows:
        icbs[r["PCN_CODE"]].add(r["ICB_CODE"])
    free = {r["PRACTICE_CODE"] for r in rows if r["PCN_CODE"] == "U"}
    icbs.pop("U", None)
    return {
        "regions": len({r["COMM_REGION_CODE"] for r in rows}),
        "icbs": len({r["ICB_CODE"] for r in rows}),
        "pcns": len(icbs),
        "practices": len({r["PRACTICE_CODE"] for r in rows}),
        "practices_unallocated": len(free),
        "pcns_in_several_icbs": sum(len(found) > 1 for found in icbs.values()),
    }


def test_organisations_of_each_map(sample: store.Snapshot) -> None:
    published = {r.pop("as_at"): r for r in ask(sample, "organisation_history")}
    ever = published.pop("ever")
    assert published == {day: organisations(practices(day)) for day in MAPS}
    every = [r for day in MAPS for r in practices(day)]
    several = {p for day in MAPS for p in several_icbs(practices(day))}
    assert ever == {**organisations(every), "pcns_in_several_icbs": len(several)}


def several_icbs(rows: list[dict[str, str]]) -> set[str]:
    inside = [(r["PCN_CODE"], r["ICB_CODE"]) for r in rows if r["PCN_CODE"] != "U"]
    return {pcn for pcn, icb in inside if any(p == pcn and i != icb for p, i in inside)}


@pytest.mark.parametrize(("as_at", "day", "census"), [(None, "2026-10-01", "2026-09-30"), ("2026-06-30", "2026-04-01", "2026-03-31")])
def test_totals_of_a_day(sample: store.Snapshot, as_at: str | None, day: str, census: str) -> None:
    (row,) = ask(sample, "totals", **({"as_at": as_at} if as_at else {}))
    map_ = organisations(practices(day))
    pcns = {r["PCN_CODE"] for r in practices(day)} - {"U"}
    rows = staff(census)
    fte: Counter[str] = Counter()
    for r in rows:
        if STAFF.get(r["STAFF_ROLE"]) == "splw":
            fte[r["PCN_CODE"]] += float(r["FTE"])
    assert {name: row[name] for name in ("regions", "icbs", "pcns", "practices_unallocated")} == {
        name: map_[name] for name in ("regions", "icbs", "pcns", "practices_unallocated")
    }
    assert row["splw_fte"] == pytest.approx(sum(fte.values()), abs=0.01)
    assert row["pcns_with_splw"] == sum(fte[pcn] > 0 for pcn in pcns)
    assert row["pcns_no_return"] == len(pcns - {r["PCN_CODE"] for r in rows})


def test_the_workforce_by_role(sample: store.Snapshot) -> None:
    published = {(str(r["census"])[:10], r["role"]): r for r in ask(sample, "workforce_totals")}
    for census in CENSUSES:
        rows = staff(census)
        for role in {STAFF.get(r["STAFF_ROLE"], "other") for r in rows}:
            of_role = [r for r in rows if STAFF.get(r["STAFF_ROLE"], "other") == role]
            row = published.pop((census, role))
            assert row["fte"] == pytest.approx(sum(float(r["FTE"]) for r in of_role), abs=0.01)
            assert row["contracted_fte"] == pytest.approx(sum(float(r["FTE"]) for r in of_role if not r["UNIQUE_IDENTIFIER"]), abs=0.01)
            assert row["named_people"] == len({(r["PCN_CODE"], r["UNIQUE_IDENTIFIER"]) for r in of_role if r["UNIQUE_IDENTIFIER"]})
            assert row["pcns_returning"] == len({r["PCN_CODE"] for r in rows})
            assert row["pcns_with_any"] == len({r["PCN_CODE"] for r in of_role if float(r["FTE"]) > 0})
    assert all(row["fte"] == 0 for row in published.values())


def test_prints_are_the_same_only_for_the_same(sample: store.Snapshot) -> None:
    """Two responses have one print exactly where they said the same, cell by cell, or were understood as the same."""
    cells = defaultdict(list)
    for r in truth.rows("answers.csv.gz"):
        cells[r["response_id"]].append(r)
    expected = {}
    for r in truth.rows("responses.csv.gz"):
        given = cells[r["response_id"]]
        said = (r["completed"], *sorted((c["question"], c["item"], c["value"]) for c in given if c["value"]))
        who = (r["respondent_kind"], r["pcn_code"], r["wave_pcn_code"], r["respondent"])
        understood = (*who, *sorted((c["question"], c["item"], c["code"], c["state"]) for c in given))
        expected[r["response_id"]] = (r["wave_id"], r["respondent_kind"], said, understood)
    published = {r["response_id"]: r for r in ask(sample, "response_prints")}
    assert published.keys() == expected.keys()
    said_by, understood_by = defaultdict(set), defaultdict(set)
    for key, row in published.items():
        wave, role, said, understood = expected[key]
        assert (row["wave_id"], row["role"]) == (wave, role)
        said_by[row["said"]].add(said)
        understood_by[understood].add(row["understood"])
    assert all(len(found) == 1 for found in said_by.values())  # one print, one set of words
    assert len({said for found in said_by.values() for said in found}) == len(said_by)
    assert all(len(found) == 1 for found in understood_by.values())
