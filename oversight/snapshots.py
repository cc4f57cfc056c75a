"""The folder of snapshots: which one is current, in which order they were published, and which are kept.

A snapshot's id holds no clock, so ``history.csv`` says what happened when: a line for every publish and every going back, in
the order in which they happened. It is written before ``current``, each in one step, so whatever stops a build or a machine in
between, ``current`` names a whole snapshot and a snapshot without a line is listed all the same, by the time of its file.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import filelock

LOG = "history.csv"
#: The folder of decided plans, beside the snapshots.
PLANS = "plans"
PUBLISHED, WENT_BACK = "published", "went back"
ID = re.compile(r"[0-9a-f]{16}")
#: The current snapshot and the one before it are never removed, whatever the setting says.
FEWEST = 2

_HEADER = b"when,what,snapshot_id,before\n"
_LINE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ),(published|went back),([0-9a-f]{16}),([0-9a-f]{16})?")
_NAMED = re.compile(rb'"snapshot_id"\s*:\s*"([0-9a-f]{16})"')
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Event:
    """One line of the log: when (UTC), what, the snapshot that became current and the one that was ("" for none)."""

    when: datetime
    what: str
    snapshot_id: str
    before: str


def lock(folder: Path, timeout: float = -1) -> filelock.BaseFileLock:
    """Held by whoever publishes, goes back or removes snapshots; readers need none."""
    return filelock.FileLock(folder / ".lock", timeout=timeout)


def current(folder: Path) -> str:
    """Id of the current snapshot; "" when there is none."""
    try:
        return (folder / "current").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""


def make_current(folder: Path, snapshot_id: str, what: str) -> bool:
    """Write the log's line, then point ``current`` to the snapshot; nothing when it is current already and the log agrees.

    The lock must be held. Returns whether the log could be written: a spreadsheet that has it open on Windows must stop nobody.
    """
    before, last = current(folder), events(folder)[-1:]
    if before == snapshot_id and all(event.snapshot_id == snapshot_id for event in last):
        return True
    logged = _record(folder, what, snapshot_id, before)
    set_current(folder, snapshot_id)
    return logged


def set_current(folder: Path, snapshot_id: str) -> None:
    """Make a snapshot the current one in one step (Windows cannot replace a file that is open, so nobody keeps it open)."""
    temporary = folder / ".current.tmp"
    temporary.write_text(snapshot_id + "\n", encoding="utf-8")
    temporary.replace(folder / "current")


def events(folder: Path) -> list[Event]:
    """The lines of the log in their order. What cannot be read is passed over, and stays in the file as it stands."""
    found = []
    for line in _log(folder).decode("utf-8", "replace").splitlines():
        if cells := _LINE.fullmatch(line.strip()):
            try:
                when = datetime.strptime(cells[1], _TIME).replace(tzinfo=UTC)
            except ValueError:  # a month of 13
                continue
            found.append(Event(when, cells[2], cells[3], cells[4] or ""))
    return found


def _log(folder: Path) -> bytes:
    try:
        return (folder / LOG).read_bytes()
    except OSError:
        return b""


def _record(folder: Path, what: str, snapshot_id: str, before: str) -> bool:
    """Add one line in one step: a kill leaves the old file or the new one, never a part of a line."""
    try:
        old = (folder / LOG).read_bytes() if (folder / LOG).exists() else b""
        line = f"{datetime.now(UTC).strftime(_TIME)},{what},{snapshot_id},{before}\n".encode()
        temporary = folder / ".history.tmp"
        temporary.write_bytes((old or _HEADER) + (b"" if (old or b"\n").endswith(b"\n") else b"\n") + line)
        temporary.replace(folder / LOG)
    except OSError:
        return False
    return True


def order(folder: Path) -> list[tuple[str, datetime]]:
    """Every snapshot file with when it was last published (UTC), the newest first.

    The log's own order counts, whatever clocks did; a file without a line stands where the time of its file puts it.
    """
    present = {p.stem: p for p in folder.glob("*.duckdb") if ID.fullmatch(p.stem)}
    logged: dict[str, datetime] = {}
    for event in events(folder):
        if event.what == PUBLISHED and event.snapshot_id in present:
            logged.pop(event.snapshot_id, None)  # published again: its place is the later one
            logged[event.snapshot_id] = event.when
    found = list(logged.items())
    for when, snapshot_id in sorted((_time(path), name) for name, path in present.items() if name not in logged):
        place = next((i for i, (_, other) in enumerate(found) if other > when), len(found))
        found.insert(place, (snapshot_id, when))
    return found[::-1]


def _time(path: Path) -> datetime:
    try:
        return datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
    except OSError:  # removed a moment ago
        return datetime.fromtimestamp(0, UTC)


def decided_on(folder: Path) -> set[str]:
    """The snapshots that decided plans name, replaced and damaged ones too. Raises ``OSError`` when one cannot be opened."""
    found: set[str] = set()
    for path in (folder / PLANS).glob("*.json"):
        found |= {name.decode() for name in _NAMED.findall(path.read_bytes())}
    return found


def prune(folder: Path, kept: int, never: Collection[str]) -> list[str]:
    """Remove the oldest snapshots beyond ``kept``, those in ``never``, the current one and those of decided plans left out; returns which.

    The lock must be held. Nothing is removed when a plan cannot be opened, for it may name any of them. A file that is open
    cannot be removed on Windows: it is left for the next publish. Elsewhere whoever has it open reads on.
    """
    removed: list[str] = []
    try:
        decided = decided_on(folder)
    except OSError:
        return removed
    for snapshot_id, _ in order(folder)[max(kept, FEWEST) :]:
        if snapshot_id in decided or snapshot_id in never or snapshot_id == current(folder):
            continue
        try:
            (folder / f"{snapshot_id}.duckdb").unlink(missing_ok=True)
        except OSError:
            continue
        removed.append(snapshot_id)
    return removed
