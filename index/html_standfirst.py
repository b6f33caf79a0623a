"""The standfirst of a web page: what stands between headline and body and sums the article up.

Outlets set it apart from the body and often say it nowhere else, so extractors leave it out, and
with it who did what. A caption or a note to readers stands there as well; the standfirst is what
the page also gives as its description to search engines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.html_blocks import Run
from index.lines import is_prose

# A description that was cut off has this many words of the standfirst at least.
CUT_WORDS = 6


def standfirst(blocks: Sequence[Run], body: int, described: Sequence[str]) -> list[int]:
    """The indices of the sentences above the body's first block that a description has too."""
    headline = next((i for i in reversed(range(body)) if blocks[i].element.tag == "h1"), body)
    names = [words for text in described if (words := _words(text))]
    found: dict[str, int] = {}
    for i in range(headline + 1, body):
        words = _words(blocks[i].text)
        if words and is_prose(blocks[i].text) and any(_tells(name, words) for name in names):
            found.setdefault(words, i)
    return list(found.values())


def _tells(description: str, words: str) -> bool:
    """Whether a description says these words, or was cut off within them."""
    return f" {words} " in f" {description} " or (
        len(description.split()) >= CUT_WORDS and words.startswith(description)
    )


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
