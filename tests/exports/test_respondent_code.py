"""The code that respondents make up comes through every survey reader as a print, and is forgotten in rows set aside."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import canonical
import pytest
import seeds
from canonical import mapping_for

from oversight import exports, mapping, respondents
from oversight.answers import apply
from oversight.mapping import Wave
from oversight.questionnaire import BY_FIELD

CODE = "respondent_code"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """One export of every tool in which each of twenty people gave a code of their own."""
    monkeypatch.setattr(canonical, "FIELDS", (*canonical.FIELDS, CODE))
    asked = seeds.survey()
    given = tuple(replace(r, codes={**r.codes, CODE: f"BEKO{n:02}"}) for n, r in enumerate(asked.responses))
    monkeypatch.setattr(seeds, "survey", lambda: replace(asked, questions=(*asked.questions, BY_FIELD[CODE]), responses=given))
    return {name: make(tmp_path / name) for name, make in seeds._surveys().items()}


def test_every_reader_hands_on_the_code_and_no_answer_holds_it(files: dict[str, Path]) -> None:
    expected = [hashlib.sha256(f"link workers:respondent:beko{n:02}".encode()).hexdigest()[:16] for n in range(20)]
    for name, path in files.items():
        reading = exports.read(path)
        assert reading is not None and reading.survey is not None, name
        known = mapping_for(reading.tool)
        mapped = apply(
            reading.survey, known, Wave("w", "W", reading.tool, date(2026, 9, 1), date(2026, 9, 30), ("splw", "care_coordinator"))
        )
        assert sorted(mapped.wide["respondent"]) == sorted(expected), name
        answers = mapped.answers[mapped.answers["question_id"] == CODE]
        assert len(answers) == 20 and answers["value"].isna().all() and answers["state"].eq("answered").all(), name
        assert "BEKO" not in mapped.answers.to_csv() + repr(mapped.warnings), name


def test_rows_that_readers_set_aside_lose_it_too(files: dict[str, Path]) -> None:
    """One id is blanked in every file of text; where a reader keeps the rest of that row, the code is not in it."""
    told = set()
    for name, path in files.items():
        if path.suffix not in (".csv", ".tsv"):
            continue
        encoding = "utf-16" if path.suffix == ".tsv" else "utf-8-sig"
        text = path.read_bytes().decode(encoding)
        own = next(i for i in ("R_100000003", "100000003") if i in text)
        path.write_bytes(text.replace(own, "").encode(encoding))
        reading = exports.read(path)
        assert reading is not None and reading.survey is not None
        hidden = mapping.never_stored(reading.survey, mapping_for(reading.tool))
        for aside in reading.aside:
            told.add(name)
            assert "BEKO03" in repr(aside.content), name
        assert "BEKO" not in repr(respondents.forget(reading.aside, hidden)), name
    assert len(told) >= 4, told
