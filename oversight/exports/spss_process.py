"""The inside of an SPSS file, taken apart by pyreadstat in a process of its own.

pyreadstat is C, and a file made for it can crash or exhaust it; so ``spss`` runs this file as a script, with limits on memory
and time, and gets Arrow back: one column of numbers or texts per variable, the description as JSON in the schema. It imports
nothing of the package, so that it starts quickly and stands alone.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

#: Cells that are read at most: 100,000 responses of 200 variables.
MAX_CELLS = 20_000_000
MAX_VARIABLES = 2_000
#: Address space of the process, where the system can limit it, beyond what it holds when it starts.
MAX_BYTES = 1 << 30
MAX_SECONDS = 60
#: Encodings tried when the texts are not in the one that the file states.
_ENCODINGS = (None, "WINDOWS-1252")
#: Where the description lies in the schema.
KEY = b"spss"


def extract(path: Path) -> pa.Table:
    """The variables of a file as they are stored, with their description under ``KEY`` in the schema's metadata.

    Numbers stay numbers (dates too: seconds since 14 October 1582), values that the file declares missing stay. Raises
    ``ValueError`` with what is wrong, in words, and what pyreadstat raises.
    """
    import pyreadstat  # here, so that the package outside can know this module without loading C

    error: Exception | None = None
    for encoding in _ENCODINGS:
        try:
            return _read(path, encoding)
        except pyreadstat.ReadstatError as caught:
            if "encoding" not in str(caught) and "byte sequence" not in str(caught):
                raise ValueError(str(caught)) from caught
            error = caught
        except UnicodeDecodeError as caught:
            error = caught
    raise ValueError(str(error)) from error


def _read(path: Path, encoding: str | None) -> pa.Table:
    import pyreadstat

    _, about = pyreadstat.read_sav(path, metadataonly=True, output_format="dict", encoding=encoding)
    names = list(about.column_names)
    if not names:
        raise ValueError("it holds no variables")
    if len(names) > MAX_VARIABLES:
        raise ValueError(f"it holds {len(names):,} variables, and {MAX_VARIABLES:,} is the limit")
    most = MAX_CELLS // len(names)
    columns, about = pyreadstat.read_sav(
        path, user_missing=True, disable_datetime_conversion=True, output_format="dict", row_limit=most + 1, encoding=encoding
    )
    arrays = [_array(columns[name], about.readstat_variable_types.get(name) == "string") for name in names]
    if len(arrays[0]) > most:
        raise ValueError(f"it holds more than {most:,} responses of {len(names):,} variables")
    described: dict[str, Any] = {
        "variables": [_variable(about, name, label) for name, label in zip(names, about.column_labels, strict=True)],
        "sets": [_set(of) for of in about.mr_sets.values()],
        "encoding": encoding or about.file_encoding,
        "restated": encoding is not None,
    }
    schema = pa.schema([pa.field(f"v{i}", array.type) for i, array in enumerate(arrays)], {KEY: json.dumps(described).encode()})
    return pa.Table.from_arrays(arrays, schema=schema)


def _array(values: Any, text: bool) -> pa.Array:
    if text:
        return pa.array([value if isinstance(value, str) else None for value in values], pa.string())
    return pa.array(np.asarray(values, dtype="float64"), pa.float64())


def _variable(about: Any, name: str, label: str | None) -> dict[str, Any]:
    """What the file says of one variable: name, label, format, words of its values, ranges declared missing."""
    return {
        "name": name,
        "label": label or "",
        "format": about.original_variable_types.get(name) or "",
        "text": about.readstat_variable_types.get(name) == "string",
        "width": about.variable_storage_width.get(name) or 0,
        "words": [[value, str(word)] for value, word in about.variable_value_labels.get(name, {}).items()],
        "missing": [[span["lo"], span["hi"]] for span in about.missing_ranges.get(name, [])],
    }


def _set(of: Any) -> dict[str, Any]:
    """A set of variables that are the answers of one question."""
    return {
        "label": of.get("label") or "",
        "dichotomy": bool(of.get("is_dichotomy")),
        "counted": of.get("counted_value"),
        "variables": list(of.get("variable_list") or ()),
    }


def _limit() -> None:
    """Bound memory and processor time; Windows has no such limits, there only the clock of the process outside counts."""
    try:
        import resource
    except ImportError:
        return
    status = Path("/proc/self/statm")
    held = int(status.read_text().split()[0]) * resource.getpagesize() if status.exists() else MAX_BYTES
    for what, most in ((resource.RLIMIT_AS, held + MAX_BYTES), (resource.RLIMIT_CPU, MAX_SECONDS), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(what)
        try:
            resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
        except (ValueError, OSError):  # some systems refuse a limit that they do not keep
            continue


def main(path: Path) -> int:
    """Write the table to the standard output. 0 when it is whole, 3 with one line of JSON on the standard error when not."""
    _limit()
    try:
        table = extract(path)
        with pa.ipc.new_stream(sys.stdout.buffer, table.schema) as writer:
            writer.write_table(table)
    except MemoryError:
        problem = "it needs too much memory"
    except Exception as error:  # the file is not to be trusted: whatever it breaks is told in words
        problem = " ".join(str(error).split())[:200] or type(error).__name__
    else:
        return 0
    sys.stderr.write(json.dumps(problem))
    return 3


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
