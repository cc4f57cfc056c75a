"""Kills a build at random moments, again and again: what is served must always be an old or a new snapshot, whole.

Run: python bench/kill_publish.py --kills 200 --seed 1
Half of the kills come in the last 40% of a build, where it checks, writes and renames. After each kill the current snapshot
is opened, held against the contract, and its responses are counted: as many as the last build that ended, or as this one.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from oversight import publish  # noqa: E402
from oversight.checks import check_snapshot  # noqa: E402
from tests.programme import response, write_forms, write_programme  # noqa: E402

PCNS = {f"F{i:04}": "QHL" for i in range(1, 9)}


def responses(out: Path) -> int:
    """Open the current snapshot, hold it against the contract, and count its responses."""
    current = (out / "current").read_text(encoding="utf-8").strip()
    with duckdb.connect(str(out / f"{current}.duckdb"), read_only=True) as connection:
        check_snapshot(connection)
        answers, found, accepted = connection.execute(
            "SELECT (SELECT count(DISTINCT response_id) FROM answer), (SELECT count(*) FROM response), "
            "(SELECT sum(accepted) FROM load WHERE tool = 'microsoft_forms')"
        ).fetchall()[0]
    assert answers == found == accepted, (answers, found, accepted)
    return int(found)


def main() -> None:
    """Build, kill, look; print how many kills hit, and how many found the old and the new snapshot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as temporary:
        folder, out = Path(temporary) / "exports", Path(temporary) / "snapshots"
        write_programme(folder, PCNS, [response(code) for code in PCNS])
        publish.build([folder], out)
        command = [sys.executable, "-m", "oversight", "build", str(folder), "--out", str(out)]
        whole = 0.0
        for size in (1, 2, 3):  # a build of the same files would not write again
            write_forms(folder, [{**response("F0001"), "id": str(i)} for i in range(size)])
            began = time.monotonic()
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
            whole = max(whole, time.monotonic() - began)
        old, killed, kept, new = responses(out), 0, 0, 0
        for attempt in range(options.kills):
            size = len(PCNS) + attempt + 1
            write_forms(folder, [{**response(chance.choice(list(PCNS))), "id": str(i)} for i in range(size)])
            process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(chance.uniform(0, whole) if attempt % 2 else chance.uniform(0.6, 1.1) * whole)
            process.kill()
            killed += process.wait() != 0
            now = responses(out)
            if now not in (old, size):
                sys.exit(f"kill {attempt}: {now} responses are served, neither {old} (before) nor {size} (this build)")
            kept, new, old = kept + (now == old), new + (now == size), now
        publish.build([folder], out)
        left = [p.name for p in out.iterdir() if p.name.startswith(".building-")]
    print(
        f"{options.kills} builds, {killed} killed before they ended: {kept} times the old snapshot, {new} times the new one, always whole."
    )
    print(f"Left over after the next build: {left or 'nothing'}")


if __name__ == "__main__":
    main()
