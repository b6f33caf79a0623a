"""Passage lookup: words, "exact phrases", -without and filters; no answer attempted."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

from index.collection import Collection
from index.filters import Filter
from qa.answer import Hit, Narrowed, hit_to_dict
from qa.operators import parse
from qa.phrases import Phrase, Span
from qa.retrieval import understand
from qa.searching import admit, search


@dataclass(frozen=True, slots=True)
class Lookup:
    """Passages that match, best first; `matches` are the spans in each article's text.

    `query` is what was typed, `narrowed` what was understood of its operators.
    """

    query: str
    hits: tuple[Hit, ...]
    matches: tuple[tuple[Span, ...], ...]
    generation: int
    took_ms: float
    narrowed: Narrowed

    def best(self, k: int) -> Lookup:
        """The same with the k best of its hits; itself where it has no more."""
        if len(self.hits) <= k:
            return self
        return replace(self, hits=self.hits[:k], matches=self.matches[:k])

    def to_dict(self) -> dict[str, Any]:
        """The lookup as the documented JSON object."""
        return {
            "query": self.query,
            "hits": [
                hit_to_dict(hit) | {"matches": [list(span) for span in spans]}
                for hit, spans in zip(self.hits, self.matches, strict=True)
            ],
            "generation": self.generation,
            "took_ms": round(self.took_ms, 1),
            "filters": self.narrowed.to_dict(),
        }


def find(collection: Collection, query: str, *, k: int = 10, where: Filter | None = None) -> Lookup:
    """The k best passages with all phrases and nothing excluded; words rank, by meaning too.

    Raises InputError, CollectionError, ModelError.
    """
    started = time.perf_counter()
    request = parse(query, where=where)
    meaning = understand(collection, request.text)
    with collection.view() as view:
        rows, narrowed = admit(view, request)
        hits = () if narrowed.missing else search(collection, view, meaning, k=k, rows=rows)
        shown = (*request.phrases, *map(Phrase, request.words))
        return Lookup(
            query=request.typed,
            hits=hits,
            matches=tuple(_matches(hit, shown) for hit in hits),
            generation=view.snapshot.generation,
            took_ms=(time.perf_counter() - started) * 1000,
            narrowed=narrowed,
        )


def _matches(hit: Hit, shown: tuple[Phrase, ...]) -> tuple[Span, ...]:
    offset = hit.passage.start
    return tuple(
        sorted(
            {
                (offset + start, offset + end)
                for phrase in shown
                for start, end in phrase.spans(hit.passage.text)
            }
        )
    )
