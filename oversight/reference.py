"""Small committed lists: the tile grid of ICBs."""

from __future__ import annotations

from functools import cache

import pandas as pd

from oversight.settings import REFERENCE


@cache
def icb_tiles() -> pd.DataFrame:
    """The 36 ICBs of April 2026 on a hand-laid grid: icb_code, short_name, tile_col, tile_row (0, 0 is top left)."""
    return pd.read_csv(REFERENCE / "icb.csv", encoding="utf-8")[["icb_code", "short_name", "tile_col", "tile_row"]]
