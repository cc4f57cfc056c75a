"""The rows of one survey export: the regular responses, and the doubtful rows that every real export holds."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from oversight.questionnaire import RESPONDENT_KINDS
from oversight.sample.answers import Answer, Item, fill, nothing
from oversight.sample.files import Cell, Sheet, csv_text, stream, xlsx_bytes
from oversight.sample.people import Pcn
from oversight.sample.places import Country
from oversight.sample.waves import AUTUMN, SPRING, WaveForm

UNIQUE_NAME, SUCCESSION = "unique_name", "succession"  # what a warning is about
_UNKNOWN_PCNS = ("F9990", "F9991", "F9992", "F9993", "not sure which one", "the one by the station", "F9994", "North patch")
_UNKNOWN_ROLES = ("", "Volunteer coordinator", "", "Receptionist")
_RATINGS = frozenset({"adequacy", "clarity", "satisfaction", "worthwhile", "happiness", "anxiety"})  # stars and scales: exported as numbers


@dataclass
class Row:
    """One row of an export. ``reason`` says why it must be set aside ("" when accepted), ``number`` is its row in the file."""

    unit: str  # the PCN the respondent works for, as the sample knows it
    kind: str
    given: str  # what stands in the PCN question
    role: str
    completed: datetime | None
    started: datetime
    answers: dict[str, Answer]
    id: str = ""
    reason: str = ""
    warnings: list[str] = field(default_factory=list)
    surplus: int = 0  # cells too many, or (negative) too few
    email: str = "anonymous"
    name: str = ""
    number: int = 0
    code: str = ""  # what stands in the question for a code

    def cell(self, column: str) -> Answer:
        """The answer in a column, the questions for the PCN, the role and the code included."""
        if column == "pcn":
            return Answer((Item(self.given, self.given, "", "answered"),)) if self.given else nothing("blank")
        if column == "respondent_kind":
            return Answer((Item(self.role, self.role, self.kind, "answered"),))
        if column == "respondent_code":  # its words are never published, only that there are some
            return Answer((Item(self.code, "", "", "answered"),)) if self.code else nothing("blank")
        return self.answers[column]


def make_rows(seed: int, form: WaveForm, country: Country, pcns: dict[str, Pcn]) -> list[Row]:
    """Every row of one wave's export, in the order of the file."""
    rng = stream(seed, form.wave_id)
    rows = [
        _respond(rng, form, country, pcn, kind)
        for _, pcn in sorted(pcns.items())
        for kind, count in pcn.replies[form.wave_id].items()
        for _ in range(count)
    ]
    regular = [r for r in rows if not r.reason]
    edges = (datetime.combine(form.opened, time(0, 12)), datetime.combine(form.closed, time(23, 58)))
    for row, completed in zip(rng.sample(regular, 2), edges, strict=True):  # the first and the last day of a wave belong to it
        row.completed, row.started = completed, completed - timedelta(minutes=9)
    for row in rng.sample(regular, 8):
        row.email, row.name = f"sample.person{rng.randint(1, 99)}@example.nhs.test", "Sample Person"
    rows += _doubtful(rng, form, country, pcns)
    rows.sort(key=lambda r: (r.completed or r.started, r.unit))
    number = 0 if form is SPRING else 6
    for row in rows:
        number += 1 if rng.random() > 0.03 else rng.randint(2, 4)  # gaps: test answers that were deleted
        row.id = "" if row.reason == "no_response_id" else str(number)
    _add_duplicates(rng, form, rows)
    for place, row in enumerate(rows, 2):
        row.number = place
    return rows


def _respond(rng: random.Random, form: WaveForm, country: Country, pcn: Pcn, kind: str) -> Row:
    completed = _moment(rng, form)
    role = form.label(RESPONDENT_KINDS[kind])
    answers = fill(rng, form, pcn, kind)
    row = Row(pcn.code, kind, pcn.code, role, completed, completed - timedelta(minutes=rng.randint(4, 26)), answers)
    now = country.today(pcn.code)
    if now is None:
        row.reason = "pcn_closed"
    elif now != pcn.code and form is AUTUMN and rng.random() < 0.4:
        row.given = now  # some have learnt the new code
    elif now != pcn.code:
        row.warnings = [SUCCESSION]
    elif rng.random() < 0.045 and (name := _unique_name(country, pcn.code, form)):
        row.given = rng.choice((name, name.title().replace("Pcn", "PCN"), name.capitalize().replace("pcn", "PCN")))
        row.warnings = [UNIQUE_NAME]
    elif rng.random() < 0.012:
        row.given = pcn.code.lower()
    return row


def _unique_name(country: Country, code: str, form: WaveForm) -> str:
    """The PCN's name, "" when it is shared or has changed between the maps."""
    then, now = country.april_names.get(code), country.october_names.get(code)
    known = then if form is SPRING else now
    changed = then is not None and then != now
    return "" if known is None or changed or known in country.shared_names else known


def _moment(rng: random.Random, form: WaveForm) -> datetime:
    """When somebody sends it: soon after it opens, after the two reminders, on working days, mostly in working hours."""
    days = [form.opened + timedelta(days=i) for i in range((form.closed - form.opened).days + 1)]
    weights = [
        (0.06 if d.weekday() > 4 else 1) * (0.25 + 2.2 * 0.85**i + 1.5 * (i in (14, 15)) + 1.8 * (i in (31, 32)))
        for i, d in enumerate(days)
    ]
    return _at(rng, rng.choices(days, weights)[0], form)


def _at(rng: random.Random, day: date, form: WaveForm) -> datetime:
    """A time on a day. The spring file was saved again from Excel, which kept minutes only."""
    while not 6.5 * 60 <= (minute := round(rng.gauss(12.7 * 60, 170))) <= 22 * 60:
        pass
    second = 0 if form is SPRING else rng.randint(0, 59)
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, second)


def _doubtful(rng: random.Random, form: WaveForm, country: Country, pcns: dict[str, Pcn]) -> list[Row]:
    """Rows with exactly one thing wrong each."""
    personas = {code for codes in country.personas.values() for code in codes}
    ordinary = [code for code, p in sorted(pcns.items()) if code not in personas and p.heads[form.wave_id].get("splw")]

    def fresh() -> Row:
        row = _respond(rng, form, country, pcns[rng.choice(ordinary)], "splw")
        row.given, row.warnings = row.unit, []
        return row

    rows = [replace(fresh(), reason="pcn_blank", given="") for _ in range(5)]
    rows += [replace(fresh(), reason="pcn_unknown", given=given) for given in _UNKNOWN_PCNS]
    for _ in range(4):
        unit = rng.choice(country.personas["shared_name"])
        rows.append(replace(fresh(), reason="pcn_shared_name", unit=unit, given=country.october_names[unit]))
    rows += [replace(fresh(), reason="role_unmapped", role=role) for role in _UNKNOWN_ROLES]
    for days in (-4, -3, -3, 1, 2, 5):
        day = (form.opened if days < 0 else form.closed) + timedelta(days=days)
        completed = _at(rng, day, form)
        rows.append(replace(fresh(), reason="outside_wave", completed=completed, started=completed - timedelta(minutes=8)))
    rows += [replace(fresh(), reason="no_response_id") for _ in range(2 if form is SPRING else 1)]
    if form is SPRING:
        rows += [replace(fresh(), reason="ragged_row", surplus=surplus) for surplus in (-4, -11, 2)]
    return rows


def _add_duplicates(rng: random.Random, form: WaveForm, rows: list[Row]) -> None:
    """Rows pasted below from an older download: the same id, sent earlier, with fewer answers; one was never finished.

    Of every other pair the older row stands in the place of the later one, so that the order in the file decides nothing.
    """
    third_day = datetime.combine(form.opened + timedelta(days=3), time())
    known = [i for i, r in enumerate(rows) if not r.reason and not r.warnings and r.completed and r.completed > third_day]
    for n, i in enumerate(rng.sample(known, 5)):
        later = rows[i]
        assert later.completed is not None
        answers = {k: nothing("blank") if a.state == "answered" and rng.random() < 0.3 else a for k, a in later.answers.items()}
        back = timedelta(minutes=rng.randint(40, 2_000))
        older = replace(later, answers=answers, completed=later.completed - back, started=later.started - back, reason="duplicate_response")
        if n == 4:
            older.completed, older.started = None, later.completed + timedelta(hours=2)
        rows[i], last = (older, later) if n % 2 else (later, older)
        rows.append(last)


def spring_csv(form: WaveForm, rows: list[Row]) -> bytes:
    """The spring export as somebody saved it again from Excel: Windows-1252, semicolons, day first, minutes only."""
    header = ["ID", "Start time", "Completion time", "Email", "Name", *(text for _, text in form.columns())]
    lines = []
    for row in rows:
        times = [t.strftime("%d/%m/%Y %H:%M") if t else "" for t in (row.started, row.completed)]
        cells = [row.id, *times, row.email, row.name, *(_text(form, row, column) for column, _ in form.columns())]
        lines.append(cells[: row.surplus] if row.surplus < 0 else [*cells, *["0"] * row.surplus])
    return csv_text(header, lines, delimiter=";").encode("cp1252")


def autumn_xlsx(form: WaveForm, rows: list[Row]) -> bytes:
    """The autumn export as Microsoft Forms writes it: Sheet1, Table1, serial times, and a stated dimension of A1."""
    header: list[Cell] = [
        "ID",
        "Start time",
        "Completion time",
        "Email",
        "Name",
        "Last modified time",
        *(text for _, text in form.columns()),
    ]
    lines: list[list[Cell]] = [header]
    for row in rows:
        answers = [_number(form, row, column) for column, _ in form.columns()]
        lines.append([int(row.id) if row.id else None, row.started, row.completed, row.email, row.name or None, None, *answers])
    return xlsx_bytes([Sheet("Sheet1", lines, table="Table1", dimension="A1")])


def _text(form: WaveForm, row: Row, column: str) -> str:
    """The words of a cell; every item of a question of several answers ends in a semicolon."""
    items = row.cell(column).items
    question = form.question(column)
    if question is not None and question.kind == "multi":
        return "".join(f"{item.raw};" for item in items if item.raw)
    return items[0].raw


def _number(form: WaveForm, row: Row, column: str) -> Cell:
    answer = row.cell(column)
    return answer.number if column in _RATINGS and answer.number is not None else _text(form, row, column) or None
