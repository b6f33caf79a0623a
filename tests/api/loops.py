"""Event loops of their own for tests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from anyio.from_thread import start_blocking_portal

Result = TypeVar("Result")


def run(work: Callable[..., Awaitable[Result]], *arguments: object) -> Result:
    """Run a coroutine to its end, in a thread: the browser's driver keeps this one's loop."""
    with start_blocking_portal() as portal:
        return portal.call(work, *arguments)
