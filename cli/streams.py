"""The three standard streams: what may be wrong with them, and writing to them all the same.

A stream may be closed, be full, have lost its reader, or be in an encoding that lacks what an
article says.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import TextIO

from index.errors import DiskError, InputError


class Draft(io.StringIO):
    """What will be written to a stream, and like it in what decides how text is drawn."""

    def __init__(self, stream: TextIO | None) -> None:
        super().__init__()
        self._stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The stream's encoding."""
        return getattr(self._stream, "encoding", None) or "utf-8"

    def isatty(self) -> bool:
        """Whether the stream is a terminal."""
        return self._stream is not None and self._stream.isatty()


def ready_streams() -> None:
    """Make the standard streams fit to be written to, whatever this process was given."""
    # A file opened while one of the three is closed would get its number, and what any library
    # writes to standard error would end in it.
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the least free number, which is this one
    if sys.stderr is None:
        _silence_messages()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # What the encoding lacks is shown as an escape.
            stream.reconfigure(errors="backslashreplace")


def read_input() -> bytes:
    """All of standard input. Raises InputError where there is none, and OSError."""
    if sys.stdin is None:
        raise InputError("standard input is closed; pipe the questions in, or name a file")
    return sys.stdin.buffer.read()


def write_data(text: str, *, utf_8: bool) -> None:
    """Write to standard output, at once; JSON is UTF-8 wherever it goes.

    Raises DiskError where it cannot be written, and SystemExit when its reader went away.
    """
    if sys.stdout is None:
        raise DiskError("cannot write the output (it is closed); check where it goes")
    if utf_8 and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        sys.stdout = None  # type: ignore[assignment]  # or it would be tried again at the end
        if isinstance(error, BrokenPipeError):
            # The reader has what it wanted, as `| head` does; leave without a word.
            raise SystemExit(0) from None
        raise DiskError(
            f"cannot write the output ({error.strerror}); check where it goes"
        ) from None


def write_message(text: str) -> None:
    """Write to standard error; that nobody hears it alters nothing that Kutip does."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        _silence_messages()


def _silence_messages() -> None:
    with suppress(OSError):
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # as long as we live
