"""When to look at the folder again: on events, and regularly, since events get lost."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from index.errors import InputError, KutipError

LOG = logging.getLogger("kutip.index")
# Editors write a file in several steps; this lets them finish.
DEBOUNCE_MS = 400
# Event queues overflow and network disks send none, so the folder is scanned this often anyway.
RESCAN_MS = 20_000
# Seconds until a watcher that could not watch (no collection yet, no folder) tries again.
RETRY = 5.0
# Seconds that a look in its middle gets to end when the watcher is stopped.
GRACE = 5.0


def changes(folder: Path, *, stop: threading.Event | None = None) -> Iterator[None]:
    """Yield at once, then after each burst of changes and at least every 20 seconds.

    Ends when `stop` is set or the consumer stops. Raises InputError when there is no such folder.
    """
    from watchfiles import watch

    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; give the folder that holds the articles")
    yield
    events = watch(
        folder, debounce=DEBOUNCE_MS, rust_timeout=RESCAN_MS, yield_on_timeout=True,
        raise_interrupt=True, stop_event=stop,
    )  # fmt: skip
    for _ in events:
        if stop is not None and stop.is_set():
            return
        yield


class Watcher:
    """Calls back in a thread of its own whenever a folder may have changed, until stopped."""

    def __init__(self, folder: Callable[[], Path], look: Callable[[], object]) -> None:
        """Watch `folder()`, which may raise KutipError until there is one; `look` at changes."""
        self._folder = folder
        self._look = look
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def __enter__(self) -> Watcher:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        # An update in its middle may be left behind: what it encoded is kept.
        self._thread.join(timeout=GRACE)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                folder = self._folder()
                for _ in changes(folder, stop=self._stop):
                    self._try_to_look()
                    # Another folder may have been indexed meanwhile, or this one removed.
                    if self._folder() != folder or not folder.is_dir():
                        break
            except KutipError:
                # The page says what is missing; here it is only waited for.
                self._stop.wait(RETRY)
            except Exception:
                LOG.exception("watching failed")
                self._stop.wait(RETRY)

    def _try_to_look(self) -> None:
        try:
            self._look()
        except KutipError as error:
            LOG.warning("%s", error)
