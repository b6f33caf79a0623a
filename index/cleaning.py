"""A page to an article: body, captions and facts told apart from the page's furniture.

Every line of the page ends in the article or in `Article.dropped` with a reason. The text of a
kept line is never altered: only the space around it is trimmed, and where a fixed width broke a
paragraph, its lines are one line (`wrapping`). What the page's markup or fields
state counts before what its lines seem to say. `sites` adds what only many pages together show.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise, takewhile

from index import furniture
from index.article import Article, Block, Dropped, Page, Role
from index.dates import beside_date, date_in_text, date_in_url
from index.lines import ITEM, SENTENCE_END, Line, first_prose, lines_of, word_count, words_of
from index.outlets import dateline_agency, dateline_outlet, host, masthead, name_before_date
from index.wrapping import unwrapped

# A headline is longer than a menu entry and shorter than a paragraph.
TITLE_WORDS = range(3, 31)
# A flash is a headline with some words below it; a page of menus has more lines, of fewer words.
FLASH_LINES = 5
FLASH_WORDS = 4
# When an end marker stands before this much prose, it is a box inside the page, not the end.
MIN_BODY_CHARS = 200
# A box inside the page has no more headlines; a list below an article often has.
BOX_LINES = 6
# Paragraphs near a box that tell whether what follows it is on their subject, and by how much.
NEAR_LINES = 20
SHARED_WORDS = 2
# Characters of the opening that stand in for a missing headline.
OPENING_CHARS = 90
# A publication date stands above the article or under its lead; further down dates are content.
DATE_AFTER_PROSE = 2
DATE_WORDS = 14
# A longer line without a full stop is an item of a list rather than a heading.
HEADING_WORDS = 12
# Headlines ask and exclaim.
_QUESTION = re.compile(r"[?!？！؟][\"'”’»)]*$")
_DATA = re.compile(r"[!-~]{500}")


def clean(page: Page) -> Article:
    """Clean one page. An article with an empty text means: the page holds no prose."""
    lines = _lines(page)
    stated = page.metadata
    url = stated.url or _take_url(lines)
    _drop_data(lines)
    _drop_known(lines, stated.title, "headline")
    _drop_known(lines, stated.outlet, "name of the site")
    if page.bare or _is_flash(lines):
        published, byline_outlet = _take_date(lines, stated.published)
        _drop_tail(lines)
        _drop_furniture(lines, doubtful=False)
        _mark_captions(lines)
        _mark_all(lines)
        title = None
    else:
        _drop_what_follows_the_end(lines)
        _drop_teasers(lines)
        _drop_furniture(lines, doubtful=True)
        published, byline_outlet = _take_date(lines, stated.published)
        _mark_captions(lines)
        _mark_prose(lines)
        title = None if stated.title else _take_title(lines)
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


def _take_url(lines: list[Line]) -> str | None:
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


def _drop_what_follows_the_end(lines: list[Line]) -> None:
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
    if end is None or not below[end + 1].prose or _QUESTION.search(below[end].text):
        return None
    if not SENTENCE_END.search(below[end].text) or any(
        furniture.AGE.fullmatch(line.text) for line in below[:end]
    ):
        return None
    above = {
        word
        for line in lines[max(0, at - NEAR_LINES) : at]
        if line.prose
        for word in words_of(line.text)
    }
    shared = above & (words_of(below[end].text) | words_of(below[end + 1].text))
    return list(below[:end]) if len(shared) >= SHARED_WORDS else None


def _drop_teasers(lines: list[Line]) -> None:
    """Drop teasers of other articles: headline, age, headline again, summary, "read more"."""
    for i, line in enumerate(lines):
        if not (line.open and furniture.AGE.fullmatch(line.text)):
            continue
        for near in (*lines[max(i - 1, 0) : i], *_until_read_more(lines[i + 1 : i + 4])):
            if near.open:
                near.reason = "teaser of another article"


def _until_read_more(lines: list[Line]) -> list[Line]:
    """The lines up to a "read more", or none when there is none among them."""
    for i, line in enumerate(lines):
        if furniture.READ_MORE.fullmatch(line.text):
            return lines[:i]
    return []


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


def _drop_tail(lines: list[Line]) -> None:
    """From the end upwards: invitations to follow the outlet, and lists after an end marker."""
    listed = len(lines)  # where the lines begin that are dropped already, with their marker
    for i in reversed(range(len(lines))):
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


def _take_date(lines: list[Line], stated: date | None) -> tuple[date | None, str | None]:
    """The publication date of a short dated line, and the outlet written before it, if any.

    Where the date is `stated`, another one below the first paragraph is a subheading; so it is
    where more of them stand above paragraphs.
    """
    paragraphs = 0
    headline = next((line for line in lines if line.open), None)
    for i, line in enumerate(lines):
        if not line.open:
            continue
        if line.prose:
            paragraphs += 1
        elif word_count(line.text) <= DATE_WORDS and not furniture.CREDIT.fullmatch(line.text):
            labelled = furniture.PUBLISHED.match(line.text)
            if furniture.UPDATED.match(line.text) or (
                not labelled
                and (paragraphs >= DATE_AFTER_PROSE or (line is headline and _tells(line.text)))
            ):
                continue
            found = date_in_text(line.text)
            if not found:
                continue
            if paragraphs and not labelled and (
                stated not in (None, found) or _is_chronology(lines[i + 1 : i + 1 + NEAR_LINES])
            ):  # fmt: skip
                continue
            line.reason = "publication date"
            return found, None if labelled else name_before_date(line.text)
    return None, None


def _is_chronology(below: Sequence[Line]) -> bool:
    """Whether another short line with a date stands above a paragraph."""
    return any(
        line.open
        and following.prose
        and word_count(line.text) <= HEADING_WORDS
        and not furniture.PUBLISHED.match(line.text)
        and date_in_text(line.text) is not None
        for line, following in pairwise(below)
    )


def _tells(text: str) -> bool:
    """Whether a line says more than when: "Mengenang Tsunami Aceh 26 Desember 2004"."""
    words = re.findall(r"[^\W\d_]{2,}", beside_date(text).casefold())
    return sum(word not in furniture.CALENDAR for word in words) >= TITLE_WORDS.start


def _mark_captions(lines: list[Line]) -> None:
    for line in lines:
        if line.open and (
            furniture.CREDIT.fullmatch(line.text) or furniture.CREDIT_NAME.fullmatch(line.text)
        ):
            line.role = Role.CAPTION


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


def _take_title(lines: list[Line]) -> str | None:
    """The line above the body that shares most of its words with the body: its headline.

    Where none shares any, the first of those that stand together right above the body.
    """
    first = next((i for i, line in enumerate(lines) if line.role is Role.BODY), None)
    if first is None:
        return None
    body = {w for line in lines if line.role is Role.BODY for w in words_of(line.text)}
    above = [line for line in lines[:first] if line.open]

    def shared(line: Line) -> float:
        words = words_of(line.text)
        return len(words & body) / len(words) if words else 0.0

    best = max(filter(_may_be_title, above), key=shared, default=None)
    if best and not shared(best):
        together = takewhile(_may_be_title, reversed(above))
        named = [line for line in together if not furniture.CREDITED.fullmatch(line.text)]
        best = named[-1] if named else None
    if best is None:
        return None
    best.reason = "headline"
    return best.text


def _may_be_title(line: Line) -> bool:
    return word_count(line.text) in TITLE_WORDS


def _settle_short_lines(lines: list[Line]) -> None:
    """Short lines are subheadings, lists or tables where body is around; all others furniture."""
    body = [i for i, line in enumerate(lines) if line.role is Role.BODY]
    for i, line in enumerate(lines):
        if not line.open:
            continue
        above = lines[i - 1] if i else None
        below = lines[i + 1] if i + 1 < len(lines) else None
        if not body or i < body[0]:
            line.reason = "above the article"
        elif _continues(above, line) or _opens_list(line, below) or _is_row(above, line, below):
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


def _continues(above: Line | None, line: Line) -> bool:
    """Whether a short line goes on with a list: what opens it, or an item, is right above."""
    if above is None or above.role is not Role.BODY or line.heading:
        return False
    if line.item or above.text.endswith(":") or ITEM.match(above.text) or ITEM.match(line.text):
        return True
    if above.item:
        return False
    return not above.prose and line.number == above.number + 1


def _opens_list(line: Line, below: Line | None) -> bool:
    """ "Among the dead:" above what is not dropped, or a heading above an item."""
    if below is None or below.reason:
        return False
    if below.item:
        return line.heading or line.text.endswith(":")
    return line.text.endswith(":") and word_count(line.text) >= 2


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


def opening(text: str, blocks: tuple[Block, ...]) -> str:
    """The first words of the body, cut at a word, for a page without a headline."""
    body = next((block for block in blocks if block.role is Role.BODY), None)
    line = text[body.start : body.end].lstrip("*•- ") if body else ""
    if len(line) <= OPENING_CHARS:
        return line
    return line[:OPENING_CHARS].rsplit(" ", 1)[0].rstrip(" ,;:-–") + " …"
