"""Searching comments and notes: terms, hits and marks against a naive twin, any search at all, what is coded, and what stays inside."""

from __future__ import annotations

import csv
import html
import re
import unicodedata
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as run
from hypothesis import strategies as some
from streamlit.testing.v1 import AppTest

from oversight import comments, model, search, stats, store
from oversight.questionnaire import CHALLENGES, RESPONDENT_KINDS
from oversight.settings import QUERIES, ROOT, SAMPLE
from tests import truth
from tests.conftest import codes_of
from tests.test_coverage_naive import INTERNAL, PLACES, WAVES

SHAREABLE = store.Viewer(audience="shareable")
Term = tuple[str, bool]


def plain(text: str) -> list[str]:
    """A text's words, another way than the product's: accents off, small, apostrophes gone, runs of letters and digits."""
    text = re.sub("['’‘ʼ`´]", "", unicodedata.normalize("NFD", text))
    return re.findall(r"[^\W_]+", "".join(c for c in text if not unicodedata.combining(c)).lower())


def times(words: list[str], term: Term) -> int:
    """How often a term stands in a text, not counting a word twice."""
    sought, quoted = plain(term[0]), term[1]
    count = place = 0
    while place + len(sought) <= len(words):
        here = words[place : place + len(sought)]
        last = here[-1] == sought[-1] if quoted else here[-1].startswith(sought[-1])
        hit = last and here[:-1] == sought[:-1]
        count, place = count + hit, place + (len(sought) if hit else 1)
    return count


def typed(must: list[Term], never: list[Term]) -> str:
    """Terms as somebody would type them."""
    quoted = [f'"{t}"' if q else t for t, q in must]
    return " ".join([*quoted, *(f'-"{t}"' if q else f"-{t}" for t, q in never)])


@cache
def written(path: Path) -> list[dict[str, str]]:
    """Every comment of the snapshot in a plain loop over its answers, with what is known of who wrote it."""
    import duckdb

    connection = duckdb.connect(str(path), read_only=True)
    questions = {row[:2]: row[2:] for row in connection.execute("SELECT wave_id, question_id, kind, field FROM question").fetchall()}
    people = {r["response_id"]: r for r in truth.rows("responses.csv.gz")}
    found = []
    for wave, response, question, value in connection.execute("SELECT wave_id, response_id, question_id, value FROM answer").fetchall():
        kind, field = questions[wave, question]
        if kind == "text" and field in ("challenges_comment", "comment") and value is not None:
            found.append({**people[response], "question": question, "field": field, "text": value})
    connection.close()
    return found


def sought(snapshot: store.Snapshot, must: list[Term], never: list[Term], **filters: str | None) -> dict[tuple[str, str], int]:
    """(response, question) -> hits, filtered and counted one by one. Codes are those of the fixture ``judged``."""
    found = {}
    for row in written(snapshot.path):
        words = plain(row["text"])
        hits = [times(words, term) for term in must]
        codes = codes_of(row["response_id"], raw()[row["response_id"], row["field"]])
        places = all(filters.get(f) in (None, row[f"{f}_code"]) for f in ("region", "icb"))
        asked = (row["wave_id"], row["respondent_kind"]) == (filters["wave"], filters["role"])
        mine = filters.get("question") in (None, row["question"]) and (filters.get("theme") is None or filters["theme"] in codes)
        if asked and places and mine and all(hits) and not any(times(words, term) for term in never):
            found[row["response_id"], row["question"]] = sum(hits)
    return found


@cache
def raw() -> dict[tuple[str, str], str]:
    """(response, field) -> the comment as it was exported, before redaction: what the made-up coders read."""
    fields = {"ell us more": "challenges_comment", "anything else": "comment"}
    return {
        (row["response_id"], field): row["value"]
        for row in truth.rows("answers.csv.gz")
        for mark, field in fields.items()
        if mark in row["question"]
    }


WORDS = ["gp", "GPs", "super", "supervision", "alone", "waiting list", "line manager", "the", "I", "don't", "peer-support", "zebra", "café"]
TERM = some.tuples(some.sampled_from(WORDS), some.booleans()).map(lambda t: (t[0], t[1] or " " in t[0]))
TERMS = some.lists(TERM, max_size=2, unique_by=lambda t: (*plain(t[0]), t[1]))


@run(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    must=TERMS, never=TERMS, wave=some.sampled_from(WAVES), role=some.sampled_from(sorted(RESPONDENT_KINDS)),
    place=some.sampled_from(PLACES), question=some.sampled_from([None, "comment", "challenges_comment"]),
    theme=some.sampled_from([None, None, "caseload", "isolation"]),
)  # fmt: skip
def test_any_search_and_filters_give_what_reading_by_hand_gives(
    judged: store.Snapshot, must: list[Term], never: list[Term], wave: str, role: str, place: tuple, question: str | None, theme: str | None
) -> None:
    asked, (region, icb) = search.parse(typed(must, never)), place
    filters = {"wave": wave, "role": role, "region": region, "icb": icb, "question": question, "theme": theme}
    table = store.ask("comments", INTERNAL, judged, must=asked.must, never=asked.never, **filters).table
    expected = sought(judged, must, never, **filters)
    assert {(r.response_id, r.question_id): r.hits for r in table.itertuples()} == expected
    for row in table.to_dict("records"):
        said = raw()[row["response_id"], row["field"]]
        assert list(row["codes"]) == list(row["themes"]) == codes_of(row["response_id"], said)
        assert set(row["ticked"]) == set(people()[row["response_id"]]["challenges"].split()) & set(CHALLENGES)
        assert bool([1 for _, hit in search.marked(row["text"], asked) if hit]) == bool(must)
    times_written = pd.to_datetime(table["completed"])
    assert times_written.dropna().is_monotonic_decreasing


@cache
def people() -> dict[str, dict[str, str]]:
    return {r["response_id"]: r for r in truth.rows("responses.csv.gz")}


@pytest.mark.parametrize("wave", WAVES)
def test_the_sample_has_comments_to_find_and_codes_on_some(judged: store.Snapshot, wave: str) -> None:
    table = store.ask("comments", INTERNAL, judged, wave=wave).table
    assert len(table) > 300
    assert 50 < sum(len(codes) > 0 for codes in table["codes"]) < len(table)
    assert (
        table["text"].str.contains(r"\[phone\]").any() or table["text"].str.contains(r"\[email\]").any()
    )  # redacted texts are what is searched
    assert not table["text"].str.contains("@").any()
    one = store.ask("comments", INTERNAL, judged, wave=wave, must="supervis").table
    assert 0 < len(one) < len(table)
    assert set(table["field"]) == set(model.COMMENTS) == {"comment", "challenges_comment"}


STRANGE = [
    '"', '""', '"""', "'", "''", "%", "_", "(.*)+[", "\\", "'; DROP TABLE answer; --", "1=1", "$must", "{}", "|", '|"|', "-", "--", "-\"",
    "\x00", "\n\t ", "*", "supervis*", "😀", "a" * 10_000, "ab " * 5_000, '"' * 10_000, "-" * 10_000, "<b>", "\u202e", "ﬁ", "İ", "ß",
]  # fmt: skip


@pytest.mark.parametrize("text", STRANGE, ids=lambda t: repr(t[:12]))
def test_a_strange_search_finds_what_it_says_or_nothing(judged: store.Snapshot, text: str) -> None:
    asked = search.parse(text)
    everything = store.ask("comments", INTERNAL, judged).table
    found = store.ask("comments", INTERNAL, judged, must=asked.must, never=asked.never).table
    if not plain(text):
        assert (asked.must, asked.never, asked.nothing) == (None, None, bool(text.strip()))
        assert comments.found_sentence(0, 9, asked, "link workers", "England").startswith(
            "The search holds no letter" if text.strip() else "Link"
        )
    else:
        words = [plain(t) for t in everything["text"]]
        must = [(" ".join(term), quoted) for term, quoted in asked.terms]
        assert len(found) == sum(
            all(times(w, t) for t in must) for w in words if not any(times(w, (" ".join(t), q)) for t, q in asked.without)
        )
    store.ask("notes", INTERNAL, judged, must=asked.must, never=asked.never)
    store.ask("comments", INTERNAL, judged, must=text, never=text, question=text, theme=text)  # as it stands, too: no error


@run(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=some.text(max_size=60), said=some.text(max_size=120))
def test_any_text_at_all(judged: store.Snapshot, text: str, said: str) -> None:
    asked = search.parse(text)
    store.ask("notes", INTERNAL, judged, must=asked.must, never=asked.never)
    store.ask("notes", INTERNAL, judged, must=text, never=text)
    pieces = search.marked(said, asked)
    assert "".join(piece for piece, _ in pieces) == said
    assert all(piece for piece, _ in pieces)


@pytest.mark.parametrize(
    ("text", "must", "never", "words"),
    [
        ("", None, None, ""),
        ("Burn", "burn", None, "“burn”"),
        ('burn "Line  Manager" -GP', 'burn|"line manager"', "gp", "“burn”, the words “line manager” together, without “gp”"),
        ("“line manager”", '"line manager"', None, "the words “line manager” together"),
        ('"line manager', '"line manager"', None, "the words “line manager” together"),
        ('-"night shift"', None, '"night shift"', "without “night shift”"),
        ("mental-health", "mental health", None, "the words “mental health” together"),
        ("Don't DON’T dont", "dont", None, "“dont”"),
        ("café CAFÉ", "cafe", None, "“cafe”"),
        ("a|b", "a b", None, "the words “a b” together"),
    ],
)
def test_what_is_typed_becomes_terms(text: str, must: str | None, never: str | None, words: str) -> None:
    asked = search.parse(text)
    assert (asked.must, asked.never, asked.words()) == (must, never, words)


@pytest.mark.parametrize(
    ("text", "query", "marks"),
    [
        ("My line manager and the Line-Manager's deputy", '"line manager"', ["line manager"]),
        ("Supervision, supervisor; SUPERVISED", "supervis", ["Supervision, supervisor; SUPERVISED"]),
        ("GP gps “GP’s” agp", "gp", ["GP gps “GP’s"]),
        ("Café or cafe", "café", ["Café", "cafe"]),
        ("nothing here", "zebra", []),
        ("<b>bold</b>", "b", ["b>bold</b"]),
        ("no search", "", []),
    ],
)
def test_hits_are_marked_where_they_stand(text: str, query: str, marks: list[str]) -> None:
    pieces = search.marked(text, search.parse(query))
    assert [piece for piece, hit in pieces if hit] == marks
    assert "".join(piece for piece, _ in pieces) == text


# ---- notes -------------------------------------------------------------------------------------------------------------


@run(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(must=TERMS, never=TERMS, place=some.sampled_from(PLACES), audience=some.sampled_from(["internal", "shareable"]))
def test_notes_for_any_search_and_place(
    judged: store.Snapshot, must: list[Term], never: list[Term], place: tuple, audience: store.Audience
) -> None:
    asked, (region, icb) = search.parse(typed(must, never)), place
    places = {r["code"]: r for r in store.ask("places", INTERNAL, judged).table.to_dict("records")}
    with (SAMPLE / "registers" / "notes.csv").open(encoding="utf-8", newline="") as file:
        notes = list(csv.DictReader(file))
    expected = set()
    for note in notes:
        where = places[note["place_code"]]  # every PCN of the notes is open
        mine = where["level"] == "region" and icb is not None and places[icb]["region_code"] == where["region_code"]
        at = (region is None or where["region_code"] == region) and (icb is None or where["icb_code"] == icb or mine)
        words = plain(note["note"].replace("sample.lead@example.nhs.test", "email"))
        found = all(times(words, t) for t in must) and not any(times(words, t) for t in never)
        if at and found and "shareable" in (note["audience"], "shareable" if audience == "internal" else ""):
            expected.add((note["place_code"], note["date"], note["audience"]))
    viewer = store.Viewer(audience=audience)
    table = store.ask("notes", viewer, judged, region=region, icb=icb, must=asked.must, never=asked.never).table
    assert {(r.place_code, str(r.date.date()), r.audience) for r in table.itertuples()} == expected
    assert len(table) == len(expected)


# ---- what is coded -----------------------------------------------------------------------------------------------------


@run(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wave=some.sampled_from(WAVES), role=some.sampled_from(sorted(RESPONDENT_KINDS)), place=some.sampled_from(PLACES))
def test_themes_of_comments_for_any_filters(judged: store.Snapshot, wave: str, role: str, place: tuple) -> None:
    region, icb = place
    coded: dict[str, set[str]] = {}
    for row in written(judged.path):
        codes = codes_of(row["response_id"], raw()[row["response_id"], row["field"]])
        if codes and (row["wave_id"], row["respondent_kind"]) == (wave, role):
            coded.setdefault(row["response_id"], set()).update(codes)
    table = store.ask("comment_themes", INTERNAL, judged, wave=wave, role=role, region=region, icb=icb).table
    for row in table.to_dict("records"):
        here = [codes for r, codes in coded.items() if row["level"] == "england" or people()[r][f"{row['level']}_code"] == row["code"]]
        assert (row["x"], row["n"]) == (sum(row["theme"] in codes for codes in here), len(here))
        assert row["level"] == "england" or region is None or row["region_code"] == region


# ---- words and page ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "total", "query", "theme", "said"),
    [
        (0, 0, "", "", "No comment of link workers in England in this wave"),
        (9, 9, "", "", "Link workers in England wrote 9 comments"),
        (1, 1, "", "", "Link workers in England wrote 1 comment"),
        (1, 9, "gp", "", "1 of 9 comments of link workers in England matches “gp”"),
        (2, 9, "gp -list", "", "2 of 9 comments of link workers in England match “gp”, without “list”"),
        (0, 9, "gp", "", "Not one of 9 comments of link workers in England matches “gp”"),
        (3, 9, "", "Caseload", "3 of 9 comments of link workers in England were coded “Caseload” by people"),
        (1, 9, "gp", "Caseload", "1 of 9 comments of link workers in England matches “gp” and is coded “Caseload” by people"),
        (0, 9, "()", "", "The search holds no letter or digit, so there is nothing to look for"),
    ],
)
def test_what_was_found_in_words(found: int, total: int, query: str, theme: str, said: str) -> None:
    assert comments.found_sentence(found, total, search.parse(query), "link workers", "England", theme) == said


@run(max_examples=40)
@given(counts=some.lists(some.integers(0, 40), min_size=1, max_size=8), n=some.integers(1, 300), hide=some.booleans())
def test_the_sentence_on_coded_comments_holds_no_number_but_the_tables(counts: list[int], n: int, hide: bool) -> None:
    from oversight import disclosure

    frame = pd.DataFrame({"label": [f"Theme {chr(97 + i)}" for i in range(len(counts))], "x": [min(c, n) for c in counts], "n": n})
    table = stats.share(frame.assign(level="england", code="ENG", name="England", theme=frame["label"]))
    table, _ = disclosure.apply(table, "share", "shareable" if hide else "internal")
    rows = comments.coded_at(table, "england", "ENG")
    if comments.coded_state(rows):
        return
    said = comments.coded_sentence(rows, "link workers")
    shown = rows[rows["share"].notna()]
    allowed = {f"{100 * v:.0f}" for c in ("share", "low", "high") for v in shown[c]} | {str(n)} | {str(k) for k in range(2, 9)}
    assert set(re.findall(r"\d+", said)) <= allowed, said
    assert not re.search(r"nan|None", said)
    if "most often" in said:  # one theme leads only where no other interval reaches its own
        top = shown.iloc[0]
        assert (shown.iloc[1:]["high"] < top["low"]).all()
    assert said.startswith("Of the themes that can be shown") or not rows["share"].isna().any() or n < 10


def test_nothing_of_a_search_leaves_the_building(judged: store.Snapshot) -> None:
    """Neither the words nor how many nor whether any: the answer is the same whatever is sought."""
    answers = {
        (len(result.table), result.withheld)
        for must in (None, "supervis", "zebra", '"line manager"')
        for result in [store.ask("comments", SHAREABLE, judged, must=must)]
    }
    assert len(answers) == 1
    assert next(iter(answers))[0] == 0
    assert "pcn_code" not in store.ask("comments", INTERNAL, judged).table
    sayings = {store.ask("notes", SHAREABLE, judged, must=must).withheld for must in (None, "supervis", "zebra")}
    assert len(sayings) == 1


def test_a_card_says_where_a_comment_is_from_who_coded_it_and_never_its_pcn(judged: store.Snapshot) -> None:
    table = store.ask("comments", INTERNAL, judged, must="waiting").table
    cards = comments.cards(table, search.parse("waiting"), RESPONDENT_KINDS, dict(CHALLENGES), "Autumn 2026")
    assert ["".join(piece for piece, _ in pieces) for pieces, _ in cards] == table["text"].tolist()
    for (_, about), row in zip(cards, table.to_dict("records"), strict=True):
        lines = about.split("\n")
        assert lines[0] == f"{row['region_name']} · Social prescribing link worker · Autumn 2026"
        assert lines[1] == f"On: {row['question']}"
        coded = "; ".join(CHALLENGES[t] for t in row["themes"])
        assert lines[2] == (f"Coded by people: {coded}" if coded else "Not coded")
        assert lines[3:] == ([f"Ticked in the survey: {'; '.join(CHALLENGES[t] for t in row['ticked'])}"] if len(row["ticked"]) else [])
        assert not re.search(r"\bF\d{4}\b", about)
    best = comments.ordered(store.ask("comments", INTERNAL, judged, must="the").table, "best")
    assert best["hits"].is_monotonic_decreasing
    assert best["hits"].iloc[0] > best["hits"].iloc[-1]


def page(folder: Path, monkeypatch: pytest.MonkeyPatch, query: str, **filters: str) -> AppTest:
    monkeypatch.setenv("OVERSIGHT_SNAPSHOTS", str(folder))
    app = AppTest.from_file(str(ROOT / "oversight" / "frame.py"), default_timeout=120)
    for name, value in {"themes_part": "comments", **filters}.items():
        app.query_params[name] = value
    app.switch_page(str(ROOT / "pages" / "themes.py")).run()
    return app.text_input(key="comment-search").set_value(query).run() if query else app


def shown(app: AppTest) -> str:
    return "".join(str(e.proto.body) for e in app.get("html"))


def test_the_page_finds_marks_escapes_and_keeps_the_search_out_of_the_link(judged: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    app = page(judged.path.parent, monkeypatch, "supervis")
    assert not app.exception
    expected = len(store.ask("comments", INTERNAL, judged, must="supervis").table)
    assert any(f"{expected} of " in h.value for h in app.header)
    body = shown(app)
    assert body.count("<figure") <= 2 * comments.PAGE + 40
    assert re.search(r"<mark>[Ss]upervis\w*</mark>", body)
    assert (
        "supervis" not in str(app.query_params.to_dict())
        if hasattr(app.query_params, "to_dict")
        else "supervis" not in str(dict(app.query_params))
    )
    nothing = page(judged.path.parent, monkeypatch, '"<script>zebra')
    assert not nothing.exception
    assert "<script>" not in shown(nothing)
    assert any("Not one of" in h.value for h in nothing.header)
    outside = page(judged.path.parent, monkeypatch, "supervis", audience="shareable")
    assert not outside.exception
    assert any("stay inside" in h.value for h in outside.header)
    for text in store.ask("comments", INTERNAL, judged, must="supervis").table["text"]:
        assert html.escape(text) not in shown(outside)


def test_the_fields_of_comments_are_those_of_the_contract() -> None:
    sql = (QUERIES / "comments.sql").read_text(encoding="utf-8")
    named = re.search(r"question\.field IN \(([^)]*)\)", sql)
    assert named
    assert set(re.findall(r"'(\w+)'", named[1])) == set(model.COMMENTS)


def test_what_must_not_stand_in_a_comment_does_not(sample: store.Snapshot) -> None:
    viewer = store.Viewer(audience="internal")
    every = store.ask("comments", viewer, sample).table["text"]
    without = store.ask("comments", viewer, sample, never="supervis").table["text"]
    assert sorted(without) == sorted(t for t in every if "supervis" not in t.casefold())
    assert 0 < len(without) < len(every)
