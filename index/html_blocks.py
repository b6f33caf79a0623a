"""Markup to blocks of text: where one ends and the next begins, and what surrounds it.

Works on parsed trees only, both a page's own and what an extractor made of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

# An lxml element; the library has no types of its own.
Element = Any

# Elements that end a block of text (HTML, "flow content"; `item`, `head`, `quote`, `row`, `list`
# and `lb` are what trafilatura calls them).
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p "
    "pre section summary table tbody tfoot thead tr ul amp-img amp-ad amp-sidebar "
    "head item list quote row".split()
)
_BREAKS = frozenset({"br", "lb"})
_CELLS = frozenset({"td", "th", "cell"})
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6 head".split())
_ITEMS = frozenset("dd item li row tr".split())
_LINKS = frozenset({"a", "ref"})
# What stands instead of an element that the page hides: no extractor reads it.
HIDDEN = "noscript"
# What is never text, wherever it stands.
SILENT = frozenset(
    "script style noscript template iframe svg math object embed canvas audio video select option "
    "button textarea input title meta link rt rp rtc".split()
)


@dataclass(frozen=True, slots=True)
class Run:
    """A block of text: what it says, the share of it that is links, and the element it is in.

    `hidden` says that the page does not show it.
    """

    text: str
    linked: float
    element: Element
    hidden: bool = False

    @property
    def is_heading(self) -> bool:
        """Whether the markup makes it a heading."""
        return not _HEADINGS.isdisjoint(self._tags)

    @property
    def is_item(self) -> bool:
        """Whether the markup makes it an entry of a list or a row of a table."""
        return not _ITEMS.isdisjoint(self._tags)

    @property
    def _tags(self) -> list[str]:
        """Its element and the one around it: `<li><p>`."""
        around = self.element.getparent()
        return [self.element.tag, *([around.tag] if around is not None else [])]


def hide(node: Element) -> None:
    """Turn an element into one that nobody reads, but for `runs`."""
    if node.tag not in SILENT:
        node.set("hidden", "")
    node.tag = HIDDEN


def _is_hidden(node: Element) -> bool:
    return node.tag == HIDDEN and node.get("hidden") is not None


def runs(root: Element) -> Iterator[Run]:
    """The blocks of text below `root` in reading order, none empty, with single spaces.

    Hidden ones come after the block they stand in.
    """
    from lxml import etree

    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    pieces: list[str] = []
    linked = links = 0
    owner = root
    soft: list[Run] = []
    within = _is_hidden(root)
    hidden: list[Run] = []

    def take() -> Iterator[Run]:
        nonlocal pieces, linked
        text = " ".join("".join(pieces).split())
        size = max(sum(len(piece) for piece in pieces), 1)
        run = Run(text, min(linked / size, 1.0), owner, within)
        pieces, linked = [], 0
        if text:
            yield run

    for event, node in walk:
        tag = node.tag
        if event in ("comment", "pi"):
            pieces.append(node.tail or "")
            continue
        if event == "start":
            if tag in SILENT and not (within and node is root):
                if _is_hidden(node):
                    hidden += runs(node)
                walk.skip_subtree()
                continue
            if tag in _BLOCKS:
                soft += take()
                yield from (*_joined(soft), *hidden)
                soft, hidden, owner = [], [], node
            links += tag in _LINKS
            pieces.append(node.text or "")
            linked += len(node.text or "") if links else 0
            continue
        links -= tag in _LINKS
        if tag in _BLOCKS:
            soft += take()
            yield from (*_joined(soft), *hidden)
            soft, hidden = [], []
            owner = node.getparent() if node.getparent() is not None else root
        elif tag in _BREAKS:
            soft += take()
        elif tag in _CELLS:
            pieces.append(" ")
        if node is not root:
            pieces.append(node.tail or "")
            linked += len(node.tail or "") if links else 0
    soft += take()
    yield from (*_joined(soft), *hidden)


def _joined(broken: list[Run]) -> Iterator[Run]:
    """Lines between line breaks: each a block, unless the sentence goes on in the next."""
    held: Run | None = None
    for run in broken:
        if held is None:
            held = run
        elif run.text[0].islower() and not _ENDED.search(held.text):
            size = len(held.text) + len(run.text)
            share = (held.linked * len(held.text) + run.linked * len(run.text)) / size
            held = Run(f"{held.text} {run.text}", share, held.element, held.hidden)
        else:
            yield held
            held = run
    if held is not None:
        yield held


_ENDED = re.compile(r"[.!?…:;][\"'”’»)\]]*$")


def outermost(tree: Element, wanted: Callable[[Element], bool]) -> Iterator[Element]:
    """The elements of one kind that stand in none of that kind."""
    from lxml import etree

    walk = etree.iterwalk(tree, events=("start",))
    for _, node in walk:
        if node is not tree and wanted(node):
            walk.skip_subtree()
            yield node
