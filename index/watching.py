"""When to look at the folder again: on events, and regularly, since events get lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from index.errors import InputError

# Editors write a file in several steps; this lets them finish.
DEBOUNCE_MS = 400
# Event queues overflow and network disks send none, so the folder is scanned this often anyway.
RESCAN_MS = 60_000


def changes(folder: Path) -> Iterator[None]:
    """Yield at once, then after each burst of changes and at least every minute.

    Ends only when the consumer stops. Raises InputError when there is no such folder.
    """
    from watchfiles import watch

    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; give the folder that holds the articles")
    yield
    events = watch(
        folder, debounce=DEBOUNCE_MS, rust_timeout=RESCAN_MS, yield_on_timeout=True,
        raise_interrupt=True,
    )  # fmt: skip
    for _ in events:
        yield
