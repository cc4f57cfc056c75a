"""Survey and focus groups side by side: how the two converge on a theme, by a rule that proposes and never decides.

Convergence coding as mixed-methods research knows it (Farmer and others 2006: agreement, partial agreement, silence,
dissonance), made into a rule with thresholds that stand in data/reference/settings.toml. What people settle in the register
``convergence`` goes before it.

======== ============================================================ =================================================
says     survey (share of respondents)                                focus groups (share of sessions)
======== ============================================================ =================================================
common   the whole interval is at or above ``survey_common``          at or above ``sessions_common``
rare     the whole interval is below ``survey_rare``                  above none, at or below ``sessions_rare``
between  the whole interval lies between the two                      between the two
unclear  the interval reaches over a threshold                        (sessions are counted; they carry no interval)
silent   nobody chose it                                              no session raised it
======== ============================================================ =================================================

Proposed is *agreement* where both say the same, *dissonance* where one says common and the other rare, *silence* where one
of the two is silent or was not asked and the other speaks, *partial* for all else; ``neither`` where both are silent, and
``too_few`` under ``min_respondents`` respondents who were asked, or under ``min_sessions`` sessions.
"""

from __future__ import annotations

import math

import pandas as pd

from oversight import stats
from oversight.questionnaire import CHALLENGES
from oversight.settings import Convergence, settings

_NOTHING = ("silent", "not_asked")


def survey_says(x: float, n: float, low: float, high: float, asked: bool, rule: Convergence) -> str:
    """What the survey says of a theme that ``x`` of ``n`` respondents chose, with the interval ``low`` to ``high`` of the share."""
    if not asked:
        return "not_asked"
    if n < rule.min_respondents:
        return "too_few"
    if x == 0:
        return "silent"
    if low >= rule.survey_common:
        return "common"
    if high < rule.survey_rare:
        return "rare"
    return "between" if low >= rule.survey_rare and high < rule.survey_common else "unclear"


def sessions_say(raised: float, held: float, rule: Convergence) -> str:
    """What focus groups say of a theme that ``raised`` of the ``held`` sessions raised."""
    if held < rule.min_sessions:
        return "too_few"
    if raised == 0:
        return "silent"
    share = raised / held
    if share > rule.sessions_common or math.isclose(share, rule.sessions_common):
        return "common"
    return "rare" if share < rule.sessions_rare or math.isclose(share, rule.sessions_rare) else "between"


def proposal(survey: str, sessions: str) -> str:
    """How what the two say converges: agreement, partial, silence, dissonance, neither or too_few."""
    if "too_few" in (survey, sessions):
        return "too_few"
    if survey in _NOTHING or sessions in _NOTHING:
        return "neither" if survey in _NOTHING and sessions in _NOTHING else "silence"
    if survey == sessions:
        return "agreement"
    return "dissonance" if {survey, sessions} == {"common", "rare"} else "partial"


def propose(table: pd.DataFrame, rule: Convergence | None = None) -> pd.DataFrame:
    """Step: columns theme, asked, chosen, ``x`` of ``n`` respondents, ``sessions_with`` of ``sessions`` in; adds the proposal.

    Adds ``share`` with its Wilson interval ``low``, ``high``; ``sessions_share``; ``survey_says``, ``sessions_say`` and
    ``proposed``. A theme that is no answer of ours and that nobody chose is one that the survey did not ask about.
    """
    rule = rule or settings().convergence
    out = stats.share(table)
    offered = out["asked"].astype(bool) & (out["chosen"].astype(bool) | out["theme"].isin(list(CHALLENGES)))
    counted = zip(out["x"], out["n"], out["low"], out["high"], offered, strict=True)
    survey = [survey_says(x, n, low, high, asked, rule) for x, n, low, high, asked in counted]
    sessions = [sessions_say(w, s, rule) for w, s in zip(out["sessions_with"], out["sessions"], strict=True)]
    held = out["sessions"].astype(float)
    return out.assign(
        sessions_share=out["sessions_with"].astype(float) / held.where(held > 0),
        survey_says=pd.Series(survey, index=out.index, dtype="object"),
        sessions_say=pd.Series(sessions, index=out.index, dtype="object"),
        proposed=pd.Series([proposal(a, b) for a, b in zip(survey, sessions, strict=True)], index=out.index, dtype="object"),
    )
