"""The answers of accepted responses as a snapshot stores them (``model.STORED``): every text of a question once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from oversight.answers import Mapped


@dataclass(frozen=True)
class Accepted:
    """The answers of the accepted responses of one survey: ``ids`` by row in the file."""

    mapped: Mapped
    wave_id: str
    ids: pd.Series


def stored(surveys: Sequence[Accepted]) -> Iterator[tuple[str, pa.Table]]:
    """The answers of all surveys as ``model.STORED`` holds them: name of the table and some of its rows."""
    responses = texts = 0
    for survey in surveys:
        numbers = np.arange(responses, responses + len(survey.ids), dtype=np.int32)
        responses += len(numbers)
        yield "answer_response", pa.table({"response": pa.array(numbers), "response_id": pa.array(survey.ids, pa.string())})
        number = np.full(len(survey.mapped.wide), -1, np.int32)  # of the response that stands at each place
        number[survey.mapped.wide.index.get_indexer(survey.ids.index)] = numbers
        for question_id, part in survey.mapped.parts.items():
            said = part.said
            count = len(said["state"])
            which = {"wave_id": pa.repeat(survey.wave_id, count), "question_id": pa.repeat(question_id, count)}
            yield "answer_words", pa.table({"words": pa.array(np.arange(texts, texts + count, dtype=np.int32)), **which, **said})
            response = number[part.rows]
            kept = slice(None) if len(numbers) == len(number) else response >= 0
            cells = {"response": response, "item": part.item, "words": (part.which + texts).astype(np.int32)}
            yield "answer_cell", pa.table({name: pa.array(values[kept]) for name, values in cells.items()})
            texts += count
