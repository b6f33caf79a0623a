"""Which blocks of a web page are its article: an extractor's choice, mended by the markup.

An extractor stops short where a body is cut up by adverts, and goes on into the boxes below it.
Both show in the markup: paragraphs of one article are marked up alike, and stand in one element.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import takewhile

from index.html_blocks import Element, Run
from index.html_standfirst import standfirst

# Less than this is a caption or a notice rather than an article (trafilatura's own bound).
LITTLE = 250
# Shorter blocks say too little about where the body is (a caption, a menu entry).
PROSE_CHARS = 80
# From this share of links on, a block is more link than text.
LINKED = 0.5
ALL_LINKED = 0.9
# A body may alternate between two or three kinds of paragraph; rarer ones do not define it.
BODY_SHARE = 0.3
# How well the extractor's text must be found again on the page for its markup to be used.
FOUND_AGAIN = 0.9

ELSEWHERE = "not part of the article"

# What a paragraph is marked up as: its element and the two around it, with their classes.
Markup = tuple[tuple[str, str], ...]

_ARTICLES = frozenset({"article", "main"})
_WHOLE = _ARTICLES | {"body"}
_TEASER = re.compile(
    r"(?:(?:baca|lihat|simak)(?: juga| selengkapnya)?|(?:read|see|watch|listen)(?: more| also)?"
    r"|also(?: on .{2,20})?|more|related(?: (?:post|article|story|stories|coverage))?|don.t miss"
    r"|artikel terkait|berita terkait|xem thêm|đọc thêm|tin liên quan|>>+)\s*[:：>»]?",
    re.IGNORECASE,
)
# A box within the body calls itself so; a page that is all "related" is something else.
_BOX = re.compile(
    r"\brelate[ds]?[-_ ]?|RelatedOneNews|\bterkait|baca-?juga|read-?(?:also|more|next)"
    r"|comment|lien-?quan|rich-link|links-block|newsletter|paywall|subscri(?:be|ption)-",
    re.IGNORECASE,
)
MAX_BOXED = 1 / 3
_COMMENT = re.compile(r"comment|komentar|binh-?luan", re.IGNORECASE)
_PLACES = (
    ("comment", re.compile(r"comment|disqus|komentar|binh-?luan", re.I), "comments"),
    ("nav", re.compile(r"\bnav|menu|breadcrumb", re.I), "menu"),
    ("", re.compile(r"relat|terkait|recommend|rekomend|lien-?quan|baca-?juga|popul|trending"
                    r"|most-?read|latest|more-?stories|xem-?them", re.I), "other articles"),
    ("", re.compile(r"share|social|sosmed|follow|chia-?se", re.I), "sharing buttons"),
    ("", re.compile(r"newsletter|subscri|sign-?up|paywall|berlangganan|cookie|consent", re.I),
     "subscription or consent box"),
    ("", re.compile(r"\bads?\b|advert|iklan|sponsor|promo|quang-?cao", re.I), "advertisement"),
    ("", re.compile(r"\btags?\b|keyword|topik", re.I), "tags"),
    ("", re.compile(r"author|byline|penulis|editor|tac-?gia", re.I), "byline"),
    ("footer", re.compile(r"footer|copyright", re.I), "foot of the page"),
    ("aside", re.compile(r"sidebar|aside|widget", re.I), "beside the article"),
    ("header", re.compile(r"header|masthead", re.I), "head of the page"),
    ("figure", re.compile(r"caption|figure", re.I), "caption"),
)  # fmt: skip


def choose(
    blocks: Sequence[Run], extracted: Sequence[str], described: Sequence[str] = ()
) -> dict[int, str | None] | None:
    """For each block by index: None if it belongs to the article, or the reason why not.

    `extracted` are the texts an extractor chose, in order; `described` the descriptions that the
    page gives of itself. None when the texts are not on the page as they stand, so that the markup
    cannot tell.
    """
    kept = _locate(blocks, extracted)
    size = sum(map(len, extracted))
    if not kept or sum(len(blocks[i].text) for i in kept) < FOUND_AGAIN * size:
        return None
    reasons: dict[int, str | None] = dict.fromkeys(sorted(kept))
    body = _body_markup(blocks, kept)
    if body:
        kept |= _alike(blocks, kept, body)
        prose = [i for i in sorted(kept) if is_paragraph(blocks[i]) and _markup(blocks[i]) in body]
        root = _around([blocks[i].element for i in prose])
        for i in kept:
            if i < prose[0] and blocks[i].element.tag == "h1":
                reasons[i] = "headline"
            elif i > prose[-1] and not _inside(blocks[i].element, root):
                reasons[i] = "below the article"
            else:
                reasons.setdefault(i, None)
        reasons |= dict.fromkeys(standfirst(blocks, prose[0], described))
        _drop_boxes(blocks, reasons, body, root)
    _drop_links(blocks, reasons)
    for i, block in enumerate(blocks):
        if i not in reasons:
            reasons[i] = _place(block.element)
    return reasons


def plainest(blocks: Sequence[Run]) -> list[str]:
    """The most text on the page that is marked up alike, for where an extractor finds little.

    Text in menus, boxes and at the foot of the page is left aside.
    """
    groups: defaultdict[Markup, list[str]] = defaultdict(list)
    for block in blocks:
        if block.linked < LINKED and _place(block.element) == ELSEWHERE:
            groups[_markup(block)].append(block.text)
    return max(groups.values(), key=lambda texts: sum(map(len, texts)), default=[])


def _locate(blocks: Sequence[Run], extracted: Sequence[str]) -> set[int]:
    """The indices of the extracted texts on the page, each text once, in order where possible.

    An extractor may cut a block up, at bold words say: it is found when its pieces make it up.
    """
    places: dict[str, list[int]] = {}
    for i, block in enumerate(blocks):
        places.setdefault(block.text, []).append(i)
    found: set[int] = set()
    pieces: Counter[int] = Counter()
    last = -1
    for text in extracted:
        free = [i for i in places.get(text, ()) if i not in found]
        after = next((i for i in free if i > last), None)
        if after is not None:
            last = after
            found.add(after)
        elif free:
            found.add(free[0])
        else:
            around = (i for i in range(max(last, 0), len(blocks)) if text in blocks[i].text)
            if (inside := next(around, -1)) >= 0:
                pieces[inside] += len(text)
                last = inside
    whole = {i for i, size in pieces.items() if size >= FOUND_AGAIN * len(blocks[i].text)}
    return found | whole


def is_paragraph(block: Run) -> bool:
    """Whether a block is long enough to be a paragraph of a body, and no link."""
    return len(block.text) >= PROSE_CHARS and block.linked < LINKED


def _markup(block: Run) -> Markup:
    around = [block.element, *block.element.iterancestors()][:3]
    return tuple((element.tag, element.get("class") or "") for element in around)


def _body_markup(blocks: Sequence[Run], kept: set[int]) -> set[Markup]:
    """The markup that the paragraphs of the body share."""
    sizes: Counter[Markup] = Counter()
    for i in kept:
        markup = _markup(blocks[i])
        if is_paragraph(blocks[i]) and not any(_COMMENT.search(name) for _, name in markup):
            sizes[markup] += len(blocks[i].text)
    return {markup for markup, size in sizes.items() if size >= BODY_SHARE * sizes.total()}


def _alike(blocks: Sequence[Run], kept: set[int], body: set[Markup]) -> set[int]:
    """Paragraphs marked up as the body's, in the same article element, before the next headline."""
    own = {_article(blocks[i].element) for i in kept if _markup(blocks[i]) in body}
    last = max(kept)
    end = next((i for i, b in enumerate(blocks) if i > last and b.element.tag == "h1"), len(blocks))
    return {
        i
        for i, block in enumerate(blocks[:end])
        if is_paragraph(block) and _markup(block) in body and _article(block.element) in own
    }


def _article(element: Element) -> Element | None:
    return next((e for e in (element, *element.iterancestors()) if e.tag in _ARTICLES), None)


def _around(paragraphs: Sequence[Element]) -> Element:
    """The element that holds a body: the smallest around its paragraphs that is no paragraph."""
    shared = _common(paragraphs)
    alone = len(paragraphs) == 1 or shared.tag == "p"
    parent = shared.getparent() if alone else None
    return shared if parent is None else parent


def _common(elements: Iterable[Element]) -> Element:
    """The smallest element around all of them."""
    paths = [[*reversed([e, *e.iterancestors()])] for e in elements]
    shared = None
    for level in zip(*paths, strict=False):
        if any(element is not level[0] for element in level):
            break
        shared = level[0]
    return shared


def _inside(element: Element, root: Element) -> bool:
    return element is root or any(a is root for a in element.iterancestors())


def _drop_boxes(
    blocks: Sequence[Run],
    reasons: dict[int, str | None],
    body: set[Markup],
    root: Element,
) -> None:
    """Boxes inside the body that are marked as being about something else, if they are small."""
    kept = [i for i in reasons if reasons[i] is None]
    size = sum(len(blocks[i].text) for i in kept)
    boxed = [i for i in kept if _markup(blocks[i]) not in body and _boxed(blocks[i].element, root)]
    if sum(len(blocks[i].text) for i in boxed) <= MAX_BOXED * size:
        reasons.update(dict.fromkeys(boxed, "other articles"))


def _boxed(element: Element, root: Element) -> bool:
    """Whether an element, or one around it inside the body, calls itself such a box."""
    for around in (element, *element.iterancestors()):
        if around is root:
            return False
        if _BOX.search(" ".join(filter(None, map(around.get, ("class", "id", "type"))))):
            return True
    return False


def _drop_links(blocks: Sequence[Run], reasons: dict[int, str | None]) -> None:
    """Links to other articles: after "Read also:", in capitals, above the body or below it."""
    kept = [i for i in sorted(reasons) if reasons[i] is None]
    text = [i for i in kept if blocks[i].linked < LINKED and len(blocks[i].text.split()) >= 12]
    listing = False
    for i in kept:
        block = blocks[i]
        label = _TEASER.match(block.text)
        bare_label = label is not None and label.end() == len(block.text)
        capitals = block.text.isupper() and len(block.text.split()) >= 4
        alone = listing or capitals or bool(text and not text[0] < i < text[-1])
        listing = (
            bare_label
            or (label is not None and block.linked >= LINKED)
            or (alone and block.linked >= ALL_LINKED)
        )
        if listing:
            reasons[i] = "link to another article"


def _place(element: Element) -> str:
    """Where on the page a block that is no part of the article stands."""
    named = map(_calls_itself, (element, *element.iterancestors()))
    return next(filter(None, named), ELSEWHERE)


def set_apart(element: Element, known: dict[Element, bool]) -> bool:
    """Whether an element, or one around it within the article or the page, calls itself other.

    `known` keeps the answers.
    """
    path = [element, *element.iterancestors()] if element not in known else [element]
    within = list(takewhile(lambda e: e.tag not in _WHOLE and e not in known, path))
    around = path[len(within)] if len(within) < len(path) else None
    apart = known.get(around, False)
    for node in reversed(within):
        apart = known[node] = apart or _calls_itself(node) is not None
    return apart


def _calls_itself(element: Element) -> str | None:
    """What an element that is no part of an article says it is, if it says so."""
    label = f"{element.get('class') or ''} {element.get('id') or ''}"
    for tag, pattern, reason in _PLACES:
        if (tag and element.tag == tag) or pattern.search(label):
            return reason
    return None
