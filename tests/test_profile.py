"""One PCN in words, against the truth the sample was drawn from, and the page itself for the PCNs that are special."""

from __future__ import annotations

import re
from collections import Counter

import pandas as pd
import pytest

from oversight import measures, need, profile, reasons, store
from oversight.model import CHALLENGES, RESPONDENT_KINDS
from tests import truth
from tests.test_pages import healthy, run
from tests.test_reasons import row

INTERNAL, SHAREABLE = store.Viewer(audience="internal"), store.Viewer(audience="shareable")
WAVE = "2026-2-autumn"


def responses(pcn, wave=WAVE, role="splw"):
    """The accepted responses of a PCN in the truth."""
    return [r for r in truth.rows("responses.csv.gz") if (r["pcn_code"], r["wave_id"], r["respondent_kind"]) == (pcn, wave, role)]


def persona(name):
    """The PCN codes of a persona, in order."""
    return [r["pcn_code"] for r in truth.rows("personas.csv") if r["persona"] == name]


def busiest():
    """The PCN with most link workers' replies in autumn."""
    return Counter(
        r["pcn_code"] for r in truth.rows("responses.csv.gz") if (r["wave_id"], r["respondent_kind"]) == (WAVE, "splw")
    ).most_common(1)[0]


def said(**given):
    return reasons.in_words(pd.DataFrame([row(**given)])).iloc[0]


# ---- sentences ------------------------------------------------------------------------------------------------------


def test_few_people_are_counted_not_turned_into_a_share():
    assert [profile.of(*pair) for pair in ((0, 0), (1, 1), (2, 3), (0, 4), (2, 5), (7, 9))] == [
        "nobody answered", "1 of 1", "2 of 3", "0 of 4", "40% (2 of 5)", "78% (7 of 9)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"band": "clearly"}, "ALDER PCN (F0001) is clearly among the PCNs that most need the offer"),
        ({"band": "cannot_tell"}, "We cannot tell whether ALDER PCN (F0001) is among the PCNs that most need the offer"),
        ({"band": "cannot_tell", "replies": 0},
         "ALDER PCN (F0001): no link workers have replied, so we cannot tell how much it needs the offer"),
        ({"band": "unlikely", "replies": float("nan")}, "ALDER PCN (F0001) is unlikely to be among the PCNs that most need the offer"),
    ],
)  # fmt: skip
def test_the_headline_is_the_pcn_and_its_band(given, expected):
    assert profile.headline(said(**given), "link workers") == expected


def test_the_estimate_with_interval_england_rank_interval_reason_and_evidence():
    chance, rank, reason, evidence = profile.estimate(said(), 100, "link workers", "Autumn 2026")
    assert "among the 100 neediest of England: 30%." in chance
    assert "50% (30% to 70%), the range being a 90% interval; the mean of England's PCNs is 33%" in chance
    assert "from 12 to 1,011 of 1,247" in rank
    assert reason.endswith("**Regular clinical or non-managerial supervision**.")
    assert evidence == "Evidence (some): 2 replies."
    assert len(profile.estimate(said(main_reason=""), 100, "link workers", "Autumn 2026")) == 3


def test_no_chance_is_given_where_there_is_nothing_to_choose():
    assert profile.headline(said(band="clearly"), "link workers", 1247) == (
        "ALDER PCN (F0001): the offer has a place for every one of the 1,247 PCNs"
    )
    for k, ranked in ((0, 1247), (1247, 1247), (5, 1)):
        lines = profile.estimate(said(ranked=ranked), k, "link workers", "Autumn 2026")
        assert lines[0].startswith("Estimated need: 50% (30% to 70%)") and "neediest" not in " ".join(lines)
        assert ("its rank" in " ".join(lines)) == (ranked > 1)
    assert profile.estimate(said(n=0, replies=0, ranked=1), 5, "link workers", "Autumn 2026")[1].endswith("ask there first.")


def test_silence_is_an_estimate_from_elsewhere_and_never_nought():
    silent, ask = profile.estimate(said(n=0, replies=0, main_reason="", p_top_k=0.047), 100, "link workers", "Autumn 2026")
    assert silent.startswith(
        "**No link workers have replied from this PCN in Autumn 2026.** The estimate, 50% (30% to 70%), comes from its ICB"
    )
    assert "not “no need”: ask there first" in ask
    assert ask.endswith("5%.")
    unscored = profile.estimate(said(n=0, replies=1, main_reason=""), 100, "link workers", "Autumn 2026")
    assert unscored[0].startswith("**Too little was answered from this PCN")
    assert profile.estimate(said(estimate=float("nan"), low=float("nan")), 100, "link workers", "Autumn 2026") == []


def test_change_is_said_only_where_the_intervals_say_so():
    def change(now, before, wave="B", n=(1, 1)):
        made = [row(low=now[0], high=now[1], n=n[0]), row(low=before[0], high=before[1], n=n[1])]
        return profile.change(pd.DataFrame(made).assign(wave_name=["B", "A"]), wave)

    assert change((0.3, 0.6), (0.5, 0.9)) == "No clear change since A: the two intervals overlap"
    assert change((0.6, 0.8), (0.1, 0.5)) == "Higher need than in A, beyond both intervals"
    assert change((0.1, 0.2), (0.3, 0.5)) == "Lower need than in A, beyond both intervals"
    assert change((0.3, 0.6), (0.5, 0.9), n=(0, 1)) == change((0.3, 0.6), (0.5, 0.9), n=(1, 0)) == ""
    assert change((0.3, 0.6), (0.5, 0.9), wave="A") == change((0.3, 0.6), (0.5, 0.9), wave="C") == ""


def test_remarks_on_two_icbs_succession_and_a_shared_name(sample):
    names = store.ask("places", INTERNAL, sample).table.set_index("code")["name"].to_dict()

    def remarks(code):
        return profile.remarks(store.ask("pcn", INTERNAL, sample, pcn=code).table.iloc[0], names)

    (two,), (one, other), (old, new) = persona("two_icbs"), persona("shared_name"), persona("merged")
    assert remarks(two) == [
        "Its practices lie in 2 ICBs. It counts in Coventry and Warwickshire: most of its registered patients are there."
    ]
    assert remarks(one) == [f"Another PCN has the same name: {other}. Go by the code."]
    assert remarks(other) == [f"Another PCN has the same name: {one}. Go by the code."]
    assert remarks(new) == [f"Replies and register entries of {old}, now closed, count here."]
    facts = profile.facts(store.ask("pcn", INTERNAL, sample, pcn=new).table.iloc[0], said(offer_status="accepted"))
    assert facts["Took over from"] == f"{old} (closed)"
    assert (facts["Asked for the offer"], facts["Offer"]) == ("No", "Accepted")
    shared = reasons.in_words(store.ask("priority", SHAREABLE, sample, pcn=new).table).iloc[0]
    assert "Offer" not in profile.facts(store.ask("pcn", SHAREABLE, sample, pcn=new).table.iloc[0], shared)


# ---- tables against the truth ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["busiest", "single_reply", "merged"])
def test_elements_against_the_truth(sample, which):
    code = busiest()[0] if which == "busiest" else persona(which)[-1]
    found = profile.elements(store.ask("coverage", INTERNAL, sample, level="pcn", pcn=code).table, code).set_index("label")
    states = [truth.elements(r) for r in responses(code)]
    assert 1 <= len(states) < 10
    assert len(found) == 10
    for element in states[0]:
        label = measures.label(element)
        shown = found.loc[label if label in found.index else f"– {label}"]
        if element in ("patient_concerns_safeguarding", "patient_concerns", "safeguarding_route", "all_three"):
            assert shown[["has", "lacks", "unsure"]].tolist() == ["not shown", "–", "–"]
            continue
        count = Counter(s[element] for s in states)
        n = sum(count[s] for s in truth.DENOMINATOR)
        if n:
            words = f"{count['yes']} of {n}"
            assert shown["has"] == (words if n < 5 else f"{100 * count['yes'] / n:.0f}% ({words})")
            assert shown[["lacks", "unsure"]].tolist() == [str(count["no"]), str(count["dont_know"])]
        else:
            assert shown["has"] == ("does not apply" if count["not_applicable"] else "nobody answered")


@pytest.mark.parametrize("which", ["busiest", "single_reply", "merged"])
def test_challenges_against_the_truth_without_those_of_wellbeing_and_safeguarding(sample, which):
    code = busiest()[0] if which == "busiest" else persona(which)[-1]
    found = profile.themes(store.ask("pcn_themes", INTERNAL, sample, pcn=code).table)
    answered = [r["challenges"].split() for r in responses(code) if r["challenges_state"] in ("answered", "unmapped", "dont_know")]
    counts = Counter(c for chosen in answered for c in chosen if c not in ("emotional_burden", "safeguarding_risk"))
    expected = {CHALLENGES[c]: profile.of(x, len(answered)) for c, x in counts.items()}
    assert dict(zip(found["label"], found["said"], strict=True)) == expected
    assert len(expected) > 1
    shared = store.ask("pcn_themes", SHAREABLE, sample, pcn=code).table
    assert shared[["x", "n", "share", "low", "high"]].isna().all(axis=None)


def test_the_order_of_challenges_does_not_tell_a_withheld_number(sample):
    table = store.ask("pcn_themes", INTERNAL, sample, pcn=busiest()[0]).table
    assert table["theme"].tolist() == sorted(CHALLENGES)


def test_who_replied_against_the_truth(sample):
    code, most = busiest()
    table = store.ask("pcn_replies", INTERNAL, sample, pcn=code).table
    found = profile.replies(table)
    assert list(profile.columns(table)) == ["kind", "Autumn 2026", "Spring 2026"]
    assert found["kind"].tolist() == list(RESPONDENT_KINDS.values())
    assert found["Autumn 2026"][0].startswith(f"{most} of about ")
    for name, wave in (("Autumn 2026", WAVE), ("Spring 2026", "2026-1-spring")):
        for role, words in zip(RESPONDENT_KINDS, found[name], strict=True):
            assert int(words.split()[0].replace("Nobody", "0")) == len(responses(code, wave, role))
    assert profile.replies(table[table["role"] != "pcn_manager"])["Autumn 2026"].iloc[-1] == "Not asked"
    shared = store.ask("pcn_replies", SHAREABLE, sample, pcn=code).table
    assert shared[["responses", "headcount", "returned"]].isna().all(axis=None)


def test_no_workforce_return_is_not_nobody(sample):
    none, host = persona("no_return")[0], persona("hosted")[0]
    table = profile.workforce(store.ask("pcn_workforce", SHAREABLE, sample, pcn=none).table)
    assert table["census"].tolist() == ["30 September 2026", "31 March 2026"]
    assert set(table[["splw", "care_coordinator", "hwb_coach"]].to_numpy().ravel()) == {"No return made: not known"}
    assert set(profile.workforce(store.ask("pcn_workforce", INTERNAL, sample, pcn=host).table)["splw"]) == {"Nobody in the return"}
    one = {"returned": True, "fte": 5.99, "named_people": 3.0, "contracted_fte": 3.59}
    assert profile._staff(one) == "6.0 FTE: 3 named people, 3.6 FTE contracted"
    assert profile._staff({**one, "named_people": 0}) == "6.0 FTE: 3.6 FTE contracted"
    assert profile._staff({**one, "named_people": 1, "contracted_fte": 0}) == "6.0 FTE: 1 named person"


def test_the_register_newest_first_and_for_sharing_only_what_is_marked_so(sample):
    every = store.ask("pcn_events", INTERNAL, sample).table
    code = every.loc[
        (every["kind"] == "note") & (every["audience"] == "shareable") & every["place_code"].str.startswith("F"), "place_code"
    ].iloc[0]
    table = store.ask("pcn_events", INTERNAL, sample, pcn=code).table
    found = profile.events(table)
    assert table["date"].is_monotonic_decreasing
    assert set(found["kind"]) <= set(profile.KINDS.values())
    assert len(found) == len(table) > 0
    shared = profile.events(store.ask("pcn_events", SHAREABLE, sample, pcn=code).table)
    assert set(shared["kind"]) == {"Coordinator's note"}


def event(kind, day, what="x", source=None):
    return {"kind": kind, "date": pd.Timestamp(day), "what": what, "source": source}


def test_what_speaks_for_a_pcn_kind_by_kind():
    table = pd.DataFrame([
        event("offer", "2026-05-03", "offered"), event("mention", "2026-05-02", "At Alder they wait.", "FG01"),
        event("note", "2026-05-02"), event("session", "2026-04-01", "gp_supervisor", "FG03"), event("note", "2026-03-01"),
        event("offer", "2026-02-03", "eligible"), event("request", "2026-02-01"),
    ])  # fmt: skip
    found = profile.speaks(table, said(), "link workers")
    assert found == {
        "Replies of link workers": said()["heard"],
        "Its own request": "1 February 2026",
        "Coordinators' notes": "2 notes, the last on 2 May 2026",
        "Named in focus groups": "1 time, on 2 May 2026",
        "Offer so far": "Offered, no reply yet, 3 May 2026",
        "Focus groups of its ICB that raised lack of supervision": "1 session, on 1 April 2026",
    }
    assert profile.speaks_sentence(table, said()) == (
        "What speaks for it: 2 replies, its own request, notes and being named in focus groups"
    )
    words = dict(zip(profile.events(table)["kind"], profile.events(table)["words"], strict=True))
    assert words["Named in a focus group"] == "“At Alder they wait.” (FG01)"
    assert words["Focus group of its ICB"] == "GP supervisor: lack of supervision was raised (FG03)"


def test_nothing_speaks_for_a_pcn_yet():
    none = pd.DataFrame([], columns=["kind", "date", "what", "source"])
    assert set(profile.speaks(none, said(), "link workers").values()) == {said()["heard"], "none"}
    assert profile.speaks_sentence(none, said()) == "Nothing speaks for it but replies"
    assert profile.speaks_sentence(none, said(replies=0, n=0)) == "Nothing speaks for or against it yet: ask there first"
    context = pd.DataFrame([event("session", "2026-04-01", "splw", "FG03"), event("offer", "2026-04-01", "eligible")])
    assert profile.speaks_sentence(context, said()) == "Nothing speaks for it but replies"  # neither is a word for it


def test_mentions_count_as_some_evidence_and_change_no_estimate(sample):
    table = store.ask("priority", INTERNAL, sample).table
    named = table[table["mentions"] > 0]
    assert len(named) >= 2 and set(named["evidence"]) <= {"strong", "some"}
    raw = store._cursor(sample.path).execute(store.queries()["needs"].sql, {"wave": WAVE, "role": "splw", "also": None}).df()
    without = raw.assign(mentions=0, notes=0, requested=False, offer_status=None)
    columns = ["pcn_code", "estimate", "in_post"]
    pd.testing.assert_frame_equal(need.points(raw)[columns], need.points(without)[columns])


# ---- the page -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("silent", "No link workers have replied from this PCN in Autumn 2026"),
        ("single_reply", "1 of about 4"),
        ("merged", "now closed, count here"),
        ("two_icbs", "Its practices lie in 2 ICBs"),
        ("shared_name", "Another PCN has the same name"),
        ("no_return", "No return made: not known"),
        ("hosted", "Nobody in the return"),
        ("opened", "Open since"),
    ],
)
def test_the_page_of_a_persona(name, expected, sample, monkeypatch):
    code = persona(name)[-1]
    words = healthy(run("pcn", sample.path.parent, monkeypatch, pcn=code)).replace("\\", "")
    assert expected in words
    assert f"({code})" in words
    shared = healthy(run("pcn", sample.path.parent, monkeypatch, pcn=code, audience="shareable")).replace("\\", "")
    assert not re.search(r"Chance of|\d% \(\d|\d of about|\bEvidence \(|no link workers have replied", shared)
    assert "For sharing, a PCN leaves with its band" in shared


def test_without_a_pcn_the_page_offers_those_of_the_place(sample, monkeypatch):
    app = run("pcn", sample.path.parent, monkeypatch, region="Y61", icb="D7T5G")
    assert "Choose one of the" in healthy(app)
    mine = store.ask("priority", INTERNAL, sample, icb="D7T5G").table["pcn_code"]
    shown = app.dataframe[0].value["PCN"]
    assert sorted(re.findall(r"\((F\d+)\)$", name)[0] for name in shown) == sorted(mine)


def test_the_list_is_filtered_by_what_there_is_to_do(sample, monkeypatch):
    table = store.ask("priority", INTERNAL, sample, region="Y60").table
    for code in reasons.STEPS:
        app = run("priority", sample.path.parent, monkeypatch, region="Y60", step=code)
        healthy(app)
        assert len(app.dataframe[0].value) == len(reasons.step(table, code))


def test_the_priority_page_for_sharing_has_bands_and_no_empty_columns(sample, monkeypatch):
    app = run("priority", sample.path.parent, monkeypatch, audience="shareable")
    words = healthy(app)
    assert app.dataframe[0].value.columns.tolist() == ["PCN", "ICB", "Among the neediest?"]
    assert len(app.dataframe[0].value) == 1247
    assert not (app.dataframe[0].value == "–").any(axis=None)
    assert "answers about a single PCN stay inside the programme" in words


def test_a_pcn_left_in_the_link_does_not_narrow_other_pages(sample, monkeypatch):
    app = run("priority", sample.path.parent, monkeypatch, pcn=persona("silent")[0])
    assert "of 1,247 we cannot tell" in app.title[0].value.replace("\\", "")


def test_the_page_shows_what_speaks_for_a_pcn_and_for_sharing_none_of_it(sample, monkeypatch):
    every = store.ask("pcn_events", INTERNAL, sample).table
    mention = every[every["kind"] == "mention"].iloc[0]
    shown = healthy(run("pcn", sample.path.parent, monkeypatch, pcn=mention["place_code"]))
    assert f"“{mention['what']}” ({mention['source']})" in shown and "do not change it" in shown
    shared = healthy(run("pcn", sample.path.parent, monkeypatch, pcn=mention["place_code"], audience="shareable"))
    assert mention["what"] not in shared and "Named in" not in shared
