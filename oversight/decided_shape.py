"""What the file of a decided plan has to hold, and what one lacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oversight import snapshots

WHO = ("pcn_code", "pcn_name", "icb_code", "icb_name", "region_code", "region_name")
_NUMBERS = ("estimate", "low", "high", "p_top_k")
#: The entries of a list, in their order.
ROW = ("place", *WHO, *_NUMBERS, "band", "n", "evidence")

_TEXT, _WHOLE = (str,), (int,)
_SHAPE: Mapping[str, Mapping[str, tuple[type, ...]]] = {
    "decided": {"on": _TEXT, "by": _TEXT, "note": _TEXT, "replaces": (str, type(None))},
    "snapshot": {"snapshot_id": _TEXT, "data_until": (str, type(None)), "schema_version": _TEXT, "intake_code": _TEXT},
    "asked": {"wave": _TEXT, "role": _TEXT, "also": (str, type(None)), "k": _WHOLE},
    "rules": {"minimum": _WHOLE, "maximum": (int, type(None)), "modelled": _TEXT},
    "model": {"name": _TEXT, "draws": _WHOLE, "seed": _WHOLE},
}
_NUMBER = (int, float, type(None))
_ENTRY: Mapping[str, tuple[type, ...]] = {
    "place": _WHOLE, **dict.fromkeys(WHO, (str, type(None))), **dict.fromkeys(_NUMBERS, _NUMBER), "band": _TEXT,
    "n": _WHOLE, "evidence": _TEXT, "pcn_code": _TEXT,
}  # fmt: skip


def wrong(found: Mapping[str, Any]) -> str:
    """What a file lacks, or has in another shape; "" when nothing."""
    parts: list[tuple[str, Any, Mapping[str, tuple[type, ...]]]] = [(name, found.get(name), shape) for name, shape in _SHAPE.items()]
    for name, shape in (("sources", {"file": _TEXT, "sha256": _TEXT}), ("selected", _ENTRY), ("reserve", _ENTRY)):
        if not isinstance(found.get(name), list):
            return f"it has no list “{name}”"
        parts += [(f"{name}, entry {number}", row, shape) for number, row in enumerate(found[name], 1)]
    for name, value, shape in parts:
        if not isinstance(value, dict) or set(value) != set(shape):
            return f"“{name}” was expected to hold {', '.join(shape)}"
        for key, types in shape.items():
            if not isinstance(value[key], types) or isinstance(value[key], bool):
                return f"“{name}” holds no usable {key}"
    if not snapshots.ID.fullmatch(found["snapshot"]["snapshot_id"]):
        return "“snapshot” holds no id of a snapshot (16 characters, 0-9 and a-f)"
    rest: Mapping[str, tuple[type, ...]] = {
        "fictional": (bool,), "notice": (str, type(None)), "weights": (dict,), "ranked": _WHOLE, "counts": (dict,), "sha256": _TEXT,
    }  # fmt: skip
    lacking = [name for name, kind in rest.items() if not isinstance(found.get(name, ...), kind)]
    return f"it holds no usable {', '.join(lacking)}" if lacking else ""
