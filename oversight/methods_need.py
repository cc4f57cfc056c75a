"""What the Methods page says of need: what is estimated, from what, how sure it is, and how well it finds the neediest."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from oversight import asking_words, decided_words, firmness, following_words, need, need_study, plan_words, reasons, weighing
from oversight.need import factor
from oversight.settings import settings

#: What stands folded up under the section, from the modules of the page's other parts: heading -> paragraphs.
PARTS: Mapping[str, Callable[[], tuple[str, ...]]] = {
    "Weights": weighing.paragraphs,
    "How firm the ranking is": firmness.paragraphs,
    "Sharing out the places": plan_words.paragraphs,
    "Decided plans": decided_words.paragraphs,
    "Whom to ask next": asking_words.paragraphs,
    "Following the offer": following_words.paragraphs,
}


def paragraphs() -> tuple[str, ...]:
    """The section on the estimate and its bands, a paragraph each."""
    places = int(settings().definitions["places"])
    return (
        f"The offer has **{places} places**, a setting. The question is which PCNs are most likely to be among the {places} neediest.",
        "**Need** is how much a worker of the PCN may lack in the coming months: the chance that each part of supervision is unmet, "
        "times its weight, added up. 0% means nothing unmet, 100% everything.",
        "Don't know counts as missing information, not as unmet. A reply counts when it answers at least half of the weight.",
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
    shares = need.weights.shares(need.WEIGHTS)
    weights = pd.DataFrame([(reasons.what(name), f"{share:.0%}") for name, share in shares.items()], columns=["What is unmet", "Weight"])
    return ("Bands", bands), ("Weights", weights)


def folded() -> dict[str, tuple[str, ...]]:
    """The model exactly; context and roles; evidence, reasons and ties."""
    return {
        "The model, exactly": MODEL,
        "Context, and other roles": CONTEXT,
        "Evidence, reasons and ties": (*EVIDENCE, _hidden()),
        **{heading: text() for heading, text in PARTS.items()},
    }


MODEL = (
    "A **one-factor model** of yes-or-no answers: a PCN is short of support as a whole, and each part follows that, more or less strongly.",
    "> log odds that part k is unmet in PCN i = μₖ + λₖ · cᵢ + εᵢₖ, ε ~ N(0, σ²)",
    "> cᵢ, how short the PCN is = what context adds + region + ICB + wᵢ, w ~ N(0, τ²)",
    "> needᵢ = Σ Wₖ · mean of the probability that k is unmet, given all replies",
    "Four answers of one person tell more of c than their weighted sum does, and an answer to one part tells something of a part left "
    "out. That is why this model is used (Bartholomew, Knott and Moustaki 2011, chapter 4; Rabe-Hesketh and Skrondal 2004).",
    "Effects of regions and ICBs are pulled towards 0 as far as their differences could be chance. How large differences are is estimated "
    "from the replies (EM; Schall 1991), with values that stand in for missing ones while replies are few. "
    f"Only σ is held fixed, at {factor.EPSILON}: a wave says next to nothing of it.",
    "**Weights W do not enter the fit.** Moving one only adds the same parts up differently. A part of supervision "
    "with the weight 0 is no need, yet answers to it still help to tell how likely the others are unmet. Strain takes part only where it "
    "has a weight.",
    "**The draws** move all PCNs of a region or ICB with its uncertain effect, so chances and rank intervals belong together (Goldstein "
    "and Spiegelhalter 1996; Lin et al. 2006). A rank is never shown without one of them.",
    "**Left out**: that μ, λ, σ and τ are themselves estimated or assumed, and that need may decide who replies.",
    "A **linear model** of workers' scores (nested-error EBLUP; Battese, Harter and Fuller 1988; Rao and Molina 2015, chapter 7) is kept "
    "for comparison. How many of the neediest each finds stands in the next section.",
)
CONTEXT = (
    "**Context** is what is known of every PCN, whether it replied or not: registered patients, full-time equivalents of the role per "
    "10,000 patients, and whatever the register of covariates holds.",
    "Each is centred and scaled. A PCN for which one is not known is taken as average in it, and in nothing else. What tells nothing "
    "of need gets next to no weight by itself.",
    "**Other kinds of respondent** count only when you choose them. Their answers then tell of the same c, with a level μ of their own for "
    "each part, so that kinds who report more or less are not mistaken for need. What is ranked stays the need of a worker of the role "
    "asked for.",
)
EVIDENCE = (
    "**Evidence** stands beside the estimate and never in it. Strong: three replies or more, or a request and a reply. Some: a reply, a "
    "request, a note or a mention. Modelled only: none of these.",
    "**Reasons** add up to the PCN's distance from England's mean exactly: what its replies on each part add, what its region and ICB "
    "add, and what its context adds. To tell the parts from each other, all replies are let in by degrees and at the same pace, and each "
    "movement of the estimate is put down to the parts that move it (Aumann and Shapley 1974).",
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
