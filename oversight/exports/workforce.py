"""NHS England's PCN Workforce, individual-level file: people and full-time equivalents (FTE) by PCN and role."""

from __future__ import annotations

import calendar
from datetime import date

import pandas as pd

from oversight.exports.organisations import PCN_CODE, PCN_WORDS
from oversight.exports.probe import Probe
from oversight.exports.reading import Reading
from oversight.exports.records import Layout
from oversight.model import WORKFORCE_ROLES

TOOL = "pcn_workforce"
LAYOUT = Layout(
    TOOL,
    "the individual-level PCN Workforce file",
    {
        "year": "CENSUS_YEAR",
        "month": "CENSUS_MONTH",
        "pcn_code": "PCN_CODE",
        "icb_code": "ICB_CODE",
        "staff_role": "STAFF_ROLE",
        "fte": "FTE",
        "person": "UNIQUE_IDENTIFIER",
    },
    frozenset({"PCN_CODE", "STAFF_ROLE", "FTE"}),
    'Download the individual-level CSV of NHS England\'s publication "Primary Care Network Workforce".',
)
#: Link workers counted as Mental Health Practitioners (adult, and children and young people) are kept apart from link workers.
SPLW_MHP = "Social Prescribing Link Workers (Mental Health Practitioners)"
_ROLES = {**WORKFORCE_ROLES, SPLW_MHP: "splw_mhp"}


def recognise(probe: Probe) -> str | None:
    """Why the file is an individual-level PCN Workforce file, None when it is not."""
    return LAYOUT.recognise(probe)


def read(probe: Probe) -> Reading:
    """Table ``workforce``: one row per PCN, role and census, with named_people, named_fte, contracted_fte, icb_code.

    A row of the file without a person's identifier is a contracted service and counts as contracted FTE only. Every
    PCN of the file has a row for each role of ``WORKFORCE_ROLES``, zeros where it has none: that is not the same as no
    return. A person who works in several PCNs is counted in each.
    """
    records = LAYOUT.load(probe)
    text = records.frame
    records.expect("pcn_code", text["pcn_code"].str.fullmatch(PCN_CODE).fillna(False), PCN_WORDS)
    records.expect("staff_role", records.frame["staff_role"].notna(), "a role")
    records.expect("fte", records.frame["fte"].str.fullmatch(r"[0-9]{1,3}(\.[0-9]+)?").fillna(False), "a number of full-time posts")
    records.expect("year", records.frame["year"].str.fullmatch("20[0-9]{2}").fillna(False), "a year")
    records.expect("month", records.frame["month"].str.fullmatch("0?[1-9]|1[0-2]").fillna(False), "a month from 1 to 12")
    frame = records.frame
    people = pd.DataFrame(
        {
            "pcn_code": frame["pcn_code"],
            "role": frame["staff_role"].map(lambda role: _ROLES.get(role, "other")),
            "census": _month_ends(frame),
            "person": frame["person"],
            "icb_code": frame["icb_code"],
            "named": frame["fte"].astype("float64").where(frame["person"].notna(), 0.0),
            "contracted": frame["fte"].astype("float64").where(frame["person"].isna(), 0.0),
        }
    )
    table = _by_role(people)
    link_workers = people[people["role"] == "splw"]
    note = (
        f"{people['pcn_code'].nunique():,} PCNs returned; link workers: {link_workers['person'].nunique():,} named people, "
        f"{link_workers['named'].sum() + link_workers['contracted'].sum():,.0f} FTE in {link_workers['pcn_code'].nunique():,} PCNs"
    )
    others = LAYOUT.others(probe)
    return Reading(TOOL, records.rows_read, records.aside, tables={"workforce": table}, note=f"{note}; {others}" if others else note)


def _month_ends(frame: pd.DataFrame) -> pd.Series:
    """Last day of each row's census month."""
    known: dict[tuple[str, str], date] = {}
    for year, month in set(zip(frame["year"], frame["month"], strict=True)):
        known[year, month] = date(int(year), int(month), calendar.monthrange(int(year), int(month))[1])
    return pd.Series([known[pair] for pair in zip(frame["year"], frame["month"], strict=True)], index=frame.index, dtype="object")


def _by_role(people: pd.DataFrame) -> pd.DataFrame:
    """Sums by PCN, role and census, completed by zeros, with the ICB that most of the PCN's rows name."""
    key = ["pcn_code", "role", "census"]
    sums = people.groupby(key, as_index=False).agg(
        named_people=("person", "nunique"), named_fte=("named", "sum"), contracted_fte=("contracted", "sum")
    )
    returned = people[["pcn_code", "census"]].drop_duplicates()
    asked = pd.concat([returned.assign(role=role) for role in WORKFORCE_ROLES.values()])
    table = asked.merge(sums, on=key, how="outer").fillna({"named_people": 0, "named_fte": 0.0, "contracted_fte": 0.0})
    icbs = people.dropna(subset="icb_code").groupby(["pcn_code", "census", "icb_code"], as_index=False).size()
    icbs = icbs.sort_values(["size", "icb_code"], ascending=[False, True]).drop_duplicates(["pcn_code", "census"])
    table = table.merge(icbs[["pcn_code", "census", "icb_code"]], on=["pcn_code", "census"], how="left")
    table = table.sort_values(["census", "pcn_code", "role"], ignore_index=True)
    return table.astype({"named_people": "int64"})[[*key, "named_people", "named_fte", "contracted_fte", "icb_code"]]
