"""Uploads: names that cannot harm, what takes whose place, and that nothing moves unless it is published."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from oversight import publish, store, uploads
from oversight.exports import FileProblem, registers
from oversight.model import REGISTERS
from oversight.settings import MAPPINGS
from tests.programme import WAVES, response, write_forms, write_map, write_programme

PCNS = {"F0001": "QHL", "F0002": "QWU"}
DAY = date(2026, 11, 23)


def content(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too, but for locks."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file() and p.name != ".lock"}


def given_files(folder: Path) -> list[tuple[str, bytes]]:
    """The files of a folder as a browser hands them over."""
    return [(p.name, p.read_bytes()) for p in sorted(folder.glob("*")) if p.is_file()]


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """The team's folder with a programme in it that is published."""
    folder = write_programme(tmp_path / "exports", PCNS, [response("F0001"), response("F0002")])
    (folder / "surveys").mkdir()
    (folder / "Supervision(1-9).csv").rename(folder / "surveys" / "Supervision(1-2).csv")
    publish.build([folder], tmp_path / "snapshots")
    return folder


def current(team: Path) -> str:
    return (team.parent / "snapshots" / "current").read_text(encoding="utf-8").strip()


def kept_aside(folder: Path) -> list[str]:
    """Names of the files that were replaced or taken out, newest last."""
    return sorted(p.name for p in (folder / uploads.ASIDE).glob(".*"))


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("waves.csv", "waves.csv"),
        ("../../etc/waves.csv", "waves.csv"),
        ("..\\..\\windows\\waves.CSV", "waves.csv"),
        ("C:\\Users\\me\\Title(1-12).xlsx", "Title(1-12).xlsx"),
        ("/waves.csv", "waves.csv"),
        ("con.csv", "_con.csv"),
        ("NUL.tar.csv", "_NUL.tar.csv"),
        ("lpt1 .csv", "_lpt1.csv"),
        ("COM².xlsx", "_COM².xlsx"),
        ("console.csv", "console.csv"),
        ("...waves.csv", "waves.csv"),
        (".waves.csv", "waves.csv"),
        ("a<b>|c?.csv", "a_b__c_.csv"),
        ("a\x00b\n\u202ec.csv", "ab c.csv"),
        ("two\u00a0\u00a0spaces.csv", "two spaces.csv"),
        ("e\u0301.csv", "\u00e9.csv"),
        ("..csv", None),
        (".csv", None),
        ("", None),
        ("../..", None),
        ("notes.pages", None),
        ("waves.csv.exe", None),
        ("~$Title.xlsx", None),
        (". ~$Title.xlsx", None),
    ],
)
def test_a_name_is_made_safe_or_refused(name: str, safe: str | None) -> None:
    if safe is None:
        with pytest.raises(FileProblem):
            uploads.safe_name(name)
    else:
        assert uploads.safe_name(name) == safe


@given(some.text(max_size=400), some.sampled_from(uploads.KINDS))
@example("é" * 300, ".csv")
@example("aux. ", ".zip")
def test_whatever_a_name_is_its_file_lies_in_the_folder_under_a_name_every_system_allows(stem: str, kind: str) -> None:
    try:
        name = uploads.safe_name(stem + kind)
    except FileProblem:
        return
    assert Path("/team", name).resolve().parent == Path("/team")
    assert not set(name) & set('<>:"/\\|?*') and name.isprintable()
    assert name == name.strip() and not name.startswith((".", "~$")) and not name.endswith(".")
    assert len(name.encode()) <= 160
    first = name.split(".")[0].strip().upper()
    assert first not in {"CON", "PRN", "AUX", "NUL"} and not (len(first) == 4 and first[:3] in {"COM", "LPT"} and first[3].isdigit())
    assert uploads.safe_name(name) == name


@given(some.lists(some.sampled_from(["a.csv", "A.csv", "x/a.csv", "a (2).csv", "b.xlsx", "con.csv"]), max_size=8), some.booleans())
def test_no_two_uploads_share_a_name_and_none_is_lost(names: list[str], taken: bool) -> None:
    found = uploads.named([(n, str(i).encode()) for i, n in enumerate(names)], ["a (2).csv", "A (3).CSV"] if taken else [])
    assert [data for _, data in found] == [str(i).encode() for i in range(len(names))]
    folded = [n.casefold() for n, _ in found]
    assert len(set(folded)) == len(folded)


def test_a_made_up_number_never_takes_the_place_of_a_file_of_the_team() -> None:
    assert [n for n, _ in uploads.named([("a.csv", b""), ("a.csv", b"")], ["a (2).csv"])] == ["a.csv", "a (3).csv"]


def test_the_files_of_the_team_are_those_a_build_reads(team: Path) -> None:
    (team / ".replaced").mkdir()
    for name in ("README.md", "~$open.xlsx", ".hidden.csv", ".replaced/.2026-01-01-1 waves.csv"):
        (team / name).write_text("x", encoding="utf-8")
    account = publish.build([team], None)
    assert sorted(uploads.team_files(team)) == sorted(s.file for s in account.sources)
    assert uploads.team_files(team / "nowhere") == {}


def test_a_check_reads_folder_and_uploads_together_and_changes_nothing(team: Path, tmp_path: Path) -> None:
    before, snapshot = content(team.parent), current(team)
    later = write_map(tmp_path / "new", PCNS, day="01Nov2026")
    steps: list[str] = []
    checked = uploads.check(uploads.plan([(later.name, later.read_bytes())], team), steps.append)
    assert checked.responses == 2
    assert dict(zip(checked.files["file"], checked.files["what"], strict=True)) == {
        "map-01Nov2026.csv": "New",
        "map-01Oct2026.csv": "Stays",
        "surveys/Supervision(1-2).csv": "Stays",
        "waves.csv": "Stays",
    }
    assert any("map-01Nov2026.csv" in step for step in steps)
    assert {k: v for k, v in content(team.parent).items() if not k.startswith("new/")} == before
    assert current(team) == snapshot


def test_what_was_checked_is_what_is_published_here_and_by_the_command_line(team: Path, tmp_path: Path) -> None:
    later = write_map(tmp_path / "new", PCNS, day="01Nov2026")
    old = current(team)
    checked = uploads.check(uploads.plan([(later.name, later.read_bytes())], team))
    published = uploads.publish_checked(checked, tmp_path / "snapshots", today=DAY)
    assert checked.snapshot_id == published.snapshot_id == current(team) == publish.build([team], None).snapshot_id
    assert (tmp_path / "snapshots" / f"{old}.duckdb").exists()
    assert (team / "map-01Nov2026.csv").read_bytes() == later.read_bytes()
    assert not (team / ".replaced").exists()
    assert old in uploads.published_sentence(published, old) and "1 file was added" in uploads.published_sentence(published, old)


def test_a_later_export_of_a_form_replaces_the_old_one_which_is_kept(team: Path, tmp_path: Path) -> None:
    old = (team / "surveys" / "Supervision(1-2).csv").read_bytes()
    new = write_forms(tmp_path / "new", [response("F0001"), response("F0002"), response("F0002")], "Supervision(1-3).csv")
    planned = uploads.plan([(new.name, new.read_bytes())], team)
    assert planned.leaves == {"surveys/Supervision(1-2).csv": "replaced by Supervision(1-3).csv"}
    checked = uploads.check(planned)
    assert "Replaces surveys/Supervision(1-2).csv" in set(checked.files["what"])
    uploads.publish_checked(checked, tmp_path / "snapshots", today=DAY)
    assert set(content(team)) == {
        "map-01Oct2026.csv", "waves.csv", "surveys/Supervision(1-3).csv", ".replaced/.2026-11-23-1 Supervision(1-2).csv",
    }  # fmt: skip
    assert (team / ".replaced" / ".2026-11-23-1 Supervision(1-2).csv").read_bytes() == old
    assert kept_aside(team) == [".2026-11-23-1 Supervision(1-2).csv"]
    assert store.ask("snapshot", store.Viewer(), tmp_path / "snapshots" / f"{current(team)}.duckdb").table["responses"][0] == 3


def test_two_replacements_on_one_day_are_both_kept(team: Path, tmp_path: Path) -> None:
    for names in ("Winter", "Advent"):
        waves = WAVES.replace("Autumn", names).encode()
        uploads.publish_checked(uploads.check(uploads.plan([("WAVES.csv", waves)], team)), tmp_path / "snapshots", today=DAY)
    assert kept_aside(team) == [".2026-11-23-1 waves.csv", ".2026-11-23-2 WAVES.csv"]
    assert uploads.team_files(team).keys() >= {"WAVES.csv"}
    assert "waves.csv" not in uploads.team_files(team)


def test_a_file_that_is_there_already_is_not_replaced(team: Path) -> None:
    planned = uploads.plan([("waves.csv", WAVES.encode())], team)
    assert (dict(planned.arrivals), dict(planned.leaves)) == ({}, {})
    assert set(uploads.check(planned).files["what"]) == {uploads.STAYS, uploads.UNCHANGED}


def test_a_file_can_be_taken_out_and_is_kept(team: Path, tmp_path: Path) -> None:
    write_map(team, PCNS, day="01Nov2026")
    planned = uploads.plan([], team, ["map-01Nov2026.csv", "no such file"])
    checked = uploads.publish_checked(uploads.check(planned), tmp_path / "snapshots", today=DAY)
    assert "map-01Nov2026.csv" not in set(checked.files["file"])
    assert kept_aside(team) == [".2026-11-23-1 map-01Nov2026.csv"]


def test_a_name_that_stands_in_two_places_is_asked_about(team: Path) -> None:
    (team / "old").mkdir()
    (team / "old" / "waves.csv").write_text(WAVES, encoding="utf-8")
    with pytest.raises(FileProblem, match=r"old/waves\.csv, waves\.csv"):
        uploads.plan([("waves.csv", b"x")], team)
    assert uploads.plan([("waves.csv", b"x")], team, ["old/waves.csv"]).leaves["waves.csv"] == "replaced by waves.csv"


def test_an_empty_folder_and_no_upload_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="would be empty"):
        uploads.plan([], tmp_path / "exports")


FAULTS = {
    "broken": ("broken.csv", b'ID,Start time,Completion time\n"never closed', "broken.csv"),
    "empty": ("empty.csv", b"", "is empty"),
    "not a workbook": ("book.xlsx", b"PK\x03\x04 no archive", "is damaged"),
    "a mapping": ("mapping.toml", b"survey = 'x'", "lacks"),
    "real PCNs among fictional ones": ("map.csv", None, r"mix real PCNs \(U12345\) and fictional ones"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_failing_check_says_why_and_leaves_everything_where_it_was(fault: str, team: Path, tmp_path: Path) -> None:
    name, data, message = FAULTS[fault]
    if data is None:
        data = write_map(tmp_path / "real", {"U12345": "QHL"}, day="01Nov2026").read_bytes()
    before, snapshot = content(team), current(team)
    with pytest.raises(FileProblem, match=message) as problem:
        uploads.check(uploads.plan([(name, data)], team))
    assert str(tmp_path) not in str(problem.value) and "oversight-check-" not in str(problem.value)
    assert (content(team), current(team)) == (before, snapshot)


def test_fictional_and_real_are_refused_in_one_upload_too(tmp_path: Path) -> None:
    files = [
        ("a.csv", write_map(tmp_path / "a", PCNS).read_bytes()),
        ("b.csv", write_map(tmp_path / "b", {"U12345": "QHL"}, "01Nov2026").read_bytes()),
    ]
    with pytest.raises(FileProblem, match="fictional"):
        uploads.check(uploads.plan(files, tmp_path / "exports"))
    assert not (tmp_path / "exports").exists()


def test_the_first_upload_starts_a_programme_without_the_sample(sample: store.Snapshot, tmp_path: Path) -> None:
    files = given_files(write_programme(tmp_path / "given", {"U12345": "QHL"}, [response("U12345")]))
    checked = uploads.check(uploads.plan(files, tmp_path / "exports"))
    loads = store.ask("loads", store.Viewer(), sample).table
    assert (checked.responses, checked.fictional, len(checked.files)) == (1, False, 3)
    assert uploads.gone(loads, checked) == loads["file"].tolist()
    assert "sample" in uploads.standing(0, sample.fictional) and "sample" in uploads.gone_sentence(["x"], True)
    published = uploads.publish_checked(checked, tmp_path / "snapshots")
    assert sorted(uploads.team_files(tmp_path / "exports")) == sorted(name for name, _ in files)
    assert uploads.gone(store.ask("loads", store.Viewer(), tmp_path / "snapshots" / f"{published.snapshot_id}.duckdb").table, checked) == []


def test_files_of_the_present_snapshot_that_lie_elsewhere_are_named(team: Path, tmp_path: Path) -> None:
    extra = tmp_path / "elsewhere"
    write_map(extra, PCNS, day="01Nov2026")
    publish.build([team, extra], tmp_path / "snapshots")
    checked = uploads.check(uploads.plan([], team))
    lost = uploads.gone(store.ask("loads", store.Viewer(), tmp_path / "snapshots" / f"{current(team)}.duckdb").table, checked)
    assert lost == ["map-01Nov2026.csv"]
    assert "map-01Nov2026.csv" in uploads.gone_sentence(lost, False)


def test_a_publish_that_fails_puts_every_file_back(team: Path, tmp_path: Path) -> None:
    new = write_forms(tmp_path / "new", [response("F0001")] * 3, "Supervision(1-3).csv")
    checked = uploads.check(uploads.plan([(new.name, new.read_bytes()), ("more/extra.csv", b"a,b\n1,2\n")], team, ["waves.csv"][:0]))
    before = content(team)
    blocked = tmp_path / "a file, not a folder"
    blocked.write_text("", encoding="utf-8")
    with pytest.raises(FileProblem):
        uploads.publish_checked(checked, blocked, today=DAY)
    assert content(team) == before


def test_a_publish_that_is_cut_off_puts_every_file_back(team: Path, tmp_path: Path) -> None:
    new = write_forms(tmp_path / "new", [response("F0001")] * 3, "Supervision(1-3).csv")
    checked = uploads.check(uploads.plan([(new.name, new.read_bytes())], team))
    before, snapshot = content(team), current(team)

    def leave(step: str) -> None:
        assert (team / "surveys" / "Supervision(1-3).csv").exists()  # it was there when the reader went away
        raise KeyboardInterrupt(step)

    with pytest.raises(KeyboardInterrupt):
        uploads.publish_checked(checked, tmp_path / "snapshots", leave, DAY)
    assert (content(team), current(team)) == (before, snapshot)


def test_a_folder_that_changed_since_the_check_is_not_published(team: Path, tmp_path: Path) -> None:
    new = write_map(tmp_path / "new", PCNS, day="01Nov2026")
    checked = uploads.check(uploads.plan([(new.name, new.read_bytes())], team))
    write_map(team, PCNS, day="01Dec2026")
    before, snapshot = content(team), current(team)
    with pytest.raises(FileProblem, match="changed since this check"):
        uploads.publish_checked(checked, tmp_path / "snapshots")
    assert (content(team), current(team)) == (before, snapshot)


def test_a_file_that_cannot_be_written_is_said_and_the_others_go_back(team: Path, tmp_path: Path) -> None:
    files = [("waves.csv", WAVES.replace("Autumn", "Winter").encode()), ("x.csv", b"a\n1\n")]
    (team / "x.csv").mkdir()
    before = content(team)
    checked = uploads.check(uploads.plan(files, team))
    with pytest.raises(FileProblem, match="could not be read or written"):
        uploads.publish_checked(checked, tmp_path / "snapshots")
    assert content(team) == before


def test_an_older_export_of_the_same_form_under_another_name_is_pointed_out(team: Path, tmp_path: Path) -> None:
    new = write_forms(tmp_path / "new", [response("F0001"), response("F0002"), response("F0002")], "Renamed.csv")
    checked = uploads.check(uploads.plan([(new.name, new.read_bytes())], team))
    assert checked.responses == 3
    (sentence,) = uploads.twice_sentences(checked)
    assert "2 of the" in sentence and "take it out" in sentence
    assert uploads.twice_sentences(uploads.check(uploads.plan([], team))) == []


def test_a_mapping_is_listed_though_it_holds_no_rows(team: Path) -> None:
    checked = uploads.check(uploads.plan([("mine.toml", (MAPPINGS / "standard-questionnaire.toml").read_bytes())], team))
    row = checked.files.set_index("file").loc["mine.toml"]
    assert (row["what"], row["tool"], row["rows_read"]) == ("New", "mapping", 0)


def test_the_account_of_a_check_balances_and_names_the_reasons(team: Path, tmp_path: Path) -> None:
    new = write_forms(tmp_path / "new", [response("F0001"), response(""), response("F9999"), response("F9998")], "Supervision(1-4).csv")
    checked = uploads.check(uploads.plan([(new.name, new.read_bytes())], team))
    assert (checked.files["rows_read"] == checked.files["accepted"] + checked.files["quarantined"]).all()
    assert dict(zip(checked.quarantined["reason"], checked.quarantined["rows"], strict=True)) == {"pcn_blank": 1, "pcn_unknown": 2}
    assert checked.quarantined["example"].str.startswith("row ").all()


def test_the_blank_registers_are_read_as_registers(tmp_path: Path) -> None:
    archive = zipfile.ZipFile(io.BytesIO(uploads.templates()))
    assert set(archive.namelist()) == {*(f"{t.name}.csv" for t in REGISTERS), "READ ME.txt"}
    archive.extractall(tmp_path)
    for table in REGISTERS:
        reading = publish.exports.read(tmp_path / f"{table.name}.csv")
        assert reading is not None and (reading.tool, reading.rows_read) == (f"{registers.TOOL}:{table.name}", 0)
    text = archive.read("READ ME.txt").decode("utf-8-sig")
    assert all(f.meaning in text for t in REGISTERS for f in t.fields)


@pytest.mark.parametrize(("present", "fictional"), [(0, True), (0, False), (1, False), (12, True)])
def test_where_uploads_go_is_said_for_every_beginning(present: int, fictional: bool) -> None:
    said = uploads.standing(present, fictional)
    assert ("sample" in said) == (fictional and not present)
    assert ("1 file." in said) == (present == 1) and ("12 files." in said) == (present == 12)
