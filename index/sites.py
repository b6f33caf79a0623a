"""What only many pages of one outlet show: lines that stand on page after page are furniture.

The rule, for the articles of one outlet in one collection:

- Reprints of one story count once: articles are counted by their longest paragraph.
- A short line on at least three stories and half of them is furniture.
- So is a paragraph that speaks for the outlet ("follow us", "all rights reserved", its name).
- Any other paragraph must be on four in five of at least five stories, and nearly always above or
  below what is particular to the article: background that a newsroom repeats in every report of
  one affair, or a refrain between two paragraphs, is content.
- A short line that is the headline of another article of the outlet is a teaser of it.
- Captions stay; and an article keeps all its paragraphs where more than a third would go.

What is dropped can be put back: `settle` depends on the articles of the outlet alone and not on
what was known before, so an updated collection equals one made afresh.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from index.article import Article, Block, Dropped, Role
from index.cleaning import opening
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
# Where cleaning would take more of an article than this, it is the article that repeats.
MAX_LOSS = 1 / 3
# Shorter headlines ("Editorial") are no sign of a teaser.
HEADLINE_WORDS = 4

REPEATED = "on page after page of this outlet"
TEASER = "headline of another article"

_FOR_THE_OUTLET = re.compile(
    r"\b(?:kami|redaksi|ikuti|dapatkan|baca|simak|langganan|berlangganan|unduh|hak cipta|dilarang"
    r"|telah tayang|portal berita|us|our|subscribe|follow|newsletter|sign up|click here"
    r"|rights reserved|copyright|chúng tôi|theo dõi|đăng ký|tòa soạn|bản quyền|mời bạn)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SiteModel:
    """What is known of one outlet: its furniture and its headlines, as `_normal` writes them."""

    furniture: frozenset[str]
    headlines: frozenset[str]


def settle_all(
    fresh: Mapping[str, Article],
    known: Mapping[str, str],
    gone: Collection[str],
    load: Callable[[Collection[str]], Iterable[Article]],
    *,
    everything: bool = False,
) -> dict[str, Article]:
    """All articles of the outlets that an update touches, settled, by id.

    `fresh` are cleaned anew; `known` maps the ids of stored articles to their sites; `gone` are
    those of them that are to be removed; `load` gets stored articles by id; `everything` settles
    also the outlets that are not touched.
    """
    sites: defaultdict[str, list[Article]] = defaultdict(list)
    for article in fresh.values():
        sites[site_of(article.id, article.outlet, article.url)].append(article)
    touched = sites.keys() | {known[i] for i in known if everything or i in fresh or i in gone}
    others = [
        identity
        for identity, site in known.items()
        if site in touched and identity not in fresh and identity not in gone
    ]
    for article in load(others):
        sites[known[article.id]].append(article)
    settled: dict[str, Article] = {}
    for site, articles in sites.items():
        whole = [restore(article) for article in articles]
        model = learn(site, whole)
        settled |= {article.id: settle(article, model) for article in whole}
    return settled


def learn(site: str, articles: Sequence[Article]) -> SiteModel:
    """Count the lines of whole (restored) articles of one site."""
    headlines = frozenset(
        _normal(article.title)
        for article in articles
        if article.title_on_page and len(article.title.split()) >= HEADLINE_WORDS
    )
    pages = [_lines(article) for article in articles]
    on = Counter(line for page in pages for line in dict.fromkeys(page))
    often = {
        line for line, count in on.items() if count >= max(MIN_STORIES, MIN_SHARE * len(pages))
    }
    stories: defaultdict[str, set[str]] = defaultdict(set)
    edges: Counter[str] = Counter()
    everything = set()
    for article, page in zip(articles, pages, strict=True):
        own = [line for line in page if on[line] < SHARE_PROSE * len(pages)]
        longest = sorted(own, key=len, reverse=True)
        story = next((line for line in longest if is_prose(line)), article.id)
        everything.add(story)
        shared = often.intersection(page)
        for line in shared:
            stories[line].add(story)
        if shared:
            edges.update(shared & _at_edges(page, on))
    furniture = set()
    for line, found in stories.items():
        if len(found) < MIN_STORIES:
            continue
        share = len(found) / len(everything)
        if not is_prose(line) or _FOR_THE_OUTLET.search(line) or _names(line, site):
            known = share >= SHARE
        else:
            at_edge = edges[line] / on[line] >= SHARE_AT_EDGE
            known = len(found) >= MIN_STORIES_PROSE and share >= SHARE_PROSE and at_edge
        if known:
            furniture.add(line)
    return SiteModel(frozenset(furniture), headlines)


def settle(article: Article, model: SiteModel) -> Article:
    """Drop the lines of a whole article that the model knows for furniture."""
    own = _normal(article.title)
    drop: dict[int, str] = {}
    for number, block in enumerate(article.blocks):
        line = _normal(article.text[block.start : block.end])
        if block.role is Role.CAPTION:
            continue
        if line in model.furniture:
            drop[number] = REPEATED
        elif line in model.headlines and line != own and not is_prose(line):
            drop[number] = TEASER
    if not drop:
        return article
    prose = {
        number: block.end - block.start
        for number, block in enumerate(article.blocks)
        if block.role is Role.BODY and is_prose(article.text[block.start : block.end])
    }
    if sum(prose[n] for n in drop if n in prose) > MAX_LOSS * sum(prose.values()):
        drop = {number: reason for number, reason in drop.items() if number not in prose}
    left = [b for n, b in enumerate(article.blocks) if n not in drop and b.role is Role.BODY]
    if not left:
        return article
    dropped = tuple(
        Dropped(
            article.blocks[number].line,
            article.text[article.blocks[number].start : article.blocks[number].end],
            reason,
            kept_as=(number, article.blocks[number].role, article.blocks[number].section),
        )
        for number, reason in drop.items()
    )
    kept = [
        (article.text[b.start : b.end], b) for n, b in enumerate(article.blocks) if n not in drop
    ]
    return _rebuilt(article, kept, article.dropped + dropped)


def restore(article: Article) -> Article:
    """The article as its own page alone had it: what `settle` dropped is back."""
    back = {d.kept_as[0]: d for d in article.dropped if d.kept_as}
    if not back:
        return article
    kept = iter([(article.text[b.start : b.end], b) for b in article.blocks])
    whole: list[tuple[str, Block]] = []
    for number in range(len(article.blocks) + len(back)):
        found = back.get(number)
        if found and found.kept_as:
            _, role, section = found.kept_as
            whole.append((found.text, Block(0, 0, role, section, found.line)))
        else:
            whole.append(next(kept))
    return _rebuilt(article, whole, tuple(d for d in article.dropped if not d.kept_as))


def _rebuilt(
    article: Article, kept: Sequence[tuple[str, Block]], dropped: tuple[Dropped, ...]
) -> Article:
    blocks: list[Block] = []
    position = 0
    for text, block in kept:
        blocks.append(replace(block, start=position, end=position + len(text)))
        position += len(text) + 2
    text = "\n\n".join(text for text, _ in kept)
    title = article.title if article.title_on_page else opening(text, tuple(blocks))
    return replace(article, title=title, text=text, blocks=tuple(blocks), dropped=dropped)


def _lines(article: Article) -> list[str]:
    return [
        _normal(article.text[block.start : block.end])
        for block in article.blocks
        if block.role is not Role.CAPTION
    ]


def _at_edges(page: Sequence[str], on: Mapping[str, int]) -> set[str]:
    """The lines above the first, or below the last, paragraph that no other page has."""
    particular = [i for i, line in enumerate(page) if on[line] == 1 and is_prose(line)]
    first, last = (particular[0], particular[-1]) if particular else (len(page), -1)
    return {line for i, line in enumerate(page) if i < first or i > last}


def _names(line: str, site: str) -> bool:
    """Whether a line names the site, with or without its ending: "kompas.com" or "Kompas"."""
    name = re.escape(site.split(".")[0])
    return len(name) > 3 and re.search(rf"\b{name}\b", line) is not None


def _normal(text: str) -> str:
    return " ".join(text.casefold().split())
