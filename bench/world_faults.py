"""A small programme with one thing wrong at a time, and what the command line says of it: ``python bench/worlds.py --faults``."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import world_files as files
from world_draw import Recipe, draw

GOOD = "[weights]\npoint_of_contact = 15\ngp_supervisor = 20\nclinical_supervision = 35\nsafeguarding_and_concerns = 30\n"
WEIGHTS: Mapping[str, str | None] = {
    "weights: good": GOOD,
    "weights: no such file": None,
    "weights: not TOML": "[weights\npoint_of_contact = 15",
    "weights: no [weights]": "point_of_contact = 15",
    "weights: unknown criterion": GOOD + "morale = 5\n",
    "weights: negative": GOOD.replace("20", "-20"),
    "weights: text": GOOD.replace("20", '"much"'),
    "weights: not a number": GOOD.replace("20", "nan"),
    "weights: true": GOOD.replace("20", "true"),
    "weights: all 0": "[weights]\nstrain = 0\n",
    "weights: sensitive above half": "[weights]\ngp_supervisor = 4\nsafeguarding_and_concerns = 3\nstrain = 3\n",
    "weights: empty": "[weights]\n",
}


def _line(path: Path, number: int, text: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[number - 1] = text
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _add(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text + "\n", encoding="utf-8")


def _replace(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


COVARIATES, MAP, WAVES = "covariates.csv", "gp-reg-pat-prac-map.csv", "waves.csv"
BUILDS: Mapping[str, Callable[[Path], None]] = {
    "covariates: text": lambda f: _line(f / COVARIATES, 5, "F0002,x1,high,drawn"),
    "covariates: blank": lambda f: _line(f / COVARIATES, 5, "F0002,x1,,drawn"),
    "covariates: infinite": lambda f: _line(f / COVARIATES, 5, "F0002,x1,inf,drawn"),
    "covariates: comma for a point": lambda f: _line(f / COVARIATES, 5, 'F0002,x1,"1,5",drawn'),
    "covariates: no source": lambda f: _line(f / COVARIATES, 5, "F0002,x1,1.5,"),
    "covariates: unknown PCN": lambda f: _add(f / COVARIATES, "F9999,x1,1.0,drawn"),
    "covariates: twice": lambda f: _add(f / COVARIATES, "F0002,x1,1.0,drawn"),
    "covariates: one column per covariate": lambda f: (f / COVARIATES).write_text("pcn_code,x1,x2\nF0001,1,2\n"),
    "waves: none": lambda f: (f / WAVES).unlink(),
    "waves: another tool": lambda f: _replace(f / WAVES, "microsoft_forms", "smartsurvey"),
    "waves: unknown tool": lambda f: _replace(f / WAVES, "microsoft_forms", "Microsoft Forms"),
    "waves: other dates": lambda f: _replace(f / WAVES, "2026-09-14,2026-10-23", "2025-09-14,2025-10-23"),
    "waves: unknown role": lambda f: _replace(f / WAVES, "splw", "link workers"),
    "map: none": lambda f: (f / MAP).unlink(),
    "map: other codes": lambda f: _replace(f / MAP, ",F0", ",PCN0"),
    "map: some codes as of real PCNs": lambda f: _replace(f / MAP, ",F0003", ",U00003"),
    "map: a PCN less": lambda f: _line(f / MAP, 3, (f / MAP).read_text().splitlines()[1].replace("FP0000", "FP9999")),
    "folder: none": shutil.rmtree,
    "folder: empty": lambda f: [path.unlink() for path in f.iterdir()] and None,
}
ASKS: Mapping[str, list[str]] = {
    "ask: unknown wave": ["--wave", "2031"],
    "ask: unknown role": ["--role", "nurse"],
    "ask: further role": ["--also", "care_coordinator"],
    "ask: unknown further role": ["--also", "nurse"],
    "ask: the same role again": ["--also", "splw"],
    "ask: k is no number": ["--k", "many"],
    "ask: k is negative": ["--k", "-1"],
    "ask: unknown parameter": ["--colour", "blue"],
    "ask: unknown region": ["--region", "Y99"],
    "ask: weights as text": ["--weights", "15-20-35-30-0"],
    "ask: no value": ["--k"],
}


def try_faults(run: Callable) -> int:
    """Print what is said of each fault; 1 when a traceback is among it."""
    bad = 0
    made = draw(Recipe([("QHL", "Y60"), ("QE1", "Y62")], 12), 1)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        files.write_nation(made, folder / "good", 1)
        run("build", str(folder / "good"), "--out", str(folder / "out"))
        (snapshot,) = (folder / "out").glob("*.duckdb")
        ask = ["ask", "priority", "--snapshot", str(snapshot), "--k", "3", "--audience", "internal", "--format", "csv"]
        for name, text in WEIGHTS.items():
            path = folder / "weights.toml"
            path.unlink(missing_ok=True)
            if text is not None:
                path.write_text(text, encoding="utf-8")
            bad |= _print(name, run(*ask, "--weights", str(path))[0], folder)
        for name, more in ASKS.items():
            bad |= _print(name, run(*ask, *more)[0], folder)
        bad |= _print("ask: no such snapshot", run(*ask, "--snapshot", str(folder / "nowhere.duckdb"))[0], folder)
        for name, spoil in BUILDS.items():
            shutil.copytree(folder / "good", folder / "bad")
            spoil(folder / "bad")
            bad |= _print(name, run("build", str(folder / "bad"), "--out", str(folder / "out-bad"))[0], folder)
            shutil.rmtree(folder / "bad", ignore_errors=True)
    return bad


def _print(name: str, done: object, folder: Path) -> int:
    """The exit code, what was said on errors, and what of the account speaks of rows set aside."""
    code, out, err = done.returncode, done.stdout, done.stderr  # type: ignore[attr-defined]
    said = [line for line in err.splitlines() if not line.startswith(("Reading", "Mapping", "Checking", "Writing", "FICTIONAL"))]
    said += [line.strip() for line in out.splitlines() if "quarantined," in line or "note:" in line or "Not used" in line]
    print(f"{name}: exit {code}" + "".join(f"\n    {line.replace(str(folder), '…')}" for line in said))
    return int("Traceback" in err or code not in (0, 1, 2))
