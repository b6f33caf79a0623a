"""Text to the terms that BM25 counts, for any language and without a stemmer.

A term is a word, or four letters in a row of one. Letter n-grams do what stemming does within a
language (McNamee & Mayfield 2004, "Character N-Gram Tokenization for European Language Text
Retrieval") and also meet loan words and names across languages: inflasi and inflation, polisi
and police. `benchmarks/quality.md` has the measurement.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import regex

# Long enough to be rare, short enough to survive an affix (McNamee & Mayfield 2004, section 4).
GRAM = 4
# Letters of scripts that do not part words with spaces.
UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"

# Raised when the terms of any text change: what is made of terms is then made anew.
TERMS = 2
# Where a word may be broken at a line's end, and what forbids it: nothing that a reader sees. The
# joiners of Persian and Indian scripts are letters' business and stay.
UNSEEN = "\u00ad\u200b\u2060\ufeff"
_UNSEEN = re.compile(f"[{UNSEEN}]+")

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:['’.,-](?=\p{N})[\p{N}]+)*")
# The same in texts of ASCII alone, as most are; the standard library takes half the time there.
_ASCII_WORD = re.compile(r"[a-z0-9]+(?:['.,-][0-9]+)*")
# What typeset texts of ASCII have beside it, where it parts words and joins no digit to one.
_TYPESET = re.compile("[“”‘…–—«»\u00a0]|’(?![0-9])")
# Marks, and the letter that one of them becomes when case is folded.
MARK = regex.compile(r"[\p{M}\u03b9]")
_LATIN = regex.compile(r"\p{Latin}")


def unfolded(word: str) -> bool:
    """Whether a word of Latin letters has a mark that is no accent, which folding leaves there."""
    marks = (mark[0] for mark in MARK.finditer(word))
    return _LATIN.search(word) is not None and not all(map(unicodedata.combining, marks))


def words(text: str) -> list[str]:
    """The words and numbers of `text`, compatibility-composed and case-folded, in order.

    Soft hyphens and spaces of no width part no words.
    """
    plain = text if text.isascii() else _TYPESET.sub(" ", text)
    if plain.isascii():  # which is composed
        return _ASCII_WORD.findall(plain.lower())
    found: list[str] = _WORD.findall(unicodedata.normalize("NFKC", seen(text)).casefold())
    return found


def seen(text: str) -> str:
    """`text` without the characters in `UNSEEN`."""
    return _UNSEEN.sub("", text)


def terms(text: str) -> list[str]:
    """The words of `text`, each followed by its letter n-grams (marked by a leading '~')."""
    found: list[str] = []
    for word in words(text):
        found.append(word)
        found.extend(_grams(word))
    return found


@lru_cache(maxsize=65536)
def _grams(word: str) -> tuple[str, ...]:
    """N-grams of the word with its accents folded; its ends count as a letter."""
    decomposed = unicodedata.normalize("NFD", word)
    folded = "".join(c for c in decomposed if not unicodedata.combining(c)).replace("đ", "d")
    padded = f"_{folded}_"
    return tuple(f"~{padded[i : i + GRAM]}" for i in range(max(1, len(padded) - GRAM + 1)))
