"""What the fictional team decided itself: codes it gave to comments of both waves, and where it overruled the numbers."""

from __future__ import annotations

from collections.abc import Sequence

from oversight.model import REGISTER_BY_NAME
from oversight.questionnaire import CHALLENGES
from oversight.sample.files import csv_text, stream
from oversight.sample.focus import NESTED, UNKNOWN_CODE
from oversight.sample.truth import Wave

#: Shares of the comments on challenges, and of the others, that somebody has coded.
_CODED = {"challenges_comment": 0.6, "comment": 0.5}
_VERDICTS = (
    ("lack_of_supervision", "", "agreement", "2026-10-27", "Heard everywhere, in the survey and in the groups."),
    ("community_provision", "", "silence", "2026-10-27", "The groups were not asked about it, so their silence says nothing."),
    ("redeployment", "Y60", "dissonance", "2026-10-28", "Few chose it in the survey; two groups spoke of little else."),
)  # fmt: skip


def convergence_csv() -> str:
    """Three verdicts: two for England, one for a region."""
    return csv_text(REGISTER_BY_NAME["convergence"].columns, _VERDICTS)


def comment_codes(seed: int, waves: Sequence[Wave]) -> tuple[str, list[tuple[int, str]]]:
    """The register's text, and (row, reason) of those of its rows that point to nothing."""
    rng = stream(seed, "comment codes")
    rows: list[list[str]] = []
    for wave in waves:
        for row in wave.accepted:
            for field, share in _CODED.items():
                theme = row.answers[field].theme
                if not theme or rng.random() >= share:
                    continue
                nested = [code for code, parent in NESTED.items() if parent == theme]
                codes = [rng.choice(nested) if nested and rng.random() < 0.35 else theme]
                if rng.random() < 0.15:
                    codes.append(rng.choice([c for c in CHALLENGES if c != theme]))
                rows += [[wave.form.wave_id, row.id, field, code] for code in codes]
    spring, autumn = waves
    silent = next(row for row in autumn.accepted if row.answers["comment"].state == "blank")
    commented = next(row for row in autumn.accepted if row.answers["challenges_comment"].state == "answered")
    aside = next(row for row in spring.rows if row.reason == "pcn_unknown")
    faults = [
        [spring.form.wave_id, aside.id, "challenges_comment", "isolation"],
        [autumn.form.wave_id, "99999", "challenges_comment", "caseload"],
        [autumn.form.wave_id, silent.id, "comment", "caseload"],
        [autumn.form.wave_id, commented.id, "challenges_comment", UNKNOWN_CODE],
    ]
    text = csv_text(REGISTER_BY_NAME["comment_codes"].columns, [*rows, *faults])
    return text, [(len(rows) + 2 + n, "unknown_reference") for n in range(len(faults))]
