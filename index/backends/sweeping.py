"""Removing from an engine what no generation needs any more, and what killed updates left there."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.backends.backend import Backend, Place
from index.backends.connecting import connect
from index.backends.ledger import Ledger, Retired
from index.backends.naming import collection_prefix, passage_id
from index.errors import BackendError, NoCollectionError
from index.store import Store

# Seconds that rows stay for questions which began before they were replaced: far longer than any
# question takes. One that takes longer is told so (see `searching`), never answered from a part.
GRACE = 60.0


def sweep(store: Store) -> None:
    """Remove rows that were retired a while ago, with the writer's lock.

    An engine that cannot be reached is no error: the next update tries again.
    """
    now = time.time()
    ledger, meta = Ledger(store.database), store.meta()
    place = Place.of(meta.get("backend", ""))
    if place and meta.get("uploading") == "1":
        with suppress(BackendError), _connected(place) as backend:
            clear_strays(store, backend, place)
            with store.writing():
                store.set_meta({"uploading": "0"})
    # A clock that was set back must not keep rows for ever.
    due = [one for one in ledger.retired() if not now - GRACE < one.at <= now]
    if not due:
        return
    with store.writing():
        # First said, then done: a question of an earlier generation then knows that it is too late.
        store.set_meta({"swept": str(max(one.generation for one in due))})
    by_place: defaultdict[str, list[Retired]] = defaultdict(list)
    for one in due:
        by_place[one.place].append(one)
    for where, rows in by_place.items():
        left = Place.of(where)
        if left is None:
            continue
        with suppress(BackendError), _connected(left) as backend:
            if any(not one.article for one in rows):
                backend.drop(left.name)
            else:
                backend.delete(left.name, [
                    passage_id(one.article, nth) for one in rows for nth in range(one.passages)
                ])  # fmt: skip
            with store.writing():
                ledger.removed(rows)


def forget(directory: Path) -> None:
    """Remove from the engine all it has of a collection that is about to be deleted."""
    with suppress(NoCollectionError, BackendError), Store.open(directory) as store:
        meta = store.meta()
        place = Place.of(meta.get("backend", ""))
        if place:
            with _connected(place) as backend:
                for name in backend.names(collection_prefix(meta["id"])):
                    backend.drop(name)


def clear_strays(store: Store, backend: Backend, place: Place | None) -> None:
    """Remove what a killed update has written, with the writer's lock. Raises BackendError."""
    meta = store.meta()
    kept = {one.name for row in Ledger(store.database).retired() if (one := Place.of(row.place))}
    if place:
        backend.delete_since(place.name, int(meta["generation"]) + 1)
        kept.add(place.name)
    for name in backend.names(collection_prefix(meta["id"])):
        if name not in kept:
            backend.drop(name)


@contextmanager
def _connected(place: Place) -> Iterator[Backend]:
    backend = connect(place.address)
    try:
        yield backend
    finally:
        backend.close()
