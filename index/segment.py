"""Term counts of some passages as a sparse matrix by term, in memory or mapped from a file."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]

# Terms whose places are remembered: those of some hundred questions.
REMEMBERED = 8192


class Terms(Mapping[str, int]):
    """Terms in order of their bytes, each with its place: a dictionary that can be mapped."""

    def __init__(self, encoded: npt.NDArray[np.uint8], ends: Rows) -> None:
        self.encoded, self.ends = encoded, ends
        # The same memory, at a third of what NumPy takes to hand out a single number.
        self._encoded, self._ends = encoded.data, ends.data
        self._place = lru_cache(REMEMBERED)(self._find)

    @classmethod
    def of(cls, terms: Sequence[str]) -> Terms:
        """Terms that are sorted; code points sort as their UTF-8 does."""
        parts = [term.encode("utf-8", "surrogatepass") for term in terms]
        ends = np.cumsum(np.fromiter(map(len, parts), np.int64, len(parts)), dtype=np.int64)
        return cls(np.frombuffer(b"".join(parts), np.uint8), ends)

    def __len__(self) -> int:
        return len(self._ends)

    def __iter__(self) -> Iterator[str]:
        return (self.term(place) for place in range(len(self)))

    def __getitem__(self, term: str) -> int:
        place = self._place(term)
        if place is None:
            raise KeyError(term)
        return place

    def _find(self, term: str) -> int | None:
        wanted = term.encode("utf-8", "surrogatepass")
        place = bisect_left(range(len(self)), wanted, key=self._bytes)
        return place if place < len(self) and self._bytes(place) == wanted else None

    def term(self, place: int) -> str:
        """The term of a place."""
        return self._bytes(place).decode("utf-8", "surrogatepass")

    def _bytes(self, place: int) -> bytes:
        start = self._ends[place - 1] if place else 0
        return bytes(self._encoded[start : self._ends[place]])


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """The terms of some passages: `counts` of the term in column c stand from `starts[c]` to
    `starts[c + 1]`, those of the passages `indices`.

    `rows` are the passages' rows in the index, -1 for one that is gone; `lost` are in how many of
    those each term stands.
    """

    columns: Mapping[str, int]
    starts: Rows
    indices: npt.NDArray[np.int32]
    counts: npt.NDArray[Any]
    rows: Rows
    lost: Counter[str] = field(default_factory=Counter)

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
        ones = np.ones(len(entries), dtype=np.int32)
        return cls._made(dict(columns), ones, places, entries, rows)

    @classmethod
    def _made(
        cls,
        columns: Mapping[str, int],
        counts: npt.NDArray[Any],
        places: npt.NDArray[Any],
        entries: npt.NDArray[Any],
        rows: Rows,
    ) -> Segment:
        """From entries in any order: of passage `places[i]` the term `entries[i]`."""
        from scipy import sparse  # takes half a second to import, which asking can do without

        matrix = sparse.coo_array((counts, (places, entries)), shape=(len(rows), len(columns)))
        by_term = matrix.tocsc()
        return cls(
            columns,
            by_term.indptr.astype(np.int64),
            by_term.indices.astype(np.int32, copy=False),
            by_term.data,
            rows,
        )

    @property
    def living(self) -> int:
        """How many of the passages are there."""
        return int((self.rows >= 0).sum())

    def frequency(self, term: str) -> int:
        """In how many of the passages that are there a term stands."""
        column = self.columns.get(term)
        if column is None:
            return 0
        return int(self.starts[column + 1] - self.starts[column]) - self.lost[term]

    def postings(self, term: str) -> tuple[Rows, npt.NDArray[Any]]:
        """The rows of the passages that are there and have a term, and how often each has it."""
        column = self.columns.get(term)
        if column is None:
            return self.rows[:0], self.counts[:0]
        entries = slice(int(self.starts[column]), int(self.starts[column + 1]))
        rows, counts = self.rows[self.indices[entries]], self.counts[entries]
        if not self.lost[term]:
            return rows, counts
        there = rows >= 0
        return rows[there], counts[there]

    def moved(self, place: Rows) -> Segment:
        """The same for another generation: `place` has the new row of each old one, or -1."""
        rows = place[self.rows]
        left = (self.rows >= 0) & (rows < 0)
        lost = self.lost + self._terms_of(left) if left.any() else self.lost
        return Segment(self.columns, self.starts, self.indices, self.counts, rows, lost)

    def merged(self, other: Segment) -> Segment:
        """This segment and another as one, without the passages that are gone."""
        columns = dict(self.columns)
        theirs = np.asarray(
            [columns.setdefault(term, len(columns)) for term in other.columns], dtype=np.int32
        )
        own = self._entries(0)
        counts, places, entries = other._entries(self.living)
        rows = np.concatenate([self.rows[self.rows >= 0], other.rows[other.rows >= 0]])
        return self._made(
            columns,
            np.concatenate([own[0], counts]),
            np.concatenate([own[1], places]),
            np.concatenate([own[2], theirs[entries]]),
            rows,
        )

    def sorted(self) -> tuple[Terms, Segment]:
        """The same without the passages that are gone, terms and passages in order; its terms."""
        counts, places, entries = self._entries(0)
        names = list(self.columns)
        # Terms that only gone passages had go with them.
        there = np.zeros(len(names), dtype=bool)
        there[entries] = True
        order = sorted(np.flatnonzero(there).tolist(), key=names.__getitem__)
        new = np.empty(len(names), dtype=np.int32)
        new[order] = np.arange(len(order), dtype=np.int32)
        rows = self.rows[self.rows >= 0]
        by_row = np.argsort(rows)
        rank = np.empty(len(rows), dtype=np.int32)
        rank[by_row] = np.arange(len(rows), dtype=np.int32)
        columns = Terms.of([names[column] for column in order])
        return columns, self._made(columns, counts, rank[places], new[entries], rows[by_row])

    def _entries(
        self, first: int
    ) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Counts, passages (from `first` on, those gone left out) and columns of all entries."""
        living = self.rows >= 0
        kept = living[self.indices]
        columns = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        places = np.cumsum(living) - 1 + first
        return self.counts[kept].astype(np.int32), places[self.indices[kept]], columns[kept]

    def _terms_of(self, gone: npt.NDArray[np.bool_]) -> Counter[str]:
        """In how many of the passages marked `gone` (one flag a passage) each term stands."""
        entries = np.flatnonzero(gone[self.indices])
        found, times = np.unique(
            np.searchsorted(self.starts, entries, side="right") - 1, return_counts=True
        )
        name = (
            self.columns.term if isinstance(self.columns, Terms) else list(self.columns).__getitem__
        )
        return Counter({name(c): n for c, n in zip(found.tolist(), times.tolist(), strict=True)})
