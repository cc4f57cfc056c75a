"""The sample read in the plainest way there is: csv, zipfile, openpyxl and dictionaries, none of the project's readers."""

import csv
import gzip
import io
import re
import tomllib
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import openpyxl

ROOT = Path(__file__).resolve().parents[2]
SAMPLE, TRUTH = ROOT / "data" / "sample", ROOT / "data" / "sample-truth"
MASKS = {
    "[email]": r"[\w.]+@example\.nhs\.test",
    "[phone]": r"(?:07700 900|01632 960|020 7946 0)\d{3}",
    "[NHS number]": r"999 \d{3} \d{4}",
    "[postcode]": r"(?:TQ88|LD77|ZE66) \d[A-Z]{2}",
}


def unpack(path: Path) -> dict[str, bytes]:
    """What a file holds, whatever compressed it: one entry, or one for each member of an archive."""
    data = path.read_bytes()
    if path.suffix in {".zip", ".xlsx", ".qdpx"}:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {f"{m.filename} {m.date_time}": archive.read(m) for m in archive.infolist()}
    if path.suffix == ".gz":
        return {"": gzip.decompress(data), "mtime": data[4:8]}
    return {"": data}


def every_text(folder: Path) -> dict[str, str]:
    """File and member -> text, for every file below a folder."""
    texts = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        for member, content in unpack(path).items():
            if member.startswith("0."):  # a workbook inside the workforce archive
                with zipfile.ZipFile(io.BytesIO(content)) as inner:
                    content = b"\n".join(inner.read(m) for m in inner.namelist())
            try:
                text = content.decode("utf-8")
            except UnicodeDecodeError:
                text = content.decode("cp1252")
            texts[f"{path.relative_to(folder).as_posix()} {member}".strip()] = text
    return texts


def table(path: Path) -> list[dict[str, str]]:
    """A CSV, gzipped or not, as dictionaries."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def plain(text: str) -> str:
    """A label or a wording without case, odd spaces, dashes and quotes."""
    return " ".join(text.replace("\u2010", "-").replace("\u2019", "'").casefold().split())


@dataclass
class Export:
    """One survey export: header, rows as text (times as datetime), and the mapping that goes with it."""

    wave: dict[str, str]
    file: str
    header: list[str]
    rows: list[list]
    mapping: dict

    def question(self, header: str) -> dict:
        """The mapping's entry for a column, {} when it is not mapped."""
        return next((q for q in self.mapping["question"] if plain(header) in map(plain, q["text"])), {})

    def answers(self, question: dict) -> dict[str, str]:
        """Plain label -> code."""
        return {plain(k): v for k, v in self.mapping["answers"].get(question.get("answers", ""), {}).items()}

    def __post_init__(self) -> None:
        self._column = {self.question(h).get("field"): i for i, h in enumerate(self.header)}

    def cell(self, row: list, field: str) -> str:
        """What stands in the column of one of our fields."""
        return row[self._column[field]]


def _time(text: str) -> datetime | None:
    return datetime.strptime(text, "%d/%m/%Y %H:%M") if text else None


def spring(wave: dict[str, str]) -> Export:
    path = next((SAMPLE / "surveys").glob("*.csv"))
    header, *rows = csv.reader(io.StringIO(path.read_bytes().decode("cp1252"), newline=""), delimiter=";")
    rows = [[row[0], _time(row[1]), _time(row[2]), *row[3:]] for row in rows]
    mapping = tomllib.loads((SAMPLE / "mappings" / "spring-2026.toml").read_text(encoding="utf-8"))
    return Export(wave, f"surveys/{path.name}", header, rows, mapping)


def autumn(wave: dict[str, str]) -> Export:
    path = next((SAMPLE / "surveys").glob("*.xlsx"))
    book = openpyxl.load_workbook(path)
    header, *rows = book["Sheet1"].iter_rows(values_only=True)
    rows = [[c if isinstance(c, datetime) else "" if c is None else str(c) for c in row] for row in rows]
    rows = [[row[0], row[1] or None, row[2] or None, *row[3:]] for row in rows]
    mapping = tomllib.loads((ROOT / "data/reference/mappings/standard-questionnaire.toml").read_text(encoding="utf-8"))
    return Export(wave, f"surveys/{path.name}", list(header), rows, mapping)


class Maps:
    """The two registration maps, April at 0 and October at 1.

    ``names``: PCN -> name; ``home``: PCN -> (ICB, region) of most of its registered patients; ``now``: PCN of either map ->
    the PCNs of October in which its practices are.
    """

    def __init__(self, practices: list[list[dict[str, str]]], patients: dict[str, int]) -> None:
        self.practices, self.patients = practices, patients
        inside = [[r for r in rows if r["PCN_CODE"] != "U"] for rows in practices]
        self.names = [{r["PCN_CODE"]: r["PCN_NAME"] for r in rows} for rows in inside]
        self.home: list[dict[str, tuple[str, str]]] = []
        for rows in inside:
            weights: dict[str, Counter] = defaultdict(Counter)
            for r in rows:
                weights[r["PCN_CODE"]][r["ICB_CODE"], r["COMM_REGION_CODE"]] += patients[r["PRACTICE_CODE"]]
            self.home.append({code: w.most_common(1)[0][0] for code, w in weights.items()})
        october = {r["PRACTICE_CODE"]: r["PCN_CODE"] for r in practices[1]}
        self.now: dict[str, set[str]] = {code: {code} for code in self.names[1]}
        for r in inside[0]:
            if r["PCN_CODE"] not in self.names[1]:
                self.now.setdefault(r["PCN_CODE"], set()).add(october[r["PRACTICE_CODE"]])


def redacted_like(raw: str, value: str) -> bool:
    """Whether ``value`` is ``raw`` with nothing but personal data replaced by its mark."""
    pattern = re.escape(value)
    for mask, what in MASKS.items():
        pattern = pattern.replace(re.escape(mask), what)
    return re.fullmatch(pattern, raw) is not None
