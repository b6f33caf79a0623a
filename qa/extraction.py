"""Ranked passages to the sentences that answer: spans of the article, never rewritten."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from index.collection import Collection, View
from index.late_interaction import score
from index.sentences import sentences
from index.words import words
from qa.answer import Hit
from qa.fusion import semantic
from qa.retrieval import Query

# Passages read for answering sentences: the answer is in the first three or mostly nowhere.
PASSAGES = 3
# Quotes in one answer: a reader checks three, not ten.
QUOTES = 3
# A further quote must be at least a third as likely as the best one (scores are log-odds).
MARGIN = float(np.log(3.0))
# Two sentences that share this much of their words say the same.
SAME = 0.6


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a hit's passage: offsets into the article's text, and its score."""

    hit: Hit
    start: int
    end: int
    score: float


def extract(collection: Collection, view: View, query: Query, hits: tuple[Hit, ...]) -> list[Quote]:
    """The one to three sentences that answer best, best first; none when there are no hits.

    A sentence scores as its passage would if it held this sentence alone: words that the context
    already answers ("Japan") count for every sentence, so what decides is the rest.
    """
    quotes = [
        quote for hit in hits[:PASSAGES] for quote in _score_sentences(collection, view, query, hit)
    ]
    quotes.sort(key=lambda quote: (-quote.score, quote.hit.rank, quote.start))
    chosen: list[Quote] = []
    for quote in quotes:
        if len(chosen) == QUOTES or quote.score < quotes[0].score - MARGIN:
            break
        if not any(_same(view, quote, other) for other in chosen):
            chosen.append(quote)
    return chosen


def _score_sentences(collection: Collection, view: View, query: Query, hit: Hit) -> list[Quote]:
    passage = hit.passage
    spans = sentences(passage.text)
    made = view.encoding(view.snapshot.row(passage))
    if query.tokens is None or made is None or made.states is None or made.offsets is None:
        # The passage's vector knows the context, the sentence's own what it says: half each.
        texts = [passage.text[start:end] for start, end in spans]
        own = collection.encoder.encode_passages(texts).vectors @ query.vector
        scores = semantic((own + np.float32(hit.dense)) / 2, None, head=None)
    else:
        starts, ends = made.offsets[:, 0], made.offsets[:, 1]
        context = ends <= passage.text_offset
        parts = []
        for start, end in spans:
            inside = (starts >= passage.text_offset + start) & (ends <= passage.text_offset + end)
            parts.append(made.states[context | inside])
        late = score(query.tokens, parts)
        dense = np.full(len(parts), hit.dense, dtype=np.float32)
        scores = semantic(dense, late, head=collection.late)
    return [
        Quote(hit, passage.start + start, passage.start + end, float(value))
        for (start, end), value in zip(spans, scores, strict=True)
    ]


def _same(view: View, one: Quote, other: Quote) -> bool:
    """Whether two quotes share most of the words of the shorter one."""
    a, b = (
        set(words(view.snapshot.articles[q.hit.passage.article].text[q.start : q.end]))
        for q in (one, other)
    )
    return len(a & b) >= SAME * max(1, min(len(a), len(b)))
