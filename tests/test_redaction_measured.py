"""Redaction held against the labelled set that was written before its rules, and against hostile text."""

from __future__ import annotations

import csv
import sys
import time
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).with_name("redaction")))

import measure
import templates

from oversight import methods, name_lists
from oversight.names import redact_names
from oversight.redact import redact, redact_array, redact_series

KINDS = ("email", "phone", "nhs_number", "postcode")


@pytest.fixture(scope="module")
def parts() -> dict[str, list[measure.Sentence]]:
    return measure.parts(name_lists.given() | name_lists.surnames())


@pytest.fixture(scope="module")
def table(parts: dict[str, list[measure.Sentence]]) -> list[dict[str, str]]:
    return measure.measured(redact, parts)


def test_the_set_is_what_it_says() -> None:
    rows = measure.LABELLED.read_text(encoding="utf-8").splitlines()[1:]
    by_hand = [row.split("\t") for row in rows if "\thand\t" in row]
    assert len(by_hand) >= 250 and len(rows) >= 600
    assert all(part == ("held" if templates.held_out(text) else "work") for part, _, _, text in by_hand)
    assert [row for row in rows if "\ttemplate\t" in row] == templates.written()


def test_every_kind_but_names_is_found_and_little_else(table: list[dict[str, str]]) -> None:
    print()
    for row in table:
        print(f"{row['part']:9}{row['kind']:11}{row['n']:>5}  recall {row['recall']}  precision {row['precision']}")
    for part in ("all", "held"):
        seen = {row["kind"]: row for row in table if row["part"] == part}
        for kind in KINDS:
            assert float(seen[kind]["recall"]) >= 0.99 and float(seen[kind]["precision"]) >= 0.95, seen[kind]


def test_what_is_stated_is_what_is_measured(table: list[dict[str, str]]) -> None:
    with measure.STATED.open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == table  # else: python tests/redaction/measure.py
    section = next(s for s in methods.sections() if s.anchor == "personal")
    shown = section.tables[0][1]
    assert len(shown) == len(KINDS) + 1
    for part, suffix in (("all", ""), ("held", ", held-out part")):
        rows = [row for row in table if row["part"] == part]
        assert shown[f"Found{suffix}"].tolist() == [f"{float(r['recall']):.1%}" for r in rows]
        assert shown[f"Rightly taken out{suffix}"].tolist() == [f"{float(r['precision']):.1%}" for r in rows]
    unlisted = next(float(row["recall"]) for row in table if row["part"] == "unlisted")
    assert any(f"**{unlisted:.1%}**" in paragraph for paragraph in section.text)


def test_the_measure_itself_can_fail(parts: dict[str, list[measure.Sentence]]) -> None:
    nothing = {row["kind"]: row for row in measure.measured(str, {"all": [*parts["all"], measure.Sentence("all", "[name]", [])]})}
    assert all(nothing[kind]["recall"] == "0.000" for kind in KINDS)
    half = measure.Sentence("all", "ring 07700 900123 now", [(5, 17, "phone")])
    missed = ("found", "phone", False)
    assert list(measure.misses(lambda t: t.replace("900123", "[phone]"), half)) == [missed, ("right", "phone", True)]
    assert list(measure.misses(lambda t: t.replace("07700 900123", "[name]"), half)) == [
        ("found", "phone", False),
        ("right", "name", False),
    ]
    with pytest.raises(AssertionError):
        measure.replaced("one two", "[name] three")


def test_a_second_pass_over_the_set_changes_nothing(parts: dict[str, list[measure.Sentence]]) -> None:
    for sentence in (*parts["all"], *parts["unlisted"]):
        once = redact(sentence.text)
        assert redact(once) == once


def test_an_array_is_redacted_text_by_text(parts: dict[str, list[measure.Sentence]]) -> None:
    """The patterns that tell which texts are doubtful leave none out."""
    texts = [s.text for s in (*parts["all"], *parts["unlisted"])]
    expected = [redact(t) for t in texts]
    for kind in (pa.string(), pa.large_string()):
        out = redact_array(pa.array([*texts, None], kind))
        assert out.to_pylist() == [*expected, None] and out.type == kind
    assert redact_array(pa.chunked_array([texts[:700], texts[700:]])).to_pylist() == expected
    again = texts[:300] * 40
    assert redact_array(pa.array(again)).to_pylist() == expected[:300] * 40
    coded = redact_array(pa.array(again).dictionary_encode())
    assert pa.types.is_dictionary(coded.type) and coded.to_pylist() == expected[:300] * 40
    assert redact_array(pa.array([], pa.string())).to_pylist() == []


PIECES = """
Sarah Mark Grace will Will dave sue May Rose Okafor Patel McAllister O'Hara Zoë JoAnn LaToya DR Dr Mrs. mr Miss Drs Prof my My manager
manager, supervisor is called asked told Thanks Thanks, regards thanks, named I'm it's with to and & Bristol St Mary's House Street
surgery Citizens Advice Marie Curie NHS GP van der Berg J. K. A I [name] [Speaker 2] [email] [phone] [postcode] - – . , : ( ) ' ’s 's
jo@nhs.net at dot example org 07700 900123 999 123 4514 LS1 4DY nhs Łukasz SIÂN n/a Mary-Anne Osei-Bonsu it im name love Best Love by
"""
PIECE = st.sampled_from([*PIECES.split(), "\n", "\u00a0"])
TEXTS = st.lists(PIECE, max_size=12).map(" ".join) | st.lists(PIECE, max_size=8).map("".join)


@settings(deadline=None, max_examples=400)
@given(TEXTS)
def test_a_second_pass_over_names_changes_nothing(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


@settings(deadline=None, max_examples=12)
@given(st.lists(TEXTS | st.text(max_size=30), min_size=100, max_size=200))
def test_no_text_is_left_out_of_a_large_array(texts: list[str]) -> None:
    many = [f"{text} {n}x" for n in range(1 + 1100 // len(texts)) for text in texts]
    assert redact_array(pa.array(many)).to_pylist() == [redact(text) for text in many]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ask for Dr Okafor, or Mrs. O'Hara-Smith's son", "ask for Dr [name], or Mrs. [name]'s son"),
        ("My manager Zzyzx left. my manager sue stayed", "My manager [name] left. my manager [name] stayed"),
        ("spoke to dave, DR PATEL AND SARAH", "spoke to [name], DR [name] AND [name]"),
        ("Kind regards,\nXanthe Quill", "Kind regards,\n[name]"),
        ("[Speaker 2] I told Mark so. [Speaker 3] Mark my words", "[Speaker 2] I told [name] so. [Speaker 3] Mark my words"),
        ("Mr Wells and Miss Hall of Wells Hall", "Mr [name] and Miss [name] of Wells Hall"),
        ("Siân, Zoë and Paweł left", "[name], [name] and [name] left"),
    ],
)
def test_names_where_they_can_be_found(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Marie Curie, Sue Ryder and St Mary's in Florence Road",
        "Will there be a grace period in May?",
        "the Oliver McGowan training, Clare's Law",
        "My manager Is Not here",
        "NHS Kent and Medway ICB, Citizens Advice Bristol",
        "[name] and [Speaker 2] of [postcode]",
        "THE GP WILL MARK IT",
    ],
)
def test_what_is_no_name_stays(text: str) -> None:
    assert redact_names(text) == text


#: Seconds of a processor's time: a rule that searches over and over would need minutes.
HANGS = 20


def seconds(text: str, length: int) -> float:
    text = text * (length // len(text))
    start = time.process_time()
    redact(text)
    return time.process_time() - start


@pytest.mark.parametrize(
    "text",
    [
        "a", "A", "1", "0", "07", "9 ", "@", "a@", "a.", "a-", "A. ", "Sarah ", "Word ", "Dr ", "dr ", "my manager ", "thanks ", "a at ",
        "a dot ", "dot at ", "NHS ", "LS1 ", "sarah ", "O'", "McA", "van der ", "it's ", "é", "É", " ", "\n", "-", "([", "Mark X",
        "St Sarah ", "[name] ", "A-a", "a.a.", "1 2 ", "0 ", "44", "Love ",
    ],
)  # fmt: skip
def test_a_cell_of_a_megabyte_does_not_hang(text: str) -> None:
    assert seconds(text, 1_000_000) < HANGS


@pytest.mark.parametrize("text", ["Ab Cd. ", "Best Love ", "told Xy ", "Xy.", "- Xy ", "Drs A and ", "my manager Xy. "])
def test_what_was_made_to_be_slow_takes_time_in_proportion(text: str) -> None:
    assert seconds(text, 200_000) < HANGS


def test_a_text_series_keeps_its_type_and_index() -> None:
    series = pd.Series(["Thanks, Priya", None, "fine"], index=[4, 5, 9], dtype="string", name="comment")
    pd.testing.assert_series_equal(redact_series(series), pd.Series(["Thanks, [name]", None, "fine"], [4, 5, 9], "string", "comment"))
