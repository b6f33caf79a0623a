"""BM25 over terms; the only importer of rank-bm25, which defines the scores."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from rank_bm25 import BM25Plus
from scipy import sparse

from index.stages import timed

Rows = npt.NDArray[np.int64]

# A segment is merged with its neighbour when it has grown to half of it: then a passage is
# copied no more often than the logarithm of their number (O'Neil et al. 1996, "The Log-Structured
# Merge-Tree").
GROWTH = 2


@dataclass(frozen=True, slots=True)
class Segment:
    """The terms of some passages: `counts` (passages, terms) by columns.

    `rows` are the passages' rows in the index, -1 for one that is gone.
    """

    columns: dict[str, int]
    counts: sparse.csc_array
    rows: Rows

    @classmethod
    def of(cls, passages: Sequence[Sequence[str]], rows: Rows) -> Segment:
        """Count the terms of these passages."""
        columns: defaultdict[str, int] = defaultdict()
        columns.default_factory = columns.__len__
        entries = np.fromiter(
            (columns[term] for passage in passages for term in passage), dtype=np.int32
        )
        lengths = [len(passage) for passage in passages]
        places = np.repeat(np.arange(len(passages), dtype=np.int32), lengths)
        counts = sparse.coo_array(
            (np.ones(len(entries), dtype=np.int32), (places, entries)),
            shape=(len(passages), len(columns)),
        )
        return cls(dict(columns), counts.tocsc(), rows)

    def merged(self, other: Segment) -> Segment:
        """This segment and another as one, without the passages that are gone."""
        columns = dict(self.columns)
        theirs = np.asarray(
            [columns.setdefault(term, len(columns)) for term in other.columns], dtype=np.int32
        )
        parts = []
        for segment, names, first in (
            (self, None, 0),
            (other, theirs, int((self.rows >= 0).sum())),
        ):
            entries = segment.counts.tocoo()
            living = segment.rows >= 0
            places = np.cumsum(living) - 1 + first
            kept = living[entries.row]
            column = entries.col[kept]
            parts.append(
                (
                    entries.data[kept],
                    places[entries.row[kept]],
                    column if names is None else names[column],
                )
            )
        rows = np.concatenate([self.rows[self.rows >= 0], other.rows[other.rows >= 0]])
        data, place, column = (np.concatenate(both) for both in zip(*parts, strict=True))
        counts = sparse.coo_array((data, (place, column)), shape=(len(rows), len(columns)))
        return Segment(columns, counts.tocsc(), rows)

    def frequencies(self, gone: npt.NDArray[np.bool_]) -> Counter[str]:
        """In how many of the passages marked `gone` (one flag a passage) each term stands."""
        entries = np.flatnonzero(gone[self.counts.indices])
        found = np.searchsorted(self.counts.indptr, entries, side="right") - 1
        terms = list(self.columns)
        return Counter(terms[column] for column in found)


class LexicalIndex(BM25Plus):  # type: ignore[misc]  # rank-bm25 ships no types
    """BM25Plus with the same scores, from matrices by term instead of dictionaries per passage.

    Plus, since its idf is positive: BM25Okapi gives a word that stands in half of the passages
    no weight, and in a small collection most words do. Its `delta` adds the same to every
    passage in rank-bm25 and so is 0.

    The matrices keep counts and are in segments, so that a new generation costs what changed: see
    `renewed`. A passage stands in one segment and its terms are added in one order, so scores do
    not depend on how the index came about. Tested equal to its parent.
    """

    def __init__(self, passages: Sequence[Sequence[str]]) -> None:
        """Index the terms of each passage; no passage at all is allowed."""
        self.corpus_size = 0
        self._segments: tuple[Segment, ...] = ()
        super().__init__(passages, delta=0)

    def renewed(self, kept: Rows, fresh: Sequence[Sequence[str]]) -> LexicalIndex:
        """The index of another generation; this one stays as it is.

        `kept` holds for each new row the present row of the same passage, or -1 for one of the
        `fresh` passages, whose terms come in the order of their rows.
        """
        made = LexicalIndex(())
        place = np.full(self.corpus_size + 1, -1, dtype=np.int64)  # the last for what was gone
        old = np.flatnonzero(kept >= 0)
        place[kept[old]] = old
        frequency = Counter(self._frequency)
        segments = []
        for segment in self._segments:
            moved = replace(segment, rows=place[segment.rows])
            left = (segment.rows >= 0) & (moved.rows < 0)
            if left.any():
                frequency -= segment.frequencies(left)
            if (moved.rows >= 0).any():
                segments.append(moved)
        new = np.flatnonzero(kept < 0)
        if len(new):
            segments.append(Segment.of(fresh, new))
            for passage in fresh:
                frequency.update(set(passage))
        while len(segments) > 1 and _living(segments[-2]) <= GROWTH * _living(segments[-1]):
            segments[-2:] = [segments[-2].merged(segments[-1])]
        lengths = np.empty(len(kept), dtype=np.int64)
        lengths[old] = self._lengths[kept[old]]
        lengths[new] = [len(passage) for passage in fresh]
        made._take(tuple(segments), frequency, lengths)
        return made

    @timed("BM25")
    def get_scores(self, query: Sequence[str]) -> npt.NDArray[np.float64]:
        """The BM25 score of every passage for the terms of a query; terms may repeat."""
        scores = np.zeros(self.corpus_size + 1)  # the last collects what is gone
        asked = {term: n for term, n in sorted(Counter(query).items()) if term in self._frequency}
        for segment in self._segments:
            known = [term for term in asked if term in segment.columns]
            if not known:
                continue
            columns = np.asarray([segment.columns[term] for term in known])
            starts, ends = segment.counts.indptr[columns], segment.counts.indptr[columns + 1]
            entries = np.concatenate([np.arange(*span) for span in zip(starts, ends, strict=True)])
            weights = np.asarray([asked[term] * self._idf(term) for term in known])
            rows = segment.rows[segment.counts.indices[entries]]
            counts = segment.counts.data[entries]
            # The formula of rank_bm25.BM25Plus.get_scores.
            found = (
                np.repeat(weights, ends - starts)
                * (counts * (self.k1 + 1))
                / (counts + self._norms[rows])
            )
            scores += np.bincount(rows % len(scores), found, minlength=len(scores))
        return scores[:-1]

    def ceiling(self, query: Sequence[str]) -> float:
        """The highest score that any passage could have for the terms of a query.

        A term counts at most k1 + 1 times its idf; one that no passage has, as the rarest.
        """
        return (self.k1 + 1) * sum(map(self._idf, query)) if self._segments else 0.0

    def known(self, query: Sequence[str]) -> float:
        """The share of a query's terms, by idf, that the collection has at all: 0 to 1."""
        total = sum(map(self._idf, query)) if self._segments else 0.0
        if not total:
            return 0.0
        return sum(self._idf(term) for term in query if term in self._frequency) / total

    def _idf(self, term: str) -> float:
        # As in rank-bm25; a term that no passage has counts as the rarest there could be.
        return math.log((self.corpus_size + 1) / self._frequency.get(term, 1))

    def _initialize(self, corpus: Sequence[Sequence[str]]) -> Counter[str]:
        """What the parent asks for at construction, but counted by column."""
        lengths = np.asarray([len(passage) for passage in corpus], dtype=np.int64)
        segments: tuple[Segment, ...] = ()
        frequency: Counter[str] = Counter()
        if lengths.any():
            segments = (Segment.of(corpus, np.arange(len(corpus))),)
            found = np.diff(segments[0].counts.indptr).tolist()
            frequency = Counter(dict(zip(segments[0].columns, found, strict=True)))
        self._take(segments, frequency, lengths)
        return frequency

    def _calc_idf(self, nd: Counter[str]) -> None:
        """Not ahead of time: every idf changes with every passage."""

    def _take(self, segments: tuple[Segment, ...], frequency: Counter[str], lengths: Rows) -> None:
        self._segments = segments if lengths.any() else ()
        self._frequency = frequency
        self._lengths = lengths
        self.corpus_size = len(lengths)
        self.avgdl = float(lengths.mean()) if lengths.any() else 1.0
        norms = self.k1 * (1 - self.b + self.b * lengths / self.avgdl)
        self._norms = np.append(norms, 1.0)  # the last for what is gone


def _living(segment: Segment) -> int:
    return int((segment.rows >= 0).sum())
