"""One story, many outlets: hits that are the same text in several articles become one.

Everything is computed from the hits of one question, exactly and at once: nothing is stored, so
nothing goes stale, and a collection of any size costs the same.
`benchmarks/duplicates.py` measures every constant here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Protocol

import numpy as np

from index.article import Article
from index.sentences import sentences
from index.stages import timed
from index.words import words
from qa.answer import Hit, Version
from qa.resemblance import IDENTICAL, OWN_FACTS, Pairs, Shared, known, same_facts

# Versions this much less likely (log-odds) are as good: the earliest of them is shown.
AS_GOOD = float(np.log(5.0))
# Sentences that share this much of their words say the same.
SAME = 0.6


class Told(Protocol):
    """The articles of hits, by id: those of a snapshot decode no more than they are asked."""

    def text(self, identity: str) -> str:
        """An article's text."""

    def published(self, identity: str) -> date | None:
        """When it was published."""

    def __getitem__(self, identity: str) -> Article:
        """All of it."""


@timed("fold reprints")
def fold(hits: Sequence[Hit], articles: Told, *, k: int | None = None) -> tuple[Hit, ...]:
    """The hits, best first, with each text once and the others of it under `also`; k at most.

    A result stands where its best version stood, and shows the earliest version that answers as
    well as that one.
    """
    groups: list[list[int]] = []
    group_of: list[int] = []
    alike = _alike(hits, articles)
    for i, hit in enumerate(hits):
        joined = (
            # What is in the group's best is told already; what is only in another version of it
            # joins once an article, or two passages would become one by way of a longer third.
            group_of[j]
            for j in sorted(alike[i])
            if j < i
            and (
                j == groups[group_of[j]][0]
                or all(hits[m].passage.article != hit.passage.article for m in groups[group_of[j]])
            )
        )
        place = next(joined, len(groups))
        if place == len(groups):
            groups.append([])
        groups[place].append(i)
        group_of.append(place)
    shown: dict[int, list[int]] = {}
    for group in groups:
        first = _first(hits, group, articles)
        # The earliest version may hold more than the best one did, and tell this one already.
        above = (i for i in shown if i in alike[first] and _within(hits[first], hits[i]))
        shown.setdefault(next(above, first), []).extend(group)
    return tuple(
        _result(hits, first, group, alike, articles, rank=rank)
        for rank, (first, group) in enumerate(islice(shown.items(), k), start=1)
    )


def counterparts(quote: str, versions: Sequence[Version]) -> tuple[Version, ...]:
    """A quote's sentences as other versions of its passage have them; left out where they lack."""
    quoted = set(words(quote))
    found = []
    for version in versions:
        spans = [
            span for span in sentences(version.quote)
            if share_most(set(words(version.quote[slice(*span)])), quoted)
        ]  # fmt: skip
        if spans:
            start, end = spans[0][0], spans[-1][1]
            found.append(
                replace(
                    version,
                    start=version.start + start,
                    end=version.start + end,
                    quote=version.quote[start:end],
                )
            )
    return tuple(found)


def share_most(one: set[str], other: set[str]) -> bool:
    """Whether two sets of words say the same: most of the smaller one is in both."""
    return len(one & other) >= SAME * max(1, min(len(one), len(other)))


def _alike(hits: Sequence[Hit], articles: Told) -> list[set[int]]:
    """For each hit, the others that are the same text."""
    passages = [known(hit.passage.text) for hit in hits]
    shared = Shared(passages)
    pairs = shared.overlapping()
    # Pairs are many where reprints are: one by one only those that share enough.
    same = shared.of(pairs) >= IDENTICAL
    same[same] = [
        same_facts(passages[i], passages[j], own_facts=OWN_FACTS) for i, j in pairs[same].tolist()
    ]
    alike: list[set[int]] = [set() for _ in hits]
    for i, j in [*pairs[same].tolist(), *_of_copies(hits, articles, pairs[~same]).tolist()]:
        alike[i].add(j)
        alike[j].add(i)
    return alike


def _of_copies(hits: Sequence[Hit], articles: Told, pairs: Pairs) -> Pairs:
    """Those of the pairs of hits whose articles are two, and one story."""
    numbers: dict[str, int] = {}
    of = np.array([numbers.setdefault(hit.passage.article, len(numbers)) for hit in hits], np.intp)
    pairs = pairs[of[pairs[:, 0]] != of[pairs[:, 1]]]
    met, names = sorted(set(of[pairs].ravel().tolist())), list(numbers)
    texts = [known(articles.text(names[n])) for n in met]
    found: Pairs = pairs[Shared(texts).copies(np.searchsorted(met, of[pairs]))]
    return found


def _first(hits: Sequence[Hit], group: Sequence[int], articles: Told) -> int:
    """The earliest of the versions that answer as well as the best, which leads the group."""
    if len(group) == 1:
        return group[0]
    least = hits[group[0]].score - AS_GOOD
    return min((i for i in group if hits[i].score >= least), key=_age(hits, articles))


def _within(hit: Hit, other: Hit) -> bool:
    """Whether one of two passages that are the same text is no more than the other."""
    return len(hit.passage.text) <= len(other.passage.text)


def _result(
    hits: Sequence[Hit],
    first: int,
    group: Sequence[int],
    alike: Sequence[set[int]],
    articles: Told,
    *,
    rank: int,
) -> Hit:
    """A group as one hit; versions that went to another result are named here too.

    The same words once more in the hit's own article are no other version.
    """
    own = hits[first].passage.article
    others = {i for i in alike[first] | set(group) if hits[i].passage.article != own}
    also = tuple(
        Version.cut(articles[hits[i].passage.article], hits[i].passage.start, hits[i].passage.end)
        for i in sorted(others, key=_age(hits, articles))
    )
    return replace(hits[first], rank=rank, score=hits[group[0]].score, also=also)


def _age(hits: Sequence[Hit], articles: Told) -> Callable[[int], date]:
    """A key that sorts hits by date: the earliest first, the undated last."""
    return lambda i: articles.published(hits[i].passage.article) or date.max
