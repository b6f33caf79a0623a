"""A folder of articles, and a collection that is not made yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.collection import Collection
from tests.updating.folders import CountingEncoder, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    for name, topic in (("a.txt", "pelatihan"), ("b.txt", "energi"), ("sub/c.txt", "pangan")):
        write(folder, name, topic)
    return folder


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return Collection(tmp_path / "kutip", encoder=CountingEncoder())
