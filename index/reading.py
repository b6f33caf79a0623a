"""A folder to pages: which files are read, and read safely; what is in them is for `formats`.

Every file below the folder becomes pages or is reported with its reason. Plain UTF-8 text is
decoded here; whatever has a structure is parsed in a process of its own.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from index.article import Page, Skipped
from index.errors import InputError
from index.formats.feed import PIECE
from index.formats.isolation import IsolatedParser, Pieces
from index.formats.kinds import HEAD, Kind, ignored, kind_of, looks_like_html, not_read
from index.formats.limits import MAX_IN_MEMORY, MAX_PAGE, MAX_STREAM, MAX_WHOLE, too_long
from index.formats.naming import printable
from index.formats.plain import read_text
from index.stamps import NotReadableError, lasting_stamp, read_whole, stamp_of
from index.store import FILE

BY_RULE = "ignored by rule"
OUTSIDE = "a link that leads outside the folder"
CHANGING = "changed while it was read; index again when it is at rest"


class Unchanged(NamedTuple):
    """A file that was not read, since it still has the stamp it had: its path in the folder.

    A tuple, since every update makes one for each file.
    """

    path: str


Same = Callable[[str, str], bool]
_NAME = attrgetter("name")


def _never(_path: str, _stamp: str) -> bool:
    return False


def read_folder(folder: Path, *, same: Same = _never) -> Iterator[Page | Skipped | Unchanged]:
    """Yield the pages of every file below `folder`, and what could not be read as Skipped.

    The order is that of the paths. One bad file never stops the others. A Skipped that
    speaks of a whole file or folder speaks of every article in it that does not come. A file of
    which `same(path, stamp)` says that it is known is not read but Unchanged.
    Raises InputError when the folder itself is missing or cannot be listed.
    """
    check_folder(folder)
    with IsolatedParser() as parser:
        for found, identity in _walk(folder):
            if isinstance(found, Skipped):
                yield found
                continue
            try:
                if same(identity, stamp_of(found.stat())):
                    yield Unchanged(identity)
                else:
                    yield from read_file(Path(found.path), identity, parser)
            except OSError as error:
                yield Skipped(identity, f"cannot be read ({error.strerror or error})")


def check_folder(folder: Path) -> None:
    """Raise InputError when a folder is missing or cannot be listed."""
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; give the folder that holds the articles")
    try:
        os.scandir(folder).close()
    except OSError as error:
        raise InputError(
            f"{folder}: cannot be listed ({error.strerror}); check its rights"
        ) from None


def _walk(root: Path) -> Iterator[tuple[os.DirEntry[str] | Skipped, str]]:
    """The regular files below a folder, in the order of their paths; the rest as Skipped.

    Each with its path in the folder, as it is printed.
    """
    real = root.resolve()
    # A stack and no recursion: trees may be deeper than Python's.
    open_folders = [_list(root, root)]
    while open_folders:
        found = next(open_folders[-1], None)
        if found is None:
            open_folders.pop()
            continue
        entry, identity = found
        if isinstance(entry, Skipped):
            yield found
            continue
        try:
            # What most entries are, known without asking the file system.
            if entry.is_file(follow_symlinks=False):
                yield found
                continue
            reason = _reason_against(entry, real)
            if reason is None and entry.is_dir():
                open_folders.append(_list(Path(entry.path), root))
                continue
        except OSError as error:
            reason = f"cannot be read ({error.strerror or error})"
        yield (Skipped(identity, reason), identity) if reason else found


def _list(folder: Path, root: Path) -> Iterator[tuple[os.DirEntry[str] | Skipped, str]]:
    """A folder's entries by name, those that nobody expects to be read as Skipped."""
    place = folder.relative_to(root).as_posix()
    try:
        with os.scandir(folder) as scan:
            entries = sorted(scan, key=_NAME)
    except OSError as error:
        # An empty folder's name is the folder itself, of which nothing is known then.
        name = printable(place)
        yield Skipped(name, f"cannot be listed ({error.strerror})"), name
        return
    names = {entry.name for entry in entries}
    if folder != root and FILE in names:
        yield Skipped(printable(place), BY_RULE, by_rule=True), printable(place)
        return
    # Most files of most runs are only looked at: a `Path` for each would cost the most.
    before = "" if folder == root else f"{place}/"
    for entry in entries:
        name = entry.name
        identity = printable(before + name)
        if ignored(name) or _belongs_to_page(name, names):
            yield Skipped(identity, BY_RULE, by_rule=True), identity
        else:
            yield entry, identity


def _belongs_to_page(name: str, names: set[str]) -> bool:
    """Whether this is the folder of pictures and scripts that a browser saves with a page."""
    if not name.endswith("_files"):
        return False
    stem = name.removesuffix("_files")
    return f"{stem}.html" in names or f"{stem}.htm" in names


def _reason_against(entry: os.DirEntry[str], root: Path) -> str | None:
    """Why an entry is not read whatever it holds, or None. Raises OSError."""
    if entry.is_symlink():
        try:
            target = Path(entry.path).resolve(strict=True)
        except FileNotFoundError:
            return "a link to nothing"
        except RuntimeError:  # "Symlink loop", an OSError from Python 3.13 on
            return "a link to itself"
        if not target.is_relative_to(root):
            return OUTSIDE
        if entry.is_dir():
            return "a link to a folder; its articles are read in place"
    if not entry.is_dir() and not stat.S_ISREG(entry.stat().st_mode):
        return "not a regular file"
    return None


def read_file(path: Path, identity: str, parser: IsolatedParser) -> Iterator[Page | Skipped]:
    """The pages of one file, or why it has none. Raises OSError."""
    kind, gzipped = kind_of(path.name)
    if kind is None and not looks_like_html(_head(path)):
        yield Skipped(identity, not_read(path.name))
        return
    limit = _limit(kind, gzipped=gzipped)
    if (size := path.stat().st_size) > limit:
        yield Skipped(identity, too_long(limit))
        return
    if size > MAX_IN_MEMORY:
        yield from _read_stream(path, identity, parser)
        return
    try:
        data, stamp = read_whole(path, limit=limit + 1)
    except NotReadableError as error:
        yield Skipped(identity, str(error))
        return
    if len(data) > limit:
        yield Skipped(identity, too_long(limit))
        return
    if kind is Kind.TEXT and not gzipped and _is_plain(data):
        found: Iterator[Page | Skipped] = iter([read_text(identity, data)])
    else:
        found = parser.parse(identity, path.name, lambda: _pieces(io.BytesIO(data), len(data)))
    for item in found:
        yield _placed(item, identity, stamp)


def _read_stream(path: Path, identity: str, parser: IsolatedParser) -> Iterator[Page | Skipped]:
    """The pages of a file too large to be held, which may change meanwhile: then it says so."""
    with path.open("rb") as file:
        found = os.fstat(file.fileno())
        before, stamp = stamp_of(found), lasting_stamp(found)

        def reopen() -> Pieces:
            file.seek(0)
            return _pieces(file, found.st_size)

        for item in parser.parse(identity, path.name, reopen):
            yield _placed(item, identity, stamp)
        if stamp_of(os.fstat(file.fileno())) != before:
            yield Skipped(identity, CHANGING, file=identity)


def _placed(item: Page | Skipped, file: str, stamp: str | None) -> Page | Skipped:
    if isinstance(item, Skipped) and item.passing:
        stamp = None
    return replace(item, file=file, stamp=stamp)


def _pieces(stream: io.BufferedIOBase, size: int) -> Pieces:
    """The bytes that were there when reading began; a log may grow for ever."""

    def more() -> bytes:
        nonlocal size
        piece = stream.read(min(PIECE, size))
        size -= len(piece)
        return piece

    return more


def _limit(kind: Kind | None, *, gzipped: bool) -> int:
    if kind in (Kind.ZIP, Kind.JSON) and not gzipped:
        return MAX_WHOLE
    return MAX_STREAM if gzipped or kind is Kind.LINES else MAX_PAGE


def _is_plain(data: bytes) -> bool:
    """Whether nothing but decoding UTF-8 is to be done, which no file can make dangerous."""
    if looks_like_html(data[:HEAD]):
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _head(path: Path) -> bytes:
    # O_NONBLOCK: the file may have become a FIFO since it was listed.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        return os.read(descriptor, HEAD)
    finally:
        os.close(descriptor)
