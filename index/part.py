"""Some articles with their passages as arrays, decoded one by one when asked for.

Arrays can be mapped from a file, so that opening a million passages reads none of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from index.article import Article, Passage, Summary
from index.records import (
    ARTICLE_COLUMNS,
    PassageRow,
    article_of_row,
    columns_of_article,
    summary_of_row,
)
from index.rows import Rows
from index.texts import Texts

# Articles and texts decoded lately: some questions' worth. A question comes back to each of its
# hundred candidates several times.
DECODED = 256
KEY_BYTES = 32
_TEXT = ARTICLE_COLUMNS.index("text")


@dataclass(frozen=True, slots=True)
class Facts:
    """What filters ask of an article; `url` is cut to its host. Many articles share theirs."""

    outlet: str | None
    url: str | None
    published: date | None

    @classmethod
    def of(cls, article: Article) -> Facts:
        """Those of an article."""
        try:
            host = urlsplit(article.url or "").hostname
        except ValueError:
            host = None
        return cls(article.outlet, f"//{host}" if host else None, article.published)

    def to_list(self) -> list[str | None]:
        """As JSON."""
        return [self.outlet, self.url, self.published.isoformat() if self.published else None]

    @classmethod
    def from_list(cls, said: Sequence[str | None]) -> Facts:
        """From JSON."""
        outlet, url, published = said
        return cls(outlet, url, date.fromisoformat(published) if published else None)


@dataclass(frozen=True, slots=True)
class Entry:
    """One article as it is kept: what tells that it changed, its record, text and passages."""

    identity: str
    stamp: bytes
    record: str
    text: str
    facts: Facts
    passages: tuple[tuple[int, int, int, str, bytes, bytes], ...]

    @classmethod
    def of(cls, article: Article, rows: Sequence[PassageRow], stamp: bytes) -> Entry:
        """An article with its passages, as stored."""
        record = list(columns_of_article(article))
        record[_TEXT] = ""  # kept apart, whole
        passages = tuple(
            (
                row.number,
                row.start,
                row.end,
                row.context,
                bytes.fromhex(row.encoding),
                bytes.fromhex(row.context_encoding or ""),
            )
            for row in rows
        )
        return cls(article.id, stamp, json.dumps(record), article.text, Facts.of(article), passages)


def stamp_of(generation: int, digest: str, source_digest: str) -> bytes:
    """What tells an article from another state of it."""
    said = f"{generation}\0{digest}\0{source_digest}".encode()
    return hashlib.blake2b(said, digest_size=16).digest()


class Part:
    """Some articles with their passages, as arrays; a snapshot has one or two."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[Any]], facts: Sequence[Facts]) -> None:
        """Take arrays that `of` made, or `arrays` gave."""
        self._arrays = arrays
        self.facts = facts
        self.ids = Texts.mapped(arrays, "ids")
        self._records = Texts.mapped(arrays, "records")
        self._texts = Texts.mapped(arrays, "texts")
        self._contexts = Texts.mapped(arrays, "contexts")
        self.text = lru_cache(DECODED)(self._texts.__getitem__)
        self.article = lru_cache(DECODED)(self._article)

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Part:
        """The articles of the entries, in their order."""
        kept = list(entries)
        facts: dict[Facts, int] = {}
        contexts: dict[tuple[str, bytes], int] = {("", b""): 0}
        numbers, keys, places = [], [], []
        for entry in kept:
            for number, start, end, context, key, context_key in entry.passages:
                place = contexts.setdefault((context, context_key), len(contexts))
                numbers.append((number, start, end))
                places.append(place)
                keys.append(key)
        counts = [len(entry.passages) for entry in kept]
        context_keys = b"".join(key.ljust(KEY_BYTES, b"\0") for _, key in contexts)
        arrays = {
            **Texts.of(entry.identity for entry in kept).arrays("ids"),
            **Texts.of(entry.record for entry in kept).arrays("records"),
            **Texts.of(entry.text for entry in kept).arrays("texts"),
            **Texts.of(context for context, _ in contexts).arrays("contexts"),
            "stamps": np.frombuffer(b"".join(e.stamp for e in kept), np.uint8).reshape(-1, 16),
            "facts": np.array([facts.setdefault(e.facts, len(facts)) for e in kept], np.int32),
            "starts": np.cumsum([0, *counts], dtype=np.int64),
            "spans": np.array(numbers, np.int32).reshape(-1, 3),
            "context": np.array(places, np.int32),
            "keys": np.frombuffer(b"".join(keys), np.uint8).reshape(-1, KEY_BYTES),
            "context_keys": np.frombuffer(context_keys, np.uint8).reshape(-1, KEY_BYTES),
        }
        return cls(arrays, list(facts))

    def __len__(self) -> int:
        return len(self.ids)

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The arrays it is made of."""
        return dict(self._arrays)

    @property
    def fact_of(self) -> npt.NDArray[np.int32]:
        """For each article the place of its facts in `facts`."""
        return self._arrays["facts"]

    @property
    def counts(self) -> Rows:
        """How many passages each article has."""
        counts: Rows = np.diff(self._arrays["starts"])
        return counts

    def stamp(self, place: int) -> bytes:
        """What tells one article from another state of it."""
        stamp: bytes = self._arrays["stamps"][place].tobytes()
        return stamp

    @classmethod
    def joined(cls, base: Part, fresh: Part, places: Rows) -> Part:
        """The articles at these places in `base`, or ~place in `fresh`, copied and not decoded."""
        if not len(places):
            return cls.of(())
        # Neighbours in one part are copied at once.
        parts, at = (base, fresh), np.where(places >= 0, places, ~places)
        breaks = np.flatnonzero((np.diff(at) != 1) | (np.diff(places < 0))) + 1
        runs = [
            (int(places[first] < 0), int(at[first]), int(at[last - 1]) + 1)
            for first, last in pairwise([0, *breaks.tolist(), len(places)])
        ]
        arrays: dict[str, npt.NDArray[Any]] = {}
        for name in ("ids", "records", "texts"):
            texts = [Texts.mapped(part._arrays, name) for part in parts]
            lengths = [one.lengths for one in texts]
            cut = [lengths[part][first:last] for part, first, last in runs]
            pieces = [texts[part].run(first, last) for part, first, last in runs]
            arrays |= Texts(np.concatenate(pieces), np.cumsum(np.concatenate(cut))).arrays(name)
        facts: dict[Facts, int] = {}
        new = [
            np.array([facts.setdefault(one, len(facts)) for one in part.facts], np.int32)
            for part in parts
        ]
        arrays["stamps"] = np.concatenate([parts[p]._arrays["stamps"][a:b] for p, a, b in runs])
        arrays["facts"] = np.concatenate([new[p][parts[p].fact_of[a:b]] for p, a, b in runs])
        counts = np.concatenate([parts[p].counts[a:b] for p, a, b in runs])
        arrays["starts"] = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        starts = [part._arrays["starts"] for part in parts]
        rows = [(p, int(starts[p][a]), int(starts[p][b])) for p, a, b in runs]
        for name in ("spans", "keys"):
            arrays[name] = np.concatenate([parts[p]._arrays[name][a:b] for p, a, b in rows])
        # Contexts that nobody has any more go; the first is none.
        offset = len(base._contexts)
        used = np.concatenate([parts[p]._arrays["context"][a:b] + p * offset for p, a, b in rows])
        used[used == offset] = 0
        kept, context = np.unique(np.append(used, 0), return_inverse=True)
        arrays["context"] = context[:-1].astype(np.int32)
        both = np.where(kept < offset, kept, ~(kept - offset))
        keys = np.concatenate([part._arrays["context_keys"] for part in parts])
        arrays["context_keys"] = keys[kept]
        arrays |= Texts.of(
            (base if place >= 0 else fresh)._contexts[place if place >= 0 else ~place]
            for place in both.tolist()
        ).arrays("contexts")
        return cls(arrays, list(facts))

    def entry(self, place: int) -> Entry:
        """One article as it was given."""
        first, last = (int(edge) for edge in self._arrays["starts"][place : place + 2])
        passages = []
        for row in range(first, last):
            number, start, end = (int(n) for n in self._arrays["spans"][row])
            key, context_key = (bytes.fromhex(k or "") for k in self.keys(row))
            context = self._contexts[int(self._arrays["context"][row])]
            passages.append((number, start, end, context, key, context_key))
        return Entry(
            self.ids[place], self.stamp(place), self._records[place], self._texts[place],
            self.facts[int(self.fact_of[place])], tuple(passages),
        )  # fmt: skip

    def passage(self, place: int, nth: int) -> Passage:
        """The nth passage of an article."""
        row = int(self._arrays["starts"][place]) + nth
        number, start, end = (int(n) for n in self._arrays["spans"][row])
        context = self._contexts[int(self._arrays["context"][row])]
        text = self.text(place)[start:end]
        return Passage(self.ids[place], number, start, end, text, context)

    def text_of(self, place: int, nth: int) -> str:
        """The text of the nth passage of an article."""
        _, start, end = self._arrays["spans"][self._arrays["starts"][place] + nth].tolist()
        return self.text(place)[start:end]

    def keys_of(self, place: int, nth: int) -> tuple[str, str | None]:
        """The keys of the encodings of a passage's text and of its context."""
        return self.keys(int(self._arrays["starts"][place]) + nth)

    def keys(self, row: int) -> tuple[str, str | None]:
        """The same by row."""
        context = int(self._arrays["context"][row])
        of_context = self._arrays["context_keys"][context].tobytes().hex() if context else None
        return self._arrays["keys"][row].tobytes().hex(), of_context

    @cached_property
    def summaries(self) -> list[Summary]:
        """Every article in short, which costs a tenth of decoding it."""
        return [summary_of_row(json.loads(self._records[place])) for place in range(len(self))]

    def _article(self, place: int) -> Article:
        row = json.loads(self._records[place])
        row[_TEXT] = self.text(place)
        return article_of_row(row)
