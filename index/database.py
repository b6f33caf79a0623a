"""One SQLite file with transactions and checksums; the only importer of SQLite.

apsw brings a current SQLite of its own: system libraries before 3.51.3 have a rare corruption
race in write-ahead-log mode (sqlite.org/wal.html, "The WAL-reset bug"). Its checksum extension
(sqlite.org/cksumvfs.html) finds any flipped bit when the page is read.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw
import apsw.sqlite_extra

from index.errors import CollectionError, DiskError, InputError, LockedError

# Another process publishes a generation in milliseconds; waiting longer means it is stuck.
BUSY_MS = 10_000
# Pages that a connection keeps at most: the upper levels of the trees of a million passages.
CACHE_KIB = 64 * 1024
# What the checksum extension appends to each page.
CHECKSUM_BYTES = 8

_registering = threading.Lock()


class Database:
    """One connection. Errors are raised in Kutip's words, naming the file and the way out."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        """Open the file, or with `create` make it. Raises CollectionError, DiskError."""
        self.path = path
        _register_checksums()
        flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if create else 0)
        with self._errors():
            self._db = apsw.Connection(str(path), flags=flags)
        try:
            with self._errors():
                self._db.set_busy_timeout(BUSY_MS)
                # Tidying the log away is for writers: a reader would make a question wait for it.
                self._db.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, int(not create))
                if create and not path.stat().st_size:
                    self._db.reserve_bytes(reserve=CHECKSUM_BYTES)
                self._db.execute("PRAGMA journal_mode=WAL")
                self._db.execute("PRAGMA synchronous=FULL")
                self._db.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
                self._db.execute("PRAGMA foreign_keys=ON")
                self._db.execute("PRAGMA trusted_schema=OFF")
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        """Close the connection; further calls fail."""
        # The last connection tidies the log away; when the disk refuses, the next one does.
        try:
            self._db.close()
        except apsw.Error:
            self._db.close(True)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One consistent view for everything read inside."""
        with self._errors():
            self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._end()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: all that is written inside is seen at once, or never."""
        with self._errors():
            self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            with self._errors():
                self._db.execute("COMMIT")
        except BaseException:
            self._end()
            raise

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of one statement."""
        with self._errors():
            return list(self._db.execute(sql, values))

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """One statement for each row of values."""
        with self._errors():
            self._db.executemany(sql, rows)

    def run(self, sql: str) -> None:
        """Statements without values."""
        with self._errors():
            self._db.execute(sql)

    def damaged(self, what: str) -> CollectionError:
        """The error that says so."""
        return CollectionError(f"{self.path}: damaged ({what}); run: kutip index --rebuild")

    def _end(self) -> None:
        # An error such as a full disk may have ended the transaction already.
        if self._db.in_transaction:
            try:
                self._db.execute("ROLLBACK")
            except apsw.Error:
                self._db.close(True)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except UnicodeEncodeError as error:
            raise InputError(f"{error.object!a}: not Unicode text; rename it") from None
        except (apsw.BusyError, apsw.LockedError):
            raise LockedError(f"{self.path}: another process is writing; try again") from None
        except (apsw.CorruptError, apsw.NotADBError, apsw.SQLError, apsw.MismatchError) as error:
            # The statements are fixed: one that fails has met tables that are not ours.
            raise self.damaged(str(error)) from None
        except apsw.FullError:
            raise DiskError(f"{self.path}: the disk is full; free some and index again") from None
        except apsw.IOError as error:
            if getattr(error, "extendedresult", None) == apsw.SQLITE_IOERR_DATA:
                raise self.damaged("a checksum does not match") from None
            raise DiskError(f"{self.path}: {error}; check the disk and its rights") from None
        except (apsw.NoMemError, MemoryError):
            raise DiskError(f"{self.path}: out of memory; close other programs") from None
        except apsw.Error as error:
            raise DiskError(f"{self.path}: {error}; check the disk and its rights") from None


def _register_checksums() -> None:
    """Once a process: SQLite files are then checked page by page as they are read."""
    with _registering:
        if "cksmvfs" in apsw.vfs_names() or not apsw.sqlite_extra.has("cksumvfs"):
            return
        connection = apsw.Connection(":memory:")
        connection.enable_load_extension(True)
        apsw.sqlite_extra.load(connection, "cksumvfs")
        connection.close()
