"""The house is in order: lint, format, types, generated texts, pins, the command line's own words."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from oversight import __main__ as command_line
from oversight import documents, measures, publish, store
from oversight.model import BY_FIELD, TABLES
from oversight.questionnaire import FREQUENCY_WEEKS
from oversight.settings import REFERENCE, ROOT


@pytest.mark.parametrize("command", [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]], ids=" ".join)
def test_lint_format_and_types(command: list[str]) -> None:
    run = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-1000:]


def test_the_snapshot_id_covers_all_of_the_intake_code() -> None:
    code = "import oversight.publish, sys; print(*[m for m in sys.modules if m.startswith('oversight.')])"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert {m.removeprefix("oversight.") for m in loaded if not m.startswith("oversight.exports")} == set(publish.INTAKE)


def test_generated_texts_are_current() -> None:
    for path, text in documents.generated().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run python -m oversight documents"


def test_every_requirement_is_pinned() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = [line for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if line and not line.startswith(("#", "-r"))]
        assert lines
        assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9_.\-]+==[0-9][0-9A-Za-z.]*", line)] == []


def test_every_dependency_that_was_chosen_has_its_line() -> None:
    decisions = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
    for name in ("requirements.txt", "requirements-dev.txt"):
        chosen = (ROOT / name).read_text(encoding="utf-8").split("# Chosen")[1].split("# What those need")[0]
        for package in re.findall(r"^([A-Za-z0-9_\-]+)==", chosen, flags=re.M):
            assert package in decisions, package


def test_the_element_view_knows_every_frequency_of_the_questionnaire() -> None:
    sql = (ROOT / "queries" / "views" / "element_wide.sql").read_text(encoding="utf-8")
    assert {code: int(weeks) for code, weeks in re.findall(r"\('(\w+)', (\d+)\)", sql)} == dict(FREQUENCY_WEEKS)
    assert set(FREQUENCY_WEEKS) == set(BY_FIELD["supervision_frequency"].answers) - {"dont_know"}


def test_every_element_has_its_measure() -> None:
    sql = (ROOT / "queries" / "views" / "element.sql").read_text(encoding="utf-8")
    elements = re.findall(r"\(\d+, '(\w+)'", sql)
    assert len(elements) == 10
    assert set(elements) <= set(measures.measures())


def test_the_contract_names_no_column_twice_and_every_key_is_a_column() -> None:
    for table in TABLES:
        assert len(set(table.columns)) == len(table.columns)
        assert set(table.key) <= set(table.columns)
        assert all(f.meaning for f in table.fields)


def test_templates_have_the_published_headers() -> None:
    for table in documents.REGISTERS:
        header = (REFERENCE / "templates" / f"{table.name}.csv").read_text(encoding="utf-8-sig").splitlines()
        assert header == [",".join(table.columns)]


def test_the_command_line_says_what_it_can_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["ask"]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in store.queries())


def test_the_command_line_answers_in_each_format(sample: store.Snapshot, capsys: pytest.CaptureFixture[str]) -> None:
    import csv
    import io
    import json

    arguments = ["ask", "coverage", "--snapshot", str(sample.path), "--audience", "internal", "--region", "Y60", "--level=region"]
    assert command_line.main([*arguments, "--format", "csv"]) == 0
    out = capsys.readouterr()
    rows = list(csv.DictReader(io.StringIO(out.out)))
    assert "FICTIONAL" in out.err
    assert {r["code"] for r in rows} == {"ENG", "Y60"}
    assert command_line.main([*arguments, "--format", "json"]) == 0
    assert [r["yes"] for r in json.loads(capsys.readouterr().out)] == [int(r["yes"]) for r in rows]
    assert command_line.main(arguments) == 0
    assert "point_of_contact" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ask", "nonsense"], "There is no query"),
        (["ask", "coverage", "--colour", "red"], "does not take colour"),
        (["ask", "coverage", "region"], "pairs"),
        (["ask", "totals", "--as-at", "soon"], "is not a date"),
        (["ask", "totals", "--snapshot", "nowhere"], "neither a snapshot file nor"),
        (["build", "no/such/folder"], "does not exist"),
    ],
)
def test_a_wrong_command_is_one_sentence_and_no_traceback(arguments, message, sample, capsys, monkeypatch) -> None:
    monkeypatch.setenv("OVERSIGHT_SNAPSHOTS", str(sample.path.parent))
    assert command_line.main(arguments) == 1
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error
