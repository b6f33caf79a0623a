"""An article's lines as numbers, and what many of them together show of their outlet.

An update that touches one page of an outlet must count the lines of all its pages. Their outlines
are kept for that: some hundred bytes each, which numpy counts at once, so that no sibling is read
or parsed again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from index.article import Article, Role
from index.lines import is_prose
from index.outlets import site_of

# Two pages may share a line by chance or by subject.
MIN_STORIES = 3
SHARE = 0.5
# Lines on fewer of the pages are not looked at; reprints would have to outnumber stories by far.
MIN_SHARE = 0.1
MIN_STORIES_PROSE = 5
SHARE_PROSE = 0.8
# How often such a paragraph must stand at an edge of the article.
SHARE_AT_EDGE = 0.9
# Shorter headlines ("Editorial") are no sign of a teaser.
HEADLINE_WORDS = 4

_LINE = np.dtype([("name", "<u8"), ("length", "<u4"), ("kind", "u1")])
_PROSE, _FOR_THE_OUTLET = 1, 2

_INVITES = re.compile(
    r"\b(?:kami|redaksi|ikuti|dapatkan|baca|simak|langganan|berlangganan|unduh|hak cipta|dilarang"
    r"|telah tayang|portal berita|us|our|subscribe|follow|newsletter|sign up|click here"
    r"|rights reserved|copyright|chúng tôi|theo dõi|đăng ký|tòa soạn|bản quyền|mời bạn)\b",
    re.IGNORECASE,
)

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Outline:
    """The lines of one article, captions apart, as its own page alone has them.

    `site` is whose pages it is counted with; `headline` is the name of its headline as a line, or
    None where it could not be a teaser. `lines` are records of 13 bytes: the line's name (uint64),
    its length in characters (uint32), and whether it is prose and speaks for the outlet (2 bits).
    """

    site: str
    headline: int | None
    lines: bytes


@dataclass(frozen=True, slots=True)
class SiteModel:
    """What is known of one outlet: the names of its furniture lines and of its headlines."""

    furniture: frozenset[int]
    headlines: frozenset[int]

    def __xor__(self, other: SiteModel) -> frozenset[int]:
        """The lines that the two do not judge alike."""
        return (self.furniture ^ other.furniture) | (self.headlines ^ other.headlines)


def normal(text: str) -> str:
    """A line as it is compared: whatever its case and spacing."""
    return " ".join(text.casefold().split())


def name_of(line: str) -> int:
    """64 bits of a hash of a normal line: among a million lines two meet once in 37 million."""
    data = blake2b(line.encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(data.digest(), "little")


def outline_of(article: Article) -> Outline:
    """The outline of a whole (restored) article."""
    site = site_of(article.id, article.outlet, article.url)
    lines = np.array(
        [
            (name_of(line), len(line), _PROSE * is_prose(line) + _FOR_THE_OUTLET * _for(site, line))
            for line in (
                normal(article.text[block.start : block.end])
                for block in article.blocks
                if block.role is not Role.CAPTION
            )
        ],
        dtype=_LINE,
    )
    tells = article.title_on_page and len(article.title.split()) >= HEADLINE_WORDS
    return Outline(site, name_of(normal(article.title)) if tells else None, lines.tobytes())


def holders(outlines: Sequence[Outline], names: frozenset[int]) -> Numbers:
    """The places among the outlines of those that have one of these lines."""
    page, lines = _all(outlines)
    wanted = np.fromiter(names, np.uint64, len(names))
    return np.unique(page[np.isin(lines["name"], wanted)])


def learn(outlines: Sequence[Outline]) -> SiteModel:
    """Count the lines of all articles of one site, by the rule that `sites` states."""
    headlines = frozenset(o.headline for o in outlines if o.headline is not None)
    page, lines = _all(outlines)
    names, example, number = np.unique(lines["name"], return_index=True, return_inverse=True)
    count = len(outlines)
    # On which pages each line stands, once a page.
    of_page, line = np.divmod(np.unique(page * len(names) + number), max(len(names), 1))
    on = np.bincount(line, minlength=len(names))
    often = on >= max(MIN_STORIES, MIN_SHARE * count)
    if not often.any():
        return SiteModel(frozenset(), headlines)

    prose = (lines["kind"] & _PROSE).astype(bool)
    story = _stories(page, number, lines, prose & (on[number] < SHARE_PROSE * count), count)
    shared = often[line]
    stories = _count_distinct(line[shared], story[of_page[shared]], len(names))
    at_edge = _at_edges(page, prose & (on[number] == 1), count) & often[number]
    edges = _count_distinct(number[at_edge], page[at_edge], len(names))

    share = stories / len(np.unique(story))
    kind = lines["kind"][example]
    known = np.where(
        (kind & _PROSE == 0) | (kind & _FOR_THE_OUTLET > 0),
        share >= SHARE,
        (stories >= MIN_STORIES_PROSE) & (share >= SHARE_PROSE) & (edges / on >= SHARE_AT_EDGE),
    )
    furniture = names[often & (stories >= MIN_STORIES) & known]
    return SiteModel(frozenset(furniture.tolist()), headlines)


def _all(outlines: Sequence[Outline]) -> tuple[Numbers, npt.NDArray[np.void]]:
    """The lines of all outlines, and the place of the outline that each is from."""
    lines = np.frombuffer(b"".join(o.lines for o in outlines), dtype=_LINE)
    sizes = [len(o.lines) // _LINE.itemsize for o in outlines]
    return np.repeat(np.arange(len(outlines)), sizes), lines


def _stories(
    page: Numbers,
    number: Numbers,
    lines: npt.NDArray[np.void],
    own: npt.NDArray[np.bool_],
    count: int,
) -> Numbers:
    """Each page's story: the first of its longest own paragraphs, or else the page itself."""
    story = len(lines) + np.arange(count)
    found = np.flatnonzero(own)
    order = np.lexsort((found, -lines["length"][found].astype(np.int64), page[found]))
    pages, first = np.unique(page[found][order], return_index=True)
    story[pages] = number[found[order[first]]]
    return story


def _at_edges(
    page: Numbers, particular: npt.NDArray[np.bool_], count: int
) -> npt.NDArray[np.bool_]:
    """Which lines stand above the first, or below the last, of their page's particular ones."""
    place = np.arange(len(page))
    first, last = np.full(count, len(page)), np.full(count, -1)
    found = np.flatnonzero(particular)
    np.minimum.at(first, page[found], found)
    np.maximum.at(last, page[found], found)
    return np.asarray((place < first[page]) | (place > last[page]))


def _count_distinct(of: Numbers, what: Numbers, size: int) -> Numbers:
    """How many different values each of `size` things has."""
    width = int(what.max(initial=0)) + 1
    return np.bincount(np.unique(of * width + what) // width, minlength=size)


def _for(site: str, line: str) -> bool:
    """Whether a line speaks for the outlet: invites readers, or names the site.

    With or without its ending: "kompas.com" or "Kompas".
    """
    name = re.escape(site.split(".")[0])
    named = len(name) > 3 and re.search(rf"\b{name}\b", line) is not None
    return named or _INVITES.search(line) is not None
