"""The one Answer that the command line, the page and every program get."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from index.article import Passage


@dataclass(frozen=True, slots=True)
class Hit:
    """A ranked passage and the evidence for its rank.

    `score` orders hits of one question; `dense` is the cosine of question and passage vectors,
    `bm25` the lexical score, `known` the share of the question's terms that the collection has,
    `late` the late-interaction score and `sentence` that of the best sentence (None where not
    computed).
    """

    rank: int
    passage: Passage
    score: float
    dense: float
    bm25: float
    known: float
    late: float | None = None
    sentence: float | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote and where it stands: `article.text[start:end] == quote`."""

    n: int
    article: str
    title: str
    outlet: str | None
    published: date | None
    url: str | None
    start: int
    end: int
    quote: str
    passage: Passage


@dataclass(frozen=True, slots=True)
class Answer:
    """What the articles say to a question: cited quotes, best first, or nothing.

    `answered` is False when the articles do not say; then `citations` is empty and `hits` holds
    the closest passages. `confidence` is between 0 and 1. `terms` pairs words of the question
    with the words they were also searched as.
    """

    question: str
    language: str
    answered: bool
    confidence: float
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    terms: tuple[tuple[str, str], ...]
    generation: int
    took_ms: float

    def to_dict(self) -> dict[str, Any]:
        """The answer as the documented JSON object (see README, "The answer as JSON")."""
        return {
            "question": self.question,
            "language": self.language,
            "answered": self.answered,
            "confidence": round(self.confidence, 4),
            "answer": [{"quote": c.quote, "citation": c.n} for c in self.citations],
            "citations": [_citation(c) for c in self.citations],
            "hits": [hit_to_dict(hit) for hit in self.hits],
            "terms": [list(pair) for pair in self.terms],
            "generation": self.generation,
            "took_ms": round(self.took_ms, 1),
        }


def hit_to_dict(hit: Hit) -> dict[str, Any]:
    """One hit as the JSON object that `ask` and `find` share."""
    return {
        "rank": hit.rank,
        "article": hit.passage.article,
        "score": round(hit.score, 6),
        "passage": _passage(hit.passage),
    }


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "n": citation.n,
        "article": citation.article,
        "title": citation.title,
        "outlet": citation.outlet,
        "date": citation.published.isoformat() if citation.published else None,
        "url": citation.url,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "passage": _passage(citation.passage),
    }


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        "id": passage.id,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
    }
