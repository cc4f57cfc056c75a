"""Survey beside focus groups: the rule by hand and stated a second time, the queries against naive twins, words, picture, disclosure."""

from __future__ import annotations

import csv
import re
from collections import Counter
from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as run
from hypothesis import strategies as some

from oversight import beside, charts, convergence, disclosure, stats, store
from oversight.model import VERDICTS as ALLOWED
from oversight.questionnaire import RESPONDENT_KINDS
from oversight.settings import SAMPLE, Convergence, settings
from tests import truth
from tests.conftest import VERDICTS
from tests.test_coverage_naive import INTERNAL, PLACES, WAVES, wilson

SHAREABLE = store.Viewer(audience="shareable")
REGIONS = ["Y56", "Y58", "Y59", "Y60", "Y61", "Y62", "Y63"]
NAN = float("nan")


@cache
def register(name: str) -> list[dict[str, str]]:
    with (SAMPLE / "registers" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def by_hand(x: int, n: int, asked: bool, raised: int, held: int) -> str:
    """The rule a second time, with its own numbers: a quarter and a tenth of respondents, a half and a quarter of sessions."""
    low, high = wilson(x, n) if n else (NAN, NAN)
    survey = "none" if not asked or x == 0 else "common" if low >= 0.25 else "rare" if high < 0.10 else "some"
    if survey == "some" and (low < 0.10 or high >= 0.25):
        survey = "unclear"
    sessions = "none" if raised == 0 else "common" if 2 * raised >= held else "rare" if 4 * raised <= held else "some"
    if held < 5 or (asked and n < 10):
        return "too_few"
    if "none" in (survey, sessions):
        return "neither" if survey == sessions else "silence"
    if survey == sessions:
        return "agreement"
    return "dissonance" if {survey, sessions} == {"common", "rare"} else "partial"


def proposed(x: int, n: int, raised: int, held: int, asked: bool = True, chosen: bool = True, theme: str = "caseload") -> pd.Series:
    row = {"theme": theme, "asked": asked, "chosen": chosen, "x": x, "n": n, "sessions_with": raised, "sessions": held}
    return convergence.propose(pd.DataFrame([row])).iloc[0]


@pytest.mark.parametrize(
    ("x", "n", "raised", "held", "expected"),
    [
        (340, 1000, 16, 24, "agreement"),
        (60, 1000, 4, 16, "agreement"),  # rare in both: a quarter of the sessions is still rare
        (170, 1000, 6, 16, "agreement"),  # neither common nor rare in both
        (340, 1000, 4, 16, "dissonance"),
        (60, 1000, 8, 16, "dissonance"),  # half of the sessions is common
        (340, 1000, 0, 16, "silence"),
        (0, 1000, 1, 16, "silence"),
        (0, 1000, 0, 16, "neither"),
        (170, 1000, 16, 16, "partial"),
        (255, 1000, 16, 16, "partial"),  # 26%, but the interval reaches below a quarter
        (34, 100, 16, 16, "partial" if wilson(34, 100)[0] < 0.25 else "agreement"),
        (4, 9, 16, 16, "too_few"),
        (340, 1000, 4, 4, "too_few"),
        (340, 1000, 0, 0, "too_few"),
        (0, 0, 3, 6, "too_few"),  # asked, and nobody answered
    ],
)
def test_the_rule_by_hand(x: int, n: int, raised: int, held: int, expected: str) -> None:
    assert proposed(x, n, raised, held)["proposed"] == expected


def test_what_was_not_asked_is_silence_and_not_rare() -> None:
    row = proposed(0, 0, 5, 10, asked=False, chosen=False)
    assert (row["survey_says"], row["proposed"]) == ("not_asked", "silence")
    other = proposed(0, 500, 5, 10, chosen=False, theme="a theme of the focus groups only")
    assert (other["survey_says"], other["proposed"]) == ("not_asked", "silence")
    assert proposed(0, 500, 5, 10, chosen=False)["survey_says"] == "silent"  # one of our answers, that nobody chose


COUNTS = some.tuples(some.integers(0, 600), some.integers(0, 600), some.integers(0, 30), some.integers(0, 30)).map(
    lambda c: (min(c[:2]), max(c[:2]), min(c[2:]), max(c[2:]))
)


@run(max_examples=100)
@given(counts=COUNTS, asked=some.booleans())
def test_the_rule_stated_twice(counts: tuple[int, int, int, int], asked: bool) -> None:
    x, n, raised, held = counts if asked else (0, 0, *counts[2:])
    row = proposed(x, n, raised, held, asked=asked)
    assert row["proposed"] == by_hand(x, n, asked, raised, held)
    assert (row["share"] == x / n) if n else np.isnan(row["share"])
    assert (row["sessions_share"] == raised / held) if held else np.isnan(row["sessions_share"])


@run(max_examples=40)
@given(counts=COUNTS, rule=some.tuples(*[some.integers(1, 50)] * 4))
def test_under_any_thresholds_more_of_both_is_never_less(counts: tuple[int, int, int, int], rule: tuple[int, ...]) -> None:
    """What is common stays common with one more who chose it, and what is rare stays rare with one fewer."""
    thresholds = Convergence((rule[0] + 50) / 100, rule[1] / 100, (rule[2] + 50) / 100, rule[3] / 100)
    x, n, raised, held = counts
    ladder = {"silent": 0, "rare": 1, "unclear": 2, "between": 2, "common": 3}
    if n >= 10:
        steps = [convergence.survey_says(k, n, *map(float, stats.wilson(k, n)), True, thresholds) for k in range(x, min(x + 40, n) + 1)]
        assert [ladder[s] for s in steps] == sorted(ladder[s] for s in steps)
    if held >= 5:
        steps = [convergence.sessions_say(k, held, thresholds) for k in range(raised, held + 1)]
        assert [ladder[s] for s in steps] == sorted(ladder[s] for s in steps)


def test_thresholds_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="survey_rare must be"):
        Convergence(survey_common=0.1, survey_rare=0.2)
    assert settings().convergence == Convergence()  # what the settings file says is what the tests state


# ---- the queries against naive twins ---------------------------------------------------------------------------------


@cache
def survey_counts(wave: str, role: str) -> dict[tuple[str, str], tuple[int, int]]:
    """(place, theme) -> (chose it, answered), for England and regions."""
    rows = [r for r in truth.rows("responses.csv.gz") if (r["wave_id"], r["respondent_kind"]) == (wave, role)]
    answered = [r for r in rows if r["challenges_state"] in ("answered", "dont_know", "unmapped")]
    themes = {r["theme"] for r in register("themes")}
    found = {}
    for place in ["ENG", *REGIONS]:
        here = [r for r in answered if place in ("ENG", r["region_code"])]
        found |= {(place, theme): (sum(theme in r["challenges"].split() for r in here), len(here)) for theme in themes}
    return found


@run(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    wave=some.sampled_from(WAVES), role=some.sampled_from(sorted(RESPONDENT_KINDS)), region=some.sampled_from([None, "Y60", "Y61", "Y99"])
)
def test_convergence_for_any_filters(judged: store.Snapshot, wave: str, role: str, region: str | None) -> None:
    survey, excerpts = survey_counts(wave, role), {(r["session_id"], r["theme"]): r for r in truth.rows("focus.csv")}
    settled: dict[tuple[str, str], dict[str, str]] = {}
    for row in sorted(csv.DictReader(VERDICTS.splitlines()), key=lambda r: r["date"]):
        settled[row["region_code"] or "ENG", row["theme"]] = row
    asked = any(
        r["challenges_state"] != "not_asked" for r in truth.rows("responses.csv.gz") if (r["wave_id"], r["respondent_kind"]) == (wave, role)
    )
    table = store.ask("convergence", INTERNAL, judged, wave=wave, role=role, region=region).table
    places = {"ENG", *([region] if region in REGIONS else [] if region else REGIONS)}
    assert {(r["code"], r["theme"]) for r in table.to_dict("records")} == {(p, t) for p, t in survey if p in places}
    for row in table.to_dict("records"):
        key = (row["code"], row["theme"])
        held = [s for s in register("sessions") if s["respondent_kind"] == role and row["code"] in ("ENG", s["region_code"])]
        raised = sum(
            int(excerpts[s["session_id"], row["theme"]]["excerpts"]) > 0 for s in held if (s["session_id"], row["theme"]) in excerpts
        )
        assert (row["x"], row["n"]) == survey[key]
        assert (row["sessions_with"], row["sessions"]) == (raised, len(held))
        assert row["participants"] == sum(int(s["participants"]) for s in held)
        assert row["proposed"] == by_hand(*survey[key], asked, raised, len(held))
        if key in settled:
            assert (row["verdict"], str(row["verdict_date"].date())) == (settled[key]["verdict"], settled[key]["date"])
            assert row["verdict_note"] == settled[key]["note"]
        else:
            assert pd.isna(row["verdict"])


def remedy_counts(rows: list[dict[str, str]], kind: str) -> dict[str, tuple[int, int]]:
    """Figure -> (x, n) of some respondents, counted one by one."""
    found = {"aware": [0, 0], "used_of_aware": [0, 0], "used": [0, 0]}
    for r in rows:
        aware, used = r[f"{kind}_aware"], r[f"{kind}_used"]
        if aware in truth.DENOMINATOR:
            found["aware"][0] += aware == "yes"
            found["aware"][1] += 1
        if aware == "yes" and used in truth.DENOMINATOR:
            found["used_of_aware"][0] += used == "yes"
            found["used_of_aware"][1] += 1
        if (aware == "yes" and used in truth.DENOMINATOR) or aware in ("no", "dont_know"):
            found["used"][0] += aware == "yes" and used == "yes"
            found["used"][1] += 1
    return {figure: (x, n) for figure, (x, n) in found.items()}


@run(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wave=some.sampled_from(WAVES), role=some.sampled_from(sorted(RESPONDENT_KINDS)), place=some.sampled_from(PLACES))
def test_remedies_for_any_filters(sample: store.Snapshot, wave: str, role: str, place: tuple[str | None, str | None]) -> None:
    region, icb = place
    rows = [r for r in truth.rows("responses.csv.gz") if (r["wave_id"], r["respondent_kind"]) == (wave, role)]
    table = store.ask("remedies", INTERNAL, sample, wave=wave, role=role, region=region, icb=icb).table
    assert {r["remedy"] for r in register("themes") if r["remedy"]} == set(table["remedy"])
    kinds = dict(zip(table["remedy"], table["kind"], strict=True))
    assert sorted(kinds.values()) == ["coaching", "other", "other", "peer_network", "supervision_offer"]
    for code in table["code"].unique():
        level = table.loc[table["code"] == code, "level"].iloc[0]
        here = [r for r in rows if level == "england" or r[f"{level}_code"] == code]
        expected = {kind: remedy_counts(here, kind) for kind in ("coaching", "peer_network")}
        for row in table[table["code"] == code].to_dict("records"):
            if row["figure"] == "none":
                assert row["kind"] not in expected
                assert pd.isna(row["x"])
                assert pd.isna(row["n"])
            else:
                assert (row["x"], row["n"]) == expected[row["kind"]][row["figure"]]
                assert row["n"] == 0 or (row["low"], row["high"]) == pytest.approx(wilson(row["x"], row["n"]), abs=1e-9)
    assert set(table.loc[table["level"] == "region", "code"]) == ({region} if region else set(REGIONS))


@pytest.mark.parametrize("region", [None, "Y60"])
def test_offer_counts(sample: store.Snapshot, region: str | None) -> None:
    pcns = {r["pcn_code"]: r["region_code"] for r in store.ask("places", INTERNAL, sample).table.query("level == 'pcn'").assign(
        pcn_code=lambda t: t["code"]).to_dict("records")}  # fmt: skip
    order = ["eligible", "offered", "accepted", "started", "ended"]
    reached: dict[str, int] = {}
    for row in register("offers"):
        reached[row["pcn_code"]] = max(reached.get(row["pcn_code"], 0), order.index(row["status"]) + 1)
    asked = {row["pcn_code"] for row in register("requests")}
    assert asked | reached.keys() <= pcns.keys()  # all of them are open, so nothing has to be followed
    table = store.ask("offer_counts", INTERNAL, sample, region=region).table
    assert set(table["code"]) == {"ENG", *([region] if region else REGIONS)}
    for row in table.to_dict("records"):
        here = {code for code, r in pcns.items() if row["code"] in ("ENG", r)}
        assert (row["pcns"], row["requested"]) == (len(here), len(asked & here))
        assert [row[s] for s in order] == [sum(reached.get(p, 0) > i for p in here) for i in range(5)]


# ---- disclosure -------------------------------------------------------------------------------------------------------


@run(max_examples=150)
@given(unaware=some.integers(0, 30), unused=some.integers(0, 30), used=some.integers(0, 30))
def test_no_figure_of_a_remedy_gives_another_away(unaware: int, unused: int, used: int) -> None:
    """Whatever sum of the three groups can be worked out from what is shown is none of the sums that are withheld."""
    aware, everybody = unused + used, unaware + unused + used
    figures = [("aware", aware, everybody), ("used_of_aware", used, aware), ("used", used, everybody)]
    frame = pd.DataFrame([{"level": "icb", "code": "X", "remedy": "R", "figure": f, "x": x, "n": n} for f, x, n in figures])
    shown, _ = disclosure.apply(stats.share(frame), "remedies", "shareable")
    groups = {"aware": ([0, 1, 1], [1, 0, 0]), "used_of_aware": ([0, 0, 1], [0, 1, 0]), "used": ([0, 0, 1], [1, 1, 0])}
    known = [part for r in shown.to_dict("records") if not pd.isna(r["x"]) for part in groups[r["figure"]]]
    sizes = np.array([unaware, unused, used])
    for number in (1, 2):
        for chosen in combinations(range(3), number):
            unit = np.isin(np.arange(3), chosen).astype(float)
            if known and np.linalg.matrix_rank(np.array([*known, unit])) == np.linalg.matrix_rank(np.array(known)):
                assert not 1 <= unit @ sizes <= 7, (chosen, shown)
    if min(sizes) >= 8:
        assert shown["x"].notna().all()  # and nothing is withheld without need


def test_a_note_stays_inside_and_what_is_worked_out_goes_with_its_parts(judged: store.Snapshot) -> None:
    inside = store.ask("convergence", INTERNAL, judged).table
    outside = store.ask("convergence", SHAREABLE, judged).table
    assert (inside["verdict_note"].fillna("") != "").sum() == 2
    assert (outside["verdict_note"].fillna("") == "").all()
    assert outside["verdict"].notna().sum() == inside["verdict"].notna().sum() == 3
    survey, sessions = outside["x"].isna(), outside["sessions_with"].isna()
    assert survey.any()
    assert (outside.loc[survey, ["share", "low", "high", "survey_says", "proposed"]].isna()).all(axis=None)
    assert (outside.loc[sessions, ["sessions_share", "sessions_say", "proposed"]].isna()).all(axis=None)
    assert (outside.loc[survey | sessions, "withheld"] != "").all()


# ---- words and picture ------------------------------------------------------------------------------------------------


def rows_of(counts: list[tuple[int, int, int, int]], asked: bool = True, verdict: str | None = None, note: str = "") -> pd.DataFrame:
    """A place's table as the query gives it, one theme for each counts."""
    made = [
        {
            "level": "england", "code": "ENG", "name": "England", "region_code": None, "theme": "caseload", "label": f"Theme {i}",
            "remedy": None, "asked": asked, "chosen": x > 0, "x": x, "n": n, "sessions_with": w, "sessions": s, "participants": 8 * s,
            "verdict": verdict, "verdict_date": pd.Timestamp("2026-10-30") if verdict else pd.NaT, "verdict_note": note,
        }
        for i, (x, n, w, s) in enumerate(counts)
    ]  # fmt: skip
    return convergence.propose(pd.DataFrame(made))


def numbers(text: str) -> Counter[str]:
    return Counter(re.findall(r"\d[\d,]*", text.replace("“Theme 0”", "")))


@run(max_examples=100)
@given(
    counts=COUNTS, asked=some.booleans(), audience=some.sampled_from(["internal", "shareable"]),
    verdict=some.sampled_from([None, *ALLOWED]),
)  # fmt: skip
def test_a_sentence_claims_what_the_rule_found_and_holds_no_other_number(
    counts: tuple[int, int, int, int], asked: bool, audience: str, verdict: str | None
) -> None:
    counts = counts if asked else (0, 0, *counts[2:])
    table, _ = disclosure.apply(rows_of([counts], asked, verdict, "why 7777"), "beside", audience)
    row = beside.at(table, "england", "ENG").iloc[0].to_dict()
    said = beside.theme_sentence(row, "link workers", "")
    allowed = {f"{row[c]:,.0f}" for c in ("n", "sessions_with", "sessions") if not pd.isna(row[c])}
    allowed |= {f"{100 * row[c]:.0f}" for c in ("share", "low", "high") if not pd.isna(row[c])}
    allowed |= {"30", "2026"} if verdict else set()
    allowed |= {"7777"} if verdict and audience == "internal" else set()
    assert set(numbers(said)) <= allowed, said
    assert not re.search(r"\b(nan|None|NaT)\b", said)
    assert not re.search(r"\b1 focus groups", said)
    claims = said.split("People settled")[0]
    if verdict is None and row["shown"] == "agreement":
        assert "in both" in claims
    else:
        assert "in both" not in claims
    if row["proposed"] != "dissonance" or verdict:
        assert "common in the survey and rare" not in claims
        assert "rare in the survey and common" not in claims
    if row["shown"] == "silence" and verdict is None:
        assert "Silence is not “no need”" in said
    assert ("People settled this" in said) == (verdict is not None)
    headline = beside.headline(beside.at(table, "england", "ENG"), "link workers")
    assert (": agreement on" in headline) == (row["shown"] == "agreement")
    assert (": dissonance on" in headline) == (row["shown"] == "dissonance")


def figures(aware: tuple[int, int], of: tuple[int, int], used: tuple[int, int], remedy: str = "Individual coaching") -> pd.DataFrame:
    rows = zip(("aware", "used_of_aware", "used"), (aware, of, used), strict=True)
    frame = pd.DataFrame([{"remedy": remedy, "kind": "coaching", "figure": f, "x": x, "n": n, "name": "England"} for f, (x, n) in rows])
    return stats.share(frame.assign(level="england", code="ENG"))


def test_the_remedy_in_words() -> None:
    known = figures((610, 1000), (220, 610), (220, 1000))
    words = beside.remedy_words("Individual coaching", known, None)
    assert words == "the remedy named for it, individual coaching, is known to 61% (58% to 64%) and used by 22% (20% to 25%)"
    sentence = beside.theme_sentence(beside.at(rows_of([(340, 1000, 16, 24)]), "england", "ENG").iloc[0].to_dict(), "link workers", words)
    assert sentence == (
        "“Theme 0” is common in both: 34% of link workers (31% to 37%) and 16 of 24 focus groups. The remedy named for it, individual "
        "coaching, is known to 61% (58% to 64%) and used by 22% (20% to 25%)."
    )
    assert beside.remedy_words(None, known, None) == "the programme names no remedy for it"
    assert beside.remedy_words("Another", known, None) == "the remedy named for it, Another, is not asked about in the survey"
    assert beside.remedy_words("Individual coaching", figures((0, 0), (0, 0), (0, 0)), None).endswith("was not asked about")
    hidden = known.assign(x=NAN, n=NAN, share=NAN)
    assert beside.remedy_words("Individual coaching", hidden, None).endswith("has too few answers to show")
    offer = pd.DataFrame([{"remedy": "The offer", "kind": "supervision_offer", "figure": "none"}])
    stands = {"requested": 60, "offered": 27, "accepted": NAN, "started": 1, "ended": NAN, "name": "England"}
    assert beside.remedy_words("The offer", offer, stands) == (
        "the remedy named for it, the offer, was asked for by 60 PCNs, offered to 27 and started in 1 (England)"
    )
    assert beside.remedies(known)["aware"].tolist() == ["61% (58% to 64%), 610 of 1,000"]


SURVEY = " them with the survey"


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([(340, 1000, 2, 2)], "Only 2 focus groups held with link workers in England: at least 5 are needed to compare" + SURVEY),
        ([(340, 1000, 1, 1)], "Only 1 focus group held with link workers in England: at least 5 are needed to compare" + SURVEY),
        ([(340, 1000, 0, 0)], "No focus group was held with link workers in England: at least 5 are needed to compare" + SURVEY),
        ([(1, 3, 4, 8)], "Only 3 answers from link workers in England: at least 10 are needed to compare them with focus groups"),
        (
            [(340, 1000, 16, 24), (340, 1000, 2, 24), (0, 1000, 3, 24), (170, 1000, 24, 24), (0, 1000, 0, 24)],
            "Survey and focus groups of link workers in England, 5 themes: agreement on 1, dissonance on 1, silence of one on 1, partial "
            "agreement on 1 and silence of both on 1",
        ),
    ],
)  # fmt: skip
def test_headlines(counts: list[tuple[int, int, int, int]], said: str) -> None:
    assert beside.headline(beside.at(rows_of(counts), "england", "ENG"), "link workers") == said


def test_the_picture_holds_both_shares_under_their_verdict_and_says_who_settled_it() -> None:
    table = [
        rows_of([(340, 1000, 16, 24), (60, 1000, 12, 24)]),
        rows_of([(200, 1000, 3, 24)], verdict="agreement").astype({"share": float}),
    ]
    rows = beside.at(pd.DataFrame([r for t in table for r in t.to_dict("records")]), "england", "ENG")
    figure = charts.beside(rows, fictional=True)
    held, survey = figure.data
    ticks = dict(zip(figure.layout.yaxis.tickvals, figure.layout.yaxis.ticktext, strict=True))
    assert [ticks[y].replace("<br>", " ") for y in survey.y] == ["Theme 0", "Theme 0 (settled by people)", "Theme 1"]
    assert list(survey.x) == pytest.approx([0.34, 0.2, 0.06])
    assert list(held.x) == pytest.approx([16 / 24, 3 / 24, 0.5])
    assert survey.error_x.array == pytest.approx((rows["high"] - rows["share"]).tolist())
    assert [t for t in ticks.values() if t.startswith("<b>")] == ["<b>Agreement</b>", "<b>Dissonance</b>"]
    texts = [a.text for a in figure.layout.annotations]
    assert "FICTIONAL" in texts
    assert any("focus groups" in t for t in texts)
    nothing = rows.assign(share=NAN, sessions_share=NAN, low=NAN, high=NAN)
    assert "nothing to show" in [a.text for a in charts.beside(nothing).layout.annotations]
    markup = rows.assign(head="<b>x</b>", group="<i>y</i>")
    assert not any("<b>x" in t or "<i>y" in t for t in charts.beside(markup).layout.yaxis.ticktext)
    assert beside.alt(rows).startswith("Agreement: Theme 0: survey 34% (31% to 37%), focus groups 16 of 24; ")
