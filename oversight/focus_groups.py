"""From coded excerpts and the registers ``sessions`` and ``themes`` to the focus-group tables."""

from __future__ import annotations

from pathlib import PurePath

import pandas as pd

from oversight.checks import Source
from oversight.exports.reading import Aside
from oversight.mapping import normalise
from oversight.model import BY_NAME, CHALLENGES
from oversight.redact import redact_series


def focus_groups(sources: list[Source]) -> dict[str, pd.DataFrame]:
    """The tables session, theme, excerpt and coding. Excerpts of a document that no session names are set aside."""
    sessions = _register(sources, "sessions", "session")
    themes = _register(sources, "themes", "themes")
    by_document = {_document(name): session for name, session in zip(sessions["file"], sessions["session_id"], strict=True)}
    theme_of = {normalise(code): theme for code, theme in zip(themes["code"], themes["theme"], strict=True)}
    codings: list[pd.DataFrame] = []
    seen: set[tuple[str, str]] = set()
    for source in sources:
        frame = source.reading.tables.get("excerpts")
        if frame is None:
            continue
        frame = frame.assign(session_id=frame["document"].map(lambda name: by_document.get(_document(name))).astype("string"))
        for row in frame[frame["session_id"].isna()].to_dict("records"):
            detail = f"No session of sessions.csv names the document {row['document']!r}. Add it there."
            source.asides.append(Aside(int(row["row"]), "unknown_reference", detail, {"document": row["document"], "code": row["code"]}))
        good = frame[frame["session_id"].notna()]
        good = good.assign(excerpt_id=good["session_id"] + ":" + good["highlight"].astype("string"))
        good = _first_time(good, seen, source)
        good = good.assign(theme=good["code"].map(lambda code: theme_of.get(normalise(code))))
        missing = good.loc[good["theme"].isna(), "code"].value_counts()
        source.warnings += [
            (0, f"code {code!r} is not in the themes register ({n} excerpts); kept without theme") for code, n in missing.items()
        ]
        codings.append(good)
    coding = _stack(codings, "coding")
    excerpt = coding.drop_duplicates("excerpt_id")
    if len(excerpt):
        excerpt = excerpt.assign(text=redact_series(excerpt["text"]), position=excerpt.groupby("session_id").cumcount() + 1)
    return {
        "session": sessions,
        "theme": _themes(themes),
        "excerpt": excerpt,
        "coding": coding,
    }


def _first_time(frame: pd.DataFrame, seen: set[tuple[str, str]], source: Source) -> pd.DataFrame:
    """The codings no earlier file holds; those it does (a second export of the same project) are set aside."""
    again = pd.Series([key in seen for key in zip(frame["excerpt_id"], frame["code"], strict=True)], index=frame.index, dtype=bool)
    seen |= set(zip(frame["excerpt_id"], frame["code"], strict=True))
    for row in frame[again].to_dict("records"):
        detail = f"Another file holds highlight {row['highlight']} with the code {row['code']!r} already. Leave one of them out."
        source.asides.append(Aside(int(row["row"]), "duplicate_row", detail, {"document": row["document"], "code": row["code"]}))
    return frame[~again]


def _register(sources: list[Source], name: str, table: str) -> pd.DataFrame:
    frames = [s.reading.tables[name] for s in sources if name in s.reading.tables]
    if frames:
        return pd.concat(frames, ignore_index=True)
    columns = BY_NAME[table].columns if table in BY_NAME else ("code", "theme", "label", "parent", "description", "remedy")
    return pd.DataFrame({c: pd.Series(dtype="object") for c in columns})


def _themes(register: pd.DataFrame) -> pd.DataFrame:
    """One row per theme: the register's first words for it, and the questionnaire's challenges it does not name."""
    themes = register.drop_duplicates("theme")
    others = pd.DataFrame([{"theme": code, "label": label} for code, label in CHALLENGES.items() if code not in set(themes["theme"])])
    return pd.concat([themes, others], ignore_index=True) if len(others) else themes


def _document(name: str) -> str:
    """A document's name for matching: without its extension, case and odd spaces."""
    text = normalise(str(name))
    return PurePath(text).stem if PurePath(text).suffix in {".docx", ".txt", ".vtt", ".pdf", ".rtf", ".odt", ".html"} else text


def _stack(frames: list[pd.DataFrame], table: str) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(BY_NAME[table].columns))
