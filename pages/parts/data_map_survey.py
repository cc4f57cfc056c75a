"""Of the Data page: help with mapping one survey: its questions, its answers, its wave, and what that gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from oversight import drafts, findings, proposals, recognition, ui
from oversight.drafts import KEEP, LEAVE_OUT, Draft, DraftQuestion
from oversight.mapping import Wave
from oversight.proposals import CONFIDENCE, QuestionProposal
from oversight.questionnaire import BY_FIELD, RESPONDENT_KINDS
from oversight.recognition import Known, Recognised

NEW_WAVE = ""
FIELDS: Mapping[str, str] = {
    KEEP: "Keep it as it is (counted in no measure)",
    LEAVE_OUT: "Leave it out: it is never published",
    **{name: question.text for name, question in BY_FIELD.items()},
}


def survey(file_id: str, one: Recognised, known: Known, made: dict[str, bytes]) -> bool:
    """Help with one survey: folded away where a mapping knows all of it. Returns whether it can be checked."""
    assert one.reading is not None and one.reading.survey is not None
    fits = one.mapping is not None
    complete = fits and recognition.complete(one)
    title = f"{one.name}: {recognition.mapped_sentence(one)}"
    with st.expander(ui.plain(title), expanded=not fits, icon=":material/check:" if complete else ":material/edit:"):
        change = not fits or st.toggle("Change how it is mapped", key=f"change-{file_id}")
        if not change:
            return True
        proposed = _proposals(file_id, one, known)
        questions = _questions(file_id, one, proposed, known)
        wave = _wave(file_id, one, known, questions)
        name = one.nearest.survey if fits and one.nearest else drafts.short_name(one.name)
        draft = Draft(name, one.reading.tool, (wave.wave_id,) if wave else (), questions, one.answers)
        return _outcome(file_id, one, draft, wave, known, made, proposed)


def _proposals(file_id: str, one: Recognised, known: Known) -> list[QuestionProposal]:
    kept = st.session_state.setdefault("proposals", {})
    if kept.get(file_id, (None,))[0] is not one:  # it has been read anew, or never
        kept[file_id] = one, proposals.propose(one.reading.survey, one.reading.tool, known.mappings)
    proposed: list[QuestionProposal] = kept[file_id][1]
    return proposed


def _questions(file_id: str, one: Recognised, proposed: list[QuestionProposal], known: Known) -> tuple[DraftQuestion, ...]:
    """Selectors for every question, what is to be looked at first."""
    fields = proposals.known_fields(known.mappings)
    found: dict[int, DraftQuestion] = {}
    groups: dict[str, list[int]] = {"check": [], "none": [], "sure": []}
    for i, p in enumerate(proposed):
        groups[proposals.attention(p)].append(i)
    for group, heading in (
        ("check", "Please check: {}"),
        ("none", "Not known: {}"),
        ("sure", "The same words: {}"),
    ):
        if not groups[group]:
            continue
        said = heading.format(findings.count(len(groups[group]), "question"))
        if group == "sure":
            with st.expander(said):
                found |= {i: _question(file_id, i, one, proposed[i], fields) for i in groups[group]}
        else:
            st.markdown(f"#### {said}")
            found |= {i: _question(file_id, i, one, proposed[i], fields) for i in groups[group]}
    return tuple(found[i] for i in range(len(proposed)))


def _question(file_id: str, i: int, one: Recognised, p: QuestionProposal, fields: Mapping[str, proposals.Known]) -> DraftQuestion:
    """One question: its wording and answers at the left, what it is for us at the right, its answers below."""
    left, right = st.columns([3, 2], vertical_alignment="top")
    with left:
        st.markdown(f"**{i + 1}. {ui.plain(p.question.text)}**")
        st.caption(ui.plain(proposals.evidence(p)))
    options = list(FIELDS)
    with right:
        index = options.index(p.field)
        chosen = st.selectbox(f"Question {i + 1} is", options, index, FIELDS.__getitem__, key=f"map-{file_id}-{i}")
    answers: Sequence[proposals.AnswerProposal] = p.answers
    if chosen in (KEEP, LEAVE_OUT):
        answers = ()
    elif chosen != p.field:
        counts = proposals.answer_counts(one.reading.survey.cells[p.question.column], p.question, fields[chosen].labels)
        answers = proposals.propose_answers(counts, fields[chosen])
    codes = {a.label: a.code for a in answers if a.confidence in ("exact", "normalised")}
    with left:
        if codes:
            st.caption(f"Known answers: {ui.plain(', '.join(codes))}")
    allowed = {"": "Not mapped: kept in its own words", **proposals.allowed_codes(chosen)} if answers else {}
    for j, a in enumerate(x for x in answers if x.label not in codes):
        words, meaning = st.columns([3, 2], vertical_alignment="center")
        words.markdown(f":material/subdirectory_arrow_right: “{ui.plain(a.label)}” ({a.n:,}) · {CONFIDENCE[a.confidence].lower()}")
        at, label = list(allowed).index(a.code), f"“{a.label}” means"
        codes[a.label] = meaning.selectbox(label, list(allowed), at, allowed.__getitem__, key=f"answer-{file_id}-{i}-{chosen}-{j}")
    old = (p.like,) if p.confidence == "exact" and chosen == p.field and p.like != p.question.text else ()
    return DraftQuestion(p.question.text, p.question.tool_id, chosen, codes, old)


def _wave(file_id: str, one: Recognised, known: Known, questions: Sequence[DraftQuestion]) -> Wave | None:
    """The wave the survey belongs to: one of the register, or a new one with its days and who was asked."""
    st.markdown("#### Which wave is it?")
    waves = {w.wave_id: w for w in known.waves if w.tool == one.reading.tool}
    options = [*waves, NEW_WAVE]
    index = options.index(one.wave.wave_id) if one.wave and one.wave.wave_id in waves else len(options) - 1
    name = st.selectbox("Wave", options, index, lambda w: waves[w].wave_name if w else "A new wave", key=f"wave-{file_id}-{len(options)}")
    if name != NEW_WAVE:
        return waves[name]
    if known.waves and known.waves_file is None:
        st.warning("Your waves register is a workbook. Add the new wave there, and add that file again.", icon=":material/help:")
        return None
    roles = {code for q in questions if q.field == "respondent_kind" for code in q.answers.values()}
    new = recognition.suggested_wave(one, roles)
    columns = st.columns(2)
    title = columns[0].text_input("Name of the wave", new.wave_name, key=f"wave-name-{file_id}")
    code = columns[1].text_input("Short id, sorts by time", new.wave_id, key=f"wave-id-{file_id}")
    opened = columns[0].date_input("First day", new.opened, key=f"wave-from-{file_id}", format="DD/MM/YYYY")
    closed = columns[1].date_input("Last day", new.closed, key=f"wave-to-{file_id}", format="DD/MM/YYYY")
    kinds = st.multiselect(
        "Who was asked", list(RESPONDENT_KINDS), new.kinds_asked, RESPONDENT_KINDS.__getitem__, key=f"wave-who-{file_id}"
    )
    wrong = recognition.wave_problem(code, title, opened, closed, kinds, known)
    if wrong:
        st.warning(wrong, icon=":material/help:")
        return None
    return Wave(code.strip(), title.strip(), one.reading.tool, opened, closed, tuple(kinds))


def _outcome(
    file_id: str, one: Recognised, draft: Draft, wave: Wave | None, known: Known, made: dict[str, bytes], proposed: list[QuestionProposal]
) -> bool:
    """What the draft gives: what is still wrong, or ten rows as they would be read and the mapping to take away."""
    wrong = drafts.problems(draft)
    for problem in wrong:
        st.warning(ui.plain(problem), icon=":material/help:")
    if wrong or wave is None:
        return False
    mapping = drafts.as_mapping(draft)
    st.markdown(f"#### The first {drafts.PREVIEW} responses, as they would be read")
    st.dataframe(drafts.preview(one.reading.survey, mapping, wave), hide_index=True, key=f"preview-{file_id}")
    name = recognition.mapping_name(one)
    toml = drafts.to_toml(draft).encode()
    st.download_button("Save this mapping (TOML)", toml, name, "application/toml", key=f"toml-{file_id}", on_click="ignore")
    looked = True
    if any(proposals.attention(p) == "check" for p in proposed):
        looked = st.checkbox("I have looked through what is only similar", key=f"looked-{file_id}")
    if looked:
        made[name] = toml
        if wave.wave_id not in {w.wave_id for w in known.waves}:
            register, present = known.waves_file or ("waves.csv", None)
            made[register] = drafts.add_wave(made.get(register, present), wave)
    else:
        st.caption("Tick the box to use this mapping.")
    return looked
