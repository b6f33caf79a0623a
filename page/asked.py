"""What a reader typed into a search form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from index.errors import InputError
from index.snapshot import Filter


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
        if after and before and after > before:
            raise InputError(f"no day is after {after} and before {before}; swap the dates")
        return Filter(source=self.source.strip() or None, after=after, before=before)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise InputError(f"“{text[:40]}” is not a date; write it as 2025-12-31") from None
