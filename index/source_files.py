"""How files looked when they were read, in the collection's file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from index.database import Database
from index.records import SourceFile, columns_of_file, file_of_row


class SourceFiles:
    """The table of source files in a database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def known(self) -> dict[str, SourceFile]:
        """Every source file that need not be read again while it looks the same, by path."""
        rows = self._db.rows("SELECT path, stamp, skipped, kept FROM file")
        return {path: file_of_row(row) for path, *row in rows}

    def put(self, files: Mapping[str, SourceFile]) -> None:
        """Remember how files looked when they were read, inside `writing()`."""
        self._db.many(
            "INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?)",
            [(path, *columns_of_file(one)) for path, one in files.items()],
        )

    def drop(self, paths: Iterable[str]) -> None:
        """Forget files, inside `writing()`: they will be read again."""
        self._db.many("DELETE FROM file WHERE path = ?", [(path,) for path in paths])
