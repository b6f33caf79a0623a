"""The best passages for several terms without scoring every passage that has one of them.

Rare terms first; when those that are left can lift no other passage among the best, only the
passages that are ahead are looked up in their lists (MaxScore: Turtle & Flood 1995, "Query
Evaluation: Strategies and Optimizations", section 4). The best come out as if all were scored.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.segment import Rows

Scores = npt.NDArray[np.float32]

# Looking one passage up in a list takes as long as adding the scores of some entries of it.
LOOK_UP = 16
# Sums are of 32 bits until the end: a passage is let go only when it is behind by more than this
# share of what all terms together can give.
SLACK = 1e-4


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a question: the most it can give a passage, and in how many it stands.

    `add` adds what it gives to the scores of all rows; `give` tells what it gives to some rows.
    """

    most: float
    frequency: int
    add: Callable[[Scores], None]
    give: Callable[[Rows], npt.NDArray[np.float64]]


def best(terms: Sequence[Term], scores: Scores, k: int) -> Rows:
    """Rows that hold the k best, with few others, in order; `scores` (rows,) are used up.

    They begin as 0, or as -inf for a row that may not be found. Only rows with a term are found.
    """
    terms = sorted(terms, key=lambda term: term.frequency)
    left = sum(term.most for term in terms)
    slack = SLACK * left
    for nth, term in enumerate(terms):
        if (ahead := _ahead(scores, k, left + slack)) is not None and (
            len(ahead) * LOOK_UP < term.frequency
        ):
            return _narrow(terms[nth:], ahead, scores[ahead], k, left, slack)
        term.add(scores)
        left -= term.most
    found = np.flatnonzero(scores > 0)
    if len(found) <= k:
        return found
    return found[scores[found] >= _kth(scores[found], k) - slack]


def _ahead(scores: Scores, k: int, left: float) -> Rows | None:
    """The rows that can still be among the k best when others get at most `left`."""
    if scores.max(initial=0) <= left:
        return None
    above = scores[scores > left]
    if len(above) < k:
        return None
    return np.flatnonzero(scores >= _kth(above, k) - left)


def _narrow(
    terms: Sequence[Term], rows: Rows, scores: Scores, k: int, left: float, slack: float
) -> Rows:
    """Score the rows by the terms that are left, and let go of those that fall behind."""
    for term in terms:
        if len(rows) <= k:
            break
        scores = scores + term.give(rows).astype(np.float32)
        left -= term.most
        stay = scores >= _kth(scores, k) - left - slack
        rows, scores = rows[stay], scores[stay]
    return rows


def _kth(scores: Scores, k: int) -> float:
    return float(np.partition(scores, len(scores) - k)[len(scores) - k])
