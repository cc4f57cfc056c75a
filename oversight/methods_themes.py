"""What the Methods page says of themes: prevalence, change, which go together, and how far coders agree."""

from __future__ import annotations

import pandas as pd

from oversight import stats


def paragraphs() -> tuple[str, ...]:
    """The section's text, a paragraph each."""
    return (
        "**Survey.** The share of respondents who chose a challenge; several could be chosen.",
        "**Focus groups.** The share of sessions in which a theme was coded at least once. "
        "How many excerpts there are says how much was said, not how many said it, so it gets no interval.",
        "A theme that was not raised in a session was not raised. It may exist all the same.",
        "**By region and role.** Regions are compared with England, other roles with link workers. Both are done at 99.8%, because many "
        "comparisons are made at once. Roles stand side by side and are never added together.",
        "**Change.** Shares of two waves are compared as under “Change between waves”, at 99.8% since all themes are looked at together. "
        "A focus group belongs to the wave that had last opened by its date. Its themes are counted then and now; that is no trend.",
        "**Which themes go together.** Jaccard's overlap is the share with both themes among those with either. "
        "φ is the correlation of having one and having the other. It is 0 when they meet as often as by chance.",
        "Of n people, k₁ with one theme, k₂ with the other and a with both: φ = (n·a − k₁k₂) ÷ √(k₁k₂(n − k₁)(n − k₂)), and k₁k₂ ÷ n would "
        f"have both by chance. Where that is fewer than {stats.LEAST_EXPECTED:.0f}, nothing is judged.",
        "For respondents φ has a 99.8% interval on Fisher's scale, with the standard error of φ for counts (Bishop, Fienberg and Holland "
        "1975, chapter 11). In simulation its 95% form held the true value 93% to 96% of the time with 1,000 respondents, and at worst 89% "
        "with 300 and two rare themes.",
        "A link is claimed only where that whole interval lies above or below 0. Sessions and excerpts are no sample: they are counted, "
        "and no link is claimed.",
        "**How far coders agree.** Where two people coded the same sessions, Krippendorff's α is worked out for each theme. "
        "The unit is a theme in a session: did each of them code it there at all?",
        "α is 1 less the disagreement seen ÷ the disagreement that chance would give (Krippendorff 2011). Where nobody varies it is not "
        "defined, and the page says so. It can be told only from a .qdpx file, which names its coders.",
    )


def tables() -> tuple[tuple[str, pd.DataFrame], ...]:
    """What an alpha allows."""
    rows = [
        (f"{stats.FIRM:.3f} and more", "Firm"),
        (f"{stats.TENTATIVE:.3f} to {stats.FIRM:.3f}", "Tentative"),
        (f"Less than {stats.TENTATIVE:.3f}", "Do not rest anything on it"),
    ]
    return (("What a Krippendorff's α allows (Krippendorff 2004)", pd.DataFrame(rows, columns=["α", "The theme is"])),)
