"""What each part of the ranking is worth: the same candidates, scored with and without it.

    python benchmarks/ablation.py EVAL_FOLDER [--only SET ...] [--seeds COLLECTION]
        [--questions FILE ...]

Each retrieval set is indexed once; every row then scores the same signals, so rows of one set
differ by the part alone. Under each table stands how often the sentence chosen in the right
passage answers, with and without the kind of answer that is read off the question. With --seeds,
the articles of that collection are indexed once more without context, and the questions of each
file are asked of both.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import ir_measures
import numpy as np
import numpy.typing as npt
from ir_measures import Success, nDCG

from index.collection import Collection
from index.embedding import Encoder, load_encoder
from index.late_interaction import LateInteraction
from index.sentences import sentences
from index.updating import put_articles
from qa.answer import Hit
from qa.evaluation import evaluate_questions
from qa.expected import ExpectedKind
from qa.extraction import extract
from qa.fusion import Signals, fuse, reciprocal_rank_fusion, semantic
from qa.judged import RetrievalSet, read_retrieval_set
from qa.retrieval import gather, understand

Scores = npt.NDArray[np.float32]
MEASURES = (nDCG @ 10, Success @ 1)


def _whole_passages(found: Signals, head: LateInteraction) -> Scores:
    """Late interaction without its share for the best sentence."""
    if found.late is None:
        return head.dense_scale * found.dense
    scale = head.late_scale + head.sentence_scale
    return head.dense_scale * found.dense + np.float32(scale) * found.late.passage


ROWS: dict[str, Callable[[Signals, LateInteraction], Scores]] = {
    "vectors": lambda found, _: found.dense,
    "+ BM25 by its coverage": lambda found, _: fuse(found, head=None),
    "vectors + late interaction": _whole_passages,
    "+ the best sentence": lambda found, head: semantic(found.dense, found.late, head=head),
    "+ BM25 by its coverage (Kutip)": lambda found, head: fuse(found, head=head),
    "the same, BM25 by reciprocal rank": lambda found, head: reciprocal_rank_fusion(
        [semantic(found.dense, found.late, head=head), found.bm25]
    ),
}


def main() -> None:
    """Measure and print one table a set."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", help="names of sets")
    parser.add_argument("--seeds", type=Path, help="a collection made from seeds/")
    parser.add_argument("--questions", type=Path, action="append", default=[])
    options = parser.parse_args()
    if not options.folder.is_dir():
        sys.exit(f"{options.folder}: no evaluation sets here; nothing measured")
    encoder = load_encoder()
    for path in sorted(options.folder.glob("*/qrels.tsv")):
        if not options.only or path.parent.name in options.only:
            _print_set(path.parent, encoder)
    if options.seeds:
        _print_context(options.seeds, options.questions, encoder)


def _print_set(folder: Path, encoder: Encoder) -> None:
    found = read_retrieval_set(folder)
    runs: dict[str, dict[str, dict[str, float]]] = {name: {} for name in ROWS}
    with tempfile.TemporaryDirectory(prefix="kutip-") as directory:
        collection = Collection(Path(directory), encoder=encoder)
        head = collection.late
        if head is None:
            sys.exit(f"the model {encoder.name} has no late interaction; nothing to take away")
        put_articles(
            collection.directory, found.corpus, encoder=encoder, late=head, progress=_quiet
        )
        for identity in found.qrels:
            query = understand(collection, found.questions[identity])
            with collection.view() as view:
                signals = gather(view, query)
                articles = [view.snapshot.passages[row].article for row in signals.rows]
            for name, scored in ROWS.items():
                scores = scored(signals, head)
                runs[name][identity] = dict(zip(articles, map(float, scores), strict=True))
        right = {
            name: _sentences_right(found, collection, expected=expected)
            for name, expected in (("with the expected kind", True), ("without", False))
        }
    print(
        f"\n{folder.name}: {len(found.qrels)} questions\n| | nDCG@10 | Success@1 |\n|---|---|---|"
    )
    for name, run in runs.items():
        values = ir_measures.calc_aggregate(MEASURES, found.qrels, run)
        print(f"| {name} | " + " | ".join(f"{values[m]:.3f}" for m in MEASURES) + " |", flush=True)
    for name, (count, questions) in right.items():
        print(f"sentence chosen in the right passage answers, {name}: {count} of {questions}")


def _sentences_right(
    found: RetrievalSet, collection: Collection, *, expected: bool
) -> tuple[int, int]:
    """In how many right passages the first quote answers, of those in which some sentences do."""
    right = asked = 0
    with collection.view() as view, ExitStack() as stack:
        if not expected:
            stack.enter_context(patch.object(ExpectedKind, "for_encoder", lambda _: None))
        for identity, grades in found.qrels.items():
            passage = view.snapshot.passages[view.snapshot.span(min(grades)).start]
            spans = sentences(passage.text)
            answers = [answer for answer in found.answers[identity] if answer]
            held = [any(a in passage.text[start:end] for a in answers) for start, end in spans]
            if any(held) and not all(held):
                query = understand(collection, found.questions[identity])
                hit = Hit(rank=1, passage=passage, score=0.0, dense=0.0, bm25=0.0, known=0.0)
                quote = extract(collection, view, query, (hit,))[0]
                said = passage.text[quote.start - passage.start : quote.end - passage.start]
                right += any(answer in said for answer in answers)
                asked += 1
    return right, asked


def _print_context(directory: Path, questions: list[Path], encoder: Encoder) -> None:
    whole = Collection(directory, encoder=encoder)
    snapshot = whole.snapshot()
    with tempfile.TemporaryDirectory(prefix="kutip-") as bare_directory:
        bare = Collection(Path(bare_directory), encoder=encoder)
        passages = [replace(passage, context="") for passage in snapshot.passages]
        put_articles(
            bare.directory,
            [
                (article, tuple(p for p in passages if p.article == article.id))
                for article in snapshot.articles.values()
            ],
            encoder=encoder,
            late=bare.late,
            progress=_quiet,
        )
        for path in questions:
            print(
                f"\n{path.stem}\n| | first passage answers | first quote answers |\n|---|---|---|"
            )
            for name, collection in (("with context", whole), ("without", bare)):
                values: dict[str, Any] = evaluate_questions(
                    path, collection, run=None, progress=_quiet
                )
                print(
                    f"| {name} | {values['passage_success@1']:.3f} "
                    f"| {values['quote_success@1']:.3f} |",
                    flush=True,
                )


def _quiet(stage: str, done: int, total: int) -> None:
    """Nothing to show: each table prints when it is done."""


if __name__ == "__main__":
    main()
