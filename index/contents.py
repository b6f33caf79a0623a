"""The articles and passages of one generation: those of a large part, and what came since."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from index.article import Article, Passage, Summary
from index.part import Facts, Part
from index.rows import Rows

# Passages decoded lately: some questions' worth.
DECODED_PASSAGES = 1024


class Articles(Mapping[str, Article]):
    """The articles of a snapshot by id, in order of their ids."""

    def __init__(self, base: Part, fresh: Part, ids: Sequence[str], places: Rows) -> None:
        """`places` are each article's place in `base`, or ~place in `fresh`; `ids` are sorted."""
        self.base, self.fresh, self.ids, self.places = base, fresh, ids, places

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[str]:
        return iter(self.ids)

    def __contains__(self, identity: object) -> bool:
        return isinstance(identity, str) and self._find(identity) is not None

    def __getitem__(self, identity: str) -> Article:
        nth = self._find(identity)
        if nth is None:
            raise KeyError(identity)
        part, place = self.at(nth)
        return part.article(place)

    def text(self, identity: str) -> str:
        """An article's text, without decoding the rest. Raises KeyError."""
        part, place = self.at(self.nth(identity))
        return part.text(place)

    def published(self, identity: str) -> date | None:
        """When an article was published, likewise. Raises KeyError."""
        part, place = self.at(self.nth(identity))
        return part.facts[int(part.fact_of[place])].published

    def summaries(self) -> list[Summary]:
        """All articles in short, in order."""
        base, fresh = self.base.summaries, self.fresh.summaries
        return [base[at] if at >= 0 else fresh[~at] for at in self.places.tolist()]

    def differing(self, before: Articles) -> list[str]:
        """The ids of those that another generation has otherwise, in order.

        Only what was written since is decoded: an article of one stamp is the same.
        """
        return [
            identity
            for identity in self.ids
            if identity in before
            and self.stamp(self.nth(identity)) != before.stamp(before.nth(identity))
            and self[identity] != before[identity]
        ]

    def nth(self, identity: str) -> int:
        """Which one an article is. Raises KeyError."""
        found = self._find(identity)
        if found is None:
            raise KeyError(identity)
        return found

    def at(self, nth: int) -> tuple[Part, int]:
        """Where the nth article stands."""
        place = int(self.places[nth])
        return (self.base, place) if place >= 0 else (self.fresh, ~place)

    def stamp(self, nth: int) -> bytes:
        """What tells the nth article from another state of it."""
        part, place = self.at(nth)
        return part.stamp(place)

    def of_each(self, of: Callable[[Part], npt.NDArray[Any]]) -> npt.NDArray[Any]:
        """A value for each article, (n,), of those that `of` gives for each article of a part."""
        values = np.concatenate([of(self.base), of(self.fresh)])
        return values[np.where(self.places >= 0, self.places, len(self.base) + ~self.places)]

    def by_facts(
        self, tell: Callable[[Facts], int | bool], kind: type[np.generic]
    ) -> npt.NDArray[Any]:
        """What is told of each article's facts, (n,); those that articles share are asked once."""

        def told(part: Part) -> npt.NDArray[Any]:
            return np.array([tell(facts) for facts in part.facts], kind)[part.fact_of]

        return self.of_each(told)

    def _find(self, identity: str) -> int | None:
        nth = bisect_left(self.ids, identity)
        return nth if nth < len(self.ids) and self.ids[nth] == identity else None


class Passages(Sequence[Passage]):
    """The passages of a snapshot: row i is passage i in every searcher."""

    def __init__(self, articles: Articles) -> None:
        self._articles = articles
        counts = articles.of_each(lambda part: part.counts)
        self.starts: Rows = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        self._count = int(self.starts[-1])
        self._passage = lru_cache(DECODED_PASSAGES)(self._decoded)
        self._keys = lru_cache(DECODED_PASSAGES)(self._decoded_keys)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, row: int) -> Passage: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[Passage]: ...
    def __getitem__(self, row: int | slice) -> Passage | Sequence[Passage]:
        if isinstance(row, slice):
            return [self._decoded(i) for i in range(*row.indices(len(self)))]
        return self._passage(int(row))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Passages) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def texts(self, rows: Rows) -> Iterator[str]:
        """The texts of many passages: without their contexts, in a fifth of the time."""
        nths = self.starts.searchsorted(rows, side="right") - 1
        within = rows - self.starts[nths]
        for nth, which in zip(nths.tolist(), within.tolist(), strict=True):
            part, place = self._articles.at(nth)
            yield part.text_of(place, which)

    def keys(self, row: int) -> tuple[str, str | None]:
        """The keys of the encodings of a passage's text and of its context (None without one)."""
        return self._keys(int(row))

    def _decoded(self, row: int) -> Passage:
        part, place, nth = self._at(row)
        return part.passage(place, nth)

    def _decoded_keys(self, row: int) -> tuple[str, str | None]:
        part, place, nth = self._at(row)
        return part.keys_of(place, nth)

    def _at(self, row: int) -> tuple[Part, int, int]:
        if not -self._count <= row < self._count:
            raise IndexError(row)
        row %= self._count
        nth = int(self.starts.searchsorted(row, side="right")) - 1
        part, place = self._articles.at(nth)
        return part, place, row - int(self.starts[nth])
