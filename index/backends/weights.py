"""BM25 cut in two: a passage's weights are stored in the engine, a question brings the idf.

    score = sum over terms of  idf(t)  *  tf (k1 + 1) / (tf + k1 (1 - b + b length / average))
                               question   passage

So idf is always that of the present collection. The average length stands in the stored weights:
they order candidates, whose scores are then computed anew with the present one.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache

from index.bm25 import Statistics, norm, part
from index.words import terms


def weights(text: str, average: float) -> dict[int, float]:
    """The stored half of BM25 for each term of a passage (with its context), by term id."""
    found = terms(text)
    against = norm(len(found), average)
    made: dict[int, float] = {}
    for term, count in Counter(found).items():
        identity = term_id(term)
        made[identity] = made.get(identity, 0.0) + part(count, against)
    return made


@lru_cache(maxsize=65536)
def term_id(term: str) -> int:
    """A term's number, 1 to 2^32 - 2: the same on every machine, without a table of terms.

    Two terms that share one (in half a million, some thirty do) only make each other candidates.
    """
    said = hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return 1 + int.from_bytes(said) % (2**32 - 2)


class Counted(Statistics):
    """BM25's statistics from a table of frequencies that is asked a question's terms at once."""

    def __init__(
        self, passages: int, length: int, frequencies: Callable[[Sequence[str]], dict[str, int]]
    ) -> None:
        """Of so many passages that have so many terms together."""
        self.corpus_size = passages
        self.average = length / passages if length else 1.0
        self._length = length
        self._frequencies = frequencies
        self._known: dict[str, int] = {}

    def weigh(self, query: Sequence[str]) -> dict[str, float]:
        """Each known term of a question, in order, with what it counts; terms may repeat."""
        self._look_up(query)
        asked = sorted(Counter(query).items())
        return {term: n * self._idf(term) for term, n in asked if self._frequency(term)}

    def ceiling(self, query: Sequence[str]) -> float:
        """See `Statistics`."""
        self._look_up(query)
        return super().ceiling(query)

    def known(self, query: Sequence[str]) -> float:
        """See `Statistics`."""
        self._look_up(query)
        return super().known(query)

    def _look_up(self, query: Sequence[str]) -> None:
        missing = sorted(set(query) - self._known.keys())
        if missing:
            self._known |= dict.fromkeys(missing, 0) | self._frequencies(missing)

    def _frequency(self, term: str) -> int:
        return self._known.get(term, 0)

    def _has_terms(self) -> bool:
        return self._length > 0
