"""What each criterion weighs: as set in ``data/reference/need.toml``, as text in a link, or from somebody's own file; and the score.

The text form names the weights in the order of ``CRITERIA``: "15-20-35-30-0". Only proportions count.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oversight.settings import REFERENCE

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Words = NDArray[np.str_]

#: What a worker may lack, in the order of the text form.
CRITERIA = ("point_of_contact", "gp_supervisor", "clinical_supervision", "safeguarding_and_concerns", "strain")
#: What each is called where there is little room.
NAMES: Mapping[str, str] = MappingProxyType(
    {
        "point_of_contact": "Point of contact",
        "gp_supervisor": "GP supervisor",
        "clinical_supervision": "Clinical or non-managerial supervision",
        "safeguarding_and_concerns": "Safeguarding and patient concerns",
        "strain": "Strain",
    }
)
#: What a PCN's own replies say about these is shown to nobody under so many respondents.
SENSITIVE, SENSITIVE_UNDER = frozenset({"safeguarding_and_concerns", "strain"}), 10
#: The most of the weight that those may hold together: an estimate made mostly of them would tell what single people said.
SENSITIVE_AT_MOST = 0.5


@cache
def _file() -> Mapping[str, Any]:
    return tomllib.loads((REFERENCE / "need.toml").read_text(encoding="utf-8"))


@cache
def set_minimum() -> int:
    """Per cent of the places that every region gets at least, as set."""
    return int(_file()["sharing"]["minimum"])


def checked(given: Mapping[str, Any]) -> dict[str, float]:
    """The weights in the order of ``CRITERIA``, 0 where one is not named.

    Raises ``ValueError`` for an unknown criterion, what is no number of 0 or more, weights that are all 0, and too much on what is
    sensitive.
    """
    if strange := sorted(set(given) - set(CRITERIA)):
        raise ValueError(f"there is no criterion {', '.join(strange)}; there are {', '.join(CRITERIA)}")
    for name, value in given.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1_000_000:
            raise ValueError(f"the weight of {name} is {value!r}, but must be a number from 0 to 1,000,000")
    weights = {name: float(given.get(name, 0)) for name in CRITERIA}
    total = sum(weights.values())
    if not total:
        raise ValueError("the weights are all 0, so nothing would count; at least one must be above 0")
    if sum(weights[name] for name in SENSITIVE) > SENSITIVE_AT_MOST * total * (1 + 1e-9):
        raise ValueError(
            "safeguarding_and_concerns and strain hold more than half of the weight; at most half is allowed, "
            "for a score made mostly of them would tell what single people said"
        )
    return weights


def from_text(text: str | None) -> dict[str, float]:
    """The weights of a text form; those that are set where it is None. Raises ``ValueError``."""
    if text is None:
        return dict(WEIGHTS)
    parts = text.split("-")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        numbers = []
    if len(numbers) != len(CRITERIA):
        raise ValueError(f"{text!r} is not {len(CRITERIA)} numbers joined by hyphens, such as {to_text(WEIGHTS)} ({', '.join(CRITERIA)})")
    return checked(dict(zip(CRITERIA, numbers, strict=True)))


def to_text(weights: Mapping[str, float]) -> str:
    """The text form: "15-20-35-30-0". Exact: ``from_text`` gives the same weights back, so that what was allowed stays so."""
    return "-".join(np.format_float_positional(weights.get(name, 0), trim="-") for name in CRITERIA)


def of_argument(given: str) -> str:
    """The text form of weights given so or as a file. Raises ``ValueError`` as ``of_file`` does."""
    return given if given.replace("-", "").replace(".", "").isdecimal() else of_file(Path(given))


def of_file(path: Path) -> str:
    """The text form of the ``[weights]`` of a TOML file. Raises ``ValueError`` that names the file, what is wrong and what was expected."""
    expected = "Expected a TOML file with [weights] and a line for each criterion, as in data/reference/need.toml."
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as problem:
        raise ValueError(f"{path}: cannot be read ({problem.strerror or problem}). {expected}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise ValueError(f"{path}: is not TOML ({problem}). {expected}") from None
    if not isinstance(found.get("weights"), dict):
        raise ValueError(f"{path}: has no [weights]. {expected}")
    try:
        return to_text(checked(found["weights"]))
    except ValueError as problem:
        raise ValueError(f"{path}: {problem}.") from None


def shares(weights: Mapping[str, float]) -> dict[str, float]:
    """Each weight's part of the whole, 0..1: together 1; all 0 where all weights are 0."""
    total = sum(weights.get(name, 0.0) for name in CRITERIA)
    return {name: weights.get(name, 0.0) / total if total else 0.0 for name in CRITERIA}


#: The weights as set.
WEIGHTS: Mapping[str, float] = MappingProxyType(checked(_file()["weights"]))


def parts(unmet: ArrayLike, weights: ArrayLike) -> tuple[Floats, Floats]:
    """Split each worker's score over the criteria: (parts (n, k), share of the weight that was answered (n,)).

    ``unmet`` is (n, k): 1 unmet, 0 met, NaN not known; ``weights`` (k,). Weights are renormalised over what a worker
    answered; a row is NaN unless at least half of the weight is answered. A row's sum is the worker's score.
    """
    unmet, weights = np.asarray(unmet, dtype=float), np.asarray(weights, dtype=float)
    if np.any(weights < 0) or not weights.sum() > 0:
        raise ValueError("weights must be 0 or more, and not all 0")
    known = ~np.isnan(unmet)
    used = known @ weights / weights.sum()
    enough = used > 0.5 - 1e-9  # .15 + .35 must count as half whatever the rounding
    share = np.divide(weights / weights.sum(), used[:, None], out=np.full(unmet.shape, np.nan), where=enough[:, None])
    return share * np.where(known, unmet, 0), used


def composite(unmet: ArrayLike, weights: ArrayLike) -> tuple[Floats, Floats]:
    """Each worker's score, 0..1 or NaN, and the share of the weight that was answered: see ``parts``."""
    split, used = parts(unmet, weights)
    return split.sum(axis=1), used
