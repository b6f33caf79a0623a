"""What an update has to do: every page of the folder held against what the collection has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath
from typing import Any

from index.article import Article, Page, Passage, Skipped
from index.cleaning import clean
from index.passages import CountTokens, split
from index.reading import Unchanged
from index.records import Known, SourceFile
from index.stages import timed

NO_PROSE = "no prose on the page, only furniture"
Progress = Callable[[str, int, int], None]
Made = dict[str, tuple[Article, tuple[Passage, ...]]]
# Articles cleaned anew and ids that are gone, to all articles of their outlets as these pages
# together show them, and to those of them that were in the collection, as they were there.
Settle = Callable[
    [Mapping[str, Article], Collection[str]], tuple[dict[str, Article], dict[str, Article]]
]


@dataclass(slots=True)
class Update:
    """What an update did, or with `dry_run` would do. The lists hold article ids.

    `moved` pairs the old id with the new one. `skipped` pairs what was not read (or has no prose)
    with the reason, `warnings` the articles that were read in part or with doubts with what was
    lost; `ignored` are files that nobody expects to be read, by the rule of their names. `kept`
    are articles whose file could not be read this time: the last good version stays. `encoded`
    counts the passages of which anything was encoded, `cut` those among them that were longer, with
    their context, than the encoder takes.
    """

    folder: str
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    moved: list[tuple[str, str]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    passages: int = 0
    encoded: int = 0
    cut: int = 0
    generation: int = 0
    seconds: float = 0.0
    dry_run: bool = False

    def __bool__(self) -> bool:
        """Whether readers can tell the difference."""
        return bool(self.added or self.changed or self.moved or self.removed)

    def to_dict(self) -> dict[str, Any]:
        """The update as a JSON object."""
        return asdict(self) | {"reasons": self.reasons()}

    def reasons(self) -> dict[str, dict[str, int]]:
        """How many were skipped, and read with losses or doubts, by the kind of reason."""
        groups = {"skipped": self.skipped, "warnings": self.warnings}
        return {
            name: dict(Counter(kind_of_reason(reason) for _, reason in pairs).most_common())
            for name, pairs in groups.items()
        }

    @property
    def complete(self) -> bool:
        """Whether everything was read, without a loss or a doubt."""
        return not (self.skipped or self.warnings or self.kept)


def kind_of_reason(reason: str) -> str:
    """A reason without what differs from file to file: its numbers and what it quotes."""
    return re.sub(r"“[^”]*”", "“…”", re.sub(r"\d[\d.,]*", "N", reason))


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
    report: Update,
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
    plan = Plan()
    fresh: dict[str, Article] = {}
    of_file = before.by_file()
    seen: set[str] = set()
    unreadable: set[str] = set()
    # Files of which another try may give more: they are read again the next time.
    again: set[str] = set()
    skipped: dict[str, list[tuple[str, str]]] = {}
    for count, page in enumerate(pages, start=1):
        tell("reading", count, count)
        if isinstance(page, Unchanged):
            path = page.path
            file = plan.files[path] = before.files[path]
            articles = of_file.get(path, [])
            known = before.articles.get(path)
            if known and known.file == path:
                articles = [path, *articles]
            _repeat(report, before, articles, file)
            seen.update(articles)
        elif isinstance(page, Skipped) and page.by_rule:
            report.ignored.append(page.path)
        elif isinstance(page, Skipped):
            skipped.setdefault(page.source, []).append((page.where, page.reason))
            report.skipped.append((page.where, page.reason))
            unreadable.add(page.path)
            if page.stamp:
                plan.files[page.source] = SourceFile(page.stamp)
            else:
                again.add(page.source)
        elif page.id in seen:
            report.skipped.append((page.id, "another file has the same printed name"))
            again.add(page.source)
        elif _place(plan, report, fresh, page, before.articles.get(page.id), anew=anew):
            seen.add(page.id)
        else:
            skipped.setdefault(page.source, []).append((page.id, NO_PROSE))
            report.skipped.append((page.id, NO_PROSE))
    kept = _find_gone(report, before, seen, unreadable)
    _sort(plan, report, before, fresh, settle, count_tokens)
    _find_moved(report, before, plan)
    for path in skipped.keys() & plan.files.keys():
        plan.files[path] = plan.files[path]._replace(
            skipped=tuple(skipped[path]), kept=tuple(kept.get(path, ()))
        )
    for path in again:
        plan.files.pop(path, None)
    return plan


def _place(
    plan: Plan,
    report: Update,
    fresh: dict[str, Article],
    page: Page,
    known: Known | None,
    *,
    anew: bool,
) -> bool:
    """Clean one page unless it is known; whether it is an article."""
    if page.stamp:
        plan.files[page.source] = SourceFile(page.stamp)
    if known and not anew and (known.source_digest, known.file) == (page.digest, page.source):
        _leave(report, page.id, known)
        return True
    article = clean(page)
    if not article.text:
        return False
    report.warnings += [(page.id, warning) for warning in article.warnings]
    fresh[page.id] = article
    plan.sources[page.id] = page.source
    return True


def _sort(
    plan: Plan,
    report: Update,
    before: Before,
    fresh: dict[str, Article],
    settle: Settle,
    count_tokens: CountTokens,
) -> None:
    """Settle the articles, and put those that are new or came out otherwise than they stood."""
    settled, stood = settle(fresh, report.removed)
    told_otherwise: set[str] = set()
    for identity, article in sorted(settled.items()):
        known = before.articles.get(identity)
        if identity not in fresh and article == stood[identity]:
            continue
        if known is None:
            report.added.append(identity)
        elif identity not in fresh:
            # Its page is the old one; what other pages tell of its lines is new.
            if article.digest != known.digest:
                told_otherwise.add(identity)
            plan.sources[identity] = known.file
        elif article.digest == known.digest:
            # At most the furniture changed; put again for its dropped lines.
            report.unchanged.append(identity)
        else:
            report.changed.append(identity)
        plan.made[identity] = article, split(article, count_tokens=count_tokens)
    # Of those that are kept because their file cannot be read, that is what is told.
    report.changed += [identity for identity in report.unchanged if identity in told_otherwise]
    report.unchanged = [i for i in report.unchanged if i not in told_otherwise]


def _leave(report: Update, identity: str, known: Known) -> None:
    """An article stays as it is; what was lost when it was read is still lost."""
    report.unchanged.append(identity)
    if known.warnings:
        report.warnings += [(identity, warning) for warning in known.warnings]


def _repeat(report: Update, before: Before, articles: Iterable[str], file: SourceFile) -> None:
    """Of a file that is not read again: its articles stay, and what was wrong still is."""
    _, skipped, kept = file
    report.skipped += skipped
    for identity in articles:
        if kept and identity in kept:
            report.kept.append(identity)
        else:
            _leave(report, identity, before.articles[identity])


def _find_gone(
    report: Update, before: Before, seen: set[str], unreadable: set[str]
) -> dict[str, list[str]]:
    """Known articles that were not seen are removed, or kept if they could not be read: by file."""
    kept: dict[str, list[str]] = {}
    for gone in sorted(before.articles.keys() - seen):
        file = before.articles[gone].file
        if {gone, file, *map(str, PurePosixPath(gone).parents)} & unreadable:
            kept.setdefault(file, []).append(gone)
            report.kept.append(gone)
        else:
            report.removed.append(gone)
    report.kept.sort()
    return kept


def _find_moved(report: Update, before: Before, plan: Plan) -> None:
    """An article that is gone and one that came with the same content are one that moved."""
    came: dict[str, list[str]] = {}
    for identity in report.added:
        came.setdefault(plan.made[identity][0].digest, []).append(identity)
    for gone in report.removed:
        if arrived := came.get(before.articles[gone].digest):
            report.moved.append((gone, arrived.pop(0)))
    old, new = {old for old, _ in report.moved}, {new for _, new in report.moved}
    report.removed = [identity for identity in report.removed if identity not in old]
    report.added = [identity for identity in report.added if identity not in new]
