"""Every page, run whole: full, filtered, for sharing, with almost nothing in it. (What only a browser shows is in tests/browser.)"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from oversight import store
from oversight.settings import ROOT

PAGES = sorted(p.stem for p in (ROOT / "pages").glob("*.py"))
VIEWS: dict[str, dict[str, str]] = {
    "full": {},
    "spring": {"wave": "2026-1-spring"},
    "a region": {"region": "Y60"},
    "an ICB": {"region": "Y61", "icb": "D7T5G"},
    "an ICB for sharing": {"region": "Y61", "icb": "D7T5G", "audience": "shareable"},
    "for sharing": {"audience": "shareable"},
    "GP supervisors": {"role": "gp_supervisor"},
    "PCN managers for sharing": {"role": "pcn_manager", "audience": "shareable"},
    "a PCN": {"pcn": "F0002"},
    "a PCN for sharing": {"pcn": "F0002", "audience": "shareable"},
    "change": {"coverage_part": "change"},
    "change, who is compared": {"coverage_part": "change", "change_as": "people"},
    "change, who is compared, in an ICB for sharing": {
        "coverage_part": "change",
        "change_as": "people",
        "icb": "QOP",
        "audience": "shareable",
    },
    "change of places": {"coverage_part": "change", "change_as": "places"},
    "change from the first wave": {"coverage_part": "change", "wave": "2026-1-spring"},
    "change of a band in a region for sharing": {"coverage_part": "change", "measure": "anxiety", "region": "Y60", "audience": "shareable"},
    "change in an ICB for sharing": {"coverage_part": "change", "region": "Y61", "icb": "D7T5G", "audience": "shareable"},
    "change, PCN managers": {"coverage_part": "change", "role": "pcn_manager"},
    "places": {"coverage_part": "places"},
    "places of a region, tiles": {"coverage_part": "places", "places_as": "tiles", "region": "Y60"},
    "one ICB, list, for sharing": {"coverage_part": "places", "icb": "D7T5G", "region": "Y61", "audience": "shareable"},
    "funnel for sharing": {"coverage_part": "places", "places_as": "funnel", "audience": "shareable", "measure": "all_three"},
    "an answer of several, by place": {"coverage_part": "places", "measure": "provider"},
    "a sensitive band by place, for sharing": {
        "coverage_part": "places",
        "places_as": "tiles",
        "measure": "anxiety",
        "audience": "shareable",
    },
    "funnel, PCN managers": {"coverage_part": "places", "places_as": "funnel", "role": "pcn_manager"},
    "regions for sharing": {"coverage_part": "places", "places_as": "regions", "audience": "shareable", "region": "Y60"},
    "both sides of the contract": {"coverage_part": "contract", "contract_as": "sides", "region": "Y60"},
    "both sides, PCN by PCN, for sharing": {"coverage_part": "contract", "contract_as": "pairs", "audience": "shareable"},
    "map without boundaries": {"coverage_part": "places", "places_as": "map"},
    "the contract": {"coverage_part": "contract", "detail": "parts"},
    "the contract of an ICB for sharing": {"coverage_part": "contract", "region": "Y61", "icb": "D7T5G", "audience": "shareable"},
    "a question": {"coverage_part": "question", "question": "challenges", "question_by": "region"},
    "a number by ICB for sharing": {"coverage_part": "question", "question": "anxiety", "question_by": "icb", "audience": "shareable"},
    "a question that was not asked": {"coverage_part": "question", "question": "challenges", "role": "pcn_manager"},
    "a question by role": {"coverage_part": "question", "question": "clarity", "question_by": "role", "region": "Y60"},
    "free text": {"coverage_part": "question", "question": "comment", "audience": "shareable"},
    "following the offer": {"priority_part": "following"},
    "following the offer in an ICB for sharing": {"priority_part": "following", "region": "Y61", "icb": "D7T5G", "audience": "shareable"},
    "nonsense": {"wave": "never", "region": "Y99", "icb": "<script>", "pcn": "U00000", "role": "king", "audience": "root", "theme": "'"},
}


def run(page: str, folder: Path, monkeypatch: pytest.MonkeyPatch, **filters: str) -> AppTest:
    """One page under one view."""
    monkeypatch.setenv("OVERSIGHT_SNAPSHOTS", str(folder))
    monkeypatch.setenv("OVERSIGHT_EXPORTS", str(folder / "exports"))
    app = AppTest.from_file(str(ROOT / "oversight" / "frame.py"), default_timeout=120)
    for name, value in filters.items():
        app.query_params[name] = value
    return app.switch_page(str(ROOT / "pages" / f"{page}.py")).run()


def words(app: AppTest) -> str:
    """Everything the page says in text and tables."""
    kinds = (app.title, app.header, app.subheader, app.markdown, app.caption, app.info, app.warning, app.error)
    texts = [e.value for kind in kinds for e in kind]
    tables = [str(c) for e in (*app.table, *app.dataframe) for c in e.value.to_numpy().ravel()]
    return "\n".join(map(str, [*texts, *tables]))


def healthy(app: AppTest) -> str:
    """No exception, one first heading, and no programmer's words; returns the page's words."""
    assert not app.exception
    assert not app.error
    assert len(app.title) == 1
    said = words(app)
    assert not re.search(r"\b(nan|NaN|NaT|None|<NA>|inf)\b|dtype|Traceback", said), said[:2000]
    return said


PARTED = {"coverage_part": "coverage", "priority_part": "priority"}
SHOWN = [(page, view) for page in PAGES for view in VIEWS if all(PARTED.get(name, page) == page for name in VIEWS[view])]


@pytest.mark.parametrize(("page", "view"), SHOWN)
def test_a_page_under_a_view(page: str, view: str, sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    said = healthy(run(page, sample.path.parent, monkeypatch, **VIEWS[view]))
    assert "FICTIONAL" in said


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("audience", ["internal", "shareable"])
def test_a_page_with_no_survey_at_all(page: str, audience: str, bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    healthy(run(page, bare, monkeypatch, audience=audience))
    if page == "pcn":
        assert "No wave has asked link workers yet" in healthy(run(page, bare, monkeypatch, audience=audience, pcn="F0001"))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("audience", ["internal", "shareable"])
def test_a_page_with_one_response(page: str, audience: str, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    healthy(run(page, tiny, monkeypatch, audience=audience, pcn="F0001"))


def test_a_pcn_and_a_role_that_was_never_asked(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No wave has asked PCN managers yet" in healthy(run("pcn", tiny, monkeypatch, pcn="F0001", role="pcn_manager"))


@pytest.mark.parametrize("audience", ["internal", "shareable"])
def test_change_with_one_response_says_there_is_nothing_to_compare_with(audience: str, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = healthy(run("coverage", tiny, monkeypatch, coverage_part="change", audience=audience))
    assert "no earlier wave" in said or audience == "shareable"


@pytest.mark.parametrize("by", ["here", "region", "icb", "role"])
@pytest.mark.parametrize("question", ["first_contact", "challenges", "anxiety", "comment"])
@pytest.mark.parametrize("audience", ["internal", "shareable"])
def test_any_question_of_one_response(by: str, question: str, audience: str, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    healthy(run("coverage", tiny, monkeypatch, coverage_part="question", question_by=by, question=question, audience=audience))


@pytest.mark.parametrize("audience", ["internal", "shareable"])
def test_the_contract_of_one_response(audience: str, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    healthy(run("coverage", tiny, monkeypatch, coverage_part="contract", audience=audience))


def test_a_filter_stays_over_pages_and_its_children_reset(sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    app = run("coverage", sample.path.parent, monkeypatch, region="Y61", icb="D7T5G")
    assert app.query_params["icb"] == "D7T5G"
    app.sidebar.selectbox(key="filter-region").set_value("Y60").run()
    assert (app.query_params["region"], app.query_params["icb"]) == ("Y60", "all")
    app.switch_page(str(ROOT / "pages" / "themes.py")).run()
    assert app.query_params["region"] == "Y60"
    assert app.sidebar.selectbox(key="filter-region").value == "Y60"


def test_an_old_link_says_what_was_dropped(sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    app = run("coverage", sample.path.parent, monkeypatch, region="[Y99](http://example.org)")
    assert r"region\=\[Y99\]" in words(app)  # as text: a link in a link would be somebody's trap
    assert app.query_params["region"] == "all"


def test_only_pages_frame_and_ui_import_streamlit() -> None:
    allowed = {ROOT / "oversight" / "frame.py", ROOT / "oversight" / "ui.py"}
    code = {p: p.read_text("utf-8") for p in (ROOT / "oversight").rglob("*.py") if p not in allowed}
    assert [p.name for p, text in code.items() if re.search(r"^\s*(import|from) streamlit\b", text, re.M)] == []


def test_nothing_in_oversight_imports_a_page_and_no_page_holds_sql() -> None:
    for path in (ROOT / "oversight").rglob("*.py"):
        assert not re.search(r"^\s*(import|from) pages\b", path.read_text("utf-8"), re.M)
    for path in (ROOT / "pages").glob("*.py"):
        text = path.read_text("utf-8")
        assert not re.search(r"\bSELECT\b|\.groupby\(|#[0-9A-Fa-f]{6}\b", text), path.name
        assert len(text.splitlines()) <= 120, path.name


def test_without_sign_in_only_this_machine_is_served(sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    import streamlit as st

    before = st.get_option("server.address")
    try:
        st._config.set_option("server.address", "0.0.0.0")
        app = run("overview", sample.path.parent, monkeypatch)
        assert "localhost" in app.error[0].value
        assert not app.title
    finally:
        st._config.set_option("server.address", before)
