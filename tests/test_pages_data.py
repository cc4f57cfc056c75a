"""The Data and Methods pages, run whole: who sees single rows and who may add files, and what each part says."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from oversight import methods, publish, store, ui
from oversight.settings import ROOT
from tests.programme import WAVES, response, write_forms, write_map
from tests.test_pages import run


def selectbox(app: AppTest, label: str) -> list:
    return [s for s in app.selectbox if s.label.startswith(label)]


def test_inside_the_programme_rows_are_shown_one_by_one(sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    app = run("data", sample.path.parent, monkeypatch, reason="pcn_closed")
    rows = store.ask("quarantine", store.Viewer(audience="internal"), sample, reason="pcn_closed").table
    shown = next(d.value for d in [*app.table, *app.dataframe] if "What was found, what to do" in d.value)
    assert shown["Row"].tolist() == [str(row) for row in rows["row"]] and set(shown["Reason"]) == {"PCN closed"}
    (one,) = selectbox(app, "Look at one row")
    assert one.value is None
    one.select_index(0).run()
    (content,) = [t.value for t in app.table if list(t.value.columns) == ["Heading", "Cell"]]
    assert len(content) > 5
    assert not app.exception


def test_for_sharing_there_are_counts_and_no_rows_and_nobody_can_add_files(sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    app = run("data", sample.path.parent, monkeypatch, audience="shareable")
    assert not any("What was found, what to do" in d.value for d in [*app.table, *app.dataframe])
    assert selectbox(app, "Look at one row") == [] and selectbox(app, "Rows set aside for") == []
    assert [b.label for b in app.button] == [] and len(app.get("file_uploader")) == 0
    assert sum("national team" in i.value for i in app.info) == 2


def test_a_viewer_of_some_regions_may_not_add_files_either(sample: store.Snapshot) -> None:
    from pages.parts.data_add import may_change

    def view(**who: object) -> ui.View:
        return ui.View(store.Viewer(**who), sample, {}, {}, None)  # type: ignore[arg-type]

    assert may_change(view(audience="internal"))
    assert not may_change(view(audience="internal", regions=frozenset({"Y60"})))
    assert not may_change(view(audience="shareable"))


def test_every_question_is_listed_with_the_way_to_its_answers(sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    app = run("data", sample.path.parent, monkeypatch)
    listed = next(t.value for t in [*app.table, *app.dataframe] if "Mapped to" in t.value)
    assert len(listed) == len(store.ask("questions", store.Viewer(audience="internal"), sample).table)
    (choice,) = selectbox(app, "Answers to a question")
    assert choice.value is None
    choice.set_value("challenges").run()
    assert not app.exception and len(app.get("page_link")) >= 1


def test_a_link_opens_any_question(sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    where = {"coverage_part": "question", "question": "challenges", "role": "care_coordinator"}
    app = run("coverage", sample.path.parent, monkeypatch, **where)
    (chosen,) = selectbox(app, "Question (type to search)")
    assert chosen.value == "challenges" and app.query_params["question"] == "challenges"
    answers = store.ask("question_by", store.Viewer(audience="internal"), sample, question="challenges", role="care_coordinator").table
    assert any(f"{answers['n'].max():,} Care Coordinators in England answered" in h.value.replace("\\", "") for h in app.header)
    chosen.set_value("months_in_post").run()
    assert app.query_params["question"] == "months_in_post" and not app.exception


def test_with_files_in_the_folder_they_are_counted_and_can_be_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sample: store.Snapshot
) -> None:
    exports = tmp_path / "exports"
    write_map(exports, {"F0001": "QHL"})
    write_forms(exports, [response("F0001")])
    monkeypatch.setenv("OVERSIGHT_EXPORTS", str(exports))
    app = AppTest.from_file(str(ROOT / "oversight" / "frame.py"), default_timeout=120)
    monkeypatch.setenv("OVERSIGHT_SNAPSHOTS", str(sample.path.parent))
    app = app.switch_page(str(ROOT / "pages" / "data.py")).run()
    assert any("holds 2 files" in m.value for m in app.markdown)
    before = (sample.path.parent / "current").read_text(encoding="utf-8")
    next(b for b in app.button if b.label == "Check").click().run()
    assert "no waves register was given" in app.error[0].value and "What to do" in app.error[0].value  # in words, no traceback
    (exports / "waves.csv").write_text(WAVES, encoding="utf-8")
    next(b for b in app.button if b.label == "Check").click().run()
    assert not app.error and any("1 response" in s.value and "Nothing has been published" in s.value for s in app.subheader)
    assert [b.label for b in app.button] == ["Check", "Publish"]
    assert (sample.path.parent / "current").read_text(encoding="utf-8") == before
    (exports / "waves.csv").write_text(WAVES.replace("Autumn", "Winter"), encoding="utf-8")
    next(b for b in app.button if b.label == "Publish").click().run()
    assert "changed since this check" in app.error[0].value
    assert (sample.path.parent / "current").read_text(encoding="utf-8") == before


def test_methods_has_an_index_of_every_section(sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    app = run("methods", sample.path.parent, monkeypatch)
    index = "\n".join(m.value for m in app.markdown if m.value.startswith("- ["))
    headers = {h.anchor: h.value for h in app.header}
    for section in methods.sections():
        assert f"[{section.title}](#{section.anchor})" in index
        assert headers[section.anchor] == section.title


def shown_tables(app: AppTest, column: str) -> list:
    return [t.value for t in (*app.table, *app.dataframe) if column in list(t.value.columns)]


def test_focus_groups_by_session_and_by_code(sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    app = run("data", sample.path.parent, monkeypatch, session="FG08")
    assert not app.exception
    assert any(s.value == "30 focus groups: 30 coded, 3 with a transcript" for s in app.subheader)
    assert any(s.value == "1 of 21 codes in use has no theme" for s in app.subheader)
    assert any("Without a theme: interesting" in m.value.replace("\\", "") for m in app.markdown)
    (sessions,) = shown_tables(app, "Transcript: turns")
    assert len(sessions) == 30 and (sessions["Transcript: turns"] != "–").sum() == 3
    (codes,) = shown_tables(app, "Line of the register")
    assert (codes["Line of the register"] == "No line").sum() == 1
    (chosen,) = selectbox(app, "Session")
    assert chosen.value == "FG08"
    words = "".join(h.proto.body for h in app.get("html"))
    first = next(r for r in store.ask("transcript", store.Viewer(audience="internal"), sample, session="FG08").table.to_dict("records"))
    assert first["text"] in words and "Speaker 2" in words and "1. " in words
    chosen.select("FG02").run()
    assert any("No transcript of this session" in i.value for i in app.info) and app.query_params["session"] == "FG02"
    assert not app.error and "".join(h.proto.body for h in app.get("html")).count("<figure") == 18  # the excerpts are there all the same
    chosen.select("FG28").run()
    words = "".join(h.proto.body for h in app.get("html"))
    assert not app.error and "(coder 1, coder 2)" in words and "(coder 1)" in words


def test_for_sharing_codes_are_shown_and_no_session(sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    app = run("data", sample.path.parent, monkeypatch, audience="shareable", session="FG08")
    assert (
        shown_tables(app, "Transcript: turns") == []
        and selectbox(app, "Session") == []
        and len(shown_tables(app, "Line of the register")) == 1
    )
    assert any("Not for sharing" in i.value for i in app.info)
    assert "Speaker 2" not in "".join(h.proto.body for h in app.get("html"))


def test_without_focus_groups_the_page_says_what_to_add(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_map(tmp_path / "in", {"F0001": "QHL"})
    publish.build([tmp_path / "in"], tmp_path / "out")
    app = run("data", tmp_path / "out", monkeypatch)
    assert not app.exception and any("Add sessions.csv" in i.value for i in app.info)
