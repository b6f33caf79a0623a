"""The wrong-name case: a question about Huawei is not answered by an article about Ericsson.

A name is a capitalised word inside a sentence, of Latin letters; neighbouring ones are one name.
An article speaks of it when it has one of its words, with marks that the question leaves out
(Hanoi is Hà Nội), or its initials (Ho Chi Minh City is HCM). Where none does, the name may be
another in the articles' language: Japan is Jepang there, and Defence is Pertahanan. Then one of
its words has its like (see `likeness`) in the passages or their contexts.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import combinations

import regex

from index.article import Passage
from index.collection import View
from index.late_interaction import Floats
from qa.alignment import ALIKE, SYLLABIC
from qa.answer import Hit
from qa.calendar import calendar
from qa.country_names import is_syllable, named
from qa.language import ARTICLE_LANGUAGES, begins_sentence
from qa.likeness import best_likes, likeness
from qa.phrases import spelled
from qa.retrieval import Query

Span = tuple[int, int]

# Shorter words are seldom names, and initials of many.
MIN_CHARS = 4
# Fewer initials are of many things.
MIN_INITIALS = 3
# Where every noun has a capital.
EXCEPT = frozenset({"de", "lb"})
# Offices, bodies and kinds of places have a capital and are no name by themselves.
KINDS = frozenset(
    """
    academy administration agency ambassador archbishop army assembly association authority board
    bureau cabinet captain chair chairman chairperson chairwoman chancellor chief coach colonel
    commander commission commissioner committee company congress consul corporation council court
    crown deputy director dean department doctor embassy emperor executive federation foundation
    general government governor group house institute judge justice king lieutenant lord madam
    major mayor member ministry minister mister navy office officer organisation organization
    parliament party police pope premier president prince princess professor prosecutor queen
    rector regent representative secretary senate senator sergeant sheikh sheriff speaker
    spokesman spokesperson spokeswoman state sultan treasurer tribunal union university vice
    avenue bandara bank bridge city county danau desa district gulf gunung harbour hotel island
    jalan kabupaten kampung kecamatan kota lake laut mount mountain museum ocean park pasar
    pelabuhan province provinsi pulau river road samudra samudera school selat stadion stadium
    stasiun station street sungai taman teluk temple tower universitas valley village
    """.split()
)

_WORD = regex.compile(
    rf"(?<![\p{{L}}\p{{M}}\p{{N}}])\p{{Lu}}[\p{{Latin}}\p{{M}}]{{{MIN_CHARS - 1},}}"
)
_UPPER = r"\p{Lu}"
_CAPITAL = regex.compile(r"\p{Lu}[\p{Latin}\p{M}]*")
# A sentence in capitals is no name.
_CAPITALISED = regex.compile(
    rf"(?<![\p{{L}}\p{{M}}\p{{N}}]){_CAPITAL.pattern}(?:[\s\p{{Pd}}]{_CAPITAL.pattern}){{2,5}}"
)
_VIETNAMESE = regex.compile(r"[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
_BETWEEN = regex.compile(r"[\s\p{Pd}]")
_LATIN, _LETTER = regex.compile(r"\p{Latin}"), regex.compile(r"\p{L}")


def speaking_of(
    view: View, query: Query, hits: tuple[Hit, ...], *, language: str
) -> tuple[tuple[Hit, ...], bool]:
    """The hits that speak of every name in the question, and False.

    All the hits, and True, when there is no such hit.
    """
    names = names_in(query.text, language) if language not in EXCEPT else []
    if not names or not hits or query.tokens is None or not _is_latin(hits[0].passage):
        return hits, False
    articles = [view.snapshot.articles[hit.passage.article] for hit in hits]
    said = [f"{article.title}\n{article.text}" for article in articles]
    best: dict[str, Floats | None] | None = None
    kept = set(range(len(hits)))
    for name in names:
        words = tuple(query.text[start:end] for start, end in name)
        own, bare = _written(words, _initials(query.text, name)), _unmarked(words)
        having = {
            i for i, there in enumerate(said) if own.search(there) or (bare and bare.search(there))
        }
        if having:
            kept &= having
            continue
        if best is None:
            best = _by_article(view, query, hits)
        kept &= {
            i for i, hit in enumerate(hits) if _has_like(query, best[hit.passage.article], name)
        }
    return (tuple(hits[i] for i in sorted(kept)), False) if kept else (hits, True)


def _by_article(view: View, query: Query, hits: tuple[Hit, ...]) -> dict[str, Floats | None]:
    """What each article's hits have like the question's tokens; one passage may name, one tell."""
    return {
        article: best_likes(view, query, tuple(h for h in hits if h.passage.article == article))
        for article in {hit.passage.article for hit in hits}
    }


def _has_like(query: Query, best: Floats | None, name: list[Span]) -> bool:
    """Whether a word of the name has its like there; so it may where that is not known."""
    likes = [] if best is None else [likeness(query, best, span) for span in name]
    alike = [like for like in likes if like is not None]
    return not alike or max(alike) >= ALIKE


def names_in(question: str, language: str) -> list[list[Span]]:
    """The names in a question, as the spans of their words."""
    dates = calendar((*ARTICLE_LANGUAGES, language))
    countries = named(question, language).values()  # which are held by themselves
    names: list[list[Span]] = []
    for found in _WORD.finditer(question):
        start, end = found.span()
        if begins_sentence(question, start):
            continue
        if found[0].casefold() in KINDS or dates.fullmatch(found[0]):
            continue
        if any(first < end and start < last for first, last in countries):
            continue
        # Written a syllable at a time, a name's parts are many other names' too; foreign ones not.
        if language in SYLLABIC and is_syllable(found[0]):
            continue
        if names and _BETWEEN.fullmatch(question[names[-1][-1][1] : start]):
            names[-1].append((start, end))
        else:
            names.append([(start, end)])
    return names


@lru_cache(maxsize=256)
def _written(words: tuple[str, ...], initials: tuple[str, ...] = ()) -> regex.Pattern[str]:
    """Any of the words, whole, as a name is written: Agus is not in Agustus, nor Dian in kemudian.

    A possessive s may follow, and a headline may be in capitals.
    """
    forms = (*(form for word in words for form in (word, word.upper())), *initials)
    return _whole("|".join(regex.escape(form) for form in dict.fromkeys(forms)))


@lru_cache(maxsize=256)
def _unmarked(words: tuple[str, ...]) -> regex.Pattern[str] | None:
    """The words with whatever marks, and with their syllables apart: Hanoï is Hà Nội.

    None with Vietnamese marks in all: who types them means them. A second syllable has a capital.
    """
    bare = (_without_marks(word) for word in words if not _VIETNAMESE.search(word))
    forms = (rf"(?: (?={_UPPER}))?".join(f"(?i:{spelled(c)})" for c in word) for word in bare)
    either = "|".join(rf"(?={_UPPER}){form}" for form in forms)
    return _whole(either) if either else None


def _without_marks(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def _whole(either: str) -> regex.Pattern[str]:
    return regex.compile(rf"(?<![\p{{L}}\p{{M}}])(?:{either})s?(?![\p{{L}}\p{{M}}])")


def _initials(question: str, name: list[Span]) -> tuple[str, ...]:
    """The initials of each stretch of three capitalised words or more that has one of the name's.

    Also of short ones, and of kinds of places: Ho Chi Minh City.
    """
    found: list[str] = []
    for run in _CAPITALISED.finditer(question):
        words = list(_CAPITAL.finditer(question, *run.span()))
        for first, last in combinations(range(len(words) + 1), 2):
            start, end = words[first].start(), words[last - 1].end()
            if last - first >= MIN_INITIALS and any(start <= s and e <= end for s, e in name):
                found.append("".join(word[0][0] for word in words[first:last]))
    return tuple(dict.fromkeys(found))


def _is_latin(passage: Passage) -> bool:
    """Whether its names are of Latin letters; of others the like is found less well."""
    return 2 * len(_LATIN.findall(passage.text)) > len(_LETTER.findall(passage.text))
