"""Damages exports of every tool at random and reads them: no dead process, no traceback, the account balances, bounds hold.

Run: python bench/mutations.py --files 10000 --seed 1
Each file is written whole by the tests' own writers (tests/exports/seeds.py), then damaged: bytes flipped, cut off, pieces
doubled, dropped or moved, encodings swapped, headers shuffled; archives outside and inside their members. It goes through
``publish.build`` (read, map, check) beside a registration map, registers and mappings, in a worker process. A run fails when
a worker dies, takes more than 60 seconds or 1 GiB, raises anything but a sentence for people, or the account does not balance.
Nothing depends on the clock but the time limit: the same seed damages the same files.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import random
import resource
import sys
import tempfile
import time
import traceback
import warnings
import zipfile
from collections import Counter, defaultdict
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "exports")]

SECONDS, GIB = 60, 1.0
MARKS = (b'"', b"\x00", b"\r", b";", b"\t", b"<!--", b"&x;", b"]]>", b"\xff\xfe", b"\xef\xbb\xbf", b"=1+1", b'"""', b"\n" * 50)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252", "cp037", "utf-7")


def flip(data: bytes, rng: random.Random) -> bytes:
    """Up to thirty bytes changed."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 30)):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def cut(data: bytes, rng: random.Random) -> bytes:
    """The end, or the beginning, gone."""
    at = rng.randrange(len(data))
    return data[:at] if rng.random() < 0.8 else data[at:]


def move(data: bytes, rng: random.Random) -> bytes:
    """A piece doubled, dropped or moved somewhere else."""
    a, b = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    piece = data[a : min(b, a + 5_000)]
    rest = data[:a] + data[a + len(piece) :]
    at = rng.randrange(len(rest) + 1)
    return rng.choice([data[:a] + piece * rng.randint(2, 4) + data[a:], rest, rest[:at] + piece + rest[at:]])


def insert(data: bytes, rng: random.Random) -> bytes:
    """Marks that take texts apart, where they do not belong."""
    at = rng.randrange(len(data) + 1)
    mark = rng.choice(
        [b'"', b"\x00", b"\r", b";", b"\t", b"<!--", b"&x;", b"]]>", b"\xff\xfe", b"\xef\xbb\xbf", b"=1+1", b'"' * 3, b"\n" * 50]
    )
    return data[:at] + mark * rng.randint(1, 5) + data[at:]


def encode(data: bytes, rng: random.Random) -> bytes:
    """The same text in another encoding, or read as one it is not in."""
    text = data.decode(rng.choice(["utf-8", "cp1252", "latin-1"]), errors="replace")
    return text.encode(rng.choice(ENCODINGS), errors="replace")


def shuffle(data: bytes, rng: random.Random) -> bytes:
    """The cells of the first line in another order, or its lines."""
    lines = data.split(b"\n")
    if rng.random() < 0.7:
        mark = rng.choice([b",", b";", b"\t"])
        row = rng.randrange(min(3, len(lines)))
        cells = lines[row].split(mark)
        rng.shuffle(cells)
        lines[row] = mark.join(cells)
    else:
        rng.shuffle(lines)
    return b"\n".join(lines)


DAMAGES = (flip, cut, move, insert, encode, shuffle)


def inside(data: bytes, rng: random.Random) -> bytes:
    """An archive with one member damaged, left out, renamed or doubled; the rest whole."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(i.filename, archive.read(i)) for i in archive.infolist()]
    at = rng.randrange(len(members))
    name, content = members[at]
    what = rng.random()
    if what < 0.7 and content:
        members[at] = name, rng.choice(DAMAGES)(content, rng)
    elif what < 0.8:
        del members[at]
    elif what < 0.9:
        members[at] = rng.choice(["../" + name, "/" + name, name.upper(), name + "x"]), content
    else:
        members.append((name, content[: len(content) // 2]))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, bytes_ in members:
            archive.writestr(zipfile.ZipInfo(member), bytes_)
    return out.getvalue()


def damaged(data: bytes, rng: random.Random) -> bytes:
    """One to three blows."""
    for _ in range(rng.choice([1, 1, 2, 3])):
        if not data:
            break
        in_archive = data.startswith(b"PK") and rng.random() < 0.75
        try:
            data = inside(data, rng) if in_archive else rng.choice(DAMAGES)(data, rng)
        except Exception:  # the archive is damaged already
            data = flip(data, rng)
    return data


def _built(folder: Path) -> str:
    """What a build of the folder comes to; the account must balance, and every accepted response must be there."""
    from oversight import publish
    from oversight.checks import CheckFailed
    from oversight.exports.reading import FileProblem

    try:
        account = publish.build([folder], None)
    except (FileProblem, CheckFailed) as problem:
        assert str(problem)
        return ", build refused"
    assert all(s.accepted >= 0 and s.reading.rows_read == s.accepted + s.quarantined for s in account.sources)
    surveys = sum(s.accepted for s in account.sources if s.reading.survey is not None)
    assert surveys == account.responses, (surveys, account.responses)
    return ", built"


def worker(pipe: Connection) -> None:
    """Reads (folder, file) until there is none; answers with what became of each."""
    import warnings

    warnings.simplefilter("ignore")
    from oversight import exports
    from oversight.exports.reading import FileProblem

    while (job := pipe.recv()) is not None:
        folder, path = job
        began = time.monotonic()
        try:
            try:
                reading = exports.read(path)
            except FileProblem as problem:
                reading, outcome = None, "refused"
                assert problem.wrong and problem.mend
            else:
                outcome = "not recognised" if reading is None else "companion" if reading.companion else "read"
            if reading is not None:
                kept = len(reading.survey.cells) if reading.survey is not None else 0
                for name, table in reading.tables.items():  # a cue of a transcript may hold several turns; a code book holds no rows
                    kept += 0 if name == "codes" else table["row"].nunique() if name == "utterances" else len(table)
                assert reading.rows_read == kept + len(reading.aside), (reading.tool, reading.rows_read, kept, len(reading.aside))
            if outcome == "read":  # what cannot be read stops a build with the same words, what is not recognised stands beside it
                outcome += _built(folder)
            fault = ""
        except BaseException:  # anything else is what this looks for
            outcome, fault = "FAULT", traceback.format_exc()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        pipe.send((outcome, fault, time.monotonic() - began, peak))


class Worker:
    """A process that reads damaged files, started again when it dies or hangs."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self._pipe, other = multiprocessing.get_context("spawn").Pipe()
        self._process = multiprocessing.get_context("spawn").Process(target=worker, args=(other,), daemon=True)
        self._process.start()
        other.close()

    def read(self, folder: Path, path: Path) -> tuple[str, str, float, float]:
        """What became of one file: outcome, fault, seconds, peak memory of the process in GiB so far."""
        self._pipe.send((folder, path))
        if self._pipe.poll(SECONDS + 30):
            try:
                return self._pipe.recv()
            except EOFError:
                pass
        alive = self._process.is_alive()
        self._process.kill()
        self._process.join()
        self._start()
        return "FAULT", "hung" if alive else f"the process died ({self._process.exitcode})", float(SECONDS), 0.0

    def stop(self) -> None:
        """Let the process end."""
        self._pipe.send(None)
        self._process.join(5)


def main() -> None:
    """Damage and read; print a line per tool and every fault. Ends with 1 when there was one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tool", help="only seeds whose name holds this")
    parser.add_argument("--keep", type=Path, help="folder for the files that caused a fault")
    options = parser.parse_args()
    from seeds import write_seeds, write_surroundings

    warnings.simplefilter("ignore")  # names that stand twice in an archive are meant
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    slowest: dict[str, float] = defaultdict(float)
    faults: list[str] = []
    peak = 0.0
    reader = Worker()
    with tempfile.TemporaryDirectory() as temporary:
        seeds = [(name, path) for name, path in write_seeds(Path(temporary) / "seeds").items() if not options.tool or options.tool in name]
        folder = Path(temporary) / "exports"
        write_surroundings(folder)
        for number in range(options.files):
            name, seed = seeds[number % len(seeds)]
            rng = random.Random(f"{options.seed}-{number}")
            path = folder / f"damaged{''.join(seed.suffixes)}"
            path.write_bytes(damaged(seed.read_bytes(), rng))
            outcome, fault, seconds, used = reader.read(folder, path)
            peak = max(peak, used)
            if not fault and (seconds > SECONDS or used > GIB):
                outcome, fault = "FAULT", f"took {seconds:.0f} s and {used:.2f} GiB"
            outcomes[name][outcome] += 1
            slowest[name] = max(slowest[name], seconds)
            if fault:
                faults.append(f"file {number} ({name}): {fault}")
                if options.keep:
                    options.keep.mkdir(parents=True, exist_ok=True)
                    (options.keep / f"{number}-{name}{''.join(seed.suffixes)}").write_bytes(path.read_bytes())
            path.unlink()
            if number % 500 == 499:
                print(f"{number + 1:,} files, {len(faults)} faults, peak {peak:.2f} GiB", file=sys.stderr, flush=True)
    reader.stop()
    for name, counts in sorted(outcomes.items()):
        print(f"{name:32} slowest {slowest[name]:5.1f} s  " + ", ".join(f"{n} {what}" for what, n in counts.most_common()))
    print(f"{options.files:,} files, {len(faults)} faults, peak memory {peak:.2f} GiB")
    print("\n".join(faults[:20]))
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
