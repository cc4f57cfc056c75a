"""How long the intake takes beside DuckDB alone: ``python bench/intake.py [--responses 100000] [--repeat 3]``.

One run makes a fictional Microsoft Forms CSV of 40 questions (the standard questionnaire and some that no mapping knows)
with its registration map and waves register in a temporary folder, and measures in processes of their own

- baseline: DuckDB alone reads that CSV, all columns as text, and writes it to a table in a database file;
- ours: ``publish.build`` from the folder to the published snapshot: detection, hashing, redaction, mapping, every check,
  the account, writing, the contract.

It prints the seconds, the ratio of the medians, the peak memory of both and what became of the rows.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from oversight.questionnaire import QUESTIONS, Question  # noqa: E402
from oversight.sample import sentences_pcn, sentences_support, sentences_work  # noqa: E402

COLUMNS = 40
PCNS = 1_250
BATCH = 50_000  # rows made at a time
OPENED, DAYS = np.datetime64("2026-09-01T08:00:00"), 30
MAP_HEADER = (
    "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,PRACTICE_POSTCODE,PCN_CODE,PCN_NAME,ONS_SUB_ICB_LOCATION_CODE,"
    "SUB_ICB_LOCATION_CODE,SUB_ICB_LOCATION_NAME,ONS_ICB_CODE,ICB_CODE,ICB_NAME,ONS_COMM_REGION_CODE,COMM_REGION_CODE,"
    "COMM_REGION_NAME,SUPPLIER_NAME"
)
WAVES = (
    "wave_id,wave_name,tool,opened,closed,kinds_asked\n2026-2,Autumn 2026,microsoft_forms,2026-09-01,2026-09-30,"
    "splw care_coordinator hwb_coach gp_supervisor pcn_manager\n"
)


def make_folder(folder: Path, responses: int) -> Path:
    """Registration map, waves register and one Forms export; gives back the path of the export."""
    regions = [f"Y6{i}" for i in range(7)]
    lines = [MAP_HEADER]
    for i in range(PCNS):
        icb = i % 42
        pcn = f"F{i:04},FICTION {i} PCN,E0,S{icb:02},SUB {icb},E1,Q{icb:02},NHS FICTION {icb} ICB,E2,{regions[icb % 7]},REGION {icb % 7}"
        lines += [f"GP_PRAC_PAT_LIST,01Sep2026,P{i:04}{j},PRACTICE {i} {j},ZZ99 1ZZ,{pcn},TEST" for j in range(5)]
    (folder / "map.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "waves.csv").write_text(WAVES, encoding="utf-8")
    path = folder / f"Supervision(1-{responses}).csv"
    chance = np.random.default_rng(7)
    with path.open("wb") as file:
        file.write(b"\xef\xbb\xbf")
        for start in range(0, responses, BATCH):
            table = _batch(chance, start, min(BATCH, responses - start))
            text = io.StringIO(newline="")
            writer = csv.writer(text)  # quotes only where needed, as Excel does
            if start == 0:
                writer.writerow(table.column_names)
            writer.writerows(zip(*(column.to_pylist() for column in table.columns), strict=True))
            writer.writerow(["7", "02/09/2026 09:00", "02/09/2026 09:10", "anonymous", "", "F0001", "and the rest of the row was lost"])
            file.write(text.getvalue().encode())
    return path


def _batch(chance: np.random.Generator, start: int, rows: int) -> pa.Table:
    """Rows as Forms writes them; about 1 in 100 is doubtful."""
    ids = np.arange(start + 1, start + rows + 1)
    again = chance.random(rows) < 0.003
    ids[again] = np.maximum(ids[again] - chance.integers(1, 500, again.sum()), 1)
    begun = OPENED + chance.integers(0, DAYS * 86_400 - 40_000, rows).astype("timedelta64[s]")
    begun[chance.random(rows) < 0.002] -= np.timedelta64(90, "D")
    times = [pd.to_datetime(t).strftime("%d/%m/%Y %H:%M") for t in (begun, begun + np.timedelta64(11, "m"))]
    columns: dict[str, pa.Array] = {
        "ID": pa.array(ids).cast("string"),
        "Start time": pa.array(times[0]),
        "Completion time": pa.array(times[1]),
    }
    columns |= {"Email": pa.array(["anonymous"] * rows), "Name": pa.nulls(rows, "string")}
    for question in QUESTIONS:
        columns[question.text] = _answers(chance, question, rows)
    columns["What would help you most?"] = _comments(chance, rows, 0.4)
    columns["How did you hear about this survey?"] = _pick(chance, ["E-mail", "My manager", "A newsletter", "A colleague"], rows, 0.1)
    columns["Which days do you work? (Choose all that apply)"] = _several(
        chance, ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"], rows
    )
    columns["How many miles do you travel in a week?"] = _pick(chance, [str(i) for i in range(200)], rows, 0.2)
    columns["Would you take part again?"] = _pick(chance, ["Yes", "No", "Perhaps"], rows, 0.05)
    return pa.table(dict(list(columns.items())[: 5 + COLUMNS]))


def _answers(chance: np.random.Generator, question: Question, rows: int) -> pa.Array:
    labels = list(question.answers.values())
    if question.field == "pcn":
        words = [f"F{i:04}" for i in range(PCNS)] + [f"f{i:04} Fiction {i} PCN" for i in range(0, PCNS, 10)] + ["F9999", "Somewhere"]
        return _pick(chance, words, rows, 0.001)
    if question.field == "respondent_kind":
        return _pick(chance, labels * 40 + ["Chief bottle washer"], rows, 0.001)
    if question.kind == "choice":
        return _pick(chance, labels * 60 + ["I would rather explain"], rows, 0.15)
    if question.kind == "multi":
        return _several(chance, labels, rows)
    if question.kind == "text":
        return _comments(chance, rows, 0.8)
    low, high = int(question.low or 0), int(question.high or 10)
    words = [str(n) for n in range(low, high + 1)] if question.whole else ["0.4", "0.5", "0,6", "0.8", "1", "1.0"]
    return _pick(chance, [*words, "about half"] if not question.whole else words, rows, 0.15)


def _pick(chance: np.random.Generator, words: list[str], rows: int, blank: float) -> pa.Array:
    at = pa.array(chance.integers(0, len(words), rows), mask=chance.random(rows) < blank)
    return pa.array(words).take(at)


def _several(chance: np.random.Generator, labels: list[str], rows: int) -> pa.Array:
    """Several answers as Forms writes them: each followed by a semicolon."""
    sets = [[*chance.choice(len(labels), chance.integers(1, min(len(labels), 5) + 1), replace=False)] for _ in range(3_000)]
    words = ["".join(f"{labels[i]};" for i in chosen) for chosen in sets]
    own = [f"{words[i]}My own words {i};" for i in range(40)]
    return _pick(chance, words + own, rows, 0.15)


SENTENCES = sorted(
    {
        text.strip()
        for module in (sentences_pcn, sentences_support, sentences_work)
        for name in vars(module)
        if name.isupper()
        for texts in (vars(module)[name].values() if isinstance(vars(module)[name], dict) else [vars(module)[name]])
        for text in texts
        if isinstance(text, str) and 20 < len(text) < 120 and "{" not in text
    }
)


def _comments(chance: np.random.Generator, rows: int, share: float) -> pa.Array:
    """Comments of 100 to 150 characters, mostly different; some give an e-mail address or a telephone number."""
    halves = pa.array([s[:60].rsplit(" ", 1)[0] for s in SENTENCES])
    parts = [halves.take(pa.array(chance.integers(0, len(halves), rows))) for _ in range(3)]
    text = pa.compute.binary_join_element_wise(*parts, ", ")
    ends = pa.array([""] * 97 + [" Write to jo.bloggs@example.org", " Ring me on 07700 900123", ' They said "no"\nand left'])
    text = pa.compute.binary_join_element_wise(text, ends.take(pa.array(chance.integers(0, 100, rows))), "")
    return pa.compute.if_else(pa.array(chance.random(rows) < share), text, pa.scalar(None, "string"))


def baseline(path: Path, out: Path) -> dict[str, float]:
    """DuckDB alone: CSV to table in a database file."""
    import duckdb

    began = time.perf_counter()
    with duckdb.connect(str(out / f"baseline-{os.getpid()}.duckdb")) as connection:
        connection.execute(
            "CREATE TABLE response AS SELECT * FROM read_csv(?, all_varchar = true, header = true, delim = ',', quote = '\"', "
            "escape = '\"', ignore_errors = true)",
            [str(path)],
        )
        connection.execute("CHECKPOINT")
        rows = connection.execute("SELECT count(*), (SELECT count(*) FROM duckdb_columns() WHERE table_name = 'response') FROM response")
        found = rows.fetchone() or (0, 0)
    return {"seconds": time.perf_counter() - began, "rows": found[0], "columns": found[1]}


def ours(path: Path, out: Path, quiet: bool) -> dict[str, float]:
    """The whole intake, folder to snapshot."""
    from oversight import publish

    began = time.perf_counter()
    account = publish.build(
        [path.parent],
        out / f"ours-{os.getpid()}",
        lambda text: None if quiet else print(f"   {time.perf_counter() - began:6.1f} s  {text}", file=sys.stderr, flush=True),
    )
    seconds = time.perf_counter() - began
    source = next(s for s in account.sources if s.file == path.name)
    size = account.path.stat().st_size if account.path else 0
    return {"seconds": seconds, "rows": source.reading.rows_read, "accepted": source.accepted, "aside": source.quarantined, "bytes": size}


def _measure(which: str, path: Path, out: Path, quiet: bool) -> dict[str, float]:
    command = [sys.executable, __file__, "--child", which, str(path), str(out), *(["--quiet"] if quiet else [])]
    run = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(run.stdout.splitlines()[-1])


def _child(which: str, path: Path, out: Path, quiet: bool) -> None:
    result = baseline(path, out) if which == "baseline" else ours(path, out, quiet)
    unit = 1 if sys.platform == "darwin" else 1024
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps(result | {"memory": used.ru_maxrss * unit, "cpu": used.ru_utime + used.ru_stime}))


def main() -> None:
    """Make the files, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--responses", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=3, help="runs of each, in turn; the medians are compared")
    parser.add_argument("--quiet", action="store_true", help="do not show the progress of the build")
    parser.add_argument("--child", nargs=3, metavar=("WHICH", "FILE", "OUT"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        _child(given.child[0], Path(given.child[1]), Path(given.child[2]), given.quiet)
        return
    with tempfile.TemporaryDirectory() as folder:
        exports, out = Path(folder) / "exports", Path(folder) / "out"
        exports.mkdir()
        out.mkdir()
        path = make_folder(exports, given.responses)
        print(f"{path.name}: {given.responses:,} responses, {COLUMNS} questions, {path.stat().st_size / 1e6:,.0f} MB", flush=True)
        runs: dict[str, list[dict[str, float]]] = {"baseline": [], "ours": []}
        for number in range(given.repeat):
            for which, found in runs.items():
                found.append(_measure(which, path, out, given.quiet or number > 0))
                run = found[-1]
                used = f"{run['seconds']:.2f} s, {run['cpu']:.2f} s of processor, peak memory {run['memory'] / 2**20:,.0f} MiB"
                print(f"{which} {number + 1}: {used}", flush=True)
                for left in out.rglob("*.duckdb*"):
                    left.unlink()
        medians = {which: statistics.median(r["seconds"] for r in found) for which, found in runs.items()}
        last, processor = runs["ours"][-1], {which: statistics.median(r["cpu"] for r in found) for which, found in runs.items()}
        print(f"rows: {last['rows']:,} read, {last['accepted']:,} accepted, {last['aside']:,} set aside")
        print(f"snapshot: {last['bytes'] / 1e6:,.0f} MB; peak memory {max(r['memory'] for r in runs['ours']) / 2**20:,.0f} MiB")
        print(f"median: DuckDB alone {medians['baseline']:.2f} s, the intake {medians['ours']:.2f} s")
        print(f"ratio {medians['ours'] / medians['baseline']:.2f}, of processor time {processor['ours'] / processor['baseline']:.2f}")


if __name__ == "__main__":
    main()
