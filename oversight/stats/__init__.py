"""Intervals and comparisons: the only place where they are worked out.

Plain functions on counts, one module per question, and in ``steps.py`` what ``ask`` applies to a query's table. Where a
denominator is 0 or missing the result is NaN, never 0; counts that cannot be (more with than in all) raise ``ValueError``,
for the query is at fault.
"""

from oversight.stats.agreement import FIRM, TENTATIVE, Level, agreement, how_firm, krippendorff
from oversight.stats.association import LEAST_EXPECTED, jaccard, pairs, phi, phi_interval
from oversight.stats.differences import Paired, mcnemar, newcombe
from oversight.stats.panels import Panel, panel
from oversight.stats.proportions import Z95, Z998, Direction, against, better_or_worse, bounds, wilson
from oversight.stats.steps import change, coverage, panels, rate, same, share

__all__ = [
    "FIRM", "LEAST_EXPECTED", "TENTATIVE", "Z95", "Z998", "Direction", "Level", "Paired", "Panel", "against", "agreement",
    "better_or_worse", "bounds", "change", "coverage", "how_firm", "jaccard", "krippendorff", "mcnemar", "newcombe", "pairs", "panel",
    "panels", "phi", "phi_interval", "rate", "same", "share", "wilson",
]  # fmt: skip
