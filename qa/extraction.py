"""Ranked passages to the sentences that answer: spans of the article, never rewritten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from index.collection import Collection, View
from index.headings import ASKING
from index.late_interaction import LateScores, best_matches, trusted
from index.rows import Rows
from index.sentences import sentences
from index.stages import timed
from index.words import words
from qa.answer import Hit
from qa.expected import ExpectedKind
from qa.folding import share_most
from qa.fusion import Floats, semantic
from qa.retrieval import Query, in_sentences, states

# Passages read for answering sentences: the answer is in the first three or mostly nowhere.
PASSAGES = 3
# Quotes in one answer: a reader checks three, not ten.
QUOTES = 3
# Sentences in one quote: beyond three it is a passage.
SENTENCES = 3
# Scores are log-odds: what is less than a fifth as likely as the best is left out.
MARGIN = float(np.log(5.0))
# A passage's first sentence says what the later ones are about, which need not say it again. In
# full, its words would make every later sentence as good; .8 and .9 do nearly as well.
OPENING_TRUST = 0.85


@dataclass(frozen=True, slots=True)
class Quote:
    """Neighbouring sentences of a hit's passage: offsets into the article's text, and a score."""

    hit: Hit
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class _Statement:
    """A sentence of a passage, with the questions right before it that it answers.

    `numbers` are the sentences', from 0; `span` is from the first to the last, in the passage.
    """

    numbers: range
    span: tuple[int, int]


@timed("extract")
def extract(
    collection: Collection,
    view: View,
    query: Query,
    hits: tuple[Hit, ...],
    *,
    rows: Rows | None = None,
) -> list[Quote]:
    """One to three quotes that answer best, best first; none when there are no hits.

    The order is that of the passages, which are judged whole; inside each, a sentence scores as
    its passage would if it held this sentence alone, knowing what the first is about, and gains by
    holding the kind of thing that the question asks for. Neighbouring sentences that score nearly
    the same are one quote. A question in the text answers nothing: it is quoted with what follows
    it in its passage, or what follows it in the next one is, if that is among `rows`.
    """
    chosen: list[Quote] = []
    for hit in hits:
        if hit.score < hits[0].score - MARGIN:
            break
        for quote in _answers(collection, view, query, hit, rows):
            if len(chosen) < QUOTES and not any(_same(view, quote, other) for other in chosen):
                chosen.append(quote)
    return chosen


def _answers(
    collection: Collection, view: View, query: Query, hit: Hit, rows: Rows | None
) -> Iterator[Quote]:
    """The passage's quotes; for one that only asks, the best of the next passage instead."""
    for quote in _quotes(collection, view, query, hit):
        if not _asks(view, quote):
            yield quote
        elif below := _next(view, hit, rows):
            after = (q for q in _quotes(collection, view, query, below) if not _asks(view, q))
            yield from islice(after, 1)


def _quotes(collection: Collection, view: View, query: Query, hit: Hit) -> list[Quote]:
    """The passage's best sentences in runs of neighbours, the run with the best one first."""
    statements = _statements(hit.passage.text)
    if not statements:  # of a row of dashes a piece may hold nothing else
        return []
    spans = [statement.span for statement in statements]
    numbers = [statement.numbers for statement in statements]
    scores = _scores(collection, view, query, hit, statements)
    near = scores >= scores.max() - MARGIN
    runs: list[Quote] = []
    taken = np.zeros(len(spans), dtype=bool)
    for best in np.argsort(-scores, kind="stable"):
        if not near[best] or taken[best]:
            continue
        first = last = int(best)
        while True:
            room = SENTENCES - (numbers[last].stop - numbers[first].start)
            before = after = -np.inf
            if first and near[first - 1] and len(numbers[first - 1]) <= room:
                before = scores[first - 1]
            if last + 1 < len(spans) and near[last + 1] and len(numbers[last + 1]) <= room:
                after = scores[last + 1]
            if max(before, after) == -np.inf:
                break
            first, last = (first - 1, last) if before >= after else (first, last + 1)
        if not taken[first : last + 1].any():
            start, end = hit.passage.start + spans[first][0], hit.passage.start + spans[last][1]
            runs.append(Quote(hit, start, end, float(scores[best])))
        taken[first : last + 1] = True
    return runs


def _scores(
    collection: Collection, view: View, query: Query, hit: Hit, statements: list[_Statement]
) -> Floats:
    """The score of each statement, as log-odds."""
    row = view.snapshot.row(hit.passage)
    texts = [hit.passage.text[slice(*statement.span)] for statement in statements]
    made = view.encoding(row)
    if query.tokens is None or made is None or made.states is None or made.offsets is None:
        # The passage's vector knows the context, the sentence's own what it says: half each.
        own = collection.encoder.encode_passages(texts).vectors @ query.vector
        return semantic(((own + hit.dense) / 2).astype(np.float32), None, head=None)
    parts = in_sentences(view, row)
    said = [np.concatenate(parts[s.numbers.start : s.numbers.stop]) for s in statements]
    matches = best_matches(query.tokens, said)
    matches[:, 1:] = np.maximum(matches[:, 1:], trusted(matches[:, :1], OPENING_TRUST))
    # Among sentences of one passage the context is common to all, and counts in full.
    matches = np.maximum(matches, best_matches(query.tokens, [states(view.context(row))]))
    late = (query.tokens.weights @ matches).astype(np.float32)
    dense = np.full(len(late), hit.dense, dtype=np.float32)
    scores = semantic(dense, LateScores(late, late), head=collection.late)
    expected = ExpectedKind.for_encoder(collection.encoder.fingerprint)
    if expected is not None:
        scores += expected.gains(query.vector, query.text, texts)
    return scores


def _statements(text: str) -> list[_Statement]:
    """The sentences, each with the questions right before it; questions alone at the end."""
    spans = sentences(text)
    found: list[_Statement] = []
    first = 0
    for last, (start, end) in enumerate(spans):
        if text[start:end].endswith(ASKING) and last + 1 < len(spans):
            continue
        first = max(first, last + 1 - SENTENCES)
        found.append(_Statement(range(first, last + 1), (spans[first][0], end)))
        first = last + 1
    return found


def _asks(view: View, quote: Quote) -> bool:
    """Whether a quote is a question, or some, and no more.

    What somebody is told to have asked, within quotation marks, is none: readers may want to know.
    """
    text = view.snapshot.articles[quote.hit.passage.article].text[quote.start : quote.end]
    return all(text[start:end].endswith(ASKING) for start, end in sentences(text))


def _next(view: View, hit: Hit, rows: Rows | None) -> Hit | None:
    """The passage after a hit's in its article, if it was searched."""
    row = view.snapshot.row(hit.passage) + 1
    passages = view.snapshot.passages
    if row == len(passages) or (rows is not None and row not in rows):
        return None
    below = passages[row]
    return replace(hit, passage=below, also=()) if below.article == hit.passage.article else None


def _same(view: View, one: Quote, other: Quote) -> bool:
    """Whether two quotes share most of the words of the shorter one."""
    return share_most(
        *(
            set(words(view.snapshot.articles[q.hit.passage.article].text[q.start : q.end]))
            for q in (one, other)
        )
    )
