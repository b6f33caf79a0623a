"""A file's bytes as the parsers take them: in order, piece by piece, never more than allowed."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import Protocol

from index.formats.limits import (
    MAX_RATIO,
    MAX_UNPACKED,
    MAX_WHOLE,
    RATIO_COUNTS_FROM,
    too_long,
)

# As much as is unpacked at a time, whatever is asked for.
PIECE = 1 << 20


class Readable(Protocol):
    """Bytes in order."""

    def read(self, size: int = -1, /) -> bytes | None:
        """The next bytes, at most `size`; none at the end."""


class Lined(Readable, Protocol):
    """Bytes in order, by lines too."""

    def readline(self, size: int | None = -1, /) -> bytes:
        """The next line with its break, at most `size` bytes of it."""


class Peekable(Lined, Protocol):
    """The same, and the first bytes can be seen before they are taken."""

    def peek(self, size: int = 0, /) -> bytes:
        """The next bytes, which stay to be read."""


class RefusedError(Exception):
    """The file, or what is left of it, is not read; the message says why."""


class Feed(io.RawIOBase):
    """A readable stream over a function that returns the next piece, empty at the end."""

    def __init__(self, more: Callable[[], bytes]) -> None:
        self._more = more
        self._piece = memoryview(b"")

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill a buffer from the current piece, or the next."""
        if not self._piece:
            self._piece = memoryview(self._more())
        count = min(len(buffer), len(self._piece))
        buffer[:count] = self._piece[:count]
        self._piece = self._piece[count:]
        return count


class Gunzip(io.RawIOBase):
    """The unpacked bytes of a gzip stream, however many members; guarded against bombs.

    A stream that ends early or is damaged ends here too: `damage` then says so.
    """

    def __init__(self, packed: Readable) -> None:
        self._packed = packed
        self._left = b""
        self._member = zlib.decompressobj(wbits=31)
        self._read = 0
        self._made = 0
        self.damage: str | None = None

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill a buffer; 0 at the end. Raises RefusedError for a bomb."""
        if not len(buffer):
            return 0
        while self.damage is None:
            if not self._left:
                self._left = self._packed.read(PIECE) or b""
                self._read += len(self._left)
            if not self._left:
                if self._read and not self._member.eof:
                    self.damage = "the gzipped data ends early; what follows is lost"
                break
            if self._member.eof:
                if not (rest := self._left.lstrip(b"\0")):  # padding, which gzip(1) ignores too
                    self._left = b""
                    continue
                self._left = rest
                self._member = zlib.decompressobj(wbits=31)
            made = self._unpack(min(len(buffer), PIECE))
            if made:
                self._made += len(made)
                check_ratio(self._read, self._made)
                buffer[: len(made)] = made
                return len(made)
        return 0

    def _unpack(self, limit: int) -> bytes:
        try:
            made = self._member.decompress(self._left, limit)
        except zlib.error:
            self.damage = "the gzipped data is damaged; what follows is lost"
            return b""
        self._left = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
        return made


def check_ratio(packed: int, unpacked: int) -> None:
    """Raise RefusedError when so much out of so little can only be a bomb."""
    if unpacked > MAX_UNPACKED:
        raise RefusedError(f"unpacked {too_long(MAX_UNPACKED)}")
    if unpacked > RATIO_COUNTS_FROM and unpacked > MAX_RATIO * packed:
        raise RefusedError(f"a bomb: unpacks to more than {MAX_RATIO} times its size")


def read_up_to(stream: Readable, limit: int = MAX_WHOLE) -> bytes:
    """Everything in a stream. Raises RefusedError beyond `limit` bytes."""
    whole = io.BytesIO()
    while piece := stream.read(PIECE):
        whole.write(piece)
        if whole.tell() > limit:
            raise RefusedError(too_long(limit))
    return whole.getvalue()
