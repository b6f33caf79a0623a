"""What a collection keeps: articles, passages, encodings, source files, facts about itself."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from index import encodings, schema
from index.article import Article, Passage
from index.database import Database
from index.encodings import Encodings, keys_of
from index.errors import CollectionError, DiskError, NoCollectionError
from index.outlines import Outline
from index.records import (
    ARTICLE_COLUMNS,
    Known,
    PassageRow,
    article_of_row,
    columns_of_article,
    strings,
)
from index.source_files import SourceFiles

FORMAT = "3"
FILE = "collection.sqlite"

_SELECT_PASSAGE = (
    "SELECT article, number, start, stop, context, encoding, context_encoding, whole_encoding "
    "FROM passage"
)
# The columns are our own and no text's.
_COLUMNS = ", ".join(ARTICLE_COLUMNS)
_SELECT_ARTICLE = f"SELECT {_COLUMNS} FROM article"  # noqa: S608
_PUT_ARTICLE = (
    f"INSERT OR REPLACE INTO article (digest, file, generation, {_COLUMNS}) "  # noqa: S608
    f"VALUES (?, ?, ?{', ?' * len(ARTICLE_COLUMNS)})"
)


class Store:
    """One connection to a collection's file. Use as a context manager."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self.encodings = Encodings(database)
        self.files = SourceFiles(database)

    @classmethod
    def create(cls, directory: Path, meta: Mapping[str, str]) -> Store:
        """Create the file in `directory` (made when missing) with its first `meta`."""
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DiskError(f"{directory}: cannot be made ({error.strerror})") from None
        store = cls(Database(directory / FILE, create=True))
        with store.closing_on_error(), store.writing():
            if not store._tables():
                store._db.run(schema.TABLES + encodings.TABLE)
                store.set_meta({"format": FORMAT, "generation": "0", "seal": seal(0), **meta})
            store._db.run(schema.INDEX)
        return store

    @classmethod
    def open(cls, directory: Path) -> Store:
        """Open an existing file.

        Raises NoCollectionError when there is none, CollectionError when it cannot be used.
        """
        path = directory / FILE
        missing = NoCollectionError(f"{directory}: no collection here; make one with: kutip index")
        if not path.is_file():
            raise missing
        store = cls(Database(path))
        with store.closing_on_error():
            try:
                found = store.meta().get("format")
            except CollectionError:
                # Where the first run ended before its first transaction there is a file, no more.
                if store._tables():
                    raise
                raise missing from None
            if found != FORMAT:
                raise CollectionError(_other_format(path, found))
        return store

    @property
    def database(self) -> Database:
        """The database, for what is kept beside articles and encodings."""
        return self._db

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @contextmanager
    def closing_on_error(self) -> Iterator[None]:
        """Close the connection when the block fails."""
        try:
            yield
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection; further calls fail."""
        self._db.close()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One consistent view of the store for everything read inside."""
        with self._db.reading():
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: all that is written inside is seen at once, or never."""
        with self._db.writing():
            yield

    def meta(self) -> dict[str, str]:
        """All facts about the collection itself."""
        return dict(self._db.rows("SELECT key, value FROM meta"))

    def set_meta(self, facts: Mapping[str, str]) -> None:
        """Set facts about the collection, inside `writing()`."""
        self._db.many("INSERT OR REPLACE INTO meta VALUES (?, ?)", facts.items())

    def known(self) -> dict[str, Known]:
        """Every article's id with what an update compares."""
        rows = self._db.rows(
            "SELECT id, source_digest, digest, file, generation, warnings FROM article"
        )
        return {
            identity: Known(source, digest, file, generation, strings(warnings))
            for identity, source, digest, file, generation, warnings in rows
        }

    def article_ids(self) -> list[str]:
        """The ids of all articles, in order."""
        return [row[0] for row in self._db.rows("SELECT id FROM article ORDER BY id")]

    def article_stamps(self) -> list[tuple[str, int, str, str]]:
        """Every article's id, generation, digest and source's digest, in order of the ids."""
        sql = "SELECT id, generation, digest, source_digest FROM article ORDER BY id"
        return [(row[0], row[1], row[2], row[3]) for row in self._db.rows(sql)]

    def article_stamp(self, identity: str) -> tuple[int, str, str] | None:
        """One article's generation, digest and source's digest, or None."""
        sql = "SELECT generation, digest, source_digest FROM article WHERE id = ?"
        return next(((row[0], row[1], row[2]) for row in self._db.rows(sql, (identity,))), None)

    def articles(self) -> list[Article]:
        """All the articles, by id."""
        return [article_of_row(row) for row in self._db.rows(f"{_SELECT_ARTICLE} ORDER BY id")]

    def articles_with(self, text: str) -> list[str]:
        """The ids of the articles whose text has `text` in it, in order."""
        rows = self._db.rows("SELECT id FROM article WHERE instr(text, ?) ORDER BY id", (text,))
        return [row[0] for row in rows]

    def articles_of(self, identities: Collection[str]) -> list[Article]:
        """Those of the articles that there are."""
        found = (self.article(identity) for identity in identities)
        return [article for article in found if article]

    def sites(self, identities: Collection[str] | None = None) -> set[str]:
        """The sites that these articles, or all, are counted with (see `sites`)."""
        if identities is None:
            return {row[0] for row in self._db.rows("SELECT DISTINCT site FROM outline")}
        sql = "SELECT site FROM outline WHERE article = ?"
        return {row[0] for identity in identities for row in self._db.rows(sql, (identity,))}

    def outlines(self, site: str) -> dict[str, Outline]:
        """The outlines of all articles of a site, by id."""
        rows = self._db.rows("SELECT article, headline, lines FROM outline WHERE site = ?", (site,))
        return {
            article: Outline(site, int.from_bytes(name) if name else None, lines)
            for article, name, lines in rows
        }

    def article(self, identity: str) -> Article | None:
        """One article, or None."""
        rows = self._db.rows(_SELECT_ARTICLE + " WHERE id = ?", (identity,))
        return next((article_of_row(row) for row in rows), None)

    def passages(self, article: str | None = None) -> list[PassageRow]:
        """The passages of one article, or of all, in order."""
        # Two statements: "?1 IS NULL OR article = ?1" would look at every passage there is.
        if article is None:
            rows = self._db.rows(f"{_SELECT_PASSAGE} ORDER BY article, number")
        else:
            rows = self._db.rows(f"{_SELECT_PASSAGE} WHERE article = ? ORDER BY number", (article,))
        return [PassageRow(*row) for row in rows]

    def article_count(self) -> int:
        """How many articles there are."""
        return int(self._db.rows("SELECT count(*) FROM article")[0][0])

    def count_since(self, generation: int) -> int:
        """How many articles were written in this generation or later."""
        sql = "SELECT count(*) FROM article WHERE generation >= ?"
        return int(self._db.rows(sql, (generation,))[0][0])

    def passage_count(self, articles: Iterable[str] | None = None) -> int:
        """How many passages there are, or these articles have."""
        if articles is None:
            return int(self._db.rows("SELECT count(*) FROM passage")[0][0])
        sql = "SELECT count(*) FROM passage WHERE article = ?"
        return sum(int(self._db.rows(sql, (article,))[0][0]) for article in articles)

    def put_article(
        self,
        article: Article,
        passages: Sequence[Passage],
        *,
        file: str,
        generation: int,
        outline: Outline,
        identity: str,
    ) -> None:
        """Insert or replace an article and its passages, inside `writing()`.

        `outline` is that of the whole article, `identity` that of the encoder.
        """
        self._db.many("DELETE FROM passage WHERE article = ?", [(article.id,)])
        self._db.many("DELETE FROM outline WHERE article = ?", [(article.id,)])
        self._db.many(
            _PUT_ARTICLE, [(article.digest, file, generation, *columns_of_article(article))]
        )
        name = None if outline.headline is None else outline.headline.to_bytes(8)
        self._db.many(
            "INSERT INTO outline VALUES (?, ?, ?, ?)",
            [(outline.site, article.id, name, outline.lines)],
        )
        self._db.many(
            "INSERT INTO passage VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (p.article, p.number, p.start, p.end, p.context, *keys_of(identity, p))
                for p in passages
            ],
        )

    def remove_articles(self, identities: Iterable[str]) -> None:
        """Remove articles and their passages, inside `writing()`."""
        ids = [(identity,) for identity in identities]
        self._db.many("DELETE FROM passage WHERE article = ?", ids)
        self._db.many("DELETE FROM outline WHERE article = ?", ids)
        self._db.many("DELETE FROM article WHERE id = ?", ids)

    def encoding_keys(self, identities: Iterable[str]) -> set[str]:
        """The keys that the passages of these articles refer to."""
        sql = "SELECT encoding, context_encoding, whole_encoding FROM passage WHERE article = ?"
        found = {key for i in identities for row in self._db.rows(sql, (i,)) for key in row}
        return {key for key in found if key is not None}

    def fingerprint(self, identities: Iterable[str]) -> int:
        """The sum of a hash of each of these articles with its passages, those that exist.

        A sum, so that one that changes is taken out and put in again without looking at the rest.
        """
        total = 0
        for identity in identities:
            article = self._db.rows(
                "SELECT id, digest, source_digest, file, generation FROM article WHERE id = ?",
                (identity,),
            )
            if article:
                said = repr((article, self.passages(identity))).encode("utf-8", "surrogatepass")
                total += int.from_bytes(hashlib.sha256(said).digest())
        return total

    def integrity(self) -> str:
        """SQLite's own verdict on the file: "ok", or what is wrong."""
        return str(self._db.rows("PRAGMA integrity_check")[0][0])

    def _tables(self) -> list[tuple[str]]:
        return self._db.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")


def seal(total: int) -> str:
    """A sum of fingerprints as it is kept."""
    return f"{total % 2**256:064x}"


def _other_format(path: Path, found: str | None) -> str:
    if found and found.isdigit() and int(found) > int(FORMAT):
        return (
            f"{path}: made by a newer Kutip (format {found}, this one reads {FORMAT}); "
            "upgrade Kutip, or make it anew with: kutip index --rebuild"
        )
    return f"{path}: format {found}, this Kutip reads {FORMAT}; run: kutip index --rebuild"
