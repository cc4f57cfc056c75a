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
        "qualtrics": {
            "qualtrics": Layout(
                "Qualtrics",
                "CSV, TSV or workbook, with three header rows, two (legacy) or one; choices as text, split columns folded.",
                "Five public files exported by others: of today, of 2016 and legacy. Not seen: TSV, workbook, loop and merge of today.",
            ),
        },
        "surveymonkey": {
            "surveymonkey": Layout(
                "SurveyMonkey",
                "CSV or workbook with two header rows, or one over SurveyMonkey's own ids; answers as words, not as numbers.",
                "Three public files published by others, one not UTF-8, one without ids. Not seen: columns about a respondent, workbook.",
            ),
        },
        "spss": {
            "spss": Layout(
                "SPSS",
                "Data files, .sav and .zsav, also those of Jisc Online Surveys: labels, missing values, several answers.",
                "Six public files written by others: by Jisc, by SPSS itself and by other programs.",
            ),
        },
        "google_forms": {
            "google_forms": Layout(
                "Google Forms",
                "CSV, or the spreadsheet of responses as CSV or workbook. Several answers in one cell need a mapping that knows them.",
            ),
        },
        "taguette": {
            "taguette": Layout(
                "Taguette",
                "The export of all highlights, as CSV or workbook; the project file; code books. Pages (HTML) are recognised only.",
                "Files that Taguette 1.5.2 itself wrote, on text of our own. Not seen: another team's project.",
            ),
        },
        "refi_qda": {
            "refi_qda": Layout(
                "REFI-QDA",
                "A project (.qdpx) or code book (.qdc) of NVivo, ATLAS.ti, MAXQDA, Quirkos or another coding tool.",
                "One public project of ATLAS.ti 8, without its texts, and a code book of Taguette. Not seen: projects of other tools.",
            ),
        },
        "nvivo": {
            "nvivo": Layout(
                "NVivo",
                "The text of one code, whose name is taken from the file's name; the matrix of counts.",
                "Two public texts of one study and one public matrix of another.",
            ),
        },
        "maxqda": {"maxqda": Layout("MAXQDA", "The list of coded segments, as workbook or CSV, in several languages.")},
        "atlas_ti": {
            "atlas_ti": Layout(
                "ATLAS.ti",
                "The list of quotations and the list of codes, as CSV or workbook.",
                "The public quotations and codes of one study, exported on a Mac. Not seen: workbooks, and the headings on Windows.",
            ),
        },
        "dedoose": {"dedoose": Layout("Dedoose", "The excerpts as a spreadsheet with a column for each code. Word documents are refused.")},
        "other_tools": {
            "other_tool": Layout(
                "QualCoder, and Dedoose in Word",
                "Recognised and refused, with a message that says what to export instead.",
                "Two made-up Dedoose documents of another maker. Not seen: a database of QualCoder.",
            ),
        },
        "transcripts": {
            "teams_transcript": Layout(
                "Teams transcript",
                "What Microsoft Teams offers for download after a meeting, as .vtt or .docx. Speakers become Speaker 1, Speaker 2 …",
            ),
            "vtt_transcript": Layout(
                "Transcript (WebVTT)",
                "Any other .vtt, Zoom's with its speakers before the words included.",
                "Ten public files, none of which names speakers, against an independent reader. Not seen: one that Zoom wrote.",
            ),
            "otter_transcript": Layout("Transcript (text)", "Text with a line of speaker and time over each turn, as Otter writes it."),
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
