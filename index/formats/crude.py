"""Markup to text without a parser: in one pass, whatever is nested or left open.

For scraps of markup inside other formats, and for pages no parser should be given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from html.entities import html5

# No name of an element is longer.
_LONGEST = 16
_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)")
_INLINE = frozenset(
    """
    a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt
    ruby s samp small span strike strong sub sup time tt u var wbr
    """.split()
)
_NO_TEXT = frozenset("script style noscript template svg math iframe object head select".split())
# These end by themselves, so leaving them open nests nothing.
_FLAT = frozenset(
    """
    area base br col embed hr img input link meta param source track wbr
    p li dt dd tr td th thead tbody tfoot option optgroup colgroup rp rt html head body
    """.split()
)
_BLOCKS = frozenset(
    """
    address article aside blockquote button center dd details div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header main nav ol picture pre section summary table ul
    """.split()
)
_KNOWN = "|".join(sorted(_BLOCKS | _INLINE | _NO_TEXT | _FLAT))
# "<data missing>" is no tag: what stands in one after its name are attributes.
_REST = r"(?:\s*/?>|\s[^<>=]*=[^<>]*>)"
_FIRST = re.compile(rf"\s*<(?:!--|!doctype\s+html|(?:{_KNOWN}){_REST})", re.IGNORECASE)
_TAG = re.compile(rf"<(/?)({_KNOWN}){_REST}", re.IGNORECASE)
# One of these may be a word about markup or a type of a program; two are markup.
_PROOFS = 2
_OFTEN_LEFT_OPEN = frozenset({"br", "p"})
# Text with no other tags than these has its own lines and paragraphs.
_WITHIN_LINES = _INLINE | {"br", "img"}
_BREAK = re.compile(r"(<br\s?/?>)[ \t\r]?\n", re.IGNORECASE)
_ENTITY = re.compile(r"&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")


def plain(text: str) -> str:
    """A text field without the markup of a web page, if it holds any; without entities anyway."""
    if not _is_markup(text):
        return _ENTITY.sub(_character, text)
    if any(tag[2].lower() not in _WITHIN_LINES for tag in _TAG.finditer(text)):
        return strip_tags(text)
    return strip_tags(_BREAK.sub(r"\1", text), own_lines=True)


def _is_markup(text: str) -> bool:
    """A comment or a tag first, an element opened and closed, or two tags that prove it."""
    if _FIRST.match(text):
        return True
    opened: set[str] = set()
    proofs = 0
    for tag in _TAG.finditer(text):
        name = tag[2].lower()
        if tag[1] and name in opened:
            return True
        proofs += bool(tag[1] or "=" in tag[0] or name in _OFTEN_LEFT_OPEN)
        if proofs == _PROOFS:
            return True
        opened.add("" if tag[1] else name)
    return False


def _character(entity: re.Match[str]) -> str:
    known = entity[1].startswith("#") or f"{entity[1]};" in html5
    return unescape(entity[0]) if known else entity[0]


def strip_tags(html: str, *, own_lines: bool = False) -> str:
    """The text between the tags, blocks separated by blank lines; scripts and comments are none.

    With `own_lines`, lines end where the text's do, too.
    """
    pieces: list[str] = []
    hidden: str | None = None
    for is_tag, piece in _scan(html):
        if not is_tag:
            if hidden is None:
                pieces.append(piece if own_lines else piece.replace("\n", " "))
            continue
        name = _name(piece[:_LONGEST])
        if hidden:
            if piece.startswith("</") and name == hidden:
                hidden = None
        elif name in _NO_TEXT and not piece.startswith("</"):
            if not piece.endswith("/>"):
                hidden = name
        elif name == "br":
            pieces.append("\n")
        elif name not in (_WITHIN_LINES if own_lines else _INLINE):
            pieces.append("\n\n")
    lines = (" ".join(line.split()) for line in unescape("".join(pieces)).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def depth(html: str) -> int:
    """How deep elements nest, at most, counting those that are left open."""
    deepest = total = 0
    still_open: dict[str, int] = {}
    for match in _NAME.finditer(html):
        name = match.group(1).lower()
        if name in _FLAT:
            continue
        if html[match.start() + 1] != "/":
            still_open[name] = still_open.get(name, 0) + 1
            total += 1
            deepest = max(deepest, total)
        elif still_open.get(name):
            still_open[name] -= 1
            total -= 1
    return deepest


@lru_cache(maxsize=4096)
def _name(tag: str) -> str:
    match = _NAME.match(tag)
    return match.group(1).lower() if match else ""


def _scan(html: str) -> Iterator[tuple[bool, str]]:
    """Tags and the text between them, in order; comments are left out.

    An opening that is never closed is text: what follows it is not lost.
    """
    position = 0
    never: set[str] = set()  # closings that do not come any more; looked for only once
    while (start := html.find("<", position)) >= 0:
        if start > position:
            yield False, html[position:start]
        opening, closing = "<", ">"
        if not (html[start + 1 : start + 2].isalpha() or html.startswith(_STARTS, start)):
            yield False, "<"
            position = start + 1
            continue
        if html.startswith("<!", start):
            found = (pair for pair in _PAIRS if html.startswith(pair[0], start))
            opening, closing = next(found, ("<", ">"))
        end = -1 if closing in never else html.find(closing, start + len(opening))
        if end < 0:
            never.add(closing)
            position = start + len(opening)
            if opening == "<":
                yield False, "<"
            continue
        position = end + len(closing)
        if opening == "<![CDATA[":
            yield False, html[start + len(opening) : end]
        elif opening == "<":
            yield True, html[start:position]
    if position < len(html):
        yield False, html[position:]


_STARTS = ("</", "<!", "<?")
_PAIRS = (("<!--", "-->"), ("<![CDATA[", "]]>"))
