"""What tells a heading from a sentence: where it stands, its length, and what it ends in."""

from __future__ import annotations

import re

from index.article import Role
from index.lines import HEADING_WORDS, ITEM, Line, word_count
from index.outlets import dateline

# What a sentence ends in that asks.
ASKING = ("?", "？", "؟")
# Headlines ask and exclaim; a heading is one sentence.
_ASKS = re.compile(rf"^(?:(?![.!?…]\s).)+[{''.join(ASKING)}]$")
EXCLAIMS = re.compile(r"[?!？！؟]$")
# What begins with a quotation mark, a dash or a name and a colon somebody said.
_SAID = re.compile(r"[\"'“‘«‹„「『(–—-]|[^\W\d_]\S*(?:\s\S+){0,2}[:：]\s")


def heads(above: Line | None, line: Line, below: Line | None) -> bool:
    """Whether a line of a bare text is the heading of the paragraph below it.

    Where the markup does not say so, not the last item of a list or row of a table. Only the first
    line of all may be long: a headline.
    """
    if below is None or not below.open or not below.prose:
        return False
    if asks(above, line, below):
        return True
    if line.prose or line.item or line.text[-1] in ":;,":
        return False
    if above is None:
        return dateline(line.text) is None
    ends_list = above.role is Role.BODY and not above.prose and not stands_apart(above, line)
    return word_count(line.text) <= HEADING_WORDS and not ends_list


def asks(above: Line | None, line: Line, below: Line | None) -> bool:
    """Whether a line is a question that the paragraph below it answers, and so its heading.

    One of several is not, nor what a colon opens or somebody said.
    """
    if line.item or ITEM.match(line.text) or word_count(line.text) > HEADING_WORDS:
        return False
    if not _ASKS.search(line.text) or _SAID.match(line.text):
        return False
    goes_on = above is not None and not above.reason and above.role is not Role.HEADING
    if above and goes_on and above.text.endswith((":", "?")):
        return False
    return below is not None and below.open and below.prose and not _ASKS.search(below.text)


def heads_by_markup(line: Line) -> bool:
    """Whether a line that the markup makes a heading is none of a standfirst's sentences."""
    return line.heading and (not line.prose or bool(EXCLAIMS.search(line.text)))


def stands_apart(item: Line, line: Line) -> bool:
    """Whether a line is parted from the item of a list above it, and is none itself."""
    apart = line.number > item.number + 1
    return apart and bool(ITEM.match(item.text)) and not ITEM.match(line.text)
