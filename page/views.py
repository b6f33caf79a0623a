"""What each action of a reader shows: the collection's answers as HTML, and its errors as notices.

Nothing here knows the web framework. Whatever comes from the browser is a number, an article's id
or plain text, and is looked up or checked here.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from index.article import Article
from index.collection import Collection
from index.jobs import Updates
from index.snapshot import Snapshot
from page import rendering
from page.asked import Asked
from page.exporting import json_address, to_markdown
from page.news import News
from page.rendering import Mark, Opened
from page.shown import ToldError, language_of, shown
from page.wording import Wording
from qa.answer import Answer, Citation, Hit, Version
from qa.answering import ask
from qa.lookup import Lookup, find

# Passages listed below an answer: as many as the command line shows.
CLOSE_PASSAGES = 5
LOOKUP_PASSAGES = 20


class Views:
    """The views of one collection. Safe to use from several threads."""

    def __init__(self, collection: Collection, updates: Updates | None = None) -> None:
        """Show this collection and its updates; it is opened by the first view that needs it."""
        self._collection = collection
        self._updates = updates or Updates(collection)
        self.news = News(collection)

    def blank(self, w: Wording) -> str:
        """What is shown where nothing is asked: where Back leads from the first question."""
        return shown(lambda: "", w)

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
            self.news.keep()
            articles = _articles_of(answer.hits, snapshot)
            return rendering.answer(
                answer, articles, _languages(articles.values()), w,
                markdown=to_markdown(answer, w), json_address=json_address(asked),
            )  # fmt: skip

        return shown(show, w), given[0] if given else None

    def find(self, asked: Asked, w: Wording) -> tuple[str, Lookup | None]:
        """The passages that match a query, and the Lookup whose hits may then be opened."""
        given: list[Lookup] = []

        def show() -> str:
            where = asked.where()
            # One more than is shown tells whether there are more.
            wider = find(self._collection, asked.text, k=LOOKUP_PASSAGES + 1, where=where)
            found = wider.best(LOOKUP_PASSAGES)
            snapshot = self._collection.snapshot()
            if not snapshot.articles:
                return self._no_articles(w)
            given.append(found)
            self.news.keep()
            articles = _articles_of(found.hits, snapshot)
            languages = _languages(articles.values())
            return rendering.lookup(found, articles, languages, w, more=wider is not found)

        return shown(show, w), given[0] if given else None

    def open_citation(self, answer: Answer | None, n: int, w: Wording) -> str:
        """The article that citation `n` quotes, with all its quotes marked."""

        def show() -> str:
            citation = next((c for c in answer.citations if c.n == n), None) if answer else None
            if answer is None or citation is None:
                raise ToldError(w.outdated)
            article, _ = self._whole(citation.article, w)
            same = [c for c in answer.citations if c.article == article.id]
            if any(article.text[c.start : c.end] != c.quote for c in same):
                raise ToldError(w.outdated)
            return self._read(
                Opened(
                    article,
                    focus=(citation.start, citation.end),
                    marks=tuple(Mark(c.start, c.end, c.n) for c in same),
                    citations=tuple(c for c in same if c is citation or _apart(c, same)),
                    total=len(answer.citations),
                ),
                w,
            )

        return shown(show, w, beside=True)

    def open_beside(self, answer: Answer | None, n: int, w: Wording) -> str:
        """The article that is open when an answer appears: that of citation `n`, else the first.

        Nothing for 0, or without citations.
        """
        if n < 1 or answer is None or not answer.citations:
            return ""
        return self.open_citation(answer, n if n <= len(answer.citations) else 1, w)

    def open_hit(self, result: Answer | Lookup | None, rank: int, w: Wording) -> str:
        """The article of the hit of this rank, at the passage, with the matches of a lookup."""

        def show() -> str:
            hits = result.hits if result else ()
            place = next((i for i, hit in enumerate(hits) if hit.rank == rank), None)
            if place is None:
                raise ToldError(w.outdated)
            passage = hits[place].passage
            article, count = self._whole(passage.article, w)
            if article.text[passage.start : passage.end] != passage.text:
                raise ToldError(w.outdated)
            looked_up = isinstance(result, Lookup)
            matches = result.matches[place] if isinstance(result, Lookup) else ()
            return self._read(
                Opened(
                    article,
                    focus=(passage.start, passage.end),
                    marks=tuple(Mark(*span) for span in matches),
                    total=len(hits),
                    hit=rank if looked_up else None,
                    passages=count if looked_up else None,
                ),
                w,
            )

        return shown(show, w, beside=True)

    def open_version(
        self, result: Answer | Lookup | None, n: int, place: int, w: Wording, *, citation: bool
    ) -> str:
        """The article of version `place`, from 1, of a citation or hit, where it says the same."""

        def show() -> str:
            versions = _versions(result, n, citation=citation)
            if not 0 < place <= len(versions):
                raise ToldError(w.outdated)
            version = versions[place - 1]
            article, _ = self._whole(version.article, w)
            if article.text[version.start : version.end] != version.quote:
                raise ToldError(w.outdated)
            focus = (version.start, version.end)
            return self._read(Opened(article, focus, (Mark(*focus),) if citation else ()), w)

        return shown(show, w, beside=True)

    def open_article(self, identity: str, w: Wording) -> str:
        """An article of the collection, with what cleaning left out."""

        def show() -> str:
            article, count = self._whole(identity, w)
            return self._read(Opened(article, focus=(0, 0), marks=(), passages=count), w)

        return shown(show, w, beside=True)

    def folder(self) -> Path:
        """The folder the collection is made from. Raises CollectionError."""
        return self._updates.folder()

    def _whole(self, identity: str, w: Wording) -> tuple[Article, int]:
        """An article and how many passages it has."""
        found = self._collection.passages(identity)
        if found is None:
            raise ToldError(w.gone)
        article, passages = found
        return article, len(passages)

    def _read(self, opened: Opened, w: Wording) -> str:
        return rendering.article(opened, language_of(opened.article), w)

    def _no_articles(self, w: Wording) -> str:
        return rendering.no_articles(str(self.folder()), w)


def _versions(result: Answer | Lookup | None, n: int, *, citation: bool) -> tuple[Version, ...]:
    """The other versions of citation `n`, or of the hit of this rank."""
    if citation:
        told = result.citations if isinstance(result, Answer) else ()
        return next((c.also for c in told if c.n == n), ())
    return next((hit.also for hit in (result.hits if result else ()) if hit.rank == n), ())


def _apart(citation: Citation, others: Iterable[Citation]) -> bool:
    """Whether none of the others overlaps a citation, so that its mark can be whole."""
    return all(
        other is citation or other.end <= citation.start or citation.end <= other.start
        for other in others
    )


def _articles_of(hits: Iterable[Hit], snapshot: Snapshot) -> dict[str, Article]:
    """The articles of the hits that are still there."""
    wanted = {hit.passage.article for hit in hits}
    return {i: snapshot.articles[i] for i in wanted if i in snapshot.articles}


def _languages(articles: Iterable[Article]) -> dict[str, str]:
    return {article.id: language_of(article) for article in articles}
