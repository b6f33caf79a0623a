"""One update of a collection at a time, that anyone may start, watch and cancel."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from index.collection import Collection
from index.errors import CollectionError, KutipError, LockedError
from index.report import Report

LOG = logging.getLogger("kutip.index")
# Seconds between two steps that are shown: faster than this only costs the browser work.
INTERVAL = 0.25
# A thread this nice gets a tenth of a core that others want, and all of one that nobody wants.
NICE = 10


@dataclass(frozen=True, slots=True)
class Step:
    """A state of an update: where it is, or how it ended.

    `cancelling` says that a cancel waits for the batch in hand. `error` is None for an exception
    that is not Kutip's own (it is logged).
    """

    progress: tuple[str, int, int] | None = None
    cancelling: bool = False
    report: Report | None = None
    cancelled: bool = False
    error: KutipError | None = None

    @property
    def running(self) -> bool:
        """Whether the update goes on after this step."""
        return self.progress is not None


class _CancelledError(Exception):
    """Raised out of the update's progress callback."""


class Updates:
    """The updates of one collection that this process makes. Safe to use from several threads."""

    def __init__(self, collection: Collection, *, first: Path | None = None) -> None:
        """Update this collection from its own folder, or from `first` while it has none."""
        self._collection = collection
        self._first = first
        self._changing = threading.Lock()
        self._cancel = threading.Event()
        self._state: Step | None = None
        # While a quiet update runs: what was said before it.
        self._kept: tuple[Step | None, ...] = ()
        self._known: Path | None = None

    def folder(self) -> Path:
        """The folder an update reads. Raises CollectionError when there is none.

        Of a collection that was deleted it is the one it had.
        """
        try:
            self._known = self._collection.folder()
        except CollectionError:
            if self._known is None:
                if self._first is None:
                    raise
                return self._first.resolve()
        return self._known

    @property
    def state(self) -> Step | None:
        """The running update, or how the last one ended, or None before the first."""
        state = self._state
        if state is not None and state.running:
            return replace(state, cancelling=self._cancel.is_set())
        return state

    def start(self, *, quiet: bool = False) -> None:
        """Start an update, which goes on by itself. Raises LockedError when one is running.

        A `quiet` one that finds nothing new leaves what is said of the last one.
        """
        with self._changing:
            before = self._state
            if self._state is not None and self._state.running:
                if self._kept and not quiet:
                    self._kept = ()  # the one that runs is asked for now: say what it did
                    return
                raise LockedError("an update is already running; wait for it or cancel it")
            self._cancel.clear()
            # Before anything says that it runs: a machine may have no thread left.
            threading.Thread(target=self._work, name="update", daemon=True).start()
            self._state = Step(progress=("", 0, 0))
            self._kept = (before,) if quiet else ()

    def watch(self) -> Iterator[Step]:
        """The steps of the running update until it ends; the last one is how it ended.

        Nothing when there was no update yet.
        """
        while (state := self.state) is not None:
            yield state
            if not state.running:
                return
            time.sleep(INTERVAL)

    def cancel(self) -> bool:
        """Ask the running update to stop, which it does between two batches; False without one."""
        with self._changing:  # or it might be the next one that stops
            state = self._state
            if state is None or not state.running:
                return False
            self._cancel.set()
            return True

    def _work(self) -> None:
        _give_way()

        def tell(stage: str, done: int, total: int) -> None:
            if self._cancel.is_set():
                raise _CancelledError
            self._state = Step(progress=(stage, done, total))

        last = Step()
        try:
            last = Step(report=self._collection.update(self.folder(), progress=tell))
        except _CancelledError:
            last = Step(cancelled=True)
        except KutipError as error:
            last = Step(error=error)
        except Exception:
            LOG.exception("an update failed")
        finally:
            # A report is false when readers cannot tell the difference.
            nothing_new = last.report is not None and not last.report
            with self._changing:
                # An error is not said on: its cause is gone.
                said = self._kept[0] if self._kept and nothing_new else last
                self._state = last if said is not None and said.error is not None else said
                self._kept = ()


def _give_way() -> None:
    """Let questions go before this thread and those it starts, where threads have a priority."""
    if sys.platform == "linux":
        me = threading.get_native_id()
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, me, max(NICE, os.getpriority(os.PRIO_PROCESS, me)))
