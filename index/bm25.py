"""BM25's formula, and what it knows of a collection as a whole, wherever passages are searched."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Final

# As in rank-bm25, which defines the scores.
K1: Final = 1.5
B: Final = 0.75


def norm(lengths: Any, average: float) -> Any:
    """What the counts of passages of these lengths, in terms, are held against."""
    return K1 * (1 - B + B * lengths / average)


def part(counts: Any, norms: Any) -> Any:
    """The part of a term's idf that counts in passages which have it so often."""
    return counts * (K1 + 1) / (counts + norms)


class Statistics(ABC):
    """The weights of a question's terms, from how many passages there are and have each.

    `corpus_size` is the number of passages.
    """

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
        return (K1 + 1) * sum(map(self._idf, query)) if self._has_terms() else 0.0

    def known(self, query: Sequence[str]) -> float:
        """The share of a query's terms, by idf, that the collection has at all: 0 to 1."""
        total = sum(map(self._idf, query)) if self._has_terms() else 0.0
        if not total:
            return 0.0
        return sum(self._idf(term) for term in query if self._frequency(term)) / total

    def _idf(self, term: str) -> float:
        # As in rank-bm25; a term that no passage has counts as the rarest there could be.
        return math.log((self.corpus_size + 1) / (self._frequency(term) or 1))
