"""How a new generation reaches an engine, so that every reader sees one generation and no mixture.

1. The rows of new and changed passages are written to the engine under ids of their own. Nobody's
   store knows these ids yet, so nobody's answers change.
2. One transaction of the store publishes the generation, with the ledger's changes: the switch.
3. Rows that belong to no new generation are removed a while later (`sweeping`).

A kill before 2 leaves rows that no reader takes, and the next update removes them. A full upload
goes into a new collection of the engine, whose name the same transaction records, so that moving
and rebuilding leave no gap.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from index.article import Passage
from index.backends.backend import EMBEDDED, LAYOUT, Address, Backend, Place, Row
from index.backends.connecting import connect
from index.backends.covering import day_of, site_number
from index.backends.ledger import Ledger, Retired
from index.backends.naming import article_key, collection_prefix, passage_id
from index.backends.sweeping import clear_strays
from index.backends.weights import weights
from index.encodings import keys_of
from index.errors import InputError
from index.part import Facts
from index.plan import Made, Progress
from index.records import Keys
from index.store import Store
from index.words import terms

# Passages written between two reports of progress.
BATCH = 500
# Rows after which a load counts as a bulk load.
BULK = 10_000
# How far the average length may move before the stored weights are made anew: BM25 then orders
# candidates by lengths that are off by less than this, and there are MARGIN spare ones.
DRIFT = 0.1


@dataclass(frozen=True, slots=True)
class Changes:
    """What a generation changes: articles made and gone; with `anew` nothing old is relied on."""

    made: Made
    gone: Sequence[str]
    generation: int
    identity: str
    dimension: int
    anew: bool


@dataclass(frozen=True, slots=True)
class Prepared:
    """A generation whose rows the engine has, to be recorded when it is published."""

    facts: Mapping[str, str]
    frequencies: Mapping[str, int] = field(default_factory=dict)
    recounted: bool = True
    retired: Sequence[Retired] = ()

    def record(self, store: Store) -> None:
        """Write the ledger, inside the transaction that publishes the generation."""
        ledger = Ledger(store.database)
        ledger.begin()
        if self.recounted:
            ledger.end()
        ledger.count(self.frequencies)
        ledger.retire(self.retired)
        store.set_meta({**self.facts, "uploading": "0"})


@dataclass(slots=True)
class _Tally:
    """How many passages, terms, and passages of each term."""

    passages: int = 0
    length: int = 0
    frequencies: Counter[str] = field(default_factory=Counter)

    def add(self, passages: Sequence[Passage], sign: int = 1) -> None:
        for passage in passages:
            found = terms(passage.with_context)
            self.passages += sign
            self.length += sign * len(found)
            for term in set(found):
                self.frequencies[term] += sign


@dataclass(frozen=True, slots=True)
class _Written:
    """An article's passages as they are to be written, with their encodings' `keys`.

    `article` is its own key in the engine.
    """

    article: str
    born: int
    facts: Facts
    passages: Sequence[Passage]
    keys: Sequence[Keys]


def moves(said: str, to: Address | None) -> bool:
    """Whether a collection that recorded this backend is to search elsewhere. Raises InputError."""
    place = Place.of(said)
    if to is None or to == (place.address if place else Address()):
        return False
    if to.kind != EMBEDDED and not to.uri:
        raise InputError("--backend milvus needs --uri URI (or KUTIP_MILVUS_URI)")
    return True


def prepare(
    store: Store, changes: Changes, *, to: Address | None, tell: Progress
) -> Prepared | None:
    """Write the rows of the coming generation to the engine; None where there is none.

    Raises BackendError; nothing is then published.
    """
    meta = store.meta()
    place = Place.of(meta.get("backend", ""))
    address = to or (place.address if place else Address())
    leaving = [] if place is None else [_all_of(place, changes.generation)]
    if address.kind == EMBEDDED:
        return Prepared({"backend": ""}, retired=leaving) if place else None
    # Made before anything is written, so that a kill leaves a trace of what it left behind.
    with store.writing():
        Ledger(store.database).begin()
        store.set_meta({"uploading": "1"})
    backend = connect(address)
    try:
        near = place if place and place.address.uri == address.uri else None
        if meta.get("uploading") == "1":
            clear_strays(store, backend, near)
        return _written(store, backend, changes, meta, place=near, address=address,
                        leaving=leaving, tell=tell)  # fmt: skip
    finally:
        backend.close()


def _written(
    store: Store,
    backend: Backend,
    changes: Changes,
    meta: Mapping[str, str],
    *,
    place: Place | None,
    address: Address,
    leaving: Sequence[Retired],
    tell: Progress,
) -> Prepared:
    recounted = changes.anew or place is None or place.layout != LAYOUT
    tally = _Tally()
    if recounted:
        for one in _all(store, changes):
            tally.add(one.passages)
    else:
        tally.passages, tally.length = int(meta["bm25_passages"]), int(meta["bm25_length"])
        for one in _stored(store, [*changes.gone, *changes.made]):
            tally.add(one.passages, -1)
        for one in _made(changes):
            tally.add(one.passages)
    average = tally.length / tally.passages if tally.length else 1.0
    retired = leaving
    if recounted or place is None or abs(average / place.average - 1) > DRIFT:
        name = f"{collection_prefix(meta['id'])}{changes.generation}"
        place = Place(address, name, average)
        backend.create(name, dimension=changes.dimension, size=tally.passages)
        rows, total = _all(store, changes), tally.passages
    else:
        place = Place(address, place.name, place.average)
        rows, total = _made(changes), sum(len(pieces) for _, pieces in changes.made.values())
        retired = _retired(store, place, changes)
    _upload(store, backend, place, rows, changes.dimension, total=total, tell=tell)
    facts = {
        "backend": place.recorded(),
        "bm25_passages": str(tally.passages),
        "bm25_length": str(tally.length),
    }
    return Prepared(facts, tally.frequencies, recounted, retired)


def _upload(
    store: Store,
    backend: Backend,
    place: Place,
    articles: Iterator[_Written],
    dimension: int,
    *,
    total: int,
    tell: Progress,
) -> None:
    pending = (
        (passage_id(one.article, nth), one, passage, keys)
        for one in articles
        for nth, (passage, keys) in enumerate(zip(one.passages, one.keys, strict=True))
    )
    done = 0
    while batch := list(islice(pending, BATCH)):
        vectors = store.encodings.passage_vectors([keys for *_, keys in batch], dimension)
        backend.upsert(
            place.name,
            [
                Row(
                    identity,
                    born=one.born,
                    site=site_number(one.facts),
                    day=day_of(one.facts.published),
                    vector=vector,
                    words=weights(passage.with_context, place.average),
                )
                for (identity, one, passage, _), vector in zip(batch, vectors, strict=True)
            ],
        )
        done += len(batch)
        tell("uploading", done, total)
    if done >= BULK:
        backend.loaded(place.name)


def _all(store: Store, changes: Changes) -> Iterator[_Written]:
    """Every article of the coming generation."""
    new = {*changes.made, *changes.gone}
    yield from _stored(store, [one for one in store.article_ids() if one not in new])
    yield from _made(changes)


def _stored(store: Store, identities: Sequence[str]) -> Iterator[_Written]:
    """Those of the articles that the store has, as it has them."""
    for identity in identities:
        article, known = store.article(identity), store.article_stamp(identity)
        if article is None or known is None:
            continue
        rows = store.passages(identity)
        yield _Written(
            article_key(identity, *known),
            known[0],
            Facts.of(article),
            [row.passage(article) for row in rows],
            [row.keys for row in rows],
        )


def _made(changes: Changes) -> Iterator[_Written]:
    """The articles that the coming generation writes."""
    for identity, (article, passages) in changes.made.items():
        yield _Written(
            article_key(identity, changes.generation, article.digest, article.source_digest),
            changes.generation,
            Facts.of(article),
            passages,
            [keys_of(changes.identity, passage) for passage in passages],
        )


def _retired(store: Store, place: Place, changes: Changes) -> list[Retired]:
    """The rows of articles that are gone or were written anew."""
    now, where = time.time(), place.recorded()
    return [
        Retired(where, one.article, len(one.passages), changes.generation, now)
        for one in _stored(store, [*changes.gone, *changes.made])
    ]


def _all_of(place: Place, generation: int) -> Retired:
    return Retired(place.recorded(), "", 0, generation, time.time())
