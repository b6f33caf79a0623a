"""BM25 over terms; the only importer of rank-bm25, which defines the scores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
from rank_bm25 import BM25Plus

from index.maxscore import LOOK_UP, Term, best, reached
from index.recent import Recent
from index.segment import REMEMBERED, Rows, Segment, Terms, TermsOf
from index.stages import timed
from index.statistics import Statistics
from index.words import unfolded

# A segment is merged with its neighbour when it has grown to half of it: then a passage is
# copied no more often than the logarithm of their number (O'Neil et al. 1996, "The Log-Structured
# Merge-Tree").
GROWTH = 2
# Passages counted at once: their terms as Python objects take some hundred megabytes.
COUNTED = 20_000
# All of so many passages are scored; of more only those that may be among the best (`maxscore`).
SCORED = 150_000
# So few rows are looked up, list by list, in the time that adding up the lists would take.
FEW = 2000
# Of terms that more than one passage in so many has, counts are kept by row: there one is looked up
# without a search, and a list would take nearly as many bytes.
FREQUENT = 5
# What is kept as questions need it. Postings, where all are scored: those of 100,000 passages that
# come up. Counts by row, a byte each: some hundred terms of a language are so frequent.
POSTINGS_BYTES = 256 * 2**20
COUNTS_BYTES = 128 * 2**20


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

    The matrices keep counts and are in segments, so that a new generation costs what changed: see
    `renewed`. A passage stands in one segment and its terms are added in one order, so scores do
    not depend on how the index came about. Tested equal to its parent.
    """

    _last: tuple[tuple[str, ...], npt.NDArray[np.float64]]

    def __init__(self, passages: Sequence[Sequence[str]]) -> None:
        """Index the terms of each passage; no passage at all is allowed."""
        self.corpus_size = 0
        super().__init__(passages, delta=0)

    def renewed(
        self, kept: Rows, fresh: Iterable[Sequence[str]], terms_of: TermsOf | None = None
    ) -> LexicalIndex:
        """The index of another generation; this one stays as it is.

        `kept` holds for each new row the present row of the same passage, or -1 for one of the
        `fresh` passages, whose terms come in the order of their rows. `terms_of` gives the terms
        of a present row that goes, which are otherwise looked for in all there are.
        """
        place = np.full(self.corpus_size + 1, -1, dtype=np.int64)  # the last for what was gone
        old = np.flatnonzero(kept >= 0)
        place[kept[old]] = old
        moved = (segment.moved(place, terms_of) for segment in self._segments)
        segments = [segment for segment in moved if segment.living]
        lengths = np.empty(len(kept), dtype=np.int64)
        lengths[old] = self._lengths[kept[old]]
        new = np.flatnonzero(kept < 0)
        coming = iter(fresh)
        for start in range(0, len(new), COUNTED):
            rows = new[start : start + COUNTED]
            some = list(islice(coming, len(rows)))
            lengths[rows] = [len(passage) for passage in some]
            segments.append(Segment.of(some, rows))
            while len(segments) > 1 and segments[-2].living <= GROWTH * segments[-1].living:
                segments[-2:] = [segments[-2].merged(segments[-1])]
        return self._with(tuple(segments), lengths)

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The index as arrays, for `mapped`."""
        whole = self._segments[0] if self._segments else Segment.of((), np.empty(0, dtype=np.int64))
        for segment in self._segments[1:]:
            whole = whole.merged(segment)
        terms, whole = whole.sorted()
        small = whole.counts.max(initial=0) <= np.iinfo(np.uint16).max
        return {
            "terms.bytes": terms.encoded,
            "terms.ends": terms.ends,
            "terms.starts": whole.starts,
            "terms.indices": whole.indices,
            "terms.counts": whole.counts.astype(np.uint16 if small else np.int32, copy=False),
            # Passages without terms have a length all the same.
            "terms.rows": whole.rows,
            "terms.lengths": self._lengths,
        }

    @classmethod
    def mapped(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> LexicalIndex:
        """The index that gave these arrays, without copying them."""
        segment = Segment(
            Terms(arrays["terms.bytes"], arrays["terms.ends"]),
            arrays["terms.starts"],
            arrays["terms.indices"],
            arrays["terms.counts"],
            arrays["terms.rows"],
        )
        return cls._with((segment,), arrays["terms.lengths"])

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
        # Rows as NumPy indexes with: others it would convert at every question.
        if len(self._segments) == 1:
            rows, counts = self._segments[0].postings(term)
        else:
            parts = [segment.postings(term) for segment in self._segments]
            rows = np.concatenate([rows for rows, _ in parts])
            counts = np.concatenate([counts for _, counts in parts])
        gains = self._part(counts.astype(np.float64), self._norms[rows])
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
                return _first(rows, every[rows], k)
            ahead = np.flatnonzero((every > 0) & (every >= reached(every, k)))
            return _first(ahead, every[ahead], k)
        else:
            # The last is for what is gone.
            scores = np.full(self.corpus_size + 1, -np.inf, dtype=np.float32)
            scores[slice(self.corpus_size) if rows is None else rows] = 0
            found = best([self._term(term, times) for term, times in asked.items()], scores, k)
        return _first(found, self.scores_of(query, found), k)

    @timed("BM25")
    def scores_of(self, query: Sequence[str], rows: Rows) -> npt.NDArray[np.float64]:
        """What `get_scores` gives these rows, without scoring the others."""
        # Read once: another thread's question may take its place.
        asked, every = self._last
        if asked == tuple(query):
            return every[rows]
        scores, norms = np.zeros(len(rows)), self._norms[rows]
        for term, times in self._asked(query).items():
            scores += times * self._idf(term) * self._part(self._counts(term, rows), norms)
        return scores

    def _asked(self, query: Sequence[str]) -> dict[str, int]:
        """The terms of a query that a passage has, with how often they are asked.

        In one order, so that sums are rounded alike however the index came about.
        """
        return {term: n for term, n in sorted(Counter(query).items()) if self._frequency(term)}

    def _term(self, term: str, times: int) -> Term:
        weight = times * self._idf(term)

        def add(scores: npt.NDArray[np.float32]) -> None:
            for segment, of in zip(self._segments, self._rows32, strict=True):
                places, counts = segment.of_term(term)
                rows = places if of is None else of[places]
                # As `_part`, in place: this is most of what a question to a million passages does.
                having, given = counts.astype(np.float32), self._norms32.take(rows)
                given += having
                np.divide(having, given, out=given)
                given *= np.float32(weight * (self.k1 + 1))
                np.add.at(scores, rows, given)

        def give(rows: Rows) -> npt.NDArray[np.float32]:
            counts = self._counts(term, rows).astype(np.float32)
            return np.asarray(weight * self._part(counts, self._norms32[rows]), dtype=np.float32)

        # No count gives more; what the highest one there is would give is hardly less.
        return Term(weight * (self.k1 + 1), self._frequency(term), add, give)

    def _is_frequent(self, term: str) -> bool:
        return self._frequency(term) * FREQUENT > self.corpus_size

    def _by_row(self, term: str) -> npt.NDArray[Any]:
        """How often each row has a frequent term."""
        found = self._kept_counts.of((term,)).get(term)
        if found is None:
            parts = [segment.of_term(term) for segment in self._segments]
            highest = max(int(counts.max(initial=0)) for _, counts in parts)
            # The last is for what is gone.
            found = np.zeros(self.corpus_size + 1, np.uint8 if highest < 2**8 else np.int32)
            for (places, counts), rows in zip(parts, self._rows32, strict=True):
                found[places if rows is None else rows[places]] = counts
            self._kept_counts.keep({term: found})
        return found

    def _counts(self, term: str, rows: Rows) -> npt.NDArray[Any]:
        """How often each of these rows has a term."""
        if self._is_frequent(term):
            return self._by_row(term)[rows]
        found = np.zeros(len(rows), dtype=np.int32)
        for segment, places in zip(self._segments, self._places, strict=True):
            having, counts = segment.of_term(term)
            if not len(having):
                continue
            wanted = places[rows]
            nearest = having.searchsorted(wanted)
            nearest[nearest == len(having)] = 0
            found += np.where(having[nearest] == wanted, counts[nearest], 0)
        return found

    def _part(self, counts: Any, norms: Any) -> Any:
        """The part of a term's idf that counts: the formula of rank_bm25.BM25Plus.get_scores."""
        return counts * (self.k1 + 1) / (counts + norms)

    @cached_property
    def _places(self) -> list[npt.NDArray[np.int32]]:
        """For each segment and row the passage's place in the segment, -1 without one."""
        found = []
        for segment in self._segments:
            places = np.full(self.corpus_size, -1, dtype=np.int32)
            there = np.flatnonzero(segment.rows >= 0)
            places[segment.rows[there]] = there
            found.append(places)
        return found

    @cached_property
    def _rows32(self) -> list[npt.NDArray[np.int32] | None]:
        """The rows of each segment's passages, None where they are their places."""
        rows = [segment.rows.astype(np.int32) for segment in self._segments]
        return [None if np.array_equal(of, np.arange(len(of))) else of for of in rows]

    @cached_property
    def _norms32(self) -> npt.NDArray[np.float32]:
        return self._norms.astype(np.float32)

    @timed("BM25")
    def having(self, choices: Iterable[Sequence[str]]) -> npt.NDArray[np.bool_]:
        """For each row whether it has of each choice one of its terms.

        So has every row that has a word whose letter n-grams are not folded (`words.unfolded`).
        """
        found = np.ones(self.corpus_size, dtype=bool)
        of = {tuple(terms): sum(map(self._frequency, terms)) for terms in choices}
        # The rare ones tell most; nothing is left to tell of few rows.
        for terms in sorted(of, key=of.__getitem__):
            if np.count_nonzero(found) <= of[terms] // LOOK_UP:
                break
            found &= self._having(terms)
        return found | self._unfolded

    def _having(self, terms: Iterable[str]) -> npt.NDArray[np.bool_]:
        found = np.zeros(self.corpus_size + 1, dtype=bool)  # the last for what is gone
        for term in terms:
            for segment in self._segments:
                found[segment.rows[segment.of_term(term)[0]]] = True
        return found[:-1]

    @cached_property
    def _unfolded(self) -> npt.NDArray[np.bool_]:
        marked = {term for segment in self._segments for term in segment.marked}
        return self._having(term for term in marked if term[0] != "~" and unfolded(term))

    def _frequency(self, term: str) -> int:
        return self._remembered(term)

    def _has_terms(self) -> bool:
        return bool(self._segments)

    def _count(self, term: str) -> int:
        return sum(segment.frequency(term) for segment in self._segments)

    def _initialize(self, corpus: Sequence[Sequence[str]]) -> Counter[str]:
        """What the parent asks for at construction, but counted by column."""
        lengths = np.asarray([len(passage) for passage in corpus], dtype=np.int64)
        segments = (Segment.of(corpus, np.arange(len(corpus))),) if lengths.any() else ()
        self._take(segments, lengths)
        return Counter()

    def _calc_idf(self, nd: Counter[str]) -> None:
        """Not ahead of time: every idf changes with every passage."""

    @classmethod
    def _with(cls, segments: tuple[Segment, ...], lengths: Rows) -> LexicalIndex:
        made = cls(())
        made._take(segments, lengths)
        return made

    def _take(self, segments: tuple[Segment, ...], lengths: Rows) -> None:
        self._segments = segments if lengths.any() else ()
        self._remembered = lru_cache(REMEMBERED)(self._count)
        self._lengths = lengths
        self.corpus_size = len(lengths)
        self.avgdl = float(lengths.mean()) if lengths.any() else 1.0
        norms = self.k1 * (1 - self.b + self.b * lengths / self.avgdl)
        self._norms = np.append(norms, 1.0)  # the last for what is gone
        # The terms that all passages were scored for last, and their scores.
        self._last = (), np.zeros(len(lengths))
        self._kept = Recent(Postings.size, POSTINGS_BYTES)
        self._kept_counts: Recent[npt.NDArray[Any]] = Recent(_bytes, COUNTS_BYTES)


def _bytes(counts: npt.NDArray[Any]) -> int:
    return counts.nbytes


def _first(
    rows: Rows, scores: npt.NDArray[np.float64], k: int
) -> tuple[Rows, npt.NDArray[np.float64]]:
    """The k best of these rows with a score at all, best first, equals in order."""
    there = np.flatnonzero(scores > 0)
    if len(there) > k:
        kth = np.partition(scores[there], len(there) - k)[len(there) - k]
        there = there[scores[there] >= kth]
    order = there[np.lexsort((rows[there], -scores[there]))][:k]
    return rows[order], scores[order]
