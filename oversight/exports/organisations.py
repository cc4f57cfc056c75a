"""The official lists of organisations: registration map, list sizes, and the ODS list of PCNs.

Each is recognised by its headings, whatever the file is called, as a bare CSV, a CSV in a zip archive, or a workbook.
"""

from __future__ import annotations

import pandas as pd

from oversight.exports.dates import official_date
from oversight.exports.probe import Probe
from oversight.exports.reading import FileProblem, Reading
from oversight.exports.records import Layout, Records, renumber

TOOL = "organisations"
#: U and five digits in ODS; F and four digits in the fictional sample.
PCN_CODE = r"U[0-9]{5}|F[0-9]{4}"
PCN_WORDS = "a PCN code (U and five digits, made-up ones F and four)"
_PUBLICATION = 'Download it from NHS England\'s publication "Patients Registered at a GP Practice", July 2022 or later.'

MAP = Layout(
    "practice_map",
    "the registration map (practice to PCN, ICB and region)",
    {
        "practice_code": "PRACTICE_CODE",
        "practice_name": "PRACTICE_NAME",
        "pcn_code": "PCN_CODE",
        "pcn_name": "PCN_NAME",
        "sub_icb_code": "SUB_ICB_LOCATION_CODE",
        "icb_code": "ICB_CODE",
        "icb_name": "ICB_NAME",
        "region_code": "COMM_REGION_CODE",
        "region_name": "COMM_REGION_NAME",
        "as_at": "EXTRACT_DATE",
    },
    frozenset({"PUBLICATION", "PRACTICE_CODE", "PCN_CODE"}),
    f"{_PUBLICATION} The file is called gp-reg-pat-prac-map.csv.",
)
SIZES = Layout(
    "list_sizes",
    "list sizes (registered patients by practice)",
    {
        "org_type": "ORG_TYPE",
        "practice_code": "ORG_CODE",
        "sex": "SEX",
        "age": "AGE_GROUP_5",
        "patients": "NUMBER_OF_PATIENTS",
        "as_at": "EXTRACT_DATE",
    },
    frozenset({"PUBLICATION", "SEX", "NUMBER_OF_PATIENTS"}),
    f"{_PUBLICATION} The file is called gp-reg-pat-prac-quin-age (five-year age groups); no other of its list-size files is read.",
)
PCNS = Layout(
    "ods_pcn",
    "the ODS list of PCNs",
    {"pcn_code": "PCN Code", "pcn_name": "PCN Name", "opened": "Open Date", "closed": "Close Date"},
    frozenset({"PCN Code", "Open Date", "Close Date"}),
    "Download ePCN from the NHS Organisation Data Service.",
)
PARTNERS = Layout(
    "ods_pcn",
    "the ODS list of PCN core partners",
    {
        "practice_code": "Partner Organisation Code",
        "pcn_code": "PCN Code",
        "joined": "Practice to PCN Relationship Start Date",
        "left": "Practice to PCN Relationship End Date",
    },
    frozenset({"Partner Organisation Code", "PCN Code"}),
    "Download ePCN from the NHS Organisation Data Service.",
)


def recognise(probe: Probe) -> str | None:
    """Why the file is one of the official lists, None when it is none. Raises ``FileProblem`` when it holds several."""
    whys = [why for layout in (MAP, SIZES, PCNS) if (why := layout.recognise(probe))]
    if len(whys) > 1:
        raise FileProblem(probe.name, f"holds {' and '.join(whys)}.", "Take it apart and give one file each.")
    return whys[0] if whys else None


def read(probe: Probe) -> Reading:
    """What the list holds, see ``_map``, ``_sizes`` and ``_ods``. Raises ``FileProblem`` when a column is missing."""
    if MAP.tables(probe):
        return _map(probe)
    return _sizes(probe) if SIZES.tables(probe) else _ods(probe)


def _dates(records: Records, column: str, required: bool) -> None:
    """Turn a column into dates (None where blank); unreadable ones, and blank ones where required, are set aside."""
    texts = records.frame[column]
    known = {text: official_date(text) for text in texts.dropna().unique()}
    good = [known[text] is not None if isinstance(text, str) else not required for text in texts]
    records.expect(column, pd.Series(good, index=texts.index), "a date such as 01Jan2026 or 2026-01-01")
    read = [known.get(text) if isinstance(text, str) else None for text in records.frame[column]]
    records.frame = records.frame.assign(**{column: pd.Series(read, index=records.frame.index, dtype="object")})


def _map(probe: Probe) -> Reading:
    """``practice_map``: one row per practice and date, ``pcn_code`` NA where the practice is unallocated ("U" or blank)."""
    records = MAP.load(probe)
    for column in ("practice_code", "icb_code", "icb_name", "region_code", "region_name"):
        records.expect(column, records.frame[column].notna(), "text")
    _dates(records, "as_at", required=True)
    codes = records.frame["pcn_code"]
    records.frame["pcn_code"] = codes.mask(codes.isin(["U", "-"]).fillna(False))
    codes = records.frame["pcn_code"]
    records.expect("pcn_code", codes.isna() | codes.str.fullmatch(PCN_CODE).fillna(False), f"{PCN_WORDS}, or U for unallocated")
    named = records.frame["pcn_code"].isna() | records.frame["pcn_name"].notna()
    records.expect("pcn_name", named, "the name of the PCN")
    records.refuse_duplicates(["practice_code", "as_at"])
    table = records.table()
    without = table["pcn_code"].isna()
    table["pcn_name"] = table["pcn_name"].mask(without)
    note = f"{len(table):,} practices, {int(without.sum())} of them unallocated to a PCN; {_as_at(table)}"
    return Reading(MAP.tool, records.rows_read, records.aside, tables={"practice_map": table}, note=_join(note, MAP.others(probe)))


def _sizes(probe: Probe) -> Reading:
    """``list_size``: registered patients by practice (organisation type GP, all ages, all sexes) and date.

    Every well-formed row counts as accepted; those of other organisations, ages and sexes are not used. Raises
    ``FileProblem`` when the file holds no total of a practice.
    """
    records = SIZES.load(probe)
    records.expect("practice_code", records.frame["practice_code"].notna(), "a code")
    records.expect("patients", records.frame["patients"].str.fullmatch("[0-9]{1,9}").fillna(False), "a whole number")
    _dates(records, "as_at", required=True)
    records.refuse_duplicates(["org_type", "practice_code", "sex", "age", "as_at"])
    frame = records.frame
    totals = (frame["org_type"] == "GP") & (frame["sex"] == "ALL") & (frame["age"] == "ALL")
    used = records.table(patients=frame["patients"].astype("Int64"))[totals.fillna(False).to_numpy(dtype=bool)]
    if used.empty:
        raise FileProblem(probe.name, "holds no total by practice (ORG_TYPE GP, SEX ALL, AGE_GROUP_5 ALL).", SIZES.mend)
    used = used[["row", "practice_code", "patients", "as_at"]].reset_index(drop=True)
    note = f"only the totals of {len(used):,} practices are used, {int(used['patients'].sum()):,} patients; {_as_at(used)}"
    return Reading(SIZES.tool, records.rows_read, records.aside, tables={"list_size": used}, note=_join(note, SIZES.others(probe)))


def _ods(probe: Probe) -> Reading:
    """``ods_pcn`` (PCNs with their dates) and ``ods_partner`` (practices in them, dated), from the two sheets of one workbook.

    Rows of the second sheet are numbered on from the first, for a row number stands once in a file.
    """
    if not PARTNERS.tables(probe):
        raise FileProblem(probe.name, f"lacks the sheet with {PARTNERS.what}.", PARTNERS.mend)
    pcns = PCNS.load(probe)
    partners = PARTNERS.load(probe, first=pcns.last_row + 2)
    for records in (pcns, partners):
        records.expect("pcn_code", records.frame["pcn_code"].str.fullmatch(PCN_CODE).fillna(False), PCN_WORDS)
    pcns.expect("pcn_name", pcns.frame["pcn_name"].notna(), "a name")
    partners.expect("practice_code", partners.frame["practice_code"].notna(), "a code")
    for records, start, end in ((pcns, "opened", "closed"), (partners, "joined", "left")):
        _dates(records, start, required=False)
        _dates(records, end, required=False)
    pcns.refuse_duplicates(["pcn_code"])
    partners.refuse_duplicates(["practice_code", "pcn_code", "joined", "left"])
    (sheet,) = PARTNERS.tables(probe)
    aside = pcns.aside + renumber(partners.aside, f"sheet {sheet!r}", pcns.last_row)
    closed = int(pcns.frame["closed"].notna().sum())
    note = (
        f"{len(pcns.frame):,} PCNs, {closed} of them closed; {len(partners.frame):,} memberships, numbered on from row {pcns.last_row + 2}"
    )
    tables = {"ods_pcn": pcns.table(), "ods_partner": partners.table()}
    return Reading(PCNS.tool, pcns.rows_read + partners.rows_read, aside, tables=tables, note=note)


def _as_at(table: pd.DataFrame) -> str:
    return "as at " + ", ".join(day.isoformat() for day in sorted(table["as_at"].unique()))


def _join(*notes: str) -> str:
    return "; ".join(filter(None, notes))
