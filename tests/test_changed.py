"""What changed, in words: right in number and grammar, and never more than the numbers allow."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest

from oversight import changed, history, stats, store

NAN = float("nan")


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (3082, 3202, "120 more responses (3,202 in all)"),
        (3202, 3082, "120 fewer responses (3,082 in all)"),
        (0, 1, "1 more response (1 in all)"),
        (2, 1, "1 fewer response (1 in all)"),
        (5, 5, "as many responses as before (5 in all)"),
        (0, 1500, "1,500 more responses (1,500 in all)"),
    ],
)
def test_responses(before: int, now: int, words: str) -> None:
    assert changed.responses_words(before, now) == words


def flows(added: int, gone: int, edited: int, reread: int) -> pd.DataFrame:
    return pd.DataFrame({"added": [added, 0], "gone": [0, gone], "edited": [edited, 0], "reread": [0, reread]}, dtype="Int64")


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((130, 10, 5, 3), "130 were added, 10 are gone, 5 have other answers and 3 are read differently"),
        ((1, 1, 1, 1), "1 was added, 1 is gone, 1 has other answers and 1 is read differently"),
        ((0, 0, 1200, 0), "1,200 have other answers"),
        ((120, 0, 0, 0), ""),  # the net number says it
        ((0, 0, 0, 0), ""),
    ],
)
def test_what_the_net_number_hides(numbers: tuple[int, int, int, int], words: str) -> None:
    assert changed.flow_words(flows(*numbers)) == words


def test_what_may_not_be_seen_is_not_told() -> None:
    assert changed.flow_words(flows(1, 1, 1, 1).assign(added=pd.NA, gone=pd.NA, edited=pd.NA, reread=pd.NA)) == ""


@pytest.mark.parametrize(
    ("present", "words"),
    [
        ({"Autumn": "now", "Spring": "both"}, "Autumn is new"),
        ({"Autumn": "now", "Spring": "now"}, "Autumn and Spring are new"),
        ({"Autumn": "before", "Spring": "both"}, "Autumn is gone"),
        ({"Autumn": "before", "Spring": "now"}, "Spring is new; Autumn is gone"),
        ({"Autumn": "both"}, ""),
        ({}, ""),
    ],
)
def test_waves(present: dict[str, str], words: str) -> None:
    rows = [(name.lower(), name, where) for name, where in present.items() for _ in range(3)]
    assert changed.waves_words(pd.DataFrame(rows, columns=["wave_id", "wave_name", "present"], dtype="object")) == words


def test_a_role_that_is_asked_for_the_first_time_makes_no_new_wave() -> None:
    rows = [("a", "Autumn", "both"), ("a", "Autumn", "now")]
    assert changed.waves_words(pd.DataFrame(rows, columns=["wave_id", "wave_name", "present"])) == ""


def coverage(*rows: tuple[str, int, int, int, int], element: str = "clinical_supervision", part_of: str | None = None) -> pd.DataFrame:
    """One element at some places: name, then x and n before and now, in the columns of ``history.coverage``."""
    table = pd.DataFrame([(*r, *stats.wilson(r[1], r[2]), *stats.wilson(r[3], r[4])) for r in rows])
    table.columns = ["name", "x1", "n1", "x2", "n2", "low1", "high1", "low2", "high2"]
    levels = ["england" if n == "England" else "region" for n in table["name"]]
    return stats.change(table).assign(level=levels, code=table["name"], element=element, part_of=part_of, withheld="")


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((480, 1000, 490, 1000), "48% then, 49% now: no clear difference"),
        ((480, 1000, 600, 1000), "48% then, 60% now: up 12.0 points"),
        ((600, 1000, 480, 1000), "60% then, 48% now: down 12.0 points"),
        ((480, 1000, 480, 1000), "48% then and now"),
        ((480, 1000, 960, 2000), "48% then, 48% now: no clear difference"),
    ],
)
def test_one_element(counts: tuple[int, int, int, int], words: str) -> None:
    row = coverage(("England", *counts)).iloc[0].to_dict()
    assert changed.coverage_words(row) == f"regular clinical or non-managerial supervision in England {words}"


def test_nothing_is_claimed_of_few_or_of_what_is_withheld() -> None:
    few, nobody = coverage(("England", 2, 9, 9, 9)).iloc[0].to_dict(), coverage(("England", 0, 0, 5, 10)).iloc[0].to_dict()
    withheld = coverage(("England", 480, 1000, 490, 1000)).iloc[0].to_dict() | {"share1": NAN, "share2": NAN}
    assert [changed.coverage_words(r) for r in (few, nobody, withheld)] == ["", "", ""]
    assert changed.clear_sentence(coverage(("London", 1, 9, 9, 9))) == "Nothing can be said about regions and ICBs: too few came or went"


def test_clear_changes_of_places() -> None:
    up, same = ("London", 100, 500, 200, 500), ("Midlands", 100, 500, 101, 500)
    assert changed.clear_sentence(coverage(same)) == "No element changed clearly in any region or ICB that can be compared"
    assert changed.clear_sentence(coverage(same, up)) == (
        "Clear changes: regular clinical or non-managerial supervision in London 20% then, 40% now: up 20.0 points"
    )
    assert changed.clear_sentence(coverage(*[(f"P{i}", *up[1:]) for i in range(5)])).endswith("; and 2 more in the table")
    assert changed.clear_sentence(coverage(("England", 100, 500, 200, 500))) == ""  # England is told by itself
    assert "No element" in changed.clear_sentence(pd.concat([coverage(same), coverage(up, part_of="point_of_contact")]))


@pytest.mark.parametrize(("sizes", "words"), [([], "no PCN changed band"), ([1], "1 PCN changed band"), ([10, 4], "14 PCNs changed band")])
def test_bands(sizes: list[int], words: str) -> None:
    assert changed.bands_words(pd.DataFrame({"pcns": sizes}, dtype=int)) == words


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ([], ""),
        (["Added"], "1 file was added"),
        (["Gone"], "1 file is gone"),
        (["Added", "Replaced", "Replaced", "Gone", "Gone"], "1 file was added, 2 were replaced and 2 are gone"),
        (["Renamed", "Renamed"], "2 files were renamed"),
    ],
)
def test_files(what: list[str], words: str) -> None:
    assert changed.files_words(pd.DataFrame({"what": what}, dtype="object")) == words


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        ([], ""),
        (["Setting"], "1 setting differs"),
        (["Mapping", "Mapping", "Setting", "Version"], "1 setting, 2 mappings and 1 version differ"),
    ],
)
def test_definitions(kinds: list[str], words: str) -> None:
    assert changed.definitions_words(pd.DataFrame({"kind": kinds}, dtype="object")) == words


def test_times_are_those_of_london_in_summer_and_winter() -> None:
    assert changed.moment(datetime(2026, 10, 4, 13, 2, tzinfo=UTC)) == "4 October 2026, 14:02"
    assert changed.moment(datetime(2026, 11, 4, 13, 2, tzinfo=UTC)) == "4 November 2026, 13:02"
    assert changed.moment(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "1 July 2026, 00:30"


def listed(state: list[str], fictional: list[bool | None]) -> pd.DataFrame:
    when = [datetime(2026, 10, day + 1, 12, tzinfo=UTC) for day in range(len(state))]
    table = pd.DataFrame({"snapshot_id": ["0123456789abcdef"] * len(state), "when": when, "state": state, "fictional": fictional})
    return table.assign(data_until=[None] * len(state), responses=NAN, files=NAN, quarantined=NAN)


def test_the_list_in_words() -> None:
    assert (
        changed.kept_sentence(listed(["Current"], [True])) == "1 snapshot is kept; the current one was published on 1 October 2026, 13:00"
    )
    assert changed.kept_sentence(listed(["", "", ""], [True] * 3)) == "3 snapshots are kept"
    mixed = changed.kept(listed(["Current", "", "Cannot be read"], [False, True, None]))
    assert mixed["data"].tolist()[:2] == ["Real", "Fictional"] and mixed["short"].tolist() == ["01234567"] * 3
    assert "data" not in changed.kept(listed(["Current", ""], [True, True]))


def test_the_names_to_choose_from_say_which_is_real_only_where_both_are_kept(twice: tuple[store.Snapshot, store.Snapshot]) -> None:
    when = datetime(2026, 10, 4, 13, 2, tzinfo=UTC)
    one, two = twice
    kept = [
        history.Kept(two.snapshot_id, when, True, two),
        history.Kept("a" * 16, when, False, None),
        history.Kept(one.snapshot_id, when, False, one),
    ]
    names = changed.names(kept, {one.snapshot_id: 1, two.snapshot_id: 3202})
    assert names == {
        two.snapshot_id: f"4 October 2026, 14:02: 3,202 responses ({two.snapshot_id[:8]}), current",
        one.snapshot_id: f"4 October 2026, 14:02: 1 response ({one.snapshot_id[:8]})",
    }
    real = store.Snapshot(one.path, one.snapshot_id, False, None)
    names = changed.names([kept[0], history.Kept(one.snapshot_id, when, False, real)], {one.snapshot_id: 1, two.snapshot_id: 2})
    assert names[one.snapshot_id].endswith(", real") and names[two.snapshot_id].endswith(", fictional, current")


def test_the_whole_is_told_as_it_was_counted(twice: tuple[store.Snapshot, store.Snapshot]) -> None:
    when = datetime(2026, 10, 4, 13, 2, tzinfo=UTC)
    inside = history.changes(store.Viewer(audience="internal"), *twice)
    before, now = inside.totals
    sentence = changed.since_sentence(inside, when)
    assert sentence.startswith(
        f"Since the snapshot of 4 October 2026, 14:02: {now - before} more responses ({now:,} in all); regular clinical"
    )
    assert sentence.endswith(("no clear difference.", "points.", "then and now."))
    assert changed.since_bands(inside, when) == f"Since the snapshot of 4 October 2026, 14:02, {len(inside.bands)} PCNs changed band."
    said = changed.sentences(inside)
    assert said[0].startswith(f"{now - before} more responses") and "have other answers" in said[0]
    assert f"{len(inside.bands)} PCNs changed band." in said and "1 file was replaced." in said
    outside = changed.sentences(history.changes(store.Viewer(audience="shareable"), *twice))
    assert outside[0] == f"{now - before} more responses ({now:,} in all)."
    same = changed.sentences(history.changes(store.Viewer(audience="internal"), twice[1], twice[1]))
    assert (
        same[0] == f"As many responses as before ({now:,} in all)." and "The files are the same." in same and "No PCN changed band." in same
    )


def test_tables_hold_only_what_differs_and_may_be_seen(twice: tuple[store.Snapshot, store.Snapshot]) -> None:
    inside, outside = (history.changes(store.Viewer(audience=a), *twice) for a in ("internal", "shareable"))
    shown, shared = changed.responses(inside.responses), changed.responses(outside.responses)
    assert set(shown["wave_id"]) == {"2026-2-autumn"} and {"added", "edited"} <= set(shown) and "gone" not in shown
    assert not {"added", "gone", "edited", "reread"} & set(shared) and len(shared)
    assert changed.responses(history.responses(store.Viewer(audience="internal"), twice[1], twice[1])).empty
    rows = changed.coverage(inside.coverage, ["england"])
    assert len(rows) == 4 and rows["share_now"].str.fullmatch(r"\d+% \(\d+% to \d+%\)").all()
    assert set(rows["change"]) <= {"Up", "Down", "No clear change", "The same"} and (rows["points"] != "").all()
    hidden = changed.coverage(outside.coverage, ["icb"])
    assert (hidden.loc[hidden["difference"].isna(), ["change", "points"]] == "").all(axis=None)
    bands = changed.bands(inside.bands)
    assert len(bands) == changed.moved(inside.moved)["pcns"].sum() and (bands["was"] != bands["is"]).all()
    (form,) = changed.files(inside.files).to_dict("records")
    assert form["what"].startswith("Replaces Supervision") and "/" not in form["name"]
