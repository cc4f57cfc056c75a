"""Proposals: rewordings are recognised, other questions are not, and nothing that only looks alike is called the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight import drafts, proposals
from oversight.drafts import KEEP, LEAVE_OUT, Draft, DraftQuestion
from oversight.exports.reading import ITEMS, ExportedQuestion, Survey
from oversight.mapping import SurveyMapping, load_mapping, match_questions, normalise
from oversight.proposals import QuestionProposal, answer_counts, known_fields, likeness, propose, propose_answers
from oversight.questionnaire import BY_FIELD, QUESTIONS
from oversight.settings import MAPPINGS

STANDARD = load_mapping(MAPPINGS / "standard-questionnaire.toml")
YES_NO = ("Yes", "No", "Not sure")
#: Our field -> how somebody else might put it, and what people would answer.
REWORDED: dict[str, tuple[str, tuple[str, ...]]] = {
    "pcn": ("What PCN do you work in?", ("F0001", "F0002", "F0003")),
    "respondent_kind": ("What is your job role?", ("Link worker", "Care Coordinator")),
    "employer": ("Which organisation employs you?", ("The PCN", "An NHS trust")),
    "months_in_post": ("How many months have you been in post?", ("3", "14")),
    "practices_served": ("Number of GP practices you work with", ("2", "5")),
    "first_contact": ("Do you have a named first point of contact?", YES_NO),
    "first_contact_is_gp": ("Is the first point of contact a GP?", YES_NO),
    "gp_supervisor": ("If not, is there a named GP supervisor?", YES_NO),
    "patient_concerns": ("Are you able to discuss patient-related concerns with a relevant GP?", ("Always", "Never")),
    "safeguarding_route": ("Do you know which route to follow for safeguarding concerns?", YES_NO),
    "clinical_supervision": ("Do you receive clinical or non-managerial supervision?", YES_NO),
    "supervision_frequency": ("How often does supervision happen?", ("Every month", "Weekly")),
    "protected_time": ("Is your time protected for supervision?", YES_NO),
    "clarity": ("How clear are you about the kinds of supervision?", ("1", "5")),
    "intention_to_leave": ("Do you intend to leave your role in the next 12 months?", ("Yes", "No", "Prefer not to say")),
}
OTHER = ("What is your favourite colour?", "What is your shoe size?", "When did you start?", "How did you travel here?")


def survey(questions: list[tuple[str, tuple[str, ...]]], kind: str = "choice", tool_ids: tuple[str, ...] = ()) -> Survey:
    """Sixty responses that take the answers in turn."""
    index = pd.RangeIndex(2, 62)
    cells = pd.DataFrame({f"c{i}": [a[n % len(a)] for n in range(60)] for i, (_, a) in enumerate(questions)}, index=index, dtype="string")
    ids = tool_ids or ("",) * len(questions)
    times = pd.Series(pd.Timestamp("2026-10-01"), index=index)
    asked = [ExportedQuestion(f"c{i}", ids[i], text, kind) for i, (text, _) in enumerate(questions)]
    return Survey(asked, cells, pd.Series(map(str, index), index=index, dtype="string"), times, times)


def test_rewordings_are_recognised_as_similar_and_other_questions_are_not() -> None:
    asked = [*REWORDED.values(), *((text, ("Red", "Blue", "34", "Bus")) for text in OTHER)]
    found = propose(survey(asked), "any", [])
    assert {p.question.text: p.field for p in found} == {text: field for field, (text, _) in REWORDED.items()} | dict.fromkeys(OTHER, "")
    assert {p.confidence for p in found if p.field} <= {"similar", "normalised", "exact"}
    assert all(p.confidence == "similar" for p in found if p.field and normalise(p.question.text) != normalise(BY_FIELD[p.field].text))


def test_answers_joined_in_one_cell_speak_for_a_question_too() -> None:
    asked = [("9: What form does it take? (Choose all that apply) - form", ("One-to-one, Group", "Group, Peer", "Peer"))]
    (found,) = propose(survey(asked), "citizen_space", [])
    assert (found.field, found.confidence) == ("supervision_format", "similar")
    assert {a.label: a.code for a in found.answers} == {"One-to-one": "one_to_one", "Group": "group", "Peer": "peer"}


def test_our_own_questionnaire_is_exact_and_complete() -> None:
    found = propose(survey([(q.text, tuple(q.answers.values()) or ("1",)) for q in QUESTIONS]), "any", [])
    assert [(p.field, p.confidence) for p in found] == [(q.field, "exact") for q in QUESTIONS]
    assert all(a.confidence == "exact" and a.code in (*BY_FIELD[p.field].answers,) for p in found for a in p.answers)


def test_case_and_dashes_make_it_normalised() -> None:
    shouted = BY_FIELD["clinical_supervision"].text.upper().replace("-", "\u2011").replace(" ", "\xa0")
    (one,) = propose(survey([(shouted, ("yes", "Don’t know"))]), "any", [])
    assert (one.field, one.confidence) == ("clinical_supervision", "normalised")
    assert {a.label: (a.code, a.confidence) for a in one.answers} == {
        "yes": ("yes", "normalised"),
        "Don’t know": ("dont_know", "normalised"),
    }


def test_a_tool_id_carries_a_reworded_question_over_with_its_old_wording_beside_it(tmp_path: Path) -> None:
    first = Draft("s", "qualtrics", ("w1",), (DraftQuestion("Any supervision?", "QID7", "clinical_supervision", {"Aye": "yes"}),))
    earlier = drafts.as_mapping(replace(first, questions=(*first.questions, *_required())))
    (one,) = propose(survey([("Completely other words", ("Aye", "Nay"))], tool_ids=("QID7",)), "qualtrics", [earlier])
    assert (one.field, one.confidence, one.like) == ("clinical_supervision", "exact", "Any supervision?")
    assert {a.label: a.code for a in one.answers} == {"Aye": "yes", "Nay": ""}
    (other,) = propose(survey([("Completely other words", ("Aye",))], tool_ids=("QID7",)), "another tool", [earlier])
    assert other.field == ""


def test_no_field_is_proposed_twice_and_the_same_words_twice_are_one() -> None:
    text = BY_FIELD["clinical_supervision"].text
    found = propose(survey([(text, YES_NO), (text, YES_NO), (text + " (again)", YES_NO)]), "any", [])
    assert [p.field for p in found] == ["clinical_supervision", "", ""]


@pytest.mark.parametrize(
    ("field", "label", "code", "confidence"),
    [
        ("supervision_frequency", "Every 6 weeks", "six_weekly", "exact"),
        ("supervision_frequency", "Every 2 months", "", "none"),
        ("supervision_frequency", "every 2 Weeks", "fortnightly", "normalised"),
        ("patient_concerns", "Not always", "", "none"),
        ("patient_concerns", "Always.", "always", "similar"),
        ("first_contact", "Y", "yes", "similar"),
        ("first_contact", "Not sure", "dont_know", "similar"),
        ("first_contact", "Perhaps", "", "none"),
        ("first_contact", "1", "", "none"),
        ("respondent_kind", "Link worker", "splw", "similar"),
        ("last_session", "Within the last 2 months", "", "none"),
    ],
)
def test_answers(field: str, label: str, code: str, confidence: str) -> None:
    (one,) = propose_answers({label: 5}, known_fields([])[field])
    assert (one.code, one.confidence, one.n) == (code, confidence, 5)


def test_numbers_in_range_need_no_mapping_and_words_do() -> None:
    found = propose_answers({"3": 4, "5": 1, "7": 1, "N/A": 2}, known_fields([])["clarity"])
    assert [(a.label, a.code, a.confidence) for a in found] == [("7", "", "none"), ("N/A", "not_applicable", "similar")]
    assert propose_answers({"words": 1}, known_fields([])["comment"]) == ()


@given(*[st.text("abc not 123-?", max_size=30)] * 2)
def test_likeness_is_symmetric_and_the_same_is_most_alike(a: str, b: str) -> None:
    assert likeness(a, b) == pytest.approx(likeness(b, a))
    assert 0 <= likeness(a, b) <= 100
    if a.strip(" -?"):
        assert likeness(a, a) == pytest.approx(100)


def test_answers_are_counted_by_respondent_also_where_several_stand_in_a_cell() -> None:
    question = ExportedQuestion("c", "", "Q", "multi", ("A", "B", "C"))
    cells = pd.Series([f"A{ITEMS}B", "A", None, "B"], dtype="string")
    assert answer_counts(cells, question) == {"A": 2, "B": 2, "C": 0}
    joined = pd.Series(["Isolation, lone or remote work, Inappropriate referrals", "Inappropriate referrals"], dtype="string")
    labels = BY_FIELD["challenges"].answers.values()
    counts = answer_counts(joined, question._replace(kind="choice", options=()), labels)
    assert counts == {"Inappropriate referrals": 2, "Isolation, lone or remote work": 1}


def test_examples_hold_no_personal_data() -> None:
    (one,) = propose(survey([("Any comments", ("Call me on 07700 900123", "write to a.b@nhs.net"))]), "any", [])
    assert "07700" not in proposals.evidence(one) and "nhs.net" not in proposals.evidence(one)


# --- drafts


def _required() -> tuple[DraftQuestion, ...]:
    return (DraftQuestion("PCN?", "", "pcn"), DraftQuestion("Role?", "", "respondent_kind", {"LW": "splw"}))


def _words() -> st.SearchStrategy[str]:
    return st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=25).filter(lambda t: normalise(t) != "")


@st.composite
def some_drafts(draw: st.DrawFn) -> Draft:
    texts = draw(st.lists(_words(), min_size=2, max_size=8, unique_by=normalise))
    fields = ["pcn", "respondent_kind", *draw(st.permutations(["clinical_supervision", "comment", "clarity", KEEP, LEAVE_OUT, KEEP]))]
    questions = []
    for text, field in zip(texts, fields, strict=False):
        codes = list(proposals.allowed_codes(field)) if field not in (KEEP, LEAVE_OUT) else []
        labels = draw(st.dictionaries(_words(), st.sampled_from(["", *codes]), max_size=4)) if codes else {}
        questions.append(DraftQuestion(text, draw(st.sampled_from(["", "QID1"])) if field == "pcn" else "", field, labels))
    layout = draw(st.dictionaries(st.sampled_from(["header_rows", "dates", "id"]), _words(), max_size=2))
    return Draft(draw(_words()), draw(_words()), tuple(draw(st.lists(_words(), max_size=2))), tuple(questions), layout)


@given(some_drafts())
def test_a_draft_written_and_read_again_says_the_same(d: Draft) -> None:
    made: SurveyMapping = drafts.as_mapping(d)
    assert (made.survey, made.tool, made.waves, dict(made.layout)) == (d.survey, d.tool, d.waves, dict(d.layout))
    assert made.leave_out == {normalise(q.text) for q in d.questions if q.field == LEAVE_OUT}
    mapped = [q for q in d.questions if q.field not in (KEEP, LEAVE_OUT)]
    assert [(m.question.field, m.wordings, m.tool_id) for m in made.questions] == [(q.field, (q.text,), q.tool_id) for q in mapped]
    assert [dict(m.labels) for m in made.questions] == [{label: code for label, code in q.answers.items() if code} for q in mapped]


def test_what_is_not_sure_enough_is_left_unmapped() -> None:
    found = propose(survey([(text, answers) for text, answers in REWORDED.values()]), "any", [])
    careful = drafts.draft(found, "s", "t", sure=frozenset({"exact", "normalised"}))
    assert [q.field for q in careful.questions] == [p.field if p.confidence != "similar" else KEEP for p in found]
    assert len(drafts.problems(careful)) == 2  # neither PCN nor role is certain


def test_problems_are_named() -> None:
    two = Draft("s", "t", (), (*_required(), DraftQuestion("Again?", "", "pcn")))
    assert drafts.problems(two) == [f"2 questions are mapped to “{BY_FIELD['pcn'].text}” Keep one of them."]
    assert (
        "No answer to the question about the role"
        in drafts.problems(
            Draft("s", "t", (), (DraftQuestion("PCN?", "", "pcn"), DraftQuestion("Role?", "", "respondent_kind", {"LW": ""})))
        )[0]
    )


def test_a_preview_shows_what_the_mapping_makes_of_the_first_rows() -> None:
    from datetime import date

    from oversight.mapping import Wave

    given_survey = survey([("PCN?", ("F0001",)), ("Role?", ("LW", "Boss")), ("How clear?", ("4", "?")), ("Sup?", ("Y", "DK", "N"))])
    supervision = DraftQuestion("Sup?", "", "clinical_supervision", {"Y": "yes", "DK": "dont_know"})
    questions = (*_required(), DraftQuestion("How clear?", "", "clarity"), supervision)
    wave = Wave("w", "W", "t", date(2026, 10, 1), date(2026, 10, 2), ("splw",))
    shown = drafts.preview(given_survey, drafts.as_mapping(Draft("s", "t", (), questions)), wave)
    assert len(shown) == drafts.PREVIEW and shown["Response"].to_list()[:2] == ["2", "3"]
    assert shown[BY_FIELD["respondent_kind"].text].to_list()[:2] == ["Social prescribing link worker", "not mapped: Boss"]
    assert shown[BY_FIELD["clinical_supervision"].text].to_list()[:3] == ["Yes", "Don't know", "not mapped: N"]
    assert shown[BY_FIELD["clarity"].text].to_list()[:2] == ["4", "not mapped: ?"]


def test_a_wave_is_added_to_the_register_and_the_others_stay() -> None:
    from datetime import date

    from oversight.mapping import Wave

    spring = "2026-1,Spring,microsoft_forms,2026-04-01,2026-04-30,splw"
    present = f"\ufeffwave_id,wave_name,tool,opened,closed,kinds_asked\r\n{spring}\r\n".encode()
    new = Wave("2026-2", "Autumn, late", "qualtrics", date(2026, 10, 1), date(2026, 10, 31), ("splw", "hwb_coach"))
    rows = drafts.add_wave(present, new).decode().splitlines()
    assert rows == [
        "wave_id,wave_name,tool,opened,closed,kinds_asked",
        "2026-1,Spring,microsoft_forms,2026-04-01,2026-04-30,splw",
        '2026-2,"Autumn, late",qualtrics,2026-10-01,2026-10-31,splw hwb_coach',
    ]
    assert drafts.add_wave(drafts.add_wave(None, new), new) == drafts.add_wave(None, new)


def test_attention_and_evidence() -> None:
    found: list[QuestionProposal] = propose(survey([(BY_FIELD["first_contact"].text, ("Yes", "No")), ("Eh?", ("x",))]), "any", [])
    assert [proposals.attention(p) for p in found] == ["sure", "none"]
    assert proposals.evidence(found[0]).startswith("60 answered · for example Yes; No · the same words")
    assert match_questions(survey([(q.text, ("a",)) for q in QUESTIONS]), STANDARD)
