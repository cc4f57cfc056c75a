"""Need in words: every sentence says what its row says, and nothing that is withheld."""

from __future__ import annotations

import math
import re
import shutil
from collections import Counter

import duckdb
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight import need, reasons, store
from oversight.settings import settings

INTERNAL, SHAREABLE = store.Viewer(audience="internal"), store.Viewer(audience="shareable")


def row(**given):
    """One PCN of ``priority``, internal: two replies of about six people."""
    plain = {
        "pcn_code": "F0001", "pcn_name": "ALDER PCN", "band": "possible", "estimate": 0.5, "low": 0.304, "high": 0.704, "p_top_k": 0.3,
        "rank_low": 12, "rank_high": 1011, "ranked": 1247, "england": 0.33, "n": 2, "replies": 2, "n_workers": 5.7, "returned": True,
        "requested": False, "notes": 0, "mentions": 0, "offer_status": None, "evidence": "some", "main_reason": "clinical_supervision",
    }  # fmt: skip
    return {**plain, **given}


def rows(*given):
    return pd.DataFrame([row(pcn_code=f"F{i:04}", **g) for i, g in enumerate(given)])


def test_every_criterion_and_band_has_its_words():
    assert [*reasons.MEASURE_OF, "strain"] == list(need.WEIGHTS)
    assert reasons.what("strain").startswith("Strain")
    assert reasons.what("point_of_contact") == "First point of contact"
    assert reasons.what("safeguarding_and_concerns") == "Patient concerns and safeguarding"
    said = reasons.in_words(rows(*({"band": b} for b in need.BANDS)))["sure"].tolist()
    assert said == ["Clearly", "Probably", "Possibly", "Cannot tell", "Unlikely"]


def test_a_pcn_in_words():
    said = reasons.in_words(rows({})).iloc[0]
    expected = {
        "pcn": "ALDER PCN (F0000)", "sure": "Possibly", "chance": "30%", "value": "50% (30% to 70%)", "range": "30% to 70%", "mean": "33%",
        "rank_range": "12 to 1,011 of 1,247", "heard": "2 of about 6", "founded": "Some: 2 replies",
        "reason": "Regular clinical or non-managerial supervision", "asked": "No",
    }  # fmt: skip
    assert said[list(expected)].to_dict() == expected
    assert pd.isna(said["offer"])


@pytest.mark.parametrize(
    ("replies", "headcount", "returned", "expected"),
    [
        (2, 5.7, True, "2 of about 6"),
        (0, 1.4, True, "Nobody of about 1"),
        (0, 0.0, True, "Nobody (none in post in the workforce return)"),
        (1, 1.0, False, "1 of an unknown number"),
        (0, float("nan"), False, "Nobody of an unknown number"),
        (float("nan"), float("nan"), float("nan"), None),
    ],
)
def test_replies_are_of_an_estimate_or_of_an_unknown_number(replies, headcount, returned, expected):
    assert reasons.heard(replies, headcount, returned) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"n": 4, "replies": 4, "evidence": "strong"}, "Strong: 4 replies"),
        ({"n": 1, "replies": 1, "evidence": "strong", "requested": True}, "Strong: 1 reply and its own request"),
        ({"n": 0, "replies": 0, "evidence": "some", "notes": 1}, "Some: 1 coordinator's note"),
        ({"n": 1, "replies": 2, "notes": 2, "requested": True},
         "Some: 1 reply, 1 reply with too little answered, its own request and 2 coordinators' notes"),
        ({"n": 0, "replies": 1, "evidence": "modelled only"}, "Modelled only: 1 reply with too little answered"),
        ({"n": 0, "replies": 0, "evidence": "modelled only"}, "Modelled only: from its ICB and region"),
        ({"n": float("nan")}, None),
    ],
)  # fmt: skip
def test_evidence_says_what_it_consists_of(given, expected):
    assert reasons.evidence(row(**given)) == expected


def test_a_reason_is_named_only_where_somebody_reported_it():
    assert reasons.reason(row()) == "Regular clinical or non-managerial supervision"
    assert reasons.reason(row(main_reason="")) == "Nothing that can be named"
    assert reasons.reason(row(n=0, replies=0, main_reason="")) == "Nobody has replied"
    assert reasons.reason(row(n=0, replies=1, main_reason="")) == "Too little was answered"
    assert reasons.reason(row(n=float("nan"))) is None


@given(st.floats(0, 1))
def test_a_chance_in_words_stands_on_the_side_of_its_band(p):
    said = reasons.chance(p)
    number = int(re.search(r"\d+", said)[0]) / 100 - (0.001 if said.startswith(("just under", "under")) else 0)
    assert need.band([number], [1]).tolist() == need.band([p], [1]).tolist()


def test_a_chance_is_never_nought_or_certain():
    assert [reasons.chance(p) for p in (0, 0.004, 0.006, 0.884, 0.994, 0.996, 1)] == [
        "under 1%", "under 1%", "1%", "88%", "99%", "over 99%", "over 99%",
    ]  # fmt: skip


STATES = st.lists(
    st.tuples(st.integers(0, 3), st.booleans(), st.sampled_from([None, "eligible", "offered", "accepted", "started", "ended"])), max_size=12
)


@given(STATES)
def test_what_to_do_against_a_plain_loop(states):
    table = pd.DataFrame(
        [row(pcn_code=f"F{i:04}", replies=n, requested=r, offer_status=o) for i, (n, r, o) in enumerate(states)], columns=list(row())
    )
    served = {"offered", "accepted", "started", "ended"}
    expected = {
        "all": list(range(len(states))),
        "ask": [i for i, (n, _, _) in enumerate(states) if n == 0],
        "replied": [i for i, (n, _, _) in enumerate(states) if n > 0],
        "requested": [i for i, (_, r, o) in enumerate(states) if r and o not in served],
        "offered": [i for i, (_, _, o) in enumerate(states) if o in served],
    }
    labels = reasons.steps(table)
    for code, indices in expected.items():
        assert reasons.step(table, code)["pcn_code"].tolist() == [f"F{i:04}" for i in indices]
        assert labels[code].endswith(f"({len(indices)})")
    with pytest.raises(KeyError):
        reasons.step(table, "sell")


@pytest.mark.parametrize(
    ("bands", "place", "expected"),
    [
        (["clearly"] * 2 + ["probably"] * 3 + ["cannot_tell"] * 4, "England",
         "2 PCNs clearly need the offer most, 3 probably do, and for 4 of 9 we cannot tell"),
        (["clearly", "probably", "possible"], "Midlands",
         "In the Midlands, 1 PCN clearly needs the offer most, 1 probably does, of 3"),
        (["clearly", "unlikely"], "England", "1 PCN clearly needs the offer most, none probably do, of 2"),
        (["probably", "cannot_tell"], "England", "No PCN clearly needs the offer most, 1 probably does, and for 1 of 2 we cannot tell"),
        (["unlikely", "cannot_tell"], "London",
         "In London, no PCN clearly or probably needs the offer most, and for 1 of 2 we cannot tell"),
    ],
)  # fmt: skip
def test_the_headline_counts_the_bands(bands, place, expected):
    assert reasons.headline(rows(*({"band": b} for b in bands)), place) == expected


@pytest.mark.parametrize(
    ("k", "ranked", "expected"),
    [
        (0, 1247, "the offer has no places"),
        (1246, 1247, ""),
        (1247, 1247, "the offer has a place for every one of the 1,247 PCNs"),
        (100, 1, "the offer has a place for the only PCN"),
        (100, float("nan"), ""),
        (None, 1, ""),
    ],
)
def test_where_there_is_nothing_to_choose_it_is_said(k, ranked, expected):
    assert reasons.no_choice(k, ranked) == expected
    table = rows({"band": "clearly", "ranked": ranked}, {"band": "unlikely", "ranked": ranked})
    said = reasons.headline(table, "Midlands", k)
    assert (said == expected[:1].upper() + expected[1:] + ", so nobody has to be chosen") == bool(expected)
    if k is not None:
        most = " ".join(reasons.cautions(table, k, "link workers"))
        assert expected in most and ("“Most” means" in most) != bool(expected) and ("the bands tell nothing" in most) == bool(expected)
        assert ("Ranks are wide" in most) == (ranked > 1)  # the one PCN there is has no other rank


def test_for_sharing_the_pcns_of_england_are_counted_by_their_rows():
    table = rows({"band": "clearly", "ranked": float("nan")}, {"band": "clearly", "ranked": float("nan")})
    assert reasons.headline(table, "England", 2).startswith("The offer has a place for every one of the 2 PCNs")
    assert reasons.headline(table, "Midlands", 2).startswith("In the Midlands, 2 PCNs clearly need")


def test_cautions_say_what_most_means_that_silence_is_not_no_need_and_how_wide_ranks_are():
    table = rows(
        {}, {"rank_low": 1, "rank_high": 300}, {"rank_low": 500, "rank_high": 600}, {"n": 0, "replies": 0, "rank_low": 1, "rank_high": 1247}
    )
    most, unheard, wide = reasons.cautions(table, 1, "GP supervisors")
    assert "“Most” means: the neediest PCN of England, for the offer has 1 place." in most
    assert "among the 2 neediest PCNs of England, for the offer has 2 places." in reasons.cautions(table, 2, "GP supervisors")[0]
    assert unheard.startswith("**No GP supervisors have replied from 1 PCN.** That is not “no need”")
    assert "spans 300 of 1,247 places" in wide  # 1,000, 300 and 101; the silent PCN is left out
    assert (
        len(reasons.cautions(rows({"rank_low": pd.NA, "rank_high": pd.NA}).astype({"rank_low": "Int64", "rank_high": "Int64"}), 100, "x"))
        == 1
    )


@pytest.mark.parametrize("place", [{}, {"region": "Y60"}, {"icb": "QHL"}, {"role": "gp_supervisor"}])
def test_bands_of_the_sample_against_plain_counting(sample, place):
    table = store.ask("priority", INTERNAL, sample, **place).table
    counted = Counter(table["band"].tolist())
    silent = Counter(b for b, n in zip(table["band"], table["replies"], strict=True) if n == 0)
    found = reasons.bands(table)
    assert dict(zip(found["band"], found["pcns"], strict=True)) == {b: counted[b] for b in need.BANDS}
    assert dict(zip(found["band"], found["silent"], strict=True)) == {b: silent[b] for b in need.BANDS}
    assert set(silent) == {"cannot_tell"}
    shared = store.ask("priority", SHAREABLE, sample, **place).table
    assert reasons.bands(shared).drop(columns="label").equals(found.drop(columns=["label", "silent"]))
    said = reasons.alt_bands(found)
    assert f"Cannot tell: {counted['cannot_tell']:,} PCNs, of which nobody replied from {silent['cannot_tell']:,}" in said
    assert "nobody replied" not in reasons.alt_bands(reasons.bands(shared))


def test_for_sharing_only_the_name_and_the_band_become_words(sample):
    table = reasons.in_words(store.ask("priority", SHAREABLE, sample).table)
    assert len(table) == 1247
    assert table[[w for w in reasons.WORDS if w not in ("pcn", "sure")]].isna().all(axis=None)
    assert table["sure"].notna().all()
    ordered = reasons.by_band(table)
    positions = [list(need.BANDS).index(b) for b in ordered["band"]]
    keys = list(zip(positions, ordered["pcn_code"], strict=True))
    assert keys == sorted(keys)
    assert len(reasons.cautions(table, 100, "link workers")) == 1


def test_no_pcn_of_the_sample_lacks_a_word(sample):
    table = reasons.in_words(store.ask("priority", INTERNAL, sample).table)
    assert table[[w for w in reasons.WORDS if w != "offer"]].notna().all(axis=None)
    assert table["offer"].notna().sum() == table["offer_status"].notna().sum() > 0
    assert not table["founded"].str.contains("nan").any()
    silent = table[table["replies"] == 0]
    assert len(silent) > 100
    assert (silent["estimate"] > 0).all()
    assert set(silent["reason"]) == {"Nobody has replied"}


def test_the_sentence_over_the_highest_estimates():
    def said(*values):
        return reasons.top_sentence(rows(*({"low": low, "high": high} for low, high in values)))

    assert said((0.4, 0.9), (0.35, 0.6)) == (
        "All of the 2 highest estimates are clearly above England's 33%; their intervals overlap, so their order is not certain"
    )
    assert (
        said((0.7, 0.9), (0.3, 0.6))
        == "1 of the 2 highest estimates is clearly above England's 33%; their intervals lie apart, so their order is clear"
    )
    assert said((0.2, 0.9), (0.1, 0.3), (0.05, 0.25)).endswith("; their intervals overlap, so their order is not certain")
    assert said((0.2, 0.9), (0.1, 0.3), (0.05, 0.15)).endswith("; most intervals overlap")
    assert said((0.2, 0.9), (0.1, 0.3), (0.01, 0.05)).endswith("; some intervals overlap")
    assert said((0.3, 0.9), (0.2, 0.6)).startswith("Not one of the 2 highest estimates is clearly above")
    assert said((0.4, 0.6)) == "The one PCN with a reply is clearly above England's mean of 33%"
    assert reasons.top_sentence(rows({}).head(0)) == "No estimate here rests on a reply"


def test_the_text_of_the_chart_names_the_first_five():
    said = reasons.alt_needs(reasons.in_words(rows(*[{}] * 7)))
    assert said.count("chance 30%") == 5
    assert said.endswith("; and 2 more with lower estimates")
    assert "more with" not in reasons.alt_needs(reasons.in_words(rows({})))


def test_how_it_is_worked_out_states_the_weights_and_the_limits():
    said = "\n".join(reasons.worked_out(250))
    for name, weight in need.WEIGHTS.items():
        assert f"{reasons.what(name)} {weight:.0%}" in said
    assert "among the 250 with the highest need" in said
    assert "If the neediest reply less often, the chances shown are too high" in said


def test_the_places_of_the_offer_are_the_snapshots_own_setting(sample, tmp_path):
    assert store.ask("priority", INTERNAL, sample).filters["k"] == settings().definitions["places"]
    copy = tmp_path / sample.path.name
    shutil.copy(sample.path, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute("UPDATE setting SET value = 7 WHERE name = 'places'")
    other = store.find_snapshot(copy)
    result = store.ask("priority", INTERNAL, other)
    assert result.filters["k"] == 7
    assert math.isclose(result.table["p_top_k"].sum(), 7)
    assert store.ask("priority", INTERNAL, other, k="20").filters["k"] == 20


def test_no_rank_stands_alone(sample):
    """Wherever a rank is said it is an interval: two numbers and how many there are."""
    table = reasons.in_words(store.ask("priority", INTERNAL, sample, region="Y60").table)
    assert table["rank_range"].str.fullmatch(r"[\d,]+ to [\d,]+ of 1,247").all()
    said = reasons.alt_needs(table) + " ".join(reasons.cautions(table, 100, "link workers")) + " ".join(reasons.worked_out(100))
    assert not re.search(r"\b(rank|place|position) (is )?\d", said)
