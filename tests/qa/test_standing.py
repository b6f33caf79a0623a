"""An answer saved yesterday: what became of its citations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.collection import Collection
from index.errors import InputError
from qa.answering import ask
from qa.standing import Saved, Status, saved_citations, stand, stand_in
from tests.fakes import FakeEncoder

SENTENCE = "Kedua negara sepakat memperluas pelatihan keamanan siber di Tokyo."


def write(folder: Path, *, before: str = "", sentence: str = SENTENCE) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "a.txt"
    path.write_text(f"Vietnam dan Jepang bertemu\n{before}{sentence}\nDemikian kata menteri itu.\n")
    (folder / "b.txt").write_text("Harga kopi naik\nHarga kopi di Lampung naik tajam tahun ini.\n")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "articles"


@pytest.fixture
def collection(tmp_path: Path, folder: Path) -> Collection:
    write(folder)
    made = Collection(tmp_path / "kutip", encoder=FakeEncoder())
    made.update(folder)
    return made


@pytest.fixture
def saved(collection: Collection) -> Saved:
    start = collection.article("a.txt").text.index(SENTENCE)
    return Saved("a.txt", start, start + len(SENTENCE), SENTENCE)


def test_nothing_happened(collection: Collection, saved: Saved) -> None:
    standing = stand_in(collection, saved)
    assert (standing.status, standing.start) == (Status.UNCHANGED, saved.start)


def test_the_quote_shifted(collection: Collection, folder: Path, saved: Saved) -> None:
    write(folder, before="Kalimat baru ini ditambahkan di depan oleh redaksi.\n")
    collection.update(folder)
    standing = stand_in(collection, saved)
    assert standing.status is Status.CHANGED
    text = collection.article("a.txt").text
    assert text[standing.start : standing.end] == saved.quote


def test_the_quote_is_gone_but_still_shown(
    collection: Collection, folder: Path, saved: Saved
) -> None:
    write(folder, sentence="Kedua negara membatalkan semua pelatihan yang direncanakan di Tokyo.")
    collection.update(folder)
    standing = stand_in(collection, saved)
    assert (standing.status, standing.article) == (Status.CHANGED, None)
    assert standing.to_dict()["quote"] == SENTENCE
    assert standing.to_dict()["now"] is None


def test_the_article_moved_and_was_removed(
    collection: Collection, folder: Path, saved: Saved
) -> None:
    (folder / "a.txt").rename(folder / "c.txt")
    collection.update(folder)
    standing = stand_in(collection, saved)
    assert (standing.status, standing.article, standing.start) == (
        Status.MOVED, "c.txt", saved.start
    )  # fmt: skip
    (folder / "c.txt").unlink()
    collection.update(folder)
    assert stand_in(collection, saved).status is Status.REMOVED


def test_of_many_places_the_nearest_is_named(collection: Collection) -> None:
    article = collection.article("b.txt")
    word = "kopi"
    last = article.text.rindex(word)
    standing = stand(Saved("b.txt", last + 3, last + 7, word), article)
    assert (standing.status, standing.start) == (Status.CHANGED, last)


def test_a_saved_answer_is_read_back(collection: Collection) -> None:
    answer = ask(collection, "pelatihan keamanan siber").to_dict()
    saved = saved_citations(json.loads(json.dumps(answer)))
    assert [s.quote for s in saved] == [c["quote"] for c in answer["citations"]]


@pytest.mark.parametrize(
    "answer",
    [None, [], {}, {"citations": 1}, {"citations": [1]}, {"citations": [{"article": "a.txt"}]},
     {"citations": [{"article": 1, "start": 0, "end": 1, "quote": "x"}]},
     {"citations": [{"article": "a", "start": True, "end": 1, "quote": "x"}]},
     {"citations": [{"article": "a", "start": -5, "end": -1, "quote": "x"}]},
     {"citations": [{"article": "a", "start": 5, "end": 5, "quote": "x"}]}],
)  # fmt: skip
def test_what_is_no_saved_answer_is_said(answer: object) -> None:
    with pytest.raises(InputError, match="not a"):
        saved_citations(answer)
