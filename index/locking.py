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

from index.errors import LockedError


@contextmanager
def writer_lock(directory: Path) -> Iterator[None]:
    """Hold the collection for writing; the lock dies with its process.

    Raises LockedError naming the holder when another process has it.
    """
    directory.mkdir(parents=True, exist_ok=True)
    holder = directory / "writer.json"
    lock = FileLock(directory / "writer.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        try:
            who = json.loads(holder.read_text())
            name = f"process {who['pid']} on {who['host']} since {who['since']}"
        except (OSError, ValueError, KeyError):
            name = "another process"
        raise LockedError(f"{directory}: {name} is indexing; wait for it, or stop it") from None
    try:
        since = time.strftime("%Y-%m-%d %H:%M:%S")
        holder.write_text(
            json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since})
        )
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()
