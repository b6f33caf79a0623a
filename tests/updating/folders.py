"""A folder of articles to index, encoders that count, and all that an answer depends on."""

from __future__ import annotations

from pathlib import Path

from index.store import Store
from tests.fakes import FakeEncoder

BODY = "Menteri mengatakan bahwa kedua negara sepakat memperluas kerja sama di bidang {}. " * 3


def write(folder: Path, name: str, topic: str, *, extra: str = "") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"Kerja sama {topic} diperluas\n{BODY.format(*[topic] * 3)}\n{extra}")
    return path


class CountingEncoder(FakeEncoder):
    """Counts what it was asked to encode."""

    encoded = 0

    def encode_passages(self, texts, **options):
        self.encoded += len(texts)
        return super().encode_passages(texts, **options)


class OtherEncoder(CountingEncoder):
    """Another model of the same dimension."""

    name = "other"
    fingerprint = "other@1"


def contents(directory: Path) -> tuple[object, ...]:
    """Everything an answer can depend on."""
    with Store.open(directory) as store, store.reading():
        passages = store.passages()
        dimension = int(store.meta()["dimension"])
        keys = [row.encoding for row in passages]
        keys += [row.context_encoding for row in passages if row.context_encoding]
        keys += [row.whole_encoding for row in passages]
        return store.articles(), passages, store.encodings.vectors(keys, dimension).tobytes()
