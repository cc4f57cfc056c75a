"""Recognition: what an added file was understood as; what a person says about it once is remembered in its mapping."""

from __future__ import annotations

import csv
import dataclasses
import io
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from oversight import __main__ as command_line
from oversight import drafts, mapping, proposals, publish, recognition, store
from oversight.exports.reading import ExportedQuestion, FileProblem, Survey
from oversight.mapping import Wave
from oversight.questionnaire import BY_FIELD, QUESTIONS
from oversight.recognition import Known, recognise
from tests.programme import WAVES, response, write, write_forms, write_map

N = len(QUESTIONS)
HEADER = ["ID", "Start time", "Completion time", "Email", "Name"]
#: Somebody else's words for the PCN, the role and three of our questions, and one of their own.
OTHERS = [
    "Which PCN do you work in?",
    "What is your job role?",
    "Do you receive clinical or non-managerial supervision?",
    "How often does supervision happen?",
    "What is your favourite colour?",
]
ANSWERS = [("F0001", "Link worker", "Yes", "Every month", "Red"), ("F0002", "Care Coordinator", "No", "", "Blue")] * 4


def others(folder: Path, day: str = "2026-09-10", name: str = "Pulse.csv") -> Path:
    """A Forms export in other words than ours; day and month of ``day`` can be written so that nobody can tell them apart."""
    rows = [[str(i), f"{day} 09:00:00", f"{day} 09:10:00", "anonymous", "", *a] for i, a in enumerate(ANSWERS, 1)]
    return write(folder / name, [*HEADER, *OTHERS], rows)


def test_a_survey_in_our_words_is_complete(tmp_path: Path) -> None:
    path = write_forms(tmp_path, [response("F0001")])
    known = recognition.known(tmp_path / "none", [("waves.csv", WAVES.encode())])
    found = recognise(path.name, path.read_bytes(), known)
    assert found.mapping is not None and found.wave is not None and found.wave.wave_id == "2026-2"
    assert recognition.complete(found) and found.unknown_questions == 0
    assert recognition.mapped_sentence(found) == f"Autumn 2026, mapping standard-questionnaire.toml: {N} of {N} questions are mapped."
    assert recognition.summary([found]) == "1 file: all understood"


def test_a_survey_in_other_words_has_to_be_mapped(tmp_path: Path) -> None:
    path = others(tmp_path)
    found = recognise(path.name, path.read_bytes(), recognition.known(tmp_path / "none", [("waves.csv", WAVES.encode())]))
    assert found.is_survey and found.mapping is None and found.problem is None
    assert found.unknown_questions == len(OTHERS)
    assert recognition.summary([found]) == "1 file: 1 to be mapped"
    wave = recognition.suggested_wave(found, ["splw", "nonsense"])
    assert (wave.opened.isoformat(), wave.closed.isoformat(), wave.kinds_asked) == ("2026-09-10", "2026-09-10", ("splw",))


def test_strange_and_broken_files_are_said_to_be_so(tmp_path: Path) -> None:
    known = Known()
    broken = recognise("a.csv", b'ID,Start time,Completion time\n"never closed', known)
    strange = recognise("b.txt", b"\x00\x01\x02 nothing that anybody exports", known)
    no_mapping = recognise("c.toml", b"survey = ", known)
    assert broken.reading is None and isinstance(broken.problem, FileProblem) and "line" in recognition.sentence(broken)
    assert strange.reading is None and strange.problem is None
    assert no_mapping.problem is not None and "not a readable mapping" in recognition.sentence(no_mapping)
    assert recognition.summary([broken, strange, no_mapping]) == "3 files: 2 cannot be read, 1 not recognised"
    assert list(recognition.table([broken, strange])["understood"])[1] == "No reader knows this layout. It would be left out."


def test_what_is_said_about_dates_once_is_remembered_in_the_mapping(tmp_path: Path) -> None:
    path = others(tmp_path, "03/09/2026")
    asked = recognise(path.name, path.read_bytes(), Known())
    assert asked.doubt is not None and asked.doubt.about == "dates"
    assert recognition.summary([asked]) == "1 file: 1 to be asked about"
    said = {"dates": "day_first"}
    found = recognise(path.name, path.read_bytes(), Known(), said)
    assert found.reading is not None and found.reading.survey is not None
    proposed = proposals.propose(found.reading.survey, found.reading.tool, [])
    draft = drafts.draft(proposed, "pulse", found.reading.tool, ["2026-2"], said)
    assert drafts.problems(draft) == []

    write_map(tmp_path, {"F0001": "QHL", "F0002": "QHL"})
    (tmp_path / "waves.csv").write_text(WAVES, encoding="utf-8")
    with pytest.raises(FileProblem, match="does not tell day from month"):
        publish.build([tmp_path], None)
    (tmp_path / "pulse.toml").write_text(drafts.to_toml(draft), encoding="utf-8")
    account = publish.build([tmp_path], tmp_path / "snapshots")
    snapshot = store.find_snapshot(account.path)
    assert account.responses == 8 and account.quarantined == 0
    viewer = store.Viewer(audience="internal")
    coverage = store.ask("coverage", viewer, snapshot, wave="2026-2", role="splw", level="england").table.set_index("element")
    assert coverage.loc["clinical_supervision", "yes"] == 4


def test_a_layout_that_is_not_a_files_own_does_not_keep_it_from_being_read(tmp_path: Path) -> None:
    """Another survey's answer about dates must not be applied to one whose dates tell by themselves."""
    write_map(tmp_path, {"F0001": "QHL"})
    (tmp_path / "waves.csv").write_text(WAVES, encoding="utf-8")
    write_forms(tmp_path, [response("F0001", completed="2026-09-10 09:30:00")])
    questions = drafts.DraftQuestion("Q1?", "", "pcn"), drafts.DraftQuestion("Q2?", "", "respondent_kind", {"LW": "splw"})
    other = drafts.Draft("pulse", "microsoft_forms", ("2026-9",), questions, {"dates": "month_first"})
    (tmp_path / "pulse.toml").write_text(drafts.to_toml(other), encoding="utf-8")
    assert publish.build([tmp_path], None).responses == 1


def test_the_waves_register_of_the_folder_and_of_the_upload(tmp_path: Path) -> None:
    (tmp_path / "waves.csv").write_text(WAVES, encoding="utf-8")
    write_map(tmp_path, {"F0001": "QHL"})
    known = recognition.known(tmp_path)
    assert [w.wave_id for w in known.waves] == ["2026-2"] and known.waves_file == ("waves.csv", (tmp_path / "waves.csv").read_bytes())
    later = WAVES.replace("2026-2", "2026-3")
    assert [w.wave_id for w in recognition.known(tmp_path, [("waves.csv", later.encode())]).waves] == ["2026-3", "2026-2"]
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(WAVES)):
        book.active.append(row)
    book.save(tmp_path / "registers.xlsx")
    (tmp_path / "waves.csv").unlink()
    known = recognition.known(tmp_path)
    assert [w.wave_id for w in known.waves] == ["2026-2"] and known.waves_file is None


@pytest.mark.parametrize(
    ("code", "name", "days", "kinds", "said"),
    [
        ("2026-3", "New", ("2026-01-01", "2026-01-02"), ["splw"], ""),
        ("", "New", ("2026-01-01", "2026-01-02"), ["splw"], "Give the wave"),
        ("2026-2", "New", ("2026-01-01", "2026-01-02"), ["splw"], "There is a wave 2026-2 already"),
        ("2026-3", "New", ("2026-01-03", "2026-01-02"), ["splw"], "The first day"),
        ("2026-3", "New", ("2026-01-01", "2026-01-02"), [], "Say who was asked"),
    ],
)
def test_a_new_wave_is_checked(tmp_path: Path, code: str, name: str, days: tuple[str, str], kinds: list[str], said: str) -> None:
    known = recognition.known(tmp_path / "none", [("waves.csv", WAVES.encode())])
    wrong = recognition.wave_problem(code, name, date.fromisoformat(days[0]), date.fromisoformat(days[1]), kinds, known)
    assert wrong.startswith(said) and bool(wrong) == bool(said)


def test_the_command_line_maps_and_the_mapping_builds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = others(tmp_path)
    write_map(tmp_path, {"F0001": "QHL", "F0002": "QHL"})
    (tmp_path / "waves.csv").write_text(WAVES, encoding="utf-8")
    arguments = ["map", str(path), "--with", str(tmp_path), "--wave", "2026-2"]
    assert command_line.main(arguments) == 0
    careful = capsys.readouterr().out
    assert "only similar and were left out" in careful and "No question is mapped to which PCN" in careful
    out = tmp_path / "pulse.toml"
    assert command_line.main([*arguments, "--accept-similar", "--out", str(out)]) == 0
    assert BY_FIELD["supervision_frequency"].field in out.read_text(encoding="utf-8")
    assert command_line.main(["check", str(tmp_path)]) == 0
    assert "with 8 responses" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--say", "colour=red"], "--say takes WHAT=VALUE"),
        (["--say", "dates"], "--say takes WHAT=VALUE"),
    ],
)
def test_a_wrong_map_command_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], said: str) -> None:
    assert command_line.main(["map", str(others(tmp_path)), "--with", str(tmp_path), *more]) == 1
    assert said in capsys.readouterr().err
    assert command_line.main(["map", str(tmp_path / "none.csv")]) == 1
    assert "does not exist" in capsys.readouterr().err


def test_the_command_line_asks_what_it_cannot_tell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = others(tmp_path, "03/09/2026")
    assert command_line.main(["map", str(path), "--with", str(tmp_path)]) == 1
    error = capsys.readouterr().err
    assert "--say dates=day_first" in error and "Traceback" not in error
    assert command_line.main(["map", str(path), "--with", str(tmp_path), "--say", "dates=month_first"]) == 0
    assert "as was said" in capsys.readouterr().out


QUALTRICS_LIKE = ("QID1", "QID2", "QID3")


def tool_survey(texts: tuple[str, str, str], day: str) -> Survey:
    """A survey of a tool that gives each question an id of its own, as a reader hands it on."""
    index = pd.RangeIndex(4, 8)
    cells = pd.DataFrame({"a": ["F0001"] * 4, "b": ["LW"] * 4, "c": ["Y", "N", "N", "Y"]}, index=index, dtype="string")
    times = pd.Series(pd.Timestamp(day), index=index)
    asked = [ExportedQuestion(c, i, t, "choice") for c, i, t in zip("abc", QUALTRICS_LIKE, texts, strict=True)]
    return Survey(asked, cells, pd.Series(map(str, index), index=index, dtype="string"), times, times)


def test_the_tools_ids_carry_a_mapping_over_to_the_next_wave() -> None:
    first = ("PCN?", "Role?", "Any supervision?")
    roles, has = {"LW": "splw"}, {"Y": "yes", "N": "no"}
    fields = (("pcn", {}), ("respondent_kind", roles), ("clinical_supervision", has))
    questions = tuple(drafts.DraftQuestion(t, i, f, a) for t, i, (f, a) in zip(first, QUALTRICS_LIKE, fields, strict=True))
    earlier = drafts.as_mapping(drafts.Draft("s", "qualtrics", ("2026-1",), questions))
    spring = Wave("2026-1", "Spring", "qualtrics", date(2026, 4, 1), date(2026, 4, 30), ("splw",))
    autumn = Wave("2026-2", "Autumn", "qualtrics", date(2026, 9, 1), date(2026, 9, 30), ("splw",))
    later = tool_survey(("Which PCN?", "Role?", "Have you supervision?"), "2026-09-09")
    assert mapping.choose("f", later, "qualtrics", [earlier], [spring, autumn]) == (earlier, autumn)
    assert mapping.reworded(later, earlier) == [
        ("pcn", "Which PCN?", "PCN?"),
        ("clinical_supervision", "Have you supervision?", "Any supervision?"),
    ]
    with pytest.raises(mapping.NoWave):
        mapping.choose("f", later, "qualtrics", [earlier], [spring])
    own = drafts.as_mapping(drafts.Draft("s", "qualtrics", ("2026-2",), questions[:2]))
    assert mapping.choose("f", later, "qualtrics", [earlier, own], [spring, autumn]) == (own, autumn)  # though it knows less
    untimed = dataclasses.replace(later, completed=pd.Series(pd.NaT, index=later.completed.index))
    with pytest.raises(mapping.Unplaced):  # without times nobody can say that it is a later wave
        mapping.choose("f", untimed, "qualtrics", [earlier], [autumn])
    assert mapping.choose("f", untimed, "qualtrics", [own], [spring, autumn]) == (own, autumn)


THEMES = "code,theme,label,parent,description,remedy\r\nBusy,caseload,Caseload,,,\r\n"


def test_codes_without_a_theme_are_named_and_their_themes_join_the_register(tmp_path: Path) -> None:
    rows = [["1", "G1", "Busy", "a"], ["2", "G1", "isolation", "b"], ["3", "G1", "isolation", "c"], ["4", "G1", "Zebra", "d"]]
    path = write(tmp_path / "highlights.csv", ["id", "document", "tag", "content"], rows)
    known = recognition.known(tmp_path / "none", [("themes.csv", THEMES.encode())])
    found = recognise(path.name, path.read_bytes(), known)
    lacking = recognition.codes_without_theme(found, known)
    assert lacking == {"isolation": 2, "Zebra": 1}
    names = known.theme_names
    assert proposals.propose_theme("isolation", names) == ("isolation", "normalised")
    assert proposals.propose_theme("Work > Lone working and isolation", names)[0] == "isolation"
    assert proposals.propose_theme("Zebra", names) == ("", "none")
    assert known.themes_file is not None
    register = drafts.add_codes(known.themes_file[1], {"isolation": "isolation", "Busy": "caseload"}, names)
    again = recognition.known(tmp_path / "none", [("themes.csv", register)])
    assert again.themes["code"].to_list() == ["isolation", "Busy"]
    assert recognition.codes_without_theme(found, again) == {"Zebra": 1}
    survey = recognise("s.csv", others(tmp_path).read_bytes(), known)
    assert recognition.codes_without_theme(survey, known) == {}
