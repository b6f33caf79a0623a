"""One generation of a collection in memory: everything one question is answered from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from index.article import Article, Passage
from index.lexical import LexicalIndex
from index.store import PassageRow, Store
from index.vectors import VectorIndex
from index.words import terms

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles may answer: an outlet, and a span of publication dates (both ends count).

    `source` matches any part of the outlet's name or of the address's host, in any case. An
    undated article passes only when no date is asked for.
    """

    source: str | None = None
    after: date | None = None
    before: date | None = None

    def __bool__(self) -> bool:
        return self != Filter()

    def admits(self, article: Article) -> bool:
        """Whether the article may answer."""
        if self.source:
            try:
                host = urlsplit(article.url or "").hostname or ""
            except ValueError:
                host = ""
            if self.source.casefold() not in f"{article.outlet or ''}\n{host}".casefold():
                return False
        if self.after or self.before:
            if article.published is None:
                return False
            return (self.after or date.min) <= article.published <= (self.before or date.max)
        return True


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The articles, passages and searchers of one generation. Row i is passage i everywhere."""

    collection: str
    generation: int
    articles: Mapping[str, Article]
    passages: tuple[Passage, ...]
    rows_stored: tuple[PassageRow, ...]
    rows_by_id: Mapping[str, int]
    vectors: VectorIndex
    lexical: LexicalIndex

    @classmethod
    def load(cls, store: Store) -> Snapshot:
        """Read one generation; call inside `store.reading()`."""
        meta = store.meta()
        articles = {article.id: article for article in store.articles()}
        rows = store.passages()
        passages = [row.passage(articles[row.article]) for row in rows]
        return cls(
            collection=meta["id"],
            generation=int(meta["generation"]),
            articles=articles,
            passages=tuple(passages),
            rows_stored=tuple(rows),
            rows_by_id={passage.id: row for row, passage in enumerate(passages)},
            vectors=VectorIndex(_vectors(store, rows, int(meta["dimension"]))),
            lexical=LexicalIndex([terms(passage.with_context) for passage in passages]),
        )

    def row(self, passage: Passage) -> int:
        """The row of one of this snapshot's passages."""
        return self.rows_by_id[passage.id]

    def rows(self, *admitted: Filter) -> Rows:
        """The rows of all passages whose article passes every filter."""
        passing = {
            identity
            for identity, article in self.articles.items()
            if all(where.admits(article) for where in admitted)
        }
        found = [i for i, passage in enumerate(self.passages) if passage.article in passing]
        return np.asarray(found, dtype=np.int64)


def _vectors(store: Store, rows: list[PassageRow], dimension: int) -> npt.NDArray[np.float32]:
    """One vector a passage: the mean of that of its text and that of context and text together.

    The context says whom a passage is about; alone it would drown what the passage says.
    """
    own = store.vectors([row.encoding for row in rows], dimension)
    whole = store.vectors([row.whole_encoding for row in rows], dimension)
    return np.asarray((own + whole) / 2, dtype=np.float32)
