"""The account of a snapshot in words and tables: what is loaded, who replied, what is not mapped."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from oversight import layouts
from oversight.findings import count, day, percent, the
from oversight.model import BY_NAME, QUARANTINE_REASONS, RESPONDENT_KINDS, WORKFORCE_ROLES

#: The kinds of respondent that the workforce file counts: only they can have a response rate.
COUNTED = frozenset(WORKFORCE_ROLES.values())

#: Table -> its columns as they are shown, and how numbers are written.
LABELS: Mapping[str, Mapping[str, str]] = {
    "rates": {
        "wave_name": "Wave", "role_name": "Role", "name": "Place", "responses": "Replies (n)", "headcount": "In post (estimate)",
        "rate": "Response rate", "pcns_heard": "PCNs heard from", "pcns": "PCNs", "pcns_no_return": "PCNs without a workforce return",
        "withheld": "Withheld because",
    },
    "files": {
        "name": "File", "what": "In this build", "kind": "What it is", "rows_read": "Rows read", "accepted": "Accepted",
        "quarantined": "Set aside",
    },
    "reasons": {"reason_name": "Reason", "meaning": "What it means", "rows": "Rows", "files": "Files"},
    "aside": {"row": "Row", "reason_name": "Reason", "detail": "What was found, what to do", "name": "File"},
    "content": {"heading": "Heading", "cell": "Cell"},
    "check_aside": {"name": "File", "reason_name": "Reason", "rows": "Rows", "example": "For example"},
    "warnings": {"what": "What was noticed, and what was done", "where": "Where", "name": "File"},
    "questions": {"position": "No.", "text": "Question", "means": "Mapped to", "what": "What is unknown", "responses": "Answered by (n)"},
    "maps": {
        "as_at": "Map of", "regions": "Regions", "icbs": "ICBs", "pcns": "PCNs", "practices": "Practices",
        "practices_unallocated": "Practices in no PCN", "pcns_in_several_icbs": "PCNs in several ICBs",
    },
    "census": {
        "census": "Census", "role_name": "Role", "fte": "FTE", "contracted_fte": "of which contracted", "named_people": "Named people",
        "pcns_returning": "PCNs with a return", "pcns_with_any": "PCNs with any",
    },
}  # fmt: skip
FORMATS: Mapping[str, str] = {"rate": "percent", "fte": "one", "contracted_fte": "one"} | dict.fromkeys(
    ("responses", "headcount", "pcns", "pcns_heard", "pcns_no_return", "rows_read", "accepted", "quarantined", "rows", "files",
     "regions", "icbs", "practices", "practices_unallocated", "pcns_in_several_icbs", "named_people", "pcns_returning",
     "pcns_with_any"), "whole",
)  # fmt: skip


def loaded_sentence(snapshot: Mapping[str, Any], loads: pd.DataFrame, waves: int) -> str:
    """What is loaded: "3,202 responses of 2 waves are loaded from 17 files; 75 rows were set aside"."""
    files = f"from {count(len(loads), 'file')}"
    aside = int(loads["quarantined"].sum())
    rows = "no row was set aside" if not aside else f"{count(aside, 'row')} {'was' if aside == 1 else 'were'} set aside"
    if not snapshot["responses"]:
        return f"No survey response is loaded yet, only lists {files}; {rows}"
    one = snapshot["responses"] == 1
    return f"{count(snapshot['responses'], 'response')} of {count(waves, 'wave')} {'is' if one else 'are'} loaded {files}; {rows}"


def balance_sentence(loads: pd.DataFrame) -> str:
    """Rows read = accepted + set aside, with the numbers."""
    read, accepted, aside = (int(loads[c].sum()) for c in ("rows_read", "accepted", "quarantined"))
    return f"**{read:,}** rows read = **{accepted:,}** accepted + **{aside:,}** set aside. Nothing is lost in between."


def files(loads: pd.DataFrame) -> pd.DataFrame:
    """The files with their short ``name``, what people call their kind, and ``about``: the note, and how it was known."""
    about = [
        _begin(f"{note}. " if isinstance(note, str) and note else "") + f"Known by {why}."
        for note, why in zip(loads["note"], loads["why"], strict=True)
    ]
    return loads.assign(name=_name(loads["file"]), kind=loads["tool"].map(layouts.name), about=about)


def _name(files: pd.Series) -> pd.Series:
    """File names without their folders."""
    return files.map(lambda file: file.rpartition("/")[2])


def _begin(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def rates(answers: Iterable[tuple[str, str, pd.DataFrame]]) -> pd.DataFrame:
    """Answers of the query ``responses``, each with its wave's name and role, as one table with ``text`` for a bar's end.

    The workforce file counts neither GP supervisors nor PCN managers: they have no number in post and no rate.
    """
    parts = []
    for wave, role, table in answers:
        part = table.assign(wave_name=wave, role=role, role_name=RESPONDENT_KINDS[role])
        if role not in COUNTED:
            part = part.assign(headcount=float("nan"), rate=float("nan"), pcns_no_return=float("nan"))
        parts.append(part.astype({"pcns_no_return": "Int64"}))
    rates = pd.concat(parts, ignore_index=True)
    texts = [
        "" if pd.isna(r) else f"{percent(r)} ({n:,.0f} of {h:,.0f})" for r, n, h in rates[["rate", "responses", "headcount"]].to_numpy()
    ]
    return rates.assign(text=texts)


def rates_sentence(england: Mapping[str, Any], who: str, wave: str) -> str:
    """How many replied and what share of the people in post that is."""
    if pd.isna(england["responses"]):
        return f"Too few {who} replied in {wave} to say how many"
    replied = f"{count(england['responses'], 'reply', 'replies')} from {who} in {wave}"
    if pd.isna(england["rate"]):
        return f"{replied}; how many there are in England is not known"
    return f"{replied}: {percent(england['rate'])} of the estimated {england['headcount']:,.0f} in post"


def spread(regions: pd.DataFrame) -> str:
    """The lowest and the highest response rate of the regions; "" where fewer than two are known."""
    known = regions[regions["rate"].notna()].sort_values("rate")
    if len(known) < 2:
        return ""
    low, high = known.iloc[0], known.iloc[-1]
    return f"From {percent(low['rate'])} in {the(low['name'])} to {percent(high['rate'])} in {the(high['name'])}."


def questions(table: pd.DataFrame) -> pd.DataFrame:
    """The query ``questions`` with ``what`` is unknown in words, ``means`` (our field in words) and ``label``; what is unknown first."""
    unknown, strange = _unknown(table)
    what = ["not mapped" if u else f"{count(s, 'answer')} in other words" if s else "" for u, s in zip(unknown, strange, strict=True)]
    means = ["" if u else _begin(str(f).replace("_", " ")) for u, f in zip(unknown, table["field"], strict=True)]
    labels = [f"{position}. {text}" for position, text in zip(table["position"], table["text"], strict=True)]
    found = table.assign(what=what, means=means, label=labels, known=[w == "" for w in what])
    return found.sort_values(["known", "position"], ignore_index=True).drop(columns="known")


def unmapped_sentence(questions: pd.DataFrame) -> str:
    """How many questions and answers the mapping does not know."""
    unknown, strange = _unknown(questions)
    lacking, words = int(unknown.sum()), int(strange.sum())
    first = "Every question is mapped" if not lacking else f"{lacking} of {count(len(questions), 'question')} {_is(lacking)} not mapped"
    if not words:
        return f"{first}, and every answer is known" if not lacking else first
    asked = count(int((strange > 0).sum()), "question")
    return f"{first}; {count(words, 'answer')} to {asked} {_is(words)} in words the mapping does not know"


def _unknown(questions: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Whether each question is unmapped; and how many answers to a mapped one are in words the mapping does not know."""
    unknown = questions["field"].isna()
    return unknown, questions["unmapped"].fillna(0).mask(unknown, 0)


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def reasons(table: pd.DataFrame) -> pd.DataFrame:
    """Rows set aside by reason over all files (query ``quarantine_reasons``), the most frequent first, with its meaning."""
    totals = table.groupby("reason", as_index=False).agg(rows=("rows", "sum"), files=("file", "nunique"))
    words = totals.assign(reason_name=totals["reason"].map(reason_name), meaning=totals["reason"].map(QUARANTINE_REASONS))
    return words.sort_values(["rows", "reason"], ascending=[False, True], ignore_index=True)


def reasons_sentence(table: pd.DataFrame) -> str:
    """How many rows were set aside, and for how many reasons."""
    if table.empty:
        return "No row was set aside"
    rows = int(table["rows"].sum())
    return f"{count(rows, 'row')} {'was' if rows == 1 else 'were'} set aside, for {count(len(table), 'reason')}"


def check_aside(table: pd.DataFrame) -> pd.DataFrame:
    """The rows a check would set aside, by file and reason, with reasons in words."""
    return table.assign(name=_name(table["file"]), reason_name=table["reason"].map(reason_name))


def reason_name(code: str) -> str:
    """A reason's code as words: "pcn_shared_name" -> "PCN shared name"."""
    return _begin(code.replace("_", " ").replace("pcn", "PCN"))


def aside(table: pd.DataFrame) -> pd.DataFrame:
    """The query ``quarantine`` with reasons in words and ``label``, a name for each row: "row 40 of export.csv: PCN blank"."""
    rows = table.assign(name=_name(table["file"]), reason_name=table["reason"].map(reason_name))
    labels = [f"row {row} of {name}: {reason}" for row, name, reason in zip(rows["row"], rows["name"], rows["reason_name"], strict=True)]
    return rows.assign(label=labels)


def content(cells: object) -> pd.DataFrame:
    """A row set aside, kept as JSON, as one row per heading and cell; empty where nothing of it was kept."""
    pairs = json.loads(cells).items() if isinstance(cells, str) else []
    return pd.DataFrame(pairs, columns=["heading", "cell"])


def warnings(table: pd.DataFrame) -> pd.DataFrame:
    """The query ``warnings`` with ``name`` of the file and ``where`` in it."""
    return table.assign(name=_name(table["file"]), where=["whole file" if row == 0 else f"row {row}" for row in table["row"]])


def organisations_sentence(totals: Mapping[str, Any]) -> str:
    """The organisations of the latest map in one sentence."""
    sentence = f"{count(totals['pcns'], 'PCN')} in {count(totals['icbs'], 'ICB')} and {count(totals['regions'], 'region')}"
    if pd.isna(totals["splw_fte"]):
        return f"{sentence}; no workforce census is loaded"
    none = totals["pcns_no_return"]
    missing = f"{count(none, 'PCN')} made no workforce return" if none else "every PCN made a workforce return"
    return f"{sentence}, with {totals['splw_fte']:,.0f} FTE of link workers; {missing}"


def census(table: pd.DataFrame) -> pd.DataFrame:
    """The query ``workforce_totals`` with roles and months in words, the latest census first."""
    roles = {f.name: f for f in BY_NAME["workforce"].fields}["role"].allowed
    rows = table.sort_values(["census", "role"], ascending=[False, True], ignore_index=True)
    return rows.assign(role_name=rows["role"].map(roles), census=pd.to_datetime(rows["census"]).dt.strftime("%B %Y"))


def maps(table: pd.DataFrame) -> pd.DataFrame:
    """The query ``organisation_history`` with its dates in words, the latest first and all of them together last."""
    rows = pd.concat([table[table["as_at"] != "ever"].iloc[::-1], table[table["as_at"] == "ever"]], ignore_index=True)
    return rows.assign(as_at=[text if text == "ever" else day(text) for text in rows["as_at"]])


def alt_counts(table: pd.DataFrame, name: str, text: str) -> str:
    """A chart of counts as text: every label with its number in words."""
    return "; ".join(f"{label}: {words or 'too few to show'}" for label, words in zip(table[name], table[text], strict=True))
