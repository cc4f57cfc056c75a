"""The layouts of exports that can be read: what people call them, where they come from, and how far each has been tried.

A reader that is not described here still shows in ``rows()``, by the first line of its docstring, as not yet tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType, ModuleType

import pandas as pd

from oversight.exports import FALLBACK, READERS

NOT_TRIED = "Not yet tried on a file made by somebody else."


@dataclass(frozen=True)
class Layout:
    """One layout. ``tried`` says on which files, written by whom, it was read correctly; "" when on none but our own."""

    name: str
    what: str
    tried: str = ""


#: Code in the account (``load.tool``) -> layout, by reader module.
LAYOUTS: Mapping[str, Mapping[str, Layout]] = MappingProxyType(
    {
        "forms": {
            "microsoft_forms": Layout(
                "Microsoft Forms",
                "The workbook from Open in Excel, quizzes included, or a CSV file saved from it in any encoding.",
                "Four public files exported by others, workbooks and CSV. Not seen: a workbook kept in step with a live form.",
            ),
        },
        "taguette": {
            "taguette": Layout(
                "Taguette",
                "The export of all highlights, as CSV or workbook.",
                "Files that Taguette 1.5.2 itself wrote, on text of our own. Not seen: another team's project.",
            ),
        },
        "smartsurvey": {
            "smartsurvey": Layout(
                "SmartSurvey",
                "The CSV file or workbook of all responses, with three header rows or with one.",
                "One public export with one header row, which its owners had edited. Not seen: a file with three header rows, only the "
                "programs of UK public bodies that read such files.",
            ),
        },
        "citizen_space": {
            "citizen_space": Layout(
                "Citizen Space",
                "The download of all responses, as CSV or workbook, with or without the fields of analysts.",
            ),
        },
        "companions": {
            "redcap": Layout(
                "REDCap, companions",
                "The data dictionary and the lists of events: recognised and named. The data export itself is read as any table.",
                "Files of the REDCapR project: two data dictionaries and one list of events.",
            ),
        },
        "table": {
            "table": Layout(
                "Any table",
                "A CSV, TSV or workbook of any other tool, with one, two or three header rows above one row per response.",
                "Public exports of LimeSurvey (997 responses) and REDCap (4 and 18), made by others.",
            ),
        },
        "organisations": {
            "practice_map": Layout(
                "Registration map",
                "NHS England, Patients Registered at a GP Practice: which practice lies in which PCN, ICB and region.",
                "The published maps of January and July 2026.",
            ),
            "list_sizes": Layout(
                "List sizes",
                "The same publication, five-year age groups: how many patients a practice has.",
                "The published file of July 2026.",
            ),
            "ods_pcn": Layout(
                "ODS list of PCNs",
                "ePCN of the Organisation Data Service: when PCNs opened and closed, and their practices.",
                "The published workbook of January 2025.",
            ),
        },
        "workforce": {
            "pcn_workforce": Layout(
                "PCN Workforce",
                "NHS England, Primary Care Network Workforce, individual level: who works where, in which role.",
                "The published file of June 2026, against the published totals.",
            ),
        },
        "registers": {
            "register": Layout(
                "Registers",
                "Small lists of our own layout, as CSV or workbook. Blank templates are on the Data page.",
                "Our own layout, so there is no file of another maker.",
            ),
        },
    }
)

_NAMES = {code: layout.name for group in LAYOUTS.values() for code, layout in group.items()}


def name(tool: str) -> str:
    """What people call the code of a tool in the account: "microsoft_forms" -> "Microsoft Forms"."""
    if register := tool.partition(":")[2]:
        return f"Register: {register}"
    return _NAMES.get(tool) or tool[:1].upper() + tool[1:].replace("_", " ")


def rows() -> pd.DataFrame:
    """One row per layout that a reader of this version reads: name, what, tried."""
    found = [layout for reader in (*READERS, FALLBACK) for layout in _layouts(reader)]
    return pd.DataFrame([(x.name, x.what, x.tried or NOT_TRIED) for x in found], columns=["name", "what", "tried"])


def _layouts(reader: ModuleType) -> list[Layout]:
    module = reader.__name__.rpartition(".")[2]
    if module in LAYOUTS:
        return list(LAYOUTS[module].values())
    return [Layout(name(reader.TOOL), (reader.__doc__ or "").strip().split("\n")[0])]
