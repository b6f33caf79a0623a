"""The lines of a page on their way to a verdict: part of the article, or dropped for a reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

from index.article import Role
from index.furniture import AGENCIES
from index.words import UNSPACED

# A line of this many words reads as prose even when its full stop is missing.
PROSE_WORDS = 18
_UNSPACED, _UNPARTED = regex.compile(UNSPACED), regex.compile(rf"{UNSPACED}{{2,}}")
# Vowel signs are part of a word. Vietnamese parts its syllables, which are shorter and have marks.
_LONG_WORD = regex.compile(r"[\w\p{M}]{4,}|(?=\w{0,2}[ăđơưĂĐƠƯ\u1ea0-\u1ef9])\b\w{3}\b")
# Where words are not parted, two letters are one on average; in Thai more, which does no harm.
LETTERS = 2

# The editor's initials or an agency may follow the last full stop: "... katanya. (rsa/abc)",
# "... he said. — AFP".
SENTENCE_END = re.compile(
    r"[.!?…。！？।॥؟۔][\"'”’“‘»›)\]」』]*"
    rf"(?:\s*[(\[][^()\[\]]{{1,30}}[)\]]|\s+[—–-]{{1,2}}\s?(?i:{AGENCIES}))?$"
)
# A headline is longer than a menu entry and shorter than a paragraph.
TITLE_WORDS = range(3, 31)
# A longer line without a full stop is an item of a list rather than a heading.
HEADING_WORDS = 12
# Why a short line is dropped that a page has more than once.
AGAIN = "repeated line"
# Lines around another that may tell what it is.
NEAR_LINES = 20
# "1. Nasi", "- Nasi", "• Nasi", "(a) Nasi": an item of a list.
ITEM = re.compile(r"(?:\d{1,2}[.)]|[-–•*·]|\(\d{1,2}\))\s*\S|\(?[a-z][.)]\s+\S")
# A line of more words that ends in a colon says something before the list that it opens.
LEAD_WORDS = 12


@dataclass(slots=True)
class Line:
    """One line: a role, or a reason to drop it, or neither yet."""

    number: int
    text: str
    role: Role | None = None
    reason: str | None = None
    starts_section: bool = False
    # What the markup that it comes from makes it, where there is any.
    heading: bool = False
    item: bool = False
    # Body above the article's first paragraph (see `preamble`).
    preamble: bool = False
    # How many spaces stood before it.
    indent: int = 0

    @property
    def open(self) -> bool:
        """Whether nothing has been decided about it."""
        return self.role is None and self.reason is None

    @property
    def in_body(self) -> bool:
        """Whether it is body, and not above the first paragraph."""
        return self.role is Role.BODY and not self.preamble

    @property
    def prose(self) -> bool:
        """Whether it reads as a sentence or more."""
        return is_prose(self.text)


def lines_of(text: str, numbers: Sequence[int] = ()) -> list[Line]:
    """The lines of a text that hold anything, without the space around them.

    `numbers` are theirs on the page that they come from; otherwise they count in the text itself.
    """
    found = [
        Line(n, stripped, indent=_indent(line))
        for n, line in enumerate(text.split("\n"), 1)
        if (stripped := line.strip())
    ]
    if numbers:
        for line, number in zip(found, numbers, strict=True):
            line.number = number
    return found


def runs(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Lines with no blank one between them."""
    run: list[Line] = []
    for line in lines:
        if run and line.number != run[-1].number + 1:
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _indent(line: str) -> int:
    line = line.expandtabs()
    return len(line) - len(line.lstrip())


def is_prose(text: str) -> bool:
    """Whether a line reads as a sentence or more."""
    words = word_count(text)
    if words > LEAD_WORDS and text.endswith(":"):
        return True
    return words >= PROSE_WORDS or (words >= 4 and bool(SENTENCE_END.search(text)))


def word_count(text: str) -> int:
    """How many words a line has, in any script."""
    unspaced = 0 if text.isascii() else len(_UNSPACED.findall(text))
    return len(text.split()) + unspaced // LETTERS


def first_prose(lines: Sequence[Line]) -> int:
    """The index of the first undecided line of prose, or how many lines there are."""
    return next((i for i, line in enumerate(lines) if line.open and line.prose), len(lines))


def words_of(text: str) -> set[str]:
    """The longer words of a text, for comparing what lines are about.

    Where a script does not part words, every two neighbouring letters.
    """
    found = {word.casefold() for word in _LONG_WORD.findall(text)}
    if not text.isascii():
        found |= {a + b for run in _UNPARTED.findall(text) for a, b in pairwise(run)}
    return found
