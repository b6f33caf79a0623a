"""What an update does, with a deterministic encoder: incremental equals fresh, exactly."""

from __future__ import annotations

import errno
import multiprocessing
import os
import shutil
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from index import encodings, stamps
from index.article import Article
from index.checking import check
from index.collection import Collection
from index.errors import (
    CollectionError,
    DiskError,
    InputError,
    LockedError,
    ModelError,
    NoCollectionError,
)
from index.locking import writer_lock
from index.report import Update
from index.store import FILE, Store
from tests.fakes import FakeEncoder
from tests.faults.world import ALL, QuickEncoder, digest, scratch

BODY = "Menteri mengatakan bahwa kedua negara sepakat memperluas kerja sama di bidang {}. " * 3


def write(folder: Path, name: str, topic: str, *, extra: str = "") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"Kerja sama {topic} diperluas\n{BODY.format(*[topic] * 3)}\n{extra}")
    return path


class CountingEncoder(FakeEncoder):
    """Counts what it was asked to encode."""

    encoded = 0

    def encode_passages(self, texts, **options):
        self.encoded += len(texts)
        return super().encode_passages(texts, **options)


class OtherEncoder(CountingEncoder):
    """Another model of the same dimension."""

    name = "other"
    fingerprint = "other@1"


def contents(directory: Path) -> tuple[object, ...]:
    """Everything an answer can depend on."""
    with Store.open(directory) as store, store.reading():
        passages = store.passages()
        dimension = int(store.meta()["dimension"])
        keys = [row.encoding for row in passages]
        keys += [row.context_encoding for row in passages if row.context_encoding]
        keys += [row.whole_encoding for row in passages]
        return store.articles(), passages, store.encodings.vectors(keys, dimension).tobytes()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    for name, topic in (("a.txt", "pelatihan"), ("b.txt", "energi"), ("sub/c.txt", "pangan")):
        write(folder, name, topic)
    return folder


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return Collection(tmp_path / "kutip", encoder=CountingEncoder())


def test_first_run_adds_and_second_does_nothing(collection: Collection, folder: Path) -> None:
    first = collection.update(folder)
    assert first.added == ["a.txt", "b.txt", "sub/c.txt"]
    assert first.encoded == first.passages == len(collection.snapshot().passages)
    before = collection.encoder.encoded
    second = collection.update(folder)
    assert second.unchanged == first.added
    assert (second.encoded, second.generation) == (0, first.generation)
    assert collection.encoder.encoded == before


def test_changes_cost_what_changed(collection: Collection, folder: Path) -> None:
    collection.update(folder)
    write(folder, "b.txt", "energi", extra="Kalimat baru ditambahkan pada akhir artikel ini.")
    write(folder, "d.txt", "nuklir")
    (folder / "sub/c.txt").unlink()
    report = collection.update(folder)
    assert (report.changed, report.added, report.removed, report.unchanged) == (
        ["b.txt"], ["d.txt"], ["sub/c.txt"], ["a.txt"]
    )  # fmt: skip
    # One new paragraph in b.txt, and the passages of d.txt: what stayed kept its vector.
    passages = [p for p in collection.snapshot().passages if p.article == "d.txt"]
    assert report.encoded == len(passages) + 1
    assert not check(collection.directory)


def test_furniture_that_changed_is_no_change(collection: Collection, folder: Path) -> None:
    write(folder, "a.txt", "pelatihan", extra="Komentar (0)")
    collection.update(folder)
    write(folder, "a.txt", "pelatihan", extra="Komentar (27)")
    report = collection.update(folder)
    assert "a.txt" in report.unchanged
    assert report.encoded == 0
    assert collection.article("a.txt").dropped[-1].text == "Komentar (27)"


def test_dry_run_says_the_same_and_does_nothing(collection: Collection, folder: Path) -> None:
    plan = collection.update(folder, dry_run=True)
    assert not collection.directory.exists()
    done = collection.update(folder)
    assert (plan.added, plan.changed, plan.removed) == (done.added, done.changed, done.removed)


def test_an_unreadable_folder_or_file_deletes_nothing(collection: Collection, folder: Path) -> None:
    collection.update(folder)
    for content, reason in (
        (b"\x00\x01", "not text (it holds zero bytes)"), (b"", "empty"), (b" \n", "no text in it")
    ):  # fmt: skip
        (folder / "a.txt").write_bytes(content)
        report = collection.update(folder)
        assert report.kept == ["a.txt"]
        assert report.skipped == [("a.txt", reason)]
        assert collection.article("a.txt") is not None
    shutil.move(folder, folder.with_name("gone"))
    with pytest.raises(InputError, match="no such folder"):
        collection.update(folder)
    folder.mkdir()
    with pytest.raises(InputError, match="--allow-empty"):
        collection.update(folder)
    assert collection.article("b.txt") is not None
    assert len(collection.update(folder, allow_empty=True).removed) == 3


def test_an_interrupted_run_publishes_nothing_and_continues(
    collection: Collection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.encode.BATCH", 1)
    total = collection.update(folder, dry_run=True)

    def stop(stage: str, done: int, total: int) -> None:
        if stage == "encoding" and done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        collection.update(folder, progress=stop)
    for look in (collection.snapshot, lambda: collection.article("a.txt")):
        with pytest.raises(NoCollectionError, match="nothing is indexed yet"):
            look()
    assert collection.encoder.encoded == 2
    report = collection.update(folder)
    assert report.added == total.added
    fresh = Collection(collection.directory.with_name("fresh"), encoder=CountingEncoder())
    fresh.update(folder)
    assert collection.encoder.encoded == fresh.encoder.encoded


def test_another_encoder_is_refused_until_a_rebuild(collection: Collection, folder: Path) -> None:
    collection.update(folder)
    other = Collection(collection.directory, encoder=OtherEncoder())
    for use in (other.snapshot, lambda: other.update(folder)):
        with pytest.raises(CollectionError, match=r"made with the encoder .* --rebuild"):
            use()
    report = other.update(folder, rebuild=True)
    assert report.encoded == report.passages
    assert len(other.snapshot().passages) == report.passages
    with pytest.raises(CollectionError):
        collection.snapshot()


def test_an_emptied_file_is_no_collection_and_the_next_update_makes_one(
    collection: Collection, folder: Path
) -> None:
    """As a first run leaves it that ended before its first transaction."""
    collection.update(folder)
    for path in collection.directory.glob(f"{FILE}-*"):
        path.unlink()
    (collection.directory / FILE).write_bytes(b"")
    with pytest.raises(CollectionError, match="no collection here; make one with: kutip index"):
        collection.snapshot()
    assert len(collection.update(folder).added) == 3
    assert not check(collection.directory)


@pytest.mark.parametrize("damage", [b"not a database at all" * 500])
def test_a_damaged_collection_is_named_and_rebuilt(
    collection: Collection, folder: Path, damage: bytes
) -> None:
    collection.update(folder)
    for path in collection.directory.glob(f"{FILE}-*"):
        path.unlink()
    (collection.directory / FILE).write_bytes(damage)
    with pytest.raises(CollectionError, match="kutip index --rebuild"):
        collection.snapshot()
    collection.update(folder, rebuild=True)
    assert len(collection.snapshot().articles) == 3
    assert not check(collection.directory)
    assert list(collection.directory.glob("*.damaged-*"))


class RefusingEncoder(FakeEncoder):
    """Makes no numbers of texts with a certain word."""

    refused = ""

    def encode_passages(self, texts, **options):
        made = super().encode_passages(texts, **options)
        for row, text in enumerate(texts):
            if self.refused and self.refused in text:
                made.vectors[row] = np.nan
        return made


class UselessEncoder(RefusingEncoder):
    """Makes numbers of single words alone."""

    name, fingerprint, refused = "useless", "useless@1", " "


def test_a_rebuild_by_an_encoder_that_makes_nothing_changes_nothing(
    collection: Collection, folder: Path
) -> None:
    collection.update(folder)
    before = collection.snapshot().articles.keys()
    other = Collection(collection.directory, encoder=UselessEncoder())
    with pytest.raises(ModelError, match=r"of no article .gave numbers that are not finite"):
        other.update(folder, rebuild=True)
    assert collection.snapshot().articles.keys() == before
    assert not check(collection.directory)


def test_passages_beyond_the_encoders_window_are_counted_once(folder: Path, tmp_path: Path) -> None:
    class Short(FakeEncoder):
        max_tokens = 40

    write(folder, "short.txt", "kopi").write_text("Kopi\nMenteri minum kopi di Hanoi hari ini.\n")
    collection = Collection(tmp_path / "short", encoder=Short())
    assert collection.update(folder).cut == 3  # each of BODY
    assert collection.update(folder).cut == 0
    assert Collection(tmp_path / "whole", encoder=FakeEncoder()).update(folder).cut == 0


@pytest.mark.parametrize(
    ("factor", "reason"), [(np.nan, "numbers that are not finite"), (0, "does not have length 1")]
)
def test_an_article_left_out_by_the_encoder_is_named_with_the_reason(
    folder: Path, tmp_path: Path, factor: float, reason: str
) -> None:
    class Encoder(FakeEncoder):
        def encode_passages(self, texts, **options):
            made = super().encode_passages(texts, **options)
            made.vectors[["zzz" in text for text in texts]] *= factor
            return made

    write(folder, "z.txt", "zzz")
    report = Collection(tmp_path / "odd", encoder=Encoder()).update(folder)
    assert [article for article, _ in report.skipped] == ["z.txt"]
    assert reason in report.skipped[0][1]


def test_after_a_first_run_that_failed_another_encoder_may_make_the_collection(
    collection: Collection, folder: Path
) -> None:
    other = Collection(collection.directory, encoder=UselessEncoder())
    for _ in range(2):
        with pytest.raises(ModelError):
            other.update(folder)
    assert len(collection.update(folder).added) == 3
    assert not check(collection.directory)


def test_another_encoder_is_told_how_to_take_the_collection_over(
    collection: Collection, folder: Path
) -> None:
    collection.update(folder)
    other = Collection(collection.directory, encoder=UselessEncoder())
    with pytest.raises(CollectionError, match="kutip index --rebuild --model useless"):
        other.update(folder)


INVITATION = "Kabar setiap hari, dari redaksi kami untuk Anda semua."


def test_an_outlet_is_settled_anew_after_the_encoder_refused_one_of_its_articles(
    tmp_path: Path,
) -> None:
    """The third page shows that a line of the other two is furniture, but is itself left out."""
    folder, directory = tmp_path / "articles", tmp_path / "kutip"
    encoder = RefusingEncoder()
    opened = Collection(directory, encoder=encoder)

    def articles() -> list[Article]:
        with Store.open(directory) as store, store.reading():
            return store.articles()

    def fresh() -> list[Article]:
        shutil.rmtree(tmp_path / "fresh", ignore_errors=True)
        made = Collection(tmp_path / "fresh", encoder=FakeEncoder())
        made.update(folder)
        return [*made.snapshot().articles.values()]

    for name, topic in (("a.txt", "pelatihan"), ("b.txt", "energi")):
        write(folder, name, topic, extra=f"{INVITATION}\n\nSumber: https://uji.example/{name}")
    opened.update(folder)
    alone = articles()
    assert all(INVITATION in article.text for article in alone)

    write(folder, "c.txt", "pangan", extra=f"{INVITATION}\n\nSumber: https://uji.example/c")
    encoder.refused = "pangan"
    report = opened.update(folder)
    assert [where for where, _ in report.skipped] == ["c.txt"]
    assert report.changed == ["a.txt", "b.txt"]
    assert not check(directory)
    # Nothing in the folder changes, and the refused article is gone from it: all as before it came.
    (folder / "c.txt").unlink()
    assert opened.update(folder).changed == ["a.txt", "b.txt"]
    assert articles() == alone == fresh()

    write(folder, "c.txt", "pangan", extra=f"{INVITATION}\n\nSumber: https://uji.example/c")
    opened.update(folder)
    encoder.refused = ""
    report = opened.update(folder)
    assert (report.added, report.complete) == (["c.txt"], True)
    assert articles() == fresh()
    assert not any(INVITATION in article.text for article in articles())
    assert not check(directory)


def test_a_missing_collection_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match="make one with: kutip index"):
        Collection(tmp_path / "none", encoder=FakeEncoder()).snapshot()


def _hold(directory: Path, ready, done) -> None:
    with writer_lock(directory):
        ready.set()
        done.wait(30)


def test_a_file_system_without_locks_is_refused(
    collection: Collection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr("fcntl.flock", absent)
    with pytest.raises(DiskError, match=r"cannot be locked .*another with --collection DIR"):
        collection.update(folder)


def test_the_second_writer_is_told_who_is_first(collection: Collection, folder: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    holder = context.Process(target=_hold, args=(collection.directory, ready, done))
    holder.start()
    try:
        assert ready.wait(30)
        with pytest.raises(LockedError, match=f"process {holder.pid} on .* is indexing"):
            collection.update(folder)
    finally:
        holder.kill()
        holder.join()
    # The lock died with its process: nothing to clean up by hand.
    assert collection.update(folder).added


def test_readers_move_to_the_new_generation_between_questions(
    collection: Collection, folder: Path
) -> None:
    collection.update(folder)
    with collection.view() as old:
        write(folder, "e.txt", "kelautan")
        Collection(collection.directory, encoder=FakeEncoder()).update(folder)
        assert "e.txt" not in old.snapshot.articles
        assert old.encoding(0) is not None
    assert "e.txt" in collection.snapshot().articles


def test_an_article_that_moved_is_told_and_encodes_nothing(
    collection: Collection, folder: Path
) -> None:
    collection.update(folder)
    (folder / "new").mkdir()
    (folder / "a.txt").rename(folder / "new" / "a.txt")
    plan = collection.update(folder, dry_run=True)
    report = collection.update(folder)
    assert plan.moved == report.moved == [("a.txt", "new/a.txt")]
    assert (report.added, report.removed, report.encoded) == ([], [], 0)
    assert collection.article("a.txt") is None
    assert {p.article for p in collection.snapshot().passages} == {
        "new/a.txt", "b.txt", "sub/c.txt"
    }  # fmt: skip
    # A copy is no move: both are there.
    shutil.copy(folder / "b.txt", folder / "copy.txt")
    report = collection.update(folder)
    assert (report.added, report.moved, report.encoded) == (["copy.txt"], [], 0)


def test_a_dry_run_foresees_the_very_same(collection: Collection, folder: Path) -> None:
    collection.update(folder)
    write(folder, "b.txt", "energi", extra="Kalimat baru ditambahkan pada akhir artikel ini.")
    write(folder, "d.txt", "nuklir")
    plan = collection.update(folder, dry_run=True).to_dict()
    before = contents(collection.directory)
    done = collection.update(folder).to_dict()
    assert before != contents(collection.directory)
    for own in ("seconds", "dry_run", "generation", "passages"):
        del plan[own], done[own]
    assert plan == done
    shutil.rmtree(folder)
    folder.mkdir()
    with pytest.raises(InputError, match="--allow-empty"):
        collection.update(folder, dry_run=True)


def test_an_incremental_snapshot_is_a_fresh_one(collection: Collection, folder: Path) -> None:
    collection.update(folder)
    collection.snapshot()
    write(folder, "b.txt", "energi", extra="Kalimat baru ditambahkan pada akhir artikel ini.")
    write(folder, "aa.txt", "nuklir")
    (folder / "sub/c.txt").unlink()
    collection.update(folder)
    held = collection.snapshot()
    fresh = Collection(collection.directory, encoder=CountingEncoder()).snapshot()
    for name in ("generation", "articles", "passages"):
        assert getattr(held, name) == getattr(fresh, name), name
    for row, passage in enumerate(held.passages):
        assert held.row(passage) == row
        assert held.passages.keys(row) == fresh.passages.keys(row)
    words = ["energi", "~_nuk", "kerja", "tidak"]
    assert (held.lexical.get_scores(words) == fresh.lexical.get_scores(words)).all()
    everything = list(range(len(held.passages)))
    query = collection.encoder.encode_queries(["energi nuklir"]).vectors[0]
    assert (
        held.vectors.similarities(query, everything)
        == fresh.vectors.similarities(query, everything)
    ).all()


def test_a_question_overtaken_by_a_newer_snapshot_looks_again(
    collection: Collection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection.update(folder)
    collection.snapshot()
    real, overtaken = Collection._current, []

    def late(self: Collection, store: Store, behind: int | None) -> object:
        if not overtaken:
            overtaken.append(store.meta()["generation"])  # from here on it sees this generation
            (folder / "a.txt").unlink()
            write(folder, "b.txt", "kelautan")
            collection.update(folder)
            collection.snapshot()
        return real(self, store, behind)

    monkeypatch.setattr(Collection, "_current", late)
    with collection.view() as view:
        assert view.snapshot.generation > int(overtaken[0])
        assert set(view.snapshot.articles) == {"b.txt", "sub/c.txt"}
        assert all(view.encoding(row) for row in range(len(view.snapshot.passages)))


class Killed(BaseException):
    """As a kill: nothing catches it."""


NAMES = st.sampled_from(["a.txt", "b.txt", "x/c.txt", "x/d.txt"])
LONG_AGO = 10**9


class UpdatesEqualFreshBuilds(RuleBasedStateMachine):
    """Any sequence of edits, failures and updates ends where a fresh build of the folder ends."""

    @initialize()
    def start(self) -> None:
        self.root = scratch()
        self.folder = self.root / "articles"
        self.folder.mkdir()
        self.encoder: FakeEncoder = QuickEncoder()
        self.rebuild = False
        # One reader that lives through everything, as the page's does.
        self.reader = Collection(self.root / "kutip", encoder=self.encoder)
        # Files of some steps ago are told by their stamps, those of the last moment are read.
        self.ticks = stamps.COARSEST_TICK_NS, stamps.REST_NS
        stamps.COARSEST_TICK_NS, stamps.REST_NS = 20_000_000, 1

    @rule(
        name=NAMES,
        topic=st.sampled_from(["pelatihan", "energi", "pangan"]),
        extra=st.sampled_from(["", "Komentar (3)", "Satu kalimat lagi di akhir artikel."]),
    )
    def write(self, name: str, topic: str, extra: str) -> None:
        if (self.folder / name).is_dir():
            (self.folder / name).rmdir()
        write(self.folder, name, topic, extra=extra)

    @rule(name=NAMES)
    def edit_unseen(self, name: str) -> None:
        """The same size and modification time."""
        path = self.folder / name
        if path.is_file():
            times = path.stat().st_atime_ns, path.stat().st_mtime_ns
            path.write_text(path.read_text().swapcase())
            os.utime(path, ns=times)

    @rule(name=NAMES, when=st.sampled_from([0, LONG_AGO, 4 * LONG_AGO]))
    def touch(self, name: str, when: int) -> None:
        if (self.folder / name).is_file():
            os.utime(self.folder / name, (when, when))

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        if (self.folder / name).is_file():
            (self.folder / name).unlink()

    @rule(name=NAMES, other=NAMES)
    def rename(self, name: str, other: str) -> None:
        if (self.folder / name).is_file() and not (self.folder / other).is_dir():
            (self.folder / other).parent.mkdir(exist_ok=True)
            (self.folder / name).rename(self.folder / other)

    @rule(name=NAMES)
    def become_a_folder(self, name: str) -> None:
        self.delete(name)
        (self.folder / name).mkdir(parents=True, exist_ok=True)

    @rule()
    def swap(self) -> None:
        a, b = self.folder / "a.txt", self.folder / "b.txt"
        if a.is_file() and b.is_file():
            a.rename(self.folder / "t")
            b.rename(a)
            (self.folder / "t").rename(b)

    @rule()
    def change_the_model(self) -> None:
        other = isinstance(self.encoder, OtherQuickEncoder)
        self.encoder = QuickEncoder() if other else OtherQuickEncoder()
        self.reader = Collection(self.root / "kutip", encoder=self.encoder)
        self.rebuild = True

    @rule(name=NAMES)
    def lose_the_right_to_read(self, name: str) -> None:
        """An update while one file cannot be read keeps what it knew of it."""
        known = self._known()
        path = self.folder / name
        if not path.is_file() or name not in known or self.rebuild:
            return
        real = stamps.os.open

        def refuse(opened: object, *rest: object, **options: object) -> int:
            if str(opened) == str(path):
                raise PermissionError(13, "Permission denied")
            return real(opened, *rest, **options)

        stamps.os.open = refuse
        try:
            path.chmod(0)
            report = self._update(checksum=True)
        finally:
            stamps.os.open = real
            path.chmod(0o644)
        assert report.kept == [name]
        assert self._known()[name] == known[name]

    @rule(at=st.integers(1, 6))
    def die_at_a_step(self, at: int) -> None:
        """An update that ends at one of its steps, as a kill between them would."""
        steps = iter(range(1, at))

        def step(stage: str, done: int, total: int) -> None:
            if next(steps, None) is None:
                raise Killed

        with suppress(Killed):
            self._update(progress=step)
            self.rebuild = False

    @rule()
    def update(self) -> None:
        self._update()
        self.rebuild = False
        fresh = Collection(self.root / "fresh", encoder=self.encoder)
        fresh.update(self.folder, allow_empty=True)
        assert digest(self.root / "kutip") == digest(fresh.directory)
        held, anew = self.reader.snapshot(), fresh.snapshot()
        assert (held.passages, held.articles) == (anew.passages, anew.articles)
        scores = [one.lexical.get_scores(["energi", "kerja", "~_pan"]) for one in (held, anew)]
        assert (scores[0] == scores[1]).all()
        shutil.rmtree(fresh.directory)

    @invariant()
    def sound(self) -> None:
        if (self.root / "kutip" / FILE).exists():
            assert not check(self.root / "kutip")

    def teardown(self) -> None:
        stamps.COARSEST_TICK_NS, stamps.REST_NS = self.ticks
        shutil.rmtree(self.root, ignore_errors=True)

    def _update(self, **options: object) -> Update:
        return Collection(self.root / "kutip", encoder=self.encoder).update(
            self.folder, allow_empty=True, rebuild=self.rebuild, **options
        )

    def _known(self) -> dict[str, str]:
        if not (self.root / "kutip" / FILE).exists():
            return {}
        with Store.open(self.root / "kutip") as store:
            return {identity: known.digest for identity, known in store.known().items()}


class OtherQuickEncoder(QuickEncoder):
    """Another model of the same dimension."""

    name = "other"
    fingerprint = "other@1"


RUNS, STEPS = (200, 30) if ALL else (12, 15)
UpdatesEqualFreshBuilds.TestCase.settings = settings(
    max_examples=RUNS, stateful_step_count=STEPS, deadline=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
TestUpdatesEqualFreshBuilds = UpdatesEqualFreshBuilds.TestCase


def test_a_collection_of_another_format_is_made_anew_by_rebuild(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, directory = tmp_path / "articles", tmp_path / ".kutip"
    write(folder, "a.txt", "pelatihan polisi")
    made = Collection(directory, encoder=FakeEncoder())
    with monkeypatch.context() as earlier:
        earlier.setattr("index.store.FORMAT", "1")
        made.update(folder)
    with pytest.raises(CollectionError, match="--rebuild"):
        made.snapshot()
    Collection.open(directory)  # says nothing yet, so that a rebuild can begin
    anew = Collection(directory, encoder=FakeEncoder())
    assert anew.update(folder, rebuild=True).added == ["a.txt"]
    assert len(anew.snapshot().articles) == 1


def test_encodings_of_an_earlier_table_are_used_and_a_rebuild_moves_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def table() -> str:
        with Store.open(tmp_path / ".kutip") as store:
            rows = store.database.rows("SELECT sql FROM sqlite_schema WHERE name = 'encoding'")
        return str(rows[0][0])

    folder, encoder = tmp_path / "articles", CountingEncoder()
    write(folder, "a.txt", "pelatihan polisi")
    made = Collection(tmp_path / ".kutip", encoder=encoder)
    with monkeypatch.context() as earlier:
        without = encodings.TABLE.replace("STRICT", "STRICT, WITHOUT ROWID")
        earlier.setattr(encodings, "TABLE", without)
        made.update(folder)
    before, encoded = contents(tmp_path / ".kutip"), encoder.encoded
    write(folder, "b.txt", "kapal patroli")
    made.update(folder)
    assert encoded < encoder.encoded < 3 * encoded
    assert "WITHOUT ROWID" in table()
    (folder / "b.txt").unlink()
    made.update(folder, rebuild=True)
    assert "WITHOUT ROWID" not in table()
    assert contents(tmp_path / ".kutip") == before
    assert not check(tmp_path / ".kutip")


def test_a_copy_put_back_under_an_open_collection_is_seen(
    collection: Collection, folder: Path, tmp_path: Path
) -> None:
    collection.update(folder)
    shutil.copytree(collection.directory, tmp_path / "backup")
    collection.snapshot()
    write(folder, "a.txt", "kelautan")
    collection.update(folder)
    assert collection.snapshot().generation == 2
    shutil.rmtree(collection.directory)
    shutil.copytree(tmp_path / "backup", collection.directory)
    assert collection.snapshot().generation == 1


def test_another_generation_of_the_same_number_is_not_the_one_that_was_there(
    collection: Collection, folder: Path, tmp_path: Path
) -> None:
    collection.update(folder)
    shutil.copytree(collection.directory, tmp_path / "backup")
    write(folder, "a.txt", "kelautan")
    collection.update(folder)
    assert collection.snapshot().generation == 2
    shutil.rmtree(collection.directory)
    shutil.copytree(tmp_path / "backup", collection.directory)
    write(folder, "a.txt", "perikanan")
    Collection(collection.directory, encoder=FakeEncoder()).update(folder)
    assert collection.snapshot().generation == 2
    assert "perikanan" in collection.snapshot().articles["a.txt"].text


def test_an_older_store_is_read_after_looking_twice(
    collection: Collection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the copy was put into the very file that is open."""
    collection.update(folder)
    held = collection.snapshot()
    object.__setattr__(held, "generation", 7)
    seen = collection.snapshot()
    assert seen.generation == 1
    assert set(seen.articles) == set(held.articles)


def test_another_folder_does_not_take_the_place_of_the_first(
    collection: Collection, folder: Path, tmp_path: Path
) -> None:
    collection.update(folder)
    other = tmp_path / "other"
    write(other, "x.txt", "kopi")
    with pytest.raises(InputError, match="holds the articles of"):
        collection.update(other)
    assert "x.txt" not in collection.snapshot().articles
    shutil.copytree(folder, tmp_path / "copy")
    assert not collection.update(tmp_path / "copy").removed
    assert collection.update(other, rebuild=True).added == ["x.txt"]
    write(folder, "x.txt", "kopi")
    folder.rename(tmp_path / "gone")
    write(tmp_path / "third", "y.txt", "teh")
    shutil.rmtree(other)
    assert collection.update(tmp_path / "third").added == ["y.txt"]


def test_a_folder_whose_name_is_no_text_is_said_so_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "\udcff"
    write(folder, "a.txt", "kopi")
    made = Collection(tmp_path / ".kutip", encoder=FakeEncoder())
    with pytest.raises(InputError, match="not a name in Unicode"):
        made.update(folder)
    assert not made.directory.exists()


def test_a_folder_that_is_not_there_leaves_nothing_behind(tmp_path: Path) -> None:
    made = Collection(tmp_path / "missing" / ".kutip", encoder=FakeEncoder())
    with pytest.raises(InputError, match="no such folder"):
        made.update(tmp_path / "missing")
    assert list(tmp_path.iterdir()) == []


def test_a_collection_whose_model_is_gone_says_which_and_what_to_do(
    collection: Collection, folder: Path
) -> None:
    collection.update(folder)
    with Store.open(collection.directory) as store, store.writing():
        store.set_meta({"encoder": "/no/such/model"})
    with pytest.raises(CollectionError, match="made with the model /no/such/model, which is not"):
        Collection.open(collection.directory)
    with pytest.raises(ModelError, match="'/nor/this'"):
        Collection.open(collection.directory, model="/nor/this")
