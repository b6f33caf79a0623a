"""The wrong-name case: a question about Huawei is not answered by an article about Ericsson.

A name is a capitalised word inside a sentence, of Latin letters; neighbouring ones are one name.
An article speaks of it when it has one of its words. Where none does, the name may be another in
the articles' language: Japan is Jepang there, and Defence is Pertahanan. Then one of its words has
its like, by late interaction, in the passages or their contexts.
"""

from __future__ import annotations

import numpy as np
import regex

from index.article import Passage
from index.collection import View
from index.late_interaction import Floats, QueryTokens, cosines
from qa.alignment import ALIKE, SYLLABIC
from qa.answer import Hit
from qa.retrieval import Query, states

Span = tuple[int, int]

# Shorter words are seldom names, and initials of many.
MIN_CHARS = 4
# Where every noun has a capital, or a name is written a syllable at a time.
EXCEPT = SYLLABIC | {"de", "lb"}

_WORD = regex.compile(
    rf"(?<![\p{{L}}\p{{M}}\p{{N}}])\p{{Lu}}[\p{{Latin}}\p{{M}}]{{{MIN_CHARS - 1},}}"
)
_BETWEEN = regex.compile(r"[\s\p{Pd}]")
# A sentence begins after these, and at the start.
BEGINS = frozenset(".?!:;¿¡(\"'“‘«")
_LATIN, _LETTER = regex.compile(r"\p{Latin}"), regex.compile(r"\p{L}")


def speaking_of(
    view: View, query: Query, hits: tuple[Hit, ...], *, language: str
) -> tuple[tuple[Hit, ...], bool]:
    """The hits that speak of every name in the question, and False.

    All the hits, and True, when there is no such hit.
    """
    tokens, offsets = query.tokens, query.offsets
    names = names_in(query.text) if language not in EXCEPT else []
    if not names or not hits or tokens is None or offsets is None or not _is_latin(hits[0].passage):
        return hits, False
    articles = [view.snapshot.articles[hit.passage.article] for hit in hits]
    # Letters and not words: Iranian has Iran in it, and cutting words would cost a millisecond.
    said = [f"{article.title}\n{article.text}".casefold() for article in articles]
    best: Floats | None = None
    kept = set(range(len(hits)))
    for name in names:
        own = [query.text[start:end].casefold() for start, end in name]
        having = {i for i, there in enumerate(said) if any(word in there for word in own)}
        if having:
            kept &= having
            continue
        best = _best(view, tokens, hits) if best is None else best
        starts, ends = offsets[:, 0], offsets[:, 1]
        parts = [best[(starts < end) & (ends > start)] for start, end in name]
        # The end of a very long question is not encoded.
        alike = [float(part.mean()) for part in parts if len(part)]
        if alike and max(alike) < ALIKE:
            return hits, True
    return (tuple(hits[i] for i in sorted(kept)), False) if kept else (hits, True)


def _best(view: View, tokens: QueryTokens, hits: tuple[Hit, ...]) -> Floats:
    """The best cosine of each token of the question in the hits or their contexts."""
    rows = [view.snapshot.row(hit.passage) for hit in hits]
    found = [states(made) for row in rows for made in (view.encoding(row), view.context(row))]
    codes = [one for one in found if one.size]
    if not codes:
        return np.ones(len(tokens.weights), dtype=np.float32)
    best: Floats = cosines(tokens, np.concatenate(codes)).max(axis=1)
    return best


def names_in(question: str) -> list[list[Span]]:
    """The names in a question, as the spans of their words."""
    names: list[list[Span]] = []
    for found in _WORD.finditer(question):
        start, end = found.span()
        before = question[:start].rstrip()
        if not before or before[-1] in BEGINS:
            continue  # the first word of a sentence has a capital in any case
        if names and _BETWEEN.fullmatch(question[names[-1][-1][1] : start]):
            names[-1].append((start, end))
        else:
            names.append([(start, end)])
    return names


def _is_latin(passage: Passage) -> bool:
    """Whether its names are of Latin letters; of others the like is found less well."""
    return 2 * len(_LATIN.findall(passage.text)) > len(_LETTER.findall(passage.text))
