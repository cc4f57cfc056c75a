"""Who answered both waves, and what two coders made of the same passages: read in the plainest way, and plausible."""

import hashlib
import io
import re
import zipfile
from collections import Counter, defaultdict
from statistics import fmean
from xml.etree import ElementTree

import pytest
from sample_naive import SAMPLE, TRUTH, Export, table

Responses = dict[str, dict[str, str]]
SPRING, AUTUMN = "2026-1-spring", "2026-2-autumn"


def print_of(words: str) -> str:
    """The print of a code by the words of the decision: letters and digits, at least four, one of each, without case."""
    code = "".join(c for c in words.casefold() if c.isalnum())
    if not 4 <= len(code) <= 24 or not re.search("[0-9]", code) or not re.search("[a-z]", code):
        return ""
    return hashlib.sha256(("link workers:respondent:" + code).encode()).hexdigest()[:16]


@pytest.fixture(scope="module")
def pairs(responses: Responses) -> list[tuple[dict[str, str], dict[str, str]]]:
    waves: dict[str, Responses] = defaultdict(dict)
    for row in responses.values():
        if row["respondent"]:
            assert row["respondent"] not in waves[row["wave_id"]], "one code, one person of a wave"
            waves[row["wave_id"]][row["respondent"]] = row
    return [(waves[SPRING][key], waves[AUTUMN][key]) for key in waves[SPRING].keys() & waves[AUTUMN].keys()]


def test_the_truth_holds_the_prints_of_the_codes_in_the_exports(exports: list[Export], responses: Responses) -> None:
    for export in exports:
        wave = export.wave["wave_id"]
        column = next(i for i, h in enumerate(export.header) if export.question(h).get("field") == "respondent_code")
        given: dict[str, list[str]] = defaultdict(list)
        for number, row in enumerate(export.rows, 2):
            if f"{wave}:{row[0]}" in responses and len(row) == len(export.header):
                given[f"{wave}:{row[0]}"].append(print_of(row[column]))
                assert number
        codes = {key: set(found) for key, found in given.items()}
        assert all(len(found) == 1 for found in codes.values()), "an older copy of a response bears the same code"
        often = Counter(code for found in codes.values() for code in found)
        expected = {key: "" if often[code] > 1 else code for key, (code,) in ((k, tuple(v)) for k, v in codes.items())}
        assert {key: row["respondent"] for key, row in responses.items() if row["wave_id"] == wave} == expected


def test_a_third_of_the_autumns_link_workers_answered_in_spring_too(pairs, responses: Responses) -> None:
    autumn = Counter(r["respondent_kind"] for r in responses.values() if r["wave_id"] == AUTUMN)
    both = Counter(after["respondent_kind"] for _, after in pairs)
    assert both["splw"] / autumn["splw"] == pytest.approx(1 / 3, abs=0.04)
    assert both["care_coordinator"] >= 80
    for before, after in pairs:
        assert (before["respondent_kind"], before["pcn_code"]) == (after["respondent_kind"], after["pcn_code"])


def test_linked_answers_agree_more_than_those_of_strangers_and_some_change(pairs, responses: Responses) -> None:
    workers = [(a, b) for a, b in pairs if b["respondent_kind"] == "splw"]
    alone = [[r for r in responses.values() if (r["wave_id"], r["respondent_kind"]) == (w, "splw")] for w in (SPRING, AUTUMN)]
    for field in ("clinical_supervision", "first_contact", "gp_supervisor", "intention_to_leave", "employer"):
        shares = [Counter(r[field] for r in rows) for rows in alone]
        by_chance = sum(shares[0][v] * shares[1][v] for v in shares[0]) / (shares[0].total() * shares[1].total())
        agree = fmean(a[field] == b[field] for a, b in workers)
        assert by_chance + 0.05 < agree < 0.97, field
    gained = sum((a["clinical_supervision"], b["clinical_supervision"]) == ("no", "yes") for a, b in workers)
    lost = sum((a["clinical_supervision"], b["clinical_supervision"]) == ("yes", "no") for a, b in workers)
    assert gained > lost > 10, "more gained supervision than lost it, as among all"
    months = [float(b["months_in_post"]) - float(a["months_in_post"]) for a, b in workers if a["months_in_post"] and b["months_in_post"]]
    assert fmean(1 <= m <= 9 for m in months) > 0.85


def test_codes_that_link_nobody_are_personas(personas, responses: Responses) -> None:
    assert Counter(row["response"].split(":")[0] for row in personas["code_twice"]) == {SPRING: 4, AUTUMN: 2}
    assert len(personas["no_code"]) > 20
    assert all(not responses[row["response"]]["respondent"] for name in ("code_twice", "no_code") for row in personas[name])


def test_the_project_of_two_coders_holds_what_the_truth_says() -> None:
    """Element by element, with nothing of the project's reader."""
    with zipfile.ZipFile(io.BytesIO((SAMPLE / "refi-qda" / "Focus groups coded by two people.qdpx").read_bytes())) as archive:
        texts = {name.rpartition("/")[2]: archive.read(name).decode("utf-8") for name in archive.namelist()}
    root = ElementTree.fromstring(texts.pop("project.qde"))
    space = {"q": "urn:QDA-XML:project:1.0"}
    codes = {c.get("guid"): c.get("name") for c in root.findall(".//q:Code", space)}
    session = {r["file"]: r["session_id"] for r in table(SAMPLE / "registers" / "sessions.csv")}
    coders: dict[str | None, str] = {}
    found, silent, passages = [], 0, 0
    for source in root.findall(".//q:TextSource", space):
        text = texts[source.get("plainTextPath", "").removeprefix("internal://")]
        for selection in source.findall("q:PlainTextSelection", space):
            start, stop = (int(selection.get(f"{name}Position", "")) for name in ("start", "end"))
            assert text[start - 2 : start] == "\n\n" and text[stop:][:1] == "\n", "a passage is a paragraph of the notes"
            made = selection.findall("q:Coding", space)
            silent, passages = silent + (not made), passages + 1
            for coding in made:
                coder = coders.setdefault(coding.get("creatingUser"), f"coder {len(coders) + 1}")
                (ref,) = coding.findall("q:CodeRef", space)
                found.append((session[source.get("name", "")], str(start), str(stop), coder, codes[ref.get("targetGUID")]))
    columns = ("session_id", "start", "stop", "coder", "code")
    assert sorted(found) == sorted(tuple(r[c] for c in columns) for r in table(TRUTH / "codings.csv"))
    assert len(coders) == 2 and len(texts) == 6 and passages == 6 * 27 and silent > 0


def test_the_two_coders_agree_on_plain_themes_and_not_on_the_others() -> None:
    by_passage: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: {"coder 1": set(), "coder 2": set()})
    for row in table(TRUTH / "codings.csv"):
        by_passage[row["session_id"], row["start"]][row["coder"]].add(row["theme"])
    themes = {theme for coded in by_passage.values() for found in coded.values() for theme in found}
    assert len(themes) == 14

    def alpha(theme: str) -> float:
        """Krippendorff's alpha of two coders and no gaps: one less observed over expected disagreement."""
        said = [(theme in coded["coder 1"], theme in coded["coder 2"]) for coded in by_passage.values()]
        ones, n = sum(a + b for a, b in said), 2 * len(said)
        return 1 - fmean(a != b for a, b in said) / (2 * ones * (n - ones) / (n * (n - 1)))

    found = {theme: alpha(theme) for theme in themes}
    assert min(found["it_access"], found["safeguarding_risk"]) > 0.7 and found["role_boundaries"] < 0.667
    assert max(found.values()) - min(found.values()) > 0.3
    assert sum(a >= 0.667 for a in found.values()) >= 5 and min(found.values()) > 0.05
