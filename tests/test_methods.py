"""The Methods page names everything it promises to name, with the numbers that are set."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from oversight import accounts, exports, layouts, measures, methods, methods_need, methods_privacy, need, settings, store
from oversight.model import QUARANTINE_REASONS, RESPONDENT_KINDS, STATES, TABLES


@pytest.fixture(scope="module")
def sections() -> dict[str, methods.Section]:
    return {s.anchor: s for s in methods.sections()}


def words(section: methods.Section) -> str:
    tables = [str(cell) for _, table in section.tables for cell in table.to_numpy().ravel()]
    return "\n".join([section.title, *section.text, *tables, *section.folded, *(p for ps in section.folded.values() for p in ps)])


def test_every_section_can_be_linked_to_and_says_something(sections: dict[str, methods.Section]) -> None:
    made = methods.sections()
    assert len(sections) == len(made) and all(re.fullmatch("[a-z]+", anchor) for anchor in sections)
    assert len({s.title for s in made}) == len(made)
    assert all(s.text for s in made)


def test_it_is_no_wall(sections: dict[str, methods.Section]) -> None:
    for section in sections.values():
        for paragraph in section.text:
            assert len(paragraph) <= 420, paragraph
            for sentence in re.split(r"(?<=[.:?!])\s", paragraph):
                assert len(sentence.split()) <= 40, sentence


def test_every_measure_stands_with_all_that_it_states(sections: dict[str, methods.Section]) -> None:
    said = words(sections["measures"])
    for m in measures.measures().values():
        for part in (
            m.label,
            m.why,
            m.how,
            m.denominator,
            m.caveats,
            m.author,
            m.checker,
            str(m.next_review.year),
            methods.DIRECTIONS[m.direction],
        ):
            assert part in said, (m.name, part)


def test_every_state_role_reason_band_and_weight_stands(sections: dict[str, methods.Section]) -> None:
    answers = sections["answers"].tables[0][1]
    assert answers["What it means"].tolist() == list(STATES.values())
    assert answers["In the share"].str.startswith("Counted").sum() == 2  # answered, and don't know
    assert all(name in words(sections["who"]) for name in RESPONDENT_KINDS.values())
    assert {accounts.reason_name(code) for code in QUARANTINE_REASONS} == set(sections["rows"].tables[0][1]["Reason"])
    bands, weights = (table for _, table in sections["need"].tables)
    assert bands.to_numpy().tolist() == [[b.label, b.meaning] for b in need.BANDS.values()]
    total = sum(need.WEIGHTS.values())
    assert [int(w.rstrip("%")) for w in weights["Weight"]] == [round(100 * w / total) for w in need.WEIGHTS.values()]
    assert not weights["What is unmet"].isin(list(need.WEIGHTS)).any()  # words, not codes


def test_every_query_and_table_is_listed(sections: dict[str, methods.Section]) -> None:
    said = words(sections["queries"])
    assert all(f"**{q.name}.** {q.purpose}" in said for q in store.queries().values())
    assert all(f"**{t.name}.**" in said for t in TABLES)
    assert f"{len(store.queries())} questions" in sections["queries"].folded


def test_every_reader_stands_with_what_it_was_tried_on(sections: dict[str, methods.Section]) -> None:
    table = sections["exports"].tables[0][1]
    assert len(table) == sum(len(layouts.LAYOUTS.get(r.__name__.rpartition(".")[2], [0])) for r in (*exports.READERS, exports.FALLBACK))
    tried = dict(zip(table["Export"], table["Read correctly on"], strict=True))
    assert tried["Microsoft Forms"].startswith("Four public files") and "Not seen" in tried["Microsoft Forms"]


def test_the_numbers_are_those_that_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    now = settings.settings()
    other = replace(now, min_respondents=23, small_low=2, small_high=9, definitions={**now.definitions, "places": 77.0})
    before = {s.anchor: words(s) for s in methods.sections()}
    for module in (methods_need, methods_privacy):
        monkeypatch.setattr(module, "settings", lambda: other)
    after = {s.anchor: words(s) for s in methods.sections()}
    assert f"Fewer than {now.min_respondents} respondents" in before["disclosure"] and "Fewer than 23 respondents" in after["disclosure"]
    assert "2 to 9" in after["disclosure"] and "2 to 9" not in before["disclosure"]
    assert "77 places" in after["need"] and "77" not in before["need"]


def test_the_sources_of_the_thresholds_are_named(sections: dict[str, methods.Section]) -> None:
    assert all(source in words(sections["disclosure"]) for source in ("GP Patient Survey", "NHS Digital"))
    assert "Wilson (1927)" in words(sections["intervals"]) and "Newcombe 1998" in words(sections["change"])
