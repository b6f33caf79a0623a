"""How much two texts share of their words, and whether one is a copy of the other.

`benchmarks/duplicates.py` measures every constant here.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import regex

from index.article import Article
from index.words import words

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
# Multiplies the first word's hash, so that a pair is not its reverse: the golden ratio in 64 bits
# (Knuth 1998, "The Art of Computer Programming" 3, section 6.4), odd.
ORDERED = np.uint64(0x9E3779B97F4A7C15)
# Texts whose words are remembered for the next question: some 20 KB each.
KNOWN = 1000

Pairs = npt.NDArray[np.intp]  # (n, 2), each two places

_CAPITAL = r"\p{Lu}[\p{L}\p{M}\p{N}]*"
_NUMBER = r"\p{N}+(?:[.,:/-]\p{N}+)*"
# Inside a sentence a capital makes a name; at its start it may.
_FACT = regex.compile(rf"(?<=[\p{{L}}\p{{N}},;:)]\s[\"'“‘(]?){_CAPITAL}|{_NUMBER}")
_POSSIBLE_FACT = regex.compile(rf"{_CAPITAL}|{_NUMBER}")


class Text:
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


def copies(one: Article, other: Article) -> bool:
    """Whether two articles are one story told in mostly the same words."""
    shared = Shared([Text(one.text), Text(other.text)])
    return bool(shared.copies(np.array([[0, 1]]))[0])


@lru_cache(maxsize=KNOWN)
def known(text: str) -> Text:
    """A text that other questions may meet too."""
    return Text(text)


class Shared:
    """How much each two of some texts share of their pairs of words."""

    def __init__(self, texts: Sequence[Text]) -> None:
        sets = [text.hashes for text in texts]
        self._texts = texts
        self._sizes, self._common = np.array([len(one) for one in sets]), _common(sets)

    def overlapping(self) -> Pairs:
        """The pairs of texts, i < j, of which the smaller shares enough with the other."""
        common, sizes = self._common, self._sizes
        enough = ALIGNED * np.minimum(sizes[:, None], sizes)
        return np.argwhere(np.triu((common > 0) & (common >= enough), k=1))

    def of(self, pairs: Pairs) -> npt.NDArray[np.float64]:
        """What each pair shares of all that the two have together, (n,)."""
        i, j = pairs.T
        common = self._common[i, j].astype(np.float64)
        ratios: npt.NDArray[np.float64] = common / np.maximum(
            1, self._sizes[i] + self._sizes[j] - common
        )
        return ratios

    def copies(self, pairs: Pairs) -> npt.NDArray[np.bool_]:
        """For each pair whether the two are one story told in mostly the same words, (n,)."""
        # Pairs are many where reprints are: one by one only those that share enough, each once.
        ratios = self.of(pairs)
        found = ratios >= COPY
        told: dict[tuple[int, int], bool] = {}
        for n in np.flatnonzero(found).tolist():
            i, j = sorted(pairs[n].tolist())
            if (i, j) not in told:
                told[i, j] = _copies(self._texts[i], self._texts[j], float(ratios[n]))
            found[n] = told[i, j]
        return found


def _copies(one: Text, other: Text, shared: float) -> bool:
    if min(len(one.hashes), len(other.hashes)) < ENOUGH:
        return shared >= IDENTICAL and same_facts(one, other, own_facts=0)
    fewer = min(len(one.facts), len(other.facts))
    return fewer < ENOUGH_FACTS or len(one.facts & other.facts) >= FACTS * fewer


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


def same_facts(one: Text, other: Text, *, own_facts: int) -> bool:
    """No name or number replaced by another, and `own_facts` of them in both at least."""
    return len(one.facts & other.facts) >= own_facts and not (
        one.possible_facts - other.possible_facts and other.possible_facts - one.possible_facts
    )
