"""Files as the file system shows them: read whole or not at all, and known again without reading.

A stamp is a file's size, times of modification and of change, and inode. The kernel sets the
time of change at every write, rename and chmod and no program can set it back, so an edit shows
even when size and modification time are the old ones. A file written within the clock's tick of
being read could change again without a trace ("racily clean": git-scm.com/docs/racy-git); it
gets no stamp and is read again the next time.
"""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

# The coarsest clock of a file system in use (FAT): 2 s.
COARSEST_TICK_NS = 2_000_000_000
# A file is read when it has rested so long: ten ticks of a timer by which Linux stamps files, two
# writes within which look like one, and longer than a writer rests between two pieces.
REST_NS = 100_000_000
TRIES = 3


class NotReadableError(Exception):
    """A file that is no article now; the message says why."""


def stamp_of(found: os.stat_result) -> str:
    """What tells a file from its changed self."""
    return f"{found.st_size}:{found.st_mtime_ns}:{found.st_ctime_ns}:{found.st_ino}"


def lasting_stamp(found: os.stat_result) -> str | None:
    """A stamp that any later change will differ from; None while the file is too fresh for one."""
    return None if _fresh(found, COARSEST_TICK_NS) else stamp_of(found)


def read_whole(path: Path, *, limit: int) -> tuple[bytes, str | None]:
    """At most `limit` bytes of a regular file, as they were at one moment, and its stamp.

    The stamp is None while the file is too fresh for one. Raises NotReadableError for what is not
    a file or is being written all the time, and OSError.
    """
    for _ in range(TRIES):
        # O_NONBLOCK: opening a FIFO that nobody writes to would otherwise wait for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            before = os.fstat(descriptor)
            if not stat.S_ISREG(before.st_mode):
                raise NotReadableError("not a regular file")
            # While a file is being emptied, some file systems (tmpfs) show it empty with its old
            # times.
            if not before.st_size or _fresh(before, REST_NS):
                time.sleep(REST_NS / 1e9)
            data = file.read(limit)
            if before.st_size and not data:
                time.sleep(REST_NS / 1e9)
            # A file that had rested shows any write since by its time of change.
            if stamp_of(before) == stamp_of(os.fstat(descriptor)):
                return data, lasting_stamp(before)
    raise NotReadableError("being written while it was read; it is read the next time")


def _fresh(found: os.stat_result, tick: int) -> bool:
    """Whether a file was changed so near to now that another change may look the same.

    A time far ahead is no reason: the next change will be stamped with the clock's time.
    """
    now = time.time_ns()
    return min(abs(now - found.st_mtime_ns), abs(now - found.st_ctime_ns)) < tick
