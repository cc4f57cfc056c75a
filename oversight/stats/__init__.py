"""Intervals and comparisons: the only place where they are worked out.

Plain functions on counts, one module per question, and in ``steps.py`` what ``ask`` applies to a query's table. Where a
denominator is 0 or missing the result is NaN, never 0; counts that cannot be (more with than in all) raise ``ValueError``,
for the query is at fault.
"""

from oversight.stats.differences import newcombe
from oversight.stats.funnel import Spread, dispersion, funnel, funnel_curves, funnel_overdispersed, funnel_rows, overdispersion
from oversight.stats.proportions import Z95, Z998, Direction, against, better_or_worse, bounds, wilson, wilson_known
from oversight.stats.steps import change, coverage, rate, share
from oversight.stats.weights import post_stratified, weighted

__all__ = [
    "Z95", "Z998", "Direction", "Spread", "against", "better_or_worse", "bounds", "change", "coverage", "dispersion", "funnel",
    "funnel_curves", "funnel_overdispersed", "funnel_rows", "newcombe", "overdispersion", "post_stratified", "rate", "share", "weighted",
    "wilson", "wilson_known",
]  # fmt: skip
