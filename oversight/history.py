"""History: the snapshots that are kept, going back to one of them, and what changed between two.

Every number comes from ``ask`` on both snapshots for the viewer given, so that scope and disclosure apply; what the
difference of two answers would give away is left out by ``disclosure.between``. The words are in ``changed``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import duckdb
import filelock
import pandas as pd

from oversight import disclosure, snapshots, stats, store
from oversight.checks import CheckFailed, check_snapshot
from oversight.model import SCHEMA_VERSION, TABLES
from oversight.settings import snapshots_folder
from oversight.store import Snapshot, Viewer

OTHER_VERSION = "Published by another version"
DAMAGED = "Cannot be read"
#: Forms puts the number of responses into a name, so a newer export of the same form has another one.
_COUNT = re.compile(r" ?\(1-\d+\)(?=\.\w+$)")


class CannotGoBack(store.AskError):
    """The snapshot asked for cannot become the current one; nothing was changed. Says why."""


class NotComparable(store.AskError):
    """The two snapshots are not of one kind: fictional data is never compared with real data."""


@dataclass(frozen=True)
class Kept:
    """One snapshot of the folder. ``snapshot`` is None where ``state`` says why it cannot be read; ``when`` is UTC."""

    snapshot_id: str
    when: datetime
    current: bool
    snapshot: Snapshot | None
    state: str = ""


def listing(folder: Path | None = None) -> list[Kept]:
    """Every snapshot of the folder, the one published last first."""
    folder = folder or snapshots_folder()
    current = snapshots.current(folder)
    return [Kept(name, when, name == current, *_described(folder / f"{name}.duckdb")) for name, when in snapshots.order(folder)]


def _described(path: Path) -> tuple[Snapshot | None, str]:
    try:
        return store.find_snapshot(path), ""
    except store.OldSnapshot:
        return None, OTHER_VERSION
    except (store.AskError, duckdb.Error, OSError, IndexError):  # removed, damaged, or something else under that name
        return None, DAMAGED


def earlier(kept: Iterable[Kept], snapshot: Snapshot) -> Kept | None:
    """The last readable snapshot of the same kind that was published before this one; None when there is none."""
    rest = iter(kept)
    for one in rest:
        if one.snapshot_id == snapshot.snapshot_id:
            break
    return next((k for k in rest if k.snapshot and k.snapshot.fictional == snapshot.fictional), None)


def table(kept: Iterable[Kept], viewer: Viewer) -> pd.DataFrame:
    """One row per snapshot: snapshot_id, when, state, fictional, data_until, responses, files, quarantined; empty where unreadable."""
    rows = []
    for one in kept:
        found = store.ask("snapshot", viewer, one.snapshot).table.iloc[0].to_dict() if one.snapshot else {}
        rows.append({**found, "snapshot_id": one.snapshot_id, "when": one.when, "state": "Current" if one.current else one.state})
    return pd.DataFrame(rows, columns=["snapshot_id", "when", "state", "fictional", "data_until", "responses", "files", "quarantined"])


def go_back(snapshot_id: str, folder: Path | None = None) -> Snapshot:
    """Make a kept snapshot the current one, for everybody and at once. Raises ``CannotGoBack``; then nothing has changed."""
    folder = folder or snapshots_folder()
    if not snapshots.ID.fullmatch(snapshot_id):
        raise CannotGoBack(f"{snapshot_id} is no snapshot id (16 characters, 0-9 and a-f).")
    path = folder / f"{snapshot_id}.duckdb"
    try:
        if not path.exists():
            raise CannotGoBack(f"There is no snapshot {snapshot_id}. It may have been removed.")
        with snapshots.lock(folder, timeout=60):
            if snapshots.current(folder) == snapshot_id:
                raise CannotGoBack(f"Snapshot {snapshot_id} is the current one already.")
            _check_whole(path)
            snapshots.make_current(folder, snapshot_id, snapshots.WENT_BACK)
    except filelock.Timeout as error:
        raise CannotGoBack("Somebody else is publishing. Try again in a minute.") from error
    except OSError as error:
        raise CannotGoBack(f"The folder of snapshots cannot be written ({error.strerror or error}). Nothing was changed.") from error
    return store.find_snapshot(path)


def _check_whole(path: Path) -> None:
    """Read every block of a snapshot and hold it against the contract. Raises ``CannotGoBack``."""
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            found = connection.execute("SELECT snapshot_id, schema_version FROM snapshot").fetchall()
            if [version for _, version in found] != [SCHEMA_VERSION]:
                raise CannotGoBack(f"Snapshot {path.stem} was published by another version of the dashboard. Publish its exports again.")
            if found[0][0] != path.stem:
                raise CannotGoBack(f"{path.name} holds another snapshot than its name says. Nothing was changed.")
            for name in (t.name for t in TABLES):
                connection.execute(f"SELECT bit_xor(hash(everything)) FROM {name} AS everything").fetchall()  # noqa: S608 - of the contract
            check_snapshot(connection)
    except (duckdb.Error, CheckFailed) as error:
        raise CannotGoBack(
            f"Snapshot {path.stem} is damaged. Nothing was changed. Choose another, or publish its exports again."
        ) from error


@dataclass(frozen=True)
class Changes:
    """What changed from one snapshot to another for a viewer; each table is worked out when it is first asked for, and kept.

    ``wave`` is None where the wave looked at is not in both. The tables belong to everybody who asks: change none of them.
    """

    viewer: Viewer
    before: Snapshot
    after: Snapshot
    wave: str | None
    role: str
    region: str | None
    icb: str | None

    @cached_property
    def totals(self) -> tuple[int, int]:
        """Responses of all waves and roles before and now."""
        one, two = _ask("snapshot", self.viewer, self.before, self.after)
        return int(one["responses"].iloc[0]), int(two["responses"].iloc[0])

    @cached_property
    def responses(self) -> pd.DataFrame:
        """See ``responses``."""
        return responses(self.viewer, self.before, self.after)

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """See ``coverage``."""
        return coverage(self.viewer, self.before, self.after, self.wave, self.role, self.region, self.icb)

    @cached_property
    def _moves(self) -> pd.DataFrame:
        found = bands(self.viewer, self.before, self.after, self.wave, self.role, self.region, self.icb)
        return found[found["band1"] != found["band2"]]

    @cached_property
    def moved(self) -> pd.DataFrame:
        """How many PCNs went from one band to another: band1, band2, pcns."""
        return self._moves.groupby(["band1", "band2"], as_index=False).size().rename(columns={"size": "pcns"})

    @cached_property
    def bands(self) -> pd.DataFrame:
        """Which PCNs changed band, as ``bands`` gives them; none for an answer that leaves the building."""
        return self._moves if self.viewer.audience == "internal" else self._moves.iloc[:0]

    @cached_property
    def files(self) -> pd.DataFrame:
        """See ``files``."""
        return files(self.viewer, self.before, self.after)

    @cached_property
    def definitions(self) -> pd.DataFrame:
        """See ``definitions``."""
        return definitions(self.viewer, self.before, self.after)


@lru_cache(maxsize=32)
def changes(
    viewer: Viewer,
    before: Snapshot,
    after: Snapshot,
    wave: str | None = None,
    role: str | None = None,
    region: str | None = None,
    icb: str | None = None,
) -> Changes:
    """Compare two snapshots of one kind, in one wave (left out: the newest of ``after``) and for one kind of respondent.

    Raises ``NotComparable``.
    """
    if before.fictional != after.fictional:
        raise NotComparable("Fictional data is never compared with real data.")
    wave = wave or store.newest_wave(after)
    both = [wave in set(store.ask("waves", viewer, s).table["wave_id"]) for s in (before, after)]
    return Changes(viewer, before, after, wave if all(both) else None, role or "splw", region, icb)


def _ask(name: str, viewer: Viewer, before: Snapshot, after: Snapshot, **filters: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    return store.ask(name, viewer, before, **filters).table, store.ask(name, viewer, after, **filters).table


def responses(viewer: Viewer, before: Snapshot, after: Snapshot) -> pd.DataFrame:
    """Responses by wave and role: before, now, and ``present`` ("both", or only "before" or "now").

    For those who may see single rows also added, gone, edited (says something else) and reread (says the same, understood
    differently); missing for others. before + added - gone = now: who is read as another role is gone here and added there.
    """
    keys = ["wave_id", "role"]
    one, two = _ask("waves", viewer, before, after)
    both = one.merge(two, on=keys, how="outer", suffixes=("1", "2"), indicator="present")
    both["present"] = both["present"].astype(str).replace({"left_only": "before", "right_only": "now"})
    found = both[[*keys, "present"]].assign(
        wave_name=both["wave_name2"].fillna(both["wave_name1"]),
        before=both["responses1"].mask(both["present"] == "now", 0).astype("Int64"),
        now=both["responses2"].mask(both["present"] == "before", 0).astype("Int64"),
    )
    prints = _ask("response_prints", viewer, before, after)
    flows = _flows(*prints).reindex(pd.MultiIndex.from_frame(found[keys])).reset_index(drop=True)
    if not all(t.empty for t in prints):  # else none may be seen
        flows = flows.fillna(0)
    found = found.join(flows)
    return found.sort_values(keys, ascending=[False, True], ignore_index=True)


def _flows(one: pd.DataFrame, two: pd.DataFrame) -> pd.DataFrame:
    """How many responses of each wave and role came, went, or stand in both with other contents."""
    keys = ["wave_id", "role"]
    both = one.merge(two, on=["response_id", *keys], suffixes=("1", "2"))
    said, understood = both["said1"] != both["said2"], both["understood1"] != both["understood2"]
    rows = {
        "added": two[~two["response_id"].isin(both["response_id"])],
        "gone": one[~one["response_id"].isin(both["response_id"])],
        "edited": both[said],
        "reread": both[understood & ~said],
    }
    counts = {name: part.groupby(keys).size() for name, part in rows.items()}
    return pd.DataFrame(counts).fillna(0).astype("Int64")


_PLACE = ["level", "code", "element"]
_ABOUT = ["name", "region_code", "part_of", "position"]
_NUMBERS = ["x1", "n1", "low1", "high1", "x2", "n2", "low2", "high2", "share1", "share2", "difference", "low", "high", "verdict"]


def coverage(
    viewer: Viewer, before: Snapshot, after: Snapshot, wave: str | None, role: str, region: str | None = None, icb: str | None = None
) -> pd.DataFrame:
    """Every element and part in England, regions and ICBs, in both snapshots; empty without a wave that is in both.

    x1 of n1 before and x2 of n2 now, shares with their intervals (low1, high1, low2, high2), and what ``stats.change`` adds.
    Most people stand in both snapshots, and the interval of a change takes them for different people: it is wider than it
    need be, so a change is rather missed than made up.
    """
    if wave is None:
        return pd.DataFrame(columns=[*_PLACE, *_ABOUT, *_NUMBERS, "withheld"])
    one, two = (
        t[[*_PLACE, *_ABOUT, "yes", "answered", "low", "high", "withheld"]].rename(columns={"yes": "x", "answered": "n"})
        for t in (_ask("coverage", viewer, before, after, wave=wave, role=role, region=region, icb=icb))
    )
    both = one.merge(two, on=_PLACE, how="outer", suffixes=("1", "2"))
    for column in _ABOUT:
        both[column] = both.pop(f"{column}2").combine_first(both.pop(f"{column}1"))
    hidden = [both.pop(f"withheld{i}").where(both[f"x{i}"].isna()).fillna("") for i in (1, 2)]
    both["withheld"] = hidden[1].mask(hidden[1] == "", hidden[0])
    ordered = both.assign(_level=both["level"].map({"england": 0, "region": 1, "icb": 2})).sort_values(
        ["_level", "name", "code", "position"], ignore_index=True
    )
    compared = disclosure.between(stats.change(ordered), viewer.audience)
    return compared[[*_PLACE, *_ABOUT, *_NUMBERS, "withheld"]]


def bands(
    viewer: Viewer, before: Snapshot, after: Snapshot, wave: str | None, role: str, region: str | None = None, icb: str | None = None
) -> pd.DataFrame:
    """The PCNs that are in both: pcn_code, pcn_name, icb_name, region_code, band1, band2, and replies1 and replies2 as far as seen."""
    columns = ["pcn_code", "pcn_name", "icb_name", "region_code", "band1", "band2", "replies1", "replies2"]
    if wave is None:
        return pd.DataFrame(columns=columns)
    one, two = _ask("priority", viewer, before, after, wave=wave, role=role, region=region, icb=icb)
    both = two.merge(one[["pcn_code", "band", "replies"]], on="pcn_code", suffixes=("2", "1"))
    return both[columns].sort_values("pcn_code", ignore_index=True)


def files(viewer: Viewer, before: Snapshot, after: Snapshot) -> pd.DataFrame:
    """The files that differ: file, what (Added, Replaced, Renamed, Gone), was (its earlier name), tool, rows_read1 and rows_read2.

    The same bytes under another name are renamed; other bytes under the same name, Forms' count aside, are replaced.
    """
    one, two = (t.to_dict("records") for t in _ask("loads", viewer, before, after))
    same = {(f["file"], f["sha256"]) for f in one} & {(f["file"], f["sha256"]) for f in two}
    one, two = ([f for f in part if (f["file"], f["sha256"]) not in same] for part in (one, two))
    rows = []
    for what, alike in (("Renamed", lambda f: f["sha256"]), ("Replaced", lambda f: f["file"]), ("Replaced", lambda f: _form(f["file"]))):
        for new in list(two):
            old = next((f for f in one if alike(f) == alike(new)), None)
            if old:
                one.remove(old)
                two.remove(new)
                rows.append((new["file"], what, old["file"], new["tool"], old["rows_read"], new["rows_read"]))
    rows += [(f["file"], "Added", None, f["tool"], None, f["rows_read"]) for f in two]
    rows += [(f["file"], "Gone", None, f["tool"], f["rows_read"], None) for f in one]
    found = pd.DataFrame(rows, columns=["file", "what", "was", "tool", "rows_read1", "rows_read2"])
    return found.astype({"rows_read1": "Int64", "rows_read2": "Int64"}).sort_values(["what", "file"], ignore_index=True)


def _form(file: str) -> str:
    return _COUNT.sub("", file.rpartition("/")[2]).casefold()


def definitions(viewer: Viewer, before: Snapshot, after: Snapshot) -> pd.DataFrame:
    """What else can make numbers differ: kind (Setting, Mapping, Version), name, before and now; only what differs."""
    rows = []
    for kind, (one, two) in {
        "Setting": [dict(zip(t["name"], t["value"].map("{:g}".format), strict=True)) for t in _ask("definitions", viewer, before, after)],
        "Mapping": [dict(zip(t["file"], t["sha256"].str[:8], strict=True)) for t in _ask("mappings", viewer, before, after)],
        "Version": [_versions(t.iloc[0]) for t in _ask("snapshot", viewer, before, after)],
    }.items():
        rows += [(kind, name, one.get(name), two.get(name)) for name in {**one, **two} if one.get(name) != two.get(name)]
    return pd.DataFrame(rows, columns=["kind", "name", "before", "now"])


def _versions(row: pd.Series) -> dict[str, str]:
    """Name -> version of the libraries, and the code that reads files by its first eight characters."""
    pairs = [part.rpartition(" ") for part in str(row["versions"]).split(", ") if " " in part]
    return {**{name: version for name, _, version in pairs}, "the code that reads files": str(row["intake_code"])[:8]}
