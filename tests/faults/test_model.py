"""R15, R19: the real model among threads, and its vectors after any road to the same folder."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from index.checking import check
from index.collection import Collection
from index.embedding import Encoder, load_encoder
from index.records import StoredEncoding
from index.store import Store
from qa.answering import ask
from tests.faults.world import ALL, QUESTIONS, write

pytestmark = pytest.mark.model

THREADS, ENCODES = (32, 200) if ALL else (32, 4)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


@pytest.mark.timeout(3600 if ALL else 300)
def test_r15_threads_get_what_one_thread_gets(encoder: Encoder) -> None:
    texts = [*QUESTIONS, "a", "Wakil Presiden bertemu Menteri Luar Negeri di Hanoi " * 4]
    alone = np.concatenate([encoder.encode_queries([text]).vectors for text in texts])
    counts = encoder.count_tokens(texts)

    def go_on(thread: int) -> float:
        worst = 0.0
        for turn in range(ENCODES):
            row = (thread + turn) % len(texts)
            made = encoder.encode_queries([texts[row]]).vectors[0]
            worst = max(worst, float(np.abs(made - alone[row]).max()))
            assert encoder.count_tokens([texts[row]]) == [counts[row]]
        return worst

    with ThreadPoolExecutor(THREADS) as pool:
        assert max(pool.map(go_on, range(THREADS))) <= 1e-5


def encodings(directory: Path) -> Iterator[tuple[str, StoredEncoding]]:
    with Store.open(directory) as store, store.reading():
        width = int(store.meta()["token_width"])
        for row in store.passages():
            for key in filter(None, (row.encoding, row.context_encoding, row.whole_encoding)):
                made = store.encodings.one(key, width)
                assert made is not None
                yield key, made


def test_r19_any_road_to_a_folder_gives_the_vectors_of_a_fresh_build(
    tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "articles"
    opened = Collection(tmp_path / "kutip", encoder=encoder)
    monkeypatch.setattr("index.encode.BATCH", 3)

    def stop(stage: str, done: int, total: int) -> None:
        if stage == "encoding" and done < total:
            raise KeyboardInterrupt

    for number, topic in enumerate(("pelatihan", "energi", "pangan", "kelautan")):
        write(folder / f"{number}.txt", topic)
        with suppress(KeyboardInterrupt):
            opened.update(folder, progress=stop)
        opened.update(folder)
    before = dict(encodings(opened.directory))
    write(folder / "1.txt", "nuklir", generation="baru")
    (folder / "2.txt").rename(folder / "5.txt")
    opened.update(folder)
    fresh = Collection(tmp_path / "fresh", encoder=encoder)
    monkeypatch.setattr("index.encode.BATCH", 64)
    fresh.update(folder)

    held, anew = dict(encodings(opened.directory)), dict(encodings(fresh.directory))
    assert held.keys() == anew.keys()
    for key, made in held.items():
        other = anew[key]
        assert np.abs(made.vector - other.vector).max() <= 1e-4
        assert (made.states is None) == (other.states is None)
        if made.states is not None and other.states is not None:
            # Eight bits: what differs in the fifth digit may round to the neighbour.
            assert np.abs(made.states.astype(int) - other.states.astype(int)).max() <= 1
            assert np.array_equal(made.offsets, other.offsets)
        if key in before:
            assert made.vector.tobytes() == before[key].vector.tobytes()
    assert before.keys() & held.keys()
    assert not check(opened.directory)
    for question in QUESTIONS[:6]:
        ranked = [[h.passage.id for h in ask(one, question).hits[:10]] for one in (opened, fresh)]
        assert ranked[0] == ranked[1]
