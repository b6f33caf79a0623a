"""What articles are called: printable, one name for one thing, and never mistaken for a passage.

An archive or a file of JSON lines counts as a folder: `berita.zip/sub/a.txt`, `news.jsonl/n3098`.
`ID#NUMBER` is a passage, so no id ends in `#` and a number. Escapes begin with a backslash, and a
backslash itself is doubled, so two different names never become one.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath

# Longer keys are addresses with tracking codes; their hash tells them apart.
MAX_KEY = 200
_PASSAGE = re.compile(r"#(?=\d+$)")


def printable(name: str) -> str:
    """A name safe to show, without two names becoming one.

    Bytes that are no valid name (surrogate escapes, as `os.fsdecode` gives them), control
    characters, marks that reorder text and a `#` before a closing number become escapes.
    """
    if name.isprintable() and "\\" not in name and "#" not in name:
        return name
    return _PASSAGE.sub(r"\\x23", "".join(map(_escape, name)))


def _escape(character: str) -> str:
    code = ord(character)
    if character == "\\":
        return "\\\\"
    if character.isprintable():
        return character
    if code < 0x80:
        return character.encode("unicode_escape").decode()
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def record_key(value: object) -> str | None:
    """The name of a record by the value of its id field, or None when that is no name."""
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        return None
    key = str(value).strip()
    if len(key) <= MAX_KEY:
        return key
    return f"{key[:MAX_KEY]}~{_hash(key)}"


def content_key(text: str) -> str:
    """The name of a record without an id: its text's, so that moving the record changes nothing."""
    return f"~{_hash(text.strip())}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def inside(container: str, name: str) -> str:
    """The id of an entry called `name` of the file whose id is `container`."""
    return f"{container}/{printable(name)}"


def leads_outside(name: str) -> bool:
    """Whether an archive's entry names a place that is not below the archive."""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or bool(re.match(r"[A-Za-z]:", name))
