"""One writer: a lock of the operating system, which dies with its process."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import DiskError, LockedError


@contextmanager
def writer_lock(directory: Path) -> Iterator[None]:
    """Hold the collection for writing; the lock dies with its process.

    Raises LockedError naming the holder when another process has it, and DiskError.
    """
    holder = directory / "writer.json"
    # Where the system has no locks, a file that says so would outlive its process, and its holder
    # may be taken for dead by a container with numbers of its own: two would write.
    lock = FileLock(directory / "writer.lock", fallback_to_soft=False)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise LockedError(f"{directory}: {_who(holder)} is indexing; wait, or stop it") from None
    except OSError as error:
        raise DiskError(
            f"{directory}: cannot be locked ({error.strerror or error}); check the path and its "
            "rights, or name another with --collection DIR"
        ) from None
    try:
        _sign(holder)
        yield
    finally:
        # Whatever is left is signed over by the next holder.
        _unlink(holder)
        lock.release()


def _who(holder: Path) -> str:
    try:
        who = json.loads(holder.read_text())
        return f"process {who['pid']} on {who['host']} since {who['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"


def _sign(holder: Path) -> None:
    """Leave a name for those who have to wait; that it cannot be left is no reason to stop."""
    since = time.strftime("%Y-%m-%d %H:%M:%S")
    signed = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since})
    try:
        holder.write_text(signed)
    except OSError:
        _unlink(holder)


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return
