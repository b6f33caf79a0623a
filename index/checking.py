"""Proof that a collection holds what it promises, re-run on what is stored."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index import cache_file
from index.article import Article
from index.backends.proving import wrong_in_engine, wrong_in_ledger
from index.encode import UNIT_TOLERANCE
from index.encodings import keys_of
from index.errors import CollectionError
from index.outlines import outline_of
from index.records import PassageRow
from index.sites import restore
from index.snapshot import Snapshot
from index.store import Store, seal

MEND = "kutip index --rebuild"
# What searches is made anew from what is stored.
MEND_SEARCH = "kutip index --checksum"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as promised: where, what, and the command that mends it."""

    where: str
    what: str
    mend: str = MEND


def check(directory: Path) -> list[Finding]:
    """Everything wrong with the collection in `directory`; an empty list means sound.

    Every byte is read. Raises CollectionError when it cannot be opened at all.
    """
    with Store.open(directory) as store, store.reading():
        try:
            return (
                list(_check_file(store))
                or [
                    *_check_articles(store),
                    *_check_encodings(store),
                    *_check_reach(store),
                    *_check_engine(store),
                ]
                # Only a sound database can tell whether the cache is right.
                or list(_check_cache(directory, store))
            )
        except (CollectionError, KeyError, ValueError, TypeError) as error:
            return [Finding(str(directory), f"cannot be read to its end: {error}")]


def _check_file(store: Store) -> Iterator[Finding]:
    if (verdict := store.integrity()) != "ok":
        yield Finding("the database", f"is damaged: {verdict}")
    elif store.meta()["seal"] != seal(store.fingerprint(store.article_ids())):
        # As when the file was put back from a backup without its log, or the log is another's.
        yield Finding("the database", "is put together of parts of different ages")


def _check_articles(store: Store) -> Iterator[Finding]:
    meta = store.meta()
    articles = {article.id: article for article in store.articles()}
    outlines = {i: one for site in store.sites() for i, one in store.outlines(site).items()}
    for identity, known in store.known().items():
        article = articles[identity]
        if article.digest != known.digest:
            yield Finding(identity, "the text is not the one that was indexed")
        if known.generation > int(meta["generation"]):
            yield Finding(identity, "the article is newer than its collection")
        if outlines.get(identity) != outline_of(restore(article)):
            yield Finding(identity, "the outline is not that of its lines")
        for block in article.blocks:
            if not 0 <= block.start < block.end <= len(article.text):
                yield Finding(identity, f"a block points outside the text ({block.start})")
    with_passages = set()
    for row in store.passages():
        with_passages.add(row.article)
        found = articles.get(row.article)
        where = f"{row.article}#{row.number}"
        if found is None:
            yield Finding(where, "the passage belongs to no article")
        elif not 0 <= row.start < row.end <= len(found.text):
            yield Finding(where, "the passage points outside its article")
        elif not _has_its_keys(row, found, meta["identity"]):
            yield Finding(where, "the passage's vectors are not those of its text and model")
    for identity in sorted(articles.keys() - with_passages):
        yield Finding(identity, "the article has no passages and cannot be found")


def _has_its_keys(row: PassageRow, article: Article, identity: str) -> bool:
    """Whether a passage refers to encodings of its own text and context, by this model."""
    return row.keys == keys_of(identity, row.passage(article))


def _check_encodings(store: Store) -> Iterator[Finding]:
    meta = store.meta()
    dimension, width = int(meta["dimension"]), int(meta["token_width"])
    rows = store.passages()
    bare = {row.encoding: row for row in rows}
    bare |= {row.context_encoding: row for row in rows if row.context_encoding}
    for key, row in ({row.whole_encoding: row for row in rows} | bare).items():
        where = f"{row.article}#{row.number}"
        try:
            made = store.encodings.one(key, width)
        except CollectionError:
            made = None
        if made is None or made.vector.shape != (dimension,):
            yield Finding(where, "the passage has no vector of the encoder's size")
        elif not np.isfinite(made.vector).all():
            yield Finding(where, "the passage's vector is not made of numbers")
        elif abs(float(np.linalg.norm(made.vector)) - 1) > UNIT_TOLERANCE:
            yield Finding(where, "the passage's vector does not have length 1")
        elif width and key in bare and not (_length(made.states) == _length(made.offsets) >= 0):
            yield Finding(where, "the passage has no token vectors, or not one for each token")


def _check_reach(store: Store) -> Iterator[Finding]:
    """What searches, made of what is stored, holds every passage once."""
    if store.meta().get("backend"):
        return
    snapshot = Snapshot.load(store)
    sizes = {len(snapshot.vectors), len(snapshot.passages), snapshot.lexical.corpus_size}
    if sizes != {store.passage_count()}:
        yield Finding("the search", "does not reach every passage")


def _check_engine(store: Store) -> Iterator[Finding]:
    """The engine that searches for the collection, if one does, has every passage and no other."""
    for what in wrong_in_engine(store):
        yield Finding("the search engine", what, MEND_SEARCH)
    for what in wrong_in_ledger(store):
        yield Finding("the database", what)


def _check_cache(directory: Path, store: Store) -> Iterator[Finding]:
    """The cache file may be absent or of an earlier generation, but not damaged or wrong."""
    where, mend = cache_file.FILE, MEND_SEARCH
    if not os.path.lexists(directory / cache_file.FILE):
        return
    cached = Snapshot.cached(directory)
    if cached is None:
        yield Finding(where, "is damaged and not used", mend)
        return
    meta = store.meta()
    if (cached.collection, cached.generation) != (meta["id"], int(meta["generation"])):
        return
    snapshot = Snapshot.load(store)
    if (cached.articles, cached.passages) != (snapshot.articles, snapshot.passages) or not (
        np.array_equal(cached.vectors.vectors, snapshot.vectors.vectors)
        and cached.lexical.same(snapshot.lexical)
    ):
        yield Finding(where, "is not what the database holds", mend)


def _length(array: npt.NDArray[np.generic] | None) -> int:
    return -1 if array is None else len(array)
