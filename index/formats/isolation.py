"""Parsing in another process, so that no file can take this one down.

One process serves file after file. When it crashes, hangs or runs out of memory, it is ended and
replaced, what it was reading is reported, and the rest goes on.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from index.article import Page, Skipped
from index.formats.archives import Begun
from index.formats.limits import MAX_MEMORY, MAX_SECONDS, MAX_WAIT
from index.formats.parsing import Parsed
from index.formats.wire import DONE, HEADER, MEMORY, MORE, frame, from_message, length, message

# An archive whose entries keep killing the parser is not worth the time.
MAX_DEATHS = 5

_ROOT = Path(__file__).parents[2]
_COMMAND = (sys.executable, "-P", "-m", "index.formats.worker")

Pieces = Callable[[], bytes]


class _DiedError(Exception):
    """The process ended in the middle of a file; the message says why."""


class IsolatedParser:
    """Files to pages by way of a process of its own. Use as a context manager."""

    def __init__(self, *, command: Sequence[str] = _COMMAND, seconds: float | None = None) -> None:
        """Name the command; nothing is started before there is a file to parse."""
        self._command = command
        self._seconds = MAX_WAIT if seconds is None else seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._received = bytearray()
        self._selector = selectors.DefaultSelector()

    def __enter__(self) -> IsolatedParser:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        self._received.clear()
        if process is None:
            return
        self._selector.close()
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def parse(
        self, identity: str, name: str, reopen: Callable[[], Pieces]
    ) -> Iterator[Page | Skipped]:
        """The pages of a file called `name`, and what of it cannot be read.

        `reopen` gives the file's bytes from the start: a function that returns the next piece, of
        PIECE bytes but for the last. An archive goes on after an entry that killed the parser.
        """
        start = 0
        for _ in range(MAX_DEATHS):
            begun: Begun | None = None
            try:
                for item in self._run(identity, name, start, reopen()):
                    if isinstance(item, Begun):
                        begun = item
                    else:
                        yield item
                return
            except _DiedError as death:
                yield Skipped(begun.id if begun else identity, str(death), passing=True)
            if begun is None:
                return
            start = begun.number + 1
        why = "too many of its entries cannot be read: the rest is left out"
        yield Skipped(identity, why, passing=True)

    def _run(self, identity: str, name: str, start: int, pieces: Pieces) -> Iterator[Parsed]:
        if self._process is not None and self._process.poll() is not None:
            self.close()  # it died between two files, which is neither's fault
        job = message({"id": identity, "name": name, "start": start})
        self._send(job + frame(pieces()))
        finished = False
        try:
            while True:
                received = self._receive()
                if received == MORE:
                    self._send(frame(pieces()))
                elif received == DONE:
                    finished = True
                    return
                elif received == MEMORY:
                    raise _DiedError(f"needs more than {MAX_MEMORY >> 30} GiB of memory to read")
                else:
                    yield from_message(received)
        except (ValueError, TypeError, KeyError):
            raise _DiedError("the parser gave nonsense") from None
        finally:
            if not finished:  # also when nobody wants the rest: a new file needs a new start
                self.close()

    def _send(self, data: bytes) -> None:
        pipe = self._started().stdin
        assert pipe is not None  # noqa: S101  asked for when it was started
        try:
            pipe.write(data)
            pipe.flush()
        except OSError:
            raise _DiedError(self._cause()) from None

    def _receive(self) -> dict[str, object]:
        count = length(self._read(HEADER))
        value = json.loads(self._read(count))
        if not isinstance(value, dict):
            raise ValueError("no object")
        return value

    def _read(self, count: int) -> bytes:
        pipe = self._started().stdout
        assert pipe is not None  # noqa: S101
        end = time.monotonic() + self._seconds
        while len(self._received) < count:
            if not self._selector.select(max(0.0, end - time.monotonic())):
                raise _DiedError(f"takes longer than {self._seconds:g} s to read")
            piece = os.read(pipe.fileno(), 1 << 18)
            if not piece:
                raise _DiedError(self._cause())
            self._received += piece
        taken = bytes(self._received[:count])
        del self._received[:count]
        return taken

    def _cause(self) -> str:
        code = 0
        if self._process:
            with suppress(subprocess.TimeoutExpired):
                code = self._process.wait(timeout=1)
        if code == -getattr(signal, "SIGXCPU", 0) != 0:
            return f"takes longer than {MAX_SECONDS} s to read"
        how = f" ({signal.Signals(-code).name})" if code < 0 else ""
        return f"crashed the parser{how}"

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603  our own command
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": str(_ROOT)},
            )  # fmt: skip
            self._received.clear()
            self._selector = selectors.DefaultSelector()
            assert self._process.stdout is not None  # noqa: S101
            self._selector.register(self._process.stdout, selectors.EVENT_READ)
        return self._process
