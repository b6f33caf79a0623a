"""A disk that fails at the n-th operation, and a process that dies there.

Every write, sync, truncation, deletion, renaming and creation of an update counts: SQLite's own,
through a VFS below it, and Kutip's, through `os`. A child process runs the update, so its death
is a real one. The idea is SQLite's (sqlite.org/testing.html, "Crash Testing"; src/test6.c).
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import random
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import apsw

from index.errors import DiskError
from tests.faults.children import end, start

KILLED, FAILED, DONE, WRONG = 77, 3, 0, 99


@dataclass
class Fault:
    """What happens at operation `at` (from 1): the process dies, or the disk refuses.

    With `power` a death also loses writes that were not synced: all of them, some (seeded), or
    they become garbage. With `lasting` the disk refuses everything from then on.
    """

    at: int = 0
    kind: str = "kill"  # or "full" or "io"
    power: str = "kept"  # or "dropped", "some", "garbage"
    lasting: bool = False

    def __post_init__(self) -> None:
        self.count = 0
        # By file: where something was written since the last sync, what was there, how long it was.
        self.unsynced: dict[str, list[tuple[int, bytes, int]]] = {}

    def step(self, what: str) -> None:
        """Count an operation that is about to happen."""
        self.count += 1
        if self.count == self.at or (self.lasting and self.at and self.count > self.at):
            if self.kind == "kill":
                self.lose_power()
                os._exit(KILLED)
            if what == "sqlite":
                raise apsw.FullError() if self.kind == "full" else apsw.IOError()
            code = errno.ENOSPC if self.kind == "full" else errno.EIO
            raise OSError(code, os.strerror(code))

    def before_write(self, name: str, offset: int, length: int) -> None:
        """Remember what a write is about to replace."""
        if self.power != "kept":
            with open(name, "rb") as file:
                file.seek(offset)
                size = os.fstat(file.fileno()).st_size
                self.unsynced.setdefault(name, []).append((offset, file.read(length), size))

    def lose_power(self) -> None:
        """What was not synced may be there or not, in any order."""
        dice = random.Random(self.at)
        for name, writes in self.unsynced.items():
            if not os.path.exists(name):
                continue
            with open(name, "r+b") as file:
                for offset, old, size in reversed(writes):
                    if self.power == "some" and dice.random() < 0.5:
                        continue
                    file.seek(offset)
                    if self.power == "garbage":
                        file.write(dice.randbytes(len(old) or 512))
                    else:
                        file.write(old)
                        if size < offset + len(old) or not old:
                            file.truncate(size)


class _File(apsw.VFSFile):
    def __init__(self, base: str, name: object, flags: list[int], fault: Fault) -> None:
        super().__init__(base, name, flags)
        self._name = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        self._fault = fault

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._fault.step("sqlite")
        self._fault.before_write(self._name, offset, len(data))
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._fault.step("sqlite")
        super().xSync(flags)
        self._fault.unsynced.pop(self._name, None)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self._fault.step("sqlite")
        super().xTruncate(size)


class _Disk(apsw.VFS):
    def __init__(self, fault: Fault) -> None:
        self._fault = fault
        self._base = "cksmvfs" if "cksmvfs" in apsw.vfs_names() else "unix"
        super().__init__("faulty", self._base)

    def xOpen(self, name: object, flags: list[int]) -> _File:  # noqa: N802
        return _File(self._base, name, flags, self._fault)

    def xDelete(self, name: str, sync: bool) -> None:  # noqa: N802
        self._fault.step("sqlite")
        super().xDelete(name, sync)


def run(work: Callable[[], object], directory: Path, fault: Fault) -> tuple[int, int]:
    """Do the work in a child process on a faulty disk; its exit status and operations.

    KILLED, FAILED (one DiskError), DONE, or WRONG with a traceback on standard error.
    """
    reading, writing = os.pipe()

    def on_the_disk() -> None:
        code = WRONG
        try:
            disk = _Disk(fault)
            apsw.set_default_vfs("faulty")
            with _watching(directory, fault):
                work()
            code = DONE
            del disk
        except DiskError as error:
            code = FAILED if "\n" not in str(error) else WRONG
        except BaseException:
            traceback.print_exc()
        finally:
            os.write(writing, str(fault.count).encode())
            os._exit(code)

    child = start(on_the_disk, keep=(writing,))
    os.close(writing)
    try:
        code = end(child)
        return code, int(os.read(reading, 64) or 0)
    finally:
        os.close(reading)


@contextlib.contextmanager
def _watching(directory: Path, fault: Fault):
    """Count what is done to files of the collection without SQLite."""

    def counted(real: Callable, changes: Callable[..., bool]) -> Callable:
        def call(path: object, *rest: object, **options: object) -> object:
            own = isinstance(path, str | os.PathLike) and Path(path).is_relative_to(directory)
            if own and changes(*rest, **options):
                fault.step("os")
            return real(path, *rest, **options)

        return call

    def always(*rest: object, **options: object) -> bool:
        return True

    def to_write(mode: str = "r", *rest: object, **options: object) -> bool:
        return "r" not in mode

    real = (os.open, os.unlink, os.replace, os.rename, os.mkdir, io.open)
    os.open, os.unlink, os.replace = (counted(one, always) for one in real[:3])
    os.rename, os.mkdir = (counted(one, always) for one in real[3:5])
    io.open = counted(real[5], to_write)
    try:
        yield
    finally:
        os.open, os.unlink, os.replace, os.rename, os.mkdir, io.open = real
