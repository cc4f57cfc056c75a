"""Dated organisations from the official files, and the place of a response.

Codes are the keys, names never are. A PCN that lies in several ICBs belongs to the one with most of its registered
patients; without list sizes to the workforce file's ICB; without that to the ICB of the practice that joined first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from oversight.exports.reading import FileProblem

_CODE = re.compile(r"\b([UF]\d{4,5})\b")
_FICTIONAL = re.compile(r"F\d{4}")


def tidy_icb_name(name: str) -> str:
    """An ICB's name without "NHS" and "Integrated Care Board": files differ in both."""
    return re.sub(r"\s+(Integrated Care Board|ICB)\s*$", "", re.sub(r"^NHS\s+", "", name.strip(), flags=re.I), flags=re.I)


def tidy_pcn_name(name: str) -> str:
    """A PCN's name reduced for comparison: no case, punctuation, or the words "PCN" and "primary care network"."""
    return " ".join(re.sub(r"[^a-z0-9 ]", " ", re.sub(r"primary care network|\bpcn\b", " ", name.casefold().replace("&", " and "))).split())


@dataclass
class Organisations:
    """The organisation tables of the contract, by name, and what was noticed while they were made."""

    tables: dict[str, pd.DataFrame]
    warnings: list[str]

    @property
    def latest(self) -> date | None:
        """Date of the latest registration map, None when none is loaded."""
        pcn = self.tables["pcn"]
        return None if pcn.empty else pcn["as_at"].max()

    @property
    def fictional(self) -> bool:
        """Whether the PCNs are fictional. Real and fictional PCNs together raise ``FileProblem``."""
        codes = {*self.tables["pcn"]["pcn_code"], *self.tables["pcn_dates"]["pcn_code"], *self.tables["workforce"]["pcn_code"]}
        made_up = {code for code in codes if _FICTIONAL.fullmatch(code)}
        if made_up and codes - made_up:
            raise FileProblem(
                "The files given",
                f"mix real PCNs ({min(codes - made_up)}) and fictional ones ({min(made_up)}).",
                "They never share a snapshot: leave out one kind, and build the other in a folder of its own.",
            )
        return bool(made_up)


def organise(read: dict[str, list[pd.DataFrame]]) -> Organisations:
    """Make the organisation tables from the readers' frames (practice_map, list_size, workforce, ods_pcn, ods_partner).

    Raises ``FileProblem`` when a registration map of one date was given twice.
    """
    maps = _stack(read, "practice_map", ["practice_code", "practice_name", "pcn_code", "pcn_name", "sub_icb_code", "icb_code", "icb_name",
                                         "region_code", "region_name", "as_at"])  # fmt: skip
    sizes = _stack(read, "list_size", ["practice_code", "patients", "as_at"])
    workforce = _stack(read, "workforce", ["pcn_code", "role", "census", "named_people", "named_fte", "contracted_fte", "icb_code"])
    ods = _stack(read, "ods_pcn", ["pcn_code", "pcn_name", "opened", "closed"])
    partners = _stack(read, "ods_partner", ["practice_code", "pcn_code", "joined", "left"])
    for name, frame, key in (("map", maps, ["practice_code", "as_at"]), ("workforce file", workforce, ["pcn_code", "role", "census"])):
        if frame.duplicated(key).any():
            raise FileProblem(
                "The folder", f"holds the {name} of {frame.loc[frame.duplicated(key), key[-1]].iloc[0]} twice.", "Remove one."
            )
    maps["patients"] = _patients(maps, sizes)
    pcn, warnings = _pcns(maps, workforce, partners)
    regions = maps.groupby(["region_code", "as_at"], as_index=False).agg(region_name=("region_name", "first"))
    icbs = _majority(maps, ["icb_code", "as_at"], "region_code").merge(
        maps.groupby(["icb_code", "as_at"], as_index=False).agg(icb_name=("icb_name", "first"))
    )
    icbs["icb_name"] = icbs["icb_name"].map(tidy_icb_name)
    tables = {
        "region": regions,
        "icb": icbs,
        "practice": maps.drop(columns=["pcn_name", "icb_name", "region_name"]),
        "pcn": pcn,
        "pcn_dates": ods.drop_duplicates("pcn_code"),
        "succession": _succession(maps, partners),
        "workforce": workforce,
    }
    return Organisations(tables, warnings)


def _stack(read: dict[str, list[pd.DataFrame]], name: str, columns: list[str]) -> pd.DataFrame:
    frames = [frame[columns] for frame in read.get(name, [])]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame({c: pd.Series(dtype="object") for c in columns})


def _majority(frame: pd.DataFrame, key: list[str], column: str) -> pd.DataFrame:
    """The commonest value of ``column`` for each key, ties by the value itself."""
    counts = frame.groupby([*key, column], as_index=False).size().sort_values(["size", column], ascending=[False, True])
    return counts.drop_duplicates(key)[[*key, column]]


def _patients(maps: pd.DataFrame, sizes: pd.DataFrame) -> pd.Series:
    """Registered patients of each practice at the list-size date nearest to the map's date."""
    patients = pd.Series(pd.NA, index=maps.index, dtype="Int64")
    if sizes.empty:
        return patients
    loaded: list[date] = sorted(sizes["as_at"].unique())
    for day in maps["as_at"].unique():
        rows, nearest = maps["as_at"] == day, min(loaded, key=lambda d: abs((d - day).days))
        size = sizes[sizes["as_at"] == nearest].drop_duplicates("practice_code").set_index("practice_code")["patients"]
        patients[rows] = maps.loc[rows, "practice_code"].map(size).astype("Int64")
    return patients


def _pcns(maps: pd.DataFrame, workforce: pd.DataFrame, partners: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """One row per PCN and map date with the ICB chosen by the rule, and a sentence on each PCN that lies in several."""
    inside = maps[maps["pcn_code"].notna()]
    key = ["pcn_code", "as_at"]
    rows = inside.groupby(key, as_index=False).agg(
        practices=("practice_code", "size"), patients=("patients", lambda p: p.sum(min_count=1)), icbs=("icb_code", "nunique")
    )
    for column in ("pcn_name", "icb_code", "sub_icb_code", "region_code"):
        rows = rows.merge(_majority(inside, key, column), on=key, how="left")
    rows["icb_rule"] = "only"
    warnings = []
    for i in rows.index[rows["icbs"] > 1]:
        code, day = str(rows.loc[i, "pcn_code"]), rows["as_at"].loc[i]
        members = inside[(inside["pcn_code"] == code) & (inside["as_at"] == day)]
        icb, rule = _choose_icb(members, workforce, partners)
        chosen = members[members["icb_code"] == icb]
        rows.loc[i, ["icb_code", "icb_rule"]] = [icb, rule]
        rows.loc[i, ["sub_icb_code", "region_code"]] = [chosen["sub_icb_code"].mode().iloc[0], chosen["region_code"].mode().iloc[0]]
        places = " and ".join(sorted(members["icb_code"].unique()))
        warnings.append(f"{code} lies in {places} on {day.isoformat()}; counted in {icb} (rule: {rule.replace('_', ' ')})")
    return rows, warnings


def _choose_icb(members: pd.DataFrame, workforce: pd.DataFrame, partners: pd.DataFrame) -> tuple[str, str]:
    """ICB of a PCN whose practices lie in several, and the rule that decided."""
    candidates = set(members["icb_code"])
    if members["patients"].notna().any():
        return str(members.groupby("icb_code")["patients"].sum().sort_index().idxmax()), "patients"
    returned = workforce[(workforce["pcn_code"] == members["pcn_code"].iloc[0]) & workforce["icb_code"].isin(candidates)]
    if not returned.empty:
        return str(returned.sort_values("census")["icb_code"].iloc[-1]), "workforce"
    joined = partners[partners["pcn_code"] == members["pcn_code"].iloc[0]].dropna(subset=["joined"])
    first = joined.groupby("practice_code")["joined"].min().to_dict()
    order = members.assign(joined=[first.get(code, date.max) for code in members["practice_code"]]).sort_values(["joined", "practice_code"])
    return str(order["icb_code"].iloc[0]), "earliest_practice"


def _succession(maps: pd.DataFrame, partners: pd.DataFrame) -> pd.DataFrame:
    """Where the practices of PCNs that have left the latest map are now (from earlier maps and the ODS partner list)."""
    columns = ["from_code", "to_code", "practices", "share"]
    if maps.empty:
        return pd.DataFrame(columns=columns)
    latest = maps["as_at"].max()
    now = maps[(maps["as_at"] == latest) & maps["pcn_code"].notna()].set_index("practice_code")["pcn_code"]
    before = maps.loc[(maps["as_at"] < latest) & maps["pcn_code"].notna(), ["practice_code", "pcn_code", "as_at"]]
    ods = partners[["practice_code", "pcn_code"]].assign(as_at=date.min)
    former = pd.concat([before, ods], ignore_index=True)
    former = former[~former["pcn_code"].isin(set(now))]
    # the latest source that knows the PCN decides which practices it had
    last = former.groupby("pcn_code")["as_at"].transform("max") if len(former) else former["as_at"]
    former = former[former["as_at"] == last].drop_duplicates(["practice_code", "pcn_code"])
    former = former.assign(to_code=former["practice_code"].map(now)).rename(columns={"pcn_code": "from_code"})
    size = former.groupby("from_code").size()
    moved = former.dropna(subset=["to_code"]).groupby(["from_code", "to_code"], as_index=False).size().rename(columns={"size": "practices"})
    moved["share"] = moved["practices"] / moved["from_code"].map(size) if len(moved) else pd.Series(dtype="float64")
    return pd.DataFrame(moved, columns=columns)


@dataclass
class Placer:
    """Finds the PCN a respondent named, today and as at the wave."""

    organisations: Organisations

    def __post_init__(self) -> None:
        """Index the lists once."""
        pcn, ods = self.organisations.tables["pcn"], self.organisations.tables["pcn_dates"]
        latest = self.organisations.latest
        self.today = pcn[pcn["as_at"] == latest].set_index("pcn_code")
        self.known = {*pcn["pcn_code"], *ods["pcn_code"]}
        self.successors = self.organisations.tables["succession"].groupby("from_code")["to_code"].agg(list).to_dict()
        names: dict[str, set[str]] = {}
        for code, name in zip(self.today.index, self.today["pcn_name"], strict=True):
            names.setdefault(tidy_pcn_name(str(name)), set()).add(str(code))
        for code, name in [*zip(pcn["pcn_code"], pcn["pcn_name"], strict=True), *zip(ods["pcn_code"], ods["pcn_name"], strict=True)]:
            if code not in self.today.index and tidy_pcn_name(str(name)) not in names:
                names[tidy_pcn_name(str(name))] = {str(code)}
        self.names = names

    def find(self, given: str | None) -> tuple[str | None, str, str, str]:
        """(code as given, reason, detail, warning) for what a respondent wrote; the reason is "" when it can be used."""
        text = (given or "").strip()
        if not text:
            return None, "pcn_blank", "The PCN question is blank. Ask the respondent, or leave the row out.", ""
        codes = set(_CODE.findall(text.upper()))
        if len(codes) == 1:
            code = codes.pop()
            if code not in self.known:
                return None, "pcn_unknown", f"{code} is on no list that was loaded. Check the code, or load the map that holds it.", ""
            return code, "", "", ""
        found = self.names.get(tidy_pcn_name(text), set())
        if len(found) == 1:
            code = next(iter(found))
            return code, "", "", f"PCN given by its name; taken to be {code}"
        if found:
            return None, "pcn_shared_name", f"{', '.join(sorted(found))} share this name. Ask the respondent for the code.", ""
        return (
            None,
            "pcn_unknown",
            "No PCN of this code or name is on a list that was loaded. Correct it, or load the map that holds it.",
            "",
        )

    def today_of(self, code: str) -> tuple[str | None, str, str]:
        """(PCN today, detail when it has none, warning when it changed) after following successions."""
        if code in self.today.index:
            return code, "", ""
        after = self.successors.get(code, [])
        if len(after) == 1:
            return after[0], "", f"{code} has closed; its practices are in {after[0]}, which the response follows"
        where = f"its practices went to {', '.join(sorted(after))}" if after else "none of its practices is on the latest map"
        return None, f"{code} has closed and {where}. Decide with the region where this response belongs.", ""

    def place(self, given: pd.Series, closed: date) -> pd.DataFrame:
        """Place every response of a wave that closed on ``closed``.

        Returns one row per response, same index: pcn_code, icb_code, region_code (today), wave_pcn_code, wave_icb_code,
        wave_region_code (as at the wave), reason and detail ("" when it can be used), warning.
        """
        pcn = self.organisations.tables["pcn"]
        dates = sorted(pcn["as_at"].unique())
        at_wave = pcn[pcn["as_at"] == max([d for d in dates if d <= closed], default=dates[0])].set_index("pcn_code")
        codes, texts = pd.factorize(given)  # each different answer is placed once; -1, a blank, is the last one
        areas = {"": self._areas(self.today), "wave_": self._areas(at_wave)}
        rows = pd.DataFrame([self._row(str(text), areas) for text in texts] + [self._row(None, areas)])
        return rows.take(np.where(codes < 0, len(texts), codes)).set_axis(given.index)

    @staticmethod
    def _areas(pcns: pd.DataFrame) -> dict[str, tuple[str, str]]:
        """ICB and region of each PCN of one list."""
        return {
            str(pcn): (str(icb), str(region)) for pcn, icb, region in zip(pcns.index, pcns["icb_code"], pcns["region_code"], strict=True)
        }

    def _row(self, text: str | None, areas: dict[str, dict[str, tuple[str, str]]]) -> dict[str, str | None]:
        code, reason, detail, warning = self.find(text)
        now, then = None, code
        if code is not None:
            now, closed_detail, moved = self.today_of(code)
            if now is None:
                reason, detail = "pcn_closed", closed_detail
            warning = "; ".join(filter(None, (warning, moved)))
        if then not in areas["wave_"]:
            then = now
        row: dict[str, str | None] = {"reason": reason, "detail": detail, "warning": warning, "pcn_code": now, "wave_pcn_code": then}
        for prefix, pcn_code in (("", now), ("wave_", then)):
            known = areas[prefix if pcn_code in areas[prefix] else ""]
            row[f"{prefix}icb_code"], row[f"{prefix}region_code"] = known.get(str(pcn_code), (None, None))
        return row
