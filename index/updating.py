"""Making a collection equal to its folder: cost what changed, publish it at once.

Cleaning and encoding happen outside any transaction; encodings are kept batch by batch, so an
interrupted run continues where it stopped; one transaction then publishes the new generation.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import uuid4

from index.article import Article, Page, Passage, Skipped
from index.backends.backend import Address
from index.backends.proving import wrong_in_engine
from index.backends.publishing import Changes, moves, prepare
from index.backends.sweeping import sweep
from index.embedding import Encoder
from index.encode import Elsewhere, count_passages, encode, key_of, needing, wanted
from index.errors import CollectionError, DiskError, InputError, NoCollectionError
from index.late_interaction import LateInteraction
from index.locking import writer_lock
from index.opening import refresh
from index.outlines import outline_of
from index.plan import Before, Plan, Progress, make_plan
from index.plan import Update as Update
from index.reading import Unchanged, check_folder, read_folder
from index.sites import restore, settle_all
from index.stages import timed
from index.store import FILE, Store, seal

# Raised when cleaning, splitting or terms change: every file is then cleaned anew, and only
# passages that came out different are encoded.
RECIPE = "4"

Pages = Callable[[Before], Iterable[Page | Skipped | Unchanged]]


def encoder_identity(encoder: Encoder, late: LateInteraction | None) -> str:
    """What vectors and token states depend on; collections of another identity do not mix."""
    return f"{encoder.fingerprint}+{late.fingerprint if late else 'none'}"


def mismatch(directory: Path, made_with: str, name: str) -> str:
    """What to say when a collection meets another encoder than the one it was made with."""
    if made_with == name:
        return (
            f"{directory}: made with another version of the encoder {name}; "
            "make it anew with: kutip index --rebuild"
        )
    return (
        f"{directory}: made with the encoder {made_with}, this is {name}; "
        f"use --model {made_with}, or make it anew with: kutip index --rebuild"
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
) -> Update:
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
    report = Update(path, dry_run=dry_run)
    return _update(
        directory, folder.name, pages, report, encoder=encoder, late=late, rebuild=rebuild,
        allow_empty=allow_empty, verify=checksum, backend=backend, workers=workers,
        tell=progress or _no_progress,
    )  # fmt: skip


def put_articles(
    directory: Path,
    articles: Iterable[tuple[Article, tuple[Passage, ...]]],
    *,
    encoder: Encoder,
    late: LateInteraction | None,
    backend: Address | None = None,
    progress: Progress | None = None,
) -> Update:
    """Add articles that are already cleaned and split, as evaluation sets are; remove none."""
    started = time.perf_counter()
    plan = Plan({article.id: (article, passages) for article, passages in articles})
    report = Update(str(directory), added=list(plan.made))
    identity = encoder_identity(encoder, late)
    with writer_lock(directory):
        before = _before(directory, encoder.name, identity, rebuild=False)
        plan.files.update(before.files)
        _carry_out(directory, plan, report, before, encoder, late,
                   anew=False, verify=False, backend=backend, workers=None,
                   tell=progress or _no_progress)  # fmt: skip
        refresh(directory)
    report.seconds = time.perf_counter() - started
    return report


def _update(
    directory: Path,
    name: str,
    pages: Pages,
    report: Update,
    *,
    encoder: Encoder,
    late: LateInteraction | None,
    rebuild: bool,
    allow_empty: bool,
    verify: bool,
    backend: Address | None,
    workers: Elsewhere | None,
    tell: Progress,
) -> Update:
    started = time.perf_counter()
    identity = encoder_identity(encoder, late)

    def decide() -> tuple[Before, Plan]:
        before = _before(directory, encoder.name, identity, rebuild=rebuild)
        anew = rebuild or before.meta.get("recipe", RECIPE) != RECIPE
        plan = make_plan(
            report, pages(before), before, count_tokens=encoder.count_tokens,
            settle=partial(_settled, directory, before, identity, rebuild), anew=anew, tell=tell,
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
        _foresee(directory, plan, report, before, identity, anew=rebuild)
    else:
        with writer_lock(directory):
            before, plan = decide()
            if rebuild:
                _set_damaged_aside(directory)
            _carry_out(directory, plan, report, before, encoder, late,
                       anew=rebuild, verify=verify, backend=backend, workers=workers,
                       tell=tell)  # fmt: skip
            refresh(directory, verify=verify)
    report.seconds = time.perf_counter() - started
    return report


def _check_folder(directory: Path, before: Before, report: Update) -> None:
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
            if meta.get("identity") != identity and not rebuild:
                raise CollectionError(mismatch(directory, meta.get("encoder", ""), name))
            with _nothing_is_garbage():
                return Before(store.known(), store.files(), meta)
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


def _foresee(
    directory: Path, plan: Plan, report: Update, before: Before, identity: str, *, anew: bool
) -> None:
    """What carrying out the plan would encode."""
    keys = set(wanted(plan.made, identity).texts)
    if before.meta and not anew:
        with Store.open(directory) as store, store.reading():
            keys = store.encodings.missing(keys)
    report.encoded = count_passages(plan.made, identity, keys)
    report.generation = before.generation


@timed("look up")
def _carry_out(
    directory: Path,
    plan: Plan,
    report: Update,
    before: Before,
    encoder: Encoder,
    late: LateInteraction | None,
    *,
    anew: bool,
    verify: bool,
    backend: Address | None,
    workers: Elsewhere | None,
    tell: Progress,
) -> None:
    """Encode what is missing, then publish the new generation."""
    identity = encoder_identity(encoder, late)
    facts = {
        "encoder": encoder.name,
        "identity": identity,
        "dimension": str(encoder.dimension),
        "token_width": str(late.width if late else 0),
        "recipe": RECIPE,
        "folder": report.folder,
    }
    with Store.create(directory, {"id": uuid4().hex, **facts}) as store:
        if anew:
            store.encodings.renew()
        needed = wanted(plan.made, identity)
        todo = set(needed.texts) if anew else store.encodings.missing(needed.texts)
        failed = encode(store, todo, needed, encoder, late, tell=tell, workers=workers)
        report.encoded = count_passages(plan.made, identity, todo)
        # Where an article was left out, its outlet's others are not yet what they would be with it.
        facts["settled"] = "0" if failed else "1"
        if failed:
            _leave_out(plan, report, before, needing(plan.made, identity, failed))
        facts["unpublished"] = "0"
        said = store.meta().get("backend", "")
        moving = moves(said, backend)
        lost = verify and bool(said) and not moving and bool(wrong_in_engine(store))
        differs = plan.made or report or plan.files != before.files
        if moving or lost or differs or facts.items() - before.meta.items():
            _publish(store, plan, report, before, facts,
                     whole=anew, moving=moving, lost=lost, backend=backend, tell=tell)  # fmt: skip
        sweep(store)
        meta = store.meta()
        report.generation = int(meta["generation"])
        report.passages = int(meta.get("passages") or store.passage_count())


def _leave_out(plan: Plan, report: Update, before: Before, articles: set[str]) -> None:
    """Articles that the encoder makes nothing of stay as they were, or out, until the next run."""
    for article in sorted(articles):
        del plan.made[article]
        plan.files.pop(plan.sources.pop(article, ""), None)
        report.skipped.append((article, "the encoder made no usable numbers of it; tried again"))
    arrivals = {new: old for old, new in report.moved}
    report.kept += [arrivals.get(a, a) for a in articles if arrivals.get(a, a) in before.articles]
    report.moved = [(old, new) for old, new in report.moved if new not in articles]
    for group in (report.added, report.changed, report.unchanged):
        group[:] = [article for article in group if article not in articles]


@timed("publish")
def _publish(
    store: Store,
    plan: Plan,
    report: Update,
    before: Before,
    facts: dict[str, str],
    *,
    whole: bool,
    moving: bool,
    lost: bool,
    backend: Address | None,
    tell: Progress,
) -> None:
    """One transaction: the new generation is seen whole, or the old one is.

    `whole` looks at all that is stored, not only at what the plan touches; `moving` says that the
    passages are to be searched elsewhere than before, `lost` that the engine has not all of them.
    """
    key = partial(key_of, facts["identity"])
    meta = store.meta()  # the lock is held: nobody else changes it
    anew = meta.get("identity") != facts["identity"]
    # A rebuild by another encoder replaces every article, also those it could not read again.
    if anew:
        report.removed += report.kept
        report.kept = []
    gone = [*report.removed, *(old for old, _ in report.moved)]
    touched = [*gone, *plan.made]
    generation = int(meta["generation"])
    if plan.made or gone or anew or moving or lost:
        generation += 1
    changes = Changes(
        plan.made, gone, generation, facts["identity"], int(facts["dimension"]),
        anew=whole or anew or lost,
    )  # fmt: skip
    prepared = None
    if generation > int(meta["generation"]):
        prepared = prepare(store, changes, to=backend, tell=tell)
    with store.writing():
        # An interrupted run has left encodings that nobody knows of but the whole table.
        whole = whole or anew or before.meta.get("unpublished") == "1"
        orphans = None if whole else store.encoding_keys(touched)
        total = 0 if whole else int(meta["seal"], 16) - store.fingerprint(touched)
        count = int(meta.get("passages") or store.passage_count()) - store.passage_count(touched)
        store.remove_articles(gone)
        for identity, (article, passages) in plan.made.items():
            store.put_article(
                article, passages, file=plan.sources.get(identity, identity),
                generation=generation, outline=outline_of(restore(article)), key=key,
            )  # fmt: skip
        store.encodings.drop_unused(orphans)
        store.drop_files(before.files.keys() - plan.files.keys())
        store.put_files({p: f for p, f in plan.files.items() if before.files.get(p) is not f})
        total += store.fingerprint(store.article_ids() if whole else touched)
        count = store.passage_count() if whole else count + store.passage_count(touched)
        stated = {"generation": generation, "seal": seal(total), "passages": count}
        store.set_meta(facts | {name: str(value) for name, value in stated.items()})
        if prepared is not None:
            prepared.record(store)


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
