"""Plain text broken at a fixed width, as mail, wires and `pdftotext` do: its paragraphs made whole.

A line is broken where the next word would not have fitted. Only lines right below each other are
joined, and only where most of them are so: lists and verse break where they please.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import regex

from index.lines import SENTENCE_END, Line
from index.words import UNSPACED

# From newspaper columns to wide terminals, in characters.
WIDTHS = range(40, 121)
# Fewer lines of a list could be as full by chance.
MIN_BROKEN = 3
# A table or a headline may be wider than the text, not much else.
TRIES = 3
# In wrapped text the other lines end a paragraph or a sentence.
SHARE = 0.6
# So many go on with a word in small letters, even in a text full of names; headlines do not.
SHARE_SMALL = 1 / 3
# "kerja-" at a line's end: the word goes on.
_HYPHEN = re.compile(r"\w-$")
_UNPARTED = regex.compile(UNSPACED)


def unwrapped(lines: Sequence[Line]) -> list[Line]:
    """The lines, those that a fixed width broke joined by a space; each keeps its first number."""
    runs = list(_runs(lines))
    sized = [
        (max((len(line.text) for line in run if not _overlong(line)), default=0), run)
        for run in runs
    ]
    widths = sorted({size for size, run in sized if size in WIDTHS and len(run) > 1})
    width = next(
        (
            width
            for width in reversed(widths[-TRIES:])
            if _is_wrapped([run for size, run in sized if size <= width], width)
        ),
        0,
    )
    return [line for size, run in sized for line in (_joined(run, width) if size <= width else run)]


def _runs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines with no blank one between them."""
    run: list[Line] = []
    for line in lines:
        if run and line.number != run[-1].number + 1:
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _is_wrapped(runs: Sequence[list[Line]], width: int) -> bool:
    """Whether most lines are broken at this width, in those runs where any is."""
    pairs = 0
    broken: list[str] = []
    for run in runs:
        full = [(line, below) for line, below in pairwise(run) if _full(line, below, width)]
        pairs += len(run) - 1 if full else 0
        broken += [below.text[0] for line, below in full if not SENTENCE_END.search(line.text)]
    small = sum(not (first.isupper() or first.isdigit()) for first in broken)
    return len(broken) >= max(MIN_BROKEN, SHARE * pairs) and small >= SHARE_SMALL * pairs


def _overlong(line: Line) -> bool:
    """Whether a word, as an address, is longer than any column is wide."""
    return len(line.text) > WIDTHS.start and max(map(len, line.text.split())) > WIDTHS.start


def _full(line: Line, below: Line, width: int) -> bool:
    """Whether the first word of the line below would not have fitted."""
    if len(line.text) > width or _UNPARTED.search(line.text[-1] + below.text[0]):
        return False
    return len(line.text) + 1 + len(below.text.split(None, 1)[0]) > width


def _joined(run: Sequence[Line], width: int) -> Iterator[Line]:
    start, pieces = run[0], [run[0].text]
    for line, below in pairwise(run):
        if _full(line, below, width):
            pieces += ["" if _HYPHEN.search(line.text) else " ", below.text]
        else:
            start.text = "".join(pieces)
            yield start
            start, pieces = below, [below.text]
    start.text = "".join(pieces)
    yield start
