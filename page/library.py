"""What the collection view shows: its size, its articles and their states, and its updates."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import date

from index.article import Article
from index.collection import Collection
from index.errors import KutipError, NoCollectionError
from index.jobs import Step, Updates
from index.report import Report
from index.snapshot import Snapshot
from page import rendering
from page.asked import ArticleFilter
from page.rendering import LISTED, Listed
from page.shown import language_of, shown
from page.timeline import rank, timeline
from page.wording import Wording


class Library:
    """The collection view of one collection. Safe to use from several threads."""

    def __init__(self, collection: Collection, updates: Updates) -> None:
        """Show this collection and its updates; it is opened by the first view that needs it."""
        self._collection = collection
        self._updates = updates
        self._checking = threading.Lock()
        self._pending: Report | None = None

    def check(self) -> None:
        """Compare the folder with the collection, for the states of the articles.

        Nothing when that cannot be done, when an update runs, or when another reader does it.
        """
        state = self._updates.state
        if (state and state.running) or not self._checking.acquire(blocking=False):
            return
        try:
            self._pending = self._collection.update(self._updates.folder(), dry_run=True)
        except KutipError:
            self._pending = None  # the panel says what is wrong
        finally:
            self._checking.release()

    def panel(self, w: Wording, step: Step | None = None) -> str:
        """The collection's size and folder, with the state of its update (default: the last)."""

        def show() -> str:
            now = step or self._updates.state
            self._forget_what_was_done(now)
            articles = passages = 0
            said = _said(now, w)
            alarm = bool(now and not now.running and now.report is None and not now.cancelled)
            try:
                snapshot = self._collection.snapshot()
                articles, passages = len(snapshot.articles), len(snapshot.passages)
            except NoCollectionError:
                pass  # not before the first update ends
            except KutipError as error:
                said, alarm = said or str(error), True
            try:
                folder = self._updates.folder()
            except KutipError as error:
                folder, said, alarm = None, said or str(error), True
            return rendering.collection_panel(
                w, articles=articles, passages=passages, folder=str(folder) if folder else None,
                folder_missing=folder is not None and not folder.is_dir(),
                running=bool(now and now.running), cancelling=bool(now and now.cancelling),
                report=now.report if now else None,
                pending=self._waiting(), message=said, alarm=alarm,
            )  # fmt: skip

        return shown(show, w)

    def progress(self, w: Wording, step: Step | None = None) -> str:
        """How far the update is (default: the last one), or nothing when none runs."""

        def show() -> str:
            now = step or self._updates.state
            if now is None or now.progress is None:
                return ""
            stage, done, total = now.progress
            stage = w.cancelling if now.cancelling else stage or w.starting
            return rendering.progress(stage, done, total, w)

        return shown(show, w)

    def articles(self, narrowed: ArticleFilter, w: Wording) -> str:
        """The articles that pass, newest first, over a picture of when their outlets wrote."""

        def show() -> str:
            snapshot = self._collection.snapshot()
            everything = snapshot.articles.summaries()
            matching = [article for article in everything if narrowed.admits(article)]
            matching.sort(key=lambda article: article.published or date.min, reverse=True)
            states = _states(self._pending)
            listed = [_listed(snapshot, one.id, states) for one in matching[:LISTED]]
            strangers = _strangers(states, snapshot.articles)
            found = [one for one in strangers if narrowed.admits_file(one.id)]
            return rendering.article_list(
                [*found[:LISTED], *listed], w, matching=len(found) + len(matching),
                total=len(strangers) + len(everything), narrowed=narrowed,
                period=timeline(matching, rank(everything), w) if everything else None,
            )  # fmt: skip

        # The panel above the list already says what is wrong with the collection.
        return shown(show, w, quiet=True)

    def outlets(self, w: Wording) -> str:
        """The outlets of the collection, for the filters."""

        def show() -> str:
            articles = self._collection.snapshot().articles.summaries()
            return rendering.outlets((a.outlet for a in articles if a.outlet), w)

        return shown(show, w, quiet=True)

    def _forget_what_was_done(self, now: Step | None) -> None:
        """After an update, what was pending is done; only what it skipped stays as it is."""
        if now is not None and now.report is not None and self._pending is not None:
            done = now.report
            if self._pending.generation < done.generation:
                self._pending = Report(done.folder, skipped=done.skipped)

    def _waiting(self) -> int:
        pending = self._pending
        if pending is None:
            return 0
        others = len(pending.added) + len(pending.changed) + len(pending.removed)
        return others + len(pending.moved)


def _states(pending: Report | None) -> Mapping[str, tuple[str, str | None]]:
    """The state of every article that is not simply indexed, and the reason of a failure."""
    if pending is None:
        return {}
    found: dict[str, tuple[str, str | None]] = {}
    for state, names in (
        ("new", pending.added),
        ("changed", pending.changed),
        ("moved", [old for old, _ in pending.moved]),
        ("removed", pending.removed),
    ):
        found |= dict.fromkeys(names, (state, None))
    return found | {path: ("failed", reason) for path, reason in pending.skipped}


def _listed(
    snapshot: Snapshot, identity: str, states: Mapping[str, tuple[str, str | None]]
) -> Listed:
    """An article of the collection as a row of the list."""
    article = snapshot.articles[identity]
    state, reason = states.get(identity, ("indexed", None))
    return Listed(identity, article, snapshot.size(identity), state, reason, language_of(article))


def _strangers(
    states: Mapping[str, tuple[str, str | None]], known: Mapping[str, Article]
) -> list[Listed]:
    """Files that are in the folder and not in the collection: new ones, and failures."""
    return [
        Listed(name, None, 0, state, reason)
        for name, (state, reason) in sorted(states.items())
        if name not in known
    ]


def _said(now: Step | None, w: Wording) -> str | None:
    """How an update ended, in one line; None while it runs."""
    if now is None or now.running:
        return None
    if now.cancelled:
        return w.cancelled
    if now.report is None:
        return w.unexpected if now.error is None else str(now.error)
    report = now.report
    return w.fill(
        w.updated,
        added=len(report.added), changed=len(report.changed), moved=len(report.moved),
        removed=len(report.removed), unchanged=len(report.unchanged),
        skipped=len(report.skipped), encoded=report.encoded,
        seconds=round(report.seconds, 1),
    )  # fmt: skip
