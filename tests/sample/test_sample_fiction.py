"""Nothing in the sample is real but the regions and the ICBs, and nothing about those is more than their names."""

import csv
import re
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from sample_naive import ROOT, SAMPLE, TRUTH, Maps, every_text, table

REFERENCE = ROOT / "data" / "reference"


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return {**every_text(SAMPLE), **{f"truth {k}": v for k, v in every_text(TRUTH).items()}}


def found(texts: dict[str, str], pattern: str) -> set[str]:
    return {hit for text in texts.values() for hit in re.findall(pattern, text)}


def test_no_code_of_a_real_pcn_or_practice_stands_anywhere(texts: dict[str, str]) -> None:
    assert not found(texts, r"\b[Uu]\d{5}\b")
    sheets = {name: text for name, text in texts.items() if "xl/worksheets" not in name and "xl/tables" not in name}  # cell addresses
    assert not found(sheets, r"\b[A-Z]\d{5}\b")


def test_codes_are_of_shapes_that_are_never_given_out(maps: Maps) -> None:
    for rows in maps.practices:
        assert all(re.fullmatch(r"F\d{4}|U", r["PCN_CODE"]) for r in rows)
        assert all(re.fullmatch(r"FP\d{4}", r["PRACTICE_CODE"]) for r in rows)
        assert all(re.fullmatch(r"XF\d{2}", r["SUB_ICB_LOCATION_CODE"]) for r in rows)  # real ones have three or five characters
        assert all(not r["PRACTICE_POSTCODE"] for r in rows)
        assert sum(r["PCN_CODE"] == "U" and r["PCN_NAME"] == "Unallocated" for r in rows) == 25


def test_addresses_numbers_and_postcodes_reach_nobody(texts: dict[str, str]) -> None:
    assert {a.split("@")[1] for a in found(texts, r"[\w.]+@[\w.]+\w")} == {"example.nhs.test"}
    for number in found(texts, r"\b0[127]\d[\d ]{8,10}\b"):
        assert re.match(r"07700 900|01632 960|020 7946 0", number), number  # ranges that Ofcom keeps free for fiction
    numbers = found(texts, r"\b999 \d{3} \d{4}\b")
    assert numbers  # the range that the NHS keeps for tests, with a right check digit, else a redactor need not know them
    for number in numbers:
        digits = [int(d) for d in number if d.isdigit()]
        assert sum(d * w for d, w in zip(digits, range(10, 0, -1), strict=True)) % 11 == 0
    postcodes = found(
        {k: v for k, v in texts.items() if "surveys" in k or "highlights" in k or "ePCN" in k}, r"\b[A-Z]{2}\d{2} \d[A-Z]{2}\b"
    )
    assert postcodes
    assert {p.split()[0] for p in postcodes} <= {"ZZ99", "TQ88", "LD77", "ZE66"}


def test_no_name_or_code_of_the_real_network_is_used(real_data: Path, texts: dict[str, str], maps: Maps) -> None:
    real: list[dict[str, str]] = []
    for path in sorted((real_data / "nhs").glob("gp-reg-pat-prac-map_*.csv")):
        real += table(path)
    book = openpyxl.load_workbook(real_data / "nhs" / "ePCN.xlsx", read_only=True)
    real_pcns = {r["PCN_NAME"].upper() for r in real} | {str(row[1]).upper() for row in book["PCNDetails"].iter_rows(values_only=True)}
    book.close()
    ours = [r for rows in maps.practices for r in rows if r["PCN_CODE"] != "U"]
    assert not {r["PCN_NAME"].upper() for r in ours} & real_pcns
    assert not {r["PRACTICE_NAME"].upper() for r in ours} & {r["PRACTICE_NAME"].upper() for r in real}
    codes = {r[c] for r in real for c in ("PCN_CODE", "PRACTICE_CODE", "SUB_ICB_LOCATION_CODE", "PRACTICE_POSTCODE")} - {"U", ""}
    sheets = {name: text for name, text in texts.items() if "xl/" not in name or "sharedStrings" in name}
    words = {word for text in sheets.values() for word in re.findall(r"\b[A-Z0-9]{3,7}\b", text)}
    assert not words & codes
    postcodes = {p for text in sheets.values() for p in re.findall(r"\b[A-Z]{1,2}\d[A-Z0-9]? \d[A-Z]{2}\b", text)}
    assert not postcodes & codes


def test_the_reference_lists_are_the_36_icbs_and_seven_regions_of_july(real_data: Path) -> None:
    icbs = table(REFERENCE / "icb.csv")
    regions = {r["region_code"]: r["region_name"] for r in table(REFERENCE / "region.csv")}
    facts = {}
    for row in table(real_data / "nhs" / "gp-reg-pat-prac-map_2026-07-01.csv"):
        facts[row["ICB_CODE"]] = (row["ICB_NAME"], row["COMM_REGION_CODE"], row["COMM_REGION_NAME"])
    ours = {r["icb_code"]: (f"NHS {r['icb_name']} Integrated Care Board", r["region_code"], regions[r["region_code"]]) for r in icbs}
    assert ours == facts
    assert set(regions) == {region for _, region, _ in facts.values()}
    with (real_data / "geography" / "icb_2026-04_tilegrid.csv").open(encoding="utf-8", newline="") as file:
        grid = {r["icb_code"]: (r["col"], r["row"]) for r in csv.DictReader(file)}
    assert {r["icb_code"]: (r["tile_col"], r["tile_row"]) for r in icbs} == grid


def test_tiles_do_not_overlap_and_their_names_fit() -> None:
    icbs = table(REFERENCE / "icb.csv")
    assert len(icbs) == 36
    assert max(Counter((r["tile_col"], r["tile_row"]) for r in icbs).values()) == 1
    assert max(Counter(r["short_name"] for r in icbs).values()) == 1
    assert all(len(r["short_name"]) <= 20 for r in icbs)


def test_the_effects_of_icbs_follow_the_seed_and_not_the_place() -> None:
    from oversight.sample.people import WAVES, make_people
    from oversight.sample.places import OCTOBER, make_country

    def order(seed: int) -> list[str]:
        country = make_country(seed)
        pcns, home = make_people(seed, country), country.home(OCTOBER)
        needs = {icb: [pcns[c].need(WAVES[1]) for c, i in home.items() if i == icb] for icb in country.icbs}
        return sorted(needs, key=lambda icb: sum(needs[icb]) / len(needs[icb]))

    one, other = order(1), order(2)
    places = [abs(one.index(icb) - other.index(icb)) for icb in one]
    assert sum(places) / len(places) > 6  # 12 is what two unrelated orders of 36 give on average
