"""Articles over time by outlet: the figures behind the picture of a collection."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from index.article import Summary
from page.wording import Wording

# As many colours as can be told apart; further outlets share the last one.
COLOURS = 8
# The finest bars that stay wide enough to hit with a finger on a desktop.
MOST_DAYS = 45
MOST_MONTHS = 36


@dataclass(frozen=True, slots=True)
class Part:
    """One outlet's share of a bar, in per cent of the highest bar."""

    colour: int
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """The articles of one period; `tick` is its label on the axis, `label` says it in full."""

    first: date
    last: date
    tick: str
    label: str
    count: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Outlet:
    """An entry of the legend; `name` is None for the outlets that share the last colour."""

    name: str | None
    colour: int
    count: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bars in order of time without gaps, the outlets by size, and how many have no date."""

    bars: tuple[Bar, ...]
    outlets: tuple[Outlet, ...]
    undated: int


def timeline(articles: Sequence[Summary], ranked: Sequence[str], w: Wording) -> Timeline:
    """The timeline of `articles`; `ranked` are the collection's outlets, largest first.

    An outlet keeps its colour whichever articles are shown.
    """
    colours = {name: min(place, COLOURS - 1) for place, name in enumerate(ranked)}
    dated = [article for article in articles if article.published]
    days = [article.published for article in dated if article.published]
    periods = list(_periods(min(days), max(days), w)) if days else []
    counts: list[Counter[int]] = [Counter() for _ in periods]
    starts = {first: place for place, (first, _, _, _) in enumerate(periods)}
    unit = _unit(min(days), max(days)) if days else "day"
    for article in dated:
        if article.published:
            colour = colours.get(article.outlet or "", COLOURS - 1)
            counts[starts[_start(article.published, unit)]][colour] += 1
    highest = max((sum(count.values()) for count in counts), default=0)
    return Timeline(
        bars=tuple(
            Bar(first, last, tick, label, sum(count.values()), tuple(_parts(count, highest)))
            for (first, last, tick, label), count in zip(periods, counts, strict=True)
        ),
        outlets=tuple(_legend(articles, ranked)),
        undated=len(articles) - len(dated),
    )


def rank(articles: Iterable[Summary]) -> list[str]:
    """The outlets of the articles, those with most articles first."""
    counts = Counter(article.outlet for article in articles if article.outlet)
    return sorted(counts, key=lambda name: (-counts[name], name))


def _legend(articles: Sequence[Summary], ranked: Sequence[str]) -> Iterator[Outlet]:
    counts = Counter(article.outlet or "" for article in articles)
    named = ranked if len(ranked) <= COLOURS else ranked[: COLOURS - 1]
    for colour, name in enumerate(named):
        if counts[name]:
            yield Outlet(name, colour, counts[name])
    rest = len(articles) - sum(counts[name] for name in named)
    if rest:
        yield Outlet(None, COLOURS - 1, rest)


def _parts(count: Counter[int], highest: int) -> Iterator[Part]:
    for colour in sorted(count):
        yield Part(colour, round(100 * count[colour] / highest, 2))


def _unit(first: date, last: date) -> str:
    if (last - first).days < MOST_DAYS:
        return "day"
    months = 12 * (last.year - first.year) + last.month - first.month
    return "month" if months < MOST_MONTHS else "year"


def _start(day: date, unit: str) -> date:
    if unit == "day":
        return day
    return day.replace(day=1) if unit == "month" else day.replace(month=1, day=1)


def _periods(first: date, last: date, w: Wording) -> Iterator[tuple[date, date, str, str]]:
    """First and last day, tick and label of every period between two days."""
    unit = _unit(first, last)
    start = _start(first, unit)
    while start <= last:
        month = w.months[start.month - 1]
        if unit == "day":
            end = start
            tick, label = str(start.day), w.day(start)
        elif unit == "month":
            end = start.replace(day=monthrange(start.year, start.month)[1])
            tick, label = month, f"{month} {start.year}"
            tick = (
                f"{tick} {start.year}" if start.month == 1 or start == _start(first, unit) else tick
            )
        else:
            end = start.replace(month=12, day=31)
            tick = label = str(start.year)
        yield start, end, tick, label
        if end == date.max:
            return
        start = end + timedelta(days=1)
