"""Retrieval sets as people write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from index.errors import InputError
from qa.judged import read_retrieval_set


def write(folder: Path, *passages: dict[str, Any]) -> Path:
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, passages)))
    (folder / "queries.jsonl").write_text('{"_id": "1", "text": "Apa?"}')
    (folder / "qrels.tsv").write_text("query\tpassage\tgrade\n1\ta\t1\n")
    return folder


def test_a_title_that_is_a_number_is_a_title(tmp_path: Path) -> None:
    found = read_retrieval_set(write(tmp_path, {"_id": "a", "text": "Isi.", "title": 1984}))
    ((article, (passage,)),) = found.corpus
    assert (article.title, passage.context) == ("1984", "1984")


@pytest.mark.parametrize("field", ["_id", "text", "title"])
def test_half_a_character_is_named_with_its_line(tmp_path: Path, field: str) -> None:
    whole = {"_id": "a", "text": "Isi.", "title": "Judul"}
    with pytest.raises(InputError, match=r"corpus\.jsonl:2: half of a character"):
        read_retrieval_set(write(tmp_path, whole, whole | {field: "\ud800"}))


def test_the_files_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    folder = write(tmp_path, {"_id": "a", "text": "Isi."})
    plain = read_retrieval_set(folder)
    for file in folder.iterdir():
        file.write_text(file.read_text("utf-8"), "utf-8-sig")
    assert read_retrieval_set(folder) == plain
