"""Files that explain an export and hold no answers themselves: REDCap's data dictionary, its events, and which forms they use.

They rely on the fixed headings REDCap writes, in words and as variable names. Seen in files made by others
(OuhscBbmc/REDCapR): the dictionary in words, and the events. Such a file is recognised and named, and none of its rows is
taken for a response.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from oversight.exports.probe import Probe
from oversight.exports.reading import Reading
from oversight.exports.records import tidy

TOOL = "redcap"

#: What a file is -> headings that all stand in it and in no export of answers.
_SIGNS: Mapping[str, tuple[frozenset[str], ...]] = MappingProxyType(
    {
        "the data dictionary": (
            frozenset({"variable / field name", "field type", "field label"}),
            frozenset({"field_name", "form_name", "field_type", "field_label"}),
        ),
        "the list of events": (frozenset({"event_name", "arm_num", "unique_event_name"}),),
        "the list of which event uses which form": (frozenset({"arm_num", "unique_event_name", "form"}),),
    }
)


def recognise(probe: Probe) -> str | None:
    """Why the file is a companion of a REDCap export, None when it is none."""
    found = _what(probe)
    return f"the headings of {found} of REDCap" if found else None


def read(probe: Probe) -> Reading:
    """Which companion it is; no rows are read."""
    what = _what(probe)
    return Reading(
        TOOL,
        note=f"{what} of a REDCap project: it explains the columns of the data export and holds no answers. Give the data export as well.",
        companion=f"{what} of a REDCap data export",
    )


def _what(probe: Probe) -> str:
    headings = {tidy(h).casefold() for h in probe.header}
    return next((what for what, signs in _SIGNS.items() if any(sign <= headings for sign in signs)), "")
