"""Personal data out of free text, and nothing else."""

import re

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from oversight.names import redact_names
from oversight.redact import redact, redact_series


def nhs_number(nine: str) -> str | None:
    """Nine digits with their check digit, straight from the definition: weights 10 to 2, modulus 11; None where there is none."""
    rest = sum(int(d) * (10 - i) for i, d in enumerate(nine)) % 11
    return None if rest == 1 else nine + str((11 - rest) % 11)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write to jo.o'neill+x@nhs.net.", "Write to [email]."),
        ("(Jo@ac.example.co.uk), JO@X.UK", "([email]), [email]"),
        ("Ring 07700 900123 or 07700-900-123, 07 700 900 123", "Ring [phone] or [phone], [phone]"),
        ("0121 234 5678; (020) 7946 0123; 01234567890 020\u00a07946\u00a00123", "[phone]; [phone]; [phone] [phone]"),
        ("+44 20 7946 0123, +44 (0)20 7946 0123, 00447700900123, 44 7700 900123", "[phone], [phone], [phone], [phone]"),
        ("0800 123 4567. tel07700900123", "[phone]. tel[phone]"),
        ("NHS 943 476 5919, 9434765919, 943-476-5919", "NHS [NHS number], [NHS number], [NHS number]"),
        ("not one: 943 476 5918, 9434765918", "not one: 943 476 5918, 9434765918"),
        ("lives at LS1 4DY, sw1a1aa or M1  1AE; GIR 0AA", "lives at [postcode], [postcode] or [postcode]; [postcode]"),
    ],
)
def test_what_is_taken_out(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "U12345 and F1234, U01225 12345, U01225-123456", "Y60, QHM, 16C, 93C, W2U3Z, Z9B2Z, A81001", "2019-2020, 2026/27, 1999",
        "16/06/2026 10:18:37, 01-02-2026 10:18, 2026-06-16 09:00", "0.986666667 FTE and 1.066666667", "12345678901234567890",
        "4–6 weeks, 0-10, 1 to 5", "07 08 09 10 11 12", "see you @ 2pm on the 3rd, 4th", "me@home",
        "CO2 5mg, B12, PCN1 2GP, covid19", "", "no digits at all",
    ],
)  # fmt: skip
def test_what_is_left_alone(text: str) -> None:
    assert redact(text) == text


WORDS = (
    st.lists(st.text(st.characters(categories=["Ll", "Lu"], max_codepoint=0x17F), min_size=1, max_size=9), max_size=4)
    .map(" ".join)
    .filter(lambda t: redact_names(t) == t)
)
CODES = st.from_regex(r"U[0-9]{5}|F[0-9]{4}|Y[0-9]{2}|(19|20)[0-9]{2}(-[0-9]{2})?", fullmatch=True)


@settings(deadline=None)
@given(WORDS, st.lists(CODES, min_size=1, max_size=5), WORDS)
def test_codes_and_years_among_words_survive(before: str, codes: list[str], after: str) -> None:
    text = f"{before}; {', '.join(codes)}; {after}"
    assert redact(text) == text


@settings(deadline=None)
@given(WORDS, st.from_regex(r"[0-9]{9}", fullmatch=True), st.sampled_from(["{}{}{}", "{} {} {}", "{}-{}-{}", "{}\u00a0{}\u00a0{}"]), WORDS)
@example("", "000000000", "{}{}{}", "")
def test_every_nhs_number_goes_and_no_wrong_one(before: str, nine: str, form: str, after: str) -> None:
    whole = nhs_number(nine)
    if whole is not None:
        kind = "phone" if re.match("0[1235789]", nine) else "NHS number"  # none begins with 0 today
        assert redact(f"{before} {form.format(whole[:3], whole[3:6], whole[6:])} {after}") == f"{before} [{kind}] {after}"
    wrong = next(d for d in "0123456789" if nine + d != whole)
    if not nine.startswith("0"):  # ten digits after a 0 are a telephone number
        text = f"{before} {nine}{wrong} {after}"
        assert redact(text) == text


@settings(deadline=None)
@given(WORDS, st.from_regex(r"(01[0-9]{3}|02[0-9]|07[0-9]{3}|0121)", fullmatch=True), st.from_regex(r"[0-9]{6}", fullmatch=True), WORDS)
def test_every_phone_number_of_a_usual_form_goes(before: str, area: str, end: str, after: str) -> None:
    middle = "7" * (11 - len(area) - len(end))
    for text in (
        f"{area}{middle}{end}",
        f"{area} {middle}{end}",
        f"({area}) {middle}{end[:3]} {end[3:]}",
        f"+44 (0){area[1:]} {middle}{end}",
    ):
        assert not re.search(r"[0-9]", redact(f"{before} {text} {after}"))


ANY = st.text(max_size=40) | st.text("0123456789 +-().@aAxSW1LU\u00a0,;", max_size=40)


@settings(deadline=None)
@given(ANY)
def test_a_second_pass_changes_nothing(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@settings(deadline=None)
@given(st.lists(ANY | st.none() | st.sampled_from(["jo@nhs.net", "LS1 4DY"]), max_size=8), st.sampled_from(["string", "object"]))
def test_a_series_is_redacted_text_by_text(texts: list[str | None], dtype: str) -> None:
    series = pd.Series(texts, index=range(5, 5 + len(texts)), dtype=dtype, name="words")
    out = redact_series(series)
    assert [None if pd.isna(v) else v for v in out] == [None if t is None else redact(t) for t in texts]
    assert out.dtype == series.dtype and out.index.equals(series.index) and out.name == "words"
