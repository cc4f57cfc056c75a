"""Mapping: matching, codes, states and what is unmapped; against cases worked by hand and a naive second implementation."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from oversight import mapping
from oversight.answers import apply
from oversight.exports.reading import ITEMS, ExportedQuestion, FileProblem, Survey
from oversight.mapping import Wave, normalise

TOML = """
survey = "test"
tool = "microsoft_forms"
[answers.yndk]
"Yes" = "yes"
"No" = "no"
"Don't know" = "dont_know"
[[question]]
field = "pcn"
text = ["PCN"]
[[question]]
field = "respondent_kind"
text = ["Role"]
answers = { "Link worker" = "splw", "Manager" = "pcn_manager" }
[[question]]
field = "first_contact"
text = ["Is there a named contact?"]
answers = "yndk"
[[question]]
field = "first_contact_is_gp"
text = ["Is that a GP?"]
answers = "yndk"
[[question]]
field = "adequacy"
text = ["How adequate?"]
[[question]]
field = "challenges"
text = ["Challenges"]
answers = { "Isolation" = "isolation", "Caseload" = "caseload" }
[[question]]
field = "comment"
text = ["Anything else?"]
"""
SPRING = Wave("2026-1", "Spring", "microsoft_forms", date(2026, 4, 1), date(2026, 4, 30), ("splw", "pcn_manager"))
AUTUMN = Wave("2026-2", "Autumn", "microsoft_forms", date(2026, 9, 1), date(2026, 9, 30), ("splw",))


def survey(rows: list[tuple[str | None, ...]], texts: list[str], day: str = "2026-04-10") -> Survey:
    """A survey as a reader gives it: one column per text, rows numbered from 2."""
    columns = [f"c{i}" for i in range(len(texts))]
    index = range(2, 2 + len(rows))
    cells = pd.DataFrame(rows, columns=columns, index=index, dtype="string")
    multi = {c: "multi" if cells[c].notna().any() and cells[c].dropna().str.endswith(";").all() else "choice" for c in columns}
    for column in (c for c in columns if multi[c] == "multi"):
        cells[column] = cells[column].str.strip(";").str.replace(";", ITEMS)
    times = pd.Series(pd.Timestamp(day), index=index)
    return Survey(
        [ExportedQuestion(c, "", t, multi[c]) for c, t in zip(columns, texts, strict=True)],
        cells,
        pd.Series(map(str, index), index=index),
        times,
        times,
    )


def load(folder: Path, text: str = TOML) -> mapping.SurveyMapping:
    path = folder / "m.toml"
    path.write_text(text, encoding="utf-8")
    return mapping.load_mapping(path)


TEXTS = ["PCN", "Role", "Is there a named contact?", "Is that a GP?", "How adequate?", "Challenges", "Anything else?", "Shoe size"]


def test_codes_states_and_what_nobody_mapped(tmp_path: Path) -> None:
    made = apply(
        survey(
            [
                ("F0001", "Link\u00a0worker", "YES ", "no", "4", "Isolation;Caseload;", "ring me: a.b@example.org", "43"),
                ("F0001", "Link worker", "Don\u2019t know", None, "9", "Isolation;My own words;", None, None),
                ("F0001", "Manager", "Perhaps", None, None, None, None, "44"),
                ("F0001", "Clown", "No", None, None, "Own words;", None, "45"),
                ("F0001", "Link worker", None, None, None, None, None, None),
            ],
            TEXTS,
        ),
        load(tmp_path),
        SPRING,
    )
    wide = made.wide
    assert wide["respondent_kind"].tolist()[:3] == ["splw", "splw", "pcn_manager"]
    assert pd.isna(wide["respondent_kind"].iloc[3])
    assert wide["first_contact"].tolist() == ["yes", "dont_know", "unmapped", "no", "blank"]
    # not asked of whom it does not concern; not applicable where the earlier answer rules it out
    assert wide["first_contact_is_gp"].tolist() == ["no", "not_applicable", "not_applicable", "not_applicable", "not_applicable"]
    assert wide["adequacy"].tolist()[0] == 4
    assert wide["adequacy_state"].tolist() == ["answered", "unmapped", "not_asked", "blank", "blank"]
    assert wide["challenges"].iloc[0] == ["isolation", "caseload"]
    assert wide["challenges"].iloc[1] == ["isolation"]
    assert wide["challenges_state"].tolist() == ["answered", "answered", "not_asked", "unmapped", "blank"]
    assert wide["gp_supervisor"].tolist() == ["not_asked"] * 5  # the export does not hold it
    answers = made.answers.set_index(["row", "question_id", "item"])
    assert answers.loc[(2, "first_contact", 1), ["value", "code", "state"]].tolist() == ["YES ", "yes", "answered"]
    assert answers.loc[(2, "comment", 1), "value"] == "ring me: [email]"
    assert answers.loc[(3, "challenges", 2), ["value", "state"]].tolist() == ["My own words", "unmapped"]
    unmapped = made.questions[made.questions["field"].isna()]
    assert unmapped["text"].tolist() == ["Shoe size"]
    assert answers.xs(unmapped["question_id"].iloc[0], level="question_id")["value"].tolist()[0] == "43"
    assert any("'Perhaps'" in what for _, what in made.warnings)


def test_every_cell_becomes_an_answer(tmp_path: Path) -> None:
    made = apply(survey([("F0001", "Link worker", *[None] * 6)] * 3, TEXTS), load(tmp_path), SPRING)
    assert len(made.answers) == 3 * len(TEXTS)
    assert set(made.answers["row"]) == {2, 3, 4}


LABELS = some.sampled_from(["Yes", "No", "Don't know", None, "odd"])


@given(some.lists(some.tuples(some.sampled_from(["Link worker", "Manager"]), LABELS, LABELS), min_size=1, max_size=30))
def test_states_equal_a_naive_second_implementation(rows) -> None:
    folder = Path(__file__).parent
    loaded = _loaded(folder)
    made = apply(survey([("F0001", kind, first, second, None, None, None, None) for kind, first, second in rows], TEXTS), loaded, SPRING)
    known = {"Yes": "yes", "No": "no", "Don't know": "dont_know", "odd": "unmapped", None: "blank"}
    for (_, first, second), got_first, got_second in zip(rows, made.wide["first_contact"], made.wide["first_contact_is_gp"], strict=True):
        assert got_first == known[first]
        assert got_second == ("not_applicable" if second is None and first != "Yes" else known[second])


_cache: list[mapping.SurveyMapping] = []


def _loaded(_: Path) -> mapping.SurveyMapping:
    import tempfile

    if not _cache:
        with tempfile.TemporaryDirectory() as folder:
            _cache.append(load(Path(folder)))
    return _cache[0]


def test_wordings_match_through_the_dirt_of_exports() -> None:
    clean = normalise("Can you reach a GP?")
    for dirty in ("Can you reach a GP?\u00a0", "Can  you\nreach a\u00a0GP?", "<p>Can you reach a GP?</p>", "CAN YOU REACH A GP?_x000D_"):
        assert normalise(dirty) == clean
    assert normalise("don\u2019t \u2010 know") == normalise("Don't - know")
    assert normalise("Can you reach a nurse?") != clean


def test_a_wave_is_chosen_by_its_dates_and_a_tie_is_asked(tmp_path: Path) -> None:
    loaded = load(tmp_path)
    rows = [("F0001", "Link worker", "Yes", *[None] * 5)]
    _, wave = mapping.choose("f.csv", survey(rows, TEXTS, "2026-09-10"), "microsoft_forms", [loaded], [SPRING, AUTUMN])
    assert wave is AUTUMN
    with pytest.raises(FileProblem, match="within the dates"):
        mapping.choose("f.csv", survey(rows, TEXTS, "2025-09-10"), "microsoft_forms", [loaded], [SPRING, AUTUMN])
    twin = Wave("2026-1b", "Twin", "microsoft_forms", SPRING.opened, SPRING.closed, ("splw",))
    with pytest.raises(FileProblem, match="equally well"):
        mapping.choose("f.csv", survey(rows, TEXTS), "microsoft_forms", [loaded], [SPRING, twin])
    with pytest.raises(FileProblem, match="cannot be placed"):
        mapping.choose("f.csv", survey([("1", "2")], ["Tea?", "Milk?"]), "microsoft_forms", [loaded], [SPRING])


def test_a_survey_of_a_few_of_the_questions_is_known_by_them(tmp_path: Path) -> None:
    more = "".join(f'\n[[question]]\nfield = "{f}"\ntext = ["{f}?"]' for f in ("wte", "months_in_post", "anxiety", "clarity"))
    loaded = load(tmp_path, TOML + more)  # 11 questions, so that 3 of them are not enough of the mapping's
    few = survey([("F0001", "Link worker", "Yes")], TEXTS[:3])
    assert mapping.choose("f.csv", few, "microsoft_forms", [loaded], [SPRING]) == (loaded, SPRING)
    for texts in ([TEXTS[0], *TEXTS[2:4]], [*TEXTS[:3], "Tea?", "Milk?", "Sugar?", "Cake?"]):  # no role; mostly another survey
        with pytest.raises(FileProblem, match=r"m\.toml, knows 3 of its"):
            mapping.choose("f.csv", survey([("1",) * len(texts)], texts), "microsoft_forms", [loaded], [SPRING])


def test_a_survey_that_cannot_be_placed_says_what_is_missing(tmp_path: Path) -> None:
    loaded, known = load(tmp_path), survey([("F0001", "Link worker", "Yes", *[None] * 5)], TEXTS)
    with pytest.raises(FileProblem, match="knows its questions, and no wave of the waves register has the tool microsoft_forms"):
        mapping.choose("f.csv", known, "microsoft_forms", [loaded], [Wave("w", "W", "smartsurvey", *[date(2026, 4, 1)] * 2, ("splw",))])
    with pytest.raises(FileProblem, match="no mapping is for its tool, smartsurvey"):
        mapping.choose("f.csv", known, "smartsurvey", [loaded], [SPRING])
    with pytest.raises(FileProblem, match=r"knows 1 of its 2 questions, and not, for example, 'Milk\?'"):
        mapping.choose("f.csv", survey([("F0001", "2")], ["PCN", "Milk?"]), "microsoft_forms", [loaded], [SPRING])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("field = \"comment\"", "field = \"colour\""), "unknown field 'colour'"),
        (("\"No\" = \"no\"", "\"No\" = \"never\""), "unknown code 'never'"),
        (("answers = \"yndk\"", "answers = \"nosuch\""), "which it does not hold"),
        (("field = \"comment\"", "field = \"pcn\""), "maps pcn twice"),
        (("tool = \"microsoft_forms\"", ""), "lacks tool"),
        (("[answers.yndk]", "[answers.yndk"), "not a readable mapping"),
        (("field = \"respondent_kind\"", "field = \"employer\""), "unknown code 'pcn_manager'"),
        (("field = \"pcn\"", "field = \"gp_supervisor\""), "no question to pcn"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_names_what_is_wrong(tmp_path: Path, change, message) -> None:
    with pytest.raises(FileProblem, match=message):
        load(tmp_path, TOML.replace(*change))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Isolation, Caseload", ["Isolation", "Caseload"]),
        ("Caseload, growing, and complexity, Isolation", ["Caseload, growing, and complexity", "Isolation"]),
        ("Isolation;caseload", ["Isolation", "caseload"]),
        ("Isolation, my bus, which is late, Caseload", ["Isolation", "my bus, which is late", "Caseload"]),
        ("Nothing, really", ["Nothing, really"]),
        ("Isolation", ["Isolation"]),
    ],
)
def test_joined_answers_are_parted_only_where_the_mapping_knows_them(cell: str, expected: list[str]) -> None:
    known = {normalise(o) for o in ("Isolation", "Caseload", "Caseload, growing, and complexity")}
    assert mapping.split_joined(cell, known) == expected


@given(some.lists(some.sampled_from(["A", "A, B", "B", "C; or D", "E"]), min_size=1, max_size=5))
def test_joining_known_answers_and_parting_them_loses_nothing(items: list[str]) -> None:
    known = {normalise(o) for o in ("A", "A, B", "B", "C; or D", "E")}
    assert ", ".join(mapping.split_joined(", ".join(items), known)) == ", ".join(items)


def test_marks_that_nobody_sees_do_not_change_an_answer() -> None:
    assert normalise("\ufeffCare\u200b Coordinator\u00ad") == normalise("Care Coordinator")
