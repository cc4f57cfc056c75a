"""Of the Data page: what added files were understood as, and what is still to be said about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from oversight import drafts, findings, proposals, recognition, ui
from oversight.exports import FileProblem
from oversight.proposals import CONFIDENCE
from oversight.recognition import Known, Recognised
from oversight.settings import exports_folder
from pages.parts.data_map_survey import survey

MOST_CODES = 60


def understand(given: Sequence[tuple[str, str, bytes]]) -> tuple[list[tuple[str, bytes]], bool]:
    """Show what each added file (id, name, content) was understood as; ask what has to be asked; help to map new surveys.

    Returns the files made here (mappings, the waves register), and whether everything is answered.
    """
    try:
        known = recognition.known(exports_folder(), [(name, data) for _, name, data in given])
    except FileProblem as problem:
        st.error(ui.plain(str(problem)), icon=":material/error:")
        return [], False
    for kept in ("recognised", "proposals", "said"):  # forget files that were taken away
        st.session_state[kept] = {i: v for i, v in st.session_state.get(kept, {}).items() if i in {g[0] for g in given}}
    with st.spinner("Reading the files…"):
        found = {file_id: _recognised(file_id, name, data, known) for file_id, name, data in given}
    st.subheader(recognition.summary(list(found.values())), anchor=False)
    understood = recognition.table(list(found.values()))
    st.markdown(ui.listing(understood["name"], understood["understood"]))
    ready = True
    for file_id, one in found.items():
        ready &= _asked(file_id, one)
    made: dict[str, bytes] = {}
    for file_id, one in found.items():
        if one.is_survey:
            ready &= survey(file_id, one, known, made)
        elif lacking := recognition.codes_without_theme(one, known):
            _codes(file_id, one, lacking, known, made)
    return list(made.items()), ready


def _codes(file_id: str, one: Recognised, lacking: Mapping[str, int], known: Known, made: dict[str, bytes]) -> None:
    """Themes for the codes that have none. A code left without one is kept, and counted under no theme."""
    with st.expander(ui.plain(f"{one.name}: {findings.count(len(lacking), 'code')} without a theme"), icon=":material/edit:"):
        if len(known.themes) and known.themes_file is None:
            st.warning("Your themes register is a workbook. Add the codes there, and add that file again.", icon=":material/help:")
            return
        st.markdown("A code keeps the theme of the code above it. Choose a theme for the others, or leave them without.")
        names = known.theme_names
        chosen: dict[str, str] = {}
        for i, (code, n) in enumerate(list(lacking.items())[:MOST_CODES]):
            theme, sure = proposals.propose_theme(code, names)
            words, meaning = st.columns([3, 2], vertical_alignment="center")
            words.markdown(f"“{ui.plain(code)}” ({findings.count(n, 'passage')}) · {CONFIDENCE[sure].lower()}")
            options = {"": "No theme", **names}
            picked = meaning.selectbox(
                f"Theme of “{code}”", list(options), list(options).index(theme), options.__getitem__, key=f"theme-{file_id}-{i}"
            )
            chosen |= {code: picked} if picked else {}
        if len(lacking) > MOST_CODES:
            st.caption(f"The {MOST_CODES} most used are shown. Put the others into themes.csv.")
        if chosen and st.checkbox(f"Use these themes for {findings.count(len(chosen), 'code')}", key=f"themes-{file_id}"):
            register, present = known.themes_file or ("themes.csv", None)
            made[register] = drafts.add_codes(made.get(register, present), chosen, names)


def _recognised(file_id: str, name: str, data: bytes, known: Known) -> Recognised:
    """What one file was understood as, worked out again only when something has been said about it."""
    said = st.session_state.setdefault("said", {}).get(file_id, {})
    key = (file_id, tuple(sorted(said.items())), tuple(m.sha256 for m in known.mappings), known.waves)
    kept = st.session_state.setdefault("recognised", {})
    if kept.get(file_id, (None,))[0] != key:
        kept[file_id] = key, recognition.recognise(name, data, known, said)
    found: Recognised = kept[file_id][1]
    return found


def _asked(file_id: str, one: Recognised) -> bool:
    """Show what is wrong with a file, or ask what its content does not say. Returns whether nothing is left open."""
    if one.doubt is not None:
        st.warning(f"**{ui.plain(one.name)}** {ui.plain(one.doubt.wrong)}", icon=":material/help:")
        choices = one.doubt.choices
        label = f"Which is it, for {one.name}?"
        said = st.selectbox(label, list(choices), None, lambda c: f"{c.replace('_', ' ')}: {choices[c]}", key=f"doubt-{file_id}")
        if said is not None:
            st.session_state["said"].setdefault(file_id, {})[one.doubt.about] = said
            st.rerun()
        return False
    if one.problem is not None:
        text = f"**{ui.plain(one.name)}** {ui.plain(one.problem.wrong)}\n\n**What to do.** {ui.plain(one.problem.mend)}"
        st.error(text, icon=":material/error:")
        return one.is_survey  # a survey that fits no wave can be mapped below
    return True


def with_made(files: Sequence[tuple[str, bytes]], made: Sequence[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The added files and those made here; a made one takes the place of the added one of its name."""
    names = {name for name, _ in made}
    return [*(f for f in files if f[0] not in names), *made]
