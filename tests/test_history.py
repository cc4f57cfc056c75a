"""Going back, and two snapshots compared: against a plain recount of their tables, and with what a difference would give away left out."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from oversight import __main__ as command_line
from oversight import disclosure, history, snapshots, stats, store
from oversight.settings import SAMPLE

INTERNAL, SHAREABLE = store.Viewer(audience="internal"), store.Viewer(audience="shareable")
ONE_REGION = store.Viewer(regions=frozenset({"Y60"}), audience="internal")
WAVE = "2026-2-autumn"
Two = tuple[store.Snapshot, store.Snapshot]


@pytest.fixture
def folder(twice: Two, tmp_path: Path) -> Path:
    """A copy of the two snapshots, to do harm to."""
    for path in twice[0].path.parent.iterdir():
        if path.is_file() and path.name != ".lock":
            shutil.copy2(path, tmp_path)
    return tmp_path


def rows(snapshot: store.Snapshot, sql: str) -> list[tuple]:
    """The snapshot's own tables, read without the product's queries."""
    with duckdb.connect(str(snapshot.path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


# --- the list, and the way back ---------------------------------------------------------------------------------------


def test_the_list_says_what_each_snapshot_holds(twice: Two) -> None:
    before, after = twice
    kept = history.listing(after.path.parent)
    assert [(one.snapshot_id, one.current, one.state) for one in kept] == [(after.snapshot_id, True, ""), (before.snapshot_id, False, "")]
    table = history.table(kept, SHAREABLE).set_index("snapshot_id")
    for snapshot in twice:
        ((responses,),) = rows(snapshot, "SELECT count(*) FROM response")
        ((files, aside),) = rows(snapshot, "SELECT count(*), sum(quarantined) FROM load")
        found = table.loc[snapshot.snapshot_id]
        assert (found["responses"], found["files"], found["quarantined"]) == (responses, files, aside)
    assert history.table([], INTERNAL).empty and history.listing(SAMPLE) == []


def test_what_cannot_be_read_is_listed_all_the_same(folder: Path, twice: Two) -> None:
    old, damaged, other = (folder / f"{letter * 16}.duckdb" for letter in "abc")
    for path in (old, other):
        shutil.copy(twice[0].path, path)
    with duckdb.connect(str(old)) as connection:
        connection.execute("UPDATE snapshot SET schema_version = '0'")
    damaged.write_bytes(b"no database at all")
    with duckdb.connect(str(other)) as connection:
        connection.execute("DROP TABLE snapshot")
    (folder / ".building-77.duckdb").write_bytes(b"")
    states = {one.snapshot_id: one.state for one in history.listing(folder)}
    assert states == {
        "a" * 16: history.OTHER_VERSION, "b" * 16: history.DAMAGED, "c" * 16: history.DAMAGED, **{s.snapshot_id: "" for s in twice},
    }  # fmt: skip
    table = history.table(history.listing(folder), INTERNAL)
    assert table["responses"].notna().sum() == 2
    for name, why in (("a" * 16, "another version"), ("b" * 16, "damaged"), ("c" * 16, "damaged")):
        with pytest.raises(history.CannotGoBack, match=why):
            history.go_back(name, folder)
    assert snapshots.current(folder) == twice[1].snapshot_id
    assert all(event.what == "published" for event in snapshots.events(folder))


def test_going_back_and_forth(folder: Path, twice: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = twice
    monkeypatch.setenv("OVERSIGHT_SNAPSHOTS", str(folder))
    total = {s.snapshot_id: len(rows(s, "SELECT response_id FROM response")) for s in twice}
    for target in (before, after, before):
        found = history.go_back(target.snapshot_id)
        assert found.snapshot_id == target.snapshot_id
        # whoever asks next is answered from it: nothing is remembered of the other
        assert store.ask("snapshot", SHAREABLE).table["responses"].iloc[0] == total[target.snapshot_id]
    assert [e.what for e in snapshots.events(folder)][-3:] == ["went back"] * 3
    assert [one.snapshot_id for one in history.listing()] == [after.snapshot_id, before.snapshot_id]  # the order is that of publishing


@pytest.mark.parametrize(
    ("name", "why"),
    [("", "no snapshot id"), ("../current", "no snapshot id"), ("0" * 16, "no snapshot 0"), ("NAME", "no snapshot id"), (None, "already")],
)
def test_going_nowhere_says_why(folder: Path, twice: Two, name: str | None, why: str) -> None:
    log = (folder / "history.csv").read_bytes()
    with pytest.raises(history.CannotGoBack, match=why):
        history.go_back(twice[1].snapshot_id if name is None else name, folder)
    assert (folder / "history.csv").read_bytes() == log and snapshots.current(folder) == twice[1].snapshot_id


def test_a_snapshot_under_another_name_or_with_rows_missing_is_not_gone_back_to(folder: Path, twice: Two) -> None:
    shutil.copy(twice[0].path, folder / f"{'d' * 16}.duckdb")
    with pytest.raises(history.CannotGoBack, match="another snapshot than its name says"):
        history.go_back("d" * 16, folder)
    with duckdb.connect(str(folder / twice[0].path.name)) as connection:
        connection.execute("DELETE FROM wave")
    with pytest.raises(history.CannotGoBack, match="damaged"):
        history.go_back(twice[0].snapshot_id, folder)


def test_a_damaged_file_is_refused_and_never_becomes_current(folder: Path, twice: Two) -> None:
    path, chance = folder / twice[0].path.name, random.Random(11)
    whole = path.read_bytes()
    for number in range(24):
        spoilt = bytearray(whole)
        if number % 3 == 0:
            del spoilt[chance.randrange(len(spoilt)) :]
        for _ in range((0, 1, 300)[number % 3]):
            spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
        path.write_bytes(spoilt)
        with pytest.raises(history.CannotGoBack):
            history.go_back(twice[0].snapshot_id, folder)
        assert snapshots.current(folder) == twice[1].snapshot_id
    path.write_bytes(whole)
    assert history.go_back(twice[0].snapshot_id, folder).snapshot_id == twice[0].snapshot_id


def test_while_somebody_publishes_going_back_waits_and_then_says_so(folder: Path, twice: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    real = snapshots.lock
    monkeypatch.setattr(snapshots, "lock", lambda where, timeout=-1: real(where, timeout=0.05))
    import filelock

    with filelock.FileLock(folder / ".lock"), pytest.raises(history.CannotGoBack, match="Somebody else is publishing"):
        history.go_back(twice[0].snapshot_id, folder)


def kept(name: str, fictional: bool | None) -> history.Kept:
    found = None if fictional is None else store.Snapshot(Path(name), name, fictional, None)
    return history.Kept(name, datetime(2026, 10, 1, tzinfo=UTC), False, found)


def test_the_one_before_is_readable_of_the_same_kind_and_older() -> None:
    listed = [kept("e", True), kept("d", False), kept("c", None), kept("b", True), kept("a", False)]
    assert history.earlier(listed, listed[0].snapshot).snapshot_id == "b"  # type: ignore[union-attr,arg-type]
    assert history.earlier(listed, listed[1].snapshot).snapshot_id == "a"  # type: ignore[union-attr,arg-type]
    assert history.earlier(listed, listed[4].snapshot) is None  # type: ignore[arg-type]
    assert history.earlier([], listed[0].snapshot) is None  # type: ignore[arg-type]


def test_fictional_is_never_compared_with_real(twice: Two) -> None:
    real = store.Snapshot(twice[0].path, twice[0].snapshot_id, False, None)
    with pytest.raises(history.NotComparable):
        history.changes(INTERNAL, real, twice[1])


def test_the_command_line_lists_and_goes_back(folder: Path, twice: Two, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setenv("OVERSIGHT_SNAPSHOTS", str(folder))
    before, after = twice
    assert command_line.main(["history"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert after.snapshot_id in lines[1] and "Current" in lines[1] and before.snapshot_id in lines[2]
    assert command_line.main(["back", before.snapshot_id]) == 0
    assert f"back {after.snapshot_id}" in capsys.readouterr().out  # how to undo it
    assert command_line.main(["ask", "snapshot", "--format", "csv"]) == 0
    assert before.snapshot_id in capsys.readouterr().out
    assert command_line.main(["ask", "snapshot", "--snapshot", after.snapshot_id, "--format", "csv"]) == 0
    assert after.snapshot_id in capsys.readouterr().out
    assert command_line.main(["back", before.snapshot_id]) == 1
    assert "already" in capsys.readouterr().err
    monkeypatch.setenv("OVERSIGHT_SNAPSHOTS", str(folder / "nothing"))
    assert command_line.main(["history"]) == 1
    assert "No snapshot has been published yet" in capsys.readouterr().err


# --- what changed -----------------------------------------------------------------------------------------------------


def responses_of(snapshot: store.Snapshot) -> dict[tuple[str, str, str], dict[tuple[str, int], str | None]]:
    """(response, wave, role) -> its answers by question and item, as exported."""
    found: dict[tuple[str, str, str], dict[tuple[str, int], str | None]] = {
        key: {} for key in rows(snapshot, "SELECT response_id, wave_id, respondent_kind FROM response")
    }
    by_id = {key[0]: key for key in found}
    for response, question, item, value in rows(snapshot, "SELECT response_id, question_id, item, value FROM answer"):
        found[by_id[response]][question, item] = value
    return found


def test_responses_that_came_went_and_changed_are_those_of_a_plain_recount(twice: Two) -> None:
    one, two = (responses_of(s) for s in twice)
    expected = {
        "before": Counter(key[1:] for key in one),
        "now": Counter(key[1:] for key in two),
        "added": Counter(key[1:] for key in two.keys() - one.keys()),
        "gone": Counter(key[1:] for key in one.keys() - two.keys()),
        "edited": Counter(key[1:] for key in one.keys() & two.keys() if one[key] != two[key]),
    }
    assert sum(expected["edited"].values()) >= 1 and sum(expected["added"].values()) > 200  # there is something to find
    for found, flows in ((history.responses(INTERNAL, *twice), True), (history.responses(SHAREABLE, *twice), False)):
        table = found.set_index(["wave_id", "role"])
        for name, counts in expected.items():
            if name in ("before", "now") or flows:
                assert {k: v for k, v in table[name].to_dict().items() if v} == dict(counts)
            else:
                assert table[name].isna().all()
    back = history.responses(INTERNAL, twice[1], twice[0]).set_index(["wave_id", "role"])
    assert back["gone"].sum() == sum(expected["added"].values()) and back["added"].sum() == sum(expected["gone"].values())
    assert (back["before"] + back["added"] - back["gone"] == back["now"]).all()
    assert history.responses(ONE_REGION, *twice)["added"].isna().all()  # single rows are for those who see all regions


def test_what_is_read_differently_is_not_what_was_said_differently(folder: Path, twice: Two) -> None:
    path = folder / f"{'e' * 16}.duckdb"
    shutil.copy(twice[1].path, path)
    with duckdb.connect(str(path)) as connection:
        ids = [
            r[0]
            for r in connection.execute("SELECT response_id FROM response WHERE respondent_kind = 'splw' ORDER BY 1 LIMIT 3").fetchall()
        ]
        connection.execute("UPDATE answer_words SET code = 'no' WHERE question_id = 'first_contact' AND code = 'yes'")
        touched = connection.execute(
            "SELECT count(DISTINCT response_id) FROM answer WHERE question_id = 'first_contact' AND code = 'no'"
        ).fetchall()
        was = rows(twice[1], "SELECT count(*) FROM answer WHERE question_id = 'first_contact' AND code = 'no'")
        connection.execute("UPDATE response SET respondent_kind = 'hwb_coach' WHERE response_id = $id", {"id": ids[0]})
        connection.execute("UPDATE snapshot SET snapshot_id = 'eeeeeeeeeeeeeeee'")
    changed = history.responses(INTERNAL, twice[1], store.find_snapshot(path))
    assert changed["edited"].sum() == 0
    moved = 1  # gone from the one role and added to the other
    assert (changed["added"].sum(), changed["gone"].sum()) == (moved, moved)
    assert touched[0][0] - was[0][0] - changed["reread"].sum() in (0, 1)  # all but the one that moved, if it was among them
    assert (changed["before"] + changed["added"] - changed["gone"] == changed["now"]).all()


def naive_first_contact(snapshot: store.Snapshot) -> dict[tuple[str, str], tuple[int, int]]:
    """Place -> (yes, answered) of link workers in the newest wave, counted row by row."""
    found: dict[tuple[str, str], list[int]] = {}
    sql = f"SELECT icb_code, region_code, first_contact FROM response WHERE wave_id = '{WAVE}' AND respondent_kind = 'splw'"
    for icb, region, state in rows(snapshot, sql):
        for place in (("england", "ENG"), ("region", region), ("icb", icb)):
            count = found.setdefault(place, [0, 0])
            count[0] += state == "yes"
            count[1] += state in ("yes", "no", "dont_know")
    return {place: (x, n) for place, (x, n) in found.items()}


def test_coverage_of_both_is_that_of_a_plain_recount_and_a_change_is_one_only_with_its_interval(twice: Two) -> None:
    one, two = (naive_first_contact(s) for s in twice)
    table = history.coverage(INTERNAL, *twice, WAVE, "splw")
    found = table[table["element"] == "first_contact"].set_index(["level", "code"])
    assert len(found) == 1 + 7 + 36
    for place, row in found.iterrows():
        assert (row["x1"], row["n1"]) == one.get(place, (0, 0)) and (row["x2"], row["n2"]) == two.get(place, (0, 0))
        low, high = stats.wilson(row["x2"], row["n2"])
        if row["n2"]:
            assert (row["low2"], row["high2"]) == pytest.approx((float(low), float(high)))
    changes = table[table["verdict"].isin(["lower", "higher"])]
    assert ((changes["low"] > 0) | (changes["high"] < 0)).all()
    quiet = table[table["verdict"] == "similar"]
    assert ((quiet["low"] <= 0) & (quiet["high"] >= 0)).all()
    assert not table.duplicated(["level", "code", "element"]).any()
    assert table["level"].drop_duplicates().tolist() == ["england", "region", "icb"]


def test_a_place_or_a_wave_that_is_in_one_only(twice: Two, folder: Path) -> None:
    path = folder / f"{'f' * 16}.duckdb"
    shutil.copy(twice[0].path, path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE snapshot SET snapshot_id = 'ffffffffffffffff'")
        connection.execute(f"DELETE FROM answer_cell WHERE words IN (SELECT words FROM answer_words WHERE wave_id = '{WAVE}')")
        for table in ("answer_words", "question", "response", "wave"):
            connection.execute(f"DELETE FROM {table} WHERE wave_id = '{WAVE}'")
    without = store.find_snapshot(path)
    new = history.changes(INTERNAL, without, twice[1])
    assert new.wave is None and new.coverage.empty and new.moved.empty and new.bands.empty
    autumn = new.responses[new.responses["wave_id"] == WAVE]
    assert set(autumn["present"]) == {"now"} and (autumn["before"] == 0).all() and (autumn["added"] == autumn["now"]).all()
    gone = history.changes(INTERNAL, twice[1], without, WAVE)
    assert gone.wave is None and set(gone.responses.loc[gone.responses["wave_id"] == WAVE, "present"]) == {"before"}
    spring = history.changes(INTERNAL, without, twice[1], "2026-1-spring")
    assert spring.wave and (spring.coverage["x1"] == spring.coverage["x2"]).all()


def test_bands_are_those_of_both_and_only_counts_leave_the_building(twice: Two) -> None:
    one, two = (store.ask("priority", INTERNAL, s, wave=WAVE, role="splw").table.set_index("pcn_code")["band"].to_dict() for s in twice)
    expected = {code: (one[code], two[code]) for code in one if one[code] != two[code]}
    inside, outside = (history.changes(viewer, *twice, WAVE) for viewer in (INTERNAL, SHAREABLE))
    assert {r.pcn_code: (r.band1, r.band2) for r in inside.bands.itertuples()} == expected and len(expected) > 20
    assert outside.bands.empty
    for changes in (inside, outside):
        assert {(r.band1, r.band2): r.pcns for r in changes.moved.itertuples()} == Counter(expected.values())
    region = history.changes(INTERNAL, *twice, WAVE, "splw", "Y60").bands
    assert 0 < len(region) < len(expected) and set(region["region_code"]) == {"Y60"}
    assert set(history.changes(ONE_REGION, *twice, WAVE).bands["pcn_code"]) == set(region["pcn_code"])


def test_the_same_snapshot_twice_shows_no_change(twice: Two) -> None:
    same = history.changes(INTERNAL, twice[1], twice[1])
    assert same.moved.empty and same.bands.empty and same.files.empty and same.definitions.empty
    assert (same.responses[["added", "gone", "edited", "reread"]] == 0).all(axis=None)
    assert (same.coverage["verdict"].isin(["similar", ""])).all()


def load(*files: tuple[str, str, int]) -> pd.DataFrame:
    return pd.DataFrame([(f, sha, "microsoft_forms", n) for f, sha, n in files], columns=["file", "sha256", "tool", "rows_read"])


def test_files_are_added_replaced_renamed_or_gone(monkeypatch: pytest.MonkeyPatch, twice: Two) -> None:
    one = load(
        ("a.csv", "1", 5), ("s/Form(1-9).xlsx", "2", 9), ("b.csv", "3", 1), ("old.csv", "4", 2), ("same.csv", "5", 7), ("copy.csv", "5", 7)
    )
    two = load(("a.csv", "6", 6), ("Form (1-12).xlsx", "7", 12), ("c.csv", "3", 1), ("new.csv", "8", 3), ("same.csv", "5", 7))
    monkeypatch.setattr(history, "_ask", lambda *_, **__: (one, two))
    found = history.files(INTERNAL, *twice).astype(object)
    told = {(r.file, r.what): (r.was, r.rows_read1, r.rows_read2) for r in found.itertuples()}
    assert {k: tuple(None if pd.isna(v) else v for v in values) for k, values in told.items()} == {
        ("a.csv", "Replaced"): ("a.csv", 5, 6),
        ("Form (1-12).xlsx", "Replaced"): ("s/Form(1-9).xlsx", 9, 12),
        ("c.csv", "Renamed"): ("b.csv", 1, 1),
        ("new.csv", "Added"): (None, None, 3),
        ("old.csv", "Gone"): (None, 2, None),
        ("copy.csv", "Gone"): (None, 7, None),
    }
    monkeypatch.undo()
    (form,) = history.files(INTERNAL, *twice).to_dict("records")
    assert (form["what"], form["rows_read1"], form["rows_read2"]) == ("Replaced", 1348, 1594)


def test_settings_mappings_and_versions_that_differ(folder: Path, twice: Two) -> None:
    path = folder / f"{'9' * 16}.duckdb"
    shutil.copy(twice[1].path, path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE snapshot SET snapshot_id = '9999999999999999', versions = 'duckdb 9.9, pandas 3', intake_code = '77'")
        connection.execute("UPDATE setting SET value = 250 WHERE name = 'places'")
        connection.execute("UPDATE mapping SET sha256 = 'abcdef0123', text = 'x' WHERE file = 'standard-questionnaire.toml'")
        connection.execute("DELETE FROM mapping WHERE file = 'spring-2026.toml'")
    found = history.definitions(SHAREABLE, twice[1], store.find_snapshot(path))
    told = {(r.kind, r.name): (r.before, r.now) for r in found.itertuples()}
    assert told["Setting", "places"] == ("100", "250")
    assert told["Mapping", "standard-questionnaire.toml"][1] == "abcdef01"
    assert pd.isna(told["Mapping", "spring-2026.toml"][1])
    assert told["Version", "duckdb"] == (duckdb.__version__, "9.9") and pd.isna(told["Version", "openpyxl"][1])
    assert told["Version", "the code that reads files"][1] == "77"
    assert ("Setting", "supervision_weeks") not in told


def test_mappings_are_kept_word_by_word_and_stay_inside(twice: Two) -> None:
    texts = store.ask("mapping_texts", INTERNAL, twice[1]).table.set_index("file")["text"]
    folders = {"standard-questionnaire.toml": SAMPLE.parent / "reference" / "mappings", "spring-2026.toml": SAMPLE / "mappings"}
    assert set(texts.index) == set(folders)
    for name, where in folders.items():
        assert texts[name] == (where / name).read_text(encoding="utf-8")
    assert store.ask("mapping_texts", SHAREABLE, twice[1]).table.empty
    assert store.ask("mapping_texts", ONE_REGION, twice[1]).table.empty


# --- what a difference would give away --------------------------------------------------------------------------------


def two_counts(x1: int, n1: int, x2: int, n2: int, level: str = "icb", audience: str = "shareable") -> dict:
    table = pd.DataFrame([{"level": level, "code": "X", "name": "X", "element": "first_contact", "x1": x1, "n1": n1, "x2": x2, "n2": n2}])
    return disclosure.between(stats.change(table.assign(withheld="")), audience).iloc[0].to_dict()


@pytest.mark.parametrize(
    ("counts", "icb", "england"),
    [
        ((20, 40, 30, 60), True, True),
        ((20, 40, 21, 43), False, False),  # three came: one said yes
        ((20, 40, 20, 40), False, True),  # nobody came: at an ICB nothing is shown under ten
        ((20, 40, 21, 40), False, False),  # one changed their mind
        ((20, 40, 32, 40), False, True),  # twelve are read differently
        ((20, 40, 29, 49), False, False),  # nine came
        ((20, 40, 30, 50), True, True),  # ten came and all said yes: nobody is not somebody
        ((20, 40, 23, 52), False, False),  # twelve came: three said yes
        ((20, 40, 29, 52), False, False),  # twelve came: three did not
        ((30, 60, 20, 40), True, True),  # those who went are as much a group
        ((21, 43, 20, 40), False, False),
        ((20, 40, 8, 9), False, False),  # too few now
        ((3, 40, 30, 80), False, False),  # too small a number then
    ],
)
def test_what_the_difference_would_tell_is_left_out(counts: tuple[int, int, int, int], icb: bool, england: bool) -> None:
    for level, shown in (("icb", icb), ("england", england), ("region", england)):
        row = two_counts(*counts, level=level)
        numbers = [row[c] for c in ("x1", "n1", "x2", "n2", "share1", "share2", "difference", "low", "high")]
        assert all(pd.notna(v) for v in numbers) if shown else all(pd.isna(v) for v in numbers), (level, row)
        assert (row["withheld"] == "") == shown
        assert pd.notna(two_counts(*counts, level=level, audience="internal")["x1"])


@pytest.mark.parametrize("role", ["splw", "care_coordinator", "gp_supervisor"])
@pytest.mark.parametrize("wave", [WAVE, "2026-1-spring"])
def test_no_shareable_comparison_holds_a_number_that_gives_people_away(twice: Two, role: str, wave: str) -> None:
    """The rule stated a second time with its own numbers, against the counts seen inside."""
    inside = history.coverage(INTERNAL, *twice, wave, role)
    outside = history.coverage(SHAREABLE, *twice, wave, role)
    assert inside[["level", "code", "element"]].equals(outside[["level", "code", "element"]])
    hidden = 0
    for row, seen in zip(inside.to_dict("records"), outside.to_dict("records"), strict=True):
        x, n = abs(row["x2"] - row["x1"]), abs(row["n2"] - row["n1"])
        without = abs((row["n2"] - row["x2"]) - (row["n1"] - row["x1"]))
        both = pd.notna(seen["n1"]) and pd.notna(seen["n2"])
        if row["level"] == "icb" and n < 10:
            assert not both
        if 0 < n < 10 or x in range(1, 8) or without in range(1, 8) or min(row["n1"], row["n2"]) < 10:
            assert not both
        hidden += not both
        if not both:
            numbers = ("x1", "n1", "x2", "n2", "share1", "share2", "low1", "high1", "low2", "high2", "difference", "low", "high", "verdict")
            assert all(pd.isna(seen[name]) for name in numbers) and seen["withheld"]
    assert hidden and hidden >= (inside["level"] == "icb").sum() * 0.5
