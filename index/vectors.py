"""Nearest passages by inner product; the only importer of FAISS.

Small collections are searched exactly. In large ones a scan over codes of half a byte for two
components picks candidates, whose exact vectors decide (product quantization: Jégou et al. 2011;
scanned in registers: André et al. 2017, "Accelerated Nearest Neighbor Search with Quick ADC").
Unlike inverted lists the scan misses no region: questions are encoded unlike passages, and with
the default model lists must be probed by the third before they hold 97 percent of the nearest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from index.errors import CollectionError
from index.stages import timed

Vectors = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Take = Callable[[Rows], Vectors]

# Exact search takes some 20 ms of 100,000 vectors and grows with them; the scan takes 1 ms.
EXACT = 100_000
# Among so many candidates were all of the exact best ten and .996 of the best fifty of 100,000 real
# vectors (among a fourth as many .991 and .966); a thousand more cost 1.5 ms.
CANDIDATES = 4000
# So few rows of a filter are faster looked at than looked for: 15 ms at most.
FEW = 20_000
# Vectors that codes are learned from: 16 values for each pair of components need no more.
LEARNED_FROM = 16_384
# Codes are learned anew when there are so many times the vectors that there were.
OUTGROWN = 2
# What came since is searched exactly, and made one with the rest when it is a fourth of that.
JOINED = 4
# More are looked at where they are mapped.
TAKEN = 2 * CANDIDATES
_AT_ONCE = 65_536  # rows in one step over all, some 100 MB


@dataclass(frozen=True, slots=True)
class _Codes:
    """The codes of vectors, and how many there were when they were learned."""

    index: Any
    learned_at: int

    @classmethod
    def of(cls, vectors: Vectors, before: _Codes | None) -> _Codes:
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
        for start in range(0, count, _AT_ONCE):
            index.add(np.ascontiguousarray(vectors[start : start + _AT_ONCE]))
        return cls(index, learned_at)

    @classmethod
    def mapped(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> _Codes | None:
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

    def candidates(self, query: Vectors, count: int) -> Rows:
        """The places of about the nearest vectors, without padding."""
        with _one_thread():
            _, found = self.index.search(query[None], min(count, self.index.ntotal))
        return np.sort(found[0][found[0] >= 0])  # mapped vectors are read in the file's order


def products(vectors: Vectors, query: Vectors) -> Vectors:
    """Inner products of (n, dimension) vectors with a (dimension,) query.

    Row by row: a row's is the same to the last bit beside whatever others it stands, which a
    matrix product does not promise. Otherwise how two nearly equal passages are ranked would depend
    on who searched and on what else was found.
    """
    found: Vectors = np.vecdot(vectors, query.astype(np.float32))
    return found


@contextmanager
def _one_thread() -> Iterator[None]:
    """One question is too small to share: threads would mostly wait for each other."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


class VectorIndex:
    """Inner-product search over unit vectors, kept in memory or mapped from a file.

    FAISS pads short results with -1, Python's last element, and loses vectors that are not
    numbers without a word: both are ruled out here.

    Where there are codes, another generation shares them: `_places` has for each row its place
    among the coded vectors, or ~place among the `_fresh` ones that came since.
    """

    def __init__(self, vectors: Vectors) -> None:
        """Index (n, dimension) vectors. Raises CollectionError when one is not finite."""
        for start in range(0, len(vectors), _AT_ONCE):
            if not np.isfinite(vectors[start : start + _AT_ONCE]).all():
                raise CollectionError(
                    "the collection holds vectors that are not numbers; run: kutip index --rebuild"
                )
        self._base = np.ascontiguousarray(vectors, dtype=np.float32)
        self._fresh = self._base[:0]
        self._places: Rows | None = None
        self._codes: _Codes | None = None
        self._take: Take | None = None

    @classmethod
    def mapped(
        cls, arrays: Mapping[str, npt.NDArray[Any]], take: Take | None = None
    ) -> VectorIndex:
        """The index that gave these arrays, without looking at or copying the vectors.

        `take` gives some of them by row, if not from the array itself.
        """
        made = cls(arrays["vectors"][:0])
        made._base, made._take = arrays["vectors"], take
        made._codes = _Codes.mapped(arrays)
        return made

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The index as arrays, for `mapped`; large ones with codes."""
        vectors = self.vectors
        if len(vectors) < EXACT:
            return {"vectors": vectors}
        whole = self._codes is not None and self._places is None
        codes = self._codes if whole else _Codes.of(vectors, self._codes)
        return {"vectors": vectors, **(codes.arrays() if codes else {})}

    @property
    def vectors(self) -> Vectors:
        """The vectors, a row each: a copy when the index has changed since it was mapped."""
        return self._base if self._places is None else self._of(self._places)

    def renewed(self, kept: Rows, fresh: Vectors) -> VectorIndex:
        """The index of another generation; this one stays as it is.

        `kept` holds for each new row the present row of the same vector, or -1 for one of the
        `fresh` vectors, in their order.
        """
        came = VectorIndex(fresh)._base
        places = kept.copy()
        if self._places is not None:
            places[kept >= 0] = self._places[kept[kept >= 0]]
        earlier = np.flatnonzero((kept >= 0) & (places < 0))
        new = np.flatnonzero(kept < 0)
        made = VectorIndex(self._base[:0])
        made._base, made._codes, made._take = self._base, self._codes, self._take
        made._fresh = np.concatenate([self._fresh[~places[earlier]], came])
        made._places = places
        made._places[earlier] = ~np.arange(len(earlier))
        made._places[new] = ~np.arange(len(earlier), len(made._fresh))
        if self._codes is None or len(made._fresh) * JOINED > len(self._base):
            made._base, made._fresh, made._places = made.vectors, came[:0], None
            made._take = None
            if self._codes is not None:
                large = len(made._base) >= EXACT
                made._codes = _Codes.of(made._base, self._codes) if large else None
        return made

    def __len__(self) -> int:
        return len(self._base) if self._places is None else len(self._places)

    @timed("vectors")
    def search(
        self, query: Vectors, k: int, *, rows: Rows | None = None
    ) -> tuple[npt.NDArray[np.int64], Vectors]:
        """The k nearest rows to one (dimension,) query and their inner products, best first.

        Among `rows` alone, which are in order, when given.
        """
        k = min(k, len(self) if rows is None else len(rows))
        if k <= 0:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        if self._codes is None and rows is None:
            # Without an index object, FAISS searches the array where it is, mapped or not.
            with _one_thread():
                _, nearest = faiss.knn(
                    query[None].astype(np.float32), self._base, k, metric=faiss.METRIC_INNER_PRODUCT
                )
            found = nearest[0][nearest[0] >= 0]
        elif self._codes is None or (rows is not None and len(rows) <= FEW):
            found = np.arange(len(self)) if rows is None else rows
        else:
            found = self._candidates(self._codes, query, max(k, CANDIDATES), rows)
        return self._best(query, found, k)

    @timed("vectors")
    def similarities(self, query: Vectors, rows: npt.NDArray[np.int64]) -> Vectors:
        """Inner products of one query with the given rows, in their order."""
        places = rows if self._places is None else self._places[rows]
        parts = [
            products(self._of(places[start : start + _AT_ONCE]), query)
            for start in range(0, max(1, len(places)), _AT_ONCE)
        ]
        return np.concatenate(parts)

    def _best(self, query: Vectors, rows: Rows, k: int) -> tuple[Rows, Vectors]:
        scores = self.similarities(query, rows)
        order = np.lexsort((rows, -scores))[:k]
        return rows[order], scores[order]

    def _candidates(self, codes: _Codes, query: Vectors, count: int, rows: Rows | None) -> Rows:
        """Rows that hold the nearest, about so many; what came since the codes were made is all."""
        if rows is None and self._places is None and count < len(self._base) // 4:
            return codes.candidates(query.astype(np.float32), count)
        # The last is for what is gone.
        admitted = np.full(len(self) + 1, rows is None)
        admitted[-1] = False
        if rows is not None:
            admitted[rows] = True
        came = self._came[admitted[self._came]]
        coded = int(np.count_nonzero(admitted)) - len(came)
        # What is not admitted takes the places of others: as many more are asked for.
        wanted = count * len(self._base) // max(1, coded)
        while wanted < len(self._base) // 4:
            found = self._row_of[codes.candidates(query.astype(np.float32), wanted)]
            found = found[admitted[found]]
            if len(found) >= min(count // 4, coded):
                return np.concatenate([found, came])
            wanted *= 4
        return np.flatnonzero(admitted)

    @cached_property
    def _row_of(self) -> Rows:
        """For each place among the coded vectors its row, -1 for one that is gone."""
        if self._places is None:
            return np.arange(len(self._base), dtype=np.int64)
        rows = np.full(len(self._base), -1, dtype=np.int64)
        there = np.flatnonzero(self._places >= 0)
        rows[self._places[there]] = there
        return rows

    @cached_property
    def _came(self) -> Rows:
        """The rows of what is not coded."""
        none = np.empty(0, dtype=np.int64)
        return none if self._places is None else np.flatnonzero(self._places < 0)

    def _of(self, places: Rows) -> Vectors:
        """The vectors at places, here or among the fresh."""
        if not len(self._fresh):
            return self._coded(places)
        found = np.empty((len(places), self._base.shape[1]), dtype=np.float32)
        old = places >= 0
        found[old] = self._coded(places[old])
        found[~old] = self._fresh[~places[~old]]
        return found

    def _coded(self, places: Rows) -> Vectors:
        if self._take is None or self._codes is None or len(places) > TAKEN:
            return self._base[places]
        return self._take(places)
