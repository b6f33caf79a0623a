"""The names of passages and collections in an engine, and the way back to a snapshot's rows.

A passage's id is made of its article as one generation wrote it and of its place there, so it
never means another text: a reader of any generation tells its own rows from all others.
"""

from __future__ import annotations

import hashlib
from functools import cached_property

import numpy as np

from index.backends.covering import Coverer
from index.part import stamp_of
from index.rows import Rows
from index.snapshot import Snapshot

KEY = 32  # characters of an article's key


def collection_prefix(collection: str) -> str:
    """What the engine's collections for one of ours are called, up to the generation."""
    return f"kutip_{collection}_"


def article_key(identity: str, generation: int, digest: str, source_digest: str) -> str:
    """The key of an article as a generation wrote it."""
    return _key(identity, stamp_of(generation, digest, source_digest))


def passage_id(key: str, place: int) -> str:
    """The id of an article's passage, counted from 0."""
    return f"{key}-{place}"


class Ids:
    """The ids of a snapshot's passages, to rows and back."""

    def __init__(self, snapshot: Snapshot) -> None:
        articles = snapshot.articles
        keys = [_key(i, articles.stamp(nth)).encode() for nth, i in enumerate(articles.ids)]
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


def _key(identity: str, stamp: bytes) -> str:
    said = identity.encode("utf-8", "surrogatepass") + b"\0" + stamp
    return hashlib.blake2b(said, digest_size=KEY // 2).hexdigest()
