"""Whether further focus groups still bring up new themes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from oversight.stats.arrays import column, ratio

#: Sessions that make the base, and the run of later ones that is held against it (Guest, Namey and Chen 2020, PLOS ONE 15: e0232076).
BASE, RUN = 4, 2


def saturation(table: pd.DataFrame, base: int = BASE, run: int = RUN) -> pd.DataFrame:
    """Step: ``new`` themes per session in order in; adds what the latest run of sessions added to the base.

    Adds ``base_themes`` (raised in the first ``base`` sessions), ``run_new`` (new themes in this session and the ``run`` − 1
    before it, none of which is in the base) and ``saturation`` = run_new ÷ base_themes; the last two NaN before the first whole run.
    """
    new = column(table, "new")
    in_base = float(new[:base].sum()) if len(new) >= base else np.nan
    run_new = np.full(len(new), np.nan)
    for i in range(base + run - 1, len(new)):
        run_new[i] = new[i - run + 1 : i + 1].sum()
    return table.assign(base_themes=in_base, run_new=run_new, saturation=ratio(run_new, np.full(len(new), in_base)))
