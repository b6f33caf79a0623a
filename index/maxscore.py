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

from index.rows import Rows

Scores = npt.NDArray[np.float32]

# Looking one passage up takes as long as adding the scores of some entries.
LOOK_UP = 8
# Looking for those that are ahead takes as long as adding the scores of a share of all rows.
LOOK = 1 / 4
# Rows of which only the highest is looked at to find a score that the best reach.
BLOCK = 64
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
    give: Callable[[Rows], Scores]


def best(terms: Sequence[Term], scores: Scores, k: int) -> Rows:
    """Rows that hold the k best, with few others, in order; `scores` (rows,) are used up.

    They begin as 0, or as -inf for a row that may not be found. Only rows with a term are found.
    """
    terms = sorted(terms, key=lambda term: term.frequency)
    left, entries = sum(term.most for term in terms), sum(term.frequency for term in terms)
    slack = SLACK * left
    added = 0  # entries since rows were last looked at
    for nth, term in enumerate(terms):
        if added >= LOOK * len(scores):
            added = 0
            least = reached(scores, k) - left - slack
            if least > 0:  # so no row without any of the terms is ahead
                ahead = np.flatnonzero(scores >= least)
                if len(ahead) * LOOK_UP * (len(terms) - nth) < entries:
                    return _narrow(terms[nth:], ahead, scores[ahead], k, left, slack)
        term.add(scores)
        added += term.frequency
        entries -= term.frequency
        left -= term.most
    least = reached(scores, k) - slack
    return np.flatnonzero((scores > 0) & (scores >= least))


def reached(scores: npt.NDArray[np.floating], k: int) -> float:
    """A score that k of these reach, mostly little below the kth best; -inf for fewer.

    It is the kth of the highest of each block, at the cost of reading the scores once.
    """
    blocks = len(scores) // BLOCK
    if k > blocks:
        return _kth(scores, k) if k <= len(scores) else -np.inf
    # One block's rows are so far apart that the blocks lie side by side, as NumPy compares fast.
    return _kth(scores[: blocks * BLOCK].reshape(BLOCK, blocks).max(axis=0), k)


def _narrow(
    terms: Sequence[Term], rows: Rows, scores: Scores, k: int, left: float, slack: float
) -> Rows:
    """Score the rows by the terms that are left, and let go of those that fall behind."""
    for term in terms:
        if len(rows) <= k:
            break
        scores = scores + term.give(rows)
        left -= term.most
        stay = scores >= _kth(scores, k) - left - slack
        rows, scores = rows[stay], scores[stay]
    return rows


def _kth(scores: Scores, k: int) -> float:
    return float(np.partition(scores, len(scores) - k)[len(scores) - k])
