"""Every .sql of queries/ keeps the house rules, whatever it asks."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import duckdb
import pytest

from oversight import disclosure, store
from oversight.settings import QUERIES

NAMES = sorted(p.stem for p in QUERIES.glob("*.sql"))


def values(query: store.Query, snapshot: store.Snapshot) -> dict[str, object]:
    """Default parameters, the newest wave."""
    given = {p.name: p.value(None) for p in query.parameters}
    if "wave" in given:
        given["wave"] = store.newest_wave(snapshot)
    return {k: given[k] for k in query.sql_parameters}


@pytest.mark.parametrize("name", NAMES)
def test_declared_parameters_are_those_used(name: str) -> None:
    query = store.queries()[name]
    used = duckdb.extract_statements(query.sql)[0].named_parameters
    assert set(query.sql_parameters) == set(used)
    assert {*query.then_parameters, *query.keep} <= {p.name for p in query.parameters}


@pytest.mark.parametrize("name", NAMES)
def test_one_statement_and_a_full_header(name: str) -> None:
    query = store.queries()[name]
    assert len(duckdb.extract_statements(query.sql)) == 1
    assert query.purpose.endswith(".")
    assert query.reader
    assert query.disclosure in disclosure.RULES
    assert query.then == "" or query.then in store.STEPS
    assert query.scope in ("rows", "none", "all regions")


@pytest.mark.parametrize("name", NAMES)
def test_declared_columns_are_those_returned(name: str, sample: store.Snapshot) -> None:
    query = store.queries()[name]
    cursor = store._cursor(sample.path)
    cursor.execute(query.sql, values(query, sample))
    returned = [(column[0], str(column[1])) for column in cursor.description]
    assert returned == [(column, kind) for column, kind, _ in query.columns]
    assert len({column for column, _ in returned}) == len(returned)
    if query.scope == "rows":
        assert "region_code" in dict(returned)


@pytest.mark.parametrize("name", NAMES)
def test_grain_is_unique_and_not_empty(name: str, sample: store.Snapshot) -> None:
    query = store.queries()[name]
    given = values(query, sample)
    if name.startswith("question_"):
        given["question"] = "anxiety"
    table = store._cursor(sample.path).execute(query.sql, given).df()
    assert len(table)
    assert not table.duplicated(list(query.grain)).any()


@pytest.mark.parametrize("path", sorted(QUERIES.rglob("*.sql")), ids=lambda p: p.stem)
def test_nothing_but_named_parameters(path) -> None:
    text = path.read_text(encoding="utf-8")
    code = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    assert not re.search(r"\{|\?|%s", code)
    assert text.startswith("-- purpose: ")
    if path.parent.name == "views":
        assert f" {path.stem}" in code and "$" not in code


def test_an_unknown_query_filter_or_snapshot_says_what_there_is(sample: store.Snapshot) -> None:
    viewer = store.Viewer()
    with pytest.raises(store.AskError, match=r"There are: .*codes, "):
        store.ask("nonsense", viewer, sample)
    with pytest.raises(store.AskError, match="It takes: icb, k, pcn"):
        store.ask("priority", viewer, sample, colour="red")
    with pytest.raises(store.AskError, match="neither a snapshot file nor a snapshot id"):
        store.ask("totals", viewer, "../../etc/passwd")
    with pytest.raises(store.AskError, match="not a date"):
        store.ask("totals", viewer, sample, as_at="soon")


def test_the_data_connection_cannot_reach_outside(sample: store.Snapshot, tmp_path) -> None:
    cursor = store._cursor(sample.path)
    target = (tmp_path / "out.csv").as_posix()
    for sql in (
        f"COPY (SELECT 1) TO '{target}'",
        f"SELECT * FROM read_csv('{target}')",
        "SET enable_external_access = true",
        "INSTALL httpfs",
    ):
        with pytest.raises(duckdb.Error):
            cursor.execute(sql)
    with pytest.raises(duckdb.Error):
        cursor.execute("DELETE FROM published.response")


def test_many_at_once_share_one_computation(sample: store.Snapshot) -> None:
    store._computed.cache_clear()
    store._seen.cache_clear()
    viewers = [store.Viewer(audience=audience) for audience in ("internal", "shareable")] * 6
    with ThreadPoolExecutor(12) as pool:
        tables = list(pool.map(lambda viewer: store.ask("priority", viewer, sample).table, viewers))
    assert store._computed.cache_info().misses == 1
    assert len({len(t) for t in tables}) == 1
    assert tables[0]["estimate"].notna().all()
    assert tables[1]["estimate"].isna().all()  # one computation, and each audience its own answer


def test_an_answer_that_somebody_changes_is_not_changed_for_others(sample: store.Snapshot) -> None:
    viewer = store.Viewer(audience="internal")
    first = store.ask("places", viewer, sample).table
    first["name"] = "spoilt"
    first.loc[0, "code"] = "spoilt"
    again = store.ask("places", viewer, sample).table
    assert "spoilt" not in set(again["name"]) | set(again["code"])


def test_what_is_worked_out_at_opening_is_what_the_views_say(sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = store._database.__wrapped__(sample.path)
    monkeypatch.setattr(store, "KEPT_RESPONSES", 0)
    views = store._database.__wrapped__(sample.path)
    names = sorted(name for (name,) in kept.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'memory'").fetchall())
    assert {"element_state", "response_group", "place"} <= set(names) and "kept" not in names
    assert views.execute("SELECT count(*) FROM duckdb_tables() WHERE database_name = 'memory'").fetchall() == [(0,)]
    for name in names:
        described = [connection.execute(f"DESCRIBE {name}").df()[["column_name", "column_type"]] for connection in (kept, views)]
        assert described[0].equals(described[1]), name
        one, other = (connection.execute(f"FROM {name} ORDER BY ALL").fetchall() for connection in (kept, views))
        assert one == other, name
