"""What the page says, whatever the language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from index.filters import Filter
from qa.operators import Operator, QuestionError


@dataclass(frozen=True, slots=True)
class Wording:
    """Every word of the page in one language; `{n}` and the like are filled in by `str.format`.

    A pair of strings is the form for one and the form for any other number.
    """

    code: str
    name: str
    months: tuple[str, ...]
    thousands: str
    point: str
    tagline: str
    theme: str
    language: str
    ask_tab: str
    find_tab: str
    collection_tab: str
    question: str
    ask: str
    query: str
    find: str
    find_help: str
    examples: str
    filters: str
    outlet: str
    any_outlet: str
    after: str
    before: str
    clear: str
    no_date: str
    answer: str
    only_quotes: str
    also_searched: str
    searched: tuple[str, str]
    others: tuple[str, str]
    not_answered: str
    not_answered_why: str
    closest: str
    left_out: tuple[str, str]
    only: str
    from_day: str
    to_day: str
    with_phrase: str
    without_phrase: str
    missing: str
    also_in: tuple[str, str]
    nothing_found: str
    nothing_found_why: str
    found: tuple[str, str]
    most: str
    no_articles: str
    no_articles_why: str
    undated: str
    article: str
    close: str
    copy: str
    copied: str
    original: str
    previous: str
    following: str
    opening_for_title: str
    dropped: tuple[str, str]
    dropped_line: str
    articles: tuple[str, str]
    passages: tuple[str, str]
    folder: str
    folder_missing: str
    update: str
    cancel: str
    starting: str
    reading: str
    encoding: str
    cancelling: str
    cancelled: str
    updated: str
    cut: tuple[str, str]
    skipped: tuple[str, str]
    warnings: tuple[str, str]
    narrow: str
    narrowed: str
    no_title: str
    outdated: str
    gone: str
    unexpected: str
    lost: str
    weak: str
    save: str
    remove_filter: str
    timeline: str
    other_outlets: str
    undated_articles: tuple[str, str]
    pending: tuple[str, str]
    indexed: str
    changed: str
    new: str
    moved: str
    removed: str
    failed: str
    moves: tuple[str, str]
    lists: tuple[tuple[str, str], tuple[str, str], tuple[str, str]]
    more: tuple[str, str]
    whole_report: str
    keys: str
    news: str
    changed_since: str
    again: str
    # Why a question cannot be asked, by `QuestionError.kind`; in English its own message.
    refusals: Mapping[str, str]

    def count(self, n: int, forms: tuple[str, str]) -> str:
        """`n` things, in the form that `n` wants."""
        return self.fill(forms[0 if n == 1 else 1], n=n)

    def fill(self, text: str, **numbers: float) -> str:
        """A text with its numbers filled in."""
        return text.format(**{name: self.number(value) for name, value in numbers.items()})

    def number(self, value: float) -> str:
        """A number as this language writes it."""
        return f"{value:,}".translate({ord(","): self.thousands, ord("."): self.point})

    def operator(self, typed: Operator) -> str:
        """What an operator that was typed asks for."""
        where = typed.where or Filter()
        if where.after:
            return self.from_day.format(day=self.day(where.after))
        if where.before:
            return self.to_day.format(day=self.day(where.before))
        if where.source:
            return f"{self.outlet} {where.source}"
        words = self.with_phrase if typed.kind == "phrase" else self.without_phrase
        return f"{words} “{typed.value}”"

    def refusal(self, error: QuestionError) -> str | None:
        """Why a question cannot be asked, or None where this language has no words for it."""
        form = self.refusals.get(error.kind)
        return form and form.format(**{name: self._fact(one) for name, one in error.facts.items()})

    def _fact(self, value: str | int | date) -> str:
        if isinstance(value, date):
            return self.day(value)
        return value if isinstance(value, str) else self.number(value)

    def state(self, name: str) -> str:
        """The word for an article's state."""
        return str(getattr(self, name))

    def day(self, published: date | None) -> str:
        """A date as this language writes it, or the word for none."""
        if published is None:
            return self.undated
        return f"{published.day} {self.months[published.month - 1]} {published.year}"
