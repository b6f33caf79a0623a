"""Incremental equals fresh, exactly, whatever is done to the folder in between."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from index import stamps
from index.checking import check
from index.collection import Collection
from index.report import Report
from index.store import FILE, Store
from tests.fakes import FakeEncoder
from tests.faults.world import ALL, QuickEncoder, digest, scratch
from tests.updating.folders import write


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

    def _update(self, **options: object) -> Report:
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
