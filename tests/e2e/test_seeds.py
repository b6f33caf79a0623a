"""The real model on the real articles: what a reader relies on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from index.checking import check
from index.collection import Collection
from qa.answer import Answer
from qa.answering import ask
from qa.evaluation import evaluate_questions

pytestmark = pytest.mark.model
ROOT = Path(__file__).parents[2]
QUESTIONS = Path(__file__).with_name("questions.jsonl")
ASKED = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def answers(seeds: Collection) -> dict[str, Answer]:
    return {question["id"]: ask(seeds, question["question"]) for question in ASKED}


def test_every_citation_is_exact(seeds: Collection, answers: dict[str, Answer]) -> None:
    articles = seeds.snapshot().articles
    cited = [c for answer in answers.values() for c in answer.citations]
    assert len(cited) > 40
    for citation in cited:
        text = articles[citation.article].text
        assert text[citation.start : citation.end] == citation.quote
        # The quote is the source file's own characters.
        for line in citation.quote.split("\n"):
            assert line in (ROOT / "seeds" / citation.article).read_text("utf-8")


@pytest.mark.parametrize("identity", ["e01", "e02", "e03", "e04"])
def test_japan_on_training_in_four_languages(answers: dict[str, Answer], identity: str) -> None:
    answer = answers[identity]
    assert answer.answered
    first = answer.citations[0]
    assert first.article.startswith("003")
    assert "Surat Pernyataan Kehendak" in first.quote or "spesialisasi teknologi" in first.quote


# Exports are a topic of the articles; lobster and Brazil's president are not. The model cannot
# tell yet.
HARD = ("e42", "e50")


@pytest.mark.parametrize("identity", [q["id"] for q in ASKED if q["kind"] == "none"])
def test_other_topics_and_countries_are_refused(answers: dict[str, Answer], identity: str) -> None:
    for citation in answers[identity].citations:
        assert "obster" not in citation.quote
        assert "Timnas" not in citation.quote
    if identity in HARD:
        return
    assert not answers[identity].answered
    assert answers[identity].citations == ()
    assert answers[identity].hits


def test_quality_does_not_fall(seeds: Collection) -> None:
    found = evaluate_questions(QUESTIONS, seeds, run=None, progress=lambda *_: None)
    # Bounds some way below the measured figures: other processors round differently.
    assert found["passage_success@1"] >= 0.8
    assert found["passage_success@5"] >= 0.95
    assert found["passage_success@1"] >= found["baseline"]["passage_success@1"] + 0.1
    assert found["abstention"]["auroc"] >= 0.85


def test_the_collection_is_sound(seeds: Collection) -> None:
    assert check(seeds.directory) == []


def test_whoever_stops_reading_gets_no_traceback(seeds: Collection) -> None:
    """As `kutip show ... | head` does."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "kutip", "show", seeds.article_ids()[0], "--json"]
    with os.fdopen(writing, "w") as closed:
        done = subprocess.run([*command, "--collection", str(seeds.directory)], stdout=closed,
                              stderr=subprocess.PIPE, text=True, cwd=ROOT, check=False)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert check(seeds.directory) == []


def test_asking_from_the_command_line_needs_no_network_and_no_torch(seeds: Collection) -> None:
    code = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise OSError('the network was used')\n"
        "socket.socket.connect = refuse\n"
        "import kutip\n"
        "try: kutip.main()\n"
        "except SystemExit as end: code = end.code\n"
        "assert 'torch' not in sys.modules and 'gradio' not in sys.modules\n"
        "raise SystemExit(code)"
    )
    question = "What did Vietnam agree with Japan on training?"
    done = subprocess.run(
        [sys.executable, "-c", code, "ask", question, "--json"],
        capture_output=True, text=True, cwd=ROOT, check=False,
        env={**os.environ, "KUTIP_COLLECTION": str(seeds.directory)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["citations"][0]["article"].startswith("003")
