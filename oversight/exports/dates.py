"""Dates and times as exports write them. The order of day and month is inferred over whole columns, never per cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

_TIME = r"(?:[T,\s]+(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?\s*([AaPp]\.?[Mm]\.?)?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TIME}\s*(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)
_YEAR_LAST = re.compile(rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}|\d{{2}}){_TIME}", re.ASCII)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_NAMED = re.compile(r"(\d{1,2})[-\s]?([A-Za-z]{3})[-\s]?(\d{4})", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EXCEL_EPOCH = datetime(1899, 12, 30)

#: The commonest ways to write a time: pattern, format if the day stands first, format if the month does.
_PLAIN = (
    (r"\d{4}-\d\d-\d\d \d\d:[0-5]\d:[0-5]\d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S"),
    (r"\d\d/\d\d/\d{4} \d\d?:[0-5]\d", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"),
    (r"\d\d/\d\d/\d{4} \d\d?:[0-5]\d:[0-5]\d", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S"),
)
_Times = npt.NDArray[np.datetime64]
#: What a text means if the day stands first, and if the month does; None where there is no such day.
_Undecided = tuple[datetime | None, datetime | None]


class UnclearDates(ValueError):
    """Day first or month first cannot be told; the message gives the evidence."""


def read_stamps(columns: Sequence[pd.Series], day_first: bool | None = None) -> tuple[list[pd.Series], str]:
    """Times of one or more text columns of one export, to the second, NaT where blank or unreadable.

    Year-first texts and Excel serial numbers are taken as they are, a stated offset from UTC is not applied. For the
    others the columns are looked at together: any first part over 12 means day/month, any second part over 12 means
    month/day, for there is no such month. Failing that, the one order under which every row's columns follow one another
    in time (started, then completed). ``day_first`` is what a person says; it counts where the texts do not tell. Also
    returns the evidence in words, "" when none was needed. Raises ``UnclearDates`` when the order cannot be told, or the
    texts contradict each other or what was said.
    """
    if not columns:
        return [], ""
    parsed = _columns(columns)
    day_first, evidence = _order(parsed, day_first)
    return [pd.Series(c.stamps(day_first), index=c.cells.index) for c in parsed], evidence


@dataclass(frozen=True)
class _Column:
    """The cells of a column and what they mean if the day stands first, and if the month does.

    NaT where there is no such time; ``open`` where the two orders differ in principle.
    """

    cells: pd.Series
    day: _Times
    month: _Times
    open: npt.NDArray[np.bool_]

    def stamps(self, day_first: bool) -> _Times:
        """The times of all cells."""
        return self.day if day_first else self.month

    def first(self, those: npt.NDArray[np.bool_]) -> str:
        """The first of ``those`` cells, in words; "" when there is none."""
        at = int(np.argmax(those)) if those.any() else -1
        return "" if at < 0 else f"row {self.cells.index[at]} holds {str(self.cells.iloc[at])!r}"


def _columns(columns: Sequence[pd.Series]) -> list[_Column]:
    """What the cells mean; each different text is looked at once."""
    codes, different = pd.factorize(pd.concat([c.astype("string") for c in columns]))
    texts = pd.Series(different, dtype="string")
    day, month = (np.full(len(texts) + 1, np.datetime64("NaT"), "datetime64[us]") for _ in "dm")  # -1, a blank, is the last one
    unclear = np.zeros(len(texts) + 1, bool)
    for pattern, first, second in _PLAIN:  # what most exports write, many at a time
        at = np.flatnonzero(texts.str.fullmatch(pattern).to_numpy(dtype=bool))
        day[at] = pd.to_datetime(texts.iloc[at], format=first, errors="coerce").to_numpy("datetime64[us]")
        month[at] = (
            day[at] if first == second else pd.to_datetime(texts.iloc[at], format=second, errors="coerce").to_numpy("datetime64[us]")
        )
        unclear[at] = first != second
    for stamps in (day, month):
        stamps[stamps < np.datetime64("0001-01-01")] = np.datetime64("NaT")  # pandas knows a year 0, the calendar does not
    for i in np.flatnonzero(np.isnat(day) & np.isnat(month))[:-1]:
        meaning = _parse(str(texts.iloc[i]))
        unclear[i] = isinstance(meaning, tuple)
        day[i], month[i] = meaning if isinstance(meaning, tuple) else (meaning, meaning)
    each = np.split(codes, np.cumsum([len(c) for c in columns])[:-1])
    return [_Column(c, day[which], month[which], unclear[which]) for c, which in zip(columns, each, strict=True)]


def looks_like_time(text: str) -> bool:
    """Whether a text is a date with a time of day, in any order of day and month."""
    return ":" in text and _parse(text) is not None


def is_stamp(text: str) -> bool:
    """Whether a text is a date, with or without a time of day; a bare number is none."""
    return not _SERIAL.fullmatch(text.strip()) and _parse(text) is not None


def official_date(text: object) -> date | None:
    """The date in an official file: 01Jan2026, 20240401, or 2026-07-01 with or without a time; None for anything else."""
    if not isinstance(text, str):
        return None
    if named := _NAMED.fullmatch(text.strip()):
        month = named[2].lower()
        return _date(int(named[3]), _MONTHS.index(month) + 1, int(named[1])) if month in _MONTHS else None
    if compact := _COMPACT.fullmatch(text.strip()):
        return _date(*map(int, compact.groups()))
    stamp = _parse(text)
    return stamp.date() if isinstance(stamp, datetime) and _YEAR_FIRST.fullmatch(text.strip()) else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _parse(text: str) -> datetime | _Undecided | None:
    text = text.strip()
    try:
        if match := _YEAR_FIRST.fullmatch(text):
            return datetime(int(match[1]), int(match[2]), int(match[3])) + _time_of_day(match.groups()[3:])
        if match := _YEAR_LAST.fullmatch(text):
            year, first, second = int(match[3]) + (2000 if len(match[3]) == 2 else 0), int(match[1]), int(match[2])
            time = _time_of_day(match.groups()[3:])
            either = _moment(year, second, first, time), _moment(year, first, second, time)
            return either if any(either) else None
        if _SERIAL.fullmatch(text):
            return _EXCEL_EPOCH + timedelta(seconds=round(float(text) * 86_400))
    except (ValueError, OverflowError):  # the 31st of February, the 25th hour
        pass
    return None


def _time_of_day(parts: Sequence[str | None]) -> timedelta:
    """Hour, minute, second, am/pm -> time since midnight, rounded to the second. Raises ``ValueError`` when there is none such."""
    hour, minute, second, half = parts
    hours, minutes, seconds = int(hour or 0), int(minute or 0), float(second or 0)
    if half:
        if not 1 <= hours <= 12:
            raise ValueError(half)
        hours = hours % 12 + (12 if half[0] in "Pp" else 0)
    if hours > 23 or minutes > 59 or seconds >= 60:
        raise ValueError(hours)
    return timedelta(hours=hours, minutes=minutes, seconds=round(seconds))


def _moment(year: int, month: int, day: int, time: timedelta) -> datetime | None:
    that_day = _date(year, month, day)
    return datetime.combine(that_day, datetime.min.time()) + time if that_day else None


def _order(columns: Sequence[_Column], said: bool | None) -> tuple[bool, str]:
    """Whether the day stands first, and the evidence for it."""
    over: dict[bool, str] = {}  # day first -> the first cell that can only be read so
    open_question = ""
    for column in columns:
        open_question = open_question or column.first(column.open & (column.day != column.month))
        for day_first, impossible in ((True, column.month), (False, column.day)):
            if only := column.first(column.open & np.isnat(impossible)):
                over.setdefault(day_first, only)
    if len(over) == 2:
        raise UnclearDates(f"{over[True]}, which can only be day/month/year, and {over[False]}, which can only be month/day/year")
    if over:
        day_first, cell = next(iter(over.items()))
        if said is not None and said != day_first:
            raise UnclearDates(f"{cell}, which can only be {_NAME[day_first]}, and {_NAME[said]} was said")
        return day_first, f"dates read as {_NAME[day_first]}, for {cell}"
    if not open_question:
        return True, ""
    if said is not None:
        return said, f"dates read as {_NAME[said]}, as was said"
    backwards = {order: _backwards([column.stamps(order) for column in columns]) for order in (True, False)}
    fits = [order for order, count in backwards.items() if not count]
    if len(fits) != 1:
        raise UnclearDates(f"{open_question}, which can be day/month/year or month/day/year")
    return fits[0], f"dates read as {_NAME[fits[0]]}, for otherwise {backwards[not fits[0]]} rows would end before they start"


_NAME = {True: "day/month/year", False: "month/day/year"}


def _backwards(columns: Sequence[_Times]) -> int:
    """How many rows have a later column earlier in time than the one before it."""
    return int(np.logical_or.reduce([a > b for a, b in pairwise(columns)]).sum()) if len(columns) > 1 else 0
