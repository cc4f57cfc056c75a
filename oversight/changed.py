"""What changed between two snapshots, in words and in tables to show: pure functions of the tables of ``history``.

A difference is called a change only where its interval holds no zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pandas as pd

from oversight import findings, need, reasons
from oversight.accounts import FORMATS as ACCOUNT_FORMATS
from oversight.findings import count, interval, listed, percent, the
from oversight.measures import label
from oversight.model import RESPONDENT_KINDS
from oversight.summary import points

if TYPE_CHECKING:
    from oversight.history import Changes, Kept

LONDON = ZoneInfo("Europe/London")
#: The element that the offer is about: the one told first.
FIRST = "clinical_supervision"
#: Table -> its columns as they are shown.
LABELS: Mapping[str, Mapping[str, str]] = {
    "kept": {
        "published": "Published", "state": "State", "data": "Data", "responses": "Responses", "quarantined": "Set aside",
        "files": "Files", "until": "Data until", "short": "Snapshot",
    },
    "responses": {
        "wave_name": "Wave", "role_name": "Role", "before": "Before", "now": "Now", "added": "Added", "gone": "Gone",
        "edited": "Answers changed", "reread": "Read differently",
    },
    "coverage": {
        "name": "Place", "label": "Element", "share_before": "Before (95% interval)", "share_now": "Now (95% interval)", "change": "Change",
        "points": "Points (95% interval)", "n1": "n before", "n2": "n now", "withheld": "Withheld because",
    },
    "moved": {"was": "Band before", "is": "Band now", "pcns": "PCNs"},
    "bands": {
        "pcn": "PCN", "icb_name": "ICB", "was": "Band before", "is": "Band now", "replies1": "Replies before", "replies2": "Replies now",
    },
    "files": {"name": "File", "what": "What became of it", "rows_read1": "Rows before", "rows_read2": "Rows now"},
    "definitions": {"kind": "What", "name": "Name", "before": "Before", "now": "Now"},
    "sources": {"file": "File", "rows_read": "Rows read", "quarantined": "Set aside", "sha256": "SHA-256"},
}  # fmt: skip
FORMATS: Mapping[str, str] = {**ACCOUNT_FORMATS} | dict.fromkeys(
    ("before", "now", "added", "gone", "edited", "reread", "n1", "n2", "rows_read1", "rows_read2", "replies1", "replies2"), "whole"
)


def moment(when: datetime) -> str:
    """When something was published, by the clocks of London: "4 October 2026, 14:02"."""
    local = when.astimezone(LONDON)
    return f"{findings.day(local.date())}, {local:%H:%M}"


def names(kept: Sequence[Kept], responses: Mapping[str, float]) -> dict[str, str]:
    """The snapshots that can be read, as options to choose: id -> "4 October 2026, 14:02: 3,202 responses (36c440d1), current"."""
    readable = [one for one in kept if one.snapshot]
    mixed = len({one.snapshot.fictional for one in readable if one.snapshot}) > 1
    found = {}
    for one in readable:
        kind = (", fictional" if one.snapshot and one.snapshot.fictional else ", real") if mixed else ""
        many = count(responses[one.snapshot_id], "response")
        found[one.snapshot_id] = f"{moment(one.when)}: {many} ({one.snapshot_id[:8]}){kind}{', current' if one.current else ''}"
    return found


def kept(table: pd.DataFrame) -> pd.DataFrame:
    """The table of ``history`` with ``published``, ``until``, ``short`` and ``data`` in words; ``data`` only where both kinds are kept."""
    kinds = table["fictional"].map({True: "Fictional", False: "Real"})
    found = table.assign(
        published=table["when"].map(moment),
        until=["" if pd.isna(d) else findings.day(d) for d in table["data_until"]],
        short=table["snapshot_id"].str[:8],
        data=kinds,
    )
    return found if len(set(kinds.dropna())) > 1 else found.drop(columns="data")


def kept_sentence(table: pd.DataFrame) -> str:
    """How many snapshots are kept, and when the current one was published."""
    current = table[table["state"] == "Current"]
    many = f"{count(len(table), 'snapshot')} {'is' if len(table) == 1 else 'are'} kept"
    return many if current.empty else f"{many}; the current one was published on {moment(current['when'].iloc[0])}"


def gone_back_sentence(when: datetime, snapshot_id: str) -> str:
    """What going back did, and what it did not."""
    return (
        f"The snapshot of {moment(when)} ({snapshot_id[:8]}) is the current one again, for everybody. The team's folder is as it was: "
        "the next publish is built from it."
    )


def responses_words(before: int, now: int) -> str:
    """How many more or fewer responses there are: "120 more responses (3,202 in all)"."""
    if before == now:
        return f"as many responses as before ({now:,} in all)"
    difference = abs(now - before)
    return f"{difference:,} {'more' if now > before else 'fewer'} {'response' if difference == 1 else 'responses'} ({now:,} in all)"


def waves_words(responses: pd.DataFrame) -> str:
    """Which waves came or went: "Autumn 2026 is new"; "" when none did."""
    found = responses.groupby(["wave_id", "wave_name"])["present"].agg(set).reset_index()
    parts = []
    for present, one, more in (("now", "is new", "are new"), ("before", "is gone", "are gone")):
        if names := found.loc[found["present"] == {present}, "wave_name"].tolist():
            parts.append(f"{listed(names)} {one if len(names) == 1 else more}")
    return "; ".join(parts)


def flow_words(responses: pd.DataFrame) -> str:
    """What the net number hides: "130 were added, 10 are gone, 1 was changed"; "" when nothing, or when it may not be seen."""
    sums = {name: responses[name].sum() for name in ("added", "gone", "edited", "reread") if responses[name].notna().all()}
    if not any(sums.get(name) for name in ("gone", "edited", "reread")):
        return ""
    said = {
        "added": ("was added", "were added"),
        "gone": ("is gone", "are gone"),
        "edited": ("has other answers", "have other answers"),
        "reread": ("is read differently", "are read differently"),
    }
    return listed([f"{sums[name]:,} {one if sums[name] == 1 else more}" for name, (one, more) in said.items() if sums[name]])


def coverage_words(row: Mapping[str, Any]) -> str:
    """One element at one place, then and now: "… in England 48% then, 49% now: no clear difference".

    "" when it may not be told, or when fewer answered than any claim in words is made of.
    """
    if pd.isna(row["share1"]) or pd.isna(row["share2"]) or min(row["n1"], row["n2"]) < findings.FEW:
        return ""
    what = f"{_lower(label(row['element']))} in {the(row['name'])}"
    if row["x1"] == row["x2"] and row["n1"] == row["n2"]:
        return f"{what} {percent(row['share2'])} then and now"
    direction = {"higher": "up", "lower": "down"}.get(str(row["verdict"]))
    words = f"{direction} {abs(100 * row['difference']):.1f} points" if direction else "no clear difference"
    return f"{what} {percent(row['share1'])} then, {percent(row['share2'])} now: {words}"


def _lower(text: str) -> str:
    """A label inside a sentence; one that begins with a name in capitals stays as it is."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def bands_words(moved: pd.DataFrame) -> str:
    """How many PCNs changed band: "14 PCNs changed band"."""
    total = int(moved["pcns"].sum())
    return f"{count(total, 'PCN') if total else 'no PCN'} changed band"


def clear_sentence(coverage: pd.DataFrame) -> str:
    """Which elements changed clearly in which regions and ICBs; the parts of elements are left to the table."""
    rows = coverage[(coverage["level"] != "england") & coverage["part_of"].isna()]
    seen = rows[rows["difference"].notna() & (rows["n1"] >= findings.FEW) & (rows["n2"] >= findings.FEW)]
    if seen.empty:
        return "Nothing can be said about regions and ICBs: too few came or went" if len(rows) else ""
    clear = seen[seen["verdict"].isin(["higher", "lower"])]
    if clear.empty:
        return "No element changed clearly in any region or ICB that can be compared"
    first = [coverage_words(row) for row in reasons.records(clear.head(3))]
    more = f"; and {len(clear) - 3} more in the table" if len(clear) > 3 else ""
    return f"Clear changes: {'; '.join(first)}{more}"


def files_words(files: pd.DataFrame) -> str:
    """What became of the files: "1 file was added, 2 were replaced"; "" when nothing did."""
    counts = files["what"].value_counts()
    parts: list[str] = []
    for what in ("Added", "Replaced", "Renamed", "Gone"):
        if many := int(counts.get(what, 0)):
            was = ("is" if what == "Gone" else "was") if many == 1 else ("are" if what == "Gone" else "were")
            parts.append(f"{count(many, 'file') if not parts else f'{many:,}'} {was} {what.lower()}")
    return listed(parts)


def definitions_words(definitions: pd.DataFrame) -> str:
    """What else differs: "1 setting, 2 mappings and 1 version differ"; "" when nothing does."""
    counts = definitions["kind"].value_counts()
    parts = [count(counts[kind], kind.lower()) for kind in ("Setting", "Mapping", "Version") if kind in counts]
    return f"{listed(parts)} {'differs' if len(definitions) == 1 else 'differ'}" if parts else ""


def place_row(coverage: pd.DataFrame, level: str, code: str) -> dict[str, Any] | None:
    """The element told first, at one place; None when it is not in the table."""
    rows = coverage[(coverage["element"] == FIRST) & (coverage["level"] == level) & (coverage["code"] == code)]
    return None if rows.empty else reasons.records(rows)[0]


def since_sentence(changes: Changes, when: datetime, level: str = "england", code: str = "ENG") -> str:
    """What changed since an earlier snapshot in responses and at one place, in one sentence."""
    row = place_row(changes.coverage, level, code)
    parts = [
        responses_words(*changes.totals),
        waves_words(changes.responses),
        coverage_words(row) if row else "",
    ]
    return f"Since the snapshot of {moment(when)}: {'; '.join(p for p in parts if p)}."


def since_bands(changes: Changes, when: datetime) -> str:
    """How many PCNs changed band since an earlier snapshot; "" where there is nothing to compare."""
    return f"Since the snapshot of {moment(when)}, {bands_words(changes.moved)}." if changes.wave else ""


def sentences(changes: Changes) -> list[str]:
    """What changed, one sentence each: responses, supervision in England, regions and ICBs, bands, files, and what else differs."""
    row = place_row(changes.coverage, "england", "ENG")
    said = [
        "; ".join(p for p in (responses_words(*changes.totals), waves_words(changes.responses), flow_words(changes.responses)) if p),
        coverage_words(row) if row else "",
        clear_sentence(changes.coverage),
        bands_words(changes.moved) if changes.wave else "",
        files_words(changes.files) or "the files are the same",
        definitions_words(changes.definitions),
    ]
    return [f"{text[:1].upper()}{text[1:]}." for text in said if text]


def source_line(changes: Changes, scope: str) -> str:
    """What the comparison is about, which two snapshots it is of, and whether they are fictional."""
    both = f"snapshots {changes.before.snapshot_id[:8]} and {changes.after.snapshot_id[:8]}"
    return " · ".join([scope, both, *(["FICTIONAL"] if changes.after.fictional else [])])


def responses(table: pd.DataFrame) -> pd.DataFrame:
    """The waves and roles whose responses changed, with roles in words; without columns that may not be seen or hold only 0."""
    flows = ["added", "gone", "edited", "reread"]
    differ = (table[flows].fillna(0) != 0).any(axis=1) | ~(table["before"] == table["now"]).fillna(False)
    rows = table[differ]
    rows = rows.assign(role_name=rows["role"].map(RESPONDENT_KINDS))
    return rows.drop(columns=[c for c in flows if rows[c].isna().any() or not rows[c].any()])


def coverage(table: pd.DataFrame, levels: Sequence[str]) -> pd.DataFrame:
    """The elements at the places of some levels, with shares and change in words."""
    rows = table[table["level"].isin(levels) & table["part_of"].isna()]
    return rows.assign(
        label=rows["element"].map(label),
        share_before=[_share(r, 1) for r in reasons.records(rows)],
        share_now=[_share(r, 2) for r in reasons.records(rows)],
        change=[_change(r) for r in reasons.records(rows)],
        points=[_points(r) for r in reasons.records(rows)],
    )


def _share(row: Mapping[str, Any], which: int) -> str:
    share, low, high = (row[f"{name}{which}"] for name in ("share", "low", "high"))
    return "" if pd.isna(share) else f"{percent(share)} ({interval(low, high)})"


def _change(row: Mapping[str, Any]) -> str:
    if pd.isna(row["difference"]):
        return ""
    if row["x1"] == row["x2"] and row["n1"] == row["n2"]:
        return "The same"
    return {"higher": "Up", "lower": "Down"}.get(str(row["verdict"]), "No clear change")


def _points(row: Mapping[str, Any]) -> str:
    if pd.isna(row["difference"]):
        return ""
    return f"{points(row['difference'])} ({points(row['low'])} to {points(row['high'])})"


def moved(table: pd.DataFrame) -> pd.DataFrame:
    """How many PCNs went from one band to another, the largest move first, with the bands in words."""
    return _bands(table).sort_values(["pcns", "was", "is"], ascending=[False, True, True], ignore_index=True)


def bands(table: pd.DataFrame) -> pd.DataFrame:
    """The PCNs that changed band, with names and bands in words, the neediest first."""
    rank = table["band2"].map({code: i for i, code in enumerate(need.BANDS)})
    rows = _bands(table.assign(rank=rank)).sort_values(["rank", "pcn_code"], ignore_index=True)
    return rows.assign(pcn=[reasons.named(n, c) for n, c in zip(rows["pcn_name"], rows["pcn_code"], strict=True)])


def _bands(table: pd.DataFrame) -> pd.DataFrame:
    names = {code: band.label for code, band in need.BANDS.items()}
    return table.assign(**{"was": table["band1"].map(names), "is": table["band2"].map(names)})


def files(table: pd.DataFrame) -> pd.DataFrame:
    """The files that differ, with ``name`` and what became of them in words: "Replaces export(1-9).xlsx"."""
    words = {"Replaced": "Replaces", "Renamed": "Renamed, was"}
    rows = reasons.records(table)
    what = [
        f"{words[r['what']]} {_short(r['was'])}" if r["was"] not in (None, r["file"]) and r["what"] in words else r["what"] for r in rows
    ]
    return table.assign(name=table["file"].map(_short), what=pd.Series(what, index=table.index, dtype="object"))


def _short(file: str) -> str:
    return file.rpartition("/")[2]


#: How the comparison is made and what it cannot tell.
WORKED_OUT = (
    "**One wave, twice.** Shares are those of the chosen wave and role as each snapshot has them, with 95% Wilson intervals. A change is "
    "called one only where the interval of the difference (Newcombe) holds no zero. Most people stand in both snapshots, and that "
    "interval takes them for different people. So it is wider than it need be, and a small real change may be called no clear one.",
    "**Answers changed, read differently.** A response has the same id in both snapshots. Its answers changed when the export says "
    "something else. It is read differently when the export says the same, and the mapping, the lists of organisations or the code "
    "make something else of it.",
    "**For sharing**, nothing is shown where so few came or went that the difference would tell what they answered.",
)
