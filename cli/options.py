"""The options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_FOLDER = Path("seeds")


def folder_named(name: str | Path) -> Path:
    """A folder as typed. What is empty, as a variable that is not set, would name the current one.

    Raises typer.BadParameter.
    """
    if not name:
        raise typer.BadParameter("the name is empty; name a folder")
    return Path(name)


def typed(context: typer.Context, *names: str) -> list[str]:
    """Which of these options were typed: the environment may always name one."""
    sources = {name: context.get_parameter_source(name) for name in names}
    return [name for name, source in sources.items() if source and source.name == "COMMANDLINE"]


FolderArgument = Annotated[
    Path, typer.Argument(parser=folder_named, metavar="FOLDER", help="The folder of articles.")
]
CollectionOption = Annotated[
    Path | None,
    typer.Option("--collection", envvar="KUTIP_COLLECTION", metavar="DIR", parser=folder_named,
                 help="Where the index lives. Default: .kutip beside the articles folder when "
                 "indexing, else in the current folder."),
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
