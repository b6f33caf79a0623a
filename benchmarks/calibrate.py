"""Fit the confidence of an answer on training sets; prints the constants of `qa/confidence.py`.

    python benchmarks/calibrate.py TRAINING_FOLDER

Each question is asked where its passage is (answerable), where that passage was taken out (the
topic is there, the answer is not) and in two collections of other sets (another topic). The sets
and their licences are those of `benchmarks/train_head.py`. Held-out figures leave one set out.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index.article import Article, Block, Passage, Role
from index.collection import Collection, View
from index.embedding import Encoder, load_encoder
from index.updating import put_articles
from qa.confidence import evidence
from qa.retrieval import retrieve, understand

# (set, language of the questions, language of the passages, passages from, passages to)
SETS = (
    ("squad11", "en", "en", 640, 860),
    ("tico19", "en", "id", 370, 500),
    ("tico19", "id", "en", 370, 500),
    ("tico19", "id", "id", 370, 500),
    ("facqa", "id", "id", 0, 400),
    ("tydiqa", "ko", "ko", 0, 200),
    ("tydiqa", "ru", "ru", 0, 150),
    ("xquad", "en", "vi", 40, 67),
    ("xquad", "vi", "en", 40, 67),
    ("xquad", "zh", "ru", 40, 67),
    ("xquad", "th", "en", 40, 67),
    ("xquad", "de", "vi", 40, 67),
)
QUESTIONS = 60
Case = tuple[str, list[float], bool]


def main() -> None:
    """Collect the cases, fit, and print constants and held-out figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    encoder = load_encoder()
    with tempfile.TemporaryDirectory() as directory:
        made = [_collect(options.folder, entry, encoder, Path(directory)) for entry in SETS]
        cases = [case for one in made for case in _cases(one, made)]
    names = np.array([name for name, _, _ in cases])
    features = np.array([found for _, found, _ in cases])
    answerable = np.array([answered for _, _, answered in cases])
    for name in sorted(set(names)):
        inside = names == name
        model = _fit(features[~inside], answerable[~inside])
        area = roc_auc_score(answerable[inside], model.decision_function(features[inside]))
        said = model.predict_proba(features[inside])[:, 1] >= 0.5
        print(
            f"{name:14} AUROC {area:.3f}  false answers {said[~answerable[inside]].mean():.2f}  "
            f"false refusals {(~said[answerable[inside]]).mean():.2f}"
        )
    model = _fit(features, answerable)
    print("WEIGHTS =", tuple(round(float(w), 2) for w in model.coef_[0]))
    print("BIAS =", round(float(model.intercept_[0]), 2))


def _fit(features: np.ndarray, answerable: np.ndarray) -> LogisticRegression:
    # Both outcomes weigh the same: nobody knows how often a user asks in vain.
    return LogisticRegression(C=100.0, class_weight="balanced").fit(features, answerable)


def _collect(
    folder: Path, entry: tuple[str, str, str, int, int], encoder: Encoder, directory: Path
) -> dict[str, Any]:
    name, asked, written, start, stop = entry
    root = folder / name
    corpus = _lines(root / f"corpus.{written}.jsonl")[start:stop]
    ids = {record["_id"] for record in corpus}
    gold: dict[str, set[str]] = defaultdict(set)
    judged = root / f"qrels.{asked}.tsv"
    for line in (judged if judged.exists() else root / "qrels.tsv").read_text().splitlines()[1:]:
        query, passage, _ = line.split("\t")
        gold[query].add(passage)
    queries = [
        query
        for query in _lines(root / f"queries.{asked}.jsonl")
        if gold[query["_id"]] and gold[query["_id"]] <= ids
    ]
    random.Random(0).shuffle(queries)
    label = f"{name}-{asked}-{written}"
    collection = Collection(directory / label, encoder=encoder)
    put_articles(
        collection.directory,
        (_article(record) for record in corpus),
        encoder=encoder,
        late=collection.late,
    )
    print(f"{label}: {len(corpus)} passages, {len(queries)} questions", flush=True)
    return {
        "label": label,
        "collection": collection,
        "queries": queries[:QUESTIONS],
        "gold": gold,
    }


def _cases(one: dict[str, Any], made: list[dict[str, Any]]) -> Iterator[Case]:
    others = [other for other in made if other["label"].split("-")[0] != one["label"].split("-")[0]]
    draw = random.Random(one["label"])
    for query in one["queries"]:
        with one["collection"].view() as view:
            snapshot = view.snapshot
            rows = {passage.id: row for row, passage in enumerate(snapshot.passages)}
            gold = {rows[f"{passage}#1"] for passage in one["gold"][query["_id"]]}
            rest = np.array([row for row in range(len(rows)) if row not in gold])
            yield one["label"], _evidence(one["collection"], view, query, None), True
            yield one["label"], _evidence(one["collection"], view, query, rest), False
        for other in draw.sample(others, 2):
            with other["collection"].view() as view:
                yield one["label"], _evidence(other["collection"], view, query, None), False


def _evidence(
    collection: Collection, view: View, query: dict[str, Any], rows: np.ndarray | None
) -> list[float]:
    asked = understand(collection, query["text"])
    return list(evidence(retrieve(collection, view, asked, k=1, rows=rows)))


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
