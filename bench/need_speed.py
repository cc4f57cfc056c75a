"""What the whole answer to “which PCNs most need the offer” costs beside its draws alone: ``python bench/need_speed.py``.

Options: ``--repeat 15``, ``--pcns 1300``, ``--snapshot FILE`` (default: the fictional sample is published into a temporary folder).

In one run and in turn: ``need.rank`` on the raw table of the newest wave (model, 5,000 draws, ranks, bands, reasons, evidence, sharing
out), and what NumPy takes to generate (``default_rng(seed).standard_normal``) and ``argsort`` a matrix of as many draws of as many PCNs.
The raw table is the one that the query ``priority`` hands to its step; PCNs that the sample lacks are copies of others under codes of
their own. Nothing is kept from one run to the next. It prints both medians in milliseconds, their ratio, and where the time goes (by a
profile of one more run, which is slower).
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy: NumPy sorts on one core, so the model gets one too
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

from oversight import need, publish, store  # noqa: E402
from oversight.settings import SAMPLE  # noqa: E402

DRAWS, PCNS, TARGET = 5_000, 1_300, 4.0


def raw_table(snapshot: store.Snapshot, pcns: int) -> pd.DataFrame:
    """What the query ``priority`` gives to its step for the newest wave, with as many PCNs as asked for."""
    query = store.queries()["priority"]
    values = {p.name: p.value(None) for p in query.parameters} | {"wave": store.newest_wave(snapshot)}
    table = store._cursor(snapshot.path).execute(query.sql, {name: values[name] for name in query.sql_parameters}).df()
    codes = table["pcn_code"].unique()
    if len(codes) > pcns:
        return table[table["pcn_code"].isin(codes[:pcns])].reset_index(drop=True)
    more = table[table["pcn_code"].isin(codes[: pcns - len(codes)])]
    copies = more.assign(pcn_code="X" + more["pcn_code"], respondent_id="X" + more["respondent_id"])
    return pd.concat([table, copies], ignore_index=True)


def answer(table: pd.DataFrame, k: int) -> None:
    """The whole answer, with nothing kept from an earlier one."""
    for module in [module for name, module in sys.modules.items() if name.startswith("oversight.need")]:
        for kept in vars(module).values():
            if hasattr(kept, "cache_clear"):
                kept.cache_clear()
    need.rank(table, k)


def milliseconds(what: Callable[..., None], *args: object) -> float:
    """How long one call takes."""
    began = time.perf_counter()
    what(*args)
    return 1000 * (time.perf_counter() - began)


def floor(pcns: int, draws: int = DRAWS) -> None:
    """The draws alone: generated and put in order."""
    np.argsort(np.random.default_rng(20_210_401).standard_normal((draws, pcns)), axis=1)


def where(table: pd.DataFrame, k: int) -> None:
    """Print what the functions of the product, and what they call, take of one run."""
    profile = cProfile.Profile()
    profile.runcall(answer, table, k)
    rows = []
    for (file, line, name), (_, calls, own, whole, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        ours = f"{Path(file).parent.name}/{Path(file).name}:{line}" if "oversight" in file else ""
        if ours or own > 0.005:
            rows.append((whole, own, calls, name, ours))
    print(f"\n{'Function':<46}{'Calls':>7}{'With callees':>14}{'Own ms':>9}  Where")
    for whole, own, calls, name, ours in sorted(rows, reverse=True)[:24]:
        print(f"{name[:44]:<46}{calls:>7}{1000 * whole:>14.1f}{1000 * own:>9.1f}  {ours}")


def main() -> None:
    """Measure in turn and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=15)
    parser.add_argument("--pcns", type=int, default=PCNS)
    parser.add_argument("--k", type=int, default=100)
    parser.add_argument("--snapshot", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.snapshot or publish.build([SAMPLE], Path(folder)).path
        table = raw_table(store.find_snapshot(path), arguments.pcns)
    replied = int(table["respondent_id"].notna().sum())
    print(f"{table['pcn_code'].nunique():,} PCNs, {replied:,} replies, {DRAWS:,} draws; median of {arguments.repeat}, in turn.")
    answer(table, arguments.k)
    floor(arguments.pcns)
    ours, beside = [], []
    for _ in range(arguments.repeat):
        ours.append(milliseconds(answer, table, arguments.k))
        beside.append(milliseconds(floor, arguments.pcns))
    whole, alone = statistics.median(ours), statistics.median(beside)
    print(f"The whole answer: {whole:.0f} ms (from {min(ours):.0f} to {max(ours):.0f}).")
    print(f"Generating and sorting the draws alone: {alone:.0f} ms (from {min(beside):.0f} to {max(beside):.0f}).")
    print(f"Ratio: {whole / alone:.2f} times. Target: at most {TARGET:g} times.")
    where(table, arguments.k)


if __name__ == "__main__":
    main()
