"""Other worlds: whole made-up programmes built and ranked from the command line, as somebody would who has only read the documentation.

    python bench/worlds.py --world base --seed 1
    python bench/worlds.py --all --seeds 1 2 3
    python bench/worlds.py --faults

A world is drawn (``world_draw.py``) and written in the official layouts, with a Microsoft Forms export and registers
(``world_files.py``, after docs/simulated-programme.md). Then ``python -m oversight build`` and ``ask priority`` run as programs of
their own, and what they print is held against the need that was drawn. Codes are fictional (F and four digits) always.

Printed for each world: PCNs, people, replies; the share of the truly neediest K found (p@K) and the need captured (gain: 0 at random, 1
at best) by the product, by the reference EBLUP of ``need_rankers.py`` on the same replies, and by the raw mean with ties at random (mean
of 20); how often the 90% intervals hold the need and the rank that were drawn; the chance P(top K) said of the first K beside the share
of them that is truly there; places given by the plan; seconds of build and of ask.

``--faults`` writes a small programme with one thing wrong at a time and prints what the command line says.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import world_files as files
from need_rankers import eblup
from world_draw import WEIGHTS, Nation, Recipe, draw

ROOT = Path(__file__).resolve().parents[1]
REAL = Path(os.environ.get("OVERSIGHT_REAL_DATA") or ROOT.parent / "shared" / "real")
COLUMNS = (
    "pcn_code", "estimate", "low", "high", "p_top_k", "rank_low", "rank_high", "band", "n", "n_workers", "evidence", "selected",
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """What is drawn, how it is written, and what is asked."""

    about: str
    recipe: Mapping[str, Any] = field(default_factory=dict)
    written: Mapping[str, Any] = field(default_factory=dict)
    k: int = 100
    ask: tuple[str, ...] = ()
    weights: bool = True


#: ICBs and regions of somebody's own making, as many as the country had before April 2026.
INVENTED = [(f"C{i:02}", f"R{r + 1}") for i, r in enumerate(np.repeat(np.arange(7), [6, 5, 11, 4, 3, 6, 7]))]
WORLDS: Mapping[str, World] = {
    "base": World("36 ICBs, 1,300 PCNs, 1 to 6 workers each, 45% reply"),
    "own": World("own wording of the questions and its own mapping", written={"own_wording": True}),
    "invented": World("42 ICBs and 7 regions with codes of one's own, 1,250 PCNs", {"areas": INVENTED, "pcns": 1_250}),
    "sizes": World("as many link workers per PCN as in the real workforce file", {"heads": "real"}),
    "missing": World("30% of PCNs without x1, one region without x2", written={"missing_x1": 0.3, "no_x2_in": "Y60"}),
    "constant": World("a further covariate that is the same everywhere", written={"constant": True}),
    "bare": World("no covariates, no list sizes", written={"covariates": False, "sizes": False}),
    "map only": World("nothing but the map, the survey and its wave", written={"covariates": False, "sizes": False, "workforce": False}),
    "silent": World("three regions silent", {"silent_regions": ("Y56", "Y59", "Y63")}),
    "few": World("15% reply", {"response": 0.15}),
    "alike": World("everybody answers alike", {"all_alike": True}),
    "one ICB": World("one ICB of 40 PCNs", {"areas": [("QHL", "Y60")], "pcns": 40}, k=5),
    "one PCN": World("one PCN", {"areas": [("QHL", "Y60")], "pcns": 1, "heads": [4], "response": 0.9}, k=1),
    "no replies": World("a survey that nobody answered", {"response": 0.0}),
    "k = 0": World("no place to give", k=0),
    "k > PCNs": World("more places than PCNs", {"pcns": 300}, k=1_000),
    "roles": World("Care Coordinators' answers beside", {"other_role": True}, ask=("--also", "care_coordinator")),
    "set weights": World("the weights as set in the product", weights=False),
}


def run(*arguments: str) -> tuple[subprocess.CompletedProcess[str], float]:
    """One command of the product and how long it took."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "oversight", *arguments],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", env=os.environ | {"OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    return done, time.perf_counter() - began


def nation(world: World, seed: int) -> Nation:
    """The nation of a world."""
    recipe = {"areas": files.real_areas(), "pcns": 1_300, **world.recipe}
    if recipe.get("heads") == "real":
        recipe["heads"] = files.real_heads(REAL)
    return draw(Recipe(**recipe), seed)


def try_world(world: World, seed: int, folder: Path) -> dict[str, object]:
    """Draw, write, build, ask and compare: one row of the table. Raises ``RuntimeError`` with what a command said when it fails."""
    made = nation(world, seed)
    weights = files.write_nation(made, folder / "exports", seed, **world.written)
    built, building = run("build", str(folder / "exports"), "--out", str(folder / "out"))
    if built.returncode:
        raise RuntimeError(f"build: {built.stderr}")
    (snapshot,) = (folder / "out").glob("*.duckdb")
    ask = ["ask", "priority", "--snapshot", str(snapshot), "--wave", files.WAVE, "--role", "splw", "--k", str(world.k)]
    ask += ["--audience", "internal", "--format", "csv", *world.ask, *(["--weights", str(weights)] if world.weights else [])]
    asked, asking = run(*ask)
    if asked.returncode:
        raise RuntimeError(f"ask: {asked.stderr}")
    answer = pd.read_csv(io.StringIO(asked.stdout), dtype={"pcn_code": "string"})
    if lacking := set(COLUMNS) - set(answer):
        raise RuntimeError(f"ask priority lacks {', '.join(sorted(lacking))}")
    return _compare(made, world, answer) | {"build s": round(building, 1), "ask s": round(asking, 1), "said": _said(asked.stderr)}


def _said(stderr: str) -> str:
    return "; ".join(line for line in stderr.splitlines() if line and not line.startswith("FICTIONAL"))


def _compare(made: Nation, world: World, answer: pd.DataFrame) -> dict[str, object]:
    """What was found of what was drawn."""
    truth = pd.Series(made.truth, index=made.codes)
    if sorted(answer["pcn_code"]) != sorted(made.codes):
        raise RuntimeError(f"ask priority gives {len(answer)} PCNs of {len(made.codes)}")
    k = min(world.k, len(truth))
    replies = made.replies["splw"]
    row: dict[str, object] = {
        "PCNs": len(truth), "people": int(made.people.sum()), "replies": len(replies), "K": world.k,
        "selected": int(answer["selected"].fillna(False).sum()),
    }  # fmt: skip
    order = [made.codes.index(code) for code in answer["pcn_code"]]
    found = {"product": _captured([np.array(order)], made.truth, k)} if answer["estimate"].notna().any() else {}
    if replies:
        found |= _others(made, replies, k)
    for name, (p, gain) in found.items():
        row |= {f"p@K {name}": p, f"gain {name}": gain}
    answer = answer.set_index("pcn_code")
    rank = (-truth).rank(method="first")[answer.index]
    inside = (answer["low"] <= truth[answer.index]) & (truth[answer.index] <= answer["high"])
    if answer["estimate"].notna().any():
        row["need in 90%"] = inside.mean()
        row["rank in 90%"] = ((answer["rank_low"] <= rank) & (rank <= answer["rank_high"])).mean() if k else np.nan
        row["P said"] = answer["p_top_k"].iloc[:k].mean()
        row["P true"] = (rank.iloc[:k] <= k).mean() if k else np.nan
    return row


def _captured(orders: list[np.ndarray], truth: np.ndarray, k: int) -> tuple[float, float]:
    """(p@K, gain), mean over orders of PCNs."""
    best = np.argsort(-truth, kind="stable")[:k]
    spread = truth[best].mean() - truth.mean() if 0 < k < len(truth) else 0.0
    if not spread:
        return np.nan, np.nan
    p = [len(set(order[:k]) & set(best)) / k for order in orders]
    gain = [(truth[order[:k]].mean() - truth.mean()) / spread for order in orders]
    return float(np.mean(p)), float(np.mean(gain))


def _others(made: Nation, replies: list[tuple[int, tuple[bool, ...]]], k: int) -> dict[str, tuple[float, float]]:
    """The same of the reference EBLUP (covariates x1 to x3, whatever was written) and of the raw mean."""
    pcn = np.array([at for at, _ in replies])
    score = np.array([unmet for _, unmet in replies], dtype=float) @ np.array(WEIGHTS)
    codes = [pd.factorize(np.array(area))[0] for area in (made.icb, made.region)]
    found = {}
    n = np.bincount(pcn, minlength=len(made.codes))
    if (n > 1).any() and len(set(score)) > 1:
        with contextlib.suppress(np.linalg.LinAlgError):  # too little for the reference
            fitted = eblup(score, pcn, codes[0], codes[1], made.x).score
            found["reference"] = _captured([np.argsort(-fitted, kind="stable")], made.truth, k)
    mean = np.divide(np.bincount(pcn, score, len(n)), n, out=np.full(len(n), -1.0), where=n > 0)
    rng = np.random.default_rng(0)
    found["raw"] = _captured([np.lexsort((rng.random(len(n)), -mean)) for _ in range(20)], made.truth, k)
    return found


def table(rows: list[dict[str, object]]) -> str:
    """The rows, means over seeds, as text."""
    frame = pd.DataFrame(rows)
    said = frame.pop("said")
    mean = frame.groupby("world", sort=False).mean(numeric_only=True)
    mean.insert(0, "seeds", frame.groupby("world", sort=False).size())
    whole = ["PCNs", "people", "replies", "K", "selected"]
    mean[whole] = mean[whole].round().astype(int)
    words = "\n".join(f"{world}: {text}" for world, text in dict.fromkeys(zip(frame["world"], said, strict=True)) if text)
    with pd.option_context("display.width", 250, "display.max_columns", None):
        return f"{mean.round(3).to_string()}\n{words}"


def main() -> int:
    """Run what is asked for; 1 when a world could not be built or ranked."""
    parser = argparse.ArgumentParser(description="Made-up programmes through build and ask priority, held against what was drawn.")
    parser.add_argument("--world", action="append", choices=list(WORLDS), help="may be given several times")
    parser.add_argument("--all", action="store_true", help="every world")
    parser.add_argument("--faults", action="store_true", help="a small programme with one thing wrong at a time")
    parser.add_argument("--seed", "--seeds", dest="seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--keep", type=Path, help="keep the files in this folder")
    options = parser.parse_args()
    if options.faults:
        from world_faults import try_faults

        return try_faults(run)
    rows, failed = [], 0
    for name in WORLDS if options.all else options.world or ["base"]:
        for seed in options.seeds:
            with tempfile.TemporaryDirectory() as temporary:
                folder = options.keep / f"{name.replace(' ', '-')}-{seed}" if options.keep else Path(temporary)
                try:
                    rows.append({"world": name, **try_world(WORLDS[name], seed, folder)})
                except RuntimeError as problem:
                    failed = 1
                    print(f"{name}, seed {seed}: {problem}", file=sys.stderr)
    if rows:
        print(table(rows))
    return failed


Run = Callable[..., tuple[subprocess.CompletedProcess[str], float]]

if __name__ == "__main__":
    sys.exit(main())
