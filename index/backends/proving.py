"""Whether an engine holds what the collection promises."""

from __future__ import annotations

from collections import Counter

from index.backends.backend import Place
from index.backends.connecting import connect
from index.backends.ledger import Ledger
from index.backends.naming import article_key, passage_id
from index.store import Store
from index.words import terms


def wrong_in_engine(store: Store) -> list[str]:
    """What is not as it should be, inside `store.reading()` or with the writer's lock.

    Every passage must be in the engine, and nothing that is not to be removed. Raises BackendError.
    """
    meta = store.meta()
    place = Place.of(meta.get("backend", ""))
    if place is None:
        return []
    sizes = Counter(row.article for row in store.passages())
    wanted = {
        passage_id(article_key(identity, generation, digest, source), nth)
        for identity, generation, digest, source in store.article_stamps()
        for nth in range(sizes[identity])
    }
    leaving = {
        passage_id(one.article, nth)
        for one in Ledger(store.database).retired()
        for nth in range(one.passages)
    }
    backend = connect(place.address)
    try:
        if place.name not in backend.names(place.name):
            return ["does not have the collection"]
        found = set(backend.ids(place.name))
    finally:
        backend.close()
    wrong = []
    if missing := len(wanted - found):
        wrong.append(f"lacks {missing} of {len(wanted)} passages")
    strays = found - wanted - leaving
    if strays and meta.get("uploading") != "1":
        wrong.append(f"holds {len(strays)} passages that belong to no generation")
    return wrong


def wrong_in_ledger(store: Store) -> list[str]:
    """Whether the frequencies are those of the passages, inside `store.reading()`."""
    meta = store.meta()
    if not meta.get("backend"):
        return []
    frequencies: Counter[str] = Counter()
    passages = length = 0
    articles = {article.id: article for article in store.articles()}
    for row in store.passages():
        found = terms(row.passage(articles[row.article]).with_context)
        frequencies.update(set(found))
        passages, length = passages + 1, length + len(found)
    kept = Ledger(store.database).all_frequencies()
    stated = (int(meta["bm25_passages"]), int(meta["bm25_length"]))
    if stated != (passages, length) or kept != dict(frequencies):
        return ["the terms counted are not those of the passages"]
    return []
