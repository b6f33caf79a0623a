"""What a file is, by its name and by its first bytes."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import PurePosixPath


class Kind(StrEnum):
    """A format Kutip reads."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    LINES = "lines"
    JSON = "json"
    ZIP = "zip"


_SUFFIXES = {
    ".txt": Kind.TEXT,
    ".md": Kind.MARKDOWN,
    ".markdown": Kind.MARKDOWN,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".xhtml": Kind.HTML,
    ".jsonl": Kind.LINES,
    ".ndjson": Kind.LINES,
    ".json": Kind.JSON,
    ".zip": Kind.ZIP,
}
GZIP = ".gz"
NOT_READ = "not a kind of file Kutip reads"

# How many bytes tell what a file is.
HEAD = 4096
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)?"
    rb"<(?:!doctype\s+html|html|head|body)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_WIDE_HTML = re.compile(r"\s*<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_BINARY = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "a zip archive"),
    (b"\x1f\x8b", "gzipped"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"\xd0\xcf\x11\xe0", "an Office document"),
    (b"{\\rtf", "an RTF document"),
    (b"SQLite format 3", "a database"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"(\xb5/\xfd", "a zstd archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
)


def kind_of(name: str) -> tuple[Kind | None, bool]:
    """The kind that a file's name says, if any, and whether it is gzipped."""
    path = PurePosixPath(name.lower())
    gzipped = path.suffix == GZIP
    kind = _SUFFIXES.get(PurePosixPath(path.stem).suffix if gzipped else path.suffix)
    return (None, True) if gzipped and kind is Kind.ZIP else (kind, gzipped)


def looks_like_html(head: bytes) -> bool:
    """Whether a file's first bytes open a web page."""
    if _HTML.match(head):
        return True
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return bool(_WIDE_HTML.match(head.decode("utf-16", "ignore")))
    return False


def binary(head: bytes) -> str | None:
    """What a file's first bytes say it is, where that is no text ("a picture")."""
    return next((what for magic, what in _BINARY if head.startswith(magic)), None)


def not_read(name: str) -> str:
    """The reason for leaving out a file of another kind."""
    suffix = PurePosixPath(name).suffix
    return f"{NOT_READ} ({suffix.lower()})" if suffix.isascii() and suffix else NOT_READ


# Hidden files, version control, backups, locks and downloads that are not there yet.
_IGNORED_NAMES = frozenset({"__macosx", "thumbs.db", "desktop.ini"})
_IGNORED_ENDS = (
    "~", ".swp", ".swo", ".tmp", ".temp", ".bak", ".part", ".partial", ".crdownload", ".download",
)  # fmt: skip


def ignored(name: str) -> bool:
    """Whether nobody expects a file or folder of this name to be read."""
    lowered = name.lower()
    return (
        lowered.startswith((".", "~$"))
        or lowered.endswith(_IGNORED_ENDS)
        or lowered in _IGNORED_NAMES
    )
