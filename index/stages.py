"""Where the time goes: the stages of a question or an update, timed when somebody records them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_recording: ContextVar[Stages | None] = ContextVar("stages", default=None)


class Stages:
    """Seconds spent in each stage since `recording` began, in the order they were first entered.

    A stage's time is its own: what another stage inside it took is counted there.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.seconds: dict[str, float] = {}
        self._clock = clock
        self._inner: list[float] = []

    @contextmanager
    def recording(self) -> Iterator[Stages]:
        """Record the stages that this thread passes inside the block."""
        token = _recording.set(self)
        try:
            yield self
        finally:
            _recording.reset(token)

    @contextmanager
    def _timing(self, name: str) -> Iterator[None]:
        self.seconds.setdefault(name, 0.0)
        self._inner.append(0.0)
        started = self._clock()
        try:
            yield
        finally:
            took = self._clock() - started
            self.seconds[name] += took - self._inner.pop()
            if self._inner:
                self._inner[-1] += took


def timed(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a function as a stage. It costs nothing worth measuring while nobody records."""

    def mark(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def run(*arguments: P.args, **options: P.kwargs) -> R:
            stages = _recording.get()
            if stages is None:
                return function(*arguments, **options)
            with stages._timing(name):
                return function(*arguments, **options)

        return run

    return mark
