"""Write a nation of ``world_draw.py`` as somebody would who has only read docs/simulated-programme.md: official files, a Forms
export, registers, weights. The shipped mapping or one of its own (``OWN_MAPPING``) goes with it. Nothing of the product is used here.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import openpyxl
from world_draw import ITEMS, WEIGHTS, Nation

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "data" / "reference"
WAVE = "2026-2-autumn"
MAP_HEADER = (
    "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,PRACTICE_POSTCODE,PCN_CODE,PCN_NAME,ONS_SUB_ICB_LOCATION_CODE,"
    "SUB_ICB_LOCATION_CODE,SUB_ICB_LOCATION_NAME,ONS_ICB_CODE,ICB_CODE,ICB_NAME,ONS_COMM_REGION_CODE,COMM_REGION_CODE,COMM_REGION_NAME,"
    "SUPPLIER_NAME"
)
SIZES_HEADER = "PUBLICATION,EXTRACT_DATE,ORG_TYPE,ORG_CODE,ONS_CODE,POSTCODE,SEX,AGE_GROUP_5,NUMBER_OF_PATIENTS"
STAFF_HEADER = (
    "Data_source,CENSUS_YEAR,CENSUS_MONTH,PCN_CODE,PCN_NAME,SUB_ICB_CODE,SUB_ICB_NAME,ICB_CODE,ICB_NAME,COMM_REGION_CODE,COMM_REGION_NAME,"
    "STAFF_GROUP,STAFF_ROLE,DETAILED_STAFF_ROLE,FTE,UNIQUE_IDENTIFIER"
)
ROLES = {"splw": "Social prescribing link worker", "care_coordinator": "Care Coordinator"}
STANDARD = {
    "pcn": "Which Primary Care Network (PCN) do you work for? Give its code if you know it, else its name.",
    "respondent_kind": "What is your role?",
    "first_contact": "Is there a named first point of contact for general advice and support?",
    "first_contact_is_gp": "Is that first point of contact a GP?",
    "gp_supervisor": "If your first point of contact is not a GP, is there a named GP supervisor as well?",
    "patient_concerns": "Can you discuss patient-related concerns with a relevant GP?",
    "safeguarding_route": "Do you know the route to follow for a safeguarding concern?",
    "clinical_supervision": "Do you have clinical or non-managerial supervision?",
    "supervision_frequency": "How often does it happen?",
    "anxiety": "Overall, how anxious did you feel yesterday? (0 not at all, 10 completely)",
}
OWN = {
    "pcn": "Code of your network",
    "respondent_kind": "Your job",
    "first_contact": "Somebody to turn to?",
    "first_contact_is_gp": "Are they a GP?",
    "gp_supervisor": "A GP who supervises you?",
    "patient_concerns": "Can you talk to a GP about a patient?",
    "safeguarding_route": "Do you know what to do about safeguarding?",
    "clinical_supervision": "Clinical supervision?",
    "supervision_frequency": "How many weeks apart?",
    "anxiety": "Anxious yesterday, 0 to 10",
}
OWN_LABELS = {"Every month": "4", "Every 3 months": "13", "Always": "Yes, always", "Rarely": "Hardly ever", ROLES["splw"]: "Link worker"}
OWN_MAPPING = """
survey = "own"
tool = "microsoft_forms"
waves = ["2026-2-autumn"]

[answers.yes_no]
"Yes" = "yes"
"No" = "no"

[answers.job]
"Link worker" = "splw"
"Care Coordinator" = "care_coordinator"

[answers.talk]
"Yes, always" = "always"
"Hardly ever" = "rarely"

[answers.weeks]
"4" = "monthly"
"13" = "quarterly"
"""
_ANSWERS = {
    "respondent_kind": "job", "first_contact": "yes_no", "first_contact_is_gp": "yes_no", "gp_supervisor": "yes_no",
    "patient_concerns": "talk", "safeguarding_route": "yes_no", "clinical_supervision": "yes_no", "supervision_frequency": "weeks",
}  # fmt: skip


def answers(unmet: Sequence[bool], rng: np.random.Generator) -> dict[str, str]:
    """What somebody ticks of whom this is true."""
    contact, supervisor, clinical, concerns, strain = unmet
    said = {"first_contact": "No" if contact else "Yes", "gp_supervisor": "No" if supervisor else "Yes"}
    if not contact:
        said["first_contact_is_gp"] = "No"
    if clinical and rng.random() < 0.5:
        said["clinical_supervision"] = "No"
    else:
        said |= {"clinical_supervision": "Yes", "supervision_frequency": "Every 3 months" if clinical else "Every month"}
    # one of the two lacking is enough
    said["patient_concerns"] = "Rarely" if concerns and rng.random() < 0.5 else "Always"
    said["safeguarding_route"] = "No" if concerns and said["patient_concerns"] == "Always" else "Yes"
    said["anxiety"] = str(rng.integers(6, 11) if strain else rng.integers(0, 6))
    return said


def write_csv(path: Path, header: str, rows: Iterable[Sequence[object]]) -> None:
    """One CSV."""
    path.write_text(_csv(header, rows), encoding="utf-8", newline="")


def _csv(header: str, rows: Iterable[Sequence[object]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return buffer.getvalue()


def _zip(path: Path, member: str, text: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, text)


def names() -> tuple[dict[str, str], dict[str, str]]:
    """The real ICBs and regions: code -> name."""
    found = []
    for file, code, name in (("icb.csv", "icb_code", "icb_name"), ("region.csv", "region_code", "region_name")):
        with (REFERENCE / file).open(encoding="utf-8") as lines:
            found.append({row[code]: row[name] for row in csv.DictReader(lines)})
    return found[0], found[1]


def real_areas() -> list[tuple[str, str]]:
    """(ICB, region) of the 36 ICBs since April 2026."""
    with (REFERENCE / "icb.csv").open(encoding="utf-8") as lines:
        return [(row["icb_code"], row["region_code"]) for row in csv.DictReader(lines)]


def real_heads(real: Path | None) -> list[int]:
    """Link workers per PCN: from the real workforce file, read where it lies; else drawn to its published quartiles."""
    files = sorted(real.glob("nhs/PCNWFIndividualCSV*.zip")) if real else []
    if not files:
        return [0] * 234 + [1] * 420 + [2] * 270 + [3] * 190 + [4] * 80 + [5] * 50 + [6] * 30 + [8] * 15 + [10] * 7 + [16] * 2
    heads: dict[str, set[str]] = {}
    extra: dict[str, float] = {}
    with zipfile.ZipFile(files[-1]) as archive:
        member = next(name for name in archive.namelist() if name.endswith(".csv"))
        with archive.open(member) as raw:
            for row in csv.DictReader(io.TextIOWrapper(raw, encoding="utf-8-sig")):
                people = heads.setdefault(row["PCN_CODE"], set())
                if row["STAFF_ROLE"] == "Social Prescribing Link Workers":
                    people |= {row["UNIQUE_IDENTIFIER"]} - {""}
                    extra[row["PCN_CODE"]] = extra.get(row["PCN_CODE"], 0) + (0 if row["UNIQUE_IDENTIFIER"] else float(row["FTE"]))
    return [len(people) + round(extra.get(code, 0) / 0.86) for code, people in heads.items()]


def write_nation(
    nation: Nation,
    folder: Path,
    seed: int,
    *,
    covariates: bool = True,
    sizes: bool = True,
    workforce: bool = True,
    own_wording: bool = False,
    missing_x1: float = 0.0,
    no_x2_in: str = "",
    constant: bool = False,
    kinds: Mapping[str, str] = ROLES,
) -> Path:
    """All files of a programme into ``folder``; returns the weights file, which lies beside it."""
    rng = np.random.default_rng([seed, 7])
    folder.mkdir(parents=True, exist_ok=True)
    _organisations(nation, folder, rng, sizes, workforce)
    rows = [(nation.codes[pcn], kind, unmet) for kind, some in nation.replies.items() for pcn, unmet in some]
    rng.shuffle(rows)
    _forms(rows, folder, rng, own_wording)
    kinds_asked = " ".join(kinds)
    write_csv(folder / "waves.csv", "wave_id,wave_name,tool,opened,closed,kinds_asked",
              [[WAVE, "Autumn 2026", "microsoft_forms", "2026-09-14", "2026-10-23", kinds_asked]])  # fmt: skip
    if covariates:
        x1 = rng.random(len(nation.codes)) >= missing_x1
        known = [x1, np.array([region != no_x2_in for region in nation.region]), np.full(len(nation.codes), True)]
        lines: list[list[object]] = [
            [code, f"x{j + 1}", f"{nation.x[i, j]:.6f}", "drawn"] for i, code in enumerate(nation.codes) for j in range(3) if known[j][i]
        ]
        lines += [[code, "constant", "3", "drawn"] for code in nation.codes if constant]
        write_csv(folder / "covariates.csv", "pcn_code,name,value,source", lines)
    weights = folder.parent / f"{folder.name}-weights.toml"
    weights.write_text("[weights]\n" + "".join(f"{name} = {w}\n" for name, w in zip(ITEMS, WEIGHTS, strict=True)), encoding="utf-8")
    return weights


def _organisations(nation: Nation, folder: Path, rng: np.random.Generator, sizes: bool, workforce: bool) -> None:
    icbs, regions = names()
    patients = rng.integers(25_000, 80_000, len(nation.codes))
    rows, totals, staff = [], [], []
    person = 10_000
    for i, (code, icb, region) in enumerate(zip(nation.codes, nation.icb, nation.region, strict=True)):
        name, sub = f"NHS {icbs.get(icb, icb)} Integrated Care Board", f"S{icb}"
        rows.append(["GP_PRAC_PAT_LIST", "01Oct2026", f"FP{i:04}", f"MADE-UP SURGERY {i}", "ZZ99 9ZZ", code, f"MADE-UP {i} PCN",
                     "", sub, f"{name} - {sub}", "", icb, name, "", region, regions.get(region, region), "TEST"])  # fmt: skip
        totals.append(["GP_PRAC_PAT_LIST", "2026-10-01", "GP", f"FP{i:04}", "", "ZZ99 9ZZ", "ALL", "ALL", patients[i]])
        where = ["NWRS Staff", "2026", "9", code, f"MADE-UP {i} PCN", sub, sub, icb, name, region, regions.get(region, region)]
        staff.append([*where, "Other Direct Patient Care staff", "Pharmacists", "Pharmacist", "1", str(person := person + 1)])
        for _ in range(int(nation.people[i])):
            named = rng.random() > 0.25
            row = [*where, "Other Direct Patient Care staff", "Social Prescribing Link Workers", "Social Prescribing Link Worker"]
            staff.append([*row, rng.choice(["1", "0.8", "0.6"]), str(person := person + 1) if named else ""])
    write_csv(folder / "gp-reg-pat-prac-map.csv", MAP_HEADER, rows)
    if sizes:
        _zip(folder / "gp-reg-pat-prac-quin-age.zip", "gp-reg-pat-prac-quin-age.csv", _csv(SIZES_HEADER, totals))
    if workforce:
        _zip(folder / "PCNWFIndividualCSV.092026.zip", "PCN Workforce Individual Level.csv", _csv(STAFF_HEADER, staff))


def _forms(rows: list[tuple[str, str, tuple[bool, ...]]], folder: Path, rng: np.random.Generator, own: bool) -> None:
    """The workbook that Microsoft Forms exports, and a mapping of its own beside it where the wording is not the standard one."""
    wording = OWN if own else STANDARD
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    sheet.append(["ID", "Start time", "Completion time", "Email", "Name", *wording.values()])
    opened = datetime(2026, 9, 14, 8)
    for number, (code, kind, unmet) in enumerate(rows, 1):
        said = {"pcn": code, "respondent_kind": ROLES[kind], **answers(unmet, rng)}
        began = opened + timedelta(minutes=int(rng.integers(0, 38 * 24 * 60)))
        cells = [OWN_LABELS.get(said.get(name, ""), said.get(name, "")) if own else said.get(name) for name in wording]
        sheet.append([number, began, began + timedelta(minutes=6), "anonymous", None, *[cell or None for cell in cells]])
    book.save(folder / f"Supervision survey(1-{len(rows)}).xlsx")
    if own:
        questions = []
        for name, text in OWN.items():
            answered = f'answers = "{_ANSWERS[name]}"\n' if name in _ANSWERS else ""
            questions.append(f'[[question]]\nfield = "{name}"\ntext = ["{text}"]\n{answered}')
        (folder / "own.toml").write_text(OWN_MAPPING + "\n" + "\n".join(questions), encoding="utf-8")
