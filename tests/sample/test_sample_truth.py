"""The truth against a plain second reading of the exports: rows judged, responses placed, every cell understood."""

import csv
import gzip
import io
import re
from collections import Counter, defaultdict
from datetime import date

from sample_naive import TRUTH, Export, Maps, plain, redacted_like, table

from oversight.model import BY_NAME, QUARANTINE_REASONS, STATES
from oversight.questionnaire import BY_FIELD, QUESTIONS, RESPONDENT_KINDS

KINDS = {plain(label): code for code, label in RESPONDENT_KINDS.items()}


def later_twins(export: Export) -> set[int]:
    """Rows whose id stands again in a later finished row."""
    by_id: dict[str, list[tuple[object, int]]] = defaultdict(list)
    for number, row in enumerate(export.rows, 2):
        if len(row) == len(export.header) and row[0]:
            by_id[row[0]].append((row[2] or row[1].replace(year=1900), number))  # not finished: before everything
    return {number for rows in by_id.values() for _, number in sorted(rows)[:-1]}


def place(given: str, maps: Maps) -> tuple[str, str]:
    """(reason or "", what there is to warn of or "") for what stands in the PCN question."""
    codes = {**maps.names[0], **maps.names[1]}
    named = {code for names in maps.names for code, name in names.items() if plain(name) == plain(given)}
    code = given.upper() if given.upper() in codes else next(iter(named)) if len(named) == 1 else ""
    if not code:
        return "pcn_shared_name" if named else "pcn_unknown" if given else "pcn_blank", ""
    if len(maps.now[code]) > 1:
        return "pcn_closed", ""
    return "", "unique_name" if named else "" if maps.now[code] == {code} else "succession"


def judge(export: Export, maps: Maps) -> dict[int, tuple[str, str]]:
    """Row number -> (reason or "", warning or ""), by rules spelt out one after the other."""
    losers = later_twins(export)
    opened, closed = (date.fromisoformat(export.wave[k]) for k in ("opened", "closed"))
    verdicts = {}
    for number, row in enumerate(export.rows, 2):
        if len(row) != len(export.header):
            verdicts[number] = ("ragged_row", "")
        elif not row[0]:
            verdicts[number] = ("no_response_id", "")
        elif number in losers:
            verdicts[number] = ("duplicate_response", "")
        elif not opened <= row[2].date() <= closed:
            verdicts[number] = ("outside_wave", "")
        elif plain(export.cell(row, "respondent_kind")) not in KINDS:
            verdicts[number] = ("role_unmapped", "")
        else:
            verdicts[number] = place(export.cell(row, "pcn"), maps)
    return verdicts


def test_every_row_is_accepted_or_set_aside_for_the_reason_that_a_plain_reading_finds(exports: list[Export], maps: Maps) -> None:
    aside = {(r["file"], int(r["row"])): r["reason"] for r in table(TRUTH / "quarantine.csv")}
    warned = {(r["file"], int(r["row"])): r["what"] for r in table(TRUTH / "warnings.csv")}
    found = {(e.file, n): v for e in exports for n, v in judge(e, maps).items()}
    assert {k: reason for k, (reason, _) in found.items() if reason} == {k: v for k, v in aside.items() if k[0].startswith("surveys/")}
    assert {k: what for k, (_, what) in found.items() if what} == warned
    assert set(aside.values()) == set(QUARANTINE_REASONS) - {"bad_value", "duplicate_row"}


def accepted(export: Export, maps: Maps) -> list[list]:
    verdicts = judge(export, maps)
    return [row for number, row in enumerate(export.rows, 2) if not verdicts[number][0]]


def test_responses_stand_where_the_maps_put_them(exports: list[Export], maps: Maps, responses: dict[str, dict[str, str]]) -> None:
    codes, now = {**maps.names[0], **maps.names[1]}, maps.now
    by_name = {plain(name): code for code, name in codes.items()}
    expected = {}
    for which, export in enumerate(exports):
        for row in accepted(export, maps):
            given = export.cell(row, "pcn")
            code = given.upper() if given.upper() in codes else by_name[plain(given)]
            (today,) = now[code]
            then = code if code in maps.home[which] else today
            key = f"{export.wave['wave_id']}:{row[0]}"
            expected[key] = (
                str(row[2]),
                KINDS[plain(export.cell(row, "respondent_kind"))],
                today,
                *maps.home[1][today],
                then,
                *maps.home[which][then],
            )
    columns = ("completed", "respondent_kind", "pcn_code", "icb_code", "region_code", "wave_pcn_code", "wave_icb_code", "wave_region_code")
    assert {key: tuple(r[c] for c in columns) for key, r in responses.items()} == expected


def blank_state(question: dict, kind: str, known: dict[str, str]) -> str:
    """What an empty cell means, from the questionnaire's own words."""
    ours = BY_FIELD.get(question.get("field", ""))
    if ours is None:
        return "blank"
    if kind not in question.get("asked", ours.asked):
        return "not_asked"
    return "not_applicable" if ours.only_if and known[ours.only_if[0]] not in ours.only_if[1] else "blank"


def understood(words: str, question: dict, labels: dict[str, str]) -> tuple[str, str]:
    """(code, state) of one answer."""
    ours = BY_FIELD.get(question.get("field", ""))
    if ours is None:
        return "", "unmapped"
    if ours.kind == "text":
        return "", "answered"
    if ours.kind == "number":
        number = float(words) if re.fullmatch(r"\d+(\.\d+)?", words) else None
        fits = number is not None and ours.low is not None and ours.high is not None and ours.low <= number <= ours.high
        return "", "answered" if fits else "unmapped"
    code = labels.get(plain(words), "")
    return ("", code) if code in STATES else (code, "answered" if code else "unmapped")


def test_every_cell_is_an_answer_with_the_state_that_the_rules_give_it(exports: list[Export], maps: Maps) -> None:
    lines = csv.DictReader(io.StringIO(gzip.decompress((TRUTH / "answers.csv.gz").read_bytes()).decode(), newline=""))
    truth: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for line in lines:
        truth[line["response_id"], line["question"]].append(line)
    seen, redacted = 0, 0
    for export in exports:
        columns = [(h, q := export.question(h), export.answers(q)) for h in export.header if h not in TOOL_COLUMNS]
        for row in accepted(export, maps):
            cells = dict(zip(export.header, row, strict=True))
            kind, known, key = KINDS[plain(export.cell(row, "respondent_kind"))], {}, f"{export.wave['wave_id']}:{row[0]}"
            for header, question, labels in columns:
                field = question.get("field", "")
                several = field in BY_FIELD and BY_FIELD[field].kind == "multi"
                items = [i for i in cells[header].split(";") if i] if several else [cells[header]] if cells[header] else []
                answers = [(i, *understood(i, question, labels)) for i in items] or [("", "", blank_state(question, kind, known))]
                known[field] = answers[0][1] or answers[0][2]
                lines = truth.pop((key, header.strip()))
                assert [(int(t["item"]), t["code"], t["state"]) for t in lines] == [(n, c, s) for n, (_, c, s) in enumerate(answers, 1)], (
                    lines
                )
                for line, (words, _, _) in zip(lines, answers, strict=True):
                    assert line["wave_id"] == export.wave["wave_id"]
                    if field == "respondent_code":  # nothing of it is to be read
                        assert line["value"] == ""
                        continue
                    assert line["value"] == words or redacted_like(words, line["value"]), (line, words)
                    redacted += line["value"] != words
                    seen += 1
    assert not truth
    assert seen > 100_000
    assert redacted > 10


TOOL_COLUMNS = {"ID", "Start time", "Completion time", "Email", "Name", "Last modified time"}


def test_the_wide_row_holds_what_the_long_answers_say(exports: list[Export], responses: dict[str, dict[str, str]]) -> None:
    assert tuple(next(iter(responses.values()))) == BY_NAME["response"].columns
    wording = {e.wave["wave_id"]: {h.strip(): e.question(h).get("field", "") for h in e.header} for e in exports}
    long: dict[str, dict[str, list[dict[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for line in table(TRUTH / "answers.csv.gz"):
        long[line["response_id"]][wording[line["wave_id"]][line["question"]]].append(line)
    for key, wide in responses.items():
        for question in QUESTIONS:
            items = long[key].get(question.field, [{"code": "", "state": "not_asked", "value": ""}])
            state = "answered" if any(i["state"] == "answered" for i in items) else items[0]["state"]
            if question.kind == "choice":
                assert wide[question.field] == (items[0]["code"] or state)
            elif question.kind != "text":
                assert wide[f"{question.field}_state"] == state
                words = items[0]["value"] if state == "answered" and question.kind == "number" else ""
                codes = " ".join(i["code"] for i in items if i["code"])
                assert wide[question.field] == (codes if question.kind == "multi" else words)


def test_pcns_count_the_responses_placed_with_them(responses: dict[str, dict[str, str]], maps: Maps) -> None:
    counts = Counter((r["wave_id"], r["respondent_kind"], r["pcn_code"]) for r in responses.values())
    rows = {r["pcn_code"]: r for r in table(TRUTH / "pcn.csv")}
    assert set(rows) == {*maps.names[0], *maps.names[1]}
    for code, row in rows.items():
        columns = [c for c in row if ":" in c]
        assert len(columns) == 10
        assert all(int(row[c]) == counts[(*c.split(":"), code)] for c in columns)
        which = 1 if row["open"] == "yes" else 0
        assert (row["icb_code"], row["region_code"]) == maps.home[which][code]
        assert 0 < float(row["need"]) < 1
        assert row["open"] == ("yes" if code in maps.names[1] else "no")
