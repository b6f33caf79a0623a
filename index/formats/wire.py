"""What the parsing process and its parent say to each other: frames of JSON, and bytes.

JSON and not pickles: a parser that a hostile file took over must not be able to run anything in
the parent.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from datetime import date
from typing import Any

from index.article import Dropped, Metadata, Page, Skipped
from index.formats.archives import Begun
from index.formats.parsing import Parsed

_LENGTH = struct.Struct(">I")
HEADER = _LENGTH.size
# A page's text in JSON may be six times as long as its bytes; more is no honest frame.
MAX_FRAME = 200_000_000

MORE = {"more": True}
DONE = {"done": True}
MEMORY = {"memory": True}


def frame(data: bytes) -> bytes:
    """Bytes with their length before them."""
    return _LENGTH.pack(len(data)) + data


def message(value: dict[str, Any]) -> bytes:
    """A JSON object as a frame."""
    return frame(json.dumps(value).encode("ascii"))


def length(header: bytes) -> int:
    """The length that a frame's first bytes announce. Raises ValueError beyond MAX_FRAME."""
    (count,) = _LENGTH.unpack(header)
    if count > MAX_FRAME:
        raise ValueError("a frame beyond all measure")
    return int(count)


def to_message(item: Parsed) -> dict[str, Any]:
    """What a parser found, as a JSON object."""
    if isinstance(item, Begun):
        return {"begun": [item.number, item.id]}
    if isinstance(item, Skipped):
        return {"skipped": asdict(item)}
    fields = asdict(item)
    if published := item.metadata.published:
        fields["metadata"]["published"] = published.isoformat()
    return {"page": fields}


def from_message(value: dict[str, Any]) -> Parsed:
    """What a parser found, from JSON. Raises ValueError, TypeError or KeyError for nonsense."""
    if "begun" in value:
        number, identity = value["begun"]
        return Begun(int(number), str(identity))
    if "skipped" in value:
        return Skipped(**value["skipped"])
    fields = value["page"]
    stated = fields.pop("metadata")
    if stated["published"]:
        stated["published"] = date.fromisoformat(stated["published"])
    return Page(
        **fields
        | {
            "warnings": tuple(fields["warnings"]),
            "dropped": tuple(Dropped(**line) for line in fields["dropped"]),
            "lines": tuple(fields["lines"]),
            "headings": tuple(fields["headings"]),
            "items": tuple(fields["items"]),
            "metadata": Metadata(**stated),
        }
    )
