"""From coded excerpts, code books, transcripts and the registers ``sessions`` and ``themes`` to the focus-group tables."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import PurePath

import pandas as pd

from oversight.checks import Source
from oversight.exports.reading import PATH, Aside
from oversight.exports.transcripts import without_speakers
from oversight.mapping import normalise
from oversight.model import BY_NAME, CHALLENGES, REGISTER_BY_NAME
from oversight.redact import redact_series

_ENDINGS = {".docx", ".doc", ".txt", ".vtt", ".srt", ".pdf", ".rtf", ".odt", ".html"}
#: (own words of a passage, first and last position): tells whether two files mean the same passage by one number.
_Passage = tuple[str, float, float]


def focus_groups(sources: list[Source]) -> dict[str, pd.DataFrame]:
    """The tables session, theme, code, excerpt, coding and utterance.

    Excerpts and transcripts of a document that no session names are set aside, and so is what another file holds already.
    """
    sessions, themes = register(sources, "sessions"), register(sources, "themes")
    by_document = _documents(sessions)
    themed = Themes(themes, sources)
    parts: list[pd.DataFrame] = []
    seen: set[tuple[str, str, str]] = set()
    passages: dict[str, _Passage] = {}
    for source in sources:
        frame = source.reading.tables.get("excerpts")
        if frame is None:
            continue
        frame = _columns(frame.reset_index(drop=True), ("start", "stop", "place", "coder", "text"))
        good, lost = _placed(frame, by_document)
        good, again = _first_time(_identified(good, passages), seen)
        _set_aside(source, frame, lost, again)
        good = good.assign(theme=good["code"].map({code: themed.theme(code) for code in good["code"].unique()}))
        source.warnings += [(0, text) for text in themed.warnings(good["code"])]
        parts.append(good)
    coding = _stack(parts, "coding")
    return {
        "session": sessions,
        "theme": _themes(themes),
        "code": _codes(sources, coding, themed),
        "excerpt": _excerpts(coding),
        "coding": coding,
        "utterance": _utterances(sources, by_document),
    }


class Themes:
    """Which theme each code belongs to: its own line of the themes register, else that of the nearest code above it.

    A line is found by the whole path of a code or by its last name, where only one code of the file, and one theme of the
    register, bears that name.
    """

    def __init__(self, register: pd.DataFrame, sources: Iterable[Source]) -> None:
        self._whole: dict[tuple[str, ...], tuple[str, str]] = {}
        last: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
        for code, theme in zip(register["code"], register["theme"], strict=True):
            self._whole.setdefault(_key(code), (theme, code))
            last[_key(code)[-1]].setdefault(theme, (theme, code))
        self._last = {name: next(iter(found.values())) for name, found in last.items() if len(found) == 1}
        self._alone: set[str] = set()
        for source in sources:
            codes = with_ancestors(_codes_of(source))
            names = Counter(_key(code)[-1] for code in codes)
            self._alone |= {code for code in codes if names[_key(code)[-1]] == 1}

    def _line(self, code: str) -> tuple[str, str] | None:
        """(theme, code) of the register's own line for a code."""
        key = _key(code)
        return self._whole.get(key) or (self._last.get(key[-1]) if code in self._alone else None)

    def source(self, code: str) -> str | None:
        """The code itself or the nearest above it that the register names, None when it names none of them."""
        return next((path for path in (code, *ancestors(code)) if self._line(path)), None)

    def theme(self, code: str) -> str | None:
        """The theme of a code, None where neither it nor a code above it is in the register."""
        line = self._line(self.source(code) or "")
        return line[0] if line else None

    def warnings(self, codes: pd.Series) -> list[str]:
        """What is to be known about codes that are not in the register themselves, the most frequent first."""
        found = []
        for code, n in codes.value_counts().items():
            above = self.source(str(code))
            if above is None:
                found.append(f"code {code!r} is not in the themes register ({n} excerpts); kept without theme")
            elif above != code:
                found.append(
                    f"code {code!r} is not in the themes register ({n} excerpts); it has the theme {self.theme(above)!r} of {above!r}"
                )
        return found


def ancestors(code: str) -> list[str]:
    """The codes above a code, the nearest first: "A > B > C" -> ["A > B", "A"]."""
    names = code.split(PATH)
    return [PATH.join(names[:n]) for n in range(len(names) - 1, 0, -1)]


def with_ancestors(codes: Iterable[str]) -> list[str]:
    """The codes and those above them, each once, those above before those below."""
    return list(dict.fromkeys(path for code in codes for path in (*reversed(ancestors(code)), code)))


def _key(code: str) -> tuple[str, ...]:
    """A code's names from the top down as they are compared, however its separators are spaced.

    An apostrophe before a mark that a spreadsheet takes for a formula is ours (``downloads.neutral``).
    """
    names = [normalise(name) for name in re.split(r"\s*>\s*", re.sub(r"^'(?=[=+\-@])", "", str(code)))]
    return tuple(name for name in names if name) or ("",)


def _codes_of(source: Source) -> list[str]:
    frames = [source.reading.tables[name] for name in ("codes", "excerpts") if name in source.reading.tables]
    return [str(code) for frame in frames for code in frame["code"].dropna().unique()]


def _documents(sessions: pd.DataFrame) -> dict[str, str]:
    """Document's name for matching -> session. A session may name several, separated by semicolons."""
    found: dict[str, str] = {}
    for names, session in zip(sessions["file"], sessions["session_id"], strict=True):
        for name in (str(names), *str(names).split(";")):
            found.setdefault(_document(name), session)
    return found


def _session(by_document: Mapping[str, str], name: str) -> str | None:
    """The session a document belongs to: by its name, or by what follows the folders before it."""
    return by_document.get(_document(name)) or by_document.get(_document(re.split(r"[\\/]", str(name))[-1]))


def _columns(frame: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """The frame with the columns that a tool does not export, empty."""
    return frame.assign(**{name: pd.Series(pd.NA, index=frame.index, dtype="object") for name in names if name not in frame})


def _placed(frame: pd.DataFrame, by_document: Mapping[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of a document that a session names, and those of others with ``reason`` and ``detail``."""
    sessions = {name: _session(by_document, name) for name in frame["document"].unique()}
    frame = frame.assign(session_id=frame["document"].map(sessions).astype("string"))
    lost = frame[frame["session_id"].isna()]
    details = [f"No session of sessions.csv names the document {name!r}. Add it there." for name in lost["document"]]
    return frame[frame["session_id"].notna()], lost.assign(reason="unknown_reference", detail=details)


def _set_aside(source: Source, frame: pd.DataFrame, *lost: pd.DataFrame) -> None:
    """Set the rows of a file aside of which nothing is left; where something is left of a row, say what is not.

    One row may hold several excerpts, one for each of its codes.
    """
    gone = {index for part in lost for index in part.index}
    kept = set(frame["row"][~frame.index.isin(gone)])
    told: set[int] = set()
    for row in (row for part in lost for row in part.to_dict("records")):
        number = int(row["row"])
        if number in kept:
            source.warnings.append((number, f"left out of this row: {row['detail']}"))
        elif number not in told:
            told.add(number)
            content = {str(name): str(value) for name, value in row.items() if name in ("document", "code")}
            source.asides.append(Aside(number, row["reason"], row["detail"], content))


def _identified(frame: pd.DataFrame, passages: dict[str, _Passage]) -> pd.DataFrame:
    """The rows with ``excerpt_id``. A number that another file gave to another passage gets a mark: (2), (3) …"""
    ids = frame["session_id"] + ":" + frame["highlight"].astype("string")
    mine: dict[str, str] = {}
    starts, stops = (pd.to_numeric(frame[name], errors="coerce").fillna(-1.0) for name in ("start", "stop"))
    for wanted, text, start, stop in zip(ids, frame["text"].astype("string").fillna(""), starts, stops, strict=True):
        if wanted in mine:
            continue
        passage, found, number = (" ".join(text.split()), float(start), float(stop)), wanted, 1
        while found in passages and not _same(passages[found], passage):
            number += 1
            found = f"{wanted} ({number})"
        mine[wanted] = found
        passages.setdefault(found, passage)
    return frame.assign(excerpt_id=ids.map(mine).astype("string"), coder=frame["coder"].astype("string").fillna("coder 1"))


def _same(one: _Passage, other: _Passage) -> bool:
    """Whether two passages of one number are one: by their words, else by their positions, as far as both say."""
    if one[0] and other[0]:
        return one[0] == other[0]
    return -1.0 in (one[1], other[1]) or one[1:] == other[1:]


def _first_time(frame: pd.DataFrame, seen: set[tuple[str, str, str]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The codings that no row before holds, in this file or another; and those that one does (a second export of a project)."""
    again = []
    for key in zip(frame["excerpt_id"], frame["code"], frame["coder"], strict=True):
        again.append(key in seen)
        seen.add(key)
    lost = frame[pd.Series(again, index=frame.index, dtype=bool)]
    details = [
        f"Highlight {number} bears the code {code!r} of {coder} already, in this file or another. Leave one of them out."
        for number, code, coder in zip(lost["highlight"], lost["code"], lost["coder"], strict=True)
    ]
    return frame.drop(index=lost.index), lost.assign(reason="duplicate_row", detail=details)


def _codes(sources: list[Source], coding: pd.DataFrame, themed: Themes) -> pd.DataFrame:
    """One row per code of a code book or of an excerpt, and per code above one, with the theme and where that comes from."""
    descriptions: dict[str, str] = {}
    listed: list[str] = []
    for source in sources:
        book = source.reading.tables.get("codes")
        if book is None:
            continue
        listed += [str(code) for code in book["code"].dropna()]
        for code, text in zip(book["code"], book["description"], strict=True):
            if pd.notna(text) and str(text).strip():
                descriptions.setdefault(str(code), str(text))
    codes = with_ancestors([*listed, *map(str, coding["code"].dropna().unique())])
    frame = pd.DataFrame({"code": pd.Series(codes, dtype="string")})
    frame["parent"] = pd.Series([next(iter(ancestors(code)), None) for code in codes], dtype="string")
    frame["description"] = redact_series(pd.Series([descriptions.get(code) for code in codes], dtype="string"))
    frame["theme"] = pd.Series([themed.theme(code) for code in codes], dtype="string")
    frame["theme_from"] = pd.Series([themed.source(code) for code in codes], dtype="string")
    return frame


def _excerpts(coding: pd.DataFrame) -> pd.DataFrame:
    """One row per passage, numbered within its session: by where it begins if every one of the session's has a beginning."""
    if coding.empty:
        return pd.DataFrame(columns=list(BY_NAME["excerpt"].columns))
    frame = coding.drop_duplicates("excerpt_id").reset_index(drop=True)
    start, stop = (pd.to_numeric(frame[name], errors="coerce").astype("Int64") for name in ("start", "stop"))
    text, place = (redact_series(frame[name].astype("string").map(without_speakers, na_action="ignore")) for name in ("text", "place"))
    frame = frame.assign(start=start, stop=stop, text=text, place=place)
    known = frame["start"].notna().groupby(frame["session_id"]).transform("all")
    order = frame.assign(at=frame["start"].where(known, 0).astype("int64")).sort_values("at", kind="stable")
    return frame.assign(position=order.groupby("session_id").cumcount() + 1)


def _utterances(sources: list[Source], by_document: Mapping[str, str]) -> pd.DataFrame:
    """The turns of the transcripts that a session names.

    The same document in another format is set aside. Further documents of a session are further parts: their turns follow,
    and their speakers, whom nothing links to those of the first part, bear the part's number.
    """
    parts: list[pd.DataFrame] = []
    held: dict[str, dict[str, str]] = defaultdict(dict)
    last: Counter[str] = Counter()
    for source in sources:
        frame = source.reading.tables.get("utterances")
        if frame is None:
            continue
        frame = frame.reset_index(drop=True)
        good, lost = _placed(frame, by_document)
        for key, turns in good.groupby(["session_id", good["document"].map(_document)]):
            session, name = map(str, key)
            if other := held[session].get(name):
                detail = f"{other} is the transcript of this session already. Leave one of the two out."
                lost = pd.concat([lost, turns.assign(reason="duplicate_row", detail=detail)])
                continue
            held[session][name] = source.file
            if len(held[session]) > 1:
                turns = turns.assign(speaker=turns["speaker"] + f" of part {len(held[session])}", number=turns["number"] + last[session])
            last[session] = int(turns["number"].max())
            parts.append(turns.assign(text=redact_series(turns["text"])))
        _set_aside(source, frame, lost)
    return _stack(parts, "utterance")


def register(sources: Iterable[Source], name: str) -> pd.DataFrame:
    """The rows of a register over all files, none where nobody gave it."""
    frames = [s.reading.tables[name] for s in sources if name in s.reading.tables]
    if frames:
        return pd.concat(frames, ignore_index=True)
    return pd.DataFrame({c: pd.Series(dtype="object") for c in REGISTER_BY_NAME[name].columns})


def _themes(register: pd.DataFrame) -> pd.DataFrame:
    """One row per theme: the register's first words for it, and the questionnaire's challenges it does not name."""
    themes = register.drop_duplicates("theme")
    others = pd.DataFrame([{"theme": code, "label": label} for code, label in CHALLENGES.items() if code not in set(themes["theme"])])
    return pd.concat([themes, others], ignore_index=True) if len(others) else themes


def _document(name: str) -> str:
    """A document's name for matching: without its extension, case and odd spaces."""
    text = normalise(str(name))
    return PurePath(text).stem if PurePath(text).suffix in _ENDINGS else text


def _stack(frames: list[pd.DataFrame], table: str) -> pd.DataFrame:
    frames = [frame for frame in frames if len(frame)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(BY_NAME[table].columns))
