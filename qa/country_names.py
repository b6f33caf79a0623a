"""What countries are called, and where a text calls them so.

Names come from the Unicode CLDR (through Babel), in any of its languages, with what newspapers
write instead.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import chain

import regex

from index.words import UNSPACED
from qa.demonyms import DEMONYMS
from qa.language import begins_sentence

Span = tuple[int, int]

# Shorter names are words too (in Vietnamese, England is also "you" and Russia a first name): a
# question is not held to them.
MIN_CHARS = 4
# What newspapers write where CLDR has another name.
PRESS_NAMES = {
    "AE": ("UAE", "UEA", "الإمارات"),
    "CN": ("Cina", "RRT"),
    "FR": ("Perancis",),
    "GB": ("Inggris", "Britain", "UK", "بريطانيا"),
    "KP": ("Korut", "КНДР", "Северная Корея", "북한"),
    "KR": ("Korsel", "Korea", "Южная Корея", "한국"),
    "RU": ("Uni Soviet", "Federasi Rusia"),
    "SA": ("السعودية",),
    "TR": ("Turkey", "Turkiye"),
    "US": ("AS", "Amerika", "US", "U.S.", "USA", "America", "США", "أمريكا", "أميركا"),
}
# In Arabic "financial" and in Korean "means" more often than Mali and Sudan.
_NO_NAMES = frozenset({"مالي", "수단"})
# Also shirts, and "of that" in Russian: at the start of a sentence these could be either.
_ALSO_WORDS = frozenset({"Jersey", "Того"})
# Named after a country and not in it; and its money.
_NO_MENTION = regex.compile(
    r"\b(?:(?:dolar|dollars?|đô la)\s+(?:AS|US|Amerika(?: Serikat)?|Mỹ)"
    r"|(?:South|East) China Seas?|Laut (?:China|Cina) (?:Selatan|Timur)|Sea of Japan|Laut Jepang"
    r"|Indian Ocean|(?:Latin|North|South|Central|Native) Americans?"
    r"|Gulf of Mexico|Teluk Meksiko|New Mexico|mer de Chine|mar d[ae](?: la)? China)\b"
    r"|南中国海|东中国海|بحر الصين",
    regex.IGNORECASE,
)
_UNSPACED = regex.compile(UNSPACED)
# Scripts in which a name of fewer letters is hardly another word.
_DENSE = regex.compile(rf"{UNSPACED}|\p{{Hangul}}|\p{{Arabic}}")
_ARABIC = regex.compile(r"\p{Arabic}")
# And, for, with, in, like, the: written onto the word.
_PROCLITICS = "(?:[وف]?[بلك]?(?:ال)?|[وف]?لل)"
_HANGUL = regex.compile(r"\p{Hangul}")
_KATAKANA = r"[\p{Katakana}ー]"
_CYRILLIC = regex.compile(r"\p{Cyrillic}+")
# What says a word's part in the sentence, and is written onto it.
_PARTICLES = "은|는|이|가|을|를|의|에|와|과|도|로|으로|만|부터|까지|인"
# What changes with the case in Russian and its relatives. Nouns in other vowels do not.
_ENDING = regex.compile(r"(?:ая|яя|ий|ый|ой|ое|ее|ие|ые|[айыья])$")
_ENDINGS = (
    "а|у|ом|е|ы|и|й|ю|я|ем|ём|ой|ою|ей|ею|ии|ию|ия|ией|ам|ами|ах|ов|ям|ями|ях|ь|ью"
    "|ая|яя|ую|юю|ий|ый|ого|его|ому|ему|ым|им|ые|ие|ых|их|ыми|ими|ое|ее"
)
# A shorter stem could be of another word.
_STEM = 3
_VOWELS = regex.compile(r"(?:[aeiouy]\p{M}*)+", regex.IGNORECASE)


@cache
def names_in(locale: str) -> dict[str, tuple[str, ...]]:
    """ISO 3166 codes to the names of countries in one language; none where CLDR has none.

    No name has two codes: "Congo" alone is neither, and "China" in the Spanish name of Macao is
    not Macao.
    """
    from babel import Locale, UnknownLocaleError

    try:
        territories = Locale.parse(locale).territories
    except (UnknownLocaleError, ValueError):
        return {}
    # Two letters are countries, three digits continents; "Myanmar (Burma)" has two names.
    spelled = {
        code: [part.strip() for part in regex.split(r"[()]", name) if part.strip()]
        for code, name in territories.items()
        if len(code) == 2
    }
    adjectives = DEMONYMS if locale == "en" else {}
    first = {
        code: {parts[0], *PRESS_NAMES.get(code, ()), *adjectives.get(code, ())}
        for code, parts in spelled.items()
    }
    firsts = Counter(name for names in first.values() for name in names)
    others = Counter(name for parts in spelled.values() for name in parts[1:])
    return {
        code: tuple(
            sorted(name for name in first[code] if firsts[name] == 1)
            + [name for name in parts[1:] if name not in firsts and others[name] == 1]
        )
        for code, parts in spelled.items()
    }


def named(question: str, language: str) -> dict[str, Span]:
    """The countries that a question names in its language or in English, and where.

    A question without capitals, or in nothing else, is read without regard to them.
    """
    caseless = question[1:].lower() == question[1:] or question.upper() == question
    left = without_mentions(question)
    folded = left.casefold()
    found: dict[str, Span] = {}
    for name in _asked_for(language, caseless):
        if name.stem not in folded:
            continue
        for match in pattern((name.text,), caseless=caseless).finditer(left):
            if not (name.doubtful and begins_sentence(left, match.start())):
                found.setdefault(name.code, match.span())
                left = _blank(left, match)
    return found


@dataclass(frozen=True, slots=True)
class _Name:
    """A country's name as a question may have it; `doubtful` where a sentence begins with it."""

    text: str
    stem: str
    code: str
    doubtful: bool


@cache
def _asked_for(language: str, caseless: bool) -> tuple[_Name, ...]:
    """The names that a question in this language is held to.

    The longest first, which are taken out: "South Korea" is not also "Korea".
    """
    codes = {
        text: code
        for locale in ("en", language)
        for code, names in names_in(locale).items()
        for text in names
        if text not in _NO_NAMES and (len(text) >= MIN_CHARS or _is_plain(text, caseless))
    }
    names = (
        _Name(
            text, text.removeprefix("ال")[:_STEM].casefold(), code,
            doubtful=text in _ALSO_WORDS or (language == "vi" and is_syllable(text)),
        )
        for text, code in codes.items()
    )  # fmt: skip
    # In small letters, "polish" may be what it says.
    adjectives = frozenset(chain.from_iterable(DEMONYMS.values())) if caseless else frozenset()
    kept = (name for name in names if not (caseless and (name.doubtful or name.text in adjectives)))
    return tuple(sorted(kept, key=lambda name: (-len(name.text), name.text)))


def without_mentions(text: str) -> str:
    """The same, of the same length, without names that name no country: "South China Sea"."""
    return str(_NO_MENTION.sub(lambda match: " " * len(match[0]), text))


@cache
def pattern(names: tuple[str, ...], *, caseless: bool = False) -> regex.Pattern[str]:
    """Any of the names, as written: a country has a capital letter, a common word has not."""
    return regex.compile("|".join(map(_written, names)), regex.IGNORECASE if caseless else 0)


def _is_plain(name: str, caseless: bool) -> bool:
    """Whether a short name is no other word: an abbreviation, or of a dense script."""
    return _DENSE.search(name) is not None or (name.isupper() and not caseless)


def is_syllable(name: str) -> bool:
    """Whether a name in Latin letters is one syllable, as all are that Vietnamese writes apart."""
    return " " not in name and len(_VOWELS.findall(unicodedata.normalize("NFD", name))) == 1


def _blank(text: str, match: regex.Match[str]) -> str:
    start, end = match.span()
    return f"{text[:start]}{' ' * (end - start)}{text[end:]}"


def _written(name: str) -> str:
    """A name as it stands in a sentence of its language, as a pattern."""
    escaped = str(regex.escape(name))
    if _UNSPACED.search(name):
        before, after = (
            regex.fullmatch(_KATAKANA, edge) is not None for edge in (name[0], name[-1])
        )
        return f"{f'(?<!{_KATAKANA})' * before}{escaped}{f'(?!{_KATAKANA})' * after}"
    if _ARABIC.search(name):
        return rf"(?<!\w){_PROCLITICS}{regex.escape(name.removeprefix('ال'))}(?!\w)"
    if _HANGUL.search(name):
        return rf"(?<!\w){escaped}(?=\W|$|{_PARTICLES})"
    return str(rf"(?<!\w){_CYRILLIC.sub(_in_any_case, escaped)}(?!\w)")


def _in_any_case(word: regex.Match[str]) -> str:
    ending = _ENDING.search(word[0])
    stem = str(word[0][: ending.start()] if ending else word[0])
    declined = ending is not None or regex.search(r"[бвгджзклмнпрстфхцчшщ]$", stem)
    return f"{stem}(?:{_ENDINGS})?" if declined and len(stem) >= _STEM else str(word[0])
