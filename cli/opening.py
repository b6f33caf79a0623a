"""What options name: a collection, an engine, a filter, a password."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from index.errors import InputError

if TYPE_CHECKING:
    from index.backends.backend import Address
    from index.collection import Collection
    from index.embedding import Encoder
    from index.filters import Filter
    from index.stored import StoredArticles

HERE = Path(".kutip")  # the collection of the current folder


def open_collection(directory: Path | None, model: str | None) -> Collection:
    """The collection in a directory, by default the one here."""
    from index.collection import Collection

    return Collection.open(directory or HERE, model=model)


def stored_articles(directory: Path | None) -> StoredArticles:
    """The articles of a collection, by default the one here; its model need not be there."""
    from index.stored import StoredArticles

    return StoredArticles(directory or HERE)


def beside(folder: Path) -> Path:
    """Where the collection of a folder is kept by default."""
    # realpath and not resolve: a link to itself is told later, as no folder.
    return Path(os.path.realpath(folder)).parent / ".kutip"


def backend_of(
    kind: str | None, uri: str | None, token_file: Path | None, ca: Path | None
) -> Address | None:
    """What searches from now on; None leaves it as it is. Raises typer.BadParameter."""
    from index.backends.backend import EMBEDDED, MILVUS, Address
    from index.backends.connecting import reach

    if kind not in (None, EMBEDDED, MILVUS):
        raise typer.BadParameter(f"no backend {kind!r}; there are {EMBEDDED} and {MILVUS}")
    if kind != MILVUS:
        for name, value in (("uri", uri), ("token-file", token_file), ("ca", ca)):
            # The environment may always name one.
            variable = f"KUTIP_MILVUS_{name.replace('-', '_').upper()}"
            if value is not None and str(value) != os.environ.get(variable):
                raise typer.BadParameter(f"--{name} goes with --backend milvus; add it")
    if kind is None:
        return None
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


def password_in(path: Path | None) -> str | None:
    """The password in a file; none without one."""
    from api.password import read_password

    return read_password(path) if path else None


def encoder_of(model: str | None) -> Encoder:
    """The encoder of a name, or the default one."""
    from index.embedding import load_encoder

    return load_encoder(model)


def filter_of(source: str | None, after: str | None, before: str | None) -> Filter:
    """The filter that options describe."""
    from index.dates import parse_day
    from index.filters import Filter

    if source is not None and not source.strip():
        raise typer.BadParameter("--source is empty; name an outlet")
    try:
        return Filter(
            source=source,
            after=parse_day(after, last=False) if after is not None else None,
            before=parse_day(before, last=True) if before is not None else None,
        )
    except InputError as error:
        raise typer.BadParameter(str(error)) from None
