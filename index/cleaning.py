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
from collections.abc import Sequence
from dataclasses import replace

from index import furniture
from index.article import Article, Block, Dropped, Page, Role
from index.dates import date_in_url
from index.ends import (
    INVITATION,
    drop_links,
    drop_skipped,
    drop_tail,
    drop_teasers,
    drop_what_follows_the_end,
    invites,
    take_url,
)
from index.facts import opening, take_date, take_title
from index.headings import asks, heads, heads_by_markup
from index.lines import (
    AGAIN,
    HEADING_WORDS,
    SENTENCE_END,
    Line,
    first_prose,
    is_prose,
    lines_of,
    word_count,
)
from index.outlets import SITE_NAME, dateline_agency, dateline_date, dateline_outlet, host, masthead
from index.pictures import take_captions
from index.preamble import keep_record_head, keep_scores
from index.short_lines import settle_short_lines
from index.wrapping import unwrapped

# A flash is a headline with some words below it; a page of menus has more lines, of fewer words.
FLASH_LINES = 5
FLASH_WORDS = 4
_DATA = re.compile(r"[!-~]{500,}")
_WORD = re.compile(r"[\"'(“‘]*[^\W\d_]+(?:[-'’][^\W\d_]+)*[.,:;!?)\"'”’]*")
# So many of a sentence's words are letters; of a program's it is about half.
WORDS = 0.75


def clean(page: Page) -> Article:
    """Clean one page. An article with an empty text means: the page holds no prose."""
    lines = _lines(page)
    stated = page.metadata
    url = stated.url or take_url(lines)
    _drop_data(lines)
    _drop_known(lines, stated.title, "headline")
    _drop_known(lines, stated.outlet, SITE_NAME)
    if page.bare or _is_flash(lines):
        published, byline_outlet = take_date(lines, stated.published)
        drop_tail(lines)
        drop_links(lines)
        _drop_furniture(lines, doubtful=False)
        _drop_names(lines, titled=stated.title is not None)
        _mark_captions(lines)
        _mark_all(lines)
        title = None
    else:
        drop_skipped(lines)
        drop_what_follows_the_end(lines)
        drop_teasers(lines)
        drop_tail(lines)
        drop_links(lines)
        take_captions(lines)
        _drop_furniture(lines, doubtful=True)
        published, byline_outlet = take_date(lines, stated.published)
        keep_record_head(lines)
        _mark_captions(lines)
        _mark_prose(lines)
        title = None if stated.title else take_title(lines)
        keep_scores(lines)
        settle_short_lines(lines)
    title = stated.title or title
    _drop_named_pictures(lines, title)
    text, blocks = _assemble(lines)
    outlet = byline_outlet or dateline_outlet(lines) or host(url) or masthead(lines)
    return Article(
        id=page.id,
        title=title or opening(text, blocks),
        title_on_page=title is not None,
        outlet=stated.outlet or outlet or dateline_agency(lines),
        published=(
            stated.published
            or published
            or dateline_date(lines)
            or (date_in_url(url) if url else None)
        ),
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
    """Pictures in Base64 and minified scripts have words that nobody could read out.

    A sentence may hold one, as an address, and a word of letters alone is neither.
    """
    for line in lines:
        if not line.open or all(run.isalpha() for run in _DATA.findall(line.text)):
            continue
        beside = _DATA.sub(" ", line.text)
        said = beside.split()
        worded = sum(_WORD.fullmatch(word) is not None for word in said)
        if not is_prose(beside.strip()) or worded < WORDS * len(said):
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
            line.reason = SITE_NAME
        elif doubtful and repeated[line.text] > 1 and not line.prose:
            line.reason = AGAIN
        else:
            line.reason = next(
                (why for pattern, why in furniture.ALWAYS if pattern.fullmatch(line.text)), None
            )
            if line.open and invites(line):
                line.reason = INVITATION
        name_expected = False


def _drop_names(lines: list[Line], *, titled: bool) -> None:
    """Drop the names of authors above the first paragraph, and below the headline."""
    above = [line for line in lines[: first_prose(lines)] if line.open]
    for line in above if titled else above[1:]:
        if furniture.BYLINE_NAMES.fullmatch(line.text):
            line.reason = "byline"


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


def _drop_named_pictures(lines: list[Line], title: str | None) -> None:
    """Drop captions that are the headline again, and say no more than whose picture it is."""
    if not title:
        return
    for line in lines:
        if line.role is Role.CAPTION and line.text.casefold().startswith(title.casefold()):
            rest = line.text[len(title) :].strip(" .")
            if not rest or furniture.CREDIT_ALONE.fullmatch(rest):
                line.role, line.reason = None, "headline"


def _mark_prose(lines: list[Line]) -> None:
    for above, line, below in zip([None, *lines], lines, [*lines[1:], None], strict=False):
        if line.open and line.prose:
            heading = asks(above, line, below) or (heads_by_markup(line) and below is not None)
            line.role = Role.HEADING if heading else Role.BODY
            line.starts_section = (
                heading or line.text.startswith("*") or bool(furniture.MEETING.match(line.text))
            )


def _mark_all(lines: list[Line]) -> None:
    """What is left of a bare text is its body; a short line above a paragraph is a heading."""
    last = max((i for i, line in enumerate(lines) if not line.reason), default=0)
    for i, (above, line, below) in enumerate(
        zip([None, *lines], lines, [*lines[1:], None], strict=False)
    ):
        if line.open:
            heading = (heads_by_markup(line) and i < last) or heads(above, line, below)
            line.role = Role.HEADING if heading else Role.BODY
            line.starts_section = heading or bool(furniture.MEETING.match(line.text))


def _assemble(lines: list[Line]) -> tuple[str, tuple[Block, ...]]:
    blocks: list[Block] = []
    pieces: list[str] = []
    position = section = 0
    preamble = False
    for line in lines:
        if line.role is None:
            continue
        # A heading right below another goes on with it.
        opens = line.starts_section or preamble > line.preamble
        if opens and blocks and not _both_head(blocks[-1], line):
            section += 1
        preamble = line.preamble
        blocks.append(Block(position, position + len(line.text), line.role, section, line.number))
        pieces.append(line.text)
        position += len(line.text) + 2
    if not any(block.role is Role.BODY for block in blocks):
        for line in lines:
            if line.role is not None:
                line.role, line.reason = None, "no article around it"
        return "", ()
    return "\n\n".join(pieces), tuple(_join_captions(blocks))


def _both_head(block: Block, line: Line) -> bool:
    return block.role is Role.HEADING and line.role is Role.HEADING


def _join_captions(blocks: list[Block]) -> list[Block]:
    """A caption above a section's first paragraph belongs to that section."""
    return [
        replace(block, section=blocks[i + 1].section)
        if block.role is Role.CAPTION and i == 0 and len(blocks) > 1
        else block
        for i, block in enumerate(blocks)
    ]
