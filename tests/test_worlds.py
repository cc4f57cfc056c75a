"""Programmes of somebody else's making: what docs/simulated-programme.md shows is built and ranked, and worlds at the edge have pages."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from oversight import __main__, publish, store
from oversight.settings import ROOT
from tests.programme import response, write_programme
from tests.test_pages import run, words

DOCUMENT = ROOT / "docs" / "simulated-programme.md"


def files_of_document() -> dict[str, str]:
    """The files that the document shows, each under the name above it."""
    text = DOCUMENT.read_text(encoding="utf-8")
    return dict(re.findall(r"^`([^`\n]+)`\n```\w+\n(.*?)^```$", text, flags=re.M | re.S))


@pytest.fixture(scope="module")
def documented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Those files in a folder, the weights beside it, published."""
    folder = tmp_path_factory.mktemp("documented")
    (folder / "exports").mkdir()
    for name, text in files_of_document().items():
        (folder / ("" if name == "weights.toml" else "exports") / name).write_text(text, encoding="utf-8")
    account = publish.build([folder / "exports"], folder)
    assert account.quarantined == 0 and account.fictional and account.responses == 6
    return folder


def test_the_programme_of_the_document_is_ranked_as_it_says(documented: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (snapshot,) = documented.glob("*.duckdb")
    ask = ["ask", "priority", "--snapshot", str(snapshot), "--wave", "2026-2-autumn", "--role", "splw", "--k", "2", "--format", "csv"]
    assert __main__.main([*ask, "--audience", "internal", "--weights", str(documented / "weights.toml")]) == 0
    (documented / "priority.csv").write_text(capsys.readouterr().out, encoding="utf-8")
    answer = pd.read_csv(documented / "priority.csv").set_index("pcn_code")
    assert answer["n"].to_dict() == {"F0001": 2, "F0002": 1, "F0003": 2, "F0004": 0}
    assert answer["n_workers"].to_dict() == {"F0001": 2, "F0002": 1, "F0003": 2, "F0004": 0}  # F0003: one contracted, two replied
    assert answer["estimate"].idxmax() == "F0001" and answer["estimate"].between(0, 1).all()
    assert answer.loc["F0004", ["band", "evidence"]].tolist() == ["cannot_tell", "modelled only"]
    heading = DOCUMENT.read_text(encoding="utf-8").split("| column |")[1]
    told = set(re.findall(r"`([a-z_]+…?)`", "".join(line.split(" | ")[0] for line in heading.splitlines() if line.startswith("| `"))))
    for column in answer.reset_index():
        assert column in told or any(name.endswith("…") and column.startswith(name[:-1]) for name in told), column


def test_answers_mean_what_the_document_says(documented: Path) -> None:
    (snapshot,) = documented.glob("*.duckdb")
    rows = store._cursor(snapshot).execute("FROM need_rows('2026-2-autumn', 'splw', '') WHERE respondent_id IS NOT NULL").df()
    criteria = ["point_of_contact", "gp_supervisor", "clinical_supervision", "safeguarding_and_concerns", "strain"]
    found = {str(row["respondent_id"]).rsplit(":")[-1]: [int(row[c]) for c in criteria] for _, row in rows.iterrows()}
    assert found == {"1": [0, 1, 1, 0, 1], "2": [1, 1, 1, 1, 1], "3": [0, 0, 0, 0, 0], "4": [0, 0, 1, 0, 0], "5": [0, 1, 0, 1, 1]}
    names = {name for covariates in rows["covariates"] for name in dict(covariates)}
    assert names == {"x1", "deprivation", "registered patients", "FTE per 10,000 patients"}
    of_first = dict(rows.loc[rows["pcn_code"] == "F0001", "covariates"].iloc[0])
    assert of_first["FTE per 10,000 patients"] == pytest.approx(1.8 / 4.1) and of_first["x1"] == 0.71


def test_what_a_build_says_of_weights_among_the_exports_a_late_census_and_single_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in files_of_document().items():
        if name == "waves.csv":
            text = text.replace("2026-10-23", "2026-09-29")  # before the census of September
        if name.startswith("Survey"):
            text = "".join(line for line in text.splitlines(keepends=True)[:3]).replace("F0001,Social", "F0009,Social", 1)
        if name == "covariates.csv":
            text = text.replace("31.5", "high")
        (tmp_path / name).write_text(text.replace(",No,,8", ",Perhaps,,8").replace(",No,Yes,Every", ",Perhaps,Yes,Every"), encoding="utf-8")
    assert __main__.main(["build", str(tmp_path), "--out", str(tmp_path / "out")]) == 0
    told = capsys.readouterr()
    assert "Leaving out weights.toml: weights for ask priority" in told.err and "2 rows were set aside" in told.err
    assert re.search(r"Published snapshot \w+: 1 response \(fictional\)\.", told.out)
    assert "row 5: value is 'high'; expected a number." in told.out and "F0009 is on no list" in told.out
    assert (
        "the first workforce census (2026-09-30) is later than the last day of 2026-2-autumn (2026-09-29), so it is not known" in told.out
    )
    assert "safeguarding_route: the mapping does not know 'Perhaps' (1 time); kept as unmapped" in told.out


UNMET = {
    "first_contact_is_gp": "No", "gp_supervisor": "No", "patient_concerns": "Always", "safeguarding_route": "Yes",
    "clinical_supervision": "No", "anxiety": "3",
}  # fmt: skip
MET = {**UNMET, "gp_supervisor": "Yes", "clinical_supervision": "Yes", "supervision_frequency": "Every month"}
SIX = {f"F{i:04}": ("QHL", "QE1")[i % 2] for i in range(1, 7)}
#: PCNs with their ICBs, and who answered what.
WORLDS: dict[str, tuple[dict[str, str], list[dict[str, str]]]] = {
    "one ICB": (dict.fromkeys(list(SIX)[:4], "QHL"), [response("F0001", **UNMET), response("F0001", **MET), response("F0002", **MET)]),
    "one PCN": ({"F0001": "QHL"}, [response("F0001", **UNMET)]),
    "no replies": (SIX, []),
    "alike": (SIX, [response(pcn, **UNMET) for pcn in SIX]),
    "alike, nothing unmet": (SIX, [response(pcn, **MET) for pcn in SIX]),
}


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each world in a folder of its own, published."""
    made = {}
    for name, (pcns, answers) in WORLDS.items():
        made[name] = tmp_path_factory.mktemp(name.replace(" ", "-").replace(",", ""))
        publish.build([write_programme(made[name] / "exports", pcns, answers)], made[name])
    return made


def healthy(app: AppTest) -> str:
    """No exception, and words that a reader can make sense of; returns them."""
    assert not app.exception and not app.error
    said = words(app)
    assert not re.search(r"\b(nan|NaN|NaT|None|<NA>|inf)\b|Traceback|among the (0|1) neediest|from 1 to 1 of 1\b", said), said[:3000]
    return said


@pytest.mark.parametrize("page", ["overview", "priority", "pcn"])
@pytest.mark.parametrize("world", list(WORLDS))
def test_a_page_of_a_world_at_the_edge(world: str, page: str, worlds: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    said = healthy(run(page, worlds[world], monkeypatch, audience="internal", **({"pcn": "F0001"} if page == "pcn" else {})))
    # the offer has 100 places, and none of these worlds as many PCNs
    expected = "a place for the only PCN" if world == "one PCN" else f"a place for every one of the {len(WORLDS[world][0])} PCNs"
    if world == "no replies":
        expected = "no link workers have replied" if page == "pcn" else "No link workers have replied in this wave, so there is nothing"
    assert expected in said
    if page == "pcn" and world != "no replies":
        assert "of this PCN answered that question in Autumn 2026, or it was not asked" in said  # nobody was asked after challenges


#: Every part of the page; ``priority_decided`` is drawn within others.
PARTS = sorted({path.stem.removeprefix("priority_") for path in (ROOT / "pages" / "parts").glob("priority_*.py")} - {"decided"})


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(("world", "k"), [("one PCN", "1"), ("no replies", "3"), ("alike", "0"), ("alike", "3")])
def test_a_part_of_priority_at_the_edge(world: str, k: str, part: str, worlds: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    healthy(run("priority", worlds[world], monkeypatch, audience="internal", priority_part=part, k=k))


@pytest.mark.parametrize("page", ["priority", "pcn"])
@pytest.mark.parametrize("k", ["0", "1"])
def test_a_page_with_no_place_and_with_one(k: str, page: str, worlds: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    said = healthy(run(page, worlds["one ICB"], monkeypatch, audience="internal", k=k, **({"pcn": "F0001"} if page == "pcn" else {})))
    assert ("he offer has no places" in said) == (k == "0")
    assert ("the neediest of England" in said) == (k == "1")


@pytest.mark.parametrize("world", ["one PCN", "no replies"])
def test_priority_for_sharing_at_the_edge(world: str, worlds: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    healthy(run("priority", worlds[world], monkeypatch, audience="shareable"))


@pytest.mark.parametrize("k", [0, 3, 1_000])
@pytest.mark.parametrize("world", list(WORLDS))
def test_the_answer_of_a_world_at_the_edge(world: str, k: int, worlds: dict[str, Path]) -> None:
    (snapshot,) = worlds[world].glob("*.duckdb")
    table = store.ask("priority", store.Viewer(audience="internal"), snapshot, k=k).table
    pcns, answers = WORLDS[world]
    assert sorted(table["pcn_code"]) == sorted(pcns) and table["n"].sum() == len(answers)
    if not answers:
        assert table["estimate"].isna().all() and not table["selected"].any() and set(table["band"]) == {"cannot_tell"}
        return
    assert table[["estimate", "low", "high", "p_top_k"]].notna().all(axis=None) and table["estimate"].between(0, 1).all()
    assert table["p_top_k"].sum() == pytest.approx(min(k, len(pcns))) and table["selected"].sum() <= min(k, len(pcns))
    assert (table["rank_low"].between(1, len(pcns)) & (table["rank_low"] <= table["rank_high"])).all()
    if world.startswith("alike"):
        assert table["estimate"].round(12).nunique() <= 2 and (table["p_top_k"] < 1).all() == (k < len(pcns))  # two ICBs, else the same
