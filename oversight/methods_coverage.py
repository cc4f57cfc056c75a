"""What Methods says of Coverage: those who did not reply, and groups."""

from __future__ import annotations

from oversight.findings import FEW
from oversight.groups import MANY

SILENT = (
    "**What they could change.** Beside a share stands the lowest and the highest it could be among everybody in post: as if "
    "nobody, or everybody, who is silent were a yes. With x yes of n answers and N people: x ÷ N to (x + N − n) ÷ N.",
    "It assumes nothing, so it is wide. It is not given for follow-up questions, for nobody knows how many would have been asked.",
    "**Weighted by region, on request.** Every region's share counts by its estimated people in post: Σ(N_h ÷ N) p_h, with the "
    "variance Σ(N_h ÷ N)² s_h² ÷ n_h. The interval is Wilson's with as many answers as would give that variance.",
    "People in post are an estimate and replying is voluntary, so the interval is not narrowed for how many of them replied. "
    "A region from which nobody replied is named and England is not weighted: silence is not a share.",
)
GROUPS = (
    "Every measure can be told apart by region, ICB, role, employer and time in post, and by two of them at once. "
    "Roles are never added up: each is compared with England's share for the same role.",
    f"Where more than {MANY} groups are listed, the 99.8% intervals decide what is called higher or lower. Under {FEW} answers nothing is.",
    "Better or worse follows the direction of the measure. An answer or a band without a direction is only called higher or lower.",
    "Of the ONS4 scores only the ends are judged: few low scores are good, and for anxiety few high ones. The four are never added up.",
    "People whose employer or time in post is not known are in no group of that kind. How many they are is said.",
    "**For sharing**, a number that subtraction from its total would give away goes too: where one answer or one group is hidden, "
    "so is the next smallest. Subtraction from several tables at once is not guarded against.",
)
