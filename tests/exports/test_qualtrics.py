"""Qualtrics: exports of today, of 2016 and the legacy ones, come back as they were answered."""

import csv
import tempfile
from pathlib import Path

import pytest
from canonical import Canonical, back, surveys, truth
from export_files import csv_text, write_csv, write_xlsx, write_zip
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight.exports import FileProblem, Probe, Reading, detect, qualtrics, read
from oversight.exports.reading import ITEMS

# formats.md, Qualtrics: "IDs (`StartDate … ResponseId …`), text, `{"ImportId":"QID1"…}`"
TODAY = {
    "StartDate": "startDate", "EndDate": "endDate", "Status": "status", "IPAddress": "ipAddress", "Progress": "progress",
    "Duration (in seconds)": "duration", "Finished": "finished", "RecordedDate": "recordedDate", "ResponseId": "_recordId",
    "RecipientLastName": "recipientLastName", "RecipientFirstName": "recipientFirstName", "RecipientEmail": "recipientEmail",
    "ExternalReference": "externalDataReference", "LocationLatitude": "locationLatitude", "LocationLongitude": "locationLongitude",
    "DistributionChannel": "distributionChannel", "UserLanguage": "userLanguage",
}  # fmt: skip
# "(2016 files: single quotes …)"
IN_2016 = {
    "ResponseID": "responseId", "ResponseSet": "responseSetId", "IPAddress": "ipAddress", "StartDate": "startDate", "EndDate": "endDate",
    "RecipientLastName": "panel-RecipientLastName", "RecipientFirstName": "panel-RecipientFirstName",
    "RecipientEmail": "panel-RecipientEmail", "ExternalDataReference": "panel-ExternalDataReference", "Finished": "finished",
    "Status": "status",
}  # fmt: skip
PLACE = {f"Location{what}": f"Location-Location{what}" for what in ("Latitude", "Longitude", "Accuracy")}
# "Legacy: two rows, `V1..V10`, a trailing empty column"
LEGACY = "ResponseID ResponseSet Name ExternalDataReference EmailAddress IPAddress Status StartDate EndDate Finished".split()  # noqa: SIM905

Column = tuple[str, str, str]  # id, wording, ImportId


def header(layout: str, asked: list[Column], second: list[str] | None = None) -> list[list[str]]:
    """The header rows of a layout; ``second``: what stands in row 2 over Qualtrics' own columns, in another language."""
    ids, texts, imports = [c[0] for c in asked], [c[1] for c in asked], [c[2] for c in asked]
    if layout == "legacy":
        return [[*[f"V{i}" for i in range(1, 11)], *ids, *PLACE, ""], [*LEGACY, *texts, *PLACE, ""]]
    if layout == "2016":
        third = [f"{{'ImportId': '{name}'}}" for name in (*IN_2016.values(), *imports, *PLACE.values())]
        return [[*IN_2016, *ids, *PLACE], [*IN_2016, *texts, *PLACE], third]
    return [[*TODAY, *ids], [*(second or TODAY), *texts], [f'{{"ImportId":"{name}"}}' for name in (*TODAY.values(), *imports)]]


def column(layout: str, tag: str, qid: str, stem: str, suffix: str = "", label: str = "") -> Column:
    """ "`Stem - Choice`" under "Q2_1"; in old exports `Stem-Choice`, its ImportId with a hyphen."""
    if not suffix:
        return tag, stem, qid
    return f"{tag}_{suffix}", f"{stem}{' - ' if layout == 'today' else '-'}{label}", f"{qid}{'_' if layout == 'today' else '-'}{suffix}"


def rows(layout: str, canonical: Canonical, split: bool) -> list[list[str]]:
    asked: list[Column] = []
    for n, q in enumerate(canonical.questions, 1):
        if q.kind == "multi" and split:
            asked += [column(layout, f"Q{n}", f"QID{n}", q.text, str(k), label) for k, label in enumerate(q.answers.values(), 1)]
        else:
            asked.append(column(layout, f"Q{n}", f"QID{n}", q.text))
    found = header(layout, asked)
    for r in canonical.responses:
        answers: list[str] = []
        for q in canonical.questions:
            if q.kind == "multi" and split:  # "split columns with 1/blank" or the text
                answers += [label if label in r.labels(q.field) else "" for label in q.answers.values()]
            else:  # "comma-joined codes or text in one cell"
                answers.append(",".join(r.labels(q.field)) if q.kind == "multi" else r.label(q.field))
        # "Dates `YYYY-MM-DD HH:MM:SS`"
        own = {"responseid": r.id, "startdate": str(r.started), "enddate": str(r.completed), "recordeddate": str(r.completed)}
        own |= {"finished": "1", "progress": "100", "status": "0", "ipaddress": "10.0.0.1", "name": "Anonymous"}
        names = {"today": list(TODAY), "2016": list(IN_2016), "legacy": LEGACY}[layout]
        place = {"today": [], "2016": ["1.5"] * 3, "legacy": ["1.5", "1.5", "-1", ""]}[layout]
        found.append([*[own.get(name.casefold(), "") for name in names], *answers, *place])
    return found


@settings(max_examples=200)
@given(
    surveys(),
    st.sampled_from(["today", "2016", "legacy"]),
    st.booleans(),
    st.sampled_from(["csv", "tsv", "tsv less its mark", "xlsx", "zip"]),
)
def test_round_trip(canonical: Canonical, layout: str, split: bool, form: str) -> None:
    table = rows(layout, canonical, split)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{form[:3]}"
        if form == "xlsx":
            path = write_xlsx(Path(folder) / "a.xlsx", {"Sheet0": table})
        elif form == "zip":
            write_zip(path, {"A survey.csv": csv_text(table).encode("utf-8-sig")})
        else:  # "The TSV export is UTF-16LE"
            marked = {"csv": "utf-8-sig", "tsv": "utf-16"}.get(form, "utf-16-le")
            write_csv(path, table, marked, "\t" if form != "csv" else ",")
        reading = read(path)
    assert reading is not None and reading.tool == "qualtrics" and reading.survey is not None
    assert back(reading) == truth(canonical)
    assert {q.tool_id for q in reading.survey.questions} >= ({"Q1", "Q2"} if layout == "legacy" else {"QID1", "QID2"})


def take(path: Path) -> Reading:
    found = detect(path)
    assert found is not None and found[1] is qualtrics, path.name
    reading = read(path)
    assert reading is not None and reading.survey is not None
    assert reading.rows_read == len(reading.survey.cells) + len(reading.aside)
    assert set(reading.survey.cells) == {q.column for q in reading.survey.questions}
    return reading


def write(path: Path, asked: list[Column], answers: list[list[str]], own: dict[str, str] | None = None) -> Path:
    """A file of today with ``answers``, responses numbered; ``own`` overrides what Qualtrics notes."""
    noted = {"StartDate": "2026-09-14 09:00:00", "EndDate": "2026-09-14 09:05:00", "Finished": "True", "Progress": "100"} | (own or {})
    lines = [[*[noted.get(name, f"R_{i}" if name == "ResponseId" else "") for name in TODAY], *cells] for i, cells in enumerate(answers)]
    return write_csv(path, [*header("today", asked), *lines])


def test_what_belongs_to_one_question_and_what_does_not(tmp_path: Path) -> None:
    asked = [
        ("Q1", "How? - Selected Choice", "QID1"), ("Q1_4_TEXT", "How? - Other - Text", "QID1_4_TEXT"),
        ("Q2_1", "Which? - Selected Choice - GP, nurse", "QID2_1"), ("Q2_2", "Which? - Selected Choice - Peer", "QID2_2"),
        ("Q3_1", "How far? - I am heard", "QID3_1"), ("Q3_2", "How far? - I am safe", "QID3_2"),
        ("Q4_1", "Rank - A", "QID4_1"), ("Q4_2", "Rank - B", "QID4_2"),
        ("Q5#1_1", "Loop - One", "QID5#1_1"), ("Q5#1_-1", "Loop - Two", "QID5#1_-1"),
        ("Q6_1", "All - X", "QID6_1"), ("Q6_2", "All - Y", "QID6_2"),
    ]  # fmt: skip
    answers = [
        ["Phone", "", "GP, nurse", "Peer", "Agree", "Agree", "2", "1", "1", "", "1", "1"],
        ["Other", "by hand", "", "Peer", "Disagree", "Agree", "1", "2", "", "1", "1", "1"],
        ["", "", "", "", "", "", "", "", "1", "1", "", ""],
    ]
    survey = take(write(tmp_path / "a.csv", asked, answers)).survey
    assert [(q.tool_id, q.text, q.kind) for q in survey.questions] == [
        ("QID1", "How?", "choice"), ("QID1_4_TEXT", "How? - Other - Text", "text"), ("QID2", "Which?", "multi"),
        ("QID3_1", "How far? - I am heard", "choice"), ("QID3_2", "How far? - I am safe", "choice"),
        ("QID4_1", "Rank - A", "choice"), ("QID4_2", "Rank - B", "choice"), ("QID5#1", "Loop", "multi"),
        # marks that are the same everywhere may be the answer "1" to two statements
        ("QID6_1", "All - X", "choice"), ("QID6_2", "All - Y", "choice"),
    ]  # fmt: skip
    which = next(q for q in survey.questions if q.tool_id == "QID2")
    assert which.options == ("GP, nurse", "Peer")
    assert survey.cells[which.column].fillna("").to_list() == [f"GP, nurse{ITEMS}Peer", "Peer", ""]


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"Finished": "False"}, "2 responses were not finished (row 4, 5); they were kept"),
        ({"Finished": "0"}, "2 responses were not finished"),
        ({"Status": "1"}, "2 responses are of type 'Survey Preview'"),
        ({"Status": "Survey Test"}, "2 responses are of type 'Survey Test'"),
        ({"Status": "Spam"}, "2 responses are of type 'Spam'"),
    ],
)
def test_unfinished_and_tried_responses_stay_and_are_told(tmp_path: Path, own: dict[str, str], said: str) -> None:
    reading = take(write(tmp_path / "a.csv", [("Q1", "How?", "QID1")], [["a"], ["b"]], own))
    assert len(reading.survey.cells) == 2 and [text for _, text in reading.warnings if said in text]
    ordinary = take(write(tmp_path / "a.csv", [("Q1", "How?", "QID1")], [["a"], ["b"]], {"Status": "IP Address"}))
    assert ordinary.warnings == []


def test_without_the_finished_column_progress_tells(tmp_path: Path) -> None:
    head = [["ResponseId", "StartDate", "EndDate", "Progress", "Q1"], ["Response ID", "Start Date", "End Date", "Progress", "How?"]]
    times = ["2026-09-14 09:00", "2026-09-14 09:01"]
    table = [*head, ["R_1", *times, "35", "a"], ["R_2", *times, "100", "b"]]
    reading = take(write_csv(tmp_path / "a.csv", table))
    assert [text for _, text in reading.warnings if "1 responses were not finished (row 3)" in text]
    assert [q.text for q in reading.survey.questions] == ["How?"] and reading.survey.questions[0].tool_id == "Q1"


def test_split_answers_may_share_an_id_and_the_order_of_answers_is_none(tmp_path: Path) -> None:
    names = ["StartDate", "EndDate", "ResponseId", "Q1_1", "Q1_2", "Q1_2_TEXT", "Q1_DO_1"]
    texts = ["Start Date", "End Date", "Response ID", "Which? - A", "Which? - Other", "Which? - Other - Text", "Which? - Display Order"]
    last = ['"QID1","choiceId":"1"', '"QID1","choiceId":"2"', '"QID1_2_TEXT","choiceId":"2"', '"QID1_DO","choiceId":"1"']
    third = [f'{{"ImportId":{name}}}' for name in ('"startDate"', '"endDate"', '"_recordId"', *last)]
    times = ["2026-09-14 09:00", "2026-09-14 09:01"]
    lines = [[*times, "R_1", "A", "Other", "post", "1"], [*times, "R_2", "", "Other", "", "2"]]
    reading = take(write_csv(tmp_path / "a.csv", [names, texts, third, *lines]))
    assert [(q.tool_id, q.kind) for q in reading.survey.questions] == [("QID1", "multi"), ("QID1_2_TEXT", "text")]
    assert reading.survey.cells.iloc[:, 0].to_list() == [f"A{ITEMS}Other", "Other"] and "Q1_DO_1" in reading.note


def test_one_row_of_headings_and_a_time_zone(tmp_path: Path) -> None:
    line = ["2026-09-14 09:00:00", "2026-09-14 09:01:00", "True", "R_1", "a"]
    one = take(write_csv(tmp_path / "a.csv", [["Start Date", "End Date", "Finished", "Response ID", "How?"], line]))
    assert one.rows_read == 1 and [q.text for q in one.survey.questions] == ["How?"]
    third = [f'{{"ImportId":"{name}","timeZone":"America/Denver"}}' for name in ("startDate", "endDate", "finished", "_recordId", "QID1")]
    names = ["StartDate", "EndDate", "Finished", "ResponseId", "Q1"]
    zoned = take(write_csv(tmp_path / "b.csv", [names, ["Beginn", "Ende", "Fertig", "Antwort", "How?"], third, line]))
    assert zoned.rows_read == 1 and "America/Denver" in zoned.note and any("America/Denver" in text for _, text in zoned.warnings)


def test_personal_data_stays_behind(tmp_path: Path) -> None:
    asked = [("Q1", "Your name", "QID1_TEXT"), ("Q2_1", "About you - Email", "QID2_1"), ("Q2_2", "About you - Team", "QID2_2"),
             ("Q3_1", "How do we reach you? - Email", "QID3_1"), ("Q3_2", "How do we reach you? - Letter", "QID3_2"),
             ("Q4_Browser", "Browser", "QID4_BROWSER")]  # fmt: skip
    answers = [["Jo Secret", "jo@secret.uk", "North", "1", "", "Secret 5"], ["Al Secret", "al@secret.uk", "South", "", "1", "Secret 6"]]
    own = {"IPAddress": "Secret 1", "RecipientEmail": "Secret 2", "LocationLatitude": "Secret 3", "ExternalReference": "Secret 4"}
    reading = take(write(tmp_path / "a.csv", asked, answers, own))
    assert "ecret" not in reading.survey.cells.to_csv() and "ecret" not in repr((reading.aside, reading.warnings, reading.note))
    assert [q.tool_id for q in reading.survey.questions] == ["QID2_2", "QID3"]  # to be reached by e-mail is an answer
    assert "RecipientEmail" in reading.note and sum("asks who somebody is" in text for _, text in reading.warnings) == 2


def test_rows_that_cannot_be_used_are_set_aside(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [("Q1", "How?", "QID1")], [["a"], ["b"], ["c"], ["d"]])
    lines = path.read_text().splitlines()
    lines[3] = lines[3].replace("R_0", "")
    lines[4] += ",more"
    lines[5] = lines[5].replace("2026-09-14 09:05:00", "soon")
    path.write_text("\n".join(lines))
    reading = take(path)
    assert sorted((a.row, a.reason) for a in reading.aside) == [(4, "no_response_id"), (5, "ragged_row"), (6, "bad_value")]
    assert reading.survey.ids.to_list() == ["R_3"] and reading.survey.cells.index.to_list() == [7]


def test_header_rows_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    head = header("today", [("Q1", "How?", "QID1")])
    head[0][0], head[0][8] = head[0][8], head[0][0]
    with pytest.raises(FileProblem, match="contradicts itself"):
        read(write_csv(tmp_path / "a.csv", [*head, ["2026-09-14 09:00:00"] * len(head[0])]))


@pytest.mark.parametrize("cut", [3, 40, 400, 900])
def test_a_file_cut_short_gives_an_account_or_a_problem(tmp_path: Path, cut: int) -> None:
    path = write(tmp_path / "a.csv", [("Q1", "How?", "QID1")], [['say "so"\nand so']] * 5)
    path.write_bytes(path.read_bytes()[:cut])
    try:
        reading = read(path)
    except FileProblem as problem:
        assert problem.mend
    else:
        assert reading is None or reading.rows_read == len(reading.survey.cells) + len(reading.aside)


def test_no_rows_is_an_empty_survey_and_another_tool_is_not_claimed(tmp_path: Path) -> None:
    assert take(write(tmp_path / "a.csv", [("Q1", "How?", "QID1")], [])).rows_read == 0
    others = [["Response ID", "Status", "Q1"], ["V1", "V2", "Q"], ["Respondent ID", "Start Date", "End Date", "Q1"]]
    for names in others:
        assert qualtrics.recognise(Probe.open(write_csv(tmp_path / "b.csv", [names, ["1"] * len(names)]))) is None


def real_rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "layout", "responses", "questions", "several"),
    [
        ("sample.csv", "today", 1, 3, 0),
        ("sample_legacy.csv", "legacy", 1, 2, 0),
        ("Multiple_Answer_MC_Questions.csv", "legacy", 5, 6, 5),
        ("Multiple_Answer_MC_Questions (Insights).csv", "2016", 5, 6, 5),
        ("Better_Sample_Survey.csv", "2016", 10, 36, 4),
    ],
)
def test_a_real_file(real_data: Path, name: str, layout: str, responses: int, questions: int, several: int) -> None:
    path = real_data / "exports" / "qualtrics" / name
    lines = real_rows(path)
    top = 2 if layout == "legacy" else 3
    reading = take(path)
    assert reading.rows_read == len(reading.survey.cells) == len(lines) - top == responses
    assert (len(reading.survey.questions), sum(q.kind == "multi" for q in reading.survey.questions)) == (questions, several)
    # a naive count: a filled cell under a question is one answer, and one item of those that were folded
    own = {*TODAY, *IN_2016, *PLACE, *LEGACY, "", *(f"V{i}" for i in range(1, 11))}
    filled = sum(bool(cell) for line in lines[top:] for head, cell in zip(lines[0], line, strict=True) if head not in own)
    kinds = {q.column: q.kind for q in reading.survey.questions}
    found = sum(len(cell.split(ITEMS)) if kinds[c] == "multi" else 1 for c in kinds for cell in reading.survey.cells[c].dropna())
    assert found == filled > 0
    ids = lines[0].index("V1") if layout == "legacy" else [x.casefold() for x in lines[0]].index("responseid")
    assert reading.survey.ids.to_list() == [line[ids] for line in lines[top:]]
    assert reading.survey.completed.notna().all()


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "layout"),
    [("sample.csv", "today"), ("sample_legacy.csv", "legacy"), ("Multiple_Answer_MC_Questions.csv", "legacy"),
     ("Multiple_Answer_MC_Questions (Insights).csv", "2016"), ("Better_Sample_Survey.csv", "2016")],
)  # fmt: skip
def test_the_writer_writes_the_header_rows_of_a_real_file(real_data: Path, name: str, layout: str) -> None:
    lines = real_rows(real_data / "exports" / "qualtrics" / name)
    own = {"today": len(TODAY), "2016": len(IN_2016), "legacy": 10}[layout]
    asked = range(own, len(lines[0]) - {"today": 0, "2016": 3, "legacy": 4}[layout])
    columns = []
    for i in asked:
        imported = lines[2][i][lines[2][i].index(":") :].strip(":'\"} ") if layout != "legacy" else ""
        tag, _, suffix = lines[0][i].rpartition("_")
        stem, _, label = lines[1][i].rpartition("-")
        if suffix.isdigit() and stem and (layout == "legacy" or imported.endswith(f"-{suffix}")):
            columns.append(column(layout, tag, imported.removesuffix(f"-{suffix}"), stem, suffix, label))
        else:
            columns.append((lines[0][i], lines[1][i], imported))
    second = lines[1][:own] if layout == "today" else None
    assert header(layout, columns, second) == lines[: 2 if layout == "legacy" else 3]
