"""How likely it is that the collection answers the question."""

from __future__ import annotations

import math
from collections.abc import Sequence

from qa.answer import Hit
from qa.extraction import Quote
from qa.retrieval import Query

# Below even odds, "not in these articles" is the honest answer.
THRESHOLD = 0.5


def confidence(query: Query, hits: Sequence[Hit], quotes: Sequence[Quote]) -> float:
    """The probability, between 0 and 1, that the best quote answers the question."""
    if not hits or not quotes:
        return 0.0
    best = max(hit.dense for hit in hits)
    return 1 / (1 + math.exp(-60 * (best - 0.83)))
