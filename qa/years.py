"""The wrong-year case: a question about 2019 is not answered by an article about 2024."""

from __future__ import annotations

from collections.abc import Mapping

import regex

from index.article import Article
from qa.answer import Hit

# In the digits of any script. "1990s", "1990-an" and "1990年代" are ten years.
_YEAR = regex.compile(r"(?<![\d.,])(?:[\p{Nd}]{4})(?![\d]|[.,]\d|['’]?s\b|er\b|-?an\b|年代|년대)")
# What makes two years the ends of a span, where a word before them says so, and where none need.
_BETWEEN = regex.compile(r"\b(?:between|antara|giữa|zwischen|entre|между)\b|之间|사이", regex.I)
_AND = regex.compile(r"\s*(?:and|dan|và|und|et|y|e|и)\s*", regex.I)
_TO = regex.compile(
    r"(?:年|년)?\s*(?:[-–—~〜]|to|until|till|through|hingga|sampai|ke|đến|tới|bis|à|a|até|hasta"
    r"|до|по|إلى|から|到|부터)\s*(?:(?:dengan|tahun|năm)\s*)?",
    regex.I,
)
# In how many digits ever: "2.000 buses" has the number of a question about 2000 buses.
_NUMBER = regex.compile(r"\p{Nd}+(?:[., ]\p{Nd}{3})*")
# Earlier ones are as often numbers.
YEARS = range(1800, 2100)
# "Last year" and "next year" name those beside an article's own.
BESIDE = 1


def dating(
    question: str, hits: tuple[Hit, ...], articles: Mapping[str, Article]
) -> tuple[tuple[Hit, ...], bool]:
    """The hits whose article has every year that the question names, and False.

    Of a span of years, its own must meet it. All the hits, and True, when there is no such article.
    """
    years = years_in(question)
    if not years or not hits:
        return hits, False
    span = is_span(question)
    kept = tuple(hit for hit in hits if has_years(articles[hit.passage.article], years, span=span))
    return (kept, False) if kept else (hits, True)


def is_span(question: str) -> bool:
    """Whether the question names two years, from the one to the other."""
    found = [match for match in _YEAR.finditer(question) if int(match[0]) in YEARS]
    if len(found) != 2:
        return False
    first, last = found
    between = question[first.end() : last.start()]
    return _TO.fullmatch(between) is not None or (
        _AND.fullmatch(between) is not None and _BETWEEN.search(question) is not None
    )


def years_in(text: str) -> frozenset[int]:
    """The years that a text names."""
    return frozenset(year for found in _YEAR.findall(text) if (year := int(found)) in YEARS)


def has_years(article: Article, years: frozenset[int], *, span: bool) -> bool:
    """Whether an article has all these years, in its words or by its date, or meets their span.

    One that has neither a year nor a date may be of any.
    """
    text, own = f"{article.title}\n{article.text}", article.published
    said = years_in(text)
    near = (
        frozenset() if own is None else frozenset(range(own.year - BESIDE, own.year + BESIDE + 1))
    )
    if not said and own is None:
        return True
    if not span:
        return years <= said | near | _numbers_in(text)
    first, last = min(years), max(years)
    # From 2007 to 2015 takes 2008 to 2014 in.
    return any(first <= year <= last for year in said | near) or (
        bool(said) and min(said) <= first and last <= max(said)
    )


def _numbers_in(text: str) -> frozenset[int]:
    """The numbers of a text that could be years but for how they are written."""
    digits = (regex.sub(r"[., ]", "", found) for found in _NUMBER.findall(text))
    return frozenset(int(found) for found in digits if len(found) == 4)
