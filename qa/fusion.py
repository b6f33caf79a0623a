"""One score from several signals, without trusting a signal where it cannot be trusted.

Reciprocal rank fusion gives BM25 as much say as the vectors; across languages BM25 is mostly
noise and that halves quality (see `benchmarks/quality.md`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.late_interaction import LateInteraction, LateScores

Floats = npt.NDArray[np.float32]

# Turns cosines into log-odds for encoders without a trained head: the scale with which
# sentence-transformers trains by default (MultipleNegativesRankingLoss).
COSINE_SCALE = 20.0
# Log-odds that full lexical coverage adds, chosen on training questions held out from the head
# (four language pairs and three same-language sets; half or twice as much changes little).
COVERAGE_WEIGHT = 4.0
# The same where cosines stand alone and exact words have more to add.
COVERAGE_WEIGHT_DENSE = 1.4
# The constant of reciprocal rank fusion.
RRF_K = 60


@dataclass(frozen=True, slots=True)
class Signals:
    """What each search says of the same rows: cosine, BM25 and late-interaction scores.

    `ceiling` is the highest BM25 score that any passage could have for the question, `known` the
    share of its terms that the collection has.
    """

    rows: npt.NDArray[np.int64]
    dense: Floats
    bm25: Floats
    ceiling: float
    known: float
    late: LateScores | None


def fuse(found: Signals, *, head: LateInteraction | None) -> Floats:
    """The ranking score of every candidate, (n,), as log-odds.

    BM25 counts by how much of the question it covers. A question in another language has mostly
    unknown terms, so its coverage fades by itself: no language test, no gate.
    """
    coverage = found.bm25 / found.ceiling if found.ceiling > 0 else np.zeros_like(found.bm25)
    learned = head is not None and found.late is not None
    weight = COVERAGE_WEIGHT if learned else COVERAGE_WEIGHT_DENSE
    return semantic(found.dense, found.late, head=head) + np.float32(weight) * coverage


def semantic(dense: Floats, late: LateScores | None, *, head: LateInteraction | None) -> Floats:
    """The part of the score that reads meaning, as log-odds: cosine and late interaction."""
    if head is None or late is None:
        return np.float32(COSINE_SCALE) * dense
    return head.combine(dense, late)


def reciprocal_rank_fusion(rankings: list[Floats]) -> Floats:
    """The textbook hybrid, kept as the baseline of every table: sum of 1 / (RRF_K + rank).

    Cormack, Clarke & Buettcher 2009, "Reciprocal Rank Fusion outperforms Condorcet", with its
    constant. `rankings` hold one score per row each.
    """
    fused = np.zeros(len(rankings[0]), dtype=np.float32)
    for scores in rankings:
        order = np.argsort(-scores, kind="stable")
        fused[order] += 1.0 / (RRF_K + np.arange(1, len(scores) + 1))
    return fused
