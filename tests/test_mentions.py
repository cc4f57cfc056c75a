"""Where focus groups name a PCN: by hand on small worlds, and against reading every turn one by one in plain Python."""

from __future__ import annotations

import re
import unicodedata

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from oversight import store
from oversight.redact import redact
from oversight.settings import QUERIES
from tests.test_queries_naive import today

PCNS = {
    "F0001": "ALDER MALLET PCN",
    "F0002": "ALDER MALLET NORTH PCN",
    "F0003": "LINNET PCN",
    "F0004": "TWIN OAR PCN",
    "F0005": "TWIN OAR PCN",
    "F0006": "ST JOHN'S & QUAY PRIMARY CARE NETWORK",
}


def words(text: str) -> list[str]:
    """The words of a text, small, without accents and apostrophes."""
    text = unicodedata.normalize("NFD", re.sub("['’‘ʼ`´]", "", text))
    return re.findall(r"[^\W_]+", "".join(c for c in text if not unicodedata.combining(c)).lower())


def naive(names: dict[str, str], now: dict[str, str], said: list[tuple[str, str, int, str]]) -> set[tuple[str, str, str, int]]:
    """(PCN, session, source, number) of every mention. ``said``: session, source, number, text; ``names``: code -> name."""
    owners: dict[tuple[str, ...], set[str]] = {}
    for code, name in names.items():
        full = words(name)
        for end in (["pcn"], ["primary", "care", "network"]):
            if full[-len(end) :] == end:
                full = full[: -len(end)]
                break
        if code in now:
            owners.setdefault(tuple(full), set()).add(now[code])
    sought = {full: min(codes) for full, codes in owners.items() if len(codes) == 1 and len(full) > 1}
    found = set()
    for session, source, number, text in said:
        spoken = words(text)
        runs = {tuple(spoken[i : i + size]) for size in range(2, 9) for i in range(len(spoken))}
        found |= {(sought[run], session, source, number) for run in runs if run in sought}
        found |= {(now[w.upper()], session, source, number) for w in spoken if w.upper() in now}
    turns = {(code, session) for code, session, source, _ in found if source == "turn"}
    return {f for f in found if f[2] == "turn" or (f[0], f[1]) not in turns}


def asked(said: list[tuple[str, str, int, str]], went: dict[str, str] | None = None) -> set[tuple[str, str, str, int]]:
    """What the view answers on a world of its own. ``went``: closed PCN -> the one that followed it."""
    connection = duckdb.connect(":memory:")
    connection.execute("CREATE TABLE pcn (pcn_code VARCHAR, pcn_name VARCHAR, as_at DATE)")
    for code, name in PCNS.items():
        connection.execute("INSERT INTO pcn VALUES ($1, $2, DATE '2026-10-01')", [code, name])
    connection.execute("CREATE TABLE succession (from_code VARCHAR, to_code VARCHAR)")
    for pair in (went or {}).items():
        connection.execute("INSERT INTO succession VALUES ($1, $2)", list(pair))
    connection.execute("CREATE TABLE utterance (session_id VARCHAR, number INTEGER, text VARCHAR)")
    connection.execute("CREATE TABLE excerpt (session_id VARCHAR, position INTEGER, text VARCHAR)")
    for session, source, number, text in said:
        connection.execute(f"INSERT INTO {'utterance' if source == 'turn' else 'excerpt'} VALUES ($1, $2, $3)", [session, number, text])
    connection.execute(
        "CREATE TABLE session_wave AS SELECT DISTINCT session_id, 'W' AS wave_id FROM (FROM utterance UNION ALL FROM excerpt)"
    )
    for view in ("plain_words", "pcn_now", "pcn_mention"):
        connection.execute((QUERIES / "views" / f"{view}.sql").read_text(encoding="utf-8"))
    return set(connection.execute("SELECT pcn_code, session_id, source, number FROM pcn_mention").fetchall())


@pytest.mark.parametrize(
    ("text", "pcns"),
    [
        ("Over at Alder Mallet they meet monthly.", {"F0001"}),
        ("Alder Mallet North? ALDER-MALLET north!", {"F0001", "F0002"}),  # the longer name holds the shorter
        ("We are the Alder and Mallet people.", set()),
        ("Calder Mallets are something else.", set()),
        ("I saw a linnet at Linnet PCN.", set()),  # one word is too little to go by
        ("Twin Oar has nobody.", set()),  # two PCNs bear it
        ("St Johns and Quay; St John's & Quay.", {"F0006"}),
        ("I cover f0004, and F0003.", {"F0003", "F0004"}),
        ("F00031 is no code, nor is XF0003.", set()),
        ("F0009 closed.", {"F0001"}),
        ("", set()),
        ("Alder", set()),
    ],
)
def test_names_and_codes_by_hand(text: str, pcns: set[str]) -> None:
    assert {code for code, *_ in asked([("S1", "turn", 1, text)], went={"F0009": "F0001"})} == pcns


def test_what_stands_in_a_transcript_is_not_counted_again_as_an_excerpt() -> None:
    said = [("S1", "turn", 7, "Alder Mallet!"), ("S1", "excerpt", 1, "Alder Mallet!"), ("S2", "excerpt", 3, "alder mallet")]
    assert asked(said) == {("F0001", "S1", "turn", 7), ("F0001", "S2", "excerpt", 3)}
    assert asked([]) == set()


PIECES = ["alder", "Mallet", "NORTH", "twin", "oar", "linnet", "f0001", "F0004", "f0009", ",", "pcn", "st", "johns", "quay", "é", "-"]


@settings(max_examples=20)
@given(some.lists(some.lists(some.sampled_from(PIECES), max_size=9).map(" ".join), max_size=4), some.booleans())
def test_any_talk_gives_what_reading_by_hand_gives(texts: list[str], spoken: bool) -> None:
    said = [(f"S{i % 2}", "turn" if spoken and i % 2 else "excerpt", i, text) for i, text in enumerate(texts)]
    went = {"F0009": "F0001"}
    assert asked(said, went=went) == naive(PCNS, {**{c: c for c in PCNS}, **went}, said)


def test_mentions_of_the_sample(sample: store.Snapshot) -> None:
    cursor = store._cursor(sample.path)

    def rows(sql: str) -> list[tuple]:
        return cursor.execute(sql).fetchall()

    said = [(s, "turn", n, t) for s, n, t in rows("SELECT session_id, number, text FROM utterance")]
    said += [(s, "excerpt", n, t) for s, n, t in rows("SELECT session_id, position, text FROM excerpt WHERE text IS NOT NULL")]
    names = dict(rows("SELECT pcn_code, pcn_name FROM pcn ORDER BY as_at"))
    found = {(p, s, source, n) for p, s, source, n in rows("SELECT pcn_code, session_id, source, number FROM pcn_mention")}
    assert found == naive(names, today(), said)
    assert len(found) >= 5 and {"FG01", "FG08", "FG15"} == {s for _, s, _, _ in found}
    waves = dict(rows("SELECT session_id, wave_id FROM session_wave"))
    assert all(waves[s] == wave for s, wave in rows("SELECT session_id, wave_id FROM pcn_mention"))
    assert set(waves.values()) == {"2026-1-spring", "2026-2-autumn"}


def test_no_sessions_no_mentions(bare) -> None:
    assert store._cursor(store.find_snapshot(next(bare.glob("*.duckdb"))).path).execute("FROM pcn_mention").fetchall() == []


def test_redaction_leaves_codes_and_names_that_are_called_a_pcn(sample: store.Snapshot) -> None:
    """Without "PCN" behind it, a name as a person might bear it (ALDER TURNER) is taken out like a person's; its code never is."""
    table = store.ask("places", store.Viewer(audience="internal"), sample).table.query("level == 'pcn'")
    names = [name.removesuffix(" PCN").title() for name in table["name"]]
    for said in ([f"I cover {code} too." for code in table["code"]], [f"At {name} PCN they meet." for name in names]):
        assert [text for text in said if redact(text) != text] == []
    assert redact("At Alder Turner they meet.") == "At [name] they meet."
