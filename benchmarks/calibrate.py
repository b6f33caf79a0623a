"""Fit the confidence of an answer on training sets; prints the constants of `qa/confidence.py`.

    python benchmarks/calibrate.py TRAINING_FOLDER

Each question is asked where its passage is (answered), where every passage with the answer was
taken out (the topic is there, the answer is not) and in two collections of other sets (elsewhere).
The sets and their licences are those of `benchmarks/train_head.py`. Held-out figures leave one set
out, in all its languages.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index.article import Article, Block, Passage, Role
from index.collection import Collection, View
from index.embedding import Encoder, load_encoder
from index.updating import put_articles
from qa.confidence import THRESHOLD, evidence
from qa.retrieval import retrieve, understand
from qa.searching import POOL

# (set, languages of the questions, language of the passages, another set's passages beside them).
# A handful of passages makes every answer stand out: the 67 of XQuAD are asked among others.
SETS = (
    ("squad11", ("en",), "en", None),
    ("tico19", ("en", "id"), "id", None),
    ("tico19", ("id",), "en", None),
    ("facqa", ("id",), "id", None),
    ("tydiqa", ("ko",), "ko", None),
    ("tydiqa", ("ru",), "ru", None),
    ("xquad", ("vi", "de", "zh", "th", "tr"), "en", "squad11"),
    ("xquad", ("en", "vi", "zh"), "ru", "tydiqa"),
    ("xquad", ("en", "es"), "ar", "tydiqa"),
)
# XQuAD's paragraphs are among SQuAD's.
SOURCES = {"xquad": "squad11"}
PASSAGES = 400  # encoding them is most of the time this takes
QUESTIONS = 60
# Of three questions asked, two are taken to have an answer, as in SQuAD 2.0 (Rajpurkar, Jia &
# Liang 2018, https://arxiv.org/abs/1806.03822, table 2: 86,821 of 130,319); of those in vain, one
# in two is about what the collection is about.
SHARES = {"answered": 4, "taken out": 1, "elsewhere": 1}
# Letters from which on a text that holds an answer is taken to answer: "no" is in all.
TELLING = 4


@dataclass(frozen=True, slots=True)
class Case:
    """One question asked once: what came back, and whether the answer was there."""

    label: str
    kind: str
    evidence: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions of one set in one language, and the collection that answers them.

    `gold` holds for each question the passages that answer it, judged or holding its answer;
    `about` names the sources of the passages.
    """

    label: str
    about: frozenset[str]
    collection: Collection
    queries: list[dict[str, Any]]
    gold: dict[str, set[str]]


def main() -> None:
    """Collect the cases, fit, and print constants and held-out figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    encoder = load_encoder()
    with tempfile.TemporaryDirectory() as directory:
        made = [
            one for entry in SETS for one in _collect(options.folder, *entry, encoder, directory)
        ]
        cases = [case for one in made for case in _cases(one, made)]
    labels = np.array([case.label for case in cases])
    answered = np.array([case.kind == "answered" for case in cases])
    features = np.array([case.evidence for case in cases])
    weights = _weights(cases)
    for label in dict.fromkeys(labels.tolist()):
        inside = labels == label
        # Without every question of the set in any language: they are translations.
        others = np.char.partition(labels, " ")[:, 0] != label.partition(" ")[0]
        model = _fit(features[others], answered[others], weights[others])
        area = roc_auc_score(answered[inside], model.decision_function(features[inside]))
        said = model.predict_proba(features[inside])[:, 1] >= THRESHOLD
        print(
            f"{label:18} AUROC {area:.3f}  false answers {said[~answered[inside]].mean():.2f}  "
            f"false refusals {(~said[answered[inside]]).mean():.2f}"
        )
    model = _fit(features, answered, weights)
    print("WEIGHTS =", tuple(round(float(w), 2) for w in model.coef_[0]))
    print("BIAS =", round(float(model.intercept_[0]), 2))


def _fit(features: np.ndarray, answered: np.ndarray, weights: np.ndarray) -> LogisticRegression:
    model = LogisticRegression(C=100.0, max_iter=1000)
    return model.fit(features, answered, sample_weight=weights)


def _weights(cases: list[Case]) -> np.ndarray:
    """Every set counts the same, and each kind in it has its share."""
    counts = Counter((case.label, case.kind) for case in cases)
    weights = [SHARES[case.kind] / counts[case.label, case.kind] for case in cases]
    return np.array(weights) * len(cases) / sum(weights)


def _collect(
    folder: Path,
    name: str,
    languages: tuple[str, ...],
    written: str,
    beside: str | None,
    encoder: Encoder,
    directory: str,
) -> Iterator[Asked]:
    corpus = _lines(folder / name / f"corpus.{written}.jsonl")
    if beside:
        # Both may hold the same paragraph.
        there = {_start(record) for record in corpus}
        others = _lines(folder / beside / f"corpus.{written}.jsonl")
        corpus += [record for record in others if _start(record) not in there]
    corpus = corpus[:PASSAGES]
    about = frozenset(SOURCES.get(one, one) for one in (name, beside) if one)
    texts = {record["_id"]: record["text"] for record in corpus}
    collection = Collection(Path(directory) / f"{name}-{written}", encoder=encoder)
    put_articles(
        collection.directory,
        (_article(record) for record in corpus),
        encoder=encoder,
        late=collection.late,
    )
    for asked in languages:
        gold = _judged(folder / name, asked)
        queries = [
            query
            for query in _lines(folder / name / f"queries.{asked}.jsonl")
            if gold[query["_id"]] and gold[query["_id"]] <= texts.keys()
        ]
        random.Random(0).shuffle(queries)
        queries = queries[:QUESTIONS]
        for query in queries:
            answers = [answer for answer in query["answers"] if len(answer) >= TELLING]
            gold[query["_id"]] |= {
                passage for passage, text in texts.items() if any(a in text for a in answers)
            }
        print(f"{name} {asked}-{written}: {len(corpus)} passages", flush=True)
        yield Asked(f"{name} {asked}-{written}", about, collection, queries, gold)


def _judged(root: Path, asked: str) -> defaultdict[str, set[str]]:
    gold: defaultdict[str, set[str]] = defaultdict(set)
    own = root / f"qrels.{asked}.tsv"
    for line in (own if own.exists() else root / "qrels.tsv").read_text().splitlines()[1:]:
        query, passage, _ = line.split("\t")
        gold[query].add(passage)
    return gold


def _cases(one: Asked, made: list[Asked]) -> Iterator[Case]:
    others = [other for other in made if not other.about & one.about]
    draw = random.Random(one.label)
    for query in one.queries:
        with one.collection.view() as view:
            rows = {passage.article: row for row, passage in enumerate(view.snapshot.passages)}
            gold = {rows[passage] for passage in one.gold[query["_id"]]}
            rest = np.array([row for row in range(len(rows)) if row not in gold])
            yield Case(one.label, "answered", _evidence(one, view, query, None))
            yield Case(one.label, "taken out", _evidence(one, view, query, rest))
        for other in draw.sample(others, 2):
            with other.collection.view() as view:
                yield Case(one.label, "elsewhere", _evidence(other, view, query, None))


def _evidence(
    one: Asked, view: View, query: dict[str, Any], rows: np.ndarray | None
) -> tuple[float, ...]:
    asked = understand(one.collection, query["text"])
    found = retrieve(one.collection, view, asked, k=POOL, rows=rows)
    return evidence(found[0], found)


def _start(record: dict[str, Any]) -> str:
    return "".join(filter(str.isalnum, record["text"]))[:80].casefold()


def _article(record: dict[str, Any]) -> tuple[Article, tuple[Passage, ...]]:
    text = record["text"]
    article = Article(
        id=record["_id"], title="", title_on_page=False, outlet=None, published=None, url=None,
        text=text, blocks=(Block(0, len(text), Role.BODY, 0),), dropped=(), source_digest="",
    )  # fmt: skip
    return article, (Passage(record["_id"], 1, 0, len(text), text, ""),)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


if __name__ == "__main__":
    main()
