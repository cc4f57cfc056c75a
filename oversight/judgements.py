"""What people decided themselves: the codes they gave to comments of a survey, and how survey and focus groups stand to each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence

import pandas as pd

from oversight.checks import Placed, Source
from oversight.exports.reading import Aside
from oversight.focus_groups import Themes, register
from oversight.model import BY_NAME


def judgements(sources: list[Source], placed: Sequence[Placed], kept: Sequence[pd.DataFrame], regions: Collection[str],
               themes: Collection[str]) -> dict[str, pd.DataFrame]:  # fmt: skip
    """The tables comment_coding and convergence; rows that point to nothing that was loaded are set aside.

    ``kept``: per survey, its accepted responses by row in the file (``checks.judge``).
    """
    themed = Themes(register(sources, "themes"), sources)
    comments = _Comments(placed, kept, themed)
    return {
        "comment_coding": _table(sources, "comment_codes", "comment_coding", comments.check),
        "convergence": _table(sources, "convergence", "convergence", lambda row: (_unknown_place(row, regions, themes), {})),
    }


def _table(sources: list[Source], name: str, table: str, check: Callable[[Mapping[str, str]], tuple[str, dict[str, str]]]) -> pd.DataFrame:
    """The rows of a register that pass; ``check`` gives what is wrong with a row ("" when nothing is), and what to add to it."""
    found = []
    for source in sources:
        frame = source.reading.tables.get(name)
        for row in frame.to_dict("records") if frame is not None else ():
            cells = {str(k): v for k, v in row.items() if pd.notna(v)}
            wrong, more = check(cells)
            if wrong:
                content = {k: str(v) for k, v in cells.items() if k != "row"}
                source.asides.append(Aside(int(row["row"]), "unknown_reference", wrong, content))
            else:
                found.append(cells | more)
    return pd.DataFrame(found, columns=list(BY_NAME[table].columns))


def _unknown_place(row: Mapping[str, str], regions: Collection[str], themes: Collection[str]) -> str:
    if row["theme"] not in themes:
        return f"The theme {row['theme']!r} is not in the themes register."
    if row.get("region_code", "") not in {"", *regions}:
        return f"The region {row['region_code']!r} is on no list that was loaded. Leave it blank for England."
    return ""


class _Comments:
    """The comments of accepted responses, and what people say a comment is about."""

    def __init__(self, placed: Sequence[Placed], kept: Sequence[pd.DataFrame], themed: Themes) -> None:
        self._themed = themed
        self._waves = {p.wave.wave_id for p in placed}
        self._response: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._commented: dict[str, set[str]] = defaultdict(set)
        for survey, good in zip(placed, kept, strict=True):
            wave, prefix = survey.wave.wave_id, survey.mapping.id_prefix
            ids = good["response_id"]
            for own, response in zip(survey.survey.ids.loc[good.index].astype("string"), ids, strict=True):
                self._response[wave, str(own)].add(response)
                self._response[wave, f"{prefix}{own}"].add(response)
            fields = dict(zip(survey.mapped.questions["field"], survey.mapped.questions["question_id"], strict=True))
            for field in BY_NAME["comment_coding"].fields[1].allowed:
                if field in fields:
                    part = survey.mapped.parts[fields[field]]
                    rows = survey.mapped.wide.index[part.rows[part.words >= 0]]
                    self._commented[field] |= set(ids[ids.index.intersection(rows)])

    def check(self, row: Mapping[str, str]) -> tuple[str, dict[str, str]]:
        """What is wrong with a row of comment_codes ("" when nothing is), and the response and theme that it means."""
        wave, theme = row["wave_id"], self._themed.theme(row["code"])
        responses = self._response.get((wave, row["response_id"]), set())
        response = next(iter(responses), "")
        wrong = ""
        if wave not in self._waves:
            wrong = f"No survey of the wave {wave!r} was loaded."
        elif not responses:
            wrong = f"{wave} has no accepted response {row['response_id']!r}."
        elif len(responses) > 1:
            wrong = f"{len(responses)} responses of {wave} have the id {row['response_id']!r}. Write it with the id_prefix of its mapping."
        elif response not in self._commented[row["field"]]:
            wrong = f"The response {row['response_id']!r} of {wave} has no {row['field']}."
        elif theme is None:
            wrong = f"The code {row['code']!r} is not in the themes register. Add it there."
        return wrong, {} if wrong else {"response_id": response, "theme": str(theme)}
