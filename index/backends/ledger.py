"""What a collection keeps in its own store for passages that an engine searches.

In how many passages each term stands, and which rows of the engine no longer belong. It is written
in the transaction that publishes a generation, so it is always that generation's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from index.database import Database

_TABLES = """
CREATE TABLE IF NOT EXISTS frequency (
    term TEXT PRIMARY KEY, passages INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS retired (
    place TEXT NOT NULL, article TEXT NOT NULL, passages INTEGER NOT NULL,
    generation INTEGER NOT NULL, at REAL NOT NULL, PRIMARY KEY (place, article)
) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Retired:
    """Rows at `place` that are of no generation from `generation` on.

    Those of an article, by its key and how many they are; all of the collection there where
    `article` is empty. `at` is when, in seconds since 1970.
    """

    place: str
    article: str
    passages: int
    generation: int
    at: float


class Ledger:
    """The ledger in a store's database; changes belong inside `Store.writing()`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def begin(self) -> None:
        """Make the tables where there are none."""
        self._db.run(_TABLES)

    def end(self) -> None:
        """Forget the frequencies: the collection searches for itself again."""
        self._db.run("DELETE FROM frequency")

    def frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many passages each of these terms stands; those that stand in any."""
        sql = "SELECT term, passages FROM frequency WHERE term IN (SELECT value FROM json_each(?))"
        return dict(self._db.rows(sql, (json.dumps(list(terms)),)))

    def all_frequencies(self) -> dict[str, int]:
        """Every term with the number of its passages."""
        return dict(self._db.rows("SELECT term, passages FROM frequency"))

    def count(self, change: Mapping[str, int]) -> None:
        """Add to the number of passages of each term; a term that has none left goes."""
        self._db.many(
            "INSERT INTO frequency VALUES (?, ?) "
            "ON CONFLICT (term) DO UPDATE SET passages = passages + excluded.passages",
            ((term, number) for term, number in change.items() if number),
        )
        self._db.many(
            "DELETE FROM frequency WHERE term = ? AND passages <= 0",
            ((term,) for term, number in change.items() if number < 0),
        )

    def retire(self, rows: Iterable[Retired]) -> None:
        """Note rows that are to be removed."""
        self._db.many(
            "INSERT OR REPLACE INTO retired VALUES (?, ?, ?, ?, ?)",
            ((r.place, r.article, r.passages, r.generation, r.at) for r in rows),
        )

    def retired(self) -> list[Retired]:
        """All rows that are to be removed."""
        if not self._db.rows("SELECT 1 FROM sqlite_schema WHERE name = 'retired'"):
            return []
        sql = "SELECT place, article, passages, generation, at FROM retired"
        return [Retired(*row) for row in self._db.rows(sql)]

    def removed(self, rows: Iterable[Retired]) -> None:
        """Forget rows that were removed."""
        self._db.many(
            "DELETE FROM retired WHERE place = ? AND article = ?",
            ((r.place, r.article) for r in rows),
        )
