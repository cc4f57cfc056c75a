"""What is fixed for sharing stays as set, whatever is asked: varying it would tell the order of PCNs, and what single people answered."""

from __future__ import annotations

import pandas as pd
import pytest

from oversight import store


@pytest.mark.parametrize("name", ["priority", "whom_to_ask", "need_sensitivity"])
def test_what_is_fixed_stays_as_set_for_sharing(name: str, sample: store.Snapshot) -> None:
    moved = {"k": 3, "weights": "0-0-1-0-0", "also": "care_coordinator"}
    assert set(moved) <= set(store.queries()[name].fixed)
    asked = store.ask(name, store.Viewer(), sample, **moved)
    as_set = store.ask(name, store.Viewer(), sample)
    pd.testing.assert_frame_equal(asked.table, as_set.table)
    assert dict(asked.filters) == dict(as_set.filters)
    assert asked.filters["k"] == 100
    inside = store.ask("priority", store.Viewer(audience="internal"), sample, **moved)
    assert inside.filters["k"] == 3 and inside.table["selected"].sum() == 3
