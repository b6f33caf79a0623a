"""Vectors as codes, scanned for candidates, and compared as they are; the only importer of FAISS.

A code has half a byte for two components (product quantization: Jégou et al. 2011; scanned in
registers: André et al. 2017, "Accelerated Nearest Neighbor Search with Quick ADC"). Unlike inverted
lists the scan misses no region: questions are encoded unlike passages, and with the default model
lists must be probed by the third before they hold 97 percent of the nearest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from index.rows import Rows

Vectors = npt.NDArray[np.float32]

# Vectors that codes are learned from: 16 values for each pair of components need no more.
LEARNED_FROM = 16_384
# Codes are learned anew when there are so many times the vectors that there were.
OUTGROWN = 2
AT_ONCE = 65_536  # rows in one step over all, some 100 MB


def nearest(vectors: Vectors, query: Vectors, k: int) -> Rows:
    """The k rows of (n, dimension) vectors nearest to a (dimension,) query, best first.

    Without an index object FAISS searches the array where it is, mapped or not.
    """
    with _one_thread():
        _, found = faiss.knn(
            query[None].astype(np.float32), vectors, k, metric=faiss.METRIC_INNER_PRODUCT
        )
    rows: Rows = found[0][found[0] >= 0]  # padded with -1, Python's last element
    return rows


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of vectors, and how many there were when they were learned."""

    index: Any
    learned_at: int

    @classmethod
    def of(cls, vectors: Vectors, before: Codes | None) -> Codes:
        """Encode vectors, in the way of those `before` unless there are many more now."""
        count, dimension = vectors.shape
        if before and count < OUTGROWN * before.learned_at < OUTGROWN**2 * count:
            index = faiss.clone_index(before.index)
            index.reset()
            learned_at = before.learned_at
        else:
            parts = dimension // 2 if dimension % 2 == 0 else dimension
            index = faiss.IndexPQFastScan(dimension, parts, 4, faiss.METRIC_INNER_PRODUCT)
            index.pq.cp.niter = 10
            index.train(np.array(vectors[:: max(1, count // LEARNED_FROM)]))
            learned_at = count
        for start in range(0, count, AT_ONCE):
            index.add(np.ascontiguousarray(vectors[start : start + AT_ONCE]))
        return cls(index, learned_at)

    @classmethod
    def mapped(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Codes | None:
        """What `arrays` gave, or None. Raises ValueError when it is not that."""
        if "codes" not in arrays:
            return None
        try:
            # FAISS copies what it is given, a sixteenth of the vectors.
            index = faiss.deserialize_index(np.array(arrays["codes"]))
        except RuntimeError as error:
            raise ValueError(str(error)) from None
        if (index.ntotal, index.d) != arrays["vectors"].shape:
            raise ValueError("codes of other vectors")
        return cls(index, int(arrays["codes.learned_at"][0]))

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The codes as arrays."""
        learned_at = np.array([self.learned_at], dtype=np.int64)
        return {"codes": faiss.serialize_index(self.index), "codes.learned_at": learned_at}

    def candidates(self, query: Vectors, count: int) -> tuple[Rows, Vectors]:
        """The places of about the nearest vectors and about their products, the highest first."""
        with _one_thread():
            about, found = self.index.search(query[None], min(count, self.index.ntotal))
        there = found[0] >= 0  # padded with -1
        return found[0][there], about[0][there]


@contextmanager
def _one_thread() -> Iterator[None]:
    """One question is too small to share: threads would mostly wait for each other."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
