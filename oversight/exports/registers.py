"""Registers: small lists that no tool exports, kept as CSV or Excel under the published headings (``model.REGISTERS``)."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from oversight.exports.dates import UnclearDates, read_stamps
from oversight.exports.probe import Probe
from oversight.exports.reading import FileProblem, Reading
from oversight.exports.records import Records, load, tidy
from oversight.model import REGISTER_BY_NAME, REGISTERS, RESPONDENT_KINDS, Field, Table
from oversight.redact import redact_series

TOOL = "register"
#: Free text, redacted before anything else sees it.
_REDACTED = {"requests": "statement", "notes": "note", "convergence": "note"}
_HIDDEN = {"people": ("email",)}
_NOTES = {"people": "checked only: never published, and no address stands in the account"}
_SEPARATOR = re.compile(r"[\s,;]+")


def split_codes(text: str) -> list[str]:
    """Codes separated by spaces, commas or semicolons."""
    return [code for code in _SEPARATOR.split(text) if code]


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


#: What a text must be beyond its field's type: (register, column) -> (test, what is expected).
_TESTS: Mapping[tuple[str, str], tuple[Callable[[str], bool], str]] = {
    ("waves", "kinds_asked"): (
        lambda text: set(split_codes(text)) <= set(RESPONDENT_KINDS),
        f"one or more of {', '.join(RESPONDENT_KINDS)}, separated by a space",
    ),
    ("people", "email"): (_matches(r"[^\s@]+@[^\s@.]+(\.[^\s@.]+)+"), "an e-mail address"),
    ("people", "regions"): (_matches(r"Y[0-9]{2}([\s,;]+Y[0-9]{2})*"), "region codes such as Y60, separated by a space"),
}


def recognise(probe: Probe) -> str | None:
    """Why the file is a register: all required headings of one and no unknown one. None when it is none.

    A CSV or workbook that bears a register's name and some of its headings is claimed too, so that ``read`` can say what
    is wrong with it.
    """
    if found := _match(probe):
        return f"the headings of the register {found.name}"
    named = _named(probe)
    return f"the name and some headings of the register {named.name}" if named else None


def read(probe: Probe) -> Reading:
    """The typed rows of the register as a table of its name; wrong rows and repeated keys are set aside.

    Dates are ``datetime.date``, ``waves.kinds_asked`` a list, free text redacted. Raises ``FileProblem`` when a file
    with a register's name has other headings, or day and month cannot be told apart.
    """
    table = _match(probe)
    if table is None:
        raise _other_headings(probe)
    headings = _headings(probe)
    rows = probe.rows()
    next(rows, None)
    places = {f.name: headings.index(f.name) for f in table.fields if f.name in headings}
    records = load(rows, places, len(headings), pad=probe.is_xlsx, hidden=_HIDDEN.get(table.name, ()))
    typed, evidence = _typed(probe.name, table, records)
    note = "; ".join(filter(None, (evidence, _NOTES.get(table.name, ""))))
    return Reading(f"{TOOL}:{table.name}", records.rows_read, records.aside, tables={table.name: typed}, note=note)


def write_templates(folder: Path) -> list[Path]:
    """Write one CSV per register into ``folder``, holding its headings only. Returns the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for table in REGISTERS:
        paths.append(folder / f"{table.name}.csv")
        with paths[-1].open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerow(table.columns)
    return paths


def _headings(probe: Probe) -> list[str]:
    """The headings, less the blank ones that Excel leaves behind at the end."""
    headings = [tidy(h).casefold() for h in probe.header]
    while headings and not headings[-1]:
        headings.pop()
    return headings


def _required(table: Table) -> set[str]:
    return {f.name for f in table.fields if f.required}


def _match(probe: Probe) -> Table | None:
    """The one register whose headings these are."""
    headings = _headings(probe)
    if len(set(headings)) < len(headings):
        return None
    found = [t for t in REGISTERS if _required(t) <= set(headings) <= set(t.columns)]
    return found[0] if len(found) == 1 else None


def _named(probe: Probe) -> Table | None:
    """The register that the file's name and some of its headings speak of."""
    table = REGISTER_BY_NAME.get(probe.path.stem.casefold())
    right_kind = probe.path.suffix.casefold() in {".csv", ".xlsx"}
    return table if table and right_kind and _required(table) & set(_headings(probe)) else None


def _other_headings(probe: Probe) -> FileProblem:
    table, headings = REGISTER_BY_NAME[probe.path.stem.casefold()], _headings(probe)
    lacks = sorted(_required(table) - set(headings))
    unknown = [h or "a blank one" for h in dict.fromkeys(headings) if h not in table.columns]
    twice = sorted({h for h in headings if headings.count(h) > 1})
    faults = [f"{what} {', '.join(names)}" for what, names in (("lacks", lacks), ("has the unknown", unknown), ("repeats", twice)) if names]
    return FileProblem(
        probe.name,
        f"is named like the register {table.name}, but its headings differ: it {'; it '.join(faults)}.",
        f"Use exactly the headings {', '.join(table.columns)}, or give the file another name.",
    )


def _typed(file: str, table: Table, records: Records) -> tuple[pd.DataFrame, str]:
    """The rows that pass, typed, with all columns of the contract and ``row``; and how day and month were told apart."""
    records.strip()
    if table.name == "people":
        records.frame["email"] = records.frame["email"].str.casefold()
    fields = [f for f in table.fields if f.name in records.frame]
    dates, evidence = _dates(file, records, [f.name for f in fields if f.type == "DATE"])
    typed: dict[str, pd.Series] = {}
    for field in fields:
        texts = records.frame[field.name]
        values, expected = (dates[field.name], "a date, YYYY-MM-DD") if field.type == "DATE" else _convert(table, field, texts)
        typed[field.name] = values
        fits = values[texts.index].notna() | (texts.isna() & (not field.required))
        records.expect(field.name, fits, expected)
    if table.name == "waves":
        rows = records.frame.index
        records.expect("closed", typed["closed"][rows] >= typed["opened"][rows], "a day not before opened")
    if (text := _REDACTED.get(table.name)) and text in records.frame:
        typed[text] = redact_series(typed[text])
    # on what will be stored: two notes may differ in nothing but a telephone number, two dates in how they are written
    records.frame = records.frame.assign(**{name: typed[name][records.frame.index] for name in table.key})
    records.refuse_duplicates(table.key)
    frame = records.table(**{name: values[records.frame.index] for name, values in typed.items()})
    for field in table.fields:
        if field.name not in frame:
            frame[field.name] = pd.Series(pd.NA, index=frame.index, dtype="string")
    return frame[["row", *table.columns]], evidence


def _dates(file: str, records: Records, columns: list[str]) -> tuple[dict[str, pd.Series], str]:
    """Each date column as ``datetime.date``, None where blank or unreadable."""
    try:
        stamps, evidence = read_stamps([records.frame[c] for c in columns])
    except UnclearDates as error:
        raise FileProblem(file, f"does not tell day from month in its dates: {error}.", "Write every date as YYYY-MM-DD.") from error
    days = [pd.Series([None if pd.isna(d) else d.date() for d in s], index=s.index, dtype="object") for s in stamps]
    return dict(zip(columns, days, strict=True)), evidence


def _convert(table: Table, field: Field, texts: pd.Series) -> tuple[pd.Series, str]:
    """The texts as the field's type, NA where they are not of it, and what is expected in words."""
    if field.type == "INTEGER":
        return texts.where(texts.str.fullmatch("[0-9]{1,9}").fillna(False)).astype("Int64"), "a whole number"
    if field.type == "DOUBLE":
        return texts.map(_number, na_action="ignore").astype("Float64"), "a number"
    if field.allowed:
        return texts.where(texts.isin(list(field.allowed))), f"one of {', '.join(field.allowed)}"
    test, expected = _TESTS.get((table.name, field.name), (lambda _: True, "text"))
    good = texts.map(lambda text: bool(test(text)), na_action="ignore").eq(True).fillna(False)
    if (table.name, field.name) == ("waves", "kinds_asked"):
        return texts.where(good).map(split_codes, na_action="ignore"), expected
    return texts.where(good), expected


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
