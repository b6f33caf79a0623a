"""The single truth on disk: one SQLite file; the only importer of SQLite.

apsw brings a current SQLite of its own: system libraries before 3.51.3 have a rare corruption
race in write-ahead-log mode (sqlite.org/wal.html, "The WAL-reset bug").

Encodings are kept by a key made of the encoder and of what was encoded, so a passage that did
not change keeps its vector when its article did, and an interrupted run loses at most the batch
in hand. Nothing points at a new encoding until one transaction publishes the generation.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import apsw
import numpy as np
import numpy.typing as npt

from index.article import Article, Block, Dropped, Passage, Role
from index.errors import CollectionError, LockedError
from index.outlets import site_of

FORMAT = "1"
FILE = "collection.sqlite"
# Another process publishes a generation in milliseconds; waiting longer means it is stuck.
BUSY_MS = 10_000

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE article (
    id TEXT PRIMARY KEY, digest TEXT NOT NULL, source_digest TEXT NOT NULL,
    title TEXT NOT NULL, title_on_page INTEGER NOT NULL, outlet TEXT, published TEXT, url TEXT,
    text TEXT NOT NULL, blocks TEXT NOT NULL, dropped TEXT NOT NULL, warnings TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE passage (
    article TEXT NOT NULL REFERENCES article(id) ON DELETE CASCADE,
    number INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL,
    context TEXT NOT NULL, encoding TEXT NOT NULL, context_encoding TEXT,
    whole_encoding TEXT NOT NULL,
    PRIMARY KEY (article, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE encoding (
    key TEXT PRIMARY KEY, vector BLOB NOT NULL, states BLOB, offsets BLOB
) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class StoredEncoding:
    """What the encoder made of one text: a passage, or the context that several share.

    `vector` is (dimension,) float32. `states` is (tokens, width) int8 and `offsets` (tokens, 2)
    uint32, in code points of the text; both None where the encoder has no late interaction.
    """

    vector: npt.NDArray[np.float32]
    states: npt.NDArray[np.int8] | None = None
    offsets: npt.NDArray[np.uint32] | None = None


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage as stored: its text stands in its article, its encodings under their keys.

    They are those of its text, of its context (None without one) and of the two together.
    """

    article: str
    number: int
    start: int
    end: int
    context: str
    encoding: str
    context_encoding: str | None
    whole_encoding: str

    def passage(self, article: Article) -> Passage:
        """The passage itself, cut out of its article."""
        text = article.text[self.start : self.end]
        return Passage(self.article, self.number, self.start, self.end, text, self.context)


class Store:
    """One connection to a collection's file. Use as a context manager."""

    def __init__(self, connection: apsw.Connection, path: Path) -> None:
        self._db = connection
        self._path = path

    @classmethod
    def create(cls, directory: Path, meta: Mapping[str, str]) -> Store:
        """Create the file in `directory` (made when missing) with its first `meta`."""
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / FILE
        store = cls(_connect(path, create=True), path)
        with store.writing():
            if not store._tables():
                store._db.execute(_SCHEMA)
                store.set_meta({"format": FORMAT, "generation": "0", **meta})
        return store

    @classmethod
    def open(cls, directory: Path) -> Store:
        """Open an existing file. Raises CollectionError when it is missing or cannot be used."""
        path = directory / FILE
        if not path.is_file():
            raise CollectionError(f"{directory}: no collection here; make one with: kutip index")
        store = cls(_connect(path, create=False), path)
        try:
            found = store.meta().get("format")
        except CollectionError:
            store.close()
            raise
        if found != FORMAT:
            store.close()
            raise CollectionError(
                f"{path}: format {found}, this Kutip reads {FORMAT}; run: kutip index --rebuild"
            )
        return store

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; further calls fail."""
        self._db.close()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One consistent view of the store for everything read inside."""
        with self._errors():
            self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: all that is written inside is seen at once, or never."""
        with self._errors():
            self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        with self._errors():
            self._db.execute("COMMIT")

    def meta(self) -> dict[str, str]:
        """All facts about the collection itself."""
        return dict(self._rows("SELECT key, value FROM meta"))

    def set_meta(self, facts: Mapping[str, str]) -> None:
        """Set facts about the collection, inside `writing()`."""
        self._many("INSERT OR REPLACE INTO meta VALUES (?, ?)", facts.items())

    def digests(self) -> dict[str, tuple[str, str]]:
        """Every article's id with its source digest and its own digest."""
        rows = self._rows("SELECT id, source_digest, digest FROM article")
        return {row[0]: (row[1], row[2]) for row in rows}

    def articles(self) -> list[Article]:
        """All articles, by id."""
        return [_article(row) for row in self._rows(_SELECT_ARTICLE + " ORDER BY id")]

    def articles_of(self, identities: Collection[str]) -> list[Article]:
        """Those of the articles that there are."""
        found = (self.article(identity) for identity in identities)
        return [article for article in found if article]

    def sites(self) -> dict[str, str]:
        """The site that each article is counted with, by id (see `sites`)."""
        rows = self._rows("SELECT id, outlet, url FROM article")
        return {identity: site_of(identity, outlet, url) for identity, outlet, url in rows}

    def article(self, identity: str) -> Article | None:
        """One article, or None."""
        rows = self._rows(_SELECT_ARTICLE + " WHERE id = ?", (identity,))
        return next((_article(row) for row in rows), None)

    def passages(self, article: str | None = None) -> list[PassageRow]:
        """The passages of one article, or of all, in order."""
        rows = self._rows(
            "SELECT article, number, start, stop, context, encoding, context_encoding, "
            "whole_encoding FROM passage WHERE ?1 IS NULL OR article = ?1 ORDER BY article, number",
            (article,),
        )
        return [PassageRow(*row) for row in rows]

    def put_article(
        self, article: Article, passages: Sequence[Passage], *, key: Callable[[str, bool], str]
    ) -> None:
        """Insert or replace an article and its passages, inside `writing()`.

        `key` names the encoding of a text, with or without its tokens.
        """
        self._many("DELETE FROM passage WHERE article = ?", [(article.id,)])
        self._many(
            "INSERT OR REPLACE INTO article VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    article.id, article.digest, article.source_digest, article.title,
                    int(article.title_on_page), article.outlet,
                    article.published.isoformat() if article.published else None,
                    article.url, article.text,
                    json.dumps([astuple(b) for b in article.blocks]),
                    json.dumps([astuple(d) for d in article.dropped], ensure_ascii=False),
                    json.dumps(article.warnings, ensure_ascii=False),
                )
            ],
        )  # fmt: skip
        self._many(
            "INSERT INTO passage VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    p.article,
                    p.number,
                    p.start,
                    p.end,
                    p.context,
                    key(p.text, True),
                    key(p.context, True) if p.context else None,
                    key(p.with_context, False),
                )
                for p in passages
            ],
        )

    def remove_articles(self, identities: Iterable[str]) -> None:
        """Remove articles and their passages, inside `writing()`."""
        ids = [(identity,) for identity in identities]
        self._many("DELETE FROM passage WHERE article = ?", ids)
        self._many("DELETE FROM article WHERE id = ?", ids)

    def missing_encodings(self, keys: Iterable[str]) -> set[str]:
        """Those of the keys that have no encoding yet."""
        have = {row[0] for row in self._rows("SELECT key FROM encoding")}
        return set(keys) - have

    def put_encodings(self, encodings: Mapping[str, StoredEncoding]) -> None:
        """Keep encodings by key, inside `writing()`."""
        self._many(
            "INSERT OR REPLACE INTO encoding VALUES (?, ?, ?, ?)",
            [
                (
                    key,
                    np.ascontiguousarray(made.vector, dtype="<f4").tobytes(),
                    None if made.states is None else made.states.astype(np.int8).tobytes(),
                    None if made.offsets is None else made.offsets.astype("<u4").tobytes(),
                )
                for key, made in encodings.items()
            ],
        )

    def vectors(self, keys: Sequence[str], dimension: int) -> npt.NDArray[np.float32]:
        """The vectors of the keys, (n, dimension). Raises CollectionError when one is missing."""
        have = dict(self._rows("SELECT key, vector FROM encoding"))
        matrix = np.empty((len(keys), dimension), dtype=np.float32)
        for row, key in enumerate(keys):
            vector = np.frombuffer(have.get(key, b""), dtype="<f4")
            if vector.shape != (dimension,):
                raise self._damaged("a text has no vector of the encoder's size")
            matrix[row] = vector
        return matrix

    def encoding(self, key: str, width: int) -> StoredEncoding | None:
        """One text's encoding with token states of `width`, or None when it is not stored."""
        rows = self._rows("SELECT vector, states, offsets FROM encoding WHERE key = ?", (key,))
        if not rows:
            return None
        vector, states, offsets = rows[0]
        return StoredEncoding(
            np.frombuffer(vector, dtype="<f4"),
            None
            if states is None
            else np.frombuffer(states, dtype=np.int8).reshape(-1, width or 1),
            None if offsets is None else np.frombuffer(offsets, dtype="<u4").reshape(-1, 2),
        )

    def drop_unused_encodings(self) -> None:
        """Forget encodings that no passage refers to, inside `writing()`."""
        self._many(
            "DELETE FROM encoding WHERE key NOT IN (SELECT encoding FROM passage UNION "
            "SELECT whole_encoding FROM passage UNION "
            "SELECT context_encoding FROM passage WHERE context_encoding IS NOT NULL)",
            [()],
        )

    def integrity(self) -> str:
        """SQLite's own verdict on the file: "ok", or what is wrong."""
        return str(self._rows("PRAGMA integrity_check")[0][0])

    def _tables(self) -> list[tuple[str]]:
        return self._rows("SELECT name FROM sqlite_schema WHERE type = 'table'")

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._errors():
            return list(self._db.execute(sql, values))

    def _many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        with self._errors():
            self._db.executemany(sql, rows)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """SQLite's errors in Kutip's words."""
        try:
            yield
        except (apsw.BusyError, apsw.LockedError):
            raise LockedError(f"{self._path}: another process is writing; try again") from None
        except (apsw.CorruptError, apsw.NotADBError, apsw.SQLError) as error:
            # The statements are fixed: one that fails has met tables that are not ours.
            raise self._damaged(str(error)) from None
        except apsw.FullError:
            raise CollectionError(
                f"{self._path}: the disk is full; free some and index again"
            ) from None
        except (apsw.IOError, apsw.CantOpenError, apsw.ReadOnlyError) as error:
            raise CollectionError(f"{self._path}: {error}; check the disk and its rights") from None

    def _damaged(self, what: str) -> CollectionError:
        return CollectionError(f"{self._path}: damaged ({what}); run: kutip index --rebuild")


_SELECT_ARTICLE = (
    "SELECT id, title, title_on_page, outlet, published, url, text, blocks, dropped, "
    "source_digest, warnings FROM article"
)


def _article(row: tuple[Any, ...]) -> Article:
    identity, title, on_page, outlet, published, url, text, blocks, dropped, source, warnings = row
    return Article(
        id=identity,
        title=title,
        title_on_page=bool(on_page),
        outlet=outlet,
        published=date.fromisoformat(published) if published else None,
        url=url,
        text=text,
        blocks=tuple(Block(b[0], b[1], Role(b[2]), *b[3:]) for b in json.loads(blocks)),
        dropped=tuple(_dropped(*d) for d in json.loads(dropped)),
        source_digest=source,
        warnings=tuple(json.loads(warnings)),
    )


def _dropped(
    line: int, text: str, reason: str, kept_as: tuple[int, str, int] | None = None
) -> Dropped:
    place = (kept_as[0], Role(kept_as[1]), kept_as[2]) if kept_as else None
    return Dropped(line, text, reason, place)


def _connect(path: Path, *, create: bool) -> apsw.Connection:
    flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if create else 0)
    try:
        connection = apsw.Connection(str(path), flags=flags)
        connection.set_busy_timeout(BUSY_MS)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA trusted_schema=OFF")
    except (apsw.NotADBError, apsw.CorruptError) as error:
        raise CollectionError(f"{path}: damaged ({error}); run: kutip index --rebuild") from None
    except apsw.Error as error:
        raise CollectionError(f"{path}: {error}; check the disk and its rights") from None
    return connection
