"""Passage lookup: words, "exact phrases" and -without, no answer attempted."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import regex

from index.collection import Collection
from index.errors import InputError
from index.snapshot import Filter
from qa.answer import Hit, hit_to_dict
from qa.answering import check_question
from qa.retrieval import retrieve, understand

Span = tuple[int, int]

_PART = regex.compile(r'(?P<no>-)?(?:["“”](?P<phrase>[^"“”]+)["“”]|(?P<word>[^\s"“”]+))')


@dataclass(frozen=True, slots=True)
class Lookup:
    """Passages that match, best first; `matches` are the spans in each article's text."""

    query: str
    hits: tuple[Hit, ...]
    matches: tuple[tuple[Span, ...], ...]
    generation: int
    took_ms: float

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
        }


@dataclass(frozen=True, slots=True)
class Wanted:
    """A lookup query taken apart: free words, phrases that must stand there, and what must not."""

    words: tuple[str, ...]
    phrases: tuple[str, ...]
    without: tuple[str, ...]


def parse(query: str) -> Wanted:
    """Take a query apart. Raises InputError when nothing is asked for."""
    words, phrases, without = [], [], []
    for part in _PART.finditer(check_question(query)):
        text = part["phrase"] or part["word"]
        if part["no"]:
            without.append(text)
        elif part["phrase"]:
            phrases.append(text)
        else:
            words.append(text)
    if not words and not phrases:
        raise InputError('nothing to look for; give a word or an "exact phrase" to find')
    return Wanted(tuple(words), tuple(phrases), tuple(without))


def find(collection: Collection, query: str, *, k: int = 10, where: Filter | None = None) -> Lookup:
    """The k best passages with all phrases and nothing excluded; words rank, by meaning too.

    Phrases match whole words in any case, and in any spacing. Raises InputError, CollectionError,
    ModelError.
    """
    started = time.perf_counter()
    wanted = parse(query)
    patterns = [_pattern(phrase) for phrase in wanted.phrases]
    excluded = [_pattern(text) for text in wanted.without]
    shown = [*patterns, *(_pattern(word) for word in wanted.words)]
    text = " ".join((*wanted.words, *wanted.phrases))
    meaning = understand(collection, text)
    with collection.view() as view:
        snapshot = view.snapshot
        rows = snapshot.rows(where or Filter())
        if patterns or excluded:
            rows = np.asarray(
                [
                    row for row in rows
                    if all(p.search(snapshot.passages[row].text) for p in patterns)
                    and not any(p.search(snapshot.passages[row].text) for p in excluded)
                ],
                dtype=np.int64,
            )  # fmt: skip
        hits = retrieve(collection, view, meaning, k=k, rows=rows)
        return Lookup(
            query=query.strip(),
            hits=hits,
            matches=tuple(_matches(hit, shown) for hit in hits),
            generation=snapshot.generation,
            took_ms=(time.perf_counter() - started) * 1000,
        )


def _pattern(text: str) -> regex.Pattern[str]:
    words = [regex.escape(word) for word in text.split()]
    return regex.compile(r"(?<!\w)" + r"\s+".join(words) + r"(?!\w)", regex.IGNORECASE)


def _matches(hit: Hit, patterns: list[regex.Pattern[str]]) -> tuple[Span, ...]:
    start = hit.passage.start
    found = {
        (start + match.start(), start + match.end())
        for pattern in patterns
        for match in pattern.finditer(hit.passage.text)
    }
    return tuple(sorted(found))
