"""What BM25 knows of a collection as a whole, wherever its passages are searched."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence


class Statistics(ABC):
    """The weights of a question's terms, from how many passages there are and have each.

    `k1` is BM25's own constant, `corpus_size` the number of passages.
    """

    k1: float
    corpus_size: int

    @abstractmethod
    def _frequency(self, term: str) -> int:
        """In how many passages a term stands."""

    @abstractmethod
    def _has_terms(self) -> bool:
        """Whether any passage has a term."""

    def ceiling(self, query: Sequence[str]) -> float:
        """The highest score that any passage could have for the terms of a query.

        A term counts at most k1 + 1 times its idf; one that no passage has, as the rarest.
        """
        return (self.k1 + 1) * sum(map(self._idf, query)) if self._has_terms() else 0.0

    def known(self, query: Sequence[str]) -> float:
        """The share of a query's terms, by idf, that the collection has at all: 0 to 1."""
        total = sum(map(self._idf, query)) if self._has_terms() else 0.0
        if not total:
            return 0.0
        return sum(self._idf(term) for term in query if self._frequency(term)) / total

    def _idf(self, term: str) -> float:
        # As in rank-bm25; a term that no passage has counts as the rarest there could be.
        return math.log((self.corpus_size + 1) / (self._frequency(term) or 1))
