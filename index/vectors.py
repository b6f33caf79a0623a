"""Nearest passages by inner product; the only importer of FAISS."""

from __future__ import annotations

import faiss
import numpy as np
import numpy.typing as npt

from index.errors import CollectionError
from index.stages import timed

Vectors = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]


class VectorIndex:
    """Exact inner-product search over unit vectors, kept in memory.

    FAISS pads short results with -1, Python's last element, and loses vectors that are not
    numbers without a word: both are ruled out here.
    """

    def __init__(self, vectors: Vectors) -> None:
        """Index (n, dimension) vectors. Raises CollectionError when one is not finite."""
        if not np.isfinite(vectors).all():
            raise CollectionError(
                "the collection holds vectors that are not numbers; run: kutip index --rebuild"
            )
        self._vectors = np.ascontiguousarray(vectors, dtype=np.float32)

    @classmethod
    def mapped(cls, vectors: Vectors) -> VectorIndex:
        """The index that gave these `vectors`, without looking at or copying them."""
        made = cls(vectors[:0])
        made._vectors = vectors
        return made

    @property
    def vectors(self) -> Vectors:
        """The vectors, a row each."""
        return self._vectors

    def renewed(self, kept: Rows, fresh: Vectors) -> VectorIndex:
        """The index of another generation; this one stays as it is.

        `kept` holds for each new row the present row of the same vector, or -1 for one of the
        `fresh` vectors, in their order.
        """
        vectors = np.empty((len(kept), self._vectors.shape[1]), dtype=np.float32)
        vectors[kept >= 0] = self._vectors[kept[kept >= 0]]
        vectors[kept < 0] = fresh
        return VectorIndex(vectors)

    def __len__(self) -> int:
        return len(self._vectors)

    @timed("vectors")
    def search(self, query: Vectors, k: int) -> tuple[npt.NDArray[np.int64], Vectors]:
        """The k nearest rows to one (dimension,) query and their inner products, best first."""
        k = min(k, len(self))
        if k <= 0:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        # Without an index object, FAISS searches the array where it is, mapped or not.
        scores, rows = faiss.knn(
            query[None].astype(np.float32), self._vectors, k, metric=faiss.METRIC_INNER_PRODUCT
        )
        found = rows[0] >= 0
        return rows[0][found], scores[0][found]

    @timed("vectors")
    def similarities(self, query: Vectors, rows: npt.NDArray[np.int64]) -> Vectors:
        """Inner products of one query with the given rows, in their order."""
        return np.asarray(self._vectors[rows] @ query, dtype=np.float32)
