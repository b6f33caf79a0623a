"""Plain text broken at a fixed width, as mail, wires and `pdftotext` do: its paragraphs made whole.

A line is broken where the next word would not have fitted. Only lines right below each other are
joined, and only where most of them are so: lists and verse break where they please. Code, verse
and lists can be as full by chance; they show it by their marks, their indents or want of sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

import regex

from index.lines import ITEM, SENTENCE_END, Line, runs
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
# So many lines of prose below each other hold the end of a sentence, a speech or what opens a list.
SENTENCE_LINES = 4
_ENDS = re.compile(r".{3}[.!?…。！？।॥؟۔][\"'”’»)]*(?:\s|$)|:$|,[\"”]$")
# What may end an item of a list, the only comma in its line; and what ends a line of code only.
_ITEM_END, _CODE_END = re.compile(r"[:;)]$|^[^,]*,$"), re.compile(r"[{}]$|\);$")
# So many lines below each other that end so are a list; prose has two by chance.
ITEMS = 3
# "kerja-" at a line's end: the word goes on.
_HYPHEN = re.compile(r"\w-$")
_UNPARTED = regex.compile(UNSPACED)


def unwrapped(lines: Sequence[Line]) -> list[Line]:
    """The lines, those that a fixed width broke joined by a space; each keeps its first number.

    The marks of quoted mail are no part of its sentences, and go.
    """
    margin = min((line.indent for line in lines), default=0)
    for line in lines:
        line.indent -= margin
    parts = [run for block in runs(lines) for run in _unquoted(block)]
    sized = [
        (max((_length(line) for line in run if not _overlong(line)), default=0), run)
        for run in parts
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


def _unquoted(block: list[Line]) -> Iterator[list[Line]]:
    """The runs of quoted mail, where every line begins with ">", without that mark.

    Lines of nothing but marks are blank ones; a quote in a quote is a run of its own.
    """
    if len(block) < MIN_BROKEN or not all(line.text.startswith(">") for line in block):
        yield block
        return
    said = [line for line in block if line.text.strip("> \t")]
    for depth, quoted in groupby(said, lambda line: _depth(line.text)):
        run = list(quoted)
        for line in run:
            line.text = line.text.split(">", depth)[-1].strip()
        yield from runs(run)


def _depth(text: str) -> int:
    return text[: len(text) - len(text.lstrip("> \t"))].count(">")


def _is_wrapped(runs: Sequence[list[Line]], width: int) -> bool:
    """Whether most lines are broken at this width, in those runs where any is."""
    pairs = 0
    broken: list[str] = []
    for run in runs:
        found = _broken(run, width)
        pairs += len(found) if any(found) else 0
        broken += [
            below.text[0]
            for full, (line, below) in zip(found, pairwise(run), strict=True)
            if full and not SENTENCE_END.search(line.text)
        ]
    small = sum(not (first.isupper() or first.isdigit()) for first in broken)
    return len(broken) >= max(MIN_BROKEN, SHARE * pairs) and small >= SHARE_SMALL * pairs


def _length(line: Line) -> int:
    return line.indent + len(line.text)


def _overlong(line: Line) -> bool:
    """Whether a word, as an address, is longer than any column is wide."""
    return len(line.text) > WIDTHS.start and max(map(len, line.text.split())) > WIDTHS.start


def _broken(run: Sequence[Line], width: int) -> list[bool]:
    """Whether the width broke each of the lines but the last."""
    if len(run) >= SENTENCE_LINES and not _tells(run):
        return [False] * (len(run) - 1)
    listed = _listed(run)
    start = run[0]
    found = []
    for at, (line, below) in enumerate(pairwise(run)):
        whole = at in listed or _ends_line(line, below) or not _aligned(start, line, below)
        found.append(not whole and _full(line, below, width))
        start = start if found[-1] else below
    return found


def _tells(run: Sequence[Line]) -> bool:
    """Whether a sentence ends anywhere in it."""
    ends = any(_ENDS.search(line.text) for line in run)
    return ends or bool(SENTENCE_END.search(run[-1].text))


def _full(line: Line, below: Line, width: int) -> bool:
    """Whether the first word of the line below would not have fitted."""
    if _length(line) > width or _UNPARTED.search(line.text[-1] + below.text[0]):
        return False
    return _length(line) + 1 + len(below.text.split(None, 1)[0]) > width


def _aligned(start: Line, line: Line, below: Line) -> bool:
    """Whether two lines are of one paragraph: its first line, no other, may be set apart."""
    if line is start and line.indent != below.indent:
        return line.indent > below.indent or bool(ITEM.match(line.text))
    return line.indent == below.indent


def _ends_line(line: Line, below: Line) -> bool:
    """Whether a line is one of code, or the next begins an item."""
    if _CODE_END.search(line.text):
        return True
    return bool(_ITEM_END.search(line.text) and ITEM.match(below.text))


def _listed(run: Sequence[Line]) -> set[int]:
    """The places of lines that end in the same mark as the items around them do."""

    def mark(at: int) -> str | None:
        return run[at].text[-1] if _ITEM_END.search(run[at].text) else None

    found: set[int] = set()
    for ends, places in groupby(range(len(run)), mark):
        alike = list(places)
        if ends and len(alike) >= ITEMS:
            found.update(alike)
    return found


def _joined(run: Sequence[Line], width: int) -> Iterator[Line]:
    start, pieces = run[0], [run[0].text]
    for full, (line, below) in zip(_broken(run, width), pairwise(run), strict=True):
        if full:
            pieces += ["" if _HYPHEN.search(line.text) else " ", below.text]
        else:
            start.text = "".join(pieces)
            yield start
            start, pieces = below, [below.text]
    start.text = "".join(pieces)
    yield start
