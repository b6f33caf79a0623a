"""BM25 over terms; the only importer of rank-bm25, which defines the scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rank_bm25 import BM25Plus
from scipy import sparse


class LexicalIndex(BM25Plus):  # type: ignore[misc]  # rank-bm25 ships no types
    """BM25Plus with the same scores, from a matrix made once instead of dictionaries per term.

    Plus, since its idf is positive: BM25Okapi gives a word that stands in half of the passages
    no weight, and in a small collection most words do. Its `delta` adds the same to every
    passage in rank-bm25 and so is 0.

    Each term's score in each passage does not depend on the question, so it is computed at
    construction (Lu 2024, "BM25S", arXiv 2407.03618). Tested equal to its parent.
    """

    def __init__(self, passages: Sequence[Sequence[str]]) -> None:
        """Index the terms of each passage; no passage at all is allowed."""
        self.doc_freqs: list[dict[str, int]] = []
        self._columns: dict[str, int] = {}
        self._matrix: sparse.csc_array | None = None
        if any(passages):
            super().__init__(passages, delta=0)
            self._matrix = self._score_matrix()
        self._size = len(passages)

    def get_scores(self, query: Sequence[str]) -> npt.NDArray[np.float64]:
        """The BM25 score of every passage for the terms of a query; terms may repeat."""
        scores = np.zeros(self._size)
        if self._matrix is None:
            return scores
        known = [self._columns[term] for term in query if term in self._columns]
        if known:
            columns, counts = np.unique(known, return_counts=True)
            scores += self._matrix[:, columns] @ counts
        return scores

    def ceiling(self, query: Sequence[str]) -> float:
        """The highest score that any passage could have for the terms of a query.

        A term counts at most k1 + 1 times its idf; one that no passage has, as the rarest.
        """
        return (self.k1 + 1) * sum(map(self._idf, query)) if self._matrix is not None else 0.0

    def known(self, query: Sequence[str]) -> float:
        """The share of a query's terms, by idf, that the collection has at all: 0 to 1."""
        total = sum(map(self._idf, query)) if self._matrix is not None else 0.0
        if not total:
            return 0.0
        return sum(self._idf(term) for term in query if term in self._columns) / total

    def _idf(self, term: str) -> float:
        # A term that no passage has counts as the rarest there could be.
        return float(self.idf[term] if term in self._columns else np.log(self._size + 1))

    def _score_matrix(self) -> sparse.csc_array:
        rows: list[int] = []
        columns: list[int] = []
        counts: list[int] = []
        for row, frequencies in enumerate(self.doc_freqs):
            for term, count in frequencies.items():
                rows.append(row)
                columns.append(self._columns.setdefault(term, len(self._columns)))
                counts.append(count)
        frequency = np.asarray(counts, dtype=np.float64)
        idf = np.asarray([self.idf[term] for term in self._columns])
        length = np.asarray(self.doc_len)[rows]
        # The formula of rank_bm25.BM25Plus.get_scores, term by term.
        scores = idf[columns] * (
            frequency
            * (self.k1 + 1)
            / (frequency + self.k1 * (1 - self.b + self.b * length / self.avgdl))
        )
        # The per-passage dictionaries have done their work; the matrix replaces them.
        self.doc_freqs = []
        return sparse.csc_array(
            (scores, (rows, columns)), shape=(len(self.doc_len), len(self._columns))
        )
