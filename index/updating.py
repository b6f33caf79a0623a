"""Making a collection equal to its folder: cost what changed, publish it at once.

Cleaning and encoding happen outside any transaction; encodings are kept batch by batch, so an
interrupted run continues where it stopped; one transaction then publishes the new generation.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from index.article import Article, Page, Passage
from index.cleaning import clean
from index.embedding import Encoder
from index.encode import Made, Progress, encode_missing, key_of
from index.errors import CollectionError, InputError
from index.late_interaction import LateInteraction
from index.locking import writer_lock
from index.passages import split
from index.reading import Skipped, read_folder
from index.sites import settle_all
from index.store import FILE, Store

# Raised when cleaning, splitting or terms change: every file is then cleaned anew, and only
# passages that came out different are encoded.
RECIPE = "2"


@dataclass(slots=True)
class Update:
    """What an update did, or with `dry_run` would do. The lists hold article ids.

    `skipped` pairs what was not read (or has no prose) with the reason. `kept` are articles whose
    file could not be read this time: the last good version stays.
    """

    folder: str
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)
    passages: int = 0
    encoded: int = 0
    generation: int = 0
    seconds: float = 0.0
    dry_run: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The update as a JSON object."""
        return asdict(self)


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
    progress: Progress | None = None,
) -> Update:
    """Make the collection in `directory` equal to `folder`, and say what that took.

    `progress(stage, done, total)` is called between steps and may raise to stop: what was encoded
    is kept, nothing is published. Raises InputError, CollectionError, LockedError, ModelError.
    """
    return update_pages(
        directory, folder.name, read_folder(folder), folder=str(folder.resolve()),
        encoder=encoder, late=late, dry_run=dry_run, rebuild=rebuild, allow_empty=allow_empty,
        progress=progress,
    )  # fmt: skip


def update_pages(
    directory: Path,
    name: str,
    pages: Iterable[Page | Skipped],
    *,
    folder: str,
    encoder: Encoder,
    late: LateInteraction | None,
    dry_run: bool = False,
    rebuild: bool = False,
    allow_empty: bool = False,
    progress: Progress | None = None,
) -> Update:
    """As `update_folder`, for pages from anywhere; `name` is used in messages."""
    started = time.perf_counter()
    report = Update(folder, dry_run=dry_run)
    tell = progress or _no_progress
    identity = encoder_identity(encoder, late)
    if dry_run:
        known, recipe, generation = _known(directory, encoder.name, identity, rebuild)
        _plan(
            report,
            pages,
            known,
            tell,
            encoder,
            directory=directory,
            anew=rebuild or recipe != RECIPE,
        )
        report.generation = generation
        report.seconds = time.perf_counter() - started
        return report
    with writer_lock(directory):
        known, recipe, _ = _known(directory, encoder.name, identity, rebuild)
        made = _plan(
            report,
            pages,
            known,
            tell,
            encoder,
            directory=directory,
            anew=rebuild or recipe != RECIPE,
        )
        if known and not (made or report.unchanged or report.kept) and not allow_empty:
            raise InputError(
                f"{name}: no articles there, and the collection has {len(known)}; "
                "check the folder, or confirm with --allow-empty"
            )
        if rebuild:
            _set_damaged_aside(directory)
        with Store.create(
            directory, {"id": uuid4().hex, **_meta(encoder, late, identity)}
        ) as store:
            report.encoded = encode_missing(
                store, made, encoder, late, identity, anew=rebuild, tell=tell
            )
            _publish(store, made, report, encoder, late, identity)
    report.seconds = time.perf_counter() - started
    return report


def put_articles(
    directory: Path,
    articles: Iterable[tuple[Article, tuple[Passage, ...]]],
    *,
    encoder: Encoder,
    late: LateInteraction | None,
    progress: Progress | None = None,
) -> Update:
    """Add articles that are already cleaned and split, as evaluation sets are; remove none."""
    started = time.perf_counter()
    made = {article.id: (article, passages) for article, passages in articles}
    report = Update(str(directory), added=list(made))
    identity = encoder_identity(encoder, late)
    with writer_lock(directory):
        meta = {"id": uuid4().hex, **_meta(encoder, late, identity)}
        with Store.create(directory, meta) as store:
            report.encoded = encode_missing(
                store, made, encoder, late, identity, anew=False, tell=progress or _no_progress
            )
            _publish(store, made, report, encoder, late, identity)
    report.seconds = time.perf_counter() - started
    return report


def _no_progress(stage: str, done: int, total: int) -> None:
    """Nobody wants to know."""


def _known(
    directory: Path, name: str, identity: str, rebuild: bool
) -> tuple[dict[str, tuple[str, str]], str, int]:
    """The digests, recipe and generation of what is there; nothing when there is nothing."""
    if not (directory / FILE).exists():
        return {}, RECIPE, 0
    try:
        with Store.open(directory) as store, store.reading():
            meta = store.meta()
            if meta.get("identity") != identity and not rebuild:
                raise CollectionError(mismatch(directory, meta.get("encoder", ""), name))
            return store.digests(), meta.get("recipe", ""), int(meta.get("generation", 0))
    except CollectionError:
        if rebuild:
            return {}, RECIPE, 0
        raise


def _plan(
    report: Update,
    pages: Iterable[Page | Skipped],
    known: dict[str, tuple[str, str]],
    tell: Progress,
    encoder: Encoder,
    *,
    directory: Path,
    anew: bool,
) -> Made:
    """Sort every page into the report; return the articles to put, with their passages.

    `known` maps ids to source and article digests; `anew` cleans also what did not change.
    """
    fresh: dict[str, Article] = {}
    seen: set[str] = set()
    unreadable: list[str] = []
    for count, page in enumerate(pages, start=1):
        tell("reading", count, count)
        if isinstance(page, Skipped):
            report.skipped.append((page.path, page.reason))
            unreadable.append(page.path)
            continue
        if page.id in seen:
            report.skipped.append((page.id, "another file has the same printed name"))
            continue
        seen.add(page.id)
        source, _ = known.get(page.id, (None, None))
        if source == page.digest and not anew:
            report.unchanged.append(page.id)
            continue
        article = clean(page)
        report.warnings += [(page.id, warning) for warning in article.warnings]
        if not article.text:
            report.skipped.append((page.id, "no prose on the page, only furniture"))
            seen.discard(page.id)
            continue
        fresh[page.id] = article
    for gone in sorted(known.keys() - seen):
        if any(gone == path or gone.startswith(f"{path}/") for path in unreadable):
            report.kept.append(gone)
        else:
            report.removed.append(gone)
    made: Made = {}
    for identity, article in sorted(_settled(directory, fresh, known, report.removed).items()):
        if identity not in known:
            report.added.append(identity)
        elif article.digest != known[identity][1]:
            # Its page, or what other pages tell of its lines; not only its furniture.
            report.changed.append(identity)
            if identity in report.unchanged:
                report.unchanged.remove(identity)
        elif identity in fresh:
            # Put again for its dropped lines and passages.
            report.unchanged.append(identity)
        else:
            continue
        made[identity] = article, split(article, count_tokens=encoder.count_tokens)
    return made


def _settled(
    directory: Path, fresh: dict[str, Article], known: Mapping[str, object], gone: list[str]
) -> dict[str, Article]:
    """The articles of every outlet that the update touches, as all its pages together show."""
    if not (fresh or gone):
        return {}
    if not known:
        return settle_all(fresh, {}, gone, lambda _: ())
    with Store.open(directory) as store, store.reading():
        return settle_all(fresh, store.sites(), gone, store.articles_of)


def _publish(
    store: Store,
    made: Made,
    report: Update,
    encoder: Encoder,
    late: LateInteraction | None,
    identity: str,
) -> None:
    with store.writing():
        meta = store.meta()
        # A rebuild by another encoder replaces every article, also those it could not read again.
        if meta.get("identity") != identity:
            report.removed += report.kept
            report.kept = []
        store.remove_articles(report.removed)
        for article, passages in made.values():
            store.put_article(article, passages, key=partial(key_of, identity))
        generation = int(meta["generation"])
        if made or report.removed or meta.get("identity") != identity:
            generation += 1
        store.drop_unused_encodings()
        facts = _meta(encoder, late, identity) | {
            "generation": str(generation),
            "folder": report.folder,
        }
        store.set_meta(facts)
        report.generation = generation
        report.passages = len(store.passages())


def _meta(encoder: Encoder, late: LateInteraction | None, identity: str) -> dict[str, str]:
    return {
        "encoder": encoder.name,
        "identity": identity,
        "dimension": str(encoder.dimension),
        "token_width": str(late.width if late else 0),
        "recipe": RECIPE,
    }


def _set_damaged_aside(directory: Path) -> None:
    """Before a rebuild: a file that cannot be opened is renamed, never deleted."""
    try:
        Store.open(directory).close()
    except CollectionError:
        for path in directory.glob(f"{FILE}*"):
            if ".damaged" not in path.name:
                path.replace(path.with_name(f"{path.name}.damaged-{time.strftime('%Y%m%d%H%M%S')}"))
