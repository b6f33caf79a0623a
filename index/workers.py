"""Encoding by other processes, on this machine or on many, through a `concurrent.futures.Executor`.

Dask's scheduler (https://distributed.dask.org) gives one by address; this is its only importer.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager, suppress
from functools import lru_cache, partial
from itertools import islice
from typing import Any

from index.embedding import Encoder, load_encoder
from index.encode import Batch, Encoded, encode_batch
from index.errors import InputError, ModelError
from index.late_interaction import LateInteraction

# Batches under way for each worker: one it works on, one that waits, and none that idles.
AHEAD = 3
# Seconds to wait for a scheduler.
CONNECT = 10

Load = Callable[[str], Encoder]


class Workers:
    """Processes that encode batches for one update. Loses nothing when they die.

    A batch whose worker died, or failed for another reason than the model's, is encoded here.
    """

    def __init__(self, executor: Executor, *, count: int, load: Load = load_encoder) -> None:
        """Give batches to `count` workers that load the encoder by its name with `load`."""
        self._executor, self._count, self._load = executor, count, load

    def encode(
        self, batches: Iterable[Batch], encoder: Encoder, late: LateInteraction | None
    ) -> Generator[tuple[Batch, Encoded]]:
        """Each batch with what was made of it, in the order in which they are done.

        Raises ModelError when a worker has another encoder than this process.
        """
        work = partial(_work, self._load, encoder.name, encoder.fingerprint, late is not None)
        coming, running = iter(batches), dict[Future[Encoded], Batch]()
        try:
            while True:
                for batch in islice(coming, self._count * AHEAD - len(running)):
                    running[self._submit(work, batch)] = batch
                if not running:
                    return
                for done in wait(running, return_when=FIRST_COMPLETED).done:
                    batch = running.pop(done)
                    yield batch, self._result(done, batch, encoder, late)
        finally:
            for future in running:
                future.cancel()

    def _submit(self, work: Callable[[Batch], Encoded], batch: Batch) -> Future[Encoded]:
        try:
            return self._executor.submit(work, batch)
        except RuntimeError as error:  # all the processes are gone
            failed: Future[Encoded] = Future()
            failed.set_exception(error)
            return failed

    @staticmethod
    def _result(
        done: Future[Encoded], batch: Batch, encoder: Encoder, late: LateInteraction | None
    ) -> Encoded:
        try:
            return done.result()
        except ModelError:
            raise
        except (Exception, CancelledError):
            return encode_batch(batch, encoder, late)


@contextmanager
def open_workers(where: str | None) -> Iterator[Workers | None]:
    """The workers that `where` names: a number of processes here, or a Dask scheduler's address.

    None for None: this process encodes, with all the cores it has. Raises InputError, ModelError.
    """
    if where is None:
        yield None
    elif where.isascii() and where.isdecimal() and int(where) > 0:
        # Never forked: the libraries that encode have threads.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(int(where), mp_context=context) as pool:
            yield Workers(pool, count=int(where))
    elif "://" in where:
        with _dask(where) as workers:
            yield workers
    else:
        raise InputError(
            f"--workers {where}: give a number of processes, or a Dask scheduler's address such "
            "as tcp://10.0.0.5:8786"
        )


@contextmanager
def _dask(address: str) -> Iterator[Workers]:
    try:
        from distributed import Client
    except ImportError:
        raise ModelError(
            "Dask is not installed: in Kutip's folder, pip install '.[cluster]'"
        ) from None
    try:
        client: Any = Client(address, timeout=CONNECT, set_as_default=False)
    except (OSError, ValueError, TimeoutError):
        raise ModelError(
            f"{address}: no Dask scheduler answers there; start one with: dask scheduler"
        ) from None
    try:
        count = len(client.scheduler_info()["workers"])
        if not count:
            raise ModelError(
                f"{address}: the scheduler has no workers; start some with: dask worker {address}"
            )
        yield Workers(client.get_executor(pure=False), count=count)
    finally:
        with suppress(OSError, TimeoutError):
            client.close()


def _work(load: Load, name: str, fingerprint: str, with_tokens: bool, batch: Batch) -> Encoded:
    """What a worker does. Raises ModelError when its encoder is not the one asked for."""
    encoder, late = _loaded(load, name)
    if encoder.fingerprint != fingerprint or (late is not None) != with_tokens:
        raise ModelError(
            f"a worker has another version of the encoder {name}; install the same Kutip there"
        )
    return encode_batch(batch, encoder, late)


@lru_cache(maxsize=1)
def _loaded(load: Load, name: str) -> tuple[Encoder, LateInteraction | None]:
    """The worker's encoder, loaded once a process."""
    encoder = load(name)
    return encoder, LateInteraction.for_encoder(encoder.fingerprint)
