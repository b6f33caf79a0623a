"""Which articles may answer: outlets, and spans of publication dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol
from urllib.parse import urlsplit


class Described(Protocol):
    """What is known of an article without its text."""

    @property
    def outlet(self) -> str | None:
        """Who published it."""

    @property
    def url(self) -> str | None:
        """Its address, or the address's host."""

    @property
    def published(self) -> date | None:
        """When it was published."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles may answer: an outlet, and a span of publication dates (both ends count).

    `source` matches any part of the outlet's name or of the address's host, in any case. An
    undated article passes only when no date is asked for.
    """

    source: str | None = None
    after: date | None = None
    before: date | None = None

    def __bool__(self) -> bool:
        return self != Filter()

    def admits(self, article: Described) -> bool:
        """Whether the article may answer."""
        if self.source:
            try:
                host = urlsplit(article.url or "").hostname or ""
            except ValueError:
                host = ""
            if self.source.casefold() not in f"{article.outlet or ''}\n{host}".casefold():
                return False
        if self.after or self.before:
            if article.published is None:
                return False
            return (self.after or date.min) <= article.published <= (self.before or date.max)
        return True
