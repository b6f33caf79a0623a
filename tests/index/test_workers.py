"""Encoding in other processes: the same collection, whoever of them dies."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from index import encode
from index.collection import Collection
from index.errors import InputError, ModelError
from index.workers import Workers, open_workers
from tests.fakes import FakeEncoder, SlowEncoder, load_slow
from tests.faults.world import digest, old_folder, update

ARTICLES = 24
BIN = Path(sys.executable).parent


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(encode, "BATCH", 4)
    old_folder(tmp_path / "articles", ARTICLES)
    update(tmp_path / "plain", tmp_path / "articles")
    return tmp_path / "articles"


def index_with(workers: Workers, folder: Path, *, after: Callable[[], None] | None = None) -> str:
    """The digest of a collection made by workers, one of which meets its end after some steps."""
    steps = []

    def tell(stage: str, done: int, total: int) -> None:
        if stage == "encoding":
            steps.append((done, total))
            if len(steps) == 4 and after is not None:
                after()

    opened = Collection(folder.parent / "kutip", encoder=SlowEncoder())
    opened.update(folder, workers=workers, progress=tell)
    counts = [done for done, _ in steps]
    assert counts == sorted(counts)
    assert steps[-1][0] == steps[-1][1] > ARTICLES
    return digest(opened.directory)


@pytest.mark.parametrize("killed", [False, True])
def test_processes_make_the_same_collection(folder: Path, killed: bool) -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:

        def kill() -> None:
            os.kill(next(iter(pool._processes)), signal.SIGKILL)

        workers = Workers(pool, count=2, load=load_slow)
        assert index_with(workers, folder, after=kill if killed else None) == digest(
            folder.parent / "plain"
        )


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[int]]]:
    """A Dask scheduler with two workers on this machine: its address and the workers' ids."""
    home = tmp_path_factory.mktemp("dask")
    said = home / "scheduler.json"
    options: dict = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": home}
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    running = [
        subprocess.Popen(
            [BIN / "dask", "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
             "--scheduler-file", said], env=environment, **options)
    ]  # fmt: skip
    try:
        until = time.monotonic() + 60
        while not said.exists() or not said.read_text():
            assert time.monotonic() < until
            time.sleep(0.05)
        address = json.loads(said.read_text())["address"]
        running += [
            subprocess.Popen(
                [BIN / "dask", "worker", address, "--nthreads", "1", "--no-dashboard",
                 "--no-nanny", "--host", "127.0.0.1"], env=environment, **options)
            for _ in range(2)
        ]  # fmt: skip
        from distributed import Client

        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        yield address, [worker.pid for worker in running[1:]]
    finally:
        for process in running:
            process.kill()
            process.wait()


def test_a_killed_dask_worker_loses_nothing(folder: Path, cluster: tuple[str, list[int]]) -> None:
    address, pids = cluster
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        workers = Workers(client.get_executor(pure=False), count=2, load=load_slow)
        made = index_with(workers, folder, after=lambda: os.kill(pids[0], signal.SIGKILL))
        assert made == digest(folder.parent / "plain")
    with open_workers(address) as found:
        assert found is not None


def test_a_worker_with_another_encoder_is_refused(folder: Path) -> None:
    class Other(FakeEncoder):
        fingerprint = "fake@2"

    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        opened = Collection(folder.parent / "kutip", encoder=Other())
        with pytest.raises(ModelError, match="another version of the encoder fake"):
            opened.update(folder, workers=Workers(pool, count=1, load=load_slow))


def test_what_cannot_be_reached_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.workers.CONNECT", 0.5)
    with pytest.raises(InputError, match="a number of processes, or a Dask"), open_workers("x"):
        pass
    nowhere = "tcp://127.0.0.1:1"
    with pytest.raises(ModelError, match="no Dask scheduler answers there"), open_workers(nowhere):
        pass
    with open_workers(None) as nobody:
        assert nobody is None
