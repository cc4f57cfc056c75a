"""Day before month or month before day: decided over whole columns, or asked for."""

from datetime import date, datetime

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from oversight.exports import dates
from oversight.exports.dates import UnclearDates, official_date, read_stamps


def stamps(*columns: list[str | None]) -> tuple[list[list[datetime | None]], str]:
    read, evidence = read_stamps([pd.Series(c, index=range(2, 2 + len(c)), dtype="string") for c in columns])
    return [[None if pd.isna(v) else v.to_pydatetime() for v in c] for c in read], evidence


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-06-16 10:18:37", datetime(2026, 6, 16, 10, 18, 37)),
        ("2026-06-16T10:18:37Z", datetime(2026, 6, 16, 10, 18, 37)),
        ("2026-06-16T10:18:36.999999", datetime(2026, 6, 16, 10, 18, 37)),
        ("2026/06/16", datetime(2026, 6, 16)),
        ("16/06/2026 10:18", datetime(2026, 6, 16, 10, 18)),
        ("16.6.26 10:18", datetime(2026, 6, 16, 10, 18)),
        ("6/16/26 10:18:37", datetime(2026, 6, 16, 10, 18, 37)),
        ("6/16/2026 12:18:37 AM", datetime(2026, 6, 16, 0, 18, 37)),
        ("6/16/2026, 1:18 pm", datetime(2026, 6, 16, 13, 18)),
        ("46189.5", datetime(2026, 6, 16, 12)),
        ("31/02/2026", None), ("16/06/2026 25:00", None), ("0/6/2026", None), ("yesterday", None), ("13:00 PM", None), ("7", None),
    ],
)  # fmt: skip
def test_one_text(text: str, expected: datetime | None) -> None:
    assert stamps([text])[0] == [[expected]]


def test_one_cell_over_twelve_decides_for_every_other_cell() -> None:
    (started, completed), evidence = stamps(["03/04/2026 09:00", "04/04/2026 09:00"], ["03/04/2026 09:10", "13/04/2026 09:10"])
    assert [d.day for d in started] == [3, 4] and completed[1] == datetime(2026, 4, 13, 9, 10)
    assert evidence == "dates read as day/month/year, for row 3 holds '13/04/2026 09:10'"
    (started,), evidence = stamps(["3/4/26", "3/14/26"])
    assert started == [datetime(2026, 3, 4), datetime(2026, 3, 14)] and "month/day/year" in evidence


def test_a_response_cannot_end_before_it_starts() -> None:
    (started, completed), evidence = stamps(["11/06/2026 23:50", "05/06/2026 09:00"], ["12/06/2026 00:10", "03/07/2026 09:10"])
    assert started[1] == datetime(2026, 6, 5, 9) and completed[1] == datetime(2026, 7, 3, 9, 10)
    assert "otherwise 1 rows would end before they start" in evidence


def test_what_cannot_be_told_is_asked_for_and_what_cannot_matter_is_not() -> None:
    with pytest.raises(UnclearDates, match="row 2 holds '03/04/2026"):
        stamps(["03/04/2026 09:00"], ["03/04/2026 09:10"])
    assert stamps(["04/04/2026 09:00", None])[0] == [[datetime(2026, 4, 4, 9), None]]


def test_columns_that_contradict_each_other_are_not_guessed_at() -> None:
    with pytest.raises(UnclearDates, match="row 2 holds '13/04/2026', which can only be day/month/year, and row 3 holds '04/13/2026'"):
        stamps(["13/04/2026", "04/13/2026"])


@settings(deadline=None)
@given(st.lists(st.datetimes(datetime(2001, 1, 1), datetime(2099, 12, 31)), min_size=1), st.booleans())
def test_columns_written_either_way_come_back_or_are_refused(times: list[datetime], day_first: bool) -> None:
    times = [t.replace(microsecond=0) for t in times]
    pattern = "%d/%m/%Y %H:%M:%S" if day_first else "%m/%d/%Y %H:%M:%S"
    texts = [t.strftime(pattern) for t in times]
    if any(t.day > 12 for t in times):
        assert stamps(texts)[0] == [times]
    elif any(t.day != t.month for t in times):
        with pytest.raises(UnclearDates):
            stamps(texts)


@settings(deadline=None)
@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)))
def test_official_dates_come_back(day: date) -> None:
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    named = f"{day.day:02}{months[day.month - 1]}{day.year}"
    for text in (named, named.upper(), f"{day:%Y%m%d}", day.isoformat(), f"{day.isoformat()} 00:00:00"):
        assert official_date(text) == day


@pytest.mark.parametrize("text", ["", "01Foo2026", "20261301", "01/02/2026", "31Feb2026", "2026", None, 45000])
def test_no_official_date(text: object) -> None:
    assert official_date(text) is None


TEXTS = st.one_of(
    st.builds(
        "{:02}/{:02}/{} {}:{:02}".format,
        st.integers(0, 32),
        st.integers(0, 13),
        st.integers(1999, 2030),
        st.integers(0, 25),
        st.integers(0, 61),
    ),
    st.builds("{:04}-{:02}-{:02} {:02}:{:02}:{:02}".format, st.integers(0, 2030), *(st.integers(0, n) for n in (13, 32, 25, 61, 61))),
    st.builds("{:02}/{:02}/{} {}:{:02}:{:02}".format, *(st.integers(0, n) for n in (32, 13, 2030, 25, 61, 61))),
    st.sampled_from(["46189.5", "x", " 2026-01-01 ", "6/16/2026 12:18:37 AM"]),
)


@settings(max_examples=200, deadline=None)
@example(["0000-01-01 00:00:00", "01/02/0000 10:00"], False)
@given(st.lists(TEXTS | st.none(), max_size=6), st.booleans())
def test_many_at_a_time_mean_what_each_means_alone(texts: list[str | None], category: bool) -> None:
    column = pd.Series(texts, dtype="string").astype("category" if category else "string")
    (read,) = dates._columns([column])
    for text, *found, unclear in zip(texts, read.day, read.month, read.open, strict=True):
        meaning = None if text is None else dates._parse(text)
        assert unclear == isinstance(meaning, tuple)
        expected = meaning if isinstance(meaning, tuple) else (meaning, meaning)
        assert [None if pd.isna(f) else pd.Timestamp(f).to_pydatetime() for f in found] == list(expected)
