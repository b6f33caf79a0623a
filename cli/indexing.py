"""Making, watching and proving a collection."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from cli.exit_codes import FAILURE, NOT_ALL_READ, UNUSABLE
from cli.opening import HERE, backend_of, beside, open_collection, stored_articles
from cli.options import (
    DEFAULT_FOLDER,
    AuthorityOption,
    BackendOption,
    CollectionOption,
    FolderArgument,
    JsonOption,
    ModelOption,
    ProfileOption,
    TokenOption,
    UriOption,
    WorkersOption,
)
from cli.output import profiling, put, say, showing_progress
from index.errors import InputError, KutipError, ModelError


def index(
    folder: FolderArgument = DEFAULT_FOLDER,
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

    Read are .txt, .md, .html, .jsonl and .json files, each also gzipped, and
    .zip archives of them. What cannot be read is reported, and the rest is
    indexed.
    """
    from cli.rendering import render_report
    from index.mounts import shared_file_system
    from index.workers import open_workers

    where = backend_of(backend, uri, token_file, ca)
    opened = open_collection(collection or beside(folder), model)
    if shared := shared_file_system(opened.directory):
        say(
            f"{opened.directory}: on a shared file system ({shared}), whose locks may not hold; "
            "better put it on a local disk with --collection DIR",
            style="yellow",
        )
    with showing_progress() as progress, profiling(profile), open_workers(workers) as others:
        report = opened.update(
            folder, dry_run=dry_run, rebuild=rebuild, allow_empty=allow_empty, checksum=checksum,
            backend=where, workers=others, progress=progress,
        )  # fmt: skip
    put(report.to_dict() if as_json else render_report(report))
    if not as_json and not dry_run:
        say(f"collection: {opened.directory} ({report.passages:,} passages)")
    if strict and not report.complete:
        raise typer.Exit(NOT_ALL_READ)


def watch(
    folder: FolderArgument = DEFAULT_FOLDER,
    collection: CollectionOption = None,
    model: ModelOption = None,
) -> None:
    """Index a folder, then again whenever it changes, until interrupted.

    An error is said and the next look tries again, unless the model is at fault.
    """
    from cli.rendering import render_report
    from index.watching import changes

    opened = open_collection(collection or beside(folder), model)
    say(f"watching {folder}; stop with Ctrl-C")
    # What the last look could not do: said once, and not again every twenty seconds.
    told: object = ([], [], [])
    for _ in changes(folder):
        try:
            with showing_progress() as progress:
                report = opened.update(folder, progress=progress)
        except ModelError:
            raise  # the model that this process has will not get better
        except KutipError as error:
            if told != str(error):
                say(str(error), style="red")
            told = str(error)
            continue
        unread = (report.skipped, report.warnings, report.kept)
        if report or unread != told:
            put(render_report(report))
        told = unread


def check(
    answer: Annotated[
        Path | None,
        typer.Argument(
            metavar="ANSWER.json",
            show_default=False,
            help="A saved answer (`ask --json`): do its quotes still stand?",
        ),
    ] = None,
    collection: CollectionOption = None,
    as_json: JsonOption = False,
) -> None:
    """Prove that the collection holds what it promises, or that a saved answer still stands."""
    from index.checking import check as check_collection

    directory = collection or HERE
    if answer is not None:
        raise typer.Exit(_check_answer(answer, directory, as_json=as_json))
    findings = check_collection(directory)
    if as_json:
        found = [{"where": f.where, "what": f.what, "mend": f.mend} for f in findings]
        put({"collection": str(directory), "sound": not findings, "findings": found})
    else:
        for finding in findings:
            put(f"{finding.where}: {finding.what}; run: {finding.mend}")
        if not findings:
            put(f"{directory}: sound")
    raise typer.Exit(UNUSABLE if findings else 0)


def _check_answer(path: Path, directory: Path, *, as_json: bool) -> int:
    from cli.rendering import render_standings
    from qa.standing import Status, saved_citations, stand_in

    try:
        saved = saved_citations(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: cannot be read ({error}); save one: ask --json") from None
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    stored = stored_articles(directory)
    standings = [stand_in(stored, citation) for citation in saved]
    stands = all(s.status in (Status.UNCHANGED, Status.MOVED) for s in standings)
    if as_json:
        put({"answer": str(path), "stands": stands,
              "citations": [standing.to_dict() for standing in standings]})  # fmt: skip
    else:
        put(render_standings(standings))
    return 0 if stands else FAILURE
