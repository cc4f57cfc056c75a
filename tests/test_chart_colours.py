"""Marks and words of charts stand out on both themes, by the formula of WCAG 2.2 (relative luminance)."""

from __future__ import annotations

import tomllib

import pytest

from oversight import charts
from oversight.settings import ROOT


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("colour", ["BLUE", "GREY", "PALE"])
def test_marks(theme: str, colour: str) -> None:
    with (ROOT / ".streamlit" / "config.toml").open("rb") as file:
        background = tomllib.load(file)["theme"][theme]["backgroundColor"]
    assert contrast(getattr(charts, colour), background) >= 3


def test_the_formula_and_words_on_bars_and_tiles() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert contrast(charts.BLUE, "#FFFFFF") >= 4.5
    for share, colour in charts.SEQUENTIAL:  # white words above one half, dark ones up to it
        assert contrast(colour, "#FFFFFF" if share > 0.5 else "#212B32") >= 4.5
