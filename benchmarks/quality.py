"""Ranking and answers on every evaluation set in a folder, beside the fixed baselines.

    python benchmarks/quality.py EVAL_FOLDER [--seeds COLLECTION] [--out results/quality.json]

EVAL_FOLDER holds retrieval sets in BEIR layout and `seeds_questions.jsonl`; none is part of the
project. Each figure stands beside BM25 alone, vectors alone and their reciprocal rank fusion, all
from the same vectors in the same run.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

from index.collection import Collection
from index.embedding import load_encoder
from qa.evaluation import evaluate_beir, evaluate_questions

ROWS = (("bm25", "BM25"), ("baseline", "dense + BM25, RRF"), ("dense", "dense"), (None, "kutip"))


def main() -> None:
    """Measure and print one Markdown table per kind of set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=Path, help="a collection made from seeds/")
    parser.add_argument("--questions", type=Path, action="append", default=[])
    parser.add_argument("--only", nargs="*", help="names of sets")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if not options.folder.is_dir():
        sys.exit(f"{options.folder}: no evaluation sets here; nothing measured")
    measured: dict[str, Any] = {}
    encoder = load_encoder()
    for path in sorted(options.folder.glob("*/qrels.tsv")):
        name = path.parent.name
        if options.only and name not in options.only:
            continue
        measured[name] = evaluate_beir(path.parent, encoder=encoder, run=None, progress=_quiet)
        print(_row(name, measured[name]), flush=True)
    if options.seeds:
        collection = Collection(options.seeds, encoder=encoder)
        for path in [options.folder / "seeds_questions.jsonl", *options.questions]:
            measured[path.stem] = evaluate_questions(path, collection, run=None, progress=_quiet)
            print(f"{path.stem}: {json.dumps(measured[path.stem])}", flush=True)
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        facts = {"machine": platform.processor() or platform.machine(), "commit": _commit()}
        options.out.write_text(json.dumps({**facts, "measured": measured}, indent=1) + "\n")


def _row(name: str, found: dict[str, Any]) -> str:
    lines = [f"\n{name}: {found['queries']} queries, {found['passages']} passages, "
             f"query p50 {found['query_ms']['p50']} ms, p {found['p_value']:.1e}"]  # fmt: skip
    for key, label in ROWS:
        figures = found if key is None else found[key]
        lines.append(
            f"| {label} | {figures['nDCG@10']:.3f} | {figures['Success@1']:.3f} "
            f"| {figures['R@100']:.3f} |"
        )
    if "abstention" in found:
        lines.append(f"abstention: {json.dumps(found['abstention'])}")
    return "\n".join(lines)


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _quiet(stage: str, done: int, total: int) -> None:
    """Nothing to show: each set prints when it is done."""


if __name__ == "__main__":
    main()
