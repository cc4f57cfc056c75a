"""Any question in words, for any data: numbers are the table's, claims are what intervals allow, withheld answers stay out."""

from __future__ import annotations

import re

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as some

from oversight import any_question, charts, disclosure, stats
from oversight.ui import ROLE_PLURALS

quickly = settings(max_examples=40, deadline=None)
audiences = some.sampled_from(["internal", "shareable"])
sizes = some.one_of(some.integers(0, 3), some.integers(0, 60), some.integers(0, 3000))
WORDS = ["Always", "Now and then", "Never", "I could not say"]


def seen(rows: list[tuple], audience: str) -> pd.DataFrame:
    """Rows of (level, code, role, kind, value, x, n) as an audience sees them."""
    table = pd.DataFrame(rows, columns=["level", "code", "role", "kind", "value", "x", "n"])
    table = table.assign(name=table["code"].map(lambda c: "England" if c == "ENG" else f"Place {c}"), region_code=None, state="answered")
    return disclosure.apply(stats.share(table), "answers", audience)[0]


def allowed(table: pd.DataFrame) -> set[str]:
    return {f"{100 * v:.0f}%" for c in ("share", "low", "high") for v in table[c].dropna()}


@quickly
@given(counts=some.lists(sizes, min_size=1, max_size=4), kind=some.sampled_from(["choice", "multi", "number", "text"]), audience=audiences)
def test_what_most_said(counts: list[int], kind: str, audience: str) -> None:
    counts = counts[:1] if kind == "text" else counts
    base = sum(counts) + (5 if kind == "text" else 0) if kind != "multi" else max(counts)
    if not base:
        return
    values = {"number": ["0", "3", "7.5", "10"], "text": [None]}.get(kind, WORDS)
    table = seen([("england", "ENG", "splw", kind, v, x, base) for v, x in zip(values, counts, strict=False)], audience)
    rows = any_question.answers(table, "england", "ENG", "splw")
    text = any_question.answers_sentence(rows, "link workers in England")
    shown = rows[rows["x"].notna()]
    if kind != "text":
        assert set(re.findall(r"\d+%", text)) <= allowed(shown)
    assert not re.search(r"nan|None|\b1 link workers", text)
    told = re.findall(r"“([^”]+)”", text)
    assert set(told) <= set(shown["label"])
    if "most frequent answer" in text:
        order = shown.sort_values("share", ascending=False)
        assert base >= 10
        tied = order[order["high"] >= order["low"].iloc[0]]
        assert set(told) == set(tied[tied["x"] > 0]["label"])
        assert (len(told) == 1) == ("most frequent answer is" in text or "shown, is" in text)
    if base < 10:
        assert "%" not in text
    assert (rows["label"] == "Withheld").equals(rows["x"].isna())


@quickly
@given(
    counts=some.lists(some.tuples(sizes, sizes), min_size=3, max_size=8),
    audience=audiences,
    kind=some.sampled_from(["choice", "multi"]),
)
def test_where_an_answer_is_given_more_often(counts: list[tuple[int, int]], audience: str, kind: str) -> None:
    parts = [(x, x + other) for x, other in counts]
    parts[0] = (sum(x for x, _ in parts[1:]), sum(n for _, n in parts[1:]))
    codes = ["ENG", *(f"Y{i}" for i in range(1, len(parts)))]
    rows = []
    for code, (x, n) in zip(codes, parts, strict=True):
        level = "england" if code == "ENG" else "region"
        rows += [(level, code, "splw", kind, "Yes", x, n), (level, code, "splw", kind, "No", n - x, n)]
    table = seen([r for r in rows if r[-1]], audience)
    if table.empty:
        return
    code = any_question.code("Yes", "answered")
    places = any_question.by_place(table, "region", code)
    assert len(places) == len({r[1] for r in rows if r[-1]})  # a withheld place keeps its row
    text = any_question.place_sentence(places, "region", "Yes")
    assert not re.search(r"nan|None", text)
    assert set(re.findall(r"\d+%", text)) <= allowed(places)
    for word, name in re.findall(r"(more|less) often in (Place Y\d)", text):
        row = places[places["name"] == name].iloc[0]
        england = places[places["level"] == "england"].iloc[0]
        low, high = stats.wilson(row["x"], row["n"], stats.Z998)
        assert row["n"] >= 10
        assert low > england["share"] if word == "more" else high < england["share"]
    if "differs clearly" in text:
        assert not places["verdict"].isin(["higher", "lower"])[places["n"] >= 10].any()
    assert len(charts.grid(any_question.grid(table, dict.fromkeys(codes, "p"), "code"), column="head").data) == 1


@quickly
@given(counts=some.lists(some.tuples(sizes, sizes), min_size=5, max_size=5), audience=audiences)
def test_which_role_gives_an_answer_more_often(counts: list[tuple[int, int]], audience: str) -> None:
    rows = []
    for role, (x, other) in zip(ROLE_PLURALS, counts, strict=True):
        if x + other:
            rows += [("england", "ENG", role, "choice", value, k, x + other) for value, k in (("Yes", x), ("No", other))]
    if not rows:
        return
    code = any_question.code("Yes", "answered")
    shown = any_question.by_role(seen(rows, audience), "england", "ENG", code, ROLE_PLURALS)
    assert shown["place"].tolist() == [who for role, who in ROLE_PLURALS.items() if role in {r[2] for r in rows}]
    text = any_question.role_sentence(shown, "Yes")
    assert set(re.findall(r"\d+%", text)) <= allowed(shown) and not re.search(r"nan|None", text)
    for word, who in re.findall(r"(more|less) often by ([A-Za-z ]+) \(", text):
        row = shown[shown["place"] == who].iloc[0]
        assert row["low_difference"] > 0 if word == "more" else row["high_difference"] < 0
        assert row["n"] >= 10 and shown.loc[shown["role"] == "splw", "n"].iloc[0] >= 10


numbers = some.lists(some.integers(0, 10), min_size=1, max_size=40)


@quickly
@given(groups=some.lists(numbers, min_size=2, max_size=5), audience=audiences)
def test_means_in_words(groups: list[list[int]], audience: str) -> None:
    rows = []
    for i, group in enumerate(groups):
        own = pd.Series(group, dtype=float)
        rows.append(("region" if i else "england", f"Y{i}" if i else "ENG", len(own), 0, own.mean(), own.std(), own.median()))
    table = pd.DataFrame(rows, columns=["level", "code", "n", "others", "mean", "sd", "median"])
    table = table.assign(name=["England", *(f"Place {i}" for i in range(1, len(groups)))], region_code=None, role="splw")
    shown = any_question.numbers(disclosure.apply(stats.mean(table), "mean", audience)[0])
    shown = shown.assign(main=shown["level"] == "england")
    text = any_question.means_sentence(shown, "region", "England")
    one = any_question.mean_sentence(shown[shown["main"]], "link workers in England")
    assert not re.search(r"nan|None", text + one)
    assert (one == "") == (len(groups[0]) < 10)
    assert "half gave" not in one or audience == "internal"
    england = shown.iloc[0]
    for words, apart in (("higher", shown["low"] > england["high"]), ("lower", shown["high"] < england["low"])):
        clear = apart & (shown["n"] >= 10) & (england["n"] >= 10)
        assert (f"{words} in" in text) == clear.any()
    figure = charts.means(shown)
    assert sum(a.text == "too few to show" for a in figure.layout.annotations) == shown["mean"].isna().sum()


def test_names_say_how_many_answered_and_who_was_not_asked() -> None:
    rows = [
        ("a", 1, "First?", True, 12.0),
        ("clinical_supervision", 2, "Have it?", True, 1234.0),
        ("c", 3, "Other?", False, None),
        ("d", 4, "Few?", True, None),
    ]
    table = pd.DataFrame(rows, columns=["question_id", "position", "text", "asked", "responses"])
    assert any_question.names(table, "PCN managers") == {
        "clinical_supervision": "2. Have it? (n = 1,234)",
        "a": "1. First? (n = 12)",
        "c": "3. Other? (not asked of PCN managers)",
        "d": "4. Few? (n withheld)",
    }
    assert not any_question.not_asked({"asked": None})


def test_free_text_is_counted_and_nothing_else() -> None:
    rows = any_question.answers(seen([("england", "ENG", "splw", "text", None, 30, 90)], "shareable"), "england", "ENG", "splw")
    said = any_question.answers_sentence(rows, "link workers in England")
    assert said == "33% of 90 link workers in England wrote something (24% to 44%); what they wrote is not shown here"
