"""Which words of the passage the words of the question met: japan -> jepang.

Late interaction gives each question token its best match; read off the best passage, word by
word, it shows across languages what was understood.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import regex

from index.collection import View
from index.late_interaction import cosines
from index.records import StoredEncoding
from index.stages import timed
from qa.answer import Hit
from qa.retrieval import Query

# Below this cosine the nearest word is no translation, only the least distant one.
ALIKE = 0.6
# As many pairs as fit on a line.
PAIRS = 5

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
# Scripts that do not part words with spaces: there a token is the word, but for katakana, whose
# runs are words.
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_KATAKANA = regex.compile(r"[\p{Katakana}ー]")

# Written a syllable at a time, most words being of two: "đào tạo" is one word, training.
SYLLABIC = frozenset({"vi"})

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Met:
    """A word of the question, where it stands, and what it met: `weighty` above the average.

    `alike` are all the words that it has its like in.
    """

    start: int
    end: int
    cosine: float
    other: str
    weighty: bool
    alike: frozenset[str]


@timed("align words")
def align(view: View, query: Query, best: Hit, *, language: str) -> tuple[Pair, ...]:
    """Pairs of a question's word and another word it met in the best passage or its context.

    In the order of the question; only words that weigh more than the average and match well.
    Where the question's language parts syllables with spaces, neighbours that have their like in
    the same word are one word.
    """
    row = view.snapshot.row(best.passage)
    met = _words_met(
        query,
        [
            *_matches(query, best.passage.text, view.encoding(row)),
            *_matches(query, best.passage.context, view.context(row)),
        ],
    )
    if language in SYLLABIC:
        met = _joined(met, query.text)
    pairs: dict[str, tuple[float, str]] = {}
    for one in sorted(met, key=lambda one: -one.cosine):
        if one.weighty and one.cosine >= ALIKE:
            word = query.text[one.start : one.end].casefold()
            pairs.setdefault(word, (one.cosine, one.other))
    # A token that met its own word shows that the word was not translated at all.
    shown = [(word, other) for word, (_, other) in pairs.items() if word != other]
    order = {word: query.text.casefold().find(word) for word, _ in shown}
    return tuple(sorted(shown, key=lambda pair: order[pair[0]])[:PAIRS])


def _words_met(query: Query, matches: list[tuple[int, float, str]]) -> list[_Met]:
    """The words of the question in its order, each with the best match of its tokens."""
    if query.tokens is None or query.offsets is None:
        return []
    weights = query.tokens.weights
    found: dict[tuple[int, int], _Met] = {}
    for token, cosine, other in matches:
        start, end = _word_around(query.text, query.offsets[token])
        if start == end or not other:
            continue
        weighty = bool(weights[token] > weights.mean())
        one = _Met(
            start, end, cosine, other, weighty, frozenset({other} if cosine >= ALIKE else ())
        )
        known = found.get((start, end), one)
        # Of the tokens of one word, a weighty one speaks for it.
        first = max(known, one, key=lambda met: (met.weighty, met.cosine))
        found[start, end] = replace(first, alike=known.alike | one.alike)
    return [found[span] for span in sorted(found)]


def _joined(met: list[_Met], text: str) -> list[_Met]:
    """The same, with neighbours that met one word as one: its strongest match speaks for all.

    A neighbour may have met another word, if it has its like in the stronger's, too: "đào tạo" is
    training beside "pendidikan dan pelatihan", education and training.
    """
    joined: list[_Met] = []
    for one in met:
        last = joined[-1] if joined else None
        if last is None or text[last.end : one.start] != " ":
            joined.append(one)
            continue
        weaker, stronger = sorted((last, one), key=lambda met: met.cosine)
        if last.other == one.other or stronger.other in weaker.alike:
            weighty, alike = last.weighty or one.weighty, last.alike & one.alike
            joined[-1] = replace(
                stronger, start=last.start, end=one.end, weighty=weighty, alike=alike
            )
        else:
            joined.append(one)
    return joined


def _matches(query: Query, text: str, made: StoredEncoding | None) -> list[tuple[int, float, str]]:
    """Each question token with its best cosine in a text, and the word it met there.

    And with each other word that is its like.
    """
    if query.tokens is None or made is None or made.states is None or made.offsets is None:
        return []
    if not len(made.states):
        return []
    similar = cosines(query.tokens, made.states)
    met = similar >= ALIKE
    met[np.arange(len(similar)), similar.argmax(axis=1)] = True
    return [
        (token, float(similar[token, place]), _word_at(text, made.offsets[place]))
        for token, place in np.argwhere(met).tolist()
    ]


def _word_at(text: str, span: npt.NDArray[np.integer]) -> str:
    """The whole word around a token, case-folded; empty where the token is no word."""
    start, end = _word_around(text, span)
    return text[start:end].casefold()


def _word_around(text: str, span: npt.NDArray[np.integer]) -> tuple[int, int]:
    """Where the whole word around a token stands; an empty span where the token is no word."""
    start, end = (int(edge) for edge in span)
    piece = text[start:end]
    if not _UNSPACED.search(piece):
        letter = _KATAKANA if _KATAKANA.match(piece) else _WORD
        while start > 0 and letter.fullmatch(text[start - 1 : start]):
            start -= 1
        while end < len(text) and letter.fullmatch(text[end : end + 1]):
            end += 1
        if not _WORD.fullmatch(text[start:end].strip()):
            return start, start
    word = text[start:end]
    start += len(word) - len(word.lstrip())
    return start, start + len(word.strip())
