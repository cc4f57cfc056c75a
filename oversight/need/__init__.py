"""The need of every PCN: weights, two models, draws, bands, reasons and evidence, and the steps that queries name.

``weights``: criteria and what they weigh. ``estimates``: what goes into a model and comes out. ``factor``: the model, and
``posterior``: what it says of each PCN. ``composite``: a simpler model to compare with. ``draws``: chances and intervals of ranks.
``cases``: from a query's rows to estimates. ``ranking``: the steps. ``choosing`` and ``sharing``: who gets the places.
``sensitivity``: how firm the ranking is. ``asking``: whom to ask next. ``following``: before and after the offer.
"""

from oversight.need import weights as weights
from oversight.need.asking import ask_next
from oversight.need.cases import case
from oversight.need.draws import DRAWS, SEED
from oversight.need.following import change
from oversight.need.ranking import BANDS, EDGES, band, points, rank, shared
from oversight.need.sensitivity import checks, checks_of_pcns
from oversight.need.sharing import Rules
from oversight.need.weights import CRITERIA, SENSITIVE, SENSITIVE_UNDER, WEIGHTS, set_minimum

__all__ = [
    "BANDS",
    "CRITERIA",
    "DRAWS",
    "EDGES",
    "SEED",
    "SENSITIVE",
    "SENSITIVE_UNDER",
    "WEIGHTS",
    "Rules",
    "ask_next",
    "band",
    "case",
    "change",
    "checks",
    "checks_of_pcns",
    "points",
    "rank",
    "set_minimum",
    "shared",
    "weights",
]  # fmt: skip
