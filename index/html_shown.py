"""A page's tree as its reader sees it: without hidden words, with the buttons inside sentences."""

from __future__ import annotations

import re

from index.html_blocks import Element

# What neither a browser with scripts nor an extractor shows.
_UNSHOWN = "noscript"
_HIDING_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
# Words for screen readers, under the names that the common style sheets give them.
_HIDING_CLASS = re.compile(r"(?:^|[\s_-])(?:sr-only|screen-reader-(?:text|only)|visually-?hidden)")
# An article behind "Read more" or a script is hidden too, and so many paragraphs are one.
_ARTICLE_PARAGRAPHS = 3
_SENTENCES = ("p", "li")


def show_only_what_is_seen(tree: Element) -> None:
    """Turn hidden elements into ones that nobody reads, and buttons inside sentences into words.

    Facts in their attributes and in scripts stay. `aria-hidden` hides nothing from the eye: it
    often marks the visible one of two wordings.
    """
    for node in list(tree.iterdescendants()):
        if not isinstance(node.tag, str):
            continue
        if node.tag == "button" and _within_sentence(node):
            node.tag = "span"
        if _hidden(node) and not _holds_article(node):
            node.tag = _UNSHOWN


def _within_sentence(button: Element) -> bool:
    """Whether a button stands in a paragraph or list item, with words of it beside it."""
    before = button.getprevious()
    beside = (button.getparent().text if before is None else before.tail, button.tail)
    inside = next(button.iterancestors(*_SENTENCES), None) is not None
    return inside and any(text and not text.isspace() for text in beside)


def _hidden(node: Element) -> bool:
    return node.tag not in ("body", "time", "script") and bool(
        node.get("hidden") is not None
        or _HIDING_STYLE.search(node.get("style") or "")
        or _HIDING_CLASS.search(node.get("class") or "")
    )


def _holds_article(node: Element) -> bool:
    if next(node.iter("h1", "article", "main"), None) is not None:
        return True
    return sum(1 for _ in node.iter("p")) >= _ARTICLE_PARAGRAPHS
