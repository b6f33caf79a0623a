"""One generation of a collection: everything one question is answered from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index import cache_file
from index.article import Passage
from index.contents import Articles, Passages
from index.filters import Described, Filter
from index.lexical import LexicalIndex
from index.part import Entry, Facts, Part, stamp_of
from index.records import PassageRow
from index.rows import Rows
from index.store import FORMAT, Store
from index.vectors import VectorIndex
from index.words import TERMS, terms

# Articles read from the store at once.
READ = 500
# Vectors read at once: they lie in the order of their keys, and the more are looked up in that
# order, the fewer pages are read twice. Some 300 MB.
VECTORS = 100_000
# What came since the base was made is joined to it when it has grown to a fourth of it: renewing
# copies it each time.
JOINED = 4
_NO_ROWS: Rows = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The articles, passages and searchers of one generation. Row i is passage i everywhere.

    It may be of arrays mapped from the cache file, and decodes what is asked for; it stays as it
    is whatever becomes of store and file.
    """

    collection: str
    identity: str
    generation: int
    seal: str
    articles: Articles
    passages: Passages
    vectors: VectorIndex
    lexical: LexicalIndex
    # Where an engine searches for the collection (see `backends`); the two indexes are then empty.
    backend: str = ""
    # The cache file, of which arrays may be shared.
    mapped: cache_file.Mapped | None = field(default=None, compare=False, repr=False)

    @classmethod
    def load(cls, store: Store, held: Snapshot | None = None) -> Snapshot:
        """Read the newest generation; call inside `store.reading()`.

        What `held`, another generation, shares with it is not read again: the cost follows the
        change.
        """
        meta = store.meta()
        dimension, backend = int(meta["dimension"]), meta.get("backend", "")
        # Where an engine searches, or did, what is searched here need not be, or never was.
        if held is None or not held.leads_to(meta) or bool(held.backend) != bool(backend):
            held = _nothing(meta["id"], meta["identity"], dimension)
        if (str(held.generation), held.seal) == (meta["generation"], meta["seal"]):
            return held
        stamps = [(row[0], stamp_of(*row[1:])) for row in store.article_stamps()]
        ids = [identity for identity, _ in stamps]
        base, kept = held.articles.base, held.articles
        same = _same(stamps, kept)
        wanted = [stamps[i] for i in np.flatnonzero(same < 0)]
        read, vectors = _read(store, wanted, dimension, searched=not backend)
        # Of the entries that are not of the base, those that stay and those that came.
        places = np.where(same >= 0, kept.places[same] if len(kept) else -1, -1)
        others = np.flatnonzero(places < 0)
        coming = iter(read)
        entries = [
            held.articles.fresh.entry(~int(places[i])) if same[i] >= 0 else next(coming)
            for i in others
        ]
        places[others] = ~np.arange(len(others))
        fresh = Part.of(entries)
        if len(fresh) * JOINED > len(base):
            base, fresh = Part.joined(base, fresh, places), Part.of(())
            places = np.arange(len(ids), dtype=np.int64)
        articles = Articles(base, fresh, ids, places)
        passages = Passages(articles)
        rows = _rows_kept(held, passages, same) if not backend else _NO_ROWS
        new = np.flatnonzero(rows < 0).tolist()
        return cls(
            collection=meta["id"],
            identity=meta["identity"],
            generation=int(meta["generation"]),
            seal=meta["seal"],
            articles=articles,
            passages=passages,
            vectors=held.vectors.renewed(rows, vectors),
            lexical=held.lexical.renewed(
                rows,
                (terms(passages[row].with_context) for row in new),
                lambda row: terms(held.passages[row].with_context),
            ),
            backend=backend,
            mapped=held.mapped,
        )

    def leads_to(self, meta: Mapping[str, str]) -> bool:
        """Whether a store that says this of itself is of this collection, and not earlier."""
        ours = (self.collection, self.identity) == (meta["id"], meta["identity"])
        return ours and self.generation <= int(meta["generation"])

    @classmethod
    def cached(cls, directory: Path) -> Snapshot | None:
        """The snapshot in the cache file, of whatever generation; None without a sound one."""
        try:
            said, arrays = cache_file.read(directory)
            # Records are laid out as the store's, and BM25 counts the terms of today.
            if arrays is None or (said["format"], said["terms"]) != (FORMAT, TERMS):
                return None
            base = Part(arrays, [Facts.from_list(one) for one in said["facts"]])
            ids = list(base.ids)
            articles = Articles(base, Part.of(()), ids, np.arange(len(ids), dtype=np.int64))
            return cls(
                collection=said["collection"],
                identity=said["identity"],
                generation=said["generation"],
                seal=said["seal"],
                articles=articles,
                passages=Passages(articles),
                vectors=VectorIndex.mapped(arrays, partial(arrays.take, "vectors")),
                lexical=LexicalIndex.mapped(arrays),
                backend=said.get("backend", ""),
                mapped=arrays,
            )
        except (cache_file.UnusableError, LookupError, ValueError, TypeError):
            return None

    def save(self, directory: Path) -> bool:
        """Write the cache file, from which opening costs little; whether the disk took it."""
        base = self.articles.base
        if len(self.articles.fresh) or len(base) != len(self.articles):
            base = Part.joined(base, self.articles.fresh, self.articles.places)
        said = {
            "format": FORMAT,
            "terms": TERMS,
            "collection": self.collection,
            "identity": self.identity,
            "generation": self.generation,
            "seal": self.seal,
            "backend": self.backend,
            "articles": len(base),
            "facts": [facts.to_list() for facts in base.facts],
        }
        arrays = {**base.arrays(), **self.vectors.arrays(), **self.lexical.arrays()}
        with suppress(OSError):
            cache_file.write(directory, said, arrays)
            return True
        return False

    def span(self, article: str) -> slice[int, int, None]:
        """The rows of one of this snapshot's articles."""
        nth = self.articles.nth(article)
        first, last = self.passages.starts[nth : nth + 2]
        return slice(int(first), int(last))

    def size(self, article: str) -> int:
        """How many passages one of this snapshot's articles has."""
        span = self.span(article)
        return int(span.stop) - int(span.start)

    def row(self, passage: Passage) -> int:
        """The row of one of this snapshot's passages."""
        span = self.span(passage.article)
        first, last = int(span.start), int(span.stop)
        # Passages are numbered from 1 on, but nothing is made to depend on it.
        guess: int = first + passage.number - 1
        tried: list[int] = [guess, *range(first, last)]
        for row in tried:
            if first <= row < last and self.passages[row].number == passage.number:
                return int(row)
        raise KeyError(passage.id)

    def rows(self, *admitted: Filter) -> Rows:
        """The rows of all passages whose article passes every filter."""
        passing = self.articles.by_facts(
            lambda facts: all(where.admits(facts) for where in admitted), np.bool_
        )
        found: Rows = np.flatnonzero(np.repeat(passing, np.diff(self.passages.starts)))
        return found

    def count(self, wanted: Callable[[Described], bool]) -> int:
        """How many articles are as wanted."""
        return int(np.count_nonzero(self.articles.by_facts(wanted, np.bool_)))


def _nothing(collection: str, identity: str, dimension: int) -> Snapshot:
    """The generation before the first."""
    none = VectorIndex(np.empty((0, dimension), dtype=np.float32))
    articles = Articles(Part.of(()), Part.of(()), [], np.empty(0, dtype=np.int64))
    return Snapshot(collection, identity, 0, "", articles, Passages(articles), none,
                    LexicalIndex(()))  # fmt: skip


def _same(stamps: Sequence[tuple[str, bytes]], kept: Articles) -> Rows:
    """For each article of an id and stamp which one of the kept it is, -1 for none of them."""
    there = {identity: nth for nth, identity in enumerate(kept.ids)}
    same = np.full(len(stamps), -1, dtype=np.int64)
    for i, (identity, stamp) in enumerate(stamps):
        nth = there.get(identity, -1)
        if nth >= 0 and kept.stamp(nth) == stamp:
            same[i] = nth
    return same


def _rows_kept(held: Snapshot, passages: Passages, same: Rows) -> Rows:
    """For each row the row that the same passage has in `held`, -1 for one that came."""
    counts = np.diff(passages.starts)
    first = np.full(len(same), -1, dtype=np.int64)
    first[same >= 0] = held.passages.starts[same[same >= 0]]
    within = np.arange(len(passages)) - np.repeat(passages.starts[:-1], counts)
    before = np.repeat(first, counts)
    rows: Rows = np.where(before >= 0, before + within, -1)
    return rows


def _read(
    store: Store, wanted: Sequence[tuple[str, bytes]], dimension: int, *, searched: bool
) -> tuple[list[Entry], npt.NDArray[np.float32]]:
    """The articles of these ids and stamps, and if `searched` their passages' vectors."""
    entries: list[Entry] = []
    found: list[PassageRow] = []
    for start in range(0, len(wanted), READ):
        some = wanted[start : start + READ]
        articles = store.articles_of([identity for identity, _ in some])
        rows = [store.passages(article.id) for article in articles]
        entries += [
            Entry.of(article, own, stamp)
            for article, own, (_, stamp) in zip(articles, rows, some, strict=True)
        ]
        if searched:
            found += chain.from_iterable(rows)
    vectors = np.empty((len(found), dimension), dtype=np.float32)
    for start in range(0, len(found), VECTORS):
        part = found[start : start + VECTORS]
        keys = [row.keys for row in part]
        vectors[start : start + VECTORS] = store.encodings.passage_vectors(keys, dimension)
    return entries, vectors
