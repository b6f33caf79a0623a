"""One generation of a collection in memory: everything one question is answered from."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from index.article import Article, Passage
from index.lexical import LexicalIndex
from index.stages import timed
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
    @timed("open")
    def load(cls, store: Store, held: Snapshot | None = None) -> Snapshot:
        """Read the newest generation; call inside `store.reading()`.

        What `held`, an older generation, shares with it is not read again: the cost follows the
        change.
        """
        meta = store.meta()
        if (
            held is None
            or held.collection != meta["id"]
            or held.generation > int(meta["generation"])
        ):
            held = _nothing(meta)
        new = {article.id: article for article in store.articles(since=held.generation + 1)}
        ids = store.article_ids()
        articles = {i: new.get(i) or held.articles[i] for i in ids}
        stored = {i: store.passages(i) for i in new}
        rows, passages, kept = [], [], []
        for i in ids:
            if i in new:
                rows += stored[i]
                passages += [row.passage(new[i]) for row in stored[i]]
                kept += [-1] * len(stored[i])
            else:
                span = held.span(i)
                rows += held.rows_stored[span]
                passages += held.passages[span]
                kept += range(span.start, span.stop)
        fresh = [row for row, place in enumerate(kept) if place < 0]
        places = np.asarray(kept, dtype=np.int64)
        vectors = _vectors(store, [rows[row] for row in fresh], int(meta["dimension"]))
        terms_of = [terms(passages[row].with_context) for row in fresh]
        return cls(
            collection=meta["id"],
            generation=int(meta["generation"]),
            articles=articles,
            passages=tuple(passages),
            rows_stored=tuple(rows),
            rows_by_id={passage.id: row for row, passage in enumerate(passages)},
            vectors=held.vectors.renewed(places, vectors),
            lexical=held.lexical.renewed(places, terms_of),
        )

    def span(self, article: str) -> slice:
        """The rows of one of this snapshot's articles."""
        first = bisect_left(self.rows_stored, article, key=lambda row: row.article)
        last = bisect_right(self.rows_stored, article, key=lambda row: row.article)
        return slice(first, last)

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


def _nothing(meta: Mapping[str, str]) -> Snapshot:
    """The generation before the first."""
    none = VectorIndex(np.empty((0, int(meta["dimension"])), dtype=np.float32))
    return Snapshot(meta["id"], 0, {}, (), (), {}, none, LexicalIndex(()))


def _vectors(store: Store, rows: list[PassageRow], dimension: int) -> npt.NDArray[np.float32]:
    """One vector a passage: the mean of that of its text and that of context and text together.

    The context says whom a passage is about; alone it would drown what the passage says.
    """
    own = store.vectors([row.encoding for row in rows], dimension)
    whole = store.vectors([row.whole_encoding for row in rows], dimension)
    return np.asarray((own + whole) / 2, dtype=np.float32)
