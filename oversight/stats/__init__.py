"""Intervals and comparisons: the only place where they are worked out.

Plain functions on counts, one module per question, and in ``steps.py`` what ``ask`` applies to a query's table. Where a
denominator is 0 or missing the result is NaN, never 0; counts that cannot be (more with than in all) raise ``ValueError``,
for the query is at fault.
"""

from oversight.stats.differences import newcombe
from oversight.stats.means import mean, t_quantile
from oversight.stats.proportions import Z95, Z998, Direction, against, better_or_worse, bounds, wilson
from oversight.stats.sides import leaning, sides
from oversight.stats.steps import change, coverage, rate, share

__all__ = [
    "Z95", "Z998", "Direction", "against", "better_or_worse", "bounds", "change", "coverage", "leaning", "mean", "newcombe", "rate",
    "share", "sides", "t_quantile", "wilson",
]  # fmt: skip
