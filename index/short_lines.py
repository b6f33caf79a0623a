"""Short lines without a sentence: subheadings, lists, rows of tables, or the page's furniture."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.article import Role
from index.headings import heads_by_markup, stands_apart
from index.lines import ITEM, NEAR_LINES, SENTENCE_END, Line, word_count

# Fewer lines below each other may be a heading and a line on it.
MIN_ROWS = 3
# A figure, a label or a wide gap: a row of a table, as few headlines of a box are.
_CELL = re.compile(r"\d|\w:\s|\s{2}|\t")
# One word and a colon that open no list of the article's: what follows is a link or a credit.
_LABEL = re.compile(
    r"(?:kategori|category|rubrik|topics?|labels?|chuyên mục|sumber|source|nguồn|via"
    r"|trending|terkini|terbaru)\s*:",
    re.IGNORECASE,
)


def settle_short_lines(lines: list[Line]) -> None:
    """Short lines are subheadings, lists or tables where body is around; all others furniture."""
    body = [i for i, line in enumerate(lines) if line.in_body]
    if body:
        _mark_rows(lines[body[0] : body[-1]])
    for i, line in enumerate(lines):
        if not line.open:
            continue
        above = lines[i - 1] if i else None
        below = lines[i + 1] if i + 1 < len(lines) else None
        if (
            body
            and heads_by_markup(line)
            and _heads_kept(lines[i + 1 : i + 1 + NEAR_LINES], items=i > body[0])
        ):
            line.role = Role.HEADING
            line.starts_section = True
        elif not body or i < body[0]:
            line.reason = "above the article"
        elif (
            _continues(above, line, below)
            or _opens_list(above, line, below)
            or _is_row(above, line, below)
        ):
            line.role = Role.BODY
        elif i > body[-1]:
            line.reason = "below the article"
        elif line.item or SENTENCE_END.search(line.text) or ITEM.match(line.text):
            line.role = Role.BODY
        elif (
            word_count(line.text) >= 2
            and not _ends_box(lines[max(0, i + 1 - MIN_ROWS) : i + 1], below)
            and below
            and below.role is Role.BODY
        ):
            line.role = Role.HEADING
            line.starts_section = True
        else:
            line.reason = "short line without a sentence"


def _heads_kept(below: list[Line], *, items: bool) -> bool:
    """Whether a heading, with those right below it, stands above what stays."""
    first = next((line for line in below if not line.heading), None)
    if first is None:
        return False
    return first.role is not None or (items and first.item and not first.reason)


def _ends_box(upto: list[Line], below: Line | None) -> bool:
    """Whether a line is the last of some right below each other, and set apart from what follows.

    They are a box of links or buttons; a heading stands alone, or right above its paragraph.
    """
    if below is None or len(upto) < MIN_ROWS:
        return False
    *above, line = upto
    together = line.number - above[0].number == len(above)
    return together and all(near.reason for near in above) and below.number > line.number + 1


def _mark_rows(lines: list[Line]) -> None:
    """A list or table: short lines right below each other, and below what is not dropped."""
    for above, *rows in _stretches(lines):
        celled = sum(bool(_CELL.search(line.text)) for line in rows)
        kept = above.open or above.role is Role.BODY
        if kept and len(rows) >= MIN_ROWS and 2 * celled > len(rows):
            for line in rows:
                line.role = Role.BODY


def _stretches(lines: list[Line]) -> Iterator[list[Line]]:
    """Undecided lines right below each other, each time after the line that is above them."""
    stretch: list[Line] = []
    for line in lines:
        row = line.open and not line.heading
        if stretch and (not row or (len(stretch) > 1 and line.number != stretch[-1].number + 1)):
            yield stretch
            stretch = stretch[-1:] if row else []
        stretch.append(line)
    if stretch:
        yield stretch


def _continues(above: Line | None, line: Line, below: Line | None) -> bool:
    """Whether a short line goes on with a list: what opens it, or an item, is right above."""
    if above is None or line.heading:
        return False
    if above.role is Role.HEADING and line.item:
        return True
    if above.role is not Role.BODY:
        return False
    if line.item or above.text.endswith(":") or ITEM.match(line.text):
        return True
    if ITEM.match(above.text) and not above.prose:
        heads = below is not None and below.role is Role.BODY and below.prose
        return not (heads and stands_apart(above, line))
    if above.item:
        return False
    return not above.prose and line.number == above.number + 1


def _opens_list(above: Line | None, line: Line, below: Line | None) -> bool:
    """ "Among the dead:" above what is not dropped.

    One word, as "Ingredients:", does below what is kept, or right above a short line.
    """
    if below is None or below.reason:
        return False
    if below.item:
        return line.text.endswith(":")
    if not line.text.endswith(":") or _LABEL.fullmatch(line.text):
        return False
    return (
        word_count(line.text) >= 2
        or (above is not None and above.role is Role.BODY)
        or (below.open and below.number == line.number + 1)
    )


def _is_row(above: Line | None, line: Line, below: Line | None) -> bool:
    """Whether a line and one beside it have cells parted by as many tabs."""
    tabs = line.text.count("\t")
    return tabs > 0 and any(near and near.text.count("\t") == tabs for near in (above, below))
