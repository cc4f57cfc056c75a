"""The folder of snapshots: order, what is kept, and that dying at any step loses nothing."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from oversight import history, publish, settings, snapshots
from oversight.model import BY_NAME, SCHEMA_VERSION
from oversight.snapshots import PUBLISHED, WENT_BACK


def made(folder: Path, name: str, hour: int = 0) -> str:
    """A file that stands for a snapshot, with a time of its own; its id is the letter sixteen times over."""
    path = folder / f"{name * 16}.duckdb"
    path.write_bytes(b"")
    stamp = datetime(2026, 10, 1, hour, tzinfo=UTC).timestamp()
    os.utime(path, (stamp, stamp))
    return name * 16


def letters(folder: Path) -> str:
    """The snapshots of a folder, the newest first, each by its letter."""
    return "".join(name[0] for name, _ in snapshots.order(folder))


def line(hour: int, what: str, name: str, before: str = "") -> str:
    return f"2026-10-01T{hour:02}:00:00Z,{what},{name * 16},{before * 16}\n"


def test_the_order_is_that_of_the_log_whatever_the_clock_did(tmp_path: Path) -> None:
    for name in "abc":
        made(tmp_path, name, 23)
    (tmp_path / "history.csv").write_text("when,what,snapshot_id,before\n" + line(9, PUBLISHED, "c") + line(12, PUBLISHED, "a", "c"))
    with (tmp_path / "history.csv").open("a") as log:
        log.write(line(2, PUBLISHED, "b", "a"))  # summer time ended, or somebody set the clock
    assert letters(tmp_path) == "bac"


def test_published_again_is_published_later_and_going_back_is_no_publish(tmp_path: Path) -> None:
    for name in "abc":
        snapshots.make_current(tmp_path, made(tmp_path, name), PUBLISHED)
    snapshots.make_current(tmp_path, "b" * 16, WENT_BACK)
    assert letters(tmp_path) == "cba" and snapshots.current(tmp_path) == "b" * 16
    snapshots.make_current(tmp_path, "a" * 16, PUBLISHED)
    assert letters(tmp_path) == "acb"
    assert [(e.what, e.snapshot_id[:1], e.before[:1]) for e in snapshots.events(tmp_path)] == [
        (PUBLISHED, "a", ""), (PUBLISHED, "b", "a"), (PUBLISHED, "c", "b"), (WENT_BACK, "b", "c"), (PUBLISHED, "a", "b"),
    ]  # fmt: skip


def test_the_same_snapshot_again_is_no_event(tmp_path: Path) -> None:
    for _ in range(3):
        assert snapshots.make_current(tmp_path, made(tmp_path, "a"), PUBLISHED)
    assert len(snapshots.events(tmp_path)) == 1


def test_without_a_line_the_time_of_the_file_gives_the_place(tmp_path: Path) -> None:
    for name, hour in {"a": 1, "b": 5, "c": 9, "d": 20}.items():
        made(tmp_path, name, hour)
    assert letters(tmp_path) == "dcba"  # no log at all: an older dashboard wrote none
    (tmp_path / "history.csv").write_text(line(4, PUBLISHED, "c") + line(8, PUBLISHED, "a", "c"))
    assert letters(tmp_path) == "dabc"
    when = dict(snapshots.order(tmp_path))
    assert when["c" * 16].hour == 4 and when["d" * 16].hour == 20


@pytest.mark.parametrize(
    "spoilt",
    [
        b"\x00\xff\xfe nonsense",
        b"2026-13-45T99:00:00Z,published,aaaaaaaaaaaaaaaa,\n",
        b'"quoted, and never closed\n2026-10-01T00:00',
        b"when,what,snapshot_id,before\r\n",
        b"\n\n\n",
        b"01/10/2026 09:00,published,aaaaaaaaaaaaaaaa,",
    ],
)
def test_a_spoilt_log_loses_no_snapshot_and_is_added_to_not_overwritten(tmp_path: Path, spoilt: bytes) -> None:
    made(tmp_path, "a", 1)
    (tmp_path / "history.csv").write_bytes(spoilt)
    assert letters(tmp_path) == "a" and snapshots.events(tmp_path) == []
    assert snapshots.make_current(tmp_path, made(tmp_path, "b", 2), PUBLISHED)
    assert (tmp_path / "history.csv").read_bytes().startswith(spoilt)
    assert [e.snapshot_id for e in snapshots.events(tmp_path)] == ["b" * 16]
    assert letters(tmp_path) == "ba"


@given(some.binary(max_size=300))
def test_whatever_stands_in_the_log_it_can_be_read(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("log")
    (folder / "history.csv").write_bytes(content)
    made(folder, "a")
    assert letters(folder) == "a"


@pytest.mark.parametrize(("kept", "left"), [(12, "fedcba"), (4, "fedcb"), (3, "fedb"), (2, "feb"), (1, "feb"), (0, "feb"), (-5, "feb")])
def test_the_oldest_go_and_never_the_current_one(tmp_path: Path, kept: int, left: str) -> None:
    for name in "abcdef":
        snapshots.make_current(tmp_path, made(tmp_path, name), PUBLISHED)
    snapshots.make_current(tmp_path, "b" * 16, WENT_BACK)
    removed = snapshots.prune(tmp_path, kept, ())
    assert letters(tmp_path) == left
    assert sorted(r[0] for r in removed) == sorted(set("abcdef") - set(left))


def test_what_is_open_elsewhere_stays_and_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abcde":
        snapshots.make_current(tmp_path, made(tmp_path, name), PUBLISHED)
    remove = Path.unlink

    def windows(self: Path, missing_ok: bool = False) -> None:
        if self.stem == "b" * 16:
            raise PermissionError(13, "The process cannot access the file because it is being used by another process")
        remove(self, missing_ok)

    monkeypatch.setattr(Path, "unlink", windows)
    assert snapshots.prune(tmp_path, 2, ()) == ["c" * 16, "a" * 16]
    monkeypatch.undo()
    assert snapshots.prune(tmp_path, 2, ()) == ["b" * 16]  # the next time


def published(out: Path, number: int, said: list[str] | None = None) -> str:
    """An empty snapshot, published by the production code."""
    snapshot_id = f"{number:016x}"
    row = {"snapshot_id": snapshot_id, "fictional": True, "data_until": date(2026, 10, 1), "schema_version": SCHEMA_VERSION}
    row |= {"intake_code": "0" * 16, "versions": "duckdb 2"}
    frames = {"snapshot": pd.DataFrame([row]), "response": pd.DataFrame(columns=list(BY_NAME["response"].columns))}
    publish._publish(frames, [], out, snapshot_id, [].append if said is None else said.append)
    return snapshot_id


def keep(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr(publish, "settings", lambda: settings.Settings({}, 10, 1, 7, snapshots_kept=number))


def test_a_publish_removes_the_oldest_and_keeps_the_one_people_look_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(monkeypatch, 3)
    ids = [published(tmp_path, number) for number in range(4)]
    assert [name for name, _ in snapshots.order(tmp_path)] == ids[:0:-1]  # the first is gone
    history.go_back(ids[1], tmp_path)
    last = published(tmp_path, 7)
    # three are kept, and the one that was current until now, though it is older
    assert [name for name, _ in snapshots.order(tmp_path)] == [last, ids[3], ids[2], ids[1]]


def test_the_setting_is_read_from_the_file() -> None:
    assert settings.settings().snapshots_kept == 12


def test_a_log_that_cannot_be_written_is_said_and_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = published(tmp_path, 1)
    rename = Path.replace

    def open_in_excel(self: Path, target: Path) -> Path:
        if Path(target).name == "history.csv":
            raise PermissionError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", open_in_excel)
    said: list[str] = []
    second = published(tmp_path, 2, said)
    assert snapshots.current(tmp_path) == second and any("history.csv could not be written" in text for text in said)
    assert {name for name, _ in snapshots.order(tmp_path)} == {second, first}


class Died(BaseException):
    """Stands for the end of the process: no handler of the product catches it."""


@pytest.mark.parametrize("after", [False, True], ids=["before the step", "after the step"])
def test_dying_at_any_step_of_a_publish_leaves_a_whole_current_one_and_the_next_publish_mends_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    keep(monkeypatch, 2)
    out = tmp_path
    for number in (1, 2):
        published(out, number)
    steps = 0
    for step in range(1, 20):
        before = snapshots.current(out)
        calls = [0]

        def dying(name: str, calls: list[int] = calls, step: int = step):
            done = getattr(Path, name)

            def call(self: Path, *given: object, **more: object) -> object:
                if self.parent != out:
                    return done(self, *given, **more)
                calls[0] += 1
                if calls[0] == step and not after:
                    raise Died
                result = done(self, *given, **more)
                if calls[0] == step:
                    raise Died
                return result

            return call

        with monkeypatch.context() as patch:
            for name in ("replace", "unlink", "write_text", "write_bytes"):
                patch.setattr(Path, name, dying(name))
            try:
                published(out, 10 + step)
            except Died:
                steps = step
        kept = history.listing(out)
        (current,) = [one for one in kept if one.current]
        assert current.snapshot is not None  # whole and readable, the old one or the new
        assert all(one.snapshot is not None for one in kept)
        if calls[0] < step:
            break
        mended = published(out, 10 + step)
        assert snapshots.current(out) == mended
        order = [name for name, _ in snapshots.order(out)]
        assert order[0] == mended and before in order and len(order) <= 3
        assert not list(out.glob(".building-*"))
    assert steps >= 6  # file to its id; log written and renamed; current written and renamed; the oldest removed
