"""Plain text: as it is, once decoded."""

from __future__ import annotations

import hashlib

from index.article import Page, Skipped
from index.formats.decoding import decode
from index.formats.kinds import binary

EMPTY = "empty"
NO_TEXT = "no text in it"


def read_text(identity: str, data: bytes) -> Page | Skipped:
    """A plain text file as a page."""
    if what := binary(data):
        return Skipped(identity, f"not text, but {what}")
    decoded = decode(data)
    if isinstance(decoded, str):
        return Skipped(identity, decoded)
    text, warnings = decoded
    if not text.strip():
        return Skipped(identity, NO_TEXT if data else EMPTY)
    return Page(identity, text, digest_of(data), warnings)


def digest_of(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()
