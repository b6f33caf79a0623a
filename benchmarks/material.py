"""Collections of any size for measuring speed: synthetic articles, realistic vectors.

Articles are made of the paragraphs of real ones, one word in eight replaced, so that words are as
frequent and texts as long as in the news. Vectors and token states are those that the model gave
to a sample of real passages, mixed by the text's hash: as many, as large and as unlike each other
as real ones, at a hundredth of their cost. What such a collection answers means nothing; how long
that takes does.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from index.collection import Collection
from index.embedding import Encoder, Encoding, TokenStates
from index.encoders.e5_encoder import E5Encoder
from index.encoders.model_files import PROMPTS
from index.passages import LEAD_WORDS

SAMPLE = 300
# Of a vector's direction: enough to part neighbours, little enough to keep topics.
NOISE = 0.35
REPLACED = 1 / 8
SEED = 7
QUESTION_WORDS = 9


class StandIn(E5Encoder):
    """The default encoder, but for passages: those it makes up out of a sample's.

    Questions are encoded by the model itself.
    """

    def __init__(self, articles: Sequence[str], *, cache: Path) -> None:
        """Encode a sample of passages of the articles, or take what `cache` keeps of it."""
        super().__init__()
        if not cache.exists():
            self._make_sample(articles, cache)
        with np.load(cache) as kept:
            self._vectors, self._states = kept["vectors"], kept["states"]

    def encode_passages(
        self,
        texts: Sequence[str],
        *,
        with_tokens: bool = False,
        progress: Callable[[int], None] | None = None,
    ) -> Encoding:
        """Vectors by the texts' hashes, token states by the tokens' ids."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            seed = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())
            dice = np.random.default_rng(seed)
            noise = dice.standard_normal(self.dimension, np.float32)
            vectors[row] = self._vectors[dice.integers(len(self._vectors))]
            vectors[row] += NOISE / np.linalg.norm(noise) * noise
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        if progress is not None:
            progress(len(texts))
        if not with_tokens:
            return Encoding(vectors)
        tokens = self._tokenizer.tokenise(texts, prompt=PROMPTS["passage"])
        states = tuple(
            TokenStates(
                self._states[np.asarray(one.ids[one.first : -1], np.int64) % len(self._states)],
                one.offsets,
            )
            for one in tokens
        )
        return Encoding(vectors, states)

    def _make_sample(self, articles: Sequence[str], cache: Path) -> None:
        paragraphs = [part for text in articles for part in text.split("\n\n") if len(part) > 80]
        chosen = random.Random(SEED).sample(paragraphs, SAMPLE)
        made = super().encode_passages(chosen, with_tokens=True)
        states = np.concatenate([one.states for one in made.tokens or ()])
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.savez(cache, vectors=made.vectors, states=states)


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
    """A folder that holds so many articles in one file of JSON lines."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "news.jsonl").open("w", encoding="utf-8") as file:
        for one in articles(real, count):
            file.write(json.dumps(one, ensure_ascii=False) + "\n")
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


def made(options: argparse.Namespace, count: int) -> tuple[Collection, Path]:
    """The collection of so many articles, made on first use, and its folder of articles."""
    real = read_articles(options.articles)
    encoder = stand_in(options, real)
    folder = options.cache / f"articles-{count}"
    collection = Collection(options.cache / f"collection-{count}", encoder=encoder)
    if not folder.exists():
        write_folder(folder, real, count)
    if not collection.directory.exists():
        collection.update(folder)
    return collection, folder


def stand_in(options: argparse.Namespace, real: Sequence[dict[str, str]]) -> Encoder:
    """The stand-in, its sample kept with the collections."""
    return StandIn([one["text"] for one in real], cache=options.cache / "sample.npz")
