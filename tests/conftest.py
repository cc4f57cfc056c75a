"""What tests share."""

import os
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pandas as pd
import pytest
from hypothesis import settings
from streamlit.testing.v1 import AppTest

from oversight import publish, snapshots, store
from oversight.settings import SAMPLE
from tests import truth
from tests.programme import response, write_map, write_programme

# the machines that run these tests are slow and shared: a deadline would fail on noise
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real files that stay where they are; tests that need it are skipped without it."""
    folder = Path(os.environ.get("OVERSIGHT_REAL_DATA") or Path(__file__).parents[2] / "shared" / "real")
    if not folder.is_dir():
        pytest.skip(f"no real files at {folder}: set OVERSIGHT_REAL_DATA")
    return folder


@pytest.fixture(scope="session")
def oracles(real_data: Path) -> Path:
    """Folder of the published numbers to check against, beside the real files."""
    folder = real_data.parent / "oracles"
    if not folder.is_dir():
        pytest.skip(f"no oracle files at {folder}")
    return folder


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> store.Snapshot:
    """The fictional sample, published once by the production build."""
    account = publish.build([SAMPLE], tmp_path_factory.mktemp("snapshots"))
    return store.find_snapshot(account.path)


@pytest.fixture(scope="session")
def twice(sample: store.Snapshot, tmp_path_factory: pytest.TempPathFactory) -> tuple[store.Snapshot, store.Snapshot]:
    """The sample with an earlier export of its newest form (246 rows fewer, one answer other), and the sample, in one folder."""
    folder = tmp_path_factory.mktemp("twice")
    shutil.copytree(SAMPLE, folder / "exports")
    (form,) = (folder / "exports" / "surveys").glob("*.xlsx")
    book = openpyxl.load_workbook(form)
    book.active.delete_rows(1350, 2000)
    contact = next(c for c in book.active[1] if c.value and "first point of contact" in str(c.value))
    cell = book.active.cell(row=900, column=contact.column)
    cell.value = "No" if cell.value == "Yes" else "Yes"
    book.save(form.with_name(form.name.replace("1594", "1348")))
    form.unlink()
    account = publish.build([folder / "exports"], folder / "snapshots")
    shutil.copy2(sample.path, folder / "snapshots")
    snapshots.make_current(folder / "snapshots", sample.snapshot_id, snapshots.PUBLISHED)
    return store.find_snapshot(account.path), store.find_snapshot(folder / "snapshots" / sample.path.name)


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one snapshot of organisations and nothing else."""
    folder = tmp_path_factory.mktemp("bare")
    publish.build([write_map(folder / "exports", {"F0001": "QHL"}).parent], folder)
    return folder


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one snapshot: one wave with a single response."""
    folder = tmp_path_factory.mktemp("tiny")
    publish.build([write_programme(folder / "exports", {"F0001": "QHL", "F0002": "QHL"}, [response("F0001")])], folder)
    return folder


class _Rows(HTMLParser):
    """The cells of one HTML table, row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.within = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "tr":
            self.rows.append([])
        self.within = tag in ("td", "th")
        if self.within:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self.within = False

    def handle_data(self, data: str) -> None:
        if self.within:
            self.rows[-1][-1] += data


def read_html(text: str) -> pd.DataFrame:
    """A table of ``ui.as_html`` as a frame of text."""
    reader = _Rows()
    reader.feed(text)
    return pd.DataFrame(reader.rows[1:], columns=reader.rows[0])


@pytest.fixture(scope="session", autouse=True)
def tables_that_are_html() -> Iterator[None]:
    """Tests read the tables of a page from ``app.table``, whether Streamlit drew them or they came as HTML."""
    own = AppTest.table
    both = property(
        lambda app: [*own.fget(app), *(SimpleNamespace(value=read_html(e.proto.body)) for e in app.get("html") if "<table" in e.proto.body)]
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AppTest, "table", both)
        yield


#: What people settled, in the fixture ``judged``: England's caseload twice, the later one counts.
VERDICTS = """theme,region_code,verdict,date,note
caseload,,silence,2026-10-01,A first look.
caseload,,dissonance,2026-10-30,Sessions were held in busy networks.
caseload,Y60,partial,2026-10-28,
isolation,Y61,agreement,2026-10-28,Talked over with the region.
"""


def codes_of(response_id: str, text: str) -> list[str]:
    """Which codes the made-up coders of ``judged`` gave to a comment: about two in five have any."""
    if sum(response_id.encode()) % 5 > 1:
        return []
    words = {"caseload": ("waiting", "list"), "isolation": ("alone", "peer"), "confusion": ("supervis",), "career": ("contract", "train")}
    return sorted(code for code, marks in words.items() if any(mark in text.lower() for mark in marks)) or ["role_boundaries"]


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> store.Snapshot:
    """The sample with verdicts on convergence and with codes on comments that are known to the tests."""
    folder = tmp_path_factory.mktemp("judged")
    shutil.copytree(SAMPLE, folder / "exports")
    (folder / "exports" / "registers" / "convergence.csv").write_text(VERDICTS, encoding="utf-8")
    lines = ["wave_id,response_id,field,code"]
    for row in truth.rows("answers.csv.gz"):
        about = "challenges_comment" if "ell us more" in row["question"] else "comment" if "anything else" in row["question"] else ""
        if about and row["state"] == "answered":
            own = row["response_id"].split(":", 1)[1]
            lines += [f"{row['wave_id']},{own},{about},{code}" for code in codes_of(row["response_id"], row["value"])]
    (folder / "exports" / "registers" / "comment_codes.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return store.find_snapshot(publish.build([folder / "exports"], folder / "snapshots").path)
