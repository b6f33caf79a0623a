"""Asking, looking up, showing and measuring."""

from __future__ import annotations

import json
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.exit_codes import FAILURE, NOTHING_FOUND
from cli.opening import backend_of, encoder_of, filter_of, open_collection, stored_articles
from cli.options import (
    AfterOption,
    AuthorityOption,
    BackendOption,
    BeforeOption,
    CollectionOption,
    CountOption,
    JsonOption,
    ModelOption,
    ProfileOption,
    SourceOption,
    TokenOption,
    UriOption,
    typed,
)
from cli.output import profiling, put, say, showing_progress, tell
from cli.streams import read_input
from index.errors import InputError

if TYPE_CHECKING:
    from index.collection import Collection
    from index.filters import Filter


def ask(
    question: Annotated[
        str | None,
        typer.Argument(
            help="In any language; may hold after:2025-10 before:2025-11-03 source:tempo "
            '"exact phrase" -without.'
        ),
    ] = None,
    k: CountOption = 5,
    source: SourceOption = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    batch: Annotated[
        Path | None,
        typer.Option("--batch", metavar="FILE", help='Questions, one {"id", "question"} a line.'),
    ] = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="The answer as one line of JSON, as --batch writes all.")
    ] = False,
    collection: CollectionOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
    profile: ProfileOption = False,
) -> None:
    """Answer a question with the articles' own sentences, or say that they do not say."""
    from qa.language import warm_up

    warm_up()
    from qa.answering import ask as answer_question

    if (question is None) == (batch is None):
        raise typer.BadParameter("give a QUESTION, or --batch FILE")
    where = filter_of(source, after, before)
    opened = open_collection(collection, model)
    if batch is not None:
        with profiling(profile):
            code = _ask_batch(opened, batch, k=k, where=where)
        raise typer.Exit(code)
    with profiling(profile):
        answer = answer_question(opened, question or "", k=k, where=where)
    if as_json or jsonl:
        put(answer.to_dict())
    else:
        from cli.rendering import render_answer

        put(render_answer(answer, k=k))
    tell(answer.narrowed)
    raise typer.Exit(0 if answer.answered else NOTHING_FOUND)


def _ask_batch(opened: Collection, batch: Path, *, k: int, where: Filter) -> int:
    from qa.answering import ask as answer_question

    failed = 0
    try:
        # Ended by line feeds alone, as JSON lines are: a text may hold other separators.
        read = read_input() if str(batch) == "-" else batch.read_bytes()
        lines = read.decode("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{batch}: cannot be read ({error}); check the path") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        identity, asked = _asked(line)
        try:
            if asked is None:
                raise InputError('not {"id", "question"}')
            answer = answer_question(opened, asked, k=k, where=where)
            put({"id": identity, **answer.to_dict()})
        except InputError as error:
            failed += 1
            say(f"{batch}:{number}: {error}", style="red")
            put({"id": identity, "error": str(error)})
    return FAILURE if failed else 0


def _asked(line: str) -> tuple[Any, str | None]:
    """The id and the question of a line, None for what is not there."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None, None
    if not isinstance(said, dict):
        return None, None
    question = said.get("question")
    return said.get("id"), question if isinstance(question, str) else None


def find(
    query: Annotated[
        str,
        typer.Argument(
            help='words "exact phrase" -without after:2025-10 before:2025-11-03 source:tempo'
        ),
    ],
    k: CountOption = 10,
    source: SourceOption = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    collection: CollectionOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look passages up by words, exact phrases and meaning; nothing is answered."""
    from cli.rendering import render_lookup
    from qa.lookup import find as find_passages

    where = filter_of(source, after, before)
    opened = open_collection(collection, model)
    found = find_passages(opened, query, k=k, where=where)
    put(found.to_dict() if as_json else render_lookup(found))
    tell(found.narrowed)
    raise typer.Exit(0 if found.hits else NOTHING_FOUND)


def show(
    article: Annotated[str, typer.Argument(help="ARTICLE or ARTICLE#PASSAGE.")],
    dropped: Annotated[bool, typer.Option("--dropped", help="What cleaning left out.")] = False,
    collection: CollectionOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show an article as indexed, or one passage of it."""
    from cli.rendering import render_article
    from index.formats.naming import printable
    from qa.showing import article_to_dict, passage_to_dict

    stored = stored_articles(collection)
    if not article.isprintable():  # as the folder has it, and a shell completes it
        article = "#".join(map(printable, article.split("#")))
    name, _, number = article.rpartition("#")
    whole = stored.passages(article) or stored.passages(name)
    if whole is None:
        near = get_close_matches(article, stored.article_ids(), n=3, cutoff=0.3)
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        say(f"{article}: not in this collection{hint}", style="red")
        raise typer.Exit(NOTHING_FOUND)
    found, passages = whole
    if found.id == article:
        put(article_to_dict(found, passages) if as_json else render_article(found, dropped=dropped))
        return
    for passage in passages:
        if str(passage.number) == number:
            if dropped:
                raise typer.BadParameter(f"--dropped is for an article; name {found.id}")
            put(passage_to_dict(passage) if as_json else passage.text)
            return
    say(f"{article}: {name} has passages 1 to {len(passages)}", style="red")
    raise typer.Exit(NOTHING_FOUND)


def evaluate(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="QUESTIONS.jsonl, or a BEIR folder.")],
    run: Annotated[
        Path | None,
        typer.Option(
            "--run",
            metavar="FILE",
            help="Write the ranking, TREC format; in names, % and blanks as %25 and %20.",
        ),
    ] = None,
    backend: BackendOption = None,
    uri: UriOption = None,
    token_file: TokenOption = None,
    ca: AuthorityOption = None,
    collection: CollectionOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure the answers against questions with known answers, or a retrieval set."""
    from cli.rendering import render_measures
    from qa.evaluation import evaluate_beir, evaluate_questions

    if path.is_dir() and typed(context, "collection"):
        raise typer.BadParameter("--collection is for QUESTIONS.jsonl; a BEIR folder needs none")
    if not path.is_dir() and typed(context, "backend", "uri", "token_file", "ca"):
        raise typer.BadParameter(
            "--backend and what goes with it are for a BEIR folder; questions are asked of a "
            "collection, which keeps its own: kutip index --backend"
        )
    with showing_progress() as progress:
        if path.is_dir():
            where = backend_of(backend, uri, token_file, ca)
            measured = evaluate_beir(
                path, encoder=encoder_of(model), run=run, backend=where, progress=progress
            )
        else:
            measured = evaluate_questions(
                path, open_collection(collection, model), run=run, progress=progress
            )
    for identity, article in measured.get("unknown", {}).items():
        say(
            f"{path}: question {identity}: no article {article!r} in the collection; it counts as "
            "wrong: name it as `kutip show` does",
            style="yellow",
        )
    put(measured if as_json else render_measures(measured))
