"""Making a collection equal to its folder: cost what changed, publish it at once.

What is there is compared with the folder and a plan made of the difference, which `making` carries
out.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from index.article import Article, Page, Passage, Skipped
from index.backends.backend import Address
from index.embedding import Encoder
from index.encode import Elsewhere
from index.errors import CollectionError, DiskError, InputError, NoCollectionError
from index.late_interaction import LateInteraction
from index.locking import writer_lock
from index.making import RECIPE, Maker, carry_out, foresee
from index.opening import refresh
from index.plan import Before, Plan, Progress, make_plan
from index.reading import Unchanged, check_folder, read_folder
from index.report import Report
from index.sites import settle_all
from index.store import FILE, Store

Pages = Callable[[Before], Iterable[Page | Skipped | Unchanged]]


def mismatch(directory: Path, made_with: str, name: str) -> str:
    """What to say when a collection meets another encoder than the one it was made with."""
    if made_with == name:
        return (
            f"{directory}: made with another version of the encoder {name}; "
            "make it anew with: kutip index --rebuild"
        )
    return (
        f"{directory}: made with the encoder {made_with}, this is {name}; "
        f"use --model {made_with}, or make it anew with: kutip index --rebuild --model {name}"
    )


def update_folder(
    directory: Path,
    folder: Path,
    *,
    encoder: Encoder,
    late: LateInteraction | None,
    dry_run: bool = False,
    rebuild: bool = False,
    allow_empty: bool = False,
    checksum: bool = False,
    backend: Address | None = None,
    workers: Elsewhere | None = None,
    progress: Progress | None = None,
) -> Report:
    """Make the collection in `directory` equal to `folder`, and say what that took.

    A file that looks as it did when it was read (see `stamps`) is not read again, unless
    `checksum` asks for it. `backend` is where its passages are to be searched from now on; None
    leaves them where they are. `workers` encode, by default this process.
    `progress(stage, done, total)` is called between steps and may raise
    to stop: what was encoded is kept, nothing is published.
    Raises InputError, CollectionError, BackendError, LockedError, DiskError, ModelError.
    """

    def pages(before: Before) -> Iterable[Page | Skipped | Unchanged]:
        if checksum or rebuild or before.meta.get("recipe") != RECIPE:
            return read_folder(folder)
        return read_folder(folder, same=before.same())

    check_folder(folder)  # before anything is made
    path = str(folder.resolve())
    try:
        path.encode()
    except UnicodeEncodeError:
        raise InputError(f"{path!a}: not a name in Unicode; rename the folder") from None
    report = Report(path, dry_run=dry_run)
    return _update(
        directory, folder.name, pages, report,
        Maker(encoder, late, progress or _no_progress, backend, workers),
        rebuild=rebuild, allow_empty=allow_empty, verify=checksum,
    )  # fmt: skip


def put_articles(
    directory: Path,
    articles: Iterable[tuple[Article, tuple[Passage, ...]]],
    *,
    encoder: Encoder,
    late: LateInteraction | None,
    backend: Address | None = None,
    progress: Progress | None = None,
) -> Report:
    """Add articles that are already cleaned and split, as evaluation sets are; remove none."""
    started = time.perf_counter()
    plan = Plan({article.id: (article, passages) for article, passages in articles})
    report = Report(str(directory), added=list(plan.made))
    maker = Maker(encoder, late, progress or _no_progress, backend)
    with writer_lock(directory):
        before = _before(directory, encoder.name, maker.identity, rebuild=False)
        plan.files.update(before.files)
        carry_out(directory, plan, report, before, maker)
        refresh(directory)
    report.seconds = time.perf_counter() - started
    return report


def _update(
    directory: Path,
    name: str,
    pages: Pages,
    report: Report,
    maker: Maker,
    *,
    rebuild: bool,
    allow_empty: bool,
    verify: bool,
) -> Report:
    started = time.perf_counter()
    identity = maker.identity

    def decide() -> tuple[Before, Plan]:
        before = _before(directory, maker.encoder.name, identity, rebuild=rebuild)
        anew = rebuild or before.meta.get("recipe", RECIPE) != RECIPE
        plan = make_plan(
            report, pages(before), before, count_tokens=maker.encoder.count_tokens,
            settle=partial(_settled, directory, before, identity, rebuild), anew=anew,
            tell=maker.tell,
        )  # fmt: skip
        if before.articles and not (plan.made or report.unchanged or report.kept or allow_empty):
            raise InputError(
                f"{name}: no articles there, and the collection has {len(before.articles)}; "
                "check the folder, or confirm with --allow-empty"
            )
        if not rebuild:
            _check_folder(directory, before, report)
        return before, plan

    if report.dry_run:
        before, plan = decide()
        foresee(directory, plan, report, before, identity, anew=rebuild)
    else:
        with writer_lock(directory):
            before, plan = decide()
            if rebuild:
                _set_damaged_aside(directory)
            carry_out(directory, plan, report, before, maker, anew=rebuild, verify=verify)
            refresh(directory, verify=verify)
    report.seconds = time.perf_counter() - started
    return report


def _check_folder(directory: Path, before: Before, report: Report) -> None:
    """Refuse another folder, whose articles would take the place of those that are there.

    A copy of the folder is not another, nor is it where that has gone.
    """
    filled = before.meta.get("folder", report.folder)
    most = 2 * len(report.removed) > len(before.articles)
    if filled != report.folder and most and Path(filled).is_dir():
        raise InputError(
            f"{directory}: holds the articles of {filled}; name another with --collection DIR, "
            "or fill this one anew with --rebuild"
        )


def _no_progress(stage: str, done: int, total: int) -> None:
    """Nobody wants to know."""


def _before(directory: Path, name: str, identity: str, *, rebuild: bool) -> Before:
    """What is there; nothing when there is nothing, or nothing that a rebuild could use."""
    try:
        with Store.open(directory) as store, store.reading():
            meta = store.meta()
            # One that was never filled is of no encoder yet.
            filled = meta.get("generation") != "0"
            if meta.get("identity") != identity and filled and not rebuild:
                raise CollectionError(mismatch(directory, meta.get("encoder", ""), name))
            with _nothing_is_garbage():
                return Before(store.known(), store.files.known(), meta)
    except NoCollectionError:
        return Before()
    except (CollectionError, DiskError):
        if rebuild:
            return Before()
        raise


@contextmanager
def _nothing_is_garbage() -> Iterator[None]:
    """All that is made inside stays: Python need not look, again and again, for what does not."""
    looks = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looks:
            gc.enable()


def _settled(
    directory: Path,
    before: Before,
    identity: str,
    rebuild: bool,
    fresh: Mapping[str, Article],
    gone: Collection[str],
) -> tuple[dict[str, Article], dict[str, Article]]:
    """What `settle_all` makes of the fresh articles and of those in the collection."""
    everything = before.meta.get("settled") == "0"
    # What another encoder made is not kept, so it tells nothing either.
    if not before.articles or before.meta.get("identity") != identity:
        return settle_all(fresh)
    if not (fresh or gone or everything):
        return {}, {}
    try:
        with Store.open(directory) as store, store.reading():
            return settle_all(fresh, gone, store, everything=everything)
    except (CollectionError, DiskError):
        if rebuild:
            return settle_all(fresh)
        raise


def _set_damaged_aside(directory: Path) -> None:
    """Before a rebuild: a file that cannot be used is renamed, never deleted."""
    if not os.path.lexists(directory / FILE):
        return
    try:
        with Store.open(directory) as store:
            sound = store.integrity() == "ok"
    except NoCollectionError:
        sound = (directory / FILE).is_file()  # begun and never filled
    except (CollectionError, DiskError):
        sound = False
    if not sound:
        stamp = time.strftime("%Y%m%d%H%M%S")
        for path in directory.glob(f"{FILE}*"):
            if ".damaged" not in path.name:
                path.replace(path.with_name(f"{path.name}.damaged-{stamp}"))
