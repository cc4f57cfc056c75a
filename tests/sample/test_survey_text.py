"""The questionnaire to paste and the mapping that reads it: current, complete and valid whatever the words."""

import re
import tomllib
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from sample_naive import ROOT, Export, plain

from oversight import survey_text
from oversight.questionnaire import BY_FIELD, QUESTIONS, YES_NO_DK

MAPPINGS = ROOT / "data" / "reference" / "mappings"


def test_the_committed_texts_are_current() -> None:
    assert (ROOT / "docs" / "questionnaire.md").read_text(encoding="utf-8") == survey_text.paste_text()
    assert (MAPPINGS / "standard-questionnaire.toml").read_text(encoding="utf-8") == survey_text.mapping_toml()


def test_the_text_to_paste_holds_every_question_its_options_and_its_branching() -> None:
    blocks = re.split(r"^(?=\d+\. )", survey_text.paste_text(), flags=re.MULTILINE)[1:]
    assert len(blocks) == len(QUESTIONS)
    for number, (block, question) in enumerate(zip(blocks, QUESTIONS, strict=True), 1):
        assert block.startswith(f"{number}. {question.text}\n")
        options = [line.strip()[2:] for line in block.splitlines() if line.strip().startswith("- ")]
        assert options == list(question.answers.values()) or (not question.answers and len(options) == 1)
        assert "Asked of " in block
        if question.only_if:
            earlier = int(re.search(r"Shown only if question (\d+) is", block)[1])
            assert QUESTIONS[earlier - 1].field == question.only_if[0]
            labels = BY_FIELD[question.only_if[0]].answers
            assert all(labels[code] in block for code in question.only_if[1] if code in labels)
        else:
            assert "Shown only if" not in block


def test_the_standard_mapping_gives_back_the_questionnaire() -> None:
    mapping = tomllib.loads(survey_text.mapping_toml())
    assert (mapping["tool"], mapping["waves"]) == ("microsoft_forms", [])
    assert [q["field"] for q in mapping["question"]] == list(BY_FIELD)
    for entry in mapping["question"]:
        question = BY_FIELD[entry["field"]]
        assert entry["text"] == [question.text]
        assert "asked" not in entry
        labels = mapping["answers"][entry["answers"]] if "answers" in entry else {}
        assert {code: label for label, code in labels.items()} == dict(question.answers)


@given(text=st.text(min_size=1), label=st.text(min_size=1))
def test_any_wording_survives_the_mapping_file(text: str, label: str) -> None:
    question = replace(BY_FIELD["first_contact"], text=text, answers={**YES_NO_DK, "yes": label}, asked=("splw",))
    mapping = tomllib.loads(survey_text.mapping_toml([question], [text]))
    (entry,) = mapping["question"]
    assert (entry["text"], entry["asked"], mapping["waves"]) == ([text], ["splw"], [text])
    assert mapping["answers"][entry.get("answers")][label] in ("yes", "no", "dont_know")


def test_every_column_of_the_exports_is_mapped_but_one_in_each_wave(exports: list[Export]) -> None:
    tool = {"ID", "Start time", "Completion time", "Email", "Name", "Last modified time"}
    for export, unmapped in zip(exports, ("how did you hear about this survey?", "may we use your comments"), strict=True):
        strange = [plain(h) for h in export.header if h not in tool and not export.question(h)]
        assert len(strange) == 1
        assert strange[0].startswith(unmapped)
    spring, autumn = ({q["field"] for q in e.mapping["question"]} for e in exports)
    assert autumn - spring == {"independent_of_manager"}


def test_spring_words_a_third_of_the_questions_and_one_list_of_answers_in_another_way(exports: list[Export]) -> None:
    spring = exports[0].mapping
    assert spring["waves"] == ["2026-1-spring"]
    other = [q["field"] for q in spring["question"] if q["text"] != [BY_FIELD[q["field"]].text]]
    assert len(other) == 12
    changed = [
        name
        for name, labels in spring["answers"].items()
        if name in BY_FIELD and {c: w for w, c in labels.items()} != BY_FIELD[name].answers
    ]
    assert changed == ["supervision_frequency"]
    assert {q["field"]: q["asked"] for q in spring["question"] if "asked" in q} == {"coaching_aware": ["splw"], "coaching_used": ["splw"]}


def test_the_exports_carry_the_dirt_of_their_tools(exports: list[Export]) -> None:
    spring, autumn = exports
    assert any(h != h.strip() for h in spring.header)
    assert any("\u00a0" in h for h in spring.header)
    assert any("\u2010" in h for h in autumn.header)
    assert any("\u00a0" in h for h in autumn.header)
    ids = [int(r[0]) for r in autumn.rows if r[0]]
    assert min(ids) == 7
    assert len(set(range(min(ids), max(ids))) - set(ids)) > 20  # gaps
    multi = autumn.header.index("What challenges you most in your role? (Choose all that apply)")
    assert all(r[multi].endswith(";") for r in autumn.rows if r[multi])
