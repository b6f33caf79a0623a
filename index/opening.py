"""When the cache file is used, and when it is written anew.

The store is the only truth. The file holds the snapshot of some generation; what changed since is
read from the store. So a stale file costs time, and a damaged or missing one a little more.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from index import cache_file
from index.errors import KutipError
from index.snapshot import Snapshot
from index.stages import timed
from index.store import FORMAT, Store

# A writer makes the file anew when more than one article in so many has changed since.
STALE = 50


@timed("open")
def open_snapshot(directory: Path, store: Store, held: Snapshot | None = None) -> Snapshot:
    """The newest generation, inside `store.reading()`, at the cost of what changed.

    Since `held`, or else since the cache file was written; without either all is read, and kept
    for the next time.
    """
    if held is not None:
        return Snapshot.load(store, held)
    cached = _fitting(directory, store)
    made = Snapshot.load(store, cached)
    if cached is None and made.save(directory):
        # Mapped, it takes less memory than made.
        cached = _fitting(directory, store)
        if cached is not None and cached.seal == made.seal:
            return cached
    return made


@timed("cache file")
def refresh(directory: Path, *, verify: bool = False) -> None:
    """After an update, with the writer's lock: write the file anew if it is due.

    To `verify` reads all of it; otherwise damage is left to be found by the next reader. Nothing
    is raised: the file can always be done without.
    """
    cache_file.tidy(directory)
    with suppress(KutipError), Store.open(directory) as store, store.reading():
        if not _is_due(directory, store, verify=verify):
            return
        cached = _fitting(directory, store)
        Snapshot.load(store, cached).save(directory)


def _fitting(directory: Path, store: Store) -> Snapshot | None:
    """The snapshot in the file, unless it is another collection's or of another time line."""
    meta = store.meta()
    cached = Snapshot.cached(directory)
    if cached is None or not cached.leads_to(meta):
        return None
    if cached.generation == int(meta["generation"]) and cached.seal != meta["seal"]:
        return None
    return cached


def _is_due(directory: Path, store: Store, *, verify: bool) -> bool:
    meta = store.meta()
    try:
        said, _ = cache_file.read(directory, verify=verify)
        if said["format"] != FORMAT:
            return True
        if (said["collection"], said["identity"]) != (meta["id"], meta["identity"]):
            return True
        if bool(said.get("backend")) != bool(meta.get("backend")):
            return True  # who searches has changed, and with it what is in the file
        if not 0 <= said["generation"] <= int(meta["generation"]):
            return True
        if said["generation"] == int(meta["generation"]):
            return bool(said["seal"] != meta["seal"])
        changed = store.count_since(said["generation"] + 1)
        gone = max(0, said["articles"] - store.article_count())
        return bool((changed + gone) * STALE > said["articles"])
    except (cache_file.UnusableError, LookupError, TypeError):
        return True
