"""What an update has to do: every page of the folder held against what the collection has."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from index.article import Article, Page, Passage, Skipped
from index.cleaning import clean
from index.passages import CountTokens, split
from index.reading import Unchanged
from index.records import Known, SourceFile
from index.report import Report
from index.stages import timed

NO_PROSE = "no prose on the page, only furniture"
Progress = Callable[[str, int, int], None]
Made = dict[str, tuple[Article, tuple[Passage, ...]]]
# Articles cleaned anew and ids that are gone, to all articles of their outlets as these pages
# together show them, and to those of them that were in the collection, as they were there.
Settle = Callable[
    [Mapping[str, Article], Collection[str]], tuple[dict[str, Article], dict[str, Article]]
]


@dataclass(frozen=True, slots=True)
class Before:
    """What the collection had: articles by id, files by path, and who made it how."""

    articles: Mapping[str, Known] = field(default_factory=dict)
    files: Mapping[str, SourceFile] = field(default_factory=dict)
    meta: Mapping[str, str] = field(default_factory=dict)

    @property
    def generation(self) -> int:
        """The generation that readers see; 0 before the first."""
        return int(self.meta.get("generation", 0))

    def by_file(self) -> dict[str, list[str]]:
        """The ids of each file's articles, but for those that are called as their file."""
        found: dict[str, list[str]] = {}
        for identity, known in self.articles.items():
            if known.file != identity:
                found.setdefault(known.file, []).append(identity)
        return found

    def same(self) -> Callable[[str, str], bool]:
        """Tell whether a file is the one that was read: its path and stamp are those."""
        stamps = {path: file.stamp for path, file in self.files.items()}
        return lambda path, stamp: stamps.get(path) == stamp


@dataclass(slots=True)
class Plan:
    """The articles to put, with their passages, and the path of the file that each came from.

    `files` are all those that need not be read the next time if they look the same.
    """

    made: Made = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    files: dict[str, SourceFile] = field(default_factory=dict)


@timed("read, clean and split")
def make_plan(
    report: Report,
    pages: Iterable[Page | Skipped | Unchanged],
    before: Before,
    *,
    count_tokens: CountTokens,
    settle: Settle,
    anew: bool,
    tell: Progress,
) -> Plan:
    """Sort every page into the report; `anew` cleans also what did not change.

    `settle` says what the new pages tell of each other and of those that were there.
    """
    sorting = _Sorting(report, before, anew=anew)
    for count, page in enumerate(pages, start=1):
        tell("reading", count, count)
        sorting.take(page)
    sorting.find_gone()
    sorting.settle(settle, count_tokens)
    sorting.find_moved()
    return sorting.plan()


class _Sorting:
    """Pages on their way into a plan and its report, held against what was there before."""

    def __init__(self, report: Report, before: Before, *, anew: bool) -> None:
        self._report, self._before, self._anew = report, before, anew
        self._of_file = before.by_file()
        self._plan = Plan()
        self._fresh: dict[str, Article] = {}
        self._seen: set[str] = set()
        self._unreadable: set[str] = set()
        # Files of which another try may give more: they are read again the next time.
        self._again: set[str] = set()
        # By file: what in it was not read, and the articles that stay all the same.
        self._skipped: dict[str, list[tuple[str, str]]] = {}
        self._kept: dict[str, list[str]] = {}

    def take(self, page: Page | Skipped | Unchanged) -> None:
        """Sort one page in; clean it unless it is known."""
        if isinstance(page, Unchanged):
            self._repeat(page.path)
        elif isinstance(page, Skipped) and page.by_rule:
            self._report.ignored.append(page.path)
        elif isinstance(page, Skipped):
            self._skip(page.source, page.where, page.reason)
            self._unreadable.add(page.path)
            if page.stamp:
                self._plan.files[page.source] = SourceFile(page.stamp)
            else:
                self._again.add(page.source)
        elif page.id in self._seen:
            self._report.skipped.append((page.id, "another file has the same printed name"))
            self._again.add(page.source)
        elif self._place(page):
            self._seen.add(page.id)
        else:
            self._skip(page.source, page.id, NO_PROSE)

    def find_gone(self) -> None:
        """Known articles that were not seen are removed, or kept if they could not be read."""
        for gone in sorted(self._before.articles.keys() - self._seen):
            file = self._before.articles[gone].file
            if {gone, file, *map(str, PurePosixPath(gone).parents)} & self._unreadable:
                self._kept.setdefault(file, []).append(gone)
                self._report.kept.append(gone)
            else:
                self._report.removed.append(gone)
        self._report.kept.sort()

    def settle(self, settle: Settle, count_tokens: CountTokens) -> None:
        """Settle the articles, and put those that are new or came out otherwise than they stood."""
        report = self._report
        settled, stood = settle(self._fresh, report.removed)
        told_otherwise: set[str] = set()
        for identity, article in sorted(settled.items()):
            known = self._before.articles.get(identity)
            if identity not in self._fresh and article == stood[identity]:
                continue
            if known is None:
                report.added.append(identity)
            elif identity not in self._fresh:
                # Its page is the old one; what other pages tell of its lines is new.
                if article.digest != known.digest:
                    told_otherwise.add(identity)
                self._plan.sources[identity] = known.file
            elif article.digest == known.digest:
                # At most the furniture changed; put again for its dropped lines.
                report.unchanged.append(identity)
            else:
                report.changed.append(identity)
            self._plan.made[identity] = article, split(article, count_tokens=count_tokens)
        # Of those that are kept because their file cannot be read, that is what is told.
        report.changed += [identity for identity in report.unchanged if identity in told_otherwise]
        report.unchanged = [i for i in report.unchanged if i not in told_otherwise]

    def find_moved(self) -> None:
        """An article that is gone and one that came with the same content are one that moved."""
        report = self._report
        came: dict[str, deque[str]] = {}
        for identity in report.added:
            came.setdefault(self._plan.made[identity][0].digest, deque()).append(identity)
        for gone in report.removed:
            if arrived := came.get(self._before.articles[gone].digest):
                report.moved.append((gone, arrived.popleft()))
        old, new = {old for old, _ in report.moved}, {new for _, new in report.moved}
        report.removed = [identity for identity in report.removed if identity not in old]
        report.added = [identity for identity in report.added if identity not in new]

    def plan(self) -> Plan:
        """The plan, with what is to be remembered of each file."""
        files = self._plan.files
        for path in self._skipped.keys() & files.keys():
            files[path] = files[path]._replace(
                skipped=tuple(self._skipped[path]), kept=tuple(self._kept.get(path, ()))
            )
        for path in self._again:
            files.pop(path, None)
        return self._plan

    def _place(self, page: Page) -> bool:
        """Clean one page unless it is known; whether it is an article."""
        known = self._before.articles.get(page.id)
        if page.stamp:
            self._plan.files[page.source] = SourceFile(page.stamp)
        as_before = known and (known.source_digest, known.file) == (page.digest, page.source)
        if known and as_before and not self._anew:
            self._leave(page.id, known)
            return True
        article = clean(page)
        if not article.text:
            return False
        self._report.warnings += [(page.id, warning) for warning in article.warnings]
        self._fresh[page.id] = article
        self._plan.sources[page.id] = page.source
        return True

    def _skip(self, file: str, where: str, reason: str) -> None:
        self._skipped.setdefault(file, []).append((where, reason))
        self._report.skipped.append((where, reason))

    def _leave(self, identity: str, known: Known) -> None:
        """An article stays as it is; what was lost when it was read is still lost."""
        self._report.unchanged.append(identity)
        if known.warnings:
            self._report.warnings += [(identity, warning) for warning in known.warnings]

    def _repeat(self, path: str) -> None:
        """Of a file that is not read again: its articles stay, and what was wrong still is."""
        articles = self._of_file.get(path, [])
        own = self._before.articles.get(path)
        if own and own.file == path:
            articles = [path, *articles]
        file = self._plan.files[path] = self._before.files[path]
        self._report.skipped += file.skipped
        for identity in articles:
            if file.kept and identity in file.kept:
                self._report.kept.append(identity)
            else:
                self._leave(identity, self._before.articles[identity])
        self._seen.update(articles)
