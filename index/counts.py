"""How often each passage has each term, from one generation to the next: what BM25 counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from index.maxscore import LOOK_UP
from index.recent import Recent
from index.rows import Rows
from index.segment import REMEMBERED, Segment, Terms, TermsOf
from index.texts import Texts
from index.words import unfolded

# A segment is merged with its neighbour when it has grown to half of it: then a passage is
# copied no more often than the logarithm of their number (O'Neil et al. 1996, "The Log-Structured
# Merge-Tree").
GROWTH = 2
# Passages counted at once: their terms as Python objects take some hundred megabytes.
COUNTED = 20_000
# Of terms that more than one passage in so many has, counts are kept by row: there one is looked up
# without a search, and a list would take nearly as many bytes.
FREQUENT = 5
# What is kept by row, a byte each, as questions need it: some hundred terms of a language are so
# frequent.
COUNTS_BYTES = 128 * 2**20


class Counts:
    """Term counts of one generation's passages, in segments; row i is passage i.

    `lengths` (rows,) are how many terms each passage has, terms that repeat counted each time. A
    passage stands in one segment. Safe to use from several threads.
    """

    def __init__(self, segments: tuple[Segment, ...], lengths: Rows) -> None:
        self._segments = segments if lengths.any() else ()
        self.lengths = lengths
        # In how many passages a term stands.
        self.frequency = lru_cache(REMEMBERED)(self._frequency)
        self._by_rows: Recent[npt.NDArray[Any]] = Recent(_bytes, COUNTS_BYTES)

    @classmethod
    def of(cls, passages: Sequence[Sequence[str]]) -> Counts:
        """Count the terms of each passage; no passage at all is allowed."""
        lengths = np.asarray([len(passage) for passage in passages], dtype=np.int64)
        segments = (Segment.of(passages, np.arange(len(passages))),) if lengths.any() else ()
        return cls(segments, lengths)

    def __bool__(self) -> bool:
        """Whether any passage has a term."""
        return bool(self._segments)

    def __len__(self) -> int:
        return len(self.lengths)

    def renewed(
        self, kept: Rows, fresh: Iterable[Sequence[str]], terms_of: TermsOf | None = None
    ) -> Counts:
        """The counts of another generation: see `LexicalIndex.renewed`."""
        place = np.full(len(self) + 1, -1, dtype=np.int64)  # the last for what was gone
        old = np.flatnonzero(kept >= 0)
        place[kept[old]] = old
        moved = (segment.moved(place, terms_of) for segment in self._segments)
        segments = [segment for segment in moved if segment.living]
        lengths = np.empty(len(kept), dtype=np.int64)
        lengths[old] = self.lengths[kept[old]]
        new = np.flatnonzero(kept < 0)
        coming = iter(fresh)
        for start in range(0, len(new), COUNTED):
            rows = new[start : start + COUNTED]
            some = list(islice(coming, len(rows)))
            lengths[rows] = [len(passage) for passage in some]
            segments.append(Segment.of(some, rows))
            while len(segments) > 1 and segments[-2].living <= GROWTH * segments[-1].living:
                segments[-2:] = [segments[-2].merged(segments[-1])]
        return Counts(tuple(segments), lengths)

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The counts as arrays, for `mapped`."""
        whole = self._segments[0] if self._segments else Segment.of((), np.empty(0, dtype=np.int64))
        for segment in self._segments[1:]:
            whole = whole.merged(segment)
        terms, whole = whole.sorted()
        small = whole.counts.max(initial=0) <= np.iinfo(np.uint16).max
        return {
            **terms.texts.arrays("terms"),
            "terms.starts": whole.starts,
            "terms.indices": whole.indices,
            "terms.counts": whole.counts.astype(np.uint16 if small else np.int32, copy=False),
            # Passages without terms have a length all the same.
            "terms.rows": whole.rows,
            "terms.lengths": self.lengths,
        }

    @classmethod
    def mapped(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Counts:
        """The counts that gave these arrays, without copying them."""
        segment = Segment(
            Terms(Texts.mapped(arrays, "terms")),
            arrays["terms.starts"],
            arrays["terms.indices"],
            arrays["terms.counts"],
            arrays["terms.rows"],
        )
        return cls((segment,), arrays["terms.lengths"])

    def postings(self, term: str) -> tuple[Rows, npt.NDArray[Any]]:
        """The rows that have a term, and how often each has it."""
        # Rows as NumPy indexes with: others it would convert at every question.
        if len(self._segments) == 1:
            return self._segments[0].postings(term)
        parts = [segment.postings(term) for segment in self._segments]
        rows = np.concatenate([rows for rows, _ in parts])
        return rows, np.concatenate([counts for _, counts in parts])

    def by_segment(self, term: str) -> Iterator[tuple[npt.NDArray[np.int32], npt.NDArray[Any]]]:
        """The same in parts, where a row may be -1: a passage that is gone."""
        for segment, of in zip(self._segments, self._rows32, strict=True):
            places, counts = segment.of_term(term)
            yield (places if of is None else of[places]), counts

    def of_rows(self, term: str, rows: Rows) -> npt.NDArray[Any]:
        """How often each of these rows has a term."""
        if self.frequency(term) * FREQUENT > len(self):
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

    def having(self, choices: Iterable[Sequence[str]]) -> npt.NDArray[np.bool_]:
        """For each row whether it has of each choice one of its terms.

        So has every row that has a word whose letter n-grams are not folded (`words.unfolded`).
        """
        found = np.ones(len(self), dtype=bool)
        of = {tuple(terms): sum(map(self.frequency, terms)) for terms in choices}
        # The rare ones tell most; nothing is left to tell of few rows.
        for terms in sorted(of, key=of.__getitem__):
            if np.count_nonzero(found) <= of[terms] // LOOK_UP:
                break
            found &= self._having(terms)
        return found | self._unfolded

    def _frequency(self, term: str) -> int:
        return sum(segment.frequency(term) for segment in self._segments)

    def _by_row(self, term: str) -> npt.NDArray[Any]:
        """How often each row has a frequent term."""
        found = self._by_rows.of((term,)).get(term)
        if found is None:
            parts = list(self.by_segment(term))
            highest = max(int(counts.max(initial=0)) for _, counts in parts)
            # The last is for what is gone.
            found = np.zeros(len(self) + 1, np.uint8 if highest < 2**8 else np.int32)
            for rows, counts in parts:
                found[rows] = counts
            self._by_rows.keep({term: found})
        return found

    def _having(self, terms: Iterable[str]) -> npt.NDArray[np.bool_]:
        found = np.zeros(len(self) + 1, dtype=bool)  # the last for what is gone
        for term in terms:
            for segment in self._segments:
                found[segment.rows[segment.of_term(term)[0]]] = True
        return found[:-1]

    @cached_property
    def _unfolded(self) -> npt.NDArray[np.bool_]:
        marked = {term for segment in self._segments for term in segment.marked}
        return self._having(term for term in marked if term[0] != "~" and unfolded(term))

    @cached_property
    def _places(self) -> list[npt.NDArray[np.int32]]:
        """For each segment and row the passage's place in the segment, -1 without one."""
        found = []
        for segment in self._segments:
            places = np.full(len(self), -1, dtype=np.int32)
            there = np.flatnonzero(segment.rows >= 0)
            places[segment.rows[there]] = there
            found.append(places)
        return found

    @cached_property
    def _rows32(self) -> list[npt.NDArray[np.int32] | None]:
        """The rows of each segment's passages, None where they are their places."""
        rows = [segment.rows.astype(np.int32) for segment in self._segments]
        return [None if np.array_equal(of, np.arange(len(of))) else of for of in rows]


def _bytes(counts: npt.NDArray[Any]) -> int:
    return counts.nbytes
