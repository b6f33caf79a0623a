"""The parsing process: takes files on its input, gives pages on its output, and may die.

Run as `python -m index.formats.worker` by `isolation`. It limits its own memory and time, cannot
write files, and never opens one that it is given: bytes come from the parent.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from contextlib import suppress
from typing import BinaryIO

from index.formats.feed import PIECE, Feed
from index.formats.limits import MAX_MEMORY, MAX_SECONDS
from index.formats.parsing import parse
from index.formats.wire import DONE, HEADER, MEMORY, MORE, length, message, to_message

OUT_OF_MEMORY = 3


def main() -> int:
    """Serve the parent until it closes the input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then leaves
    asked = sys.stdin.buffer
    # Whatever a library prints goes nowhere near the frames.
    told = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=1 << 18)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    _limit_memory_and_files()
    while job := _read(asked):
        try:
            _serve(json.loads(job), asked, told)
        except MemoryError:
            told.write(message(MEMORY))
            told.flush()
            return OUT_OF_MEMORY
    return 0


def _serve(job: dict[str, object], asked: BinaryIO, told: BinaryIO) -> None:
    piece = _read(asked)  # the first comes unasked
    taken = False

    def more() -> bytes:
        nonlocal piece, taken
        if taken and len(piece) < PIECE:
            return b""  # a short piece was the last
        if taken:
            told.write(message(MORE))
            told.flush()
            piece = _read(asked)
        taken = True
        _limit_time()
        return piece

    stream = io.BufferedReader(Feed(more))
    for item in parse(str(job["id"]), str(job["name"]), stream, start=int(str(job["start"]))):
        sent = to_message(item)
        told.write(message(sent))
        if "begun" in sent:
            told.flush()
            _limit_time()
    told.write(message(DONE))
    told.flush()


def _read(asked: BinaryIO) -> bytes:
    header = asked.read(HEADER)
    return asked.read(length(header)) if len(header) == HEADER else b""


def _limit_memory_and_files() -> None:
    try:
        import resource
    except ImportError:  # not on this system; the parent's clock remains
        return
    for kind, wanted in (
        (resource.RLIMIT_AS, MAX_MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with suppress(ValueError, OSError):  # a system may not have this limit
            resource.setrlimit(kind, (limit, limit))


def _limit_time() -> None:
    """The system ends this process when the next step takes too long, parent or no parent."""
    try:
        import resource
    except ImportError:
        return
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    limit = int(used) + 1 + MAX_SECONDS
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


if __name__ == "__main__":
    sys.exit(main())
