"""A page to an article: body, captions and facts told apart from the page's furniture.

Every line of the page ends in the article or in `Article.dropped` with a reason. The text of a
kept line is never altered: only the space around it is trimmed, and where a fixed width broke a
paragraph, its lines are one line; the marks of quoted mail go (`wrapping`). What the page's markup
or fields state counts before what its lines seem to say. `sites` adds what only many pages
together show.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from index import furniture
from index.article import Article, Block, Dropped, Page, Role
from index.dates import date_in_url
from index.ends import drop_tail, drop_teasers, drop_what_follows_the_end, take_url
from index.facts import opening, take_date, take_title
from index.lines import HEADING_WORDS, ITEM, SENTENCE_END, Line, first_prose, lines_of, word_count
from index.outlets import dateline_agency, dateline_outlet, host, masthead
from index.wrapping import unwrapped

# A flash is a headline with some words below it; a page of menus has more lines, of fewer words.
FLASH_LINES = 5
FLASH_WORDS = 4
# Fewer lines below each other may be a heading and a line on it.
MIN_ROWS = 3
# A figure, a label or a wide gap: a row of a table, as few headlines of a box are.
_CELL = re.compile(r"\d|\w:\s|\s{2}|\t")
_DATA = re.compile(r"[!-~]{500}")
# One word and a colon that open no list of the article's: what follows is a link or a credit.
_LABEL = re.compile(
    r"(?:kategori|category|rubrik|topics?|labels?|chuyên mục|sumber|source|nguồn|via"
    r"|trending|terkini|terbaru)\s*:",
    re.IGNORECASE,
)


def clean(page: Page) -> Article:
    """Clean one page. An article with an empty text means: the page holds no prose."""
    lines = _lines(page)
    stated = page.metadata
    url = stated.url or take_url(lines)
    _drop_data(lines)
    _drop_known(lines, stated.title, "headline")
    _drop_known(lines, stated.outlet, "name of the site")
    if page.bare or _is_flash(lines):
        published, byline_outlet = take_date(lines, stated.published)
        drop_tail(lines)
        _drop_furniture(lines, doubtful=False)
        _mark_captions(lines)
        _mark_all(lines)
        title = None
    else:
        drop_what_follows_the_end(lines)
        drop_teasers(lines)
        _drop_furniture(lines, doubtful=True)
        published, byline_outlet = take_date(lines, stated.published)
        _mark_captions(lines)
        _mark_prose(lines)
        title = None if stated.title else take_title(lines)
        _settle_short_lines(lines)
    text, blocks = _assemble(lines)
    title = stated.title or title
    outlet = byline_outlet or dateline_outlet(lines) or host(url) or masthead(lines)
    return Article(
        id=page.id,
        title=title or opening(text, blocks),
        title_on_page=title is not None,
        outlet=stated.outlet or outlet or dateline_agency(lines),
        published=stated.published or published or (date_in_url(url) if url else None),
        url=url,
        text=text,
        blocks=blocks,
        dropped=_in_order(page.dropped, lines),
        source_digest=page.digest,
        warnings=page.warnings,
        author=stated.author,
    )


def _lines(page: Page) -> list[Line]:
    """The page's lines, with what its markup makes of them."""
    lines = lines_of(page.text, page.lines)
    if not page.lines:
        lines = unwrapped(lines)
    headings, items = set(page.headings), set(page.items)
    for line in lines:
        line.heading, line.item = line.number in headings, line.number in items
    return lines


def _in_order(left_out: Sequence[Dropped], lines: Sequence[Line]) -> tuple[Dropped, ...]:
    """What reading and cleaning dropped, as it stands on the page."""
    cleaned = [Dropped(line.number, line.text, line.reason) for line in lines if line.reason]
    return tuple(sorted([*left_out, *cleaned], key=lambda dropped: dropped.line))


def _is_flash(lines: Sequence[Line]) -> bool:
    """Whether a text is nothing but a headline or some, as the first report of an earthquake is."""
    if len(lines) > FLASH_LINES or any(line.prose for line in lines):
        return False
    return any(
        line.open
        and word_count(line.text) >= FLASH_WORDS
        and not furniture.SITE.fullmatch(line.text)
        and not any(pattern.fullmatch(line.text) for pattern, _ in furniture.ALWAYS)
        for line in lines
    )


def _drop_data(lines: list[Line]) -> None:
    """Pictures in Base64 and minified scripts have words that nobody could read out."""
    for line in lines:
        if line.open and _DATA.search(line.text):
            line.reason = "a block of data"


def _drop_known(lines: list[Line], fact: str | None, reason: str) -> None:
    """Above the first paragraph, what the page's fields state already."""
    wanted = "".join((fact or "").casefold().split())
    for line in lines[: first_prose(lines) + 1]:
        if wanted and line.open and "".join(line.text.casefold().split()) == wanted:
            line.reason = reason


def _drop_furniture(lines: list[Line], *, doubtful: bool) -> None:
    """Drop lines that say what they are; with `doubtful`, also those that only look like it."""
    repeated = Counter(line.text for line in lines if line.open)
    name_expected = False
    for line in lines:
        if not line.open:
            continue
        if name_expected and word_count(line.text) <= 6 and not SENTENCE_END.search(line.text):
            line.reason = "byline"
        elif furniture.BYLINE_LABEL.fullmatch(line.text):
            line.reason = "byline"
            name_expected = True
            continue
        elif furniture.BYLINE.fullmatch(line.text):
            line.reason = "byline"
        elif not doubtful and furniture.END.fullmatch(line.text):
            line.reason = "heading of a list of articles"
        elif doubtful and furniture.SITE.fullmatch(line.text) and not line.prose:
            line.reason = "name of the site"
        elif doubtful and repeated[line.text] > 1 and not line.prose:
            line.reason = "repeated line"
        else:
            line.reason = next(
                (why for pattern, why in furniture.ALWAYS if pattern.fullmatch(line.text)), None
            )
        name_expected = False


def _mark_captions(lines: list[Line]) -> None:
    """Mark what ends in a credit; the only paragraph is a brief, and its agency's name."""
    paragraphs = [
        line
        for line in lines
        if line.open and (line.prose or word_count(line.text) > HEADING_WORDS)
    ]
    for line in lines:
        if line.open and (
            furniture.CREDIT.fullmatch(line.text) or furniture.CREDIT_NAME.fullmatch(line.text)
        ):
            line.role = Role.BODY if paragraphs == [line] else Role.CAPTION


def _mark_prose(lines: list[Line]) -> None:
    for line in lines:
        if line.open and line.prose:
            line.role = Role.BODY
            line.starts_section = line.text.startswith("*") or bool(
                furniture.MEETING.match(line.text)
            )


def _mark_all(lines: list[Line]) -> None:
    """What is left of a bare text is its body; a short line above a paragraph is a heading."""
    for above, line, below in zip([None, *lines[:-1]], lines, [*lines[1:], None], strict=True):
        if line.open:
            heads = _heads(above, line, below)
            line.role = Role.HEADING if heads else Role.BODY
            line.starts_section = heads or bool(furniture.MEETING.match(line.text))


def _heads(above: Line | None, line: Line, below: Line | None) -> bool:
    """Whether a line of a bare text is the heading of the paragraph below it.

    Where the markup does not say so, not the last item of a list or row of a table.
    """
    if below is None or not below.open or not below.prose:
        return False
    if word_count(line.text) > HEADING_WORDS or line.prose or line.text[-1] in ":;,":
        return False
    ends_list = above is not None and above.role is Role.BODY and not above.prose
    return line.heading or not (line.item or ends_list)


def _settle_short_lines(lines: list[Line]) -> None:
    """Short lines are subheadings, lists or tables where body is around; all others furniture."""
    body = [i for i, line in enumerate(lines) if line.role is Role.BODY]
    if body:
        _mark_rows(lines[body[0] : body[-1]])
    for i, line in enumerate(lines):
        if not line.open:
            continue
        above = lines[i - 1] if i else None
        below = lines[i + 1] if i + 1 < len(lines) else None
        if not body or i < body[0]:
            line.reason = "above the article"
        elif (
            _continues(above, line)
            or _opens_list(above, line, below)
            or _is_row(above, line, below)
        ):
            line.role = Role.BODY
        elif i > body[-1]:
            line.reason = "below the article"
        elif line.item or SENTENCE_END.search(line.text) or ITEM.match(line.text):
            line.role = Role.BODY
        elif (
            (line.heading or word_count(line.text) >= 2) and below and below.role is Role.BODY
        ):  # fmt: skip
            line.role = Role.HEADING
            line.starts_section = True
        else:
            line.reason = "short line without a sentence"


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


def _continues(above: Line | None, line: Line) -> bool:
    """Whether a short line goes on with a list: what opens it, or an item, is right above."""
    if above is None or above.role is not Role.BODY or line.heading:
        return False
    if line.item or above.text.endswith(":") or ITEM.match(above.text) or ITEM.match(line.text):
        return True
    if above.item:
        return False
    return not above.prose and line.number == above.number + 1


def _opens_list(above: Line | None, line: Line, below: Line | None) -> bool:
    """ "Among the dead:" above what is not dropped, or a heading above an item.

    One word, as "Ingredients:", does below what is kept, or right above a short line.
    """
    if below is None or below.reason:
        return False
    if below.item:
        return line.heading or line.text.endswith(":")
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


def _assemble(lines: list[Line]) -> tuple[str, tuple[Block, ...]]:
    blocks: list[Block] = []
    pieces: list[str] = []
    position = section = 0
    for line in lines:
        if line.role is None:
            continue
        if line.starts_section and blocks:
            section += 1
        blocks.append(Block(position, position + len(line.text), line.role, section, line.number))
        pieces.append(line.text)
        position += len(line.text) + 2
    if not any(block.role is Role.BODY for block in blocks):
        for line in lines:
            if line.role is not None:
                line.role, line.reason = None, "no article around it"
        return "", ()
    return "\n\n".join(pieces), tuple(_join_captions(blocks))


def _join_captions(blocks: list[Block]) -> list[Block]:
    """A caption above a section's first paragraph belongs to that section."""
    return [
        replace(block, section=blocks[i + 1].section)
        if block.role is Role.CAPTION and i == 0 and len(blocks) > 1
        else block
        for i, block in enumerate(blocks)
    ]
