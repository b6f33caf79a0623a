"""Which encoder a collection is made with, and what becomes of what one makes nothing of."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from index.article import Article
from index.checking import check
from index.collection import Collection
from index.errors import CollectionError, ModelError
from index.store import Store
from tests.fakes import FakeEncoder
from tests.updating.folders import OtherEncoder, write


def test_another_encoder_is_refused_until_a_rebuild(collection: Collection, folder: Path) -> None:
    collection.update(folder)
    other = Collection(collection.directory, encoder=OtherEncoder())
    for use in (other.snapshot, lambda: other.update(folder)):
        with pytest.raises(CollectionError, match=r"made with the encoder .* --rebuild"):
            use()
    report = other.update(folder, rebuild=True)
    assert report.encoded == report.passages
    assert len(other.snapshot().passages) == report.passages
    with pytest.raises(CollectionError):
        collection.snapshot()


class RefusingEncoder(FakeEncoder):
    """Makes no numbers of texts with a certain word."""

    refused = ""

    def encode_passages(self, texts, **options):
        made = super().encode_passages(texts, **options)
        for row, text in enumerate(texts):
            if self.refused and self.refused in text:
                made.vectors[row] = np.nan
        return made


class UselessEncoder(RefusingEncoder):
    """Makes numbers of single words alone."""

    name, fingerprint, refused = "useless", "useless@1", " "


def test_a_rebuild_by_an_encoder_that_makes_nothing_changes_nothing(
    collection: Collection, folder: Path
) -> None:
    collection.update(folder)
    before = collection.snapshot().articles.keys()
    other = Collection(collection.directory, encoder=UselessEncoder())
    with pytest.raises(ModelError, match=r"of no article .gave numbers that are not finite"):
        other.update(folder, rebuild=True)
    assert collection.snapshot().articles.keys() == before
    assert not check(collection.directory)


def test_passages_beyond_the_encoders_window_are_counted_once(folder: Path, tmp_path: Path) -> None:
    class Short(FakeEncoder):
        max_tokens = 40

    write(folder, "short.txt", "kopi").write_text("Kopi\nMenteri minum kopi di Hanoi hari ini.\n")
    collection = Collection(tmp_path / "short", encoder=Short())
    assert collection.update(folder).cut == 3  # each of BODY
    assert collection.update(folder).cut == 0
    assert Collection(tmp_path / "whole", encoder=FakeEncoder()).update(folder).cut == 0


@pytest.mark.parametrize(
    ("factor", "reason"), [(np.nan, "numbers that are not finite"), (0, "does not have length 1")]
)
def test_an_article_left_out_by_the_encoder_is_named_with_the_reason(
    folder: Path, tmp_path: Path, factor: float, reason: str
) -> None:
    class Encoder(FakeEncoder):
        def encode_passages(self, texts, **options):
            made = super().encode_passages(texts, **options)
            made.vectors[["zzz" in text for text in texts]] *= factor
            return made

    write(folder, "z.txt", "zzz")
    report = Collection(tmp_path / "odd", encoder=Encoder()).update(folder)
    assert [article for article, _ in report.skipped] == ["z.txt"]
    assert reason in report.skipped[0][1]


def test_after_a_first_run_that_failed_another_encoder_may_make_the_collection(
    collection: Collection, folder: Path
) -> None:
    other = Collection(collection.directory, encoder=UselessEncoder())
    for _ in range(2):
        with pytest.raises(ModelError):
            other.update(folder)
    assert len(collection.update(folder).added) == 3
    assert not check(collection.directory)


def test_another_encoder_is_told_how_to_take_the_collection_over(
    collection: Collection, folder: Path
) -> None:
    collection.update(folder)
    other = Collection(collection.directory, encoder=UselessEncoder())
    with pytest.raises(CollectionError, match="kutip index --rebuild --model useless"):
        other.update(folder)


INVITATION = "Kabar setiap hari, dari redaksi kami untuk Anda semua."


def test_an_outlet_is_settled_anew_after_the_encoder_refused_one_of_its_articles(
    tmp_path: Path,
) -> None:
    """The third page shows that a line of the other two is furniture, but is itself left out."""
    folder, directory = tmp_path / "articles", tmp_path / "kutip"
    encoder = RefusingEncoder()
    opened = Collection(directory, encoder=encoder)

    def articles() -> list[Article]:
        with Store.open(directory) as store, store.reading():
            return store.articles()

    def fresh() -> list[Article]:
        shutil.rmtree(tmp_path / "fresh", ignore_errors=True)
        made = Collection(tmp_path / "fresh", encoder=FakeEncoder())
        made.update(folder)
        return [*made.snapshot().articles.values()]

    for name, topic in (("a.txt", "pelatihan"), ("b.txt", "energi")):
        write(folder, name, topic, extra=f"{INVITATION}\n\nSumber: https://uji.example/{name}")
    opened.update(folder)
    alone = articles()
    assert all(INVITATION in article.text for article in alone)

    write(folder, "c.txt", "pangan", extra=f"{INVITATION}\n\nSumber: https://uji.example/c")
    encoder.refused = "pangan"
    report = opened.update(folder)
    assert [where for where, _ in report.skipped] == ["c.txt"]
    assert report.changed == ["a.txt", "b.txt"]
    assert not check(directory)
    # Nothing in the folder changes, and the refused article is gone from it: all as before it came.
    (folder / "c.txt").unlink()
    assert opened.update(folder).changed == ["a.txt", "b.txt"]
    assert articles() == alone == fresh()

    write(folder, "c.txt", "pangan", extra=f"{INVITATION}\n\nSumber: https://uji.example/c")
    opened.update(folder)
    encoder.refused = ""
    report = opened.update(folder)
    assert (report.added, report.complete) == (["c.txt"], True)
    assert articles() == fresh()
    assert not any(INVITATION in article.text for article in articles())
    assert not check(directory)


def test_a_collection_whose_model_is_gone_says_which_and_what_to_do(
    collection: Collection, folder: Path
) -> None:
    collection.update(folder)
    with Store.open(collection.directory) as store, store.writing():
        store.set_meta({"encoder": "/no/such/model"})
    with pytest.raises(CollectionError, match="made with the model /no/such/model, which is not"):
        Collection.open(collection.directory)
    with pytest.raises(ModelError, match="'/nor/this'"):
        Collection.open(collection.directory, model="/nor/this")
