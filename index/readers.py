"""Connections to the store that questions leave open for the next ones.

What a connection has read of the trees stays with it: of a million passages, finding two hundred
encodings again takes a sixth of the time, and opening and closing are two milliseconds.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.store import FILE, Store

# Kept at most; as many questions are answered side by side.
KEPT = 2
_Which = tuple[int, int]


class Readers:
    """Connections to the store in one directory. Safe to use from several threads."""

    def __init__(self, directory: Path) -> None:
        """Open nothing yet."""
        self._directory = directory
        self._idle: list[tuple[_Which, Store]] = []
        self._lock = threading.Lock()

    @contextmanager
    def one(self) -> Iterator[Store]:
        """A connection for one question. Raises what `Store.open` raises."""
        which = self._which()
        store = self._left(which) or Store.open(self._directory)
        with store.closing_on_error():
            yield store
        with self._lock:
            if which is not None and len(self._idle) < KEPT:
                self._idle.append((which, store))
                return
        store.close()

    def _left(self, wanted: _Which | None) -> Store | None:
        """One that was left open, unless the file is another by now."""
        while True:
            with self._lock:
                if not self._idle:
                    return None
                which, store = self._idle.pop()
            if which == wanted:
                return store
            store.close()

    def _which(self) -> _Which | None:
        """What tells the file from one that took its place; while it is open nothing else can."""
        with suppress(OSError):
            found = os.stat(self._directory / FILE)
            return found.st_dev, found.st_ino
        return None
