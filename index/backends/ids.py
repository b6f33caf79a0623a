"""The ids that a snapshot's passages have in an engine, and the way back to its rows."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from index.backends.covering import Coverer
from index.backends.naming import KEY, key_of_stamp, passage_id
from index.rows import Rows
from index.snapshot import Snapshot


class Ids:
    """The ids of a snapshot's passages, to rows and back."""

    def __init__(self, snapshot: Snapshot) -> None:
        articles = snapshot.articles
        keys = [key_of_stamp(i, articles.stamp(nth)).encode() for nth, i in enumerate(articles.ids)]
        self._keys = np.array(keys, dtype=f"S{KEY}")
        self._order = np.argsort(self._keys)
        self._sorted = self._keys[self._order]
        self._starts: Rows = snapshot.passages.starts
        self._snapshot = snapshot

    def __len__(self) -> int:
        return int(self._starts[-1])

    @cached_property
    def coverer(self) -> Coverer:
        """Covers sets of these rows; made when a filter first needs it."""
        return Coverer(self._snapshot)

    def row(self, identity: str) -> int | None:
        """The row of a passage; None for one of another generation."""
        key, _, place = identity.rpartition("-")
        wanted = np.bytes_(key.encode())
        found = int(np.searchsorted(self._sorted, wanted))
        if found == len(self._sorted) or self._sorted[found] != wanted or not place.isdigit():
            return None
        nth = int(self._order[found])
        row = int(self._starts[nth]) + int(place)
        return row if row < int(self._starts[nth + 1]) else None

    def of(self, rows: Rows) -> list[str]:
        """The ids of these rows."""
        nths = np.searchsorted(self._starts, rows, side="right") - 1
        return [
            passage_id(self._keys[nth].decode(), int(row - self._starts[nth]))
            for nth, row in zip(nths, rows, strict=True)
        ]
