"""BM25 over terms; the only importer of rank-bm25, which defines the scores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from rank_bm25 import BM25Plus

from index.bm25 import K1, B, Statistics, norm, part
from index.counts import Counts
from index.maxscore import Term, best, reached
from index.recent import Recent
from index.rows import Rows, top_k
from index.segment import TermsOf
from index.stages import timed

# All of so many passages are scored; of more only those that may be among the best (`maxscore`).
SCORED = 150_000
# So few rows are looked up, list by list, in the time that adding up the lists would take.
FEW = 2000
# Postings that are kept where all are scored: those of 100,000 passages that come up.
POSTINGS_BYTES = 256 * 2**20


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """The rows of the passages that have a term, and what it gives to the score of each."""

    rows: Rows
    gains: npt.NDArray[np.float64]

    def size(self) -> int:
        """In bytes."""
        return self.rows.nbytes + self.gains.nbytes


class LexicalIndex(BM25Plus, Statistics):  # type: ignore[misc]  # rank-bm25 ships no types
    """BM25Plus with the same scores, from matrices by term instead of dictionaries per passage.

    Plus, since its idf is positive: BM25Okapi gives a word that stands in half of the passages
    no weight, and in a small collection most words do. Its `delta` adds the same to every
    passage in rank-bm25 and so is 0.

    The matrices keep counts (`counts`), so that a new generation costs what changed: see `renewed`.
    A passage's terms are added in one order, so scores do not depend on how the index came about.
    Tested equal to its parent.
    """

    _counts: Counts
    _last: tuple[tuple[str, ...], npt.NDArray[np.float64]]

    def __init__(self, passages: Sequence[Sequence[str]]) -> None:
        """Index the terms of each passage; no passage at all is allowed."""
        self.corpus_size = 0
        super().__init__(passages, k1=K1, b=B, delta=0)

    def renewed(
        self, kept: Rows, fresh: Iterable[Sequence[str]], terms_of: TermsOf | None = None
    ) -> LexicalIndex:
        """The index of another generation; this one stays as it is.

        `kept` holds for each new row the present row of the same passage, or -1 for one of the
        `fresh` passages, whose terms come in the order of their rows. `terms_of` gives the terms
        of a present row that goes, which are otherwise looked for in all there are.
        """
        return self._with(self._counts.renewed(kept, fresh, terms_of))

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The index as arrays, for `mapped`."""
        return self._counts.arrays()

    @classmethod
    def mapped(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> LexicalIndex:
        """The index that gave these arrays, without copying them."""
        return cls._with(Counts.mapped(arrays))

    def same(self, other: LexicalIndex) -> bool:
        """Whether another index holds the same terms for the same passages."""
        mine, theirs = self.arrays(), other.arrays()
        return all(np.array_equal(mine[name], theirs[name]) for name in mine)

    @timed("BM25")
    def get_scores(self, query: Sequence[str]) -> npt.NDArray[np.float64]:
        """The BM25 score of every passage for the terms of a query; terms may repeat."""
        scores = np.zeros(self.corpus_size)
        for one in self._postings(self._asked(query)):
            np.add.at(scores, one.rows, one.gains)
        return scores

    def _postings(self, asked: Mapping[str, int]) -> list[Postings]:
        """Those of each term, asked so often."""
        # A space stands in no term.
        keys = {term if n == 1 else f"{n} {term}": (term, n) for term, n in asked.items()}
        found = self._kept.of(keys)
        made = {key: self._posted(*one) for key, one in keys.items() if key not in found}
        self._kept.keep(made)
        found |= made
        return [found[key] for key in keys]

    def _posted(self, term: str, times: int) -> Postings:
        """The passages that have a term, and what it gives to each."""
        rows, counts = self._counts.postings(term)
        gains = part(counts.astype(np.float64), self._norms[rows])
        gains *= times * self._idf(term)
        return Postings(rows, gains)

    @timed("BM25")
    def search(
        self, query: Sequence[str], k: int, *, rows: Rows | None = None
    ) -> tuple[Rows, npt.NDArray[np.float64]]:
        """The k best rows for the terms of a query that have one of them, and their scores.

        Best first, equals in order; among `rows` alone, which are in order, when given.
        """
        asked = self._asked(query)
        if rows is not None and len(rows) <= FEW:
            found = rows
        elif self.corpus_size <= SCORED:
            every = self.get_scores(query)
            self._last = tuple(query), every
            if rows is not None:
                return _scored(rows, every[rows], k)
            ahead = np.flatnonzero((every > 0) & (every >= reached(every, k)))
            return _scored(ahead, every[ahead], k)
        else:
            # The last is for what is gone.
            scores = np.full(self.corpus_size + 1, -np.inf, dtype=np.float32)
            scores[slice(self.corpus_size) if rows is None else rows] = 0
            found = best([self._term(term, times) for term, times in asked.items()], scores, k)
        return _scored(found, self.scores_of(query, found), k)

    @timed("BM25")
    def scores_of(self, query: Sequence[str], rows: Rows) -> npt.NDArray[np.float64]:
        """What `get_scores` gives these rows, without scoring the others."""
        # Read once: another thread's question may take its place.
        asked, every = self._last
        if asked == tuple(query):
            return every[rows]
        scores, norms = np.zeros(len(rows)), self._norms[rows]
        for term, times in self._asked(query).items():
            counts = self._counts.of_rows(term, rows)
            scores += times * self._idf(term) * part(counts, norms)
        return scores

    def _asked(self, query: Sequence[str]) -> dict[str, int]:
        """The terms of a query that a passage has, with how often they are asked.

        In one order, so that sums are rounded alike however the index came about.
        """
        return {term: n for term, n in sorted(Counter(query).items()) if self._frequency(term)}

    def _term(self, term: str, times: int) -> Term:
        weight = times * self._idf(term)

        def add(scores: npt.NDArray[np.float32]) -> None:
            for rows, counts in self._counts.by_segment(term):
                # As `part`, in place: this is most of what a question to a million passages does.
                having, given = counts.astype(np.float32), self._norms32.take(rows)
                given += having
                np.divide(having, given, out=given)
                given *= np.float32(weight * (K1 + 1))
                np.add.at(scores, rows, given)

        def give(rows: Rows) -> npt.NDArray[np.float32]:
            counts = self._counts.of_rows(term, rows).astype(np.float32)
            return np.asarray(weight * part(counts, self._norms32[rows]), dtype=np.float32)

        # No count gives more; what the highest one there is would give is hardly less.
        return Term(weight * (K1 + 1), self._frequency(term), add, give)

    @cached_property
    def _norms32(self) -> npt.NDArray[np.float32]:
        return self._norms.astype(np.float32)

    @timed("BM25")
    def having(self, choices: Iterable[Sequence[str]]) -> npt.NDArray[np.bool_]:
        """For each row whether it has of each choice one of its terms.

        So has every row that has a word whose letter n-grams are not folded (`words.unfolded`).
        """
        return self._counts.having(choices)

    def _frequency(self, term: str) -> int:
        return self._counts.frequency(term)

    def _has_terms(self) -> bool:
        return bool(self._counts)

    def _initialize(self, corpus: Sequence[Sequence[str]]) -> Counter[str]:
        """What the parent asks for at construction, but counted by column."""
        self._take(Counts.of(corpus))
        return Counter()

    def _calc_idf(self, nd: Counter[str]) -> None:
        """Not ahead of time: every idf changes with every passage."""

    @classmethod
    def _with(cls, counts: Counts) -> LexicalIndex:
        made = cls(())
        made._take(counts)
        return made

    def _take(self, counts: Counts) -> None:
        self._counts, lengths = counts, counts.lengths
        self.corpus_size = len(counts)
        self.avgdl = float(lengths.mean()) if lengths.any() else 1.0
        # The last is for what is gone.
        self._norms = np.append(norm(lengths, self.avgdl), 1.0)
        # The terms that all passages were scored for last, and their scores.
        self._last = (), np.zeros(len(counts))
        self._kept = Recent(Postings.size, POSTINGS_BYTES)


def _scored(
    rows: Rows, scores: npt.NDArray[np.float64], k: int
) -> tuple[Rows, npt.NDArray[np.float64]]:
    """The k best of these rows that have a score at all."""
    there = scores > 0
    return top_k(rows[there], scores[there], k)
