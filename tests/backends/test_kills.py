"""Indexers and engines that are killed: nothing acknowledged is lost, nothing deleted returns.

And whoever asks meanwhile is answered from one generation.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from index.backends import publishing
from index.backends.backend import MILVUS, Address, Row
from index.backends.milvus import Milvus
from index.backends.sweeping import forget
from index.checking import check
from index.errors import BackendError
from qa.answering import ask
from tests.backends.engines import LiteServer, let_go
from tests.faults.world import (
    ALL,
    answers,
    collection,
    digest,
    new_folder,
    old_folder,
    scratch,
    update,
)

KILLS = 20 if ALL else 2
ARTICLES = 120 if ALL else 30
SEED = 20261123
ROOT = Path(__file__).parents[2]


class EngineWorld:
    """A folder before and after its change, the answers of both, and a collection in an engine."""

    def __init__(self, root: Path) -> None:
        self.old, self.new, self.now = root / "old", root / "new", root / "now"
        old_folder(self.old, ARTICLES)
        shutil.copytree(self.old, self.new)
        new_folder(self.new, ARTICLES)
        self.plain = root / "plain"
        update(root / "after", self.new)
        self.new_answers, self.new_digest = answers(root / "after"), digest(root / "after")
        update(self.plain, self.old)
        self.old_answers = answers(self.plain)
        assert self.old_answers != self.new_answers

    def begin(self, address: Address) -> None:
        """The old folder, searched by the engine."""
        if self.now.exists():
            forget(self.now)
            shutil.rmtree(self.now)
        shutil.copytree(self.plain, self.now)
        update(self.now, self.old, backend=address)
        assert check(self.now) == []
        let_go(address)

    def holds(self, *, done: bool) -> str:
        """The common condition after any kill; which generation was served."""
        served = answers(self.now)
        allowed = {self.new_answers: "new"} | ({} if done else {self.old_answers: "old"})
        assert served in allowed, "answers of neither the old nor the new generation"
        assert check(self.now) == []
        update(self.now, self.new)
        assert answers(self.now) == self.new_answers
        assert check(self.now) == []
        assert digest(self.now) == self.new_digest
        return allowed[served]


@pytest.fixture(scope="module")
def world() -> Iterator[EngineWorld]:
    root = scratch()
    yield EngineWorld(root)
    shutil.rmtree(root)


def index_in_a_process(world: EngineWorld, kill_after: float | None) -> tuple[bool, float]:
    """Whether it reported success, and the seconds from ready to its end."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.backends.indexing", world.now, world.new],
        stdout=subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        started = time.perf_counter()
        if kill_after is not None:
            time.sleep(kill_after)
            child.kill()
        done = child.stdout.readline() == b"done\n"
        took = time.perf_counter() - started
        child.wait()
        return done, took
    finally:
        child.kill()
        child.wait()
        if child.stdout is not None:
            child.stdout.close()


@pytest.mark.parametrize("kind", ["server", *(["file"] if ALL else [])])
@pytest.mark.timeout(3600 if ALL else 300)
def test_a_killed_indexer_leaves_one_generation(
    world: EngineWorld, kind: str, lite_server: LiteServer, tmp_path: Path
) -> None:
    address = lite_server.address if kind == "server" else Address(MILVUS, str(tmp_path / "l.db"))
    world.begin(address)
    done, whole = index_in_a_process(world, None)
    assert done
    assert world.holds(done=True) == "new"
    dice, served = random.Random(SEED), Counter[str]()
    for number in range(KILLS):
        after = dice.uniform(0, whole) if number else 0.1 * whole  # one that is surely too early
        world.begin(address)
        try:
            done, _ = index_in_a_process(world, after)
            served[world.holds(done=done)] += 1
        except Exception as error:
            raise AssertionError(f"kill {number} (seed {SEED}), {after:.3f} s: {error}") from error
    assert served["old"] > 0


class Writes:
    """Counts what is written to an engine, and kills it before a certain write."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made, self._fatal = 0, 0
        self._server: LiteServer | None = None
        real = Milvus.upsert

        def upsert(backend: Milvus, name: str, rows: Sequence[Row]) -> None:
            self.made += 1
            if self._server is not None and self.made == self._fatal:
                self._server.kill()
            real(backend, name, rows)

        monkeypatch.setattr(Milvus, "upsert", upsert)

    def kill(self, server: LiteServer, *, before: int) -> None:
        """Kill the server before its nth write from now on."""
        self.made, self._fatal, self._server = 0, before, server

    def spare(self) -> None:
        """Kill nothing more."""
        self._server = None


@pytest.mark.timeout(3600 if ALL else 300)
def test_a_killed_engine_loses_nothing_that_it_acknowledged(
    world: EngineWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "BATCH", 5)  # many writes between which to die
    server = LiteServer(tmp_path / "data")
    server.start()
    try:
        writes = Writes(monkeypatch)
        world.begin(server.address)
        writes.made, started = 0, time.perf_counter()
        update(world.now, world.new)
        whole, made = time.perf_counter() - started, writes.made
        dice, ended = random.Random(SEED), Counter[bool]()
        for number in range(KILLS):
            # Half of them before a write, which is surely in time, half at any moment.
            after = dice.uniform(0.2, 1) * whole
            world.begin(server.address)
            timer = threading.Timer(after, server.kill)
            if number % 2:
                timer.start()
            else:
                writes.kill(server, before=dice.randint(1, made))
            done = True
            try:
                update(world.now, world.new)
            except BackendError:
                done = False
            if number % 2:
                timer.join()
            writes.spare()
            ended[done] += 1
            with pytest.raises(BackendError):
                answers(world.now)
            server.start()
            try:
                world.holds(done=done)
            except Exception as error:
                raise AssertionError(f"kill {number} (seed {SEED}), {after:.3f} s") from error
        assert ended[False] > 0
    finally:
        server.kill()


def flip(folder: Path, generation: int) -> None:
    """Every passage says its generation, and all change together."""
    folder.mkdir(exist_ok=True)
    for number in range(10):
        (folder / f"{number}.txt").write_text(
            f"Kerja sama topik {number} diperluas\n"
            f"Menteri mengatakan kerja sama topik {number} dari generasi g{generation} diperluas.\n"
            f"Naskah ini berasal dari generasi g{generation}, demikian keterangan menteri itu.\n"
        )


def test_answers_during_updates_are_of_one_generation(
    lite_server: LiteServer, tmp_path: Path
) -> None:
    folder, directory = tmp_path / "articles", tmp_path / "kutip"
    flip(folder, 0)
    update(directory, folder, backend=lite_server.address)
    opened, over, wrong, asked = collection(directory), threading.Event(), [], Counter[str]()

    def ask_on() -> None:
        while not over.is_set():
            try:
                found = ask(opened, "kerja sama topik 3 menteri", k=20)
                seen = {name for hit in found.hits
                        for name in re.findall(r"generasi (g\d+)", hit.passage.text)}  # fmt: skip
                asked.update(seen)
                articles = {hit.passage.article for hit in found.hits} | {
                    version.article for hit in found.hits for version in hit.also
                }
                if len(seen) != 1 or len(articles) != 10:
                    wrong.append((seen, articles))
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=ask_on) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for generation in range(1, 21 if ALL else 5):
            flip(folder, generation)
            update(directory, folder)
            enough = asked.total() + len(threads)
            while asked.total() < enough and not wrong:
                time.sleep(0.01)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert not wrong, wrong[:3]
    assert len(asked) > 1
    assert check(directory) == []
