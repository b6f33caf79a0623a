"""Whether a citation of an answer that was saved still stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from index.article import Article
from index.errors import InputError
from index.stored import StoredArticles


class Status(StrEnum):
    """What became of the place a quote was cut from."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    MOVED = "moved"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Saved:
    """What a saved citation says: the quote, and where it stood."""

    article: str
    start: int
    end: int
    quote: str

    @classmethod
    def from_dict(cls, citation: Mapping[str, Any]) -> Saved:
        """A citation as `Answer.to_dict` wrote it. Raises InputError when it is not one."""
        try:
            saved = cls(*(citation[name] for name in ("article", "start", "end", "quote")))
        except (KeyError, TypeError):
            saved = None
        if saved is None or not (
            isinstance(saved.article, str)
            and isinstance(saved.quote, str)
            and type(saved.start) is type(saved.end) is int
            and 0 <= saved.start < saved.end
            and saved.quote
        ):
            raise InputError("not a citation: it needs article, start, end and quote")
        return saved


@dataclass(frozen=True, slots=True)
class Standing:
    """A saved citation and what became of it.

    `article`, `start` and `end` say where the quote stands now; they are None when it does not.
    """

    saved: Saved
    status: Status
    article: str | None = None
    start: int | None = None
    end: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """The standing as a JSON object; the old quote is always in it."""
        return {
            "status": self.status.value,
            "quote": self.saved.quote,
            "was": {
                "article": self.saved.article,
                "start": self.saved.start,
                "end": self.saved.end,
            },
            "now": None
            if self.article is None
            else {"article": self.article, "start": self.start, "end": self.end},
        }


def stand(saved: Saved, article: Article | None, elsewhere: Article | None = None) -> Standing:
    """What became of a citation, from its article as it is now (None: there is none).

    `elsewhere` is another article that may hold the text when its own is gone. A quote that
    shifted inside its article counts as changed and is found at the nearest place.
    """
    if article is not None:
        if article.text[saved.start : saved.end] == saved.quote:
            return Standing(saved, Status.UNCHANGED, article.id, saved.start, saved.end)
        return _at(saved, Status.CHANGED, article)
    if elsewhere is not None and saved.quote in elsewhere.text:
        return _at(saved, Status.MOVED, elsewhere)
    return Standing(saved, Status.REMOVED)


def stand_in(articles: StoredArticles, saved: Saved) -> Standing:
    """What became of a citation in this collection."""
    article = articles.article(saved.article)
    if article is not None:
        return stand(saved, article)
    # The file may have been renamed: the quote is then word for word in another article.
    others = map(articles.article, articles.articles_with(saved.quote))
    return stand(saved, None, next((other for other in others if other), None))


def saved_citations(answer: Any) -> list[Saved]:
    """The citations of an answer that was saved as JSON. Raises InputError when it is none."""
    citations = answer.get("citations") if isinstance(answer, dict) else None
    if not isinstance(citations, list):
        raise InputError('not a saved answer: it has no "citations"')
    return [Saved.from_dict(c if isinstance(c, dict) else {}) for c in citations]


def _at(saved: Saved, status: Status, article: Article) -> Standing:
    places = []
    start = article.text.find(saved.quote)
    while start >= 0:
        places.append(start)
        start = article.text.find(saved.quote, start + 1)
    if not places:
        return Standing(saved, status)
    nearest = min(places, key=lambda place: abs(place - saved.start))
    return Standing(saved, status, article.id, nearest, nearest + len(saved.quote))
