"""The wrong-country case: a question about Canada is not answered by an article about Japan.

Country names come from the Unicode CLDR (through Babel), so a question in any of its languages
can be held against an article in another.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import regex

from index.article import Article
from index.stages import timed
from qa.answer import Hit
from qa.language import identify

# The languages articles are expected in, beside that of the question.
ARTICLE_LANGUAGES = ("id", "en", "vi")
# Short names are words too (in Vietnamese, England is also "you" and Russia a first name): a
# question is not held to them.
MIN_CHARS = 4
# What newspapers write where CLDR has another name.
PRESS_NAMES = {
    "CN": ("Cina", "RRT"),
    "GB": ("Inggris", "Britain", "UK"),
    "KP": ("Korut",),
    "KR": ("Korsel",),
    "RU": ("Uni Soviet", "Federasi Rusia"),
    "TR": ("Turkey", "Turkiye"),
    "US": ("AS", "Amerika", "US", "U.S.", "USA", "America"),
}
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Khmer}\p{Lao}]")


@timed("countries")
def naming(
    question: str, language: str, hits: tuple[Hit, ...], articles: Mapping[str, Article]
) -> tuple[tuple[Hit, ...], bool]:
    """The hits whose article names every country the question names, and False.

    All the hits, and True, when there is no such article.
    """
    codes = named_in(question, language)
    if not codes or not hits:
        return hits, False
    kept = []
    for hit in hits:
        article = articles[hit.passage.article]
        text = f"{article.title}\n{article.text}"
        if not silent_on(text, codes, written_in=identify(text), asked_in=language):
            kept.append(hit)
    return (tuple(kept), False) if kept else (hits, True)


def named_in(question: str, language: str) -> frozenset[str]:
    """The ISO 3166 codes of the countries a question names, in its language or in English."""
    codes = {
        name: code
        for locale in ("en", language)
        for code, names in _names(locale).items()
        for name in names
        if len(name) >= MIN_CHARS or _UNSPACED.search(name)
    }
    found = set()
    # The longest first and taken out, so that "South Korea" is not also "Korea".
    for name in sorted(codes, key=len, reverse=True):
        if name in question:
            question, count = _pattern((name,)).subn(" ", question)
            if count:
                found.add(codes[name])
    return frozenset(found)


def silent_on(text: str, codes: frozenset[str], *, written_in: str, asked_in: str) -> bool:
    """Whether a text names none, or not all, of the countries.

    A country whose official language the text is written in goes without saying: the Indonesian
    press need not name Indonesia.
    """
    from babel.languages import get_official_languages

    for code in codes:
        names = {
            name
            for locale in (*ARTICLE_LANGUAGES, written_in, asked_in)
            for name in _names(locale).get(code, ())
        }
        at_home = written_in in get_official_languages(code, de_facto=True)
        if not at_home and not _pattern(tuple(sorted(names))).search(text):
            return True
    return False


@cache
def _names(locale: str) -> dict[str, tuple[str, ...]]:
    """Country codes to names in one language; nothing where CLDR does not know it."""
    from babel import Locale, UnknownLocaleError

    try:
        territories = Locale.parse(locale).territories
    except (UnknownLocaleError, ValueError):
        return {}
    # Two letters are countries, three digits continents; "Myanmar (Burma)" has two names.
    return {
        code: (*(part.strip() for part in regex.split(r"[()]", name) if part.strip()),
               *PRESS_NAMES.get(code, ()))
        for code, name in territories.items()
        if len(code) == 2
    }  # fmt: skip


@cache
def _pattern(names: tuple[str, ...]) -> regex.Pattern[str]:
    """Any of the names, as written: a country has a capital letter, a common word has not."""
    return regex.compile(
        "|".join(
            regex.escape(name) if _UNSPACED.search(name) else rf"(?<!\w){regex.escape(name)}(?!\w)"
            for name in names
        )
    )
