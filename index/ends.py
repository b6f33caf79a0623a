"""Where the article on a page ends, and the boxes of other articles inside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

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
# Words that a paragraph shares with those before a box when it is on their subject; shorter ones
# are in any text.
SHARED_WORDS = 2
SUBJECT_CHARS = 7
# Headlines ask and exclaim.
_ASKS = re.compile(r"[?!？！؟][\"'”’»)]*$")


def take_url(lines: list[Line]) -> str | None:
    """The address of the page: the last such line that the article does not go on after."""
    body = first_prose(lines)
    url: str | None = None
    for i, line in reversed([*enumerate(lines)]):
        if match := furniture.SOURCE_URL.fullmatch(line.text):
            if url or (i > body and _box_below(lines, i) is not None):
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


def _box_below(lines: Sequence[Line], at: int) -> list[Line] | None:
    """The short lines below a marker, where they are a box and the article goes on below them.

    It does with two paragraphs, the first a statement, that share words with those above; a
    teaser's summary has a headline, an age or "read more" around it.
    """
    below = lines[at + 1 : at + 1 + BOX_LINES + 2]
    end = next((i for i, line in enumerate(below[:-1]) if line.prose), None)
    if end is None or not below[end + 1].prose or _ASKS.search(below[end].text):
        return None
    if not SENTENCE_END.search(below[end].text) or any(
        furniture.AGE.fullmatch(line.text) or furniture.COMMENTS.fullmatch(line.text)
        for line in below
    ):
        return None
    above = {
        word
        for line in lines[max(0, at - NEAR_LINES) : at]
        if line.prose
        for word in words_of(line.text)
    }
    shared = above & (words_of(below[end].text) | words_of(below[end + 1].text))
    on_subject = sum(len(word) >= SUBJECT_CHARS for word in shared)
    return list(below[:end]) if on_subject >= SHARED_WORDS else None


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
    return line.open and (
        not line.prose or (word_count(line.text) < PROSE_WORDS and bool(_ASKS.search(line.text)))
    )


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
            lines[i].reason = "invitation to follow the outlet"
        elif lines[i].prose and not any(p.fullmatch(lines[i].text) for p, _ in furniture.ALWAYS):
            break
