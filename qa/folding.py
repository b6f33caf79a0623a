"""One story, many outlets: hits that are the same text in several articles become one.

Everything is computed from the hits of one question, exactly and at once: nothing is stored, so
nothing goes stale, and a collection of any size costs the same.
`benchmarks/duplicates.py` measures every constant here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, cached_property, lru_cache
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
import regex

from index.article import Article
from index.sentences import sentences
from index.stages import timed
from index.words import words
from qa.answer import Hit, Version

# Shared pairs of neighbouring words over all (Jaccard; Broder 1997, "On the resemblance and
# containment of documents", with shingles of two words). A copy with three words in ten replaced
# keeps a third; of 1.1 million pairs of real articles, one (a credited rewrite) has this much.
COPY = 0.23
# Fewer pairs than this make that share a matter of chance: it would vary by a third.
ENOUGH = 50
# Of names and numbers copies share as much as of words; two reports from one mould share the
# words and differ in who, where and how many.
FACTS, ENOUGH_FACTS = 0.5, 6
# In short texts, and between articles that are no copies, only near-identity counts, where
# one word in ten may differ (two reports that open on the same fact share .72).
IDENTICAL = 0.75
# Names and numbers by which a passage says what it says without its article.
OWN_FACTS = 2
# Share of the smaller passage's pairs, by which passages of two copies match each other.
ALIGNED = 0.25
# Versions this much less likely (log-odds) are as good: the earliest of them is shown.
AS_GOOD = float(np.log(5.0))
# Sentences that share this much of their words say the same.
SAME = 0.6
# Multiplies the first word's hash, so that a pair is not its reverse: the golden ratio in 64 bits
# (Knuth 1998, "The Art of Computer Programming" 3, section 6.4), odd.
ORDERED = np.uint64(0x9E3779B97F4A7C15)
# Texts whose words are remembered for the next question: some 20 KB each.
KNOWN = 1000

_CAPITAL = r"\p{Lu}[\p{L}\p{M}\p{N}]*"
_NUMBER = r"\p{N}+(?:[.,:/-]\p{N}+)*"
# Inside a sentence a capital makes a name; at its start it may.
_FACT = regex.compile(rf"(?<=[\p{{L}}\p{{N}},;:)]\s[\"'“‘(]?){_CAPITAL}|{_NUMBER}")
_POSSIBLE_FACT = regex.compile(rf"{_CAPITAL}|{_NUMBER}")


class _Text:
    """What two texts are compared by."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def hashes(self) -> npt.NDArray[np.uint64]:
        """The pairs of neighbouring words as numbers of 64 bits, in order, each once.

        The words themselves where there is but one; too many for two pairs to meet in one.
        """
        # The words themselves are not kept: they take ten times the memory.
        found = np.fromiter(map(hash, words(self._text)), np.int64).view(np.uint64)
        made = np.sort(found[:-1] * ORDERED + found[1:] if len(found) > 1 else found)
        once: npt.NDArray[np.uint64] = made[_first_of_each(made)]
        return once

    @cached_property
    def facts(self) -> frozenset[str]:
        """The names and numbers."""
        return frozenset(found.casefold() for found in _FACT.findall(self._text))

    @cached_property
    def possible_facts(self) -> frozenset[str]:
        """The same, with the first words of sentences."""
        return frozenset(found.casefold() for found in _POSSIBLE_FACT.findall(self._text))


@timed("fold reprints")
def fold(
    hits: Sequence[Hit], articles: Mapping[str, Article], *, k: int | None = None
) -> tuple[Hit, ...]:
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


def copies(one: Article, other: Article) -> bool:
    """Whether two articles are one story told in mostly the same words."""
    texts = _Text(one.text), _Text(other.text)
    return _copies(*texts, _Shared(texts).of(0, 1))


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


def _alike(hits: Sequence[Hit], articles: Mapping[str, Article]) -> list[set[int]]:
    """For each hit, the others that are the same text."""
    passages = [_known(hit.passage.text) for hit in hits]
    shared = _Shared(passages)
    pairs = shared.overlapping()
    found = [
        (i, j)
        for i, j in pairs
        if _identical(passages[i], passages[j], shared.of(i, j), own_facts=OWN_FACTS)
    ]
    found += _of_copies(hits, articles, sorted(set(pairs) - set(found)))
    alike: list[set[int]] = [set() for _ in hits]
    for i, j in found:
        alike[i].add(j)
        alike[j].add(i)
    return alike


def _of_copies(
    hits: Sequence[Hit], articles: Mapping[str, Article], pairs: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Those of the pairs of hits whose articles are two, and one story."""
    names = [hit.passage.article for hit in hits]
    pairs = [(i, j) for i, j in pairs if names[i] != names[j]]
    places = {name: n for n, name in enumerate(sorted({names[i] for pair in pairs for i in pair}))}
    texts = [_known(articles[name].text) for name in places]
    shared = _Shared(texts)

    @cache
    def are_copies(one: int, other: int) -> bool:
        return _copies(texts[one], texts[other], shared.of(one, other))

    return [(i, j) for i, j in pairs if are_copies(*sorted((places[names[i]], places[names[j]])))]


@lru_cache(maxsize=KNOWN)
def _known(text: str) -> _Text:
    """A text that other questions may meet too."""
    return _Text(text)


class _Shared:
    """How much each two of some texts share of their pairs of words."""

    def __init__(self, texts: Sequence[_Text]) -> None:
        sets = [text.hashes for text in texts]
        self._sizes, self._common = np.array([len(one) for one in sets]), _common(sets)

    def overlapping(self) -> list[tuple[int, int]]:
        """The pairs of texts, i < j, of which the smaller shares enough with the other."""
        common, sizes = self._common, self._sizes
        enough = ALIGNED * np.minimum(sizes[:, None], sizes)
        found = np.argwhere(np.triu((common > 0) & (common >= enough), k=1))
        return [(i, j) for i, j in found.tolist()]

    def of(self, i: int, j: int) -> float:
        """What two of them share of all they have together."""
        common = int(self._common[i, j])
        return common / max(1, int(self._sizes[i] + self._sizes[j]) - common)


def _common(sets: Sequence[npt.NDArray[np.uint64]]) -> npt.NDArray[np.float32]:
    """How many numbers each two of these sets share, (n, n)."""
    numbers = np.concatenate([np.empty(0, np.uint64), *sets])
    owners = np.repeat(np.arange(len(sets)), [len(one) for one in sets])
    order = np.argsort(numbers)
    numbers, owners = numbers[order], owners[order]
    column = np.cumsum(_first_of_each(numbers)) - 1
    shared = np.bincount(column) > 1  # most stand in one text alone
    there = shared[column]
    holds = np.zeros((len(sets), int(shared.sum())), dtype=np.float32)
    holds[owners[there], (np.cumsum(shared) - 1)[column[there]]] = 1
    return holds @ holds.T


def _first_of_each(ordered: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Which of these numbers, in order, are not repetitions of the one before.

    As `numpy.unique`, which imports masked arrays, a twentieth of what a first answer takes.
    """
    first = np.ones(len(ordered), dtype=bool)
    first[1:] = ordered[1:] != ordered[:-1]
    return first


def _copies(one: _Text, other: _Text, shared: float) -> bool:
    if min(len(one.hashes), len(other.hashes)) < ENOUGH:
        return _identical(one, other, shared, own_facts=0)
    if shared < COPY:
        return False
    fewer = min(len(one.facts), len(other.facts))
    return fewer < ENOUGH_FACTS or len(one.facts & other.facts) >= FACTS * fewer


def _identical(one: _Text, other: _Text, shared: float, *, own_facts: int) -> bool:
    """Nearly the same words, and no name or number replaced by another."""
    return (
        shared >= IDENTICAL
        and len(one.facts & other.facts) >= own_facts
        and not (
            one.possible_facts - other.possible_facts and other.possible_facts - one.possible_facts
        )
    )


def _first(hits: Sequence[Hit], group: Sequence[int], articles: Mapping[str, Article]) -> int:
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
    articles: Mapping[str, Article],
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


def _age(hits: Sequence[Hit], articles: Mapping[str, Article]) -> Callable[[int], date]:
    """A key that sorts hits by date: the earliest first, the undated last."""
    return lambda i: articles[hits[i].passage.article].published or date.max
