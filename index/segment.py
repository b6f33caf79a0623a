"""Term counts of some passages as a sparse matrix by term, in memory or mapped from a file."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from index.merging import Columns, in_order, merged
from index.rows import Rows
from index.texts import Texts
from index.words import MARK

TermsOf = Callable[[int], Sequence[str]]

# The terms of so many passages that go are counted anew sooner than found among all entries.
FEW = 2000

# Of so many terms one is held as a Python object, among which the search for others begins.
HELD = 32
# Terms whose places are remembered: those of some hundred questions.
REMEMBERED = 8192


class Terms(Mapping[str, int]):
    """Terms in order of their bytes, each with its place: a dictionary that can be mapped."""

    def __init__(self, texts: Texts) -> None:
        """Take terms that are sorted; code points sort as their UTF-8 does."""
        self.texts = texts
        self._place = lru_cache(REMEMBERED)(self._find)

    def __len__(self) -> int:
        return len(self.texts)

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    def __getitem__(self, term: str) -> int:
        place = self._place(term)
        if place is None:
            raise KeyError(term)
        return place

    def _find(self, term: str) -> int | None:
        wanted = term.encode("utf-8", "surrogatepass")
        first = max(0, bisect_right(self._held, wanted) - 1) * HELD
        places = range(first, min(first + HELD, len(self)))
        place = first + bisect_left(places, wanted, key=self.texts.bytes_of)
        return place if place < len(self) and self.texts.bytes_of(place) == wanted else None

    @cached_property
    def _held(self) -> list[bytes]:
        return [self.texts.bytes_of(place) for place in range(0, len(self), HELD)]

    @cached_property
    def marked(self) -> list[str]:
        """The terms with a mark in them."""
        text, offset, end = self.texts.encoded.tobytes().decode("utf-8", "surrogatepass"), 0, 0
        found: dict[int, None] = {}
        for mark in MARK.finditer(text):
            offset += len(text[end : mark.start()].encode("utf-8", "surrogatepass"))
            end = mark.start()
            found[int(np.searchsorted(self.texts.ends, offset, side="right"))] = None
        return [self.texts[place] for place in found]


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
        """Count the terms of these passages; those without any are left out."""
        rows = rows[np.fromiter(map(bool, passages), dtype=bool, count=len(passages))]
        passages = [passage for passage in passages if passage]
        columns: defaultdict[str, int] = defaultdict()
        columns.default_factory = columns.__len__
        entries = np.fromiter(
            (columns[term] for passage in passages for term in passage), dtype=np.int32
        )
        lengths = [len(passage) for passage in passages]
        places = np.repeat(np.arange(len(passages), dtype=np.int32), lengths)
        from scipy import sparse  # takes half a second to import, which asking can do without

        ones = np.ones(len(entries), dtype=np.int32)
        shape = len(rows), len(columns)
        by_term = sparse.coo_array((ones, (places, entries)), shape=shape).tocsc()
        small = by_term.data.max(initial=0) <= np.iinfo(np.uint16).max
        return cls(
            dict(columns),
            by_term.indptr.astype(np.int64),
            by_term.indices.astype(np.int32, copy=False),
            by_term.data.astype(np.uint16 if small else np.int32),
            rows,
        )

    @property
    def marked(self) -> list[str]:
        """The terms with a mark in them."""
        if isinstance(self.columns, Terms):
            return self.columns.marked
        return [term for term in self.columns if MARK.search(term)]

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

    def of_term(self, term: str) -> tuple[npt.NDArray[np.int32], npt.NDArray[Any]]:
        """The places of the passages that have a term, in order, and how often each has it."""
        column = self.columns.get(term)
        span = slice(0, 0) if column is None else slice(*self.starts[column : column + 2])
        return self.indices[span], self.counts[span]

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

    def moved(self, place: Rows, terms_of: TermsOf | None = None) -> Segment:
        """The same for another generation: `place` has the new row of each old one, or -1.

        `terms_of` gives the terms of an old row, or else they are looked for in all entries.
        """
        rows = place[self.rows]
        left = (self.rows >= 0) & (rows < 0)
        lost = self.lost
        if left.any():
            gone = self.rows[left].tolist()
            few = terms_of is not None and len(gone) <= FEW
            lost = lost + (
                Counter(term for row in gone for term in set(terms_of(row)))
                if few and terms_of
                else self._terms_of(left)
            )
        return Segment(self.columns, self.starts, self.indices, self.counts, rows, lost)

    def merged(self, other: Segment) -> Segment:
        """This segment and another as one, without the passages that are gone."""
        columns = dict(self.columns)
        theirs = np.asarray(
            [columns.setdefault(term, len(columns)) for term in other.columns], dtype=np.int64
        )
        own = np.arange(len(self.columns))
        parts = [
            (self._matrix, own, self._ranks(0)),
            (other._matrix, theirs, other._ranks(self.living)),
        ]
        rows = np.concatenate([self.rows[self.rows >= 0], other.rows[other.rows >= 0]])
        return Segment(columns, *merged(parts, len(columns)), rows)

    def sorted(self) -> tuple[Terms, Segment]:
        """The same without the passages that are gone, terms and passages in order; its terms."""
        rows = self.rows[self.rows >= 0]
        by_row = np.argsort(rows, kind="stable")
        rank = np.empty(len(rows) + 1, dtype=np.int64)
        rank[by_row], rank[-1] = np.arange(len(rows)), -1
        names = list(self.columns)
        order = np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.int64)
        new = np.empty(len(names), dtype=np.int64)
        new[order] = np.arange(len(order))
        made = merged([(self._matrix, new, rank[self._ranks(0)])], len(names))
        if (np.diff(rows) < 0).any():
            made = in_order(made)
        # Terms that only gone passages had go with them.
        there = np.flatnonzero(np.diff(made.starts))
        columns = Terms(Texts.of(names[column] for column in order[there].tolist()))
        starts = made.starts[np.append(there, len(names))]
        return columns, Segment(columns, starts, made.places, made.counts, rows[by_row])

    @property
    def _matrix(self) -> Columns:
        return Columns(self.starts, self.indices, self.counts)

    def _ranks(self, first: int) -> Rows:
        """New places, from `first` on, for the passages that are there; -1 for the others."""
        living = self.rows >= 0
        ranks: Rows = np.where(living, np.cumsum(living) - 1 + first, -1)
        return ranks

    def _terms_of(self, gone: npt.NDArray[np.bool_]) -> Counter[str]:
        """In how many of the passages marked `gone` (one flag a passage) each term stands."""
        entries = np.flatnonzero(gone[self.indices])
        found, times = np.unique(
            np.searchsorted(self.starts, entries, side="right") - 1, return_counts=True
        )
        names = self.columns.texts if isinstance(self.columns, Terms) else list(self.columns)
        return Counter({names[c]: n for c, n in zip(found.tolist(), times.tolist(), strict=True)})
