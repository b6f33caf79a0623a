"""Nearest passages by inner product.

Small collections are searched exactly. In large ones codes pick candidates, whose exact vectors
decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from index.codes import AT_ONCE, Codes, Vectors, nearest
from index.errors import CollectionError
from index.rows import Rows, top_k
from index.stages import timed

Take = Callable[[Rows], Vectors]

# Exact search takes some 20 ms of 100,000 vectors and grows with them; the scan takes 1 ms.
EXACT = 100_000
# Among so many candidates were all of the exact best ten and .996 of the best fifty of 100,000 real
# vectors (among a fourth as many .991 and .966); a thousand more cost 1.5 ms.
CANDIDATES = 4000
# Of those so many are looked at, and of the others what may still be among the best: where codes
# miss by no more than so many standard deviations of what they missed by so far, which one in
# thirty thousand exceeds. So half are never read.
LOOKED_AT, DEVIATIONS = 1000, 4
# So few rows of a filter are faster looked at than looked for: 15 ms at most.
FEW = 20_000
# What came since is searched exactly, and made one with the rest when it is a fourth of that.
JOINED = 4
# More are looked at where they are mapped.
TAKEN = 2 * CANDIDATES


def products(vectors: Vectors, query: Vectors) -> Vectors:
    """Inner products of (n, dimension) vectors with a (dimension,) query.

    Row by row: a row's is the same to the last bit beside whatever others it stands, which a
    matrix product does not promise. Otherwise how two nearly equal passages are ranked would depend
    on who searched and on what else was found.
    """
    found: Vectors = np.vecdot(vectors, query.astype(np.float32))
    return found


class VectorIndex:
    """Inner-product search over unit vectors, kept in memory or mapped from a file.

    FAISS loses vectors that are not numbers without a word: they are refused here.

    Where there are codes, another generation shares them: `_places` has for each row its place
    among the coded vectors, or ~place among the `_fresh` ones that came since.
    """

    def __init__(self, vectors: Vectors) -> None:
        """Index (n, dimension) vectors. Raises CollectionError when one is not finite."""
        for start in range(0, len(vectors), AT_ONCE):
            if not np.isfinite(vectors[start : start + AT_ONCE]).all():
                raise CollectionError(
                    "the collection holds vectors that are not numbers; run: kutip index --rebuild"
                )
        self._base = np.ascontiguousarray(vectors, dtype=np.float32)
        self._fresh = self._base[:0]
        self._places: Rows | None = None
        self._codes: Codes | None = None
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
        made._codes = Codes.mapped(arrays)
        return made

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The index as arrays, for `mapped`; large ones with codes."""
        vectors = self.vectors
        if len(vectors) < EXACT:
            return {"vectors": vectors}
        whole = self._codes is not None and self._places is None
        codes = self._codes if whole else Codes.of(vectors, self._codes)
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
                made._codes = Codes.of(made._base, self._codes) if large else None
        return made

    def __len__(self) -> int:
        return len(self._base) if self._places is None else len(self._places)

    @timed("vectors")
    def search(self, query: Vectors, k: int, *, rows: Rows | None = None) -> tuple[Rows, Vectors]:
        """The k nearest rows to one (dimension,) query and their inner products, best first.

        Among `rows` alone, which are in order, when given.
        """
        k = min(k, len(self) if rows is None else len(rows))
        if k <= 0:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        if self._codes is None and rows is None:
            found = nearest(self._base, query, k)
        elif self._codes is None or (rows is not None and len(rows) <= FEW):
            found = np.arange(len(self)) if rows is None else rows
        else:
            return top_k(*self._candidates(self._codes, query, k, rows), k)
        return top_k(found, self.similarities(query, found), k)

    @timed("vectors")
    def similarities(self, query: Vectors, rows: Rows) -> Vectors:
        """Inner products of one query with the given rows, in their order."""
        places = rows if self._places is None else self._places[rows]
        parts = [
            products(self._of(places[start : start + AT_ONCE]), query)
            for start in range(0, max(1, len(places)), AT_ONCE)
        ]
        return np.concatenate(parts)

    def _candidates(
        self, codes: Codes, query: Vectors, k: int, rows: Rows | None
    ) -> tuple[Rows, Vectors]:
        """Rows that hold the nearest, and their products; what came since the codes is all."""
        query, count = query.astype(np.float32), max(k, CANDIDATES)
        if rows is None and self._places is None and count < len(self._base) // 4:
            return self._looked_at(query, *codes.candidates(query, count), k)
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
            places, about = codes.candidates(query, wanted)
            found = self._row_of[places]
            there = admitted[found]
            if np.count_nonzero(there) >= min(count // 4, coded):
                found, exact = self._looked_at(query, found[there], about[there], k)
                return (
                    np.concatenate([found, came]),
                    np.concatenate([exact, self.similarities(query, came)]),
                )
            wanted *= 4
        every = np.flatnonzero(admitted)
        return every, self.similarities(query, every)

    def _looked_at(
        self, query: Vectors, rows: Rows, about: Vectors, k: int
    ) -> tuple[Rows, Vectors]:
        """Those of the rows that may be among the k nearest, and their products.

        `about` are the products of all as codes tell them, the highest first.
        """
        first, later = slice(max(k, LOOKED_AT)), slice(max(k, LOOKED_AT), None)
        found, exact = rows[first], self._in_order(query, rows[first])
        if len(exact) < k:
            return found, exact
        missed = exact - about[first]
        most = about[later] + missed.mean() + DEVIATIONS * missed.std()
        hopeful = rows[later][most >= np.partition(exact, -k)[-k]]
        return (
            np.concatenate([found, hopeful]),
            np.concatenate([exact, self._in_order(query, hopeful)]),
        )

    def _in_order(self, query: Vectors, rows: Rows) -> Vectors:
        """As `similarities`; mapped vectors are read in the file's order."""
        order = np.argsort(rows)
        found = np.empty(len(rows), dtype=np.float32)
        found[order] = self.similarities(query, rows[order])
        return found

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
