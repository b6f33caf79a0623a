"""The collection as the rest of Kutip sees it: open, read one generation, look an article up."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeGuard

from index.backends.backend import Address, Place
from index.backends.connecting import Connections
from index.backends.ids import Ids
from index.backends.searching import RemoteSearchers
from index.embedding import Encoder, load_encoder
from index.encode import Elsewhere
from index.errors import CollectionError, ModelError
from index.late_interaction import LateInteraction
from index.making import encoder_identity
from index.opening import open_snapshot
from index.plan import Progress
from index.readers import Readers
from index.recent import Recent
from index.records import StoredEncoding
from index.report import Report
from index.searchers import LocalSearchers, Searchers
from index.snapshot import Snapshot
from index.store import FILE, Store
from index.stored import StoredArticles, require_generation
from index.threads import keep_blas_single
from index.updating import mismatch, update_folder

# Questions between two times that pages of the cache file are let go: of a million passages each
# question looks at some 100 MB of it, and the next ones are not slower by a tenth.
LET_GO = 4
# Encodings that are kept: some thousand passages', what questions about the same things keep
# coming back to.
ENCODINGS_BYTES = 64 * 2**20


class View:
    """What one question works on: a snapshot, what searches it, and its passages' encodings.

    Valid only inside the `with` block of `Collection.view()` that gave it. What was read once is
    kept for the question.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        store: Store,
        *,
        width: int,
        recent: Recent[StoredEncoding],
        searchers: Searchers,
    ) -> None:
        """Look at a snapshot, its encodings in `store` with token vectors of `width`."""
        self.snapshot = snapshot
        self.searchers = searchers
        self._store = store
        self._width = width
        self._recent = recent
        self._read: dict[str, StoredEncoding | None] = {}

    def prefetch(self, rows: Iterable[int]) -> None:
        """Read the encodings of many passages and of their contexts at once."""
        keys = {
            key
            for row in rows
            for key in self.snapshot.passages.keys(row)
            if key and key not in self._read
        }
        self._read_in(keys)

    def encoding(self, row: int) -> StoredEncoding | None:
        """The encoding of a passage's own text."""
        return self._encoding(self.snapshot.passages.keys(row)[0])

    def context(self, row: int) -> StoredEncoding | None:
        """The encoding of a passage's context, None without one."""
        _, key = self.snapshot.passages.keys(row)
        return self._encoding(key) if key else None

    def _encoding(self, key: str) -> StoredEncoding | None:
        if key not in self._read:
            self._read_in({key})
        return self._read[key]

    def _read_in(self, keys: Set[str]) -> None:
        held = self._recent.of(keys)
        stored = self._store.encodings.of(sorted(keys - held.keys()), self._width)
        self._recent.keep(stored)
        self._read |= dict.fromkeys(keys) | held | stored


class Collection(StoredArticles):
    """A folder's articles, indexed. Safe to use from several threads.

    The encoder is loaded when the first question needs it. Readers are never blocked by an
    update and move to its result between two questions.
    """

    def __init__(
        self,
        directory: Path,
        *,
        encoder: Encoder | None = None,
        late: LateInteraction | None = None,
    ) -> None:
        """Name a collection; nothing is opened or created yet. Default: the default encoder."""
        super().__init__(directory)
        self.encoder = encoder or load_encoder()
        self.late = late or LateInteraction.for_encoder(self.encoder.fingerprint)
        self._snapshot: Snapshot | None = None
        # By key, which is made of the encoder and the text: what it stands for never changes.
        self._recent = Recent(StoredEncoding.size, ENCODINGS_BYTES)
        self._connections = Connections()
        self._ids: tuple[Snapshot, Ids] | None = None
        self._loading = threading.Lock()
        self._looked = 0
        self._readers = Readers(directory)
        keep_blas_single()

    @classmethod
    def open(cls, directory: Path, *, model: str | None = None) -> Collection:
        """A collection with the encoder it was made with, unless `model` names another.

        What does not fit is reported by the first use. Raises ModelError when there is no such
        model, CollectionError when the one it was made with is gone.
        """
        made_with: str | None = None
        if model is None and (directory / FILE).is_file():
            with (
                suppress(CollectionError),
                Store.open(directory) as store,
                store.reading(),
            ):
                made_with = store.meta().get("encoder")
        try:
            return cls(directory, encoder=load_encoder(made_with if model is None else model))
        except ModelError:
            if not made_with:
                raise
            raise CollectionError(
                f"{directory}: made with the model {made_with}, which is not there; put it back, "
                "or make the collection anew with: kutip index --rebuild --model NAME_OR_PATH"
            ) from None

    @contextmanager
    def view(self) -> Iterator[View]:
        """One generation, unchanging until the block ends.

        Raises CollectionError when the collection is missing, damaged or of another encoder.
        """
        width = self.late.width if self.late else 0
        with self._readers.one() as store:
            behind: int | None = None
            while True:
                with store.reading():
                    snapshot = self._current(store, behind)
                    if isinstance(snapshot, int):
                        # Another thread is ahead: look again, and see what it sees.
                        behind = snapshot
                        continue
                    yield View(snapshot, store, width=width, recent=self._recent,
                               searchers=self._searchers(snapshot, store))  # fmt: skip
                    self._looked += 1
                    if snapshot.mapped is not None and self._looked % LET_GO == 0:
                        snapshot.mapped.let_go()
                    return

    def snapshot(self) -> Snapshot:
        """The newest generation, without token states."""
        with self.view() as view:
            return view.snapshot

    def update(
        self,
        folder: Path,
        *,
        dry_run: bool = False,
        rebuild: bool = False,
        allow_empty: bool = False,
        checksum: bool = False,
        backend: Address | None = None,
        workers: Elsewhere | None = None,
        progress: Progress | None = None,
    ) -> Report:
        """Make the collection equal to `folder`; see `updating.update_folder`."""
        return update_folder(
            self.directory, folder, encoder=self.encoder, late=self.late,
            dry_run=dry_run, rebuild=rebuild, allow_empty=allow_empty,
            checksum=checksum, backend=backend, workers=workers, progress=progress,
        )  # fmt: skip

    def _searchers(self, snapshot: Snapshot, store: Store) -> Searchers:
        place = Place.of(snapshot.backend)
        if place is None:
            return LocalSearchers(snapshot.vectors, snapshot.lexical)
        with self._loading:
            if self._ids is None or self._ids[0] is not snapshot:
                self._ids = (snapshot, Ids(snapshot))
            ids = self._ids[1]
        return RemoteSearchers(self.directory, snapshot, store, ids, place, self._connections)

    def _current(self, store: Store, behind: int | None) -> Snapshot | int:
        """The snapshot of what this store sees, or its generation when a newer one is held already.

        Where it is `behind` as it was before, what is older is what there is: an earlier copy was
        put back.
        """
        meta = store.meta()
        require_generation(self.directory, meta)
        if meta["identity"] != encoder_identity(self.encoder, self.late):
            raise CollectionError(mismatch(self.directory, meta["encoder"], self.encoder.name))
        generation = int(meta["generation"])
        held = self._snapshot
        if _is_of(held, meta):
            return held
        with self._loading:
            held = self._snapshot
            # The id tells a collection made anew from its predecessor.
            ahead = held and held.collection == meta["id"] and held.generation > generation
            if ahead and generation != behind:
                return generation
            if not _is_of(held, meta):
                held = self._snapshot = open_snapshot(self.directory, store, held)
            return held


def _is_of(snapshot: Snapshot | None, meta: Mapping[str, str]) -> TypeGuard[Snapshot]:
    # The seal tells two generations of one number apart, as after a copy was put back.
    return snapshot is not None and (
        snapshot.collection, str(snapshot.generation), snapshot.seal
    ) == (meta["id"], meta["generation"], meta["seal"])  # fmt: skip
