"""How much of the labelled set redaction finds, and how much it takes out by mistake.

    python tests/redaction/measure.py    prints the table and writes data/reference/redaction.csv, which the Methods page states

A labelled span counts as found when every character of it is gone and the mark of its kind stands there; a mark that stands on no span of
its kind is a false alarm. The third part, "unlisted", is the template sentences with people in them under names that no list of ours knows
(Hungarian, Lithuanian and Finnish ones): what is found there is found by titles and by what stands around a name alone.
"""

import csv
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from random import Random
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
LABELLED, STATED = Path(__file__).with_name("labelled.tsv"), ROOT / "data" / "reference" / "redaction.csv"
MARKS = {"email": "[email]", "phone": "[phone]", "nhs_number": "[NHS number]", "postcode": "[postcode]", "name": "[name]"}
_SPAN = re.compile(rf"\{{({'|'.join(MARKS)}):([^}}]*)\}}")
_MARK = re.compile("|".join(map(re.escape, MARKS.values())))


class Sentence(NamedTuple):
    """A sentence as it was written, and where in it what kind of personal data stands."""

    part: str
    text: str
    spans: list[tuple[int, int, str]]


def _sentence(part: str, marked: str) -> Sentence:
    text, spans, at = "", list[tuple[int, int, str]](), 0
    marked = marked.replace("\\n", "\n")
    for m in _SPAN.finditer(marked):
        text += marked[at : m.start()]
        spans.append((len(text), len(text) + len(m[2]), m[1]))
        text, at = text + m[2], m.end()
    return Sentence(part, text + marked[at:], spans)


def sentences() -> Iterator[Sentence]:
    """Every sentence of the labelled set."""
    with LABELLED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield _sentence(row["part"], row["text"])


def unlisted(known: Iterable[str]) -> Iterator[Sentence]:
    """The template sentences about people, under given names and surnames that are not among the ``known`` ones."""
    rng, known = Random(7), set(known)
    providers = [import_module(f"faker.providers.person.{locale}").Provider for locale in ("hu_HU", "lt_LT", "fi_FI")]
    given, surnames = (
        [n for p in providers for n in sorted(set(getattr(p, a))) if n.casefold() not in known and n.isalpha()]
        for a in ("first_names", "last_names")
    )
    with LABELLED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["origin"] == "template" and "{name:" in row["text"]:
                small = "{lower}" in row["group"]
                new = lambda m, row=row, small=small: _renamed(m[1], row["group"], rng.choice(given), rng.choice(surnames), small)  # noqa: E731
                yield _sentence("unlisted", re.sub(r"\{name:([^}]*)\}", new, row["text"]))


def _renamed(old: str, group: str, first: str, last: str, small: bool) -> str:
    new = f"{first} {last}" if " " in old else last if "{surname}" in group else first
    return f"{{name:{new.casefold() if small else new}}}"


def replaced(text: str, out: str) -> list[tuple[int, int, str]]:
    """Where marks stand in place of what: the pieces between the marks are found again in the text, in order."""
    pieces, marks = _MARK.split(out), _MARK.findall(out)
    whole = re.fullmatch("(.+?)".join(map(re.escape, pieces)), text, re.DOTALL)
    assert whole, (text, out)
    kinds = {mark: kind for kind, mark in MARKS.items()}
    return [(*whole.span(i), kinds[mark]) for i, mark in enumerate(marks, 1)]


def misses(redact: Callable[[str], str], sentence: Sentence) -> Iterator[tuple[str, str, bool]]:
    """For each labelled span ("found", kind, whether), for each mark ("right", kind, whether)."""
    marks = replaced(sentence.text, redact(sentence.text))
    for start, end, kind in sentence.spans:
        here = [i for i in range(start, end) if not sentence.text[i].isspace()]
        yield "found", kind, all(any(a <= i < b and k == kind for a, b, k in marks) for i in here)
    for a, b, k in marks:
        yield "right", k, any(start < b and a < end and kind == k for start, end, kind in sentence.spans)


def measured(redact: Callable[[str], str], parts: dict[str, list[Sentence]]) -> list[dict[str, str]]:
    """One row per part and kind: how many spans there are, recall, precision."""
    rows = []
    for part, members in parts.items():
        counts = Counter(seen for sentence in members for seen in misses(redact, sentence))
        for kind in MARKS if part != "unlisted" else ["name"]:
            found, missed, right, wrong = (counts[what, kind, yes] for what in ("found", "right") for yes in (True, False))
            shares = {"recall": f"{found / (found + missed):.3f}", "precision": f"{right / max(1, right + wrong):.3f}"}
            rows.append({"part": part, "kind": kind, "n": str(found + missed), **shares})
    return rows


def parts(known: Iterable[str]) -> dict[str, list[Sentence]]:
    """All sentences, those held out, and those with names that stand on no list."""
    every = list(sentences())
    return {"all": every, "held": [s for s in every if s.part == "held"], "unlisted": list(unlisted(known))}


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    from oversight.name_lists import given, surnames
    from oversight.redact import redact

    table = measured(redact, parts(given() | surnames()))
    with STATED.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, ["part", "kind", "n", "recall", "precision"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
    sys.stdout.writelines(f"{r['part']:9}{r['kind']:11}{r['n']:>5}  recall {r['recall']}  precision {r['precision']}\n" for r in table)
