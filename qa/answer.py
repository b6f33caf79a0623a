"""The one Answer that the command line, the page and every program get."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from index.article import Article, Passage
from qa.operators import Request


@dataclass(frozen=True, slots=True)
class Version:
    """The same text in another article: `article.text[start:end] == quote`."""

    article: str
    title: str
    outlet: str | None
    published: date | None
    url: str | None
    start: int
    end: int
    quote: str

    @classmethod
    def cut(cls, article: Article, start: int, end: int) -> Version:
        """The span as it stands in the article."""
        return cls(
            article=article.id,
            title=article.title,
            outlet=article.outlet,
            published=article.published,
            url=article.url,
            start=start,
            end=end,
            quote=article.text[start:end],
        )


@dataclass(frozen=True, slots=True)
class Hit:
    """A ranked passage and the evidence for its rank.

    `score` orders hits of one question; `dense` is the cosine of question and passage vectors,
    `bm25` the lexical score, `known` the share of the question's terms that the collection has,
    `late` the late-interaction score and `sentence` that of the best sentence (None where not
    computed). `also` are the same text in other articles, earliest first, the undated last.
    """

    rank: int
    passage: Passage
    score: float
    dense: float
    bm25: float
    known: float
    late: float | None = None
    sentence: float | None = None
    also: tuple[Version, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote and where it stands: `article.text[start:end] == quote`.

    `also` are the same words, or nearly, in other articles.
    """

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
    also: tuple[Version, ...] = ()


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What operators and filters asked for, and what that did.

    `passages` is how many were searched. `left_out` counts the undated articles that only a date
    filter kept out; `missing` are phrases that no passage holds, or not together.
    """

    request: Request
    passages: int
    left_out: int = 0
    missing: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The JSON object `filters`."""
        return {
            **self.request.to_dict(),
            "undated_left_out": self.left_out,
            "phrases_missing": list(self.missing),
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """What the articles say to a question: cited quotes, best first, or nothing.

    `answered` is False when the articles do not say; then `citations` is empty and `hits` holds
    the closest passages. `confidence` is between 0 and 1. `terms` pairs words of the question
    with the words they were also searched as. `question` is what was typed, `narrowed` what was
    understood of its operators.
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
    narrowed: Narrowed

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
            "filters": self.narrowed.to_dict(),
        }


def hit_to_dict(hit: Hit) -> dict[str, Any]:
    """One hit as the JSON object that `ask` and `find` share."""
    return {
        "rank": hit.rank,
        "article": hit.passage.article,
        "score": round(hit.score, 6),
        "passage": _passage(hit.passage),
        "also": [_version(version) for version in hit.also],
    }


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "n": citation.n,
        **_version(citation),
        "passage": _passage(citation.passage),
        "also": [_version(version) for version in citation.also],
    }


def _version(found: Version | Citation) -> dict[str, Any]:
    return {
        "article": found.article,
        "title": found.title,
        "outlet": found.outlet,
        "date": found.published.isoformat() if found.published else None,
        "url": found.url,
        "start": found.start,
        "end": found.end,
        "quote": found.quote,
    }


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        "id": passage.id,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
    }
