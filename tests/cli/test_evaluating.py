"""Measuring answers."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.cli.running import Run


def test_evaluate_measures_questions(indexed: Run, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text(
        json.dumps({"id": "1", "question": "membahas perdagangan pangan forum", "lang": "id",
                    "article": "japan.txt", "answers": ["membahas perdagangan dan pangan"],
                    "kind": "fact"}) + "\n" +
        json.dumps({"id": "2", "question": "zzz", "lang": "en", "article": None, "answers": [],
                    "kind": "none"}) + "\n"
    )  # fmt: skip
    measured = indexed("evaluate", str(questions), "--json", "--run", str(tmp_path / "run")).json
    assert measured["questions"] == 2
    assert measured["quote_success@1"] == 1.0
    assert measured["by_language"]["id"]["passage_success@1"] == 1.0
    assert measured["abstention"] == {
        "auroc": 1.0, "false_answer_rate": 0.0, "false_refusal_rate": 0.0
    }  # fmt: skip
    first = (tmp_path / "run").read_text().splitlines()[0].split()
    assert first[:2] + first[3:4] == ["1", "Q0", "1"]
    assert "kutip" in indexed("evaluate", str(questions)).out
    assert measured["unknown"] == {}


def test_a_run_has_six_columns_whatever_articles_are_called(run: Run, tmp_path: Path) -> None:
    (tmp_path / "seeds" / "japan.txt").rename(tmp_path / "seeds" / "100% pangan baru.txt")
    assert run("index").code == 0
    questions = tmp_path / "questions.jsonl"
    asked = {"id": "q1", "question": "membahas perdagangan pangan forum",
             "article": "100% pangan baru.txt", "answers": ["perdagangan"]}  # fmt: skip
    questions.write_text(json.dumps(asked))
    assert run("evaluate", str(questions), "--run", "run").code == 0
    lines = [line.split() for line in Path("run").read_text("utf-8").splitlines()]
    assert {len(line) for line in lines} == {6}
    assert lines[0][2] == "100%25%20pangan%20baru.txt#2"
    assert unquote(lines[0][2]) == "100% pangan baru.txt#2"
    questions.write_text(json.dumps(asked | {"id": "q 1"}))
    assert run("evaluate", str(questions)).code == 0
    refused = run("evaluate", str(questions), "--run", "other")
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert f"{questions}: the id 'q 1' has a blank, which a run cannot hold" in refused.err
    assert not Path("other").exists()


def test_evaluate_names_articles_that_are_not_there(indexed: Run, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text(
        json.dumps({"id": "q7", "question": "membahas perdagangan pangan", "lang": "id",
                    "article": "jepang.txt", "answers": ["pangan"], "kind": "fact"}) + "\n"
    )  # fmt: skip
    ran = indexed("evaluate", str(questions))
    assert ran.code == 0
    assert "question q7: no article 'jepang.txt' in the collection" in ran.err
    assert "unknown" not in ran.out
    assert indexed("evaluate", str(questions), "--json").json["unknown"] == {"q7": "jepang.txt"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"id": 1, "question": "apa?", "answers": []}', 'no "answers"'),
        ('{"id": 1, "question": "apa?", "answers": null}', 'no "answers"'),
        ('{"id": 1}', "no field 'question'"),
        ("[" * 100_000, "not JSON lines"),
    ],
)
def test_questions_that_cannot_be_measured_are_named(
    indexed: Run, tmp_path: Path, line: str, message: str
) -> None:
    (tmp_path / "questions.jsonl").write_text(f"{line}\n")
    ran = indexed("evaluate", str(tmp_path / "questions.jsonl"))
    assert (ran.code, ran.out) == (1, "")
    assert message in ran.err
