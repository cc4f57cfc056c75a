"""Decided plans: one canonical file that reproduces byte for byte, changes noticed, the folder they lie in, and the command line."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import filelock
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from oversight import __main__ as command_line
from oversight import decided, decided_words, downloads, plans, snapshots, store
from oversight.decided import Asked, Decision, Plan, PlanProblem
from oversight.settings import ROOT

INTERNAL, SHAREABLE = store.Viewer(audience="internal"), store.Viewer(audience="shareable")
ONE_REGION = store.Viewer(regions=frozenset({"Y60"}), audience="internal")
WAVE = "2026-2-autumn"
ASKED = Asked(WAVE, "splw", 3, None, "15-20-35-30-0", "factor", 5, None, "no")
DECISION = Decision(date(2026, 11, 25), "Programme board", "After the second meeting.")
ABOUT = {
    "snapshot_id": "0123456789abcdef", "fictional": True, "data_until": pd.Timestamp("2026-10-23"), "schema_version": "3",
    "intake_code": "532efa57e442a52b",
}  # fmt: skip
FILES = [("b.csv", "22"), ("a.csv", "11")]


def pcn(number: int, plan: str = "selected", region: str = "Y60", **more: Any) -> dict[str, Any]:
    """One row of the answer of ``priority``, by hand."""
    row = {
        "pcn_code": f"F{number:04}", "pcn_name": f"TESTBED {number} PCN", "icb_code": f"Q{region}", "icb_name": f"ICB of {region}",
        "region_code": region, "region_name": f"Region {region}", "estimate": 0.7123456789 - number / 100, "low": 0.5, "high": 0.9,
        "p_top_k": 0.61804, "band": "probably", "n": 2, "evidence": "some", "selected": plan == "selected", "plan": plan,
        "place": number if plan == "selected" else None, "offer_status": None,
    }  # fmt: skip
    return {**row, **more}


def answer(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(rows).astype({"place": "Int64"})


TABLE = answer(pcn(1), pcn(2, region="Y61"), pcn(3), pcn(4, "reserve"), pcn(5, "reserve", "Y61"), pcn(6, "not_selected"))


def made(asked: Asked = ASKED, decision: Decision = DECISION, table: pd.DataFrame = TABLE, **about: Any) -> Plan:
    return decided.written(table, asked, decision, {**ABOUT, **about}, FILES)


def signed(content: dict[str, Any]) -> bytes:
    """A file with a right SHA-256, made by somebody who knows how."""
    rest = {k: v for k, v in content.items() if k != "sha256"}
    return decided._text({**rest, "sha256": hashlib.sha256(decided._text(rest).encode()).hexdigest()}).encode()


# --- the file ---------------------------------------------------------------------------------------------------------


def test_the_file_is_plain_json_that_holds_all_it_rests_on() -> None:
    content = made().bytes
    assert content.endswith(b"}\n") and not content.endswith(b"\n\n") and b"\r" not in content
    found = json.loads(content)
    assert found["fictional"] is True and found["notice"].startswith("FICTIONAL")
    assert found["decided"] == {"on": "2026-11-25", "by": "Programme board", "note": "After the second meeting.", "replaces": None}
    assert found["snapshot"]["snapshot_id"] == "0123456789abcdef" and found["snapshot"]["data_until"] == "2026-10-23"
    assert found["sources"] == [{"file": "a.csv", "sha256": "11"}, {"file": "b.csv", "sha256": "22"}]
    assert found["asked"] == {"wave": WAVE, "role": "splw", "also": None, "k": 3}
    assert found["weights"]["clinical_supervision"] == 35 and found["rules"] == {"minimum": 5, "maximum": None, "modelled": "no"}
    assert found["model"]["draws"] > 0 and isinstance(found["model"]["seed"], int)
    assert [row["pcn_code"] for row in found["selected"]] == ["F0001", "F0002", "F0003"]
    assert [(row["place"], row["pcn_code"]) for row in found["reserve"]] == [(1, "F0004"), (2, "F0005")]
    assert found["selected"][0]["estimate"] == 0.7023 and found["counts"]["not_selected"] == 1
    rest = content.decode().rsplit(',\n "sha256"', 1)[0] + "\n}\n"
    assert hashlib.sha256(rest.encode()).hexdigest() == found["sha256"]  # anybody can check it by hand


UTF8 = some.text(some.characters(codec="utf-8"), max_size=40)
NUMBERS = some.floats(0, 1) | some.just(float("nan")) | some.just(-0.0)
ROWS = some.lists(
    some.tuples(NUMBERS, NUMBERS, some.sampled_from(["selected", "reserve", "ask_first"]), UTF8, some.integers(0, 30)),
    max_size=12,
)
WORDS = some.text(max_size=40).filter(lambda text: text.isprintable() and bool(text.split()))


@settings(max_examples=12)
@given(rows=ROWS, by=WORDS, note=UTF8, order=some.randoms())
def test_what_is_written_reads_back_and_the_order_of_rows_and_the_last_bit_change_nothing(
    rows: list[Any], by: str, note: str, order: Any
) -> None:  # fmt: skip
    listed = [pcn(0, place=1)] + [
        pcn(i, plan, place=i + 1 if plan == "selected" else None, estimate=estimate, p_top_k=p, pcn_name=name, n=n)
        for i, (estimate, p, plan, name, n) in enumerate(rows, 1)
    ]  # fmt: skip
    plan = made(decision=Decision(date(2026, 11, 25), by, note), table=answer(*listed))
    again = decided.read(plan.bytes)
    assert again.bytes == plan.bytes and again.content == plan.content and again.asked == ASKED
    assert again.decision == Decision(date(2026, 11, 25), by, note)
    nudged = [{**row, "high": row["high"] * (1 + 1e-15)} for row in listed]
    chosen = [row for row in nudged if row["selected"]]
    order.shuffle(chosen)  # those with a place carry their order
    rest = [row for row in nudged if not row["selected"]]
    assert made(decision=plan.decision, table=answer(*chosen, *rest)).bytes == plan.bytes


def test_another_question_decision_or_snapshot_is_another_file(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        made().bytes,
        made(replace(ASKED, k=4)).bytes,
        made(replace(ASKED, weights="10-25-35-30-0")).bytes,
        made(replace(ASKED, minimum=4)).bytes,
        made(replace(ASKED, maximum=9)).bytes,
        made(replace(ASKED, modelled="yes")).bytes,
        made(replace(ASKED, also="hwb_coach")).bytes,
        made(replace(ASKED, model="composite")).bytes,
        made(decision=replace(DECISION, by="Another board")).bytes,
        made(decision=replace(DECISION, on=date(2026, 11, 26))).bytes,
        made(snapshot_id="f" * 16).bytes,
        made(fictional=False).bytes,
    }
    monkeypatch.setattr(decided.need, "SEED", 7)
    assert len(files | {made().bytes}) == 13


@settings(max_examples=30)
@given(at=some.integers(0, 10_000), byte=some.integers(0, 255), cut=some.booleans())
def test_one_changed_byte_or_a_cut_is_noticed(at: int, byte: int, cut: bool) -> None:
    content = made().bytes
    at %= len(content)
    spoilt = content[:at] if cut else content[:at] + bytes([byte]) + content[at + 1 :]
    if spoilt != content:
        with pytest.raises(PlanProblem, match=r"^mine\.json"):
            decided.read(spoilt, "mine.json")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda t: t.replace("F0001", "F0009"), "changed after it was written"),
        (lambda t: t.replace("\n", "\r\n"), "changed after it was written"),
        (lambda t: t + " ", "changed after it was written"),
        (lambda t: "\ufeff" + t, "JSON was expected"),
        (lambda t: t.replace("format 1", "format 2"), "another version of the dashboard"),
        (lambda t: "[]", "its first line does not say"),
        (lambda t: "[" * 100_000, "JSON was expected"),
        (lambda t: "", "JSON was expected"),
        (lambda t: t.replace('"reserve":', '"spare":'), "no list “reserve”"),
        (lambda t: t.replace('"k": 3', '"k": NaN'), "holds no usable k"),
    ],
)
def test_a_file_that_was_changed_says_what_was_expected(change: Any, why: str) -> None:
    with pytest.raises(PlanProblem, match=why) as problem:
        decided.read(change(made().bytes.decode()).encode(), "mine.json")
    assert "mine.json" in str(problem.value)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(PlanProblem, match=r"none\.json cannot be read"):
        decided.read(tmp_path / "none.json")
    with pytest.raises(PlanProblem, match="cannot be read"):
        decided.read(tmp_path)


JSON = some.recursive(
    some.none()
    | some.booleans()
    | some.floats()
    | some.integers()
    | some.just(10**400)
    | some.sampled_from(["", "Y60", "2026-13-45", "\ud800"]),
    lambda inner: some.lists(inner, max_size=2) | some.dictionaries(some.sampled_from(["on", "k", "place"]), inner, max_size=2),
    max_leaves=4,
)


@settings(max_examples=30)
@given(part=some.sampled_from(sorted(made().content)), key=some.integers(0, 20), value=JSON)
def test_nothing_but_a_plan_problem_comes_out_of_a_file_with_a_right_sum_and_strange_contents(part: str, key: int, value: Any) -> None:
    content = json.loads(made().bytes)
    held = content[part]
    if isinstance(held, list):
        held = held[key % len(held)]
    if isinstance(held, dict):
        held[sorted(held)[key % len(held)]] = value
    else:
        content[part] = value
    try:
        file = signed(content)
    except ValueError:
        return  # cannot be written at all
    try:
        plan = decided.read(file)
    except PlanProblem:
        return
    assert plan.table is not None and plan.asked and plan.decision and plan.bytes == file
    assert isinstance(list(decided.differences(made(), plan)), list)


@pytest.mark.parametrize("name", sorted(made().content))
def test_a_file_that_lacks_a_part_says_so(name: str) -> None:
    content = {k: v for k, v in made().content.items() if k != name}
    with pytest.raises(PlanProblem, match=r"^mine\.json"):
        decided.read(decided._text(content).encode() if name == "sha256" else signed(content), "mine.json")


@pytest.mark.parametrize(
    ("by", "note", "why"),
    [
        (" \n", "", "by whom"),
        ("x" * 201, "", "201 characters"),
        ("x", "y" * 2_001, "2,001 characters"),
        ("\udc80", "", "cannot be written"),
    ],
)
def test_a_decision_that_cannot_be_written_down_says_why(by: str, note: str, why: str) -> None:
    with pytest.raises(PlanProblem, match=why):
        Decision(date(2026, 11, 25), by, note)


def test_a_plan_without_places_or_wave_cannot_be_decided() -> None:
    with pytest.raises(PlanProblem, match="no PCN a place"):
        made(table=answer(pcn(1, "reserve")))
    with pytest.raises(PlanProblem, match="no wave"):
        Asked.of({"wave": None, "k": 3})
    assert Asked.of({"wave": WAVE, "k": 3}) == ASKED  # what is left to the settings is written out


# --- it reproduces ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def frozen(sample: store.Snapshot) -> Plan:
    filters = store.ask("priority", INTERNAL, sample, k=40).filters
    return decided.read(decided.freeze(Asked.of(filters), DECISION, sample))


def test_a_plan_of_the_sample_reproduces_and_another_seed_or_a_hand_does_not(
    frozen: Plan, sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    folder = sample.path.parent
    table = store.ask("priority", INTERNAL, sample, k=40).table
    assert set(frozen.table.loc[frozen.table["decided"] == "place", "pcn_code"]) == set(table.loc[table["selected"], "pcn_code"])
    assert len(frozen.content["selected"]) == 40
    assert decided.check(frozen, folder) == []
    store._computed.cache_clear()
    store._seen.cache_clear()
    assert decided.check(frozen, folder) == []  # worked out anew
    content = json.loads(frozen.bytes)
    content["selected"][0]["estimate"] += 0.01
    first, last = content["selected"][0]["pcn_code"], content["selected"].pop()["pcn_code"]
    said = decided.check(decided.read(signed(content)), folder)
    assert len(said) == 2 and any(s.startswith(f"{first}: estimate is") for s in said)
    assert f"{last} has a place now, and not in the file." in said
    monkeypatch.setattr(decided.need, "SEED", 7)
    assert decided.check(frozen, folder) == ["The model: seed is 20210401 in the file, and 7 now."]


def test_a_missing_old_or_changed_snapshot_says_so(frozen: Plan, tmp_path: Path, sample: store.Snapshot) -> None:
    import duckdb

    (said,) = decided.check(frozen, tmp_path)
    assert sample.snapshot_id in said and "is not in the folder" in said
    copy = tmp_path / sample.path.name
    shutil.copy(sample.path, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute("UPDATE snapshot SET schema_version = '0'")
    assert "another version" in decided.check(frozen, tmp_path)[0]
    store._describe.cache_clear()
    copy.write_bytes(b"no database")
    assert "cannot be worked out again" in decided.check(frozen, tmp_path)[0]


# --- the folder -------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of snapshots with the one that the plans by hand rest on."""
    (tmp_path / "0123456789abcdef.duckdb").write_bytes(b"")
    return tmp_path


def states(folder: Path) -> dict[str, str]:
    return {one.plan.decision.by if one.plan else one.path.name: one.state for one in plans.listing(folder)}


def by(name: str, **asked: Any) -> Plan:
    return made(replace(ASKED, **asked), replace(DECISION, by=name))


def test_one_plan_is_in_force_and_the_former_file_is_kept(folder: Path) -> None:
    assert plans.listing(folder) == [] and plans.in_force(WAVE, "splw", True, folder) is None
    first = plans.decide(by("A"), beside=folder)
    assert first.parent == folder / "plans" and first.name.startswith("FICTIONAL-2026-2-autumn-splw-")
    assert plans.decide(by("A"), beside=folder) == first  # the same again is nothing new
    with pytest.raises(plans.AlreadyDecided, match=r"decided on 25 November 2026 by A .*--replace"):
        plans.decide(by("B"), beside=folder)
    assert states(folder) == {"A": "In force"}
    was = first.read_bytes()
    plans.decide(by("B"), True, folder)
    assert states(folder) == {"B": "In force", "A": "Replaced"}
    assert not first.exists() and first.with_name(first.stem + ".replaced.json").read_bytes() == was
    found = plans.in_force(WAVE, None, True, folder)
    assert found is not None and found.decision.by == "B" and found.decision.replaces == decided.read(was).sha256
    plans.decide(by("A"), True, folder)  # back again: a decision of its own
    assert states(folder)["B"] == "Replaced" and plans.in_force(WAVE, "splw", True, folder).decision.by == "A"  # type: ignore[union-attr]
    assert len(plans.listing(folder)) == 3 and not list((folder / "plans").glob(".*"))


def test_waves_roles_and_kinds_of_data_have_plans_of_their_own(folder: Path) -> None:
    plans.decide(by("A"), beside=folder)
    plans.decide(by("B", wave="2026-1-spring"), beside=folder)
    plans.decide(by("C", role="hwb_coach"), beside=folder)
    plans.decide(made(decision=replace(DECISION, by="D"), fictional=False), beside=folder)
    assert set(states(folder).values()) == {"In force"} and len(states(folder)) == 4
    assert plans.in_force(WAVE, "splw", True, folder).decision.by == "A"  # type: ignore[union-attr]
    assert plans.in_force(WAVE, "splw", False, folder).decision.by == "D"  # type: ignore[union-attr]
    assert plans.in_force(None, "splw", True, folder) is None
    names = [one.path.name for one in plans.listing(folder)]
    assert sum(name.startswith("FICTIONAL-") for name in names) == 3
    table = decided_words.kept(plans.listing(folder))
    assert table["fictional"].tolist().count("FICTIONAL") == 3 and set(table["places"]) == {3}


@pytest.mark.parametrize("step", range(4))
def test_dying_at_any_step_leaves_the_old_plan_or_the_new_one_in_force(folder: Path, step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What writes or renames is stopped before its n-th time; whoever looks next finds whole files, and the next one can decide."""
    plans.decide(by("A"), beside=folder)
    new = made(decision=Decision(date(2026, 11, 1), "B"))  # an earlier day: it is not by its day that it is in force
    done = 0

    class Killed(BaseException):
        pass

    def counted(real: Any) -> Any:
        def act(self: Path, *arguments: Any) -> Any:
            nonlocal done
            if done == step:
                if real is write and step % 2 == 0:
                    write(self, arguments[0][: len(arguments[0]) // 2])
                raise Killed
            done += 1
            return real(self, *arguments)

        return act

    write, rename = Path.write_bytes, Path.replace
    monkeypatch.setattr(Path, "write_bytes", counted(write))
    monkeypatch.setattr(Path, "replace", counted(rename))
    if step < 3:
        with pytest.raises(Killed):
            plans.decide(new, True, folder)
    else:
        plans.decide(new, True, folder)
    monkeypatch.undo()
    assert all(one.plan for one in plans.listing(folder))
    found = plans.in_force(WAVE, "splw", True, folder)
    assert found is not None and found.decision.by == ("A" if step < 2 else "B")
    assert list(states(folder).values()).count("In force") == 1
    plans.decide(by("C"), True, folder)
    assert plans.in_force(WAVE, "splw", True, folder).decision.by == "C"  # type: ignore[union-attr]
    assert not list((folder / "plans").glob(".*"))


def test_a_plan_that_was_changed_by_hand_is_not_in_force_and_not_replaced_without_a_word(folder: Path) -> None:
    path = plans.decide(by("A"), beside=folder)
    path.write_bytes(path.read_bytes().replace(b"F0002", b"F0008"))
    (one,) = plans.listing(folder)
    assert one.state == "Cannot be used" and "changed after it was written" in one.problem
    assert plans.in_force(WAVE, "splw", True, folder) is None
    assert [u.path for u in plans.unusable(WAVE, "splw", True, folder)] == [path]
    assert plans.unusable(WAVE, "splw", False, folder) == plans.unusable("2026-1-spring", "splw", True, folder) == []
    with pytest.raises(plans.AlreadyDecided, match="changed after it was written"):
        plans.decide(by("B"), beside=folder)
    plans.decide(by("B"), True, folder)
    assert plans.in_force(WAVE, "splw", True, folder).decision.by == "B"  # type: ignore[union-attr]
    assert len(plans.listing(folder)) == 2
    assert snapshots.decided_on(folder) == {"0123456789abcdef"}


def test_copies_by_hand_leave_one_in_force(folder: Path) -> None:
    plans.decide(by("A"), beside=folder)
    late = made(decision=Decision(date(2026, 12, 1), "B"))
    (folder / "plans" / "mine.json").write_bytes(late.bytes)
    assert states(folder) == {"B": "In force", "A": "Not in force"}


def test_what_cannot_be_written_is_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PlanProblem, match="is not in the folder"):
        plans.decide(made(snapshot_id="e" * 16), beside=folder)
    real = snapshots.lock
    monkeypatch.setattr(snapshots, "lock", lambda where, timeout=-1: real(where, timeout=0.05))
    with filelock.FileLock(folder / ".lock"), pytest.raises(PlanProblem, match="Somebody else is publishing or deciding"):
        plans.decide(by("A"), beside=folder)
    (folder / "plans").rmdir()
    (folder / "plans").write_text("a file where the folder should be")
    with pytest.raises(PlanProblem, match="cannot be written"):
        plans.decide(by("A"), beside=folder)


def test_the_snapshot_of_a_decided_plan_is_never_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"{letter * 16}" for letter in "abcdef"]
    for number, name in enumerate(names):
        (tmp_path / f"{name}.duckdb").write_bytes(b"")
        os.utime(tmp_path / f"{name}.duckdb", (number, number))
    plans.decide(made(snapshot_id=names[0]), beside=tmp_path)
    plans.decide(made(snapshot_id=names[2], decision=replace(DECISION, by="B")), True, tmp_path)
    (tmp_path / "plans" / "spoilt.json").write_bytes(made(snapshot_id=names[1]).bytes[:400])
    read = Path.read_bytes

    def closed(self: Path) -> bytes:
        if self.suffix == ".json":
            raise PermissionError(13, "Permission denied")
        return read(self)

    monkeypatch.setattr(Path, "read_bytes", closed)
    assert snapshots.prune(tmp_path, 2, ()) == []  # which one it names cannot be known
    monkeypatch.undo()
    assert snapshots.prune(tmp_path, 2, ()) == [names[3]]
    shutil.rmtree(tmp_path / "plans")
    assert set(snapshots.prune(tmp_path, 2, ())) == set(names[:3])


def test_decided_plans_are_never_committed() -> None:
    path = "data/snapshots/plans/FICTIONAL-2026-2-autumn-splw-0a1b2c3d.json"
    run = subprocess.run(["git", "check-ignore", "-q", path], cwd=ROOT, capture_output=True)
    if run.returncode == 128:
        pytest.skip("not in a git work tree")
    assert run.returncode == 0


# --- what may be seen -------------------------------------------------------------------------------------------------


def test_what_leaves_is_the_decision_alone_and_not_its_order() -> None:
    plan = made(table=answer(pcn(1, region="Y61"), pcn(2), pcn(9), pcn(3, "reserve"), pcn(4, "reserve", "Y61")))
    inside, outside = decided.seen(plan, INTERNAL), decided.seen(plan, SHAREABLE)
    assert {"estimate", "p_top_k", "place", "band", "n", "evidence"} <= set(inside.columns)
    assert list(outside.columns) == list(decided.PUBLIC)
    assert outside["pcn_code"].tolist() == ["F0002", "F0009", "F0003", "F0001", "F0004"]  # by region, then code
    turned = made(table=answer(pcn(9), pcn(2, place=10), pcn(1, region="Y61", place=11), pcn(3, "reserve"), pcn(4, "reserve", "Y61")))
    pd.testing.assert_frame_equal(outside, decided.seen(turned, SHAREABLE))
    own = decided.seen(plan, ONE_REGION)
    assert set(own["region_code"]) == {"Y60"} and len(own) == 3
    assert set(decided.seen(plan, replace(ONE_REGION, audience="shareable"))["pcn_code"]) == {"F0002", "F0009", "F0003"}
    assert decided.seen(plan, store.Viewer(frozenset(), "internal")).empty


def test_a_download_of_the_list_holds_no_estimate_of_anybody() -> None:
    import io

    import openpyxl

    plan = made()
    table = decided_words.to_take(decided.seen(plan, INTERNAL))
    result = store.Result("priority", table, vars(plan.asked), plan.snapshot, SHAREABLE, decided_words.PURPOSE, decided_words.WITHHELD)
    scope = decided_words.scope(plan, {WAVE: "Autumn 2026", "splw": "link workers"}, "England")
    text = downloads.csv(result, scope).decode("utf-8-sig")
    assert text.splitlines()[0] == ",".join(decided.PUBLIC) and text.count("Reserve list") == 2 and text.count(",Place") == 3
    book = openpyxl.load_workbook(io.BytesIO(downloads.xlsx(result, "decided list", scope)))
    cells = [str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    for held in (text, "\n".join(cells)):
        assert "FICTIONAL" in held and "decided on 25 November 2026 by Programme board" in held
        assert not any(number in held for number in ("0.70", "0.6923", "0.618", "0.61804", "probably", DECISION.note))
    assert "FICTIONAL" in downloads.file_name("decided list", scope, plan.snapshot)
    assert not any("worked out: see" in cell for cell in cells)  # every column has its meaning


def test_the_present_data_is_asked_only_for_who_may_see_it_and_of_the_same_kind(frozen: Plan, sample: store.Snapshot) -> None:
    assert decided.present(frozen, SHAREABLE, sample) is None
    assert decided.present(frozen, INTERNAL, replace(sample, fictional=False)) is None
    other = Plan({**frozen.content, "asked": {**frozen.content["asked"], "wave": "never"}})
    assert decided.present(other, INTERNAL, sample) is None
    own = decided.present(frozen, ONE_REGION, sample)
    assert own is not None and set(own["region_code"]) == {"Y60"}


# --- words ------------------------------------------------------------------------------------------------------------


def test_sentences_have_their_numbers_and_grammar() -> None:
    plan = made()
    rows = decided.seen(plan, SHAREABLE)
    assert decided_words.line(plan, rows, "England") == (
        "FICTIONAL. Decided on 25 November 2026 by Programme board: 3 PCNs have a place, 2 are on the reserve list."
    )
    one = rows[rows["pcn_code"].isin(["F0001", "F0004"])]
    assert "1 PCN of Kent has a place, 1 is on the reserve list" in decided_words.line(plan, one, "Kent")
    assert "0 PCNs of Kent have a place, none are on the reserve list" in decided_words.line(plan, rows[:0], "Kent")
    real = made(fictional=False)
    assert "FICTIONAL" not in decided_words.line(real, rows, "England") + decided_words.done(real) + real.bytes.decode()
    assert decided.standing(plan, "F0001") == "place" and decided.standing(plan, "F0005") == "reserve"
    assert decided.standing(plan, "F0006") == decided.standing(plan, "F0007", "F0006") == ""
    assert decided.standing(plan, "F0007", "F0004, F0001") == "place"
    said = [decided_words.of_pcn(plan, where) for where in ("place", "reserve", "")]
    assert ["has a place" in said[0], "is on the reserve list" in said[1], "has no place" in said[2]] == [True] * 3


def test_what_a_plan_rests_on_is_said_in_full() -> None:
    names = {WAVE: "Autumn 2026", "splw": "Link worker", "hwb_coach": "Health and Wellbeing Coach"}
    asked = replace(ASKED, also="hwb_coach", maximum=1, modelled="yes", k=1)
    said = " ".join(decided_words.rests_on(made(asked), names))
    assert (
        "snapshot 01234567, whose data goes up to 23 October 2026: Autumn 2026" in said
        and "also Health and Wellbeing Coach, 1 place." in said
    )
    assert "at least 5% of the places for each region; at most 1 place for an ICB; PCNs known only from the model can get a place" in said
    assert "35%" in said and "strain" not in said
    plain = " ".join(decided_words.rests_on(made(replace(ASKED, minimum=0, weights="0-0-1-0-1")), names))
    assert "no minimum for a region; no limit for an ICB" in plain and "are asked first and get none" in plain
    assert "50%; strain (anxiety yesterday 6 or more of 10) 50%" in plain


def test_the_present_data_beside_the_plan() -> None:
    rows = decided.seen(made(), INTERNAL)
    assert "gives the same places" in decided_words.against(rows, TABLE, "Autumn 2026", False)
    assert decided_words.against(rows, TABLE, "Autumn 2026", True).startswith("The snapshot it rests on is the present one, and it gives")
    assert "no replies of Autumn 2026" in decided_words.against(rows, None, "Autumn 2026", False)
    now = answer(pcn(1), pcn(2, "reserve"), pcn(3, "served", offer_status="accepted"), pcn(4), pcn(6))
    said = decided_words.against(rows, now, "Autumn 2026", False)
    assert "1 PCN with a place has been offered it since; 1 other PCN with a place here would have none, and 2 PCNs without" in said


# --- the command line -------------------------------------------------------------------------------------------------


@pytest.fixture
def live(sample: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The sample's own folder, to decide in; what was decided is gone afterwards."""
    monkeypatch.setenv("OVERSIGHT_SNAPSHOTS", str(sample.path.parent))
    yield sample.path.parent
    shutil.rmtree(sample.path.parent / "plans", ignore_errors=True)


DECIDE = ["decide", "--wave", WAVE, "--k", "40", "--on", "2026-11-25", "--by", "Programme board"]


def test_the_command_line_decides_lists_and_checks(live: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["decided"]) == 0
    assert "No plan has been decided yet" in capsys.readouterr().out
    out = tmp_path / "mine.json"
    assert command_line.main([*DECIDE, "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("FICTIONAL") and "40 PCNs with a place" in said and "Nothing was put in force" in said
    assert plans.listing(live) == []
    assert command_line.main(["decided", str(out)]) == 0
    assert "reproduces byte for byte" in capsys.readouterr().out
    assert command_line.main(DECIDE) == 0
    assert "Decided: 40 PCNs" in capsys.readouterr().out
    assert command_line.main([*DECIDE, "--note", "Again"]) == 1
    assert "--replace" in capsys.readouterr().err
    assert command_line.main([*DECIDE, "--note", "Again", "--replace"]) == 0
    capsys.readouterr()
    assert command_line.main(["decided", "--format", "csv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == ["In force", "Replaced"] and all(line.endswith("FICTIONAL") for line in lines[1:])
    assert command_line.main(["decided", lines[1].split(",")[0]]) == 0  # by its name among the decided ones
    assert "reproduces" in capsys.readouterr().out
    content = json.loads(out.read_bytes())
    content["selected"].pop()
    out.write_bytes(signed(content))
    assert command_line.main(["decided", str(out)]) == 1
    assert "has a place now, and not in the file" in capsys.readouterr().out
    out.write_bytes(out.read_bytes() + b"\n")
    assert command_line.main(["decided", str(out)]) == 1
    assert "changed after it was written" in capsys.readouterr().err


def test_another_processor_changes_the_last_bit_and_not_the_plan(live: Path, frozen: Plan, tmp_path: Path) -> None:
    """The arithmetic of an old processor, where the library can be told so; elsewhere, a run of its own all the same."""
    out = tmp_path / "mine.json"
    out.write_bytes(frozen.bytes)
    command = [sys.executable, "-m", "oversight", "decided", str(out)]
    run = subprocess.run(command, cwd=ROOT, env={**os.environ, "OPENBLAS_CORETYPE": "Prescott"}, capture_output=True, text=True)
    assert run.returncode == 0 and "reproduces byte for byte" in run.stdout, run.stdout + run.stderr


def test_weights_from_a_file_are_frozen_as_numbers(live: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own, out = tmp_path / "weights.toml", tmp_path / "mine.json"
    own.write_text("[weights]\npoint_of_contact = 1\nclinical_supervision = 1\n", encoding="utf-8")
    assert command_line.main([*DECIDE, "--weights", str(own), "--out", str(out)]) == 0
    own.unlink()
    found = json.loads(out.read_bytes())["weights"]
    assert found == {"point_of_contact": 1, "gp_supervisor": 0, "clinical_supervision": 1, "safeguarding_and_concerns": 0, "strain": 0}
    capsys.readouterr()
    assert command_line.main(["decided", str(out)]) == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([*DECIDE, "--on", "tomorrow"], "is not a date"),
        ([*DECIDE, "--by", " "], "Say by whom"),
        ([*DECIDE, "--wave", "2031"], "This snapshot has no wave '2031'"),
        ([*DECIDE, "--role", "king"], "role cannot be 'king'"),
        ([*DECIDE, "--k", "0"], "no PCN a place"),
        ([*DECIDE, "--k", "-3"], "k: -3"),
        ([*DECIDE, "--minimum", "101"], "per cent"),
        ([*DECIDE, "--maximum", "few"], "is not a whole number"),
        ([*DECIDE, "--weights", "no/such.toml"], "Expected a TOML file with"),
        ([*DECIDE, "--weights", "1-2"], "is not 5 numbers"),
        ([*DECIDE, "--snapshot", "nowhere"], "neither a snapshot file nor"),
        ([*DECIDE, "--out", "no/such/folder/plan.json"], "cannot be written"),
        (["decided", "no-such-file.json"], "cannot be read"),
        (["decided", "README.md"], "JSON was expected"),
    ],
)
def test_a_wrong_command_is_a_sentence_and_decides_nothing(
    arguments: list[str], message: str, live: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.chdir(ROOT)
    assert command_line.main(arguments) == 1
    error = capsys.readouterr().err
    assert message in error and "Traceback" not in error
    assert plans.listing(live) == []
