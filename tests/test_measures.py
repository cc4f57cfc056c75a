"""Every measure has its words, its categories are the questionnaire's answers, and its states are those worked out by hand."""

from __future__ import annotations

from collections import Counter

import pytest

from oversight import measures, store
from oversight.questionnaire import BY_FIELD, PCN_SIDE, RESPONDENT_KINDS
from tests import truth


@pytest.fixture(scope="module")
def categories(sample: store.Snapshot) -> dict[str, list[str]]:
    """Measure -> its categories in order, as the view gives them."""
    found: dict[str, list[str]] = {}
    for measure, category in store._cursor(sample.path).execute("SELECT measure, category FROM measure ORDER BY position").fetchall():
        found.setdefault(measure, []).append(category)
    return found


def test_every_response_is_in_the_state_worked_out_by_hand(sample: store.Snapshot) -> None:
    expected = {
        (row["response_id"], row["wave_id"], row["respondent_kind"], *key): state
        for row in truth.rows("responses.csv.gz")
        for key, state in truth.measures(row).items()
    }
    rows = store._cursor(sample.path).execute("FROM measure_state").fetchall()
    assert len(rows) == len(expected)
    assert {row[:5]: row[5] for row in rows} == expected
    assert len(set(Counter(state for *_, state in rows))) == 8  # every state occurs, so every rule was tried


@pytest.mark.parametrize("basis", ["today", "wave"])
def test_every_response_is_in_its_groups(sample: store.Snapshot, basis: str) -> None:
    rows = store._cursor(sample.path).execute("SELECT * FROM response_group WHERE basis = $basis", {"basis": basis}).fetchall()
    prefix = "wave_" if basis == "wave" else ""
    expected = {
        (row["response_id"], dimension): value
        for row in truth.rows("responses.csv.gz")
        for dimension, value in truth.groups(row, prefix).items()
    }
    assert len(rows) == len(expected)
    assert {(response, dimension): value for response, _, dimension, value in rows} == expected
    assert {d for _, d in expected} == {"england", "region", "icb", "pcn", "role", "employer", "months"}


def test_every_measure_of_the_view_has_its_entry_and_words(categories: dict[str, list[str]]) -> None:
    for name, found in categories.items():
        m = measures.measures()[name]
        assert list(m.categories) == (found if found != ["yes"] else [])
        for category in found:
            assert m.phrase(category)
            assert m.direction_of(category) in measures.DIRECTIONS
    assert measures.surveyed() == tuple(categories)


def test_categories_are_the_answers_of_the_questionnaire(categories: dict[str, list[str]]) -> None:
    for name, found in categories.items():
        m = measures.measures()[name]
        if m.field and found != ["yes"] and not m.bands:
            answers = {code: label for code, label in BY_FIELD[m.field].answers.items() if code not in truth.STATES}
            assert list(m.categories.items()) == list({**answers, **m.labels}.items())
            assert set(m.labels) <= set(answers)
    for name in truth.YES_OR_NO:
        assert {"yes", "no"} <= set(BY_FIELD[name].answers)
        assert measures.measures()[name].field == name


def test_bands_cover_every_score_exactly_once(categories: dict[str, list[str]]) -> None:
    scores = {name: m for name, m in measures.measures().items() if m.bands}
    assert set(scores) == {"adequacy", "clarity", "satisfaction", "worthwhile", "happiness", "anxiety"}
    for name, m in scores.items():
        question = BY_FIELD[m.field]
        assert sorted(score for low, high in m.bands.values() for score in range(low, high + 1)) == list(
            range(int(question.low or 0), int(question.high or 0) + 1)
        )
        if name in truth.BANDS:
            assert {band: range(low, high + 1) for band, (low, high) in m.bands.items()} == truth.BANDS[name]
    assert scores["adequacy"].bands == scores["clarity"].bands == {"yes": [4, 5], "no": [1, 3]}


def test_follow_up_questions_say_whom_they_are_about() -> None:
    for name in ("provider", "format", "frequency", "last_session", "coaching_used", "peer_network_used", "gp_reach"):
        assert measures.measures()[name].of
    for name, m in measures.measures().items():
        if m.field and BY_FIELD[m.field].only_if:
            assert m.of, name


def test_the_side_of_the_pcn_reports_what_it_does_not_have_itself() -> None:
    m = measures.measures()
    for name in measures.surveyed():
        for role in set(m[name].asked) & set(PCN_SIDE):
            for category in m[name].categories or ("yes",):
                assert not m[name].phrase(category, role).startswith("have ")
    often = m["supervision_often_enough"]
    assert often.people("GP supervisors", "gp_supervisor") == "GP supervisors who report clinical or non-managerial supervision"
    assert often.people("link workers") == "link workers with clinical or non-managerial supervision"
    assert m["clarity"].phrase("yes", "pcn_manager") == m["clarity"].phrase()  # how clear they are themselves


def test_every_measure_is_asked_of_somebody() -> None:
    for name in measures.surveyed():
        asked = measures.measures()[name].asked
        assert asked and set(asked) <= set(RESPONDENT_KINDS)
    assert "pcn_manager" not in measures.measures()["anxiety"].asked
    assert "pcn_manager" in measures.measures()["clarity"].asked


def test_sensitive_measures_are_those_that_disclosure_protects() -> None:
    from oversight.disclosure import SENSITIVE_MEASURES

    sensitive = {name for name in measures.surveyed() if (f := measures.measures()[name].field) and BY_FIELD[f].sensitive}
    assert sensitive <= SENSITIVE_MEASURES
