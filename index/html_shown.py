"""A page's tree as its reader sees it: without hidden words, with the buttons in its sentences.

What opens on a click is seen: the answer below a question, the text behind a tab.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import partial

from index.html_article import LINKED, LITTLE, is_paragraph, set_apart
from index.html_blocks import HIDDEN, Element, Run, hide, outermost, runs

# An extractor takes these at their word, even where the text is taken as seen.
_HIDING = ("hidden", "style", "aria-hidden")
_HIDING_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
# Words for screen readers, under the names that the common style sheets give them.
_HIDING_CLASS = re.compile(r"(?:^|[\s_-])(?:sr-only|screen-reader-(?:text|only)|visually-?hidden)")
# An article behind "Read more" or a script is hidden too: this many paragraphs are one, or this
# much text in fewer, which no notice has.
_ARTICLE_PARAGRAPHS = 3
_ARTICLE_CHARS = 600
_SENTENCES = ("p", "li")
# What stands right above a text and opens it, such as a question.
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_OPENERS = frozenset({*_HEADINGS, "button", "summary", "dt"})
_SENTENCE_END = re.compile(r"[.!?…。][\"'”’»)\]]*$")


def show_only_what_is_seen(tree: Element) -> None:
    """Hide what nobody sees, and turn buttons that are part of a sentence or heading into words.

    Facts in their attributes and in scripts stay. `aria-hidden` hides nothing from the eye: it
    often marks the visible one of two wordings.
    """
    for button in list(tree.iter("button")):
        if _within_sentence(button) or _is_whole_heading(button):
            button.tag = "span"
    texts = _Texts(tree)
    hidden = list(outermost(tree, partial(_unseen, texts=texts)))
    if hidden and _mostly_hidden(texts, hidden):
        hidden = list(outermost(tree, partial(_no_article, texts=texts)))
    for node in hidden:
        hide(node)
    for node in tree.iter():
        if isinstance(node.tag, str) and node.tag != HIDDEN and _hidden(node):
            for name in _HIDING:
                node.attrib.pop(name, None)


def _within_sentence(button: Element) -> bool:
    """Whether a button stands in a paragraph or list item, with words of it beside it."""
    before = button.getprevious()
    beside = (button.getparent().text if before is None else before.tail, button.tail)
    inside = next(button.iterancestors(*_SENTENCES), None) is not None
    return inside and any(text and not text.isspace() for text in beside)


def _is_whole_heading(button: Element) -> bool:
    """Whether a button is all that a heading says, as the question above a folded answer is."""
    heading = next(button.iterancestors(*_HEADINGS), None)
    return heading is not None and heading.text_content().strip() == button.text_content().strip()


class _Texts:
    """What a page says outside its hidden elements, and what each of those adds to it."""

    def __init__(self, tree: Element) -> None:
        within = {part for node in outermost(tree, _hidden) for part in node.iter()}
        self.blocks = list(runs(tree)) if within else []
        self.seen = {run.text for run in self.blocks if run.element not in within}
        self._apart: dict[Element, bool] = {}
        self._added: defaultdict[Element, list[Run]] = defaultdict(list)
        for run in self.blocks:
            node: Element = run.element if self._is_news(run, within) else None
            while node in within:
                self._added[node].append(run)
                node = node.getparent()

    def added(self, node: Element) -> Sequence[Run]:
        """The blocks in an element that are new, no links, and in no menu or other such place."""
        return self._added.get(node, ())

    def apart(self, run: Run) -> bool:
        """Whether a block stands in a menu, a box or another such place."""
        return set_apart(run.element, self._apart)

    def _is_news(self, run: Run, within: set[Element]) -> bool:
        new = run.element in within and run.text not in self.seen
        return new and run.linked < LINKED and not self.apart(run)


def _unseen(node: Element, texts: _Texts) -> bool:
    return _hidden(node) and not _holds_article(node, texts) and not _shown_on_demand(node, texts)


def _no_article(node: Element, texts: _Texts) -> bool:
    """Whether a hidden element holds no text of an article, on a page that hides its article."""
    return _hidden(node) and (_for_ears(node) or not texts.added(node))


def _hidden(node: Element) -> bool:
    return node.tag not in ("body", "time", "script") and bool(
        node.get("hidden") is not None
        or _HIDING_STYLE.search(node.get("style") or "")
        or _for_ears(node)
    )


def _for_ears(node: Element) -> bool:
    return bool(_HIDING_CLASS.search(node.get("class") or ""))


def _holds_article(node: Element, texts: _Texts) -> bool:
    if any(" ".join(h.text_content().split()) not in texts.seen for h in node.iter("h1")):
        return True
    added = texts.added(node)
    if added and next(node.iter("article", "main"), None) is not None:
        return True
    if len({run.element for run in added if run.element.tag == "p"}) >= _ARTICLE_PARAGRAPHS:
        return True
    return sum(len(run.text) for run in added) >= _ARTICLE_CHARS


def _shown_on_demand(node: Element, texts: _Texts) -> bool:
    """Whether sentences come to sight by a click or a search in the page."""
    if _for_ears(node) or not any(_SENTENCE_END.search(run.text) for run in texts.added(node)):
        return False
    return (
        node.get("hidden") == "until-found"
        or node.get("role") == "tabpanel"
        or _is_opener(node.getprevious())
    )


def _is_opener(before: Element | None) -> bool:
    """Whether an element is a heading or button, be it in boxes of its own."""
    while before is not None and isinstance(before.tag, str) and not (before.tail or "").strip():
        if before.tag in _OPENERS or before.get("role") == "button":
            return True
        before = before[0] if len(before) == 1 and not (before.text or "").strip() else None
    return False


def _mostly_hidden(texts: _Texts, hidden: Sequence[Element]) -> bool:
    """Whether the page hides its article: at least half as much prose as it shows."""
    within = {part for node in hidden if not _for_ears(node) for part in node.iter()}
    prose = [run for run in texts.blocks if is_paragraph(run)]
    shown = {run.text for run in prose if run.element not in within}
    unseen = {run.text for run in prose if run.element in within and not texts.apart(run)} - shown
    return 2 * sum(map(len, unseen)) >= max(sum(map(len, shown)), LITTLE)
