"""The seeds with the real model: the same answers wherever they are searched."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from index.collection import Collection
from qa.answering import ask
from qa.lookup import find
from tests.backends.engines import LiteServer

ROOT = Path(__file__).parents[2]
QUESTIONS = [
    json.loads(line)["question"]
    for line in (ROOT / "tests/e2e/questions.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.model
def test_the_seeds_are_answered_alike(
    seeds: Collection, lite_server: LiteServer, tmp_path: Path
) -> None:
    shutil.copytree(seeds.directory, tmp_path / "kutip")
    remote = Collection(tmp_path / "kutip", encoder=seeds.encoder, late=seeds.late)
    report = remote.update(ROOT / "seeds", backend=lite_server.address)
    assert report.encoded == 0
    for question in [*QUESTIONS, "after:2025-10 before:2025-11-03 kerja sama -Turki", "Việt Nam"]:
        here, there = (ask(one, question).to_dict() for one in (seeds, remote))
        for answer in (here, there):
            del answer["took_ms"], answer["generation"]
        assert there == here, question
    for words in ('"kerja sama" pelatihan', "perdagangan -Thailand"):
        assert find(remote, words).hits == find(seeds, words).hits
