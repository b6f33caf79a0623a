"""Finding passages for a request: what may be found, ranked, each text once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from index.collection import Collection, View
from index.rows import Rows
from index.stages import timed
from qa.answer import Hit, Narrowed
from qa.folding import fold
from qa.operators import Request
from qa.phrases import Phrase
from qa.retrieval import CANDIDATES, Query, retrieve

# Passages looked at beyond the k asked for: of a thousand that are one text, one is the answer,
# and comparing each with each takes a second.
MOST = 1000
NONE = np.empty(0, dtype=np.int64)


@timed("filter")
def admit(view: View, request: Request) -> tuple[Rows | None, Narrowed]:
    """The rows that a request's operators let through (None: all), and what they did.

    Where no passage holds the phrases, the rows are those that everything else lets through, so
    that there is something close to show.
    """
    snapshot = view.snapshot
    if not request:
        return None, Narrowed(request, len(snapshot.passages))
    rows = snapshot.rows(*request.filters)
    if request.without:
        may = _may_hold(view, rows, *request.without)
        held = _those(view, rows[may], lambda text: not request.excludes(text))
        rows = np.union1d(rows[~may], held)
    held = rows
    if request.phrases:
        for phrase in request.phrases:
            held = held[_may_hold(view, held, phrase)]
        held = _those(view, held, request.holds)
    missing = tuple(phrase.text for phrase in request.phrases) if not len(held) else ()
    left_out = snapshot.count(request.leaves_out)
    admitted = rows if missing else held
    return admitted, Narrowed(request, len(admitted), left_out, missing)


@timed("search")
def search(
    collection: Collection, view: View, query: Query, *, k: int, rows: Rows | None
) -> tuple[Hit, ...]:
    """The k best texts among `rows` (None: all passages), best first; reprints are folded.

    Fewer than k only when there are no more, or when k + MOST passages are no more: candidates
    that folded away are made up for. The passages of an article that has a copy among the hits
    are scored too, so that a passage meets its counterparts.
    """
    snapshot = view.snapshot
    size = len(snapshot.passages)
    found: dict[int, Hit] = {}
    wanted = rows
    met: set[str] = set()
    candidates = CANDIDATES
    while True:
        before = len(found)
        # All candidates of both searches: what is folded must be known before the best k are taken.
        for hit in retrieve(
            collection, view, query, k=2 * candidates, rows=wanted, candidates=candidates
        ):
            found[snapshot.row(hit.passage)] = hit
        ranked = [found[row] for row in sorted(found, key=lambda row: (-found[row].score, row))]
        folded = fold(ranked, snapshot.articles, k=k)
        told = {
            article
            for hit in folded
            if hit.also
            for article in (hit.passage.article, *(version.article for version in hit.also))
        } - met
        met |= told
        known = np.fromiter(found, dtype=np.int64)
        of_told = [np.arange(*snapshot.span(article).indices(size)) for article in sorted(told)]
        wanted = np.setdiff1d(np.concatenate([NONE, *of_told]), known, assume_unique=True)
        if rows is not None:
            wanted = np.intersect1d(wanted, rows, assume_unique=True)
        if not len(wanted) and len(folded) < k:
            left = np.arange(size) if rows is None else rows
            wanted = np.setdiff1d(left, known, assume_unique=True)
        # Nothing new: an engine may have lost what is still wanted.
        if not len(wanted) or len(found) == before or len(found) >= k + MOST:
            return folded
        candidates *= 2


def _may_hold(view: View, rows: Rows, *phrases: Phrase) -> npt.NDArray[np.bool_]:
    """For each row whether its passage may hold one of the phrases, by its words alone."""
    found = np.zeros(len(rows), dtype=bool)
    for phrase in phrases:
        found |= view.searchers.may_have(phrase.grams(), rows)
    return found


def _those(view: View, rows: Rows, wanted: Callable[[str], bool]) -> Rows:
    """The rows whose passage's text is wanted."""
    texts = view.snapshot.passages.texts(rows)
    found: Rows = rows[np.fromiter(map(wanted, texts), dtype=bool, count=len(rows))]
    return found
