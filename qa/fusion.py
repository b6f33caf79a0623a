"""One score from several signals, without trusting a signal where it cannot be trusted.

Reciprocal rank fusion gives BM25 as much say as the vectors; across languages BM25 is mostly
noise and that halves quality (see `benchmarks/quality.md`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.late_interaction import LateInteraction

Floats = npt.NDArray[np.float32]

# Turns cosines into log-odds for encoders without a trained head: the scale with which
# sentence-transformers trains by default (MultipleNegativesRankingLoss).
COSINE_SCALE = 20.0
# The most that a best BM25 score adds, in cosine: enough to settle near ties between vectors.
LEXICAL_WEIGHT = 0.05


@dataclass(frozen=True, slots=True)
class Signals:
    """What each search says of the same rows: cosine, BM25 and late-interaction scores."""

    rows: npt.NDArray[np.int64]
    dense: Floats
    bm25: Floats
    late: Floats | None


def fuse(found: Signals, *, head: LateInteraction | None) -> Floats:
    """The ranking score of every candidate, (n,)."""
    best = found.bm25.max(initial=0.0)
    lexical = found.bm25 / best if best > 0 else np.zeros_like(found.bm25)
    scale = head.dense_scale if head and found.late is not None else COSINE_SCALE
    return (
        semantic(found.dense, found.late, head=head) + np.float32(LEXICAL_WEIGHT * scale) * lexical
    )


def semantic(dense: Floats, late: Floats | None, *, head: LateInteraction | None) -> Floats:
    """The part of the score that reads meaning, as log-odds: cosine and late interaction."""
    if head is None or late is None:
        return np.float32(COSINE_SCALE) * dense
    return head.combine(dense, late)


def reciprocal_rank_fusion(rankings: list[Floats], *, k: int = 60) -> Floats:
    """The textbook hybrid, kept as the baseline of every table: sum of 1 / (k + rank).

    Cormack, Clarke & Buettcher 2009, "Reciprocal Rank Fusion outperforms Condorcet", with its
    k = 60. `rankings` hold one score per row each.
    """
    fused = np.zeros(len(rankings[0]), dtype=np.float32)
    for scores in rankings:
        order = np.argsort(-scores, kind="stable")
        fused[order] += 1.0 / (k + np.arange(1, len(scores) + 1))
    return fused
