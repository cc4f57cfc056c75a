"""Why an estimate is what it is, in words: parts that add up, nothing that may not be shown, the right sign and plural."""

from __future__ import annotations

import math
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from oversight import need, store, why
from oversight.reasons import records

INTERNAL = store.Viewer(audience="internal")
part = some.floats(-0.4, 0.4)


@some.composite
def rows(draw):
    """A row of ``priority`` as the step makes it: few replies hide what is sensitive, and rest holds it."""
    few, silent = draw(some.booleans()), draw(some.booleans())
    said = {f"c_{name}": 0.0 if silent else draw(part) for name in need.CRITERIA}
    place, context = draw(part), draw(part)
    rest = place + context + said["c_safeguarding_and_concerns"] + said["c_strain"]
    distance = rest + sum(said[f"c_{name}"] for name in ("point_of_contact", "gp_supervisor", "clinical_supervision"))
    row = {**said, "c_place": place, "c_context": context, "rest": rest, "england": 0.3, "estimate": 0.3 + distance}
    if few and not silent:
        row |= dict.fromkeys(("c_safeguarding_and_concerns", "c_strain", "c_place", "c_context"), math.nan)
    return row


@given(rows())
def test_parts_add_up_and_show_nothing_sensitive(row):
    found = why.parts(row)
    assert math.isclose(found["points"].sum(), row["estimate"] - row["england"], abs_tol=1e-9)
    assert found["points"].is_monotonic_decreasing
    assert (why.TOGETHER in set(found["label"])) <= math.isnan(row["c_place"])
    if math.isnan(row["c_place"]):
        assert not {why.SAID["safeguarding_and_concerns"], why.SAID["strain"], why.PLACE, why.CONTEXT} & set(found["label"])
    if len(found):
        last = why.added_up(found).iloc[-1]
        assert math.isclose(last["points"], row["estimate"] - row["england"], abs_tol=1e-9) and last["said"] == why.points(last["points"])
    assert all(label in why.alt(found) for label in found["label"])


@given(rows())
def test_the_sentence_says_the_distance_and_names_a_part_that_goes_the_same_way(row):
    said, found = why.sentence(row), why.parts(row)
    distance = round(100 * (row["estimate"] - row["england"]))
    if not distance:
        assert said.startswith("As England's mean") or found.empty
        return
    size, unit, way = re.match(r"(\d+) (points?) (above|below) England's mean", said).groups()  # type: ignore[union-attr]
    assert (int(size), way) == (abs(distance), "above" if distance > 0 else "below")
    assert unit == ("point" if abs(distance) == 1 else "points")
    if ": " in said:
        leading = found.iloc[0 if distance > 0 else -1]
        assert leading["points"] * distance > 0
        words = said.split(": ")[1].removeprefix("mostly ").removeprefix("most of all ")
        assert words.lower() == leading["label"].lower().replace("replies: ", "replies on ")


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.123, "+12.3 points"), (-0.004, "−0.4 points"), (0.0004, "0.0 points"), (-0.0004, "0.0 points"), (0.01, "+1.0 point")],
)
def test_points_carry_their_sign(value, expected):
    assert why.points(value) == expected


def test_what_is_withheld_has_no_parts():
    table = pd.DataFrame([{"estimate": math.nan, "rest": math.nan, "england": math.nan}])
    row = records(table)[0]
    assert why.parts(row).empty
    assert why.sentence(row) == ""


def test_parts_of_every_pcn_of_the_sample_add_up(sample: store.Snapshot):
    table = store.ask("priority", INTERNAL, sample).table
    for row in records(table.iloc[::50]):
        assert math.isclose(why.parts(row)["points"].sum(), row["estimate"] - row["england"], abs_tol=1e-9)
    shareable = store.ask("priority", store.Viewer(), sample).table
    assert all(why.parts(row).empty for row in records(shareable.head(20)))
