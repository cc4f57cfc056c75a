"""Every .sql of queries/ keeps the house rules, whatever it asks."""

from __future__ import annotations

import ast
import re
from concurrent.futures import ThreadPoolExecutor

import duckdb
import pytest

from oversight import disclosure, store
from oversight.settings import QUERIES, ROOT

NAMES = sorted(p.stem for p in QUERIES.glob("*.sql"))
#: Query -> the test that works its answer out a second time in plain Python, without SQL or pandas. A new query needs one.
TWINS = {
    "breakdown": "test_breakdown::test_any_filters_give_what_counting_by_hand_gives",
    "change_panel": "test_change_naive::test_any_filters_of_the_panel",
    "change_same": "test_change_naive::test_any_filters_of_the_same_people",
    "codes": "test_queries_naive::test_codes_and_how_much_was_coded_with_them",
    "comment_themes": "test_comments::test_themes_of_comments_for_any_filters",
    "comments": "test_comments::test_any_search_and_filters_give_what_reading_by_hand_gives",
    "convergence": "test_convergence::test_convergence_for_any_filters",
    "coverage": "test_coverage_naive::test_any_filters_give_what_filtering_by_hand_gives",
    "coverage_change": "test_change_naive::test_any_filters_of_the_change_of_all_who_answered",
    "coverage_weighted": "test_weights::test_weighted_by_place_equals_a_recount",
    "definitions": "test_records_naive::test_definitions",
    "excerpts": "test_themes_naive::test_excerpts_behind_a_pair_under_any_filters",
    "loads": "test_records_naive::test_files_and_rows_set_aside",
    "mapping_texts": "test_records_naive::test_mappings",
    "mappings": "test_records_naive::test_mappings",
    "missing_combinations": "test_contract_naive::test_missing_combinations",
    "need_sensitivity": "test_sensitivity::test_the_checks_of_the_sample_are_a_recount_of_estimates_asked_one_by_one",
    "need_sensitivity_pcn": "test_sensitivity::test_the_checks_of_the_sample_are_a_recount_of_estimates_asked_one_by_one",
    "needs": "test_queries_naive::test_what_goes_into_the_need_estimate",
    "notes": "test_comments::test_notes_for_any_search_and_place",
    "offer_change": "test_following_naive::test_what_goes_into_the_comparison",
    "offer_counts": "test_convergence::test_offer_counts",
    "offers": "test_following_naive::test_every_pcn_of_the_offer_and_its_days",
    "organisation_history": "test_records_naive::test_organisations_of_each_map",
    "pcn": "test_queries_naive::test_who_a_pcn_is",
    "pcn_events": "test_following_naive::test_what_speaks_for_a_pcn",
    "pcn_replies": "test_queries_naive::test_replies_of_a_pcn_in_each_wave",
    "pcn_themes": "test_queries_naive::test_challenges_of_a_pcn",
    "pcn_workforce": "test_queries_naive::test_the_workforce_of_a_pcn",
    "places": "test_queries_naive::test_who_a_pcn_is",
    "priority": "test_queries_naive::test_what_goes_into_the_need_estimate",
    "quarantine": "test_records_naive::test_files_and_rows_set_aside",
    "quarantine_reasons": "test_records_naive::test_files_and_rows_set_aside",
    "question_by": "test_question_naive::test_who_gave_which_answer",
    "question_numbers": "test_question_naive::test_means_and_medians",
    "questions": "test_question_naive::test_every_question_and_how_many_answered",
    "remedies": "test_convergence::test_remedies_for_any_filters",
    "response_prints": "test_records_naive::test_prints_are_the_same_only_for_the_same",
    "responses": "test_queries_naive::test_people_in_post_and_response_rate",
    "sessions": "test_queries_naive::test_sessions_and_what_there_is_of_them",
    "sharing": "test_sharing::test_the_places_of_the_sample_shared_out_by_hand",
    "sides": "test_contract_naive::test_the_two_sides",
    "sides_pairs": "test_contract_naive::test_pcns_where_both_sides_answered",
    "snapshot": "test_records_naive::test_files_and_rows_set_aside",
    "theme_agreement": "test_themes_naive::test_coders_agree_as_counted_by_hand",
    "theme_pairs": "test_themes_naive::test_pairs_under_any_filters",
    "theme_saturation": "test_themes_naive::test_new_themes_session_by_session_under_any_filters",
    "theme_sessions": "test_coverage_naive::test_sessions_per_theme",
    "theme_sessions_waves": "test_themes_naive::test_sessions_wave_by_wave_under_any_filters",
    "themes": "test_coverage_naive::test_challenges",
    "themes_change": "test_themes_naive::test_change_under_any_filters",
    "totals": "test_records_naive::test_totals_of_a_day",
    "transcript": "test_queries_naive::test_one_session_by_turn_and_by_excerpt",
    "warnings": "test_records_naive::test_files_and_rows_set_aside",
    "waves": "test_queries_naive::test_waves_and_their_responses",
    "whom_to_ask": "test_asking::test_the_answer_is_that_of_a_loop_in_plain_python",
    "workforce_totals": "test_records_naive::test_the_workforce_by_role",
}  # fmt: skip


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


def test_every_query_has_a_twin_in_plain_python() -> None:
    assert sorted(TWINS) == NAMES
    for query, twin in TWINS.items():
        module, function = twin.split("::")
        source = (ROOT / "tests" / f"{module}.py").read_text(encoding="utf-8")
        found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef) and node.name == function]
        assert found, f"{twin} is not there"
        assert f'"{query}"' in (ast.get_source_segment(source, found[0]) or ""), f"{twin} does not ask {query}"


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
    with pytest.raises(store.AskError, match="It takes: also, icb, k, "):
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
