"""The need of every PCN: weights, two models, draws, bands, reasons and evidence, and the steps that queries name.

``weights``: criteria and what they weigh. ``estimates``: what goes into a model and comes out. ``factor``: the model.
``composite``: a simpler one to compare with. ``draws``: chances and intervals of ranks. ``ranking``: the steps.
"""

from oversight.need import weights as weights
from oversight.need.draws import DRAWS, SEED
from oversight.need.ranking import BANDS, MODELS, Band, Case, band, case, points, rank
from oversight.need.weights import CRITERIA, SENSITIVE, SENSITIVE_UNDER, WEIGHTS, set_minimum

__all__ = [
    "BANDS", "CRITERIA", "DRAWS", "MODELS", "SEED", "SENSITIVE", "SENSITIVE_UNDER", "WEIGHTS", "Band", "Case", "band", "case", "points",
    "rank", "set_minimum", "weights",
]  # fmt: skip
