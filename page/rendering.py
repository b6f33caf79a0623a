"""Answers, articles and lists to HTML, in which everything that is shown is shown literally.

The HTML reaches the browser as the value of a `gr.HTML`, whose front end knows two template
languages and one keyword. Besides what HTML needs, their characters are escaped too, so it does
not matter whether a value is ever read as a template.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from index.article import Article, Block
from index.report import Report
from page.asked import ArticleFilter
from page.sources import safe_url, source_line
from page.timeline import Timeline
from page.wording import EXAMPLES, LANGUAGES, LOOKUPS, Wording
from qa.answer import Answer, Citation, Hit
from qa.lookup import Lookup
from qa.operators import MAX_CHARS

Span = tuple[int, int]

# Below four in five, one answer in five is wrong: the reader is told to look twice.
WEAK = 0.8

# Longer lists of articles are cut, and say so.
LISTED = 200

# `${...}` and `{{...}}` are templates, `@children` a keyword (gradio/components/html.py).
_TEMPLATE_SIGNS = str.maketrans({sign: f"&#{ord(sign)};" for sign in "${}`@"})


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of an article to highlight: `n` is its citation, if any."""

    start: int
    end: int
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text that is inside one mark, or inside none."""

    text: str
    mark: Mark | None
    first: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """An article as the reader shows it.

    `focus` is the span scrolled into view. `citations` are those of `total` that the article has
    marks for, the one of the focus among them: the browser turns from one to another by itself.
    `hit` is the rank of what a look-up found here, of `total`.
    `passages` is their number when the article itself was asked for, with what was left out.
    """

    article: Article
    focus: Span
    marks: tuple[Mark, ...]
    citations: tuple[Citation, ...] = ()
    total: int = 0
    hit: int | None = None
    passages: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the list of articles: an article of the collection, or a file that is not in it.

    `state` is "indexed", "changed", "new", "moved", "removed" or "failed", the last with its
    `reason`. `language` is the article's ISO 639-1 code, "und" if unknown.
    """

    id: str
    article: Article | None
    passages: int
    state: str = "indexed"
    reason: str | None = None
    language: str = "und"


def literal(value: object) -> Markup:
    """`value` as HTML that shows it as it is, also where `gr.HTML` templates are evaluated."""
    if isinstance(value, Markup):
        return value
    return Markup(str(escape(value)).translate(_TEMPLATE_SIGNS))  # noqa: S704 - escaped just now


def segments(text: str, span: Span, marks: Iterable[Mark]) -> list[Segment]:
    """`text[span]` cut where a mark begins or ends; of marks that overlap, the first given wins."""
    start, end = span
    inside = [mark for mark in marks if mark.start < end and mark.end > start]
    edges = [edge for mark in inside for edge in (mark.start, mark.end)]
    cuts = sorted({start, end, *(min(max(edge, start), end) for edge in edges)})
    found: list[tuple[int, int, Mark | None]] = []
    for left, right in pairwise(cuts):
        owner = next((m for m in inside if m.start <= left and right <= m.end), None)
        if found and found[-1][2] is owner:
            found[-1] = (found[-1][0], right, owner)
        else:
            found.append((left, right, owner))
    seen: set[Mark] = set()
    made: list[Segment] = []
    for left, right, owner in found:
        first = owner is not None and owner not in seen and owner.start >= left
        made.append(Segment(text[left:right], owner, first))
        seen |= {owner} if owner else set()
    return made


def header(w: Wording) -> str:
    """The page's name, the language switch and the theme switch."""
    return _render("header.html", w, languages=LANGUAGES.values())


def ask_form(w: Wording) -> str:
    """The question box with its filters and examples."""
    return _render("form.html", w, name="question", hint=w.question, button=w.ask,
                   examples=EXAMPLES, help=None, max_chars=MAX_CHARS)  # fmt: skip


def find_form(w: Wording) -> str:
    """The look-up box with its filters and examples."""
    return _render("form.html", w, name="query", hint=w.query, button=w.find,
                   examples=LOOKUPS, help=w.find_help, max_chars=MAX_CHARS)  # fmt: skip


def outlets(names: Iterable[str], w: Wording) -> str:
    """The suggestions of the outlet filter."""
    return _render("outlets.html", w, names=sorted(set(names), key=str.casefold))


def answer(
    given: Answer,
    articles: Mapping[str, Article],
    languages: Mapping[str, str],
    w: Wording,
    *,
    markdown: str = "",
    json_address: str = "",
) -> str:
    """An answer with its citations, or an honest "not in these articles".

    `articles` holds those of the hits, `languages` their ISO 639-1 codes. `markdown` and
    `json_address` are what can be saved of it.
    """
    cited = {citation.passage.id for citation in given.citations}
    return _render("answer.html", w, answer=given, articles=articles, languages=languages,
                   others=[hit for hit in given.hits if hit.passage.id not in cited],
                   weak=given.confidence < WEAK,
                   markdown=markdown, json_address=json_address)  # fmt: skip


def lookup(
    found: Lookup,
    articles: Mapping[str, Article],
    languages: Mapping[str, str],
    w: Wording,
    *,
    more: bool,
) -> str:
    """Passages that match, with the matches marked; `more` says that there are others."""
    shown: list[tuple[Hit, list[Segment]]] = []
    for hit, spans in zip(found.hits, found.matches, strict=True):
        text, offset = hit.passage.text, hit.passage.start
        marks = [Mark(start - offset, end - offset) for start, end in spans]
        shown.append((hit, segments(text, (0, len(text)), marks)))
    return _render("lookup.html", w, found=found, shown=shown, articles=articles,
                   languages=languages, more=more)  # fmt: skip


def article(opened: Opened, language: str, w: Wording) -> str:
    """An article to read, with its marks; `language` is its ISO 639-1 code, "und" if unknown."""
    marks = sorted(opened.marks, key=lambda mark: (mark.start, mark.end) != opened.focus)
    text, focus = opened.article.text, opened.focus
    blocks = [
        (block, segments(text, (block.start, block.end), marks), _meets(block, focus))
        for block in opened.article.blocks
    ]
    return _render("article.html", w, opened=opened, blocks=blocks, language=language,
                   url=safe_url(opened.article.url))  # fmt: skip


def collection_panel(
    w: Wording,
    *,
    articles: int,
    passages: int,
    folder: str | None,
    folder_missing: bool = False,
    running: bool = False,
    cancelling: bool = False,
    report: Report | None = None,
    pending: int = 0,
    message: str | None = None,
    alarm: bool = False,
) -> str:
    """The collection's size and the update button, with what an update did.

    While one is `running` there is a cancel button instead. `pending` is how many files wait for
    an update; `alarm` makes `message` an error.
    """
    return _render("panel.html", w, articles=articles, passages=passages, folder=folder,
                   folder_missing=folder_missing, running=running,
                   cancelling=cancelling, report=report, listed=LISTED,
                   pending=pending, message=message, alarm=alarm)  # fmt: skip


def progress(stage: str, done: int, total: int, w: Wording) -> str:
    """How far an update is. A pane of its own, so that the cancel button stands still."""
    return _render("progress.html", w, stage=stage, done=done, total=total)


def article_filter(w: Wording) -> str:
    """The box that narrows the list of articles."""
    return _render("filter.html", w, max_chars=MAX_CHARS)


def article_list(
    shown: Sequence[Listed],
    w: Wording,
    *,
    matching: int,
    total: int,
    narrowed: ArticleFilter,
    period: Timeline | None,
) -> str:
    """Articles with their states under the picture of their time; `matching` of `total` pass."""
    return _render("list.html", w, shown=shown, matching=matching, total=total, narrowed=narrowed,
                   period=period)  # fmt: skip


def no_articles(folder: str, w: Wording) -> str:
    """What to do when there is nothing to search."""
    return _render("notice.html", w, heading=w.no_articles,
                   text=w.no_articles_why.format(folder=folder), alarm=False,
                   foreign=False, beside=False)  # fmt: skip


def notice(text: str, w: Wording, *, foreign: bool = False, beside: bool = False) -> str:
    """One line that says what went wrong and what to do; `foreign` if in English at any rate.

    `beside` when it stands in an article's place, and is closed like one.
    """
    return _render("notice.html", w, heading=None, text=text, alarm=True, foreign=foreign,
                   beside=beside)  # fmt: skip


def news(changes: str, w: Wording) -> str:
    """That the collection has changed since what is shown, `changes` saying how, if known."""
    return _render("news.html", w, changes=changes)


def _meets(block: Block, focus: Span) -> bool:
    return block.start < focus[1] and focus[0] < block.end


def _render(template: str, w: Wording, **facts: Any) -> str:
    return _templates().get_template(template).render(w=w, **facts)


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("page"),
        autoescape=True,
        finalize=literal,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["source_line"] = source_line
    return environment
