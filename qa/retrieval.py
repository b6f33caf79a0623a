"""A question to ranked passages: two searches, one pool of candidates, one score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from index.collection import Collection, View
from index.late_interaction import LateScores, QueryTokens, TokenVectors, score
from index.passages import leads
from index.records import StoredEncoding
from index.rows import Rows
from index.sentences import sentences
from index.stages import timed
from index.words import terms
from qa.answer import Hit
from qa.fusion import Signals, fuse

Floats = npt.NDArray[np.float32]

# Candidates each search hands on. Of the passages that answer a question, dense search holds
# 98 percent in its first 50 on the development sets; more only cost time.
CANDIDATES = 50


@dataclass(frozen=True, slots=True, eq=False)
class Meaning:
    """A question encoded: unit vector, and token vectors if any.

    `offsets` (tokens, 2) are each token vector's code points in the question.
    """

    vector: Floats
    tokens: QueryTokens | None
    offsets: npt.NDArray[np.int32] | None


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """A question as the searchers take it: BM25 terms, and a meaning.

    It is encoded when its meaning is first asked for, which raises ModelError where it cannot be.
    """

    text: str
    terms: tuple[str, ...]
    encode: Callable[[], Meaning]

    @property
    def vector(self) -> Floats:
        """See `Meaning`."""
        return self.encode().vector

    @property
    def tokens(self) -> QueryTokens | None:
        """See `Meaning`."""
        return self.encode().tokens

    @property
    def offsets(self) -> npt.NDArray[np.int32] | None:
        """See `Meaning`."""
        return self.encode().offsets


def understand(collection: Collection, question: str) -> Query:
    """A question as the searchers take it."""
    return Query(question, tuple(terms(question)), cache(partial(_encode, collection, question)))


@timed("encode the question")
def _encode(collection: Collection, question: str) -> Meaning:
    head = collection.late
    made = collection.encoder.encode_queries([_lowered(question)], with_tokens=head is not None)
    tokens = offsets = None
    if head and made.tokens:
        tokens, offsets = head.project_query(made.tokens[0].states), made.tokens[0].offsets
    return Meaning(made.vectors[0], tokens, offsets)


def _lowered(question: str) -> str:
    """The same in small letters, of the same length, where all its words are in capitals.

    The encoder takes words in capitals for abbreviations.
    """
    small = question.lower()
    return (
        small
        if question.isupper() and " " in question and len(small) == len(question)
        else question
    )


@timed("rank")
def retrieve(
    collection: Collection,
    view: View,
    query: Query,
    *,
    k: int,
    rows: Rows | None = None,
    candidates: int = CANDIDATES,
) -> tuple[Hit, ...]:
    """The k best of the candidates for a query, best first; among `rows` alone when given."""
    found = gather(view, query, rows=rows, candidates=candidates)
    scores = fuse(found, head=collection.late)
    order = np.lexsort((found.rows, -scores))[:k]
    return tuple(
        Hit(
            rank=rank,
            passage=view.snapshot.passages[found.rows[i]],
            score=float(scores[i]),
            dense=float(found.dense[i]),
            bm25=float(found.bm25[i]),
            known=found.known,
            late=None if found.late is None else float(found.late.passage[i]),
            sentence=None if found.late is None else float(found.late.sentence[i]),
        )
        for rank, i in enumerate(order, start=1)
    )


def gather(
    view: View, query: Query, *, rows: Rows | None = None, candidates: int = CANDIDATES
) -> Signals:
    """The candidates of both searches, so many of each, with every signal for each.

    `rows` (a filter's) act before the ranking, so a narrow filter still fills the page.
    """
    searchers = view.searchers
    nearest, lexical = searchers.both(lambda: query.vector, query.terms, candidates, rows)
    pool = np.union1d(nearest, lexical)
    return Signals(
        rows=pool,
        dense=searchers.similarities(query.vector, pool),
        bm25=searchers.scores(query.terms, pool),
        ceiling=searchers.ceiling(query.terms),
        known=searchers.known(query.terms),
        late=_late(view, query, pool),
    )


@timed("late interaction")
def _late(view: View, query: Query, rows: Rows) -> LateScores | None:
    if query.tokens is None:
        return None
    view.prefetch(rows.tolist())
    own = [_under_lead(view, int(row)) for row in rows]
    contexts = [states(view.context(int(row))) for row in rows]
    return score(query.tokens, own, contexts)


def _under_lead(view: View, row: int) -> list[TokenVectors]:
    """The same as `in_sentences`, but that a section's lead is with each sentence after it.

    The passages after the lead's have it in their context. Without it, the sentences beside the
    lead would lose to them, knowing less of what they are about.
    """
    parts = in_sentences(view, row)
    passages = view.snapshot.passages
    if len(parts) < 2 or row + 1 == len(passages):
        return parts
    # Nearly always the context is the same, which the keys tell without decoding a passage.
    if passages.keys(row)[1] == passages.keys(row + 1)[1]:
        return parts
    if not leads(passages[row], passages[row + 1]):
        return parts
    lead, *later = parts
    return [lead, *(np.concatenate([lead, part]) for part in later)]


def in_sentences(view: View, row: int) -> list[TokenVectors]:
    """The token vectors of a passage, sentence by sentence."""
    made = view.encoding(row)
    if made is None or made.states is None or made.offsets is None:
        return []
    later = _later_sentences(view.snapshot.passages[row].text)
    if not later:
        return [made.states]
    cuts = [0, *np.searchsorted(made.offsets[:, 0], later).tolist(), len(made.states)]
    return [made.states[start:end] for start, end in pairwise(cuts)]


@lru_cache(maxsize=4096)
def _later_sentences(text: str) -> tuple[int, ...]:
    """Where the sentences after the first begin."""
    return tuple(start for start, _ in sentences(text)[1:])


def states(made: StoredEncoding | None) -> TokenVectors:
    """The token vectors of an encoding, (tokens, width); none where there is no encoding."""
    if made is None or made.states is None:
        return np.empty((0, 1), dtype=np.int8)
    return made.states
