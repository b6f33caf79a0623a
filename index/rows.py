"""Rows of passages, by which every searcher and snapshot names them, and the best of some."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]
S = TypeVar("S", bound=np.floating)


def top_k(rows: Rows, scores: npt.NDArray[S], k: int) -> tuple[Rows, npt.NDArray[S]]:
    """The k of these rows with the highest scores, and these: best first, equal scores by row."""
    if len(rows) > k:
        kth = np.partition(scores, len(scores) - k)[len(scores) - k]
        ahead = np.flatnonzero(scores >= kth)  # with all that are equal at the cut
        rows, scores = rows[ahead], scores[ahead]
    order = np.lexsort((rows, -scores))[:k]
    return rows[order], scores[order]
