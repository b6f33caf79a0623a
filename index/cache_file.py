"""The cache file: arrays made from the store, mapped into memory, never the only copy of anything.

It is written beside its name, synced and renamed, so it is there whole or not at all. Each array
has a checksum, and all of them are verified whenever the file is opened: one that is damaged
counts as absent. Nothing in it is ever executed or unpickled.
"""

from __future__ import annotations

import json
import mmap
import os
import weakref
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from io import BufferedReader
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.errors import DiskError

FILE = "searchers.cache"

Arrays = Mapping[str, npt.NDArray[Any]]

_MAGIC = b"KUTIPARR"
_LAYOUT = 2  # raised when what stands in the arrays changes
_AT_ONCE = 2**20  # bytes, what a processor's cache holds
_ALIGNED = 64  # bytes, as NumPy likes its arrays
_LARGE = 2**30  # bytes; a smaller file may be mapped whole


class UnusableError(Exception):
    """The file is absent, damaged or of another layout."""


class Mapped(Mapping[str, npt.NDArray[Any]]):
    """The arrays of the file by name, read-only, where they lie in the mapped file."""

    def __init__(
        self, memory: mmap.mmap, arrays: Arrays, descriptor: int, starts: Mapping[str, int]
    ) -> None:
        """Take a mapped file, what lies in it from which byte on, and its descriptor to close."""
        self._memory, self._arrays = memory, arrays
        self._descriptor, self._starts = descriptor, starts
        weakref.finalize(self, os.close, descriptor)

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        return self._arrays[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    def let_go(self) -> None:
        """Stop counting what was looked at of a large file as this process's memory.

        Nothing is lost: looked at again, it comes from the system's cache of the file.
        """
        if len(self._memory) > _LARGE and hasattr(mmap, "MADV_DONTNEED"):  # not on Windows
            self._memory.madvise(mmap.MADV_DONTNEED)

    def take(self, name: str, rows: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
        """Rows of an array, read without being mapped: around each, a system maps 64 kB and more.

        Raises DiskError.
        """
        array = self._arrays[name]
        if not hasattr(os, "pread"):  # on Windows
            return np.asarray(array[rows])
        start, size = self._starts[name], array.strides[0]
        try:
            read = b"".join(
                [os.pread(self._descriptor, size, start + size * row) for row in rows.tolist()]
            )
            return np.frombuffer(read, array.dtype).reshape(len(rows), *array.shape[1:])
        except (OSError, ValueError) as error:
            raise DiskError(f"{FILE}: cannot be read ({error}); ask again") from None


def write(directory: Path, facts: Mapping[str, Any], arrays: Arrays) -> None:
    """Replace the file in `directory`. Raises OSError; the old file then stays as it was."""
    placed, offset = {}, 0
    for name, array in arrays.items():
        offset = -(-offset // _ALIGNED) * _ALIGNED
        placed[name] = (array.dtype.str, array.shape, offset, _checksum(array))
        offset += array.nbytes
    said = json.dumps({"layout": _LAYOUT, "facts": facts, "arrays": placed}).encode()
    said += b" " * (-(len(said) + 20) % _ALIGNED)
    temporary = directory / f"{FILE}-{os.getpid()}-{os.urandom(4).hex()}"
    try:
        with temporary.open("wb") as file:
            file.write(_MAGIC + len(said).to_bytes(8, "little"))
            file.write(zlib.crc32(said).to_bytes(4, "little") + said)
            start = file.tell()
            for name, array in arrays.items():
                file.write(bytes(start + placed[name][2] - file.tell()))
                file.write(_bytes(array))
            file.flush()
            os.fsync(file.fileno())
        with suppress(OSError):  # only an empty folder gives way
            os.rmdir(directory / FILE)
        os.replace(temporary, directory / FILE)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    with suppress(OSError):  # the name need not survive a power loss
        folder = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def read(directory: Path, *, verify: bool = True) -> tuple[dict[str, Any], Mapped | None]:
    """The facts and, unless not to `verify`, the arrays. Raises UnusableError."""
    try:
        with (directory / FILE).open("rb") as file:
            head = file.read(20)
            size, checksum = head[8:16], head[16:]
            length = int.from_bytes(size, "little")
            # Only what the file can hold: a damaged length would ask for all there is of memory.
            fits = head[:8] == _MAGIC and length <= os.fstat(file.fileno()).st_size
            said = file.read(length) if fits else b""
            if not said or zlib.crc32(said) != int.from_bytes(checksum, "little"):
                raise UnusableError("damaged")
            stated = json.loads(said)
            if stated["layout"] != _LAYOUT:
                raise UnusableError("of another layout")
            if not verify:
                return stated["facts"], None
            start = file.tell()
            for kind, shape, offset, wanted in stated["arrays"].values():
                size = int(np.prod(shape, dtype=np.int64)) * np.dtype(kind).itemsize
                if _checksum_of(file, start + offset, size) != wanted:
                    raise UnusableError("damaged")
            memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            descriptor = os.dup(file.fileno())
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise UnusableError(str(error)) from None
    starts = {name: start + offset for name, (_, _, offset, _) in stated["arrays"].items()}
    arrays: dict[str, npt.NDArray[Any]] = {}
    mapped = Mapped(memory, arrays, descriptor, starts)
    for name, (kind, shape, *_) in stated["arrays"].items():
        try:
            arrays[name] = np.frombuffer(
                memory, np.dtype(kind), int(np.prod(shape, dtype=np.int64)), starts[name]
            ).reshape(shape)
        except (ValueError, TypeError) as error:
            raise UnusableError(str(error)) from None
    return stated["facts"], mapped


def tidy(directory: Path) -> None:
    """Remove what interrupted writers left behind."""
    for path in directory.glob(f"{FILE}-*"):
        with suppress(OSError):
            path.unlink()


def _checksum_of(file: BufferedReader, start: int, size: int) -> int:
    """That of a stretch of the file. Read and not mapped: what is only verified stays nowhere."""
    file.seek(start)
    checksum, buffer = 0, memoryview(bytearray(min(size, _AT_ONCE)))
    while size and (count := file.readinto(buffer[: min(size, _AT_ONCE)])):
        checksum = zlib.crc32(buffer[:count], checksum)
        size -= count
    return checksum


def _checksum(array: npt.NDArray[Any]) -> int:
    return zlib.crc32(_bytes(array))


def _bytes(array: npt.NDArray[Any]) -> memoryview:
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8).data
