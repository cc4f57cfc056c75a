"""What is true of the sample, written from the drawing itself: nothing here has passed through a reader or a mapping."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from oversight.model import BY_NAME
from oversight.questionnaire import CHALLENGES, EVERYONE, QUESTIONS, Question
from oversight.sample.answers import nothing
from oversight.sample.files import csv_text
from oversight.sample.focus import Highlight, Session, theme_of
from oversight.sample.people import WAVES, Pcn
from oversight.sample.places import APRIL, OCTOBER, Country
from oversight.sample.surveys import SUCCESSION, UNIQUE_NAME, Row
from oversight.sample.waves import SPRING, WaveForm

ANSWER_COLUMNS = ("wave_id", "response_id", "question", "item", "value", "code", "state")


@dataclass
class Wave:
    """One wave with all the rows of its export."""

    form: WaveForm
    rows: list[Row]

    @property
    def accepted(self) -> list[Row]:
        """The rows nothing is wrong with."""
        return [row for row in self.rows if not row.reason]

    def response_id(self, row: Row) -> str:
        """The id of a response over all waves."""
        return f"{self.form.wave_id}:{row.id}"


def responses_csv(country: Country, waves: list[Wave]) -> str:
    """One row per accepted response with exactly the columns of the contract's ``response`` table."""
    columns = BY_NAME["response"].columns
    today = _places(country, OCTOBER)
    lines = []
    for wave in waves:
        then = _places(country, APRIL) if wave.form is SPRING else today
        prints = respondents(wave)
        for row in wave.accepted:
            now = country.today(row.unit)
            assert now is not None and row.completed is not None
            at_wave = row.unit if row.unit in then else now
            record: dict[str, object] = {
                "response_id": wave.response_id(row),
                "wave_id": wave.form.wave_id,
                "respondent_kind": row.kind,
                "completed": row.completed.isoformat(sep=" "),
                "pcn_code": now,
                "wave_pcn_code": at_wave,
                "respondent": prints[row.number],
            }
            record["icb_code"], record["region_code"] = today[now]
            record["wave_icb_code"], record["wave_region_code"] = then[at_wave]
            for question in QUESTIONS:
                if question.kind != "text" and question.field != "respondent_kind":
                    record |= _wide(question, row)
            lines.append([record[c] for c in columns])
    return csv_text(columns, lines, newline="\n")


def respondents(wave: Wave) -> dict[int, str]:
    """Row -> print of the code that the respondent gave, "" where it is none, or where two accepted responses bear it."""
    codes = {row.number: re.sub("[^a-z0-9]", "", row.code.lower()) for row in wave.accepted}
    often = Counter(codes.values())
    return {
        number: hashlib.sha256(b"link workers:respondent:" + code.encode()).hexdigest()[:16]
        if re.fullmatch("[a-z]{4}[0-9]{2}", code) and often[code] == 1
        else ""
        for number, code in codes.items()
    }


def _places(country: Country, day: object) -> dict[str, tuple[str, str]]:
    """PCN -> (ICB, region) on one of the two maps."""
    home = country.home(APRIL if day == APRIL else OCTOBER)
    return {code: (icb, country.icbs[icb].region_code) for code, icb in home.items()}


def _wide(question: Question, row: Row) -> dict[str, object]:
    """The wide column or columns of one question; a field that the wave did not hold was not asked."""
    answer = row.answers.get(question.field, nothing("not_asked"))
    if question.kind == "choice":
        return {question.field: answer.code_or_state}
    value = " ".join(answer.codes) if question.kind == "multi" else "" if answer.number is None else f"{answer.number:g}"
    return {question.field: value, f"{question.field}_state": answer.state}


def answers_csv(waves: list[Wave]) -> str:
    """One row per accepted response, exported question and item, the words as exported after redaction."""
    return csv_text(ANSWER_COLUMNS, _answer_lines(waves), newline="\n")


def _answer_lines(waves: list[Wave]) -> Iterator[list[object]]:
    for wave in waves:
        columns = [(field, text.strip()) for field, text in wave.form.columns()]
        for row in wave.accepted:
            for field, text in columns:
                for number, item in enumerate(row.cell(field).items, 1):
                    yield [wave.form.wave_id, wave.response_id(row), text, number, item.value, item.code, item.state]


def quarantine_csv(waves: list[Wave], others: Sequence[tuple[str, int, str]]) -> str:
    """Every row that must be set aside, and why: of the surveys, and ``others``."""
    lines = [[w.form.file, row.number, row.reason] for w in waves for row in w.rows if row.reason]
    lines += [list(other) for other in others]
    return csv_text(("file", "row", "reason"), lines, newline="\n")


def warnings_csv(waves: list[Wave]) -> str:
    """Every accepted row whose PCN was given by its (unique) name, or has closed and was followed to its successor."""
    lines = [[w.form.file, row.number, what] for w in waves for row in w.accepted for what in row.warnings]
    return csv_text(("file", "row", "what"), lines, newline="\n")


def focus_csv(sessions: list[Session], highlights: list[Highlight]) -> str:
    """Sessions x themes: how many different excerpts of the session are coded to the theme (nested codes included)."""
    counts = Counter((h.session.id, theme) for h in highlights for theme in {theme_of(code) for code in h.codes})
    lines = [[session.id, theme, counts[session.id, theme]] for session in sessions for theme in CHALLENGES]
    return csv_text(("session_id", "theme", "excerpts"), lines, newline="\n")


def pcn_csv(country: Country, pcns: dict[str, Pcn], waves: list[Wave]) -> str:
    """One row per PCN of either map: need, place, link workers in post, accepted responses placed there today.

    A PCN that took over another one has the need of all its link workers; place and counts are today's, and a closed PCN
    keeps its last place and its own need, with nobody in post.
    """
    place = {**_places(country, APRIL), **_places(country, OCTOBER)}
    replies = Counter((wave.form.wave_id, row.kind, country.today(row.unit)) for wave in waves for row in wave.accepted)
    columns = [(wave.form.wave_id, kind) for wave in waves for kind in EVERYONE]
    header = ["pcn_code", "open", "icb_code", "region_code", "need_spring", "need", "headcount_spring", "headcount",
              *(f"{wave_id}:{kind}" for wave_id, kind in columns)]  # fmt: skip
    lines = []
    for code in sorted(pcns):
        still = code in country.october_names
        units = [p for unit, p in sorted(pcns.items()) if code in country.follows.get(unit, [unit])] if still else []
        need = [_mean_need(units or [pcns[code]], wave) for wave in WAVES]
        heads = [pcns[code].heads[WAVES[0]].get("splw", 0), round(sum(_share(country, u, code) for u in units))]
        counts = [replies[wave_id, kind, code] for wave_id, kind in columns]
        lines.append([code, "yes" if still else "no", *place[code], *(f"{x:.6f}" for x in need), *heads, *counts])
    return csv_text(header, lines, newline="\n")


def _share(country: Country, unit: Pcn, code: str) -> int:
    """Link workers of a unit who are in post in a PCN today: those of a split PCN were dealt out in turn."""
    after = country.follows.get(unit.code, [unit.code])
    count = unit.heads[WAVES[1]]["splw"]
    return len(range(after.index(code), count, len(after)))


def _mean_need(units: list[Pcn], wave: str) -> float:
    heads = [max(1, u.heads[WAVES[1]].get("splw", 0)) for u in units]
    return sum(h * u.need(wave) for h, u in zip(heads, units, strict=True)) / sum(heads)


_ABOUT_PLACES = {
    "silent": "nobody ever answered for it",
    "single_reply": "one reply in all, from a link worker in autumn",
    "merged": "closed on 1 July 2026; its practices and its responses are in the second PCN",
    "merged_too": "closed on 1 July 2026; its practices and its responses are in the second PCN",
    "merged_as_well": "closed on 1 July 2026; its practices and its responses are in the second PCN",
    "split": "closed on 1 July 2026; its practices went to two PCNs, so its responses have no place today",
    "opened": "opened on 1 July 2026 with two practices of the second PCN",
    "renamed": "has another name in October than in April",
    "practice_moved": "one of its practices is in another PCN in October",
    "two_icbs": "two of its three practices lie in another ICB, most of its patients in its own",
    "icb_changed": "lies in another ICB in October than in April",
    "shared_name": "shares its name with the other",
    "no_return": "makes no workforce return",
    "hosted": "returns no link worker; those it has are employed elsewhere",
    "person_in_two": "pairs of PCNs that share a link worker, where the first of a pair returns a named one",
}


def _about_codes(wave: Wave) -> Iterator[tuple[str, Row, str]]:
    """Rows whose code links nobody: persona, row, what it is."""
    prints = respondents(wave)
    for row in wave.accepted:
        if row.code and not prints[row.number]:
            code = re.sub("[^a-z0-9]", "", row.code.lower())
            twice = re.fullmatch("[a-z]{4}[0-9]{2}", code)
            yield ("code_twice", row, "gave a code that somebody else of the wave gave too") if twice else ("no_code", row, "gave no code")


def personas_csv(country: Country, waves: list[Wave]) -> str:
    """Every PCN and row made on purpose: persona, PCN, response or place in a file, and what it is."""
    lines = [[persona, code, "", what] for persona, what in _ABOUT_PLACES.items() for code in country.personas[persona]]
    for wave in waves:
        for row in wave.rows:
            where = wave.response_id(row) if not row.reason else f"{wave.form.file}#{row.number}"
            lines += [[persona, row.unit, where, what] for persona, what in _about_row(row)]
        lines += [[persona, row.unit, wave.response_id(row), what] for persona, row, what in _about_codes(wave)]
    return csv_text(("persona", "pcn_code", "response", "what"), lines, newline="\n")


def _about_row(row: Row) -> Iterator[tuple[str, str]]:
    """What is particular about one row."""
    if row.reason:
        yield row.reason, f"must be set aside: {row.reason}"
        return
    if UNIQUE_NAME in row.warnings:
        yield UNIQUE_NAME, "gave the PCN by a name that only this PCN bears"
    if SUCCESSION in row.warnings:
        yield SUCCESSION, "gave the code of a PCN that has closed"
    if row.given.startswith("f"):
        yield "small_letter", "gave the code in a small letter"
    if row.email != "anonymous":
        yield "named_respondent", "stands in the export with an e-mail address and a name, which must be dropped"
    if any(item.raw != item.value for answer in row.answers.values() for item in answer.items):
        yield "personal_data", "holds something personal in a comment, which must be redacted"
    if any(item.state == "unmapped" for field, answer in row.answers.items() if field for item in answer.items):
        yield "stray_words", "holds an answer that no mapping knows"
