"""Check: which rows are accepted, which are set aside and why; and whether a whole snapshot keeps its contract."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

import duckdb
import numpy as np
import pandas as pd

from oversight.answers import Mapped
from oversight.exports.reading import ITEMS, Aside, FileProblem, Reading, Survey
from oversight.mapping import SurveyMapping, Wave, secret_columns
from oversight.model import STORED, TABLES, Table
from oversight.places import Placer
from oversight.redact import redact_series


class CheckFailed(Exception):
    """The snapshot would break its contract; nothing was published. Says table, column, row count and an example."""


@dataclass
class Source:
    """One file of a build and what became of its rows: rows_read = accepted + quarantined, always."""

    file: str
    sha256: str
    reading: Reading
    note: str = ""
    asides: list[Aside] = field(default_factory=list)
    warnings: list[tuple[int, str]] = field(default_factory=list)

    @property
    def quarantined(self) -> int:
        """Rows set aside."""
        return len(self.asides)

    @property
    def accepted(self) -> int:
        """Rows accepted."""
        return self.reading.rows_read - len(self.asides)


def unusable(sources: Iterable[Source], tool: str) -> FileProblem | None:
    """What is wrong with the files of one kind when every row of them was set aside; None when one has rows, or there is none."""
    read = [s for s in sources if s.reading.tool == tool]
    if any(s.accepted for s in read) or not (spoilt := next((s for s in read if s.asides), None)):
        return None
    first = min(spoilt.asides, key=lambda aside: aside.row)
    detail = first.detail.rstrip(".")
    return FileProblem(
        spoilt.file, f"has no row that can be used. Row {first.row}, for example: {detail}.", "Correct it, and the rows like it."
    )


@dataclass
class Placed:
    """A survey whose wave and mapping are known, before its rows are judged."""

    source: Source
    survey: Survey
    mapping: SurveyMapping
    wave: Wave
    mapped: Mapped

    @property
    def response_ids(self) -> pd.Series:
        """wave_id:tool's own id, with the mapping's prefix."""
        return self.wave.wave_id + ":" + self.mapping.id_prefix + self.survey.ids.astype("string")

    @property
    def secret_columns(self) -> set[str]:
        """Columns of the export whose words are never stored."""
        return secret_columns(self.survey, self.mapping)


def judge(surveys: list[Placed], placer: Placer) -> list[pd.DataFrame]:
    """Set doubtful rows aside and place the rest.

    Returns, per survey, one row per accepted response indexed by its row in the file: response_id, completed and the
    columns of ``Placer.place``. The first rule that applies names the reason: duplicate, outside the wave, role, PCN.
    """
    losers = _duplicates(surveys)
    kept = []
    for number, placed in enumerate(surveys):
        completed = pd.to_datetime(placed.survey.completed)
        wave = placed.wave
        reason = pd.Series("", index=placed.survey.cells.index, dtype="object")
        detail = pd.Series("", index=reason.index, dtype="object")

        def mark(rows: pd.Series, code: str, text: str | pd.Series, reason: pd.Series = reason, detail: pd.Series = detail) -> None:
            rows = rows & (reason == "")
            reason[rows] = code
            detail[rows] = text if isinstance(text, str) else text[rows]

        dates = f"{wave.opened.isoformat()} to {wave.closed.isoformat()}"
        mark(losers[number], "duplicate_response", "A later complete row has the same response id.")
        if completed.notna().any():  # else the tool exports no times, and its mapping names the wave
            mark(completed.isna(), "bad_value", "The row has no completion time. Export finished responses only.")
        outside = (completed < pd.Timestamp(wave.opened)) | (completed >= pd.Timestamp(wave.closed) + pd.Timedelta(days=1))
        mark(outside, "outside_wave", f"Completed outside {dates}. Correct the dates in waves.csv if they are wrong.")
        mark(placed.mapped.wide["respondent_kind"].isna(), "role_unmapped", "Add the role's words to the mapping, or leave the row out.")
        places = placer.place(_given_pcn(placed), wave.closed)
        for code in places["reason"].unique():
            if code:
                mark(places["reason"] == code, code, places["detail"])
        _set_aside(placed, reason, detail)
        good = reason[reason == ""].index
        placed.source.warnings += [(int(row), text) for row, text in places.loc[good, "warning"].items() if text]
        kept.append(places.loc[good].drop(columns=["reason", "detail", "warning"]).assign(
            response_id=placed.response_ids[good], completed=completed[good]))  # fmt: skip
    return kept


def _given_pcn(placed: Placed) -> pd.Series:
    """What each respondent wrote for the PCN."""
    for column, question in zip((q[0] for q in placed.survey.questions), placed.mapped.questions["field"], strict=True):
        if question == "pcn":
            return placed.survey.cells[column]
    return pd.Series(pd.NA, index=placed.survey.cells.index, dtype="string")


def _duplicates(surveys: list[Placed]) -> list[pd.Series]:
    """Per survey, the rows whose response id stands again in a later complete row, over all files of a wave."""
    stacked = pd.concat(
        [pd.DataFrame({"id": p.response_ids.array, "completed": pd.to_datetime(p.survey.completed).array}) for p in surveys],
        ignore_index=True,
    )
    in_order = stacked.sort_values("completed", na_position="first", kind="stable")
    lost = in_order.duplicated("id", keep="last").sort_index().to_numpy()
    ends = np.cumsum([len(p.survey.cells) for p in surveys])
    return [pd.Series(part, index=p.survey.cells.index) for part, p in zip(np.split(lost, ends[:-1]), surveys, strict=True)]


def _set_aside(placed: Placed, reason: pd.Series, detail: pd.Series) -> None:
    """Move the judged rows into the source's quarantine, with their cells less personal data."""
    judged = (reason != "").to_numpy()
    content: list[dict[str, str]] = [{"response id": str(i)} for i in placed.survey.ids[judged]]
    secret = placed.secret_columns
    columns = [
        (placed.survey.cells.loc[judged, q.column].astype("string"), q.text.strip())
        for q in placed.survey.questions
        if q.column not in secret
    ]
    if content and columns:  # all cells together: many texts are redacted much faster than one at a time
        cells = redact_series(pd.concat([c for c, _ in columns]).str.replace(ITEMS, "; ", regex=False)).array
        for number, (_, text) in enumerate(columns):
            for said, value in zip(content, cells[number * len(content) : (number + 1) * len(content)], strict=True):
                if value is not pd.NA:
                    said[text] = value
    rows = zip(reason.index[judged], reason[judged], detail[judged], content, strict=True)
    placed.source.asides += [Aside(int(row), str(code), str(why), said) for row, code, why, said in rows]


def content_json(aside: Aside) -> str | None:
    """The row set aside as JSON, None when its reader kept nothing."""
    return json.dumps(aside.content, ensure_ascii=False) if aside.content else None


def check_snapshot(connection: duckdb.DuckDBPyConnection) -> None:
    """Hold a freshly written snapshot against the contract: keys, references, the account.

    Raises ``CheckFailed`` with every breach found. Types, NOT NULL and allowed codes stand in the tables themselves.
    """
    breaches = []
    for table in (*TABLES, *STORED):
        if _unique(connection, table):
            continue
        key = ", ".join(table.key)
        twice = connection.execute(f"SELECT {key}, count(*) FROM {table.name} GROUP BY ALL HAVING count(*) > 1").fetchall()  # noqa: S608 - names come from the contract
        if twice:
            breaches.append(f"{table.name}: {len(twice)} values of {key} stand more than once, for example {twice[0][:-1]}")
    for child, column, parent in REFERENCES:
        orphans = connection.execute(
            f"SELECT DISTINCT {column} FROM {child} WHERE {column} IS NOT NULL AND {column} NOT IN (SELECT {column} FROM {parent})"  # noqa: S608
        ).fetchall()
        if orphans:
            breaches.append(f"{child}.{column}: {len(orphans)} values are not in {parent}, for example {orphans[0][0]}")
    wrong = connection.execute("SELECT file FROM load WHERE rows_read <> accepted + quarantined").fetchall()
    breaches += [f"load: the account of {file} does not balance" for (file,) in wrong]
    if breaches:
        raise CheckFailed("Nothing was published. " + "; ".join(breaches) + ".")


def _unique(connection: duckdb.DuckDBPyConnection, table: Table) -> bool:
    """Whether the rows of a table surely have different keys: as many different hashes as rows. Else they may have."""
    if table.name == "answer_cell":
        return True  # its key holds that of answer
    if table.name != "answer":
        sql = f"SELECT count(*) = count(DISTINCT hash({', '.join(table.key)})) FROM {table.name}"  # noqa: S608 - names come from the contract
        return bool(connection.execute(sql).fetchall()[0][0])
    # a question at a time, by the numbers of its words: all answers of a large survey together would fill the memory
    questions = connection.execute(
        "SELECT min(words), max(words) FROM answer_words GROUP BY wave_id, question_id ORDER BY min(words)"
    ).fetchall()
    once = connection.execute("SELECT count(*) = count(DISTINCT response_id) FROM answer_response").fetchall()[0][0]
    if not once or any(before[1] >= after[0] for before, after in pairwise(questions)):
        return False
    sql = "SELECT count(*) = count(DISTINCT hash(response, item)) FROM answer_cell WHERE words BETWEEN ? AND ?"
    return all(connection.execute(sql, question).fetchall()[0][0] for question in questions)


#: (child, column, parent): every value of the child's column stands in the parent's column of that name.
REFERENCES = (
    ("response", "wave_id", "wave"),
    ("question", "wave_id", "wave"),
    ("answer_response", "response_id", "response"),
    ("answer_words", "question_id", "question"),
    ("answer_cell", "response", "answer_response"),
    ("answer_cell", "words", "answer_words"),
    ("response", "pcn_code", "pcn"),
    ("response", "icb_code", "icb"),
    ("response", "region_code", "region"),
    ("excerpt", "session_id", "session"),
    ("coding", "excerpt_id", "excerpt"),
    ("coding", "theme", "theme"),
    ("coding", "code", "code"),
    ("code", "theme", "theme"),
    ("utterance", "session_id", "session"),
    ("comment_coding", "response_id", "response"),
    ("comment_coding", "theme", "theme"),
    ("convergence", "theme", "theme"),
)


def contract_frame(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with exactly the contract's columns in order.

    Raises ``CheckFailed`` naming the column, the row count and an example when a required value is missing or a code is
    not allowed.
    """
    table = next(t for t in (*STORED, *TABLES) if t.name == name)
    frame = frame.reindex(columns=list(table.columns))
    for f in table.fields:
        column = frame[f.name]
        if f.required and column.isna().any():
            raise CheckFailed(
                f"{name}.{f.name}: {int(column.isna().sum())} rows lack a value, for example {frame[column.isna()].iloc[0].to_dict()}."
            )
        if f.allowed and not f.type.endswith("[]"):
            wrong = column[column.notna() & ~column.isin(list(f.allowed))]
            if len(wrong):
                raise CheckFailed(f"{name}.{f.name}: {len(wrong)} rows hold an unknown code, for example {wrong.iloc[0]!r}.")
    return frame
