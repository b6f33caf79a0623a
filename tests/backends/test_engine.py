"""What an engine promises (`index.backends.backend.Backend`), held against plain arithmetic."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import grpc
import numpy as np
import pytest

from index.backends import milvus
from index.backends.backend import MILVUS, Address, Backend, Cover, Row
from index.backends.connecting import connect, reach
from index.backends.milvus_errors import reason
from index.backends.weights import term_id
from index.errors import BackendError, InputError
from tests.backends.engines import LiteServer

ROOT = Path(__file__).parents[2]
DIMENSION = 32
SIZE = 700  # more than one batch of writing
SITES, DAYS = (0, 7, 2**63 - 1), 50


@pytest.fixture
def backend(engine: Address) -> Iterator[tuple[Backend, str]]:
    opened, name = connect(engine), f"kutip_{uuid4().hex}_1"
    opened.create(name, dimension=DIMENSION, size=SIZE)
    yield opened, name
    opened.drop(name)
    opened.close()


def some_rows(count: int, *, born: int = 1, seed: int = 0) -> list[Row]:
    dice = np.random.default_rng(seed)
    vectors = dice.standard_normal((count, DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    words = [term_id(f"kata{n}") for n in range(60)]
    return [
        Row(
            f"r{seed}-{nth}", born, SITES[nth % len(SITES)], nth % DAYS, vector,
            {int(w): float(dice.uniform(0.1, 2.5)) for w in dice.choice(words, 12, replace=False)},
        )
        for nth, vector in enumerate(vectors)
    ]  # fmt: skip


def by_vector(rows: list[Row], query: np.ndarray) -> dict[str, float]:
    return {row.id: float(row.vector @ query) for row in rows}


def by_words(rows: list[Row], weights: dict[int, float]) -> dict[str, float]:
    found = {row.id: sum(row.words.get(t, 0) * w for t, w in weights.items()) for row in rows}
    return {identity: score for identity, score in found.items() if score > 0}


def agree(hits: list[tuple[str, float]], wanted: dict[str, float], k: int) -> None:
    """The same scores in the same order, each of the row it is said of."""
    best = sorted(wanted.values(), reverse=True)[:k]
    assert [score for _, score in hits] == pytest.approx(best, abs=2e-5)
    for identity, score in hits:
        assert score == pytest.approx(wanted[identity], abs=2e-5)


def test_searches_are_exact(backend: tuple[Backend, str]) -> None:
    opened, name = backend
    rows = some_rows(SIZE)
    opened.upsert(name, rows)
    dice = np.random.default_rng(7)
    few = [row.id for row in rows[::9]]
    there = [row for row in rows if row.id in few]
    for _ in range(3):
        query = dice.standard_normal(DIMENSION).astype(np.float32)
        query /= np.linalg.norm(query)
        agree(opened.nearest(name, query, 40), by_vector(rows, query), 40)
        agree(opened.nearest(name, query, 40, few), by_vector(there, query), 40)
        weights = {term_id(f"kata{n}"): float(dice.uniform(0.5, 9)) for n in (3, 17, 44, 99)}
        agree(opened.best(name, weights, 40), by_words(rows, weights), 40)
        agree(opened.best(name, weights, 900, few), by_words(there, weights), 900)
    assert opened.nearest(name, query, 5, []) == []
    assert opened.best(name, {}, 5) == []
    assert opened.best(name, {term_id("tidak ada"): 1.0}, 5) == []


@pytest.mark.parametrize(
    "cover",
    [Cover(None, 10, 19), Cover((7,), 0, DAYS), Cover((0, 2**63 - 1), 5, 5), Cover((8,), 0, DAYS)],
)
def test_a_cover_is_searched_and_nothing_else(backend: tuple[Backend, str], cover: Cover) -> None:
    opened, name = backend
    rows = some_rows(SIZE)
    opened.upsert(name, rows)
    there = [row for row in rows if cover.first <= row.day <= cover.last
             and (cover.sites is None or row.site in cover.sites)]  # fmt: skip
    weights = {term_id(f"kata{n}"): float(n) for n in (3, 17, 44)}
    agree(opened.nearest(name, rows[5].vector, 300, cover), by_vector(there, rows[5].vector), 300)
    agree(opened.best(name, weights, 300, cover), by_words(there, weights), 300)


def test_what_is_written_replaces_and_what_is_removed_is_gone(
    backend: tuple[Backend, str],
) -> None:
    opened, name = backend
    old = some_rows(SIZE)
    opened.upsert(name, old)
    # The same ids again, with other vectors: no row is there twice.
    fresh = [replace(new, id=row.id, born=2)
             for row, new in zip(old[:90], some_rows(90, seed=1), strict=True)]  # fmt: skip
    bare = Row("bare", 2, 0, 0, fresh[0].vector, {})
    opened.upsert(name, fresh)
    opened.upsert(name, [bare])
    opened.delete(name, [row.id for row in old[100:200]] + ["never there"])
    left = {row.id: row for row in [*old[:100], *old[200:], *fresh]}
    assert sorted(opened.ids(name)) == sorted([*left, "bare"])
    assert opened.count(name) == len(left) + 1
    query = fresh[5].vector
    there = [*left.values(), bare]
    agree(opened.nearest(name, query, SIZE), by_vector(there, query), SIZE)
    # A row without words is found by its meaning, never by words.
    weights = {term_id("kata3"): 1.0}
    agree(opened.best(name, weights, SIZE), by_words(there, weights), SIZE)
    opened.delete_since(name, 2)
    opened.loaded(name)
    assert sorted(opened.ids(name)) == sorted(row.id for row in [*old[90:100], *old[200:]])


def test_collections_are_apart(backend: tuple[Backend, str]) -> None:
    opened, name = backend
    other = name[:-1] + "2"
    opened.create(other, dimension=DIMENSION, size=1)
    opened.upsert(other, some_rows(3))
    assert opened.names(name[:-1]) == [name, other] or opened.names(name[:-1]) == [other, name]
    assert opened.count(name) == 0
    # Made again, it is empty.
    opened.create(other, dimension=DIMENSION, size=1)
    assert opened.count(other) == 0
    opened.drop(other)
    opened.drop(other)
    assert opened.names(name[:-1]) == [name]
    with pytest.raises(BackendError, match="not there any more"):
        opened.nearest(other, np.ones(DIMENSION, np.float32), 3)


def test_a_large_collection_gets_a_graph(
    backend: tuple[Backend, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An approximate index: nearly all of the nearest."""
    opened, name = backend
    monkeypatch.setattr(milvus, "EXACT", SIZE - 1)
    opened.create(name, dimension=DIMENSION, size=SIZE)
    rows = some_rows(SIZE)
    opened.upsert(name, rows)
    opened.loaded(name)
    shared = 0
    for row in rows[:20]:
        exact = by_vector(rows, row.vector)
        best = set(sorted(exact, key=exact.__getitem__, reverse=True)[:50])
        shared += len(best & {identity for identity, _ in opened.nearest(name, row.vector, 50)})
    assert shared / (20 * 50) > 0.95


@contextmanager
def refusing(code: str, details: str) -> Iterator[str]:
    """A server that refuses every call; its address."""

    class Handler(grpc.GenericRpcHandler):
        def service(self, handler_call_details: object) -> object:
            del handler_call_details
            return grpc.unary_unary_rpc_method_handler(
                lambda request, context: context.abort(getattr(grpc.StatusCode, code), details)
            )

    server = grpc.server(ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers((Handler(),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop(None).wait()


@pytest.mark.parametrize(
    ("code", "details", "said"),
    [
        ("UNAUTHENTICATED", "auth check failure, please check username and password are correct",
         "refused the token .*check --token-file or KUTIP_MILVUS_TOKEN"),
        ("PERMISSION_DENIED", "PrivilegeConnect: permission deny to reader", "refused the token"),
        ("RESOURCE_EXHAUSTED", "rate limit exceeded[rate=0.1]", "Milvus refuses: rate limit"),
        ("UNIMPLEMENTED", "unknown service milvus.proto.milvus.MilvusService",
         "no Milvus, or of a version"),
    ],
)  # fmt: skip
def test_what_a_server_refuses_is_said(code: str, details: str, said: str) -> None:
    with refusing(code, details) as uri, pytest.raises(BackendError, match=said):
        connect(Address(MILVUS, uri))


def test_addresses_that_cannot_be_are_told_before_anything_is_done(
    lite_server: LiteServer, tmp_path: Path
) -> None:
    for uri in ("milvus.example:19530", str(tmp_path / "lite"), "ftp://host/x"):
        with pytest.raises(InputError, match="neither a server"):
            connect(Address(MILVUS, uri))
    with pytest.raises(InputError, match="no user and password there") as told:
        connect(Address(MILVUS, "https://root:secret@milvus.example:19530"))
    assert "secret" not in str(told.value)
    uri = lite_server.address.uri
    with pytest.raises(BackendError, match="the certificates cannot be read"):
        connect(Address(MILVUS, uri, ca=str(tmp_path / "none.pem")))
    with pytest.raises(BackendError, match="no encrypted connection"):
        connect(Address(MILVUS, uri.replace("http", "https")))
    with pytest.raises(BackendError, match=r"database .* create it"):
        reach(Address(MILVUS, f"{uri}/other"))
    reach(Address())


def test_a_failed_handshake_is_said_once(lite_server: LiteServer) -> None:
    """In a process of its own: the library that connects decides when it is loaded what to log."""
    uri = lite_server.address.uri.replace("http", "https")
    code = f"""
from index.backends.backend import MILVUS, Address
from index.backends.connecting import connect
from index.errors import BackendError
try:
    connect(Address(MILVUS, {uri!r}))
except BackendError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                          cwd=ROOT, timeout=300, check=True)  # fmt: skip
    assert "no encrypted connection" in done.stdout
    assert done.stderr == ""


def test_errors_are_one_line_with_the_way_out(
    tmp_path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(BackendError, match="does not answer there; start it, or check --uri"):
        connect(Address(MILVUS, "http://127.0.0.1:1"))
    with pytest.raises(BackendError, match="the token cannot be read"):
        connect(Address(MILVUS, "http://127.0.0.1:1", token_file=str(tmp_path / "none")))
    with pytest.raises(InputError, match="there are embedded and milvus"):
        connect(Address("solr", "http://127.0.0.1:1"))
    said = reason(Exception("<MilvusException: (code=1100, message=auth check failure)>"))
    assert said.startswith("refused the token")
    assert "KUTIP_MILVUS_TOKEN" in said
    monkeypatch.setitem(__import__("sys").modules, "pymilvus", None)
    with pytest.raises(BackendError, match=r"pip install '\.\[milvus\]'"):
        connect(Address(MILVUS, "http://127.0.0.1:1"))
    assert capfd.readouterr().err == ""
