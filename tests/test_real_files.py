"""The official files as published, read where they lie, and a Forms export with real PCN codes made here."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from oversight import publish, store
from tests.programme import response, write, write_forms

pytestmark = pytest.mark.real
INTERNAL = store.Viewer(audience="internal")
JULY = ("gp-reg-pat-prac-map_2026-07-01.csv", "gp-reg-pat-prac-quin-age_2026-07-01.zip", "PCNWFIndividualCSV.062026.zip", "ePCN.xlsx")
JANUARY = "gp-reg-pat-prac-map_2026-01-01.csv"


@pytest.fixture(scope="module")
def official(real_data: Path) -> Path:
    return real_data / "nhs"


@pytest.fixture(scope="module")
def both_maps(official: Path, tmp_path_factory: pytest.TempPathFactory) -> store.Snapshot:
    account = publish.build([official / name for name in (*JULY, JANUARY)], tmp_path_factory.mktemp("real"))
    assert not account.fictional
    return store.find_snapshot(account.path)


def totals(snapshot: store.Snapshot, **filters: str) -> dict:
    return store.ask("totals", INTERNAL, snapshot, **filters).table.iloc[0].to_dict()


def test_totals_of_july_alone(official: Path, tmp_path: Path) -> None:
    account = publish.build([official / name for name in JULY], tmp_path / "out")
    assert all(s.reading.rows_read == s.accepted + s.quarantined for s in account.sources)
    row = totals(store.find_snapshot(account.path))
    assert (row["regions"], row["icbs"], row["pcns"], row["practices_unallocated"]) == (7, 36, 1298, 52)
    assert row["splw_fte"] == pytest.approx(2642, abs=0.5)
    assert (row["pcns_with_splw"], row["pcns_no_return"]) == (1064, 27)


def test_both_maps(both_maps: store.Snapshot) -> None:
    history = store.ask("organisation_history", INTERNAL, both_maps).table.set_index("as_at")
    assert history["pcns"].to_dict() == {"2026-01-01": 1298, "2026-07-01": 1298, "ever": 1303}
    assert history["icbs"].to_dict() == {"2026-01-01": 42, "2026-07-01": 36, "ever": 48}
    assert (totals(both_maps, as_at="2026-01-01")["icbs"], totals(both_maps)["icbs"]) == (42, 36)
    place = store.ask("pcn", INTERNAL, both_maps, pcn="U41591").table.iloc[0]
    assert (place["icb_code"], place["icbs"], place["icb_rule"]) == ("QJK", 2, "patients")


def test_mental_health_practitioners_are_reported_apart_and_no_return_is_not_zero(both_maps: store.Snapshot) -> None:
    fte = store.ask("workforce_totals", INTERNAL, both_maps).table.set_index("role")["fte"]
    assert fte["splw"] == pytest.approx(2642, abs=0.5)
    assert fte["splw_mhp"] == pytest.approx(110, abs=0.5)
    rows = store.ask("pcn_workforce", INTERNAL, both_maps).table.query("role == 'splw'")
    silent, none = rows[~rows["returned"]], rows[rows["returned"] & (rows["fte"] == 0)]
    assert (len(silent), len(none)) == (27, 1271 - 1064)
    assert silent["fte"].isna().all()


def test_successions_follow_the_practices_as_derived_independently(both_maps: store.Snapshot, official: Path) -> None:
    with (official / "pcn_succession_derived.csv").open(encoding="utf-8-sig", newline="") as file:
        derived = [r for r in csv.DictReader(file) if r["method"] == "GP map Jan 2026 vs Jul 2026"]
    assert derived
    sql = "SELECT from_code, to_code, practices FROM succession"
    made = {(a, b): n for a, b, n in store._cursor(both_maps.path).execute(sql).fetchall()}
    for row in derived:
        assert made[row["from_pcn_code"], row["to_pcn_code"]] == int(row["practices_moved"])


def test_a_forms_export_with_real_codes_publishes_beside_the_official_files(official: Path, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    for name in (*JULY, JANUARY):
        shutil.copy(official / name, folder)
    write(
        folder / "waves.csv",
        ["wave_id", "wave_name", "tool", "opened", "closed", "kinds_asked"],
        [["w1", "June", "microsoft_forms", "2026-06-01", "2026-07-31", "splw"]],
    )
    given = ["U41591", "Stockton PCN", "U00639", "U18888", "Grand Union PCN", "U99999", "F0001"]
    write_forms(folder, [response(pcn, completed="2026-06-10 10:00:00") for pcn in given])
    account = publish.build([folder], tmp_path / "out")
    forms = next(s for s in account.sources if s.reading.tool == "microsoft_forms")
    assert {a.row: a.reason for a in forms.asides} == {5: "pcn_closed", 6: "pcn_shared_name", 7: "pcn_unknown", 8: "pcn_unknown"}
    snapshot = store.find_snapshot(account.path)
    assert not snapshot.fictional
    rows = store._cursor(snapshot.path).execute("SELECT pcn_code, wave_pcn_code, icb_code FROM response ORDER BY response_id").fetchall()
    assert rows == [("U41591", "U41591", "QJK"), ("U89141", "U89141", "QHM"), ("U92223", "U92223", "QHM")]
    ranked = store.ask("priority", INTERNAL, snapshot).table
    assert len(ranked) == 1298
    assert (ranked["replies"] > 0).sum() == 3
    assert (ranked["n"] == 0).all()  # they answered less than half of the weight, so there is no score
    assert (ranked["band"] == "cannot_tell").all()
