"""Every place where passages can be searched."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.backends.backend import MILVUS, Address
from tests.backends.engines import LiteServer

CLUSTER = os.environ.get("KUTIP_MILVUS_URI")
ENGINES = ["file", "server", *(["cluster"] if CLUSTER else [])]


@pytest.fixture(scope="session")
def lite_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiteServer]:
    server = LiteServer(tmp_path_factory.mktemp("server") / "data")
    server.start()
    yield server
    server.kill()


def address_of(kind: str, request: pytest.FixtureRequest, folder: Path) -> Address:
    if kind == "embedded":
        return Address()
    if kind == "server":
        server: LiteServer = request.getfixturevalue("lite_server")
        return server.address
    if kind == "cluster":
        return Address(MILVUS, str(CLUSTER), os.environ.get("KUTIP_MILVUS_TOKEN_FILE"))
    return Address(MILVUS, str(folder / "lite.db"))


@pytest.fixture(params=["embedded", *ENGINES])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Address:
    """Where a collection's passages are searched, the default among them."""
    return address_of(request.param, request, tmp_path)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Address:
    """An engine by its address."""
    return address_of(request.param, request, tmp_path)
