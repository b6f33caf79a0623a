"""Learn what kind of answer a question expects; writes `qa/expected.safetensors`.

    python benchmarks/train_expected.py TRAINING_FOLDER [--output FILE]

The label of a question is the kind of its shortest known answer. The sets and their licences are
those of `benchmarks/train_head.py`. Before writing, each set and language is held out once (of
XQuAD all languages at once, being translations of each other) and its accuracy printed beside
that of always answering "other". Takes some two minutes.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from index.embedding import load_encoder
from qa.expected import KINDS, WEIGHTS, dates, numbers

SETS = (
    ("squad11", ("en",)),
    ("facqa", ("id",)),
    ("tydiqa", ("ar", "en", "ko", "ru")),
    ("xquad", ("en", "ar", "de", "el", "es", "hi", "ro", "ru", "th", "tr", "vi", "zh")),
)
MAX_CHARS = 30  # a longer answer that holds a date is about something else


def main() -> None:
    """Encode the questions, report what is learned of each set from the others, and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    texts, kinds, groups = [], [], []
    for name, languages in SETS:
        labels: dict[str, str] = {}
        for language in languages:
            for question in _lines(options.folder / name / f"queries.{language}.jsonl"):
                # XQuAD's first language is English; a translation expects what the original does.
                key = question["_id"] if name == "xquad" else f"{language} {question['_id']}"
                if kind := labels.setdefault(key, _kind(question["answers"])):
                    texts.append(question["text"])
                    kinds.append(kind)
                    groups.append((name, language))
    encoder = load_encoder()
    vectors = encoder.encode_queries(texts).vectors
    expected = np.array(kinds)
    for group in dict.fromkeys(groups):
        inside = np.array([one == group for one in groups])
        apart = np.array([one[0] != "xquad" if group[0] == "xquad" else one != group
                          for one in groups])  # fmt: skip
        said = _fit(vectors[apart], expected[apart]).predict(vectors[inside])
        right, other = (said == expected[inside]).mean(), (expected[inside] == "other").mean()
        print(f"{' '.join(group):12} {inside.sum():5} questions  {right:.3f}  (other: {other:.3f})")
    model = _fit(vectors, expected)
    order = [list(model.classes_).index(kind) for kind in KINDS]
    save_file(
        {
            "weights": model.coef_[order].astype(np.float32),
            "biases": model.intercept_[order].astype(np.float32),
        },
        options.output,
        metadata={"encoder": encoder.fingerprint},
    )


def _fit(vectors: np.ndarray, expected: np.ndarray) -> LogisticRegression:
    # Unit vectors of one model lie close together: little regularisation.
    return LogisticRegression(C=10.0, max_iter=2000).fit(vectors, expected)


def _kind(answers: list[str]) -> str:
    """The kind of the shortest answer; empty where none is known."""
    if not answers:
        return ""
    shortest = min(answers, key=len)
    if len(shortest) <= MAX_CHARS and dates(shortest):
        return "date"
    return "number" if len(shortest) <= MAX_CHARS and numbers(shortest) else "other"


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


if __name__ == "__main__":
    main()
