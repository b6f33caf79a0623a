"""What questions used lately, kept so that the next ones need not read or compute it again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """The things last used, by key, up to a number of bytes. Safe to use from several threads."""

    def __init__(self, size: Callable[[T], int], limit: int) -> None:
        """Keep `limit` bytes of things that have `size` bytes each."""
        self._size_of = size
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[str, T] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, keys: Iterable[str]) -> dict[str, T]:
        """Those of the keys whose things are here."""
        found = {}
        with self._lock:
            for key in keys:
                if (made := self._kept.get(key)) is not None:
                    self._kept.move_to_end(key)
                    found[key] = made
        return found

    def keep(self, things: Mapping[str, T]) -> None:
        """Keep these, and let go of what was not used for longest."""
        with self._lock:
            for key, made in things.items():
                if key not in self._kept:
                    self._kept[key] = made
                    self._size += self._size_of(made)
            while self._size > self._limit:
                _, made = self._kept.popitem(last=False)
                self._size -= self._size_of(made)
