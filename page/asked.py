"""What a reader typed into a form, or chose in a picture."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from index.article import Summary
from index.filters import Filter
from page.wording import Wording
from qa.operators import QuestionError


@dataclass(frozen=True, slots=True)
class Asked:
    """A question or query with its filters, as they arrived."""

    text: str
    source: str = ""
    after: str = ""
    before: str = ""

    def where(self) -> Filter:
        """The filter that was asked for. Raises InputError for what is not a date."""
        after, before = _day(self.after), _day(self.before)
        return Filter(source=self.source.strip() or None, after=after, before=before)


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """Which articles of the collection a reader wants to see; the outlet's name is exact.

    `ticket` is the browser's number of the request, by which it knows the list that it asked for.
    """

    text: str = ""
    outlet: str = ""
    after: str = ""
    before: str = ""
    ticket: int = 0

    def admits(self, article: Summary) -> bool:
        """Whether the article is one of them. Raises InputError for what is not a date."""
        if not article.has(self.text):
            return False
        if self.outlet and article.outlet != self.outlet:
            return False
        return Filter(after=_day(self.after), before=_day(self.before)).admits(article)

    def admits_file(self, name: str) -> bool:
        """Whether a file of which no more than its name is known is one of them."""
        if self.outlet or self.after or self.before:
            return False
        return self.text.strip().casefold() in name.casefold()

    def period(self, w: Wording) -> str:
        """The chosen days in words, or nothing."""
        after, before = _day(self.after), _day(self.before)
        if not (after or before):
            return ""
        return " – ".join(w.day(day) if day else "…" for day in (after, before))


def _day(text: str) -> date | None:
    text = text.strip()
    if not text:
        return None
    with suppress(ValueError):
        day = date.fromisoformat(text)
        if day.isoformat() == text:  # 20251231 and 2025-W52-3 are dates to Python alone
            return day
    why = f"“{text[:40]}” is not a date; write it as 2025-12-31"
    raise QuestionError("no_field_date", why, value=text[:40])
