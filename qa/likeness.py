"""How nearly a word of the question is met in what was found, by late interaction.

Across languages a name may be another word: Japan is Jepang, Japanese and японский. Its tokens
have their like in a passage or its context where the passage speaks of it.
"""

from __future__ import annotations

import numpy as np

from index.collection import View
from index.late_interaction import Floats, cosines
from qa.answer import Hit
from qa.retrieval import Query, states


def best_likes(view: View, query: Query, hits: tuple[Hit, ...]) -> Floats | None:
    """The best cosine of each token of the question in the hits or their contexts: (tokens,).

    None where there is nothing to compare: an encoder without a head, or hits without tokens.
    """
    if query.tokens is None or query.offsets is None:
        return None
    rows = [view.snapshot.row(hit.passage) for hit in hits]
    found = [states(made) for row in rows for made in (view.encoding(row), view.context(row))]
    codes = [one for one in found if one.size]
    if not codes:
        return None
    best: Floats = cosines(query.tokens, np.concatenate(codes)).max(axis=1)
    return best


def likeness(query: Query, best: Floats, span: tuple[int, int]) -> float | None:
    """The mean of `best` over the tokens of one stretch of the question.

    None where it was not encoded: the end of a very long question is not.
    """
    if query.offsets is None:
        return None
    start, end = span
    part = best[(query.offsets[:, 0] < end) & (query.offsets[:, 1] > start)]
    return float(part.mean()) if len(part) else None
