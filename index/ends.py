"""Where the article on a page ends, and the boxes of other articles inside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile

from index import furniture
from index.lines import (
    NEAR_LINES,
    PROSE_WORDS,
    SENTENCE_END,
    Line,
    first_prose,
    word_count,
    words_of,
)

# When an end marker stands before this much prose, it is a box inside the page, not the end.
MIN_BODY_CHARS = 200
# A box inside the page has no more headlines; a list below an article often has.
BOX_LINES = 6
# As many paragraphs below a box show whether the article goes on there.
PARAGRAPHS = 3
# Words and names that they share with those before the box when they are on their subject; shorter
# words are in any text.
SHARED_WORDS = 2
SUBJECT_CHARS = 7
_NAME = re.compile(r"(?<=[\w,] )[A-ZÀ-ÖØ-ÞĐ]\w{3,}")
# Neighbouring syllables of so many letters together are a word of Vietnamese, which parts them.
_SYLLABLES, _SYLLABLE = re.compile(r"[ăđơư\u1ea0-\u1ef9]"), re.compile(r"[^\W\d_]+")
INVITATION = "invitation to follow the outlet"
_TEASES = (furniture.AGE, furniture.READ_MORE)
# Headlines ask and exclaim.
_ASKS = re.compile(r"[?!？！؟][\"'”’»)]*$")


def take_url(lines: list[Line]) -> str | None:
    """The address of the page: the last such line that the article does not go on after."""
    body = first_prose(lines)
    url: str | None = None
    for i, line in reversed([*enumerate(lines)]):
        if match := furniture.SOURCE_URL.fullmatch(line.text):
            if url or (i > body and _box_below(lines, i, least=2) is not None):
                line.reason = "address of a source"
            else:
                line.reason, url = "source address", match.group(1)
    return url


def drop_what_follows_the_end(lines: list[Line]) -> None:
    """Drop comments and lists of other articles below it, and the boxes of such inside it."""
    seen = 0
    ended: str | None = None
    for i, line in enumerate(lines):
        if ended:
            if line.open:
                line.reason = ended
        elif line.reason == "source address" and seen >= MIN_BODY_CHARS:
            ended = "after the source address"
        elif furniture.END.fullmatch(line.text):
            line.reason = "end of the article"
            if seen < MIN_BODY_CHARS:
                continue
            box = None if furniture.COMMENTS.fullmatch(line.text) else _box_below(lines, i)
            if box is None:
                ended = f"after “{line.text}”"
                continue
            line.reason = "heading of a list of articles"
            for short in box:
                if short.open:
                    short.reason = "link to another article"
        elif line.prose:
            seen += len(line.text)


def _box_below(lines: Sequence[Line], at: int, *, least: int = 1) -> list[Line] | None:
    """The headlines below a marker, where they are a box and the article goes on below them.

    It does with paragraphs, `least` or more, the first a statement, that are on the subject of
    those above; one word shows it where the same marker follows, for the list below the article,
    and the agency's credit below two paragraphs, which ends one, without any.
    A teaser's summary has its headline's words, or below it the next headline, an age or "read
    more".
    """
    below = lines[at + 1 : at + 1 + BOX_LINES + PARAGRAPHS]
    end = next((i for i, line in enumerate(below) if line.prose and not _asks(line)), None)
    if end is None or end > BOX_LINES or not SENTENCE_END.search(below[end].text):
        return None
    box = list(below[:end])
    run = list(takewhile(lambda line: line.prose, below[end : end + PARAGRAPHS]))
    past = at + 1 + end + len(run)
    after = list(lines[past : past + 1])
    if len(run) < least or any(furniture.COMMENTS.fullmatch(line.text) for line in box):
        return None
    if any(pattern.fullmatch(line.text) for line in (*box, *after) for pattern in _TEASES):
        return None
    alone = len(run) == 1
    if alone and (not all(map(_says_what_it_is, after)) or _subjects(box) & _subjects(run)):
        return None
    above = [line for line in lines[max(0, at - NEAR_LINES) : at] if line.prose]
    shared = len(_subjects(above) & _subjects(run))
    again = any(line.text.casefold() == lines[at].text.casefold() for line in after)
    signed = len(run) > 1 and any(map(_signs, after))
    return box if signed or shared >= (1 if again else SHARED_WORDS) else None


def _asks(line: Line) -> bool:
    return bool(_ASKS.search(line.text))


def _says_what_it_is(line: Line) -> bool:
    return bool(furniture.END.fullmatch(line.text)) or any(
        pattern.fullmatch(line.text) for pattern, _ in furniture.ALWAYS
    )


def _signs(line: Line) -> bool:
    return any(
        why == furniture.AGENCY_CREDIT and pattern.fullmatch(line.text)
        for pattern, why in furniture.ALWAYS
    )


def _subjects(lines: Sequence[Line]) -> set[str]:
    """The longer words and the names inside sentences: what lines are about."""
    long = {w for line in lines for w in words_of(line.text) if len(w) >= SUBJECT_CHARS}
    long |= {word for line in lines for word in _of_syllables(line.text)}
    return long | {name.casefold() for line in lines for name in _NAME.findall(line.text)}


def _of_syllables(text: str) -> Iterator[str]:
    """The longer words, and the names, of a language that writes their syllables apart."""
    if not _SYLLABLES.search(text.casefold()):
        return
    for first, second in pairwise(_SYLLABLE.findall(text)):
        if len(first + second) >= SUBJECT_CHARS or (first.istitle() and second.istitle()):
            yield f"{first} {second}".casefold()


def drop_links(lines: Sequence[Line]) -> None:
    """Drop the headlines of other articles that stand below "Baca juga:".

    Those right below it go, when a blank line parts them from what follows; else only the first,
    as the next may be a subheading.
    """
    for i, label in enumerate(lines):
        if not (label.open and furniture.LINKS_LABEL.fullmatch(label.text)):
            continue
        label.reason = "link to another article"
        for line in _links(lines, i + 1):
            line.reason = "link to another article"


def invites(line: Line) -> bool:
    """Whether a line anywhere on a page is an invitation to follow the outlet, and no content."""
    if not furniture.PROMOTION.fullmatch(line.text):
        return False
    own = not SENTENCE_END.search(line.text) and furniture.OWN.search(line.text)
    return bool(own or furniture.BIDS.match(line.text) or furniture.CHANNEL.search(line.text))


def drop_skipped(lines: Sequence[Line]) -> None:
    """Drop what a page lets those skip who have it read out, with the links that do so."""
    for i, line in enumerate(lines):
        if line.open and (link := furniture.SKIP.fullmatch(line.text)):
            what = next(filter(None, link.groups())).casefold()
            inside = lines[i : i + 1 + BOX_LINES + PARAGRAPHS]
            ends = (n for n, near in enumerate(inside) if _ends_skip(near, what))
            for near in inside[: next(ends, 0) + 1]:
                near.reason = near.reason or "box to be skipped"


def _ends_skip(line: Line, what: str) -> bool:
    end = furniture.SKIPPED.fullmatch(line.text)
    return end is not None and end[1].casefold() == what


def _links(lines: Sequence[Line], at: int) -> list[Line]:
    """The headlines that the lines below a label begin with."""
    box: list[Line] = []
    for i in range(at, len(lines)):
        line = lines[i]
        apart = bool(box) and line.number > box[-1].number + 1
        if apart:
            return box
        if not _may_be_link(line):
            return box[:1]
        box.append(line)
    return box


def _may_be_link(line: Line) -> bool:
    """Whether a line may be a headline; one that asks or exclaims reads as prose."""
    return line.open and (not line.prose or (word_count(line.text) < PROSE_WORDS and _asks(line)))


def drop_teasers(lines: list[Line]) -> None:
    """Drop teasers of other articles: headline, age, headline again, summary, "read more".

    The only age above the article, without a "read more", is its own, below its own headline.
    """
    ages = {i for i, line in enumerate(lines) if line.open and furniture.AGE.fullmatch(line.text)}
    # A headline that asks reads as prose.
    prose = (i for i, line in enumerate(lines) if line.open and line.prose and i + 1 not in ages)
    body = next(prose, len(lines))
    alone = sum(i < body for i in ages) == 1
    for i in sorted(ages):
        below = _until_read_more(lines[i + 1 : i + 4])
        own = alone and i < body and not below
        for near in (*([] if own else lines[max(i - 1, 0) : i]), *below):
            if near.open:
                near.reason = "teaser of another article"


def _until_read_more(lines: list[Line]) -> list[Line]:
    """The lines up to a "read more", or none when there is none among them."""
    for i, line in enumerate(lines):
        if furniture.READ_MORE.fullmatch(line.text):
            return lines[:i]
    return []


def drop_tail(lines: list[Line]) -> None:
    """From the end upwards: invitations to follow the outlet, and lists after an end marker."""
    listed = len(lines)  # where the lines begin that are dropped already, with their marker
    for i in reversed(range(len(lines))):
        if not lines[i].open:
            continue
        if furniture.END.fullmatch(lines[i].text):
            lines[i].reason = "end of the article"
            for line in lines[i + 1 : listed]:
                if line.open:
                    line.reason = f"after “{lines[i].text}”"
            listed = i
        elif furniture.PROMOTION.fullmatch(lines[i].text):
            lines[i].reason = INVITATION
        elif lines[i].prose and not any(p.fullmatch(lines[i].text) for p, _ in furniture.ALWAYS):
            break
