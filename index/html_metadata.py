"""What a web page's markup says of the article: title, outlet, date, address, author.

In order of trust: JSON-LD (schema.org NewsArticle), OpenGraph and meta elements, microdata and
`<time>`, the words beside the headline, the address. A date of change, of the file or of the
copyright is no date of publication: an article without one is honestly undated.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from index.article import Metadata
from index.dates import date_in_stamp, date_in_text, date_in_url
from index.html_blocks import Element, Run
from index.lines import word_count

_ARTICLE_TYPE = re.compile(r"(?:Article|Posting|Report|Reportage)$")
_DATE_NAMES = frozenset(
    "article:published_time article:published og:published_time og:pubdate date pubdate "
    "publishdate publish-date publish_date publication_date originalpublicationdate "
    "originalpublishdate content_publisheddate datepublished dc.date dc.date.issued "
    "dc.date.created dcterms.date dcterms.issued dcterms.created parsely-pub-date sailthru.date "
    "citation_publication_date cxenseparse:recs:publishtime".split()
)
# Beside the headline: this many blocks after it may hold the date, written in so many words.
_HEADER_BLOCKS = 8
_DATE_WORDS = 14
_CHANGED = re.compile(
    r"\b(?:diperbarui|diperbaharui|pembaruan|updated?|modified|edited|cập nhật)\b", re.IGNORECASE
)
# A company's name stands in its imprint; readers know the outlet by its own.
_COMPANY = re.compile(r"^(?:PT|CV|Công ty)\b|\b(?:Ltd|Inc|LLC|Tbk)\.?$")
_RIGHTS = re.compile(r"©|\bcopyright\b|hak cipta|bản quyền", re.IGNORECASE)
_SEPARATED = re.compile(r"\s+(?:[|–—·»-])\s+")


def read_metadata(tree: Element, blocks: Sequence[Run]) -> Metadata:
    """The facts that the markup states; `blocks` are the page's blocks of text, in order."""
    metas = _metas(tree)
    nodes = _own(list(_linked_data(tree)), tree, metas)
    url = _url(tree, metas, nodes)
    outlet = _outlet(metas, nodes, url)
    title = _title(tree, metas, nodes, outlet)
    if title and not any(block.text == title for block in blocks):
        shown = [block.text for block in blocks]
        title, outlet = _taken_apart(title, shown, outlet)
    elif title and not outlet:
        outlet = _named_beside(title, tree, [block.text for block in blocks])
    return Metadata(
        title=title,
        outlet=outlet,
        published=_published(tree, metas, nodes, blocks) or (date_in_url(url) if url else None),
        url=url,
        author=_author(tree, metas, nodes),
    )


def descriptions(tree: Element) -> list[str]:
    """What the page says, to search engines and when it is shared, that it is about."""
    metas = _metas(tree)
    stated = [metas.get(name) for name in ("description", "og:description", "twitter:description")]
    stated += [_text(node.get("description")) for node in _linked_data(tree)]
    return [text for text in stated if text]


def web_address(text: str | None) -> str | None:
    """`text` if it is a whole http or https address that is safe to show, else None."""
    text = (text or "").strip()
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return None
    fine = parts.scheme in ("http", "https") and host and not parts.username
    return text if fine and text.isprintable() and " " not in text else None


def _linked_data(tree: Element) -> Iterator[dict[str, Any]]:
    """The JSON-LD objects about articles, the outer before those in their graphs."""
    for script in tree.iterfind('.//script[@type="application/ld+json"]'):
        try:
            found = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            continue
        waiting = found if isinstance(found, list) else [found]
        for node in waiting:
            if isinstance(node, dict):
                if isinstance(node.get("@graph"), list):
                    waiting += node["@graph"]
                kinds = node.get("@type")
                kinds = kinds if isinstance(kinds, list) else [kinds]
                if any(_ARTICLE_TYPE.search(str(kind)) for kind in kinds):
                    yield node


def _own(nodes: list[dict[str, Any]], tree: Element, metas: dict[str, str]) -> list[dict[str, Any]]:
    """Those about the page itself, by its headline or address, if that can be told; else all."""
    shown = [h.text_content() for h in tree.iter("h1", "title")] + [metas.get("og:title")]
    site = metas.get("og:site_name")
    names = [_words(_without_site(name, site)) for text in shown if (name := _text(text))]
    addresses = {*_canonical(tree), metas.get("og:url")} - {None}
    own = [
        node
        for node in nodes
        if addresses.intersection(_addresses(node))
        or any(_mostly(_words(_text(node.get("headline")) or ""), name) for name in names)
    ]
    return own or nodes


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _mostly(headline: list[str], name: list[str]) -> bool:
    """Whether a headline is a name or most of it ("Headline - Outlet"), not a word or two of it."""
    return 2 * len(headline) > len(name) and f" {' '.join(headline)} " in f" {' '.join(name)} "


def _canonical(tree: Element) -> list[str | None]:
    return [link.get("href") for link in tree.iterfind('.//link[@rel="canonical"]')]


def _addresses(node: dict[str, Any]) -> list[str]:
    page = node.get("mainEntityOfPage")
    found = (node.get("url"), page.get("@id") if isinstance(page, dict) else page)
    return [address for address in found if isinstance(address, str)]


def _metas(tree: Element) -> dict[str, str]:
    """The first content of each meta element, by its name in lower case."""
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        content = " ".join(unescape(meta.get("content") or "").split())
        if name and content:
            found.setdefault(name.lower(), content)
    return found


def _url(tree: Element, metas: dict[str, str], nodes: list[dict[str, Any]]) -> str | None:
    listed = [address for node in nodes for address in _addresses(node)]
    for text in (*_canonical(tree), metas.get("og:url"), *listed):
        if address := web_address(text):
            return address
    return None


def _outlet(metas: dict[str, str], nodes: list[dict[str, Any]], url: str | None) -> str | None:
    publishers = [node.get("publisher") for node in nodes]
    names = [p.get("name") if isinstance(p, dict) else p for p in publishers]
    known = [_text(name) for name in (metas.get("og:site_name"), *names)]
    known += [_text(metas.get("application-name"))]
    named = [name for name in known if name and len(name) <= 60]
    host = (urlsplit(url).hostname or "").removeprefix("www.") if url else ""
    own = next((name for name in named if not _COMPANY.search(name)), None)
    return own or host or next(iter(named), None)


def _title(
    tree: Element, metas: dict[str, str], nodes: list[dict[str, Any]], outlet: str | None
) -> str | None:
    """The headline as the reader sees it, where one of the page's own names confirms it."""
    stated = [_text(node.get("headline")) for node in nodes]
    stated += [metas.get("og:title"), metas.get("twitter:title"), metas.get("title")]
    stated += [_text(node.text_content()) for node in tree.iterfind(".//title")]
    names = [name for name in stated if name]
    shown = [_text(h.text_content()) for h in tree.iter("h1")]
    headings = [h for h in shown if h and h.casefold() != (outlet or "").casefold()]
    for heading in headings:
        if len(heading) > 10 and any(heading.casefold() in name.casefold() for name in names):
            return heading
    if names:
        return _without_site(names[0], outlet)
    return headings[0] if len(headings) == 1 else None


def _without_site(title: str, outlet: str | None) -> str:
    """ "Headline - Outlet" without the outlet."""
    parts = _SEPARATED.split(title)
    site = re.sub(r"\W", "", (outlet or "").casefold())
    last = re.sub(r"\W", "", parts[-1].casefold())
    if len(parts) > 1 and last and site and (last in site or site in last):
        return title[: title.rindex(parts[-1])].rstrip(" |–—·»-")
    return title


def _taken_apart(title: str, shown: Sequence[str], outlet: str | None) -> tuple[str, str | None]:
    """ "Outlet - Headline", where the page shows the headline in a block of its own."""
    for mark in _SEPARATED.finditer(title):
        ends = title[: mark.start()], title[mark.end() :]
        for headline, rest in (ends, ends[::-1]):
            if len(headline.split()) > len(rest.split()) and headline in shown:
                return headline, outlet or (rest if rest in shown else None)
    return title, outlet


def _named_beside(title: str, tree: Element, shown: Sequence[str]) -> str | None:
    """The outlet in "Headline - Outlet", where the page signs with it or claims its rights."""
    for named in tree.iterfind(".//title"):
        name = _text(named.text_content()) or ""
        outlet = _SEPARATED.split(name)[-1]
        if not name.casefold().startswith(title.casefold()) or len(outlet) == len(name):
            continue
        if any(text == outlet or (outlet in text and _RIGHTS.search(text)) for text in shown):
            return outlet
    return None


def _published(
    tree: Element, metas: dict[str, str], nodes: list[dict[str, Any]], blocks: Sequence[Run]
) -> date | None:
    stamps = [_text(node.get("datePublished")) for node in nodes]
    stamps += [content for name, content in metas.items() if name in _DATE_NAMES]
    times = [n for n in tree.iter() if n.get("itemprop") == "datePublished"]
    times += [n for n in tree.iter("time") if not _aside(n)]
    stamps += [n.get("datetime") or n.get("content") or n.text_content() for n in times
               if not _CHANGED.search(_label(n))]  # fmt: skip
    for stamp in stamps:
        if stamp and (found := date_in_stamp(stamp)):
            return found
    return _beside_headline(blocks)


def _beside_headline(blocks: Sequence[Run]) -> date | None:
    """The date written in a short line between the headline and the body."""
    for block in _header(blocks):
        short = len(block.text.split()) <= _DATE_WORDS and not _quoted(block.element)
        if short and block.linked < 0.5 and (found := _date_stated(block.text)):
            return found
    return None


def _header(blocks: Sequence[Run]) -> Sequence[Run]:
    """The blocks before the body: before the first of several long ones marked up alike."""
    start = next((i for i, b in enumerate(blocks) if b.element.tag == "h1"), None)
    after = blocks[start + 1 :] if start is not None else ()
    marked = [(b.element.getparent(), b.element.tag, b.element.get("class")) for b in after]
    long = [word_count(b.text) > _DATE_WORDS and not _quoted(b.element) for b in after]
    alike = Counter(mark for mark, counts in zip(marked, long, strict=True) if counts)
    end = next((i for i, mark in enumerate(marked) if long[i] and alike[mark] > 1), len(after))
    return after[: min(end, _HEADER_BLOCKS)]


def _date_stated(text: str) -> date | None:
    """The date in a line, up to one of change: "Published 26 October 2025, updated 27 October"."""
    before, *after = _CHANGED.split(text, maxsplit=1)
    if after and not re.search(r"\d", after[0]):
        return None  # "26 October 2025 (updated)" is the date of change
    return date_in_text(before)


def _quoted(node: Element) -> bool:
    """Whether an element belongs to a quoted post or a picture, which have dates of their own."""
    around = (node, *node.iterancestors())
    return any(element.tag in ("blockquote", "figure") for element in around)


def _aside(node: Element) -> bool:
    """Whether an element belongs to a list of other articles, the page's foot or a comment."""
    return any(
        a.tag in ("a", "aside", "nav", "footer", "li")
        or re.search(r"related|comment|sidebar|terkait|populer|update", _label(a), re.IGNORECASE)
        for a in node.iterancestors()
    )


def _label(node: Element) -> str:
    return " ".join(filter(None, (node.get("class"), node.get("id"), node.get("itemprop"))))


def _author(tree: Element, metas: dict[str, str], nodes: list[dict[str, Any]]) -> str | None:
    for node in nodes:
        people = node.get("author")
        people = people if isinstance(people, list) else [people]
        names = [_text(p.get("name") if isinstance(p, dict) else p) for p in people]
        if found := ", ".join(name for name in names if name):
            return found
    byline = next((n for n in tree.iter() if n.get("rel") == "author"), None)
    name = metas.get("author") or (_text(byline.text_content()) if byline is not None else None)
    return name if name and len(name) <= 100 and not name.startswith("http") else None


def _text(value: object) -> str | None:
    return " ".join(unescape(value).split()) or None if isinstance(value, str) else None
