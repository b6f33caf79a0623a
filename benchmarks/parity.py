"""Whether Milvus changes anything: tables, run files and citations on both sides, compared.

    milvus-lite server --data-dir DATA --host 127.0.0.1 --port 19777
    python benchmarks/parity.py EVAL_FOLDER --uri http://127.0.0.1:19777 \
        [--seeds COLLECTION --questions tests/e2e/questions.jsonl] [--only xquad-en-vi]

Every retrieval set in the folder is evaluated twice, without Milvus and with it, as `kutip
evaluate` does; every text is encoded once. Then the questions over the seeds are asked on both
sides. Prints one JSON object a set: differences of the table, and how many lines of the run files
and how many answers differ. The exit code is 1 when any does.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np

from index.backends import searching
from index.backends.backend import MILVUS, Address
from index.backends.sweeping import forget
from index.collection import Collection
from index.embedding import Encoding, TokenStates
from index.encoders.e5_encoder import E5Encoder
from index.words import terms
from qa.answering import ask
from qa.evaluation import evaluate_beir, evaluate_questions
from qa.judged import read_questions

# What may differ: how long it took.
TIMES = ("index_seconds", "query_ms")
Encode = Callable[..., Encoding]
Known = dict[tuple[str, bool], tuple[np.ndarray, TokenStates | None]]


class Remembering(E5Encoder):
    """The default encoder, which encodes each text once."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        super().__init__()
        self._passages: Known = {}
        self._queries: Known = {}

    def encode_passages(self, texts: Sequence[str], *, with_tokens: bool = False) -> Encoding:
        """See `E5Encoder`."""
        return _remembered(super().encode_passages, self._passages, texts, with_tokens)

    def encode_queries(self, texts: Sequence[str], *, with_tokens: bool = False) -> Encoding:
        """See `E5Encoder`."""
        return _remembered(super().encode_queries, self._queries, texts, with_tokens)


def _remembered(encode: Encode, known: Known, texts: Sequence[str], tokens: bool) -> Encoding:
    missing = list(dict.fromkeys(text for text in texts if (text, tokens) not in known))
    if missing:
        made = encode(missing, with_tokens=tokens)
        states = made.tokens or [None] * len(missing)
        for text, vector, state in zip(missing, made.vectors, states, strict=True):
            known[text, tokens] = vector, state
    found = [known[text, tokens] for text in texts]
    kept = tuple(state for _, state in found if state is not None)
    return Encoding(np.stack([vector for vector, _ in found]), kept if tokens else None)


def differences(one: Any, other: Any, name: str = "") -> dict[str, float]:
    """Every figure of two tables that is not the same, with by how much."""
    if isinstance(one, dict):
        return {
            key: value
            for part in one
            if part not in TIMES
            for key, value in differences(one[part], other[part], f"{name} {part}".strip()).items()
        }
    return {name: abs(one - other)} if one != other else {}


def lines(one: Path, other: Path) -> tuple[int, int]:
    """How many lines two files have at most, and how many of them are not the same."""
    pairs = list(zip_longest(*(path.read_text("utf-8").splitlines() for path in (one, other))))
    return len(pairs), sum(left != right for left, right in pairs)


def compared(
    measure: Callable[[Path, Address | None], dict[str, Any]], there: Address
) -> dict[str, Any]:
    """What two evaluations say, and the run files they write."""
    with tempfile.TemporaryDirectory() as scratch:
        runs = [Path(scratch) / "here.run", Path(scratch) / "there.run"]
        here, remote = measure(runs[0], None), measure(runs[1], there)
        total, differ = lines(*runs)
    return {
        "queries": here.get("queries", here.get("questions")),
        "nDCG@10": [side["nDCG@10"] for side in (here, remote) if "nDCG@10" in side],
        "figures that differ": differences(here, remote),
        "query p50 ms": [side["query_ms"]["p50"] for side in (here, remote) if "query_ms" in side],
        "run lines": total,
        "run lines that differ": differ,
    }


def citations(collection: Collection, questions: Sequence[str]) -> list[dict[str, Any]]:
    """Whole answers, but for the time they took and the generation's number."""
    found = [ask(collection, question).to_dict() for question in questions]
    return [{key: value for key, value in one.items() if key not in ("took_ms", "generation")}
            for one in found]  # fmt: skip


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="retrieval sets in BEIR layout")
    parser.add_argument("--uri", required=True, help="Milvus, or Milvus Lite's server")
    parser.add_argument("--seeds", type=Path, help="a collection made from seeds/")
    parser.add_argument("--questions", type=Path, action="append", default=[])
    parser.add_argument("--only", nargs="*", help="names of sets")
    options = parser.parse_args()
    there, encoder, wrong = Address(MILVUS, options.uri), Remembering(), 0
    # For the fixed baselines every question scores every passage: words are found once.
    setattr(searching, "terms_of", cache(terms))  # noqa: B010

    def told(name: str, found: dict[str, Any], *counts: str) -> None:
        nonlocal wrong
        wrong += len(found["figures that differ"]) + sum(found[count] for count in counts)
        print(json.dumps({"set": name, **found}), flush=True)

    for path in sorted(options.folder.glob("*/qrels.tsv")):
        if options.only is None or path.parent.name in options.only:

            def beir(run: Path, backend: Address | None, folder: Path = path.parent) -> Any:
                return evaluate_beir(folder, encoder=encoder, run=run, backend=backend,
                                     progress=_quiet)  # fmt: skip

            told(path.parent.name, compared(beir, there), "run lines that differ")
    if options.seeds:
        with tempfile.TemporaryDirectory() as scratch:
            shutil.copytree(options.seeds, Path(scratch) / "kutip")
            plain = Collection(options.seeds, encoder=encoder)
            moved = Collection(Path(scratch) / "kutip", encoder=encoder)
            moved.update(plain.folder(), backend=there)
            sides = {None: plain, there: moved}
            for path in [options.folder / "seeds_questions.jsonl", *options.questions]:

                def seeds(run: Path, backend: Address | None, path: Path = path) -> Any:
                    return evaluate_questions(path, sides[backend], run=run, progress=_quiet)

                found = compared(seeds, there)
                texts = [question.text for question in read_questions(path)]
                here, remote = (citations(side, texts) for side in (plain, moved))
                found["citations"] = sum(len(one["citations"]) for one in here)
                found["answers that differ"] = sum(
                    one != other for one, other in zip(here, remote, strict=True)
                )
                told(path.stem, found, "run lines that differ", "answers that differ")
            forget(moved.directory)
    sys.exit(bool(wrong))


def _quiet(stage: str, done: int, total: int) -> None:
    """Nothing to show: each set prints when it is done."""


if __name__ == "__main__":
    main()
