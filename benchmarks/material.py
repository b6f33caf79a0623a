"""Collections of any size for measuring speed: synthetic articles, realistic vectors.

Articles are made of the paragraphs of real ones, one word in eight replaced, so that words are as
frequent and texts as long as in the news; each is a file of its own, a thousand to a folder.
Vectors are those that the model gave to real passages, each moved along the difference of two
others, so that they spread as real ones do: in few directions, and densely in some places. Token
vectors are drawn from those of a sample. A hundredth of the model's cost; what such a collection
answers means nothing, how long that takes does.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import zlib
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.collection import Collection
from index.embedding import Encoding, TokenStates
from index.encoders.e5_encoder import E5Encoder
from index.late_interaction import LateInteraction
from index.passages import LEAD_WORDS
from index.store import Store

SAMPLE = 300
# How far a vector is moved: cosines to the nearest are then about those among real passages.
MOVED = 0.25
# The same for what the context adds.
BY_CONTEXT = 0.1
REPLACED = 1 / 8
SEED = 7
QUESTION_WORDS = 9
FOLDER = 1000
# The tokenizer's pieces of Indonesian words, about.
_PIECE = re.compile(r"\w{1,5}|[^\w\s]")


class Projected(LateInteraction):
    """The shipped head for passages whose token states are projected already."""

    def project_passage(self, states: npt.ArrayLike) -> npt.NDArray[np.int8]:
        """Nothing is left to do."""
        return np.asarray(states, dtype=np.int8)


class StandIn(E5Encoder):
    """The default encoder, but for passages: those it makes up out of a sample's.

    Questions are encoded by the model itself.
    """

    def __init__(self, articles: Sequence[str], *, cache: Path, real: Path | None = None) -> None:
        """Encode a sample of passages of the articles, or take what `cache` keeps of it.

        `real` is a collection made with the model: all its vectors are then the sample.
        """
        super().__init__()
        self.late = _projected()
        if not cache.exists():
            self._make_sample(articles, cache, real)
        with np.load(cache) as kept:
            self._vectors, self._codes = kept["vectors"], kept["codes"]

    def encode_passages(self, texts: Sequence[str], *, with_tokens: bool = False) -> Encoding:
        """Vectors by the texts' hashes, token vectors by those of their pieces.

        A passage alone and behind its context, of which it is the last line, are near each other.
        """
        vectors = self._moves([text.rsplit("\n", 1)[-1] for text in texts], MOVED)
        vectors += self._sampled([text.rsplit("\n", 1)[-1] for text in texts])
        vectors += self._moves(texts, BY_CONTEXT)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return Encoding(vectors, tuple(map(self._tokens, texts)) if with_tokens else None)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """About as many as the tokenizer would."""
        return [len(_PIECE.findall(text)) + 4 for text in texts]

    def _sampled(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        hashes = b"".join(blake2b(text.encode(), digest_size=4).digest() for text in texts)
        found: npt.NDArray[np.float32] = self._vectors[
            np.frombuffer(hashes, "<u4") % len(self._vectors)
        ]
        return found

    def _moves(self, texts: Sequence[str], length: float) -> npt.NDArray[np.float32]:
        """For each text the difference of two vectors of the sample, of this length."""
        hashes = b"".join(blake2b(text.encode(), digest_size=8).digest() for text in texts)
        ends = (np.frombuffer(hashes, "<u4") % len(self._vectors)).reshape(-1, 2)
        moves = self._vectors[ends[:, 0]] - self._vectors[ends[:, 1]]
        norms = np.maximum(np.linalg.norm(moves, axis=1, keepdims=True), 1e-6)
        return np.asarray(length / norms * moves, dtype=np.float32)

    def _tokens(self, text: str) -> TokenStates:
        pieces = list(_PIECE.finditer(text))[: self.max_tokens]
        chosen = [zlib.crc32(piece[0].encode()) % len(self._codes) for piece in pieces]
        offsets = np.array([piece.span() for piece in pieces], np.int32).reshape(-1, 2)
        return TokenStates(self._codes[chosen], offsets)

    def _make_sample(self, articles: Sequence[str], cache: Path, real: Path | None) -> None:
        paragraphs = [part for text in articles for part in text.split("\n\n") if len(part) > 80]
        chosen = random.Random(SEED).sample(paragraphs, SAMPLE)
        made = super().encode_passages(chosen, with_tokens=True)
        codes = [LateInteraction.load().project_passage(one.states) for one in made.tokens or ()]
        vectors = made.vectors
        if real:
            with Store.open(real) as store, store.reading():
                keys = sorted({row.whole_encoding for row in store.passages()})
                vectors = store.encodings.vectors(keys, self.dimension)
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.savez(cache, vectors=vectors, codes=np.concatenate(codes))


def _projected() -> Projected:
    head = LateInteraction.load()
    return Projected(**{name: getattr(head, name) for name in head.__dataclass_fields__})


def read_articles(path: Path) -> list[dict[str, str]]:
    """The records of a file of JSON lines with `text`."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def articles(real: Sequence[dict[str, str]], count: int) -> Iterator[dict[str, str]]:
    """So many synthetic articles, the same at every call; the first are the real ones."""
    yield from real[:count]
    dice = random.Random(SEED)
    paragraphs = [part for one in real for part in one["text"].split("\n\n")]
    vocabulary = [word for part in paragraphs for word in part.split()]
    for number in range(len(real), count):
        frame = dice.choice(real)
        parts = [dice.choice(paragraphs) for _ in frame["text"].split("\n\n")]
        text = "\n\n".join(
            " ".join(dice.choice(vocabulary) if dice.random() < REPLACED else word
                     for word in part.split())
            for part in parts
        )  # fmt: skip
        yield frame | {"id": f"s{number:07}", "text": text}


def write_folder(folder: Path, real: Sequence[dict[str, str]], count: int) -> Path:
    """A folder of so many articles, a file each."""
    for number, one in enumerate(articles(real, count)):
        path = folder / f"{number // FOLDER:04}" / f"{one['id']}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{one.get('url', '')}\n\n{one['text']}\n", "utf-8")
    return folder


def questions(real: Sequence[dict[str, str]], count: int) -> list[str]:
    """Runs of words from leads of the articles, as long as questions are."""
    dice = random.Random(SEED)
    found = []
    while len(found) < count:
        words = dice.choice(real)["text"].split()[4 : LEAD_WORDS * 2]
        if len(words) > QUESTION_WORDS:
            start = dice.randrange(len(words) - QUESTION_WORDS)
            found.append(f"Apakah benar {' '.join(words[start : start + QUESTION_WORDS])}?")
    return found


def add_options(parser: argparse.ArgumentParser) -> None:
    """What every command over such collections takes."""
    parser.add_argument("articles", type=Path, help="JSON lines with `text`, real articles")
    parser.add_argument("--cache", type=Path, default=Path("results/material"),
                        help="where collections are kept between runs")  # fmt: skip
    parser.add_argument("--vectors", type=Path, help="a collection made with the model: synthetic "
                        "vectors are made of its own (default: of 300 passages)")  # fmt: skip


def made(options: argparse.Namespace, count: int) -> tuple[Collection, Path]:
    """The collection of so many articles, made on first use, and its folder of articles."""
    real = read_articles(options.articles)
    encoder = stand_in(options, real)
    folder = options.cache / f"articles-{count}"
    directory = options.cache / f"collection-{count}"
    collection = Collection(directory, encoder=encoder, late=encoder.late)
    if not folder.exists():
        write_folder(folder, real, count)
    if not collection.directory.exists():
        collection.update(folder)
    return collection, folder


def stand_in(options: argparse.Namespace, real: Sequence[dict[str, str]]) -> StandIn:
    """The stand-in, its sample kept with the collections."""
    texts = [one["text"] for one in real]
    return StandIn(texts, cache=options.cache / "sample.npz", real=options.vectors)
