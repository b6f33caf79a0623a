"""How likely it is that the collection answers the question."""

from __future__ import annotations

import math
from collections.abc import Sequence

from qa.answer import Hit

# A wrong answer does twice the harm of a refusal, which still shows the closest passages; then
# answering pays from 2 / (2 + 1) on.
THRESHOLD = 2 / 3
# A logistic regression over `evidence`; benchmarks/calibrate.py fits it on training questions
# asked where the answer is, where it was taken out, and in collections about other things.
WEIGHTS = (21.36, 14.15, -4.38)
BIAS = -21.82
# The same over the best cosine alone, for encoders without late interaction: E5 models put most
# answers above .82. Other families have other scales: measure them with `kutip evaluate`.
DENSE_WEIGHT, DENSE_BIAS = 40.0, -32.1
# An article without a country, a year or a name that the question names hardly answers it.
SILENT = 0.2


def confidence(hits: Sequence[Hit], *, silent: bool) -> float:
    """The probability, between 0 and 1, that the best hit's passage answers the question.

    `silent` says that no article found has a country, a year or a name that the question names.
    """
    if not hits:
        return 0.0
    if hits[0].late is None:
        log_odds = DENSE_WEIGHT * max(hit.dense for hit in hits) + DENSE_BIAS
    else:
        log_odds = BIAS + sum(w * x for w, x in zip(WEIGHTS, evidence(hits), strict=True))
    sure = 1 / (1 + math.exp(-log_odds))
    return min(sure, SILENT) if silent else sure


def evidence(hits: Sequence[Hit]) -> tuple[float, float, float]:
    """What tells an answer from a near miss: late score and cosine of the best hit, and how much
    of the question's vocabulary the collection knows.

    A question in the articles' own language scores higher throughout; the last lets the first two
    be judged by what its language makes usual.
    """
    best = hits[0]
    return best.late or 0.0, best.dense, best.known
