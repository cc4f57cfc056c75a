"""What the Methods page says of need: what is estimated, from what, how sure it is, and how well it finds the neediest."""

from __future__ import annotations

import pandas as pd

from oversight import need, need_study, reasons
from oversight.settings import settings


def paragraphs() -> tuple[str, ...]:
    """The section on the estimate and its bands, a paragraph each."""
    places = int(settings().definitions["places"])
    return (
        f"The offer has **{places} places**, a setting. The question is which PCNs are most likely to be among the {places} neediest.",
        "**Need** is how much a worker of the PCN may lack in the coming months: the chance that each part of supervision is unmet, "
        "times its weight, added up. 0% means nothing unmet, 100% everything.",
        "Don't know counts as missing, not as unmet. A reply counts when it answers at least half of the weight.",
        "From a PCN about one person or fewer replies, so no PCN is judged on its own replies alone. They are **pooled** with what its "
        "context, its ICB, its region and England let expect: the more replies, the more its own count.",
        "A PCN from which nobody replied gets what its surroundings let expect, with a wide interval. **Silence is not “no need”.**",
        "**PCNs are ordered by need in the coming months**, for the offer is for those months and posts change hands. "
        "Beside it stands the need of the people now in post, part of whom have said what they have.",
        f"The chance of being among the neediest comes from {need.DRAWS:,} draws of all PCNs together, always the same ones. "
        "Intervals of estimates and ranks hold 90%. “Flagged” means clearly or probably.",
        f"**Take care.** The neediest may reply more often, or less. The model cannot know. {need_study.overstated()}",
    )


def tables() -> tuple[tuple[str, pd.DataFrame], ...]:
    """The bands, and the weights as set."""
    bands = pd.DataFrame([(b.label, b.meaning) for b in need.BANDS.values()], columns=["Band", "What it means"])
    total = sum(need.WEIGHTS.values())
    weights = pd.DataFrame([(reasons.what(k), f"{w / total:.0%}") for k, w in need.WEIGHTS.items()], columns=["What is unmet", "Weight"])
    return ("Bands", bands), ("Weights", weights)


def folded() -> dict[str, tuple[str, ...]]:
    """The model exactly; context and roles; evidence, reasons and ties."""
    return {
        "The model, exactly": MODEL,
        "Context, and other roles": CONTEXT,
        "Evidence, reasons and ties": (*EVIDENCE, _hidden()),
    }


MODEL = (
    "A **one-factor model** of yes-or-no answers. Every PCN leans more or less towards unmet need. How likely a part is to be unmet there "
    "follows that leaning, more strongly for some parts than for others, and a little of its own:",
    "> log odds that part k is unmet in PCN i = μₖ + λₖ · leaningᵢ + εᵢₖ, ε ~ N(0, σ²)",
    "> leaningᵢ = context b + region + ICB + wᵢ, w ~ N(0, τ²)",
    "> needᵢ = Σ Wₖ · mean of the probability that k is unmet, given all replies",
    "So a part that says much of the others counts for more than its weight alone, and an answer to one part tells something of those "
    "that were left out (Bartholomew, Knott and Moustaki 2011; Skrondal and Rabe-Hesketh 2004).",
    "Effects of regions and ICBs are pulled towards 0 as far as their differences could be chance. How large the differences are is "
    "estimated from the replies (Schall 1991).",
    "The draws move all PCNs of an ICB with its uncertain effect, so chances and rank intervals belong together (Goldstein and "
    "Spiegelhalter 1996; Lin et al. 2006). A rank interval is wide: it is never shown without it.",
    "What it leaves out: that σ, τ and the λ are themselves estimated, and that need may decide who replies.",
    "A **linear model** of workers' scores (nested-error EBLUP; Battese, Harter and Fuller 1988; Rao and Molina 2015, chapter 7) can be "
    "asked for in its place. How many of the neediest each finds stands in the next section.",
)
CONTEXT = (
    "**Context** is what is known of every PCN, whether it replied or not: registered patients, full-time equivalents of the role per "
    "10,000 patients, and whatever the register of covariates holds.",
    "Each is centred and scaled. A PCN for which one is not known is taken as average in it, and in nothing else. What tells nothing "
    "of need gets next to no weight by itself.",
    "**Other kinds of respondent** count only when you choose them. Their answers then inform the PCN's leaning, with a difference "
    "between the kinds that is estimated for each part. What is ranked stays the need of a worker of the role asked for.",
)
EVIDENCE = (
    "**Evidence** stands beside the estimate and never in it. Strong: three replies or more, or a request and a reply. Some: a reply, a "
    "request, a note or a mention. Modelled only: none of these.",
    "**Reasons** add up to the PCN's distance from England's mean exactly: what its replies on each part add, what its region and ICB "
    "add, and what its context adds.",
    "**Ties** go to the PCN with more replies, then with more people in post, then to the earlier code. Estimates are taken as equal when "
    "they agree to 12 decimals.",
    "**The people in post.** Of N people n replied, with a mean score s: (n · s + (N − n) · need) ÷ N. Where N is not known it is the need "
    "in the coming months.",
)


def _hidden() -> str:
    few = need.SENSITIVE_UNDER
    return (
        f"**What is hidden.** What a PCN's replies say of safeguarding and strain is shown to nobody under {few} respondents. Then these, "
        "place and context stand together as the rest, so that the reasons still add up."
    )


def found() -> tuple[str, ...]:
    """The section on how well the ranking finds the neediest."""
    return need_study.text()


def found_tables() -> tuple[tuple[str, pd.DataFrame], ...]:
    """What other assumptions change, whether chances come true, and the people in post."""
    return (
        (f"How many of the {need_study.PLACES} neediest are found (and the part of the need that is reached)", need_study.table()),
        ("Do the chances come true?", need_study.chances_table()),
        ("The people in post", need_study.in_post_table()),
    )
