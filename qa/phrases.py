"""Exact phrases: what counts as standing in a text, and where it stands."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product

import regex

from index.words import GRAM, UNSEEN, UNSPACED, seen

Span = tuple[int, int]

# What `str.split` takes for space.
_SPACE = r"[\s\x1c-\x1f]"
_GAP = f"[{UNSEEN}]*"
_HAS_GAP = re.compile(f"[{UNSEEN}]")
_DASHES = "-‐‑‒–—−"
_APOSTROPHES = "'’‘ʼ`´"
# Latin letters with marks, by which readers without the keyboard for it type the bare letter.
_LATIN = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
# Letters that Unicode does not take apart into a letter and a mark.
_STROKED = {"đ": "d", "ø": "o", "ł": "l", "ı": "i"}
_UNLIKE = _STROKED.keys() - {"đ"}


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must stand in this order, as whole words.

    Case, the width of spaces and the shape of dashes and apostrophes do not matter. A bare letter
    also meets its accented forms ("Ha Noi" finds "Hà Nội"); an accent that is given must be there.
    Soft hyphens and spaces of no width are nothing, in the phrase and in the text.
    """

    text: str

    def within(self, text: str) -> bool:
        """Whether the phrase stands in `text`."""
        return self._pattern(text).search(text) is not None

    def grams(self) -> list[tuple[str, ...]]:
        """For each of several terms its spellings, one of which every text with the phrase has.

        They are letter n-grams of `index.words`, which folds letters more coarsely than a phrase
        does, except beside the marks that `index.words.unfolded` finds. Empty for a phrase of
        which nothing can be said, as one in a script without spaces.
        """
        found: dict[tuple[str, ...], None] = {}
        words = unicodedata.normalize("NFC", seen(self.text)).split()
        for nth, word in enumerate(words):
            # Inside the phrase a word ends where a space is; at its ends anything may follow.
            letters = (
                ["_"] * (nth > 0) + [_folded(c) for c in word] + ["_"] * (nth < len(words) - 1)
            )
            for start in range(len(letters) - GRAM + 1):
                gram = letters[start : start + GRAM]
                # A word of fewer letters than make a gram has one of its own, as it stands.
                if all(gram):
                    found[tuple("".join(("~", *spelt)) for spelt in product(*gram))] = None
        return list(found)

    def spans(self, text: str) -> list[Span]:
        """Where the phrase stands in `text`, as half-open code-point spans, in order."""
        return [match.span() for match in self._pattern(text).finditer(text)]

    def _pattern(self, text: str) -> regex.Pattern[str]:
        # Gaps after every letter cost time, and few texts have any.
        gaps = not text.isascii() and _HAS_GAP.search(text) is not None
        return _pattern(self.text, _GAP if gaps else "")


@lru_cache(maxsize=256)
def _pattern(phrase: str, gap: str) -> regex.Pattern[str]:
    phrase = seen(phrase) or phrase
    composed = unicodedata.normalize("NFC", phrase)
    space = f"(?:{gap}{_SPACE})+{gap}" if gap else f"{_SPACE}+"
    # A text may also hold just the characters that were typed, composed or not.
    forms = [space.join(gap.join(map(spelled, word)) for word in composed.split())]
    if composed != phrase:
        forms.append(space.join(gap.join(map(regex.escape, word)) for word in phrase.split()))
    first, last = composed.strip()[:1], composed.strip()[-1:]
    # Scripts without spaces have no edges of words.
    before = "" if regex.match(UNSPACED, first) else rf"(?<![\p{{L}}\p{{N}}_]{gap})"
    after = "" if regex.match(UNSPACED, last) else rf"(?!{gap}[\p{{L}}\p{{M}}\p{{N}}_])"
    return regex.compile(f"{before}(?:{'|'.join(forms)}){after}", regex.IGNORECASE)


def spelled(char: str) -> str:
    """What one character meets, as a pattern in lower case: a bare letter also one with marks."""
    if char in _DASHES:
        return f"[{regex.escape(_DASHES)}]"
    if char in _APOSTROPHES:
        return f"[{regex.escape(_APOSTROPHES)}]"
    if forms := _accented().get(char.casefold()):
        return rf"[{forms}]\p{{M}}*"
    apart = unicodedata.normalize("NFD", char)
    if apart != char:
        return f"(?:{regex.escape(char)}|{regex.escape(apart)})"
    return str(regex.escape(char))


def _folded(char: str) -> str:
    """What `index.words` may make of what one character meets, a letter each; "" if anything."""
    folded = unicodedata.normalize("NFD", char.casefold().replace("đ", "d"))[:1]
    if folded not in _accented() or len(char.casefold()) > 1 or char.casefold() in _UNLIKE:
        return ""
    # Only a bare letter meets the stroked ones, which keep their strokes in the index.
    return folded + "".join(s for s, bare in _STROKED.items() if bare == folded and s != "đ")


@cache
def _accented() -> dict[str, str]:
    """Each bare Latin letter with all its forms."""
    forms = {letter: letter for letter in "abcdefghijklmnopqrstuvwxyz"}
    for code in _LATIN:
        char = chr(code).lower()
        bare = _STROKED.get(char, unicodedata.normalize("NFD", char)[:1])
        if len(char) == 1 and bare in forms and char not in forms[bare]:
            forms[bare] += char
    return forms
