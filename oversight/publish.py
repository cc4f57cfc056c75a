"""Publish: from a folder of exports to one immutable snapshot, or to the account of what would be published.

A snapshot is written to a temporary file, checked, and renamed to its id; ``current`` is then replaced in one step.
Whatever stops a build, the last good snapshot stays live and whole.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import metadata
from itertools import islice
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from oversight import exports, snapshots
from oversight.checks import Placed, Source, check_snapshot, content_json, contract_frame, judge, unusable
from oversight.exports.reading import FileProblem
from oversight.focus_groups import focus_groups
from oversight.intake import Progress, place_surveys, read_all, seldom
from oversight.judgements import judgements
from oversight.model import BY_NAME, PUBLISHED_REGISTERS, SCHEMA_VERSION, STORED, TABLES
from oversight.places import Organisations, Placer, organise
from oversight.respondents import unlink_shared
from oversight.settings import settings
from oversight.stored import Accepted, stored

PACKAGE = Path(__file__).parent
#: The modules that turn files into tables, with all of exports/ (a test holds this against what is imported).
INTAKE = (
    "answers", "checks", "focus_groups", "intake", "judgements", "mapping", "model", "name_lists", "names", "places", "publish",
    "questionnaire", "redact", "respondents", "settings", "snapshots", "stored",
)  # fmt: skip
#: Libraries whose version may change what is read.
READING_LIBRARIES = ("duckdb", "faker", "openpyxl", "pandas", "pyarrow", "pyreadstat")
#: Questions whose answers are written together.
QUESTIONS_AT_ONCE = 8


@dataclass
class Account:
    """What a build read and what became of it. ``path`` is None when nothing was published."""

    snapshot_id: str
    sources: list[Source]
    fictional: bool
    responses: int
    path: Path | None = None

    @property
    def quarantined(self) -> int:
        """Rows set aside over all files."""
        return sum(s.quarantined for s in self.sources)


def build(folders: Iterable[Path], out: Path | None, progress: Progress = lambda _: None) -> Account:
    """Read, map, check and (with ``out``) publish every file below ``folders`` (single files are taken too).

    Raises ``FileProblem`` (a file cannot be used) or ``CheckFailed`` (the snapshot would break its contract); then
    nothing is published. ``out`` None makes the same account without publishing.
    """
    sources, mappings = read_all(list(folders), progress)
    organisations = organise(_by_table(sources))
    fictional = organisations.fictional
    placed = place_surveys(sources, mappings, progress)
    if placed and organisations.latest is None:
        none = FileProblem("The folder", "holds survey responses and no registration map.", "Add gp-reg-pat-prac-map.csv, or its sample.")
        raise unusable(sources, "practice_map") or none
    progress("Checking every row")
    kept = judge(placed, Placer(organisations)) if placed else []
    frames, accepted = _survey_frames(placed, kept)
    frames |= organisations.tables
    frames |= focus_groups(sources)
    frames |= _register_frames(sources, organisations)
    frames |= judgements(sources, placed, kept, set(frames["region"]["region_code"]), set(frames["theme"]["theme"]))
    snapshot_id = _snapshot_id(sources, [p.mapping.sha256 for p in placed])
    frames |= _intake_frames(sources, organisations, frames, snapshot_id, fictional)
    frames["mapping"] = _mapping_frame(placed)
    account = Account(snapshot_id, sources, fictional, len(frames["response"]))
    if out is None:
        with tempfile.TemporaryDirectory() as folder:
            _make(Path(folder) / "check.duckdb", frames, accepted, progress)
    else:
        progress("Writing the snapshot")
        account.path = _publish(frames, accepted, out, snapshot_id, progress)
    return account


def _by_table(sources: list[Source]) -> dict[str, list[pd.DataFrame]]:
    tables: dict[str, list[pd.DataFrame]] = {}
    for source in sources:
        for name, frame in source.reading.tables.items():
            tables.setdefault(name, []).append(frame)
    return tables


def _survey_frames(placed: list[Placed], kept: list[pd.DataFrame]) -> tuple[dict[str, pd.DataFrame], list[Accepted]]:
    """The tables wave, question and response, and the answers. ``kept``: the accepted responses of each survey."""
    waves = {p.wave.wave_id: p.wave for p in placed}
    frames: dict[str, list[pd.DataFrame]] = {"question": [], "response": []}
    accepted = []
    for survey, good in zip(placed, kept, strict=True):
        wave_id = survey.wave.wave_id
        frames["question"].append(survey.mapped.questions.assign(wave_id=wave_id))
        frames["response"].append(
            survey.mapped.wide.loc[good.index].drop(columns="pcn", errors="ignore").join(good).assign(wave_id=wave_id)
        )
        accepted.append(Accepted(survey.mapped, wave_id, good["response_id"]))
    made = {
        name: pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(BY_NAME[name].columns))
        for name, parts in frames.items()
    }
    _unlink_shared(placed, made["response"])
    made["question"] = made["question"].drop_duplicates(["wave_id", "question_id"])
    made["wave"] = pd.DataFrame(
        [vars(w) | {"kinds_asked": list(w.kinds_asked)} for w in waves.values()], columns=list(BY_NAME["wave"].columns)
    )
    return made, accepted


def _unlink_shared(placed: list[Placed], responses: pd.DataFrame) -> None:
    """Take out of ``responses`` the prints that several people of one wave share; the account of each file of the wave says so."""
    if "respondent" not in responses:
        return
    for wave_id in dict.fromkeys(p.wave.wave_id for p in placed):
        rows = responses["wave_id"] == wave_id
        responses.loc[rows, "respondent"], warnings = unlink_shared(responses.loc[rows, "respondent"])
        for survey in placed:
            survey.source.warnings += [(0, text) for text in warnings if survey.wave.wave_id == wave_id and survey.secret_columns]


def _register_frames(sources: list[Source], organisations: Organisations) -> dict[str, pd.DataFrame]:
    """The published registers; rows of a PCN that no list knows are set aside."""
    known = {
        *organisations.tables["pcn"]["pcn_code"],
        *organisations.tables["pcn_dates"]["pcn_code"],
        *organisations.tables["region"]["region_code"],
    }
    frames = {}
    for name in (n for n in PUBLISHED_REGISTERS if n != "convergence"):  # which is about themes: see judgements.py
        place = "place_code" if name == "notes" else "pcn_code"
        parts = []
        for source in sources:
            frame = source.reading.tables.get(name)
            if frame is None:
                continue
            lost = ~frame[place].isin(known)
            for row in frame[lost].to_dict("records"):
                content = {str(k): str(v) for k, v in row.items() if k != "row" and pd.notna(v)}
                source.asides.append(exports.Aside(int(row["row"]), "pcn_unknown", f"{row[place]} is on no list that was loaded.", content))
            parts.append(frame[~lost])
        frames[name] = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(BY_NAME[name].columns))
    return frames


def _intake_frames(
    sources: list[Source], organisations: Organisations, frames: dict[str, pd.DataFrame], snapshot_id: str, fictional: bool
) -> dict[str, pd.DataFrame]:
    """The tables load, quarantine, warning, setting and snapshot: the account of this build."""
    maps = [s for s in sources if "practice_map" in s.reading.tables]
    for source in maps[-1:]:
        source.warnings += [(0, text) for text in organisations.warnings]
    load = [
        {"file": s.file, "sha256": s.sha256, "tool": s.reading.tool, "why": s.reading.why, "rows_read": s.reading.rows_read,
         "accepted": s.accepted, "quarantined": s.quarantined, "note": s.note or None}
        for s in sources
    ]  # fmt: skip
    aside = [
        {"file": s.file, "row": a.row, "reason": a.reason, "detail": a.detail, "content": content_json(a)}
        for s in sources
        for a in s.asides
    ]
    warnings = [{"file": s.file, "row": row, "what": what} for s in sources for row, what in dict.fromkeys(s.warnings)]
    return {
        "load": pd.DataFrame(load),
        "quarantine": pd.DataFrame(aside, columns=list(BY_NAME["quarantine"].columns)),
        "warning": pd.DataFrame(warnings, columns=list(BY_NAME["warning"].columns)),
        "setting": pd.DataFrame(list(settings().definitions.items()), columns=["name", "value"]),
        "snapshot": pd.DataFrame(
            [
                {
                    "snapshot_id": snapshot_id,
                    "fictional": fictional,
                    "data_until": _data_until(frames),
                    "schema_version": SCHEMA_VERSION,
                    "intake_code": _intake_code()[:16],
                    "versions": _versions(),
                }
            ]
        ),
    }


def _data_until(frames: dict[str, pd.DataFrame]) -> date | None:
    """Latest date that any of the data speaks of."""
    dated = [
        ("response", "completed"),
        ("session", "date"),
        ("pcn", "as_at"),
        ("workforce", "census"),
        ("offers", "date"),
        ("requests", "date"),
    ]
    days = [value for table, column in dated for value in (frames[table][column].dropna().max(),) if not pd.isna(value)]
    return max((d.date() if isinstance(d, datetime) else d for d in days), default=None)


def _snapshot_id(sources: list[Source], mappings: list[str]) -> str:
    """SHA-256 over sources, mappings, definitions, schema version and intake code; no clock: same input, same snapshot."""
    parts = (
        sorted(f"{s.file}={s.sha256}" for s in sources) + sorted(mappings) + [f"{k}={v}" for k, v in sorted(settings().definitions.items())]
    )
    return hashlib.sha256("\n".join([SCHEMA_VERSION, _intake_code(), *parts]).encode()).hexdigest()[:16]


@cache
def _intake_code() -> str:
    """SHA-256 of the code that turns files into tables: a mended reader must not be answered with the old snapshot."""
    digest = hashlib.sha256()
    for path in [*(PACKAGE / f"{name}.py" for name in INTAKE), *sorted((PACKAGE / "exports").glob("*.py"))]:
        digest.update(path.read_text(encoding="utf-8").encode())
    return digest.hexdigest()


def _versions() -> str:
    """The dashboard's own version and those of the libraries that read files, in words."""
    return ", ".join(f"{name} {metadata.version(name)}" for name in READING_LIBRARIES)


def _make(path: Path, frames: dict[str, pd.DataFrame], accepted: list[Accepted], progress: Progress) -> None:
    """Write a snapshot and hold it against the contract."""
    config: dict[str, str | bool | int | float | list[str]] = {"preserve_insertion_order": False}  # rows of a table have no order
    with duckdb.connect(str(path), config=config) as connection, ThreadPoolExecutor(1) as pool:
        for table in (*STORED, *TABLES):
            connection.execute(table.ddl())
        checked = {name: contract_frame(name, frame) for name, frame in frames.items()}
        wide = checked.pop("response")
        written = pool.submit(_insert, connection.cursor(), "response", _halves(wide))  # beside the answers: they share no table
        for name, frame in checked.items():
            _insert(connection, name, [frame])
        _write_answers(connection, accepted, progress)
        written.result()
        check_snapshot(connection)
        connection.execute("CHECKPOINT")


def _mapping_frame(placed: list[Placed]) -> pd.DataFrame:
    """The table mapping: what was used, word by word, shipped mappings too; files of one name are told apart by their SHA-256."""
    used = {p.mapping.sha256: p.mapping for p in placed}.values()
    names = [m.file for m in used]
    rows = [(m.file if names.count(m.file) == 1 else f"{m.file} ({m.sha256[:8]})", m.sha256, m.text) for m in used]
    return pd.DataFrame(rows, columns=list(BY_NAME["mapping"].columns))


def _write_answers(connection: duckdb.DuckDBPyConnection, accepted: list[Accepted], progress: Progress) -> None:
    """Some questions at a time: in parallel, and without all answers in memory at once."""
    connection.execute("BEGIN")
    done, tell = 0, seldom(progress, "Writing the snapshot")
    rows = stored(accepted)
    while some := list(islice(rows, 2 * QUESTIONS_AT_ONCE)):
        for table in STORED:
            if parts := [part for name, part in some if name == table.name]:
                _insert(connection, table.name, parts)
        done += sum(len(part) for name, part in some if name == "answer_cell")
        tell(f"{done:,} answers")
    connection.execute("COMMIT")


def _halves(frame: pd.DataFrame) -> list[pa.Table]:
    """A wide frame for two processors, its categories and lists as Arrow has them."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    return [table[: len(table) // 2], table[len(table) // 2 :]]


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[pa.Table | pd.DataFrame]) -> None:
    if not any(map(len, rows)):
        return
    names = [f"incoming_{table}_{number}" for number in range(len(rows))]
    for name, some in zip(names, rows, strict=True):
        connection.register(name, some)
    connection.execute(f"INSERT INTO {table} BY NAME " + " UNION ALL BY NAME ".join(f"SELECT * FROM {name}" for name in names))  # noqa: S608 - a name of the contract
    for name in names:
        connection.unregister(name)


def _publish(frames: dict[str, pd.DataFrame], accepted: list[Accepted], out: Path, snapshot_id: str, progress: Progress) -> Path:
    """Write, check, rename, log, point ``current`` to it and remove the oldest, one build at a time. No id is written twice."""
    out.mkdir(parents=True, exist_ok=True)
    target = out / f"{snapshot_id}.duckdb"
    with snapshots.lock(out):
        for leftover in out.glob(".building-*"):  # from a build that was killed; nobody else writes while we hold the lock
            leftover.unlink(missing_ok=True)
        if not target.exists():
            temporary = out / f".building-{os.getpid()}.duckdb"
            _make(temporary, frames, accepted, progress)
            temporary.replace(target)
        before = snapshots.current(out)  # people may be looking at it
        if not snapshots.make_current(out, snapshot_id, snapshots.PUBLISHED):
            progress(f"{snapshots.LOG} could not be written: close it elsewhere. The snapshot is listed by the time of its file.")
        snapshots.prune(out, settings().snapshots_kept, {before, snapshot_id})
    return target
