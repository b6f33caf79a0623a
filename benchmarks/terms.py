"""What BM25 should count: words alone, or words and their letter n-grams.

    python benchmarks/terms.py EVAL_FOLDER

BM25 alone on every retrieval set in the folder; no encoder is involved.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import ir_measures
import numpy as np
from ir_measures import Success, nDCG

from index.lexical import LexicalIndex
from index.words import terms, words

DEPTH = 100


def main() -> None:
    """Print one Markdown row a set: nDCG@10 and Success@1 of both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    print("| set | words nDCG@10 | Success@1 | words + 4-grams nDCG@10 | Success@1 |")
    print("|---|---|---|---|---|")
    for path in sorted(parser.parse_args().folder.glob("*/qrels.tsv")):
        corpus, queries = (
            _lines(path.parent / "corpus.jsonl"),
            _lines(path.parent / "queries.jsonl"),
        )
        qrels: dict[str, dict[str, int]] = defaultdict(dict)
        for line in path.read_text("utf-8").splitlines()[1:]:
            query, document, grade = line.split("\t")
            qrels[query][document] = int(grade)
        figures = []
        for cut in (words, terms):
            index = LexicalIndex([cut(record["text"]) for record in corpus])
            run = {}
            for query in queries:
                if query["_id"] in qrels:
                    scores = index.get_scores(cut(query["text"]))
                    best = np.argsort(-scores, kind="stable")[:DEPTH]
                    run[query["_id"]] = {corpus[i]["_id"]: float(scores[i]) for i in best}
            judged = {query: qrels[query] for query in run}
            found = ir_measures.calc_aggregate([nDCG @ 10, Success @ 1], judged, run)
            figures += [f"{found[nDCG @ 10]:.3f}", f"{found[Success @ 1]:.3f}"]
        print(f"| {path.parent.name} | {' | '.join(figures)} |", flush=True)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


if __name__ == "__main__":
    main()
