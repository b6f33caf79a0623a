"""Encodings that questions read lately, kept so that the next ones need not read them again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping

from index.records import StoredEncoding

# Some thousand passages: what questions about the same things keep coming back to.
LIMIT_BYTES = 64 * 2**20


class RecentEncodings:
    """The encodings last used, by key, up to a number of bytes. Safe to use from several threads.

    A key is made of the encoder and the text, so what it stands for never changes, in whatever
    generation.
    """

    def __init__(self, limit: int = LIMIT_BYTES) -> None:
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[str, StoredEncoding] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, keys: Iterable[str]) -> dict[str, StoredEncoding]:
        """Those of the keys whose encodings are here."""
        found = {}
        with self._lock:
            for key in keys:
                if (made := self._kept.get(key)) is not None:
                    self._kept.move_to_end(key)
                    found[key] = made
        return found

    def keep(self, encodings: Mapping[str, StoredEncoding]) -> None:
        """Keep these, and let go of what was not used for longest."""
        with self._lock:
            for key, made in encodings.items():
                if key not in self._kept:
                    self._kept[key] = made
                    self._size += _bytes(made)
            while self._size > self._limit:
                _, made = self._kept.popitem(last=False)
                self._size -= _bytes(made)


def _bytes(made: StoredEncoding) -> int:
    parts = (made.vector, made.states, made.offsets)
    return sum(part.nbytes for part in parts if part is not None)
