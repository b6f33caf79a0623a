"""Which words of the passage the words of the question met: japan -> jepang.

Late interaction gives each question token its best match; read off the best passage, word by
word, it shows across languages what was understood.
"""

from __future__ import annotations

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

Pair = tuple[str, str]


@timed("align words")
def align(view: View, query: Query, best: Hit) -> tuple[Pair, ...]:
    """Pairs of a question's word and another word it met in the best passage or its context.

    In the order of the question; only words that weigh more than the average and match well.
    """
    if query.tokens is None or query.offsets is None or not len(query.tokens.weights):
        return ()
    row = view.snapshot.row(best.passage)
    met = [
        *_matches(query, best.passage.text, view.encoding(row)),
        *_matches(query, best.passage.context, view.context(row)),
    ]
    pairs: dict[str, tuple[float, str]] = {}
    weights = query.tokens.weights
    for token, cosine, other in sorted(met, key=lambda found: -found[1]):
        word = _word_at(query.text, query.offsets[token])
        if weights[token] > weights.mean() and cosine >= ALIKE and word and other:
            pairs.setdefault(word, (cosine, other))
    # A token that met its own word shows that the word was not translated at all.
    shown = [(word, other) for word, (_, other) in pairs.items() if word != other]
    order = {word: query.text.casefold().find(word) for word, _ in shown}
    return tuple(sorted(shown, key=lambda pair: order[pair[0]])[:PAIRS])


def _matches(query: Query, text: str, made: StoredEncoding | None) -> list[tuple[int, float, str]]:
    """Each question token with its best cosine in a text, and the word it met there."""
    if query.tokens is None or made is None or made.states is None or made.offsets is None:
        return []
    if not len(made.states):
        return []
    similar = cosines(query.tokens, made.states)
    best = similar.argmax(axis=1)
    return [
        (token, float(similar[token, place]), _word_at(text, made.offsets[place]))
        for token, place in enumerate(best)
    ]


def _word_at(text: str, span: npt.NDArray[np.integer]) -> str:
    """The whole word around a token, case-folded; empty where the token is no word."""
    start, end = (int(edge) for edge in span)
    piece = text[start:end]
    if _UNSPACED.search(piece):
        return piece.strip()
    letter = _KATAKANA if _KATAKANA.match(piece) else _WORD
    while start > 0 and letter.fullmatch(text[start - 1 : start]):
        start -= 1
    while end < len(text) and letter.fullmatch(text[end : end + 1]):
        end += 1
    word = text[start:end].strip()
    return word.casefold() if _WORD.fullmatch(word) else ""
