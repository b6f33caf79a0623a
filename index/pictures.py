"""Captions that no credit tells: by the button of their picture, or as they stand there twice."""

from __future__ import annotations

from collections.abc import Sequence

from index import furniture
from index.article import Role
from index.headings import EXCLAIMS
from index.lines import Line, first_prose, runs

# The picture's own text, its credit and its caption.
BOX_LINES = 3


def take_captions(lines: Sequence[Line]) -> None:
    """Mark captions, and drop the buttons of pictures."""
    _mark_below_buttons(lines)
    for line in lines:
        if line.open and furniture.PICTURE_BUTTON.fullmatch(line.text):
            line.reason = "empty picture label"
    _mark_doubled(lines)


def _mark_below_buttons(lines: Sequence[Line]) -> None:
    """Some lines right below a button are about its picture; more of them are the article."""
    for run in runs(lines):
        buttons = [bool(furniture.PICTURE_BUTTON.fullmatch(line.text)) for line in run]
        if not any(buttons) or run[-1] is lines[-1]:
            continue
        below = run[buttons.index(True) :]
        box = [line for line in below if not furniture.PICTURE_BUTTON.fullmatch(line.text)]
        if len(box) <= BOX_LINES:
            _mark(box)


def _mark_doubled(lines: Sequence[Line]) -> None:
    """A sentence twice on end above the first paragraph, or on both sides of a credit.

    It is what the picture says to those who cannot see it, and what is written below it.
    """
    first = first_prose(lines)
    prose = (line for line in lines if line.open and line.prose and not _credits(line))
    if len({line.text for line in prose}) == 1:
        return
    for i, line in enumerate(lines):
        near = lines[i + 1 : i + 3]
        if i == first and near and near[0].text == line.text:
            _mark([line, near[0]])
        elif len(near) > 1 and near[1].text == line.text and _credits(near[0]):
            _mark([line, near[1]])


def _credits(line: Line) -> bool:
    return furniture.CREDIT.fullmatch(line.text) is not None


def _mark(lines: Sequence[Line]) -> None:
    for line in lines:
        if line.open and line.prose and not EXCLAIMS.search(line.text):
            line.role = Role.CAPTION
