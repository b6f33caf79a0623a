"""How likely it is that the collection answers the question."""

from __future__ import annotations

import math
from collections.abc import Sequence

from qa.answer import Hit

# Below even odds, "not in these articles" is the honest answer.
THRESHOLD = 0.5
# A logistic regression over `evidence`; benchmarks/calibrate.py fits it on training questions
# asked where the answer is, where it was taken out, and in collections about other things.
WEIGHTS = (20.0, 20.0)
BIAS = -28.0
# The same over the best cosine alone, for encoders without late interaction.
DENSE_WEIGHT, DENSE_BIAS = 40.0, -33.0


def confidence(hits: Sequence[Hit]) -> float:
    """The probability, between 0 and 1, that one of the passages answers the question."""
    if not hits:
        return 0.0
    if hits[0].late is None:
        log_odds = DENSE_WEIGHT * max(hit.dense for hit in hits) + DENSE_BIAS
    else:
        log_odds = BIAS + sum(w * x for w, x in zip(WEIGHTS, evidence(hits), strict=True))
    return 1 / (1 + math.exp(-log_odds))


def evidence(hits: Sequence[Hit]) -> tuple[float, float]:
    """What tells an answer from a near miss: the best hit's late score, and its cosine."""
    best = hits[0]
    return best.late or 0.0, best.dense
