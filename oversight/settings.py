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
class Convergence:
    """From when on a theme is common or rare, in the survey (shares of respondents) and in focus groups (shares of sessions)."""

    survey_common: float = 0.25
    survey_rare: float = 0.10
    sessions_common: float = 0.50
    sessions_rare: float = 0.25
    min_respondents: int = 10
    min_sessions: int = 5

    def __post_init__(self) -> None:
        """Raises ``ValueError`` where what is rare would be common too."""
        for kind in ("survey", "sessions"):
            if not 0 < getattr(self, f"{kind}_rare") < getattr(self, f"{kind}_common") <= 1:
                raise ValueError(f"settings.toml: {kind}_rare must be above 0 and below {kind}_common, and that at most 1")


@dataclass(frozen=True)
class Settings:
    """Definitions (stored in each snapshot); disclosure rules, thresholds of convergence and how many snapshots are kept (live)."""

    definitions: dict[str, float]
    min_respondents: int
    small_low: int
    small_high: int
    snapshots_kept: int = 12
    convergence: Convergence = Convergence()


@cache
def settings() -> Settings:
    """The settings file, read once."""
    with (REFERENCE / "settings.toml").open("rb") as file:
        raw = tomllib.load(file)
    definitions = {k: float(v) for k, v in raw["definitions"].items()}
    convergence = Convergence(**raw.get("convergence", {}))
    return Settings(definitions, **raw["disclosure"], **raw.get("history", {}), convergence=convergence)
