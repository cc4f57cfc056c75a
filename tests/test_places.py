"""Places: which ICB a PCN belongs to, what follows what, and where a response lies; against small cases worked by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from oversight.exports.reading import FileProblem
from oversight.places import Placer, organise, tidy_icb_name, tidy_pcn_name

APRIL, OCTOBER = date(2026, 4, 1), date(2026, 10, 1)


def practices(day: date, *rows: tuple[str, str | None, str, str]) -> pd.DataFrame:
    """Rows of (practice, PCN, PCN name, ICB)."""
    frame = pd.DataFrame(rows, columns=["practice_code", "pcn_code", "pcn_name", "icb_code"])
    frame["region_code"] = frame["icb_code"].map({"QAA": "Y60", "QBB": "Y60", "QCC": "Y58"})
    return frame.assign(
        practice_name="P", sub_icb_code=frame["icb_code"] + "s", icb_name="NHS " + frame["icb_code"] + " Integrated Care Board",
        region_name=frame["region_code"], as_at=day,
    )  # fmt: skip


MAPS = [
    practices(APRIL, ("P1", "F0001", "OLD PCN", "QAA"), ("P2", "F0001", "OLD PCN", "QAA"), ("P3", "F0002", "BOTH PCN", "QAA"),
              ("P4", "F0002", "BOTH PCN", "QBB"), ("P5", "F0003", "SPLIT PCN", "QCC"), ("P6", "F0003", "SPLIT PCN", "QCC"),
              ("P9", None, "U", "QCC")),
    practices(OCTOBER, ("P1", "F0004", "NEW PCN", "QAA"), ("P2", "F0004", "NEW PCN", "QAA"), ("P3", "F0002", "BOTH PCN", "QAA"),
              ("P4", "F0002", "BOTH PCN", "QBB"), ("P5", "F0004", "NEW PCN", "QAA"), ("P6", "F0005", "TWIN PCN", "QCC"),
              ("P7", "F0006", "TWIN PCN", "QCC"), ("P9", None, "U", "QCC")),
]  # fmt: skip
SIZES = pd.DataFrame({"practice_code": ["P3", "P4"], "patients": [4_000, 9_000], "as_at": OCTOBER})


def test_most_registered_patients_decide_the_icb() -> None:
    made = organise({"practice_map": MAPS, "list_size": [SIZES]})
    rows = made.tables["pcn"].query("pcn_code == 'F0002'")
    assert rows["icb_code"].tolist() == ["QBB", "QBB"]
    assert rows["icb_rule"].tolist() == ["patients", "patients"]
    assert rows["patients"].tolist() == [13_000, 13_000]
    assert any("F0002 lies in QAA and QBB" in text for text in made.warnings)


def test_without_list_sizes_the_workforce_decides_then_the_first_to_join() -> None:
    returned = pd.DataFrame(
        {
            "pcn_code": ["F0002"],
            "role": "splw",
            "census": date(2026, 9, 30),
            "named_people": 1,
            "named_fte": 1.0,
            "contracted_fte": 0.0,
            "icb_code": "QBB",
        }
    )
    made = organise({"practice_map": MAPS, "workforce": [returned]})
    assert set(made.tables["pcn"].query("pcn_code == 'F0002'")["icb_rule"]) == {"workforce"}
    joined = pd.DataFrame(
        {"practice_code": ["P3", "P4"], "pcn_code": "F0002", "joined": [date(2021, 1, 1), date(2020, 1, 1)], "left": None}
    )
    made = organise({"practice_map": MAPS, "ods_partner": [joined]})
    assert made.tables["pcn"].query("pcn_code == 'F0002'")["icb_code"].tolist() == ["QBB", "QBB"]
    assert set(made.tables["pcn"].query("pcn_code == 'F0002'")["icb_rule"]) == {"earliest_practice"}


def test_succession_follows_the_practices() -> None:
    rows = organise({"practice_map": MAPS}).tables["succession"].set_index(["from_code", "to_code"])
    assert rows["practices"].to_dict() == {("F0001", "F0004"): 2, ("F0003", "F0004"): 1, ("F0003", "F0005"): 1}
    assert rows["share"].to_dict() == {("F0001", "F0004"): 1.0, ("F0003", "F0004"): 0.5, ("F0003", "F0005"): 0.5}


@pytest.mark.parametrize(
    ("given", "pcn", "wave_pcn", "reason", "warned"),
    [
        ("F0004", "F0004", "F0004", "", False),
        (" f0002 ", "F0002", "F0002", "", False),
        ("F0002 - Both PCN", "F0002", "F0002", "", False),
        ("F0001", "F0004", "F0001", "", True),
        ("Old Primary Care Network", "F0004", "F0001", "", True),
        ("new pcn", "F0004", "F0004", "", True),
        ("F0003", None, "F0003", "pcn_closed", False),
        ("Twin PCN", None, None, "pcn_shared_name", False),
        ("F9999", None, None, "pcn_unknown", False),
        ("Nowhere", None, None, "pcn_unknown", False),
        ("", None, None, "pcn_blank", False),
        (None, None, None, "pcn_blank", False),
    ],
)
def test_a_response_is_placed_today_and_as_at_the_wave(given, pcn, wave_pcn, reason, warned) -> None:
    placer = Placer(organise({"practice_map": MAPS, "list_size": [SIZES]}))
    row = placer.place(pd.Series([given]), closed=date(2026, 5, 29)).iloc[0]
    assert (row["reason"], bool(row["warning"])) == (reason, warned)
    assert (row["detail"] == "") == (reason == "")
    if not reason:
        assert (row["pcn_code"], row["wave_pcn_code"]) == (pcn, wave_pcn)
        assert row["icb_code"] == {"F0004": "QAA", "F0002": "QBB"}[pcn]
    # a PCN that opened after the wave has no place on the wave's map: today's is used
    if pcn == "F0004" and wave_pcn == "F0004":
        assert row["wave_icb_code"] == "QAA"


def test_two_codes_in_one_answer_are_not_guessed() -> None:
    placer = Placer(organise({"practice_map": MAPS}))
    assert placer.find("F0001 or F0002")[1] == "pcn_unknown"


def test_real_and_fictional_pcns_never_share_a_snapshot() -> None:
    real = practices(OCTOBER, ("A1", "U12345", "REAL PCN", "QAA"))
    with pytest.raises(FileProblem, match="mix real PCNs"):
        _ = organise({"practice_map": [MAPS[0], real]}).fictional
    assert organise({"practice_map": [MAPS[0]]}).fictional is True
    assert organise({"practice_map": [real]}).fictional is False


def test_the_same_map_twice_is_refused() -> None:
    with pytest.raises(FileProblem, match="twice"):
        organise({"practice_map": [MAPS[0], MAPS[0]]})


def test_nothing_loaded_is_no_error() -> None:
    made = organise({})
    assert made.latest is None
    assert all(frame.empty for frame in made.tables.values())


def test_names_are_tidied_for_comparison_only() -> None:
    assert tidy_icb_name("NHS Greater Manchester Integrated Care Board") == tidy_icb_name("Greater Manchester ICB") == "Greater Manchester"
    assert tidy_pcn_name("Oak & Ash PCN.") == tidy_pcn_name("OAK AND ASH primary care network") == "oak and ash"
