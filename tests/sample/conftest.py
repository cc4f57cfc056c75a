"""What the tests of the sample share."""

import csv
import io
from collections import defaultdict

import pytest
from sample_naive import SAMPLE, TRUTH, Export, Maps, autumn, spring, table, unpack


@pytest.fixture(scope="session")
def exports() -> list[Export]:
    """The two survey exports, spring first."""
    first, second = table(SAMPLE / "registers" / "waves.csv")
    return [spring(first), autumn(second)]


@pytest.fixture(scope="session")
def maps() -> Maps:
    """April and October."""
    practices = [table(SAMPLE / "official" / f"gp-reg-pat-prac-map_2026-{month}-01.csv") for month in ("04", "10")]
    text = next(iter(unpack(SAMPLE / "official" / "gp-reg-pat-prac-quin-age_2026-10-01.zip").values())).decode()
    totals = [r for r in csv.DictReader(io.StringIO(text)) if (r["ORG_TYPE"], r["SEX"], r["AGE_GROUP_5"]) == ("GP", "ALL", "ALL")]
    return Maps(practices, {r["ORG_CODE"]: int(r["NUMBER_OF_PATIENTS"]) for r in totals})


@pytest.fixture(scope="session")
def responses() -> dict[str, dict[str, str]]:
    """The truth about every accepted response, by its id."""
    return {r["response_id"]: r for r in table(TRUTH / "responses.csv.gz")}


@pytest.fixture(scope="session")
def personas() -> dict[str, list[dict[str, str]]]:
    """Persona -> its rows."""
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in table(TRUTH / "personas.csv"):
        found[row["persona"]].append(row)
    return found
