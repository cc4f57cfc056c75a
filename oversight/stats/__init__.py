"""Intervals and comparisons: the only place where they are worked out.

Plain functions on counts, one module per question, and in ``steps.py`` what ``ask`` applies to a query's table. Where a
denominator is 0 or missing the result is NaN, never 0; counts that cannot be (more with than in all) raise ``ValueError``,
for the query is at fault. Wherever counts are taken, one number, a list, an array or a pandas column will do, and they are
broadcast against one another; what comes back are numpy floats of that shape. Functions that take a ``table`` are steps (see
``steps.py``).
"""

from oversight.stats.agreement import FIRM, TENTATIVE, Level, agreement, how_firm, krippendorff
from oversight.stats.association import LEAST_EXPECTED, jaccard, pairs, phi, phi_interval
from oversight.stats.differences import Paired, mcnemar, newcombe
from oversight.stats.funnel import Spread, dispersion, funnel, funnel_curves, funnel_overdispersed, funnel_rows, overdispersion
from oversight.stats.means import mean, mean_interval, t_quantile
from oversight.stats.panels import Panel, panel
from oversight.stats.proportions import Z95, Z998, Direction, against, better_or_worse, bounds, wilson, wilson_known
from oversight.stats.saturation import BASE, RUN, saturation
from oversight.stats.sides import leaning, sides
from oversight.stats.steps import change, coverage, panels, rate, same, share
from oversight.stats.weights import post_stratified, weighted

__all__ = [
    "BASE", "FIRM", "LEAST_EXPECTED", "RUN", "TENTATIVE", "Z95", "Z998", "Direction", "Level", "Paired", "Panel", "Spread",
    "against", "agreement", "better_or_worse", "bounds", "change", "coverage", "dispersion", "funnel", "funnel_curves",
    "funnel_overdispersed", "funnel_rows", "how_firm", "jaccard", "krippendorff", "leaning", "mcnemar", "mean", "mean_interval", "newcombe",
    "overdispersion", "pairs", "panel", "panels", "phi", "phi_interval", "post_stratified", "rate", "same", "saturation", "share",
    "sides", "t_quantile", "weighted", "wilson", "wilson_known",
]  # fmt: skip
