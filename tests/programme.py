"""A small programme written by hand in the tools' layouts, for tests that need one of their own."""

from __future__ import annotations

import csv
from pathlib import Path

from oversight.questionnaire import QUESTIONS

MAP_HEADER = [  # as the publisher orders it
    "PUBLICATION", "EXTRACT_DATE", "PRACTICE_CODE", "PRACTICE_NAME",
    "PRACTICE_POSTCODE", "PCN_CODE", "PCN_NAME", "ONS_SUB_ICB_LOCATION_CODE",
    "SUB_ICB_LOCATION_CODE", "SUB_ICB_LOCATION_NAME", "ONS_ICB_CODE", "ICB_CODE",
    "ICB_NAME", "ONS_COMM_REGION_CODE", "COMM_REGION_CODE", "COMM_REGION_NAME",
    "SUPPLIER_NAME",
]  # fmt: skip
WAVES = "wave_id,wave_name,tool,opened,closed,kinds_asked\n2026-2,Autumn 2026,microsoft_forms,2026-09-01,2026-09-30,splw care_coordinator\n"


def write(path: Path, header: list[str], rows: list[list[str]]) -> Path:
    """One CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def write_map(folder: Path, pcns: dict[str, str], day: str = "01Oct2026") -> Path:
    """A registration map: one practice per PCN, PCN code -> ICB code."""
    rows = []
    for i, (pcn, icb) in enumerate(pcns.items()):
        practice = [f"FP{i:04}", f"PRACTICE {i}", "ZZ99 1ZZ", pcn, f"TESTBED {i} PCN"]
        place = ["E0", f"X{i % 3}", "SUB", "E1", icb, f"NHS {icb} ICB", "E2", "Y60", "Midlands"]
        rows.append(["GP_PRAC_PAT_LIST", day, *practice, *place, "TEST"])
    return write(folder / f"map-{day}.csv", MAP_HEADER, rows)


def write_forms(
    folder: Path, answers: list[dict[str, str]], name: str = "Supervision(1-9).csv", extra: dict[str, list[str]] | None = None
) -> Path:
    """A Forms CSV re-save of the standard questionnaire. Each answer: id, completed and labels by field; the rest stay blank."""
    fields = [q for q in QUESTIONS]
    more = extra or {}
    rows = []
    for number, answer in enumerate(answers):
        done = answer.get("completed", "2026-09-10 09:30:00")
        cells = [answer.get(q.field, "") for q in fields]
        rows.append([answer.get("id", str(number + 1)), done, done, "anonymous", "", *cells, *[column[number] for column in more.values()]])
    return write(folder / name, ["ID", "Start time", "Completion time", "Email", "Name", *[q.text for q in fields], *more], rows)


def response(pcn: str, **labels: str) -> dict[str, str]:
    """One link worker's answers, by field; labels as the respondent sees them."""
    return {"pcn": pcn, "respondent_kind": "Social prescribing link worker", "first_contact": "Yes", "first_contact_is_gp": "Yes", **labels}


def write_programme(folder: Path, pcns: dict[str, str], answers: list[dict[str, str]]) -> Path:
    """Map, waves register and one Forms export."""
    write_map(folder, pcns)
    (folder / "waves.csv").write_text(WAVES, encoding="utf-8")
    write_forms(folder, answers)
    return folder
