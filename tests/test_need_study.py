"""What Methods says of the study of the need ranking: every number comes from its file, and each word is the one its numbers allow."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from oversight import methods, need_study
from oversight.need_study import Result

Key = tuple[str, str, str, str, str]
Study = Mapping[Key, Result]
Given = Callable[[Study], None]


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Given:
    """Put other results in the place of the committed ones."""
    return lambda study: monkeypatch.setattr(need_study, "found", lambda: study)


def at_top(measure: str, scenario: str = "base") -> Key:
    return scenario, "product", "T", measure, need_study.SELECTED


def test_the_study_is_whole() -> None:
    study = need_study.found()
    seeds = study["base", "product", "T", "p100", ""].seeds
    for scenario in need_study.SCENARIOS:
        for ranking in need_study.RANKINGS:
            for measure in ("p100", "gain"):
                found = study[scenario, ranking, "T", measure, ""]
                assert found.seeds == seeds and 0 < found.value < 1 and 0 < found.se < 0.05
    assert len([band for s, _, _, measure, band in study if (s, measure) == ("base", "said")]) == 6


def test_the_committed_study_meets_what_was_asked() -> None:
    study = need_study.found()
    for measure in ("p100", "gain"):
        assert study["base", need_study.LESS, "T", measure, ""].low > -0.01
        of = {ranking: study["base", ranking, "T", measure, ""].value for ranking in need_study.RANKINGS}
        assert of["raw mean"] < of["reference"] < of["ceiling"] and of["raw mean"] < of["product"] < of["ceiling"]
    for (scenario, _, _, measure, band), said in study.items():
        if (scenario, measure) == ("base", "said"):
            true = study["base", "product", "T", "true", band]
            assert abs(said.value - true.value) < max(3 * true.se, 0.05), band


def test_every_number_of_the_section_is_of_the_file(given: Given) -> None:
    """Every result is changed to one that is unlike any other; what the text then says is found among them."""
    changed = {
        key: replace(found, value=0.1003 + 0.00517 * i, se=0.00011 * (i + 1), n=7_000 + i, seeds=317)
        for i, (key, found) in enumerate(need_study.found().items())
    }
    given(changed)
    known = {"100", "95", "317", "1,250", "45"}
    for found in changed.values():
        known |= {f"{100 * found.value:.0f}", f"{100 * found.value:.1f}", f"{found.n:,}"}
        known |= {f"{100 * (found.value + sign * 1.959964 * found.se):.1f}" for sign in (-1, 1)} | {f"{196 * found.se:.1f}"}
    numbers = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
    section = next(s for s in methods.sections() if s.anchor == "found")
    for paragraph in (*section.text, need_study.overstated()):
        assert set(numbers.findall(paragraph)) <= known, paragraph
    for _, table in section.tables:
        for row in table.to_dict("records"):
            cells = [str(cell) for column, cell in row.items() if column not in {"If", "Chance shown", "Ordered by"}]
            assert cells and all(set(numbers.findall(cell)) <= known for cell in cells), row
    assert "317 simulated nations" in section.text[0]


@pytest.mark.parametrize(
    ("said", "true", "word"), [(0.45, 0.39, "too high"), (0.39, 0.45, "too low"), (0.45, 0.44, "about right"), (0.45, 0.46, "about right")]
)
def test_chances_are_called_wrong_only_beyond_the_interval(given: Given, said: float, true: float, word: str) -> None:
    given({at_top("said"): Result(said, 0.001, 20_000, 200), at_top("true"): Result(true, 0.006, 20_000, 200)})
    assert need_study.standing("base") == word
    assert need_study.chances("base") == f"{said:.0%} shown, {true:.0%} came true"


def test_the_sentence_for_the_page_says_both_ways(given: Given) -> None:
    study = {}
    for scenario, said, true in (("neediest reply less", 0.448, 0.394), ("neediest reply more", 0.47, 0.52)):
        study[at_top("said", scenario)] = Result(said, 0.001, 20_000, 200)
        study[at_top("true", scenario)] = Result(true, 0.003, 20_000, 200)
    given(study)
    assert need_study.overstated() == (
        "In simulated nations with 100 places, where the neediest reply less often the chances shown at the top are too high: "
        "45% shown, 39% came true. "
        "Where they reply more often they are too low: 47% shown, 52% came true."
    )


def test_a_difference_may_be_against_the_product(given: Given) -> None:
    """Words hold for a ranking that finds fewer too."""
    study = dict(need_study.found())
    study["base", need_study.LESS, "T", "p100", ""] = Result(-0.008, 0.001, 200, 200)
    study["base", need_study.LESS, "T", "gain", ""] = Result(0.0, 0.002, 200, 200)
    given(study)
    said = " ".join(need_study.text())
    assert "of the neediest it found 0.8 fewer (95% interval 0.6 to 1.0)" in said
    assert "it reached much the same (95% interval 0.4 less to 0.4 more)" in said
    study["base", need_study.LESS, "T", "p100", ""] = Result(0.009, 0.001, 200, 200)
    assert "it found 0.9 more (95% interval 0.7 to 1.1)" in " ".join(need_study.text())
