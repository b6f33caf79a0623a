"""Child processes that do a piece of work and die a real death."""

from __future__ import annotations

import gc
import os
import signal
import time
from collections.abc import Callable

PATIENCE_SECONDS = 60  # a child under test ends in well under ten


def start(work: Callable[[], object], *, keep: tuple[int, ...] = ()) -> int:
    """Run the work in a child process; its id.

    The child keeps only the named file descriptors and the standard three: another's pipe, held
    open here, would keep a browser's driver waiting for its end.
    """
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        # What the parent left to be collected may wait, on its way out, for threads that this
        # process never had.
        gc.freeze()
        below = 3
        for descriptor in (*sorted(keep), os.sysconf("SC_OPEN_MAX")):
            os.closerange(below, descriptor)
            below = descriptor + 1
        work()
        code = 0
    except KeyboardInterrupt:
        code = 130
    finally:
        os._exit(code)


def end(child: int, *, patience: float = PATIENCE_SECONDS) -> int:
    """Wait for a child; its exit code, negative for a signal. A child that hangs is killed."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    kill(child)
    raise AssertionError(f"process {child} had not ended after {patience} s")


def kill(child: int) -> None:
    """End a child that would not end by itself."""
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def stop(child: int, how: signal.Signals, after: float) -> tuple[int, float]:
    """Send a signal after some seconds; the exit code and how long the end took."""
    time.sleep(after)
    started = time.perf_counter()
    os.kill(child, how)
    code = end(child)
    return code, time.perf_counter() - started
