"""REFI-QDA: projects and code books of any tool, positions as each tool counts them, and files made to harm."""

from __future__ import annotations

import io
import re
import tempfile
import uuid
import zipfile
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

import pytest
from canonical_codings import USERS, Passage, Project, back, balanced, projects, survives, truth
from export_files import write_zip
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight import exports
from oversight.exports import FileProblem
from oversight.exports.positions import CODE_POINTS, ONE_CRLF, UTF16, WAYS, Text, Way, choose

ORIGINS: dict[str, Way] = {"NVivo 12.7.0": UTF16, "ATLAS.ti 9.1": ONE_CRLF, "Quirkos 2.5": CODE_POINTS, "QualCoder-3.5": CODE_POINTS}
TOOLS = sorted(ORIGINS)


def guid(*what: object, form: int = 0) -> str:
    """formats.md, REFI-QDA: "GUIDs vary in case and braces"."""
    text = str(uuid.uuid5(uuid.NAMESPACE_OID, repr(what)))
    return (text, text.upper(), "{" + text + "}")[form % 3]


def counted(text: str, position: int, way: Way) -> int:
    """A position as a tool counts it, worked out without the reader's own way of doing it."""
    before = text[:position]
    if way.crlf_is_one:
        before = before.replace("\r\n", "\n")
    return len(before.encode("utf-16-le")) // 2 if way.utf16 else len(before)


def qde(project: Project, origin: str, way: Way, form: int = 0) -> str:
    """formats.md: "Namespace `urn:QDA-XML:project:1.0`", "`CodeBook/Codes/Code` nested", "`Sources/TextSource` (plainTextPath
    `internal://GUID.txt`) → `PlainTextSelection(startPosition, endPosition)` → `Coding/CodeRef@targetGUID`"."""
    flat = "ATLAS" in origin  # "ATLAS.ti codes are flat with `::`"

    def codes(above: tuple[str, ...]) -> str:
        below = [code for code in project.codes if flat or code[:-1] == above]
        named = [("::".join(code) if flat else code[-1], guid("code", code, form=form), "" if flat else codes(code)) for code in below]
        return "".join(f'<Code guid="{g}" name={quoteattr(name)} isCodable="true">{inner}</Code>' for name, g, inner in named)

    def passage(p: Passage, n: int) -> str:
        text = project.documents[p.document]
        made = "".join(
            f'<Coding guid="{guid("coding", n, code, user)}" creatingUser="{guid("user", user, form=form + n)}">'
            f'<CodeRef targetGUID="{guid("code", code, form=form + 1)}"/></Coding>'
            for code, user in p.codes
        )
        where = f'startPosition="{counted(text, p.start, way)}" endPosition="{counted(text, p.stop, way)}"'
        return f'<PlainTextSelection guid="{guid("passage", n)}" name="" {where}>{made}</PlainTextSelection>'

    users = "".join(f'<User guid="{guid("user", user)}" name={quoteattr(user)}/>' for user in USERS)
    sources = ""
    for name in project.documents:
        inner = "".join(passage(p, n) for n, p in enumerate(project.passages) if p.document == name)
        sources += f'<TextSource guid="{guid("source", name)}" name={quoteattr(name)} plainTextPath="internal://{guid(name)}.txt">{inner}</TextSource>'
    return (
        f'<?xml version="1.0" encoding="utf-8"?><Project xmlns="urn:QDA-XML:project:1.0" name="p" origin={quoteattr(origin)} '
        f'basePath="C:\\Users\\ada"><Users>{users}</Users><CodeBook><Codes>{codes(())}</Codes></CodeBook><Sources>{sources}</Sources></Project>'
    )


def qdpx(path: Path, project: Project, origin: str, form: int = 0, way: Way | None = None) -> Path:
    """formats.md: "(.qdpx = zip of one .qde and a sources folder)", "Folder `Sources/` or `sources/`", "(BOM stripped, CRLF kept)"."""
    folder = ("Sources", "sources")[form % 2]
    members: dict[str, str | bytes] = {("project.qde", "Project.qde")[form % 2]: qde(project, origin, way or ORIGINS[origin], form)}
    for name, text in project.documents.items():
        members[f"{folder}/{guid(name, form=form % 2)}.txt"] = text.encode("utf-8-sig" if form % 3 == 0 else "utf-8")
    return write_zip(path, members)


@settings(max_examples=200)
@given(projects(), st.sampled_from(TOOLS), st.integers(0, 5))
def test_round_trip(project: Project, origin: str, form: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        reading = balanced(qdpx(Path(folder) / "a.qdpx", project, origin, form), "refi_qda")
    assert back(reading) == truth(project, positions=True)
    codes = reading.tables["codes"]
    assert sorted(codes["code"]) == sorted(" > ".join(code) for code in project.codes)
    parents = dict(zip(codes["code"], codes["parent"].fillna(""), strict=True))
    assert parents == {" > ".join(code): " > ".join(code[:-1]) for code in project.codes}


@settings(max_examples=50)
@given(projects(), st.sampled_from(TOOLS))
def test_nobody_and_no_folder_of_the_machine_is_named(project: Project, origin: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        reading = balanced(qdpx(Path(folder) / "a.qdpx", project, origin), "refi_qda")
    everything = repr(reading) + "".join(frame.to_csv() for frame in reading.tables.values())
    assert not any(who in everything for who in (*USERS, "C:\\", "ada\\", *[guid("user", user) for user in USERS]))


@pytest.mark.parametrize("form", ["{name}: {words}", "{name}   0:0{n}\r\n{words}", "<v {name}>{words}</v>"])
def test_who_speaks_in_a_coded_transcript_is_not_named_in_its_passages(tmp_path: Path, form: str) -> None:
    turns = [("Zebedee Quillfeather", "Welcome."), ("Orla Quince", "Zebedee asked me. I have no GP."), ("Ivo Strand", "Nor I, said Orla.")]
    text = "\r\n".join(form.format(name=name, words=words, n=n) for n, (name, words) in enumerate(turns))
    places = [(text.index("Zebedee asked"), text.index("no GP.") + 6), (text.index("Ivo Strand"), len(text))]
    codings = ((("access",), "A"),)
    project = Project({"Group 1": text}, (("access",),), tuple(Passage("Group 1", *place, codings) for place in places))
    excerpts = balanced(qdpx(tmp_path / "a.qdpx", project, "NVivo 12.7.0"), "refi_qda").tables["excerpts"]
    assert not any(part in excerpts.to_csv() for name, _ in turns for part in name.split())
    assert excerpts["text"][0] == "[a speaker] asked me. I have no GP." and "Nor I, said [a speaker]." in excerpts["text"][1]
    assert [tuple(place) for place in excerpts[["start", "stop"]].to_numpy()] == places


def test_words_before_a_colon_are_no_speaker_where_few_lines_begin_so(tmp_path: Path) -> None:
    text = "Supervision helps.\nPeers help.\nOne thing matters: Peers.\nPeers: they listen.\nNo more."
    project = Project({"Group 1": text}, (("access",),), (Passage("Group 1", 0, len(text), ((("access",), "A"),)),))
    excerpts = balanced(qdpx(tmp_path / "a.qdpx", project, "NVivo 12.7.0"), "refi_qda").tables["excerpts"]
    assert excerpts["text"][0] == text


ONE = Project(
    {"Group 1": "\U0001f600 Waits were long.\r\nTrust \U0001f600 matters."},
    (("access",), ("access", "waits")),
    (Passage("Group 1", 2, 17, ((("access", "waits"), "A"),)), Passage("Group 1", 20, 25, ((("access",), "B"),))),
)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.words)
def test_a_tool_that_counts_otherwise_than_its_name_says_is_found_out(tmp_path: Path, way: Way) -> None:
    reading = balanced(qdpx(tmp_path / "a.qdpx", ONE, "Quirkos 2.5", way=way), "refi_qda")
    assert back(reading) == truth(ONE, positions=True)
    off = {CODE_POINTS: 0, UTF16: 2}.get(way, 1)
    said = f"positions were read as {way.words}, for read as code points, {off} of 2 passages begin or end inside a word"
    assert [text for _, text in reading.warnings] == ([said] if off else [])


def test_positions_that_fit_no_way_of_counting_are_warned_about() -> None:
    text = Text("several words stand here")
    assert choose("NVivo", [(text, 1, 5), (text, 9, 12)]) == (
        UTF16, "2 of 2 passages begin or end inside a word; check that their words are whole (positions were read as UTF-16 code units)"
    )  # fmt: skip
    assert choose("NVivo", []) == (UTF16, "")


@given(st.text(st.sampled_from("ab \r\n\U0001f600é"), max_size=12), st.sampled_from(WAYS))
def test_positions_are_taken_back_exactly(text: str, way: Way) -> None:
    whole = Text(text)
    counting = whole.counting(way)
    inside = [p for p in range(len(text) + 1) if not (way.crlf_is_one and text[p - 1 : p + 1] == "\r\n")]
    for start in inside:
        assert whole.passage(counted(text, start, way), counted(text, len(text), way), counting) == (start, len(text))
    assert whole.passage(0, counted(text, len(text), way) + 1, counting) is None
    assert len(text) == 0 or whole.passage(counted(text, len(text), way), 0, counting) is None


def text_source(inner: str, more: str = "") -> str:
    return (
        '<Project xmlns="urn:QDA-XML:project:1.0" name="p"><CodeBook><Codes><Code guid="c1" name="a"/><Code guid="c2" name="a"/></Codes>'
        f'</CodeBook><Sources><TextSource guid="s" name="Group 1" {more}>{inner}</TextSource></Sources></Project>'
    )


def coding(code: str = "c1", user: str = "u") -> str:
    return f'<Coding creatingUser="{user}"><CodeRef targetGUID="{code}"/></Coding>'


def read(tmp_path: Path, text: str) -> exports.Reading:
    (tmp_path / "a.qde").write_text(text, encoding="utf-8")
    return balanced(tmp_path / "a.qde", "refi_qda")


def selection(number: int, start: int, stop: int, inner: str = "", name: str = "") -> str:
    return f'<PlainTextSelection guid="{number}" startPosition="{start}" endPosition="{stop}" name="{name}">{inner}</PlainTextSelection>'


def test_text_inside_the_project_file_memos_and_unknown_codes(tmp_path: Path) -> None:
    first = selection(1, 5, 10, coding() + coding() + coding("c2") + coding("gone") + "<Coding/>")
    others = selection(2, 0, 4) + selection(3, 0, 99, coding(), "cut…") + coding(user="")
    reading = read(tmp_path, text_source("<PlainTextContent>Long waits</PlainTextContent>" + first + others))
    table = reading.tables["excerpts"]
    assert table["text"].fillna("").to_list() == ["", "waits", "waits", "cut…"]
    assert table["code"].to_list() == ["a", "a", "a (2)", "a"] and table["coder"].to_list() == ["coder 1"] + ["coder 2"] * 3
    assert table["place"].fillna("").to_list() == ["the whole document", "", "", ""]
    assert table["start"].fillna(-1).to_list() == [-1, 5, 5, -1]
    assert [(a.reason, a.content) for a in reading.aside] == [("unknown_reference", {"document": "Group 1", "text": "waits"})] * 2
    said = " | ".join(text for _, text in reading.warnings)
    assert "1 passages lie beyond the end" in said and "1 coded passages show the name" in said and "called 'a'" in said
    assert "1 passage without a code left out" in reading.note and "1 codings stand twice" in reading.note


def test_where_a_text_is_missing_the_passage_shows_its_name_and_says_so(tmp_path: Path) -> None:
    reading = read(tmp_path, text_source(selection(1, 0, 4, coding(), "Long"), 'plainTextPath="internal://gone.txt"'))
    assert reading.tables["excerpts"]["text"].to_list() == ["Long"]
    assert [text for _, text in reading.warnings][1:] == [
        "the plain texts of 1 sources are missing; export the project with its sources",
        "1 coded passages show the name that the tool gives them, not their words",
    ]


def test_media_are_places_without_words_and_a_pdf_passage_noted_twice_counts_once(tmp_path: Path) -> None:
    twin = selection(7, 3, 13, coding(), "long w…")
    pdf = f'<PDFSelection guid="7" page="0" name="long w…">{coding()}</PDFSelection>'
    pdf += f'<Representation guid="r"><PlainTextContent>So long waits</PlainTextContent>{twin}</Representation>'
    points = '<SyncPoint guid="y" position="4"/><SyncPoint guid="z" position="7"/>'
    spoken = f'<TranscriptSelection guid="9" fromSyncPoint="y" toSyncPoint="Z">{coding()}</TranscriptSelection>'
    audio = f'<AudioSelection guid="8" begin="61000" end="3661000" name="x">{coding()}</AudioSelection>'
    audio += f'<Transcript guid="t"><PlainTextContent>one two</PlainTextContent>{points}{spoken}</Transcript>'
    sources = f'<PDFSource guid="p" name="b.pdf">{pdf}</PDFSource><AudioSource guid="q" name="c.mp3">{audio}</AudioSource>'
    table = read(tmp_path, re.sub("<TextSource.*</TextSource>", sources, text_source(""))).tables["excerpts"]
    assert table[["document", "text", "place"]].fillna("").to_numpy().tolist() == [
        ["b.pdf", "long waits", "page 1"], ["c.mp3", "", "0:01:01 – 1:01:01"], ["c.mp3", "two", ""],
    ]  # fmt: skip


def test_a_code_book_is_a_companion_and_keeps_its_hierarchy(tmp_path: Path) -> None:
    inner = '<Code guid="1" name="a &gt; b"/><Code guid="2" name="a"><Description>why</Description><Code guid="3" name="b"/></Code>'
    for version in ("1.0", "0:4"):
        (tmp_path / "a.qdc").write_text(
            f'\ufeff<CodeBook xmlns="urn:QDA-XML:codebook:{version}"><Codes>{inner}</Codes></CodeBook>', encoding="utf-8"
        )
        reading = balanced(tmp_path / "a.qdc", "refi_qda")
        assert reading.companion and reading.rows_read == 0
        codes = reading.tables["codes"]
        assert codes["code"].to_list() == ["a > b", "a", "a > b (2)"] and codes["description"].fillna("").to_list() == ["", "why", ""]


BOMB = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)) + "]>"
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
BODY = '<Project xmlns="urn:QDA-XML:project:1.0" name="p"><Description>&a;</Description></Project>'


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (BOMB + BODY, "defines entities"),
        (OUTSIDE + BODY, "defines entities"),
        ("<!DOCTYPE x>" + BODY.replace("&a;", ""), "defines entities"),
        (BODY.replace("&a;", "<b>"), "breaks off or is not well formed"),
        (BODY.replace("&a;", "<b>" * 500 + "</b>" * 500), "more XML than any project"),
        ('<?xml version="1.0" encoding="klingon"?>' + BODY.replace("&a;", ""), "breaks off or is not well formed"),
    ],
)
def test_xml_made_to_harm_is_refused(tmp_path: Path, text: str, wrong: str) -> None:
    (tmp_path / "a.qde").write_text(text, encoding="utf-8")
    with pytest.raises(FileProblem, match=wrong):
        exports.read(tmp_path / "a.qde")
    with pytest.raises(FileProblem, match=wrong):
        exports.read(write_zip(tmp_path / "a.qdpx", {"project.qde": text}))


def test_several_projects_in_one_archive_and_too_many_elements_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileProblem, match=r"holds 2 projects: a.qde, b.qde"):
        exports.read(write_zip(tmp_path / "a.qdpx", {"a.qde": BODY, "b.qde": BODY}))
    monkeypatch.setattr("oversight.exports.markup.MAX_ELEMENTS", 50)
    with pytest.raises(FileProblem, match="more XML than any project"):
        read(tmp_path, text_source("<x/>" * 50))
    monkeypatch.setattr("oversight.exports.probe.Probe.whole", lambda probe, member="", limit=0: b"")
    with pytest.raises(FileProblem, match="not well formed"):
        exports.read(write_zip(tmp_path / "b.qdpx", {"a.qde": BODY}))


def test_a_source_outside_the_archive_is_missing_and_never_opened(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    inner = f'<PlainTextSelection guid="1" startPosition="0" endPosition="6" name="n">{coding()}</PlainTextSelection>'
    for reference in ("relative:///secret.txt", f"absolute://{tmp_path}/secret.txt", "internal://../secret.txt"):
        path = write_zip(tmp_path / "a.qdpx", {"a.qde": text_source(inner, f'plainTextPath="{escape(reference)}"')})
        assert balanced(path, "refi_qda").tables["excerpts"]["text"].to_list() == ["n"]


def test_damaged_projects(tmp_path: Path) -> None:
    data = qdpx(tmp_path / "a.qdpx", ONE, "NVivo 12.7.0").read_bytes()
    assert survives(tmp_path / "b.qdpx", data, 150)["refused"] > 50
    inner = qde(ONE, "NVivo 12.7.0", UTF16)

    def packed(broken: bytes) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("a.qde", broken)
        return buffer.getvalue()

    assert survives(tmp_path / "c.qdpx", inner.encode(), 150, mend=packed)["refused"] > 50
    assert survives(tmp_path / "d.qde", inner.encode(), 150)["refused"] > 50


@pytest.mark.real
@pytest.mark.parametrize("name", ["TestProject.qdpx", "Project.qde"])
def test_the_real_project_against_a_plain_count(real_data: Path, name: str) -> None:
    path = real_data / "exports" / "refi-qda" / name
    root = ElementTree.fromstring(zipfile.ZipFile(path).read("Project.qde") if name.endswith("x") else path.read_bytes())
    space = "{urn:QDA-XML:project:1.0}"
    coded = {
        (element.get("guid"), ref.get("targetGUID"))
        for element in root.iter()
        for made in element.findall(f"{space}Coding")
        for ref in made.findall(f"{space}CodeRef")
    }
    reading = balanced(path, "refi_qda")
    table = reading.tables["excerpts"]
    assert len(table) == len(coded) == 14 and reading.aside == []
    assert table["highlight"].nunique() == len({selection for selection, _ in coded}) == 11
    names = sorted(code.get("name", "").replace("::", " > ") for code in root.iter(f"{space}Code"))
    assert sorted(reading.tables["codes"]["code"]) == names and len(names) == 14
    assert "Markgraf" not in table.to_csv() + reading.note + str(reading.warnings)


@pytest.mark.real
def test_the_writer_of_these_tests_uses_the_standards_own_words(real_data: Path) -> None:
    """There are no header rows: every element and attribute that it writes stands in the published schema."""
    schema = (real_data / "exports" / "refi-qda" / "Project.xsd").read_text(encoding="utf-8")
    declared = set(re.findall(r'name="(\w+)"', schema))
    written = ElementTree.fromstring(qde(ONE, "NVivo 12.7.0", UTF16).encode())
    used = {e.tag.rpartition("}")[2] for e in written.iter()} | {a for e in written.iter() for a in e.attrib}
    assert used <= declared
    schema_reading = exports.read(real_data / "exports" / "refi-qda" / "Project.xsd")
    assert schema_reading is not None and "holds no codings" in schema_reading.companion
