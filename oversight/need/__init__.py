"""The need of every PCN: weights, two models, draws, bands, reasons and evidence, and the steps that queries name.

``weights``: criteria and what they weigh. ``estimates``: what goes into a model and comes out. ``factor``: the model, and
``posterior``: what it says of each PCN. ``composite``: a simpler model to compare with. ``draws``: chances and intervals of ranks.
``cases``: from a query's rows to estimates. ``ranking``: the steps.
"""

from oversight.need import weights as weights
from oversight.need.cases import MODELS, Case, case, tilted, without_one
from oversight.need.draws import DRAWS, SEED
from oversight.need.ranking import BANDS, Band, band, points, rank
from oversight.need.weights import CRITERIA, SENSITIVE, SENSITIVE_UNDER, WEIGHTS, set_minimum

__all__ = [
    "BANDS", "CRITERIA", "DRAWS", "MODELS", "SEED", "SENSITIVE", "SENSITIVE_UNDER", "WEIGHTS", "Band", "Case", "band", "case", "points",
    "rank", "set_minimum", "tilted", "weights", "without_one",
]  # fmt: skip
