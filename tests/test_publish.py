"""Publishing: what is accepted, what stops it, and that whatever stops it the last snapshot stays live and whole."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from oversight import publish, store
from oversight.exports.reading import FileProblem
from oversight.settings import ROOT
from tests.programme import WAVES, response, write, write_forms, write_map, write_programme

PCNS = {"F0001": "QHL", "F0002": "QHL", "F0003": "QUA"}
INTERNAL = store.Viewer(audience="internal")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_programme(tmp_path / "exports", PCNS, [response("F0001"), response("F0002", first_contact="No"), response("F0003")])


def first_contact(snapshot: store.Snapshot) -> tuple[int, int]:
    table = store.ask("coverage", INTERNAL, snapshot, level="england").table
    row = table[table["element"] == "first_contact"].iloc[0]
    return int(row["yes"]), int(row["no"])


def test_publish_and_ask(folder: Path, tmp_path: Path) -> None:
    account = publish.build([folder], tmp_path / "out")
    assert account.path is not None
    assert first_contact(store.find_snapshot(account.path)) == (2, 1)
    assert (tmp_path / "out" / "current").read_text(encoding="utf-8").strip() == account.snapshot_id
    assert account.fictional


def test_the_same_input_is_the_same_snapshot_and_is_never_written_twice(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = publish.build([folder], out)
    stamp = first.path.stat().st_mtime_ns
    second = publish.build([folder], out)
    assert (second.snapshot_id, second.path.stat().st_mtime_ns) == (first.snapshot_id, stamp)
    write_forms(folder, [response("F0001")])
    third = publish.build([folder], out)
    assert third.snapshot_id != first.snapshot_id
    assert sorted(p.name for p in out.glob("*.duckdb")) == sorted([first.path.name, third.path.name])
    assert first_contact(store.find_snapshot(first.path)) == (2, 1)


def test_a_check_publishes_nothing(folder: Path, tmp_path: Path) -> None:
    account = publish.build([folder], None)
    assert (account.path, account.responses) == (None, 3)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["exports"]


@pytest.mark.parametrize(
    "spoil",
    ["mixed", "no map", "other codes", "no waves", "no usable wave", "outside every wave", "two maps of one day", "damaged", "bad mapping",
     "empty file"],
)  # fmt: skip
def test_what_cannot_be_used_stops_the_publish_and_says_so(folder: Path, tmp_path: Path, spoil: str) -> None:
    out = tmp_path / "out"
    before = publish.build([folder], out)
    expected = "waves"
    if spoil == "mixed":
        write_map(folder, {"U12345": "QHL"}, "01Nov2026")
        expected = "mix real PCNs"
    elif spoil == "no map":
        next(folder.glob("map-*")).unlink()
        expected = "no registration map"
    elif spoil == "other codes":
        path = next(folder.glob("map-*"))
        path.write_text(path.read_text(encoding="utf-8").replace(",F0", ",P0"), encoding="utf-8")
        expected = r"map-.*\.csv has no row that can be used\. Row 2, for example: PCN_CODE is 'P0001'; expected a PCN code \(U and five"
    elif spoil == "no usable wave":
        (folder / "waves.csv").write_text(WAVES.replace("splw", "link worker"), encoding="utf-8")
        expected = "waves.csv has no row that can be used. Row 2, for example: kinds_asked is 'link worker care_coordinator'; expected one"
    elif spoil == "no waves":
        (folder / "waves.csv").unlink()
    elif spoil == "outside every wave":
        write_forms(folder, [response("F0001", completed="2020-01-01 10:00:00")])
        expected = "no response within the dates"
    elif spoil == "two maps of one day":
        (folder / "again.csv").write_bytes(next(folder.glob("map-*")).read_bytes())
        expected = "twice"
    elif spoil == "damaged":
        (folder / "broken.xlsx").write_bytes(b"PK\x03\x04" + b"nonsense" * 100)
        expected = "broken.xlsx is damaged"
    elif spoil == "bad mapping":
        (folder / "m.toml").write_text("survey = ", encoding="utf-8")
        expected = "not a readable mapping"
    else:
        (folder / "empty.csv").touch()
        expected = "empty.csv is empty"
    with pytest.raises(FileProblem, match=expected):
        publish.build([folder], out)
    assert (out / "current").read_text(encoding="utf-8").strip() == before.snapshot_id
    assert [p.name for p in out.glob("*.duckdb")] == [before.path.name]


def test_an_unknown_file_is_left_out_and_said_to_be(folder: Path) -> None:
    write(folder / "shopping.csv", ["milk", "bread"], [["1", "2"]])
    account = publish.build([folder], None)
    source = next(s for s in account.sources if s.file == "shopping.csv")
    assert (source.reading.tool, source.accepted) == ("table", 0)
    assert source.note.startswith("Not used: no mapping knows its questions")
    assert source.warnings


def test_two_exports_of_one_form_overlap_and_the_later_row_is_kept(folder: Path, tmp_path: Path) -> None:
    write_forms(
        folder,
        [response("F0001", id="1", first_contact="No", completed="2026-09-12 10:00:00"), response("F0002", id="9")],
        "Later export.csv",
    )
    account = publish.build([folder], tmp_path / "out")
    asides = [(s.file, a.row, a.reason) for s in account.sources for a in s.asides]
    assert asides == [("Supervision(1-9).csv", 2, "duplicate_response")]
    assert first_contact(store.find_snapshot(account.path)) == (2, 2)  # F0001 says no now, and 9 is new


def test_registers_with_an_unknown_pcn_or_document_lose_nothing(folder: Path) -> None:
    write(
        folder / "requests.csv", ["pcn_code", "date", "statement"], [["F0001", "2026-09-01", "Please"], ["F9999", "2026-09-01", "Us too"]]
    )
    write(folder / "coded.csv", ["id", "document", "tag", "content"], [["1", "Nobody's group", "isolation", "We work alone"]])
    account = publish.build([folder], None)
    reasons = {s.file: [a.reason for a in s.asides] for s in account.sources if s.asides}
    assert reasons == {"requests.csv": ["pcn_unknown"], "coded.csv": ["unknown_reference"]}
    assert all(s.reading.rows_read == s.accepted + s.quarantined for s in account.sources)


def test_two_exports_of_one_coding_project_are_counted_once(folder: Path, tmp_path: Path) -> None:
    header = ["session_id", "date", "region_code", "icb_code", "respondent_kind", "participants", "file"]
    write(folder / "sessions.csv", header, [["FG1", "2026-09-03", "Y60", "", "splw", "11", "Group one"]])
    codings = [
        ["1", "Group one", "isolation", "We work alone"],
        ["2", "Group one", "caseload", "Too many"],
        ["1", "Group one", "caseload", "We work alone"],
    ]
    write(folder / "all.csv", ["id", "document", "tag", "content"], codings)
    write(folder / "isolation.csv", ["id", "document", "tag", "content"], codings[:1])
    account = publish.build([folder], tmp_path / "out")
    assert {s.file: [a.reason for a in s.asides] for s in account.sources if s.asides} == {"isolation.csv": ["duplicate_row"]}
    snapshot = store.find_snapshot(account.path)
    assert len(store.ask("excerpts", INTERNAL, snapshot).table) == 2


def test_two_surveys_of_one_wave_need_a_prefix(folder: Path) -> None:
    shipped = (ROOT / "data" / "reference" / "mappings" / "standard-questionnaire.toml").read_text(encoding="utf-8")
    other = shipped.replace('survey = "', 'survey = "gp-', 1).replace(
        "Is there a named first point of contact", "Do you know of a first point of contact"
    )
    (folder / "gp.toml").write_text(other, encoding="utf-8")
    write_forms(folder, [response("F0003", id="1")], "GP form.csv")
    text = (folder / "GP form.csv").read_text(encoding="utf-8")
    (folder / "GP form.csv").write_text(
        text.replace("Is there a named first point of contact", "Do you know of a first point of contact"), encoding="utf-8"
    )
    with pytest.raises(FileProblem, match="id_prefix"):
        publish.build([folder], None)
    (folder / "gp.toml").write_text(other.replace("\n", '\nid_prefix = "gp-"\n', 1), encoding="utf-8")
    assert publish.build([folder], None).responses == 4


def test_an_unmapped_question_is_kept_and_explorable(tmp_path: Path) -> None:
    folder = write_programme(tmp_path / "exports", PCNS, [])
    write_forms(folder, [response("F0001"), response("F0002")], extra={"Tea or coffee?": ["Tea", "Coffee"]})
    snapshot = store.find_snapshot(publish.build([folder], tmp_path / "out").path)
    questions = store.ask("questions", INTERNAL, snapshot).table
    mine = questions[questions["field"].isna()].iloc[0]
    assert (mine["text"], mine["responses"]) == ("Tea or coffee?", 2)
    answers = store.ask("question_by", INTERNAL, snapshot, question=mine["question_id"]).table
    assert dict(zip(answers["value"], answers["x"], strict=True)) == {"Tea": 1, "Coffee": 1}


def test_a_snapshot_of_an_older_version_is_not_misread(folder: Path, tmp_path: Path) -> None:
    import duckdb

    account = publish.build([folder], tmp_path / "out")
    with duckdb.connect(str(account.path)) as connection:
        connection.execute("UPDATE snapshot SET schema_version = '0'")
    with pytest.raises(store.OldSnapshot, match="another version") as caught:
        store.find_snapshot(account.path)
    assert caught.value.fictional


def test_killed_at_any_moment_the_last_snapshot_is_served_and_readable(folder: Path, tmp_path: Path) -> None:
    """kill -9 at 20 random moments of a build; half of them while it checks and writes."""
    out = tmp_path / "out"
    publish.build([folder], out)
    command = [sys.executable, "-m", "oversight", "build", str(folder), "--out", str(out)]
    began = time.monotonic()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    whole = time.monotonic() - began
    chance = random.Random(7)
    known = {(out / "current").read_text(encoding="utf-8")}
    killed = 0
    for attempt in range(20):
        answers = [response("F0001")] * (attempt + 2)
        write_forms(folder, [{**a, "id": str(i)} for i, a in enumerate(answers)])
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0, whole) if attempt % 2 else chance.uniform(0.6, 1) * whole)
        process.kill()
        killed += process.wait() != 0
        current = (out / "current").read_text(encoding="utf-8")
        snapshot = store.find_snapshot(out / f"{current.strip()}.duckdb")
        yes, no = first_contact(snapshot)
        assert (yes, no) == (2, 1) or (current in known or yes == attempt + 2)
        known.add(current)
    assert killed >= 5
    publish.build([folder], out)
    assert not list(out.glob(".building-*"))
