"""What the lines of a page state of its article: the headline and the date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise, takewhile

from index import furniture
from index.article import Block, Role
from index.dates import beside_date, date_in_text
from index.headings import ASKING
from index.lines import (
    AGAIN,
    HEADING_WORDS,
    NEAR_LINES,
    TITLE_WORDS,
    Line,
    first_prose,
    is_prose,
    word_count,
    words_of,
)
from index.outlets import SITE_NAME, name_beside_date
from index.preamble import SCORE

# Characters of the opening that stand in for a missing headline.
OPENING_CHARS = 90
# A publication date stands above the article or under its lead; further down dates are content.
DATE_AFTER_PROSE = 2
DATE_WORDS = 14
# "The New York Times": few names of outlets have more.
MASTHEAD_WORDS = 4
# Entries of menus that stand twice on a page are shorter.
HEADLINE_WORDS = 4
# A breadcrumb, a credit or a press release's number.
_NO_HEADLINE = re.compile(
    r"[|>»]|^(?:by|oleh|penulis|editor|reporter|siaran pers|press release)\b", re.IGNORECASE
)
_SET_APART = re.compile(r"\s[-–—|•·]\s+(?:\w+,\s*)?\d")


def take_date(lines: list[Line], stated: date | None) -> tuple[date | None, str | None]:
    """The publication date of a short dated line, and the outlet written before it, if any.

    Where the date is `stated`, another one below the first paragraph is a subheading; so it is
    where more of them stand above paragraphs.
    """
    paragraphs = 0
    headline = next((line for line in lines if line.open), None)
    for i, line in enumerate(lines):
        if not line.open:
            continue
        if line.prose:
            paragraphs += 1
        elif word_count(line.text) <= DATE_WORDS and not furniture.CREDIT.fullmatch(line.text):
            labelled = furniture.PUBLISHED.match(line.text)
            if furniture.UPDATED.match(line.text) or (
                not labelled
                and (paragraphs >= DATE_AFTER_PROSE or (line is headline and _tells(line.text)))
            ):
                continue
            found = date_in_text(line.text)
            if not found:
                continue
            if paragraphs and not labelled and (
                stated not in (None, found) or _is_chronology(lines[i + 1 : i + 1 + NEAR_LINES])
            ):  # fmt: skip
                continue
            if not paragraphs and not labelled and _says_only_when(line.text):
                line, found = _below_headline(lines[i + 1 :], by=found) or (line, found)
            line.reason = "publication date"
            return found, None if labelled else name_beside_date(line.text)
    # Beside the site's name above all may stand the day on which it was read, so it comes last.
    for line in lines[: first_prose(lines)]:
        if line.reason == SITE_NAME and (found := date_in_text(line.text)):
            line.reason = "publication date"
            return found, name_beside_date(line.text)
    return None, None


def _says_only_when(text: str) -> bool:
    """Whether a line is a day and no more, as the masthead's own: that on which it was read."""
    beside = beside_date(text)
    words = re.findall(r"[^\W\d_]{2,}", beside.casefold())
    return not re.search(r"\d", beside) and all(word in furniture.CALENDAR for word in words)


def _below_headline(lines: Sequence[Line], *, by: date) -> tuple[Line, date] | None:
    """The dated line above the first paragraph and below a headline, if its day is before `by`."""
    titled = False
    for line in takewhile(lambda line: not line.prose, lines):
        if not line.open:
            continue
        dated = word_count(line.text) <= DATE_WORDS and not furniture.UPDATED.match(line.text)
        if titled and dated and not furniture.CREDIT.fullmatch(line.text):
            found = None if _tells(line.text) else date_in_text(line.text)
            if found and found < by:
                return line, found
        titled = titled or (_may_be_title(line) and not _is_note(line.text))
    return None


def _is_chronology(below: Sequence[Line]) -> bool:
    """Whether another short line with a date stands above a paragraph."""
    return any(
        line.open
        and following.prose
        and word_count(line.text) <= HEADING_WORDS
        and not furniture.PUBLISHED.match(line.text)
        and date_in_text(line.text) is not None
        for line, following in pairwise(below)
    )


def _tells(text: str) -> bool:
    """Whether a line says more than when: "Mengenang Tsunami Aceh 26 Desember 2004".

    "The Jakarta Post - 12 March 2024" says who, set apart.
    """
    if _NO_HEADLINE.search(text):
        return False
    words = re.findall(r"[^\W\d_]{2,}", beside_date(text).casefold())
    said = sum(word not in furniture.CALENDAR for word in words)
    return said > (MASTHEAD_WORDS if _SET_APART.search(text) else TITLE_WORDS.start - 1)


def take_title(lines: list[Line]) -> str | None:
    """The line above the body that shares most of its words with the body: its headline.

    Where none shares any, the first of those that stand together right above the body.
    """
    first = next((i for i, line in enumerate(lines) if line.in_body), None)
    if first is None:
        return None
    body = {w for line in lines if line.role is Role.BODY for w in words_of(line.text)}
    # A headline that asks was taken for a heading.
    above = [line for line in lines[:first] if line.open or line.role is Role.HEADING]

    def shared(line: Line) -> tuple[float, int]:
        words = words_of(line.text)
        # One more than it has: a short line has a word in common by chance.
        return len(words & body) / (len(words) + 1), len(words & body)

    candidates = [line for line in lines[:first] if _may_be_title(line) and _is_candidate(line)]
    # A score above the headline has names that the article has; alone it is one.
    worded = [line for line in candidates if not SCORE.fullmatch(line.text)]
    best = max(worded or candidates, key=shared, default=None)
    if best and not any(shared(best)):
        together = takewhile(_may_be_title, reversed(above))
        named = [
            line for line in together if not (_is_note(line.text) or SCORE.fullmatch(line.text))
        ]
        best = named[-1] if named else None
    if best is None:
        return None
    best.reason, best.role, best.starts_section = "headline", None, False
    return best.text


def _is_candidate(line: Line) -> bool:
    """Whether a line is left, or is there again, as a headline is that heads parts or a picture.

    "Diperbarui: 12 Mei 2024" says when.
    """
    if line.reason == AGAIN:
        return word_count(line.text) >= HEADLINE_WORDS
    labels = (furniture.UPDATED, furniture.PUBLISHED)
    dated = any(label.match(line.text) for label in labels) and date_in_text(line.text)
    return (line.open or line.role is Role.HEADING) and not dated


def _may_be_title(line: Line) -> bool:
    return word_count(line.text) in TITLE_WORDS


def _is_note(text: str) -> bool:
    """Whether a line says by whom, when or how long: "Last updated 4 June 2024", "5 min read"."""
    patterns = (furniture.CREDITED, furniture.UPDATED, furniture.PUBLISHED, furniture.AGE)
    if any(pattern.match(text) for pattern in patterns):
        return True
    wordy = sum(not any(map(str.isdigit, word)) for word in text.split())
    return wordy < TITLE_WORDS.start <= len(text.split())


def opening(text: str, blocks: tuple[Block, ...]) -> str:
    """The first words of the body, cut at a word, for a page without a headline."""
    if blocks and blocks[0].role is Role.HEADING and text[: blocks[0].end].endswith(ASKING):
        return text[: blocks[0].end]  # a bare text's headline, which asks
    body = [text[block.start : block.end] for block in blocks if block.role is Role.BODY]
    # Above it, a record's number is none.
    line = next(filter(is_prose, body), body[0] if body else "").lstrip("*•- ")
    if len(line) <= OPENING_CHARS:
        return line
    return line[:OPENING_CHARS].rsplit(" ", 1)[0].rstrip(" ,;:-–") + " …"
