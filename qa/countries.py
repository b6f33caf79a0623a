"""The wrong-country case: a question about Canada is not answered by an article about Japan.

An article speaks of a country when it spells one of its names, in its own language or in the
question's, or when the passage has the name's like (see `likeness`): an English article may know
Japan by "Japanese" alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import regex

from index.collection import View
from index.stages import timed
from qa.answer import Hit
from qa.country_names import named, names_in, pattern, without_mentions
from qa.language import ARTICLE_LANGUAGES, identify
from qa.likeness import best_likes, likeness
from qa.retrieval import Query

# A country's adjectives in five languages have a cosine of .71 to .94 with its name in a question
# (median .88), other countries' names and adjectives at most .77 (median .50).
ALIKE = 0.75
# Official in so many countries, a language is at home in none: English, French, Arabic, Spanish.
# The next is official in half as many.
MANY = 20


@timed("countries")
def naming(
    view: View, query: Query, hits: tuple[Hit, ...], *, language: str
) -> tuple[tuple[Hit, ...], bool]:
    """The hits that speak of every country the question names, and False.

    All the hits, and True, when there is no such hit.
    """
    countries = named(query.text, language)
    if not countries or not hits:
        return hits, False
    kept = []
    for hit in hits:
        article = view.snapshot.articles[hit.passage.article]
        text = f"{article.title}\n{article.text}"
        unspelled = not_spelled(text, frozenset(countries), asked_in=language)
        best = best_likes(view, query, (hit,)) if unspelled else None
        alike = [
            0.0 if best is None else (likeness(query, best, countries[code]) or 0.0)
            for code in unspelled
        ]
        if all(cosine >= ALIKE for cosine in alike):
            kept.append(hit)
    return (tuple(kept), False) if kept else (hits, True)


def not_spelled(
    text: str,
    codes: frozenset[str],
    *,
    asked_in: str,
    written_in: Callable[[str], str] = identify,
) -> frozenset[str]:
    """The countries, of those asked for, that a text does not spell.

    The country that the text's language is most at home in goes without saying: the Indonesian
    press need not name Indonesia.
    """
    named_in = without_mentions(text)
    left = _without_those_in(named_in, codes, asked_in)
    if not left:
        return left
    language = written_in(text)  # which takes the longest
    return _without_those_in(named_in, left - {_home(language)}, language)


def _without_those_in(text: str, codes: frozenset[str], language: str) -> frozenset[str]:
    return frozenset(code for code in codes if not _spellings(code, language).search(text))


@cache
def _spellings(code: str, language: str) -> regex.Pattern[str]:
    """What a country is called in a language, or in those that articles are expected in."""
    names = {
        name for locale in (*ARTICLE_LANGUAGES, language) for name in names_in(locale).get(code, ())
    }
    return pattern(tuple(sorted(names)))


@cache
def _home(language: str) -> str | None:
    """The country that CLDR takes for a language's when nothing else is said."""
    from babel.core import get_global
    from babel.languages import get_official_languages

    official = sum(
        language in get_official_languages(territory, de_facto=True)
        for territory in get_global("territory_languages")
    )
    likely = get_global("likely_subtags").get(language)
    return str(likely).rpartition("_")[2] if likely and official < MANY else None
