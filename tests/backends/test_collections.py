"""A collection finds the same wherever its passages are searched: exact, in one order."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rank_bm25 import BM25Plus

from index.backends import publishing, searching, sweeping
from index.backends.backend import Address, Place
from index.backends.connecting import connect
from index.checking import check
from index.collection import Collection
from index.encodings import keys_of
from index.errors import CollectionError
from index.snapshot import Snapshot
from index.store import Store
from index.words import terms
from qa.answering import ask
from tests.faults.world import QuickEncoder

WORDS = (
    "menteri pelatihan energi pangan kelautan nuklir kopi perikanan kesehatan beras negara "
    "sepakat kerja sama ekspor impor perwira polisi banjir gempa wisata pajak"
).split()
QUESTIONS = ("pelatihan perwira polisi", "ekspor kopi", "gempa banjir", "tidak diketahui")


def write(folder: Path, number: int, *, seed: int = 0, longer: int = 1) -> None:
    """An article of several passages; one in six is a reprint of the one before."""
    dice = random.Random(f"{seed} {number - (number % 6 == 1)}")
    sizes = [6, *(longer * dice.randint(15, 60) for _ in range(4))]
    lines = [" ".join(dice.choices(WORDS, k=size)).capitalize() + "." for size in sizes]
    folder.mkdir(exist_ok=True)
    (folder / f"{number:03}.txt").write_text("\n\n".join(lines) + "\n", "utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(40):
        write(tmp_path / "articles", number)
    return tmp_path / "articles"


@pytest.fixture
def opened(place: Address, tmp_path: Path, folder: Path) -> Collection:
    made = Collection(tmp_path / "kutip", encoder=QuickEncoder())
    made.update(folder, backend=place)
    return made


def exact(scores: np.ndarray, rows: np.ndarray, k: int) -> list[int]:
    order = np.lexsort((rows, -scores[rows]))
    return [int(row) for row in rows[order][:k]]


def agrees_with_arithmetic(opened: Collection) -> None:
    """Both searches, held against every vector and rank-bm25 over every passage."""
    encoder = opened.encoder
    with opened.view() as view, Store.open(opened.directory) as store:
        passages, identity = view.snapshot.passages, view.snapshot.identity
        texts = [terms(passage.with_context) for passage in passages]
        keys = [keys_of(identity, passage) for passage in passages]
        vectors = store.encodings.passage_vectors(keys, encoder.dimension)
        everything = np.arange(len(passages))
        bm25 = BM25Plus(texts, delta=0)
        dice = np.random.default_rng(5)
        filters = [None, everything[::40], np.sort(dice.permutation(everything)[: len(texts) // 2])]
        for question in QUESTIONS:
            query = encoder.encode_queries([question]).vectors[0]
            dense = (vectors @ query).astype(np.float32)
            asked = terms(question)
            lexical = bm25.get_scores(asked).astype(np.float32)
            for rows in filters:
                among = everything if rows is None else rows
                # Equal but for the last bit of a product: reprints must still stand by row.
                near = view.searchers.nearest(query, 20, rows)
                assert dense[near] == pytest.approx(dense[exact(dense, among, 20)], abs=1e-6)
                some = among[lexical[among] > 0]
                best = view.searchers.best(asked, 20, rows)
                assert best.tolist() == exact(lexical.round(4), some, 20) or lexical[
                    best
                ] == pytest.approx(lexical[exact(lexical, some, 20)], abs=1e-5)
                assert view.searchers.scores(asked, among) == pytest.approx(
                    lexical[among], abs=1e-5
                )
                assert view.searchers.similarities(query, among) == pytest.approx(
                    dense[among], abs=1e-6
                )


def recorded(opened: Collection) -> Place | None:
    with Store.open(opened.directory) as store:
        return Place.of(store.meta().get("backend", ""))


def answers(opened: Collection) -> list[dict]:
    found = [ask(opened, question).to_dict() for question in QUESTIONS]
    for one in found:
        del one["took_ms"], one["generation"]
    return found


def test_searches_are_exact_through_a_life(
    opened: Collection, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Both ways of an engine to search a part: by name, and by choosing from what it finds.
    monkeypatch.setattr(searching, "NAMED", 30)
    agrees_with_arithmetic(opened)
    for number in range(0, 40, 3):
        write(folder, number, seed=1)
    (folder / "001.txt").rename(folder / "901.txt")
    (folder / "002.txt").unlink()
    write(folder, 50)
    opened.update(folder)
    agrees_with_arithmetic(opened)
    assert check(opened.directory) == []
    # Longer articles: the stored weights no longer fit and are made anew.
    for number in range(40):
        write(folder, number, longer=2)
    before = recorded(opened)
    opened.update(folder)
    after = recorded(opened)
    assert (before and before.name) != (after and after.name) or before is after is None
    agrees_with_arithmetic(opened)
    opened.update(folder, rebuild=True)
    agrees_with_arithmetic(opened)
    assert check(opened.directory) == []
    plain = Collection(tmp_path / "plain", encoder=QuickEncoder())
    plain.update(folder)
    assert answers(opened) == answers(plain)


def test_an_emptied_collection_finds_nothing_and_fills_again(
    opened: Collection, folder: Path
) -> None:
    for path in folder.iterdir():
        path.unlink()
    opened.update(folder, allow_empty=True)
    assert all(one["hits"] == [] for one in answers(opened))
    assert check(opened.directory) == []
    write(folder, 1)
    opened.update(folder)
    agrees_with_arithmetic(opened)


def test_moving_there_and_back_encodes_nothing_and_changes_no_answer(
    engine: Address, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Collection(tmp_path / "kutip", encoder=QuickEncoder())
    opened.update(folder)
    before = answers(opened)
    for place in (engine, Address(), engine):
        report = opened.update(folder, backend=place)
        assert report.encoded == 0
        assert answers(opened) == before
        cached = Snapshot.cached(opened.directory)  # what the next process opens
        assert cached is not None
        assert bool(cached.backend) == bool(place.uri)
        assert answers(Collection(opened.directory, encoder=QuickEncoder())) == before
        assert check(opened.directory) == []
    assert not opened.update(folder)
    # Another way to the same place uploads nothing.
    old = recorded(opened)
    (tmp_path / "token").write_text(os.environ.get("KUTIP_MILVUS_TOKEN", "") + "\n")
    opened.update(folder, backend=replace(engine, token_file=str(tmp_path / "token")))
    new = recorded(opened)
    assert old is not None
    assert new is not None
    assert new.name == old.name
    assert new.address.token_file
    assert answers(opened) == before
    # What was left is gone once nobody can be asking it any more.
    monkeypatch.setattr(sweeping, "GRACE", 0.0)
    opened.update(folder)
    with Store.open(opened.directory) as store:
        meta = store.meta()
    here = Place.of(meta["backend"])
    assert here is not None
    backend = connect(here.address)
    assert backend.names(f"kutip_{meta['id']}") == [here.name]
    backend.close()


def test_a_killed_upload_leaves_nothing_that_counts(
    engine: Address, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Collection(tmp_path / "kutip", encoder=QuickEncoder())
    opened.update(folder, backend=engine)
    before = answers(opened)
    write(folder, 60)
    monkeypatch.setattr(publishing, "BATCH", 2)

    def stop(stage: str, done: int, total: int) -> None:
        if stage == "uploading":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        opened.update(folder, progress=stop)
    assert answers(opened) == before
    assert check(opened.directory) == []
    (folder / "060.txt").unlink()
    opened.update(folder)  # nothing to do, but to tidy up
    assert answers(opened) == before
    with Store.open(opened.directory) as store:
        place = Place.of(store.meta()["backend"])
        assert store.meta()["uploading"] == "0"
        assert place is not None
        backend = connect(place.address)
        assert backend.count(place.name) == store.passage_count()
        backend.close()


def test_what_an_engine_lost_is_found_and_mended(
    engine: Address, folder: Path, tmp_path: Path
) -> None:
    opened = Collection(tmp_path / "kutip", encoder=QuickEncoder())
    opened.update(folder, backend=engine)
    before = answers(opened)
    with Store.open(opened.directory) as store:
        place = Place.of(store.meta()["backend"])
    assert place is not None
    backend = connect(place.address)
    backend.delete(place.name, list(backend.ids(place.name))[:7])
    [finding] = check(opened.directory)
    assert "lacks 7 of" in finding.what
    assert finding.mend == "kutip index --checksum"
    report = opened.update(folder, checksum=True)
    assert report.encoded == 0
    assert answers(opened) == before
    assert check(opened.directory) == []
    backend.close()


def test_readers_see_one_generation_or_are_told(
    engine: Address, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Collection(tmp_path / "kutip", encoder=QuickEncoder())
    opened.update(folder, backend=engine)
    query = opened.encoder.encode_queries(["ekspor kopi"]).vectors[0]
    with opened.view() as view:
        before = view.searchers.nearest(query, 20).tolist()
        for number in range(20):
            write(folder, number, seed=2)
        opened.update(folder)
        # The rows of the generation before are kept for whoever is still reading it ...
        assert view.searchers.nearest(query, 20).tolist() == before
        monkeypatch.setattr(sweeping, "GRACE", 0.0)
        opened.update(folder)
        # ... and whoever reads it for longer than that never gets a part for the whole.
        with pytest.raises(CollectionError, match="ask again"):
            view.searchers.nearest(query, 20)
    agrees_with_arithmetic(opened)
