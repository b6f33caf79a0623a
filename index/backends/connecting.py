"""From an address to an engine; an engine's library is loaded here and not before."""

from __future__ import annotations

import threading
import weakref
from contextlib import suppress

from index.backends.backend import MILVUS, Address, Backend
from index.errors import BackendError, InputError


def connect(address: Address) -> Backend:
    """Connect to the engine at an address. Raises BackendError, InputError."""
    if address.kind != MILVUS:
        raise InputError(f"no backend {address.kind!r}; there are embedded and milvus")
    from index.backends.milvus import Milvus

    return Milvus(address)


class Connections:
    """The connections of one collection, made when first needed. Safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[Address, Backend] = {}
        weakref.finalize(self, _close_all, self._open)

    def to(self, address: Address) -> Backend:
        """The connection to an address. Raises BackendError."""
        with self._lock:
            if address not in self._open:
                self._open[address] = connect(address)
            return self._open[address]

    def forget(self, address: Address) -> None:
        """End a connection that failed, so that the next use makes another."""
        with self._lock:
            broken = self._open.pop(address, None)
        if broken is not None:
            _close_all({address: broken})


def _close_all(connections: dict[Address, Backend]) -> None:
    while connections:
        with suppress(BackendError):
            connections.popitem()[1].close()
