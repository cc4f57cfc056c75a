"""Uploads: what becomes of files that are added on the Data page.

A snapshot is built from the team's folder (``settings.exports_folder()``) and nothing else, so the page and
``python -m oversight build data/exports`` give the same snapshot. A *check* reads that folder as it would be with the
uploads, in a temporary folder of its own. Only *publishing* puts them there: an upload takes the place of the file of the
same name, which is kept in ``.replaced`` where no build reads it. When a build fails, every file goes back to where it was.
"""

from __future__ import annotations

import io
import itertools
import os
import re
import shutil
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import filelock
import pandas as pd

from oversight import findings, intake, publish
from oversight.checks import CheckFailed
from oversight.exports import registers
from oversight.exports.reading import FileProblem
from oversight.intake import Progress
from oversight.model import REGISTERS
from oversight.publish import Account

KINDS = (
    ".xlsx", ".csv", ".tsv", ".txt", ".zip", ".toml", ".sav", ".zsav", ".vtt", ".docx", ".qdpx", ".qdc", ".qde", ".sqlite3", ".html",
)  # fmt: skip
ASIDE = ".replaced"
NEW, REPLACES, STAYS, UNCHANGED = "New", "Replaces", "Stays", "Stays: the upload is the same"
#: What a check or a publish may raise, each of them a sentence to show as it stands.
Problems = (FileProblem, CheckFailed)

_RESERVED = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", *(f"{port}{n}" for port in ("COM", "LPT") for n in "0123456789¹²³")}
_FORBIDDEN = dict.fromkeys(map(ord, '<>:"|?*'), "_")
_LONGEST = 150  # bytes of a name before its ending; file systems allow 255 in all
#: Forms puts the number of responses behind the title, so that the next export of the same form has another name.
_COUNT = re.compile(r" ?\(1-\d+\)$")


@dataclass(frozen=True)
class Plan:
    """What the team's folder would hold: uploads by their path in it, what leaves it and why, what stays."""

    folder: Path
    arrivals: Mapping[str, bytes]
    leaves: Mapping[str, str]
    stays: tuple[str, ...]
    unchanged: frozenset[str]
    state: Mapping[str, tuple[int, int]]

    def what(self, name: str) -> str:
        """What becomes of one file of the folder, in words."""
        if name not in self.arrivals:
            return UNCHANGED if name in self.unchanged else STAYS
        old = [left for left, why in self.leaves.items() if why == f"replaced by {name.rpartition('/')[2]}"]
        return f"{REPLACES} {old[0]}" if old else NEW


@dataclass(frozen=True, eq=False)
class Checked:
    """The account of a check or a publish, in tables to show.

    ``files``: file, sha256, what (new, stays, replaces another), tool, why, rows_read, accepted, quarantined, note.
    ``quarantined``: file, reason, rows, example. ``warnings``: file, row, what.
    """

    plan: Plan
    snapshot_id: str
    fictional: bool
    responses: int
    files: pd.DataFrame
    quarantined: pd.DataFrame
    warnings: pd.DataFrame


def safe_name(name: str) -> str:
    """The name a file is kept under: without folders, and one that every system allows.

    Raises ``FileProblem`` for a kind of file that is not read, and for the lock file Excel keeps beside an open workbook.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    last = "".join(c for c in last if c.isprintable() or c.isspace())
    last = " ".join(last.split()).translate(_FORBIDDEN).strip(". ")
    if last.startswith("~$"):
        raise FileProblem(last, "is what Excel keeps beside an open workbook.", "Close the workbook in Excel and choose it instead.")
    stem, ending = os.path.splitext(last)  # noqa: PTH122 - Path knows other rules on Windows
    if ending.lower() not in KINDS:
        raise FileProblem(last or "A file without a name", f"is none of {', '.join(KINDS)}.", "Export it as one of those and try again.")
    stem = stem.encode()[:_LONGEST].decode(errors="ignore").strip(". ") or "file"
    reserved = stem.split(".")[0].strip().upper() in _RESERVED
    return f"{'_' if reserved else ''}{stem}{ending.lower()}"


def named(uploads: Iterable[tuple[str, bytes]], taken: Iterable[str] = ()) -> list[tuple[str, bytes]]:
    """The uploads under safe names; a name that stands twice gets a number that nobody else in ``taken`` bears."""
    found: list[tuple[str, bytes]] = []
    used: set[str] = set()
    avoid = {name.casefold() for name in taken}
    for given, data in uploads:
        name = safe_name(given)
        if name.casefold() in used:
            stem, ending = name.rsplit(".", 1)
            tries = (f"{stem} ({n}).{ending}" for n in itertools.count(2))
            name = next(t for t in tries if t.casefold() not in used | avoid)
        used.add(name.casefold())
        found.append((name, data))
    return found


def team_files(folder: Path) -> dict[str, Path]:
    """Path below the team's folder -> file, for every file that a build reads; none when there is no such folder."""
    return {p.relative_to(folder).as_posix(): p for p in intake.files_below(folder)} if folder.is_dir() else {}


def plan(uploads: Iterable[tuple[str, bytes]], folder: Path, take_out: Sequence[str] = ()) -> Plan:
    """What the folder would hold with the uploads (name, content), and without the files to be taken out.

    An upload takes the place of the file of its name, else of one whose name differs in the number of responses only.
    Raises ``FileProblem`` when a name cannot be used, stands in several places, or nothing would be left to build.
    """
    present = team_files(folder)
    leaves = dict.fromkeys((name for name in take_out if name in present), "taken out")
    arrivals: dict[str, bytes] = {}
    unchanged = set()
    for name, data in named(uploads, (path.name for path in present.values())):
        old = _same(name, [p for p in present if leaves.get(p) != "taken out"])
        target = f"{old.rpartition('/')[0]}/{name}".lstrip("/") if old else name
        if old == target and present[old].read_bytes() == data:
            unchanged.add(old)
            continue
        if old:
            leaves[old] = f"replaced by {name}"
        arrivals[target] = data
    stays = tuple(name for name in present if name not in leaves)
    if not arrivals and not stays:
        raise FileProblem("The team's folder", "would be empty.", "Choose at least a registration map, waves.csv and a survey.")
    return Plan(folder, arrivals, leaves, stays, frozenset(unchanged), _state(folder))


def _same(name: str, present: Sequence[str]) -> str | None:
    """The file of the folder whose place an upload of this name takes; None when it is new."""
    for alike in (_folded, lambda n: _folded(_COUNT.sub("", n.rpartition(".")[0]) + "." + n.rpartition(".")[2])):
        found = [p for p in present if alike(p.rpartition("/")[2]) == alike(name)]
        if len(found) > 1:
            raise FileProblem(name, f"could replace any of {', '.join(found)}.", "Take all but one of those out of the team's folder.")
        if found:
            return found[0]
    return None


def _folded(name: str) -> str:
    """A name as file systems compare it that tell neither case nor composed letters apart."""
    return unicodedata.normalize("NFC", name).casefold()


def _state(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of every file of the folder: tells whether somebody else has changed it."""
    return {name: ((stat := path.stat()).st_size, stat.st_mtime_ns) for name, path in team_files(folder).items()}


def check(planned: Plan, progress: Progress = lambda _: None) -> Checked:
    """Build the folder as it would be, without publishing or moving anything. Raises one of ``Problems``."""
    try:
        with tempfile.TemporaryDirectory(prefix="oversight-check-", ignore_cleanup_errors=True) as temporary:
            staging = Path(temporary)
            for name in planned.stays:
                _link(planned.folder / name, staging / name)
            for name, data in planned.arrivals.items():
                _write(staging / name, data)
            return _told(planned, publish.build([staging], None, progress))
    except OSError as error:
        raise _unwritable(error) from error
    except duckdb.Error as error:
        raise CheckFailed(f"Nothing was published. The tables could not be written: {error}") from error


def publish_checked(checked: Checked, out: Path, progress: Progress = lambda _: None, today: date | None = None) -> Checked:
    """Put the uploads into the team's folder, publish it to ``out`` and make that snapshot the current one.

    Raises one of ``Problems``, also when the folder has changed since the check; then every file is where it was and
    the current snapshot is the same as before.
    """
    planned, folder = checked.plan, checked.plan.folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(folder / ".lock", timeout=60), ExitStack() as undo:
            if _state(folder) != planned.state:
                raise FileProblem("The team's folder", "has changed since this check.", "Check the files again.")
            for name in planned.leaves:
                _move_aside(folder, name, today or date.today(), undo)
            for name, data in planned.arrivals.items():
                undo.callback((folder / name).unlink, missing_ok=True)
                _write(folder / name, data)
            account = publish.build([folder], out, progress)
            undo.pop_all()  # published: nothing goes back
    except filelock.Timeout as error:
        raise FileProblem("The team's folder", "is in use: somebody else is publishing.", "Try again in a minute.") from error
    except OSError as error:
        raise _unwritable(error) from error
    except duckdb.Error as error:
        raise CheckFailed(f"Nothing was published. The snapshot could not be written: {error}") from error
    return _told(planned, account)


def _move_aside(folder: Path, name: str, day: date, undo: ExitStack) -> None:
    """Keep a file under a dated name that builds pass over (they skip names that begin with a dot)."""
    source, aside = folder / name, folder / ASIDE
    aside.mkdir(exist_ok=True)
    number = next(n for n in itertools.count(1) if not any(aside.glob(f".{day.isoformat()}-{n} *")))
    target = aside / f".{day.isoformat()}-{number} {source.name}"
    source.replace(target)
    undo.callback(target.replace, source)


def _link(source: Path, target: Path) -> None:
    """The same file at another place, without copying it where the file system can."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source.resolve(), target)
    except OSError:
        shutil.copyfile(source, target)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _unwritable(error: OSError) -> FileProblem:
    name = Path(str(error.filename)).name if error.filename else "A file"
    reason = error.strerror or str(error)
    return FileProblem(name, f"could not be read or written ({reason}). Nothing was published.", "Close it elsewhere and try again.")


def _told(planned: Plan, account: Account) -> Checked:
    """The account in tables, without the rows themselves."""
    mappings = sorted(name for name in (*planned.stays, *planned.arrivals) if name.lower().endswith(".toml"))
    files: list[tuple[object, ...]] = [(m, "", planned.what(m), "mapping", "a TOML file", 0, 0, 0, "") for m in mappings]
    asides, warnings = [], []
    for s in account.sources:
        r = s.reading
        files.append((s.file, s.sha256, planned.what(s.file), r.tool, r.why, r.rows_read, s.accepted, s.quarantined, s.note))
        for reason in dict.fromkeys(a.reason for a in s.asides):
            rows = [a for a in s.asides if a.reason == reason]
            asides.append((s.file, reason, len(rows), f"row {rows[0].row}: {rows[0].detail}"))
        warnings += [(s.file, row, what) for row, what in dict.fromkeys(s.warnings)]
    return Checked(
        planned,
        account.snapshot_id,
        account.fictional,
        account.responses,
        pd.DataFrame(files, columns=["file", "sha256", "what", "tool", "why", "rows_read", "accepted", "quarantined", "note"]),
        pd.DataFrame(asides, columns=["file", "reason", "rows", "example"]),
        pd.DataFrame(warnings, columns=["file", "row", "what"]),
    )


def gone(loads: pd.DataFrame, checked: Checked) -> list[str]:
    """Files of the present snapshot (query ``loads``) that the new one would lack, though they were neither replaced nor taken out."""
    known = {*checked.files["sha256"]}
    return [f for f, sha in zip(loads["file"], loads["sha256"], strict=True) if sha not in known and f not in checked.plan.leaves]


def standing(present: int, fictional: bool) -> str:
    """What an upload will be built together with: ``present`` files in the team's folder, under a fictional snapshot or not."""
    if present:
        return (
            f"**The team's folder holds {findings.count(present, 'file')}.** A new snapshot is built from those and from what you add. "
            "A file of the same name takes the old one's place; the number of responses that Microsoft Forms puts into a name does not "
            "matter."
        )
    if fictional:
        return (
            "**You are looking at the fictional sample.** It is never mixed with your files: the first files you publish start a programme "
            "of their own, without the sample. Give at least a registration map, waves.csv and a survey."
        )
    return "**The team's folder is empty.** The present snapshot was built from files elsewhere; what you publish here takes its place."


def checked_sentence(checked: Checked) -> str:
    """What would be published."""
    kind = "a fictional snapshot" if checked.fictional else "a snapshot"
    return f"The files make {kind} of {findings.count(checked.responses, 'response')}. Nothing has been published yet"


def twice_sentences(checked: Checked) -> list[str]:
    """What to do about files most of whose responses stand in another file as well, which is how an older export shows."""
    rows = checked.quarantined[checked.quarantined["reason"] == "duplicate_response"].merge(checked.files, on="file")
    return [
        f"{twice:,} of the {findings.count(read, 'response')} in {file} stand in another file too. If one of the two is an older export "
        "of the same form, take it out of the folder."
        for file, twice, read in zip(rows["file"], rows["rows"], rows["rows_read"], strict=True)
        if twice > read / 2
    ]


def gone_sentence(lost: Sequence[str], sample: bool) -> str:
    """What the new snapshot would lack that the present one has; ``sample``: the present one is the sample."""
    if sample:
        return "The fictional sample goes out of use. Its snapshot is kept."
    named = ", ".join(lost[:5]) + (f" and {len(lost) - 5} more" if len(lost) > 5 else "")
    return (
        f"The present snapshot also holds {named}. {'It is' if len(lost) == 1 else 'They are'} not in the team's folder, "
        "so the new snapshot would be without. Add what is missing, and check again."
    )


def published_sentence(published: Checked, before: str) -> str:
    """What publishing did: the new snapshot, the one it replaced, and what became of files."""
    added = len(published.plan.arrivals)
    parts = [
        f"Snapshot {published.snapshot_id} is published: {findings.count(published.responses, 'response')}.",
        f"It replaces snapshot {before}, which is kept." if before != published.snapshot_id else "It is the same as before.",
        f"{findings.count(added, 'file was', 'files were')} added to the team's folder." if added else "",
        *(f"{name} was {why}; the old file is kept aside." for name, why in published.plan.leaves.items()),
    ]
    return " ".join(p for p in parts if p)


def limits() -> str:
    """What may be uploaded, in words."""
    return f"{', '.join(KINDS)}. A file is recognised by its content. The upload limit is 200 MB each; larger ones go into the folder."


def templates() -> bytes:
    """A zip archive with a blank CSV per register, and a text that says what belongs into every column."""
    archive = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="oversight-templates-") as folder, zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in registers.write_templates(Path(folder)):
            file.writestr(zipfile.ZipInfo(path.name), path.read_bytes())
        file.writestr(zipfile.ZipInfo("READ ME.txt"), ("\ufeff" + _columns()).encode())
    return archive.getvalue()


def _columns() -> str:
    """Every register with its columns, as plain text with the line ends of Windows."""
    lines = ["Keep the headings as they are. Write dates as YYYY-MM-DD. Leave out the registers you do not need.", ""]
    for table in REGISTERS:
        lines.append(f"{table.name}.csv: {table.grain}")
        for f in table.fields:
            one_of = f" One of: {', '.join(f.allowed)}." if f.allowed else ""
            lines.append(f"  {f.name}{'' if f.required else ' (may be blank)'}: {f.meaning}.{one_of}")
        lines.append("")
    return "\r\n".join(lines)
