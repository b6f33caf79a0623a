"""How the passages of one generation are found, wherever they are searched.

What stands above (fusion, late interaction, answers, citations) asks `Searchers` and cannot tell
which is below: `LocalSearchers` in this process, or `backends.searching` through an engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index.lexical import LexicalIndex
from index.rows import Rows
from index.stages import timed
from index.vectors import VectorIndex

Floats = npt.NDArray[np.float32]
Which = npt.NDArray[np.bool_]

# Hits beyond the k asked for, among which equal scores at the cut are decided by row: reprints
# have equal scores, and an engine returns them in any order.
MARGIN = 16
# From so many passages on each search takes some milliseconds, of fewer less than a thread's start
# and end are worth.
LARGE = 50_000


class Searchers(Protocol):
    """The two searches over a snapshot's passages; row i is its passage i.

    `rows`, in order, are the only ones to search where they are given. Hits come best
    first, equal scores by row.
    """

    def nearest(self, query: Floats, k: int, rows: Rows | None = None) -> Rows:
        """The k rows nearest to a (dimension,) unit vector by inner product."""

    def best(self, terms: Sequence[str], k: int, rows: Rows | None = None) -> Rows:
        """The k rows with the highest BM25 score for these terms; none that has none of them."""

    def both(
        self, query: Callable[[], Floats], terms: Sequence[str], k: int, rows: Rows | None = None
    ) -> tuple[Rows, Rows]:
        """What `nearest` and `best` find; `query` makes the vector when it is needed."""

    def similarities(self, query: Floats, rows: Rows) -> Floats:
        """Inner products of a vector with the given rows, in their order."""

    def scores(self, terms: Sequence[str], rows: Rows) -> Floats:
        """The BM25 scores of the given rows, in their order."""

    def may_have(self, choices: Iterable[Sequence[str]], rows: Rows) -> Which:
        """For each of the rows whether it may have of each choice one of its terms."""

    def ceiling(self, terms: Sequence[str]) -> float:
        """The highest BM25 score that any passage could have for these terms."""

    def known(self, terms: Sequence[str]) -> float:
        """The share of the terms, by idf, that the collection has at all: 0 to 1."""


class LocalSearchers:
    """Searches the snapshot's own arrays."""

    def __init__(self, vectors: VectorIndex, lexical: LexicalIndex) -> None:
        self._vectors, self._lexical = vectors, lexical

    def nearest(self, query: Floats, k: int, rows: Rows | None = None) -> Rows:
        """See `Searchers`."""
        return self._vectors.search(query, k + MARGIN, rows=rows)[0][:k]

    def best(self, terms: Sequence[str], k: int, rows: Rows | None = None) -> Rows:
        """See `Searchers`."""
        return self._lexical.search(terms, k, rows=rows)[0]

    def both(
        self, query: Callable[[], Floats], terms: Sequence[str], k: int, rows: Rows | None = None
    ) -> tuple[Rows, Rows]:
        """See `Searchers`. In a large collection they go side by side, the encoding with one.

        What runs beside is no stage of its own: by the clock it counts where it is waited for.
        """
        if len(self._vectors if rows is None else rows) < LARGE:
            return self.nearest(query(), k, rows), self.best(terms, k, rows)
        with ThreadPoolExecutor(1, "vectors") as beside:
            found = beside.submit(lambda: self.nearest(query(), k, rows))
            lexical = self.best(terms, k, rows)
            return _wait(found), lexical

    def similarities(self, query: Floats, rows: Rows) -> Floats:
        """See `Searchers`."""
        return self._vectors.similarities(query, rows)

    def scores(self, terms: Sequence[str], rows: Rows) -> Floats:
        """See `Searchers`."""
        return self._lexical.scores_of(terms, rows).astype(np.float32)

    def may_have(self, choices: Iterable[Sequence[str]], rows: Rows) -> Which:
        """See `Searchers`."""
        return self._lexical.having(choices)[rows]

    def ceiling(self, terms: Sequence[str]) -> float:
        """See `Searchers`."""
        return self._lexical.ceiling(terms)

    def known(self, terms: Sequence[str]) -> float:
        """See `Searchers`."""
        return self._lexical.known(terms)


@timed("vectors")
def _wait(found: Future[Rows]) -> Rows:
    return found.result()
