"""``ask`` under any combination of filters, sensible or not: a table with its columns, or one sentence on what is possible."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from oversight import __main__ as command_line
from oversight import publish, store
from oversight.model import RESPONDENT_KINDS
from tests.programme import response, write_map, write_programme

NONSENSE = ("", "all", "nobody", "U00000", "'; DROP TABLE response; --", "Y60", "é" * 50, None)
#: What filters can be beside what their header lists.
SOME_OF: dict[str, tuple[Any, ...]] = {
    "wave": ("2026-1-spring", "2026-2-autumn"),
    "earlier": ("2026-1-spring", "2026-2-autumn"),
    "before": ("2026-1-spring", "2026-2-autumn"),
    "region": ("Y60", "Y63", "Y61"),
    "icb": ("QOP", "D7T5G", "QHL"),
    "pcn": ("F0001", "F0002", "F0417"),
    "question": ("challenges", "anxiety", "comment", "clarity"),
    "theme": ("isolation", "caseload"),
    "other": ("isolation", "confusion"),
    "session": ("FG01", "FG25"),
    "k": (0, 1, 100, 5_000, "7"),
    "also": ("care_coordinator", "hwb_coach,pcn_manager", "splw"),
    "weights": ("15-20-35-30-0", "0-0-1-0-0", "1-1-1-1-1"),
    "minimum": (0, 5, "14", 100),
    "maximum": (0, 3, "12"),
    "as_at": ("2026-07-01", "1999-01-01"),
    "must": ("alone|wait", '"no supervision"', "|", '"'),
    "never": ("alone", "%"),
    "reason": ("outside_wave",),
}


@pytest.fixture(scope="module")
def snapshots(sample: store.Snapshot, tmp_path_factory: pytest.TempPathFactory) -> list[store.Snapshot]:
    """The sample, one with a single response, and one with organisations alone."""
    folder = tmp_path_factory.mktemp("small")
    tiny = publish.build([write_programme(folder / "tiny", {"F0001": "QHL", "F0002": "QHL"}, [response("F0001")])], folder / "1")
    bare = publish.build([write_map(folder / "bare", {"F0001": "QHL"}).parent], folder / "2")
    return [sample, store.find_snapshot(tiny.path), store.find_snapshot(bare.path)]


def columns(name: str) -> list[str]:
    """The columns that a query without a step gives."""
    return [column for column, _, _ in store.queries()[name].columns]


@given(some.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_question_has_a_table_or_a_sentence(snapshots: list[store.Snapshot], data: Any) -> None:
    query = data.draw(some.sampled_from(list(store.queries().values())))
    filters = {}
    for p in query.parameters:
        if data.draw(some.integers(0, 2)):
            sensible = p.allowed or SOME_OF[p.name]
            filters[p.name] = data.draw(some.sampled_from(sensible if data.draw(some.integers(0, 5)) else NONSENSE))
    viewer = store.Viewer(data.draw(some.sampled_from([None, frozenset({"Y60"})])), data.draw(some.sampled_from(["internal", "shareable"])))
    where = data.draw(some.sampled_from(snapshots))
    try:
        table = store.ask(query.name, viewer, where, **filters).table
    except store.AskError as told:
        assert re.search(r"It can be: |is not |there is no kind", str(told)), told
        return
    whole = store.ask(query.name, viewer, snapshots[0]).table
    assert list(table.columns) == list(whole.columns)
    if not query.then:
        assert set(columns(query.name)) <= set(table.columns)


@pytest.mark.parametrize("audience", ["internal", "shareable"])
@pytest.mark.parametrize("name", [name for name, query in store.queries().items() if "wave" in {p.name for p in query.parameters}])
def test_nothing_found_is_an_empty_table_with_its_columns(name: str, audience: store.Audience, snapshots: list[store.Snapshot]) -> None:
    viewer = store.Viewer(audience=audience)
    whole, nothing = (store.ask(name, viewer, snapshots[0], wave=wave).table for wave in (None, "2020-0-never"))
    assert list(nothing.columns) == list(whole.columns)


CLOSED = [(q.name, p.name) for q in store.queries().values() for p in q.parameters if p.allowed]


@pytest.mark.parametrize(("name", "filter_"), CLOSED)
def test_a_code_that_there_is_not_is_told_with_those_there_are(name: str, filter_: str, sample: store.Snapshot) -> None:
    for wrong in ("nonsense", "", "SPLW"):
        with pytest.raises(store.AskError, match=f"^{filter_} cannot be {wrong!r}. It can be: ") as told:
            store.ask(name, store.Viewer(), sample, **{filter_: wrong})
    (parameter,) = [p for p in store.queries()[name].parameters if p.name == filter_]
    assert all(code in str(told.value) for code in parameter.allowed)


def test_what_is_a_closed_list_is_declared() -> None:
    closed = {"by", "across", "measure", "unit", "detail", "level", "basis", "role"}
    assert not [(q.name, p.name) for q in store.queries().values() for p in q.parameters if p.name in closed and not p.allowed]
    (measure,) = [p for p in store.queries()["breakdown"].parameters if p.name == "measure"]
    assert "clinical_supervision" in measure.allowed and "response_rate" not in measure.allowed
    (role,) = [p for p in store.queries()["question_by"].parameters if p.name == "role"]
    assert role.allowed == (*RESPONDENT_KINDS, "every")


@pytest.mark.parametrize("value", [["Y60"], 7, True, 1.5, float("nan"), {"Y60"}, b"Y60"])
def test_a_value_of_another_kind_is_told(value: Any, sample: store.Snapshot) -> None:
    with pytest.raises(store.AskError, match=r"region: .* is not text"):
        store.ask("coverage", store.Viewer(), sample, region=value)
    if value != 7:
        with pytest.raises(store.AskError, match=r"k: .* is not a whole number"):
            store.ask("priority", store.Viewer(), sample, k=value)
    with pytest.raises(store.AskError, match=r"as_at: .* is not a date"):
        store.ask("totals", store.Viewer(), sample, as_at=value)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["breakdown", "--region", "Y99"], "no region 'Y99'. There are: Y"),
        (["coverage", "--wave", "2026-3"], "no wave '2026-3'. There are: 2026-2-autumn, 2026-1-spring."),
        (["themes_change", "--before=then"], "no wave 'then'"),
        (["coverage", "--icb", "QQQ"], "no ICB 'QQQ'"),
        (["coverage", "--icb", "QOP", "--wave", "2026-1-spring"], ""),
    ],
)
def test_a_wave_or_place_that_there_is_not_is_told(
    arguments: list[str], said: str, sample: store.Snapshot, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line.main(["ask", *arguments, "--snapshot", str(sample.path), "--format", "csv"]) == 0
    told = capsys.readouterr().err
    assert said in told if said else "This snapshot has no" not in told


def header(line: str) -> str:
    return f"""-- purpose: A.
-- grain: a
-- parameters:
{line}
-- columns:
--   a INTEGER: one
-- reader: nobody
-- disclosure: public
SELECT 1 AS a
"""


def test_a_header_says_what_a_parameter_can_be(tmp_path: Path) -> None:
    path = tmp_path / "one.sql"
    path.write_text(header("--   by VARCHAR in (region, roles) default region: what"), encoding="utf-8")
    (by,) = store.parse_query(path).parameters
    assert (by.name, by.default, by.meaning, by.allowed) == ("by", "region", "what", ("region", *RESPONDENT_KINDS))
    path.write_text(header("--   by VARCHAR: in (words) only"), encoding="utf-8")
    assert store.parse_query(path).parameters[0].allowed == ()


@pytest.mark.parametrize(
    "line", ["--   by VARCHAR in region: what", "--   by: what", "--   by VARCHAR in (icb) default region: what", "--   by BLOB: what"]
)
def test_a_header_that_cannot_be_read_is_refused(line: str, tmp_path: Path) -> None:
    path = tmp_path / "one.sql"
    path.write_text(header(line), encoding="utf-8")
    with pytest.raises(ValueError, match=r"one\.sql"):
        store.parse_query(path)
