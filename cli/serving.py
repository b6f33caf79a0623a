"""Serving readers and programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.exit_codes import INTERRUPTED
from cli.opening import open_collection, password_in
from cli.options import (
    DEFAULT_FOLDER,
    CollectionOption,
    HostOption,
    ModelOption,
    PasswordOption,
    folder_named,
    typed,
)
from cli.output import say


def serve(
    folder: Annotated[
        Path,
        typer.Argument(
            parser=folder_named,
            metavar="FOLDER",
            help="What to index on the page when there is no collection yet.",
        ),
    ] = DEFAULT_FOLDER,
    host: HostOption = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535)] = 7860,
    password_file: PasswordOption = None,
    collection: CollectionOption = None,
    model: ModelOption = None,
) -> None:
    """Serve the page, and the HTTP API under /v1, until interrupted."""
    from app import serve as serve_page

    password = password_in(password_file)
    opened = open_collection(collection, model)
    serve_page(
        opened, host=host, port=port, folder=folder, password=password,
        ready=lambda url: say(f"Kutip answers at {url}"),
    )  # fmt: skip


def mcp(
    context: typer.Context,
    http: Annotated[bool, typer.Option("--http", help="Over HTTP at /mcp, not stdio.")] = False,
    host: HostOption = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535)] = 7861,
    password_file: PasswordOption = None,
    collection: CollectionOption = None,
    model: ModelOption = None,
) -> None:
    """Serve the tools search, fetch and ask to programs that speak the Model Context Protocol."""
    from api.mcp_server import serve_http, serve_stdio

    if not http and typed(context, "host", "port", "password_file"):
        raise typer.BadParameter("--host, --port and --password-file are for --http")
    opened = open_collection(collection, model)
    if not http:
        serve_stdio(opened, interrupted=INTERRUPTED)
        return
    serve_http(
        opened, host=host, port=port, password=password_in(password_file),
        ready=lambda url: say(f"Kutip answers at {url}"),
    )  # fmt: skip
