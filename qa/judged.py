"""Reads questions whose answers are known: files over a collection, and retrieval sets."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.article import Article, Block, Passage, Role
from index.errors import InputError


@dataclass(frozen=True, slots=True)
class Question:
    """A line of a questions file. `answers` are verbatim substrings of the article."""

    id: str
    text: str
    lang: str
    article: str | None
    answers: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """A retrieval set in the layout of BEIR (Thakur et al. 2021, https://arxiv.org/abs/2104.08663).

    `corpus` holds one article of one passage a line, `questions` all texts by id, `answers` what
    is known to answer them, `qrels` the grades of the questions that have an answer,
    `unanswerable` the ids of those that have none.
    """

    corpus: list[tuple[Article, tuple[Passage, ...]]]
    questions: dict[str, str]
    answers: dict[str, tuple[str, ...]]
    qrels: dict[str, dict[str, int]]
    unanswerable: frozenset[str]


def read_questions(path: Path) -> list[Question]:
    """Read a questions file.

    Raises InputError naming the line that is not a question, or has the id of another.
    """
    questions: list[Question] = []
    lines: dict[str, int] = {}
    for number, record in _records(path):
        question = _question(record, path, number)
        _own(question.id, "id", lines, path, number)
        questions.append(question)
    if not questions:
        raise InputError(f"{path}: no question in it")
    return questions


def read_retrieval_set(folder: Path) -> RetrievalSet:
    """Read `corpus.jsonl`, `queries.jsonl` and `qrels.tsv` or `qrels/test.tsv`.

    Raises InputError when a file is missing or malformed, names two things alike, or judges none
    of the questions.
    """
    corpus = [
        _prepared(identity, text, record)
        for _, identity, text, record in _named(folder / "corpus.jsonl")
    ]
    if not corpus:
        raise InputError(f"{folder / 'corpus.jsonl'}: no passage in it")
    asked: dict[str, str] = {}
    answers: dict[str, tuple[str, ...]] = {}
    unanswerable = set()
    queries = folder / "queries.jsonl"
    for number, identity, text, record in _named(queries):
        if not text.strip():
            raise InputError(f"{queries}:{number}: the question is empty; ask something")
        asked[identity] = text
        answers[identity] = _texts(record.get("answers"))
        if record.get("kind") == "none":
            unanswerable.add(identity)
    one, split = folder / "qrels.tsv", folder / "qrels" / "test.tsv"
    qrels = _qrels(split if split.is_file() and not one.exists() else one)
    judged = {q: grades for q, grades in qrels.items() if q in asked and q not in unanswerable}
    if not judged:
        raise InputError(f"{folder}: no query has a judged passage; check qrels.tsv")
    return RetrievalSet(corpus, asked, answers, judged, frozenset(unanswerable))


def _named(path: Path) -> Iterable[tuple[int, str, str, dict[str, Any]]]:
    """The lines of a file of a retrieval set: number, id, text and all that is said."""
    lines: dict[str, int] = {}
    for number, record in _records(path):
        for field in ("_id", "text"):
            if record.get(field) is None:
                raise InputError(f"{path}:{number}: no field {field!r}")
        identity = str(record["_id"])
        _own(identity, "_id", lines, path, number)
        yield number, identity, str(record["text"]), record


def _own(identity: str, field: str, lines: dict[str, int], path: Path, number: int) -> None:
    """Enter the line's id in `lines`. Raises InputError when it is empty or another line's."""
    if not identity.strip():
        raise InputError(f"{path}:{number}: the field {field!r} is empty; give it a name")
    before = lines.setdefault(identity, number)
    if before != number:
        raise InputError(
            f"{path}:{number}: {identity} is the {field} of line {before} too; give each its own"
        )


def _prepared(
    identity: str, text: str, record: Mapping[str, Any]
) -> tuple[Article, tuple[Passage, ...]]:
    title = str(record.get("title") or "")
    article = Article(
        id=identity, title=title, title_on_page=bool(title), outlet=None, published=None, url=None,
        text=text, blocks=(Block(0, len(text), Role.BODY, 0),), dropped=(), source_digest="",
    )  # fmt: skip
    return article, (Passage(identity, 1, 0, len(text), text, title),)


def _question(record: Mapping[str, Any], path: Path, number: int) -> Question:
    try:
        question = Question(
            str(record["id"]), str(record["question"]), str(record.get("lang", "und")),
            record.get("article"), _texts(record.get("answers")),
            str(record.get("kind", "fact")),
        )  # fmt: skip
    except KeyError as error:
        raise InputError(f"{path}:{number}: not a question (no field {error})") from None
    if not question.text.strip():
        raise InputError(f"{path}:{number}: the question is empty; ask something")
    if not question.answers and question.kind != "none":
        raise InputError(f'{path}:{number}: no "answers", and not of "kind": "none"')
    return question


def _texts(answers: Any) -> tuple[str, ...]:
    """Answers as they are written: a list, or one alone."""
    return (
        tuple(map(str, answers)) if isinstance(answers, list) else (str(answers),) * bool(answers)
    )


def _records(path: Path) -> Iterable[tuple[int, dict[str, Any]]]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    record = json.loads(line)
                    if not isinstance(record, dict):
                        raise InputError(f"{path}:{number}: not a JSON object")
                    if not _whole(record):
                        raise InputError(f"{path}:{number}: half of a character; write it whole")
                    yield number, record
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the path") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not JSON lines in UTF-8 ({error})") from None


def _qrels(path: Path) -> dict[str, dict[str, int]]:
    judged: dict[str, dict[str, int]] = defaultdict(dict)
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the path") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 ({error}); convert it") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            query, document, grade = line.split("\t")
            judged[query][document] = int(grade)
        except ValueError:
            if number == 1:
                continue  # the names of the columns
            raise InputError(
                f"{path}:{number}: not query, passage and a whole grade, with tabs between"
            ) from None
    return judged


def _whole(record: dict[str, Any]) -> bool:
    """Whether each character is one: JSON can spell out half of a surrogate pair."""
    try:
        json.dumps(record, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
