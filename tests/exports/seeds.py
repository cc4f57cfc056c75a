"""One whole file of every tool and layout, from the tests' own writers: what ``bench/mutations.py`` damages."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import test_atlas_ti
import test_citizen_space
import test_dedoose
import test_google_forms
import test_maxqda
import test_nvivo
import test_qualtrics
import test_smartsurvey
import test_spss
import test_surveymonkey
import test_table
import test_taguette
from canonical import FIELDS, Canonical, Response
from canonical_codings import USERS, Passage, Project
from canonical_turns import PEOPLE, Turn, docx, minutes
from export_files import csv_text, write_csv, write_xlsx, write_zip
from test_forms_round_trip import forms_rows
from test_refi_qda import qdpx
from test_transcripts_round_trip import teams_vtt

from oversight.questionnaire import BY_FIELD
from tests.programme import write, write_map

TOOLS = ("microsoft_forms", "smartsurvey", "citizen_space", "qualtrics", "surveymonkey", "google_forms", "spss", "table")
DOCUMENTS = ("Group one", "Group two")


def survey() -> Canonical:
    """Twenty responses of one question of each kind."""
    rng = random.Random(5)
    responses = []
    for number in range(20):
        codes: dict[str, object] = {"pcn": f"F{1 + number % 5:04}", "respondent_kind": rng.choice(["splw", "care_coordinator"])}
        for field in FIELDS[2:]:
            question = BY_FIELD[field]
            if rng.random() < 0.8:
                some = [code for code in question.answers if rng.random() < 0.4]
                codes[field] = {
                    "number": str(rng.randint(1, 5)),
                    "multi": some or ["isolation"],
                    "choice": rng.choice(list(question.answers) or [""]),
                    "text": 'More time, "please"; call 07700 900123',
                }[question.kind]
        started = datetime(2026, 9, 14, 9) + timedelta(hours=7 * number)
        responses.append(Response(str(100_000_000 + number), started, started + timedelta(minutes=9), codes))
    return Canonical(tuple(BY_FIELD[f] for f in FIELDS), tuple(responses))


def project() -> Project:
    """Two documents, five codes in two levels, a dozen passages of two people."""
    words = "The link worker listened, it changed my week. Waiting six weeks was too long - café sessions helped us all. "
    documents = {name: words * 4 for name in DOCUMENTS}
    codes = (("Access",), ("Access", "Waiting"), ("Trust",), ("Trust", "Peer"), ("Cost",))
    rng = random.Random(3)
    passages = []
    for number in range(12):
        start = rng.randrange(0, 300)
        chosen = tuple((code, USERS[number % 2]) for code in rng.sample(codes, rng.randint(1, 2)))
        passages.append(Passage(DOCUMENTS[number % 2], start, start + 20 + number, chosen))
    return Project(documents, codes, tuple(passages))


def turns() -> list[Turn]:
    """Nine turns of three people who name one another."""
    people = PEOPLE[:3]

    def said(n: int) -> tuple[str | tuple[str, str], ...]:
        called = people[(n + 1) % 3]
        return "I agree with", (called, called), "!"

    return [
        Turn(1000 * n, 1000 * n + 900, people[n % 3], ("I agree with", (people[(n + 1) % 3], people[(n + 1) % 3]), "!")) for n in range(9)
    ]


def _surveys() -> Mapping[str, Callable[[Path], Path]]:
    c = survey()

    def table(rows: list[list[object]] | list[list[str]], kind: str, encoding: str = "utf-8-sig") -> Callable[[Path], Path]:
        def write_it(stem: Path) -> Path:
            path = stem.with_suffix(f".{kind}")
            return write_xlsx(path, {"Sheet1": rows}) if kind == "xlsx" else write_csv(path, rows, encoding, "\t" if kind == "tsv" else ",")

        return write_it

    return {
        "forms-csv": table(forms_rows(c, False), "csv"),
        "forms-xlsx": table(forms_rows(c, True), "xlsx"),
        "smartsurvey-csv": table(test_smartsurvey.smartsurvey_rows(c, 3, "-"), "csv"),
        "smartsurvey-xlsx": table(test_smartsurvey.smartsurvey_rows(c, 2, ""), "xlsx"),
        "citizen-space": table(test_citizen_space.citizen_space_rows(c, True, True, False), "csv"),
        "qualtrics-csv": table(test_qualtrics.rows("today", c, True), "csv"),
        "qualtrics-tsv": table(test_qualtrics.rows("2016", c, False), "tsv", "utf-16"),
        "qualtrics-zip": lambda stem: write_zip(stem.with_suffix(".zip"), {"A.csv": csv_text(test_qualtrics.rows("legacy", c, True))}),
        "surveymonkey-csv": table(test_surveymonkey.rows(c, test_surveymonkey.ABOUT), "csv"),
        "google-forms": table(test_google_forms.rows(c, "workbook", True), "xlsx"),
        "spss-sav": lambda stem: test_spss.as_spss(stem.with_suffix(".sav"), c),
        "spss-zsav": lambda stem: test_spss.as_spss(stem.with_suffix(".zsav"), c),
        "table-two": table(test_table.table_rows(c, "two", "Yes/No"), "csv"),
        "table-three": table(test_table.table_rows(c, "three", "1"), "xlsx"),
    }


def _codings() -> Mapping[str, Callable[[Path], Path]]:
    p, flat = project(), test_taguette.dotted(project().one_user())
    counts = Counter({(d, "Access"): 3 for d in DOCUMENTS})

    def text(stem: Path) -> Path:
        path = stem.with_suffix(".txt")
        path.write_text(test_nvivo.code_text(p, ("Trust",)), encoding="utf-8")
        return path

    def bytes_(suffix: str, data: bytes) -> Callable[[Path], Path]:
        def write_it(stem: Path) -> Path:
            path = stem.with_suffix(suffix)
            path.write_bytes(data)
            return path

        return write_it

    heads = ["Group one-20260914_100000-Meeting Transcript", "14 September 2026, 10:00am", "47m 12s"]
    said = [part for t in turns() for part in (f"{t.speaker}   {minutes(t.started)}", t.text)]
    return {
        "refi-atlas": lambda stem: qdpx(stem.with_suffix(".qdpx"), p, "ATLAS.ti 9.1"),
        "refi-nvivo": lambda stem: qdpx(stem.with_suffix(".qdpx"), p, "NVivo 12.7.0"),
        "taguette-csv": lambda stem: write_csv(stem.with_suffix(".csv"), test_taguette.rows_of(flat)),
        "taguette-xlsx": lambda stem: write_xlsx(stem.with_suffix(".xlsx"), {"highlights": test_taguette.rows_of(flat)}),
        "taguette-project": lambda stem: test_taguette.project_file(stem.with_suffix(".sqlite3"), p),
        "nvivo-text": text,
        "nvivo-matrix": lambda stem: write_xlsx(
            stem.with_suffix(".xlsx"), {"S": test_nvivo.matrix_rows(list(DOCUMENTS), ["Access", "Cost"], counts)}
        ),
        "maxqda": lambda stem: write_xlsx(stem.with_suffix(".xlsx"), {"Coded Segments": test_maxqda.rows_of(p.one_user())}),
        "atlas-ti": lambda stem: write_csv(stem.with_suffix(".csv"), test_atlas_ti.rows_of(p.one_user()), "utf-8-sig", ";"),
        "dedoose": lambda stem: write_xlsx(stem.with_suffix(".xlsx"), {"Excerpts": test_dedoose.rows_of(p)}),
        "teams-vtt": bytes_(".vtt", teams_vtt(turns(), random.Random(1))),
        "teams-docx": bytes_(".docx", docx([*heads, *said])),
    }


def write_seeds(folder: Path) -> dict[str, Path]:
    """Every seed, whole: name -> file."""
    folder.mkdir(parents=True, exist_ok=True)
    return {name: make(folder / name) for name, make in {**_surveys(), **_codings()}.items()}


def write_surroundings(folder: Path) -> None:
    """What a file needs beside it to be published: registration map, waves, mappings, sessions and themes."""
    write_map(folder, {f"F{i:04}": "QHL" for i in range(1, 6)})
    waves = [[f"2026-{i}", f"Wave {i}", tool, "2026-09-01", "2026-09-30", "splw care_coordinator"] for i, tool in enumerate(TOOLS)]
    write(folder / "waves.csv", ["wave_id", "wave_name", "tool", "opened", "closed", "kinds_asked"], waves)
    sessions = [[f"FG{i}", "2026-09-10", "Y60", "", "splw", "12", f"{name};damaged"] for i, name in enumerate(DOCUMENTS[:1])]
    write(folder / "sessions.csv", ["session_id", "date", "region_code", "icb_code", "respondent_kind", "participants", "file"], sessions)
    themes = [["Access", "caseload", "Access", "", "", ""], ["Trust", "isolation", "Trust", "", "", ""]]
    write(folder / "themes.csv", ["code", "theme", "label", "parent", "description", "remedy"], themes)
    for number, tool in enumerate(TOOLS):
        lines = ['survey = "canonical"', f'tool = "{tool}"', f'waves = ["2026-{number}"]']
        for field in FIELDS:
            question = BY_FIELD[field]
            pairs = ", ".join(f'"{label}" = "{code}"' for code, label in question.answers.items())
            lines += ["[[question]]", f'field = "{field}"', f'text = ["{question.text}"]', f"answers = {{ {pairs} }}"]
        (folder / f"{tool}.toml").write_text("\n".join(lines), encoding="utf-8")
