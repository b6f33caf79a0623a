"""How often Kutip answers from articles that do not say it, but are the nearest to the question.

    python benchmarks/nearby.py ARTICLES.jsonl QUESTIONS.jsonl [--articles 12]

Each question is asked of a small collection of its own: the articles of the file whose opening is
nearest to it by vectors, without the one that answers it and without all that have its answer's
words. So every answer is false, but for facts told in other words. The questions are those of
`kutip evaluate`, whose articles have the ids of the file's lines.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from index.collection import Collection
from index.embedding import Encoder, load_encoder
from qa.answer import Answer
from qa.answering import ask

OPENING = 400  # characters: what a news article is about stands in its first paragraphs


def read(path: Path) -> list[dict[str, Any]]:
    """The records of a file of JSON lines."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def ask_of(articles: list[dict[str, Any]], question: str, encoder: Encoder) -> Answer:
    """Ask a question of a collection of these articles alone."""
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory, "articles")
        folder.mkdir()
        lines = (json.dumps(article, ensure_ascii=False) for article in articles)
        (folder / "news.jsonl").write_text("\n".join(lines), encoding="utf-8")
        collection = Collection(Path(directory, "collection"), encoder=encoder)
        collection.update(folder)
        return ask(collection, question)


def silent(article: dict[str, Any], question: dict[str, Any]) -> bool:
    """Whether an article is not the one that answers, and has none of the answer's words."""
    if (question.get("article") or "").endswith(f"/{article['id']}"):
        return False
    text = article["text"].casefold()
    return not any(answer.casefold() in text for answer in question["answers"])


def main() -> None:
    """Print every false answer, and how many there were of each kind of question."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("articles_file", type=Path)
    parser.add_argument("questions_file", type=Path)
    parser.add_argument("--articles", type=int, default=12)
    options = parser.parse_args()
    encoder = load_encoder()
    articles, questions = read(options.articles_file), read(options.questions_file)
    openings = encoder.encode_passages([article["text"][:OPENING] for article in articles]).vectors
    asked = encoder.encode_queries([question["question"] for question in questions]).vectors
    counts: dict[str, list[bool]] = {}
    for question, cosines in zip(questions, asked @ openings.T, strict=True):
        nearest = (articles[i] for i in np.argsort(-cosines, kind="stable"))
        others = [article for article in nearest if silent(article, question)]
        answer = ask_of(others[: options.articles], question["question"], encoder)
        counts.setdefault(question["kind"], []).append(answer.answered)
        if answer.answered:
            quote = answer.citations[0].quote
            print(f"{question['id']} {answer.confidence:.2f} {question['question']} -> {quote}")
    for kind, answered in sorted(counts.items()):
        print(f"{kind}: {sum(answered)} of {len(answered)} answered")


if __name__ == "__main__":
    main()
