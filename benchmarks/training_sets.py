"""The training sets of `train_head.py`: texts, token states, hard negatives.

One folder per set, as in BEIR with languages: corpus.<lang>.jsonl, queries.<lang>.jsonl, and
qrels.tsv, or qrels.<lang>.tsv where ids are not shared. All permit redistribution of what is
learned from them:
  squad11   SQuAD 1.1 dev (Rajpurkar et al. 2016), English, CC BY-SA 4.0
  facqa     FacQA in IndoNLU (Purwarianti et al. 2007; Wilie et al. 2020), Indonesian, Apache-2.0
  tico19    TICO-19 (Anastasopoulos et al. 2020), English and Indonesian in parallel, CC0
  tydiqa    TyDi QA GoldP (Clark et al. 2020), Arabic, Korean, Russian, Apache-2.0; its English is
            left out, SQuAD having more
  xquad     XQuAD (Artetxe, Ruder & Yogatama 2020), 12 languages in parallel, CC BY-SA 4.0
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.lexical import LexicalIndex
from index.sentences import sentences
from index.words import terms

SEED = 0
MAX_QUESTIONS = 3000  # of one set and language, so that no single set rules
MAX_PASSAGES = {"tydiqa": 400, "tico19": 500}  # keeps encoding short
PARALLEL = ("xquad", "tico19")  # sets whose languages say the same under the same ids
HELD_OUT = 0.2  # of each set's passages, the last ones, never trained on
UNSEEN = ("ko", "th", "el")  # never trained on: they stand for all languages without data

Floats = npt.NDArray[np.float32]
Halves = npt.NDArray[np.float16]
Encode = Callable[[list[str], str, Path], "States"]


@dataclass(frozen=True, slots=True)
class States:
    """Encoded texts: unit `vectors` (n, d); for each text its token `states`, (tokens, width), and
    where in it each token `begins`.
    """

    vectors: Floats
    states: list[Halves]
    begins: list[npt.NDArray[np.int32]]


@dataclass(frozen=True, slots=True)
class Texts:
    """The questions, or the passages, of a set in one language."""

    texts: list[str]
    answers: list[list[str]]  # of questions
    sentences: list[list[tuple[int, int]]]  # of passages
    encoded: States


@dataclass(frozen=True, slots=True)
class Family:
    """Questions and passages of one set, the same in each language; `gold` holds passage rows."""

    name: str
    questions: dict[str, Texts]
    passages: dict[str, Texts]
    gold: list[set[int]]
    hard: list[list[int]]  # the nearest passages that are wrong
    ambiguous: list[set[int]]  # passages that hold the answer without being judged right

    @property
    def languages(self) -> list[str]:
        """The languages that are trained on."""
        return [language for language in sorted(self.questions) if language not in UNSEEN]

    @property
    def passages_trained(self) -> int:
        """How many of the passages, the first ones, are trained on."""
        return round((1 - HELD_OUT) * len(self.first.texts))

    @property
    def trained(self) -> list[int]:
        """The questions trained on, as rows."""
        limit = self.passages_trained if self.languages else 0
        return [row for row, gold in enumerate(self.gold) if max(gold) < limit]

    @property
    def held_out(self) -> list[int]:
        """The questions to measure on, as rows, at most 300."""
        limit = self.passages_trained if self.languages else 0
        rows = [row for row, gold in enumerate(self.gold) if min(gold) >= limit]
        return rows if len(rows) <= 300 else sorted(random.Random(SEED).sample(rows, 300))

    @property
    def first(self) -> Texts:
        """The passages in the language that stands for all."""
        return next(iter(self.passages.values()))


def read_families(folder: Path, cache: Path, encode: Encode) -> list[Family]:
    """Read and encode every set; `encode(texts, side, file)` keeps what it makes in `file`."""
    families = []
    for path in sorted(entry for entry in folder.iterdir() if entry.is_dir()):
        languages = sorted(file.name.split(".")[1] for file in path.glob("corpus.*.jsonl"))
        groups = [languages] if path.name in PARALLEL else [[language] for language in languages]
        groups = [group for group in groups if (path.name, group) != ("tydiqa", ["en"])]
        families += [_read_family(path, group, cache, encode) for group in groups]
    return families


def _read_family(path: Path, languages: list[str], cache: Path, encode: Encode) -> Family:
    first, limit = languages[0], MAX_PASSAGES.get(path.name)
    passages = {lang: _read(path / f"corpus.{lang}.jsonl")[:limit] for lang in languages}
    rows = {passage["_id"]: row for row, passage in enumerate(passages[first])}
    judged = path / f"qrels.{first}.tsv"
    right: dict[str, set[int]] = {}
    for line in (judged if judged.is_file() else path / "qrels.tsv").read_text().splitlines()[1:]:
        question, passage, _ = line.split("\t")
        if passage in rows:
            right.setdefault(question, set()).add(rows[passage])
    questions = {lang: _read(path / f"queries.{lang}.jsonl") for lang in languages}
    kept = [row for row, question in enumerate(questions[first]) if question["_id"] in right]
    kept = sorted(random.Random(SEED).sample(kept, min(MAX_QUESTIONS, len(kept))))
    questions = {lang: [records[row] for row in kept] for lang, records in questions.items()}
    asked, held = (
        {
            lang: Texts(
                [record["text"] for record in records],
                [record.get("answers", []) for record in records],
                [sentences(record["text"]) for record in records] if side == "passages" else [],
                encode(
                    [record["text"] for record in records],
                    side,
                    cache / f"{path.name}-{lang}-{side}.npz",
                ),
            )
            for lang, records in texts.items()
        }
        for side, texts in (("queries", questions), ("passages", passages))
    )
    gold = [right[question["_id"]] for question in questions[first]]
    hard, ambiguous = _negatives(asked[first], held[first], gold)
    name = f"{path.name}-{first}" if len(languages) == 1 else path.name
    return Family(name, asked, held, gold, hard, ambiguous)


def _read(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _negatives(
    questions: Texts, passages: Texts, gold: list[set[int]]
) -> tuple[list[list[int]], list[set[int]]]:
    """The nearest wrong passages by vectors and by BM25, and those that hold the answer."""
    cosines = questions.encoded.vectors @ passages.encoded.vectors.T
    lexical = LexicalIndex([terms(text) for text in passages.texts])
    folded = [text.casefold() for text in passages.texts]
    hard, ambiguous = [], []
    for row, question in enumerate(questions.texts):
        # An answer of three letters or fewer is in too many passages to say anything.
        answers = [answer.casefold() for answer in questions.answers[row] if len(answer) > 3]
        holding = {i for i, text in enumerate(folded) if any(a in text for a in answers)}
        by_words = np.argsort(-lexical.get_scores(terms(question)), kind="stable")[:10]
        by_vector = np.argsort(-cosines[row], kind="stable")[:20]
        nearest = dict.fromkeys(int(i) for i in (*by_vector, *by_words))
        hard.append([i for i in nearest if i not in gold[row] and i not in holding])
        ambiguous.append(holding - gold[row])
    return hard, ambiguous
