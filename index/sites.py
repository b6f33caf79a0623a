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

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from index.article import Article, Block, Dropped, Role
from index.facts import opening
from index.lines import is_prose
from index.outlines import Outline, SiteModel, holders, learn, name_of, normal, outline_of

# Where cleaning would take more of an article than this, it is the article that repeats.
MAX_LOSS = 1 / 3

REPEATED = "on page after page of this outlet"
TEASER = "headline of another article"


class Stored(Protocol):
    """The articles that a collection has, settled, with the outlines of their whole selves."""

    def sites(self, identities: Collection[str] | None = None) -> set[str]:
        """The sites of these articles, those that there are, or of all."""

    def outlines(self, site: str) -> dict[str, Outline]:
        """The outline of each article of a site."""

    def articles_of(self, identities: Collection[str]) -> list[Article]:
        """Those of the articles that there are."""


def settle_all(
    fresh: Mapping[str, Article],
    gone: Collection[str] = (),
    stored: Stored | None = None,
    *,
    everything: bool = False,
) -> tuple[dict[str, Article], dict[str, Article]]:
    """All articles that an update touches, settled; and the stored ones of them as they stood.

    `fresh` are cleaned anew; `gone` are stored ones that are to be removed. Of the other stored
    ones, those are touched of whose lines the outlet's pages now tell otherwise; `everything`
    settles all.
    """
    anew: defaultdict[str, dict[str, Outline]] = defaultdict(dict)
    for article in fresh.values():
        outline = outline_of(article)
        anew[outline.site][article.id] = outline
    touched = set(anew)
    if stored:
        touched |= stored.sites(None if everything else [*fresh, *gone])
    settled: dict[str, Article] = {}
    stood: dict[str, Article] = {}
    for site in touched:
        before = stored.outlines(site) if stored else {}
        stay = {i: o for i, o in before.items() if i not in fresh and i not in gone}
        model = learn([*stay.values(), *anew[site].values()])
        siblings = list(stay) if everything else _told_otherwise(before, stay, model)
        stood |= {one.id: one for one in (stored.articles_of(siblings) if stored else ())}
        settled |= {i: settle(restore(stood[i]), model) for i in siblings}
        settled |= {i: settle(fresh[i], model) for i in anew[site]}
    return settled, stood


def _told_otherwise(
    before: Mapping[str, Outline], stay: Mapping[str, Outline], model: SiteModel
) -> list[str]:
    """The articles that stay and have a line of which all pages together now tell otherwise."""
    if not stay or not (differ := learn(list(before.values())) ^ model):
        return []
    identities = list(stay)
    return [identities[place] for place in holders(list(stay.values()), differ)]


def settle(article: Article, model: SiteModel) -> Article:
    """Drop the lines of a whole article that the model knows for furniture."""
    own = name_of(normal(article.title))
    drop: dict[int, str] = {}
    for number, block in enumerate(article.blocks):
        if block.role is Role.CAPTION:
            continue
        text = normal(article.text[block.start : block.end])
        line = name_of(text)
        if line in model.furniture:
            drop[number] = REPEATED
        elif line in model.headlines and line != own and not is_prose(text):
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
