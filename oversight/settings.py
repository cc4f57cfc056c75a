"""Where things lie, and what can be set (``data/reference/settings.toml``)."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
QUERIES = ROOT / "queries"
REFERENCE = ROOT / "data" / "reference"
MAPPINGS = REFERENCE / "mappings"
SAMPLE = ROOT / "data" / "sample"


def snapshots_folder() -> Path:
    """Folder of the published snapshots: the environment variable OVERSIGHT_SNAPSHOTS, else data/snapshots."""
    return Path(os.environ.get("OVERSIGHT_SNAPSHOTS") or ROOT / "data" / "snapshots")


def exports_folder() -> Path:
    """Folder of the team's own exports: the environment variable OVERSIGHT_EXPORTS, else data/exports."""
    return Path(os.environ.get("OVERSIGHT_EXPORTS") or ROOT / "data" / "exports")


@dataclass(frozen=True)
class Settings:
    """Definitions (stored in each snapshot); disclosure rules and how many snapshots are kept (live)."""

    definitions: dict[str, float]
    min_respondents: int
    small_low: int
    small_high: int
    snapshots_kept: int = 12


@cache
def settings() -> Settings:
    """The settings file, read once."""
    with (REFERENCE / "settings.toml").open("rb") as file:
        raw = tomllib.load(file)
    definitions = {k: float(v) for k, v in raw["definitions"].items()}
    return Settings(definitions, **raw["disclosure"], **raw.get("history", {}))
