"""One update of the collection at a time, that can be watched and cancelled."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from index.collection import Collection
from index.errors import KutipError, LockedError
from index.updating import Update

LOG = logging.getLogger("kutip.page")
# Seconds between two steps that are shown: faster than this only costs the browser work.
INTERVAL = 0.25


@dataclass(frozen=True, slots=True)
class Step:
    """A state of an update: where it is, or how it ended.

    `cancelling` says that a cancel waits for the batch in hand. `error` is None for an exception
    that is not Kutip's own (it is logged).
    """

    progress: tuple[str, int, int] | None = None
    cancelling: bool = False
    report: Update | None = None
    cancelled: bool = False
    error: KutipError | None = None


class _CancelledError(Exception):
    """Raised out of the update's progress callback."""


class Updates:
    """The updates of one collection."""

    def __init__(self, collection: Collection) -> None:
        """Update this collection from its own folder."""
        self._collection = collection
        self._running = threading.Lock()
        self._cancel = threading.Event()

    def run(self) -> Iterator[Step]:
        """Update the collection, yielding steps; the last one has no `progress`.

        The update goes on when the caller stops listening.
        """
        if not self._running.acquire(blocking=False):
            yield Step(error=LockedError("an update is already running; wait for it or cancel it"))
            return
        self._cancel.clear()
        steps: queue.SimpleQueue[Step] = queue.SimpleQueue()
        threading.Thread(target=self._work, args=(steps,), name="update", daemon=True).start()
        latest = Step(progress=("", 0, 0))
        while latest.progress is not None:
            yield replace(latest, cancelling=self._cancel.is_set())
            time.sleep(INTERVAL)
            with suppress(queue.Empty):
                while True:
                    latest = steps.get_nowait()
        yield latest

    def cancel(self) -> None:
        """Ask the running update, if any, to stop; it does between two batches."""
        self._cancel.set()

    def _work(self, steps: queue.SimpleQueue[Step]) -> None:
        def tell(stage: str, done: int, total: int) -> None:
            if self._cancel.is_set():
                raise _CancelledError
            steps.put(Step(progress=(stage, done, total)))

        last = Step()
        try:
            last = Step(report=self._collection.update(self._collection.folder(), progress=tell))
        except _CancelledError:
            last = Step(cancelled=True)
        except KutipError as error:
            last = Step(error=error)
        except Exception:
            LOG.exception("an update failed")
        finally:
            self._running.release()
            steps.put(last)
