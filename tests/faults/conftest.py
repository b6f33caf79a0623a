"""A world to break things in, made once for each file of tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.faults.world import World, scratch


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    root = scratch()
    yield World(root)
    shutil.rmtree(root)
