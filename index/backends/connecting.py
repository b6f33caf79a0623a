"""From an address to an engine; an engine's library is loaded here and not before."""

from __future__ import annotations

import threading
import weakref
from contextlib import suppress

from index.backends.backend import EMBEDDED, MILVUS, Address, Backend
from index.errors import BackendError, InputError

_SERVERS = ("http://", "https://", "tcp://", "unix:")
_FILE = ".db"


def connect(address: Address) -> Backend:
    """Connect to the engine at an address. Raises BackendError, InputError."""
    if address.kind != MILVUS:
        raise InputError(f"no backend {address.kind!r}; there are embedded and milvus")
    if "@" in address.uri and "://" in address.uri:
        raise InputError(
            "--uri: no user and password there, the collection would keep them; "
            "give user:password in --token-file or KUTIP_MILVUS_TOKEN"
        )
    if not (address.uri.startswith(_SERVERS) or address.uri.endswith(_FILE)):
        raise InputError(
            f"--uri {address.uri}: neither a server, such as http://host:19530, "
            f"nor a file that ends in {_FILE}"
        )
    from index.backends.milvus import Milvus

    return Milvus(address)


def reach(address: Address) -> None:
    """Make sure that an engine answers, before something long is begun for it.

    Raises BackendError, InputError.
    """
    if address.kind != EMBEDDED:
        backend = connect(address)
        try:
            backend.names("")  # a right that is missing, or a database, shows only now
        finally:
            backend.close()


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
