"""A snapshot's passages, searched by an engine and scored from the store.

The engine gives candidates. Their scores are computed here, from the vectors and texts of the same
generation as everything else, by the same formulas as without an engine: so the ranking is the
same on either side, whatever an engine rounds, and a hit of another generation has no row here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from index.backends.backend import LAYOUT, Among, Backend, Place
from index.backends.connecting import Connections
from index.backends.ids import Ids
from index.backends.ledger import Ledger
from index.backends.weights import Counted, term_id
from index.bm25 import norm, part
from index.encodings import keys_of
from index.errors import BackendError, CollectionError
from index.rows import Rows, top_k
from index.searchers import MARGIN, Floats, Which
from index.snapshot import Snapshot
from index.stages import timed
from index.store import Store
from index.vectors import products
from index.words import terms as terms_of

# Up to so many admitted rows are named to the engine; more are covered (see `covering`), and of
# what it then finds those that are admitted are taken.
NAMED = 2000
# Hits asked for beyond what the share of admitted rows among those covered suggests, and by how
# much when they are too few.
SPARE, MORE = 1.25, 4

_Hits = list[tuple[str, float]]


class RemoteSearchers:
    """See `searchers.Searchers`; for one question. Raises BackendError, CollectionError."""

    def __init__(
        self,
        directory: Path,
        snapshot: Snapshot,
        store: Store,
        ids: Ids,
        place: Place,
        connections: Connections,
    ) -> None:
        """Search a snapshot whose generation `store` reads."""
        self._directory, self._snapshot, self._store, self._ids = directory, snapshot, store, ids
        self._place, self._connections = place, connections
        meta = store.meta()
        self._dimension = int(meta["dimension"])
        self._counted = Counted(
            int(meta["bm25_passages"]), int(meta["bm25_length"]),
            Ledger(store.database).frequencies,
        )  # fmt: skip
        self._vectors: dict[int, Floats] = {}
        self._scored: tuple[tuple[str, ...], dict[int, float]] = ((), {})

    def nearest(self, query: Floats, k: int, rows: Rows | None = None) -> Rows:
        """See `Searchers`."""

        def search(backend: Backend, n: int, among: Among) -> _Hits:
            return backend.nearest(self._place.name, query, n, among)

        found = self._hits(search, k, rows)
        return top_k(found, self.similarities(query, found), k)[0]

    def best(self, terms: Sequence[str], k: int, rows: Rows | None = None) -> Rows:
        """See `Searchers`."""
        weights: dict[int, float] = {}
        for term, weight in self._counted.weigh(terms).items():
            weights[term_id(term)] = weights.get(term_id(term), 0.0) + weight

        def search(backend: Backend, n: int, among: Among) -> _Hits:
            return backend.best(self._place.name, weights, n, among)

        found = self._hits(search, k, rows) if weights else np.empty(0, dtype=np.int64)
        scores = self.scores(terms, found)
        return top_k(found[scores > 0], scores[scores > 0], k)[0]

    def both(
        self, query: Callable[[], Floats], terms: Sequence[str], k: int, rows: Rows | None = None
    ) -> tuple[Rows, Rows]:
        """See `Searchers`. One after the other: both read by one connection to the store."""
        return self.nearest(query(), k, rows), self.best(terms, k, rows)

    def similarities(self, query: Floats, rows: Rows) -> Floats:
        """See `Searchers`."""
        missing = [int(row) for row in rows if int(row) not in self._vectors]
        if missing:
            passages, identity = self._snapshot.passages, self._snapshot.identity
            keys = [keys_of(identity, passages[row]) for row in missing]
            read = self._store.encodings.passage_vectors(keys, self._dimension)
            self._vectors.update(zip(missing, read, strict=True))
        matrix = np.empty((len(rows), self._dimension), dtype=np.float32)
        for place, row in enumerate(rows):
            matrix[place] = self._vectors[int(row)]
        return products(matrix, query)

    def scores(self, terms: Sequence[str], rows: Rows) -> Floats:
        """See `Searchers`."""
        asked = tuple(terms)
        if self._scored[0] != asked:
            self._scored = (asked, {})
        known = self._scored[1]
        weights = self._counted.weigh(asked)
        for row in map(int, rows):
            if row not in known:
                known[row] = self._score(weights, self._snapshot.passages[row].with_context)
        return np.array([known[int(row)] for row in rows], dtype=np.float32)

    def ceiling(self, terms: Sequence[str]) -> float:
        """See `Searchers`."""
        return self._counted.ceiling(terms)

    def may_have(self, choices: Iterable[Sequence[str]], rows: Rows) -> Which:
        """See `Searchers`. An engine gives the best rows, not all: each may, and its text tells."""
        del choices
        return np.ones(len(rows), dtype=bool)

    def known(self, terms: Sequence[str]) -> float:
        """See `Searchers`."""
        return self._counted.known(terms)

    def _score(self, weights: dict[str, float], text: str) -> float:
        """BM25 of one passage: term by term as `LexicalIndex.get_scores` adds them up."""
        found = terms_of(text)
        counts = Counter(term for term in found if term in weights)
        against = norm(len(found), self._counted.average)
        return float(
            sum(
                weight * part(counts[term], against)
                for term, weight in weights.items()
                if term in counts
            )
        )

    def _hits(
        self,
        search: Callable[[Backend, int, Among], _Hits],
        k: int,
        rows: Rows | None,
    ) -> Rows:
        """Rows of this generation that the search finds, of `rows` if given: k and some to spare.

        Fewer only where there are no more.
        """
        try:
            backend = self._connections.to(self._place.address)
            found = self._gathered(
                lambda n, among: search(backend, n, among), backend.most, k, rows
            )
        except BackendError:
            self._connections.forget(self._place.address)
            self._still_there()
            raise
        self._still_there()
        return found

    @timed("engine")
    def _gathered(
        self, search: Callable[[int, Among], _Hits], most: int, k: int, rows: Rows | None
    ) -> Rows:
        wanted = k + MARGIN
        if rows is not None and len(rows) <= NAMED:
            return self._rows(search(wanted, self._ids.of(rows)), rows)
        cover, share = None, 1.0
        if rows is not None:
            through = len(self._ids)
            if self._place.layout == LAYOUT:  # what was uploaded earlier cannot be covered
                cover, through = self._ids.coverer.cover(rows)
            share = len(rows) / through
        limit = min(most, int(wanted / share * SPARE))
        while True:
            hits = search(limit, cover)
            found = self._rows(hits, rows)
            # Hits may be of another generation or not admitted: then more are asked for.
            if len(found) >= wanted or len(hits) < limit:
                return found
            if limit == most:
                break
            limit = min(most, limit * MORE)
        everything = np.arange(len(self._ids), dtype=np.int64) if rows is None else rows
        parts = [everything[i : i + NAMED] for i in range(0, len(everything), NAMED)]
        return np.concatenate([self._rows(search(wanted, self._ids.of(p)), p) for p in parts])

    def _rows(self, hits: Sequence[tuple[str, float]], rows: Rows | None) -> Rows:
        known = (self._ids.row(identity) for identity, _ in hits)
        found = np.array(list(dict.fromkeys(row for row in known if row is not None)), np.int64)
        return found if rows is None else found[np.isin(found, rows)]

    def _still_there(self) -> None:
        """Make sure that rows of this generation were not removed while they were searched."""
        with Store.open(self._directory) as newest:
            swept = int(newest.meta().get("swept", "0"))
        if swept > self._snapshot.generation:
            raise CollectionError(
                f"{self._directory}: was updated again and again while this was asked; ask again"
            )
