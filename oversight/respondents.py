"""Who answered before: a print of the code that respondents make up themselves, so that answers can be compared over time.

The code is never stored as words, neither among the answers nor in a row that was set aside: only a print of it stands in
``response.respondent``. The same code, however it is written, gives the same print in every wave.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable

import pandas as pd

from oversight.exports.reading import Aside

#: The question whose answers are codes.
FIELD = "respondent_code"
#: Letters and digits of a code. Fewer are shared by too many people, and more are no code but a sentence.
SHORTEST, LONGEST = 4, 24
_BEFORE = "link workers:respondent:"  # so that this print is not one that another list holds of the same code


def code_of(answer: str) -> str:
    """A code as it is compared: its letters and digits without case, spaces and marks; "" for what is no code.

    A code needs both a letter and a digit: words such as "none" are an answer and no code.
    """
    code = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", answer)).casefold()
    whole = SHORTEST <= len(code) <= LONGEST and re.search(r"[^\W\d]", code) and re.search(r"\d", code)
    return code if whole else ""


def print_of(answer: str) -> str | None:
    """The print of a code, 16 hexadecimal characters; None for what is no code."""
    code = code_of(answer)
    return hashlib.sha256(f"{_BEFORE}{code}".encode()).hexdigest()[:16] if code else None


def prints(words: pd.Series) -> pd.Series:
    """The print of each of the different answers, NA where it is no code."""
    return pd.Series([print_of(word) for word in words], index=words.index, dtype="string")


def unlink_shared(respondents: pd.Series) -> tuple[pd.Series, list[str]]:
    """The prints of one wave's accepted responses less those that several of them share, and a warning where there are any.

    Nobody can tell which of two people with one code is the one of another wave, so neither is linked.
    """
    shared = respondents.duplicated(keep=False) & respondents.notna()
    if not shared.any():
        return respondents, []
    codes, people = respondents[shared].nunique(), int(shared.sum())
    said = "a code was given" if codes == 1 else f"{codes} codes were given"
    return respondents.mask(shared), [f"{FIELD}: {said} by more than one person of the wave; these {people} responses are not linked"]


def no_codes(answered: int) -> list[str]:
    """The warning about answers that are no codes; [] where there are none."""
    if not answered:
        return []
    rule = f"a code has {SHORTEST} to {LONGEST} letters and digits, with one of each"
    said = "1 answer is no code, and is" if answered == 1 else f"{answered} answers are no codes, and are"
    return [f"{FIELD}: {said} not linked ({rule})"]


def forget(asides: Iterable[Aside], headings: Collection[str]) -> list[Aside]:
    """The rows set aside without what stands under one of the ``headings``."""
    return [
        Aside(a.row, a.reason, a.detail, {name: value for name, value in a.content.items() if name.strip() not in headings}) for a in asides
    ]
