"""Programmes of somebody else's making: what docs/simulated-programme.md shows is built and ranked, and worlds at the edge have pages."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from oversight import __main__, publish, store
from oversight.settings import ROOT
from tests.programme import MAP_HEADER, response, write, write_programme
from tests.test_pages import run, words

DOCUMENT = ROOT / "docs" / "simulated-programme.md"
WAVE = "2026-2"


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
    assert {name for name in told if not name.endswith("…")} <= set(answer.reset_index())


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
