"""The command line: `kutip index`, `ask`, `find`, `show`, `watch`, `check`, `serve`, `mcp`, ...

The only file that prints or exits. Data goes to standard output, progress and messages to
standard error. Exit codes: 0 done; 1 failure; 2 usage; 3 nothing found or not answered;
4 collection missing, damaged or made by another model or format; 5 another writer holds it;
6 indexed, but not everything could be read (with --strict); 130 interrupted.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from index.errors import CollectionError, InputError, KutipError, LockedError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from index.backends.backend import Address
    from index.collection import Collection
    from index.snapshot import Filter
    from qa.answer import Narrowed

NOTHING_FOUND = 3
NOT_ALL_READ = 6
EXIT_CODES: tuple[tuple[type[KutipError], int], ...] = (
    (CollectionError, 4),
    (LockedError, 5),
    (KutipError, 1),
)
DEFAULT_FOLDER = Path("seeds")

app = typer.Typer(
    name="kutip",
    help="Ask your articles a question in your own language; get back the sentences that answer.",
    epilog="Exit codes: 0 done, 1 failure, 2 usage, 3 nothing found or not answered, "
    "4 collection missing or unusable, 5 another writer, 6 not all read (--strict), "
    "130 interrupted.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

CollectionOption = Annotated[
    Path | None,
    typer.Option("--collection", envvar="KUTIP_COLLECTION", metavar="DIR",
                 help="Where the index lives. Default: .kutip beside the articles folder."),
]  # fmt: skip
ModelOption = Annotated[
    str | None,
    typer.Option("--model", envvar="KUTIP_MODEL", metavar="NAME_OR_PATH",
                 help="A sentence-transformers model. Default: the one the collection was made "
                 "with, else the built-in one."),
]  # fmt: skip
ProfileOption = Annotated[
    bool, typer.Option("--profile", help="Say on standard error where the time went.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
CountOption = Annotated[int, typer.Option("-k", min=1, max=1000, help="How many passages.")]
SourceOption = Annotated[
    str | None, typer.Option("--source", metavar="S", help="Only outlets whose name has S in it.")
]
AfterOption = Annotated[
    str | None,
    typer.Option("--after", metavar="D", help="Only articles of this day (month, year) or later."),
]
BeforeOption = Annotated[
    str | None,
    typer.Option("--before", metavar="D", help="Only articles up to this day (month, year)."),
]


BackendOption = Annotated[
    str | None,
    typer.Option("--backend", metavar="NAME",
                 help="What searches the passages: embedded (the default) or milvus. Remembered."),
]  # fmt: skip
UriOption = Annotated[
    str | None,
    typer.Option("--uri", envvar="KUTIP_MILVUS_URI", metavar="URI",
                 help="With --backend milvus: http://HOST:19530, https://..., or a file for "
                 "Milvus Lite. Remembered."),
]  # fmt: skip
TokenOption = Annotated[
    Path | None,
    typer.Option("--token-file", envvar="KUTIP_MILVUS_TOKEN_FILE", metavar="FILE",
                 help="With --backend milvus: a file whose first line is the token or "
                 "USER:PASSWORD; its path is remembered. Else KUTIP_MILVUS_TOKEN holds it."),
]  # fmt: skip
AuthorityOption = Annotated[
    Path | None,
    typer.Option("--ca", envvar="KUTIP_MILVUS_CA", metavar="FILE",
                 help="With --backend milvus and https: the authority's certificates (PEM), where "
                 "the system does not have them."),
]  # fmt: skip
WorkersOption = Annotated[
    str | None,
    typer.Option("--workers", envvar="KUTIP_WORKERS", metavar="N|ADDRESS",
                 help="Encode in so many processes, or by a Dask scheduler (tcp://HOST:8786)."),
]  # fmt: skip
HostOption = Annotated[
    str,
    typer.Option(
        "--host", help="Address to listen on; other than this machine's needs a password."
    ),
]
PasswordOption = Annotated[
    Path | None,
    typer.Option("--password-file", envvar="KUTIP_PASSWORD_FILE", metavar="FILE",
                 help="Ask for the password on this file's first line (any user name)."),
]  # fmt: skip


def main() -> None:
    """Run the command line and exit."""
    try:
        code = app(standalone_mode=False)
    except typer.Exit as error:
        sys.exit(error.exit_code)
    except KutipError as error:
        _say(str(error), style="red")
        sys.exit(next(code for kind, code in EXIT_CODES if isinstance(error, kind)))
    except (KeyboardInterrupt, typer.Abort):
        _say("interrupted")
        sys.exit(130)
    except MemoryError:
        _say("out of memory; close other programs, or index a part of the folder", style="red")
        sys.exit(1)
    except BrokenPipeError:
        # The reader went away, as `| head` does; leave without a word.
        sys.stdout = None  # type: ignore[assignment]
        sys.exit(0)
    except Exception as error:
        show: Callable[[], None] | None = getattr(error, "show", None)
        if show is None:
            raise
        show()
        sys.exit(getattr(error, "exit_code", 1))
    sys.exit(code or 0)


@app.command()
def index(
    folder: Annotated[Path, typer.Argument(help="The folder of articles.")] = DEFAULT_FOLDER,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done.")] = False,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Clean and encode all anew.")] = False,
    allow_empty: Annotated[
        bool, typer.Option("--allow-empty", help="Let an empty folder empty the collection.")
    ] = False,
    checksum: Annotated[
        bool, typer.Option("--checksum", help="Read also the files that look unchanged.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 6 unless everything was read whole.")
    ] = False,
    backend: BackendOption = None,
    uri: UriOption = None,
    token_file: TokenOption = None,
    ca: AuthorityOption = None,
    workers: WorkersOption = None,
    collection: CollectionOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
    profile: ProfileOption = False,
) -> None:
    """Index a folder of articles; later runs do only what changed.

    Read are .txt, .md, .html, .jsonl and .json files, each also gzipped, and .zip archives of
    them. What cannot be read is reported, and the rest is indexed.
    """
    from index.mounts import shared_file_system
    from index.workers import open_workers
    from terminal import render_update

    where = _backend(backend, uri, token_file, ca)
    opened = _open(collection or folder.resolve().parent / ".kutip", model)
    if shared := shared_file_system(opened.directory):
        _say(
            f"{opened.directory}: on a shared file system ({shared}), whose locks may not hold; "
            "better put it on a local disk with --collection DIR",
            style="yellow",
        )
    with _progress() as progress, _profiling(profile), open_workers(workers) as others:
        report = opened.update(
            folder, dry_run=dry_run, rebuild=rebuild, allow_empty=allow_empty, checksum=checksum,
            backend=where, workers=others, progress=progress,
        )  # fmt: skip
    _put(report.to_dict() if as_json else render_update(report))
    if not as_json and not dry_run:
        _say(f"collection: {opened.directory} ({report.passages:,} passages)")
    if strict and not report.complete:
        raise typer.Exit(NOT_ALL_READ)


@app.command()
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
        bool, typer.Option("--jsonl", help="With --batch: one answer a line.")
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
    where = _filter(source, after, before)
    opened = _open(collection, model)
    if batch is not None:
        with _profiling(profile):
            code = _ask_batch(opened, batch, k=k, where=where)
        raise typer.Exit(code)
    with _profiling(profile):
        answer = answer_question(opened, question or "", k=k, where=where)
    if as_json or jsonl:
        _put(answer.to_dict())
    else:
        from terminal import render_answer

        _put(render_answer(answer, k=k))
    _tell(answer.narrowed)
    raise typer.Exit(0 if answer.answered else NOTHING_FOUND)


def _ask_batch(opened: Collection, batch: Path, *, k: int, where: Filter) -> int:
    from qa.answering import ask as answer_question

    failed = 0
    try:
        lines = batch.read_text("utf-8").splitlines() if str(batch) != "-" else list(sys.stdin)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{batch}: cannot be read ({error}); check the path") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        identity: Any = None
        try:
            asked = json.loads(line)
            identity = asked.get("id")
            _put({"id": identity, **answer_question(opened, asked["question"], k=k,
                                                    where=where).to_dict()})  # fmt: skip
        except (
            ValueError,
            TypeError,
            KeyError,
            AttributeError,
            RecursionError,
            InputError,
        ) as error:
            failed += 1
            why = str(error) if isinstance(error, InputError) else 'not {"id", "question"}'
            _say(f"{batch}:{number}: {why}", style="red")
            _put({"id": identity, "error": why})
    return 1 if failed else 0


@app.command()
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
    from qa.lookup import find as find_passages
    from terminal import render_lookup

    where = _filter(source, after, before)
    opened = _open(collection, model)
    found = find_passages(opened, query, k=k, where=where)
    _put(found.to_dict() if as_json else render_lookup(found))
    _tell(found.narrowed)
    raise typer.Exit(0 if found.hits else NOTHING_FOUND)


@app.command()
def show(
    article: Annotated[str, typer.Argument(help="ARTICLE or ARTICLE#PASSAGE.")],
    dropped: Annotated[bool, typer.Option("--dropped", help="What cleaning left out.")] = False,
    collection: CollectionOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show an article as indexed, or one passage of it."""
    from qa.showing import article_to_dict, passage_to_dict
    from terminal import render_article

    opened = _open(collection, None)
    name, _, number = article.rpartition("#")
    found = opened.article(article) or opened.article(name)
    if found is None:
        near = get_close_matches(article, opened.article_ids(), n=3, cutoff=0.3)
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        _say(f"{article}: not in this collection{hint}", style="red")
        raise typer.Exit(NOTHING_FOUND)
    passages = opened.passages(found)
    if found.id == article:
        _put(
            article_to_dict(found, passages) if as_json else render_article(found, dropped=dropped)
        )
        return
    for passage in passages:
        if str(passage.number) == number:
            _put(passage_to_dict(passage) if as_json else passage.text)
            return
    _say(f"{article}: {name} has passages 1 to {len(passages)}", style="red")
    raise typer.Exit(NOTHING_FOUND)


@app.command()
def watch(
    folder: Annotated[Path, typer.Argument(help="The folder of articles.")] = DEFAULT_FOLDER,
    collection: CollectionOption = None,
    model: ModelOption = None,
) -> None:
    """Index a folder, then again whenever it changes, until interrupted."""
    from index.watching import changes
    from terminal import render_update

    opened = _open(collection or folder.resolve().parent / ".kutip", model)
    _say(f"watching {folder}; stop with Ctrl-C")
    for _ in changes(folder):
        try:
            with _progress() as progress:
                report = opened.update(folder, progress=progress)
        except (InputError, LockedError) as error:
            _say(str(error), style="red")
            continue
        if report:
            _put(render_update(report))


@app.command()
def check(
    answer: Annotated[
        Path | None,
        typer.Argument(
            metavar="[ANSWER.json]",
            show_default=False,
            help="A saved answer (`ask --json`): do its quotes still stand?",
        ),
    ] = None,
    collection: CollectionOption = None,
    as_json: JsonOption = False,
) -> None:
    """Prove that the collection holds what it promises, or that a saved answer still stands."""
    from index.checking import check as check_collection

    directory = collection or Path(".kutip")
    if answer is not None:
        raise typer.Exit(_check_answer(answer, directory, as_json=as_json))
    findings = check_collection(directory)
    if as_json:
        found = [{"where": f.where, "what": f.what, "mend": f.mend} for f in findings]
        _put({"collection": str(directory), "sound": not findings, "findings": found})
    else:
        for finding in findings:
            _put(f"{finding.where}: {finding.what}; run: {finding.mend}")
        if not findings:
            _put(f"{directory}: sound")
    raise typer.Exit(4 if findings else 0)


def _check_answer(path: Path, directory: Path, *, as_json: bool) -> int:
    from qa.standing import Status, saved_citations, stand_in
    from terminal import render_standings

    try:
        saved = saved_citations(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: cannot be read ({error}); save one: ask --json") from None
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    opened = _open(directory, None)
    standings = [stand_in(opened, citation) for citation in saved]
    stands = all(s.status in (Status.UNCHANGED, Status.MOVED) for s in standings)
    if as_json:
        _put({"answer": str(path), "stands": stands,
              "citations": [standing.to_dict() for standing in standings]})  # fmt: skip
    else:
        _put(render_standings(standings))
    return 0 if stands else 1


@app.command()
def serve(
    folder: Annotated[
        Path, typer.Argument(help="What to index on the page when there is no collection yet.")
    ] = DEFAULT_FOLDER,
    host: HostOption = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535)] = 7860,
    password_file: PasswordOption = None,
    collection: CollectionOption = None,
    model: ModelOption = None,
) -> None:
    """Serve the page, and the HTTP API under /v1, until interrupted."""
    from app import serve as serve_page

    password = _password(password_file)
    opened = _open(collection, model)
    serve_page(
        opened, host=host, port=port, folder=folder, password=password,
        ready=lambda url: _say(f"Kutip answers at {url}"),
    )  # fmt: skip


@app.command()
def mcp(
    http: Annotated[bool, typer.Option("--http", help="Over HTTP at /mcp, not stdio.")] = False,
    host: HostOption = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535)] = 7861,
    password_file: PasswordOption = None,
    collection: CollectionOption = None,
    model: ModelOption = None,
) -> None:
    """Serve the tools search, fetch and ask to programs that speak the Model Context Protocol."""
    from api.mcp_server import serve_http, serve_stdio

    opened = _open(collection, model)
    if not http:
        serve_stdio(opened)
        return
    serve_http(
        opened, host=host, port=port, password=_password(password_file),
        ready=lambda url: _say(f"Kutip answers at {url}"),
    )  # fmt: skip


@app.command()
def evaluate(
    path: Annotated[Path, typer.Argument(help="QUESTIONS.jsonl, or a BEIR folder.")],
    run: Annotated[
        Path | None, typer.Option("--run", metavar="FILE", help="Write the ranking, TREC format.")
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
    from qa.evaluation import evaluate_beir, evaluate_questions
    from terminal import render_measures

    with _progress() as progress:
        if path.is_dir():
            where = _backend(backend, uri, token_file, ca)
            measured = evaluate_beir(
                path, encoder=_encoder(model), run=run, backend=where, progress=progress
            )
        else:
            measured = evaluate_questions(
                path, _open(collection, model), run=run, progress=progress
            )
    _put(measured if as_json else render_measures(measured))


def _open(directory: Path | None, model: str | None) -> Collection:
    from index.collection import Collection

    return Collection.open(directory or Path(".kutip"), model=model)


def _backend(
    kind: str | None, uri: str | None, token_file: Path | None, ca: Path | None
) -> Address | None:
    """What searches from now on; None leaves it as it is."""
    from index.backends.backend import EMBEDDED, MILVUS, Address
    from index.backends.connecting import reach

    if kind is None:
        return None
    if kind not in (EMBEDDED, MILVUS):
        raise typer.BadParameter(f"no backend {kind!r}; there are {EMBEDDED} and {MILVUS}")
    if kind == EMBEDDED:
        return Address()
    if not uri:
        raise typer.BadParameter("--backend milvus needs --uri URI, or KUTIP_MILVUS_URI")
    address = Address(
        MILVUS,
        uri if "://" in uri else str(Path(uri).expanduser().resolve()),
        str(token_file.expanduser().resolve()) if token_file else None,
        str(ca.expanduser().resolve()) if ca else None,
    )
    reach(address)  # and not when everything is encoded
    return address


def _password(path: Path | None) -> str | None:
    from api.password import read_password

    return read_password(path) if path else None


def _encoder(model: str | None) -> Any:
    from index.embedding import load_encoder

    return load_encoder(model)


def _filter(source: str | None, after: str | None, before: str | None) -> Filter:
    from index.dates import parse_day
    from index.snapshot import Filter

    try:
        return Filter(
            source=source,
            after=parse_day(after, last=False) if after else None,
            before=parse_day(before, last=True) if before else None,
        )
    except InputError as error:
        raise typer.BadParameter(str(error)) from None


def _tell(narrowed: Narrowed) -> None:
    if not narrowed.request:
        return  # what writes for a terminal takes a while to import
    from terminal import narrowed_lines

    for line in narrowed_lines(narrowed):
        _say(line)


def _put(data: dict[str, Any] | RenderableType) -> None:
    """Data, to standard output: an object as one line of JSON, the rest as text."""
    from qa.showing import to_json

    if isinstance(data, dict):
        sys.stdout.write(to_json(data) + "\n")
        sys.stdout.flush()
    else:
        from rich.console import Console

        Console(highlight=False, markup=False, soft_wrap=not sys.stdout.isatty()).print(data)


def _say(message: str, *, style: str | None = None) -> None:
    """A message, to standard error."""
    from rich.console import Console

    Console(stderr=True, highlight=False, markup=False, soft_wrap=True).print(message, style=style)


@contextmanager
def _profiling(wanted: bool) -> Iterator[None]:
    """When wanted, say afterwards how long each stage took."""
    if not wanted:
        yield
        return
    from index.stages import Stages

    with Stages().recording() as stages:
        yield
    for name, seconds in [*stages.seconds.items(), ("in all", sum(stages.seconds.values()))]:
        _say(f"{seconds * 1000:10.1f} ms  {name}")


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TimeRemainingColumn())  # fmt: skip
    console = Console(stderr=True)
    # Into a file or a pipe a moving bar is only noise.
    shown = console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=not shown) as bar:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield report


if __name__ == "__main__":
    main()
