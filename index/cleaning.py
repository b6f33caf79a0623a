"""A page to an article: body, captions and facts told apart from the page's furniture.

Every line of the page ends in the article or in `Article.dropped` with a reason. The text of a
kept line is never altered: only the space around it is trimmed.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlsplit

from index import furniture
from index.article import Article, Block, Dropped, Page, Role
from index.dates import date_in_text, date_in_url

# A line of this many words reads as prose even when its full stop is missing.
PROSE_WORDS = 18
# A headline is longer than a menu entry and shorter than a paragraph.
TITLE_WORDS = range(3, 31)
# When an end marker stands before this much prose, it is a box inside the page, not the end.
MIN_BODY_CHARS = 200
# Characters of the opening that stand in for a missing headline.
OPENING_CHARS = 90

_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*$")
_DATELINE = re.compile(r"^(.{3,60}?)\s*(?:–|—|-{1,2})\s*(?:-\s*)?\S")
_DATA = re.compile(r"[!-~]{500}")
_DOMAIN = re.compile(r"[\w-]+\.(?:com|co|id|co\.id|net|org|vn|news|go\.id)", re.IGNORECASE)


@dataclass(slots=True)
class _Line:
    """A line of the page on its way to a verdict: a role, or a reason to drop it."""

    number: int
    text: str
    role: Role | None = None
    reason: str | None = None
    starts_section: bool = False

    @property
    def open(self) -> bool:
        return self.role is None and self.reason is None


def clean(page: Page) -> Article:
    """Clean one page. An article with an empty text means: the page holds no prose."""
    lines = [
        _Line(number, text.strip())
        for number, text in enumerate(page.text.split("\n"), start=1)
        if text.strip()
    ]
    stated = page.metadata
    url = _take_url(lines)
    _drop_data(lines)
    _drop_headline(lines, stated.title)
    if not page.bare:
        _drop_what_follows_the_end(lines)
        _drop_teasers(lines)
    _drop_furniture(lines, bare=page.bare)
    published, byline_outlet = (None, None) if page.bare else _take_date(lines)
    _mark_captions(lines)
    _mark_prose(lines)
    title = stated.title or (None if page.bare else _take_title(lines))
    url = stated.url or url
    _settle_short_lines(lines, bare=page.bare)
    text, blocks = _assemble(lines)
    return Article(
        id=page.id,
        title=title or _opening(text, blocks),
        title_on_page=title is not None,
        outlet=stated.outlet
        or byline_outlet
        or _dateline_outlet(lines)
        or _host(url)
        or _site(lines),
        published=stated.published or published or (date_in_url(url) if url else None),
        url=url,
        text=text,
        blocks=blocks,
        dropped=(
            *page.dropped,
            *(Dropped(x.number, x.text, x.reason) for x in lines if x.reason),
        ),
        source_digest=page.digest,
        warnings=page.warnings,
    )


def _take_url(lines: list[_Line]) -> str | None:
    """The address of the page; the last such line counts, since articles may cite sources."""
    for line in reversed(lines):
        if match := furniture.SOURCE_URL.fullmatch(line.text):
            line.reason = "source address"
            return match.group(1)
    return None


def _drop_what_follows_the_end(lines: list[_Line]) -> None:
    seen = 0
    ended: str | None = None
    for line in lines:
        if ended:
            if line.open:
                line.reason = ended
        elif line.reason == "source address" and seen >= MIN_BODY_CHARS:
            ended = "after the source address"
        elif furniture.END.fullmatch(line.text):
            line.reason = "end of the article"
            if seen >= MIN_BODY_CHARS:
                ended = f"after “{line.text}”"
        elif _is_prose(line.text):
            seen += len(line.text)


def _drop_teasers(lines: list[_Line]) -> None:
    """Drop teasers of other articles: headline, age, headline again, summary, "read more"."""
    for i, line in enumerate(lines):
        if not (line.open and furniture.AGE.fullmatch(line.text)):
            continue
        for near in (*lines[max(i - 1, 0) : i], *_until_read_more(lines[i + 1 : i + 4])):
            if near.open:
                near.reason = "teaser of another article"


def _until_read_more(lines: list[_Line]) -> list[_Line]:
    """The lines up to a "read more", or none when there is none among them."""
    for i, line in enumerate(lines):
        if furniture.READ_MORE.fullmatch(line.text):
            return lines[:i]
    return []


def _drop_data(lines: list[_Line]) -> None:
    """Pictures in Base64 and minified scripts have words that nobody could read out."""
    for line in lines:
        if line.open and _DATA.search(line.text):
            line.reason = "a block of data"


def _drop_headline(lines: list[_Line], title: str | None) -> None:
    """A headline that is stated elsewhere too is no sentence of the article."""
    for line in lines:
        if line.open and title is not None and " ".join(line.text.split()) == title:
            line.reason = "headline"


def _drop_furniture(lines: list[_Line], *, bare: bool) -> None:
    repeated = Counter(line.text for line in lines if line.open)
    name_expected = False
    for line in lines:
        if not line.open:
            continue
        if name_expected and len(line.text.split()) <= 6 and not _SENTENCE_END.search(line.text):
            line.reason = "byline"
        elif furniture.BYLINE_LABEL.fullmatch(line.text):
            line.reason = "byline"
            name_expected = True
            continue
        elif furniture.BYLINE.fullmatch(line.text):
            line.reason = "byline"
        elif not bare and furniture.SITE.fullmatch(line.text) and not _is_prose(line.text):
            line.reason = "name of the site"
        elif not bare and repeated[line.text] > 1 and not _is_prose(line.text):
            line.reason = "repeated line"
        else:
            line.reason = next(
                (why for pattern, why in furniture.ALWAYS if pattern.fullmatch(line.text)), None
            )
        name_expected = False


def _take_date(lines: list[_Line]) -> tuple[date | None, str | None]:
    """The publication date of a short dated line, and the outlet written before it, if any."""
    for line in lines:
        if line.open and not _is_prose(line.text) and len(line.text.split()) <= 12:
            found = date_in_text(line.text)
            if found and not furniture.CREDIT.fullmatch(line.text):
                line.reason = "publication date"
                name = re.match(r"([^\W\d_][^\d,|]*?)[\s|,-]*\d{1,2}[/.-]\d", line.text)
                return found, _undouble(name.group(1).strip()) if name else None
    return None, None


def _undouble(name: str) -> str | None:
    """ "VietnamPlusVietnamPlus" is a logo's text beside a link's text: the name once."""
    match = re.fullmatch(r"(.{2,}?)\s*\1", name)
    return (match.group(1) if match else name) or None


def _mark_captions(lines: list[_Line]) -> None:
    for line in lines:
        if line.open and (
            furniture.CREDIT.fullmatch(line.text) or furniture.CREDIT_NAME.fullmatch(line.text)
        ):
            line.role = Role.CAPTION


def _mark_prose(lines: list[_Line]) -> None:
    for line in lines:
        if line.open and _is_prose(line.text):
            line.role = Role.BODY
            line.starts_section = line.text.startswith("*") or bool(
                furniture.MEETING.match(line.text)
            )


def _is_prose(text: str) -> bool:
    words = len(text.split())
    return words >= PROSE_WORDS or (words >= 4 and bool(_SENTENCE_END.search(text)))


def _take_title(lines: list[_Line]) -> str | None:
    """The line above the body that shares most of its words with the body: its headline."""
    first = next((i for i, line in enumerate(lines) if line.role is Role.BODY), None)
    if first is None:
        return None
    body = {w for line in lines if line.role is Role.BODY for w in _words(line.text)}
    candidates = [
        line for line in lines[:first] if line.open and len(line.text.split()) in TITLE_WORDS
    ]
    if not candidates:
        return None

    def shared(line: _Line) -> float:
        words = _words(line.text)
        return len(words & body) / len(words) if words else 0.0

    best = max(candidates, key=shared)
    if not shared(best):
        return None
    best.reason = "headline"
    return best.text


def _words(text: str) -> set[str]:
    return {word.casefold() for word in re.findall(r"\w{4,}", text)}


def _settle_short_lines(lines: list[_Line], *, bare: bool) -> None:
    """Short lines with body above and below are subheadings; all others are furniture.

    In a bare text, which has no furniture around it, all others belong to the body.
    """
    body = [i for i, line in enumerate(lines) if line.role is Role.BODY]
    for i, line in enumerate(lines):
        if not line.open:
            continue
        if bare:
            line.role = Role.BODY
        elif not body or i < body[0]:
            line.reason = "above the article"
        elif i > body[-1]:
            line.reason = "below the article"
        elif len(line.text.split()) >= 2 and i + 1 < len(lines) and lines[i + 1].role is Role.BODY:
            line.role = Role.HEADING
            line.starts_section = True
        else:
            line.reason = "short line without a sentence"


def _assemble(lines: list[_Line]) -> tuple[str, tuple[Block, ...]]:
    blocks: list[Block] = []
    pieces: list[str] = []
    position = section = 0
    for line in lines:
        if line.role is None:
            continue
        if line.starts_section and blocks:
            section += 1
        blocks.append(Block(position, position + len(line.text), line.role, section))
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


def _opening(text: str, blocks: tuple[Block, ...]) -> str:
    """The first words of the body, cut at a word, for a page without a headline."""
    body = next((block for block in blocks if block.role is Role.BODY), None)
    line = text[body.start : body.end].lstrip("*•- ") if body else ""
    if len(line) <= OPENING_CHARS:
        return line
    return line[:OPENING_CHARS].rsplit(" ", 1)[0].rstrip(" ,;:-–") + " …"


def _dateline_outlet(lines: list[_Line]) -> str | None:
    """ "TEMPO.CO, Moskow –" and "Jakarta, CNN Indonesia -" name the outlet before the dash."""
    first = next((line.text for line in lines if line.role is Role.BODY), "")
    if not (match := _DATELINE.match(first)):
        return None
    parts = [part.strip() for part in match.group(1).split(",")]
    for part in parts:
        if _DOMAIN.fullmatch(part):
            return part
    return parts[1] if len(parts) == 2 and len(parts[1].split()) <= 3 else None


def _host(url: str | None) -> str | None:
    if not url:
        return None
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.") or None
    except ValueError:  # "https://[": an address that is none
        return None


def _site(lines: list[_Line]) -> str | None:
    for line in lines:
        if line.reason == "name of the site" and (match := furniture.SITE.fullmatch(line.text)):
            return match.group(1)
    return None
