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
WEIGHTS = (15.69, 10.6, -3.87, 1.09)
BIAS = -18.08
# The same over the best cosine alone, for encoders without late interaction: E5 models put most
# answers above .82. Other families have other scales: measure them with `kutip evaluate`.
DENSE_WEIGHT, DENSE_BIAS = 40.0, -32.1
# The lead is over the mean of so many: one alone may be another report of the same.
RIVALS = 5
# Log-odds, twenty to one. More is no surer: where the news is about one thing, answers lead by less
# than in an encyclopedia.
CLEAR = 3.0
# An article that never names a country the question names hardly answers it.
SILENT = 0.2


def confidence(hits: Sequence[Hit], found: Sequence[Hit], *, silent: bool) -> float:
    """The probability, between 0 and 1, that the best hit's passage answers the question.

    `found` are all candidates, best first, with those hits among them. `silent` says that no
    article found names a country that the question names.
    """
    if not hits:
        return 0.0
    if hits[0].late is None:
        log_odds = DENSE_WEIGHT * max(hit.dense for hit in hits) + DENSE_BIAS
    else:
        log_odds = BIAS + sum(w * x for w, x in zip(WEIGHTS, evidence(hits[0], found), strict=True))
    sure = 1 / (1 + math.exp(-log_odds))
    return min(sure, SILENT) if silent else sure


def evidence(best: Hit, found: Sequence[Hit]) -> tuple[float, float, float, float]:
    """What tells an answer from a near miss: late score and cosine of the best hit, how much of
    the question's vocabulary the collection knows, and the hit's lead over other articles.

    A question in the articles' own language scores higher throughout; the last two let the first
    be judged by what its language makes usual.
    """
    return best.late or 0.0, best.dense, best.known, _lead(best, found)


def _lead(best: Hit, found: Sequence[Hit]) -> float:
    """How far, in log-odds, a hit is ahead of the next passages of other articles; CLEAR at most.

    Its own article's passages share its context and are no rivals, but where there are no others.
    """
    own = {best.passage.article, *(version.article for version in best.also)}
    below = [hit for hit in found if hit.rank > best.rank]
    rivals = [hit for hit in below if hit.passage.article not in own] or below
    if not rivals:
        return 0.0
    scores = [hit.score for hit in rivals[:RIVALS]]
    return min(CLEAR, best.score - sum(scores) / len(scores))
