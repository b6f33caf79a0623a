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
from index.words import UNSPACED
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
    "KP": ("Korut", "КНДР", "Северная Корея", "북한"),
    "KR": ("Korsel", "Korea", "Южная Корея", "한국"),
    "RU": ("Uni Soviet", "Federasi Rusia"),
    "TR": ("Turkey", "Turkiye"),
    "US": ("AS", "Amerika", "US", "U.S.", "USA", "America"),
}
_UNSPACED = regex.compile(UNSPACED)
# Scripts in which a name of fewer letters is hardly another word.
_DENSE = regex.compile(rf"{UNSPACED}|\p{{Hangul}}|\p{{Arabic}}")
_HANGUL = regex.compile(r"\p{Hangul}")
_CYRILLIC = regex.compile(r"\p{Cyrillic}+")
# What says a word's part in the sentence, and is written onto it.
_PARTICLES = "은|는|이|가|을|를|의|에|와|과|도|로|으로|만|부터|까지|인"
# What changes with the case in the languages of that script.
_ENDING = regex.compile(r"(?:ая|яя|ий|ый|ой|ое|ее|ие|ые|[аеийоуыьэюя])$")
# Letters of a word that may change before it could be another one.
STEM, ENDING = 3, 3
# A currency is no mention of its country.
_CURRENCY = regex.compile(
    r"\b(?:dolar|dollars?|đô la)\s+(?:AS|US|Amerika(?: Serikat)?|Mỹ)\b", regex.IGNORECASE
)


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
        if len(name) >= MIN_CHARS or name.isupper() or _DENSE.search(name)
    }
    found = set()
    # The longest first and taken out, so that "South Korea" is not also "Korea".
    for name in sorted(codes, key=len, reverse=True):
        if name[:STEM] in question:
            question, count = _pattern((name,)).subn(" ", question)
            if count:
                found.add(codes[name])
    return frozenset(found)


def silent_on(text: str, codes: frozenset[str], *, written_in: str, asked_in: str) -> bool:
    """Whether a text names none, or not all, of the countries.

    The country that the text's language is most at home in goes without saying: the Indonesian
    press need not name Indonesia.
    """
    text, home = _CURRENCY.sub(" ", text), _home(written_in)
    for code in codes:
        names = {
            name
            for locale in (*ARTICLE_LANGUAGES, written_in, asked_in)
            for name in _names(locale).get(code, ())
        }
        if code != home and not _pattern(tuple(sorted(names))).search(text):
            return True
    return False


@cache
def _home(language: str) -> str | None:
    """The country that CLDR takes for a language's when nothing else is said."""
    from babel.core import get_global

    likely = get_global("likely_subtags").get(language)
    return str(likely).rpartition("_")[2] if likely else None


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
    return regex.compile("|".join(map(_written, names)))


def _written(name: str) -> str:
    """A name as it stands in a sentence of its language, as a pattern."""
    if _UNSPACED.search(name):
        return str(regex.escape(name))
    if _HANGUL.search(name):
        return rf"(?<!\w){regex.escape(name)}(?=\W|$|{_PARTICLES})"
    return str(rf"(?<!\w){_CYRILLIC.sub(_in_any_case, regex.escape(name))}(?!\w)")


def _in_any_case(word: regex.Match[str]) -> str:
    ending = _ENDING.search(word[0])
    stem = str(word[0][: ending.start()] if ending else word[0])
    return rf"{stem}\p{{L}}{{0,{ENDING}}}" if len(stem) >= STEM else str(word[0])
