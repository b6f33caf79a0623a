"""What each action of a reader shows: the collection's answers as HTML, and its errors as notices.

Nothing here knows the web framework. Whatever comes from the browser is a number, an article's id
or plain text, and is looked up or checked here.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from index.article import Article
from index.collection import Collection
from index.errors import InputError, KutipError
from index.snapshot import Snapshot
from index.updating import Update
from page import rendering
from page.asked import Asked
from page.rendering import Mark, Opened
from page.wording import Wording
from qa.answer import Answer, Hit
from qa.answering import ask
from qa.language import identify
from qa.lookup import Lookup, find

LOG = logging.getLogger("kutip.page")
# Passages listed below an answer: as many as the command line shows.
CLOSE_PASSAGES = 5
LOOKUP_PASSAGES = 20
# A list longer than this is narrowed by typing, not by scrolling.
LISTED_ARTICLES = 200
# An article's language shows in its opening; more text only costs time.
OPENING_CHARS = 2000


class Views:
    """The views of one collection. Safe to use from several threads."""

    def __init__(self, collection: Collection) -> None:
        """Show this collection; it is opened by the first view that needs it."""
        self._collection = collection

    def ask(self, asked: Asked, w: Wording) -> tuple[str, Answer | None]:
        """The answer to a question, and the Answer whose citations may then be opened."""
        given: list[Answer] = []

        def show() -> str:
            where = asked.where()
            answer = ask(self._collection, asked.text, k=CLOSE_PASSAGES, where=where)
            snapshot = self._collection.snapshot()
            if not snapshot.articles:
                return self._no_articles(w)
            given.append(answer)
            articles = _articles_of(answer.hits, snapshot)
            return rendering.answer(answer, articles, _languages(articles.values()), w)

        return shown(show, w), given[0] if given else None

    def find(self, asked: Asked, w: Wording) -> tuple[str, Lookup | None]:
        """The passages that match a query, and the Lookup whose hits may then be opened."""
        given: list[Lookup] = []

        def show() -> str:
            where = asked.where()
            found = find(self._collection, asked.text, k=LOOKUP_PASSAGES, where=where)
            snapshot = self._collection.snapshot()
            if not snapshot.articles:
                return self._no_articles(w)
            given.append(found)
            articles = _articles_of(found.hits, snapshot)
            return rendering.lookup(found, articles, _languages(articles.values()), w)

        return shown(show, w), given[0] if given else None

    def open_citation(self, answer: Answer | None, n: int, w: Wording) -> str:
        """The article that citation `n` quotes, with all its quotes marked."""

        def show() -> str:
            citation = next((c for c in answer.citations if c.n == n), None) if answer else None
            if answer is None or citation is None:
                raise InputError(w.outdated)
            article = self._article(citation.article, w)
            same = [c for c in answer.citations if c.article == article.id]
            if any(article.text[c.start : c.end] != c.quote for c in same):
                raise InputError(w.outdated)
            return self._read(
                Opened(
                    article,
                    focus=(citation.start, citation.end),
                    marks=tuple(Mark(c.start, c.end, c.n) for c in same),
                    citation=citation,
                    total=len(answer.citations),
                ),
                w,
            )

        return shown(show, w)

    def open_hit(self, result: Answer | Lookup | None, rank: int, w: Wording) -> str:
        """The article of the hit of this rank, at the passage, with the matches of a lookup."""

        def show() -> str:
            hits = result.hits if result else ()
            place = next((i for i, hit in enumerate(hits) if hit.rank == rank), None)
            if place is None:
                raise InputError(w.outdated)
            passage = hits[place].passage
            article = self._article(passage.article, w)
            if article.text[passage.start : passage.end] != passage.text:
                raise InputError(w.outdated)
            matches = result.matches[place] if isinstance(result, Lookup) else ()
            return self._read(
                Opened(
                    article,
                    focus=(passage.start, passage.end),
                    marks=tuple(Mark(*span) for span in matches),
                ),
                w,
            )

        return shown(show, w)

    def open_article(self, identity: str, w: Wording) -> str:
        """An article of the collection, with what cleaning left out."""

        def show() -> str:
            snapshot = self._collection.snapshot()
            article = self._article(identity, w)
            return self._read(
                Opened(
                    article,
                    focus=(0, 0),
                    marks=(),
                    passages=sum(p.article == identity for p in snapshot.passages),
                ),
                w,
            )

        return shown(show, w)

    def articles(self, text: str, w: Wording) -> str:
        """The articles whose title, outlet or file name has `text` in it, newest first."""

        def show() -> str:
            snapshot = self._collection.snapshot()
            wanted = text.strip().casefold()
            matching = [
                article for article in snapshot.articles.values()
                if wanted in f"{article.title}\n{article.outlet or ''}\n{article.id}".casefold()
            ]  # fmt: skip
            matching.sort(key=lambda article: article.published or date.min, reverse=True)
            passages = Counter(passage.article for passage in snapshot.passages)
            shown_here = [(article, passages[article.id]) for article in matching[:LISTED_ARTICLES]]
            total = len(snapshot.articles)
            return rendering.article_list(shown_here, w, matching=len(matching), total=total)

        # The panel above the list already says what is wrong with the collection.
        return shown(show, w, quiet=True)

    def outlets(self, w: Wording) -> str:
        """The outlets of the collection, for the filters."""

        def show() -> str:
            articles = self._collection.snapshot().articles.values()
            return rendering.outlets((a.outlet for a in articles if a.outlet), w)

        return shown(show, w, quiet=True)

    def panel(
        self,
        w: Wording,
        *,
        progress: tuple[str, int, int] | None = None,
        report: Update | None = None,
        message: str | None = None,
        alarm: bool = False,
    ) -> str:
        """The collection's size and folder, with the state of an update."""

        def show() -> str:
            articles = passages = 0
            folder: Path | None = None
            said, alarmed = message, alarm
            try:
                snapshot = self._collection.snapshot()
                articles, passages = len(snapshot.articles), len(snapshot.passages)
                folder = self.folder()
            except KutipError as error:
                said, alarmed = said or str(error), True
            return rendering.collection_panel(
                w, articles=articles, passages=passages, folder=str(folder) if folder else None,
                folder_missing=folder is not None and not folder.is_dir(),
                progress=progress, report=report, message=said, alarm=alarmed,
            )  # fmt: skip

        return shown(show, w)

    def folder(self) -> Path:
        """The folder the collection is made from. Raises CollectionError."""
        return self._collection.folder()

    def _article(self, identity: str, w: Wording) -> Article:
        article = self._collection.article(identity)
        if article is None:
            raise InputError(w.gone)
        return article

    def _read(self, opened: Opened, w: Wording) -> str:
        return rendering.article(opened, _language(opened.article), w)

    def _no_articles(self, w: Wording) -> str:
        return rendering.no_articles(str(self.folder()), w)


def shown(show: Callable[[], str], w: Wording, *, quiet: bool = False) -> str:
    """What `show` makes, or a notice of what went wrong; never an exception.

    An error of Kutip's own is shown in its words, unless `quiet`; any other is logged, and the
    reader is told no more than that. The comment at the end lets the browser notice that the same
    was shown anew.
    """
    try:
        made = show()
    except KutipError as error:
        made = "" if quiet else rendering.notice(str(error), w)
    except Exception:
        LOG.exception("a view failed")
        made = rendering.notice(w.unexpected, w)
    return f"{made}<!-- {time.monotonic_ns()} -->"


def _articles_of(hits: Iterable[Hit], snapshot: Snapshot) -> dict[str, Article]:
    """The articles of the hits that are still there."""
    wanted = {hit.passage.article for hit in hits}
    return {i: snapshot.articles[i] for i in wanted if i in snapshot.articles}


def _languages(articles: Iterable[Article]) -> dict[str, str]:
    return {article.id: _language(article) for article in articles}


def _language(article: Article) -> str:
    return identify(article.text[:OPENING_CHARS])
