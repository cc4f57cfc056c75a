"""Small committed lists: the ICBs with their codes and their place on the tile grid."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pandas as pd

from oversight.settings import REFERENCE


@cache
def icbs() -> pd.DataFrame:
    """The 36 ICBs of April 2026: icb_code (ODS), icb_ons_code, icb_name, short_name, region_code, tile_col, tile_row."""
    return pd.read_csv(REFERENCE / "icb.csv", encoding="utf-8")


def icb_tiles() -> pd.DataFrame:
    """The ICBs on a hand-laid grid: icb_code, short_name, tile_col, tile_row (0, 0 is top left)."""
    return icbs()[["icb_code", "short_name", "tile_col", "tile_row"]]


@cache
def icb_by_any_code() -> Mapping[str, str]:
    """ODS or ONS code of an ICB -> its ODS code."""
    table = icbs()
    return dict(zip([*table["icb_code"], *table["icb_ons_code"]], 2 * table["icb_code"].tolist(), strict=True))
