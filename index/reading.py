"""Files to pages: the only code that touches untrusted bytes.

Text files (`.txt`) anywhere below the folder are read. Names that begin with a dot or end with
`~` are ignored by rule; everything else that is not read is reported with its reason.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.article import Page
from index.errors import InputError
from index.stamps import NotReadableError, read_whole, stamp_of

SUFFIXES = frozenset({".txt"})
# A news page is some 10 KB; a file a thousand times longer is a data dump, not an article.
MAX_BYTES = 10_000_000
# Above this share of undecodable bytes a file is in another encoding rather than slightly damaged.
MAX_BAD_SHARE = 0.01

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that was not read: its path inside the folder, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A file that was not read, since it still has the stamp it had: its path in the folder."""

    path: str


Same = Callable[[str, str], bool]


def _never(_path: str, _stamp: str) -> bool:
    return False


def read_folder(folder: Path, *, same: Same = _never) -> Iterator[Page | Skipped | Unchanged]:
    """Yield every text file below `folder` as a page, and what could not be read as Skipped.

    The order is that of the paths. One bad file never stops the others. A file of which
    `same(path, stamp)` says that it is known is not read but Unchanged.
    Raises InputError when the folder itself is missing or cannot be listed.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; give the folder that holds the articles")
    try:
        os.listdir(folder)
    except OSError as error:
        raise InputError(
            f"{folder}: cannot be listed ({error.strerror}); check its rights"
        ) from None
    yield from _walk(folder, folder, same)


def _walk(folder: Path, root: Path, same: Same) -> Iterator[Page | Skipped | Unchanged]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield Skipped(_identify(folder, root), f"cannot be listed ({error.strerror})")
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name.endswith("~"):
            continue
        path = Path(entry.path)
        identity = _identify(path, root)
        try:
            if entry.is_symlink() and not path.resolve(strict=True).is_relative_to(root.resolve()):
                yield Skipped(identity, "a link that leads outside the folder")
            elif entry.is_dir():
                if entry.is_symlink():
                    yield Skipped(identity, "a link to a folder; its articles are read in place")
                else:
                    yield from _walk(path, root, same)
            elif path.suffix.lower() not in SUFFIXES:
                yield Skipped(identity, f"not a text file ({', '.join(sorted(SUFFIXES))})")
            elif same(identity, stamp_of(entry.stat())):
                yield Unchanged(identity)
            else:
                yield read_file(path, identity)
        except OSError as error:
            yield Skipped(identity, f"cannot be read ({error.strerror or error})")


def _identify(path: Path, root: Path) -> str:
    """The path inside the folder, safe to print.

    Bytes that are no valid name, control characters and marks that reorder text become escapes.
    """
    relative = path.relative_to(root).as_posix()
    if relative.isprintable():
        return relative
    name = relative.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)


def read_file(path: Path, identity: str) -> Page | Skipped:
    """Read and decode one file, or say why it is not an article. Raises OSError."""
    try:
        data, stamp = read_whole(path, limit=MAX_BYTES + 1)
    except NotReadableError as error:
        return Skipped(identity, str(error))
    if len(data) > MAX_BYTES:
        return Skipped(identity, f"longer than {MAX_BYTES // 1_000_000} MB")
    decoded = decode(data)
    if isinstance(decoded, str):
        return Skipped(identity, decoded)
    text, warnings = decoded
    if not text.strip():
        return Skipped(identity, "empty")
    return Page(identity, text, hashlib.sha256(data).hexdigest(), warnings, stamp=stamp)


def decode(data: bytes) -> tuple[str, tuple[str, ...]] | str:
    """Bytes to text and warnings, or the reason why these bytes are no text.

    In order: byte order mark, strict UTF-8, UTF-8 with a few damaged bytes replaced, and only
    then Windows-1252, the usual legacy encoding of Indonesian and English pages. Guessing by
    statistics comes off worse on text with a few bad bytes.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _tidy(*_replace(data[len(mark) :], encoding))
    if b"\x00" in data:
        return "not text (it holds zero bytes)"
    try:
        return _tidy(data.decode("utf-8"), ())
    except UnicodeDecodeError:
        text, warnings = _replace(data, "utf-8")
    if text.count("\N{REPLACEMENT CHARACTER}") > MAX_BAD_SHARE * len(data):
        legacy = data.decode("cp1252", "replace")
        return _tidy(legacy, ("not UTF-8: read as Windows-1252",))
    return _tidy(text, warnings)


def _replace(data: bytes, encoding: str) -> tuple[str, tuple[str, ...]]:
    text = data.decode(encoding, "replace")
    bad = text.count("\N{REPLACEMENT CHARACTER}")
    return text, (f"{bad} characters could not be decoded as {encoding}",) if bad else ()


def _tidy(text: str, warnings: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """One kind of line break; no control characters, which could steer a terminal."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n")
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")
    if removed := len(text) - len(kept):
        warnings = (*warnings, f"{removed} control characters removed")
    return kept.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"), warnings
