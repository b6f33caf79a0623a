"""Retrieval sets as people write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from index.errors import InputError
from qa.evaluation import evaluate_beir
from qa.judged import read_questions, read_retrieval_set
from tests.fakes import FakeEncoder


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
        read_retrieval_set(write(tmp_path, whole, whole | {"_id": "b"} | {field: "\ud800"}))


def test_the_files_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    folder = write(tmp_path, {"_id": "a", "text": "Isi."})
    plain = read_retrieval_set(folder)
    for file in folder.iterdir():
        file.write_text(file.read_text("utf-8"), "utf-8-sig")
    assert read_retrieval_set(folder) == plain


@pytest.mark.parametrize(
    ("file", "line", "message"),
    [
        (
            "corpus.jsonl",
            '{"_id": "a", "text": "Lagi."}',
            r"corpus\.jsonl:2: a is the _id of line 1",
        ),
        ("corpus.jsonl", '{"_id": null, "text": "Isi."}', r"corpus\.jsonl:2: no field '_id'"),
        ("corpus.jsonl", '{"_id": " ", "text": "Isi."}', r"corpus\.jsonl:2: .* is empty"),
        ("queries.jsonl", '{"_id": "1", "text": "Siapa?"}', r"queries\.jsonl:2: 1 is the _id"),
        ("queries.jsonl", '{"_id": "2", "text": " "}', r"queries\.jsonl:2: the question is empty"),
        ("qrels.tsv", "1\ta\t0.5", r"qrels\.tsv:3: not query, passage and a whole grade"),
    ],
)
def test_what_cannot_be_measured_is_named_with_its_line(
    tmp_path: Path, file: str, line: str, message: str
) -> None:
    folder = write(tmp_path, {"_id": "a", "text": "Isi."})
    path = folder / file
    path.write_text(f"{path.read_text().rstrip()}\n{line}\n")
    with pytest.raises(InputError, match=message):
        read_retrieval_set(folder)


def test_a_set_needs_passages_and_grades(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"corpus\.jsonl: no passage in it"):
        read_retrieval_set(write(tmp_path))
    folder = write(tmp_path, {"_id": "a", "text": "Isi."})
    (folder / "qrels.tsv").unlink()
    with pytest.raises(InputError, match=r"qrels\.tsv: cannot be read .No such file"):
        read_retrieval_set(folder)


def test_grades_are_read_as_they_are_found(tmp_path: Path) -> None:
    """In the place where BEIR has them, without the names of the columns, with a blank line."""
    folder = write(tmp_path, {"_id": "a", "text": "Isi."})
    plain = read_retrieval_set(folder)
    (folder / "qrels").mkdir()
    (folder / "qrels.tsv").rename(folder / "qrels" / "test.tsv")
    assert read_retrieval_set(folder) == plain
    (folder / "qrels.tsv").write_text("1\ta\t1\n\n")
    assert read_retrieval_set(folder) == plain


@pytest.mark.parametrize("identity", ["a b", "a\tb"])
def test_a_run_takes_no_names_with_blanks(tmp_path: Path, identity: str) -> None:
    folder = write(tmp_path, {"_id": "a", "text": "Isi."}, {"_id": identity, "text": "Lain."})
    with pytest.raises(InputError, match=r"has a blank, which a run cannot hold"):
        evaluate_beir(folder, encoder=FakeEncoder(), run=tmp_path / "run", progress=print)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({"id": "1", "question": "Siapa?"}, r":2: 1 is the id of line 1 too"),
        ({"id": " ", "question": "Siapa?"}, r":2: the field 'id' is empty"),
        ({"id": "2", "question": " "}, r":2: the question is empty"),
        ({"id": "2\ud800", "question": "Siapa?"}, r":2: half of a character"),
        ({"id": "2", "question": "Siapa\udfff?"}, r":2: half of a character"),
    ],
)
def test_a_line_that_cannot_be_asked_is_named(
    tmp_path: Path, line: dict[str, str], message: str
) -> None:
    file = tmp_path / "questions.jsonl"
    good = {"id": "1", "question": "Apa?", "kind": "none"}
    file.write_text(f"{json.dumps(good)}\n{json.dumps(good | line)}\n")
    with pytest.raises(InputError, match=message):
        read_questions(file)
