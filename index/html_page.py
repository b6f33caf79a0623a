"""A saved web page to the text of its article and the facts in its markup.

trafilatura (Barbaresi 2021, ACL demo 15) finds the article; where it finds too little, gentler
ways are tried. Nothing is fetched, and no date is guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.article import Dropped, Metadata
from index.html_article import ELSEWHERE, LITTLE, choose, plainest
from index.html_blocks import Element, Run, runs
from index.html_metadata import descriptions, read_metadata
from index.html_shown import show_only_what_is_seen

HIDDEN = "hidden on the page"


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """What a web page holds: the article's blocks, separated by blank lines, and what it states.

    `dropped` are the blocks of the page that
    are not in the text, with their number on the page and the reason; `lines` are the numbers of
    those that are, `headings` and `items` (of lists and tables) some of them.
    """

    text: str
    metadata: Metadata
    dropped: tuple[Dropped, ...] = ()
    lines: tuple[int, ...] = ()
    headings: tuple[int, ...] = ()
    items: tuple[int, ...] = ()


def read_html(html: str) -> HtmlPage:
    """Read one page, whatever its markup; the text is empty when there is none."""
    from trafilatura.utils import load_html  # a slow import, for web pages only

    tree = load_html(html)
    if tree is None:
        return HtmlPage("", Metadata())
    show_only_what_is_seen(tree)
    page = list(runs(tree))
    blocks = [block for block in page if not block.hidden]
    numbers = [number for number, block in enumerate(page, start=1) if not block.hidden]
    metadata = read_metadata(tree, blocks)
    described = descriptions(tree)
    extracted = _extract(tree)
    reasons = choose(blocks, extracted, described)
    if reasons is None or sum(map(len, extracted)) < LITTLE:
        plain = plainest(blocks)
        if sum(map(len, plain)) >= sum(map(len, extracted)) / 2:
            extracted, reasons = plain, choose(blocks, plain, described)
    if reasons is None:
        kept, dropped = extracted, _left_out(page, extracted)
        lines = [numbers[place - 1] for place in _places(blocks, extracted)]
    else:
        chosen = dict(zip(numbers, (reasons[i] for i in range(len(blocks))), strict=True))
        lines = [number for number, reason in chosen.items() if reason is None]
        kept = [page[number - 1].text for number in lines]
        dropped = [
            Dropped(number, block.text, reason)
            for number, block in enumerate(page, start=1)
            if (reason := chosen.get(number, HIDDEN))
        ]
    return HtmlPage(
        text="\n\n".join(kept),
        metadata=metadata,
        dropped=tuple(dropped),
        lines=tuple(lines),
        headings=tuple(n for n in lines if n <= len(page) and page[n - 1].is_heading),
        items=tuple(n for n in lines if n <= len(page) and page[n - 1].is_item),
    )


def _extract(tree: Element) -> list[str]:
    """The blocks of the article as trafilatura finds them."""
    from trafilatura import bare_extraction

    document = bare_extraction(tree, include_comments=False)
    body = getattr(document, "body", None)
    return [run.text for run in runs(body)] if body is not None else []


def _places(blocks: Sequence[Run], kept: Sequence[str]) -> list[int]:
    """The number of the block that each kept text is; pieces of blocks go by the one before."""
    numbers = {block.text: number for number, block in reversed([*enumerate(blocks, start=1)])}
    places: list[int] = []
    for text in kept:
        places.append(numbers.get(text, places[-1] if places else 1))
    return places


def _left_out(page: Sequence[Run], kept: Sequence[str]) -> list[Dropped]:
    """The blocks of the page that do not occur in the kept text, which is not the page's own."""
    joined = "\n".join(kept)
    return [
        Dropped(number, block.text, HIDDEN if block.hidden else ELSEWHERE)
        for number, block in enumerate(page, start=1)
        if block.hidden or block.text not in joined
    ]
