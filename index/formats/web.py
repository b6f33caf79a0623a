"""Saved web pages: decoded by what they declare, guarded, then read for their article."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.article import Page, Skipped
from index.formats.crude import depth, strip_tags
from index.formats.decoding import decode
from index.formats.kinds import binary
from index.formats.plain import EMPTY, NO_TEXT, digest_of

if TYPE_CHECKING:
    from index.html_page import HtmlPage

# libxml2 drops what stands deeper, and text longer, without a word to its caller.
MAX_DEPTH = 250
MAX_TEXT_NODE = 9_900_000
# No page of a person's making nests this deep.
HOSTILE_DEPTH = 2_000
# Parsers of pages take seconds for so many; a news page has some thousand.
MAX_TAGS = 60_000
TOO_DEEP = "elements nested too deep"

# A page names its encoding in its first kilobyte (HTML standard, "meta charset"); some do later.
_HEAD = 4096
_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{2,40})"
    rb"|<\?xml[^>]{0,100}?encoding\s{0,9}=\s{0,9}[\"']([\w.:-]{2,40})",
    re.IGNORECASE,
)
_PROLOG = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>")
_ENTITY = re.compile(r"<!DOCTYPE[^>\[]{0,500}\[[^\]]{0,2000}?<!ENTITY", re.IGNORECASE)


def read_page(identity: str, data: bytes) -> Page | Skipped:
    """A web page as blocks of text, and what its markup states about it."""
    if not data.strip():
        return Skipped(identity, NO_TEXT if data else EMPTY)
    if what := binary(data):
        return Skipped(identity, f"not text, but {what}")
    decoded = decode(data, declared=declared_charset(data))
    if isinstance(decoded, str):
        return Skipped(identity, decoded)
    html, warnings = decoded
    if _ENTITY.search(html[:_HEAD]):
        return Skipped(identity, "declares entities, which may unfold without end")
    unfit = why_unfit(html)
    if unfit == TOO_DEEP:
        return Skipped(identity, unfit)
    if html.rfind("<!--") > html.rfind("-->"):
        before, _, after = html.rpartition("<!--")
        html = before + after
        warnings += ("a comment is never closed: what it holds is read as text",)
    text, page = "", None
    if unfit is None:
        try:
            page = _read_article(_PROLOG.sub("", html, count=1))
            text = page.text
        except Exception as error:  # whatever a parser raises on a page made to break it
            unfit = f"the page reader failed ({type(error).__name__})"
    if unfit is not None:
        text = strip_tags(html)
        warnings += (f"{unfit}: read as plain text",)
    if not text.strip():
        return Skipped(identity, NO_TEXT)
    if page is None:
        return Page(identity, text, digest_of(data), warnings)
    # Once the article is found, its doubtful lines are list items, tables and headings.
    return Page(
        identity, text, digest_of(data), warnings, page.metadata,
        bare=True, dropped=page.dropped, lines=page.lines,
        headings=page.headings, items=page.items,
    )  # fmt: skip


def declared_charset(data: bytes) -> str | None:
    """The encoding that a page names in its `meta` element or XML declaration."""
    match = _CHARSET.search(data[:_HEAD])
    return (match.group(1) or match.group(2)).decode("ascii", "ignore") if match else None


def why_unfit(html: str) -> str | None:
    """Why a page should not be given to a parser, if there is a reason."""
    tags = html.count("<")
    if tags > MAX_DEPTH and (deep := depth(html)) > MAX_DEPTH:
        return TOO_DEEP if deep > HOSTILE_DEPTH else f"elements nested {deep} deep"
    if tags > MAX_TAGS:
        return f"{tags:,} tags"
    if len(html) > MAX_TEXT_NODE and max(map(len, html.split("<"))) > MAX_TEXT_NODE:
        return f"a stretch of text beyond {MAX_TEXT_NODE:,} characters"
    return None


def _read_article(html: str) -> HtmlPage:
    from index.html_page import read_html  # slow to import, and not needed for other files

    return read_html(html)
